/* Rights on mailboxes (RFC 4314): set, get, one's own, delete.
 *
 *     tests/examples/run --show acl
 *
 * Rights are letters: l is seen by LIST, r may be read, s keeps \Seen, w flags, i insert, … */
#include "support.h"

/* Prints what one user may do, by the tree view: ACL mailbox who rights who rights … */
static int rights_of(imap_conn *conn, const char *who) {
    imap_response *answer;
    const char *name, *rights = "none";
    size_t len;
    int good = went(conn, "getacl", imap_cmd_getacl(conn, "Example", &answer), IMAP_OK);
    const imap_response *row = imap_response_row(answer, 0);
    for (uint32_t i = 2; good && i + 1 < imap_node_count(row, IMAP_ROOT); i += 2) {
        uint32_t node = imap_node_at(row, IMAP_ROOT, i);
        if (imap_node_text(row, node, &name, &len) == IMAP_OK && strcmp(name, who) == 0)
            good = imap_node_text(row, imap_node_next(row, node), &rights, &len) == IMAP_OK;
    }
    printf("  %s: %s\n", who, rights != NULL ? rights : "?");
    imap_response_free(answer);
    return good;
}

static int my_rights(imap_conn *conn) {
    imap_response *answer;
    const char *rights = NULL;
    size_t len;
    int good = went(conn, "myrights", imap_cmd_myrights(conn, "Example", &answer), IMAP_OK);
    const imap_response *row = imap_response_row(answer, 0);
    if (imap_node_text(row, imap_node_at(row, IMAP_ROOT, 2), &rights, &len) == IMAP_OK)
        printf("  may read: %s, may administer: %s\n", strchr(rights, 'r') ? "yes" : "no",
            strchr(rights, 'a') ? "yes" : "no");
    imap_response_free(answer);
    return good && rights != NULL;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK) && my_rights(conn) &&
        rights_of(conn, "bob") &&
        went(conn, "setacl bob lrs", imap_cmd_setacl(conn, "Example", "bob", "lrs", NULL), IMAP_OK) &&
        rights_of(conn, "bob") &&
        went(conn, "setacl bob +w", imap_cmd_setacl(conn, "Example", "bob", "+w", NULL), IMAP_OK) &&
        rights_of(conn, "bob") &&
        went(conn, "deleteacl bob", imap_cmd_deleteacl(conn, "Example", "bob", NULL), IMAP_OK) &&
        rights_of(conn, "bob") &&
        went(conn, "getacl Nowhere", imap_cmd_getacl(conn, "Nowhere", NULL), IMAP_NO) &&
        went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK);
    return finish(conn, good);
}
