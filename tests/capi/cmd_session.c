/* Commands on the session: what each sends, what it refuses, and what its answer means. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <string.h>

static const char GREETING[] = "OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello";

static void plain_commands_are_their_names(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_cmd_capability(conn, NULL), "CAPABILITY");
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  SENDS(imap_cmd_namespace(conn, NULL), "NAMESPACE");
  SENDS(imap_cmd_proxyauth(conn, "bob", NULL), "PROXYAUTH bob");
  SENDS(imap_cmd_proxyauth(conn, "bob b", NULL), "PROXYAUTH \"bob b\"");
  SENDS(imap_cmd_recent(conn, NULL), "NOOP");
  SENDS(imap_cmd_logout(conn, NULL), "LOGOUT");
  wire_close(server, conn);
}

static void login_quotes_the_password_and_only_it(void) {
  static const struct {
    const char *user, *password, *wire;
  } cases[] = {
      {"alice", "pass", "LOGIN alice \"pass\""},
      {"alice", "", "LOGIN alice \"\""},
      {"", "x", "LOGIN \"\" \"x\""},
      {"alice b", "p\"q\\r", "LOGIN \"alice b\" \"p\\\"q\\\\r\""},
      {"nil", "NIL", "LOGIN \"nil\" \"NIL\""},
      {"alice@example.org", "{3}", "LOGIN alice@example.org \"{3}\""},
      {"alice", "p\xc3\xa4", "LOGIN alice {3}\r\np\xc3\xa4"},
      {"\xc3\xa4", "p", "LOGIN {2}\r\n\xc3\xa4 \"p\""},
      {"\xc3\xa4", "\xff\xfe", "LOGIN {2}\r\n\xc3\xa4 {2}\r\n\xff\xfe"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    imap_conn *conn = wire_open(&server, GREETING);
    SENDS(imap_cmd_login(conn, cases[i].user, cases[i].password, NULL), cases[i].wire);
    CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
    CHECK_INT(imap_capability_is_stale(conn), 1);
    wire_close(server, conn);
  }
}

static void a_literal_of_a_login_waits_whatever_the_server_says(void) {
  static const struct {
    const char *capabilities, *wire;
  } cases[] = {
      {"OK [CAPABILITY IMAP4rev1] hi", "LOGIN alice {2}\r\n\xc3\xa4"},
      {"OK [CAPABILITY IMAP4rev1 LITERAL+] hi", "LOGIN alice {2}\r\n\xc3\xa4"},
      {"OK [CAPABILITY IMAP4rev1 LITERAL-] hi", "LOGIN alice {2}\r\n\xc3\xa4"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    imap_conn *conn = wire_open(&server, cases[i].capabilities);
    SENDS(imap_cmd_login(conn, "alice", "\xc3\xa4", NULL), cases[i].wire);
    wire_close(server, conn);
  }
}

static void a_refused_login_is_an_error_and_the_connection_stays(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_open(&server, GREETING);
  wire_answer(server, NULL, "NO [AUTHENTICATIONFAILED] wrong password");
  CHECK_RC(imap_cmd_login(conn, "alice", "no", &response), IMAP_ERR_AUTH);
  CHECK_STR(imap_last_message(conn), "LOGIN: NO [AUTHENTICATIONFAILED] wrong password");
  CHECK_STR(imap_last_text(conn), "[AUTHENTICATIONFAILED] wrong password");
  CHECK_STR(imap_last_code(conn), "AUTHENTICATIONFAILED");
  CHECK_INT(imap_response_status(response), IMAP_STATUS_NO);
  CHECK_INT(imap_error_class(IMAP_ERR_AUTH), IMAP_CLASS_ERROR);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  imap_response_free(response);
  wire_answer(server, NULL, "BAD what");
  CHECK_RC(imap_cmd_login(conn, "alice", "no", NULL), IMAP_ERR_AUTH);
  wire_answer(server, NULL, NULL);
  CHECK_RC(imap_cmd_login(conn, "alice", "yes", NULL), IMAP_OK);
  wire_close(server, conn);
}

static void a_refused_literal_ends_the_command_and_not_the_connection(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, GREETING);
  wire_refuse_literals(server, "NO no literals today");
  CHECK_RC(imap_cmd_login(conn, "alice", "\xc3\xa4", NULL), IMAP_ERR_AUTH);
  CHECK_WIRE(server, "LOGIN alice {2}");
  wire_refuse_literals(server, NULL);
  CHECK_SILENCE(server, conn);
  SENDS(imap_cmd_login(conn, "alice", "\xc3\xa4", NULL), "LOGIN alice {2}\r\n\xc3\xa4");
  wire_close(server, conn);
}

static void login_is_refused_where_the_server_forbids_it(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello");
  REFUSES(imap_cmd_login(conn, "alice", "secret", NULL), IMAP_ERR_INSECURE, "LOGINDISABLED");
  CHECK(!strstr(imap_last_message(conn), "secret"));
  wire_close(server, conn);
}

static void arguments_that_cannot_be_sent_are_refused(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, GREETING);
  REFUSES(imap_cmd_login(conn, "a\r\nb", "p", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_login(conn, "a", "p\nq", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  CHECK_RC(imap_cmd_login(conn, "a", "pass\rword", NULL), IMAP_ERR_ARGUMENT);
  CHECK(!strstr(imap_last_message(conn), "pass"));
  REFUSES(imap_cmd_login(conn, NULL, "p", NULL), IMAP_ERR_ARGUMENT, "user is NULL");
  REFUSES(imap_cmd_login(conn, "a", NULL, NULL), IMAP_ERR_ARGUMENT, "password is NULL");
  wire_close(server, conn);
}

static void id_sends_pairs_or_nil(void) {
  static const char *const pairs[] = {"name", "x \"y\"", "version", ""};
  static const char *const broken[] = {"name", "a\r\nb"};
  static const char *const with_null[] = {"name", NULL};
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_open(&server, GREETING);
  SENDS(imap_cmd_id(conn, NULL, 0, NULL), "ID NIL");
  wire_answer(server, "* ID (\"name\" \"server\")\r\n", NULL);
  SENDS(imap_cmd_id(conn, pairs, 4, &response), "ID (\"name\" \"x \\\"y\\\"\" \"version\" \"\")");
  const char *ptr;
  size_t len;
  CHECK_INT(imap_response_item_count(response, NULL), 1);
  CHECK_RC(imap_response_item(response, NULL, 0, &ptr, &len, NULL, NULL), IMAP_OK);
  CHECK_OCTETS(ptr, len, "(\"name\" \"server\")");
  imap_response_free(response);
  wire_answer(server, NULL, NULL);
  REFUSES(imap_cmd_id(conn, pairs, 3, NULL), IMAP_ERR_ARGUMENT, "pairs");
  REFUSES(imap_cmd_id(conn, NULL, 2, NULL), IMAP_ERR_ARGUMENT, "pairs");
  REFUSES(imap_cmd_id(conn, broken, 2, NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_id(conn, with_null, 2, NULL), IMAP_ERR_ARGUMENT, "NULL");
  wire_close(server, conn);
}

static void enable_asks_for_the_capability_first(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  REFUSES(imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), IMAP_ERR_UNSUPPORTED, "ENABLE");
  wire_close(server, conn);
  conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1 ENABLE] hello");
  REFUSES(imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), IMAP_ERR_STATE,
          "command ENABLE illegal in state NONAUTH, only allowed in states AUTH");
  wire_close(server, conn);
}

static void utf8_mode_follows_the_enabled_list(void) {
  static const struct {
    const char *capabilities, *enabled;
    int is_on;
  } cases[] = {
      {"PREAUTH [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT] hi", "* ENABLED UTF8=ACCEPT\r\n", 1},
      {"PREAUTH [CAPABILITY IMAP4rev1 ENABLE] hi", "* ENABLED utf8=accept\r\n", 1},
      {"PREAUTH [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT] hi", NULL, 1},
      {"PREAUTH [CAPABILITY IMAP4rev1 ENABLE] hi", NULL, 0},
      {"PREAUTH [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT] hi", "* ENABLED\r\n", 0},
      {"PREAUTH [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT] hi", "* ENABLED CONDSTORE\r\n", 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    imap_conn *conn = wire_open(&server, cases[i].capabilities);
    wire_answer(server, cases[i].enabled, NULL);
    SENDS(imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), "ENABLE UTF8=ACCEPT");
    CHECK_INT(imap_utf8_enabled(conn), cases[i].is_on);
    wire_answer(server, NULL, NULL);
    SENDS(imap_cmd_create(conn, "\xc3\xa4", NULL), cases[i].is_on ? "CREATE \"\xc3\xa4\"" : "CREATE &AOQ-");
    wire_close(server, conn);
  }
}

static void recent_takes_what_is_known_before_it_asks(void) {
  wire *server;
  imap_response *response = NULL;
  const char *ptr;
  size_t len;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 7 RECENT\r\n", NULL);
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  wire_answer(server, NULL, NULL);
  size_t before = wire_count(server);
  CHECK_RC(imap_cmd_recent(conn, &response), IMAP_OK);
  CHECK_INT(wire_count(server), before);
  CHECK_INT(imap_response_item_count(response, NULL), 1);
  CHECK_RC(imap_response_item(response, NULL, 0, &ptr, &len, NULL, NULL), IMAP_OK);
  CHECK_OCTETS(ptr, len, "7");
  imap_response_free(response);
  SENDS(imap_cmd_recent(conn, &response), "NOOP");
  CHECK_INT(imap_response_item_count(response, NULL), 0);
  imap_response_free(response);
  wire_close(server, conn);
}

static void logout_gives_the_bye_and_closes(void) {
  wire *server;
  imap_response *response = NULL;
  const char *ptr;
  size_t len;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_cmd_logout(conn, &response), "LOGOUT");
  CHECK_INT(imap_response_status(response), IMAP_STATUS_BYE);
  CHECK_INT(imap_response_item_count(response, NULL), 1);
  CHECK_RC(imap_response_item(response, NULL, 0, &ptr, &len, NULL, NULL), IMAP_OK);
  CHECK_OCTETS(ptr, len, "so long");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  CHECK_INT(imap_fd(conn), -1);
  imap_response_free(response);
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_ERR_CLOSED);
  CHECK(response == NULL);
  CHECK_RC(imap_cmd_check(conn, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "illegal in state LOGOUT");
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(plain_commands_are_their_names),
      TEST(login_quotes_the_password_and_only_it),
      TEST(a_literal_of_a_login_waits_whatever_the_server_says),
      TEST(a_refused_login_is_an_error_and_the_connection_stays),
      TEST(a_refused_literal_ends_the_command_and_not_the_connection),
      TEST(login_is_refused_where_the_server_forbids_it),
      TEST(arguments_that_cannot_be_sent_are_refused),
      TEST(id_sends_pairs_or_nil),
      TEST(enable_asks_for_the_capability_first),
      TEST(utf8_mode_follows_the_enabled_list),
      TEST(recent_takes_what_is_known_before_it_asks),
      TEST(logout_gives_the_bye_and_closes),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
