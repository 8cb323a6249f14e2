/* The trace ring: which lines, how many, when, and emptied. (secrets.c has what must not stand in it.) */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <string.h>
#include <time.h>

/* Line i without the tag that follows its direction. */
static const char *line_at(imap_conn *conn, int i) {
  const char *ptr = NULL;
  size_t len = 0;
  CHECK_RC(imap_trace_line(conn, i, &ptr, &len, NULL), IMAP_OK);
  if (!ptr)
    return "";
  CHECK_INT(ptr[len], 0);
  CHECK(ptr[0] == '<' || ptr[0] == '>');
  CHECK(!memchr(ptr, '\n', len));
  return ptr;
}

static void commands_and_status_lines_are_kept_by_default(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_trace_clear(conn), IMAP_OK);
  CHECK_INT(imap_trace_count(conn), 0);
  wire_answer(server, "* 1 FETCH (FLAGS ())\r\n* OK still here\r\n", NULL);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_OK);
  CHECK_INT(imap_trace_count(conn), 3);
  CHECK_HAS(line_at(conn, 0), " FETCH 1 (FLAGS)");
  CHECK(line_at(conn, 0)[0] == '>');
  CHECK_STR(line_at(conn, 1), "< * OK still here");
  CHECK_HAS(line_at(conn, 2), " OK done");
  wire_close(server, conn);
}

static void levels_say_which_lines(void) {
  static const struct {
    int level, lines;
  } cases[] = {{0, 0}, {1, 2}, {3, 3}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    imap_conn *conn = wire_selected(&server, "IMAP4rev1");
    CHECK_RC(imap_trace_clear(conn), IMAP_OK);
    CHECK_RC(imap_set_int(conn, IMAP_OPT_TRACE_LEVEL, cases[i].level), IMAP_OK);
    wire_answer(server, "* 1 FETCH (FLAGS ())\r\n", NULL);
    CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_OK);
    CHECK_INT(imap_trace_count(conn), cases[i].lines);
    wire_close(server, conn);
  }
}

static void the_ring_keeps_the_newest_lines_in_order(void) {
  wire *server;
  int64_t before = 0, now = (int64_t)time(NULL) * 1000;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_TRACE_KEEP, 4), IMAP_OK);
  for (int i = 0; i < 10; i++)
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_check(conn, NULL), IMAP_OK);
  CHECK_INT(imap_trace_count(conn), 4);
  CHECK_HAS(line_at(conn, 0), " NOOP");
  CHECK_HAS(line_at(conn, 2), " CHECK");
  for (int i = 0; i < 4; i++) {
    int64_t at = 0;
    CHECK_RC(imap_trace_line(conn, i, NULL, NULL, &at), IMAP_OK);
    CHECK(at >= before && at > now - 60000 && at < now + 600000);
    before = at;
  }
  CHECK_RC(imap_set_int(conn, IMAP_OPT_TRACE_KEEP, 2), IMAP_OK);
  CHECK_INT(imap_trace_count(conn), 2);
  CHECK_HAS(line_at(conn, 0), " CHECK");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_TRACE_KEEP, 0), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_INT(imap_trace_count(conn), 0);
  wire_close(server, conn);
}

static void literals_are_shown_by_their_size(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_trace_clear(conn), IMAP_OK);
  CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, "content", 7, 0, NULL), IMAP_OK);
  CHECK_HAS(line_at(conn, 0), "APPEND a {7}");
  for (int i = 0; i < imap_trace_count(conn); i++)
    CHECK(!strstr(line_at(conn, i), "content"));
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(commands_and_status_lines_are_kept_by_default),
      TEST(levels_say_which_lines),
      TEST(the_ring_keeps_the_newest_lines_in_order),
      TEST(literals_are_shown_by_their_size),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
