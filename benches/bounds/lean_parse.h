/* The bound's parser: one pass over one whole response, every field understood, values as slices of the buffer,
 * nothing kept, no memory allocated. It fails the process on bad syntax: it has no limits, no recovery, and no
 * extensions. */
#ifndef BENCH_LEAN_PARSE_H
#define BENCH_LEAN_PARSE_H

#include <stddef.h>
#include <stdint.h>

struct slice {
    const char *octets; /* NULL is NIL */
    uint32_t len, escapes;
};

struct address {
    struct slice name, route, mailbox, host;
};

struct addresses {
    uint32_t first, count; /* of lean_envelope.all */
};

struct lean_envelope {
    struct slice date, subject, in_reply_to, message_id;
    struct addresses lists[6]; /* from, sender, reply-to, to, cc, bcc */
    struct address all[64];
    uint32_t used;
};

struct lean_part {
    struct slice type, subtype, id, description, encoding, md5, disposition, location;
    uint32_t size, lines, params;
};

struct lean_row {
    uint32_t number, uid, flags, rfc822_size, parts;
    int64_t internaldate;
    struct slice body;
    struct lean_envelope envelope, inner; /* inner: of a nested message */
    struct lean_part part;                /* the last one read */
};

enum { LEAN_SEEN = 1, LEAN_ANSWERED = 2, LEAN_FLAGGED = 4, LEAN_DELETED = 8, LEAN_DRAFT = 16, LEAN_OTHER = 64 };

/* "* 12 FETCH (...)" with its CRLF. */
void lean_fetch(const char *at, struct lean_row *row);

/* "* LIST (...) "/" name": the name, and how many attributes there are. */
struct slice lean_list(const char *at, uint32_t *attributes);

/* "* SEARCH 1 2 3": their sum, and how many they are. */
uint64_t lean_search(const char *at, uint64_t *count);

#endif
