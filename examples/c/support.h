/* What the examples share: which server, opening it, saying how a call went, printing an answer.
 *
 * The server comes from the environment: IMAP_HOST (localhost), IMAPS_PORT (993), IMAP_PORT (143), CA_FILE (a file of
 * certificates to trust, else the system's), IMAP_USER, IMAP_PASSWORD. Some examples make and delete mailboxes named
 * Example: give them a test account, or let tests/examples/run start private servers for them:
 *
 *     tests/examples/run --show mailboxes */
#ifndef EXAMPLES_SUPPORT_H
#define EXAMPLES_SUPPORT_H

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline const char *setting(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : otherwise;
}

static inline int port_setting(const char *name, const char *otherwise) {
    return atoi(setting(name, otherwise));
}

/* What is neither an error nor a failure. */
static inline const char *without_trouble(int rc) {
    switch (rc) {
    case IMAP_OK: return "OK";
    case IMAP_NO: return "NO";
    case IMAP_AGAIN: return "again";
    case IMAP_QUEUED: return "queued";
    case IMAP_EVENT: return "event";
    case IMAP_LITERAL: return "literal";
    case IMAP_CHALLENGE: return "challenge";
    case IMAP_END: return "end";
    default: return "?";
    }
}

/* The outcome in one word: OK, NO, BAD, or the class of the error, which has the same name in every language. */
static inline const char *outcome(int rc) {
    switch (imap_error_class(rc)) {
    case IMAP_CLASS_NONE: return without_trouble(rc);
    case IMAP_CLASS_ERROR: return rc == IMAP_BAD ? "BAD" : "error";
    case IMAP_CLASS_ABORT: return "abort";
    case IMAP_CLASS_READONLY: return "readonly";
    case IMAP_CLASS_SYSTEM: return "system";
    case IMAP_CLASS_TIMEOUT: return "timeout";
    case IMAP_CLASS_TLS: return "tls";
    case IMAP_CLASS_ARGUMENT: return "argument";
    case IMAP_CLASS_INTERRUPTED: return "interrupted";
    default: return "unknown";
    }
}

/* Prints how a call went, "delete Nowhere: NO [NONEXISTENT]"; says whether that is what the example shows. */
static inline int went(imap_conn *conn, const char *what, int rc, int wanted) {
    const char *code = rc == IMAP_OK ? "" : imap_last_code(conn);
    printf("%s: %s%s%s%s\n", what, outcome(rc), *code ? " [" : "", code, *code ? "]" : "");
    if (rc != wanted)
        fprintf(stderr, "%s: expected %s, got %s: %s\n", what, imap_error_name(wanted), imap_error_name(rc),
            imap_last_message(conn));
    return rc == wanted;
}

/* A line above each part of an example. */
static inline int heading(const char *text) {
    printf("\n-- %s\n", text);
    return 1;
}

/* Prints octets with an indent before each line, without carriage returns. */
static inline void print_indented(const char *indent, const char *text, size_t len) {
    int at_line_start = 1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r')
            continue;
        if (at_line_start)
            fputs(indent, stdout);
        putchar(text[i]);
        at_line_start = text[i] == '\n';
    }
    if (!at_line_start)
        putchar('\n');
}

/* Prints the items imaplib would hand out: a line each, a literal below its line. name: see imap_response_item. */
static inline void print_items(const imap_response *answer, const char *name) {
    const char *text, *literal;
    size_t len, literal_len;
    for (size_t i = 0; imap_response_item(answer, name, i, &text, &len, &literal, &literal_len) == IMAP_OK; i++) {
        if (len > 0)
            print_indented("  ", text, len);
        else
            printf("  (empty)\n");
        if (literal != NULL)
            print_indented("  | ", literal, literal_len);
    }
}

/* The same in one go, for a call that should be OK; frees the answer. */
static inline int shown(imap_conn *conn, const char *what, int rc, imap_response **answer) {
    int good = went(conn, what, rc, IMAP_OK);
    print_items(*answer, NULL);
    imap_response_free(*answer);
    *answer = NULL;
    return good;
}

/* Opens the server over verified TLS. *conn is to be freed in any case. */
static inline int open_server(imap_conn **conn) {
    imap_options *options = NULL;
    *conn = NULL;
    int rc = imap_options_new(&options);
    if (rc == IMAP_OK)
        rc = imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, setting("CA_FILE", NULL));
    if (rc == IMAP_OK)
        rc = imap_open(setting("IMAP_HOST", "localhost"), port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT, options,
            conn);
    imap_options_free(options);
    return went(*conn, "open", rc, IMAP_OK);
}

static inline int log_in(imap_conn *conn) {
    int rc = imap_cmd_login(conn, setting("IMAP_USER", ""), setting("IMAP_PASSWORD", ""), NULL);
    return went(conn, "login", rc, IMAP_OK);
}

/* Opens a scenario of tests/servers/scripted.py, in clear, which on one machine is fine. Name: as in
 * SCENARIO_PARTIAL_PORT. Its servers do what no real one does any more, or should never do. */
static inline int open_scenario(imap_conn **conn, const char *name) {
    char variable[80];
    *conn = NULL;
    snprintf(variable, sizeof variable, "SCENARIO_%s_PORT", name);
    if (getenv(variable) == NULL) {
        fprintf(stderr, "%s is not set; tests/examples/run --show NAME starts that server\n", variable);
        return 0;
    }
    int rc = imap_open("127.0.0.1", port_setting(variable, ""), IMAP_TLS_NONE, NULL, conn);
    return went(*conn, "open", rc, IMAP_OK);
}

/* The end of a connection and, if `good`, of a successful example: logs out, frees, gives the exit status. */
static inline int finish(imap_conn *conn, int good) {
    int rc = imap_logout_and_free(conn);
    printf("logout: %s\n", outcome(rc));
    return good && rc == IMAP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
