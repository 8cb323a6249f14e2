/* The scripted server: everything is rendered, then two ports of 127.0.0.1 are opened (clear; TLS with --cert and
 * --key) and served by one thread until SIGTERM.
 *
 *   server [--meta N] [--env N] [--body N] [--search N] [--list N] [--full N] [--cert FILE --key FILE]
 *       prints "ready PORT TLS_PORT" (0 without TLS)
 *   server --expect WORKLOAD N
 *       prints the two check sums, and ends */
#include "answers.h"
#include "session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char inbox[256 * 1024];
static int poller;
static SSL_CTX *tls;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void session_end(struct session *s) {
    SSL_free(s->ssl);
    close(s->fd);
    free(s->line);
    free(s->command);
    free(s->pieces);
    free(s->text);
    free(s);
}

static void watch_out(struct session *s, int on) {
    if (s->wants_out == on)
        return;
    struct epoll_event event = {.events = EPOLLIN | (on ? EPOLLOUT : 0u), .data.ptr = s};
    epoll_ctl(poller, EPOLL_CTL_MOD, s->fd, &event);
    s->wants_out = on;
}

static const char *piece_octets(const struct session *s, const struct piece *p) {
    return p->octets != NULL ? p->octets : s->text + p->offset;
}

static ssize_t send_some(struct session *s) {
    struct iovec parts[64];
    struct msghdr message = {.msg_iov = parts};
    for (size_t i = s->piece_next; i < s->piece_count && message.msg_iovlen < 64; i++)
        parts[message.msg_iovlen++] =
            (struct iovec){(void *)(uintptr_t)piece_octets(s, &s->pieces[i]), s->pieces[i].len};
    if (s->ssl == NULL)
        return sendmsg(s->fd, &message, MSG_NOSIGNAL);
    size_t n = parts[0].iov_len < (1u << 20) ? parts[0].iov_len : (1u << 20);
    ERR_clear_error();
    int rc = SSL_write(s->ssl, parts[0].iov_base, (int)n);
    if (rc > 0)
        return rc;
    rc = SSL_get_error(s->ssl, rc);
    errno = rc == SSL_ERROR_WANT_WRITE || rc == SSL_ERROR_WANT_READ ? EAGAIN : EPIPE;
    return -1;
}

/* Returns 0 when the session is over. */
static int flush(struct session *s) {
    while (s->piece_next < s->piece_count) {
        ssize_t n = send_some(s);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            watch_out(s, 1);
            return 1;
        }
        if (n <= 0)
            return 0;
        while (n > 0) {
            struct piece *p = &s->pieces[s->piece_next];
            size_t gone = (size_t)n < p->len ? (size_t)n : p->len;
            if (p->octets != NULL)
                p->octets += gone;
            else
                p->offset += gone;
            p->len -= gone;
            n -= (ssize_t)gone;
            if (p->len == 0)
                s->piece_next++;
        }
    }
    s->piece_next = s->piece_count = 0;
    s->text_len = 0;
    watch_out(s, 0);
    if (s->is_ending && s->ssl != NULL)
        SSL_shutdown(s->ssl);
    return !s->is_ending;
}

static int receive(struct session *s) {
    for (;;) {
        ssize_t n;
        if (s->ssl == NULL) {
            n = recv(s->fd, inbox, sizeof inbox, 0);
            if (n < 0)
                return errno == EAGAIN || errno == EINTR;
        } else {
            ERR_clear_error();
            n = SSL_read(s->ssl, inbox, sizeof inbox);
            if (n <= 0) {
                int why = SSL_get_error(s->ssl, (int)n);
                return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
            }
        }
        if (n == 0)
            return 0;
        session_take(s, inbox, (size_t)n);
        if (s->ssl == NULL)
            return 1;
    }
}

static void session_begin(int listener, int is_tls) {
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct session *s = calloc(1, sizeof *s);
    if (s == NULL)
        fail("session");
    s->fd = fd;
    if (is_tls) {
        s->ssl = SSL_new(tls);
        SSL_set_fd(s->ssl, fd);
        SSL_set_accept_state(s->ssl);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    session_say(s, "* OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE UIDPLUS] ready\r\n");
    if (!flush(s))
        session_end(s);
}

static int listen_here(int *port) {
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof addr) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&addr, &len) != 0)
        fail("loopback");
    *port = ntohs(addr.sin_port);
    return fd;
}

static void tls_prepare(const char *cert, const char *key) {
    tls = SSL_CTX_new(TLS_server_method());
    if (tls == NULL || SSL_CTX_use_certificate_chain_file(tls, cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void serve(int clear, int secure) {
    static int marks[2]; /* whose addresses stand for the two listeners */
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &marks[0]}, ready[64];
    epoll_ctl(poller, EPOLL_CTL_ADD, clear, &event);
    event.data.ptr = &marks[1];
    if (secure >= 0)
        epoll_ctl(poller, EPOLL_CTL_ADD, secure, &event);
    for (;;) {
        int n = epoll_wait(poller, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            struct session *s = ready[i].data.ptr;
            if (ready[i].data.ptr == &marks[0])
                session_begin(clear, 0);
            else if (ready[i].data.ptr == &marks[1])
                session_begin(secure, 1);
            else if (((ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !receive(s)) || !flush(s))
                session_end(s);
        }
    }
}

int main(int argc, char **argv) {
    static const char *const names[] = {"--meta", "--env", "--body", "--search", "--list", "--full"};
    const char *cert = NULL, *key = NULL;
    if (argc == 4 && strcmp(argv[1], "--expect") == 0) {
        struct sums sums = sums_of(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
        printf("%llu %llu\n", (unsigned long long)sums.check, (unsigned long long)sums.deep);
        return 0;
    }
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--cert") == 0)
            cert = argv[i + 1];
        if (strcmp(argv[i], "--key") == 0)
            key = argv[i + 1];
        for (int kind = 0; kind < KIND_COUNT; kind++)
            if (strcmp(argv[i], names[kind]) == 0)
                answer_render((enum kind)kind, (uint32_t)strtoul(argv[i + 1], NULL, 10));
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    struct rlimit many = {65536, 65536}; /* root may raise the hard limit too */
    if (files.rlim_max >= many.rlim_max || setrlimit(RLIMIT_NOFILE, &many) != 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    size_t unused;
    blocks(&unused);
    int port, tls_port = 0, clear = listen_here(&port), secure = -1;
    if (cert != NULL && key != NULL) {
        tls_prepare(cert, key);
        secure = listen_here(&tls_port);
    }
    if ((poller = epoll_create1(EPOLL_CLOEXEC)) < 0)
        fail("epoll");
    printf("ready %d %d\n", port, tls_port);
    fflush(stdout);
    serve(clear, secure);
}
