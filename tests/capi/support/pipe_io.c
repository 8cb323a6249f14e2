/* See pipe_io.h. */
#include "pipe_io.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_difficult(const pipe_io *self, int calls, int number) {
  if (number != 0)
    errno = number;
  else if (self->again_every > 0 && calls % self->again_every == 0)
    errno = EAGAIN;
  else
    return 0;
  return 1;
}

static long read_held(pipe_io *self, char *buf, size_t len) {
  if (self->held_at == self->held_len) {
    ssize_t n = recv(self->fd, self->held, sizeof self->held, MSG_DONTWAIT);
    if (n <= 0)
      return n;
    self->held_at = 0;
    self->held_len = (size_t)n;
  }
  if (len > self->held_len - self->held_at)
    len = self->held_len - self->held_at;
  memcpy(buf, self->held + self->held_at, len);
  self->held_at += len;
  return (long)len;
}

static long read_some(void *ctx, char *buf, size_t len, int timeout_ms) {
  pipe_io *self = ctx;
  self->reads++;
  if (self->on_read)
    self->on_read(self->ctx);
  if (self->read_claims != 0)
    return self->read_claims;
  if (is_difficult(self, self->reads, self->read_errno))
    return -1;
  if (self->has_no_fd && self->held_at == self->held_len) {
    struct pollfd wait = {self->fd, POLLIN, 0};
    if (timeout_ms > self->longest_wait_ms)
      self->longest_wait_ms = timeout_ms;
    int ready = poll(&wait, 1, timeout_ms);
    if (ready == 0)
      errno = EAGAIN;
    if (ready <= 0)
      return -1;
  }
  if (self->most > 0 && len > self->most)
    len = self->most;
  return self->hoards ? read_held(self, buf, len) : recv(self->fd, buf, len, MSG_DONTWAIT);
}

static long write_some(void *ctx, const char *buf, size_t len) {
  pipe_io *self = ctx;
  self->writes++;
  if (self->write_claims != 0 || self->writes_nothing)
    return self->write_claims;
  if (self->writes_again_every > 0 && self->writes % self->writes_again_every == 0) {
    errno = EAGAIN;
    return -1;
  }
  if (is_difficult(self, self->writes, self->write_errno))
    return -1;
  if (self->most > 0 && len > self->most)
    len = self->most;
  return send(self->fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void close_it(void *ctx) {
  pipe_io *self = ctx;
  if (self->closes++ == 0)
    close(self->fd);
}

imap_io pipe_io_functions(pipe_io *self) {
  return (imap_io){.size = sizeof(imap_io),
                   .ctx = self,
                   .read = read_some,
                   .write = write_some,
                   .close = close_it,
                   .fd = self->has_no_fd ? -1 : self->fd};
}

int pipe_io_open(pipe_io *self, const imap_options *options, imap_conn **out) {
  imap_io io = pipe_io_functions(self);
  return imap_open_io(&io, NULL, IMAP_TLS_NONE, options, out);
}
