/* Connecting: TLS from the start, STARTTLS, in clear, through a command, a socket or functions of one's own; what
 * is then known of the server; and the ways to end.
 *
 *     tests/examples/run --show connect
 *
 * Besides the usual settings it takes IMAP_COMMAND, a shell line that talks IMAP on standard input and output. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *yes_or_no(int is) {
    return is ? "yes" : "no";
}

/* What a program may want to know right after opening. None of this talks. */
static int describe(imap_conn *conn) {
    imap_response *greeting;
    imap_tls_info tls = {0};
    int good = imap_greeting(conn, &greeting) == IMAP_OK;
    printf("  greeting: %s\n", imap_response_status(greeting) == IMAP_STATUS_PREAUTH ? "PREAUTH" : "OK");
    imap_response_free(greeting);
    if (imap_tls_info_get(conn, &tls, sizeof tls) == IMAP_OK)
        printf("  TLS: %s, verified: %s\n", tls.version, yes_or_no(tls.verified));
    else
        printf("  TLS: none\n");
    printf("  protocol: %s, state: %s\n", imap_protocol_version(conn), imap_state_name(imap_conn_state(conn)));
    printf("  socket: %s\n", yes_or_no(imap_fd(conn) >= 0));
    int listed = 0;
    for (int i = 0; i < imap_capability_count(conn); i++)
        listed += strcmp(imap_capability_at(conn, i), "IDLE") == 0;
    printf("  IDLE: %s, XYZZY: %s, IDLE in the list: %s\n", yes_or_no(imap_has_capability(conn, "idle")),
        yes_or_no(imap_has_capability(conn, "XYZZY")), yes_or_no(listed));
    return good;
}

/* Options are made once and may serve many connections. */
static int make_options(imap_options **options) {
    int64_t seconds = 0;
    const char *file = NULL;
    int good = imap_options_new(options) == IMAP_OK &&
        imap_options_set_str(*options, IMAP_OPT_TLS_CA_FILE, setting("CA_FILE", NULL)) == IMAP_OK &&
        imap_options_set_int(*options, IMAP_OPT_TLS_MIN_VERSION, 12) == IMAP_OK &&
        imap_options_set_int(*options, IMAP_OPT_CONNECT_TIMEOUT_MS, 20000) == IMAP_OK &&
        imap_options_set_int(*options, IMAP_OPT_KEEPALIVE, 1) == IMAP_OK &&
        imap_options_get_int(*options, IMAP_OPT_CONNECT_TIMEOUT_MS, &seconds) == IMAP_OK &&
        imap_options_get_str(*options, IMAP_OPT_TLS_CA_FILE, &file) == IMAP_OK;
    printf("time to connect: %d ms, own certificates: %s\n", (int)seconds, yes_or_no(file != NULL));
    printf("a negative limit: %s\n", outcome(imap_options_set_int(*options, IMAP_OPT_CONNECT_TIMEOUT_MS, -5)));
    return good;
}

static int with_tls(const imap_options *options, const char *host) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    int64_t limit = 0;
    const char *file = NULL;
    heading("TLS from the first octet");
    int rc = imap_open(host, port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT, options, &conn);
    int good = went(conn, "open", rc, IMAP_OK) && describe(conn) &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK) &&
        went(conn, "capability", imap_cmd_capability(conn, &answer), IMAP_OK) && log_in(conn);
    printf("  capability lines: %d\n", (int)imap_response_row_count(answer));
    imap_response_free(answer);
    /* After a login the server may offer more; if it did not say so, the list is stale until it is asked. */
    if (good && imap_capability_is_stale(conn))
        good = imap_cmd_capability(conn, NULL) == IMAP_OK;
    printf("  NAMESPACE, now that we are logged in: %s\n", yes_or_no(imap_has_capability(conn, "NAMESPACE")));
    good = good && imap_set_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, 30000) == IMAP_OK &&
        imap_get_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, &limit) == IMAP_OK &&
        imap_get_str(conn, IMAP_OPT_TLS_CA_FILE, &file) == IMAP_OK;
    printf("  stall limit in force: %d ms\n", (int)limit);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* STARTTLS as part of opening: nothing else is said in clear. */
static int with_starttls(const imap_options *options, const char *host, int port) {
    imap_conn *conn = NULL;
    heading("STARTTLS");
    int rc = imap_open(host, port, IMAP_TLS_STARTTLS, options, &conn);
    int good = went(conn, "open", rc, IMAP_OK) && describe(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* In clear, and STARTTLS later, as imaplib has it. The certificate is checked by the same options. */
static int with_later_starttls(const imap_options *options, const char *host, int port) {
    imap_conn *conn = NULL;
    heading("in clear, STARTTLS later");
    int rc = imap_open(host, port, IMAP_TLS_NONE, options, &conn);
    int good = went(conn, "open", rc, IMAP_OK) && describe(conn) &&
        went(conn, "starttls", imap_starttls(conn, NULL), IMAP_OK) && describe(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* imaplib's IMAP4_stream: a program on this machine, perhaps ssh, is the way to the server. */
static int through_a_command(const char *command) {
    imap_conn *conn = NULL;
    int pid = 0, status = -1;
    heading("a shell line");
    int rc = imap_open_command(command, NULL, &conn);
    int good = went(conn, "open", rc, IMAP_OK) && describe(conn) && imap_child_pid(conn, &pid) == IMAP_OK;
    printf("  process: %s, ended: %s\n", yes_or_no(pid > 0), yes_or_no(imap_child_status(conn, &status) == IMAP_OK));
    good = good && went(conn, "logout", imap_cmd_logout(conn, NULL), IMAP_OK);
    imap_shutdown(conn); /* LOGOUT has closed already: this does nothing more */
    if (imap_child_status(conn, &status) == IMAP_OK)
        printf("  exit status: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    imap_free(conn);
    return good;
}

static int through_a_program(const char *command) {
    const char *const argv[] = {"/bin/sh", "-c", command, NULL};
    imap_conn *conn = NULL;
    heading("a program and its arguments");
    int rc = imap_open_argv(argv, NULL, &conn);
    int good = went(conn, "open", rc, IMAP_OK);
    printf("  state: %s\n", imap_state_name(imap_conn_state(conn)));
    return finish(conn, good) == EXIT_SUCCESS;
}

/* A socket that the program itself has connected. -1: it could not. */
static int own_socket(const char *host, int port) {
    struct addrinfo hints, *addresses = NULL;
    char service[12];
    int fd = -1;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(host, service, &hints, &addresses) != 0)
        return -1;
    for (struct addrinfo *one = addresses; one != NULL && fd < 0; one = one->ai_next) {
        fd = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        if (fd >= 0 && connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(addresses);
    return fd;
}

static int through_a_socket(const imap_options *options, const char *host, int port) {
    imap_conn *conn = NULL;
    int fd = own_socket(host, port);
    heading("a socket of one's own");
    int good = fd >= 0 &&
        went(conn, "open", imap_open_fd(fd, fd, 0, host, IMAP_TLS_STARTTLS, options, &conn), IMAP_OK) && describe(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* Functions instead of descriptors: for data that takes a way the library does not know. This one counts. */
struct meter {
    int fd;
    long received;
    long sent;
};

static long meter_read(void *ctx, char *buf, size_t len, int timeout_ms) {
    struct meter *meter = ctx;
    (void)timeout_ms; /* there is a descriptor: the library polls it, and we never wait */
    long n = (long)recv(meter->fd, buf, len, MSG_DONTWAIT);
    meter->received += n > 0 ? n : 0;
    return n;
}

static long meter_write(void *ctx, const char *buf, size_t len) {
    struct meter *meter = ctx;
    long n = (long)send(meter->fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    meter->sent += n > 0 ? n : 0;
    return n;
}

static void meter_close(void *ctx) {
    struct meter *meter = ctx;
    close(meter->fd);
}

static int through_functions(const imap_options *options, const char *host, int port) {
    imap_conn *conn = NULL;
    struct meter meter = {own_socket(host, port), 0, 0};
    imap_io io = {sizeof io, &meter, meter_read, meter_write, meter_close, meter.fd, 0};
    heading("functions of one's own");
    int good = meter.fd >= 0 &&
        went(conn, "open", imap_open_io(&io, host, IMAP_TLS_STARTTLS, options, &conn), IMAP_OK);
    good = finish(conn, good) == EXIT_SUCCESS;
    printf("  something was sent: %s, something came: %s\n", yes_or_no(meter.sent > 0), yes_or_no(meter.received > 0));
    return good;
}

/* Ending without a word, as imaplib's shutdown; and what a call then says. */
static int ended_at_once(const imap_options *options, const char *host) {
    imap_conn *conn = NULL;
    heading("shutdown");
    int rc = imap_open(host, port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT, options, &conn);
    int good = went(conn, "open", rc, IMAP_OK);
    imap_shutdown(conn);
    printf("  socket: %s\n", yes_or_no(imap_fd(conn) >= 0));
    good = good && went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
    imap_free(conn);
    return good;
}

int main(void) {
    const char *host = setting("IMAP_HOST", "localhost"), *command = setting("IMAP_COMMAND", NULL);
    int port = port_setting("IMAP_PORT", "143");
    imap_options *options = NULL;
    int good = make_options(&options) && with_tls(options, host) && with_starttls(options, host, port) &&
        with_later_starttls(options, host, port) && (command == NULL || through_a_command(command)) &&
        (command == NULL || through_a_program(command)) && through_a_socket(options, host, port) &&
        through_functions(options, host, port) && ended_at_once(options, host);
    imap_options_free(options);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
