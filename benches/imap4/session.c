#include "session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

char *session_message;
static size_t piece;

void must(int rc, int wanted, imap_conn *conn, const char *what) {
    if (rc != wanted)
        fail("%s: %s: %s", what, imap_error_name(rc), conn != NULL ? imap_last_message(conn) : "");
}

/* The functions of imap_open_io for a job with a piece: a socket that never gives more than that at once. */
static long piece_read(void *ctx, char *buf, size_t len, int timeout_ms) {
    (void)timeout_ms;
    return recv(*(int *)ctx, buf, len < piece ? len : piece, MSG_DONTWAIT);
}

static long piece_write(void *ctx, const char *buf, size_t len) {
    return send(*(int *)ctx, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int piece_open(const struct job *job, const imap_options *options, imap_conn **conn) {
    static int fd;
    struct sockaddr_in addr = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)job->port)};
    int one = 1;
    piece = job->piece;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof addr) != 0)
        fail("cannot connect to port %d", job->port);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    imap_io io = {.size = sizeof io, .ctx = &fd, .read = piece_read, .write = piece_write, .fd = fd, .flags = IMAP_FD_SECURE};
    return imap_open_io(&io, NULL, IMAP_TLS_NONE, options, conn);
}

imap_conn *session_open(const struct job *job, const imap_options *options) {
    imap_conn *conn;
    int rc = job->piece > 0 ? piece_open(job, options, &conn)
                            : imap_open("127.0.0.1", job->port, job->ca ? IMAP_TLS_IMPLICIT : IMAP_TLS_NONE, options, &conn);
    must(rc, IMAP_OK, conn, "open");
    must(imap_cmd_login(conn, "alice", "secret", NULL), IMAP_OK, conn, "login");
    return conn;
}

static imap_options *options_make(const struct job *job) {
    imap_options *options;
    if (imap_options_new(&options) != IMAP_OK || imap_options_set_int(options, IMAP_OPT_MAX_LITERAL, 0) != IMAP_OK ||
        imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, job->ca) != IMAP_OK)
        fail("options");
    return options;
}

void session_begin(struct job *job) {
    imap_options *options = options_make(job);
    imap_conn *conn = session_open(job, options);
    imap_options_free(options);
    must(imap_cmd_select(conn, job->mailbox, 0, NULL), IMAP_OK, conn, "select");
    if (strncmp(job->workload, "append", 6) == 0)
        session_message = message_make(strcmp(job->workload, "append") == 0 ? (size_t)job->n << 20 : 4096);
    job->state = conn;
}

void session_end(struct job *job) {
    must(imap_logout_and_free(job->state), IMAP_OK, NULL, "logout");
    free(session_message);
}

void session_none(struct job *job) {
    job->state = options_make(job);
}

void session_noop(struct job *job) {
    for (; job->count < job->n; job->count++)
        must(imap_cmd_noop(job->state, NULL), IMAP_OK, job->state, "noop");
}

void session_append(struct job *job) {
    must(imap_cmd_append(job->state, "INBOX", NULL, NULL, session_message, (size_t)job->n << 20, IMAP_APPEND_VERBATIM, NULL),
         IMAP_OK, job->state, "append");
    job->count = job->n;
}

void session_appends(struct job *job) {
    for (; job->count < job->n; job->count++)
        must(imap_cmd_append(job->state, "INBOX", NULL, NULL, session_message, 4096, IMAP_APPEND_VERBATIM, NULL), IMAP_OK,
             job->state, "append");
}

void session_conn(struct job *job) {
    for (; job->count < job->n; job->count++)
        must(imap_logout_and_free(session_open(job, job->state)), IMAP_OK, NULL, "logout");
}
