/* IDLE: what the server tells while nobody asks, how waiting ends, renewal, servers without it, and endings. */
#include "kit.h"
#include "peer.h"

#include <imap4.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n"
#define HELLO_WITHOUT "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"
#define STAYS {NULL, PEER_STAY}, {NULL, NULL}

static void end(imap_conn *conn, peer *server) {
  imap_free(conn);
  peer_end(server);
}

/* Waits for events if there are none, and takes the next one; its kind, or -1. */
static int next_kind(imap_conn *conn, uint32_t *number) {
  imap_response *event = NULL;
  int kind = -1;
  if (CHECK_RC(imap_idle_wait(conn, 20000), IMAP_EVENT) && CHECK_RC(imap_event_next(conn, &event), IMAP_OK)) {
    kind = imap_response_kind(event);
    if (number)
      imap_response_number(event, number);
  }
  imap_response_free(event);
  return kind;
}

static void events_come_as_they_happen_and_are_typed(void) {
  static const peer_step steps[] = {
      {NULL, HELLO},
      {"# IDLE", "+ idling\r\n* 4 EXISTS\r\n* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* VANISHED 3:4\r\n* OK [ALERT] hear\r\n"
                 "* STATUS a (MESSAGES 2)\r\n* LIST () \"/\" b\r\n* XNEW thing\r\n* 1 RECENT\r\n"},
      {"DONE", "# OK done\r\n"},
      {"# NOOP", "# OK\r\n"},
      STAYS};
  static const int kinds[] = {IMAP_KIND_EXISTS,   IMAP_KIND_EXPUNGE, IMAP_KIND_FETCH, IMAP_KIND_VANISHED, IMAP_KIND_OK,
                              IMAP_KIND_STATUS,   IMAP_KIND_LIST,    IMAP_KIND_OTHER, IMAP_KIND_RECENT};
  static const uint32_t numbers[] = {4, 2, 1, 0, 0, 0, 0, 0, 1};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(kinds); i++) {
    uint32_t number = 0;
    CHECK_INT(next_kind(conn, &number), kinds[i]);
    CHECK_INT(number, numbers[i]);
  }
  CHECK_RC(imap_idle_wait(conn, 0), IMAP_AGAIN);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_RC(imap_idle_wait(conn, 0), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_end(conn), IMAP_ERR_STATE);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
}

static void nothing_is_lost_around_it_and_the_table_has_it_too(void) {
  static const peer_step steps[] = {{NULL, HELLO},
                                    {"# NOOP", "* 3 EXPUNGE\r\n# OK\r\n* 4 EXPUNGE\r\n"},
                                    {"# IDLE", "* 5 EXPUNGE\r\n+ idling\r\n* 6 EXPUNGE\r\n"},
                                    {"DONE", "* 7 EXPUNGE\r\n# OK done\r\n"},
                                    {"# NOOP", "* 8 EXPUNGE\r\n# OK\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  for (uint32_t n = 3; n <= 6; n++) {
    uint32_t number = 0;
    CHECK_INT(next_kind(conn, &number), IMAP_KIND_EXPUNGE);
    CHECK_INT(number, n);
  }
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  for (uint32_t n = 7; n <= 8; n++) {
    imap_response *event = NULL;
    uint32_t number = 0;
    CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
    imap_response_number(event, &number);
    CHECK_INT(number, n);
    imap_response_free(event);
  }
  imap_response *filed = NULL;
  CHECK_RC(imap_untagged(conn, "EXPUNGE", &filed), IMAP_OK);
  CHECK_INT(imap_response_item_count(filed, NULL), 6);
  const char *text = NULL;
  size_t len = 0;
  for (size_t i = 0; i < 6; i++) {
    CHECK_RC(imap_response_item(filed, NULL, i, &text, &len, NULL, NULL), IMAP_OK);
    CHECK(len == 1 && text[0] == (char)('3' + i));
  }
  imap_response_free(filed);
  end(conn, server);
}

static void commands_are_refused_in_imaplibs_words_meanwhile(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "+ idling\r\n"}, {"DONE", "# OK done\r\n"}, {"# NOOP", "# OK\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  imap_response *out = (imap_response *)conn;
  uint32_t id = 3;
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, &out), IMAP_ERR_STATE);
  CHECK(out == NULL);
  CHECK_HAS(imap_last_message(conn), "command NOOP illegal in state IDLING");
  CHECK_RC(imap_cmd_select(conn, "a", 0, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "command SELECT illegal in state IDLING");
  CHECK_RC(imap_cmd_logout(conn, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_submit_text(conn, "NOOP", &id), IMAP_ERR_STATE);
  CHECK_INT(id, 0);
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_begin(conn), IMAP_ERR_STATE);
  CHECK_RC(imap_raw_send(conn, "x", 1), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
}

static void *wake_soon(void *arg) {
  struct timespec pause = {0, 20 * 1000000};
  nanosleep(&pause, NULL);
  CHECK_RC(imap_wakeup(arg), IMAP_OK);
  return NULL;
}

static imap_conn *to_wake;

static void wake_in_handler(int number) {
  (void)number;
  imap_wakeup(to_wake);
}

static void wakeups_end_the_wait_and_not_the_idle(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "+ idling\r\n"}, {"DONE", "* 4 EXISTS\r\n# OK done\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  pthread_t thread;
  pthread_create(&thread, NULL, wake_soon, conn);
  CHECK_RC(imap_idle_wait(conn, -1), IMAP_ERR_WOKEN);
  pthread_join(thread, NULL);
  CHECK_RC(imap_idle_wait(conn, 5), IMAP_AGAIN);
  struct sigaction handler, before;
  memset(&handler, 0, sizeof handler);
  handler.sa_handler = wake_in_handler;
  sigaction(SIGALRM, &handler, &before);
  to_wake = conn;
  struct itimerval soon = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CHECK_RC(imap_idle_wait(conn, -1), IMAP_ERR_WOKEN);
  sigaction(SIGALRM, &before, NULL);
  /* Told while nobody waits. */
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  CHECK_RC(imap_idle_wait(conn, -1), IMAP_ERR_WOKEN);
  CHECK_RC(imap_idle_wait(conn, 0), IMAP_AGAIN);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_INT(imap_idle_wait(conn, 0), IMAP_EVENT);
  end(conn, server);
}

static void a_wait_for_it_ends_when_it_has_begun_and_when_it_has_ended(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "+ idling\r\n"}, {"DONE", "# OK done\r\n"},
                                    {"# IDLE", "+ idling\r\n"}, {"DONE", "# OK done\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_ERR_WOKEN);
  uint32_t id = imap_last_id(conn), done;
  const imap_response *row;
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  CHECK_STR(imap_last_message(conn), "IDLE: begun");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_IDLING);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  CHECK_RC(imap_completed(conn, 0, &done), IMAP_AGAIN);
  /* Nobody could end it meanwhile. */
  CHECK_RC(imap_completed(conn, -1, &done), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "imap_idle_end");
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_wait(conn, 0), IMAP_AGAIN);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  CHECK_RC(imap_idle_end(conn), IMAP_ERR_WOKEN);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  CHECK_STR(imap_last_message(conn), "IDLE: OK done");
  CHECK_RC(imap_completed(conn, -1, &done), IMAP_END);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_QUEUED);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_wait(conn, imap_last_id(conn), -1, NULL), IMAP_OK);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  end(conn, server);
}

static void nothing(int number) {
  (void)number;
}

static void a_signal_ends_the_wait_if_asked_to(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "+ idling\r\n"}, {"DONE", "# OK done\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_RETURN_ON_SIGNAL, 1), IMAP_OK);
  struct sigaction handler, before;
  memset(&handler, 0, sizeof handler);
  handler.sa_handler = nothing;
  sigaction(SIGALRM, &handler, &before);
  /* Again and again, should the first come before the wait does; and in this thread. */
  sigset_t alarm_only, old;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm_only, &old);
  struct itimerval soon = {{0, 20000}, {0, 20000}}, off = {{0, 0}, {0, 0}};
  int rc = IMAP_AGAIN;
  long long until = kit_now_ms() + 20000;
  setitimer(ITIMER_REAL, &soon, NULL);
  while (rc == IMAP_AGAIN && kit_now_ms() < until)
    rc = imap_idle_wait(conn, 1000);
  setitimer(ITIMER_REAL, &off, NULL);
  CHECK_RC(rc, IMAP_ERR_INTERRUPTED);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_RETURN_ON_SIGNAL, 0), IMAP_OK);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  sigaction(SIGALRM, &before, NULL);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  end(conn, server);
}

static void it_is_renewed_before_the_server_would_hang_up(void) {
  static const peer_step steps[] = {{NULL, HELLO},
                                    {"# IDLE", "+ idling\r\n"},
                                    {"DONE", "* 1 EXPUNGE\r\n# OK done\r\n* 2 EXPUNGE\r\n"},
                                    {"# IDLE", "+ idling\r\n"},
                                    {"DONE", "# OK done\r\n"},
                                    {"# IDLE", "* 3 EXPUNGE\r\n+ idling\r\n* 4 EXPUNGE\r\n"},
                                    {"DONE", "# OK done\r\n"},
                                    {"# NOOP", "# OK\r\n"},
                                    STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_IDLE_RENEW_MS, 40), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  for (uint32_t n = 1; n <= 4; n++) {
    uint32_t number = 0;
    CHECK_INT(next_kind(conn, &number), IMAP_KIND_EXPUNGE);
    CHECK_INT(number, n);
    if (n == 3)
      CHECK_RC(imap_set_int(conn, IMAP_OPT_IDLE_RENEW_MS, 0), IMAP_OK);
  }
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
}

static void a_server_that_refuses_to_renew_ends_it(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "+ idling\r\n"}, {"DONE", "# OK done\r\n"}, {"# IDLE", "# NO enough\r\n"},
                                    {"# NOOP", "# OK\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_IDLE_RENEW_MS, 20), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  uint32_t id = imap_last_id(conn);
  CHECK_RC(imap_idle_wait(conn, 20000), IMAP_ERR_STATE);
  CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_NO);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
}

static void no_and_bad_to_idle_are_answers(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "# NO [LIMIT] not now\r\n"}, {"# IDLE", "# BAD what\r\n"},
                                    {"# NOOP", "# OK\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "LIMIT");
  CHECK_RC(imap_idle_wait(conn, -1), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_begin(conn), IMAP_BAD);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
}

/* Answers what comes; to the second command there is something new. */
static void answer_all(peer *self, void *ctx) {
  char line[100];
  int *seen = ctx;
  peer_say(self, HELLO_WITHOUT);
  while (peer_line(self, line, sizeof line) >= 0) {
    CHECK_STR(peer_command(self, line), "NOOP");
    peer_say(self, ++*seen == 2 ? "* 4 EXISTS\r\n# OK\r\n" : "# OK\r\n");
  }
}

static void a_server_without_it_is_asked_now_and_then(void) {
  int seen = 0;
  peer *server = peer_start(answer_all, &seen);
  imap_conn *conn = NULL;
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_IDLE_POLL_MS, 30), IMAP_OK);
  long long began = kit_now_ms();
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
  CHECK_INT(next_kind(conn, NULL), IMAP_KIND_EXISTS);
  CHECK(kit_now_ms() - began >= 59);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
  CHECK(seen >= 3);
}

static void what_came_before_the_plus_is_an_event(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", "* 1 EXISTS\r\n* 1 FETCH (BODY[] {4}\r\n+ a\n)\r\n+\r\n"},
                                    {"DONE", "# OK done\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_INT(next_kind(conn, NULL), IMAP_KIND_EXISTS);
  CHECK_INT(next_kind(conn, NULL), IMAP_KIND_FETCH);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  end(conn, server);
}

static void bye_and_the_end_of_the_stream_end_it(void) {
  static const struct {
    const char *said;
    int rc;
  } cases[] = {{"+ idling\r\n* 3 EXISTS\r\n* BYE timeout\r\n", IMAP_ERR_BYE},
               {"+ idling\r\n* 3 EXISTS\r\n", IMAP_ERR_CLOSED},
               {"+ idling\r\n* 3 EXISTS\r\n* 4 EX", IMAP_ERR_CLOSED},
               {"* 3 EXISTS\r\n", IMAP_ERR_CLOSED},
               {"* 3 EXISTS\r\n* BYE no\r\n", IMAP_ERR_BYE}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", cases[i].said}, {NULL, NULL}};
    peer *server;
    imap_conn *conn = peer_open(&server, steps, NULL, NULL);
    int rc = imap_idle_begin(conn);
    CHECK(rc == IMAP_OK || rc == cases[i].rc);
    CHECK_INT(next_kind(conn, NULL), IMAP_KIND_EXISTS);
    if (cases[i].rc == IMAP_ERR_BYE)
      CHECK_INT(next_kind(conn, NULL), IMAP_KIND_BYE);
    CHECK_RC(imap_idle_wait(conn, -1), cases[i].rc);
    CHECK_RC(imap_idle_wait(conn, -1), cases[i].rc);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
    CHECK(imap_idle_end(conn) < 0);
    end(conn, server);
  }
}

/* Tells a line in pieces, each when it is told to. */
static void tell_in_pieces(peer *self, void *ctx) {
  static const char *const pieces[] = {"* 1 FE", "TCH (BODY[] {6}\r\n* OK", " x)", "\r\n"};
  signal_flag **flags = ctx;
  char line[100];
  peer_say(self, HELLO);
  peer_line(self, line, sizeof line);
  peer_command(self, line);
  peer_say(self, "+ idling\r\n");
  for (int i = 0; i < 4; i++) {
    if (!flag_wait(flags[i]))
      return;
    peer_say(self, pieces[i]);
  }
  if (peer_line(self, line, sizeof line) >= 0 && strcmp(line, "DONE") == 0)
    peer_say(self, "# OK done\r\n");
  peer_stay(self);
}

static void half_a_line_waits_for_its_other_half(void) {
  signal_flag *flags[4];
  for (int i = 0; i < 4; i++)
    flags[i] = flag_new();
  peer *server = peer_start(tell_in_pieces, flags);
  imap_conn *conn = NULL;
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  for (int i = 0; i < 3; i++) {
    CHECK_RC(imap_idle_wait(conn, 10), IMAP_AGAIN);
    flag_raise(flags[i]);
    CHECK_RC(imap_idle_wait(conn, 20), IMAP_AGAIN);
  }
  flag_raise(flags[3]);
  CHECK_RC(imap_idle_wait(conn, 20000), IMAP_EVENT);
  imap_response *event = NULL;
  imap_section section;
  CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
  CHECK_RC(imap_section_find(event, "BODY[]", &section, sizeof section), IMAP_OK);
  CHECK_OCTETS(section.ptr, section.len, "* OK x");
  imap_response_free(event);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  end(conn, server);
  for (int i = 0; i < 4; i++)
    flag_free(flags[i]);
}

static void long_literals_while_idling_are_kept_whole(void) {
  static char said[40000];
  size_t n = (size_t)snprintf(said, sizeof said, "+ idling\r\n* 1 FETCH (BODY[] {30000}\r\n");
  memset(said + n, 'z', 30000);
  snprintf(said + n + 30000, sizeof said - n - 30000, ")\r\n");
  const peer_step steps[] = {{NULL, HELLO}, {"# IDLE", said}, {"DONE", "# OK done\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_LITERAL_STREAM_MIN, 1), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_RC(imap_idle_wait(conn, 20000), IMAP_EVENT);
  imap_response *event = NULL;
  imap_section section;
  CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
  CHECK_RC(imap_section_find(event, "BODY[]", &section, sizeof section), IMAP_OK);
  CHECK(section.len == 30000 && section.ptr[29999] == 'z' && !section.is_streamed);
  imap_response_free(event);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  end(conn, server);
}

static void a_server_that_never_answers_ends_at_the_stall_limit(void) {
  static const peer_step no_plus[] = {{NULL, HELLO}, {"# IDLE", NULL}, STAYS};
  static const peer_step no_end[] = {{NULL, HELLO}, {"# IDLE", "+\r\n"}, {"DONE", NULL}, STAYS};
  for (int i = 0; i < 2; i++) {
    peer *server;
    imap_conn *conn = peer_open(&server, i ? no_end : no_plus, NULL, NULL);
    CHECK_RC(imap_set_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, 60), IMAP_OK);
    long long began = kit_now_ms();
    CHECK_RC(imap_idle_begin(conn), i ? IMAP_OK : IMAP_ERR_TIMEOUT);
    if (i) {
      /* Silence is what IDLE is about. */
      CHECK_RC(imap_idle_wait(conn, 150), IMAP_AGAIN);
      began = kit_now_ms();
      CHECK_RC(imap_idle_end(conn), IMAP_ERR_TIMEOUT);
    }
    CHECK_HAS(imap_last_message(conn), "IDLE");
    CHECK(kit_now_ms() - began < (kit_is_watched() ? 3000 : 300));
    end(conn, server);
  }
}

static void it_waits_for_rows_that_are_taken_one_by_one_and_keeps_them(void) {
  static const peer_step steps[] = {{NULL, HELLO},
                                    {"# SELECT INBOX", "# OK in\r\n"},
                                    {"# FETCH 1:2 (FLAGS)", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                    {"# IDLE", "+\r\n* 3 EXISTS\r\n"},
                                    {"DONE", "# OK done\r\n"},
                                    STAYS};
  peer *server;
  const imap_response *row = NULL;
  uint32_t id = 0;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "FETCH 1:2 (FLAGS)", &id), IMAP_QUEUED);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_INT(next_kind(conn, NULL), IMAP_KIND_EXISTS);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  CHECK_RC(imap_idle_end(conn), IMAP_OK);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_END);
  end(conn, server);
}

static void a_server_that_ends_it_at_once_ends_nothing_else(void) {
  static const peer_step steps[] = {
      {NULL, HELLO}, {"# IDLE", "+\r\n* 3 EXISTS\r\n# OK timed out\r\n"}, {"# NOOP", "# OK done\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_idle_begin(conn), IMAP_OK);
  CHECK_RC(imap_idle_wait(conn, 20000), IMAP_EVENT);
  CHECK_INT(next_kind(conn, NULL), IMAP_KIND_EXISTS);
  CHECK_RC(imap_idle_wait(conn, 20000), IMAP_ERR_STATE);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  end(conn, server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(events_come_as_they_happen_and_are_typed),
      TEST(nothing_is_lost_around_it_and_the_table_has_it_too),
      TEST(commands_are_refused_in_imaplibs_words_meanwhile),
      TEST(wakeups_end_the_wait_and_not_the_idle),
      TEST(a_wait_for_it_ends_when_it_has_begun_and_when_it_has_ended),
      TEST(a_signal_ends_the_wait_if_asked_to),
      TEST(it_is_renewed_before_the_server_would_hang_up),
      TEST(a_server_that_refuses_to_renew_ends_it),
      TEST(no_and_bad_to_idle_are_answers),
      TEST(a_server_without_it_is_asked_now_and_then),
      TEST(what_came_before_the_plus_is_an_event),
      TEST(bye_and_the_end_of_the_stream_end_it),
      TEST(half_a_line_waits_for_its_other_half),
      TEST(long_literals_while_idling_are_kept_whole),
      TEST(a_server_that_never_answers_ends_at_the_stall_limit),
      TEST(it_waits_for_rows_that_are_taken_one_by_one_and_keeps_them),
      TEST(a_server_that_ends_it_at_once_ends_nothing_else),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
