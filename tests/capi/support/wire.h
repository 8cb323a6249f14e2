/* A server that accepts everything: it reads each command to its end, literals included, keeps it to be looked at, and
 * answers as it was told. For tests of what stands on the wire. */
#ifndef WIRE_H
#define WIRE_H

#include <imap4.h>
#include <stddef.h>

typedef struct wire wire;

/* Starts the server and opens a connection. The greeting is "* " and greeting: "PREAUTH [CAPABILITY IMAP4rev1] hi". */
imap_conn *wire_open(wire **self, const char *greeting);
/* The same with a mailbox selected. */
imap_conn *wire_selected(wire **self, const char *capabilities);
/* Frees the connection, then the server. */
void wire_close(wire *self, imap_conn *conn);

/* What the following commands are answered with: untagged lines (NULL: none), and the tagged line behind the tag
 * (NULL: "OK done"). */
void wire_answer(wire *self, const char *untagged, const char *tagged);
/* What a literal that waits is answered with instead of "+ go on"; NULL goes back to that. */
void wire_refuse_literals(wire *self, const char *tagged);

/* How many commands have arrived. */
size_t wire_count(wire *self);
/* The last command: without tag and last CRLF, literals with their headers. Valid until the next one arrives. */
const char *wire_last(wire *self, size_t *len);
/* The last command is this one, and it was the only one since the last look. */
int wire_check(const char *file, int line, wire *self, const char *want);
int wire_check_octets(const char *file, int line, wire *self, const char *want, size_t len);
/* Nothing has arrived since the last look; sends a NOOP to find out. */
int wire_check_silence(const char *file, int line, wire *self, imap_conn *conn);

#define CHECK_WIRE(self, want) wire_check(__FILE__, __LINE__, (self), (want))
#define CHECK_WIRE_OCTETS(self, want, len) wire_check_octets(__FILE__, __LINE__, (self), (want), (len))
#define CHECK_SILENCE(self, conn) wire_check_silence(__FILE__, __LINE__, (self), (conn))
/* For tests whose server is `server` and whose connection is `conn`: the call succeeds and this stands on the wire; the
 * call is refused with this code, its message has this part, and nothing is sent. */
#define SENDS(call, want) \
  do { \
    CHECK_RC((call), IMAP_OK); \
    CHECK_WIRE(server, (want)); \
  } while (0)
#define REFUSES(call, code, part) \
  do { \
    CHECK_RC((call), (code)); \
    CHECK_RC(imap_last_error(conn), (code)); \
    CHECK_HAS(imap_last_message(conn), (part)); \
    CHECK_SILENCE(server, conn); \
  } while (0)

#endif
