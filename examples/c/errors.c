/* What goes wrong, and how it is told: NO and BAD, calls refused before sending, time limits, BYE, TLS, a server that
 * is not there, and a call that was interrupted and goes on.
 *
 *     tests/examples/run --show errors
 *
 * Every return code has a class, named as imaplib names its exceptions. After each call imap_last_message says in one
 * line what happened. */
#include "support.h"

#include <errno.h>

static int explained(imap_conn *conn, const char *what, int rc, int wanted) {
    int good = went(conn, what, rc, wanted);
    printf("  %s: %s\n", imap_error_name(rc), imap_error_text(rc));
    printf("  %s\n", imap_last_message(conn));
    return good;
}

/* The answer of a refused command: its status, its text with the code in front, and without. */
static int refusal(imap_conn *conn) {
    imap_response *answer;
    const char *text, *message;
    size_t text_len, message_len;
    int good = went(conn, "create INBOX", imap_cmd_create(conn, "INBOX", &answer), IMAP_NO) &&
        imap_response_status(answer) == IMAP_STATUS_NO &&
        imap_response_text(answer, &text, &text_len) == IMAP_OK &&
        imap_response_message(answer, &message, &message_len) == IMAP_OK;
    if (good)
        printf("  the text begins with \"%.16s\", the message does not: %s\n", text, *message != '[' ? "yes" : "no");
    imap_response_free(answer);
    return good;
}

/* The server's own words: NO is an answer, BAD an error. The connection goes on. */
static int refused_by_the_server(imap_conn *conn) {
    int good = heading("the server says no") && refusal(conn);
    printf("  last error: %s, with a text: %s\n", outcome(imap_last_error(conn)), *imap_last_text(conn) ? "yes" : "no");
    return good && went(conn, "XNONSENSE", imap_cmd_xatom(conn, "XNONSENSE", NULL, NULL), IMAP_BAD) &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK);
}

/* Refused before anything is sent. */
static int refused_by_the_library(imap_conn *conn) {
    return heading("nothing was sent") &&
        explained(conn, "fetch", imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_STATE) &&
        explained(conn, "create a\\r\\nb", imap_cmd_create(conn, "a\r\nb", NULL), IMAP_ERR_ARGUMENT) &&
        explained(conn, "login, again", imap_cmd_login(conn, "alice", "secret", NULL), IMAP_ERR_STATE);
}

/* imap_wakeup, from any thread or a signal handler, ends a wait; nothing is lost by that. */
static int interrupted(imap_conn *conn) {
    return heading("interrupted, and continued") && imap_wakeup(conn) == IMAP_OK &&
        explained(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_ERR_WOKEN) &&
        went(conn, "wait", imap_wait(conn, imap_last_id(conn), -1, NULL), IMAP_OK);
}

/* The server leaves in the middle of an answer. */
static int bye(void) {
    imap_conn *conn = NULL;
    int good = heading("BYE") && open_scenario(&conn, "BYE_DURING_FETCH") && log_in(conn) &&
        went(conn, "select", imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK) &&
        explained(conn, "fetch", imap_cmd_fetch(conn, "1:3", "FLAGS", 0, NULL), IMAP_ERR_BYE) &&
        explained(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
    printf("  state %s\n", imap_state_name(imap_conn_state(conn)));
    imap_free(conn);
    return good;
}

/* A server that accepts and then says nothing. */
static int silence(void) {
    imap_conn *conn = NULL;
    imap_options *options = NULL;
    int good = heading("silence") && imap_options_new(&options) == IMAP_OK &&
        imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 250) == IMAP_OK &&
        went(conn, "open",
            imap_open("127.0.0.1", port_setting("SCENARIO_SILENT_PORT", ""), IMAP_TLS_NONE, options, &conn),
            IMAP_ERR_TIMEOUT);
    imap_free(conn);
    imap_options_free(options);
    return good;
}

/* A certificate of an authority nobody trusts: CA_FILE is left out here. */
static int untrusted(void) {
    imap_conn *conn = NULL;
    const char *host = setting("IMAP_HOST", "localhost");
    int good = heading("a certificate nobody trusts") &&
        explained(conn, "open", imap_open(host, port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT, NULL, &conn),
            IMAP_ERR_TLS_VERIFY);
    imap_free(conn);
    return good;
}

static int nobody_there(void) {
    imap_conn *conn = NULL;
    int good = heading("nobody listens") &&
        went(conn, "open", imap_open("127.0.0.1", 1, IMAP_TLS_NONE, NULL, &conn), IMAP_ERR_SYSTEM);
    printf("  connection refused: %s\n", imap_last_errno(conn) == ECONNREFUSED ? "yes" : "no");
    imap_free(conn);
    return good;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) && refused_by_the_server(conn) && refused_by_the_library(conn) &&
        interrupted(conn);
    good = finish(conn, good) == EXIT_SUCCESS && good;
    return good && bye() && silence() && untrusted() && nobody_there() ? EXIT_SUCCESS : EXIT_FAILURE;
}
