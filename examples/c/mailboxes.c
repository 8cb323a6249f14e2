/* Mailboxes: create, list, subscribe, status, rename, delete, and names that are not ASCII.
 *
 *     tests/examples/run --show mailboxes
 *
 * Names are UTF-8 on this side and modified UTF-7 on the wire. LIST hands names out as the server wrote them: decode
 * them to show them, and send them back as they are. */
#include "support.h"

/* The personal namespace: its prefix and the hierarchy's delimiter, by the tree view. */
static int show_namespace(imap_conn *conn) {
    imap_response *answer;
    int good = went(conn, "namespace", imap_cmd_namespace(conn, &answer), IMAP_OK);
    const imap_response *row = imap_response_row(answer, 0);
    uint32_t personal = imap_node_at(row, IMAP_ROOT, 1); /* NAMESPACE (("" "/")) … */
    uint32_t first = imap_node_first(row, personal);
    const char *prefix, *delimiter;
    size_t prefix_len, delimiter_len;
    if (good && imap_node_text(row, imap_node_at(row, first, 0), &prefix, &prefix_len) == IMAP_OK &&
        imap_node_text(row, imap_node_at(row, first, 1), &delimiter, &delimiter_len) == IMAP_OK)
        printf("  personal: prefix \"%s\", delimiter \"%s\"\n", prefix, delimiter);
    else
        good = 0;
    imap_response_free(answer);
    return good;
}

/* Prints the names of a LIST or LSUB answer in UTF-8. */
static int print_names(imap_conn *conn, const char *what, int rc, imap_response *answer) {
    int good = went(conn, what, rc, IMAP_OK);
    for (size_t i = 0; good && i < imap_response_row_count(answer); i++) {
        const imap_response *row = imap_response_row(answer, i);
        const char *name;
        size_t len;
        char utf8[400];
        if (imap_node_text(row, imap_node_at(row, IMAP_ROOT, 3), &name, &len) != IMAP_OK) /* LIST (flags) "/" name */
            good = 0;
        else if (imap_utf7_decode(name, len, utf8, sizeof utf8, NULL) == IMAP_OK)
            printf("  %s\n", utf8);
        else
            printf("  %s\n", name); /* not modified UTF-7: a name to be shown as it is */
    }
    imap_response_free(answer);
    return good;
}

static int list(imap_conn *conn) {
    imap_response *answer;
    int rc = imap_cmd_list(conn, "", "Example*", &answer);
    return print_names(conn, "list Example*", rc, answer);
}

static int lsub(imap_conn *conn) {
    imap_response *answer;
    int rc = imap_cmd_lsub(conn, "", "Example*", &answer);
    return print_names(conn, "lsub Example*", rc, answer);
}

/* Sends a name back exactly as LIST gave it. */
static int status_of_listed_name(imap_conn *conn) {
    imap_response *listed, *answer = NULL;
    const char *name = NULL;
    size_t len = 0;
    int good = went(conn, "list Example/%", imap_cmd_list(conn, "", "Example/%", &listed), IMAP_OK);
    const imap_response *row = imap_response_row(listed, 0);
    if (good && imap_node_text(row, imap_node_at(row, IMAP_ROOT, 3), &name, &len) == IMAP_OK) {
        imap_arg args[] = {{name, len, IMAP_ARG_MAILBOX_RAW, 0}, {"MESSAGES", 8, IMAP_ARG_ITEMS, 0}};
        printf("  on the wire: %s\n", name);
        good = shown(conn, "status of that name", imap_command(conn, "STATUS", args, 2, &answer), &answer);
    }
    imap_response_free(listed);
    return good && name != NULL;
}

static int encode(void) {
    const char *name = "Entwürfe & Café";
    char wire[80], back[80];
    size_t len;
    if (imap_utf7_encode(name, strlen(name), wire, sizeof wire, &len) != IMAP_OK ||
        imap_utf7_decode(wire, len, back, sizeof back, NULL) != IMAP_OK)
        return 0;
    printf("%s is %s on the wire\n", back, wire);
    return 1;
}

int main(void) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    int good = encode() && open_server(&conn) && log_in(conn) && show_namespace(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK) &&
        went(conn, "create Example/Café", imap_cmd_create(conn, "Example/Café", NULL), IMAP_OK) &&
        went(conn, "create it again", imap_cmd_create(conn, "Example/Café", NULL), IMAP_NO) &&
        went(conn, "subscribe Example/Café", imap_cmd_subscribe(conn, "Example/Café", NULL), IMAP_OK) &&
        list(conn) && lsub(conn) && status_of_listed_name(conn) &&
        went(conn, "unsubscribe Example/Café", imap_cmd_unsubscribe(conn, "Example/Café", NULL), IMAP_OK) &&
        lsub(conn) &&
        went(conn, "rename it to Example/Tea & 日本", imap_cmd_rename(conn, "Example/Café", "Example/Tea & 日本", NULL),
            IMAP_OK) &&
        list(conn) &&
        shown(conn, "status INBOX", imap_cmd_status(conn, "INBOX", "MESSAGES UNSEEN", &answer), &answer) &&
        went(conn, "status Example/Café", imap_cmd_status(conn, "Example/Café", "MESSAGES", NULL), IMAP_NO) &&
        went(conn, "delete Example/Tea & 日本", imap_cmd_delete(conn, "Example/Tea & 日本", NULL), IMAP_OK) &&
        went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK) && list(conn);
    return finish(conn, good);
}
