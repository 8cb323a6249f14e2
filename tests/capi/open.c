/* Opening and closing: over TCP and descriptors, what failed opens leave behind, and the three ways to end. */
#include "kit.h"
#include "peer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELLO "* OK [CAPABILITY IMAP4rev1] hi\r\n"

static const peer_step STAYING[] = {{NULL, HELLO}, {NULL, PEER_STAY}, {NULL, NULL}};
static const peer_step LOGGING_OUT[] = {{NULL, HELLO}, {"# LOGOUT", "* BYE bye\r\n# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};

static int open_descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  int count = 0;
  while (folder && readdir(folder))
    count++;
  if (folder)
    closedir(folder);
  return count;
}

static void a_host_is_connected_to(void) {
  static const char *const hosts[] = {"127.0.0.1", "localhost", ""};
  for (size_t i = 0; i < COUNT_OF(hosts); i++) {
    imap_conn *conn = NULL;
    imap_response *greeting = NULL;
    const char *ptr;
    size_t len;
    peer *server = peer_listen(peer_script, (void *)LOGGING_OUT, 1);
    CHECK_RC(imap_open(hosts[i], peer_port(server), IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
    CHECK(imap_fd(conn) >= 0);
    CHECK_RC(imap_greeting(conn, &greeting), IMAP_OK);
    CHECK_INT(imap_response_status(greeting), IMAP_STATUS_OK);
    CHECK_RC(imap_response_message(greeting, &ptr, &len), IMAP_OK);
    CHECK_OCTETS(ptr, len, "hi");
    imap_response_free(greeting);
    CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
    peer_end(server);
  }
}

static void options_say_where_and_from_where(void) {
  imap_options *options = NULL;
  imap_conn *conn = NULL;
  peer *server = peer_listen(peer_script, (void *)STAYING, 1);
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_CONNECT_ADDR, "127.0.0.1"), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_LOCAL_ADDR, "127.0.0.2"), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_KEEPALIVE, 1), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_IP_FAMILY, 4), IMAP_OK);
  CHECK_RC(imap_open("no.such.host.invalid", peer_port(server), IMAP_TLS_NONE, options, &conn), IMAP_OK);
  int is_on = 0;
  socklen_t size = sizeof is_on;
  CHECK(getsockopt(imap_fd(conn), SOL_SOCKET, SO_KEEPALIVE, &is_on, &size) == 0 && is_on);
  imap_free(conn);
  peer_end(server);
  imap_options_free(options);
}

static void a_failed_open_gives_the_error_and_no_socket(void) {
  static const struct {
    const char *greeting;
    int rc;
    const char *why;
  } cases[] = {
      {"* BYE go away\r\n", IMAP_ERR_BYE, "go away"},
      {"HTTP/1.1 400 Bad Request\r\n", IMAP_ERR_GREETING, "HTTP/1.1"},
      {"* NO what\r\n", IMAP_ERR_GREETING, "invalid greeting"},
      {"* OK [CAPABILITY SMTP] hi\r\n", IMAP_ERR_GREETING, "not IMAP4 compliant"},
      {"* OK hi", IMAP_ERR_CLOSED, "inside a response"},
      {"", IMAP_ERR_CLOSED, "closed"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    peer_step steps[] = {{NULL, cases[i].greeting}, {NULL, NULL}};
    imap_conn *conn = NULL;
    int before = open_descriptors();
    peer *server = peer_start(peer_script, steps);
    int fd = peer_take_fd(server);
    CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), cases[i].rc);
    REQUIRE(conn != NULL);
    CHECK_RC(imap_last_error(conn), cases[i].rc);
    CHECK_HAS(imap_last_message(conn), cases[i].why);
    CHECK_INT(imap_fd(conn), -1);
    CHECK(fcntl(fd, F_GETFD) == -1);
    CHECK(imap_cmd_noop(conn, NULL) < 0);
    CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
    peer_end(server);
    CHECK_INT(open_descriptors(), before);
  }
}

static void nobody_listening_is_a_system_error_with_errno(void) {
  imap_conn *conn = NULL;
  peer *server = peer_listen(peer_script, (void *)STAYING, 0);
  int port = peer_port(server);
  peer_end(server);
  int rc = imap_open("localhost", port, IMAP_TLS_NONE, NULL, &conn);
  CHECK_RC(rc, IMAP_ERR_SYSTEM);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_SYSTEM);
  CHECK_INT(imap_last_errno(conn), ECONNREFUSED);
  CHECK_INT(imap_fd(conn), -1);
  imap_free(conn);
}

static void waits_for_tls(peer *self, void *ctx) {
  (void)ctx;
  peer_stay(self);
}

static void says_the_beginning(peer *self, void *ctx) {
  (void)ctx;
  peer_say(self, "* OK [CAP");
  peer_stay(self);
}

static void a_port_that_says_nothing_may_be_one_for_tls(void) {
  static const struct {
    peer_talk talk;
    int tls, over_port, asks;
  } cases[] = {
      {waits_for_tls, IMAP_TLS_STARTTLS, 1, 1}, {waits_for_tls, IMAP_TLS_NONE, 1, 1},      {waits_for_tls, IMAP_TLS_IMPLICIT, 1, 0},
      {waits_for_tls, IMAP_TLS_NONE, 0, 0},     {says_the_beginning, IMAP_TLS_NONE, 1, 0},
  };
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 100), IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    imap_conn *conn = NULL;
    peer *server = cases[i].over_port ? peer_listen(cases[i].talk, NULL, 1) : peer_start(cases[i].talk, NULL);
    int fd = peer_take_fd(server);
    int rc = cases[i].over_port ? imap_open("127.0.0.1", peer_port(server), cases[i].tls, options, &conn)
                                : imap_open_fd(fd, fd, 0, NULL, cases[i].tls, options, &conn);
    CHECK_RC(rc, IMAP_ERR_TIMEOUT);
    CHECK_HAS(imap_last_message(conn), "not done within 100 ms (CONNECT_TIMEOUT_MS)");
    const char *question = strstr(imap_last_message(conn), "; the server sent nothing (a port for TLS from the first octet?)");
    CHECK_INT(question != NULL, cases[i].asks);
    imap_free(conn);
    peer_end(server);
  }
  imap_options_free(options);
}

static void arguments_are_checked_before_anything_is_opened(void) {
  imap_conn *conn = NULL;
  CHECK_RC(imap_open("x", 1, IMAP_TLS_NONE, NULL, NULL), IMAP_ERR_ARGUMENT);
  static const int ports[] = {-1, 65536, 2147483647};
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    CHECK_RC(imap_open("localhost", ports[i], IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
    CHECK_HAS(imap_last_message(conn), "port");
    imap_free(conn);
  }
  CHECK_RC(imap_open(NULL, 1, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  CHECK_RC(imap_open("\xff", 1, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  CHECK_RC(imap_open("localhost", 1, 3, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  CHECK_RC(imap_open("localhost", 1, -1, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  static const int flags[] = {IMAP_UID, IMAP_EXAMINE, 32, -1};
  for (size_t i = 0; i < COUNT_OF(flags); i++) {
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_RC(imap_open_fd(pair[0], pair[0], flags[i], NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
    imap_free(conn);
    /* Not taken: still the caller's. */
    CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
  }
  CHECK_RC(imap_open_fd(-1, -1, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "not open");
  imap_free(conn);
  CHECK_RC(imap_open_fd(0, 9999, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
}

static void descriptors_close_with_the_connection_unless_kept(void) {
  for (int keep = 0; keep < 2; keep++) {
    imap_conn *conn = NULL;
    peer *server = peer_start(peer_script, (void *)STAYING);
    int fd = peer_take_fd(server);
    int mode = fcntl(fd, F_GETFL);
    CHECK_RC(imap_open_fd(fd, fd, keep ? IMAP_FD_KEEP : 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
    CHECK_INT(fcntl(fd, F_GETFL), mode);
    imap_free(conn);
    CHECK_INT(fcntl(fd, F_GETFD) != -1, keep);
    if (keep)
      close(fd);
    peer_end(server);
  }
}

static void two_descriptors_may_be_pipes(void) {
  int from_server[2], to_server[2];
  char line[100] = "";
  imap_conn *conn = NULL;
  REQUIRE(pipe(from_server) == 0 && pipe(to_server) == 0);
  CHECK(write(from_server[1], HELLO, strlen(HELLO)) > 0);
  CHECK_RC(imap_open_fd(from_server[0], to_server[1], 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_raw_send(conn, "A NOOP\r\n", 8), IMAP_OK);
  CHECK(read(to_server[0], line, sizeof line - 1) == 8);
  CHECK_STR(line, "A NOOP\r\n");
  imap_free(conn);
  CHECK(read(to_server[0], line, 1) == 0);
  close(to_server[0]);
  close(from_server[1]);
}

static void shutdown_closes_and_leaves_the_error_to_be_read(void) {
  imap_conn *conn = NULL;
  peer *server = peer_start(peer_script, (void *)STAYING);
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_STATE);
  imap_shutdown(conn);
  imap_shutdown(conn);
  CHECK_RC(imap_last_error(conn), IMAP_ERR_STATE);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  CHECK_INT(imap_fd(conn), -1);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  peer_end(server);
}

static void opening_and_freeing_leaks_no_descriptor(void) {
  int before = open_descriptors();
  for (size_t i = 0; i < kit_repeats(200); i++) {
    imap_conn *conn = NULL;
    peer *server = peer_listen(peer_script, (void *)STAYING, 1);
    CHECK_RC(imap_open("127.0.0.1", peer_port(server), IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
  CHECK_INT(open_descriptors(), before);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_host_is_connected_to),
      TEST(options_say_where_and_from_where),
      TEST(a_failed_open_gives_the_error_and_no_socket),
      TEST(nobody_listening_is_a_system_error_with_errno),
      TEST(a_port_that_says_nothing_may_be_one_for_tls),
      TEST(arguments_are_checked_before_anything_is_opened),
      TEST(descriptors_close_with_the_connection_unless_kept),
      TEST(two_descriptors_may_be_pipes),
      TEST(shutdown_closes_and_leaves_the_error_to_be_read),
      TEST(opening_and_freeing_leaks_no_descriptor),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
