/* Annotations of a mailbox, as the draft ANNOTATEMORE has them and Cyrus speaks them; METADATA (RFC 5464, see extension)
 * is their successor.
 *
 *     tests/examples/run --show annotation
 *
 * Entries and attributes are given as the draft writes them, quoted. */
#include "support.h"

int main(void) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    const char *comment = "\"/comment\"";
    int good = open_server(&conn) && log_in(conn) &&
        shown(conn, "setannotation",
            imap_cmd_setannotation(conn, "INBOX", comment, "(\"value.priv\" \"my first \\\"note\\\"\")", &answer), &answer) &&
        shown(conn, "getannotation", imap_cmd_getannotation(conn, "INBOX", comment, "\"value.priv\"", &answer), &answer) &&
        shown(conn, "setannotation NIL", imap_cmd_setannotation(conn, "INBOX", comment, "(\"value.priv\" NIL)", &answer),
            &answer) &&
        shown(conn, "getannotation", imap_cmd_getannotation(conn, "INBOX", comment, "\"value.priv\"", &answer), &answer);
    return finish(conn, good);
}
