/* Threads: a second call meanwhile is BUSY and changes nothing; imap_wakeup reaches a waiting call; connections may move
 * between threads, and many may work at once. */
#include "kit.h"
#include "peer.h"

#include <imap4.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* A server that answers the first command only when it is told to; it tells when that command has arrived. */
typedef struct slow_server {
  signal_flag *arrived, *go_on;
} slow_server;

static void serve_slowly(peer *self, void *ctx) {
  slow_server *server = ctx;
  char line[500];
  int is_first = 1;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  while (peer_line(self, line, sizeof line) >= 0) {
    peer_command(self, line);
    if (is_first) {
      flag_raise(server->arrived);
      flag_wait(server->go_on);
    }
    is_first = 0;
    peer_say(self, "* 4 EXISTS\r\n# OK done\r\n");
  }
}

typedef struct slow_call {
  imap_conn *conn;
  imap_response *response;
  int rc;
} slow_call;

static void *call_noop(void *arg) {
  slow_call *call = arg;
  call->rc = imap_cmd_noop(call->conn, &call->response);
  return NULL;
}

static imap_conn *open_slow(slow_server *server, peer **self) {
  imap_conn *conn = NULL;
  server->arrived = flag_new();
  server->go_on = flag_new();
  *self = peer_start(serve_slowly, server);
  int fd = peer_take_fd(*self);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  return conn;
}

static void close_slow(slow_server *server, peer *self, imap_conn *conn) {
  flag_raise(server->go_on);
  imap_free(conn);
  peer_end(self);
  flag_free(server->arrived);
  flag_free(server->go_on);
}

static void a_second_call_meanwhile_is_busy(void) {
  slow_server server;
  peer *self;
  imap_conn *conn = open_slow(&server, &self);
  slow_call call = {conn, NULL, -1};
  pthread_t thread;
  pthread_create(&thread, NULL, call_noop, &call);
  CHECK(flag_wait(server.arrived));
  imap_response *response = (imap_response *)(void *)conn;
  const char *ptr = "";
  size_t len = 1;
  int64_t number = 1;
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_ERR_BUSY);
  CHECK(response == NULL);
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_ERR_BUSY);
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_ERR_BUSY);
  CHECK_RC(imap_last_error(conn), IMAP_ERR_BUSY);
  CHECK_STR(imap_last_message(conn), imap_error_text(IMAP_ERR_BUSY));
  CHECK_RC(imap_event_next(conn, &response), IMAP_ERR_BUSY);
  CHECK_RC(imap_get_int(conn, IMAP_OPT_MAX_LINE, &number), IMAP_ERR_BUSY);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 1), IMAP_ERR_BUSY);
  CHECK_RC(imap_trace_line(conn, 0, &ptr, &len, NULL), IMAP_ERR_BUSY);
  CHECK(ptr == NULL && len == 0);
  CHECK_RC(imap_raw_send(conn, "x", 1), IMAP_ERR_BUSY);
  CHECK_RC(imap_logout_and_free(conn), IMAP_ERR_BUSY);
  CHECK_INT(imap_fd(conn), -1);
  imap_shutdown(conn);
  imap_free(conn);
  flag_raise(server.go_on);
  pthread_join(thread, NULL);
  CHECK_RC(call.rc, IMAP_OK);
  CHECK_RC(imap_last_error(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_response_free(call.response);
  close_slow(&server, self, conn);
}

/* A NOOP in another thread, which a wakeup ends. */
static slow_call noop_and_wakeup(const slow_server *server, imap_conn *conn) {
  slow_call call = {conn, NULL, 0};
  pthread_t thread;
  pthread_create(&thread, NULL, call_noop, &call);
  CHECK(flag_wait(server->arrived));
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  pthread_join(thread, NULL);
  CHECK_RC(call.rc, IMAP_ERR_WOKEN);
  return call;
}

static void wakeup_from_another_thread_ends_the_wait_and_loses_nothing(void) {
  slow_server server;
  peer *self;
  imap_conn *conn = open_slow(&server, &self);
  slow_call call = noop_and_wakeup(&server, conn);
  CHECK(call.response == NULL);
  CHECK_RC(imap_last_error(conn), IMAP_ERR_WOKEN);
  CHECK_INT(imap_error_class(IMAP_ERR_WOKEN), IMAP_CLASS_INTERRUPTED);
  CHECK_RC(imap_wait(conn, 0, 1, NULL), IMAP_AGAIN);
  CHECK_RC(imap_wait(conn, imap_last_id(conn), 0, NULL), IMAP_AGAIN);
  flag_raise(server.go_on);
  imap_response *response = NULL;
  CHECK_RC(imap_wait(conn, 0, -1, &response), IMAP_OK);
  CHECK_STR(imap_last_message(conn), "NOOP: OK done");
  CHECK_STR(imap_response_name(response), "NOOP");
  imap_response_free(response);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_ERR_ARGUMENT);
  close_slow(&server, self, conn);
}

/* The soft limit of descriptors; returns what it was before. */
static rlim_t allow_descriptors(rlim_t count) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t before = limit.rlim_cur;
  limit.rlim_cur = count;
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
  return before;
}

/* The connection has its descriptors already; the one that a wakeup writes to cannot be made. */
static void where_no_descriptor_is_left_calls_wait_and_a_wakeup_ends_them(void) {
  slow_server server = {flag_new(), flag_new()};
  peer *self = peer_start(serve_slowly, &server);
  int fd = peer_take_fd(self);
  imap_conn *conn = NULL;
  rlim_t before = allow_descriptors(3);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_INT(dup(0), -1);
  noop_and_wakeup(&server, conn);
  CHECK_RC(imap_wait(conn, 0, 1, NULL), IMAP_AGAIN);
  flag_raise(server.go_on);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
  allow_descriptors(before);
  close_slow(&server, self, conn);
}

static void a_wakeup_before_the_call_ends_that_call_once(void) {
  slow_server server;
  peer *self;
  imap_conn *conn = open_slow(&server, &self);
  for (int i = 0; i < 100000; i++)
    if (imap_wakeup(conn) != IMAP_OK)
      CHECK(0);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_WOKEN);
  flag_raise(server.go_on);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  close_slow(&server, self, conn);
}

static void says_goodbye(peer *self, void *ctx) {
  char line[100];
  int *took = ctx;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  if (peer_line(self, line, sizeof line) < 0)
    return;
  CHECK_STR(peer_command(self, line), "LOGOUT");
  /* 0 if the client has hung up instead of waiting. */
  struct pollfd hung_up = {peer_fd(self), POLLIN, 0};
  *took = poll(&hung_up, 1, 50) == 0;
  peer_say(self, "* BYE bye\r\n# OK done\r\n");
}

static void a_wakeup_from_before_does_not_end_the_logout(void) {
  int was_awaited = 0;
  imap_conn *conn = NULL;
  peer *self = peer_start(says_goodbye, &was_awaited);
  int fd = peer_take_fd(self);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  peer_end(self);
  CHECK_INT(was_awaited, 1);
}

static void another_command_after_a_wakeup_queues_behind_the_first(void) {
  slow_server server;
  peer *self;
  imap_conn *conn = open_slow(&server, &self);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_WOKEN);
  uint32_t first = imap_last_id(conn);
  flag_raise(server.go_on);
  CHECK_RC(imap_cmd_namespace(conn, NULL), IMAP_OK);
  CHECK(imap_last_id(conn) != first);
  CHECK_RC(imap_wait(conn, first, -1, NULL), IMAP_OK);
  close_slow(&server, self, conn);
}

typedef struct worker {
  pthread_t thread;
  int number, is_good;
} worker;

static void serve_numbers(peer *self, void *ctx) {
  char line[500], answer[600];
  (void)ctx;
  peer_say(self, "* OK [CAPABILITY IMAP4rev1] hi\r\n");
  while (peer_line(self, line, sizeof line) >= 0) {
    char *command = peer_command(self, line);
    snprintf(answer, sizeof answer, "%s# OK %s\r\n", strcmp(command, "LOGOUT") == 0 ? "* BYE\r\n" : "", command);
    peer_say(self, answer);
  }
}

static void *work(void *arg) {
  worker *self = arg;
  char command[50], want[120];
  self->is_good = 1;
  for (size_t round = 0; round < kit_repeats(20) && self->is_good; round++) {
    peer *server = peer_start(serve_numbers, NULL);
    imap_conn *conn = NULL;
    imap_options *options = NULL;
    int fd = peer_take_fd(server);
    int good = imap_options_new(&options) == IMAP_OK &&
               imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, options, &conn) == IMAP_OK;
    imap_options_free(options);
    for (int i = 0; i < 10; i++) {
      snprintf(command, sizeof command, "XTHREAD%d-%d", self->number, i);
      snprintf(want, sizeof want, "%s: OK %s", command, command);
      good = good && imap_command(conn, command, NULL, 0, NULL) == IMAP_OK && strcmp(imap_last_message(conn), want) == 0;
    }
    good = good && imap_logout_and_free(conn) == IMAP_OK;
    peer_end(server);
    self->is_good = good;
  }
  return NULL;
}

static void eight_threads_work_with_connections_of_their_own(void) {
  worker workers[8];
  for (int i = 0; i < 8; i++) {
    workers[i].number = i;
    pthread_create(&workers[i].thread, NULL, work, &workers[i]);
  }
  for (int i = 0; i < 8; i++) {
    pthread_join(workers[i].thread, NULL);
    CHECK(workers[i].is_good);
  }
}

static void a_connection_may_move_between_threads(void) {
  slow_server server;
  peer *self;
  imap_conn *conn = open_slow(&server, &self);
  flag_raise(server.go_on);
  for (int i = 0; i < 20; i++) {
    slow_call call = {conn, NULL, -1};
    pthread_t thread;
    pthread_create(&thread, NULL, call_noop, &call);
    pthread_join(thread, NULL);
    CHECK_RC(call.rc, IMAP_OK);
    imap_response_free(call.response);
  }
  close_slow(&server, self, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_second_call_meanwhile_is_busy),
      TEST(wakeup_from_another_thread_ends_the_wait_and_loses_nothing),
      TEST(where_no_descriptor_is_left_calls_wait_and_a_wakeup_ends_them),
      TEST(a_wakeup_before_the_call_ends_that_call_once),
      TEST(a_wakeup_from_before_does_not_end_the_logout),
      TEST(another_command_after_a_wakeup_queues_behind_the_first),
      TEST(eight_threads_work_with_connections_of_their_own),
      TEST(a_connection_may_move_between_threads),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
