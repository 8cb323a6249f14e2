/* What every contestant in C shares: arguments, the clock, the peak of memory, and the line that is printed.
 *
 *   contestant --list                          the workloads it takes part in
 *   contestant WORKLOAD N PORT [CA_FILE [PIECE]]
 *       runs one against the server on 127.0.0.1; with CA_FILE (not "") over TLS; where the contestant can, it reads
 *       from its socket through a function that gives PIECE octets at most
 *
 * Prints one line: count=, check= and deep= (where computed), cpu_us=, wall_us=, peak_kib=, session_kib= (idle). */
#ifndef BENCH_CONTEST_H
#define BENCH_CONTEST_H

#include <stddef.h>
#include <stdint.h>

struct job {
    const char *workload;
    uint32_t n; /* messages, MiB, ids, commands, names or sessions */
    int port;
    const char *ca; /* NULL: no TLS */
    size_t piece;   /* 0: as much as the system gives */
    char mailbox[32];
    void *state; /* the contestant's own */

    uint64_t count, check, deep;
    int has_check, has_deep;
    double session_kib;
};

struct entry {
    const char *workload;
    void (*open)(struct job *job);  /* not measured: connect, log in, select */
    void (*run)(struct job *job);   /* measured */
    void (*close)(struct job *job); /* not measured */
};

/* entries ends with a NULL workload. */
int contest_main(int argc, char **argv, const struct entry *entries);

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A message for APPEND, made of the server's blocks. */
char *message_make(size_t len);

/* Adds octets that lie at an offset of the huge message to the job's check. */
void blocks_check(struct job *job, uint64_t offset, const char *octets, size_t len);

/* Resident memory of this process in KiB. */
double resident_kib(void);

/* Called by idle when all sessions are held: what each of them costs. before: resident_kib() with none. */
void sessions_held(struct job *job, double before);

#endif
