/* Sequences of public calls, chosen by the stage's octets (stage.h) and played against actors (actor.h). After each call it
 * is checked that what it returned, left as message, handed out and wrote fits what imap4.h says. */
#ifndef CALLS_H
#define CALLS_H

#include "actor.h"

#include <imap4.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOTS = 2, IDS = 512, KEPT = 6 };

/* What has become of a command that the caller knows by its id. */
typedef enum id_fate {
  ID_UNDER_WAY,
  /* Its result was handed out. */
  ID_ENDED,
  /* Its answer is dropped, perhaps still to come. */
  ID_DROPPED,
  /* A call failed in a way that may have been its result. */
  ID_UNCERTAIN,
} id_fate;

typedef struct player {
  imap_conn *conn;
  actor server;
  int is_nonblock, is_queueing;
  /* Nothing that this caller did is a reason for the connection to end, and no limit is too small. */
  int is_careful;
  struct {
    uint32_t id;
    id_fate fate;
  } ids[IDS];
  size_t id_count;
  uint32_t append_id, idle_id, auth_id;
  /* The row of imap_next, which stays a handle while the connection is there. */
  const imap_response *row;
} player;

typedef struct kept {
  imap_response *response;
  uint64_t print;
} kept;

typedef struct world {
  player players[SLOTS];
  kept kept[KEPT];
  imap_options *options;
} world;

/* Plays what the octets say, from nothing to nothing. */
void calls_play(const char *name, const unsigned char *octets, size_t len);

/* One call on a connection. */
void calls_one(world *w, player *p);

/* Checks what every call leaves, and what `rc` says of the connection. */
void calls_returned(player *p, int rc);
/* A call that may have submitted a command; before is imap_last_id before it. continues: the id that it may have ended. */
void calls_submitted(player *p, int rc, uint32_t before, uint32_t continues);
void calls_id_ends(player *p, uint32_t id, id_fate fate);
id_fate *calls_fate(player *p, uint32_t id);
int calls_is_final(int rc);
/* A response is the caller's now: it is kept, or freed. */
void calls_keep(world *w, imap_response *response);

/* Kinds of calls, for calls_one. */
void calls_step(player *p);
void calls_complete(player *p);
void calls_idle(player *p);
void calls_auth(world *w, player *p);
void calls_queue(player *p);
void calls_discard(player *p, uint32_t id);
void calls_event(world *w, player *p);
void calls_raw(player *p);
void calls_option(player *p);
void calls_ask(player *p);
void calls_confuse(world *w, player *p);

/* Looks at a response through every function there is, with right and wrong nodes and sizes. The same response gives the
 * same number each time. */
uint64_t calls_look(const imap_response *response);

const char *calls_word(void);

#endif
