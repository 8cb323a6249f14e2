/* Connections that never wait, driven by a poll() loop: a whole session, in clear and with TLS; what is wanted after each
 * step; fragments of any size; servers that fall silent; back-pressure; descriptors whose mode was changed. */
#include "kit.h"
#include "peer.h"
#include "tls_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <imap4.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PLENTY_MS 20000

static imap_options *nonblocking(void) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_NONBLOCK, 1), IMAP_OK);
  return options;
}

/* How many turns found nothing ready and no time to wait: a loop that only burns time. */
static int idle_turns;

/* One turn of a loop: waits for what is wanted, then takes a step. */
static int turn(imap_conn *conn, int knows_events) {
  int wants = imap_wants(conn), timeout = imap_timeout(conn), ready = 0;
  struct pollfd set[2] = {{wants & IMAP_WANT_READ ? imap_fd(conn) : -1, POLLIN, 0},
                          {wants & IMAP_WANT_WRITE ? imap_write_fd(conn) : -1, POLLOUT, 0}};
  if (wants == 0 && timeout < 0)
    kit_fail(__FILE__, __LINE__, "nothing is wanted, and there is no deadline");
  poll(set, 2, timeout < 0 || timeout > PLENTY_MS ? PLENTY_MS : timeout);
  ready |= set[0].revents ? IMAP_WANT_READ : 0;
  ready |= set[1].revents ? IMAP_WANT_WRITE : 0;
  int rc = imap_step(conn, knows_events ? ready : -1);
  if (rc == IMAP_AGAIN && imap_wants(conn) == 0 && imap_timeout(conn) < 0)
    kit_fail(__FILE__, __LINE__, "after IMAP_AGAIN nothing is wanted, and there is no deadline");
  idle_turns += timeout == 0 && ready == 0 && rc == IMAP_AGAIN;
  return rc;
}

/* Turns until the command has a result. */
static int result(imap_conn *conn, uint32_t id, imap_response **out) {
  long long until = kit_now_ms() + PLENTY_MS;
  int rc;
  while ((rc = imap_wait(conn, id, -1, out)) == IMAP_AGAIN && kit_now_ms() < until)
    turn(conn, 1);
  return rc;
}

/* The call returns at once that it is queued; its result comes by the loop. */
#define RESULT(call, want) \
  do { \
    long long began_ms = kit_now_ms(); \
    CHECK_RC((call), IMAP_QUEUED); \
    CHECK(kit_now_ms() - began_ms < 2000); \
    CHECK_RC(result(conn, imap_last_id(conn), NULL), (want)); \
  } while (0)

enum { MESSAGE = 300000 };

static char message_octet(size_t i) {
  return (char)('a' + i % 23);
}

typedef struct session {
  SSL_CTX *context;
  int starttls, is_login;
  int appended;
} session;

static void serve(peer *self, void *ctx) {
  static const peer_step clear[] = {{NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {"# STARTTLS", "# OK go\r\n"}, {NULL, NULL}};
  static const peer_step again[] = {{"# CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5\r\n# OK\r\n"}, {NULL, NULL}};
  static const peer_step greeting[] = {{NULL, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5] hi\r\n"}, {NULL, NULL}};
  static const peer_step login[] = {{"# LOGIN alice \"secret\"", "# OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"}, {NULL, NULL}};
  static const peer_step auth[] = {{"# AUTHENTICATE CRAM-MD5", "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"},
                                   {"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", "# OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"},
                                   {NULL, NULL}};
  static const peer_step fetch[] = {{"# SELECT INBOX", "* 3 EXISTS\r\n# OK [READ-WRITE] in\r\n"},
                                    {"# FETCH 1:3 (BODY[])", "* 1 FETCH (BODY[] {300000}\r\n"},
                                    {NULL, NULL}};
  static const peer_step append[] = {{NULL, ")\r\n* 2 FETCH (BODY[] {3}\r\nabc)\r\n* 3 FETCH (FLAGS ())\r\n# OK done\r\n"},
                                     {"# APPEND a (\\Seen) {300000}", "+ go\r\n"},
                                     {NULL, NULL}};
  static const peer_step idle[] = {{"", "# OK there\r\n"}, {"# IDLE", "+ idling\r\n* 4 EXISTS\r\n"}, {"DONE", "# OK done\r\n"},
                                   {"# LOGOUT", "* BYE so long\r\n# OK bye\r\n"}, {NULL, NULL}};
  session *what = ctx;
  char *message = malloc(MESSAGE);
  if (what->starttls)
    peer_script(self, (void *)clear);
  if (what->context && !peer_secure(self, what->context)) {
    free(message);
    return;
  }
  peer_script(self, (void *)(what->starttls ? again : greeting));
  peer_script(self, (void *)(what->is_login ? login : auth));
  peer_script(self, (void *)fetch);
  for (size_t i = 0; i < MESSAGE; i++)
    message[i] = message_octet(i);
  peer_send(self, message, MESSAGE);
  peer_script(self, (void *)append);
  memset(message, 0, MESSAGE);
  what->appended = peer_octets(self, message, MESSAGE) == 0;
  for (size_t i = 0; i < MESSAGE; i++)
    what->appended &= message[i] == message_octet(i);
  peer_script(self, (void *)idle);
  free(message);
}

/* Rows as they come; every third turn does not look, so that the server has to wait. */
static void take_rows(imap_conn *conn, uint32_t id) {
  int rows = 0, rc, is_same = 1;
  size_t octets = 0;
  long long until = kit_now_ms() + PLENTY_MS;
  for (;;) {
    const imap_response *row = NULL;
    rc = imap_next(conn, id, -1, &row);
    if (rc == IMAP_AGAIN && kit_now_ms() < until) {
      turn(conn, 1);
      continue;
    }
    if (rc == IMAP_LITERAL) {
      char buf[7000];
      size_t n = 0;
      while ((rc = imap_literal_read(conn, buf, sizeof buf, &n)) == IMAP_OK || rc == IMAP_AGAIN) {
        for (size_t i = 0; i < n; i++)
          is_same &= buf[i] == message_octet(octets + i);
        octets += n;
        if (rc == IMAP_AGAIN)
          turn(conn, 1);
        if (kit_now_ms() > until)
          break;
      }
      CHECK_RC(rc, IMAP_END);
      continue;
    }
    if (rc != IMAP_OK)
      break;
    rows++;
    /* The next row, if it is here, is the reason to come back at once. */
    if (rows == 2)
      CHECK(turn(conn, 1) >= 0);
  }
  CHECK_RC(rc, IMAP_END);
  CHECK_INT(rows, 3);
  CHECK_INT(octets, MESSAGE);
  CHECK(is_same);
}

static void append(imap_conn *conn) {
  char *message = malloc(MESSAGE);
  size_t done = 0;
  uint32_t id = 0;
  long long until = kit_now_ms() + PLENTY_MS;
  for (size_t i = 0; i < MESSAGE; i++)
    message[i] = message_octet(i);
  CHECK_RC(imap_append_begin(conn, "a", &id), IMAP_QUEUED);
  CHECK_RC(imap_append_message(conn, "\\Seen", NULL, MESSAGE), IMAP_OK);
  while (done < MESSAGE && kit_now_ms() < until) {
    size_t taken = 0, room = MESSAGE - done;
    int rc = imap_literal_write(conn, message + done, room, &taken);
    done += taken;
    if (rc == IMAP_AGAIN || taken < room)
      turn(conn, 1);
    if (rc != IMAP_AGAIN && !CHECK_RC(rc, IMAP_OK))
      break;
  }
  CHECK_INT(done, MESSAGE);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_QUEUED);
  CHECK_RC(result(conn, id, NULL), IMAP_OK);
  free(message);
}

static void idle(imap_conn *conn) {
  CHECK_RC(imap_idle_begin(conn), IMAP_QUEUED);
  uint32_t id = imap_last_id(conn);
  long long until = kit_now_ms() + PLENTY_MS;
  int rc = IMAP_AGAIN;
  imap_response *event = NULL;
  while (rc == IMAP_AGAIN && kit_now_ms() < until) {
    rc = turn(conn, 1);
    if (rc == IMAP_EVENT && imap_event_next(conn, &event) == IMAP_OK) {
      int is_new = imap_response_kind(event) == IMAP_KIND_EXISTS;
      uint32_t number = 0;
      imap_response_number(event, &number);
      imap_response_free(event);
      if (is_new && number == 4)
        break;
    }
    rc = IMAP_AGAIN;
  }
  CHECK(kit_now_ms() < until);
  CHECK_RC(imap_idle_end(conn), IMAP_QUEUED);
  CHECK_RC(result(conn, id, NULL), IMAP_OK);
}

static void a_whole_session_runs_in_a_loop(void) {
  tls_identity authority = tls_authority(), identity = tls_server_identity("DNS:localhost", &authority);
  for (int tls = IMAP_TLS_NONE; tls <= IMAP_TLS_STARTTLS; tls++) {
    session what = {tls ? tls_server_context(&identity) : NULL, tls == IMAP_TLS_STARTTLS, tls == IMAP_TLS_NONE, 0};
    SSL_CTX *trusted = tls_client_context(&authority);
    imap_options *options = nonblocking();
    CHECK_RC(imap_options_set_ssl_ctx(options, trusted), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_LITERAL_STREAM_MIN, 1000), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_IP_FAMILY, 4), IMAP_OK);
    peer *server = peer_listen(serve, &what, 1);
    imap_conn *conn = NULL;
    idle_turns = 0;
    RESULT(imap_open("localhost", peer_port(server), tls, options, &conn), IMAP_OK);
    if (what.is_login)
      RESULT(imap_cmd_login(conn, "alice", "secret", NULL), IMAP_OK);
    else
      RESULT(imap_cmd_authenticate(conn, "CRAM-MD5", NULL, "tim", "tanstaaftanstaaf", NULL), IMAP_OK);
    RESULT(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
    uint32_t id = 0;
    CHECK_RC(imap_submit_text(conn, "FETCH 1:3 (BODY[])", &id), IMAP_QUEUED);
    take_rows(conn, id);
    CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_OK);
    append(conn);
    idle(conn);
    RESULT(imap_cmd_logout(conn, NULL), IMAP_OK);
    CHECK_INT(imap_wants(conn), 0);
    CHECK_INT(imap_timeout(conn), -1);
    CHECK_INT(imap_fd(conn), -1);
    CHECK_INT(imap_write_fd(conn), -1);
    CHECK(imap_step(conn, -1) < 0);
    imap_free(conn);
    peer_end(server);
    CHECK(what.appended);
    /* A few are natural: something may be ready that is not enough to go on. */
    if (idle_turns > 200)
      kit_fail(__FILE__, __LINE__, "%d turns found nothing to do", idle_turns);
    imap_options_free(options);
    SSL_CTX_free(trusted);
    SSL_CTX_free(what.context);
  }
  tls_identity_free(&identity);
  tls_identity_free(&authority);
}

/* A server inside the test's own thread: it hears what the client wrote, and what it has to say leaves in fragments. */
typedef struct dialogue {
  const peer_step *step;
  int in, out, is_silent;
  char heard[4000], said[8000], tag[32];
  size_t heard_len, said_len, said_done;
  unsigned seed;
} dialogue;

static void say(dialogue *self, const char *text) {
  for (; text && *text; text++) {
    if (*text == '#' && (self->said_len == 0 || self->said[self->said_len - 1] == '\n')) {
      strcpy(self->said + self->said_len, self->tag);
      self->said_len += strlen(self->tag);
    } else {
      self->said[self->said_len++] = *text;
    }
  }
}

/* Hears, and sends at most `most` octets. */
static void serve_some(dialogue *self, size_t most) {
  ssize_t n = read(self->in, self->heard + self->heard_len, sizeof self->heard - 1 - self->heard_len);
  if (n > 0)
    self->heard_len += (size_t)n;
  self->heard[self->heard_len] = '\0';
  while (self->step->expect || self->step->answer) {
    if (self->step->expect) {
      char *end = strstr(self->heard, "\r\n");
      if (!end)
        break;
      *end = '\0';
      char *line = self->heard;
      const char *want = self->step->expect;
      if (strncmp(want, "# ", 2) == 0 && strchr(line, ' ')) {
        snprintf(self->tag, sizeof self->tag, "%.*s", (int)strcspn(line, " "), line);
        line = strchr(line, ' ') + 1;
        want += 2;
      }
      CHECK_STR(line, want);
      self->heard_len -= (size_t)(end + 2 - self->heard);
      memmove(self->heard, end + 2, self->heard_len + 1);
    }
    say(self, self->step->answer);
    self->step++;
  }
  size_t left = self->said_len - self->said_done;
  if (self->is_silent)
    left = 0;
  if (left > most)
    left = most;
  n = left ? write(self->out, self->said + self->said_done, left) : 0;
  if (n > 0)
    self->said_done += (size_t)n;
  if (self->said_done == self->said_len && !self->is_silent)
    self->said_done = self->said_len = 0;
}

static const peer_step DIALOGUE[] = {
    {NULL, "* PREAUTH hello there\r\n"},
    {"# CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n# OK\r\n"},
    {"# SELECT INBOX", "* 3 EXISTS\r\n* FLAGS (\\Seen)\r\n# OK [READ-WRITE] in\r\n"},
    {"# FETCH 1:3 (BODY[])",
     "* 1 FETCH (UID 5 BODY[] {26}\r\nabcdefghijklmnopqrstuvwxyz FLAGS ())\r\n* 4 EXISTS\r\n* 2 FETCH (UID 6)\r\n"
     "* 3 FETCH (BODY[] {3}\r\nabc UID 7)\r\n# OK done\r\n"},
    {"# APPEND a {5}", "+ go\r\n"},
    {"hello", "# OK there\r\n"},
    {"# IDLE", "+ idling\r\n* 5 EXPUNGE\r\n* 6 EXPUNGE\r\n"},
    {"DONE", "# OK done\r\n"},
    {"# LOGOUT", "* BYE so long\r\n# OK bye\r\n"},
    {NULL, NULL}};

/* How a dialogue is run. */
typedef struct way {
  int pipes, knows_events, flips_mode;
  /* The server falls silent after this many fragments; 0 is never. */
  int silent_after;
  unsigned seed;
} way;

typedef struct run {
  dialogue server;
  imap_conn *conn;
  const way *how;
  int fragments, rc;
  long long until;
} run;

/* One fragment from the server and one step of the client, which must not wait; 0 when the connection has ended. */
static int go_on(run *self) {
  imap_conn *conn = self->conn;
  dialogue *server = &self->server;
  size_t most = 1 + kit_random(&server->seed) % (kit_random(&server->seed) % 4 ? 7 : 40);
  if (self->how->silent_after && ++self->fragments >= self->how->silent_after)
    server->is_silent = 1;
  serve_some(server, most);
  if (self->how->flips_mode && imap_fd(conn) >= 0) {
    fcntl(imap_fd(conn), F_SETFL, kit_random(&server->seed) % 2 ? O_NONBLOCK : 0);
    fcntl(imap_write_fd(conn), F_SETFL, kit_random(&server->seed) % 2 ? O_NONBLOCK : 0);
  }
  int wants = imap_wants(conn), timeout = imap_timeout(conn), ready = 0;
  struct pollfd set[2] = {{wants & IMAP_WANT_READ ? imap_fd(conn) : -1, POLLIN, 0},
                          {wants & IMAP_WANT_WRITE ? imap_write_fd(conn) : -1, POLLOUT, 0}};
  int wait = server->is_silent ? (timeout < 0 || timeout > 1000 ? 1000 : timeout) : 0;
  poll(set, 2, wait);
  ready |= set[0].revents ? IMAP_WANT_READ : 0;
  ready |= set[1].revents ? IMAP_WANT_WRITE : 0;
  long long began = kit_now_ms();
  self->rc = imap_step(conn, self->how->knows_events ? ready : -1);
  if (kit_now_ms() - began > 2000)
    kit_fail(__FILE__, __LINE__, "a step took %lld ms", kit_now_ms() - began);
  if (self->rc == IMAP_AGAIN && imap_wants(conn) == 0 && imap_timeout(conn) < 0)
    kit_fail(__FILE__, __LINE__, "after IMAP_AGAIN nothing is wanted, and there is no deadline");
  if (kit_now_ms() > self->until) {
    kit_fail(__FILE__, __LINE__, "the dialogue got stuck (seed %u)", self->how->seed);
    return 0;
  }
  return self->rc >= 0;
}

static int finish(run *self, uint32_t id) {
  int rc;
  while ((rc = imap_wait(self->conn, id, -1, NULL)) == IMAP_AGAIN)
    if (!go_on(self) && imap_wait(self->conn, id, 0, NULL) == IMAP_AGAIN)
      break;
  return rc;
}

/* The client's part of the dialogue; the first failure, or IMAP_OK. */
static int talk(run *self) {
  imap_conn *conn = self->conn;
  int rc;
  uint32_t id = imap_last_id(conn);
  if ((rc = finish(self, id)) != IMAP_OK)
    return rc;
  if ((rc = imap_cmd_select(conn, NULL, 0, NULL)) != IMAP_QUEUED || (rc = finish(self, imap_last_id(conn))) != IMAP_OK)
    return rc;
  if ((rc = imap_submit_text(conn, "FETCH 1:3 (BODY[])", &id)) != IMAP_QUEUED)
    return rc;
  int rows = 0;
  size_t octets = 0, n = 0;
  const imap_response *row = NULL;
  char buf[11];
  while ((rc = imap_next(conn, id, -1, &row)) >= 0 && rc != IMAP_END && kit_now_ms() < self->until) {
    rows += rc == IMAP_OK;
    if (rc == IMAP_AGAIN)
      go_on(self);
    if (rc == IMAP_LITERAL)
      while ((rc = imap_literal_read(conn, buf, sizeof buf, &n)) >= 0 && rc != IMAP_END && kit_now_ms() < self->until) {
        octets += n;
        if (rc == IMAP_AGAIN)
          go_on(self);
      }
  }
  if (rc != IMAP_END)
    return rc;
  CHECK_INT(rows, 3);
  CHECK_INT(octets, 26);
  if ((rc = imap_wait(conn, id, 0, NULL)) != IMAP_OK)
    return rc;
  if ((rc = imap_append_begin(conn, "a", &id)) != IMAP_QUEUED || (rc = imap_append_message(conn, NULL, NULL, 5)) != IMAP_OK)
    return rc;
  for (size_t done = 0; done < 5;) {
    size_t taken = 0;
    rc = imap_literal_write(conn, "hello" + done, 5 - done, &taken);
    done += taken;
    if (rc == IMAP_AGAIN)
      go_on(self);
    else if (rc != IMAP_OK)
      return rc;
  }
  if ((rc = imap_append_end(conn, NULL)) != IMAP_QUEUED || (rc = finish(self, id)) != IMAP_OK)
    return rc;
  if ((rc = imap_idle_begin(conn)) != IMAP_QUEUED)
    return rc;
  id = imap_last_id(conn);
  for (int seen = 0; seen < 2;) {
    imap_response *event = NULL;
    if (imap_event_next(conn, &event) == IMAP_OK)
      seen += imap_response_kind(event) == IMAP_KIND_EXPUNGE;
    else if ((rc = imap_wait(conn, id, -1, NULL)) != IMAP_AGAIN || !go_on(self))
      return rc;
    imap_response_free(event);
  }
  if ((rc = imap_idle_end(conn)) != IMAP_QUEUED || (rc = finish(self, id)) != IMAP_OK)
    return rc;
  if ((rc = imap_cmd_logout(conn, NULL)) != IMAP_QUEUED)
    return rc;
  return finish(self, imap_last_id(conn));
}

static int converse(const way *how) {
  run self = {.how = how, .until = kit_now_ms() + PLENTY_MS};
  int there[2], back[2];
  if (how->pipes) {
    CHECK(pipe(there) == 0 && pipe(back) == 0);
  } else {
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, there) == 0);
    back[0] = there[0];
    back[1] = there[1];
  }
  self.server.step = DIALOGUE;
  self.server.in = there[0];
  self.server.out = back[1];
  if (!how->pipes)
    self.server.out = there[0];
  self.server.seed = how->seed;
  fcntl(self.server.in, F_SETFL, O_NONBLOCK);
  int read_fd = how->pipes ? back[0] : there[1], write_fd = there[1];
  imap_options *options = nonblocking();
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_LITERAL_STREAM_MIN, 20), IMAP_OK);
  if (how->silent_after) {
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_STALL_TIMEOUT_MS, 20), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 40), IMAP_OK);
  }
  CHECK_RC(imap_open_fd(read_fd, write_fd, 0, NULL, IMAP_TLS_NONE, options, &self.conn), IMAP_QUEUED);
  int rc = talk(&self);
  imap_free(self.conn);
  imap_options_free(options);
  close(self.server.in);
  if (how->pipes)
    close(self.server.out);
  return rc;
}

static void any_fragments_give_the_same_session(void) {
  for (unsigned seed = 1; seed <= kit_repeats(60); seed++) {
    way how = {.knows_events = 1, .seed = seed};
    if (!CHECK_RC(converse(&how), IMAP_OK))
      kit_fail(__FILE__, __LINE__, "seed %u", seed);
  }
}

static void a_loop_that_does_not_know_what_happened_says_so(void) {
  for (unsigned seed = 1; seed <= kit_repeats(40); seed++) {
    way how = {.pipes = seed % 2, .seed = seed};
    if (!CHECK_RC(converse(&how), IMAP_OK))
      kit_fail(__FILE__, __LINE__, "seed %u", seed);
  }
}

static void the_mode_of_the_descriptors_does_not_matter(void) {
  for (unsigned seed = 1; seed <= kit_repeats(40); seed++) {
    way how = {.pipes = seed % 2, .knows_events = seed / 2 % 2, .flips_mode = 1, .seed = seed};
    if (!CHECK_RC(converse(&how), IMAP_OK))
      kit_fail(__FILE__, __LINE__, "seed %u", seed);
  }
}

static void a_server_that_falls_silent_anywhere_ends_at_a_deadline(void) {
  int timeouts = 0;
  for (int after = 1; after < 150; after += kit_is_watched() ? 12 : 3) {
    way how = {.knows_events = after % 2, .silent_after = after, .seed = (unsigned)after};
    long long began = kit_now_ms();
    int rc = converse(&how);
    long long took = kit_now_ms() - began;
    /* While idling nothing is due; and the dialogue may have been over. */
    if (rc != IMAP_ERR_TIMEOUT && rc != IMAP_OK && !(rc == IMAP_AGAIN))
      kit_fail(__FILE__, __LINE__, "after %d fragments: %s", after, imap_error_name(rc));
    timeouts += rc == IMAP_ERR_TIMEOUT;
    if (rc == IMAP_ERR_TIMEOUT && took > (kit_is_watched() ? 5000 : 1500))
      kit_fail(__FILE__, __LINE__, "after %d fragments it took %lld ms", after, took);
    if (rc != IMAP_ERR_TIMEOUT)
      break;
  }
  CHECK(timeouts >= 3);
}

static void opening_what_is_not_there_fails_in_the_loop(void) {
  imap_options *options = nonblocking();
  imap_conn *conn = NULL;
  peer *server = peer_listen(peer_script, NULL, 0);
  int port = peer_port(server);
  peer_end(server);
  CHECK_RC(imap_open("127.0.0.1", port, IMAP_TLS_NONE, options, &conn), IMAP_QUEUED);
  CHECK(result(conn, imap_last_id(conn), NULL) < 0);
  CHECK_INT(imap_wants(conn), 0);
  imap_free(conn);
  imap_options_free(options);
}

static void each_descriptor_that_is_wanted_can_be_waited_for(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = nonblocking();
  imap_conn *conn = NULL;
  peer *server = peer_listen(peer_script, (void *)steps, 1);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_IP_FAMILY, 4), IMAP_OK);
  /* Also while a thread looks up the name: there is something to wait for, and the loop need not sleep until a limit. */
  CHECK_RC(imap_open("localhost", peer_port(server), IMAP_TLS_NONE, options, &conn), IMAP_QUEUED);
  long long began = kit_now_ms();
  int rc;
  while ((rc = imap_wait(conn, 0, -1, NULL)) == IMAP_AGAIN && kit_now_ms() - began < PLENTY_MS) {
    int wants = imap_wants(conn);
    CHECK(!(wants & IMAP_WANT_READ) || imap_fd(conn) >= 0);
    CHECK(!(wants & IMAP_WANT_WRITE) || imap_write_fd(conn) >= 0);
    turn(conn, 1);
  }
  CHECK_RC(rc, IMAP_OK);
  imap_free(conn);
  peer_end(server);
  imap_options_free(options);
}

static void a_wakeup_shows_in_the_next_step(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = nonblocking();
  peer *server;
  int rc;
  imap_conn *conn = peer_open(&server, steps, options, &rc);
  CHECK_RC(rc, IMAP_QUEUED);
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  CHECK_RC(imap_step(conn, 0), IMAP_AGAIN);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  /* A loop that a signal ended looks at the time again. */
  CHECK_INT(imap_timeout(conn), 0);
  CHECK_RC(imap_step(conn, 0), IMAP_ERR_WOKEN);
  CHECK_RC(imap_step(conn, 0), IMAP_AGAIN);
  RESULT(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
  imap_options_free(options);
}

/* Nothing else would bring a loop to a connection that is over: its descriptor is gone. */
static void a_loop_comes_again_until_it_was_told_of_an_end(void) {
  static const peer_step commanded[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {"# NOOP", NULL}, {NULL, NULL}};
  static const peer_step told[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n* 5 EXISTS\r\n"}, {NULL, NULL}};
  imap_options *options = nonblocking();
  for (int i = 0; i < 4; i++) {
    int has_command = i & 1, is_woken = i & 2;
    peer *server;
    int rc;
    uint32_t id;
    imap_response *event = NULL;
    imap_conn *conn = peer_open(&server, has_command ? commanded : told, options, &rc);
    if (has_command) {
      CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
      CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
      CHECK_RC(imap_step(conn, 0), IMAP_AGAIN);
    }
    peer_end(server);
    if (is_woken) {
      CHECK_RC(imap_wakeup(conn), IMAP_OK);
      CHECK_RC(imap_step(conn, -1), IMAP_ERR_WOKEN);
      CHECK_INT(imap_timeout(conn), 0);
    }
    CHECK_RC(imap_step(conn, -1), IMAP_EVENT);
    /* What came before the end, and the end, are two reads. */
    CHECK_RC(imap_step(conn, -1), IMAP_EVENT);
    CHECK_INT(imap_wants(conn), 0);
    CHECK_INT(imap_timeout(conn), 0);
    CHECK_RC(imap_completed(conn, 0, &id), IMAP_OK);
    CHECK_RC(imap_wait(conn, id, 0, NULL), has_command ? IMAP_ERR_CLOSED : IMAP_OK);
    if (!has_command) {
      CHECK_RC(imap_event_next(conn, &event), IMAP_OK);
      imap_response_free(event);
      CHECK_INT(imap_timeout(conn), 0);
    }
    CHECK_INT(imap_timeout(conn), has_command ? -1 : 0);
    CHECK_RC(imap_step(conn, 0), IMAP_ERR_CLOSED);
    CHECK_INT(imap_timeout(conn), -1);
    imap_free(conn);
  }
  imap_options_free(options);
}

static void a_challenge_is_something_to_be_taken(void) {
  static const peer_step steps[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {"# AUTHENTICATE XOWN", "+ VXNlcg==\r\n"},
                                    {"bWU=", "# OK in\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = nonblocking();
  peer *server;
  int rc;
  imap_conn *conn = peer_open(&server, steps, options, &rc);
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  CHECK_RC(imap_auth_begin(conn, "XOWN", NULL, 0, NULL), IMAP_QUEUED);
  uint32_t id = imap_last_id(conn);
  while ((rc = turn(conn, 1)) == IMAP_AGAIN)
    ;
  CHECK_RC(rc, IMAP_EVENT);
  const char *challenge = NULL;
  size_t len = 0;
  CHECK_RC(imap_auth_challenge(conn, &challenge, &len), IMAP_OK);
  CHECK_OCTETS(challenge, len, "User");
  CHECK_RC(imap_auth_reply(conn, "me", 2, NULL), IMAP_QUEUED);
  CHECK_RC(result(conn, id, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
  imap_options_free(options);
}

static void nothing_is_read_before_what_came_is_taken(void) {
  int ends[2], total = 0;
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  imap_options *options = nonblocking();
  imap_conn *conn = NULL;
  char row[2000];
  memset(row, 'x', sizeof row);
  memcpy(row, "* 1 FETCH (X ", 13);
  memcpy(row + sizeof row - 3, ")\r\n", 3);
  CHECK(write(ends[0], "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", 37) == 37);
  CHECK_RC(imap_open_fd(ends[1], ends[1], 0, NULL, IMAP_TLS_NONE, options, &conn), IMAP_QUEUED);
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "SELECT INBOX", NULL), IMAP_QUEUED);
  char line[100];
  ssize_t n = read(ends[0], line, sizeof line);
  CHECK(n > 0);
  snprintf(line + strcspn(line, " "), 20, " OK in\r\n");
  CHECK(write(ends[0], line, strlen(line)) == (ssize_t)strlen(line));
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  uint32_t id = 0;
  const imap_response *none = NULL;
  CHECK_RC(imap_submit_text(conn, "FETCH 1:* (X)", &id), IMAP_QUEUED);
  CHECK_RC(imap_next(conn, id, -1, &none), IMAP_AGAIN);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  /* The server sends as long as anybody takes it; the loop runs, but nobody takes a row. */
  for (int i = 0; i < 3000; i++) {
    n = write(ends[0], row, sizeof row);
    if (n < (ssize_t)sizeof row) {
      total = i;
      break;
    }
    CHECK_RC(imap_step(conn, -1), IMAP_EVENT);
  }
  CHECK(total > 0 && total < 2900);
  CHECK_INT(imap_wants(conn) & IMAP_WANT_READ, 0);
  CHECK_INT(imap_timeout(conn), 0);
  imap_free(conn);
  close(ends[0]);
  imap_options_free(options);
}

static void what_waits_says_so_in_a_loop_that_blocks_nowhere(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = nonblocking();
  peer *server;
  int rc;
  imap_conn *conn = peer_open(&server, steps, options, &rc);
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
  uint32_t id = 0;
  const imap_response *row = NULL;
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_AGAIN);
  CHECK_RC(imap_next(conn, 0, -1, &row), IMAP_AGAIN);
  CHECK_RC(imap_completed(conn, -1, &id), IMAP_AGAIN);
  CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, 0, 1, NULL), IMAP_ERR_UNSUPPORTED);
  CHECK_INT(imap_wants(conn), IMAP_WANT_READ);
  CHECK(imap_timeout(conn) > 0);
  CHECK_INT(imap_fd(conn), imap_write_fd(conn));
  imap_free(conn);
  peer_end(server);
  imap_options_free(options);
}

/* A step has found the second literal before the loop asks for its row. */
static void a_literal_that_nobody_has_seen_is_kept_when_another_command_is_waited_for(void) {
  static const peer_step steps[] = {
      {NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"},
      {"# SELECT a", "* 3 EXISTS\r\n# OK [READ-WRITE] in\r\n"},
      {"# FETCH 1:3 (BODY[])", "* 1 FETCH (BODY[] {3}\r\nabc)\r\n* 2 FETCH (BODY[] {3}\r\ndef)\r\n* 3 FETCH (BODY[] {3}\r\nghi)\r\n# OK\r\n"},
      {"# NOOP", "# OK\r\n"},
      {NULL, PEER_STAY},
      {NULL, NULL}};
  imap_options *options = nonblocking();
  imap_conn *conn;
  const imap_response *row;
  uint32_t id;
  char heard[30] = "", octets[10];
  size_t n;
  int rc, rows = 0;
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[]"), IMAP_OK);
  peer *server = peer_start(peer_script, (void *)steps);
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, options, &conn), IMAP_QUEUED);
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  CHECK_RC(imap_cmd_select(conn, "a", 0, NULL), IMAP_QUEUED);
  CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "FETCH 1:3 (BODY[])", &id), IMAP_QUEUED);
  while ((rc = imap_next(conn, id, 0, &row)) != IMAP_END) {
    if (rc == IMAP_AGAIN)
      turn(conn, 1);
    else if (rc == IMAP_LITERAL) {
      while ((rc = imap_literal_read(conn, octets, sizeof octets, &n)) != IMAP_END)
        if (rc == IMAP_OK)
          strncat(heard, octets, n);
        else
          turn(conn, 1);
      strcat(heard, ",");
    } else {
      imap_section section;
      if (!CHECK_RC(rc, IMAP_OK))
        break;
      if (imap_section_find(row, "BODY[]", &section, sizeof section) == IMAP_OK && section.ptr != NULL)
        strncat(strcat(heard, "kept "), section.ptr, section.len);
      strcat(heard, ";");
      if (++rows == 1) {
        CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
        CHECK_RC(result(conn, imap_last_id(conn), NULL), IMAP_OK);
      }
    }
  }
  CHECK_STR(heard, "abc,;kept def;kept ghi;");
  imap_options_free(options);
  imap_free(conn);
  peer_end(server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_literal_that_nobody_has_seen_is_kept_when_another_command_is_waited_for),
      TEST(a_whole_session_runs_in_a_loop),
      TEST(any_fragments_give_the_same_session),
      TEST(a_loop_that_does_not_know_what_happened_says_so),
      TEST(the_mode_of_the_descriptors_does_not_matter),
      TEST(a_server_that_falls_silent_anywhere_ends_at_a_deadline),
      TEST(opening_what_is_not_there_fails_in_the_loop),
      TEST(each_descriptor_that_is_wanted_can_be_waited_for),
      TEST(a_wakeup_shows_in_the_next_step),
      TEST(a_loop_comes_again_until_it_was_told_of_an_end),
      TEST(a_challenge_is_something_to_be_taken),
      TEST(nothing_is_read_before_what_came_is_taken),
      TEST(what_waits_says_so_in_a_loop_that_blocks_nowhere),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
