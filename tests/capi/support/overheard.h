/* What passes between a client and a server, read by somebody who is neither: whole commands, and whether the client said
 * anything out of turn. In: octets as the client wrote and read them. Every octet a client writes has to fit: tags that
 * were not used before, balanced quotes and parentheses, literals of the announced length, nothing while the server has
 * to say "+", DONE and nothing else in IDLE, one answer for each challenge. It ends the program if one does not. */
#ifndef OVERHEARD_H
#define OVERHEARD_H

#include <stddef.h>

enum { OPEN_COMMANDS = 256 };

/* Where a command is. */
enum open_phase {
  /* All of it was said, and it has to be answered. */
  OPEN_SAID,
  /* A literal waits for "+". */
  OPEN_LITERAL,
  /* IDLE: waits for "+"; may be ended. */
  OPEN_IDLE,
  OPEN_IDLING,
  /* AUTHENTICATE: a challenge may come, or has been sent. */
  OPEN_AUTH,
};

typedef struct open_command {
  char tag[20], name[40], rest[200];
  enum open_phase phase;
  /* The client has read the answer, but what it had begun to say goes on to the line's end. */
  int is_answered;
  /* AUTHENTICATE was given up with "*", and has to be refused. */
  int is_cancelled;
} open_command;

typedef struct overheard {
  /* Commands that the server has not answered, as far as the client knows; the last one may still be being written. */
  open_command open[OPEN_COMMANDS];
  size_t count;
  /* The client's octets: the line so far, octets left of a literal, and where the client stands. */
  char *line;
  size_t len, room, literal_left;
  int is_inside, is_quoted, depth, challenges;
  unsigned last_tag;
  /* Nothing is checked any more: TLS, raw octets, or a server of which nobody knows where its lines end. */
  int is_off;
  /* The server announced LITERAL+ or LITERAL-. */
  int may_not_wait;
  /* The server's octets, as far as the client has read them. */
  char *said;
  size_t said_len, said_room, said_literal;
  int said_inside;
} overheard;

void overheard_write(overheard *self, const char *octets, size_t n);
void overheard_read(overheard *self, const char *octets, size_t n);
/* The command that the client is in the middle of, if it has to wait for the server; else NULL. */
open_command *overheard_waiting(overheard *self);
void overheard_free(overheard *self);

#endif
