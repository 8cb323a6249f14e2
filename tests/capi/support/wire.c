/* See wire.h. */
#include "wire.h"

#include "kit.h"
#include "peer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 21 };

struct wire {
  peer *server;
  pthread_mutex_t lock;
  char greeting[512];
  char *untagged, *tagged, *literal_refusal;
  char *command, *last;
  size_t len, count, seen;
};

static char *copy(const char *text) {
  return text ? strcpy(malloc(strlen(text) + 1), text) : NULL;
}

static void put(char **place, const char *text) {
  free(*place);
  *place = copy(text);
}

/* Size of the literal announced at the line's end, -1 for none. */
static long announced(const char *line, size_t n, int *waits) {
  if (n < 3 || line[n - 1] != '}')
    return -1;
  size_t at = n - 1;
  *waits = line[at - 1] != '+';
  at -= !*waits;
  size_t end = at;
  while (at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9')
    at--;
  return at < end && at > 0 && line[at - 1] == '{' ? atol(line + at) : -1;
}

/* Reads one command into self->command; its length, or -1 at the end of the stream. */
static long read_command(wire *self, peer *server) {
  size_t n = 0;
  for (;;) {
    int waits = 0;
    int got = peer_line(server, self->command + n, ROOM - n);
    if (got < 0)
      return -1;
    long literal = announced(self->command + n, (size_t)got, &waits);
    if (n == 0 && !peer_command(server, self->command))
      kit_fail(__FILE__, __LINE__, "a command without a tag: \"%s\"", self->command);
    n += (size_t)got;
    if (literal < 0)
      return (long)n;
    pthread_mutex_lock(&self->lock);
    char *refusal = copy(waits ? self->literal_refusal : NULL);
    pthread_mutex_unlock(&self->lock);
    if (refusal) {
      free(refusal);
      return (long)n;
    }
    if (waits)
      peer_say(server, "+ go on\r\n");
    if (n + 2 + (size_t)literal >= ROOM)
      return -1;
    memcpy(self->command + n, "\r\n", 2);
    n += 2;
    if (peer_octets(server, self->command + n, (size_t)literal) != 0)
      return -1;
    n += (size_t)literal;
  }
}

static void serve(peer *server, void *ctx) {
  wire *self = ctx;
  long n;
  peer_say(server, self->greeting);
  while ((n = read_command(self, server)) >= 0) {
    pthread_mutex_lock(&self->lock);
    size_t tag = (size_t)(strchr(self->command, ' ') + 1 - self->command);
    self->len = (size_t)n - tag;
    memcpy(self->last, self->command + tag, self->len);
    self->last[self->len] = '\0';
    self->count++;
    int is_logout = strcmp(self->last, "LOGOUT") == 0;
    char *untagged = copy(is_logout ? "* BYE so long\r\n" : self->untagged);
    char *tagged = copy(self->tagged);
    pthread_mutex_unlock(&self->lock);
    if (untagged)
      peer_say(server, untagged);
    peer_say(server, "# ");
    peer_say(server, tagged ? tagged : "OK done");
    peer_say(server, "\r\n");
    free(untagged);
    free(tagged);
  }
}

imap_conn *wire_open(wire **place, const char *greeting) {
  imap_conn *conn = NULL;
  wire *self = calloc(1, sizeof *self);
  pthread_mutex_init(&self->lock, NULL);
  snprintf(self->greeting, sizeof self->greeting, "* %s\r\n", greeting);
  self->command = malloc(ROOM);
  self->last = malloc(ROOM);
  self->server = peer_start(serve, self);
  *place = self;
  int fd = peer_take_fd(self->server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  return conn;
}

imap_conn *wire_selected(wire **self, const char *capabilities) {
  char greeting[400];
  snprintf(greeting, sizeof greeting, "PREAUTH [CAPABILITY %s] hello", capabilities);
  imap_conn *conn = wire_open(self, greeting);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  CHECK_WIRE(*self, "SELECT INBOX");
  return conn;
}

void wire_close(wire *self, imap_conn *conn) {
  imap_free(conn);
  peer_end(self->server);
  pthread_mutex_destroy(&self->lock);
  free(self->untagged);
  free(self->tagged);
  free(self->literal_refusal);
  free(self->command);
  free(self->last);
  free(self);
}

void wire_answer(wire *self, const char *untagged, const char *tagged) {
  pthread_mutex_lock(&self->lock);
  put(&self->untagged, untagged);
  put(&self->tagged, tagged);
  pthread_mutex_unlock(&self->lock);
}

void wire_refuse_literals(wire *self, const char *tagged) {
  pthread_mutex_lock(&self->lock);
  put(&self->literal_refusal, tagged);
  put(&self->tagged, tagged);
  pthread_mutex_unlock(&self->lock);
}

size_t wire_count(wire *self) {
  pthread_mutex_lock(&self->lock);
  size_t count = self->count;
  pthread_mutex_unlock(&self->lock);
  return count;
}

const char *wire_last(wire *self, size_t *len) {
  pthread_mutex_lock(&self->lock);
  *len = self->len;
  self->seen = self->count;
  pthread_mutex_unlock(&self->lock);
  return self->last;
}

int wire_check_octets(const char *file, int line, wire *self, const char *want, size_t len) {
  size_t count = wire_count(self), seen = self->seen, got_len;
  const char *got = wire_last(self, &got_len);
  int same = count == seen + 1 && got_len == len && memcmp(got, want, len) == 0;
  if (count != seen + 1)
    kit_fail(file, line, "%zu commands arrived where one was expected: %s", count - seen, want);
  else if (!same)
    kit_fail(file, line, "on the wire stands\n    %s\n  and not\n    %s", got, want);
  return same;
}

int wire_check(const char *file, int line, wire *self, const char *want) {
  return wire_check_octets(file, line, self, want, strlen(want));
}

int wire_check_silence(const char *file, int line, wire *self, imap_conn *conn) {
  kit_check_rc(file, line, "NOOP", imap_cmd_noop(conn, NULL), IMAP_OK);
  return wire_check(file, line, self, "NOOP");
}
