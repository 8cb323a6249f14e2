/* Takes the client's octets apart into lines and literals (RFC 9051, 4.3; RFC 7888), checks what is appended, and
 * keeps the queue of what goes out. Commands themselves are in command.c. */
#include "session.h"
#include "formula.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *old, size_t *room, size_t wanted, size_t each) {
    if (wanted <= *room)
        return old;
    *room = wanted * 2;
    void *new = realloc(old, *room * each);
    if (new == NULL)
        abort();
    return new;
}

static struct piece *push(struct session *s) {
    s->pieces = grow(s->pieces, &s->piece_room, s->piece_count + 1, sizeof *s->pieces);
    return &s->pieces[s->piece_count++];
}

void session_add(struct session *s, const char *octets, size_t len) {
    if (len > 0)
        *push(s) = (struct piece){octets, 0, len};
}

void session_say(struct session *s, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        abort();
    if (n == 0)
        return;
    s->text = grow(s->text, &s->text_room, s->text_len + (size_t)n, 1);
    memcpy(s->text + s->text_len, text, (size_t)n);
    struct piece *last = s->piece_count > s->piece_next ? &s->pieces[s->piece_count - 1] : NULL;
    if (last != NULL && last->octets == NULL && last->offset + last->len == s->text_len)
        last->len += (size_t)n;
    else
        *push(s) = (struct piece){NULL, s->text_len, (size_t)n};
    s->text_len += (size_t)n;
}

/* The first octet of every block of an appended message is the block's letter. */
static void literal_take(struct session *s, const char *octets, size_t len) {
    uint64_t at = (s->literal_at + BLOCK_OCTETS - 1) / BLOCK_OCTETS * BLOCK_OCTETS;
    for (; at < s->literal_at + len; at += BLOCK_OCTETS)
        if (octets[at - s->literal_at] != block_letter(at / BLOCK_OCTETS))
            s->literal_is_wrong = 1;
    s->literal_at += len;
    s->literal_left -= len;
}

/* Whether the line announces a literal: {n}, {n+}. */
static int literal_begins(struct session *s, const char *line, size_t len) {
    if (len < 3 || line[len - 1] != '}')
        return 0;
    const char *open = line + len - 1;
    while (open > line && *open != '{')
        open--;
    if (*open != '{')
        return 0;
    s->literal_left = strtoull(open + 1, NULL, 10);
    s->literal_at = 0;
    if (line[len - 2] != '+')
        session_say(s, "+ go ahead\r\n");
    return 1;
}

static void line_take(struct session *s, char *line, size_t len) {
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    line[len] = '\0';
    int literal = literal_begins(s, line, len);
    if (s->command == NULL && literal) {
        if ((s->command = strdup(line)) == NULL)
            abort();
        s->literal_is_wrong = 0;
    } else if (s->command == NULL) {
        command_run(s, line);
    } else if (!literal) {
        command_run(s, s->command);
        free(s->command);
        s->command = NULL;
    }
}

void session_take(struct session *s, const char *octets, size_t len) {
    while (len > 0) {
        size_t n = len;
        if (s->literal_left > 0) {
            if (n > s->literal_left)
                n = (size_t)s->literal_left;
            literal_take(s, octets, n);
        } else {
            const char *end = memchr(octets, '\n', len);
            if (end != NULL)
                n = (size_t)(end + 1 - octets);
            s->line = grow(s->line, &s->line_room, s->line_len + n + 1, 1);
            memcpy(s->line + s->line_len, octets, n);
            s->line_len += n;
            if (end != NULL) {
                size_t line_len = s->line_len;
                s->line_len = 0;
                line_take(s, s->line, line_len);
            }
        }
        octets += n;
        len -= n;
    }
}
