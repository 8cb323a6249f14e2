/* Functions for imap_open_io over a descriptor, which count what is done with them and can be told to be difficult. */
#ifndef PIPE_IO_H
#define PIPE_IO_H

#include <imap4.h>
#include <stddef.h>

typedef struct pipe_io {
  int fd;
  /* Most octets that one call moves; 0 is no limit. */
  size_t most;
  /* Each so many calls says EAGAIN; 0 is never. */
  int again_every, writes_again_every;
  /* From then on calls fail with this errno; 0 is none. */
  int read_errno, write_errno;
  /* The functions name no descriptor to poll: reads wait themselves. */
  int has_no_fd;
  /* Reads take all that is there into held, and give from that: the descriptor does not tell of it. */
  int hoards;
  char held[4096];
  size_t held_at, held_len;
  /* What read and write claim instead of the truth; 0 is the truth. */
  long read_claims, write_claims;
  /* Writes return 0. */
  int writes_nothing;
  /* Called at each read, if set. */
  void (*on_read)(void *ctx);
  void *ctx;
  int reads, writes, closes, longest_wait_ms;
} pipe_io;

/* The functions for *self, which stays until they were closed. */
imap_io pipe_io_functions(pipe_io *self);
/* Opens a connection through them. */
int pipe_io_open(pipe_io *self, const imap_options *options, imap_conn **out);

#endif
