/* See stage.h. */
#define _GNU_SOURCE
#include "stage.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SOURCES = 256, FIRST_FD = 900000, IN_VAIN = 2000 };

typedef struct source {
  short (*ready)(void *ctx, short events);
  long long (*until_ms)(void *ctx);
  void *ctx;
} source;

static struct {
  const char *name, *call;
  const unsigned char *at, *end;
  int is_on, sources, in_vain;
  long long now_ms, call_began_ms;
  size_t calls;
  source source[SOURCES];
} stage;

void stage_begin(const char *name, const unsigned char *octets, size_t len) {
  size_t calls = stage.calls;
  memset(&stage, 0, sizeof stage);
  stage.name = name;
  stage.call = "nothing yet";
  stage.at = octets;
  stage.end = octets + len;
  stage.calls = calls;
  stage.is_on = 1;
}

void stage_end(void) {
  stage.is_on = 0;
}

int stage_is_over(void) {
  return stage.at >= stage.end;
}

unsigned caller_picks(unsigned n) {
  return stage_is_over() || n < 2 ? 0 : *stage.at++ % n;
}

unsigned server_picks(unsigned n) {
  return stage_is_over() || n < 2 ? 0 : *--stage.end % n;
}

long long stage_now_ms(void) {
  return stage.now_ms;
}

void stage_pass_ms(long long ms) {
  if (ms <= 0)
    return;
  stage.now_ms += ms;
  stage.in_vain = 0;
}

int stage_source(short (*ready)(void *ctx, short events), long long (*until_ms)(void *ctx), void *ctx) {
  HOLDS(stage.sources < SOURCES);
  stage.source[stage.sources] = (source){ready, until_ms, ctx};
  return FIRST_FD + stage.sources++;
}

void stage_call(const char *name) {
  stage.call = name;
  stage.call_began_ms = stage.now_ms;
  stage.in_vain = 0;
  stage.calls++;
}

const char *stage_call_name(void) {
  return stage.call;
}

void stage_in_vain(void) {
  if (++stage.in_vain > IN_VAIN)
    stage_fail(__FILE__, __LINE__, "the call turns without end: %d looks in which nothing moved and no time passed", IN_VAIN);
}

void stage_moved(void) {
  stage.in_vain = 0;
}

long long stage_call_took_ms(void) {
  return stage.now_ms - stage.call_began_ms;
}

size_t stage_calls(void) {
  return stage.calls;
}

void stage_fail(const char *file, int line, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "\n%s:%d: in %s, after %s: ", file, line, stage.name, stage.call);
  vfprintf(stderr, format, args);
  fprintf(stderr, "\n");
  va_end(args);
  abort();
}

void stage_show(const char *format, ...) {
  static int is_wanted = -1;
  if (is_wanted < 0)
    is_wanted = getenv("STAGE_SHOW") != NULL;
  if (!is_wanted)
    return;
  va_list args;
  va_start(args, format);
  fprintf(stderr, "%6lld ms  ", stage.now_ms);
  vfprintf(stderr, format, args);
  fprintf(stderr, "\n");
  va_end(args);
}

/* The program's own, found before the C library's. */
int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!stage.is_on || clock != CLOCK_MONOTONIC)
    return (int)syscall(SYS_clock_gettime, clock, now);
  now->tv_sec = (time_t)(1000 + stage.now_ms / 1000);
  now->tv_nsec = (long)(stage.now_ms % 1000) * 1000000;
  return 0;
}

static source *source_of(int fd) {
  return fd >= FIRST_FD && fd < FIRST_FD + stage.sources ? &stage.source[fd - FIRST_FD] : NULL;
}

/* One look at all of them; the real ones are asked without waiting. */
static int look(struct pollfd *fds, nfds_t count) {
  static const struct timespec at_once = {0, 0};
  int ready = 0;
  for (nfds_t i = 0; i < count; i++) {
    source *played = source_of(fds[i].fd);
    fds[i].revents = 0;
    if (played)
      fds[i].revents = played->ready(played->ctx, fds[i].events);
    else if (ppoll(&fds[i], 1, &at_once, NULL) < 0)
      return -1;
    ready += fds[i].revents != 0;
  }
  return ready;
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
  if (!stage.is_on) {
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    return ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
  }
  if (server_picks(64) == 63) {
    errno = EINTR;
    return -1;
  }
  long long until = stage.now_ms + timeout_ms;
  for (;;) {
    int ready = look(fds, count);
    if (ready != 0 || timeout_ms == 0) {
      stage_in_vain();
      return ready;
    }
    /* Nothing happens until somebody on the stage does something. */
    long long next = timeout_ms < 0 ? -1 : until;
    for (nfds_t i = 0; i < count; i++) {
      source *played = source_of(fds[i].fd);
      long long its = played && fds[i].events ? played->until_ms(played->ctx) : -1;
      if (its >= 0 && (next < 0 || its < next))
        next = its;
    }
    if (next < 0)
      stage_fail(__FILE__, __LINE__, "the call waits for what will never come");
    if (next > stage.now_ms)
      stage_pass_ms(next - stage.now_ms);
    else
      stage_in_vain();
    if (timeout_ms > 0 && stage.now_ms >= until)
      return look(fds, count);
  }
}
