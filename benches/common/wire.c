#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static SSL_CTX *context(const struct job *job, int read_ahead) {
    static SSL_CTX *made;
    if (made == NULL) {
        made = SSL_CTX_new(TLS_client_method());
        if (made == NULL || SSL_CTX_load_verify_locations(made, job->ca, NULL) != 1)
            fail("%s cannot be used", job->ca);
        SSL_CTX_set_verify(made, SSL_VERIFY_PEER, NULL);
        if (read_ahead) {
            SSL_CTX_set_read_ahead(made, 1);
            SSL_CTX_set_default_read_buffer_len(made, 64 * 1024);
        } else
            SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS); /* a session that waits keeps none */
    }
    return made;
}

void wire_open(struct wire *wire, const struct job *job, int read_ahead) {
    struct sockaddr_in addr = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)job->port)};
    int one = 1;
    wire->ssl = NULL;
    wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (wire->fd < 0 || connect(wire->fd, (struct sockaddr *)&addr, sizeof addr) != 0)
        fail("cannot connect to port %d", job->port);
    setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (job->ca != NULL) {
        wire->ssl = SSL_new(context(job, read_ahead));
        SSL_set_fd(wire->ssl, wire->fd);
        SSL_set_tlsext_host_name(wire->ssl, "localhost");
        SSL_set1_host(wire->ssl, "localhost");
        if (SSL_connect(wire->ssl) != 1)
            fail("TLS: %s", ERR_error_string(ERR_get_error(), NULL));
    }
    char greeting[512];
    size_t n = wire_recv(wire, greeting, sizeof greeting);
    if (greeting[n - 1] != '\n')
        fail("the greeting came in pieces");
}

void wire_close(struct wire *wire) {
    if (wire->ssl != NULL)
        SSL_shutdown(wire->ssl);
    SSL_free(wire->ssl);
    close(wire->fd);
}

void wire_send(struct wire *wire, const char *octets, size_t len) {
    while (len > 0) {
        size_t part = len < (1u << 30) ? len : (1u << 30);
        ssize_t n = wire->ssl != NULL ? SSL_write(wire->ssl, octets, (int)part)
                                      : send(wire->fd, octets, part, MSG_NOSIGNAL);
        if (n <= 0)
            fail("cannot send");
        octets += n;
        len -= (size_t)n;
    }
}

size_t wire_recv(struct wire *wire, char *octets, size_t len) {
    ssize_t n = wire->ssl != NULL ? SSL_read(wire->ssl, octets, (int)len) : recv(wire->fd, octets, len, 0);
    if (n <= 0)
        fail("the server hung up");
    return (size_t)n;
}

void wire_command(struct wire *wire, const char *tag, const char *format, ...) {
    char text[2048];
    size_t have = (size_t)snprintf(text, sizeof text, "%s ", tag);
    va_list args;
    va_start(args, format);
    have += (size_t)vsnprintf(text + have, sizeof text - have - 2, format, args);
    va_end(args);
    memcpy(text + have, "\r\n", 2);
    wire_send(wire, text, have + 2);
    have = 0;
    for (;;) {
        have += wire_recv(wire, text + have, sizeof text - 1 - have);
        text[have] = '\0';
        char *line = text[0] == tag[0] ? text : strstr(text, "\r\nA");
        if (line != NULL && text[have - 1] == '\n') {
            line += line == text ? 0 : 2;
            if (strncmp(line + strlen(tag), " OK", 3) != 0)
                fail("%s", line);
            return;
        }
        if (have == sizeof text - 1)
            fail("too long an answer");
    }
}

void wire_login(struct wire *wire, const struct job *job) {
    wire_command(wire, "A1", "LOGIN alice secret");
    wire_command(wire, "A2", "SELECT %s", job->mailbox);
}
