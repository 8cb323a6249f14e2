/* Searching: SEARCH, SORT and THREAD, by message number and by UID, with text that is not ASCII or comes from a user.
 *
 *     tests/examples/run --show search
 *
 * Criteria are text as in RFC 9051, 6.4.4. What a user typed does not belong into that text: give it as an argument of
 * its own, and the library quotes it. */
#include "support.h"

static int search(imap_conn *conn, const char *charset, const char *criteria, int flags) {
    imap_response *answer;
    char what[120];
    snprintf(what, sizeof what, "%ssearch %s%s%s", flags & IMAP_UID ? "uid " : "", charset != NULL ? charset : "",
        charset != NULL ? " " : "", criteria);
    return shown(conn, what, imap_cmd_search(conn, charset, criteria, flags, &answer), &answer);
}

static int sort(imap_conn *conn, const char *keys, int flags) {
    imap_response *answer;
    char what[120];
    snprintf(what, sizeof what, "%ssort %s", flags & IMAP_UID ? "uid " : "", keys);
    return shown(conn, what, imap_cmd_sort(conn, keys, "UTF-8", "ALL", flags, &answer), &answer);
}

static int thread(imap_conn *conn, const char *algorithm, int flags) {
    imap_response *answer;
    char what[120];
    snprintf(what, sizeof what, "%sthread %s", flags & IMAP_UID ? "uid " : "", algorithm);
    return shown(conn, what, imap_cmd_thread(conn, algorithm, "UTF-8", "ALL", flags, &answer), &answer);
}

/* Whatever somebody typed: quoted, or sent as a literal, never read as criteria. */
static int search_typed(imap_conn *conn, const char *typed, int type) {
    const imap_arg args[] = {
        {"CHARSET", 7, IMAP_ARG_ATOM, 0},
        {"UTF-8", 5, IMAP_ARG_ATOM, 0},
        {"SUBJECT", 7, IMAP_ARG_ATOM, 0},
        {typed, strlen(typed), type, 0},
    };
    imap_response *answer;
    char what[120];
    snprintf(what, sizeof what, "search for the subject >%s<", typed);
    return shown(conn, what, imap_command(conn, "SEARCH", args, 4, &answer), &answer);
}

/* The answer by the tree view: numbers, not text. */
static int add_up(imap_conn *conn) {
    imap_response *answer;
    uint64_t sum = 0, number;
    int good = went(conn, "search ALL", imap_cmd_search(conn, NULL, "ALL", 0, &answer), IMAP_OK);
    for (size_t i = 0; i < imap_response_row_count(answer); i++) {
        const imap_response *row = imap_response_row(answer, i);
        for (uint32_t node = imap_node_first(row, IMAP_ROOT); node != 0; node = imap_node_next(row, node))
            if (imap_node_number(row, node, &number) == IMAP_OK)
                sum += number;
    }
    printf("  their numbers add up to %u\n", (unsigned)sum);
    imap_response_free(answer);
    return good;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) &&
        went(conn, "examine INBOX", imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, NULL), IMAP_OK) &&
        search(conn, NULL, "UNSEEN", 0) && search(conn, NULL, "FROM \"bob\" SINCE 1-Jan-2024", 0) &&
        search(conn, NULL, "SUBJECT \"no such subject\"", 0) && search(conn, NULL, "(OR FLAGGED KEYWORD $Label1)", 0) &&
        search(conn, "UTF-8", "SUBJECT \"Köln\"", 0) && search(conn, NULL, "SUBJECT \"Köln\"", 0) &&
        search_typed(conn, "Lunch on", IMAP_ARG_STRING) && search_typed(conn, "x\" OR \"y", IMAP_ARG_STRING) &&
        search_typed(conn, "Köln", IMAP_ARG_LITERAL) && add_up(conn) && sort(conn, "REVERSE SIZE", 0) &&
        sort(conn, "(ARRIVAL)", 0) && thread(conn, "REFERENCES", 0) && search(conn, NULL, "UID 4:6", IMAP_UID) &&
        sort(conn, "REVERSE SIZE", IMAP_UID) && thread(conn, "REFERENCES", IMAP_UID) &&
        went(conn, "search for a word that is no criterion", imap_cmd_search(conn, NULL, "SEENISH", 0, NULL), IMAP_BAD);
    return finish(conn, good);
}
