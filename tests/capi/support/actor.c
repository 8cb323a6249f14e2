/* See actor.h. */
#include "actor.h"

#include "stage.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A caller that waits for ever is not left to it: IDLE renews itself. */
enum { AUTOLOGOUT_MS = 30 * 60000, LONGEST_CALL_MS = 2 * AUTOLOGOUT_MS };

void actor_sends(actor *self, const char *octets, size_t n) {
  if (self->len + n > self->room) {
    self->room = (self->len + n) * 2;
    self->out = realloc(self->out, self->room);
  }
  memcpy(self->out + self->len, octets, n);
  self->len += n;
}

/* A literal of some size, its header included. */
static void say_literal(actor *self) {
  static const size_t sizes[] = {5, 0, 1, 300, 3000, 20000, 66000, 140000};
  size_t n = sizes[server_picks(sizeof sizes / sizeof sizes[0])];
  char header[40];
  actor_sends(self, header, (size_t)snprintf(header, sizeof header, "{%zu}\r\n", n));
  char *octets = malloc(n + 1);
  for (size_t i = 0; i < n; i++)
    octets[i] = "abc)\r\n{5}\r\n* (\"A1 OK+ "[(i + n) % 23];
  actor_sends(self, octets, n);
  free(octets);
}

void actor_says(actor *self, const open_command *to, const char *text) {
  for (; *text; text++) {
    char number[20];
    const char *digits = to ? strpbrk(to->rest, "123456789") : NULL;
    if (*text == '\1')
      say_literal(self);
    else if (*text == '\2')
      actor_sends(self, number, (size_t)snprintf(number, sizeof number, "%u", digits ? (unsigned)atoi(digits) : 1));
    else if (*text == '\3')
      actor_sends(self, to ? to->tag : "A1", to ? strlen(to->tag) : 2);
    else
      actor_sends(self, text, 1);
  }
}

/* Ends a command for good or bad. */
static void answer(actor *self, const open_command *to) {
  static const char *const others[] = {"NO [TRYCREATE] not now", "BAD what", "NO", "OK [ALERT] look out", "OK"};
  /* Without capabilities there is no connection. */
  unsigned which = strcmp(to->name, "CAPABILITY") == 0 ? 0 : server_picks(16);
  int is_logout = strcmp(to->name, "LOGOUT") == 0;
  if (is_logout)
    actor_says(self, to, "* BYE so long\r\n");
  else if (which < 10)
    actor_rows(self, to);
  actor_says(self, to, "\3 ");
  const char *status = is_logout || which < 11 ? actor_status(to) : others[which - 11];
  actor_says(self, to, to->is_cancelled ? "BAD cancelled" : status);
  actor_says(self, to, "\r\n");
  self->is_over |= is_logout;
}

/* The next thing a server has to do. */
static void do_right(actor *self) {
  open_command *first = self->heard.count > 0 ? &self->heard.open[0] : NULL;
  int is_written = first && self->heard.count == 1 && (self->heard.is_inside || first->is_answered);
  enum open_phase phase = first ? first->phase : OPEN_SAID;
  /* Who does not listen any more has little to say, and who repeats himself is not understood. */
  self->is_over |= self->heard.is_off && self->blind++ > 30;
  self->is_over |= self->has_misbehaved && self->turns++ > 1000;
  if (phase == OPEN_LITERAL)
    server_picks(8) == 7 ? actor_says(self, first, "\3 NO [TOOBIG] no\r\n") : actor_says(self, NULL, "+ go on\r\n");
  else if (phase == OPEN_IDLE)
    actor_says(self, first, server_picks(16) == 15 ? "\3 NO idle\r\n" : "+ idling\r\n");
  else if (phase == OPEN_IDLING && self->events++ < 40 && stage_call_took_ms() < LONGEST_CALL_MS)
    actor_says(self, NULL, actor_event());
  else if (phase == OPEN_AUTH && self->heard.challenges <= 0 && self->challenges++ % 8 < 5 && server_picks(3) != 2)
    actor_says(self, NULL, server_picks(2) ? "+ PDEuMkB4Pg==\r\n" : "+ \r\n");
  else if (first && !is_written && (phase == OPEN_SAID || (phase == OPEN_AUTH && self->heard.challenges <= 0)))
    answer(self, first);
  else if (self->logs_out || stage_call_took_ms() > LONGEST_CALL_MS) {
    self->has_misbehaved = 1;
    actor_says(self, NULL, "* BYE autologout\r\n");
    self->is_over = 1;
  } else {
    self->silent_until = stage_now_ms() + AUTOLOGOUT_MS;
    self->logs_out = 1;
  }
}

static void be_silent(actor *self) {
  static const int lengths[] = {1, 3, 50, 600, 61000, 310000};
  unsigned which = server_picks(self->manner == ACTOR_HOSTILE ? 6 : 4);
  self->silent_until = stage_now_ms() + lengths[which];
}

static void do_harm(actor *self) {
  open_command *to = self->heard.count > 0 ? &self->heard.open[server_picks((unsigned)self->heard.count)] : NULL;
  self->has_misbehaved = 1;
  switch (server_picks(16)) {
  case 0: actor_says(self, to, "+ surprise\r\n"); break;
  case 1: actor_says(self, to, "\3 OK early\r\n"); break;
  case 2: actor_says(self, to, "\3 BAD early\r\n"); break;
  case 3: actor_says(self, to, "\0033 OK another\r\n"); break;
  case 4: actor_says(self, to, "* BYE enough\r\n"); break;
  case 5: self->is_over = 1; break;
  case 6: self->read_errno = server_picks(2) ? ECONNRESET : EINTR; break;
  case 7: self->write_errno = server_picks(2) ? EPIPE : EINTR; break;
  case 8: actor_says(self, to, "* \2 FETCH (FLAGS (\\Seen) BODY[] {70000}\r\nshort"); self->is_over = server_picks(2) != 0; break;
  case 9: actor_says(self, to, "* \2 FETCH (BODY[] {99999999999}\r\n"); break;
  case 10: actor_says(self, to, "* LIST () \"/\" {99999999999999999999}\r\n"); break;
  case 11: actor_says(self, to, "* 3 EXISTS\n"); break;
  case 12: actor_says(self, to, "\3 OK cut of"); self->is_over = 1; break;
  case 13: {
    char octets[16];
    size_t n = server_picks(16);
    for (size_t i = 0; i < n; i++)
      octets[i] = (char)server_picks(256);
    self->heard.is_off = 1;
    actor_sends(self, octets, n);
    break;
  }
  case 14:
    for (int i = 0; i < 300; i++)
      actor_says(self, to, "* SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20");
    actor_says(self, to, "\r\n");
    break;
  default:
    for (int i = 0; i < 50; i++)
      actor_says(self, to, actor_event());
  }
}

static void greet(actor *self) {
  static const char *const capabilities[] = {
      "IMAP4rev1 LITERAL+ IDLE SASL-IR MULTIAPPEND UIDPLUS ENABLE ESEARCH UNSELECT MOVE ID NAMESPACE",
      "IMAP4rev1", "IMAP4rev1 IMAP4rev2 LITERAL- IDLE", "IMAP4rev1 STARTTLS UTF8=ACCEPT ENABLE IDLE AUTH=PLAIN MULTIAPPEND"};
  self->capabilities = capabilities[server_picks(4)];
  self->heard.may_not_wait |= strstr(self->capabilities, "LITERAL") != NULL;
  unsigned how = server_picks(self->manner == ACTOR_RIGHT ? 4 : 8);
  const char *const hello[] = {"PREAUTH [CAPABILITY %s] hi", "OK [CAPABILITY %s] hi", "PREAUTH hi", "OK hi",
                               "OK [CAPABILITY %s] hi",      "BYE no",                "BAD no",     "PREAUTH [CAPABILITY %s] hi"};
  char line[300];
  int n = snprintf(line, sizeof line, hello[how], self->capabilities);
  self->is_greeted = 1;
  self->has_misbehaved |= how == 5 || how == 6;
  actor_sends(self, "* ", 2);
  actor_sends(self, line, (size_t)n);
  actor_sends(self, "\r\n", 2);
}

/* The client waits and has read all there was. */
static void act(actor *self) {
  if (self->silent_until > stage_now_ms() || self->is_over || self->read_errno != 0)
    return;
  self->at = self->len = 0;
  unsigned what = server_picks(16);
  if (what == 15 && !self->logs_out)
    be_silent(self);
  else if (!self->is_greeted)
    greet(self);
  else if (self->manner == ACTOR_HOSTILE && what > 9)
    do_harm(self);
  else if (self->manner == ACTOR_ODD && what > 12)
    actor_says(self, NULL, actor_odd_line());
  else
    do_right(self);
}

/* A call on the connection from inside it, or a word from another thread. */
static void intrude(actor *self) {
  if (self->conn == NULL)
    return;
  switch (server_picks(64)) {
  case 63: HOLDS(imap_wakeup(self->conn) == IMAP_OK); break;
  case 62: HOLDS(imap_cmd_noop(self->conn, NULL) == IMAP_ERR_BUSY); break;
  case 61: HOLDS(imap_logout_and_free(self->conn) == IMAP_ERR_BUSY); break;
  case 60: imap_free(self->conn); break;
  case 59: HOLDS(imap_wants(self->conn) == 0 && imap_last_error(self->conn) == IMAP_ERR_BUSY); break;
  default: break;
  }
}

static size_t moved(const actor *self, size_t n) {
  if (self->most > 0 && n > self->most)
    n = self->most;
  return n;
}

static int is_again(actor *self, unsigned *calls) {
  if (self->again_every == 0 || ++*calls % self->again_every != 0)
    return 0;
  stage_in_vain();
  errno = EAGAIN;
  return 1;
}

static long read_some(void *ctx, char *buf, size_t len, int timeout_ms) {
  actor *self = ctx;
  HOLDS(self->is_open && len > 0);
  HOLDS(self->fd < 0 || timeout_ms == 0);
  intrude(self);
  if (is_again(self, &self->reads))
    return -1;
  long long until = stage_now_ms() + timeout_ms;
  for (int tries = 0; self->at == self->len; tries++) {
    act(self);
    if (self->at < self->len)
      break;
    if (self->is_over)
      return 0;
    if (self->read_errno != 0) {
      errno = self->read_errno;
      /* A signal is no reason to end. */
      if (self->read_errno == EINTR)
        self->read_errno = 0;
      stage_in_vain();
      return -1;
    }
    if (tries > 20 || stage_now_ms() >= until || self->silent_until <= stage_now_ms()) {
      if (tries > 20 && stage_now_ms() < until)
        stage_pass_ms(until - stage_now_ms());
      if (stage_now_ms() >= until) {
        stage_in_vain();
        errno = EAGAIN;
        return -1;
      }
      continue;
    }
    stage_pass_ms((self->silent_until < until ? self->silent_until : until) - stage_now_ms());
  }
  size_t n = moved(self, self->len - self->at < len ? self->len - self->at : len);
  memcpy(buf, self->out + self->at, n);
  overheard_read(&self->heard, buf, n);
  self->at += n;
  stage_moved();
  if (self->manner == ACTOR_HOSTILE && server_picks(256) == 255) {
    self->has_misbehaved = 1;
    return (long)len + 1;
  }
  return (long)n;
}

static long write_some(void *ctx, const char *buf, size_t len) {
  actor *self = ctx;
  HOLDS(self->is_open);
  intrude(self);
  if (is_again(self, &self->writes))
    return -1;
  if (self->write_errno != 0) {
    errno = self->write_errno;
    if (self->write_errno == EINTR)
      self->write_errno = 0;
    return -1;
  }
  size_t n = moved(self, len);
  overheard_write(&self->heard, buf, n);
  stage_moved();
  /* Whoever speaks is answered. */
  if (self->logs_out)
    self->logs_out = 0, self->silent_until = 0;
  self->events = 0;
  if (self->manner == ACTOR_HOSTILE && server_picks(256) == 255) {
    self->has_misbehaved = 1;
    return (long)len + 1;
  }
  return (long)n;
}

static void close_it(void *ctx) {
  actor *self = ctx;
  HOLDS(self->is_open);
  self->is_open = 0;
  self->closes++;
}

short actor_ready(void *ctx, short events) {
  actor *self = ctx;
  if (self->at == self->len && (events & POLLIN))
    act(self);
  short ready = events & POLLOUT;
  if (self->at < self->len || self->is_over || self->read_errno != 0)
    ready |= events & POLLIN;
  return ready;
}

static long long until_ms(void *ctx) {
  const actor *self = ctx;
  return self->silent_until > stage_now_ms() ? self->silent_until : stage_now_ms();
}

void actor_enter(actor *self, enum actor_manner manner, int has_fd) {
  static const unsigned most[] = {0, 0, 1, 7, 100}, again[] = {0, 0, 2, 3};
  memset(self, 0, sizeof *self);
  self->manner = manner;
  self->is_open = 1;
  self->heard.may_not_wait = manner != ACTOR_RIGHT;
  self->most = most[server_picks(5)];
  self->again_every = again[server_picks(4)];
  self->fd = has_fd ? stage_source(actor_ready, until_ms, self) : -1;
}

imap_io actor_functions(actor *self) {
  return (imap_io){.size = sizeof(imap_io), .ctx = self, .read = read_some, .write = write_some, .close = close_it, .fd = self->fd};
}

void actor_leave(actor *self) {
  overheard_free(&self->heard);
  free(self->out);
}
