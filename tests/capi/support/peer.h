/* The other side of a connection: a thread that plays the server over a socketpair or a loopback port, by a function or
 * by a small table of what it expects and answers. Everything it waits for has a deadline: a peer that is not spoken to
 * as expected counts as a failed check and hangs up, so that nothing hangs. */
#ifndef PEER_H
#define PEER_H

#include <imap4.h>
#include <stddef.h>

typedef struct peer peer;
/* What the peer does; the connection is closed when it returns. */
typedef void (*peer_talk)(peer *self, void *ctx);

/* Starts a peer over a socketpair; peer_take_fd gives the client's end. ctx stays until peer_end. */
peer *peer_start(peer_talk talk, void *ctx);
/* Starts a peer that accepts one connection after the other on a port of 127.0.0.1, count in all. */
peer *peer_listen(peer_talk talk, void *ctx, int count);
/* Waits until it has ended, and frees it. NULL is fine. */
void peer_end(peer *self);

int peer_port(const peer *self);
/* The client's end of the socketpair; the caller's from now on. */
int peer_take_fd(peer *self);

/* One step of a script. expect is a whole line without CRLF; a leading "# " stands for any tag, which is remembered;
 * NULL waits for nothing. answer is sent then; a '#' at the beginning of a line becomes the tag; NULL sends nothing. */
typedef struct peer_step {
  const char *expect;
  const char *answer;
} peer_step;

/* Steps ended by {NULL, NULL}. After the last one the peer hangs up; PEER_STAY as its answer first waits for the
 * client to do so. */
extern const char PEER_STAY[];
void peer_script(peer *self, void *steps);

/* Starts a peer with these steps and opens a connection to it. */
imap_conn *peer_open(peer **self, const peer_step *steps, const imap_options *options, int *rc);

/* For talk functions. Lines come without CRLF and with a NUL; -1 at the end of the stream. */
int peer_line(peer *self, char *line, size_t size);
/* Exactly n octets; 0, or -1 at the end of the stream. */
int peer_octets(peer *self, char *octets, size_t n);
/* Text as in peer_step.answer; 0, or -1 if the client has hung up. */
int peer_say(peer *self, const char *text);
int peer_send(peer *self, const char *octets, size_t n);
/* Splits a line into tag and command, remembers the tag, and returns the command; NULL if there is no tag. */
char *peer_command(peer *self, char *line);
/* Waits until the client hangs up; what still comes is thrown away. */
void peer_stay(peer *self);
/* Says nothing more and closes. */
void peer_hang_up(peer *self);
/* The peer's own descriptor, for what this interface does not have. */
int peer_fd(const peer *self);
/* Other functions to move octets with (TLS); each as read and write. */
void peer_carry(peer *self, void *ctx, long (*read)(void *ctx, char *, size_t),
                long (*write)(void *ctx, const char *, size_t), void (*close)(void *ctx));

/* A flag that threads wait for, instead of sleeping. */
typedef struct signal_flag signal_flag;
signal_flag *flag_new(void);
void flag_raise(signal_flag *flag);
/* 1 once it is raised, 0 if that takes longer than half a minute. */
int flag_wait(signal_flag *flag);
void flag_free(signal_flag *flag);

#endif
