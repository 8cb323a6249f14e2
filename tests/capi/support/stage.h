/* A stage for sequences of calls that repeat exactly: what happens is chosen by a string of octets, and time passes only
 * where somebody waits. A program that uses it has its own clock_gettime and poll, which the library calls as well: between
 * stage_begin and stage_end they pretend. What does not hold ends the program (stage_fail), so that a fuzzer sees it. */
#ifndef STAGE_H
#define STAGE_H

#include <stddef.h>

/* name is for messages: a file, a seed. */
void stage_begin(const char *name, const unsigned char *octets, size_t len);
void stage_end(void);

/* A number below n out of the octets: the caller's choices come from their front, the servers' from their back. 0 when the
 * two have met: 0 is always the plain choice. */
unsigned caller_picks(unsigned n);
unsigned server_picks(unsigned n);
int stage_is_over(void);

/* Milliseconds since stage_begin. */
long long stage_now_ms(void);
void stage_pass_ms(long long ms);

/* A descriptor that poll is to be told of by a function; events and its answer are poll's. until_ms says up to when nothing
 * will change, if nobody else does anything; an answer of 0 is then looked at again. */
int stage_source(short (*ready)(void *ctx, short events), long long (*until_ms)(void *ctx), void *ctx);

/* One public call: what it may do is counted from here on. */
void stage_call(const char *name);
const char *stage_call_name(void);
/* Inside the call nothing moved although it was tried, or something did. Too much of the first is a call that hangs. */
void stage_in_vain(void);
void stage_moved(void);
long long stage_call_took_ms(void);
size_t stage_calls(void);

#define HOLDS(is) \
  do { \
    if (!(is)) \
      stage_fail(__FILE__, __LINE__, "does not hold: %s", #is); \
  } while (0)
void stage_fail(const char *file, int line, const char *format, ...);
/* Notes what happens, if the environment has STAGE_SHOW. */
void stage_show(const char *format, ...);

#endif
