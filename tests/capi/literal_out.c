/* APPEND whose message is handed over in pieces or read from a descriptor: what stands on the wire, who waits for whom,
 * several messages in one command, refusals, and what ends it early. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <imap4.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HELLO(caps) "* PREAUTH [CAPABILITY IMAP4rev1" caps "] hi\r\n"
#define STAYS {NULL, PEER_STAY}, {NULL, NULL}

static imap_conn *open_to(peer *server) {
  imap_conn *conn = NULL;
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  return conn;
}

static int put(imap_conn *conn, const char *text) {
  size_t taken = 99;
  int rc = imap_literal_write(conn, text, strlen(text), &taken);
  if (rc == IMAP_OK)
    CHECK_INT(taken, strlen(text));
  return rc;
}

static void a_message_is_pushed_in_pieces(void) {
  static const struct {
    const char *capabilities, *want;
  } cases[] = {{"IMAP4rev1", "APPEND a (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {11}\r\nhello world"},
               {"IMAP4rev1 LITERAL+", "APPEND a (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {11+}\r\nhello world"},
               {"IMAP4rev1 LITERAL-", "APPEND a (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {11+}\r\nhello world"}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    uint32_t id = 0;
    imap_response *answer = NULL;
    imap_conn *conn = wire_selected(&server, cases[i].capabilities);
    wire_answer(server, NULL, "OK [APPENDUID 1 2] there");
    CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
    CHECK_INT(id, imap_last_id(conn));
    CHECK_RC(imap_append_message(conn, "\\Seen", "17-Jul-1996 02:44:25 -0700", 11), IMAP_OK);
    CHECK_RC(put(conn, "hel"), IMAP_OK);
    uint64_t done = 0, total = 0;
    CHECK_RC(imap_progress(conn, id, &done, &total), IMAP_OK);
    CHECK(done == 3 && total == 11);
    CHECK_RC(put(conn, ""), IMAP_OK);
    CHECK_RC(put(conn, "lo wor"), IMAP_OK);
    CHECK_RC(put(conn, "ld"), IMAP_OK);
    CHECK_RC(imap_progress(conn, id, &done, &total), IMAP_END);
    CHECK_RC(imap_append_end(conn, &answer), IMAP_OK);
    CHECK_WIRE(server, cases[i].want);
    CHECK_STR(imap_last_code(conn), "APPENDUID");
    CHECK_INT(imap_response_status(answer), IMAP_STATUS_OK);
    imap_response_free(answer);
    CHECK_SILENCE(server, conn);
    wire_close(server, conn);
  }
}

static void flags_and_date_may_be_missing_and_null_is_the_inbox(void) {
  static const struct {
    const char *mailbox, *flags, *date, *want;
  } cases[] = {{NULL, NULL, NULL, "APPEND INBOX {1}\r\nx"},
               {"a b", "(\\Seen a)", NULL, "APPEND \"a b\" (\\Seen a) {1}\r\nx"},
               {"Entw\xc3\xbcrfe", NULL, "17-Jul-1996 02:44:25 -0700", "APPEND Entw&APw-rfe \"17-Jul-1996 02:44:25 -0700\" {1}\r\nx"}};
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    CHECK_RC(imap_append_begin(conn, cases[i].mailbox, NULL), IMAP_QUEUED);
    CHECK_RC(imap_append_message(conn, cases[i].flags, cases[i].date, 1), IMAP_OK);
    CHECK_RC(put(conn, "x"), IMAP_OK);
    SENDS(imap_append_end(conn, NULL), cases[i].want);
  }
  wire_close(server, conn);
}

static void an_empty_message_is_a_message(void) {
  static const struct {
    const char *capabilities, *want;
  } cases[] = {{"IMAP4rev1", "APPEND a {0}\r\n"}, {"IMAP4rev1 LITERAL+", "APPEND a {0+}\r\n"}};
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    for (int way = 0; way < 4; way++) {
      wire *server;
      imap_conn *conn = wire_selected(&server, cases[i].capabilities);
      int empty = open("/dev/null", O_RDONLY);
      if (way < 3) {
        CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
        CHECK_RC(imap_append_message(conn, NULL, NULL, 0), IMAP_OK);
        if (way == 1)
          CHECK_RC(put(conn, ""), IMAP_OK);
        if (way == 2)
          CHECK_RC(imap_literal_from_fd(conn, empty), IMAP_OK);
        SENDS(imap_append_end(conn, NULL), cases[i].want);
      } else {
        SENDS(imap_cmd_append_fd(conn, "a", NULL, NULL, empty, 0, NULL), cases[i].want);
      }
      close(empty);
      CHECK_SILENCE(server, conn);
      wire_close(server, conn);
    }
}

static void several_messages_go_in_one_command_where_the_server_takes_them(void) {
  static const struct {
    const char *capabilities, *want;
  } cases[] = {
      {"IMAP4rev1 MULTIAPPEND", "APPEND a (\\Seen) {3}\r\none {0}\r\n \"17-Jul-1996 02:44:25 -0700\" {5}\r\nthree"},
      {"IMAP4rev1 MULTIAPPEND LITERAL+", "APPEND a (\\Seen) {3+}\r\none {0+}\r\n \"17-Jul-1996 02:44:25 -0700\" {5+}\r\nthree"}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    imap_conn *conn = wire_selected(&server, cases[i].capabilities);
    CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
    CHECK_RC(imap_append_message(conn, "\\Seen", NULL, 3), IMAP_OK);
    CHECK_RC(put(conn, "on"), IMAP_OK);
    CHECK_RC(imap_append_message(conn, NULL, NULL, 3), IMAP_ERR_STATE);
    CHECK_HAS(imap_last_message(conn), "1 of the message's 3 octets");
    CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_STATE);
    CHECK_RC(put(conn, "e"), IMAP_OK);
    CHECK_RC(imap_append_message(conn, NULL, NULL, 0), IMAP_OK);
    CHECK_RC(put(conn, ""), IMAP_OK);
    CHECK_RC(imap_append_message(conn, NULL, "17-Jul-1996 02:44:25 -0700", 5), IMAP_OK);
    CHECK_RC(put(conn, "three"), IMAP_OK);
    SENDS(imap_append_end(conn, NULL), cases[i].want);
    wire_close(server, conn);
  }
}

static void a_second_message_needs_multiappend(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 3), IMAP_OK);
  CHECK_RC(put(conn, "one"), IMAP_OK);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 3), IMAP_ERR_UNSUPPORTED);
  CHECK_HAS(imap_last_message(conn), "MULTIAPPEND");
  SENDS(imap_append_end(conn, NULL), "APPEND a {3}\r\none");
  wire_close(server, conn);
}

static void no_in_place_of_the_continuation_sends_no_octet_of_the_message(void) {
  for (int way = 0; way < 3; way++) {
    wire *server;
    imap_conn *conn = wire_selected(&server, "IMAP4rev1");
    wire_refuse_literals(server, "NO [OVERQUOTA] full");
    int zero = open("/dev/zero", O_RDONLY);
    if (way == 2) {
      CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, zero, 1000000, NULL), IMAP_NO);
    } else {
      CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
      CHECK_RC(imap_append_message(conn, NULL, NULL, 1000000), IMAP_OK);
      size_t taken = 7;
      if (way == 0) {
        CHECK_RC(imap_literal_write(conn, "never", 5, &taken), IMAP_END);
        CHECK_INT(taken, 0);
        CHECK_RC(imap_literal_write(conn, "never", 5, &taken), IMAP_END);
      } else {
        CHECK_RC(imap_literal_from_fd(conn, zero), IMAP_END);
      }
      CHECK_RC(imap_append_end(conn, NULL), IMAP_NO);
    }
    CHECK_STR(imap_last_code(conn), "OVERQUOTA");
    CHECK_WIRE(server, "APPEND a {1000000}");
    wire_refuse_literals(server, NULL);
    CHECK_SILENCE(server, conn);
    CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_STATE);
    close(zero);
    wire_close(server, conn);
  }
}

static void more_octets_than_announced_are_refused(void) {
  wire *server;
  size_t taken = 7;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 5), IMAP_OK);
  CHECK_RC(imap_literal_write(conn, "12345678", 8, &taken), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "3 octets more");
  CHECK_INT(taken, 5);
  CHECK_RC(imap_literal_write(conn, "9", 1, &taken), IMAP_ERR_ARGUMENT);
  CHECK_INT(taken, 0);
  SENDS(imap_append_end(conn, NULL), "APPEND a {5}\r\n12345");
  wire_close(server, conn);
}

static void the_order_of_the_calls_is_kept(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  int zero = open("/dev/zero", O_RDONLY);
  uint32_t id = 5;
  REFUSES(imap_append_message(conn, NULL, NULL, 1), IMAP_ERR_STATE, "imap_append_begin");
  REFUSES(imap_literal_write(conn, "x", 1, NULL), IMAP_ERR_STATE, "imap_append_begin");
  REFUSES(imap_literal_from_fd(conn, zero), IMAP_ERR_STATE, "imap_append_begin");
  REFUSES(imap_append_end(conn, NULL), IMAP_ERR_STATE, "imap_append_begin");
  CHECK_RC(imap_append_begin(conn, "a\r\n", &id), IMAP_ERR_ARGUMENT);
  CHECK_INT(id, 0);
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
  CHECK_RC(imap_append_begin(conn, "b", &id), IMAP_ERR_STATE);
  CHECK_RC(imap_literal_write(conn, "x", 1, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "imap_append_message");
  CHECK_RC(imap_literal_from_fd(conn, zero), IMAP_ERR_STATE);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_append_message(conn, "a\r\n", NULL, 1), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_append_message(conn, NULL, "yesterday", 1), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_append_message(conn, NULL, NULL, UINT64_MAX), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 1), IMAP_OK);
  CHECK_RC(imap_literal_write(conn, NULL, 1, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_literal_write(conn, "x", SIZE_MAX, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(put(conn, "x"), IMAP_OK);
  SENDS(imap_append_end(conn, NULL), "APPEND a {1}\r\nx");
  close(zero);
  wire_close(server, conn);
}

static void other_commands_are_refused_meanwhile(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1 IDLE");
  uint32_t id = 0;
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  for (int round = 0; round < 2; round++) {
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
    CHECK_HAS(imap_last_message(conn), "imap_append_end");
    CHECK_RC(imap_submit_text(conn, "NOOP", &id), IMAP_ERR_STATE);
    CHECK_RC(imap_cmd_logout(conn, NULL), IMAP_ERR_STATE);
    CHECK_RC(imap_idle_begin(conn), IMAP_ERR_STATE);
    CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, "m", 1, 0, NULL), IMAP_ERR_STATE);
    CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, 0, 1, NULL), IMAP_ERR_STATE);
    CHECK_RC(imap_raw_send(conn, "x", 1), IMAP_ERR_STATE);
    if (round == 0) {
      CHECK_RC(imap_append_message(conn, NULL, NULL, 2), IMAP_OK);
      CHECK_RC(put(conn, "m"), IMAP_OK);
    }
  }
  CHECK_RC(put(conn, "n"), IMAP_OK);
  SENDS(imap_append_end(conn, NULL), "APPEND a {2}\r\nmn");
  CHECK_SILENCE(server, conn);
  wire_close(server, conn);
}

static void in_utf8_mode_the_message_has_its_utf8_form(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT] hi\r\n"},
                                    {"# ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT\r\n# OK\r\n"},
                                    {"# APPEND \"Entw\xc3\xbcrfe\" (\\Seen) UTF8 (~{3}", "+ go\r\n"},
                                    {"abc)", "# OK there\r\n"},
                                    {"# NOOP", "# OK\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), IMAP_OK);
  CHECK_RC(imap_append_begin(conn, "Entw\xc3\xbcrfe", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, "\\Seen", NULL, 3), IMAP_OK);
  CHECK_RC(put(conn, "abc"), IMAP_OK);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

/* A file with these octets. */
static int file_of(const char *octets, size_t len) {
  char path[] = "/tmp/imap4-test-XXXXXX";
  int fd = mkstemp(path);
  unlink(path);
  CHECK(write(fd, octets, len) == (ssize_t)len);
  lseek(fd, 0, SEEK_SET);
  return fd;
}

static void a_message_comes_from_a_file_from_where_it_stands(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  int file = file_of("0123456789", 10);
  lseek(file, 2, SEEK_SET);
  SENDS(imap_cmd_append_fd(conn, "a", "\\Seen", NULL, file, 5, NULL), "APPEND a (\\Seen) {5}\r\n23456");
  CHECK_INT(lseek(file, 0, SEEK_CUR), 7);
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 5), IMAP_OK);
  CHECK_RC(put(conn, "xy"), IMAP_OK);
  CHECK_RC(imap_literal_from_fd(conn, file), IMAP_OK);
  SENDS(imap_append_end(conn, NULL), "APPEND a {5}\r\nxy789");
  close(file);
  wire_close(server, conn);
}

static void a_file_that_ends_too_early_is_told_and_the_rest_may_be_written(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  int file = file_of("0123", 4);
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 6), IMAP_OK);
  CHECK_RC(imap_literal_from_fd(conn, file), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "2 octets before the message's 6; write the rest");
  CHECK_RC(put(conn, "45"), IMAP_OK);
  SENDS(imap_append_end(conn, NULL), "APPEND a {6}\r\n012345");
  /* In one call there is nobody to write the rest. */
  lseek(file, 0, SEEK_SET);
  CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, file, 6, NULL), IMAP_ERR_ARGUMENT);
  CHECK_STR(imap_last_message(conn),
            "APPEND: the descriptor ended 2 octets before the message's 6; connection closed");
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  close(file);
  wire_close(server, conn);
}

static void a_descriptor_that_cannot_be_read_is_told(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  int unreadable = open("/dev/null", O_WRONLY);
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 1), IMAP_OK);
  CHECK_RC(imap_literal_from_fd(conn, unreadable), IMAP_ERR_SYSTEM);
  CHECK_INT(imap_last_errno(conn), EBADF);
  CHECK_RC(imap_literal_from_fd(conn, -1), IMAP_ERR_SYSTEM);
  CHECK_RC(put(conn, "x"), IMAP_OK);
  SENDS(imap_append_end(conn, NULL), "APPEND a {1}\r\nx");
  REFUSES(imap_cmd_append_fd(conn, "a", NULL, NULL, -1, 1, NULL), IMAP_ERR_ARGUMENT,
          "descriptor -1 cannot be read: Bad file descriptor; nothing was sent");
  REFUSES(imap_cmd_append_fd(conn, "a", NULL, NULL, unreadable, 1, NULL), IMAP_ERR_ARGUMENT, "cannot be read");
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  close(unreadable);
  wire_close(server, conn);
}

static void what_is_wrong_from_the_start_costs_nothing(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  int zero = open("/dev/zero", O_RDONLY);
  REFUSES(imap_cmd_append_fd(conn, "a\n", NULL, NULL, zero, 1, NULL), IMAP_ERR_ARGUMENT, "nothing was sent");
  wire_close(server, conn);
  conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hi");
  REFUSES(imap_cmd_append_fd(conn, "a", NULL, NULL, zero, 1, NULL), IMAP_ERR_STATE, "illegal in state NONAUTH");
  REFUSES(imap_append_begin(conn, "a", NULL), IMAP_ERR_STATE, "illegal in state NONAUTH");
  wire_close(server, conn);
  close(zero);
}

static void *write_pipe(void *arg) {
  int fd = *(int *)arg;
  for (int i = 0; i < 1000; i++)
    if (write(fd, "0123456789", 10) != 10)
      break;
  close(fd);
  return NULL;
}

static void a_message_comes_through_a_pipe(void) {
  for (int is_nonblocking = 0; is_nonblocking < 2; is_nonblocking++) {
    wire *server;
    imap_conn *conn = wire_selected(&server, "IMAP4rev1 LITERAL+");
    int ends[2];
    size_t len;
    REQUIRE(pipe(ends) == 0);
    if (is_nonblocking)
      fcntl(ends[0], F_SETFL, O_NONBLOCK);
    pthread_t thread;
    pthread_create(&thread, NULL, write_pipe, &ends[1]);
    CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, ends[0], 10000, NULL), IMAP_OK);
    pthread_join(thread, NULL);
    close(ends[0]);
    const char *last = wire_last(server, &len);
    CHECK_INT(len, strlen("APPEND a {10000+}\r\n") + 10000);
    CHECK(strncmp(last + len - 20, "01234567890123456789", 20) == 0);
    wire_close(server, conn);
  }
}

enum { MUCH = 3000000 };

static char octet_of_much(size_t i) {
  return (char)('a' + i % 23 + i / 65536 % 3);
}

/* Takes the message only when the client has once found no room for it, and compares each octet. */
static void takes_much_late(peer *self, void *ctx) {
  char line[300], piece[4096];
  peer_say(self, HELLO(""));
  peer_line(self, line, sizeof line);
  CHECK_STR(peer_command(self, line), "APPEND a {3000000}");
  peer_say(self, "+ go\r\n");
  if (!flag_wait(ctx))
    return;
  for (size_t at = 0, wrong = 0; at < MUCH && wrong == 0;) {
    size_t n = MUCH - at < sizeof piece ? MUCH - at : sizeof piece;
    if (peer_octets(self, piece, n) != 0) {
      kit_fail(__FILE__, __LINE__, "the message ends after %zu octets", at);
      return;
    }
    for (size_t i = 0; i < n; i++)
      wrong += piece[i] != octet_of_much(at + i);
    if (wrong > 0)
      kit_fail(__FILE__, __LINE__, "%zu octets behind %zu are not those of the file", wrong, at);
    at += n;
  }
  peer_line(self, line, sizeof line);
  CHECK_STR(line, "");
  peer_say(self, "# OK done\r\n");
  peer_stay(self);
}

/* Waits for what the connection wants; a connection that wants nothing would wait for ever. */
static void wait_and_step(imap_conn *conn) {
  int wants = imap_wants(conn);
  struct pollfd set = {imap_fd(conn), (short)((wants & IMAP_WANT_READ ? POLLIN : 0) | (wants & IMAP_WANT_WRITE ? POLLOUT : 0)), 0};
  CHECK(wants != 0);
  poll(&set, 1, 20000);
  imap_step(conn, -1);
}

static void what_was_read_of_a_file_is_not_lost_when_there_is_no_room(void) {
  /* Without waiting; the same, and the caller goes on from its own memory; waiting, and woken. */
  enum { LOOP, LOOP_THEN_MEMORY, WOKEN, WAYS };
  char *message = malloc(MUCH);
  for (size_t i = 0; i < MUCH; i++)
    message[i] = octet_of_much(i);
  for (int way = 0; way < WAYS; way++) {
    int file = file_of(message, MUCH), rc;
    signal_flag *blocked = flag_new();
    imap_options *options = NULL;
    peer *server = peer_start(takes_much_late, blocked);
    imap_conn *conn = NULL;
    uint32_t id = 0;
    size_t taken = 0, stops = 0;
    CHECK_RC(imap_options_new(&options), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_NONBLOCK, way != WOKEN), IMAP_OK);
    int fd = peer_take_fd(server);
    CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, options, &conn), way == WOKEN ? IMAP_OK : IMAP_QUEUED);
    while (way != WOKEN && imap_wait(conn, imap_last_id(conn), -1, NULL) == IMAP_AGAIN)
      wait_and_step(conn);
    CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
    CHECK_RC(imap_append_message(conn, NULL, NULL, MUCH), IMAP_OK);
    if (way == WOKEN) {
      CHECK_RC(imap_wakeup(conn), IMAP_OK);
      CHECK_RC(imap_literal_from_fd(conn, file), IMAP_ERR_WOKEN);
      /* Nothing is read before the server wants it. */
      CHECK_INT(lseek(file, 0, SEEK_CUR), 0);
      CHECK_RC(imap_literal_write(conn, "", 0, &taken), IMAP_OK);
      CHECK_RC(imap_wakeup(conn), IMAP_OK);
      CHECK_RC(imap_literal_from_fd(conn, file), IMAP_ERR_WOKEN);
      CHECK(lseek(file, 0, SEEK_CUR) > 0);
      flag_raise(blocked);
      rc = imap_literal_from_fd(conn, file);
    } else {
      while ((rc = imap_literal_from_fd(conn, file)) == IMAP_AGAIN) {
        if (imap_wants(conn) & IMAP_WANT_WRITE && stops++ == 0) {
          flag_raise(blocked);
          if (way == LOOP_THEN_MEMORY)
            break;
        }
        wait_and_step(conn);
      }
      CHECK(stops > 0);
    }
    if (way == LOOP_THEN_MEMORY) {
      size_t at = (size_t)lseek(file, 0, SEEK_CUR);
      CHECK(at > 0 && at < MUCH);
      while (at < MUCH && ((rc = imap_literal_write(conn, message + at, MUCH - at, &taken)) == IMAP_OK || rc == IMAP_AGAIN)) {
        at += taken;
        if (at < MUCH)
          wait_and_step(conn);
      }
    }
    CHECK_RC(rc, IMAP_OK);
    rc = imap_append_end(conn, NULL);
    while (rc == IMAP_QUEUED && (rc = imap_wait(conn, id, -1, NULL)) == IMAP_AGAIN) {
      wait_and_step(conn);
      rc = IMAP_QUEUED;
    }
    CHECK_RC(rc, IMAP_OK);
    imap_free(conn);
    flag_raise(blocked);
    peer_end(server);
    flag_free(blocked);
    imap_options_free(options);
    close(file);
  }
  free(message);
}

/* Says "+" and then reads nothing, or says nothing at all. */
static void reads_no_more(peer *self, void *ctx) {
  char line[300];
  const int *says_plus = ctx;
  peer_say(self, HELLO(""));
  peer_line(self, line, sizeof line);
  peer_command(self, line);
  if (*says_plus)
    peer_say(self, "+ go\r\n");
  /* Until the client hangs up. */
  struct pollfd hung_up = {peer_fd(self), 0, 0};
  poll(&hung_up, 1, 20000);
}

static void a_server_that_stops_reading_ends_it_at_the_limits_of_time(void) {
  for (int says_plus = 0; says_plus < 2; says_plus++)
    for (int is_call = 0; is_call < 2; is_call++) {
      peer *server = peer_start(reads_no_more, &says_plus);
      imap_conn *conn = open_to(server);
      size_t size = 8 << 20, taken = 0;
      char *message = calloc(1, size);
      /* What servers are slow at has five times the stall limit. */
      CHECK_RC(imap_set_int(conn, is_call ? IMAP_OPT_CALL_TIMEOUT_MS : IMAP_OPT_STALL_TIMEOUT_MS, is_call ? 150 : 30), IMAP_OK);
      CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
      CHECK_RC(imap_append_message(conn, NULL, NULL, size), IMAP_OK);
      long long began = kit_now_ms();
      CHECK_RC(imap_literal_write(conn, message, size, &taken), IMAP_ERR_TIMEOUT);
      long long took = kit_now_ms() - began;
      CHECK(taken < size);
      if (took > (kit_is_watched() ? 3000 : 500))
        kit_fail(__FILE__, __LINE__, "a limit of 150 ms took %lld ms", took);
      CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_TIMEOUT);
      CHECK_HAS(imap_last_message(conn), "APPEND");
      free(message);
      imap_free(conn);
      peer_end(server);
    }
}

static void a_caller_may_take_its_time_between_the_pieces(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1 MULTIAPPEND");
  struct timespec pause = {0, 80 * 1000000};
  CHECK_RC(imap_set_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, 10), IMAP_OK);
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  for (int i = 0; i < 2; i++) {
    CHECK_RC(imap_append_message(conn, NULL, NULL, 2), IMAP_OK);
    nanosleep(&pause, NULL);
    CHECK_RC(put(conn, "x"), IMAP_OK);
    nanosleep(&pause, NULL);
    CHECK_RC(put(conn, "y"), IMAP_OK);
    nanosleep(&pause, NULL);
  }
  SENDS(imap_append_end(conn, NULL), "APPEND a {2}\r\nxy {2}\r\nxy");
  wire_close(server, conn);
}

static void a_connection_that_ends_in_the_middle_says_so(void) {
  static const peer_step after_plus[] = {{NULL, HELLO("")}, {"# APPEND a {5000000}", "+ go\r\n"}, {NULL, NULL}};
  static const peer_step before_plus[] = {{NULL, HELLO("")}, {"# APPEND a {5000000}", "* BYE no more\r\n"}, {NULL, NULL}};
  const peer_step *cases[] = {after_plus, before_plus};
  char *message = calloc(1, 5000000);
  for (int i = 0; i < 2; i++) {
    peer *server;
    imap_conn *conn = peer_open(&server, cases[i], NULL, NULL);
    int want = i ? IMAP_ERR_BYE : IMAP_ERR_CLOSED, rc = IMAP_OK;
    CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
    CHECK_RC(imap_append_message(conn, NULL, NULL, 5000000), IMAP_OK);
    for (int n = 0; n < 5 && rc == IMAP_OK; n++)
      rc = imap_literal_write(conn, message, 1000000, NULL);
    if (rc == IMAP_ERR_SYSTEM || rc == IMAP_ERR_CLOSED)
      want = rc;
    CHECK_RC(rc, want);
    CHECK_RC(imap_append_end(conn, NULL), want);
    CHECK_HAS(imap_last_message(conn), "APPEND");
    CHECK(strstr(imap_last_message(conn), "may have been carried out") == NULL);
    imap_free(conn);
    peer_end(server);
  }
  free(message);
}

/* Refuses an APPEND when its message has begun, and resets the connection. */
typedef struct refusal {
  signal_flag *may_begin; /* NULL: waits for the APPEND */
  signal_flag *is_over;
  int pipe_fd; /* what is written there comes after that; -1 for none */
  const char *says;
} refusal;

static void refuses_and_resets(peer *self, void *ctx) {
  refusal *how = ctx;
  char line[300];
  const struct linger at_once = {1, 0};
  peer_say(self, HELLO(""));
  if (how->may_begin) {
    flag_wait(how->may_begin);
  } else {
    peer_line(self, line, sizeof line);
    CHECK_STR(peer_command(self, line), "APPEND a {15}");
    peer_say(self, "+ go\r\n");
    peer_octets(self, line, 5);
  }
  peer_say(self, how->says);
  setsockopt(peer_fd(self), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  peer_hang_up(self);
  flag_raise(how->is_over);
  if (how->pipe_fd >= 0)
    CHECK_INT(write(how->pipe_fd, "hello", 5), 5);
}

static imap_conn *open_port(peer *server) {
  imap_conn *conn = NULL;
  CHECK_RC(imap_open("127.0.0.1", peer_port(server), IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  return conn;
}

static void an_answer_that_came_before_the_connection_was_reset_is_told(void) {
  static const char *const says = "# NO [OVERQUOTA] full\r\n* BYE enough\r\n";
  refusal how = {NULL, flag_new(), -1, says};
  peer *server = peer_listen(refuses_and_resets, &how, 1);
  imap_conn *conn = open_port(server);
  size_t taken = 99;
  imap_response *answer = NULL;
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 15), IMAP_OK);
  CHECK_RC(put(conn, "hello"), IMAP_OK);
  REQUIRE(flag_wait(how.is_over));
  CHECK_RC(imap_literal_write(conn, "hello", 5, &taken), IMAP_END);
  CHECK_INT(taken, 0);
  CHECK_RC(imap_literal_write(conn, "hello", 5, &taken), IMAP_END);
  CHECK_RC(imap_append_end(conn, &answer), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "OVERQUOTA");
  CHECK_INT(imap_response_status(answer), IMAP_STATUS_NO);
  imap_response_free(answer);
  imap_free(conn);
  peer_end(server);
  flag_free(how.is_over);
}

static void the_same_where_the_message_comes_from_a_descriptor(void) {
  int fds[2];
  refusal how = {NULL, flag_new(), -1, "# BAD go away\r\n* BYE enough\r\n"};
  REQUIRE(pipe(fds) == 0);
  how.pipe_fd = fds[1];
  CHECK_INT(write(fds[1], "hello", 5), 5);
  peer *server = peer_listen(refuses_and_resets, &how, 1);
  imap_conn *conn = open_port(server);
  CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, fds[0], 15, NULL), IMAP_BAD);
  CHECK_HAS(imap_last_message(conn), "go away");
  imap_free(conn);
  peer_end(server);
  flag_free(how.is_over);
  close(fds[0]);
  close(fds[1]);
}

static void a_bye_that_came_before_a_long_command_is_told(void) {
  refusal how = {flag_new(), flag_new(), -1, "* BYE shutting down\r\n"};
  peer *server = peer_listen(refuses_and_resets, &how, 1);
  imap_conn *conn = open_port(server);
  char *text = malloc(900001);
  memset(text, 'x', 900000);
  text[900000] = '\0';
  flag_raise(how.may_begin);
  REQUIRE(flag_wait(how.is_over));
  CHECK_RC(imap_cmd_xatom(conn, "XLONG", text, NULL), IMAP_ERR_BYE);
  CHECK_HAS(imap_last_message(conn), "shutting down");
  free(text);
  imap_free(conn);
  peer_end(server);
  flag_free(how.may_begin);
  flag_free(how.is_over);
}

static void it_waits_for_rows_that_are_taken_one_by_one_and_keeps_them(void) {
  static const peer_step steps[] = {{NULL, HELLO("")},
                                    {"# SELECT INBOX", "# OK in\r\n"},
                                    {"# FETCH 1:3 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    {"# APPEND a {2}", "+ go\r\n"},
                                    {"xy", "# OK there\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  const imap_response *row = NULL;
  uint32_t id = 0;
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "FETCH 1:3 (FLAGS)", &id), IMAP_QUEUED);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 2), IMAP_OK);
  CHECK_RC(put(conn, "xy"), IMAP_OK);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_OK);
  for (uint32_t n = 2; n <= 3; n++) {
    uint32_t number = 0;
    CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
    CHECK_RC(imap_response_number(row, &number), IMAP_OK);
    CHECK_INT(number, n);
  }
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_END);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void shutdown_gives_up(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 5), IMAP_OK);
  CHECK_RC(put(conn, "x"), IMAP_OK);
  imap_shutdown(conn);
  CHECK_RC(put(conn, "x"), IMAP_ERR_CLOSED);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_CLOSED);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_message_is_pushed_in_pieces),
      TEST(flags_and_date_may_be_missing_and_null_is_the_inbox),
      TEST(an_empty_message_is_a_message),
      TEST(several_messages_go_in_one_command_where_the_server_takes_them),
      TEST(a_second_message_needs_multiappend),
      TEST(no_in_place_of_the_continuation_sends_no_octet_of_the_message),
      TEST(more_octets_than_announced_are_refused),
      TEST(the_order_of_the_calls_is_kept),
      TEST(other_commands_are_refused_meanwhile),
      TEST(in_utf8_mode_the_message_has_its_utf8_form),
      TEST(a_message_comes_from_a_file_from_where_it_stands),
      TEST(a_file_that_ends_too_early_is_told_and_the_rest_may_be_written),
      TEST(a_descriptor_that_cannot_be_read_is_told),
      TEST(what_is_wrong_from_the_start_costs_nothing),
      TEST(a_message_comes_through_a_pipe),
      TEST(what_was_read_of_a_file_is_not_lost_when_there_is_no_room),
      TEST(a_server_that_stops_reading_ends_it_at_the_limits_of_time),
      TEST(a_caller_may_take_its_time_between_the_pieces),
      TEST(a_connection_that_ends_in_the_middle_says_so),
      TEST(an_answer_that_came_before_the_connection_was_reset_is_told),
      TEST(the_same_where_the_message_comes_from_a_descriptor),
      TEST(a_bye_that_came_before_a_long_command_is_told),
      TEST(it_waits_for_rows_that_are_taken_one_by_one_and_keeps_them),
      TEST(shutdown_gives_up),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
