/* Annotations of a mailbox, as the draft ANNOTATEMORE has them and Cyrus speaks them. METADATA (RFC 5464) is their
 * successor.
 *
 *     tests/examples/run --show annotation
 *
 * Entries and attributes are given as the draft writes them, quoted. */
#include "support.h"

static int set(imap_conn *conn, const char *attributes) {
    imap_response *answer;
    int rc = imap_cmd_setannotation(conn, "INBOX", "\"/comment\"", attributes, &answer);
    return shown(conn, "setannotation", rc, &answer);
}

static int get(imap_conn *conn) {
    imap_response *answer;
    int rc = imap_cmd_getannotation(conn, "INBOX", "\"/comment\"", "\"value.priv\"", &answer);
    return shown(conn, "getannotation", rc, &answer);
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) &&
        set(conn, "(\"value.priv\" \"my first \\\"note\\\"\")") && get(conn) && heading("taken away") &&
        set(conn, "(\"value.priv\" NIL)") && get(conn);
    return finish(conn, good);
}
