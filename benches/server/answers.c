/* Renders the canned answers before the first connection, and computes what their sums must be. */
#include "answers.h"
#include "formula.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct answer answers[KIND_COUNT];

void answer_add(struct answer *to, const char *format, ...) {
    for (;;) {
        va_list args;
        va_start(args, format);
        int n = vsnprintf(to->octets + to->len, to->room - to->len, format, args);
        va_end(args);
        if (n < 0)
            abort();
        if ((size_t)n < to->room - to->len) {
            to->len += (size_t)n;
            return;
        }
        to->room = to->room * 2 + (size_t)n + 4096;
        if ((to->octets = realloc(to->octets, to->room)) == NULL)
            abort();
    }
}

void date_render(struct answer *to, uint32_t i) {
    time_t local = (time_t)(date_of(i) + zone_min_of(i) * 60);
    struct tm tm;
    char date[32];
    int zone = abs(zone_min_of(i));
    strftime(date, sizeof date, "%d-%b-%Y %H:%M:%S", gmtime_r(&local, &tm));
    answer_add(to, "INTERNALDATE \"%s %c%02d%02d\" RFC822.SIZE %u", date, zone_min_of(i) < 0 ? '-' : '+', zone / 60,
               zone % 60, size_of(i));
}

static void meta_render(struct answer *to, uint32_t i) {
    answer_add(to, "* %u FETCH (UID %u FLAGS (%s) ", i, uid_of(i), flags_of(i));
    date_render(to, i);
    answer_add(to, ")\r\n");
}

/* Each message ends with its number, so that no two are the same. */
static void body_render(struct answer *to, uint32_t i) {
    static char text[BODY_OCTETS + 1];
    if (text[0] == '\0') {
        size_t at = (size_t)sprintf(text, "From: anna@mail.example.org\r\nTo: bob@example.com\r\nSubject: a letter\r\n\r\n");
        while (at < BODY_OCTETS) {
            memcpy(text + at, "Line after line of quite ordinary prose, as long as lines of mail usually are.\r\n",
                   BODY_OCTETS - at < 80 ? BODY_OCTETS - at : 80);
            at += BODY_OCTETS - at < 80 ? BODY_OCTETS - at : 80;
        }
    }
    char number[16];
    snprintf(number, sizeof number, "%08u\r\n", i);
    memcpy(text + BODY_OCTETS - 12, "\r\n", 2);
    memcpy(text + BODY_OCTETS - 10, number, 10);
    answer_add(to, "* %u FETCH (UID %u BODY[] {%d}\r\n%s)\r\n", i, uid_of(i), BODY_OCTETS, text);
}

static uint32_t list_render(struct answer *to, uint32_t i) {
    static const char *const attributes[] = {"\\HasNoChildren", "\\HasChildren", "\\Noselect \\HasChildren",
                                             "\\HasNoChildren \\Sent"};
    char name[64];
    uint32_t len = (uint32_t)snprintf(name, sizeof name, i % 3 ? "lists/group-%u/box-%06u" : "Old Mail/year %u/box-%06u", i % 97, i);
    answer_add(to, "* LIST (%s) \"/\" \"%s\"\r\n", attributes[i % 4], name);
    return len;
}

void answer_render(enum kind kind, uint32_t count) {
    struct answer *to = &answers[kind];
    to->count = count;
    if ((to->ends = malloc(((size_t)count + 1) * sizeof *to->ends)) == NULL)
        abort();
    answer_add(to, "%s", "");
    to->ends[0] = 0;
    for (uint32_t i = 1; i <= count; i++) {
        switch (kind) {
        case KIND_META: meta_render(to, i); break;
        case KIND_ENV: envelope_render(to, i, 0); break;
        case KIND_FULL: envelope_render(to, i, 1); break;
        case KIND_BODY: body_render(to, i); break;
        case KIND_SEARCH: answer_add(to, " %u", found_of(i)); break;
        default: list_render(to, i);
        }
        to->ends[i] = to->len;
    }
}

const char *blocks(size_t *len) {
    static char *all;
    *len = 26 * (size_t)BLOCK_OCTETS;
    if (all == NULL) {
        if ((all = malloc(*len + 64)) == NULL)
            abort();
        for (size_t at = 0; at < *len; at += 64)
            memcpy(all + at, "A line of sixty-four octets, as an attachment in base64 has th\r\n", 64);
        for (uint32_t k = 0; k < 26; k++)
            all[(size_t)k * BLOCK_OCTETS] = block_letter(k);
    }
    return all;
}

struct sums sums_of(const char *workload, uint32_t n) {
    struct sums sums = {0, 0};
    struct answer scratch = {0};
    answer_add(&scratch, "%s", "");
    if (strcmp(workload, "huge") == 0) { /* n MiB: the octets, and the first letter of every block */
        sums.check = (uint64_t)n << 20;
        for (uint64_t block = 0; block < (uint64_t)n * 16; block++)
            sums.check += (uint64_t)block_letter(block);
        return sums;
    }
    for (uint32_t i = 1; i <= n; i++) {
        scratch.len = 0;
        if (strcmp(workload, "meta") == 0) {
            sums.check += uid_of(i) + size_of(i);
            sums.deep += (uint64_t)(date_of(i) - DATE_BASE) + (uint64_t)is_seen(i);
        } else if (strcmp(workload, "env") == 0) {
            struct env_numbers numbers = envelope_render(&scratch, i, 0);
            sums.check += uid_of(i) + numbers.to_octets;
            sums.deep += numbers.subject_octets + numbers.parts;
        } else if (strcmp(workload, "body") == 0) {
            sums.check += BODY_OCTETS + (uint64_t)('0' + i % 10);
        } else if (strcmp(workload, "search") == 0) {
            sums.check += found_of(i);
        } else if (strcmp(workload, "list") == 0) {
            sums.check += list_render(&scratch, i);
        }
    }
    free(scratch.octets);
    return sums;
}
