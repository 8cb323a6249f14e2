/* Beyond the commands that have functions: xatom, commands with typed arguments, as text, by UID; ID, ENABLE; and
 * octets past the engine.
 *
 *     tests/examples/run --show extension
 *
 * A command the library does not know is sent all the same; its answer is read like any other. */
#include "support.h"

static int identify(imap_conn *conn) {
    const char *const pairs[] = {"name", "extension example", "version", "1"};
    imap_response *answer;
    const char *name, *literal;
    size_t len, literal_len;
    int good = went(conn, "id", imap_cmd_id(conn, pairs, 4, &answer), IMAP_OK) &&
        imap_response_item(answer, "ID", 0, &name, &len, &literal, &literal_len) == IMAP_OK;
    printf("  the server names itself: %s\n", good && strstr(name, "\"name\"") != NULL ? "yes" : "no");
    imap_response_free(answer);
    return good;
}

static int metadata(imap_conn *conn) {
    imap_response *answer;
    const imap_arg args[] = {
        {"INBOX", 5, IMAP_ARG_MAILBOX, 0},      {NULL, 0, IMAP_ARG_LIST_OPEN, 0},
        {"/private/comment", 16, IMAP_ARG_ATOM, 0}, {"a \"quoted\" word", 15, IMAP_ARG_STRING, 0},
        {NULL, 0, IMAP_ARG_LIST_CLOSE, 0},
    };
    int good = went(conn, "SETMETADATA with arguments", imap_command(conn, "SETMETADATA", args, 5, NULL), IMAP_OK) &&
        went(conn, "xatom", imap_cmd_xatom(conn, "GETMETADATA", "INBOX /private/comment", &answer), IMAP_OK);
    if (good) {
        print_items(answer, "METADATA");
        imap_response_free(answer);
    }
    return good &&
        went(conn, "the same as text", imap_command_text(conn, "GETMETADATA INBOX /private/comment", NULL), IMAP_OK) &&
        went(conn, "xatom XNOSUCH", imap_cmd_xatom(conn, "XNOSUCH", NULL, NULL), IMAP_BAD) &&
        went(conn, "text with a line end in it", imap_command_text(conn, "NOOP\r\na LOGOUT", NULL), IMAP_ERR_ARGUMENT);
}

static int by_uid(imap_conn *conn) {
    imap_response *answer;
    return went(conn, "examine INBOX", imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, NULL), IMAP_OK) &&
        shown(conn, "uid FETCH", imap_cmd_uid(conn, "FETCH", "1:2 (RFC822.SIZE)", &answer), &answer) &&
        went(conn, "uid XNEVER", imap_cmd_uid(conn, "XNEVER", "1", NULL), IMAP_ERR_UNSUPPORTED) &&
        went(conn, "unselect", imap_cmd_unselect(conn, NULL), IMAP_OK);
}

static int switch_on(imap_conn *conn) {
    int good = went(conn, "enable CONDSTORE", imap_cmd_enable(conn, "CONDSTORE", NULL), IMAP_OK);
    printf("  UTF-8 mode: %s\n", imap_utf8_enabled(conn) ? "on" : "off");
    return good;
}

/* imaplib's send, readline and read, between commands. */
static int raw(imap_conn *conn) {
    const char *line;
    size_t len;
    int good = went(conn, "raw send", imap_raw_send(conn, "x1 NOOP\r\nx2 NOOP\r\n", 18), IMAP_OK) &&
        went(conn, "raw readline", imap_raw_readline(conn, &line, &len), IMAP_OK);
    if (good)
        printf("  begins with \"%.5s\"\n", line);
    good = good && went(conn, "raw read of 5 octets", imap_raw_read(conn, 5, &line, &len), IMAP_OK);
    if (good)
        printf("  \"%.*s\"\n", (int)len, line);
    return good && went(conn, "raw readline of the rest", imap_raw_readline(conn, &line, &len), IMAP_OK);
}

/* UTF-8 mode (RFC 6855): names and text go out as UTF-8, SEARCH takes no charset. */
static int utf8_mode(void) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    const char *text = "Subject: Grüße\r\n\r\n日本\r\n";
    int good = heading("UTF8=ACCEPT") && open_scenario(&conn, "UTF8_ACCEPT") && log_in(conn) &&
        went(conn, "enable UTF8=ACCEPT", imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), IMAP_OK);
    printf("  UTF-8 mode: %s\n", imap_utf8_enabled(conn) ? "on" : "off");
    good = good && shown(conn, "list", imap_cmd_list(conn, NULL, NULL, &answer), &answer) &&
        went(conn, "append", imap_cmd_append(conn, "Entwürfe", NULL, NULL, text, strlen(text), 0, NULL), IMAP_OK) &&
        went(conn, "select", imap_cmd_select(conn, "Entwürfe", 0, NULL), IMAP_OK) &&
        went(conn, "search with a charset", imap_cmd_search(conn, "UTF-8", "ALL", 0, NULL), IMAP_ERR_ARGUMENT) &&
        shown(conn, "search", imap_cmd_search(conn, NULL, "SUBJECT \"Grüße\"", 0, &answer), &answer);
    return finish(conn, good) == EXIT_SUCCESS;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) && heading("ID") && identify(conn) && heading("METADATA") &&
        metadata(conn) && heading("ENABLE") && switch_on(conn) && heading("UID") && by_uid(conn) && heading("raw") &&
        raw(conn);
    good = finish(conn, good) == EXIT_SUCCESS && good;
    return good && utf8_mode() ? EXIT_SUCCESS : EXIT_FAILURE;
}
