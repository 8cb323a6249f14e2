/* Literals that are read as they arrive: which ones, in any pieces, into memory, descriptors or away; what is known of
 * them; and what happens when they do not come whole. */
#include "kit.h"
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <imap4.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"

/* What a server sends for the first command behind SELECT: text, a long literal of `size` octets in the middle of it,
 * more text. `stops_at` octets of the literal it falls silent or hangs up. Then it answers whatever comes with OK. */
typedef struct delivery {
  const char *before, *behind;
  size_t size, stops_at;
  int hangs_up;
  /* Octets at a time; 0 is all at once. */
  size_t pieces;
} delivery;

static char octet_at(size_t i) {
  return (char)("abcdefghijklmnopqrstuvwxyz\r\n"[i % 28] ^ (i / 28 % 7 == 6 ? 1 : 0));
}

static char *message_of(size_t size) {
  char *message = malloc(size + 1);
  for (size_t i = 0; i < size; i++)
    message[i] = octet_at(i);
  return message;
}

static void deliver(peer *self, void *ctx) {
  delivery *what = ctx;
  char line[300];
  peer_say(self, HELLO);
  for (int i = 0; i < 2; i++) {
    if (peer_line(self, line, sizeof line) < 0)
      return;
    peer_command(self, line);
    if (i == 0)
      peer_say(self, "# OK in\r\n");
  }
  if (what->before)
    peer_say(self, what->before);
  if (what->size) {
    char *message = message_of(what->size);
    size_t end = what->stops_at ? what->stops_at : what->size;
    for (size_t at = 0, n; at < end; at += n) {
      n = what->pieces && what->pieces < end - at ? what->pieces : end - at;
      if (peer_send(self, message + at, n) != 0)
        break;
    }
    free(message);
    if (what->stops_at && what->hangs_up)
      return;
    if (what->stops_at) {
      peer_stay(self);
      return;
    }
  }
  if (what->behind)
    peer_say(self, what->behind);
  while (peer_line(self, line, sizeof line) >= 0 && peer_command(self, line))
    peer_say(self, "# OK done\r\n");
}

typedef struct session {
  peer *server;
  imap_conn *conn;
  uint32_t id;
} session;

/* A connection to such a server, with the command on its way. */
static session begin(delivery *what, int64_t stream_min, const char *items) {
  session s = {peer_start(deliver, what), NULL, 0};
  int fd = peer_take_fd(s.server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &s.conn), IMAP_OK);
  CHECK_RC(imap_cmd_select(s.conn, NULL, 0, NULL), IMAP_OK);
  CHECK_RC(imap_set_int(s.conn, IMAP_OPT_LITERAL_STREAM_MIN, stream_min), IMAP_OK);
  CHECK_RC(imap_set_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, items), IMAP_OK);
  CHECK_RC(imap_submit_text(s.conn, "FETCH 1:9 (X)", &s.id), IMAP_QUEUED);
  return s;
}

static void end(session *s) {
  imap_free(s->conn);
  peer_end(s->server);
}

static int next(session *s) {
  const imap_response *row;
  return imap_next(s->conn, s->id, -1, &row);
}

/* The rest of the rows, the answer, and one more command: all in step. */
static void is_in_step(int line, session *s, int rows) {
  int rc, n = 0;
  while ((rc = next(s)) == IMAP_OK)
    n++;
  kit_check_rc(__FILE__, line, "imap_next", rc, IMAP_END);
  kit_check_int(__FILE__, line, "rows", n, rows);
  kit_check_rc(__FILE__, line, "imap_wait", imap_wait(s->conn, s->id, -1, NULL), IMAP_OK);
  kit_check_rc(__FILE__, line, "NOOP", imap_cmd_noop(s->conn, NULL), IMAP_OK);
}
#define IS_IN_STEP(s, rows) is_in_step(__LINE__, s, rows)

static void literals_from_the_limit_on_are_handed_out(void) {
  static const struct {
    int64_t min;
    int is_streamed;
  } cases[] = {{0, 0}, {1, 1}, {9, 1}, {10, 1}, {11, 0}, {100000, 0}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    delivery what = {"* 3 FETCH (UID 7 BODY[] {10}\r\n", ")\r\n# OK done\r\n", 10, 0, 0, 0};
    session s = begin(&what, cases[i].min, NULL);
    const imap_response *row = NULL;
    char buf[100];
    size_t n = 0;
    int rc = imap_next(s.conn, s.id, -1, &row);
    CHECK_RC(rc, cases[i].is_streamed ? IMAP_LITERAL : IMAP_OK);
    if (rc == IMAP_LITERAL) {
      CHECK(row == NULL);
      CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
      CHECK_INT(n, 10);
      CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_END);
      CHECK_INT(n, 0);
      CHECK_RC(imap_next(s.conn, s.id, -1, &row), IMAP_OK);
    }
    imap_section section;
    CHECK_RC(imap_section_get(row, 0, &section, sizeof section), IMAP_OK);
    CHECK_INT(section.is_streamed, cases[i].is_streamed);
    CHECK_INT(section.len, cases[i].is_streamed ? 0 : 10);
    CHECK(cases[i].is_streamed == (section.ptr == NULL));
    IS_IN_STEP(&s, 0);
    end(&s);
  }
}

static void named_items_are_handed_out_whatever_their_size(void) {
  static const struct {
    const char *items, *sent;
    int is_streamed;
  } cases[] = {
      {"BODY[]", "BODY[]", 1},        {"body[]", "BODY[]", 1},          {"BODY[1] BODY[]", "BODY[]", 1},
      {"  BODY[]  ", "BODY[]", 1},    {"BODY[1]", "BODY[]", 0},         {"BODY[] BINARY[2]", "BINARY[2]", 1},
      {"BODY[]", "BODY[HEADER]", 0},  {"BODY[HEADER]", "BODY[HEADER]", 1}, {"", "BODY[]", 0},
      {"RFC822", "RFC822", 1},        {"RFC822", "RFC822.HEADER", 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char before[100];
    snprintf(before, sizeof before, "* 3 FETCH (UID 7 %s {3}\r\n", cases[i].sent);
    delivery what = {before, ")\r\n# OK done\r\n", 3, 0, 0, 0};
    session s = begin(&what, 0, cases[i].items);
    int rc = next(&s);
    if (rc != (cases[i].is_streamed ? IMAP_LITERAL : IMAP_OK))
      kit_fail(__FILE__, __LINE__, "\"%s\" and %s: %s", cases[i].items, cases[i].sent, imap_error_name(rc));
    IS_IN_STEP(&s, cases[i].is_streamed);
    end(&s);
  }
}

static void the_text_option_is_live_and_checked(void) {
  delivery what = {"# OK done\r\n", NULL, 0, 0, 0, 0};
  session s = begin(&what, 0, NULL);
  const char *text = "x";
  CHECK_RC(imap_set_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[]"), IMAP_OK);
  CHECK_RC(imap_get_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, &text), IMAP_OK);
  CHECK_STR(text, "BODY[]");
  CHECK_RC(imap_set_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, "\xff"), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_get_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, &text), IMAP_OK);
  CHECK_STR(text, "BODY[]");
  CHECK_RC(imap_set_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, NULL), IMAP_OK);
  CHECK_RC(imap_get_str(s.conn, IMAP_OPT_LITERAL_STREAM_ITEMS, &text), IMAP_OK);
  CHECK(text == NULL);
  CHECK_RC(imap_set_str(s.conn, IMAP_OPT_TLS_CA_FILE, "x"), IMAP_ERR_UNSUPPORTED);
  CHECK_RC(imap_set_str(s.conn, IMAP_OPT_LITERAL_STREAM_MIN, "1"), IMAP_ERR_UNSUPPORTED);
  CHECK_RC(imap_set_str(s.conn, -1, "1"), IMAP_ERR_UNSUPPORTED);
  CHECK_RC(imap_set_str(NULL, IMAP_OPT_LITERAL_STREAM_ITEMS, "x"), IMAP_ERR_HANDLE);
  IS_IN_STEP(&s, 0);
  end(&s);
}

static void what_is_known_of_a_literal_can_be_asked(void) {
  static const struct {
    const char *before, *item;
    uint32_t number, uid;
    int is_binary;
  } cases[] = {
      {"* 3 FETCH (UID 7 BODY[1.2] {40}\r\n", "BODY[1.2]", 3, 7, 0},
      {"* 3 FETCH (BODY[1.2]<5> {40}\r\n", "BODY[1.2]<5>", 3, 0, 0},
      {"* 4294967295 FETCH (FLAGS (a {1}\r\nx) UID 4294967295 BINARY[1] ~{40}\r\n", "BINARY[1]", 4294967295u, 4294967295u, 1},
      {"* 3 FETCH (UID 7 BODY[HEADER.FIELDS (From {2}\r\nTo)] {40}\r\n", NULL, 3, 7, 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    delivery what = {cases[i].before, ")\r\n# OK done\r\n", 40, 0, 0, 0};
    session s = begin(&what, 20, NULL);
    imap_literal info;
    memset(&info, 0x55, sizeof info);
    CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_END);
    CHECK(info.total == 0 && info.item == NULL);
    CHECK_RC(next(&s), IMAP_LITERAL);
    CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_OK);
    CHECK_INT(info.size, sizeof info);
    CHECK_INT(info.total, 40);
    CHECK_INT(info.done, 0);
    CHECK_INT(info.number, cases[i].number);
    CHECK_INT(info.uid, cases[i].uid);
    CHECK_INT(info.is_binary, cases[i].is_binary);
    CHECK_INT(info.id, s.id);
    if (cases[i].item) {
      CHECK_OCTETS(info.item, info.item_len, cases[i].item);
      CHECK_INT(info.item[info.item_len], 0);
    }
    char buf[10];
    size_t n;
    CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
    size_t done = n;
    CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_OK);
    CHECK_INT(info.done, done);
    CHECK_RC(imap_literal_info(s.conn, &info, 8), IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_literal_info(s.conn, NULL, sizeof info), IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_literal_skip(s.conn), IMAP_OK);
    CHECK_RC(imap_literal_skip(s.conn), IMAP_ERR_STATE);
    CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_END);
    IS_IN_STEP(&s, 1);
    end(&s);
  }
}

/* Reads the literal that waits in pieces of this size and compares it. */
static void read_whole(int line, imap_conn *conn, size_t size, size_t piece) {
  char *buf = malloc(piece);
  size_t done = 0, n = 0;
  int rc, is_same = 1;
  while ((rc = imap_literal_read(conn, buf, piece, &n)) == IMAP_OK && n > 0 && n <= piece) {
    for (size_t i = 0; i < n; i++)
      is_same &= buf[i] == octet_at(done + i);
    done += n;
  }
  kit_check_rc(__FILE__, line, "imap_literal_read", rc, IMAP_END);
  kit_check_int(__FILE__, line, "octets read", (long long)done, (long long)size);
  kit_check(__FILE__, line, "the octets are those that were sent", is_same);
  free(buf);
}

static void literals_are_read_in_any_pieces(void) {
  static const size_t reads[] = {1, 7, 4096, 1 << 20};
  static const size_t sends[] = {0, 1000, 65536};
  for (size_t i = 0; i < COUNT_OF(reads); i++)
    for (size_t k = 0; k < COUNT_OF(sends); k++) {
      size_t size = reads[i] < 4096 ? kit_repeats(200000) : kit_repeats(3 << 20);
      char before[100];
      snprintf(before, sizeof before, "* 1 FETCH (BODY[] {%zu}\r\n", size);
      delivery what = {before, " UID 9)\r\n* 2 FETCH (FLAGS ())\r\n# OK done\r\n", size, 0, 0, sends[k]};
      session s = begin(&what, 1, NULL);
      CHECK_RC(next(&s), IMAP_LITERAL);
      read_whole(__LINE__, s.conn, size, reads[i]);
      const imap_response *row = NULL;
      CHECK_RC(imap_next(s.conn, s.id, -1, &row), IMAP_OK);
      imap_fetch fetch;
      CHECK_RC(imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK);
      CHECK_INT(fetch.uid, 9);
      IS_IN_STEP(&s, 1);
      end(&s);
    }
}

static void several_literals_of_one_response_come_one_after_the_other(void) {
  delivery what = {"* 1 FETCH (BODY[1] {3}\r\nabc BODY[2] {5}\r\nshort BODY[3] \"quoted\" BODY[4] {0}\r\n BODY[5] {12}\r\n",
                   " UID 4)\r\n* 2 FETCH (BODY[1] {4}\r\nlast)\r\n# OK done\r\n", 12, 0, 0, 0};
  session s = begin(&what, 4, "BODY[1]");
  char buf[100];
  size_t n;
  imap_literal info;
  CHECK_RC(next(&s), IMAP_LITERAL);
  CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
  CHECK_OCTETS(buf, n, "abc");
  CHECK_RC(next(&s), IMAP_LITERAL);
  CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_OK);
  CHECK_OCTETS(info.item, info.item_len, "BODY[2]");
  CHECK_RC(imap_literal_skip(s.conn), IMAP_OK);
  CHECK_RC(next(&s), IMAP_LITERAL);
  read_whole(__LINE__, s.conn, 12, 5);
  const imap_response *row = NULL;
  CHECK_RC(imap_next(s.conn, s.id, -1, &row), IMAP_OK);
  imap_fetch fetch;
  CHECK_RC(imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK);
  CHECK_INT(fetch.uid, 4);
  CHECK_INT(fetch.section_count, 5);
  for (uint32_t i = 0; i < 5; i++) {
    imap_section section;
    CHECK_RC(imap_section_get(row, i, &section, sizeof section), IMAP_OK);
    CHECK_INT(section.is_streamed, i != 2 && i != 3);
    if (i == 2)
      CHECK_OCTETS(section.ptr, section.len, "quoted");
    if (i == 3)
      CHECK(section.ptr && section.len == 0);
  }
  CHECK_RC(next(&s), IMAP_LITERAL);
  CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
  CHECK_OCTETS(buf, n, "last");
  IS_IN_STEP(&s, 1);
  end(&s);
}

static void what_is_left_unread_is_dropped(void) {
  for (int taken = 0; taken < 3; taken++) {
    size_t size = 300000, n;
    char buf[5000];
    delivery what = {"* 1 FETCH (BODY[] {300000}\r\n", ")\r\n* 2 FETCH (FLAGS ())\r\n# OK done\r\n", size, 0, 0, 7000};
    session s = begin(&what, 1000, NULL);
    CHECK_RC(next(&s), IMAP_LITERAL);
    if (taken == 1)
      CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
    if (taken == 2)
      CHECK_RC(imap_literal_skip(s.conn), IMAP_OK);
    CHECK_RC(next(&s), IMAP_OK);
    IS_IN_STEP(&s, 1);
    end(&s);
  }
}

static void a_wait_for_another_command_drops_the_literal_and_keeps_the_row(void) {
  delivery what = {"* 1 FETCH (BODY[] {50000}\r\n", " UID 3)\r\n* 2 FETCH (BODY[] {2}\r\nab)\r\n", 50000, 0, 0, 900};
  session s = begin(&what, 2, NULL);
  const imap_response *row = NULL;
  imap_section section;
  CHECK_RC(next(&s), IMAP_LITERAL);
  CHECK_RC(imap_cmd_noop(s.conn, NULL), IMAP_OK);
  size_t n;
  char buf[10];
  CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_END);
  CHECK_RC(imap_next(s.conn, s.id, -1, &row), IMAP_OK);
  CHECK_RC(imap_section_find(row, "BODY[]", &section, sizeof section), IMAP_OK);
  CHECK(section.is_streamed && section.ptr == NULL);
  /* The second came while nobody pulled: it was kept whole. */
  CHECK_RC(imap_next(s.conn, s.id, -1, &row), IMAP_OK);
  CHECK_RC(imap_section_find(row, "BODY[]", &section, sizeof section), IMAP_OK);
  CHECK_OCTETS(section.ptr, section.len, "ab");
  end(&s);
}

static void a_discarded_answer_takes_its_literal_along(void) {
  for (int is_read = 0; is_read < 2; is_read++) {
    delivery what = {"* 1 FETCH (BODY[] {100000}\r\n", " UID 3)\r\n* 2 FETCH (BODY[] {2}\r\nab)\r\n# OK done\r\n", 100000, 0, 0, 900};
    session s = begin(&what, 2, NULL);
    CHECK_RC(next(&s), IMAP_LITERAL);
    char buf[10];
    size_t n;
    if (is_read)
      CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
    CHECK_RC(imap_discard(s.conn, s.id), IMAP_OK);
    CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_END);
    CHECK_RC(imap_cmd_noop(s.conn, NULL), IMAP_OK);
    CHECK_RC(imap_cmd_noop(s.conn, NULL), IMAP_OK);
    end(&s);
  }
}

static void literals_go_to_a_file(void) {
  static const size_t sizes[] = {1, 5000, 700000};
  for (size_t i = 0; i < COUNT_OF(sizes); i++) {
    char before[100], path[] = "/tmp/imap4-test-XXXXXX", buf[100];
    size_t n = 0;
    snprintf(before, sizeof before, "* 1 FETCH (BODY[] {%zu}\r\n", sizes[i]);
    delivery what = {before, ")\r\n# OK done\r\n", sizes[i], 0, 0, 60000};
    session s = begin(&what, 1, NULL);
    int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    unlink(path);
    CHECK_RC(next(&s), IMAP_LITERAL);
    if (sizes[i] > 1)
      CHECK_RC(imap_literal_read(s.conn, buf, 77, &n), IMAP_OK);
    CHECK_RC(imap_literal_to_fd(s.conn, fd), IMAP_OK);
    CHECK_INT(lseek(fd, 0, SEEK_END), sizes[i] - n);
    char *want = message_of(sizes[i]), *got = malloc(sizes[i]);
    CHECK_INT(pread(fd, got, sizes[i], 0), sizes[i] - n);
    CHECK(memcmp(got, want + n, sizes[i] - n) == 0);
    free(want);
    free(got);
    close(fd);
    CHECK_RC(imap_literal_to_fd(s.conn, 1), IMAP_ERR_STATE);
    IS_IN_STEP(&s, 1);
    end(&s);
  }
}

typedef struct reader {
  int fd;
  size_t got;
  int is_same;
} reader;

static void *read_pipe(void *arg) {
  reader *self = arg;
  char buf[3000];
  ssize_t n;
  self->is_same = 1;
  while ((n = read(self->fd, buf, sizeof buf)) > 0)
    for (ssize_t i = 0; i < n; i++)
      self->is_same &= buf[i] == octet_at(self->got++);
  return NULL;
}

static void literals_go_to_a_pipe_that_is_read_slowly_and_to_one_that_does_not_block(void) {
  for (int is_nonblocking = 0; is_nonblocking < 2; is_nonblocking++) {
    int ends[2];
    delivery what = {"* 1 FETCH (BODY[] {400000}\r\n", ")\r\n# OK done\r\n", 400000, 0, 0, 0};
    session s = begin(&what, 1, NULL);
    REQUIRE(pipe(ends) == 0);
    if (is_nonblocking)
      fcntl(ends[1], F_SETFL, O_NONBLOCK);
    reader self = {ends[0], 0, 0};
    pthread_t thread;
    pthread_create(&thread, NULL, read_pipe, &self);
    CHECK_RC(next(&s), IMAP_LITERAL);
    CHECK_RC(imap_literal_to_fd(s.conn, ends[1]), IMAP_OK);
    close(ends[1]);
    pthread_join(thread, NULL);
    close(ends[0]);
    CHECK_INT(self.got, 400000);
    CHECK(self.is_same);
    IS_IN_STEP(&s, 1);
    end(&s);
  }
}

static void a_descriptor_that_takes_nothing_is_an_error_and_the_connection_stays_in_step(void) {
  for (int way = 0; way < 4; way++) {
    int ends[2];
    delivery what = {"* 1 FETCH (BODY[] {200000}\r\n", ")\r\n# OK done\r\n", 200000, 0, 0, 0};
    session s = begin(&what, 1, NULL);
    REQUIRE(pipe(ends) == 0);
    close(ends[0]);
    CHECK_RC(next(&s), IMAP_LITERAL);
    CHECK_RC(imap_literal_to_fd(s.conn, way == 3 ? -1 : ends[1]), IMAP_ERR_SYSTEM);
    CHECK_INT(imap_last_errno(s.conn), way == 3 ? EBADF : EPIPE);
    char buf[500];
    size_t n;
    imap_literal info;
    CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_OK);
    if (way == 0) {
      CHECK_RC(imap_literal_read(s.conn, buf, sizeof buf, &n), IMAP_OK);
      CHECK(n > 0 && buf[0] == octet_at(info.done));
    }
    if (way == 1)
      CHECK_RC(imap_literal_skip(s.conn), IMAP_OK);
    close(ends[1]);
    IS_IN_STEP(&s, 1);
    end(&s);
  }
}

/* A full disk, say: what it took is gone and nothing else. */
static void what_a_descriptor_does_not_take_can_still_be_read(void) {
  enum { TAKES = 10000, SIZE = 200000 };
  struct rlimit before, small;
  char name[] = "/tmp/imap4-literal-XXXXXX", *buf = malloc(SIZE);
  int fd = mkstemp(name);
  REQUIRE(fd >= 0 && unlink(name) == 0 && getrlimit(RLIMIT_FSIZE, &before) == 0);
  delivery what = {"* 1 FETCH (BODY[] {200000}\r\n", ")\r\n# OK done\r\n", SIZE, 0, 0, 0};
  session s = begin(&what, 1, NULL);
  size_t n, done = TAKES;
  imap_literal info;
  signal(SIGXFSZ, SIG_IGN);
  small = before;
  small.rlim_cur = TAKES;
  setrlimit(RLIMIT_FSIZE, &small);
  CHECK_RC(next(&s), IMAP_LITERAL);
  CHECK_RC(imap_literal_to_fd(s.conn, fd), IMAP_ERR_SYSTEM);
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK_INT(imap_last_errno(s.conn), EFBIG);
  CHECK_RC(imap_literal_info(s.conn, &info, sizeof info), IMAP_OK);
  CHECK_INT(info.done, TAKES);
  for (int rc; (rc = imap_literal_read(s.conn, buf, SIZE, &n)) == IMAP_OK; done += n)
    CHECK(buf[0] == octet_at(done));
  CHECK_INT(done, SIZE);
  IS_IN_STEP(&s, 1);
  end(&s);
  close(fd);
  free(buf);
}

static void a_literal_that_is_cut_off_is_a_failure_behind_what_came(void) {
  static const struct {
    size_t size, stops_at;
  } cases[] = {{100, 40}, {100000, 1}, {500000, 300000}};
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    for (int way = 0; way < 4; way++) {
      char before[100], *buf = malloc(500000);
      size_t n, done = 0;
      int rc;
      snprintf(before, sizeof before, "* 1 FETCH (BODY[] {%zu}\r\n", cases[i].size);
      delivery what = {before, NULL, cases[i].size, cases[i].stops_at, 1, 0};
      session s = begin(&what, 1, NULL);
      CHECK_RC(next(&s), IMAP_LITERAL);
      if (way == 0) {
        while ((rc = imap_literal_read(s.conn, buf, 500000, &n)) == IMAP_OK)
          done += n;
        CHECK_RC(rc, IMAP_ERR_CLOSED);
        CHECK_INT(n, 0);
        CHECK_INT(done, cases[i].stops_at);
        CHECK_HAS(imap_last_message(s.conn), "inside a response");
      } else if (way == 1) {
        int sink = open("/dev/null", O_WRONLY);
        CHECK_RC(imap_literal_to_fd(s.conn, sink), IMAP_ERR_CLOSED);
        close(sink);
      } else if (way == 2) {
        CHECK_RC(imap_literal_skip(s.conn), IMAP_OK);
      }
      CHECK_RC(next(&s), IMAP_ERR_CLOSED);
      CHECK_RC(imap_wait(s.conn, s.id, -1, NULL), IMAP_ERR_CLOSED);
      CHECK_RC(imap_literal_read(s.conn, buf, 100, &n), IMAP_ERR_CLOSED);
      CHECK_RC(imap_literal_skip(s.conn), IMAP_ERR_STATE);
      free(buf);
      end(&s);
    }
}

static void a_literal_that_stops_coming_ends_at_the_limits_of_time(void) {
  for (int limit = 0; limit < 2; limit++)
    for (int way = 0; way < 4; way++) {
      delivery what = {"* 1 FETCH (BODY[] {100000}\r\n", NULL, 100000, 3000, 0, 0};
      session s = {peer_start(deliver, &what), NULL, 0};
      int fd = peer_take_fd(s.server), rc = IMAP_OK;
      char buf[5000];
      size_t n;
      CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &s.conn), IMAP_OK);
      CHECK_RC(imap_cmd_select(s.conn, NULL, 0, NULL), IMAP_OK);
      CHECK_RC(imap_set_int(s.conn, IMAP_OPT_LITERAL_STREAM_MIN, 1), IMAP_OK);
      CHECK_RC(imap_set_int(s.conn, limit ? IMAP_OPT_CALL_TIMEOUT_MS : IMAP_OPT_STALL_TIMEOUT_MS, 150), IMAP_OK);
      CHECK_RC(imap_submit_text(s.conn, "FETCH 1:9 (X)", &s.id), IMAP_QUEUED);
      CHECK_RC(next(&s), IMAP_LITERAL);
      long long began = kit_now_ms();
      if (way == 0) {
        while (rc == IMAP_OK)
          rc = imap_literal_read(s.conn, buf, sizeof buf, &n);
      } else if (way == 1) {
        int sink = open("/dev/null", O_WRONLY);
        rc = imap_literal_to_fd(s.conn, sink);
        close(sink);
      } else if (way == 2) {
        CHECK_RC(imap_literal_skip(s.conn), IMAP_OK);
        rc = next(&s);
      } else {
        rc = next(&s);
      }
      CHECK_RC(rc, IMAP_ERR_TIMEOUT);
      long long took = kit_now_ms() - began;
      if (took > (kit_is_watched() ? 3000 : 400))
        kit_fail(__FILE__, __LINE__, "way %d took %lld ms", way, took);
      CHECK_HAS(imap_last_message(s.conn), limit ? "CALL_TIMEOUT_MS" : "STALL_TIMEOUT_MS");
      end(&s);
    }
}

static void a_caller_may_take_longer_than_the_stall_limit(void) {
  delivery what = {"* 1 FETCH (BODY[] {5000}\r\n", ")\r\n# OK done\r\n", 5000, 0, 0, 0};
  session s = begin(&what, 1, NULL);
  CHECK_RC(imap_set_int(s.conn, IMAP_OPT_STALL_TIMEOUT_MS, 60), IMAP_OK);
  CHECK_RC(next(&s), IMAP_LITERAL);
  char buf[1000];
  size_t n, done = 0;
  while (imap_literal_read(s.conn, buf, sizeof buf, &n) == IMAP_OK) {
    long long until = kit_now_ms() + 90;
    while (kit_now_ms() < until)
      ;
    done += n;
  }
  CHECK_INT(done, 5000);
  IS_IN_STEP(&s, 1);
  end(&s);
}

static void progress_is_told_while_a_literal_comes(void) {
  for (int is_streamed = 0; is_streamed < 2; is_streamed++) {
    delivery what = {"* 1 FETCH (BODY[] {200000}\r\n", NULL, 200000, 150000, 0, 0};
    session s = begin(&what, is_streamed ? 1 : 0, NULL);
    uint64_t done = 7, total = 7;
    CHECK_RC(imap_progress(s.conn, s.id, &done, &total), IMAP_END);
    CHECK(done == 0 && total == 0);
    long long until = kit_now_ms() + 20000;
    if (is_streamed) {
      char *buf = malloc(150000);
      size_t n, got = 0;
      CHECK_RC(next(&s), IMAP_LITERAL);
      while (got < 150000 && imap_literal_read(s.conn, buf, 150000 - got, &n) == IMAP_OK)
        got += n;
      free(buf);
      CHECK_RC(imap_progress(s.conn, s.id, &done, &total), IMAP_OK);
    } else {
      while (done < 150000 && kit_now_ms() < until) {
        CHECK_RC(imap_wait(s.conn, s.id, 5, NULL), IMAP_AGAIN);
        imap_progress(s.conn, 0, &done, &total);
      }
    }
    CHECK_INT(done, 150000);
    CHECK_INT(total, 200000);
    CHECK_RC(imap_progress(s.conn, s.id + 1, &done, &total), IMAP_END);
    CHECK_RC(imap_progress(s.conn, s.id, NULL, NULL), IMAP_OK);
    end(&s);
  }
}

static void limits_of_size_do_not_count_what_passes_by_and_reading_needs_room(void) {
  delivery what = {"* 1 FETCH (BODY[] {300000}\r\n", ")\r\n# OK done\r\n", 300000, 0, 0, 0};
  session s = begin(&what, 1, NULL);
  CHECK_RC(imap_set_int(s.conn, IMAP_OPT_MAX_KEPT, 1000), IMAP_OK);
  CHECK_RC(imap_set_int(s.conn, IMAP_OPT_MAX_LITERAL, 1000), IMAP_OK);
  CHECK_RC(next(&s), IMAP_LITERAL);
  size_t n = 7;
  char octet;
  CHECK_RC(imap_literal_read(s.conn, NULL, 10, &n), IMAP_ERR_ARGUMENT);
  CHECK_INT(n, 0);
  CHECK_RC(imap_literal_read(s.conn, &octet, 0, &n), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_literal_read(s.conn, &octet, SIZE_MAX, &n), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_literal_read(s.conn, &octet, 1, NULL), IMAP_OK);
  IS_IN_STEP(&s, 1);
  end(&s);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(literals_from_the_limit_on_are_handed_out),
      TEST(named_items_are_handed_out_whatever_their_size),
      TEST(the_text_option_is_live_and_checked),
      TEST(what_is_known_of_a_literal_can_be_asked),
      TEST(literals_are_read_in_any_pieces),
      TEST(several_literals_of_one_response_come_one_after_the_other),
      TEST(what_is_left_unread_is_dropped),
      TEST(a_wait_for_another_command_drops_the_literal_and_keeps_the_row),
      TEST(a_discarded_answer_takes_its_literal_along),
      TEST(literals_go_to_a_file),
      TEST(literals_go_to_a_pipe_that_is_read_slowly_and_to_one_that_does_not_block),
      TEST(a_descriptor_that_takes_nothing_is_an_error_and_the_connection_stays_in_step),
      TEST(what_a_descriptor_does_not_take_can_still_be_read),
      TEST(a_literal_that_is_cut_off_is_a_failure_behind_what_came),
      TEST(a_literal_that_stops_coming_ends_at_the_limits_of_time),
      TEST(a_caller_may_take_longer_than_the_stall_limit),
      TEST(progress_is_told_while_a_literal_comes),
      TEST(limits_of_size_do_not_count_what_passes_by_and_reading_needs_room),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
