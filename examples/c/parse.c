/* Responses without a connection: reads what a server once said, from a capture or a log, and tells what it was.
 *
 *     parse FILE      the server's octets as they came, lines with CRLF; without FILE, or with -, standard input
 *     tests/examples/run --show parse
 *
 * All views work on what imap_response_parse gives. */
#include "support.h"

#define PIECE 256 /* octets read at a time; small, so that responses come in several pieces here too */

struct input {
    FILE *file;
    char *octets;
    size_t len, room;
};

/* Reads a piece more. 0 at the end, or if there is no memory for it. */
static int read_more(struct input *in) {
    if (in->room - in->len < PIECE) {
        size_t room = in->room * 2 + PIECE;
        char *octets = realloc(in->octets, room);
        if (octets == NULL)
            return 0;
        in->octets = octets;
        in->room = room;
    }
    size_t n = fread(in->octets + in->len, 1, PIECE, in->file);
    in->len += n;
    return n > 0;
}

static void drop_first(struct input *in, size_t used) {
    memmove(in->octets, in->octets + used, in->len - used);
    in->len -= used;
}

static void tell_fetch(const imap_response *response) {
    imap_fetch f;
    imap_envelope e;
    imap_section s;
    char subject[200];
    if (imap_fetch_get(response, &f, sizeof f) != IMAP_OK)
        return;
    if (f.has & IMAP_FETCH_UID)
        printf(", UID %u", (unsigned)f.uid);
    if (f.has & IMAP_FETCH_FLAGS)
        printf(", %s", f.flags & IMAP_SEEN ? "seen" : "new");
    if (imap_envelope_get(response, f.envelope, &e, sizeof e) == IMAP_OK && e.subject != NULL &&
        imap_header_decode(e.subject, e.subject_len, subject, sizeof subject, NULL) == IMAP_OK)
        printf(", subject %s", subject);
    for (uint32_t i = 0; imap_section_get(response, i, &s, sizeof s) == IMAP_OK; i++)
        printf(", %s of %u octets", s.item, (unsigned)s.len);
}

static void tell(const imap_response *response) {
    uint32_t number;
    imap_list_entry m;
    imap_code c;
    const uint32_t *numbers;
    size_t count;
    printf("%s", imap_response_name(response));
    if (imap_response_number(response, &number) == IMAP_OK)
        printf(" %u", (unsigned)number);
    switch (imap_response_kind(response)) {
    case IMAP_KIND_FETCH: tell_fetch(response); break;
    case IMAP_KIND_CONTINUATION: printf("+"); break; /* has no name */
    case IMAP_KIND_LIST:
        if (imap_list_get(response, &m, sizeof m) == IMAP_OK)
            printf(" %s", m.name_utf8);
        break;
    case IMAP_KIND_SEARCH:
        if (imap_numbers_get(response, &numbers, &count) == IMAP_OK)
            printf(" of %u messages", (unsigned)count);
        break;
    default:
        if (imap_code_get(response, &c, sizeof c) == IMAP_OK)
            printf(" [%s]", c.name);
    }
    printf("%s\n", imap_response_malformed(response) ? ", and more that fits no rule" : "");
}

/* One response after the other. A whole one is taken at once; else more is read. */
static int tell_all(struct input *in) {
    imap_response *response;
    size_t used;
    int rc;
    for (;;) {
        while ((rc = imap_response_parse(in->octets, in->len, NULL, &response, &used)) == IMAP_OK) {
            tell(response);
            imap_response_free(response);
            drop_first(in, used);
        }
        if (rc != IMAP_AGAIN) {
            printf("%s\n", imap_error_name(rc));
            return 0;
        }
        if (!read_more(in))
            break;
    }
    if (in->len > 0)
        printf("the rest, %u octets, is the beginning of a response\n", (unsigned)in->len);
    return !ferror(in->file);
}

int main(int argc, char **argv) {
    int is_file = argc > 1 && strcmp(argv[1], "-") != 0;
    struct input in = {is_file ? fopen(argv[1], "rb") : stdin, NULL, 0, 0};
    if (in.file == NULL) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    int good = tell_all(&in);
    free(in.octets);
    if (is_file)
        fclose(in.file);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
