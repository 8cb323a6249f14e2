/* Streaming: a mailbox row by row in memory that does not grow, a message to a file as it arrives, one read in pieces,
 * stopping early; and messages to the server from a file, from pieces, and many in one command.
 *
 *     tests/examples/run --show stream
 *
 * Makes the mailbox Example and deletes it again. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <unistd.h>

#define LINES 40000 /* of the big message … */
#define LINE 80     /* … octets each, CRLF included */
#define SMALL 200   /* small messages */

static const char head[] = "From: a@example.org\r\nSubject: big\r\n\r\n";

/* The big message in a file without a name; its size in *size. NULL if that cannot be. */
static FILE *big_file(uint64_t *size) {
    FILE *file = tmpfile();
    if (file == NULL)
        return NULL;
    int good = fputs(head, file) >= 0;
    for (int i = 0; good && i < LINES; i++)
        good = fprintf(file, "%077d.\r\n", i) == LINE;
    *size = sizeof head - 1 + (uint64_t)LINES * LINE;
    if (!good || fflush(file) != 0 || lseek(fileno(file), 0, SEEK_SET) != 0) {
        fclose(file);
        return NULL;
    }
    return file;
}

/* Whether the descriptors hold the same octets, both from their beginning. */
static int is_same(int one, int other) {
    char a[4096], b[4096];
    ssize_t n, m;
    int same = lseek(one, 0, SEEK_SET) == 0 && lseek(other, 0, SEEK_SET) == 0;
    do {
        n = read(one, a, sizeof a);
        m = read(other, b, sizeof b);
        same = same && n >= 0 && n == m && memcmp(a, b, (size_t)n) == 0;
    } while (same && n > 0);
    return same;
}

/* ---- To the server --------------------------------------------------------------------------- */

/* One message from a descriptor: nothing of it is held in memory. */
static int append_file(imap_conn *conn, int fd, uint64_t size) {
    imap_response *answer;
    int rc = imap_cmd_append_fd(conn, "Example", "\\Seen", NULL, fd, size, &answer);
    imap_response_free(answer);
    return went(conn, "append from a file", rc, IMAP_OK);
}

/* Pieces as they become known; only the size has to be told before. */
static int append_pieces(imap_conn *conn) {
    const char *const pieces[] = {"Subject: pieces\r\n", "\r\n", "One, ", "two, ", "three.\r\n"};
    uint64_t size = 0;
    uint32_t id;
    size_t taken;
    imap_response *answer = NULL;
    for (size_t i = 0; i < 5; i++)
        size += strlen(pieces[i]);
    int good = imap_append_begin(conn, "Example", &id) == IMAP_QUEUED &&
        imap_append_message(conn, NULL, NULL, size) == IMAP_OK;
    /* IMAP_END in place of IMAP_OK: the server has refused already, imap_append_end says how. */
    for (size_t i = 0; good && i < 5; i++)
        good = imap_literal_write(conn, pieces[i], strlen(pieces[i]), &taken) == IMAP_OK;
    good = went(conn, "append in pieces", imap_append_end(conn, &answer), IMAP_OK) && good;
    imap_response_free(answer);
    return good;
}

/* The same from a descriptor, with the rest of the message read from where that stands. */
static int append_rest(imap_conn *conn, int fd, uint64_t size) {
    uint32_t id;
    size_t taken;
    int good = lseek(fd, sizeof head - 1, SEEK_SET) > 0 && imap_append_begin(conn, "Example", &id) == IMAP_QUEUED &&
        imap_append_message(conn, NULL, NULL, size) == IMAP_OK &&
        imap_literal_write(conn, head, sizeof head - 1, &taken) == IMAP_OK && imap_literal_from_fd(conn, fd) == IMAP_OK;
    return went(conn, "append a head and a file", imap_append_end(conn, NULL), IMAP_OK) && good;
}

/* Many in one command, where the server has MULTIAPPEND: all of them are added, or none. Else one by one. */
static int append_many(imap_conn *conn) {
    char text[100];
    uint32_t id;
    size_t taken;
    int at_once = imap_has_capability(conn, "MULTIAPPEND"), good = 1;
    for (int i = 0; good && i < SMALL; i++) {
        int len = snprintf(text, sizeof text, "Subject: small %d\r\n\r\nNumber %d.\r\n", i, i);
        if (!at_once || i == 0)
            good = imap_append_begin(conn, "Example", &id) == IMAP_QUEUED;
        good = good && imap_append_message(conn, i % 2 ? "\\Flagged" : NULL, NULL, (uint64_t)len) == IMAP_OK &&
            imap_literal_write(conn, text, (size_t)len, &taken) == IMAP_OK;
        if (good && !at_once)
            good = imap_append_end(conn, NULL) == IMAP_OK;
    }
    int rc = at_once ? imap_append_end(conn, NULL) : imap_last_error(conn);
    return went(conn, "append many at once", rc, IMAP_OK) && good;
}

/* ---- From the server ------------------------------------------------------------------------- */

/* Row by row: one is in memory at a time, whatever the number of messages. */
static int rows(imap_conn *conn) {
    const imap_response *row;
    imap_fetch f;
    uint32_t id;
    int rc, count = 0, flagged = 0;
    int good = imap_submit_text(conn, "FETCH 1:* (UID FLAGS RFC822.SIZE)", &id) == IMAP_QUEUED;
    while (good && (rc = imap_next(conn, id, -1, &row)) == IMAP_OK) {
        if (imap_fetch_get(row, &f, sizeof f) != IMAP_OK)
            continue;
        count++;
        flagged += (f.flags & IMAP_FLAGGED) != 0;
    }
    good = good && went(conn, "fetch, row by row", imap_wait(conn, id, 0, NULL), IMAP_OK) && rc == IMAP_END;
    printf("  %d messages, %d flagged\n", count, flagged);
    return good;
}

/* Submits FETCH of the big message and goes on to its octets. */
static int reach_literal(imap_conn *conn, uint32_t *id, imap_literal *info) {
    const imap_response *row;
    return imap_submit_text(conn, "FETCH 1 (UID BODY.PEEK[])", id) == IMAP_QUEUED &&
        went(conn, "fetch, up to the literal", imap_next(conn, *id, -1, &row), IMAP_LITERAL) &&
        imap_literal_info(conn, info, sizeof *info) == IMAP_OK;
}

/* The rest of the row, and the command's result. */
static int finish_row(imap_conn *conn, uint32_t id) {
    const imap_response *row;
    imap_section s;
    int good = imap_next(conn, id, -1, &row) == IMAP_OK && imap_section_get(row, 0, &s, sizeof s) == IMAP_OK;
    if (good)
        printf("  then the row, with %s %s\n", s.item, s.is_streamed ? "gone by" : "in it");
    good = good && imap_next(conn, id, -1, &row) == IMAP_END;
    return went(conn, "its result", imap_wait(conn, id, 0, NULL), IMAP_OK) && good;
}

/* Straight into a file. */
static int to_file(imap_conn *conn, int original) {
    imap_literal info;
    uint32_t id;
    FILE *file = tmpfile();
    int good = file != NULL && reach_literal(conn, &id, &info);
    if (good)
        printf("  %s of message %u, UID %u\n", info.item, (unsigned)info.number, (unsigned)info.uid);
    good = good && went(conn, "to a file", imap_literal_to_fd(conn, fileno(file)), IMAP_OK) && finish_row(conn, id);
    printf("  the same as was sent: %s\n", good && is_same(fileno(file), original) ? "yes" : "no");
    if (file != NULL)
        fclose(file);
    return good;
}

/* In pieces of the caller's choice, with progress; the last half is not wanted. */
static int in_pieces(imap_conn *conn) {
    imap_literal info;
    uint32_t id;
    char buf[32768];
    size_t n;
    unsigned quarter = 0;
    int good = reach_literal(conn, &id, &info);
    while (good && quarter < 2) {
        good = imap_literal_read(conn, buf, sizeof buf, &n) == IMAP_OK &&
            imap_literal_info(conn, &info, sizeof info) == IMAP_OK;
        while (good && info.done * 4 >= info.total * (quarter + 1))
            printf("  %u %%\n", ++quarter * 25);
    }
    return good && went(conn, "skip the rest", imap_literal_skip(conn), IMAP_OK) && finish_row(conn, id);
}

/* Into memory, in short waits, with progress between them. How many waits it takes is not told here. */
static int with_progress(imap_conn *conn) {
    uint32_t id;
    uint64_t done = 0, total = 0, before = 0;
    imap_response *answer = NULL;
    int rc, good = imap_submit_text(conn, "FETCH 1 (BODY.PEEK[])", &id) == IMAP_QUEUED;
    while (good && (rc = imap_wait(conn, id, 1, &answer)) == IMAP_AGAIN) {
        if (imap_progress(conn, id, &done, &total) != IMAP_OK)
            continue; /* the literal has not begun, or is over */
        good = done >= before && done <= total; /* a window would show done / total */
        before = done;
    }
    good = good && went(conn, "fetch, in short waits", rc, IMAP_OK);
    imap_response_free(answer);
    return good;
}

/* Two rows are enough: the others are dropped as they arrive. */
static int stop_early(imap_conn *conn) {
    const imap_response *row;
    uint32_t id, number;
    int good = imap_submit_text(conn, "FETCH 4:* (BODY.PEEK[])", &id) == IMAP_QUEUED;
    for (int i = 0; good && i < 2; i++) {
        good = imap_next(conn, id, -1, &row) == IMAP_OK && imap_response_number(row, &number) == IMAP_OK;
        if (good)
            printf("  message %u\n", (unsigned)number);
    }
    return good && went(conn, "discard", imap_discard(conn, id), IMAP_OK) &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK);
}

int main(void) {
    imap_conn *conn = NULL;
    uint64_t size = 0;
    FILE *big = big_file(&size);
    int good = big != NULL && open_server(&conn) && log_in(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK) && heading("to the server") &&
        append_file(conn, fileno(big), size) && append_pieces(conn) &&
        append_rest(conn, fileno(big), size) && append_many(conn) &&
        went(conn, "examine", imap_cmd_select(conn, "Example", IMAP_EXAMINE, NULL), IMAP_OK) &&
        heading("from the server") && rows(conn) &&
        /* From here on literals of 64 KiB or more pass by; smaller ones stay in their rows. */
        imap_set_int(conn, IMAP_OPT_LITERAL_STREAM_MIN, 65536) == IMAP_OK && to_file(conn, fileno(big)) &&
        imap_set_int(conn, IMAP_OPT_LITERAL_STREAM_MIN, 0) == IMAP_OK && heading("in pieces") &&
        /* Or those of an item, whatever their size. */
        imap_set_str(conn, IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[]") == IMAP_OK && in_pieces(conn) &&
        imap_set_str(conn, IMAP_OPT_LITERAL_STREAM_ITEMS, NULL) == IMAP_OK && heading("in memory") &&
        with_progress(conn) && heading("stopping early") && stop_early(conn) &&
        went(conn, "unselect", imap_cmd_unselect(conn, NULL), IMAP_OK) &&
        went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK);
    if (big != NULL)
        fclose(big);
    return finish(conn, good);
}
