/* Answers row by row (imap_next): rows one at a time and borrowed, other commands in between, stopping early, what is kept
 * and what is not, failures in the middle, and memory that does not grow with the answer. */
#include "kit.h"
#include "peer.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"
#define SELECTED {NULL, HELLO}, {"# SELECT INBOX", "# OK [READ-WRITE] in\r\n"}
#define STAYS {NULL, PEER_STAY}, {NULL, NULL}

static imap_conn *selected(peer **server, const peer_step *steps) {
  imap_conn *conn = peer_open(server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  return conn;
}

static uint32_t submit(imap_conn *conn, const char *line) {
  uint32_t id = 0;
  CHECK_RC(imap_submit_text(conn, line, &id), IMAP_QUEUED);
  CHECK(id != 0 && id == imap_last_id(conn));
  return id;
}

/* The next row is a FETCH of this message. */
static int fetches(int line, imap_conn *conn, uint32_t id, uint32_t number) {
  const imap_response *row = NULL;
  uint32_t got = 0;
  return kit_check_rc(__FILE__, line, "imap_next", imap_next(conn, id, -1, &row), IMAP_OK) &&
         kit_check_str(__FILE__, line, "the row's name", imap_response_name(row), "FETCH") &&
         kit_check_rc(__FILE__, line, "imap_response_number", imap_response_number(row, &got), IMAP_OK) &&
         kit_check_int(__FILE__, line, "the row's number", got, number);
}
#define FETCHES(conn, id, number) fetches(__LINE__, conn, id, number)

static int ends(int line, imap_conn *conn, uint32_t id, int want) {
  const imap_response *row = (const imap_response *)conn;
  return kit_check_rc(__FILE__, line, "imap_next", imap_next(conn, id, -1, &row), want) &&
         kit_check(__FILE__, line, "no row", row == NULL);
}
#define ENDS(conn, id, want) ends(__LINE__, conn, id, want)

static void rows_come_one_at_a_time_and_end_with_the_answer(void) {
  static const peer_step steps[] = {
      SELECTED,
      {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (FLAGS ())\r\n* 3 FETCH (FLAGS (a))\r\n# OK [X] done\r\n"},
      STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
  for (uint32_t n = 1; n <= 3; n++)
    FETCHES(conn, id, n);
  ENDS(conn, id, IMAP_END);
  ENDS(conn, id, IMAP_END);
  imap_response *answer = NULL;
  CHECK_RC(imap_wait(conn, id, 0, &answer), IMAP_OK);
  CHECK_INT(imap_response_row_count(answer), 0);
  CHECK_STR(imap_last_message(conn), "FETCH: OK [X] done");
  imap_response_free(answer);
  ENDS(conn, id, IMAP_ERR_ARGUMENT);
  imap_free(conn);
  peer_end(server);
}

static void a_row_lives_until_the_next_call_that_talks_and_never_dangles(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:2 (FLAGS)", "* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  const imap_response *row = NULL, *second = NULL;
  uint32_t id = submit(conn, "FETCH 1:2 (FLAGS)");
  const char *ptr = NULL;
  size_t len = 0;
  uint64_t number = 0;
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  /* Questions do not talk. */
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  CHECK_STR(imap_last_code(conn), "");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 1000), IMAP_OK);
  CHECK_RC(imap_response_raw(row, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "* 1 FETCH (FLAGS (\\Seen))\r\n");
  imap_fetch fetch;
  CHECK_RC(imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK);
  CHECK_RC(imap_node_text(row, imap_node_first(row, fetch.flags_node), &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "\\Seen");
  CHECK_RC(imap_next(conn, id, -1, &second), IMAP_OK);
  CHECK_RC(imap_response_number(second, NULL), IMAP_OK);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  /* Both are over: they may be looked at, and are empty. */
  const imap_response *old[] = {row, second};
  for (size_t i = 0; i < COUNT_OF(old); i++) {
    CHECK_STR(imap_response_name(old[i]), "");
    CHECK_INT(imap_response_row_count(old[i]), 0);
    CHECK_RC(imap_response_number(old[i], NULL), IMAP_END);
    CHECK_RC(imap_response_raw(old[i], &ptr, &len), IMAP_OK);
    CHECK_INT(len, 0);
    CHECK_INT(imap_node_kind(old[i], 1), IMAP_NODE_NONE);
    CHECK_RC(imap_node_number(old[i], 1, &number), IMAP_END);
  }
  /* It is not the caller's to free. */
  imap_response_free((imap_response *)(uintptr_t)row);
  CHECK_STR(imap_response_name(row), "");
  imap_free(conn);
  peer_end(server);
}

static void kept_copies_outlive_row_and_connection(void) {
  static const peer_step steps[] = {
      SELECTED,
      {"# FETCH 1:2 (BODY[])", "* 1 FETCH (BODY[] {5}\r\nfirst)\r\n* 2 FETCH (BODY[] {6}\r\nsecond)\r\n# OK done\r\n"},
      STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  imap_response *kept[2] = {NULL, NULL};
  uint32_t id = submit(conn, "FETCH 1:2 (BODY[])");
  const imap_response *row = NULL;
  for (int i = 0; i < 2; i++) {
    CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
    CHECK_RC(imap_response_keep(row, &kept[i]), IMAP_OK);
  }
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
  for (int i = 0; i < 2; i++) {
    imap_section section;
    CHECK_RC(imap_section_find(kept[i], "BODY[]", &section, sizeof section), IMAP_OK);
    CHECK_OCTETS(section.ptr, section.len, i ? "second" : "first");
    imap_response_free(kept[i]);
  }
}

static void other_commands_may_be_sent_between_rows(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    {"# STORE 1 +FLAGS (\\Seen)", "* 1 FETCH (FLAGS (\\Seen))\r\n# OK stored\r\n"},
                                    {"# STORE 2 +FLAGS (\\Seen)", "* 2 FETCH (FLAGS (\\Seen))\r\n# OK stored\r\n"},
                                    {"# STORE 3 +FLAGS (\\Seen)", "* 3 FETCH (FLAGS (\\Seen))\r\n# OK stored\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)"), stores[3];
  for (uint32_t n = 1; n <= 3; n++) {
    char line[60];
    FETCHES(conn, id, n);
    snprintf(line, sizeof line, "STORE %u +FLAGS (\\Seen)", n);
    stores[n - 1] = submit(conn, line);
  }
  ENDS(conn, id, IMAP_END);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  for (int i = 2; i >= 0; i--) {
    imap_response *answer = NULL;
    CHECK_RC(imap_wait(conn, stores[i], -1, &answer), IMAP_OK);
    CHECK_INT(imap_response_row_count(answer), 1);
    imap_response_free(answer);
  }
  imap_free(conn);
  peer_end(server);
}

static void waiting_for_another_command_keeps_the_rows_in_order(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:4 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n"},
                                    {"# NOOP", "* 3 FETCH (FLAGS ())\r\n# OK noop\r\n"},
                                    {"# NOOP", "* 4 FETCH (FLAGS ())\r\n# OK noop\r\n"},
                                    {"# STATUS b (MESSAGES)", "* STATUS b (MESSAGES 1)\r\n# OK status\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t id = submit(conn, "FETCH 1:4 (FLAGS)");
  FETCHES(conn, id, 1);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  FETCHES(conn, id, 2);
  CHECK_RC(imap_cmd_status(conn, "b", "(MESSAGES)", NULL), IMAP_OK);
  FETCHES(conn, id, 3);
  FETCHES(conn, id, 4);
  const imap_response *row = NULL;
  CHECK_RC(imap_next(conn, id, 0, &row), IMAP_AGAIN);
  CHECK(row == NULL);
  imap_free(conn);
  peer_end(server);
}

static void a_copy_may_be_kept_of_a_row_that_waited(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS (a))\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    {"# NOOP", "# OK noop\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  imap_response *kept = NULL;
  const imap_response *row = NULL;
  uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
  FETCHES(conn, id, 1);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  CHECK_RC(imap_response_keep(row, &kept), IMAP_OK);
  FETCHES(conn, id, 3);
  ENDS(conn, id, IMAP_END);
  imap_free(conn);
  peer_end(server);
  uint32_t number = 0;
  CHECK_RC(imap_response_number(kept, &number), IMAP_OK);
  CHECK_INT(number, 2);
  imap_response_free(kept);
}

static void rows_are_still_there_when_the_command_was_answered(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    {"# NOOP", "# OK noop\r\n"},
                                    STAYS};
  for (int has_begun = 0; has_begun < 2; has_begun++) {
    peer *server;
    imap_conn *conn = selected(&server, steps);
    uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
    if (has_begun)
      FETCHES(conn, id, 1);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
    for (uint32_t n = has_begun ? 2 : 1; n <= 2; n++)
      FETCHES(conn, id, n);
    imap_response *answer = NULL;
    CHECK_RC(imap_wait(conn, id, 0, &answer), IMAP_OK);
    CHECK_INT(imap_response_row_count(answer), 1);
    uint32_t number = 0;
    CHECK_RC(imap_response_number(imap_response_row(answer, 0), &number), IMAP_OK);
    CHECK_INT(number, 3);
    imap_response_free(answer);
    imap_free(conn);
    peer_end(server);
  }
}

static void stopping_early_leaves_the_connection_in_step(void) {
  static const char *const rows = "* 1 FETCH (BODY[] {5}\r\n# OK )\r\n* 2 EXISTS\r\n* 2 FETCH (BODY[] {3}\r\nabc)\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n";
  const peer_step steps[] = {SELECTED, {"# FETCH 1:3 (BODY[])", rows}, {"# NOOP", "# OK noop\r\n"}, STAYS};
  for (int taken = 0; taken < 3; taken++) {
    peer *server;
    imap_conn *conn = selected(&server, steps);
    imap_response *event = NULL;
    uint32_t id = submit(conn, "FETCH 1:3 (BODY[])");
    for (int n = 1; n <= taken; n++)
      FETCHES(conn, id, (uint32_t)n);
    CHECK_RC(imap_discard(conn, id), IMAP_OK);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
    ENDS(conn, id, IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_discard(conn, id), IMAP_ERR_ARGUMENT);
    /* What the command did not ask for is not dropped with it. */
    CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
    CHECK_STR(imap_response_name(event), "EXISTS");
    imap_response_free(event);
    imap_free(conn);
    peer_end(server);
  }
}

static void a_command_that_was_discarded_in_the_queue_is_never_sent(void) {
  static const peer_step steps[] = {SELECTED, {"# FETCH 1 (FLAGS)", NULL}, {"# NOOP", NULL}, STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t fetch = submit(conn, "FETCH 1 (FLAGS)"), other = submit(conn, "FETCH 1:2 (FLAGS)"), noop;
  CHECK_RC(imap_discard(conn, other), IMAP_OK);
  CHECK_RC(imap_wait(conn, other, 0, NULL), IMAP_ERR_ARGUMENT);
  noop = submit(conn, "NOOP");
  CHECK_RC(imap_wait(conn, noop, 0, NULL), IMAP_AGAIN);
  CHECK_RC(imap_discard(conn, fetch), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void what_has_steps_of_its_own_cannot_be_discarded(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n"}, {"# IDLE", "+ go\r\n"},
                                    {"DONE", "# OK\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_RC(imap_discard(conn, imap_last_id(conn)), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "IDLE");
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void kept_rows_are_limited_but_rows_that_were_taken_do_not_count(void) {
  char many[100 * 24 + 1] = "";
  for (int i = 0; i < 100; i++)
    strcat(many, "* 1 FETCH (FLAGS ())\r\n");
  const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:* (FLAGS)", NULL},
                                    {"# NOOP", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK\r\n"},
                                    {"# NOOP", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK\r\n"},
                                    {"# NOOP", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK\r\n"},
                                    {"# NOOP", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK\r\n"},
                                    {"# NOOP", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK\r\n"},
                                    {"# NOOP", many},
                                    STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  const imap_response *row = NULL;
  uint32_t id = submit(conn, "FETCH 1:* (FLAGS)");
  /* Room for a few of them, whatever the bookkeeping adds, and for far fewer than all. */
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_KEPT, 600), IMAP_OK);
  CHECK_RC(imap_next(conn, id, 0, &row), IMAP_AGAIN);
  for (int round = 0; round < 5; round++) {
    REQUIRE(CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK));
    FETCHES(conn, id, 1);
    FETCHES(conn, id, 2);
  }
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_LIMIT);
  CHECK_HAS(imap_last_message(conn), "MAX_KEPT");
  /* Those that were kept are good. */
  int kept = 0;
  while (imap_next(conn, id, -1, &row) == IMAP_OK)
    kept++;
  CHECK(kept > 0 && kept < 100);
  ENDS(conn, id, IMAP_ERR_LIMIT);
  imap_free(conn);
  peer_end(server);
}

static void any_number_of_rows_may_be_taken_one_by_one_under_a_small_limit(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (BODY[] {900}\r\n"},
                                    {NULL, NULL}};
  static char answer[4000];
  peer_step long_rows[COUNT_OF(steps) + 2];
  size_t n = 0;
  for (int row = 1; row <= 3; row++) {
    n += (size_t)snprintf(answer + n, sizeof answer - n, "* %d FETCH (BODY[] {900}\r\n", row);
    memset(answer + n, 'x', 900);
    n += 900;
    n += (size_t)snprintf(answer + n, sizeof answer - n, ")\r\n");
  }
  snprintf(answer + n, sizeof answer - n, "# OK done\r\n");
  memcpy(long_rows, steps, sizeof steps);
  long_rows[2].answer = answer;
  long_rows[3] = (peer_step){NULL, PEER_STAY};
  long_rows[4] = (peer_step){NULL, NULL};
  peer *server;
  imap_conn *conn = selected(&server, long_rows);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_KEPT, 1000), IMAP_OK);
  uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
  for (uint32_t row = 1; row <= 3; row++)
    FETCHES(conn, id, row);
  ENDS(conn, id, IMAP_END);
  imap_free(conn);
  peer_end(server);
}

static void events_between_rows_go_their_own_way(void) {
  static const peer_step steps[] = {
      SELECTED,
      {"# FETCH 1:9 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 4 EXPUNGE\r\n* 9 EXISTS\r\n* 2 FETCH (FLAGS ())\r\n* OK [ALERT] x\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
      STAYS};
  static const struct {
    const char *name;
    int kind;
  } want[] = {{"EXPUNGE", IMAP_KIND_EXPUNGE}, {"EXISTS", IMAP_KIND_EXISTS}, {"OK", -1}};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t id = submit(conn, "FETCH 1:9 (FLAGS)");
  for (uint32_t n = 1; n <= 3; n++)
    FETCHES(conn, id, n);
  ENDS(conn, id, IMAP_END);
  for (size_t i = 0; i < COUNT_OF(want); i++) {
    imap_response *event = NULL;
    CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
    CHECK_STR(imap_response_name(event), want[i].name);
    if (want[i].kind >= 0)
      CHECK_INT(imap_response_kind(event), want[i].kind);
    imap_response_free(event);
  }
  imap_free(conn);
  peer_end(server);
}

static void a_connection_that_ends_says_so_behind_the_rows_that_came(void) {
  static const struct {
    const char *tail;
    int rc;
  } cases[] = {{"", IMAP_ERR_CLOSED},
               {"* 3 FETCH (FL", IMAP_ERR_CLOSED},
               {"* 3 FETCH (BODY[] {100}\r\nabc", IMAP_ERR_CLOSED},
               {"* BYE going down\r\n", IMAP_ERR_BYE},
               {"ABCD999 OK what\r\n", IMAP_ERR_PROTOCOL}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char answer[200];
    snprintf(answer, sizeof answer, "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n%s", cases[i].tail);
    const peer_step steps[] = {SELECTED, {"# FETCH 1:3 (FLAGS)", answer}, {NULL, NULL}};
    peer *server;
    imap_conn *conn = selected(&server, steps);
    uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
    FETCHES(conn, id, 1);
    FETCHES(conn, id, 2);
    ENDS(conn, id, cases[i].rc);
    char message[300];
    snprintf(message, sizeof message, "%s", imap_last_message(conn));
    CHECK_HAS(message, "FETCH");
    ENDS(conn, id, cases[i].rc);
    CHECK_RC(imap_wait(conn, id, -1, NULL), cases[i].rc);
    CHECK_STR(imap_last_message(conn), message);
    ENDS(conn, id, IMAP_ERR_ARGUMENT);
    imap_free(conn);
    peer_end(server);
  }
}

static void rows_that_were_kept_survive_the_connection(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:3 (FLAGS)", NULL},
                                    {"# NOOP", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK\r\n"},
                                    {NULL, NULL}};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  FETCHES(conn, id, 1);
  FETCHES(conn, id, 2);
  ENDS(conn, id, IMAP_ERR_CLOSED);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_ERR_CLOSED);
  imap_free(conn);
  peer_end(server);
}

static void no_and_bad_end_the_rows_and_are_the_result(void) {
  static const peer_step steps[] = {SELECTED, {"# FETCH 1:2 (X)", "* 1 FETCH (X 1)\r\n# NO some gone\r\n"},
                                    {"# FETCH 1 (Y)", "# BAD what\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  uint32_t id = submit(conn, "FETCH 1:2 (X)");
  FETCHES(conn, id, 1);
  ENDS(conn, id, IMAP_END);
  CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_NO);
  id = submit(conn, "FETCH 1 (Y)");
  ENDS(conn, id, IMAP_END);
  CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_BAD);
  imap_free(conn);
  peer_end(server);
}

static void id_0_is_the_last_command(void) {
  static const peer_step steps[] = {SELECTED, {"# FETCH 1 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n# OK\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  submit(conn, "FETCH 1 (FLAGS)");
  FETCHES(conn, 0, 1);
  ENDS(conn, 0, IMAP_END);
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void rows_wait_while_their_caller_takes_longer_than_the_stall_limit(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n"},
                                    {"# NOOP", "* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = selected(&server, steps);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, 500), IMAP_OK);
  uint32_t id = submit(conn, "FETCH 1:3 (FLAGS)");
  FETCHES(conn, id, 1);
  signal_flag *never = flag_new();
  long long until = kit_now_ms() + 800;
  while (kit_now_ms() < until)
    ;
  FETCHES(conn, id, 2);
  uint32_t noop = submit(conn, "NOOP");
  until = kit_now_ms() + 800;
  /* The answer has long been here when the caller looks again: that is not the server's silence. */
  while (kit_now_ms() < until)
    ;
  FETCHES(conn, id, 3);
  CHECK_RC(imap_wait(conn, noop, -1, NULL), IMAP_OK);
  flag_free(never);
  imap_free(conn);
  peer_end(server);
}

/* Sends `count` rows of one kind to one command. */
typedef struct flood {
  const char *format;
  int count;
} flood;

static void send_flood(peer *self, void *ctx) {
  const flood *what = ctx;
  char line[200], rows[16384];
  size_t n = 0;
  peer_say(self, HELLO);
  peer_line(self, line, sizeof line);
  peer_command(self, line);
  peer_say(self, "# OK in\r\n");
  peer_line(self, line, sizeof line);
  peer_command(self, line);
  for (int i = 1; i <= what->count; i++) {
    n += (size_t)snprintf(rows + n, sizeof rows - n, what->format, i);
    if (n > sizeof rows - 200) {
      if (peer_send(self, rows, n) != 0)
        return;
      n = 0;
    }
  }
  peer_send(self, rows, n);
  peer_say(self, "# OK done\r\n");
  peer_stay(self);
}

/* The most memory this process ever had, in KiB; -1 if the system does not say. */
static long peak_kib(void) {
  char line[200];
  long kib = -1;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, "VmHWM:", 6) == 0)
      kib = atol(line + 6);
  if (file)
    fclose(file);
  return kib;
}

static void memory_does_not_grow_with_the_number_of_rows(void) {
  static const struct {
    const char *format, *command, *name;
  } cases[] = {
      {"* %d FETCH (UID 7 FLAGS (\\Seen) ENVELOPE (NIL \"a subject of some length\" NIL NIL NIL NIL NIL NIL NIL \"<x@y>\"))\r\n",
       "FETCH 1:* (UID FLAGS ENVELOPE)", "FETCH"},
      {"* LIST (\\HasNoChildren) \"/\" \"a mailbox with a rather long name, so that it needs room %d\"\r\n", "LIST \"\" *", "LIST"},
      {"* SEARCH %d 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31\r\n", "SEARCH ALL", "SEARCH"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    flood what = {cases[i].format, (int)kit_repeats(100000)};
    peer *server = peer_start(send_flood, &what);
    imap_conn *conn = NULL;
    int fd = peer_take_fd(server), rows = 0, rc;
    CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
    CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
    uint32_t id = submit(conn, cases[i].command);
    const imap_response *row = NULL;
    long before = peak_kib();
    while ((rc = imap_next(conn, id, -1, &row)) == IMAP_OK) {
      if (strcmp(imap_response_name(row), cases[i].name) != 0)
        break;
      rows++;
    }
    long after = peak_kib();
    CHECK_RC(rc, IMAP_END);
    CHECK_INT(rows, what.count);
    /* All rows together are 8 MB and more. The receive buffer may still have been growing. */
    if (!kit_is_watched() && after - before > 1024)
      kit_fail(__FILE__, __LINE__, "%d %s rows took %ld KiB", rows, cases[i].name, after - before);
    CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(memory_does_not_grow_with_the_number_of_rows),
      TEST(rows_come_one_at_a_time_and_end_with_the_answer),
      TEST(a_row_lives_until_the_next_call_that_talks_and_never_dangles),
      TEST(kept_copies_outlive_row_and_connection),
      TEST(other_commands_may_be_sent_between_rows),
      TEST(waiting_for_another_command_keeps_the_rows_in_order),
      TEST(a_copy_may_be_kept_of_a_row_that_waited),
      TEST(rows_are_still_there_when_the_command_was_answered),
      TEST(stopping_early_leaves_the_connection_in_step),
      TEST(a_command_that_was_discarded_in_the_queue_is_never_sent),
      TEST(what_has_steps_of_its_own_cannot_be_discarded),
      TEST(kept_rows_are_limited_but_rows_that_were_taken_do_not_count),
      TEST(any_number_of_rows_may_be_taken_one_by_one_under_a_small_limit),
      TEST(events_between_rows_go_their_own_way),
      TEST(a_connection_that_ends_says_so_behind_the_rows_that_came),
      TEST(rows_that_were_kept_survive_the_connection),
      TEST(no_and_bad_end_the_rows_and_are_the_result),
      TEST(id_0_is_the_last_command),
      TEST(rows_wait_while_their_caller_takes_longer_than_the_stall_limit),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
