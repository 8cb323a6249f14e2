/* Selecting a mailbox: for writing, for reading, what it tells, what is new in it, and leaving it.
 *
 *     tests/examples/run --show select
 *
 * CLOSE removes the messages marked \Deleted, UNSELECT does not. The last part shows mailboxes that are read-only
 * though writing was asked for. */
#include "support.h"

static int append(imap_conn *conn, const char *subject) {
    char message[200];
    int len = snprintf(message, sizeof message, "Subject: %s\r\n\r\nA text.\r\n", subject);
    return went(conn, "append", imap_cmd_append(conn, "Example", NULL, NULL, message, (size_t)len, 0, NULL), IMAP_OK);
}

/* imaplib's response(code): what the server said beside the answer. */
static int print_told(imap_conn *conn, const char *name) {
    imap_response *told;
    const char *text, *literal;
    size_t len, literal_len;
    int rc = imap_untagged(conn, name, &told);
    for (size_t i = 0; imap_response_item(told, NULL, i, &text, &len, &literal, &literal_len) == IMAP_OK; i++)
        printf("  told %s: \"%.*s\"\n", name, (int)len, text);
    imap_response_free(told);
    return rc == IMAP_OK;
}

static int recent(imap_conn *conn) {
    imap_response *answer;
    int good = went(conn, "recent", imap_cmd_recent(conn, &answer), IMAP_OK);
    if (imap_response_item_count(answer, NULL) == 0)
        printf("  nothing new\n");
    print_items(answer, NULL);
    imap_response_free(answer);
    return good;
}

/* What no command asked for waits as events. */
static int print_events(imap_conn *conn) {
    imap_response *event;
    while (imap_event_next(conn, &event) == IMAP_OK) {
        uint32_t number;
        if (imap_response_number(event, &number) == IMAP_OK)
            printf("  event: %u %s\n", (unsigned)number, imap_response_name(event));
        imap_response_free(event);
    }
    return 1;
}

/* Somebody else adds a message meanwhile. */
static int somebody_else_appends(void) {
    imap_conn *other = NULL;
    int good = heading("another connection") && open_server(&other) && log_in(other) && append(other, "third");
    return finish(other, good) == EXIT_SUCCESS && heading("the first connection");
}

static int print_access(imap_conn *conn) {
    const char *state = imap_state_name(imap_conn_state(conn));
    printf("  state %s, read-only: %s\n", state, imap_is_readonly(conn) ? "yes" : "no");
    return 1;
}

static int count(imap_conn *conn) {
    imap_response *answer = NULL;
    return shown(conn, "status", imap_cmd_status(conn, "Example", "MESSAGES", &answer), &answer);
}

static int write_and_leave(imap_conn *conn) {
    imap_response *answer = NULL;
    return went(conn, "select Nowhere", imap_cmd_select(conn, "Nowhere", 0, NULL), IMAP_NO) &&
        shown(conn, "select Example", imap_cmd_select(conn, "Example", 0, &answer), &answer) && print_access(conn) &&
        print_told(conn, "READ-WRITE") && print_told(conn, "UIDVALIDITY") && print_told(conn, "PERMANENTFLAGS") &&
        recent(conn) && recent(conn) && somebody_else_appends() &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK) && print_events(conn) &&
        went(conn, "check", imap_cmd_check(conn, NULL), IMAP_OK) &&
        went(conn, "mark 1 deleted", imap_cmd_store(conn, "1", "+FLAGS.SILENT", "\\Deleted", 0, NULL), IMAP_OK) &&
        went(conn, "unselect", imap_cmd_unselect(conn, NULL), IMAP_OK) && print_access(conn) && count(conn) &&
        went(conn, "select Example", imap_cmd_select(conn, "Example", 0, NULL), IMAP_OK) &&
        went(conn, "close", imap_cmd_close(conn, NULL), IMAP_OK) && print_access(conn) && count(conn);
}

static int read_only(imap_conn *conn) {
    imap_response *answer = NULL;
    return shown(conn, "examine Example", imap_cmd_select(conn, "Example", IMAP_EXAMINE, &answer), &answer) &&
        print_access(conn) && went(conn, "close", imap_cmd_close(conn, NULL), IMAP_OK);
}

/* SELECT gave a mailbox that can only be read: it is selected, and the return code says so. */
static int became_read_only_at_once(void) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    int good = heading("a mailbox that can only be read") && open_scenario(&conn, "READONLY_SELECT") && log_in(conn) &&
        went(conn, "select", imap_cmd_select(conn, "INBOX", 0, &answer), IMAP_READONLY) && print_access(conn);
    print_items(answer, NULL);
    imap_response_free(answer);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* It turns read-only later: what would write is refused unsent until somebody has taken note. */
static int became_read_only_later(void) {
    imap_conn *conn = NULL;
    int good = heading("a mailbox that becomes read-only later") && open_scenario(&conn, "READONLY_LATER") &&
        log_in(conn) &&
        went(conn, "select", imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK) && print_access(conn) &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK) && print_access(conn) &&
        went(conn, "store", imap_cmd_store(conn, "1", "+FLAGS", "\\Seen", 0, NULL), IMAP_ERR_READONLY) &&
        print_told(conn, "READ-ONLY") &&
        went(conn, "store", imap_cmd_store(conn, "1", "+FLAGS", "\\Seen", 0, NULL), IMAP_NO);
    return finish(conn, good) == EXIT_SUCCESS;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK) && append(conn, "first") &&
        append(conn, "second") && write_and_leave(conn) && read_only(conn) &&
        went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK);
    good = finish(conn, good) == EXIT_SUCCESS && good;
    good = good && became_read_only_at_once() && became_read_only_later();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
