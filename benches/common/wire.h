/* A connection for the two bounds: a socket, with OpenSSL over it if asked for. */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include "contest.h"

#include <openssl/ssl.h>

#define WIRE_BUFFER (256 * 1024)

struct wire {
    int fd;
    SSL *ssl;
};

/* Connects, reads the greeting. read_ahead: OpenSSL takes several records with one recv. */
void wire_open(struct wire *wire, const struct job *job, int read_ahead);
void wire_close(struct wire *wire);
void wire_send(struct wire *wire, const char *octets, size_t len);
size_t wire_recv(struct wire *wire, char *octets, size_t len);

/* Sends a short command and receives until a line of this tag came; fails unless it says OK. */
void wire_command(struct wire *wire, const char *tag, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* LOGIN and SELECT of the job's mailbox. */
void wire_login(struct wire *wire, const struct job *job);

#endif
