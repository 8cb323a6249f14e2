/* The test kit: checks that count and go on, and a list of tests that says what held.
 *
 * A test is a function whose name states the promise. A program's main is one call of kit_main, which runs the tests in
 * order, prints one line for each and returns the exit status. Names given as arguments choose tests. */
#ifndef KIT_H
#define KIT_H

#include <stddef.h>

typedef struct kit_test {
  const char *name;
  void (*run)(void);
} kit_test;

/* An entry of the list of tests. */
#define TEST(function) \
  { #function, function }
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

int kit_main(int argc, char **argv, const kit_test *tests, size_t count);

/* Ends the program as skipped, saying why. */
void kit_skip(const char *why);

/* Each check returns 1 if it holds; if not, it prints where and what, and the test counts as failed. Any thread. */
#define CHECK(is) kit_check(__FILE__, __LINE__, #is, (is) ? 1 : 0)
#define CHECK_INT(got, want) kit_check_int(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))
/* Return codes, shown by name. */
#define CHECK_RC(got, want) kit_check_rc(__FILE__, __LINE__, #got, (got), (want))
#define CHECK_STR(got, want) kit_check_str(__FILE__, __LINE__, #got, (got), (want))
/* got contains part. */
#define CHECK_HAS(got, part) kit_check_has(__FILE__, __LINE__, #got, (got), (part))
/* len octets at ptr are those of the C string want. */
#define CHECK_OCTETS(ptr, len, want) kit_check_octets(__FILE__, __LINE__, #ptr, (ptr), (len), (want))
/* Leaves the test if it does not hold. */
#define REQUIRE(is) \
  do { \
    if (!CHECK(is)) \
      return; \
  } while (0)

int kit_check(const char *file, int line, const char *what, int holds);
int kit_check_int(const char *file, int line, const char *what, long long got, long long want);
int kit_check_rc(const char *file, int line, const char *what, int got, int want);
int kit_check_str(const char *file, int line, const char *what, const char *got, const char *want);
int kit_check_has(const char *file, int line, const char *what, const char *got, const char *part);
int kit_check_octets(const char *file, int line, const char *what, const char *got, size_t len, const char *want);
/* A failure in words of its own. */
void kit_fail(const char *file, int line, const char *format, ...);

/* Failed checks so far. */
int kit_failures(void);

/* Milliseconds on a clock that only goes forward. */
long long kit_now_ms(void);
/* Valgrind or a sanitizer is watching: everything takes longer, sizes may be smaller. */
int kit_is_watched(void);
/* n as it is, or what a watched run can do in the same time. */
size_t kit_repeats(size_t n);
/* Numbers that look random and are the same in each run. */
unsigned kit_random(unsigned *seed);

#endif
