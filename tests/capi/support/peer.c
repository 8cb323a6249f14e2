/* See peer.h. */
#include "peer.h"

#include "kit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 30000 };

const char PEER_STAY[] = "(stay)";

struct peer {
  pthread_t thread;
  peer_talk talk;
  void *ctx;
  int listener, port, left;
  int own, client;
  char tag[64];
  char held[4096];
  size_t head, tail;
  void *carrier;
  long (*carry_read)(void *, char *, size_t);
  long (*carry_write)(void *, const char *, size_t);
  void (*carry_close)(void *);
};

static int is_ready(int fd, short events) {
  struct pollfd poll_fd = {fd, events, 0};
  int n;
  do
    n = poll(&poll_fd, 1, PATIENCE_MS);
  while (n < 0 && errno == EINTR);
  return n > 0;
}

static long plain_read(peer *self, char *to, size_t n) {
  long got;
  do
    got = recv(self->own, to, n, 0);
  while (got < 0 && errno == EINTR);
  return got;
}

/* Fills the buffer; 0 at the end of the stream. */
static int fill(peer *self) {
  long got;
  if (self->own < 0)
    return 0;
  if (self->carry_read) {
    got = self->carry_read(self->carrier, self->held, sizeof self->held);
  } else {
    if (!is_ready(self->own, POLLIN)) {
      kit_fail(__FILE__, __LINE__, "the peer waited %d s for the client in vain", PATIENCE_MS / 1000);
      return 0;
    }
    got = plain_read(self, self->held, sizeof self->held);
  }
  self->head = 0;
  self->tail = got > 0 ? (size_t)got : 0;
  return got > 0;
}

int peer_octets(peer *self, char *octets, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (self->head == self->tail && !fill(self))
      return -1;
    octets[i] = self->held[self->head++];
  }
  return 0;
}

int peer_line(peer *self, char *line, size_t size) {
  size_t n = 0;
  for (;;) {
    char octet;
    if (peer_octets(self, &octet, 1) != 0)
      return -1;
    if (octet == '\n' && n > 0 && line[n - 1] == '\r') {
      line[n - 1] = '\0';
      return (int)n - 1;
    }
    if (n + 1 >= size) {
      kit_fail(__FILE__, __LINE__, "the peer got a line of more than %zu octets", size);
      return -1;
    }
    line[n++] = octet;
  }
}

int peer_send(peer *self, const char *octets, size_t n) {
  while (n > 0) {
    long sent;
    if (self->own < 0)
      return -1;
    if (self->carry_write)
      sent = self->carry_write(self->carrier, octets, n);
    else if (!is_ready(self->own, POLLOUT))
      return -1;
    else
      sent = send(self->own, octets, n, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (sent <= 0)
      return -1;
    octets += sent;
    n -= (size_t)sent;
  }
  return 0;
}

int peer_say(peer *self, const char *text) {
  size_t room = strlen(text) + 1;
  for (const char *at = text; *at; at++)
    room += strlen(self->tag) * (*at == '#');
  /* Not from the heap as a rule: in a forked child this thread is gone, and its memory would look lost. */
  char small[4096];
  char *out = room <= sizeof small ? small : malloc(room);
  out[0] = 0; /* a text may be empty */
  size_t n = 0;
  for (const char *at = text; *at; at++) {
    if (*at == '#' && (at == text || at[-1] == '\n')) {
      memcpy(out + n, self->tag, strlen(self->tag));
      n += strlen(self->tag);
    } else {
      out[n++] = *at;
    }
  }
  int sent = peer_send(self, out, n);
  if (out != small)
    free(out);
  return sent;
}

char *peer_command(peer *self, char *line) {
  char *blank = strchr(line, ' ');
  size_t n = blank ? (size_t)(blank - line) : 0;
  if (n == 0 || n >= sizeof self->tag)
    return NULL;
  memcpy(self->tag, line, n);
  self->tag[n] = '\0';
  return blank + 1;
}

void peer_stay(peer *self) {
  while (fill(self))
    ;
}

void peer_hang_up(peer *self) {
  if (self->carry_close)
    self->carry_close(self->carrier);
  self->carry_close = NULL;
  self->carry_read = NULL;
  self->carry_write = NULL;
  if (self->own >= 0)
    close(self->own);
  self->own = -1;
  self->head = self->tail = 0;
}

int peer_fd(const peer *self) {
  return self->own;
}

void peer_carry(peer *self, void *ctx, long (*read)(void *ctx, char *, size_t),
                long (*write)(void *ctx, const char *, size_t), void (*close)(void *ctx)) {
  self->carrier = ctx;
  self->carry_read = read;
  self->carry_write = write;
  self->carry_close = close;
}

void peer_script(peer *self, void *steps) {
  static const size_t longest = 1 << 20;
  char *line = malloc(longest);
  for (const peer_step *step = steps; step->expect || step->answer; step++) {
    if (step->expect) {
      if (peer_line(self, line, longest) < 0) {
        kit_fail(__FILE__, __LINE__, "the peer expected \"%s\" and got nothing", step->expect);
        break;
      }
      int has_tag = strncmp(step->expect, "# ", 2) == 0;
      const char *got = has_tag ? peer_command(self, line) : line;
      if (!got || strcmp(got, step->expect + 2 * has_tag) != 0) {
        kit_fail(__FILE__, __LINE__, "the peer expected \"%s\" and got \"%s\"", step->expect, got ? got : line);
        break;
      }
    }
    if (step->answer == PEER_STAY)
      peer_stay(self);
    else if (step->answer && peer_say(self, step->answer) != 0)
      break;
  }
  free(line);
}

static void *run(void *arg) {
  peer *self = arg;
  while (self->left-- > 0) {
    if (self->listener >= 0) {
      self->own = is_ready(self->listener, POLLIN) ? accept(self->listener, NULL, NULL) : -1;
      if (self->own < 0)
        break;
      self->tag[0] = '\0';
    }
    self->talk(self, self->ctx);
    peer_hang_up(self);
  }
  return NULL;
}

static peer *make(peer_talk talk, void *ctx) {
  peer *self = calloc(1, sizeof *self);
  self->talk = talk;
  self->ctx = ctx;
  self->listener = self->own = self->client = -1;
  self->left = 1;
  return self;
}

peer *peer_start(peer_talk talk, void *ctx) {
  peer *self = make(talk, ctx);
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    kit_fail(__FILE__, __LINE__, "socketpair: %s", strerror(errno));
  self->own = pair[0];
  self->client = pair[1];
  pthread_create(&self->thread, NULL, run, self);
  return self;
}

peer *peer_listen(peer_talk talk, void *ctx, int count) {
  peer *self = make(talk, ctx);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  self->left = count;
  self->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(self->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(self->listener, 16) != 0 ||
      getsockname(self->listener, (struct sockaddr *)&address, &size) != 0)
    kit_fail(__FILE__, __LINE__, "no port to listen on: %s", strerror(errno));
  self->port = ntohs(address.sin_port);
  pthread_create(&self->thread, NULL, run, self);
  return self;
}

int peer_port(const peer *self) {
  return self->port;
}

int peer_take_fd(peer *self) {
  int fd = self->client;
  self->client = -1;
  return fd;
}

void peer_end(peer *self) {
  if (!self)
    return;
  if (self->client >= 0)
    close(self->client);
  pthread_join(self->thread, NULL);
  if (self->listener >= 0)
    close(self->listener);
  free(self);
}

imap_conn *peer_open(peer **self, const peer_step *steps, const imap_options *options, int *rc) {
  imap_conn *conn = NULL;
  *self = peer_start(peer_script, (void *)steps);
  int fd = peer_take_fd(*self);
  int opened = imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, options, &conn);
  if (rc)
    *rc = opened;
  else
    CHECK_RC(opened, IMAP_OK);
  return conn;
}

struct signal_flag {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int is_up;
};

signal_flag *flag_new(void) {
  signal_flag *flag = calloc(1, sizeof *flag);
  pthread_mutex_init(&flag->lock, NULL);
  pthread_cond_init(&flag->changed, NULL);
  return flag;
}

void flag_raise(signal_flag *flag) {
  pthread_mutex_lock(&flag->lock);
  flag->is_up = 1;
  pthread_cond_broadcast(&flag->changed);
  pthread_mutex_unlock(&flag->lock);
}

int flag_wait(signal_flag *flag) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_MS / 1000;
  pthread_mutex_lock(&flag->lock);
  while (!flag->is_up)
    if (pthread_cond_timedwait(&flag->changed, &flag->lock, &until) == ETIMEDOUT)
      break;
  int is_up = flag->is_up;
  pthread_mutex_unlock(&flag->lock);
  return is_up;
}

void flag_free(signal_flag *flag) {
  pthread_cond_destroy(&flag->changed);
  pthread_mutex_destroy(&flag->lock);
  free(flag);
}
