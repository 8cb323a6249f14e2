/* Raw access: octets past the engine, between commands, with its buffer, limits and errors. */
#include "kit.h"
#include "peer.h"

#include <imap4.h>
#include <string.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"

static void lines_and_octets_are_sent_and_read(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"X1 XRAW", "* first\r\nsecond {3}\r\nabc\n12"}, {"more", "345X1 OK\r\n"},
                                    {"# NOOP", "# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  const char *ptr;
  size_t len;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_raw_send(conn, "X1 XRAW\r\n", 9), IMAP_OK);
  CHECK_RC(imap_raw_readline(conn, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "* first\r\n");
  CHECK_RC(imap_raw_readline(conn, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "second {3}\r\n");
  CHECK_RC(imap_raw_readline(conn, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "abc\n");
  CHECK_RC(imap_raw_send(conn, "more\r\n", 6), IMAP_OK);
  CHECK_RC(imap_raw_read(conn, 5, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "12345");
  CHECK_RC(imap_raw_readline(conn, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "X1 OK\r\n");
  CHECK_RC(imap_last_error(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void a_line_has_the_limit_of_a_line(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"go", "0123456789\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  for (int64_t limit = 11; limit < 13; limit++) {
    peer *server;
    const char *ptr = "";
    size_t len = 1;
    imap_conn *conn = peer_open(&server, steps, NULL, NULL);
    CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, limit), IMAP_OK);
    CHECK_RC(imap_raw_send(conn, "go\r\n", 4), IMAP_OK);
    CHECK_RC(imap_raw_readline(conn, &ptr, &len), limit < 12 ? IMAP_ERR_LIMIT : IMAP_OK);
    if (limit < 12) {
      CHECK_HAS(imap_last_message(conn), "got more than 11 bytes");
      CHECK(ptr == NULL && len == 0);
    }
    imap_free(conn);
    peer_end(server);
  }
}

static void the_end_of_the_stream_is_closed(void) {
  static const peer_step steps[] = {{NULL, HELLO "half"}, {NULL, NULL}};
  for (int lines = 0; lines < 2; lines++) {
    peer *server;
    const char *ptr = "";
    size_t len = 1;
    imap_conn *conn = peer_open(&server, steps, NULL, NULL);
    CHECK_RC(lines ? imap_raw_readline(conn, &ptr, &len) : imap_raw_read(conn, 5, &ptr, &len), IMAP_ERR_CLOSED);
    CHECK(ptr == NULL && len == 0);
    CHECK_INT(imap_fd(conn), -1);
    CHECK_RC(imap_raw_send(conn, "x", 1), IMAP_ERR_CLOSED);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
    imap_free(conn);
    peer_end(server);
  }
}

static void raw_access_is_refused_while_a_command_is_in_flight(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# NOOP", "# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  const char *ptr;
  size_t len;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  int rc = imap_cmd_noop(conn, NULL);
  if (rc == IMAP_ERR_WOKEN) {
    CHECK_RC(imap_raw_send(conn, "x", 1), IMAP_ERR_STATE);
    CHECK_RC(imap_raw_readline(conn, &ptr, &len), IMAP_ERR_STATE);
    CHECK_RC(imap_raw_read(conn, 1, &ptr, &len), IMAP_ERR_STATE);
    rc = imap_wait(conn, 0, -1, NULL);
  }
  CHECK_RC(rc, IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void a_wakeup_loses_no_octets(void) {
  static const peer_step steps[] = {{NULL, HELLO "0123"}, {"go", "456789\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  const char *ptr;
  size_t len;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  CHECK_RC(imap_raw_read(conn, 12, &ptr, &len), IMAP_ERR_WOKEN);
  CHECK_RC(imap_raw_send(conn, "go\r\n", 4), IMAP_OK);
  CHECK_RC(imap_raw_read(conn, 12, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "0123456789\r\n");
  imap_free(conn);
  peer_end(server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(lines_and_octets_are_sent_and_read),
      TEST(a_line_has_the_limit_of_a_line),
      TEST(the_end_of_the_stream_is_closed),
      TEST(raw_access_is_refused_while_a_command_is_in_flight),
      TEST(a_wakeup_loses_no_octets),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
