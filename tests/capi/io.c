/* imap_open_io: a connection carried by functions of the caller, well behaved and not. */
#include "kit.h"
#include "peer.h"
#include "pipe_io.h"
#include "tls_peer.h"

#include <errno.h>
#include <imap4.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const peer_step PLAIN[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"},
                                  {"# NOOP", "* 3 EXISTS\r\n# OK done\r\n"},
                                  {"# CREATE \"a rather long name\"", "# NO exists\r\n"},
                                  {NULL, PEER_STAY},
                                  {NULL, NULL}};

/* Only greets. */
static const peer_step GREETING[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};

/* Answers one NOOP. */
static const peer_step ANSWERING[] = {
    {NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {"# NOOP", "# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};

/* Answers two NOOPs. */
static const peer_step NOOP_ONLY[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"},
                                      {"# NOOP", "# OK done\r\n"},
                                      {"# NOOP", "# OK done\r\n"},
                                      {NULL, PEER_STAY},
                                      {NULL, NULL}};

/* One connection with these functions: everything works, and close is called once. */
static void converse(pipe_io *io) {
  peer *server = peer_start(peer_script, (void *)PLAIN);
  imap_conn *conn = NULL;
  io->fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(io, NULL, &conn), IMAP_OK);
  CHECK_INT(imap_fd(conn), io->has_no_fd ? -1 : io->fd);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_create(conn, "a rather long name", NULL), IMAP_NO);
  CHECK_INT(io->closes, 0);
  imap_shutdown(conn);
  CHECK_INT(io->closes, 1);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  imap_free(conn);
  CHECK_INT(io->closes, 1);
  peer_end(server);
}

/* The next command, or the opening, in a loop by poll() if the connection never waits. */
static int answered(imap_conn *conn, int rc) {
  long long until = kit_now_ms() + 20000;
  while ((rc == IMAP_QUEUED || rc == IMAP_AGAIN) && kit_now_ms() < until) {
    rc = imap_wait(conn, 0, 0, NULL);
    if (rc != IMAP_AGAIN)
      break;
    int wants = imap_wants(conn), timeout = imap_timeout(conn);
    short events = (short)((wants & IMAP_WANT_READ ? POLLIN : 0) | (wants & IMAP_WANT_WRITE ? POLLOUT : 0));
    struct pollfd wait = {imap_fd(conn), events, 0};
    poll(&wait, 1, timeout);
    imap_step(conn, (wait.revents & ~POLLOUT ? IMAP_WANT_READ : 0) | (wait.revents & POLLOUT ? IMAP_WANT_WRITE : 0));
  }
  return rc;
}

static imap_options *limited(int is_nonblock) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_NONBLOCK, is_nonblock), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 5000), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_CALL_TIMEOUT_MS, 5000), IMAP_OK);
  return options;
}

/* The descriptor is waited for while the functions say EAGAIN, and not before. */
static void what_functions_hold_is_read_before_their_descriptor_is_waited_for(void) {
  for (int i = 0; i < 4; i++) {
    peer *server = peer_start(peer_script, (void *)PLAIN);
    imap_options *options = limited(i % 2);
    pipe_io io = {.hoards = 1, .most = i < 2 ? 1 : 20};
    imap_conn *conn = NULL;
    io.fd = peer_take_fd(server);
    int rc = pipe_io_open(&io, options, &conn);
    CHECK_RC(answered(conn, rc), IMAP_OK);
    CHECK_RC(answered(conn, imap_cmd_noop(conn, NULL)), IMAP_OK);
    CHECK_RC(answered(conn, imap_cmd_create(conn, "a rather long name", NULL)), IMAP_NO);
    /* Silence is waited for at the descriptor: nothing asks again and again. */
    int reads = io.reads;
    CHECK_RC(imap_submit_text(conn, "NOOP", NULL), IMAP_QUEUED);
    CHECK_RC(imap_wait(conn, 0, 50, NULL), IMAP_AGAIN);
    CHECK(io.reads - reads < 5);
    imap_free(conn);
    imap_options_free(options);
    peer_end(server);
  }
}

static void a_loop_over_functions_without_a_descriptor_moves_on(void) {
  peer *server = peer_start(peer_script, (void *)GREETING);
  imap_options *options = limited(1);
  pipe_io io = {.has_no_fd = 1};
  imap_conn *conn = NULL;
  io.fd = peer_take_fd(server);
  int rc = pipe_io_open(&io, options, &conn);
  CHECK_INT(imap_fd(conn), -1);
  /* The time is all that a loop can see. */
  for (long long until = kit_now_ms() + 5000; (rc = imap_step(conn, 0)) == IMAP_AGAIN && kit_now_ms() < until;)
    poll(NULL, 0, imap_timeout(conn));
  CHECK_RC(rc, IMAP_EVENT);
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_OK);
  imap_free(conn);
  imap_options_free(options);
  peer_end(server);
}

/* Nothing tells when a write that said EAGAIN would go: it is tried again soon, and not after a long read. */
static void without_a_descriptor_a_write_is_tried_again_soon(void) {
  peer *server = peer_start(peer_script, (void *)ANSWERING);
  pipe_io io = {.has_no_fd = 1, .most = 1};
  imap_conn *conn = NULL;
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
  io.writes_again_every = 2;
  long long began = kit_now_ms();
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK(io.writes > 10);
  CHECK(kit_now_ms() - began < (kit_is_watched() ? 4000 : 2000));
  imap_free(conn);
  peer_end(server);
}

static void on_signal(int number) {
  (void)number;
}

static void *send_signal(void *thread) {
  struct timespec pause = {0, 50000000};
  for (int i = 0; i < 40; i++) {
    nanosleep(&pause, NULL);
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
  }
  return NULL;
}

/* The read is what waits, so the signal is its to tell. */
static void a_signal_ends_a_read_that_waits_itself(void) {
  struct sigaction action = {.sa_handler = on_signal}, before;
  peer *server = peer_start(peer_script, (void *)ANSWERING);
  imap_options *options = limited(0);
  pipe_io io = {.has_no_fd = 1};
  imap_conn *conn = NULL;
  pthread_t self = pthread_self(), other;
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_RETURN_ON_SIGNAL, 1), IMAP_OK);
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, options, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  sigaction(SIGUSR1, &action, &before);
  REQUIRE(pthread_create(&other, NULL, send_signal, &self) == 0);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_INTERRUPTED);
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_AGAIN);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_RETURN_ON_SIGNAL, 0), IMAP_OK);
  CHECK_RC(imap_wait(conn, 0, 300, NULL), IMAP_AGAIN);
  pthread_join(other, NULL);
  sigaction(SIGUSR1, &before, NULL);
  imap_free(conn);
  imap_options_free(options);
  peer_end(server);
}

static void a_failure_without_an_errno_says_whose_it_is(void) {
  for (int i = 0; i < 3; i++) {
    peer *server = peer_start(peer_script, (void *)(i == 1 ? ANSWERING : GREETING));
    pipe_io io = {0};
    imap_conn *conn = NULL;
    io.fd = peer_take_fd(server);
    CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
    io.write_claims = i == 0 ? -1 : 0;
    io.read_claims = i == 1 ? -1 : 0;
    io.writes_nothing = i == 2;
    errno = 0;
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_SYSTEM);
    CHECK_INT(imap_last_errno(conn), 0);
    CHECK_HAS(imap_last_message(conn), i == 1 ? "the caller's read function" : "the caller's write function");
    imap_free(conn);
    peer_end(server);
  }
}

static long never_ready(void *ctx, char *buf, size_t len, int timeout_ms) {
  (void)buf, (void)len, (void)timeout_ms;
  ++*(int *)ctx;
  errno = EAGAIN;
  return -1;
}

static long takes_all(void *ctx, const char *buf, size_t len) {
  (void)ctx, (void)buf;
  return (long)len;
}

static void a_descriptor_that_is_not_open_is_told_and_not_waited_for(void) {
  enum { NOT_OPEN = 900 };
  int reads = 0;
  imap_io io = {sizeof io, &reads, never_ready, takes_all, NULL, NOT_OPEN, 0};
  imap_options *options = NULL;
  imap_conn *conn = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 200), IMAP_OK);
  CHECK_RC(imap_open_io(&io, NULL, IMAP_TLS_NONE, options, &conn), IMAP_ERR_SYSTEM);
  CHECK_INT(imap_last_errno(conn), EBADF);
  CHECK_HAS(imap_last_message(conn), "waiting for descriptor 900: ");
  CHECK(reads < 10);
  imap_free(conn);
  imap_options_free(options);
}

static void a_connection_works_through_functions(void) {
  pipe_io io = {0};
  converse(&io);
}

static void pieces_of_one_octet_are_enough(void) {
  pipe_io io = {.most = 1};
  converse(&io);
  CHECK(io.writes > 30);
}

static void eagain_is_waited_for_at_the_descriptor(void) {
  pipe_io io = {.again_every = 2};
  converse(&io);
  pipe_io tiny = {.again_every = 3, .most = 1};
  converse(&tiny);
}

static void without_a_descriptor_reads_wait_themselves(void) {
  pipe_io io = {.has_no_fd = 1};
  converse(&io);
  CHECK(io.longest_wait_ms > 0);
}

static void limits_of_time_hold_without_a_descriptor(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  long long best = 1000000;
  for (int attempt = 0; attempt < 3 && best > 250; attempt++) {
    peer *server = peer_start(peer_script, (void *)steps);
    pipe_io io = {.has_no_fd = 1};
    imap_conn *conn = NULL;
    io.fd = peer_take_fd(server);
    CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
    CHECK_RC(imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, 200), IMAP_OK);
    long long began = kit_now_ms();
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_TIMEOUT);
    long long took = kit_now_ms() - began;
    CHECK(took >= 199);
    best = took < best ? took : best;
    CHECK_INT(io.closes, 1);
    imap_free(conn);
    peer_end(server);
  }
  CHECK(best <= (kit_is_watched() ? 1000 : 250));
}

/* The second NOOP fails with this errno. */
static void check_failure(pipe_io *io, int *number, int value, long *claims, long claim, int want_errno) {
  peer *server = peer_start(peer_script, (void *)NOOP_ONLY);
  imap_conn *conn = NULL;
  io->fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(io, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  if (number)
    *number = value;
  if (claims)
    *claims = claim;
  int rc = imap_cmd_noop(conn, NULL);
  CHECK_RC(rc, IMAP_ERR_SYSTEM);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_SYSTEM);
  if (want_errno)
    CHECK_INT(imap_last_errno(conn), want_errno);
  CHECK_INT(io->closes, 1);
  imap_free(conn);
  CHECK_INT(io->closes, 1);
  peer_end(server);
}

static void a_failing_read_ends_the_connection_with_its_errno(void) {
  pipe_io io = {0};
  check_failure(&io, &io.read_errno, EIO, NULL, 0, EIO);
}

static void claims_of_too_many_octets_are_not_believed(void) {
  pipe_io reading = {0};
  check_failure(&reading, NULL, 0, &reading.read_claims, 1L << 30, 0);
}

/* A peer whose script does not expect what a failing write keeps back. */
static void check_failing_write(pipe_io *io, int number, long claim) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server = peer_start(peer_script, (void *)steps);
  imap_conn *conn = NULL;
  io->fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(io, NULL, &conn), IMAP_OK);
  io->write_errno = number;
  io->write_claims = claim;
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_SYSTEM);
  if (number)
    CHECK_INT(imap_last_errno(conn), number);
  CHECK_INT(io->closes, 1);
  imap_free(conn);
  peer_end(server);
}

static void a_failing_write_ends_the_connection_with_its_errno(void) {
  pipe_io io = {0};
  check_failing_write(&io, ENOSPC, 0);
  pipe_io boasting = {0};
  check_failing_write(&boasting, 0, 1L << 30);
}

static imap_conn *reentered;

static void reenter(void *ctx) {
  (void)ctx;
  if (!reentered)
    return;
  CHECK_RC(imap_cmd_noop(reentered, NULL), IMAP_ERR_BUSY);
  CHECK_RC(imap_logout_and_free(reentered), IMAP_ERR_BUSY);
  imap_shutdown(reentered);
  imap_free(reentered);
}

static void functions_cannot_use_the_connection_they_carry(void) {
  pipe_io io = {.on_read = reenter};
  peer *server = peer_start(peer_script, (void *)PLAIN);
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, NULL, &reentered), IMAP_OK);
  CHECK_RC(imap_cmd_noop(reentered, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_create(reentered, "a rather long name", NULL), IMAP_NO);
  imap_free(reentered);
  reentered = NULL;
  peer_end(server);
}

static void functions_are_checked_before_they_are_used(void) {
  pipe_io self = {.fd = -1};
  imap_io good = pipe_io_functions(&self), bad;
  imap_conn *conn = NULL;
  CHECK_RC(imap_open_io(NULL, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "imap_io: is NULL");
  imap_free(conn);
  for (int i = 0; i < 6; i++) {
    bad = good;
    switch (i) {
    case 0: bad.size = 0; break;
    case 1: bad.size = sizeof bad - 1; break;
    case 2: bad.read = NULL; break;
    case 3: bad.write = NULL; break;
    case 4: bad.flags = IMAP_FD_KEEP; break;
    default: bad.flags = -1; break;
    }
    CHECK_RC(imap_open_io(&bad, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_ARGUMENT);
    CHECK(conn != NULL);
    CHECK_RC(imap_last_error(conn), IMAP_ERR_ARGUMENT);
    imap_free(conn);
  }
  CHECK_RC(imap_open_io(&good, NULL, IMAP_TLS_NONE, NULL, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_open_io(&good, NULL, IMAP_TLS_IMPLICIT, NULL, &conn), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "TLS_SERVER_NAME");
  imap_free(conn);
  CHECK_RC(imap_open_io(&good, NULL, 3, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  CHECK_INT(self.reads + self.writes, 0);
}

static void a_larger_struct_of_a_newer_program_is_fine(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  struct {
    imap_io io;
    char more[32];
  } newer;
  peer *server = peer_start(peer_script, (void *)steps);
  pipe_io self = {0};
  imap_conn *conn = NULL;
  self.fd = peer_take_fd(server);
  newer.io = pipe_io_functions(&self);
  newer.io.size = sizeof newer;
  CHECK_RC(imap_open_io(&newer.io, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void a_private_way_may_carry_passwords(void) {
  static const peer_step steps[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"},
                                    {"# LOGIN a \"b\"", "# OK\r\n"},
                                    {NULL, PEER_STAY},
                                    {NULL, NULL}};
  peer *server = peer_start(peer_script, (void *)steps);
  pipe_io self = {0};
  imap_conn *conn = NULL;
  self.fd = peer_take_fd(server);
  imap_io io = pipe_io_functions(&self);
  io.flags = IMAP_FD_SECURE;
  CHECK_RC(imap_open_io(&io, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

enum { MESSAGES = 400, BODY = 4000 };

/* Sends MESSAGES rows with a literal each, as fast as they are taken. */
static void send_bodies(peer *self, void *ctx) {
  char line[200];
  static char row[BODY + 100];
  (void)ctx;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  peer_line(self, line, sizeof line);
  peer_command(self, line);
  peer_say(self, "# OK in\r\n");
  peer_line(self, line, sizeof line);
  peer_command(self, line);
  for (int i = 1; i <= MESSAGES; i++) {
    int n = snprintf(row, sizeof row, "* %d FETCH (BODY[] {%d}\r\n", i, BODY);
    memset(row + n, 'a' + i % 26, BODY);
    n += BODY;
    n += snprintf(row + n, sizeof row - (size_t)n, ")\r\n");
    if (peer_send(self, row, (size_t)n) != 0)
      return;
  }
  peer_say(self, "# OK done\r\n");
  peer_stay(self);
}

/* Where octets come faster than they are taken, a read is tried before anything is waited for: still each row is whole
 * and a wakeup is noticed soon. */
static void a_wakeup_is_noticed_while_rows_flow(void) {
  peer *server = peer_start(send_bodies, NULL);
  pipe_io io = {.most = 4096};
  imap_conn *conn = NULL;
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  uint32_t id = 0;
  CHECK_RC(imap_submit_text(conn, "FETCH 1:* BODY[]", &id), IMAP_QUEUED);
  const imap_response *row = NULL;
  int rows = 0, woken_behind = 0, rc;
  while ((rc = imap_next(conn, id, -1, &row)) == IMAP_OK || rc == IMAP_ERR_WOKEN) {
    if (rc == IMAP_ERR_WOKEN) {
      woken_behind = rows;
      continue;
    }
    rows++;
    imap_section section;
    CHECK_RC(imap_section_get(row, 0, &section, sizeof section), IMAP_OK);
    uint32_t number = 0;
    imap_response_number(row, &number);
    CHECK_INT(number, rows);
    CHECK_INT(section.len, BODY);
    CHECK_INT(section.ptr[0], 'a' + rows % 26);
    CHECK_INT(section.ptr[BODY - 1], 'a' + rows % 26);
    if (rows == MESSAGES / 2)
      CHECK_RC(imap_wakeup(conn), IMAP_OK);
  }
  CHECK_RC(rc, IMAP_END);
  CHECK_INT(rows, MESSAGES);
  CHECK(woken_behind >= MESSAGES / 2 && woken_behind <= MESSAGES / 2 + 100);
  imap_free(conn);
  peer_end(server);
}

static void serve_tls(peer *self, void *context) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {"# NOOP", "# OK done\r\n"}, {NULL, NULL}};
  if (!peer_secure(self, context))
    return;
  peer_script(self, (void *)steps);
  peer_stay(self);
}

/* A handshake that has to read before anything can be polled. */
static void tls_works_through_functions(void) {
  /* The server's last words go to a client that has hung up. */
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i < 6; i++) {
    tls_identity authority = tls_authority(), identity = tls_server_identity("DNS:imap.test", &authority);
    SSL_CTX *context = tls_server_context(&identity);
    peer *server = peer_start(serve_tls, context);
    pipe_io how = {.has_no_fd = i % 2, .most = i / 2, .hoards = i >= 4};
    imap_options *options;
    imap_conn *conn = NULL;
    CHECK_RC(imap_options_new(&options), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_VERIFY, 0), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 20000), IMAP_OK);
    how.fd = peer_take_fd(server);
    imap_io io = pipe_io_functions(&how);
    CHECK_RC(imap_open_io(&io, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
    imap_free(conn);
    imap_options_free(options);
    peer_end(server);
    SSL_CTX_free(context);
    tls_identity_free(&identity);
    tls_identity_free(&authority);
  }
}

/* imap_raw_readline waits also where nothing else does, and nothing else does so afterwards. */
static void nothing_waits_after_a_raw_read_without_a_descriptor(void) {
  static const peer_step steps[] = {
      {NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {"# RAW", "raw\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server = peer_start(peer_script, (void *)steps);
  pipe_io io = {.has_no_fd = 1};
  imap_options *options;
  imap_conn *conn = NULL;
  const char *line;
  size_t len;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_NONBLOCK, 1), IMAP_OK);
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, options, &conn), IMAP_QUEUED);
  long long until = kit_now_ms() + 20000;
  while (imap_wait(conn, 0, 0, NULL) == IMAP_AGAIN && kit_now_ms() < until) {
  }
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  CHECK_RC(imap_raw_send(conn, "A1 RAW\r\n", 8), IMAP_OK);
  CHECK_RC(imap_raw_readline(conn, &line, &len), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
  io.longest_wait_ms = 0;
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_AGAIN);
  CHECK_INT(io.longest_wait_ms, 0);
  imap_free(conn);
  imap_options_free(options);
  peer_end(server);
}

/* What imap_next reads was received before, and there is no octet to be moved when it finds the end in it. */
static void a_limit_that_imap_next_finds_passed_closes_the_connection(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"},
                                    {"# LIST \"\" *", "* LIST () \"/\" a\r\n* LIST () \"/\" a-rather-long-name\r\n# OK done\r\n"},
                                    {NULL, PEER_STAY},
                                    {NULL, NULL}};
  peer *server = peer_start(peer_script, (void *)steps);
  pipe_io io = {0};
  imap_conn *conn = NULL;
  const imap_response *row;
  uint32_t id;
  io.fd = peer_take_fd(server);
  CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "LIST \"\" *", &id), IMAP_QUEUED);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 25), IMAP_OK);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_ERR_LIMIT);
  CHECK_INT(io.closes, 1);
  CHECK_INT(imap_wants(conn), 0);
  imap_free(conn);
  peer_end(server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_descriptor_that_is_not_open_is_told_and_not_waited_for),
      TEST(a_connection_works_through_functions),
      TEST(what_functions_hold_is_read_before_their_descriptor_is_waited_for),
      TEST(a_loop_over_functions_without_a_descriptor_moves_on),
      TEST(without_a_descriptor_a_write_is_tried_again_soon),
      TEST(a_signal_ends_a_read_that_waits_itself),
      TEST(a_failure_without_an_errno_says_whose_it_is),
      TEST(pieces_of_one_octet_are_enough),
      TEST(eagain_is_waited_for_at_the_descriptor),
      TEST(without_a_descriptor_reads_wait_themselves),
      TEST(limits_of_time_hold_without_a_descriptor),
      TEST(a_failing_read_ends_the_connection_with_its_errno),
      TEST(a_failing_write_ends_the_connection_with_its_errno),
      TEST(claims_of_too_many_octets_are_not_believed),
      TEST(functions_cannot_use_the_connection_they_carry),
      TEST(functions_are_checked_before_they_are_used),
      TEST(a_larger_struct_of_a_newer_program_is_fine),
      TEST(a_private_way_may_carry_passwords),
      TEST(a_wakeup_is_noticed_while_rows_flow),
      TEST(tls_works_through_functions),
      TEST(nothing_waits_after_a_raw_read_without_a_descriptor),
      TEST(a_limit_that_imap_next_finds_passed_closes_the_connection),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
