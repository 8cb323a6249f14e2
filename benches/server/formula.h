/* What message i (from 1) looks like, as formulas, so that server and check sums agree without a file between them. */
#ifndef BENCH_FORMULA_H
#define BENCH_FORMULA_H

#include <stdint.h>

#define BODY_OCTETS 4096
#define BLOCK_OCTETS 65536u /* huge messages and appended ones are blocks of this; each begins with its own letter */
#define DATE_BASE 1700000000

static inline uint32_t uid_of(uint32_t i) {
    return 100000 + 3 * i;
}

/* What SEARCH finds: every message of the mailbox (of an even number), no two numbers in a row, so that nobody gains by
 * keeping ranges. */
static inline uint32_t found_of(uint32_t i) {
    return i % 2 ? i + 1 : i - 1;
}

static inline uint32_t uid_index(uint32_t uid) {
    return uid < 100003 ? 0 : (uid - 100000) / 3;
}

static inline uint32_t size_of(uint32_t i) {
    return 1000 + (uint32_t)(((uint64_t)i * 7919) % 90000);
}

static inline const char *flags_of(uint32_t i) {
    static const char *const texts[] = {"",
                                        "\\Seen",
                                        "\\Seen \\Answered",
                                        "\\Flagged \\Seen",
                                        "\\Seen $Forwarded",
                                        "\\Draft",
                                        "\\Deleted \\Seen",
                                        "\\Seen NonJunk"};
    return texts[i % 8];
}

static inline int is_seen(uint32_t i) {
    return i % 8 != 0 && i % 8 != 5;
}

static inline int64_t date_of(uint32_t i) {
    return DATE_BASE + (int64_t)i * 61;
}

static inline int zone_min_of(uint32_t i) {
    static const int zones[] = {0, 60, -420, 330};
    return zones[i % 4];
}

static inline char block_letter(uint64_t block) {
    return (char)('a' + block % 26);
}

#endif
