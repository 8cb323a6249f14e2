#include "contest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../server/formula.h"

void fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static double status_kib(const char *name) {
    char line[256];
    double kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL)
        fail("/proc/self/status cannot be read");
    while (fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtod(line + strlen(name), NULL);
    fclose(status);
    return kib;
}

double resident_kib(void) {
    return status_kib("VmRSS:");
}

/* The peak begins anew at what is resident now. */
static void peak_reset(void) {
    FILE *refs = fopen("/proc/self/clear_refs", "w");
    if (refs != NULL) {
        fputs("5", refs);
        fclose(refs);
    }
}

void sessions_held(struct job *job, double before) {
    job->session_kib = (resident_kib() - before) / job->n;
}

char *message_make(size_t len) {
    char *octets = malloc(len + 64);
    if (octets == NULL)
        fail("out of memory");
    for (size_t at = 0; at < len; at += 64)
        memcpy(octets + at, "A line of sixty-four octets, as an attachment in base64 has th\r\n", 64);
    for (size_t at = 0; at < len; at += BLOCK_OCTETS)
        octets[at] = block_letter(at / BLOCK_OCTETS);
    octets[len] = '\0';
    return octets;
}

void blocks_check(struct job *job, uint64_t offset, const char *octets, size_t len) {
    uint64_t at = (offset + BLOCK_OCTETS - 1) / BLOCK_OCTETS * BLOCK_OCTETS;
    for (; at < offset + len; at += BLOCK_OCTETS)
        job->check += (unsigned char)octets[at - offset];
    job->check += len;
    job->has_check = 1;
}

static double cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double wall_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void files_raise(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    struct rlimit many = {65536, 65536}; /* root may raise the hard limit too */
    if (files.rlim_max >= many.rlim_max || setrlimit(RLIMIT_NOFILE, &many) != 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int contest_main(int argc, char **argv, const struct entry *entries) {
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (; entries->workload != NULL; entries++)
            puts(entries->workload);
        return 0;
    }
    if (argc < 4)
        fail("usage: %s WORKLOAD N PORT [CA_FILE [PIECE]]", argv[0]);
    struct job job = {.workload = argv[1], .n = (uint32_t)strtoul(argv[2], NULL, 10), .port = atoi(argv[3])};
    job.ca = argc > 4 && argv[4][0] != '\0' ? argv[4] : NULL;
    job.piece = argc > 5 ? strtoul(argv[5], NULL, 10) : 0;
    snprintf(job.mailbox, sizeof job.mailbox, "%s%u", strncmp(job.workload, "huge", 4) == 0 ? "huge" : "n", job.n);
    while (entries->workload != NULL && strcmp(entries->workload, job.workload) != 0)
        entries++;
    if (entries->workload == NULL)
        fail("%s: no such workload here", job.workload);
    if (strcmp(job.workload, "idle") == 0)
        files_raise();
    entries->open(&job);
    peak_reset();
    double resident = resident_kib(), cpu = cpu_us(), wall = wall_us();
    entries->run(&job);
    wall = wall_us() - wall;
    cpu = cpu_us() - cpu;
    double peak = status_kib("VmHWM:") - resident;
    printf("count=%llu ", (unsigned long long)job.count);
    if (job.has_check)
        printf("check=%llu ", (unsigned long long)job.check);
    if (job.has_deep)
        printf("deep=%llu ", (unsigned long long)job.deep);
    if (job.session_kib > 0)
        printf("session_kib=%.2f ", job.session_kib);
    printf("cpu_us=%.0f wall_us=%.0f peak_kib=%.0f\n", cpu, wall, peak < 0 ? 0 : peak);
    fflush(stdout);
    if (entries->close != NULL)
        entries->close(&job);
    return 0;
}
