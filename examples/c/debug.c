/* Looking at the traffic: the trace, which is imaplib's debug and print_log; versions; and Int2AP, which imaplib makes
 * its tags with.
 *
 *     tests/examples/run --show debug
 *
 * The library prints nothing by itself: it keeps the last lines, passwords masked, for whoever asks. */
#include "support.h"

/* What print_log prints. The time of each line is there too; here it is only checked. */
static int print_log(imap_conn *conn) {
    int64_t when, before = 0;
    const char *line;
    size_t len;
    int in_order = 1;
    for (int i = 0; imap_trace_line(conn, i, &line, &len, &when) == IMAP_OK; i++) {
        printf("  %.*s\n", (int)len, line);
        in_order = in_order && when >= before;
        before = when;
    }
    printf("  (%d lines, in order of time: %s)\n", imap_trace_count(conn), in_order ? "yes" : "no");
    return in_order;
}

static int print_versions(void) {
    printf("library and header agree: %s\n", imap_version_number() == IMAP4_VERSION_NUMBER &&
            strcmp(imap_version_string(), IMAP4_VERSION_STRING) == 0 ? "yes" : "no");
    printf("this build can do TLS: %s, magic: %s\n", imap_has_feature("tls") ? "yes" : "no",
        imap_has_feature("magic") ? "yes" : "no");
    return 1;
}

static int print_int_to_ap(uint64_t number) {
    char text[IMAP_INT_TO_AP_SIZE];
    if (imap_int_to_ap(number, text, sizeof text) != IMAP_OK)
        return 0;
    printf("Int2AP of %lu: \"%s\"\n", (unsigned long)number, text);
    return 1;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = print_versions() && print_int_to_ap(0) && print_int_to_ap(4711) && open_scenario(&conn, "BASIC") &&
        heading("level 1: commands and status lines") && log_in(conn) &&
        went(conn, "select", imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK) && print_log(conn) &&
        heading("level 3: every line") && imap_trace_clear(conn) == IMAP_OK &&
        imap_set_int(conn, IMAP_OPT_TRACE_LEVEL, 3) == IMAP_OK &&
        went(conn, "fetch", imap_cmd_fetch(conn, "1", "(UID FLAGS BODY[])", 0, NULL), IMAP_OK) && print_log(conn) &&
        heading("level 0: nothing") && imap_trace_clear(conn) == IMAP_OK &&
        imap_set_int(conn, IMAP_OPT_TRACE_LEVEL, 0) == IMAP_OK &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK) && print_log(conn);
    return finish(conn, good);
}
