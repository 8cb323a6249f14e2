/* Organising: flags in all forms, copy, move, and removing for good, by message number and by UID.
 *
 *     tests/examples/run --show organise
 *
 * Message numbers move up when a message before them is removed; UIDs stay. EXPUNGE removes every message marked
 * \Deleted, with a set of UIDs only those. */
#include "support.h"

static int fill(imap_conn *conn) {
    for (int i = 1; i <= 8; i++) {
        char message[100];
        int len = snprintf(message, sizeof message, "Subject: message %d\r\n\r\nText.\r\n", i);
        if (imap_cmd_append(conn, "Example", NULL, NULL, message, (size_t)len, 0, NULL) != IMAP_OK)
            return went(conn, "append", imap_last_error(conn), IMAP_OK);
    }
    printf("append: 8 messages\n");
    return 1;
}

static int store(imap_conn *conn, const char *set, const char *command, const char *flags, int options) {
    imap_response *answer;
    char what[120];
    snprintf(what, sizeof what, "%sstore %s %s %s", options & IMAP_UID ? "uid " : "", set, command, flags);
    return shown(conn, what, imap_cmd_store(conn, set, command, flags, options, &answer), &answer);
}

/* The code COPYUID tells which UID became which. Its first argument, UIDVALIDITY, is of no interest here. */
static int print_copyuid(imap_conn *conn, const char *what, int rc, imap_response *answer) {
    const char *name, *argument, *sets = NULL;
    size_t name_len, argument_len;
    int good = went(conn, what, rc, IMAP_OK);
    if (imap_response_code(answer, &name, &name_len, &argument, &argument_len) == IMAP_OK && argument != NULL)
        sets = strchr(argument, ' ');
    imap_response_free(answer);
    if (sets != NULL)
        printf("  COPYUID%s\n", sets);
    return good;
}

static int copy(imap_conn *conn, const char *what, const char *set, int flags) {
    imap_response *answer;
    int rc = imap_cmd_copy(conn, set, "Example/Kept", flags, &answer);
    return print_copyuid(conn, what, rc, answer);
}

/* A MOVE's COPYUID comes in an untagged OK, before the messages go: imaplib's response("COPYUID"). */
static int move(imap_conn *conn, const char *what, const char *set, int flags) {
    imap_response *told;
    const char *text, *literal;
    size_t len, literal_len;
    if (imap_untagged(conn, "COPYUID", &told) == IMAP_OK) /* what earlier commands left there */
        imap_response_free(told);
    int good = went(conn, what, imap_cmd_move(conn, set, "Example/Kept", flags, NULL), IMAP_OK) &&
        imap_untagged(conn, "COPYUID", &told) == IMAP_OK;
    if (!good)
        return 0;
    if (imap_response_item(told, NULL, 0, &text, &len, &literal, &literal_len) == IMAP_OK && strchr(text, ' ') != NULL)
        printf("  COPYUID%s\n", strchr(text, ' '));
    imap_response_free(told);
    return 1;
}

static int expunge(imap_conn *conn, const char *what, const char *uids) {
    imap_response *answer;
    int good = went(conn, what, imap_cmd_expunge(conn, uids, &answer), IMAP_OK);
    /* UID EXPUNGE has no items in imaplib's view; asked for by name they are there. */
    print_items(answer, "EXPUNGE");
    imap_response_free(answer);
    return good;
}

static int what_is_left(imap_conn *conn) {
    imap_response *answer;
    return shown(conn, "uid search ALL", imap_cmd_search(conn, NULL, "ALL", IMAP_UID, &answer), &answer);
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK) &&
        went(conn, "create Example/Kept", imap_cmd_create(conn, "Example/Kept", NULL), IMAP_OK) && fill(conn) &&
        went(conn, "select Example", imap_cmd_select(conn, "Example", 0, NULL), IMAP_OK) && heading("flags") &&
        store(conn, "1:2", "FLAGS", "(\\Answered \\Draft)", 0) && store(conn, "1", "+FLAGS", "\\Flagged", 0) &&
        store(conn, "1", "-FLAGS", "(\\Draft)", 0) && store(conn, "1", "+FLAGS.SILENT", "\\Seen", 0) &&
        store(conn, "2", "-FLAGS", "\\Draft", IMAP_UID) && heading("copy and move") &&
        copy(conn, "copy 1:2", "1:2", 0) && copy(conn, "uid copy 3", "3", IMAP_UID) && move(conn, "move 1", "1", 0) &&
        move(conn, "uid move 2", "2", IMAP_UID) && what_is_left(conn) && heading("remove") &&
        store(conn, "1:4", "+FLAGS.SILENT", "\\Deleted", 0) && expunge(conn, "uid expunge 4:5", "4:5") &&
        what_is_left(conn) && expunge(conn, "expunge", NULL) && what_is_left(conn) && heading("end") &&
        went(conn, "copy to a mailbox that does not exist", imap_cmd_copy(conn, "1", "Nowhere", 0, NULL), IMAP_NO) &&
        went(conn, "close", imap_cmd_close(conn, NULL), IMAP_OK) &&
        went(conn, "delete Example/Kept", imap_cmd_delete(conn, "Example/Kept", NULL), IMAP_OK) &&
        went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK);
    return finish(conn, good);
}
