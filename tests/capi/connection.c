/* What a connection is, knows and last said; asking changes nothing. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <string.h>

static void capabilities_are_listed_in_order_and_found_in_any_case(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY imap4REV1 Idle AUTH=PLAIN] hello");
  static const char *const names[] = {"IMAP4REV1", "IDLE", "AUTH=PLAIN"};
  CHECK_INT(imap_capability_count(conn), 3);
  for (int i = 0; i < 3; i++)
    CHECK_STR(imap_capability_at(conn, i), names[i]);
  CHECK(imap_capability_at(conn, 3) == NULL);
  CHECK_INT(imap_has_capability(conn, "auth=plain"), 1);
  CHECK_INT(imap_has_capability(conn, "auth=plai"), 0);
  CHECK_INT(imap_has_capability(conn, ""), 0);
  CHECK_INT(imap_capability_is_stale(conn), 0);
  wire_answer(server, "* CAPABILITY IMAP4rev1 NEW\r\n", NULL);
  SENDS(imap_cmd_capability(conn, NULL), "CAPABILITY");
  CHECK_INT(imap_has_capability(conn, "NEW"), 1);
  CHECK_INT(imap_has_capability(conn, "IDLE"), 0);
  wire_close(server, conn);
}

static void the_library_asks_for_capabilities_the_greeting_did_not_tell(void) {
  static const peer_step steps[] = {{NULL, "* OK hi\r\n"},
                                    {"# CAPABILITY", "* CAPABILITY IMAP4rev1 X\r\n# OK\r\n"},
                                    {NULL, PEER_STAY},
                                    {NULL, NULL}};
  static const peer_step none[] = {{NULL, "* OK hi\r\n"}, {"# CAPABILITY", "# BAD what\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  int rc;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_INT(imap_has_capability(conn, "X"), 1);
  imap_free(conn);
  peer_end(server);
  conn = peer_open(&server, none, NULL, &rc);
  CHECK_RC(rc, IMAP_ERR_GREETING);
  imap_free(conn);
  peer_end(server);
}

static void the_protocol_version_is_imaplibs(void) {
  static const char *const cases[][2] = {{"IMAP4rev1", "IMAP4REV1"},
                                         {"IMAP4", "IMAP4"},
                                         {"IMAP4rev2", "IMAP4REV2"},
                                         {"IMAP4rev2 IMAP4rev1", "IMAP4REV1"}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    char greeting[100];
    snprintf(greeting, sizeof greeting, "OK [CAPABILITY %s] hello", cases[i][0]);
    imap_conn *conn = wire_open(&server, greeting);
    CHECK_STR(imap_protocol_version(conn), cases[i][1]);
    wire_close(server, conn);
  }
}

static void states_have_imaplibs_names(void) {
  static const char *const names[] = {"NONAUTH", "AUTH", "SELECTED", "LOGOUT", "IDLING"};
  for (int i = 0; i < 5; i++)
    CHECK_STR(imap_state_name(i), names[i]);
  CHECK_STR(imap_state_name(5), "");
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  CHECK_RC(imap_cmd_logout(conn, NULL), IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  wire_close(server, conn);
}

static void the_error_stays_until_the_next_call_that_talks(void) {
  wire *server;
  int64_t number;
  imap_response *response = NULL;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  wire_answer(server, NULL, "NO [NONEXISTENT] no \x01 such\tmailbox");
  CHECK_RC(imap_cmd_select(conn, "x", 0, NULL), IMAP_NO);
  for (int round = 0; round < 2; round++) {
    CHECK_RC(imap_last_error(conn), IMAP_NO);
    CHECK_HAS(imap_last_message(conn), "SELECT: NO [NONEXISTENT] no ");
    CHECK_HAS(imap_last_text(conn), "[NONEXISTENT] no ");
    CHECK_STR(imap_last_code(conn), "NONEXISTENT");
    CHECK_INT(imap_last_errno(conn), 0);
    for (const char *at = imap_last_message(conn); *at; at++)
      CHECK((unsigned char)*at >= 32);
    /* None of these talks. */
    CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
    CHECK_RC(imap_get_int(conn, 12345, &number), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_set_int(conn, 12345, 1), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_event_next(conn, &response), IMAP_END);
    CHECK_RC(imap_untagged(conn, "X", &response), IMAP_END);
    CHECK_RC(imap_auth_challenge(conn, NULL, NULL), IMAP_END);
    CHECK_RC(imap_trace_clear(conn), IMAP_OK);
    CHECK_RC(imap_child_pid(conn, NULL), IMAP_END);
  }
  CHECK_RC(imap_cmd_check(conn, NULL), IMAP_ERR_STATE);
  CHECK_STR(imap_last_text(conn), "");
  CHECK_STR(imap_last_code(conn), "");
  wire_close(server, conn);
}

static void a_bye_is_the_error_and_the_end(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"},
                                    {"# NOOP", "* BYE [UNAVAILABLE] going down\r\n# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_response *response = NULL;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_ERR_BYE);
  CHECK(response == NULL);
  CHECK_HAS(imap_last_message(conn), "going down");
  CHECK_STR(imap_last_text(conn), "[UNAVAILABLE] going down");
  CHECK_STR(imap_last_code(conn), "UNAVAILABLE");
  CHECK_INT(imap_error_class(IMAP_ERR_BYE), IMAP_CLASS_ABORT);
  CHECK_INT(imap_fd(conn), -1);
  CHECK_RC(imap_event_next(conn, &response), IMAP_OK);
  CHECK_STR(imap_response_name(response), "BYE");
  imap_response_free(response);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  imap_free(conn);
  peer_end(server);
}

static void what_breaks_the_protocol_ends_the_connection_and_what_is_odd_does_not(void) {
  static const struct {
    const char *answer;
    int rc;
  } cases[] = {
      {"* ODD (((\r\n# OK\r\n", IMAP_OK},
      {"Server Unavailable. 15\r\n# OK\r\n", IMAP_OK},
      {"+ nobody asked\r\n# OK\r\n", IMAP_OK},
      {"* 99999999999 EXISTS\r\n# OK\r\n", IMAP_OK},
      {"\r\n\r\n# OK\r\n", IMAP_OK},
      {"ZZZ999 OK forged\r\n# OK\r\n", IMAP_OK},
      {"* 1 FETCH (X {99999999999999999999}\r\n", IMAP_ERR_PROTOCOL},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {"# NOOP", cases[i].answer}, {NULL, PEER_STAY}, {NULL, NULL}};
    peer *server;
    imap_conn *conn = peer_open(&server, steps, NULL, NULL);
    int rc = imap_cmd_noop(conn, NULL);
    if (rc != cases[i].rc)
      kit_fail(__FILE__, __LINE__, "%s gives %s", cases[i].answer, imap_error_name(rc));
    CHECK_INT(imap_fd(conn) >= 0, cases[i].rc == IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
}

static void ids_count_commands(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  uint32_t first = imap_last_id(conn);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK(imap_last_id(conn) != first && imap_last_id(conn) != 0);
  first = imap_last_id(conn);
  CHECK_RC(imap_cmd_check(conn, NULL), IMAP_ERR_STATE);
  CHECK_INT(imap_last_id(conn), first);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_wait(conn, first, 0, NULL), IMAP_ERR_ARGUMENT);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(capabilities_are_listed_in_order_and_found_in_any_case),
      TEST(the_library_asks_for_capabilities_the_greeting_did_not_tell),
      TEST(the_protocol_version_is_imaplibs),
      TEST(states_have_imaplibs_names),
      TEST(the_error_stays_until_the_next_call_that_talks),
      TEST(a_bye_is_the_error_and_the_end),
      TEST(what_breaks_the_protocol_ends_the_connection_and_what_is_odd_does_not),
      TEST(ids_count_commands),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
