/* Fetching: items as imaplib gives them, with literals; the same by the tree view; flags and dates; and PARTIAL.
 *
 *     tests/examples/run --show fetch
 *
 * BODY.PEEK leaves \Seen alone, BODY does not. A response outlives its connection. */
#include "support.h"

/* imaplib's view: header, literal, and what follows the literal. */
static int plain(imap_conn *conn, const char *set, const char *items, int flags) {
    imap_response *answer;
    char what[120];
    snprintf(what, sizeof what, "%sfetch %s %s", flags & IMAP_UID ? "uid " : "", set, items);
    return shown(conn, what, imap_cmd_fetch(conn, set, items, flags, &answer), &answer);
}

/* A node and all below it, as an outline. */
static void print_tree(const imap_response *row, uint32_t node, int depth) {
    for (; node != 0; node = imap_node_next(row, node)) {
        const char *text;
        size_t len;
        uint64_t number;
        printf("%*s", 2 + 2 * depth, "");
        switch (imap_node_kind(row, node)) {
        case IMAP_NODE_LIST:
            printf("list of %u\n", (unsigned)imap_node_count(row, node));
            print_tree(row, imap_node_first(row, node), depth + 1);
            break;
        case IMAP_NODE_NIL: printf("NIL\n"); break;
        case IMAP_NODE_NUMBER:
            if (imap_node_number(row, node, &number) == IMAP_OK)
                printf("number %u\n", (unsigned)number);
            break;
        default:
            if (imap_node_text(row, node, &text, &len) == IMAP_OK)
                printf("%s \"%.*s\"\n", imap_node_kind(row, node) == IMAP_NODE_ATOM ? "atom" : "text", (int)len, text);
        }
    }
}

static int as_tree(imap_conn *conn) {
    imap_response *answer;
    int good = went(conn, "fetch 2 ENVELOPE", imap_cmd_fetch(conn, "2", "ENVELOPE", 0, &answer), IMAP_OK);
    const imap_response *row = imap_response_row(answer, 0);
    uint32_t data = imap_node_at(row, IMAP_ROOT, 2); /* 2 FETCH (ENVELOPE (…)) */
    uint32_t envelope = imap_node_find(row, data, "envelope");
    const char *raw;
    size_t len;
    print_tree(row, imap_node_first(row, envelope), 0);
    if (imap_node_raw(row, imap_node_at(row, envelope, 1), &raw, &len) == IMAP_OK)
        printf("  the subject as sent: %.*s\n", (int)len, raw);
    good = good && envelope != 0 && !imap_response_malformed(row);
    imap_response_free(answer);
    return good;
}

/* The rows of an answer: numbers, order, and one that is kept longer than the rest. */
static int as_rows(imap_conn *conn, imap_response **kept) {
    imap_response *answer;
    uint32_t number;
    int good = went(conn, "fetch 3:4 UID", imap_cmd_fetch(conn, "3:4", "UID", 0, &answer), IMAP_OK);
    uint64_t arrival = 0;
    for (size_t i = 0; i < imap_response_row_count(answer); i++) {
        const imap_response *row = imap_response_row(answer, i);
        const char *raw;
        size_t len;
        if (imap_response_number(row, &number) != IMAP_OK || imap_response_raw(row, &raw, &len) != IMAP_OK)
            return 0;
        printf("  message %u, %s, %d octets, later than the one before: %s\n", (unsigned)number,
            imap_response_name(row), (int)len, imap_response_arrival(row) > arrival ? "yes" : "no");
        arrival = imap_response_arrival(row);
    }
    good = good && imap_response_keep(imap_response_row(answer, 1), kept) == IMAP_OK;
    imap_response_free(answer);
    return good;
}

/* imaplib's ParseFlags and Internaldate2tuple take the text of an item as it is. */
static int flags_and_date(imap_conn *conn) {
    imap_response *answer, *flags = NULL;
    const char *text, *flag, *literal;
    size_t len, flag_len, literal_len;
    int64_t seconds;
    int32_t offset_min;
    int good = went(conn, "fetch 6 (FLAGS INTERNALDATE)",
        imap_cmd_fetch(conn, "6", "(FLAGS INTERNALDATE)", 0, &answer), IMAP_OK) &&
        imap_response_item(answer, NULL, 0, &text, &len, &literal, &literal_len) == IMAP_OK &&
        imap_flags_parse(text, len, &flags) == IMAP_OK &&
        imap_internaldate_parse(text, len, &seconds, &offset_min) == IMAP_OK;
    size_t count = imap_response_item_count(flags, NULL);
    for (size_t i = 0; good && i < count; i++)
        if (imap_response_item(flags, NULL, i, &flag, &flag_len, &literal, &literal_len) == IMAP_OK &&
            strcmp(flag, "\\Recent") != 0) /* of the first session that sees a message; gone with the next */
            printf("  flag %s\n", flag);
    if (good)
        printf("  %ld seconds after 1970, written %d minutes east of UTC\n", (long)seconds, (int)offset_min);
    imap_response_free(flags);
    imap_response_free(answer);
    return good;
}

/* PARTIAL (RFC 1730), which no server of today speaks; FETCH of BODY[]<start.length> took its place. */
static int partial(void) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    int good = heading("PARTIAL") && open_scenario(&conn, "PARTIAL") && log_in(conn) &&
        went(conn, "select", imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK) &&
        shown(conn, "partial 1 RFC822.TEXT 1 10", imap_cmd_partial(conn, "1", "RFC822.TEXT", 1, 10, &answer), &answer);
    return finish(conn, good) == EXIT_SUCCESS;
}

int main(void) {
    imap_conn *conn = NULL;
    imap_response *kept = NULL;
    const char *header = "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])";
    int good = open_server(&conn) && log_in(conn) &&
        went(conn, "examine INBOX", imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, NULL), IMAP_OK) &&
        heading("items and literals") && plain(conn, "1:3", "RFC822.SIZE", 0) && plain(conn, "1:2", header, 0) &&
        plain(conn, "1", "(UID BODY.PEEK[TEXT]<7.20> RFC822.SIZE)", 0) && plain(conn, "4", "BODY.PEEK[1]", IMAP_UID) &&
        heading("the tree") && as_tree(conn) && heading("rows") && as_rows(conn, &kept) && heading("flags and dates") &&
        flags_and_date(conn) && heading("refused") &&
        went(conn, "fetch 1 NONSENSE", imap_cmd_fetch(conn, "1", "NONSENSE", 0, NULL), IMAP_BAD) &&
        went(conn, "fetch one", imap_cmd_fetch(conn, "one", "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT);
    good = finish(conn, good) == EXIT_SUCCESS && good;
    if (kept != NULL)
        printf("kept beyond the connection: %s\n", imap_response_name(kept));
    imap_response_free(kept);
    return good && partial() ? EXIT_SUCCESS : EXIT_FAILURE;
}
