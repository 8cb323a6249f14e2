/* Signals: no call raises SIGPIPE; a signal neither ends a call nor gives it more time, unless RETURN_ON_SIGNAL, and then
 * imap_wait continues it; imap_wakeup works from a handler. (child.c has SIGPIPE towards a child process, tls.c that of a
 * TLS connection.) */
#include "kit.h"
#include "peer.h"

#include <errno.h>
#include <imap4.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t pipes, alarms;
static imap_conn *volatile to_wake;

static void count_pipe(int number) {
  (void)number;
  pipes++;
}

static void count_alarm(int number) {
  int saved = errno;
  (void)number;
  alarms++;
  if (to_wake)
    imap_wakeup(to_wake);
  errno = saved;
}

static void handle(int number, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigaction(number, &action, NULL);
}

/* SIGALRM each interval, to this thread alone: all others have it blocked. */
static void alarms_every(long ms) {
  struct itimerval timer = {{0, ms * 1000}, {0, ms * 1000}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

static void only_here(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  pthread_sigmask(how, &set, NULL);
}

/* Reads commands and never answers. */
static void say_nothing(peer *self, void *ctx) {
  (void)ctx;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  peer_stay(self);
}

static imap_conn *open_silent(peer **self, const imap_options *options) {
  imap_conn *conn = NULL;
  only_here(SIG_BLOCK);
  *self = peer_start(say_nothing, NULL);
  only_here(SIG_UNBLOCK);
  int fd = peer_take_fd(*self);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, options, &conn), IMAP_OK);
  return conn;
}

static void hang_up(peer *self, void *ctx) {
  (void)ctx;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
}

/* The largest message that surely does not fit any buffer on the way. */
enum { LARGE = 4 << 20 };

static void check_write_to_the_dead(imap_conn *conn) {
  char *message = calloc(LARGE, 1);
  memset(message, 'x', LARGE);
  int rc = imap_cmd_append(conn, "a", NULL, NULL, message, LARGE, IMAP_APPEND_VERBATIM, NULL);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  rc = imap_cmd_append(conn, "a", NULL, NULL, message, LARGE, IMAP_APPEND_VERBATIM, NULL);
  CHECK_RC(rc, IMAP_ERR_CLOSED);
  free(message);
}

static void writing_to_a_closed_socket_raises_no_sigpipe(void) {
  handle(SIGPIPE, count_pipe);
  for (int tcp = 0; tcp < 2; tcp++) {
    imap_conn *conn = NULL;
    peer *server = tcp ? peer_listen(hang_up, NULL, 1) : peer_start(hang_up, NULL);
    int rc;
    if (tcp) {
      rc = imap_open("127.0.0.1", peer_port(server), IMAP_TLS_NONE, NULL, &conn);
    } else {
      int fd = peer_take_fd(server);
      rc = imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn);
    }
    CHECK_RC(rc, IMAP_OK);
    peer_end(server);
    check_write_to_the_dead(conn);
    imap_free(conn);
  }
  CHECK_INT(pipes, 0);
  handle(SIGPIPE, SIG_DFL);
}

static void writing_to_a_closed_pipe_raises_no_sigpipe(void) {
  static const char greeting[] = "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n";
  int from_server[2], to_server[2];
  imap_conn *conn = NULL;
  sigset_t pending;
  handle(SIGPIPE, SIG_DFL);
  REQUIRE(pipe(from_server) == 0 && pipe(to_server) == 0);
  CHECK(write(from_server[1], greeting, sizeof greeting - 1) == (long)sizeof greeting - 1);
  CHECK_RC(imap_open_fd(from_server[0], to_server[1], 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  close(to_server[0]);
  int rc = imap_cmd_noop(conn, NULL);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGPIPE));
  sigset_t now;
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0 && !sigismember(&now, SIGPIPE));
  imap_free(conn);
  close(from_server[1]);
}

static void signals_do_not_prolong_a_call(void) {
  long long best = 1000000;
  handle(SIGALRM, count_alarm);
  for (int attempt = 0; attempt < 3 && best > 250; attempt++) {
    peer *server;
    imap_conn *conn = open_silent(&server, NULL);
    CHECK_RC(imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, 200), IMAP_OK);
    int before = alarms;
    alarms_every(7);
    long long began = kit_now_ms();
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_TIMEOUT);
    long long took = kit_now_ms() - began;
    alarms_every(0);
    CHECK(alarms - before > 3);
    CHECK(took >= 199);
    best = took < best ? took : best;
    CHECK_INT(imap_last_errno(conn), ETIMEDOUT);
    imap_free(conn);
    peer_end(server);
  }
  CHECK(best <= (kit_is_watched() ? 1000 : 250));
}

static void open_goes_on_after_signals(void) {
  peer *server;
  handle(SIGALRM, count_alarm);
  alarms_every(1);
  for (size_t i = 0; i < kit_repeats(100); i++) {
    imap_conn *conn = open_silent(&server, NULL);
    imap_free(conn);
    peer_end(server);
  }
  alarms_every(0);
}

/* Answers the first command when the flag is up. */
static void answer_when_told(peer *self, void *ctx) {
  char line[200];
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  while (peer_line(self, line, sizeof line) >= 0) {
    peer_command(self, line);
    flag_wait(ctx);
    peer_say(self, "* 1 NAMESPACE\r\n# OK [ALERT] finally\r\n");
  }
}

static void with_return_on_signal_the_wait_ends_and_resumes(void) {
  signal_flag *told = flag_new();
  imap_options *options;
  imap_conn *conn = NULL;
  imap_response *response = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_RETURN_ON_SIGNAL, 1), IMAP_OK);
  handle(SIGALRM, count_alarm);
  only_here(SIG_BLOCK);
  peer *server = peer_start(answer_when_told, told);
  only_here(SIG_UNBLOCK);
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, options, &conn), IMAP_OK);
  alarms_every(5);
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_ERR_INTERRUPTED);
  CHECK(response == NULL);
  CHECK_INT(imap_error_class(IMAP_ERR_INTERRUPTED), IMAP_CLASS_INTERRUPTED);
  CHECK_RC(imap_wait(conn, 0, -1, &response), IMAP_ERR_INTERRUPTED);
  alarms_every(0);
  flag_raise(told);
  int rc;
  while ((rc = imap_wait(conn, 0, -1, &response)) == IMAP_ERR_INTERRUPTED)
    ;
  CHECK_RC(rc, IMAP_OK);
  CHECK_STR(imap_last_message(conn), "NOOP: OK [ALERT] finally");
  CHECK_STR(imap_response_name(response), "NOOP");
  imap_response_free(response);
  imap_free(conn);
  peer_end(server);
  flag_free(told);
  imap_options_free(options);
}

static void an_interrupted_open_resumes(void) {
  signal_flag *told = flag_new();
  imap_options *options;
  imap_conn *conn = NULL;
  int pair[2];
  static const char greeting[] = "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n";
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_RETURN_ON_SIGNAL, 1), IMAP_OK);
  handle(SIGALRM, count_alarm);
  REQUIRE(pipe(pair) == 0);
  int sink[2];
  REQUIRE(pipe(sink) == 0);
  alarms_every(5);
  CHECK_RC(imap_open_fd(pair[0], sink[1], 0, NULL, IMAP_TLS_NONE, options, &conn), IMAP_ERR_INTERRUPTED);
  alarms_every(0);
  CHECK(write(pair[1], greeting, sizeof greeting - 1) > 0);
  int rc;
  while ((rc = imap_wait(conn, 0, -1, NULL)) == IMAP_ERR_INTERRUPTED)
    ;
  CHECK_RC(rc, IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_free(conn);
  close(pair[1]);
  close(sink[0]);
  imap_options_free(options);
  flag_free(told);
}

static void wakeup_from_a_handler_ends_the_wait(void) {
  peer *server;
  imap_conn *conn = open_silent(&server, NULL);
  handle(SIGALRM, count_alarm);
  to_wake = conn;
  alarms_every(10);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_WOKEN);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_ERR_WOKEN);
  alarms_every(0);
  to_wake = NULL;
  imap_free(conn);
  peer_end(server);
}

static void no_call_changes_handlers_or_masks(void) {
  struct sigaction before[32], after[32];
  sigset_t mask_before, mask_after;
  for (int i = 1; i < 32; i++)
    sigaction(i, NULL, &before[i]);
  pthread_sigmask(SIG_BLOCK, NULL, &mask_before);
  peer *server;
  imap_conn *conn = open_silent(&server, NULL);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, 20), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_TIMEOUT);
  imap_free(conn);
  peer_end(server);
  pthread_sigmask(SIG_BLOCK, NULL, &mask_after);
  for (int i = 1; i < 32; i++) {
    sigaction(i, NULL, &after[i]);
    CHECK(after[i].sa_handler == before[i].sa_handler);
    CHECK_INT(sigismember(&mask_after, i), sigismember(&mask_before, i));
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(writing_to_a_closed_socket_raises_no_sigpipe),
      TEST(writing_to_a_closed_pipe_raises_no_sigpipe),
      TEST(signals_do_not_prolong_a_call),
      TEST(open_goes_on_after_signals),
      TEST(with_return_on_signal_the_wait_ends_and_resumes),
      TEST(an_interrupted_open_resumes),
      TEST(wakeup_from_a_handler_ends_the_wait),
      TEST(no_call_changes_handlers_or_masks),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
