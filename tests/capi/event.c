/* Events and imaplib's table: what no command asked for, in order, bounded, and independent of each other. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next event's name and number; "" if there is none. */
static const char *next_event(imap_conn *conn, uint32_t *number) {
  static char name[50];
  imap_response *event = NULL;
  name[0] = '\0';
  if (imap_event_next(conn, &event) == IMAP_OK)
    snprintf(name, sizeof name, "%s", imap_response_name(event));
  else
    CHECK(event == NULL);
  imap_response_number(event, number);
  imap_response_free(event);
  return name;
}

static void check_filed(imap_conn *conn, const char *name, const char *const *texts, size_t count) {
  imap_response *filed = NULL;
  const char *ptr;
  size_t len;
  int rc = imap_untagged(conn, name, &filed);
  CHECK_RC(rc, count ? IMAP_OK : IMAP_END);
  if (!CHECK_INT(imap_response_item_count(filed, NULL), count))
    count = 0;
  for (size_t i = 0; i < count; i++) {
    CHECK_RC(imap_response_item(filed, NULL, i, &ptr, &len, NULL, NULL), IMAP_OK);
    CHECK_OCTETS(ptr, len, texts[i]);
  }
  imap_response_free(filed);
}

static void check_filed_one(imap_conn *conn, const char *name, const char *text) {
  check_filed(conn, name, &text, text != NULL);
}

static void events_come_in_order_and_newer_counts_replace_older(void) {
  wire *server;
  uint32_t number;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_STR(next_event(conn, &number), "");
  wire_answer(server, "* 5 EXISTS\r\n* 2 EXPUNGE\r\n* 6 EXISTS\r\n* 3 FETCH (FLAGS ())\r\n* 1 RECENT\r\n", NULL);
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  static const struct {
    const char *name;
    uint32_t number;
  } want[] = {{"EXPUNGE", 2}, {"EXISTS", 6}, {"FETCH", 3}, {"RECENT", 1}};
  for (size_t i = 0; i < COUNT_OF(want); i++) {
    CHECK_STR(next_event(conn, &number), want[i].name);
    CHECK_INT(number, want[i].number);
  }
  CHECK_STR(next_event(conn, &number), "");
  wire_close(server, conn);
}

static void an_event_outlives_the_connection(void) {
  wire *server;
  imap_response *event = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 5 EXISTS\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
  wire_close(server, conn);
  CHECK_STR(imap_response_name(event), "EXISTS");
  imap_response_free(event);
}

static void what_a_command_asked_for_is_no_event(void) {
  wire *server;
  uint32_t number;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 1 FETCH (FLAGS ())\r\n* 9 EXISTS\r\n", NULL);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_OK);
  CHECK_STR(next_event(conn, &number), "EXISTS");
  CHECK_STR(next_event(conn, &number), "");
  wire_close(server, conn);
}

static void the_table_files_codes_and_untaken_data(void) {
  static const char *const flags[] = {"(\\Seen \\*)"};
  static const char *const recents[] = {"1"};
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  wire_answer(server,
              "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 1 RECENT\r\n* OK [UIDVALIDITY 3857529045] valid\r\n"
              "* OK [PERMANENTFLAGS (\\Seen \\*)] limited\r\n",
              "OK [READ-WRITE] done");
  SENDS(imap_cmd_select(conn, NULL, 0, NULL), "SELECT INBOX");
  check_filed_one(conn, "UIDVALIDITY", "3857529045");
  check_filed_one(conn, "uidvalidity", NULL);
  check_filed(conn, "PermanentFlags", flags, 1);
  check_filed(conn, "RECENT", recents, 1);
  check_filed_one(conn, "EXISTS", "3");
  check_filed_one(conn, "FLAGS", "(\\Seen)");
  check_filed_one(conn, "READ-WRITE", "");
  check_filed_one(conn, "NEVER", NULL);
  wire_answer(server, NULL, "OK [APPENDUID 38505 3955] appended");
  CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, "m", 1, 0, NULL), IMAP_OK);
  check_filed_one(conn, "APPENDUID", "38505 3955");
  wire_close(server, conn);
}

static void select_empties_the_table(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 5 EXISTS\r\n* OK [ALERT] hot\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_answer(server, "* 2 EXISTS\r\n", NULL);
  CHECK_RC(imap_cmd_select(conn, "b", 0, NULL), IMAP_OK);
  check_filed_one(conn, "ALERT", NULL);
  check_filed_one(conn, "EXISTS", "2");
  wire_close(server, conn);
}

static void events_and_table_do_not_drain_each_other(void) {
  wire *server;
  uint32_t number;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 5 EXPUNGE\r\n* 4 EXPUNGE\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  static const char *const expunged[] = {"5", "4"};
  check_filed(conn, "EXPUNGE", expunged, 2);
  CHECK_STR(next_event(conn, &number), "EXPUNGE");
  CHECK_STR(next_event(conn, &number), "EXPUNGE");
  wire_answer(server, "* 3 EXPUNGE\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_STR(next_event(conn, &number), "EXPUNGE");
  check_filed_one(conn, "EXPUNGE", "3");
  wire_close(server, conn);
}

static void the_table_keeps_what_the_option_says(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_UNTAGGED_KEEP, 2), IMAP_OK);
  wire_answer(server, "* 5 EXPUNGE\r\n* 4 EXPUNGE\r\n* 3 EXPUNGE\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  static const char *const newest[] = {"4", "3"};
  check_filed(conn, "EXPUNGE", newest, 2);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_UNTAGGED_KEEP, 0), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  check_filed_one(conn, "EXPUNGE", NULL);
  wire_close(server, conn);
}

static void too_many_events_become_one_overflow_and_the_connection_goes_on(void) {
  wire *server;
  uint32_t number;
  char *flood = malloc(200000);
  size_t n = 0;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  for (int i = 0; i < 2000; i++)
    n += (size_t)sprintf(flood + n, "* %d FETCH (FLAGS (\\Seen \\Answered))\r\n", i + 1);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_UNASKED, 10000), IMAP_OK);
  wire_answer(server, flood, NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_answer(server, NULL, NULL);
  int overflows = 0, others = 0;
  const char *name;
  while (*(name = next_event(conn, &number)))
    if (strcmp(name, "OVERFLOW") == 0)
      overflows++;
    else
      others++;
  CHECK_INT(overflows, 1);
  CHECK(others < 500);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_close(server, conn);
  free(flood);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(events_come_in_order_and_newer_counts_replace_older),
      TEST(an_event_outlives_the_connection),
      TEST(what_a_command_asked_for_is_no_event),
      TEST(the_table_files_codes_and_untaken_data),
      TEST(select_empties_the_table),
      TEST(events_and_table_do_not_drain_each_other),
      TEST(the_table_keeps_what_the_option_says),
      TEST(too_many_events_become_one_overflow_and_the_connection_goes_on),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
