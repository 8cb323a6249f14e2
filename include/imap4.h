/* libimap4: an IMAP4 client (RFC 9051, RFC 3501) for C and C++ programs, and for everything that
 * can call C.
 *
 * Three objects:
 *
 * - imap_options: what a connection is opened with. May be used for many connections; NULL means
 *   the defaults, which are safe: verified TLS, time limits, size limits.
 * - imap_conn: one connection to one server. Every command goes through it.
 * - imap_response: what the server answered. It outlives its connection, never changes, and may
 *   be read by many threads.
 *
 * Return codes: functions that can fail return an int. 0 (IMAP_OK) is done and OK. Above 0
 * nothing failed but the answer is not plain OK: IMAP_NO and IMAP_BAD are the server's own
 * words, IMAP_AGAIN asks for another call. Below 0 the call failed. So "rc < 0" is trouble and
 * "rc != 0" is "not what I wanted". A refused login and a refused or failed TLS are always below
 * 0. Questions (has, is, can) return 1 or 0. imap_last_message says in one line what happened,
 * and stays until the next call that talks to the server.
 *
 * Ownership: options, connections and responses have one free function each, which takes NULL.
 * Everything else is borrowed: from a response until that response is freed, from a connection
 * until the next call marked "talks". Arguments are copied before a call returns, except octets
 * that are streamed. On failure out-pointers are set to NULL and numbers to 0, except where the
 * server's answer is the failure. A failed imap_open still gives a connection, from which only
 * the error can be read, to be freed; it is NULL only when memory ran out.
 *
 * Threads: a connection may be used by any thread, by one at a time; a second call meanwhile
 * returns IMAP_ERR_BUSY. Responses may be shared. imap_wakeup may be called at any time from any
 * thread and from signal handlers. After fork a connection belongs to the parent; in the child
 * it can only be freed. No call raises SIGPIPE, prints, exits or changes a global setting.
 *
 * Text comes as a pointer and a length, with a NUL behind its end that the length does not
 * count. Text from the server may hold any octet, NUL included. NIL is NULL; an empty string is
 * not NULL and has length 0. Mailbox names are UTF-8 where a function does not say otherwise.
 *
 * A whole program, without its includes:
 *
 *     int main(void) {
 *         imap_conn *conn;
 *         int rc = imap_open("imap.example.org", 0, IMAP_TLS_IMPLICIT, NULL, &conn);
 *         if (rc == IMAP_OK)
 *             rc = imap_cmd_login(conn, "alice", "secret", NULL);
 *         if (rc == IMAP_OK)
 *             rc = imap_command(conn, "NOOP", NULL, 0, NULL);
 *         printf("%s\n", imap_last_message(conn));
 *         imap_logout_and_free(conn);
 *         return rc != IMAP_OK;
 *     }
 *
 * Each comment says what the function does, what it returns, who owns what, what it asks of
 * threads, the version since which it exists, and the section of the RFC. Written by
 * tools/header/run from the source: edit there. */
#ifndef IMAP4_H
#define IMAP4_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header; imap_version_number and imap_version_string tell the library's. The
 * number is major * 10000 + minor * 100 + patch. */
#define IMAP4_VERSION_STRING "0.1.0"
#define IMAP4_VERSION_NUMBER 100

#if defined(__GNUC__) || defined(__clang__)
#define IMAP4_API __attribute__((visibility("default")))
#define IMAP4_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define IMAP4_DEPRECATED __attribute__((deprecated))
#else
#define IMAP4_API
#define IMAP4_WARN_UNUSED_RESULT
#define IMAP4_DEPRECATED
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a callback answers with: see imap_reply_set. */
typedef struct imap_reply imap_reply;

/* What connections are opened with. */
typedef struct imap_options imap_options;

/* One connection to one server. */
typedef struct imap_conn imap_conn;

/* What the server answered: the result of a command, or one untagged response. */
typedef struct imap_response imap_response;

/* OpenSSL's SSL_CTX. */
struct ssl_ctx_st;

/* Structs that the caller sees inside of; each is described in its section. */
typedef struct imap_io imap_io;
typedef struct imap_arg imap_arg;
typedef struct imap_tls_info imap_tls_info;


/* ---- Versions -------------------------------------------------------------------------------- */

/* Versions, features and the names of return codes. */

/* What a function returned. 0 is done and OK; above 0 nothing failed but the answer is not plain
 * OK; below 0 the call failed. Numbers are never reused or moved. */
typedef enum imap_rc {
  /* Done; the server answered OK where it was asked. */
  IMAP_OK = 0,
  /* The server answered NO. */
  IMAP_NO = 1,
  /* The server answered BAD. */
  IMAP_BAD = 2,
  /* The wait's interval is over and nothing is wrong: call again. */
  IMAP_AGAIN = 3,
  /* The command waits in the queue. */
  IMAP_QUEUED = 4,
  /* An event is there to be read. */
  IMAP_EVENT = 5,
  /* A literal is there to be read. */
  IMAP_LITERAL = 6,
  /* The server sent a challenge: reply or cancel. */
  IMAP_CHALLENGE = 7,
  /* Nothing more comes. */
  IMAP_END = 8,
  /* SELECT for writing gave a READ-ONLY mailbox; it is selected. */
  IMAP_READONLY = 9,
  /* An argument cannot be used; nothing was sent. */
  IMAP_ERR_ARGUMENT = -100,
  /* The handle is NULL or of another kind. */
  IMAP_ERR_HANDLE = -101,
  /* Out of memory. */
  IMAP_ERR_NOMEM = -102,
  /* The connection is inside another call (another thread, or a callback calling back). */
  IMAP_ERR_BUSY = -103,
  /* The connection was opened before a fork and belongs to the parent. */
  IMAP_ERR_FORKED = -104,
  /* A fault inside the library; the handle can only be freed. */
  IMAP_ERR_INTERNAL = -105,
  /* The command is not allowed in the connection's state; nothing was sent. */
  IMAP_ERR_STATE = -106,
  /* The server or this build does not support what was asked; nothing was sent. */
  IMAP_ERR_UNSUPPORTED = -107,
  /* A system call failed; imap_last_errno says why. */
  IMAP_ERR_SYSTEM = -108,
  /* The host name could not be resolved. */
  IMAP_ERR_RESOLVE = -109,
  /* A time limit passed; the connection is closed. */
  IMAP_ERR_TIMEOUT = -110,
  /* The connection is closed, or ended without a BYE. */
  IMAP_ERR_CLOSED = -111,
  /* The server ended the connection with BYE; its text is the message. */
  IMAP_ERR_BYE = -112,
  /* The server broke the protocol; the connection is closed. */
  IMAP_ERR_PROTOCOL = -113,
  /* The server sent more than a limit allows; the connection is closed. */
  IMAP_ERR_LIMIT = -114,
  /* The greeting or the capabilities are not those of an IMAP4 server; the connection is closed. */
  IMAP_ERR_GREETING = -115,
  /* The TLS handshake or a TLS record failed; the connection is closed. */
  IMAP_ERR_TLS = -116,
  /* The server's certificate was not accepted; the connection is closed. */
  IMAP_ERR_TLS_VERIFY = -117,
  /* STARTTLS was refused or not offered; the connection is closed. */
  IMAP_ERR_TLS_REFUSED = -118,
  /* The server refused the login; the connection stays. */
  IMAP_ERR_AUTH = -119,
  /* The mailbox selected for writing has become read-only; nothing was sent. */
  IMAP_ERR_READONLY = -120,
  /* A signal arrived (only with IMAP_OPT_RETURN_ON_SIGNAL); imap_wait continues. */
  IMAP_ERR_INTERRUPTED = -121,
  /* imap_wakeup was called; imap_wait continues. */
  IMAP_ERR_WOKEN = -122,
  /* A password would have gone out in clear, or the server forbids LOGIN; nothing was sent. */
  IMAP_ERR_INSECURE = -123,
} imap_rc;

/* The kind of trouble a return code stands for, as imaplib's exceptions name it. */
typedef enum imap_class {
  /* No trouble: OK, NO and the other codes from 0 up. */
  IMAP_CLASS_NONE = 0,
  /* imaplib's IMAP4.error. */
  IMAP_CLASS_ERROR = 1,
  /* imaplib's IMAP4.abort: the connection is over, a new one may work. */
  IMAP_CLASS_ABORT = 2,
  /* imaplib's IMAP4.readonly. */
  IMAP_CLASS_READONLY = 3,
  /* A system error; errno is set. */
  IMAP_CLASS_SYSTEM = 4,
  /* A time limit passed. */
  IMAP_CLASS_TIMEOUT = 5,
  /* TLS failed. */
  IMAP_CLASS_TLS = 6,
  /* The caller's argument or handle cannot be used. */
  IMAP_CLASS_ARGUMENT = 7,
  /* A signal or imap_wakeup ended the wait; nothing is lost. */
  IMAP_CLASS_INTERRUPTED = 8,
} imap_class;

/* The library's version, as "0.1.0". Valid for ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_version_string(void);

/* The library's version as a number: major * 10000 + minor * 100 + patch. Compare it with
 * IMAP4_VERSION_NUMBER of the header a program was compiled with. Any thread. Since 0.1. */
IMAP4_API int imap_version_number(void);

/* Whether this build can do something: "tls", "starttls", "ssl-ctx", "child-process",
 * "cram-md5", "plain", "login", "utf7", "utf8-accept", "literal-plus". Returns 1 or 0; 0 for
 * names it does not know, and NULL. Any thread. Since 0.1. */
IMAP4_API int imap_has_feature(const char *name);

/* The name of a return code: "IMAP_ERR_TIMEOUT". "unknown" for numbers that are none. Valid for
 * ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_error_name(int rc);

/* What a return code means, in a few words. Valid for ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_error_text(int rc);

/* The class of a return code, a number of imap_class: which of imaplib's exceptions it stands
 * for. IMAP_CLASS_ABORT and IMAP_CLASS_READONLY are errors too (error > abort > readonly).
 * IMAP_CLASS_NONE for numbers that are no code. Any thread. Since 0.1. */
IMAP4_API int imap_error_class(int rc);


/* ---- Options --------------------------------------------------------------------------------- */

/* Options: set by number, read back by number, used by any number of connections. */

/* Options, as imap_options_set_int, imap_options_set_str and imap_set_int take them. */
typedef enum imap_opt {
  /* Reserved for connections that never block; not supported in this version. */
  IMAP_OPT_NONBLOCK = 1,
  /* 1: a signal ends a blocking call with IMAP_ERR_INTERRUPTED. Default 0: the call goes on with
   * the time left. */
  IMAP_OPT_RETURN_ON_SIGNAL = 2,
  /* Milliseconds from resolving to the greeting, TLS included; 0 none. Default 60000. */
  IMAP_OPT_CONNECT_TIMEOUT_MS = 3,
  /* Milliseconds in which less than 1 KiB moves and no response is completed; five times as long
   * where servers are slow by nature (SEARCH, COPY, ...); 0 none. Default 60000. */
  IMAP_OPT_STALL_TIMEOUT_MS = 4,
  /* Milliseconds for each call in all; 0 none, the default. */
  IMAP_OPT_CALL_TIMEOUT_MS = 5,
  /* Octets of one line, CRLF included; 0 none. Default 8 MiB. */
  IMAP_OPT_MAX_LINE = 6,
  /* Octets of one literal kept in memory; 0 none. Default 256 MiB. */
  IMAP_OPT_MAX_LITERAL = 7,
  /* Octets of one response outside its literals; 0 none. Default 8 MiB. */
  IMAP_OPT_MAX_RESPONSE = 8,
  /* Lists inside lists in one response. Default 100. */
  IMAP_OPT_MAX_DEPTH = 9,
  /* Octets of events kept; 0 none. Default 32 MiB. */
  IMAP_OPT_MAX_UNASKED = 10,
  /* Octets kept of the answer to one command; 0 none. Default 1 GiB. */
  IMAP_OPT_MAX_KEPT = 11,
  /* Responses kept for imap_untagged; 0 keeps none. Default 1000. */
  IMAP_OPT_UNTAGGED_KEEP = 12,
  /* What the trace ring notes: 0 nothing, 1 commands and status lines (default), 3 every
   * response line. */
  IMAP_OPT_TRACE_LEVEL = 13,
  /* Lines the trace ring holds. Default 20, as imaplib's ten exchanges. */
  IMAP_OPT_TRACE_KEEP = 14,
  /* 0: accept any certificate. Default 1. */
  IMAP_OPT_TLS_VERIFY = 15,
  /* The oldest TLS version accepted: 10, 11, 12 or 13. Default 12. */
  IMAP_OPT_TLS_MIN_VERSION = 16,
  /* 4 or 6: only addresses of that family. Default 0, both. */
  IMAP_OPT_IP_FAMILY = 17,
  /* 1: TCP keepalive. Default 0. */
  IMAP_OPT_KEEPALIVE = 18,
  /* 1: passwords may cross a network in clear. Default 0. */
  IMAP_OPT_ALLOW_PLAINTEXT_AUTH = 19,
  /* 1: resolve in the calling thread, without limit of time. Default 0. */
  IMAP_OPT_RESOLVE_INLINE = 20,
  /* Reserved for streamed literals; not supported in this version. */
  IMAP_OPT_LITERAL_STREAM_MIN = 21,
  /* Reserved for IDLE; not supported in this version. */
  IMAP_OPT_IDLE_RENEW_MS = 22,
  /* File of certificates to trust (PEM) instead of the system's. */
  IMAP_OPT_TLS_CA_FILE = 101,
  /* Folder of certificates to trust, as openssl rehash makes it. */
  IMAP_OPT_TLS_CA_DIR = 102,
  /* The client's certificate with its chain (PEM). */
  IMAP_OPT_TLS_CERT_FILE = 103,
  /* The client's key (PEM); by default in the certificate's file. */
  IMAP_OPT_TLS_KEY_FILE = 104,
  /* The name the server's certificate must have, if it is not the host's. */
  IMAP_OPT_TLS_SERVER_NAME = 105,
  /* A numeric address to connect to; the host stays the name for TLS. */
  IMAP_OPT_CONNECT_ADDR = 106,
  /* A numeric address of this machine to connect from. */
  IMAP_OPT_LOCAL_ADDR = 107,
} imap_opt;

/* Makes a set of options, all at their defaults. *out is the caller's, free it with
 * imap_options_free. Returns IMAP_OK or IMAP_ERR_ARGUMENT (out is NULL). Any thread. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_options_new(imap_options **out);

/* Frees options; NULL is fine. Connections opened with them keep their own copy. Since 0.1. */
IMAP4_API void imap_options_free(imap_options *options);

/* Sets a number option (imap_opt below 100). Returns IMAP_OK; IMAP_ERR_ARGUMENT if the value is
 * out of range; IMAP_ERR_UNSUPPORTED if there is no such option. Options are not shared between
 * threads while they change. Since 0.1. */
IMAP4_API int imap_options_set_int(imap_options *options, int option, int64_t value);

/* Sets a text option (imap_opt from 100); it is copied. NULL goes back to the default. Returns
 * as imap_options_set_int; IMAP_ERR_ARGUMENT also if the text is not UTF-8. Since 0.1. */
IMAP4_API int imap_options_set_str(imap_options *options, int option, const char *value);

/* Reads a number option into *value. Returns IMAP_OK, or IMAP_ERR_UNSUPPORTED and 0. Since 0.1. */
IMAP4_API int imap_options_get_int(const imap_options *options, int option, int64_t *value);

/* Reads a text option into *value: borrowed until the option is set again or the options are
 * freed; NULL if it is not set. Returns IMAP_OK or IMAP_ERR_UNSUPPORTED. Since 0.1. */
IMAP4_API int imap_options_get_str(const imap_options *options, int option, const char **value);

/* Uses a TLS context of the caller's own (imaplib's ssl_context). Its reference count is raised,
 * so the caller may free his. Whether certificates are verified is then the context's choice;
 * the host name is checked if they are. Excludes the TLS_CA_*, TLS_CERT_FILE and TLS_KEY_FILE
 * options: opening fails with IMAP_ERR_ARGUMENT. NULL goes back to those. Only for programs that
 * share this library's libssl. Returns IMAP_OK. Since 0.1. */
IMAP4_API int imap_options_set_ssl_ctx(imap_options *options, struct ssl_ctx_st *ctx);


/* ---- Opening and closing --------------------------------------------------------------------- */

/* Opening and closing. A failed open still gives a connection: read the error from it, then free
 * it. */

/* When TLS begins. */
typedef enum imap_tls {
  /* With the first octet (port 993). */
  IMAP_TLS_IMPLICIT = 0,
  /* With STARTTLS, before anything else is said (port 143); without it the open fails. */
  IMAP_TLS_STARTTLS = 1,
  /* Never. */
  IMAP_TLS_NONE = 2,
} imap_tls;

/* Flag bits of the functions that take flags. Each function says which it knows; others are
 * IMAP_ERR_ARGUMENT. */
typedef enum imap_flag {
  /* Message numbers are UIDs. */
  IMAP_UID = 1,
  /* Open the mailbox for reading only. */
  IMAP_EXAMINE = 2,
  /* Send the message as it is, line ends included. */
  IMAP_APPEND_VERBATIM = 4,
  /* The descriptors stay open when the connection closes. */
  IMAP_FD_KEEP = 8,
  /* The way is private (a tunnel): passwords may go out without TLS. */
  IMAP_FD_SECURE = 16,
} imap_flag;

/* Functions that carry a connection (imaplib's overridable read, send and shutdown). They must
 * not throw or longjmp, and may not use the connection they carry (IMAP_ERR_BUSY). */
struct imap_io {
  /* sizeof(imap_io). */
  size_t size;
  /* Handed to each function. */
  void *ctx;
  /* Reads up to len octets: their number; 0 at the end of the stream; -1 with errno (EAGAIN:
   * nothing yet). Without a descriptor it may wait up to timeout_ms milliseconds, with one it
   * must not. */
  long (*read)(void *ctx, char *buf, size_t len, int timeout_ms);
  /* Writes up to len octets: their number, or -1 with errno (EAGAIN: not now). */
  long (*write)(void *ctx, const char *buf, size_t len);
  /* Called once when the connection is over; may be NULL. */
  void (*close)(void *ctx);
  /* Polled while the functions say EAGAIN; -1 if there is none. */
  int fd;
  /* 0 or IMAP_FD_SECURE. */
  int flags;
};

/* Connects to a server and reads its greeting; asks for the capabilities unless the greeting
 * told them. host is a name or address, without a port; "" is this machine. port 0 is 993 for
 * IMAP_TLS_IMPLICIT, else 143. tls is a number of imap_tls. options may be NULL. The certificate
 * is checked against host. Returns IMAP_OK; IMAP_ERR_RESOLVE, IMAP_ERR_SYSTEM (errno),
 * IMAP_ERR_TIMEOUT, IMAP_ERR_TLS, IMAP_ERR_TLS_VERIFY, IMAP_ERR_TLS_REFUSED (no STARTTLS where
 * it was asked for), IMAP_ERR_GREETING, IMAP_ERR_BYE, IMAP_ERR_ARGUMENT. *out is the caller's in
 * any case (NULL only when there was nothing to make it from): free it with imap_free or
 * imap_logout_and_free. Blocks up to CONNECT_TIMEOUT_MS. Any thread. Since 0.1. RFC 9051, 2.1,
 * 7.1; RFC 8314. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open(const char *host, int port, int tls,
    const imap_options *options, imap_conn **out);

/* Starts a command with /bin/sh and talks to its standard input and output (imaplib's
 * IMAP4_stream); its standard error stays the caller's. Returns, owns and blocks as imap_open.
 * The process is waited for when the connection closes, and ended if it stays. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_command(const char *shell_line,
    const imap_options *options, imap_conn **out);

/* As imap_open_command, without a shell: argv is the program, searched in PATH, and its
 * arguments, ended by NULL. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_argv(const char *const *argv,
    const imap_options *options, imap_conn **out);

/* Talks through open descriptors, which may be one and the same. Their blocking mode does not
 * matter and does not change. flags: IMAP_FD_KEEP, IMAP_FD_SECURE. host is the name for TLS;
 * NULL without TLS. tls as in imap_open. They belong to the connection from a successful check
 * of the arguments on, and are closed with it unless IMAP_FD_KEEP. Returns, owns and blocks as
 * imap_open. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_fd(int read_fd, int write_fd, int flags,
    const char *host, int tls, const imap_options *options, imap_conn **out);

/* Talks through functions of the caller, copied from *io. host is the name for TLS; NULL without
 * TLS. Returns, owns and blocks as imap_open. The functions run inside the library's calls, on
 * the calling thread. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_io(const imap_io *io, const char *host, int tls,
    const imap_options *options, imap_conn **out);

/* imaplib's with-block: LOGOUT if it is still possible, then imap_free. Returns what LOGOUT
 * returned, IMAP_OK if the connection was over already; IMAP_ERR_BUSY leaves the connection as
 * it is. NULL is IMAP_ERR_HANDLE. Talks. Since 0.1. RFC 9051, 6.1.3. */
IMAP4_API int imap_logout_and_free(imap_conn *conn);

/* Closes the connection at once and says nothing to the server; the error and the state stay to
 * be read (imaplib's shutdown). NULL is fine. Since 0.1. */
IMAP4_API void imap_shutdown(imap_conn *conn);

/* Closes the connection without LOGOUT and frees it; NULL is fine. In a forked child only the
 * child's copies of the descriptors are closed. A connection that is inside a call of another
 * thread is left alone. May wait up to four seconds for a child process that does not end. Since
 * 0.1. */
IMAP4_API void imap_free(imap_conn *conn);

/* The process behind imap_open_command or imap_open_argv: *pid. Returns IMAP_OK, or IMAP_END and
 * 0 if there is none. Since 0.1. */
IMAP4_API int imap_child_pid(imap_conn *conn, int *pid);

/* How that process ended: *status as waitpid gives it. Returns IMAP_OK; IMAP_AGAIN while it
 * runs; IMAP_END if there is none, or if somebody else has waited for it. Known after
 * imap_shutdown too. Since 0.1. */
IMAP4_API int imap_child_status(imap_conn *conn, int *status);


/* ---- Asking a connection --------------------------------------------------------------------- */

/* What a connection is, knows and last said. Asking does not talk to the server and does not
 * change the error. */

/* What a connection may do (RFC 9051, 3). The numbers are those of the C interface. */
typedef enum imap_state {
  /* Not authenticated. */
  IMAP_STATE_NONAUTH = 0,
  /* Authenticated, no mailbox selected. */
  IMAP_STATE_AUTH = 1,
  /* A mailbox is selected. */
  IMAP_STATE_SELECTED = 2,
  /* Logged out, or the connection is over. */
  IMAP_STATE_LOGOUT = 3,
  /* IDLE is running. */
  IMAP_STATE_IDLING = 4,
} imap_state;

/* The state, a number of imap_state (imaplib's state). IMAP_STATE_LOGOUT if conn is no
 * connection. Since 0.1. RFC 9051, 3. */
IMAP4_API int imap_conn_state(imap_conn *conn);

/* imaplib's name of a state: "NONAUTH", "AUTH", "SELECTED", "LOGOUT", "IDLING". "" for other
 * numbers. Valid for ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_state_name(int state);

/* 1 if the selected mailbox can only be read (imaplib's is_readonly), else 0. Since 0.1. */
IMAP4_API int imap_is_readonly(imap_conn *conn);

/* 1 if UTF8=ACCEPT is enabled (imaplib's utf8_enabled), else 0. Since 0.1. RFC 6855. */
IMAP4_API int imap_utf8_enabled(imap_conn *conn);

/* The newest protocol the server speaks that the library uses (imaplib's PROTOCOL_VERSION):
 * "IMAP4REV1", "IMAP4", or "IMAP4REV2" for servers that offer nothing older. "" if it is not
 * known. Valid for ever. Since 0.1. */
IMAP4_API const char *imap_protocol_version(imap_conn *conn);

/* The greeting (imaplib's welcome). *out is the caller's, free it with imap_response_free.
 * Returns IMAP_OK, or IMAP_END and NULL if none came. Since 0.1. RFC 9051, 7.1. */
IMAP4_API int imap_greeting(imap_conn *conn, imap_response **out);

/* 1 if the server announced the capability (any case), by what it said last; else 0. Since 0.1.
 * RFC 9051, 6.1.1. */
IMAP4_API int imap_has_capability(imap_conn *conn, const char *name);

/* How many capabilities are known. Since 0.1. */
IMAP4_API int imap_capability_count(imap_conn *conn);

/* Capability i from 0 in upper case, in the server's order; NULL past the end. Borrowed until
 * the next call that talks. Since 0.1. */
IMAP4_API const char *imap_capability_at(imap_conn *conn, int i);

/* 1 if a login may have changed the capabilities and the server did not say how:
 * imap_cmd_capability asks. The library asks by itself before the first decision that needs
 * them. Since 0.1. */
IMAP4_API int imap_capability_is_stale(imap_conn *conn);

/* The descriptor that is read from (imaplib's socket), -1 if there is none. It stays the
 * library's. Since 0.1. */
IMAP4_API int imap_fd(imap_conn *conn);

/* What the last call that talks returned; IMAP_ERR_HANDLE if conn is none, IMAP_ERR_BUSY inside
 * another call. Since 0.1. */
IMAP4_API int imap_last_error(imap_conn *conn);

/* One printable line on the last call that talks: "SELECT: NO [NONEXISTENT] Unknown mailbox".
 * Never NULL. Borrowed until the next call that talks. Since 0.1. */
IMAP4_API const char *imap_last_message(imap_conn *conn);

/* The server's own text of the last call that talks, with its code; "" if it said nothing. Never
 * NULL. Borrowed until the next call that talks. Since 0.1. */
IMAP4_API const char *imap_last_text(imap_conn *conn);

/* The response code of the last call that talks, upper case, without argument: "NONEXISTENT"; ""
 * if there was none. Never NULL. Borrowed until the next call that talks. Since 0.1. RFC 9051,
 * 7.1; RFC 5530. */
IMAP4_API const char *imap_last_code(imap_conn *conn);

/* errno of the system call that made the last call fail; 0 if none did. Since 0.1. */
IMAP4_API int imap_last_errno(imap_conn *conn);

/* Reads an option in force on the connection. Returns IMAP_OK or IMAP_ERR_UNSUPPORTED. Since
 * 0.1. */
IMAP4_API int imap_get_int(imap_conn *conn, int option, int64_t *value);

/* Reads a text option in force on the connection: borrowed until it is freed; NULL if it is not
 * set. Returns IMAP_OK or IMAP_ERR_UNSUPPORTED. Since 0.1. */
IMAP4_API int imap_get_str(imap_conn *conn, int option, const char **value);

/* Changes an option of the open connection: timeouts except CONNECT_TIMEOUT_MS, MAX_*,
 * UNTAGGED_KEEP, TRACE_*, RETURN_ON_SIGNAL, ALLOW_PLAINTEXT_AUTH. In force from the next call
 * on. Returns IMAP_OK, IMAP_ERR_ARGUMENT (out of range) or IMAP_ERR_UNSUPPORTED. Since 0.1. */
IMAP4_API int imap_set_int(imap_conn *conn, int option, int64_t value);

/* Continues a call that returned IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN or IMAP_AGAIN, with the
 * result it would have had. id 0 is the last call's. timeout_ms is how long this wait may last
 * before it returns IMAP_AGAIN; -1 without limit (the call's own limits hold). Returns what the
 * call would have returned; IMAP_ERR_ARGUMENT if nothing of that id is waiting. *out is the
 * caller's; NULL asks for no response. Talks. Since 0.1. */
IMAP4_API int imap_wait(imap_conn *conn, uint32_t id, int timeout_ms, imap_response **out);

/* The id of the last command that was submitted, for imap_wait; 0 if there was none. Since 0.1. */
IMAP4_API uint32_t imap_last_id(imap_conn *conn);

/* Makes the call that waits on the connection, or else the next one, return IMAP_ERR_WOKEN;
 * imap_wait continues it. May be called at any time from any thread and from a signal handler,
 * until imap_free begins. Returns IMAP_OK or IMAP_ERR_HANDLE. Since 0.1. */
IMAP4_API int imap_wakeup(imap_conn *conn);


/* ---- Commands -------------------------------------------------------------------------------- */

/* Any command: by name with typed arguments, or as ready text. Returns are the same for all
 * commands: IMAP_OK, IMAP_NO or IMAP_BAD as the server answered; below 0 if it was refused
 * before sending (IMAP_ERR_ARGUMENT, IMAP_ERR_STATE, IMAP_ERR_READONLY, IMAP_ERR_UNSUPPORTED,
 * IMAP_ERR_INSECURE) or if the connection ended (IMAP_ERR_BYE, IMAP_ERR_CLOSED,
 * IMAP_ERR_TIMEOUT, IMAP_ERR_PROTOCOL, IMAP_ERR_LIMIT, IMAP_ERR_SYSTEM, IMAP_ERR_TLS), or if the
 * wait did (IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN: see imap_wait). *out is the caller's, free it
 * with imap_response_free; NULL asks for no response. All of them talk, and block up to the
 * limits of time. */

/* What an argument is. The numbers are those of the C interface. */
typedef enum imap_arg_type {
  /* A word sent as it is; only characters of an atom. */
  IMAP_ARG_ATOM = 1,
  /* Any text: sent as an atom if it can be, else quoted, else (8-bit) as a literal. */
  IMAP_ARG_ASTRING = 2,
  /* Any text: always quoted, or (8-bit) a literal. */
  IMAP_ARG_STRING = 3,
  /* Any octets, always as a literal. */
  IMAP_ARG_LITERAL = 4,
  /* A mailbox name in UTF-8. */
  IMAP_ARG_MAILBOX = 5,
  /* A mailbox name exactly as LIST gave it. */
  IMAP_ARG_MAILBOX_RAW = 6,
  /* A LIST pattern in UTF-8: like a mailbox, but % and * are wildcards. */
  IMAP_ARG_LIST_MAILBOX = 7,
  /* A sequence set: "1", "2:4", "1:3,6:9", "3:*". */
  IMAP_ARG_SET = 8,
  /* Flags, with or without the parentheses around them. */
  IMAP_ARG_FLAGS = 9,
  /* Decimal digits. */
  IMAP_ARG_NUMBER = 10,
  /* An INTERNALDATE, with or without its quotes. */
  IMAP_ARG_DATE = 11,
  /* Search criteria, fetch items and the like: checked, then sent as written; 8-bit quoted
   * strings become literals. */
  IMAP_ARG_RAW = 12,
  /* An opening parenthesis; ptr is not looked at. */
  IMAP_ARG_LIST_OPEN = 13,
  /* A closing parenthesis; ptr is not looked at. */
  IMAP_ARG_LIST_CLOSE = 14,
  /* A mailbox as imaplib's callers write it: one quoted string is unquoted first, modified UTF-7
   * stays as it is. */
  IMAP_ARG_MAILBOX_LENIENT = 15,
  /* An ASTRING; one quoted string is unquoted first. */
  IMAP_ARG_ASTRING_LENIENT = 16,
  /* Items in parentheses, which are added where they are missing; ALL, FAST and FULL go without. */
  IMAP_ARG_ITEMS = 17,
  /* NIL; ptr is not looked at. */
  IMAP_ARG_NIL = 18,
} imap_arg_type;

/* One argument of a command. Its layout is frozen. */
struct imap_arg {
  /* Its octets. */
  const char *ptr;
  /* How many. */
  size_t len;
  /* A number of imap_arg_type. */
  int32_t type;
  /* 0, or IMAP_ARG_SECRET. */
  int32_t flags;
};

/* Flag of an argument: masked in the trace, wiped after sending. */
#define IMAP_ARG_SECRET 1

/* Sends any command. name in any case: "FETCH", "UID FETCH", "XFOO". The arguments are quoted,
 * encoded or sent as literals by their type and content; literals wait for the server unless it
 * announces LITERAL+ or LITERAL-. STARTTLS, AUTHENTICATE, IDLE, COMPRESS and UNAUTHENTICATE are
 * refused: they have functions of their own. Names the library does not know are sent in every
 * state. Since 0.1. RFC 9051, 2.2.1, 4, 6; RFC 7888. */
IMAP4_API int imap_command(imap_conn *conn, const char *name, const imap_arg *argv, size_t argc,
    imap_response **out);

/* Sends a command as text, everything behind the tag: "FETCH 1 (FLAGS)". CR, LF, NUL, literal
 * markers and broken quoting are refused. Since 0.1. */
IMAP4_API int imap_command_text(imap_conn *conn, const char *line, imap_response **out);

/* imaplib's xatom: a simple extension command. args is ready text, checked as by
 * imap_command_text; NULL for none. A name the library does not know becomes known, so that
 * imap_cmd_uid takes it. Since 0.1. */
IMAP4_API int imap_cmd_xatom(imap_conn *conn, const char *name, const char *args,
    imap_response **out);

/* imaplib's uid: a command by UID, with ready text as arguments, checked as by
 * imap_command_text. A command nobody knows is IMAP_ERR_UNSUPPORTED. The functions that take
 * IMAP_UID do the same with quoting. Since 0.1. RFC 9051, 6.4.9. */
IMAP4_API int imap_cmd_uid(imap_conn *conn, const char *command, const char *args,
    imap_response **out);

/* Commands on the session: capabilities, login, logout. */

/* CAPABILITY: asks what the server can do. Items: CAPABILITY. Since 0.1. RFC 9051, 6.1.1. */
IMAP4_API int imap_cmd_capability(imap_conn *conn, imap_response **out);

/* NOOP: lets the server tell what is new. Since 0.1. RFC 9051, 6.1.2. */
IMAP4_API int imap_cmd_noop(imap_conn *conn, imap_response **out);

/* LOGOUT: says goodbye and closes the connection. IMAP_OK with the status BYE and the BYE texts
 * as items; without a BYE the tagged status and its text. Since 0.1. RFC 9051, 6.1.3. */
IMAP4_API int imap_cmd_logout(imap_conn *conn, imap_response **out);

/* LOGIN. The password is always sent quoted or as a literal, never shown in the trace, and wiped
 * after sending. A refusal is IMAP_ERR_AUTH with the server's answer in *out; the connection
 * stays. Refused before sending with IMAP_ERR_INSECURE if the server announces LOGINDISABLED, or
 * in clear over a network unless ALLOW_PLAINTEXT_AUTH. Since 0.1. RFC 9051, 6.2.3. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_login(imap_conn *conn, const char *user,
    const char *password, imap_response **out);

/* ID: tells who the client is and asks who the server is. pairs are names and values in turn,
 * count strings in all; 0 sends NIL. Items: ID. Since 0.1. RFC 2971. */
IMAP4_API int imap_cmd_id(imap_conn *conn, const char *const *pairs, size_t count,
    imap_response **out);

/* ENABLE: switches extensions on, "UTF8=ACCEPT" or several names. IMAP_ERR_UNSUPPORTED if the
 * server has no ENABLE. UTF-8 mode follows the server's ENABLED list: see imap_utf8_enabled.
 * Since 0.1. RFC 5161, RFC 6855. */
IMAP4_API int imap_cmd_enable(imap_conn *conn, const char *capability, imap_response **out);

/* NAMESPACE: the prefixes of personal, other users' and shared mailboxes. Items: NAMESPACE.
 * Since 0.1. RFC 2342. */
IMAP4_API int imap_cmd_namespace(imap_conn *conn, imap_response **out);

/* PROXYAUTH: an administrator becomes another user (a command of Netscape's servers). Since 0.1. */
IMAP4_API int imap_cmd_proxyauth(imap_conn *conn, const char *user, imap_response **out);

/* imaplib's recent: the RECENT count if one is known and not yet taken, else NOOP and what it
 * brings. Items: RECENT, none if nothing is new. Since 0.1. */
IMAP4_API int imap_cmd_recent(imap_conn *conn, imap_response **out);

/* Commands on mailboxes. Names are UTF-8 here and modified UTF-7 (or UTF-8, when enabled) on the
 * wire. */

/* SELECT, or EXAMINE with IMAP_EXAMINE in flags: opens a mailbox; NULL is INBOX. Items: EXISTS,
 * the number of messages. Also IMAP_READONLY, the mailbox being selected but read-only though
 * writing was asked for. What was known of the mailbox before is forgotten. Since 0.1. RFC 9051,
 * 6.3.2, 6.3.3. */
IMAP4_API int imap_cmd_select(imap_conn *conn, const char *mailbox, int flags,
    imap_response **out);

/* CREATE makes a mailbox. Since 0.1. RFC 9051, 6.3.4. */
IMAP4_API int imap_cmd_create(imap_conn *conn, const char *mailbox, imap_response **out);

/* DELETE removes a mailbox. Since 0.1. RFC 9051, 6.3.5. */
IMAP4_API int imap_cmd_delete(imap_conn *conn, const char *mailbox, imap_response **out);

/* RENAME gives a mailbox another name. Since 0.1. RFC 9051, 6.3.6. */
IMAP4_API int imap_cmd_rename(imap_conn *conn, const char *from, const char *to,
    imap_response **out);

/* SUBSCRIBE. Since 0.1. RFC 9051, 6.3.7. */
IMAP4_API int imap_cmd_subscribe(imap_conn *conn, const char *mailbox, imap_response **out);

/* UNSUBSCRIBE. Since 0.1. RFC 9051, 6.3.8. */
IMAP4_API int imap_cmd_unsubscribe(imap_conn *conn, const char *mailbox, imap_response **out);

/* LIST: the mailboxes below directory (NULL: "") that match pattern (NULL: "*"; % matches within
 * one level). Items: LIST, names as the server wrote them; IMAP_ARG_MAILBOX_RAW sends such a
 * name back unchanged. Since 0.1. RFC 9051, 6.3.9. */
IMAP4_API int imap_cmd_list(imap_conn *conn, const char *directory, const char *pattern,
    imap_response **out);

/* LSUB: as imap_cmd_list, of the subscribed mailboxes. Items: LSUB. Since 0.1. RFC 3501, 6.3.9. */
IMAP4_API int imap_cmd_lsub(imap_conn *conn, const char *directory, const char *pattern,
    imap_response **out);

/* STATUS: figures of a mailbox that need not be selected. names as "MESSAGES UNSEEN", with or
 * without parentheses. Items: STATUS. Since 0.1. RFC 9051, 6.3.11. */
IMAP4_API int imap_cmd_status(imap_conn *conn, const char *mailbox, const char *names,
    imap_response **out);

/* CHECK: asks for a checkpoint of the selected mailbox. Since 0.1. RFC 3501, 6.4.1. */
IMAP4_API int imap_cmd_check(imap_conn *conn, imap_response **out);

/* CLOSE: expunges and leaves the selected mailbox. The state follows the server's answer. Since
 * 0.1. RFC 9051, 6.4.1. */
IMAP4_API int imap_cmd_close(imap_conn *conn, imap_response **out);

/* UNSELECT: leaves the selected mailbox without expunging. Since 0.1. RFC 9051, 6.4.2. */
IMAP4_API int imap_cmd_unselect(imap_conn *conn, imap_response **out);

/* Commands on messages. set is a sequence set ("1", "2:4", "1:3,6:9", "3:*") of message numbers,
 * or of UIDs with IMAP_UID in flags. */

/* FETCH: data items of messages, as "FLAGS", "(UID BODY.PEEK[])" or "FAST". Items: FETCH. Since
 * 0.1. RFC 9051, 6.4.5. */
IMAP4_API int imap_cmd_fetch(imap_conn *conn, const char *set, const char *items, int flags,
    imap_response **out);

/* PARTIAL: a stretch of a message part (RFC 1730; FETCH with <start.length> is its successor).
 * start counts from 1. Items: FETCH. Since 0.1. */
IMAP4_API int imap_cmd_partial(imap_conn *conn, const char *number, const char *part,
    uint32_t start, uint32_t length, imap_response **out);

/* STORE: changes flags. command is FLAGS, +FLAGS or -FLAGS, perhaps with .SILENT behind it;
 * flag_list as "\Deleted" or "(\Seen $Done)". Items: FETCH. Since 0.1. RFC 9051, 6.4.6. */
IMAP4_API int imap_cmd_store(imap_conn *conn, const char *set, const char *command,
    const char *flag_list, int flags, imap_response **out);

/* COPY: copies messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.7. */
IMAP4_API int imap_cmd_copy(imap_conn *conn, const char *set, const char *mailbox, int flags,
    imap_response **out);

/* MOVE: moves messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.8. */
IMAP4_API int imap_cmd_move(imap_conn *conn, const char *set, const char *mailbox, int flags,
    imap_response **out);

/* EXPUNGE: removes the messages with \Deleted for good; all of them if uid_set is NULL, else
 * only those of the set (UID EXPUNGE). Items: EXPUNGE, numbers in order. Since 0.1. RFC 9051,
 * 6.4.3; RFC 4315. */
IMAP4_API int imap_cmd_expunge(imap_conn *conn, const char *uid_set, imap_response **out);

/* SEARCH: message numbers that match criteria, as "UNSEEN FROM "ada"". charset may be NULL;
 * criteria with 8-bit characters in quotes are then sent as UTF-8. In UTF-8 mode it must be
 * NULL. Items: SEARCH, numbers and blanks. Since 0.1. RFC 9051, 6.4.4. */
IMAP4_API int imap_cmd_search(imap_conn *conn, const char *charset, const char *criteria, int flags,
    imap_response **out);

/* SORT: as SEARCH, in order. sort_criteria as "REVERSE DATE", with or without parentheses.
 * charset NULL is US-ASCII or, if the criteria need it, UTF-8. Items: SORT. Since 0.1. RFC 5256. */
IMAP4_API int imap_cmd_sort(imap_conn *conn, const char *sort_criteria, const char *charset,
    const char *criteria, int flags, imap_response **out);

/* THREAD: as SEARCH, by conversation. algorithm as "REFERENCES". charset as for SORT. Items:
 * THREAD. Since 0.1. RFC 5256. */
IMAP4_API int imap_cmd_thread(imap_conn *conn, const char *algorithm, const char *charset,
    const char *criteria, int flags, imap_response **out);

/* APPEND: adds a message to a mailbox (NULL: INBOX). flag_list as for STORE, date as an
 * INTERNALDATE; both may be NULL. message is len octets. flags: IMAP_APPEND_VERBATIM sends them
 * as they are; without it bare CR and bare LF become CRLF. A NUL in the message needs a server
 * with BINARY. Since 0.1. RFC 9051, 6.3.12. */
IMAP4_API int imap_cmd_append(imap_conn *conn, const char *mailbox, const char *flag_list,
    const char *date, const char *message, size_t len, int flags, imap_response **out);

/* Commands on rights, quotas and annotations. */

/* GETACL: who may do what with a mailbox. Items: ACL. Since 0.1. RFC 4314, 3.3. */
IMAP4_API int imap_cmd_getacl(imap_conn *conn, const char *mailbox, imap_response **out);

/* SETACL: gives who the rights what ("+r" and "-r" change them). Since 0.1. RFC 4314, 3.1. */
IMAP4_API int imap_cmd_setacl(imap_conn *conn, const char *mailbox, const char *who,
    const char *what, imap_response **out);

/* DELETEACL: takes all rights from who. Since 0.1. RFC 4314, 3.2. */
IMAP4_API int imap_cmd_deleteacl(imap_conn *conn, const char *mailbox, const char *who,
    imap_response **out);

/* MYRIGHTS: what the user himself may do. Items: MYRIGHTS. Since 0.1. RFC 4314, 3.5. */
IMAP4_API int imap_cmd_myrights(imap_conn *conn, const char *mailbox, imap_response **out);

/* GETQUOTA: use and limits of a quota root. Items: QUOTA. Since 0.1. RFC 9208, 4.1.2. */
IMAP4_API int imap_cmd_getquota(imap_conn *conn, const char *root, imap_response **out);

/* GETQUOTAROOT: the quota roots of a mailbox and their use. Items: QUOTAROOT; ask for "QUOTA"
 * too. Since 0.1. RFC 9208, 4.1.3. */
IMAP4_API int imap_cmd_getquotaroot(imap_conn *conn, const char *mailbox, imap_response **out);

/* SETQUOTA: sets limits, as "STORAGE 512", with or without parentheses. Items: QUOTA. Since 0.1.
 * RFC 9208, 4.1.1. */
IMAP4_API int imap_cmd_setquota(imap_conn *conn, const char *root, const char *limits,
    imap_response **out);

/* GETANNOTATION: entry and attribute as the draft ANNOTATEMORE writes them, quoted strings or
 * lists: "\"/comment\"", "\"value.priv\"". Items: ANNOTATION. Since 0.1. */
IMAP4_API int imap_cmd_getannotation(imap_conn *conn, const char *mailbox, const char *entry,
    const char *attribute, imap_response **out);

/* SETANNOTATION: attributes is a list of names and values, "(\"value.priv\" \"x\")". Items:
 * ANNOTATION. Since 0.1. */
IMAP4_API int imap_cmd_setannotation(imap_conn *conn, const char *mailbox, const char *entry,
    const char *attributes, imap_response **out);


/* ---- Responses ------------------------------------------------------------------------------- */

/* Responses: what a command brought. A result has a status and the untagged responses that
 * belong to it; an untagged response, an event or the greeting is one line. All views are of the
 * same octets. Any thread may read. */

/* The status of a response (RFC 9051, 7.1). */
typedef enum imap_status {
  /* Data, not a status. */
  IMAP_STATUS_NONE = 0,
  IMAP_STATUS_OK = 1,
  IMAP_STATUS_NO = 2,
  IMAP_STATUS_BAD = 3,
  IMAP_STATUS_BYE = 4,
  IMAP_STATUS_PREAUTH = 5,
} imap_status;

/* Frees a response; NULL is fine, and borrowed ones (imap_response_row) are left alone. Since
 * 0.1. */
IMAP4_API void imap_response_free(imap_response *response);

/* One more handle of the same response, also of a borrowed one, which then outlives what it was
 * borrowed from. Nothing is copied. *out is the caller's, free it with imap_response_free.
 * Returns IMAP_OK. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_response_keep(const imap_response *response,
    imap_response **out);

/* The status, a number of imap_status. Since 0.1. */
IMAP4_API int imap_response_status(const imap_response *response);

/* The text of a status, its bracketed code included. Borrowed from the response. Returns
 * IMAP_OK, or IMAP_END if it is no status. Since 0.1. */
IMAP4_API int imap_response_text(const imap_response *response, const char **ptr, size_t *len);

/* The text of a status without its code. Borrowed from the response. Returns as
 * imap_response_text. Since 0.1. */
IMAP4_API int imap_response_message(const imap_response *response, const char **ptr, size_t *len);

/* The code of a status: its name in upper case, and its argument as sent (NULL if it has none).
 * Borrowed from the response. Returns IMAP_OK, or IMAP_END if there is no code. Since 0.1. RFC
 * 9051, 7.1. */
IMAP4_API int imap_response_code(const imap_response *response, const char **name, size_t *name_len,
    const char **argument, size_t *argument_len);

/* The name, upper case: of a result the command's ("UID FETCH"), of an untagged response its own
 * ("FETCH", "EXISTS", "OK", "OVERFLOW"); "" of a line without one. Borrowed from the response.
 * Never NULL. Since 0.1. */
IMAP4_API const char *imap_response_name(const imap_response *response);

/* The number before the name, as 12 in "* 12 EXISTS". Returns IMAP_OK, or IMAP_END and 0 if
 * there is none. Since 0.1. */
IMAP4_API int imap_response_number(const imap_response *response, uint32_t *number);

/* The place in the order in which responses arrived on their connection, from 1: an EXPUNGE
 * between two rows of a FETCH renumbers the later one. Since 0.1. */
IMAP4_API uint64_t imap_response_arrival(const imap_response *response);

/* The line exactly as it came, CRLF included; without the octets of literals of 64 KiB or more
 * (their nodes and items have them). Borrowed from the response; no NUL behind it. Returns
 * IMAP_OK. Since 0.1. */
IMAP4_API int imap_response_raw(const imap_response *response, const char **ptr, size_t *len);

/* 1 if some of the line fits no rule of the protocol: the tree holds it as IMAP_NODE_JUNK. Else
 * 0. Since 0.1. */
IMAP4_API int imap_response_malformed(const imap_response *response);

/* How many untagged responses belong to the result. Since 0.1. */
IMAP4_API size_t imap_response_row_count(const imap_response *response);

/* Untagged response i from 0, in order of arrival; NULL past the end. Borrowed from the result;
 * imap_response_keep makes it the caller's. Since 0.1. */
IMAP4_API const imap_response *imap_response_row(const imap_response *response, size_t i);

/* imaplib's view: how many items the result has under a name ("FETCH", any case), NULL for what
 * imaplib hands out for the command. 0 is imaplib's [None]. Since 0.1. */
IMAP4_API size_t imap_response_item_count(const imap_response *response, const char *name);

/* imaplib's view: item i from 0. *ptr is its text as sent ("1 (FLAGS (\Seen) BODY[] {5}"),
 * *literal the literal behind it, NULL if there is none; what follows a literal is the next
 * item. Borrowed from the response. Returns IMAP_OK, or IMAP_END past the end. Since 0.1. */
IMAP4_API int imap_response_item(const imap_response *response, const char *name, size_t i,
    const char **ptr, size_t *len, const char **literal, size_t *literal_len);

/* The tree of one response line (a result's own line, or a row): values as nodes. A node is a
 * number, 0 is none; as the parent, 0 is the line. "* 1 FETCH (FLAGS (\Seen))" has the nodes 1,
 * FETCH and a list. Wrong numbers give nothing. */

/* What a node is. */
typedef enum imap_node {
  /* No node. */
  IMAP_NODE_NONE = 0,
  IMAP_NODE_ATOM = 1,
  /* An atom of digits that fit 64 bits. */
  IMAP_NODE_NUMBER = 2,
  /* A quoted string; its text has the escapes resolved. */
  IMAP_NODE_STRING = 3,
  IMAP_NODE_LITERAL = 4,
  /* The atom NIL. Where a string cannot be absent it is a word: read it with imap_node_raw. */
  IMAP_NODE_NIL = 5,
  /* Values in parentheses. */
  IMAP_NODE_LIST = 6,
  /* The bracketed code of a status: its name, then its values. */
  IMAP_NODE_CODE = 7,
  /* The text of a status. */
  IMAP_NODE_TEXT = 8,
  /* Octets that fit nowhere. */
  IMAP_NODE_JUNK = 9,
} imap_node;

/* What the node is, a number of imap_node. Since 0.1. */
IMAP4_API int imap_node_kind(const imap_response *response, uint32_t node);

/* The node's text. Borrowed from the response. Returns IMAP_OK; IMAP_END and NULL for NIL, lists
 * and no node. Since 0.1. */
IMAP4_API int imap_node_text(const imap_response *response, uint32_t node, const char **ptr,
    size_t *len);

/* The node exactly as sent: quotes, parentheses and literal markers included. Borrowed from the
 * response; no NUL behind it. Returns IMAP_OK; IMAP_END and NULL for no node, and where a
 * literal of 64 KiB or more is inside. Since 0.1. */
IMAP4_API int imap_node_raw(const imap_response *response, uint32_t node, const char **ptr,
    size_t *len);

/* The node's value if it is a number. Returns IMAP_OK, or IMAP_END and 0. Since 0.1. */
IMAP4_API int imap_node_number(const imap_response *response, uint32_t node, uint64_t *number);

/* The first node inside a list or code, or of the line for 0; 0 if there is none. Since 0.1. */
IMAP4_API uint32_t imap_node_first(const imap_response *response, uint32_t parent);

/* The node behind this one in the same list; 0 if it is the last. Since 0.1. */
IMAP4_API uint32_t imap_node_next(const imap_response *response, uint32_t node);

/* How many nodes a list or code has, or the line for 0. Counts them: use imap_node_next for long
 * lists. Since 0.1. */
IMAP4_API uint32_t imap_node_count(const imap_response *response, uint32_t parent);

/* Node i from 0 of a list or code, or of the line for 0; 0 past the end. Since 0.1. */
IMAP4_API uint32_t imap_node_at(const imap_response *response, uint32_t parent, uint32_t i);

/* In a list of names and values ("(UID 5 FLAGS (\Seen))"), the node behind the name (any case);
 * 0 if it is not there. Since 0.1. */
IMAP4_API uint32_t imap_node_find(const imap_response *response, uint32_t list, const char *name);


/* ---- Events ---------------------------------------------------------------------------------- */

/* What no command asked for: events in order of arrival, and beside them imaplib's table. Taking
 * from one leaves the other as it is. Neither talks. */

/* The oldest event not yet taken: an untagged response that no command asked for. A newer EXISTS
 * or RECENT replaces an older one. An event named "OVERFLOW" says that there were too many and
 * all were dropped: look at the mailbox anew. *out is the caller's, free it with
 * imap_response_free. Returns IMAP_OK, or IMAP_END and NULL if there is none. Since 0.1. RFC
 * 9051, 5.2, 7. */
IMAP4_API int imap_event_next(imap_conn *conn, imap_response **out);

/* imaplib's response(code): takes what is filed under a name (any case) out of the table:
 * untagged data no command took, and response codes with their arguments ("UIDVALIDITY",
 * "READ-WRITE", "APPENDUID"). The items of *out are the texts, oldest first. Taking "READ-ONLY"
 * takes note that the mailbox has become read-only. *out is the caller's. Returns IMAP_OK, or
 * IMAP_END and NULL if nothing is filed. Since 0.1. */
IMAP4_API int imap_untagged(imap_conn *conn, const char *name, imap_response **out);


/* ---- Authentication -------------------------------------------------------------------------- */

/* AUTHENTICATE: by a mechanism of the library, by a callback, or pulled challenge by challenge.
 * Passwords are wiped after use and never shown. A refusal is IMAP_ERR_AUTH with the server's
 * answer in *out; the connection stays. */

/* Called for each challenge (imaplib's authobject). challenge is decoded, len octets with a NUL
 * behind them, valid during the call. Returns 0 after imap_reply_set to answer, anything else to
 * cancel the exchange. Must not throw or longjmp, and may not use the connection
 * (IMAP_ERR_BUSY). */
typedef int (*imap_challenge_fn)(void *ctx, const char *challenge, size_t len, imap_reply *reply);

/* Logs in with a mechanism of the library: "PLAIN", "LOGIN" or "CRAM-MD5" (any case). authzid is
 * whom to act as, NULL for the user himself; only PLAIN can carry it. IMAP_ERR_UNSUPPORTED for
 * other mechanisms; IMAP_ERR_INSECURE for PLAIN and LOGIN in clear over a network, unless
 * ALLOW_PLAINTEXT_AUTH. *out is the caller's. Talks. Since 0.1. RFC 9051, 6.2.2; RFC 4616, RFC
 * 2195, RFC 4959. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_authenticate(imap_conn *conn, const char *mechanism,
    const char *authzid, const char *user, const char *password, imap_response **out);

/* imaplib's login_cram_md5: logs in with CRAM-MD5. Returns and owns as imap_cmd_authenticate.
 * Since 0.1. RFC 2195. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_login_cram_md5(imap_conn *conn, const char *user,
    const char *password, imap_response **out);

/* imaplib's authenticate: any mechanism, each challenge answered by callback, which gets ctx. No
 * initial response is sent. *out is the caller's. Talks; the callback runs inside the call, on
 * its thread. Since 0.1. RFC 9051, 6.2.2. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_authenticate_callback(imap_conn *conn,
    const char *mechanism, imap_challenge_fn callback, void *ctx, imap_response **out);

/* Sets a callback's answer, len octets that are copied (and wiped after sending). Not base64:
 * the library encodes. Returns IMAP_OK or IMAP_ERR_ARGUMENT. Only inside the callback. Since
 * 0.1. */
IMAP4_API int imap_reply_set(imap_reply *reply, const char *octets, size_t len);

/* Begins AUTHENTICATE with any mechanism, without callback. initial is the first answer, len
 * octets, sent with the command where SASL-IR is announced, else to the first empty challenge;
 * NULL for none. Returns IMAP_CHALLENGE: read it with imap_auth_challenge, answer with
 * imap_auth_reply or imap_auth_cancel; or what imap_cmd_authenticate returns. *out is the
 * caller's. Talks. Since 0.1. RFC 9051, 6.2.2; RFC 4959. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_auth_begin(imap_conn *conn, const char *mechanism,
    const char *initial, size_t len, imap_response **out);

/* The challenge that waits, decoded. Borrowed until the next call that talks; length only.
 * Returns IMAP_OK, or IMAP_END if none waits. Since 0.1. */
IMAP4_API int imap_auth_challenge(imap_conn *conn, const char **ptr, size_t *len);

/* Answers the challenge that waits, with len octets that are copied (not base64: the library
 * encodes). Returns as imap_auth_begin; IMAP_ERR_STATE if none waits. Talks. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_auth_reply(imap_conn *conn, const char *reply,
    size_t len, imap_response **out);

/* Cancels the exchange with "*"; the server's refusal is the result, IMAP_ERR_AUTH. Talks. Since
 * 0.1. */
IMAP4_API int imap_auth_cancel(imap_conn *conn, imap_response **out);


/* ---- TLS ------------------------------------------------------------------------------------- */

/* STARTTLS, and what the TLS session turned out to be. */

/* What is known of the TLS session. Set size by passing sizeof: fields are only ever appended. */
struct imap_tls_info {
  /* Octets of this struct that were filled. */
  size_t size;
  /* "TLSv1.3". */
  const char *version;
  /* The cipher by OpenSSL's name. */
  const char *cipher;
  /* The server's certificate, DER; NULL if it sent none. */
  const char *peer_der;
  size_t peer_der_len;
  /* 1 if the certificate was checked against trusted ones and the server's name, else 0. */
  int32_t verified;
};

/* STARTTLS: turns a clear connection into TLS, and asks for the capabilities anew. Everything
 * known before, events included, is forgotten. Refused: IMAP_ERR_TLS_REFUSED with the server's
 * answer in *out; a failed handshake: IMAP_ERR_TLS or IMAP_ERR_TLS_VERIFY; octets in clear
 * behind the OK: IMAP_ERR_PROTOCOL; the connection is then closed. Not offered:
 * IMAP_ERR_UNSUPPORTED, nothing is sent. *out is the caller's. Talks. Since 0.1. RFC 9051,
 * 6.2.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_starttls(imap_conn *conn, imap_response **out);

/* Fills *info, of size octets. Its texts are borrowed until the connection is closed. Returns
 * IMAP_OK, or IMAP_END without TLS. Since 0.1. */
IMAP4_API int imap_tls_info_get(imap_conn *conn, imap_tls_info *info, size_t size);


/* ---- Trace ----------------------------------------------------------------------------------- */

/* The trace ring (imaplib's debug and print_log): the last lines sent ("> …") and received ("<
 * …"), secrets masked. TRACE_LEVEL says which, TRACE_KEEP how many. The library itself prints
 * nothing. */

/* How many lines the ring holds now. Since 0.1. */
IMAP4_API int imap_trace_count(imap_conn *conn);

/* Line i, the oldest being 0, and when it passed: milliseconds since 1970 (unix_ms may be NULL).
 * Borrowed until the next call that talks. Returns IMAP_OK, or IMAP_END past the end. Since 0.1. */
IMAP4_API int imap_trace_line(imap_conn *conn, int i, const char **ptr, size_t *len,
    int64_t *unix_ms);

/* Empties the ring. Returns IMAP_OK. Since 0.1. */
IMAP4_API int imap_trace_clear(imap_conn *conn);


/* ---- Utilities ------------------------------------------------------------------------------- */

/* imaplib's utility functions, and modified UTF-7. They need no connection; any thread. Results
 * go into the caller's buffer with a NUL behind them. */

/* Octets that every INTERNALDATE of imap_internaldate_format fits, its NUL included. */
#define IMAP_INTERNALDATE_SIZE 29
/* Octets that every result of imap_int_to_ap fits, its NUL included. */
#define IMAP_INT_TO_AP_SIZE 17

/* imaplib's Internaldate2tuple: reads an INTERNALDATE, bare, quoted or inside a FETCH response
 * ('1 (INTERNALDATE "17-Jul-1996 02:44:25 -0700")'). *seconds is the instant, since 1970 in UTC;
 * *offset_min the zone it was written in, in minutes east. Strict: IMAP_ERR_ARGUMENT for what is
 * no date. Since 0.1. RFC 9051, 9 (date-time). */
IMAP4_API int imap_internaldate_parse(const char *text, size_t len, int64_t *seconds,
    int32_t *offset_min);

/* imaplib's Time2Internaldate: writes an instant (seconds since 1970 in UTC) as an INTERNALDATE
 * in the zone offset_min minutes east, with its quotes: "17-Jul-1996 02:44:25 -0700". size is
 * the buffer's, at least IMAP_INTERNALDATE_SIZE. Returns IMAP_OK, or IMAP_ERR_ARGUMENT outside
 * the years 1 to 9999. Since 0.1. */
IMAP4_API int imap_internaldate_format(int64_t seconds, int offset_min, char *buf, size_t size);

/* imaplib's Int2AP: a number in base 16 with the digits A to P; 0 is "". size at least
 * IMAP_INT_TO_AP_SIZE. Returns IMAP_OK, or IMAP_ERR_ARGUMENT if the buffer is too small. Since
 * 0.1. */
IMAP4_API int imap_int_to_ap(uint64_t number, char *buf, size_t size);

/* imaplib's ParseFlags: the flags in "(\Seen \Flagged)", or in a FETCH response with FLAGS. They
 * are the items of *out, which is the caller's. Returns IMAP_OK, or IMAP_ERR_ARGUMENT and NULL
 * if there is no flag list. Since 0.1. */
IMAP4_API int imap_flags_parse(const char *text, size_t len, imap_response **out);

/* A mailbox name from UTF-8 to modified UTF-7. *needed (may be NULL) gets the length without the
 * NUL. Returns IMAP_OK; IMAP_ERR_ARGUMENT if text is not UTF-8 or the buffer is too small
 * (needed is then greater than or equal to size; a NULL buffer of size 0 asks for it). Since
 * 0.1. RFC 3501, 5.1.3. */
IMAP4_API int imap_utf7_encode(const char *text, size_t len, char *buf, size_t size,
    size_t *needed);

/* A mailbox name from modified UTF-7 to UTF-8. IMAP_ERR_ARGUMENT if it is not valid: it is then
 * a name to show and send as it is. Buffer and needed as for imap_utf7_encode. Since 0.1. RFC
 * 3501, 5.1.3. */
IMAP4_API int imap_utf7_decode(const char *text, size_t len, char *buf, size_t size,
    size_t *needed);


/* ---- Raw access ------------------------------------------------------------------------------ */

/* imaplib's send, readline and read: octets past the engine, between commands. A line or octets
 * that were read are borrowed until the next call that talks. Refused with IMAP_ERR_STATE while
 * a command is in flight. After a failure the connection is closed. */

/* Sends len octets as they are. Returns IMAP_OK when all have left. Talks. Since 0.1. */
IMAP4_API int imap_raw_send(imap_conn *conn, const char *octets, size_t len);

/* Reads one line, its CRLF included, up to MAX_LINE. Returns IMAP_OK. Talks. Since 0.1. */
IMAP4_API int imap_raw_readline(imap_conn *conn, const char **ptr, size_t *len);

/* Reads exactly n octets. Returns IMAP_OK. Talks. Since 0.1. */
IMAP4_API int imap_raw_read(imap_conn *conn, size_t n, const char **ptr, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
