/* The canned answers. In: how many units of each workload. Out: octets in memory with the place where each unit ends,
 * so that any range of messages is one piece; and the check sums that a contestant must report. */
#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

struct answer {
    char *octets;
    size_t len, room;
    uint32_t count;
    size_t *ends; /* ends[i] is the offset behind unit i; ends[0] is 0 */
};

struct sums {
    uint64_t check; /* every contestant that looks into the answer reports this one */
    uint64_t deep;  /* of the fields only some decode: dates and flags; subjects and body parts */
};

/* KIND_FULL: env with date and size, for c-client, which always asks for them and asks anew if they are missing. */
enum kind { KIND_META, KIND_ENV, KIND_BODY, KIND_SEARCH, KIND_LIST, KIND_FULL, KIND_COUNT };

extern struct answer answers[KIND_COUNT];

void answer_render(enum kind kind, uint32_t count);

/* 26 blocks of lines, block k beginning with its letter. */
const char *blocks(size_t *len);

/* The sums of a workload by its name; 0 for both where only the count is checked. */
struct sums sums_of(const char *workload, uint32_t n);

/* Appends formatted text to an answer. */
void answer_add(struct answer *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One message of the env workload; the numbers that its sums are made of. */
struct env_numbers {
    uint32_t to_octets, subject_octets, parts;
};
struct env_numbers envelope_render(struct answer *to, uint32_t i, int with_date);

/* `INTERNALDATE "..." RFC822.SIZE n` */
void date_render(struct answer *to, uint32_t i);

#endif
