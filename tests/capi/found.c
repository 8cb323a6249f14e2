/* What call_sequences.c has found, each fault as a story of its own. */
#include "kit.h"
#include "peer.h"
#include "pipe_io.h"

#include <errno.h>
#include <fcntl.h>
#include <imap4.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1 IDLE MULTIAPPEND] hi\r\n"

static void a_logout_nobody_wants_leaves_no_result(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# LOGOUT", "* BYE bye\r\n# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t id, done;
  CHECK_RC(imap_submit_text(conn, "LOGOUT", &id), IMAP_QUEUED);
  CHECK_RC(imap_discard(conn, id), IMAP_OK);
  CHECK_RC(imap_completed(conn, 20000, &done), IMAP_END);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  imap_free(conn);
  peer_end(server);
}

static void a_starttls_that_takes_too_long_names_its_limit(void) {
  static const peer_step steps[] = {
      {NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {"# STARTTLS", "# OK go\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_options *options;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 1000);
  imap_options_set_int(options, IMAP_OPT_TLS_VERIFY, 0);
  imap_options_set_str(options, IMAP_OPT_TLS_SERVER_NAME, "imap.test");
  imap_conn *conn = peer_open(&server, steps, options, NULL);
  CHECK_RC(imap_starttls(conn, NULL), IMAP_ERR_TIMEOUT);
  CHECK_HAS(imap_last_message(conn), "not done within 1000 ms (CONNECT_TIMEOUT_MS)");
  imap_free(conn);
  imap_options_free(options);
  peer_end(server);
}

static void a_raw_read_without_a_descriptor_has_its_limit(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server = peer_start(peer_script, (void *)steps);
  pipe_io io = {.has_no_fd = 1};
  imap_conn *conn = NULL;
  const char *line;
  size_t len;
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, 50), IMAP_OK);
  CHECK_RC(imap_raw_readline(conn, &line, &len), IMAP_ERR_TIMEOUT);
  CHECK_INT(io.closes, 1);
  imap_free(conn);
  peer_end(server);
}

static void raw_octets_that_cannot_be_sent_are_a_failure(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server = peer_start(peer_script, (void *)steps);
  pipe_io io = {0};
  imap_conn *conn = NULL;
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
  io.write_errno = EIO;
  CHECK_RC(imap_raw_send(conn, "A1 NOOP\r\n", 9), IMAP_ERR_SYSTEM);
  CHECK_INT(imap_last_errno(conn), EIO);
  CHECK_INT(io.closes, 1);
  imap_free(conn);
  peer_end(server);
}

/* Nobody can write the message while this call waits. */
static void a_wait_for_an_append_that_is_not_written_is_refused(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# APPEND a {2}", "+ go\r\n"}, {"xy", "# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  const imap_response *row;
  uint32_t id, done;
  size_t n;
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_completed(conn, -1, &done), IMAP_ERR_STATE);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "imap_append_end");
  CHECK_RC(imap_completed(conn, 0, &done), IMAP_AGAIN);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 2), IMAP_OK);
  CHECK_RC(imap_literal_write(conn, "x", 1, &n), IMAP_OK);
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_AGAIN);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "imap_append_end");
  CHECK_RC(imap_literal_write(conn, "y", 1, &n), IMAP_OK);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void an_append_without_a_message_can_be_given_up(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# APPEND a", "# BAD no message\r\n"}, {"# NOOP", "# OK\r\n"},
                                    {"# APPEND b {1}", "+ go\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t id, done;
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "imap_discard");
  CHECK_RC(imap_discard(conn, id), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_completed(conn, 0, &done), IMAP_END);
  CHECK_RC(imap_append_begin(conn, "b", &id), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 1), IMAP_OK);
  CHECK_RC(imap_discard(conn, id), IMAP_ERR_STATE);
  imap_free(conn);
  peer_end(server);
}

/* Neither it nor the question for the capabilities that it waits for has left. */
static void an_append_that_was_only_queued_is_not_sent_when_it_is_given_up(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t id;
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
  CHECK_RC(imap_discard(conn, id), IMAP_OK);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_completed(conn, -1, &id), IMAP_OK);
  CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_OK);
  CHECK_RC(imap_completed(conn, -1, &id), IMAP_END);
  imap_free(conn);
  peer_end(server);
}

static void an_append_from_a_descriptor_that_fails_leaves_no_result(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# NOOP", "# OK done\r\n"}, {"# APPEND INBOX {9}", "+ go\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t id;
  int fd = open("/dev/null", O_RDONLY);
  CHECK_RC(imap_cmd_append_fd(conn, NULL, NULL, "no date", fd, 9, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_completed(conn, 0, &id), IMAP_END);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_append_fd(conn, NULL, NULL, NULL, fd, 9, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_completed(conn, 0, &id), IMAP_END);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  close(fd);
  imap_free(conn);
  peer_end(server);
}

/* The command has not left: the library asks for the capabilities first. */
static void an_empty_message_is_ended_while_the_capabilities_are_asked_for(void) {
  static const peer_step steps[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {"# LOGIN a \"b\"", "# OK in\r\n"},
                                    {"# CAPABILITY", NULL}, {NULL, "* CAPABILITY IMAP4rev1\r\n# OK done\r\n"},
                                    {"# APPEND a {0}", "+ go\r\n"}, {"", "# OK done\r\n"}, {"# NOOP", "# OK done\r\n"},
                                    {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_options *options;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  imap_conn *conn = peer_open(&server, steps, options, NULL);
  uint32_t id;
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 0), IMAP_OK);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  imap_options_free(options);
  peer_end(server);
}

static void refuse_in_the_middle(peer *self, void *ctx) {
  size_t reads = *(size_t *)ctx;
  char line[100];
  CHECK(peer_say(self, HELLO) == 0 && peer_line(self, line, sizeof line) >= 0);
  CHECK_HAS(peer_command(self, line), "APPEND a {4}");
  peer_say(self, "+ go\r\n");
  CHECK(peer_octets(self, line, reads) == 0);
  peer_say(self, "# NO full\r\n");
  if (reads == 4) {
    CHECK_INT(peer_line(self, line, sizeof line), 0);
    CHECK(peer_line(self, line, sizeof line) >= 0);
    CHECK_STR(peer_command(self, line), "NOOP");
    peer_say(self, "# OK done\r\n");
  }
  peer_stay(self);
}

/* The server was promised four octets: the next command must not be taken for what is left of them. */
static void an_append_that_is_answered_in_the_middle_is_not_followed_by_a_command(void) {
  for (size_t i = 0; i < 2; i++) {
    size_t reads = i == 0 ? 4 : 2;
    peer *server = peer_start(refuse_in_the_middle, &reads);
    pipe_io io = {0};
    imap_conn *conn = NULL;
    uint32_t id, done;
    size_t n;
    io.fd = peer_take_fd(server);
    CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
    CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
    CHECK_RC(imap_append_message(conn, NULL, NULL, 4), IMAP_OK);
    CHECK_RC(imap_literal_write(conn, "abcd", reads, &n), IMAP_OK);
    CHECK_RC(imap_completed(conn, 20000, &done), IMAP_OK);
    CHECK_RC(imap_append_end(conn, NULL), IMAP_NO);
    CHECK_RC(imap_cmd_noop(conn, NULL), reads == 4 ? IMAP_OK : IMAP_ERR_CLOSED);
    imap_free(conn);
    peer_end(server);
  }
}

enum { NUMBERS = 20000 };

/* A SEARCH with so many numbers that they are handed out as they arrive. */
static const char *long_list(void) {
  static char text[NUMBERS * 8];
  size_t len = (size_t)sprintf(text, "* SEARCH");
  for (int i = 1; i <= NUMBERS; i++)
    len += (size_t)sprintf(text + len, " %d", i);
  sprintf(text + len, "\r\n# OK done\r\n");
  return text;
}

static imap_conn *searching(peer **server, peer_step *steps, const char *answer, uint32_t *search, uint32_t *noop) {
  static const peer_step all[] = {
      {NULL, HELLO}, {"# SELECT INBOX", "# OK done\r\n"}, {"# SEARCH ALL", NULL}, {"# NOOP", "# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  memcpy(steps, all, sizeof all);
  steps[2].answer = answer;
  imap_conn *conn = peer_open(server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "SEARCH ALL", search), IMAP_QUEUED);
  CHECK_RC(imap_submit_text(conn, "NOOP", noop), IMAP_QUEUED);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, 20000), IMAP_OK);
  return conn;
}

static void a_long_list_that_nobody_wants_holds_nothing_up(void) {
  for (int is_begun = 0; is_begun < 2; is_begun++) {
    peer_step steps[6];
    peer *server;
    const imap_response *row;
    uint32_t search, noop;
    imap_conn *conn = searching(&server, steps, long_list(), &search, &noop);
    if (is_begun)
      CHECK_RC(imap_next(conn, search, -1, &row), IMAP_OK);
    CHECK_RC(imap_discard(conn, search), IMAP_OK);
    CHECK_RC(imap_next(conn, noop, 20000, &row), IMAP_END);
    CHECK_RC(imap_wait(conn, noop, -1, NULL), IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
}

/* A number of more than 32 bits among the others is left out and told, in a list as long as you like. */
static void a_long_list_says_what_was_left_out(void) {
  static char text[NUMBERS * 8 + 40];
  char *middle = strstr(strcpy(text, long_list()), " 5000 ");
  memmove(middle + 11, middle, strlen(middle) + 1);
  memcpy(middle, " 4294967296", 11);
  for (int is_pulled = 0; is_pulled < 2; is_pulled++) {
    peer_step steps[6];
    peer *server;
    const imap_response *row;
    imap_response *result = NULL;
    const uint32_t *numbers;
    size_t count, all = 0;
    int malformed = 0;
    uint32_t search, noop;
    imap_conn *conn = searching(&server, steps, text, &search, &noop);
    while (is_pulled && imap_next(conn, search, -1, &row) == IMAP_OK) {
      CHECK_RC(imap_numbers_get(row, &numbers, &count), IMAP_OK);
      all += count;
      malformed += imap_numbers_malformed(row);
    }
    CHECK_RC(imap_wait(conn, search, -1, &result), IMAP_OK);
    if (!is_pulled) {
      row = imap_response_row(result, 0);
      CHECK_RC(imap_numbers_get(row, &numbers, &all), IMAP_OK);
      malformed = imap_numbers_malformed(row);
    }
    CHECK_INT(all, NUMBERS);
    CHECK_INT(malformed, 1);
    imap_response_free(result);
    imap_free(conn);
    peer_end(server);
  }
}

static void a_long_list_is_kept_while_another_command_is_asked_for(void) {
  peer_step steps[6];
  peer *server;
  const imap_response *row;
  const uint32_t *numbers;
  size_t count, all = 0;
  uint32_t search, noop;
  imap_conn *conn = searching(&server, steps, long_list(), &search, &noop);
  for (int is_first = 1; imap_next(conn, search, -1, &row) == IMAP_OK; is_first = 0) {
    CHECK_RC(imap_numbers_get(row, &numbers, &count), IMAP_OK);
    CHECK_INT(numbers[0], all + 1);
    all += count;
    if (is_first)
      CHECK_RC(imap_next(conn, noop, 20000, &row), IMAP_END);
  }
  CHECK_INT(all, NUMBERS);
  CHECK_RC(imap_wait(conn, search, -1, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {TEST(a_logout_nobody_wants_leaves_no_result),
                                   TEST(a_starttls_that_takes_too_long_names_its_limit),
                                   TEST(a_raw_read_without_a_descriptor_has_its_limit),
                                   TEST(raw_octets_that_cannot_be_sent_are_a_failure),
                                   TEST(a_wait_for_an_append_that_is_not_written_is_refused),
                                   TEST(an_append_without_a_message_can_be_given_up),
                                   TEST(an_append_that_was_only_queued_is_not_sent_when_it_is_given_up),
                                   TEST(an_append_from_a_descriptor_that_fails_leaves_no_result),
                                   TEST(an_empty_message_is_ended_while_the_capabilities_are_asked_for),
                                   TEST(an_append_that_is_answered_in_the_middle_is_not_followed_by_a_command),
                                   TEST(a_long_list_that_nobody_wants_holds_nothing_up),
                                   TEST(a_long_list_says_what_was_left_out),
                                   TEST(a_long_list_is_kept_while_another_command_is_asked_for)};
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
