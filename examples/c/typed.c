/* Typed views: what the server sent as structs. Messages with envelope, addresses and parts; mailboxes with their names
 * in UTF-8; STATUS, SEARCH, THREAD; capabilities by index.
 *
 *     tests/examples/run --show typed
 *
 * A view reads one row of an answer and copies nothing: its texts live as long as the answer. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <time.h>

static int capabilities(imap_conn *conn) {
    printf("  threads by:");
    for (int i = 0; i < imap_capability_count(conn); i++) {
        const char *name = imap_capability_at(conn, i);
        if (strncmp(name, "THREAD=", 7) == 0 && strcmp(name, "THREAD=REFS") != 0) /* a draft; not every version */
            printf(" %s", name + 7);
    }
    printf("\n  IDLE: %s\n", imap_has_capability(conn, "IDLE") ? "yes" : "no");
    return 1;
}

/* Header text with its encoded words (RFC 2047) decoded; "-" for none. */
static void print_header(const char *text, size_t len) {
    char small[400], *buf = small;
    size_t needed = 0;
    if (text == NULL) {
        putchar('-');
        return;
    }
    int rc = imap_header_decode(text, len, small, sizeof small, &needed);
    if (rc != IMAP_OK && needed >= sizeof small && (buf = malloc(needed + 1)) != NULL)
        rc = imap_header_decode(text, len, buf, needed + 1, NULL);
    fputs(rc == IMAP_OK ? buf : "?", stdout);
    if (buf != small)
        free(buf);
}

static void print_addresses(const imap_response *row, const char *what, uint32_t node) {
    imap_address a;
    if (node == 0)
        return;
    printf("    %s", what);
    for (; imap_address_get(row, node, &a, sizeof a) == IMAP_OK; node = a.next) {
        if (a.kind == IMAP_ADDRESS_GROUP_START) {
            printf(" group ");
            print_header(a.mailbox, a.mailbox_len);
            printf(" [");
        } else if (a.kind == IMAP_ADDRESS_GROUP_END) {
            printf(" ]");
        } else {
            putchar(' ');
            if (a.name != NULL)
                print_header(a.name, a.name_len);
            printf("<%s@%s>", a.mailbox != NULL ? a.mailbox : "", a.host != NULL ? a.host : "");
        }
    }
    putchar('\n');
}

/* A part and those below it; the answer's depth is limited (IMAP_OPT_MAX_DEPTH), and with it this one's. */
static void print_parts(const imap_response *row, uint32_t body, uint32_t node, int depth) {
    imap_part p;
    char number[40], filename[100];
    for (; imap_part_get(row, node, &p, sizeof p) == IMAP_OK; node = p.next) {
        int rc = imap_part_number(row, body, node, number, sizeof number);
        printf("    %*s%s %s/%s", 2 * depth, "", rc == IMAP_OK && *number ? number : "-", p.media_type, p.subtype);
        if (p.octets >= 0)
            printf(", %ld octets, %s", (long)p.octets, p.encoding != NULL ? p.encoding : "?");
        if (imap_param_find(row, p.params, "charset", filename, sizeof filename, NULL) == IMAP_OK)
            printf(", in %s", filename);
        if (p.disposition != NULL)
            printf(", %s", p.disposition);
        if (imap_param_find(row, p.disposition_params, "filename", filename, sizeof filename, NULL) == IMAP_OK)
            printf(" \"%s\"", filename);
        putchar('\n');
        print_parts(row, body, p.child != 0 ? p.child : p.body, depth + 1);
    }
}

static void print_message(const imap_response *row, const imap_fetch *f) {
    imap_envelope e;
    struct tm utc;
    time_t date = (time_t)f->internaldate;
    char text[40] = "?";
    if (f->has & IMAP_FETCH_INTERNALDATE && gmtime_r(&date, &utc) != NULL)
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
    printf("  %u: UID %u, %s, %u octets%s%s%s\n", (unsigned)f->seq, (unsigned)f->uid, text, (unsigned)f->rfc822_size,
        f->flags & IMAP_SEEN ? ", seen" : ", new", f->flags & IMAP_FLAGGED ? ", flagged" : "",
        f->malformed ? ", in an odd form" : "");
    if (imap_envelope_get(row, f->envelope, &e, sizeof e) == IMAP_OK) {
        printf("    subject ");
        print_header(e.subject, e.subject_len);
        putchar('\n');
        print_addresses(row, "from", e.from);
        print_addresses(row, "to", e.to);
        print_addresses(row, "cc", e.cc);
    }
    print_parts(row, f->bodystructure, f->bodystructure, 0);
}

static int messages(imap_conn *conn) {
    imap_response *answer;
    imap_fetch f;
    const char *items = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)";
    int good = went(conn, "fetch", imap_cmd_fetch(conn, "3:4,6:8", items, 0, &answer), IMAP_OK);
    for (size_t i = 0; i < imap_response_row_count(answer); i++) {
        const imap_response *row = imap_response_row(answer, i);
        if (imap_fetch_get(row, &f, sizeof f) == IMAP_OK)
            print_message(row, &f);
    }
    imap_response_free(answer);
    return good;
}

/* The attachments of a message, without a walk: their octets by the number of the part. */
static int attachment(imap_conn *conn) {
    imap_response *structure, *answer = NULL;
    imap_fetch f;
    imap_section s;
    uint32_t node;
    char number[40], item[60];
    int good = went(conn, "fetch 3 BODYSTRUCTURE", imap_cmd_fetch(conn, "3", "BODYSTRUCTURE", 0, &structure), IMAP_OK);
    const imap_response *row = imap_response_row(structure, 0);
    good = good && imap_fetch_get(row, &f, sizeof f) == IMAP_OK &&
        imap_part_search(row, f.bodystructure, 0, NULL, "attachment", &node) == IMAP_OK &&
        imap_part_number(row, f.bodystructure, node, number, sizeof number) == IMAP_OK;
    if (good) {
        snprintf(item, sizeof item, "BODY.PEEK[%s]", number);
        good = went(conn, item, imap_cmd_fetch(conn, "3", item, 0, &answer), IMAP_OK);
        snprintf(item, sizeof item, "BODY[%s]", number);
        good = good && imap_section_find(imap_response_row(answer, 0), item, &s, sizeof s) == IMAP_OK;
    }
    if (good)
        printf("  %u octets, beginning with %.12s\n", (unsigned)s.len, s.ptr);
    imap_response_free(answer);
    imap_response_free(structure);
    return good;
}

static int mailboxes(imap_conn *conn) {
    imap_response *answer;
    imap_list_entry m;
    int good = went(conn, "list", imap_cmd_list(conn, "", "*", &answer), IMAP_OK), count = 0;
    for (size_t i = 0; i < imap_response_row_count(answer); i++) {
        if (imap_list_get(imap_response_row(answer, i), &m, sizeof m) != IMAP_OK)
            continue;
        count++; /* the order is the server's: only names that differ on the way are shown */
        if (m.name_len != m.name_utf8_len || memcmp(m.name, m.name_utf8, m.name_len) != 0)
            printf("  %s is %s on the wire, levels are told apart by %c\n", m.name_utf8, m.name, (int)m.delimiter);
    }
    printf("  %d in all\n", count);
    imap_response_free(answer);
    return good;
}

static int status(imap_conn *conn) {
    imap_response *answer;
    imap_status_data s;
    int good = went(conn, "status", imap_cmd_status(conn, "Entwürfe", "MESSAGES UNSEEN UIDNEXT", &answer), IMAP_OK) &&
        imap_status_get(imap_response_row(answer, 0), &s, sizeof s) == IMAP_OK;
    if (good)
        printf("  %s: %u messages, %u unseen, UIDs from %u on, its size: %s\n", s.name_utf8, (unsigned)s.messages,
            (unsigned)s.unseen, (unsigned)s.uidnext, s.has & IMAP_STATUS_HAS_SIZE ? "known" : "not asked for");
    imap_response_free(answer);
    return good;
}

static int search(imap_conn *conn) {
    imap_response *answer;
    const uint32_t *numbers;
    size_t count = 0;
    int good = went(conn, "search UNSEEN", imap_cmd_search(conn, NULL, "UNSEEN", 0, &answer), IMAP_OK) &&
        imap_numbers_get(imap_response_row(answer, 0), &numbers, &count) == IMAP_OK;
    printf("  %u found:", (unsigned)count);
    for (size_t i = 0; good && i < count; i++)
        printf(" %u", (unsigned)numbers[i]);
    putchar('\n');
    imap_response_free(answer);
    return good;
}

/* Siblings in a loop, answers to a message one level deeper. */
static void print_threads(const imap_response *row, uint32_t node, int depth) {
    imap_thread_node t;
    for (; imap_thread_get(row, node, &t, sizeof t) == IMAP_OK; node = t.next) {
        if (t.child != 0 || depth > 0) { /* leaves out threads of one message */
            if (t.number != 0)
                printf("  %*s%u\n", 2 * depth, "", (unsigned)t.number);
            else
                printf("  %*s(not in this mailbox)\n", 2 * depth, "");
        }
        print_threads(row, t.child, depth + 1);
    }
}

static int threads(imap_conn *conn) {
    imap_response *answer;
    int good = went(conn, "thread", imap_cmd_thread(conn, "REFERENCES", NULL, "ALL", 0, &answer), IMAP_OK);
    print_threads(imap_response_row(answer, 0), IMAP_ROOT, 0);
    imap_response_free(answer);
    return good;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) && heading("capabilities") && capabilities(conn) &&
        went(conn, "examine INBOX", imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, NULL), IMAP_OK) &&
        heading("messages") && messages(conn) && heading("an attachment") && attachment(conn) &&
        heading("mailboxes") && mailboxes(conn) && status(conn) && heading("numbers") && search(conn) &&
        heading("conversations") && threads(conn);
    return finish(conn, good);
}
