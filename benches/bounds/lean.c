/* The bound "lean": what a client that parses every field can reach with plain scalar code that keeps nothing. Here
 * are the buffer, the search for the end of a response, and the workloads; the parser is lean_parse.c. */
#include "../common/wire.h"
#include "lean_parse.h"

#include "../server/formula.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_MIN 65536 /* literals from here on pass through without being held */

static struct wire wire;
static char *buffer, *message;
static size_t room, start, have, scanned;
static struct lean_row row;

static void open_one(struct job *job) {
    room = WIRE_BUFFER;
    if ((buffer = malloc(room + 1)) == NULL)
        fail("out of memory");
    memset(buffer, 1, room);
    wire_open(&wire, job, 1);
    wire_login(&wire, job);
    if (strncmp(job->workload, "append", 6) == 0)
        message = message_make(strcmp(job->workload, "append") == 0 ? (size_t)job->n << 20 : 4096);
}

static void open_none(struct job *job) {
    (void)job;
}

static void close_one(struct job *job) {
    (void)job;
    wire_close(&wire);
    free(buffer);
    free(message);
}

static void receive_more(void) {
    if (start > 0 && start == have) {
        start = have = scanned = 0;
    } else if (have == room && start > 0) {
        memmove(buffer, buffer + start, have - start);
        have -= start;
        scanned -= start;
        start = 0;
    } else if (have == room) {
        room *= 2;
        if ((buffer = realloc(buffer, room + 1)) == NULL)
            fail("out of memory");
    }
    have += wire_recv(&wire, buffer + have, room - have);
    buffer[have] = '\0';
}

/* The literal that a line's end announces; 0 if none does. */
static size_t literal_at_end(const char *lf) {
    const char *p = lf - 2;
    size_t n = 0, unit = 1;
    if (p <= buffer + start || *p != '}')
        return 0;
    for (p--; p > buffer + start && *p >= '0' && *p <= '9'; p--, unit *= 10)
        n += (size_t)(*p - '0') * unit;
    return *p == '{' ? n : 0;
}

/* One whole response, from *at; what follows it begins at start. A huge literal ends it early: its size is returned,
 * and its octets begin at start. */
static size_t response(char **at) {
    for (;;) {
        char *lf = have > scanned ? memchr(buffer + scanned, '\n', have - scanned) : NULL;
        if (lf == NULL) {
            if (scanned < have)
                scanned = have;
            receive_more();
            continue;
        }
        size_t literal = literal_at_end(lf);
        scanned = (size_t)(lf + 1 - buffer) + (literal < STREAM_MIN ? literal : 0);
        if (literal > 0 && literal < STREAM_MIN)
            continue;
        *at = buffer + start;
        start = scanned;
        return literal;
    }
}

/* Responses one after the other; 0 when the command is answered. */
static int untagged(char **at) {
    response(at);
    if (**at == '*')
        return 1;
    char *space = strchr(*at, ' ');
    if (space == NULL || memcmp(space, " OK ", 4) != 0)
        fail("lean: %.60s", *at);
    return 0;
}

static void command(const char *line) {
    wire_send(&wire, line, strlen(line));
}

static void meta(struct job *job) {
    char *at;
    command("A9 FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n");
    while (untagged(&at)) {
        lean_fetch(at, &row);
        job->count++;
        job->check += row.uid + row.rfc822_size;
        job->deep += (uint64_t)(row.internaldate - DATE_BASE) + ((row.flags & LEAN_SEEN) != 0);
    }
    job->has_check = job->has_deep = 1;
}

static void env(struct job *job) {
    char *at;
    command("A9 FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)\r\n");
    while (untagged(&at)) {
        lean_fetch(at, &row);
        job->count++;
        job->check += row.uid;
        struct addresses to = row.envelope.lists[3];
        for (uint32_t i = to.first; i < to.first + to.count; i++)
            if (row.envelope.all[i].mailbox.octets != NULL && row.envelope.all[i].host.octets != NULL)
                job->check += row.envelope.all[i].mailbox.len + row.envelope.all[i].host.len;
        job->deep += row.envelope.subject.len - row.envelope.subject.escapes + row.parts;
    }
    job->has_check = job->has_deep = 1;
}

static void body(struct job *job) {
    char *at;
    command("A9 FETCH 1:* (UID BODY.PEEK[])\r\n");
    while (untagged(&at)) {
        lean_fetch(at, &row);
        job->count++;
        job->check += row.body.len + (uint64_t)row.body.octets[row.body.len - 3];
    }
    job->has_check = 1;
}

static void huge(struct job *job) {
    char *at;
    command("A9 FETCH 1:* (UID BODY.PEEK[])\r\n");
    size_t size = response(&at), offset = 0;
    while (offset < size) {
        if (start == have)
            receive_more();
        size_t n = have - start < size - offset ? have - start : size - offset;
        blocks_check(job, offset, buffer + start, n);
        offset += n;
        start += n;
        scanned = start;
    }
    response(&at); /* the closing parenthesis */
    if (untagged(&at))
        fail("lean: more than one message");
    job->count = size >> 20;
}

static void search(struct job *job) {
    char *at;
    command("A9 UID SEARCH ALL\r\n");
    while (untagged(&at))
        job->check += lean_search(at, &job->count);
    job->has_check = 1;
}

static void list(struct job *job) {
    char *at;
    uint32_t attributes;
    command("A9 LIST \"\" *\r\n");
    while (untagged(&at)) {
        job->check += lean_list(at, &attributes).len;
        job->count++;
    }
    job->has_check = 1;
}

static void noop(struct job *job) {
    char *at;
    for (; job->count < job->n; job->count++) {
        command("A9 NOOP\r\n");
        while (untagged(&at))
            ;
    }
}

static void noop_piped(struct job *job) {
    char *at, *all = malloc((size_t)job->n * 16 + 1), *end = all;
    for (uint32_t i = 1; i <= job->n; i++)
        end += sprintf(end, "B%u NOOP\r\n", i);
    wire_send(&wire, all, (size_t)(end - all));
    for (; job->count < job->n; job->count++)
        while (untagged(&at))
            ;
    free(all);
}

static size_t append_text(char *to, size_t len) {
    size_t n = (size_t)sprintf(to, "A9 APPEND INBOX {%zu+}\r\n", len);
    memcpy(to + n, message, len);
    memcpy(to + n + len, "\r\n", 2);
    return n + len + 2;
}

static void append(struct job *job) {
    char *at, head[64];
    sprintf(head, "A9 APPEND INBOX {%zu+}\r\n", (size_t)job->n << 20);
    command(head);
    wire_send(&wire, message, (size_t)job->n << 20);
    command("\r\n");
    while (untagged(&at))
        ;
    job->count = job->n;
}

static void appends(struct job *job) {
    char *at, all[4096 + 64];
    for (; job->count < job->n; job->count++) {
        wire_send(&wire, all, append_text(all, 4096));
        while (untagged(&at))
            ;
    }
}

static void conn(struct job *job) {
    for (; job->count < job->n; job->count++) {
        wire_open(&wire, job, 0);
        wire_command(&wire, "A1", "LOGIN alice secret");
        wire_command(&wire, "A2", "LOGOUT");
        wire_close(&wire);
    }
}

int main(int argc, char **argv) {
    static const struct entry entries[] = {
        {"meta", open_one, meta, close_one},       {"env", open_one, env, close_one},
        {"body", open_one, body, close_one},       {"huge", open_one, huge, close_one},
        {"search", open_one, search, close_one},   {"list", open_one, list, close_one},
        {"noop", open_one, noop, close_one},       {"noop-piped", open_one, noop_piped, close_one},
        {"append", open_one, append, close_one},   {"appends", open_one, appends, close_one},
        {"conn", open_none, conn, NULL},           {NULL, NULL, NULL, NULL},
    };
    return contest_main(argc, argv, entries);
}
