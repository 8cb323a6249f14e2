/* See kit.h. */
#include "kit.h"

#include <imap4.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int failures;

static const char *base(const char *file) {
  const char *slash = strrchr(file, '/');
  return slash ? slash + 1 : file;
}

void kit_fail(const char *file, int line, const char *format, ...) {
  va_list args;
  va_start(args, format);
  pthread_mutex_lock(&lock);
  failures++;
  printf("  %s:%d: ", base(file), line);
  vprintf(format, args);
  putchar('\n');
  fflush(stdout);
  pthread_mutex_unlock(&lock);
  va_end(args);
}

int kit_failures(void) {
  pthread_mutex_lock(&lock);
  int now = failures;
  pthread_mutex_unlock(&lock);
  return now;
}

int kit_check(const char *file, int line, const char *what, int holds) {
  if (!holds)
    kit_fail(file, line, "does not hold: %s", what);
  return holds;
}

int kit_check_int(const char *file, int line, const char *what, long long got, long long want) {
  if (got != want)
    kit_fail(file, line, "%s is %lld, not %lld", what, got, want);
  return got == want;
}

int kit_check_rc(const char *file, int line, const char *what, int got, int want) {
  if (got != want)
    kit_fail(file, line, "%s is %s (%d), not %s (%d)", what, imap_error_name(got), got, imap_error_name(want), want);
  return got == want;
}

int kit_check_str(const char *file, int line, const char *what, const char *got, const char *want) {
  int same = got && want ? strcmp(got, want) == 0 : got == want;
  if (!same)
    kit_fail(file, line, "%s is \"%s\", not \"%s\"", what, got ? got : "(NULL)", want ? want : "(NULL)");
  return same;
}

int kit_check_has(const char *file, int line, const char *what, const char *got, const char *part) {
  int has = got && strstr(got, part);
  if (!has)
    kit_fail(file, line, "%s is \"%s\", without \"%s\"", what, got ? got : "(NULL)", part);
  return has;
}

int kit_check_octets(const char *file, int line, const char *what, const char *got, size_t len, const char *want) {
  int same = got && len == strlen(want) && memcmp(got, want, len) == 0;
  if (!same)
    kit_fail(file, line, "%s has the %zu octets \"%.*s\", not the %zu octets \"%s\"", what, len, got ? (int)len : 6,
             got ? got : "(NULL)", strlen(want), want);
  return same;
}

static int is_chosen(int argc, char **argv, const char *name) {
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], name) == 0)
      return 1;
  return argc < 2;
}

int kit_main(int argc, char **argv, const kit_test *tests, size_t count) {
  int passed = 0, failed = 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < count; i++) {
    if (!is_chosen(argc, argv, tests[i].name))
      continue;
    int before = kit_failures();
    long long began = kit_now_ms();
    tests[i].run();
    int is_good = kit_failures() == before;
    passed += is_good;
    failed += !is_good;
    printf("%s %s (%lld ms)\n", is_good ? "ok    " : "FAILED", tests[i].name, kit_now_ms() - began);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0;
}

void kit_skip(const char *why) {
  printf("skipped: %s\n", why);
  exit(77);
}

long long kit_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int kit_is_watched(void) {
  const char *under = getenv("IMAP4_UNDER");
  return under && strcmp(under, "plain") != 0;
}

size_t kit_repeats(size_t n) {
  return kit_is_watched() ? (n + 19) / 20 : n;
}

unsigned kit_random(unsigned *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}
