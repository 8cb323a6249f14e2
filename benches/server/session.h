/* One client's session: what it said so far, and what it still has to be sent. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

struct piece {
    const char *octets; /* NULL: in the session's own text, at offset */
    size_t offset, len;
};

struct session {
    int fd;
    SSL *ssl;
    int wants_out, is_ending;

    char *line; /* what came of a line whose end is still to come */
    size_t line_len, line_room;
    char *command;         /* the command's first line, once a literal was announced on it */
    uint64_t literal_left, literal_at;
    int literal_is_wrong;
    char idle_tag[32];
    char mailbox[32];
    uint32_t exists; /* by the mailbox's name: "n1000" has 1000 messages, "huge64" one of 64 MiB */

    struct piece *pieces;
    size_t piece_count, piece_room, piece_next;
    char *text;
    size_t text_len, text_room;
};

/* Takes octets from the client; queues what is to be answered. */
void session_take(struct session *s, const char *octets, size_t len);

void session_say(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void session_add(struct session *s, const char *octets, size_t len);

/* Runs one whole command (its first line, without CRLF). */
void command_run(struct session *s, char *line);

#endif
