/* A server on the stage (stage.h), without a thread or a socket: functions for imap_open_io over octets in memory. It hears
 * what the client says (overheard.h) and answers as the stage's octets choose: rightly, in odd ways, or with malice. */
#ifndef ACTOR_H
#define ACTOR_H

#include "overheard.h"

#include <imap4.h>

enum actor_manner {
  /* Answers every command as the RFC says; may say NO, is slow now and then. */
  ACTOR_RIGHT,
  /* Right, with lines that are odd but harmless between, and functions that fail in the end. */
  ACTOR_ODD,
  /* Anything. */
  ACTOR_HOSTILE,
};

typedef struct actor {
  enum actor_manner manner;
  overheard heard;
  /* What the client has not read. */
  char *out;
  size_t at, len, room;
  /* The most octets that one read or write moves; 0 is any number. Each so many calls says EAGAIN, 0 never. */
  unsigned most, again_every, reads, writes;
  int fd, is_greeted, is_over, read_errno, write_errno, events, challenges, blind, turns;
  int closes, is_open;
  /* It says nothing until then. */
  long long silent_until;
  /* After that silence it logs out a client that says nothing. */
  int logs_out;
  /* The connection it carries, once that is known: calls of it inside the functions are IMAP_ERR_BUSY. */
  imap_conn *conn;
  /* Something happened that may end a connection that was used rightly. */
  int has_misbehaved;
  const char *capabilities;
} actor;

/* has_fd: the functions name a descriptor to poll, else reads wait themselves. */
void actor_enter(actor *self, enum actor_manner manner, int has_fd);
imap_io actor_functions(actor *self);
/* What poll would say. */
short actor_ready(void *ctx, short events);
void actor_leave(actor *self);

/* For actor_lines.c. Text with \1 for a literal of some size, \2 for the first number of the command, \3 for its tag. */
void actor_says(actor *self, const open_command *to, const char *text);
void actor_sends(actor *self, const char *octets, size_t n);
/* The untagged lines that answer a command, its tagged line without the tag, and a line that is odd or worse. */
void actor_rows(actor *self, const open_command *to);
const char *actor_status(const open_command *to);
const char *actor_event(void);
const char *actor_odd_line(void);

#endif
