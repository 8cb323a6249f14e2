/* libimap4: an IMAP4 client (RFC 9051, RFC 3501) for C and C++ programs, and for everything that
 * can call C.
 *
 * Three objects:
 *
 * - imap_options: what a connection is opened with. NULL means the defaults, which are safe:
 *   verified TLS, limits of time and size.
 * - imap_conn: one connection to one server. Every command goes through it.
 * - imap_response: what the server answered. It outlives its connection, never changes, and may
 *   be read by many threads.
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
 * Return codes: functions that can fail return an int. 0 (IMAP_OK) is done and OK. Above 0
 * nothing failed, but it is not plain OK: IMAP_NO and IMAP_BAD are the server's own words,
 * IMAP_END says that there is none. Below 0 the call failed. So "rc < 0" is trouble and "rc !=
 * 0" is "not what I wanted". A refused login and a refused or failed TLS are always below 0.
 * With NULL or a handle of another kind they return IMAP_ERR_HANDLE. Questions (has, is) return
 * 1 or 0, and 0 for no handle.
 *
 * Talking: a call marked "Talks" may send, receive and wait. It leaves its return code and one
 * line on what happened with the connection, to be read by imap_last_error, imap_last_message
 * and the like until the next call that talks. All other calls answer at once.
 *
 * Ownership: options, connections and responses have one free function each, which takes NULL.
 * Everything else is borrowed: from a response until that response is freed, from a connection
 * until the next call that talks. Arguments are copied before a call returns. An out-pointer may
 * be NULL if its value is not wanted, unless it is all the function is for (IMAP_ERR_ARGUMENT).
 * On failure they are set to NULL and numbers to 0, except where the server's answer is the
 * failure (a refused login). A failed imap_open still gives a connection, from which the error
 * can be read, to be freed.
 *
 * Threads: a connection may be used by any thread, but by one at a time; a second call meanwhile
 * returns IMAP_ERR_BUSY, or, if it returns no code, what it returns for no connection. A
 * response may be read by several threads at once. imap_wakeup may be called at any time by any
 * thread and by signal handlers. After fork a connection belongs to the parent; in the child it
 * can only be freed. No call raises SIGPIPE, prints, exits or changes a setting of the process.
 *
 * Text goes in as a string that ends with a NUL, or with its length. It comes out as a pointer
 * and a length, with a NUL behind its end that the length does not count; exceptions say so.
 * Text from the server may hold any octet, NUL included. NIL is NULL; an empty string is not
 * NULL and has length 0. Sizes are in octets. Mailbox names are UTF-8 where a function does not
 * say otherwise.
 *
 * imaplib is Python's module of that name, whose every command is here; comments name its
 * methods where ours are called otherwise.
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

/* Takes a callback's answer: see imap_reply_set. */
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
typedef struct imap_fetch imap_fetch;
typedef struct imap_section imap_section;
typedef struct imap_envelope imap_envelope;
typedef struct imap_address imap_address;
typedef struct imap_part imap_part;
typedef struct imap_param imap_param;
typedef struct imap_list_entry imap_list_entry;
typedef struct imap_mailbox imap_mailbox;
typedef struct imap_status_data imap_status_data;
typedef struct imap_namespace_entry imap_namespace_entry;
typedef struct imap_esearch imap_esearch;
typedef struct imap_vanished imap_vanished;
typedef struct imap_thread_node imap_thread_node;
typedef struct imap_entry imap_entry;
typedef struct imap_quota imap_quota;
typedef struct imap_rights imap_rights;
typedef struct imap_copied imap_copied;
typedef struct imap_code imap_code;
typedef struct imap_literal imap_literal;
typedef struct imap_tls_info imap_tls_info;


/* ---- Versions and return codes --------------------------------------------------------------- */

/* Versions, features, return codes and their names. */

/* What a function returned. 0 is done and OK; above 0 nothing failed but the answer is not plain
 * OK; below 0 the call failed. Numbers are never reused or moved. */
typedef enum imap_rc {
  /* Done; the server answered OK where it was asked. */
  IMAP_OK = 0,
  /* The server answered NO. */
  IMAP_NO = 1,
  /* The server answered BAD. */
  IMAP_BAD = 2,
  /* Not done when the interval given to a wait was over; nothing is wrong: call again. */
  IMAP_AGAIN = 3,
  /* The command was submitted and is under way: imap_completed and imap_wait tell what comes of
   * it. */
  IMAP_QUEUED = 4,
  /* Something is there to be taken: an event, and after imap_step a row, a literal, a challenge
   * or a result too. */
  IMAP_EVENT = 5,
  /* A literal is there to be taken, with imap_literal_read and the like. */
  IMAP_LITERAL = 6,
  /* The server sent a challenge: imap_auth_reply answers it, imap_auth_cancel gives up. */
  IMAP_CHALLENGE = 7,
  /* There is none, or no more. */
  IMAP_END = 8,
  /* SELECT for writing gave a mailbox that can only be read; it is selected. */
  IMAP_READONLY = 9,
  /* An argument cannot be used; nothing was sent. */
  IMAP_ERR_ARGUMENT = -100,
  /* The handle is NULL or of another kind; nothing was done. */
  IMAP_ERR_HANDLE = -101,
  /* Out of memory. In the middle of a response the connection is closed. */
  IMAP_ERR_NOMEM = -102,
  /* The connection is inside another call, of another thread or of a callback's own caller;
   * nothing was done. */
  IMAP_ERR_BUSY = -103,
  /* The connection was opened before a fork and belongs to the parent; here it can only be
   * freed. */
  IMAP_ERR_FORKED = -104,
  /* A fault inside the library; the handle can only be freed. */
  IMAP_ERR_INTERNAL = -105,
  /* The command is not allowed in the connection's state; nothing was sent. */
  IMAP_ERR_STATE = -106,
  /* The server or this build does not support what was asked; nothing was sent. */
  IMAP_ERR_UNSUPPORTED = -107,
  /* A system call failed; imap_last_errno says why. A connection that was open is closed. */
  IMAP_ERR_SYSTEM = -108,
  /* The host name could not be resolved. */
  IMAP_ERR_RESOLVE = -109,
  /* A time limit passed; the connection is closed. */
  IMAP_ERR_TIMEOUT = -110,
  /* The connection was closed before, or ended without a BYE. */
  IMAP_ERR_CLOSED = -111,
  /* The server ended the connection with BYE; its text is in the message. */
  IMAP_ERR_BYE = -112,
  /* The server broke the protocol; the connection is closed. */
  IMAP_ERR_PROTOCOL = -113,
  /* The server sent more than a limit allows; the connection is closed. */
  IMAP_ERR_LIMIT = -114,
  /* The server is none of IMAP4, by its greeting or its capabilities; the connection is closed. */
  IMAP_ERR_GREETING = -115,
  /* The TLS handshake or a TLS record failed, or a file for TLS cannot be used; the connection
   * is closed. */
  IMAP_ERR_TLS = -116,
  /* The server's certificate was not accepted; the connection is closed. */
  IMAP_ERR_TLS_VERIFY = -117,
  /* STARTTLS was asked for and is refused, not offered, or ruled out by PREAUTH; the connection
   * is closed. */
  IMAP_ERR_TLS_REFUSED = -118,
  /* The server refused the login; the connection stays open. */
  IMAP_ERR_AUTH = -119,
  /* The mailbox selected for writing has become read-only; nothing was sent. imap_cmd_select
   * opens it anew, taking "READ-ONLY" with imap_untagged accepts it as it is. */
  IMAP_ERR_READONLY = -120,
  /* A signal arrived (only with IMAP_OPT_RETURN_ON_SIGNAL). The command is still under way:
   * imap_wait continues. */
  IMAP_ERR_INTERRUPTED = -121,
  /* imap_wakeup was called. The command is still under way: imap_wait continues. */
  IMAP_ERR_WOKEN = -122,
  /* A password would have gone out in clear, or the server announces LOGINDISABLED; nothing was
   * sent. */
  IMAP_ERR_INSECURE = -123
} imap_rc;

/* The kind of trouble a return code stands for, after imaplib's exceptions. A READONLY is an
 * ABORT too, an ABORT an ERROR too. */
typedef enum imap_class {
  /* No trouble: OK, NO, and the other codes from 0 up except BAD and READONLY. */
  IMAP_CLASS_NONE = 0,
  /* imaplib's IMAP4.error. */
  IMAP_CLASS_ERROR = 1,
  /* imaplib's IMAP4.abort: the connection is over; a new one may work. */
  IMAP_CLASS_ABORT = 2,
  /* imaplib's IMAP4.readonly. */
  IMAP_CLASS_READONLY = 3,
  /* A system call, the resolver, or memory failed: Python's OSError. */
  IMAP_CLASS_SYSTEM = 4,
  /* A time limit passed: Python's TimeoutError. */
  IMAP_CLASS_TIMEOUT = 5,
  /* TLS failed: Python's ssl.SSLError. */
  IMAP_CLASS_TLS = 6,
  /* The caller's argument or handle cannot be used: Python's ValueError. */
  IMAP_CLASS_ARGUMENT = 7,
  /* A signal or imap_wakeup ended the wait; nothing is lost. */
  IMAP_CLASS_INTERRUPTED = 8
} imap_class;

/* The library's version, as "0.1.0". Valid for ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_version_string(void);

/* The library's version as a number: major * 10000 + minor * 100 + patch. Compare it with
 * IMAP4_VERSION_NUMBER, the version of the header that a program was compiled with. Any thread.
 * Since 0.1. */
IMAP4_API int imap_version_number(void);

/* Whether this build can do something: "tls", "starttls", "ssl-ctx", "child-process",
 * "cram-md5", "plain", "login", "utf7", "utf8-accept", "literal-plus", in any case. Returns 1 or
 * 0; 0 for NULL and for names it does not know. Any thread. Since 0.1. */
IMAP4_API int imap_has_feature(const char *name);

/* The name of a return code, as "IMAP_ERR_TIMEOUT"; "unknown" for numbers that are none. Valid
 * for ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_error_name(int rc);

/* What a return code means, in a few English words; "unknown return code" for numbers that are
 * none. What happened in a particular call is said by imap_last_message. Valid for ever. Any
 * thread. Since 0.1. */
IMAP4_API const char *imap_error_text(int rc);

/* The class of a return code, a number of imap_class; IMAP_CLASS_NONE for numbers that are no
 * code. Any thread. Since 0.1. */
IMAP4_API int imap_error_class(int rc);


/* ---- Options --------------------------------------------------------------------------------- */

/* Options: set by number, read back by number. A connection takes a copy when it is opened, so
 * one set serves any number of connections and may be changed or freed afterwards. */

/* Options. Numbers below 100 take a number (imap_options_set_int), those from 100 a text
 * (imap_options_set_str). Those marked "live" can also change on an open connection
 * (imap_set_int, imap_set_str). */
typedef enum imap_opt {
  /* 1: calls that talk never wait. Opening and commands return IMAP_QUEUED at once, waits look
   * and return IMAP_AGAIN; see "Event loops". Default 0. */
  IMAP_OPT_NONBLOCK = 1,
  /* 1: a signal ends a blocking call with IMAP_ERR_INTERRUPTED. Default 0: the call goes on with
   * the time left. Live. */
  IMAP_OPT_RETURN_ON_SIGNAL = 2,
  /* Milliseconds for opening in all, from resolving the name to the capabilities, TLS included;
   * also for a later STARTTLS where CALL_TIMEOUT_MS is 0. 0 for no limit. Default 60000. */
  IMAP_OPT_CONNECT_TIMEOUT_MS = 3,
  /* Milliseconds in which fewer than 1024 octets move and no response is completed, while a
   * command is under way; 0 for no limit. Five times as long for what servers are slow at:
   * SEARCH, SORT, THREAD, COPY, MOVE, EXPUNGE, APPEND. Default 60000. Live. */
  IMAP_OPT_STALL_TIMEOUT_MS = 4,
  /* Milliseconds for each command in all, for IDLE to begin and to end; 0 for no limit, the
   * default. Live. */
  IMAP_OPT_CALL_TIMEOUT_MS = 5,
  /* Octets of one line, its CRLF included; 0 for no limit, at most 1 GiB. Default 8388608 (8
   * MiB). Live. Before login never more than 64 KiB. */
  IMAP_OPT_MAX_LINE = 6,
  /* Octets of one literal; 0 for no limit. Default 268435456 (256 MiB). Live. Before login never
   * more than 4 KiB. */
  IMAP_OPT_MAX_LITERAL = 7,
  /* Octets of one response outside its literals; 0 for no limit, at most 1 GiB. Default 8388608
   * (8 MiB). Live. Before login never more than 64 KiB. */
  IMAP_OPT_MAX_RESPONSE = 8,
  /* Lists inside lists in one response, 1 to 10000; what is deeper becomes IMAP_NODE_JUNK.
   * Default 100. Live. */
  IMAP_OPT_MAX_DEPTH = 9,
  /* Octets of events that are kept; beyond, all become one OVERFLOW event. More than that in
   * literals of one response that no command asked for is IMAP_ERR_LIMIT. 0 for no limit.
   * Default 33554432 (32 MiB). Live. */
  IMAP_OPT_MAX_UNASKED = 10,
  /* Octets that are kept of the answer to one command; beyond, IMAP_ERR_LIMIT. 0 for no limit.
   * Default 1073741824 (1 GiB). Live. */
  IMAP_OPT_MAX_KEPT = 11,
  /* Responses kept for imap_untagged, the oldest dropped first; 0 keeps none, at most 1000000.
   * Default 1000. Live. */
  IMAP_OPT_UNTAGGED_KEEP = 12,
  /* What the trace ring notes, 0 to 5: 0 nothing, 1 commands and status lines, 3 every response
   * line. Default 1. Live. */
  IMAP_OPT_TRACE_LEVEL = 13,
  /* Lines the trace ring holds, 0 to 100000. Default 20, as imaplib's ten exchanges. Live. */
  IMAP_OPT_TRACE_KEEP = 14,
  /* 0: any certificate is accepted, and anybody in between can read and change everything.
   * Default 1: it must be trusted and bear the server's name. */
  IMAP_OPT_TLS_VERIFY = 15,
  /* The oldest version of TLS accepted: 10, 11, 12 or 13 for TLS 1.0 to 1.3. Default 12. */
  IMAP_OPT_TLS_MIN_VERSION = 16,
  /* 4 or 6: only addresses of IPv4 or IPv6. Default 0: both. */
  IMAP_OPT_IP_FAMILY = 17,
  /* 1: TCP keepalive. Default 0. */
  IMAP_OPT_KEEPALIVE = 18,
  /* 1: passwords and bearer tokens may cross a network in clear. Default 0. Live. */
  IMAP_OPT_ALLOW_PLAINTEXT_AUTH = 19,
  /* 1: host names are resolved in the calling thread, which no time limit can end. Default 0: in
   * a thread of their own. */
  IMAP_OPT_RESOLVE_INLINE = 20,
  /* Literals of at least this many octets are not kept while the rows of an answer are taken one
   * by one: imap_next returns IMAP_LITERAL, and the octets are read as they arrive. Default 0:
   * never. Live. */
  IMAP_OPT_LITERAL_STREAM_MIN = 21,
  /* Milliseconds after which IDLE is ended and begun anew by itself, before the server would end
   * the connection (30 minutes by RFC 2177; some do after 10). 0 for never. Default 1680000 (28
   * minutes). Live. */
  IMAP_OPT_IDLE_RENEW_MS = 22,
  /* Milliseconds between two NOOPs of imap_idle_wait on a server that has no IDLE; 0 for never.
   * Default 60000. Live. */
  IMAP_OPT_IDLE_POLL_MS = 23,
  /* File of certificates to trust (PEM) in place of the system's. Unset by default. */
  IMAP_OPT_TLS_CA_FILE = 101,
  /* Folder of certificates to trust in place of the system's, named as openssl rehash does it.
   * Unset by default. */
  IMAP_OPT_TLS_CA_DIR = 102,
  /* File with the client's certificate and its chain (PEM). Unset by default. */
  IMAP_OPT_TLS_CERT_FILE = 103,
  /* File with the client's key (PEM, without a passphrase). Default: the file of the
   * certificate. */
  IMAP_OPT_TLS_KEY_FILE = 104,
  /* The name or address the server's certificate must have. Default: the host. */
  IMAP_OPT_TLS_SERVER_NAME = 105,
  /* A numeric address to connect to; the host stays the name for TLS. Unset by default: the host
   * is resolved. */
  IMAP_OPT_CONNECT_ADDR = 106,
  /* A numeric address of this machine to connect from. Unset by default: the system chooses. */
  IMAP_OPT_LOCAL_ADDR = 107,
  /* Names of FETCH items with blanks between them ("BODY[] BINARY[2]"): their literals are
   * handed out as IMAP_LITERAL whatever their size, as by LITERAL_STREAM_MIN. Unset by default.
   * Live. */
  IMAP_OPT_LITERAL_STREAM_ITEMS = 108
} imap_opt;

/* Makes a set of options, all at their defaults. *out is the caller's, free it with
 * imap_options_free. Returns IMAP_OK, or IMAP_ERR_ARGUMENT if out is NULL. Any thread. Since
 * 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_options_new(imap_options **out);

/* Frees options; NULL is fine. Connections opened with them are not affected. Since 0.1. */
IMAP4_API void imap_options_free(imap_options *options);

/* Sets a number option (imap_opt below 100). Returns IMAP_OK; IMAP_ERR_ARGUMENT if the value is
 * out of range; IMAP_ERR_UNSUPPORTED if this version has no such number option. No other thread
 * may use the options meanwhile. Since 0.1. */
IMAP4_API int imap_options_set_int(imap_options *options, int option, int64_t value);

/* Sets a text option (imap_opt from 100): UTF-8, copied. NULL goes back to the default. Files
 * are looked at when a connection is opened. Returns IMAP_OK; IMAP_ERR_ARGUMENT if the text is
 * not UTF-8; IMAP_ERR_UNSUPPORTED if this version has no such text option. No other thread may
 * use the options meanwhile. Since 0.1. */
IMAP4_API int imap_options_set_str(imap_options *options, int option, const char *value);

/* Reads a number option into *value. Returns IMAP_OK; IMAP_ERR_UNSUPPORTED and 0 if there is no
 * such option. Any thread. Since 0.1. */
IMAP4_API int imap_options_get_int(const imap_options *options, int option, int64_t *value);

/* Reads a text option into *value; NULL if it is not set. The text is borrowed until the option
 * is set again or the options are freed. Returns IMAP_OK; IMAP_ERR_UNSUPPORTED and NULL if there
 * is no such option. Any thread. Since 0.1. */
IMAP4_API int imap_options_get_str(const imap_options *options, int option, const char **value);

/* Uses a TLS context of the caller's own (imaplib's ssl_context), for programs that share this
 * library's libssl. Its reference count is raised: the caller may free theirs. The context alone
 * decides about versions, certificates to trust and whether they are checked; TLS_VERIFY and
 * TLS_MIN_VERSION do not count. If it checks certificates (SSL_VERIFY_PEER), the server's name
 * is checked too. With one of TLS_CA_FILE, TLS_CA_DIR, TLS_CERT_FILE and TLS_KEY_FILE beside it,
 * opening fails with IMAP_ERR_ARGUMENT. NULL goes back to the options. Returns IMAP_OK. No other
 * thread may use the options meanwhile. Since 0.1. */
IMAP4_API int imap_options_set_ssl_ctx(imap_options *options, struct ssl_ctx_st *ctx);


/* ---- Opening and closing --------------------------------------------------------------------- */

/* Opening and closing. A failed open still gives a connection: read the error from it, then free
 * it. Opening talks, and blocks up to CONNECT_TIMEOUT_MS. */

/* When TLS begins. There is no "if the server offers it". */
typedef enum imap_tls {
  /* With the first octet (port 993). */
  IMAP_TLS_IMPLICIT = 0,
  /* With STARTTLS, before anything else is said (port 143). Without it the open fails. */
  IMAP_TLS_STARTTLS = 1,
  /* Never, unless imap_starttls is called (port 143). */
  IMAP_TLS_NONE = 2
} imap_tls;

/* Bits of the flags that functions take, here and below. Each function says which it knows;
 * others are IMAP_ERR_ARGUMENT. */
typedef enum imap_flag {
  /* Message numbers are UIDs: the command is sent with UID before it. */
  IMAP_UID = 1,
  /* Open the mailbox for reading only. */
  IMAP_EXAMINE = 2,
  /* Send the message as it is, line ends included. */
  IMAP_APPEND_VERBATIM = 4,
  /* The descriptors stay open when the connection closes. */
  IMAP_FD_KEEP = 8,
  /* The way is private (a tunnel): passwords may cross it without TLS. */
  IMAP_FD_SECURE = 16
} imap_flag;

/* Connects to a server, reads its greeting, and asks for its capabilities unless the greeting
 * told them. host is a name or a numeric address in UTF-8, without a port; "" is this machine.
 * port 0 is the usual one (993 with IMAP_TLS_IMPLICIT, else 143). tls is a number of imap_tls;
 * the certificate is checked against host. options may be NULL for the defaults.
 *
 * Returns IMAP_OK; IMAP_QUEUED with IMAP_OPT_NONBLOCK: imap_last_id is what imap_wait and
 * imap_completed know the opening by. Otherwise there is no connection: IMAP_ERR_ARGUMENT,
 * IMAP_ERR_RESOLVE, IMAP_ERR_SYSTEM (errno), IMAP_ERR_TIMEOUT, IMAP_ERR_TLS,
 * IMAP_ERR_TLS_VERIFY, IMAP_ERR_TLS_REFUSED, IMAP_ERR_GREETING, IMAP_ERR_BYE, IMAP_ERR_CLOSED,
 * IMAP_ERR_PROTOCOL, IMAP_ERR_LIMIT. After IMAP_ERR_INTERRUPTED imap_wait continues.
 *
 * *out is the caller's whatever is returned: free it with imap_logout_and_free or imap_free.
 * After a failure it says what happened (imap_last_message). It is NULL only if options is no
 * options handle, or if memory, descriptors or random octets ran out. Any thread. Since 0.1. RFC
 * 9051, 2.1, 7.1; RFC 8314. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open(const char *host, int port, int tls,
    const imap_options *options, imap_conn **out);

/* Starts a line of /bin/sh and talks to its standard input and output (imaplib's IMAP4_stream),
 * without TLS; its standard error stays the caller's. When the connection is closed the process
 * gets two seconds to end by itself, one more after SIGTERM, then SIGKILL, and is waited for.
 * Returns and owns as imap_open. Any thread. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_command(const char *shell_line,
    const imap_options *options, imap_conn **out);

/* As imap_open_command, without a shell: argv is the program, searched in PATH if its name has
 * no slash, and its arguments, ended by NULL. Any thread. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_argv(const char *const *argv,
    const imap_options *options, imap_conn **out);

/* Talks through open descriptors, which may be one and the same. Their blocking mode does not
 * matter and is not changed. flags: IMAP_FD_KEEP, IMAP_FD_SECURE. tls is a number of imap_tls;
 * host is the name the certificate is checked against, NULL without TLS. The connection owns the
 * descriptors and closes them, unless IMAP_FD_KEEP; those of a call that is refused because of
 * flags, tls or a descriptor that is not open, or that gives no connection, stay the caller's.
 * Returns and owns as imap_open. Any thread. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_fd(int read_fd, int write_fd, int flags,
    const char *host, int tls, const imap_options *options, imap_conn **out);

/* Functions that carry a connection (imaplib's overridable read, send and shutdown). They are
 * called inside the library's calls, on the calling thread, and must not throw or longjmp. A
 * call on the connection that they carry is IMAP_ERR_BUSY. */
struct imap_io {
  /* Set by the caller: sizeof(imap_io). */
  size_t size;
  /* Handed to each function as it is. */
  void *ctx;
  /* Reads up to len octets into buf. Returns how many; 0 at the end of the stream; -1 with errno
   * (EAGAIN or EINTR: nothing yet). With a descriptor it must not wait; without one it may wait
   * up to timeout_ms milliseconds. After octets it is called again: what waits inside is found
   * although the descriptor does not tell of it. */
  long (*read)(void *ctx, char *buf, size_t len, int timeout_ms);
  /* Writes up to len octets, at least one. Returns how many, or -1 with errno (EAGAIN or EINTR:
   * not now). Without a descriptor it may wait. */
  long (*write)(void *ctx, const char *buf, size_t len);
  /* Called once, when the connection is over, but not in a forked child; may be NULL. */
  void (*close)(void *ctx);
  /* What is waited for while the functions say EAGAIN; -1 if there is none: a loop then comes by
   * imap_timeout alone. */
  int fd;
  /* 0, or IMAP_FD_SECURE. */
  int flags;
};

/* Talks through functions of the caller; *io is copied. tls and host as for imap_open_fd. A call
 * that is refused because of *io or the number tls, or that gives no connection, does not call
 * close. Returns and owns as imap_open. Any thread. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_open_io(const imap_io *io, const char *host, int tls,
    const imap_options *options, imap_conn **out);

/* imaplib's with-block: LOGOUT if that is still possible, then imap_free. Returns what LOGOUT
 * returned, IMAP_OK if the connection was over already; the handle is freed all the same. Only
 * after IMAP_ERR_BUSY it is not, and NULL is IMAP_ERR_HANDLE. Blocks up to the limits of time;
 * imap_wakeup does not end it. Talks. Since 0.1. RFC 9051, 6.1.3. */
IMAP4_API int imap_logout_and_free(imap_conn *conn);

/* Closes the connection at once and says nothing to the server (imaplib's shutdown). Error and
 * state stay to be read; commands are then IMAP_ERR_CLOSED. NULL is fine; inside another call
 * nothing is done. May wait for a child process as imap_free. Since 0.1. */
IMAP4_API void imap_shutdown(imap_conn *conn);

/* Closes the connection without LOGOUT and frees it; NULL is fine. In a forked child only the
 * child's copies of the descriptors are closed. A connection that is inside a call of another
 * thread is left alone. May wait up to four seconds for a child process that does not end. Since
 * 0.1. */
IMAP4_API void imap_free(imap_conn *conn);

/* The process behind imap_open_command or imap_open_argv: its number in *pid. Returns IMAP_OK;
 * IMAP_END and 0 if there is none. Does not talk. Since 0.1. */
IMAP4_API int imap_child_pid(imap_conn *conn, int *pid);

/* How that process ended: *status as waitpid gives it; also after imap_shutdown. Returns
 * IMAP_OK; IMAP_AGAIN and 0 while it runs; IMAP_END and 0 if there is none, or if somebody else
 * has waited for it. Does not talk. Since 0.1. */
IMAP4_API int imap_child_status(imap_conn *conn, int *status);


/* ---- The connection -------------------------------------------------------------------------- */

/* What a connection is, knows and last said; and waiting for it. All but imap_wait do not talk:
 * they answer at once, from what is known, and leave the error as it is. */

/* What a connection may do now (RFC 9051, 3). */
typedef enum imap_state {
  /* Not logged in. */
  IMAP_STATE_NONAUTH = 0,
  /* Logged in, no mailbox selected. */
  IMAP_STATE_AUTH = 1,
  /* A mailbox is selected. */
  IMAP_STATE_SELECTED = 2,
  /* Logged out by LOGOUT. A connection that ended otherwise keeps the state it had. */
  IMAP_STATE_LOGOUT = 3,
  /* IDLE is running, and the server is ready to tell: imap_idle_begin. */
  IMAP_STATE_IDLING = 4
} imap_state;

/* The state, a number of imap_state (imaplib's state); IMAP_STATE_LOGOUT if conn is no
 * connection. Since 0.1. RFC 9051, 3. */
IMAP4_API int imap_conn_state(imap_conn *conn);

/* imaplib's name of a state: "NONAUTH", "AUTH", "SELECTED", "LOGOUT", "IDLING"; "" for other
 * numbers. Valid for ever. Any thread. Since 0.1. */
IMAP4_API const char *imap_state_name(int state);

/* Whether the selected mailbox was opened for reading only, by IMAP_EXAMINE or by the server's
 * answer to SELECT (imaplib's is_readonly): 1 or 0. One that becomes read-only later shows by
 * IMAP_ERR_READONLY. 0 if conn is no connection. Does not talk. Since 0.1. RFC 9051, 6.3.2. */
IMAP4_API int imap_is_readonly(imap_conn *conn);

/* Whether UTF8=ACCEPT is enabled (imaplib's utf8_enabled). Returns 1 or 0. Since 0.1. RFC 6855. */
IMAP4_API int imap_utf8_enabled(imap_conn *conn);

/* The protocol in use (imaplib's PROTOCOL_VERSION): "IMAP4REV1" if the server offers it, else
 * "IMAP4", else "IMAP4REV2"; "" if it is not known. Valid for ever. Since 0.1. */
IMAP4_API const char *imap_protocol_version(imap_conn *conn);

/* The greeting (imaplib's welcome). *out is the caller's, free it with imap_response_free.
 * Returns IMAP_OK; IMAP_END and NULL if none came. Since 0.1. RFC 9051, 7.1. */
IMAP4_API int imap_greeting(imap_conn *conn, imap_response **out);

/* Whether the server announced a capability (any case), by what it said last. Returns 1 or 0.
 * Since 0.1. RFC 9051, 6.1.1. */
IMAP4_API int imap_has_capability(imap_conn *conn, const char *name);

/* How many capabilities are known; 0 if none are. Since 0.1. */
IMAP4_API int imap_capability_count(imap_conn *conn);

/* Capability i from 0, in upper case, in the server's order; NULL past the end. Borrowed until
 * the next call that talks. Since 0.1. */
IMAP4_API const char *imap_capability_at(imap_conn *conn, int i);

/* Whether a login may have changed the capabilities without the server saying how.
 * imap_cmd_capability asks; the library itself asks before it decides by them. Returns 1 or 0.
 * Since 0.1. */
IMAP4_API int imap_capability_is_stale(imap_conn *conn);

/* The descriptor that is read from (imaplib's socket); -1 if there is none. It stays the
 * library's: do not read, write or close it. Since 0.1. */
IMAP4_API int imap_fd(imap_conn *conn);

/* What the last call that talks returned. IMAP_ERR_HANDLE if conn is no connection,
 * IMAP_ERR_BUSY inside another call. Since 0.1. */
IMAP4_API int imap_last_error(imap_conn *conn);

/* What the last call that talks came to, in one line without control characters: "SELECT: NO
 * [NONEXISTENT] Unknown mailbox". Never NULL; of no connection, what IMAP_ERR_HANDLE means.
 * Borrowed until the next call that talks. Since 0.1. */
IMAP4_API const char *imap_last_message(imap_conn *conn);

/* The server's own text in its answer to the last call that talks, its code included:
 * "[NONEXISTENT] Unknown mailbox"; of the BYE, if that ended the connection; "" if it gave no
 * answer. Never NULL. Borrowed until the next call that talks. Since 0.1. */
IMAP4_API const char *imap_last_text(imap_conn *conn);

/* The response code in that answer, upper case, without its argument: "NONEXISTENT"; "" if there
 * was none. Never NULL. Borrowed until the next call that talks. Since 0.1. RFC 9051, 7.1; RFC
 * 5530. */
IMAP4_API const char *imap_last_code(imap_conn *conn);

/* errno of the system call that made the last call that talks fail (ETIMEDOUT for a limit of
 * time); 0 if none did. Since 0.1. */
IMAP4_API int imap_last_errno(imap_conn *conn);

/* Reads a number option in force on the connection into *value. Returns IMAP_OK;
 * IMAP_ERR_UNSUPPORTED and 0 if there is no such option. Since 0.1. */
IMAP4_API int imap_get_int(imap_conn *conn, int option, int64_t *value);

/* Reads a text option in force on the connection into *value; NULL if it is not set. Borrowed
 * until imap_set_str changes it or the connection is freed. Returns IMAP_OK;
 * IMAP_ERR_UNSUPPORTED and NULL if there is no such option. Since 0.1. */
IMAP4_API int imap_get_str(imap_conn *conn, int option, const char **value);

/* Changes a number option of the open connection, one of those marked "live" in imap_opt, from
 * the next call on. Returns IMAP_OK; IMAP_ERR_ARGUMENT if the value is out of range;
 * IMAP_ERR_UNSUPPORTED for other options. Since 0.1. */
IMAP4_API int imap_set_int(imap_conn *conn, int option, int64_t value);

/* Changes a text option of the open connection, one of those marked "live" in imap_opt, from the
 * next call on. The text is copied; NULL goes back to the default. Returns IMAP_OK;
 * IMAP_ERR_ARGUMENT if it is not UTF-8; IMAP_ERR_UNSUPPORTED for other options. Since 0.1. */
IMAP4_API int imap_set_str(imap_conn *conn, int option, const char *value);

/* Continues a call that returned IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN or IMAP_AGAIN. id is the
 * command's, as imap_last_id gives it; 0 is the last. timeout_ms is how many milliseconds this
 * wait may last before it returns IMAP_AGAIN; -1 for no such limit. The limits of time of the
 * call itself hold all the while. Returns what the call would have returned, for IDLE that it
 * has begun; IMAP_ERR_ARGUMENT if nothing of this id is under way; IMAP_ERR_STATE, where only a
 * limit would end the wait and there is none, for an APPEND whose octets are missing. *out is
 * the caller's, free it with imap_response_free; NULL asks for no response. Talks. Since 0.1. */
IMAP4_API int imap_wait(imap_conn *conn, uint32_t id, int timeout_ms, imap_response **out);

/* The id of the last command on this connection, for imap_wait; 0 if there was none. Since 0.1. */
IMAP4_API uint32_t imap_last_id(imap_conn *conn);

/* Makes the call that waits on the connection return IMAP_ERR_WOKEN, or else the next one that
 * waits; imap_wait continues it. Any thread and any signal handler, at any time between the
 * open's return and imap_free. Returns IMAP_OK or IMAP_ERR_HANDLE. Since 0.1. */
IMAP4_API int imap_wakeup(imap_conn *conn);


/* ---- Commands -------------------------------------------------------------------------------- */

/* Commands. All of them talk, and block until the answer is there or a limit of time has passed.
 * Texts are copied. *out gets the result, the caller's to free with imap_response_free; NULL
 * asks for none. "Items" are what imap_response_item has of the result; where none are named it
 * has the text of the answer.
 * Returns: IMAP_OK, IMAP_NO or IMAP_BAD, as the server answered. Refused and not sent:
 * IMAP_ERR_ARGUMENT, IMAP_ERR_STATE, IMAP_ERR_READONLY, IMAP_ERR_UNSUPPORTED, IMAP_ERR_INSECURE,
 * IMAP_ERR_CLOSED. The connection ended: IMAP_ERR_BYE, IMAP_ERR_CLOSED, IMAP_ERR_TIMEOUT,
 * IMAP_ERR_PROTOCOL, IMAP_ERR_LIMIT, IMAP_ERR_SYSTEM, IMAP_ERR_TLS. The wait ended, imap_wait
 * continues it: IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN. The comments below name only what a
 * function adds to this. */

/* What an argument is. The type says what the octets mean; how they are quoted follows from the
 * type and the octets. CR, LF and NUL are refused everywhere but in LITERAL. 0 is no type. */
typedef enum imap_arg_type {
  /* A word, sent as it is: only characters of an atom. */
  IMAP_ARG_ATOM = 1,
  /* Any text: sent as an atom where it can be, else quoted, else (8-bit) as a literal. */
  IMAP_ARG_ASTRING = 2,
  /* Any text: always quoted, or (8-bit) as a literal. */
  IMAP_ARG_STRING = 3,
  /* Any octets, always as a literal. A NUL among them needs a server with BINARY. */
  IMAP_ARG_LITERAL = 4,
  /* A mailbox name in UTF-8; goes out as modified UTF-7, or as UTF-8 once UTF8=ACCEPT is
   * enabled. */
  IMAP_ARG_MAILBOX = 5,
  /* A mailbox name exactly as the server wrote it in LIST. */
  IMAP_ARG_MAILBOX_RAW = 6,
  /* A pattern for LIST in UTF-8: as MAILBOX, but % and * are wildcards. */
  IMAP_ARG_LIST_MAILBOX = 7,
  /* A sequence set: "1", "2:4", "1:3,6:9", "3:*", or "$" (RFC 9051, 9). */
  IMAP_ARG_SET = 8,
  /* Flags with blanks between them, with or without parentheses around them. Quoted strings stay
   * as they are. */
  IMAP_ARG_FLAGS = 9,
  /* Decimal digits, 20 at most. */
  IMAP_ARG_NUMBER = 10,
  /* An INTERNALDATE, "17-Jul-1996 02:44:25 -0700", with or without its quotes. */
  IMAP_ARG_DATE = 11,
  /* Ready text (search criteria, fetch items): quotes and parentheses must match; then sent as
   * written, but quoted strings with 8-bit octets become literals. */
  IMAP_ARG_RAW = 12,
  /* An opening parenthesis; ptr NULL and len 0. */
  IMAP_ARG_LIST_OPEN = 13,
  /* A closing parenthesis; ptr NULL and len 0. */
  IMAP_ARG_LIST_CLOSE = 14,
  /* A mailbox name as imaplib's callers write it: a whole quoted string is unquoted first, valid
   * modified UTF-7 stays as it is, all else is treated as MAILBOX. */
  IMAP_ARG_MAILBOX_LENIENT = 15,
  /* As ASTRING; a whole quoted string is unquoted first. */
  IMAP_ARG_ASTRING_LENIENT = 16,
  /* As RAW, in parentheses, which are added where they are missing; ALL, FAST and FULL go
   * without. */
  IMAP_ARG_ITEMS = 17,
  /* NIL; ptr NULL and len 0. */
  IMAP_ARG_NIL = 18
} imap_arg_type;

/* One argument of imap_command. Its layout is frozen. Octets are copied before the call returns. */
struct imap_arg {
  /* Its octets; no NUL is needed behind them. */
  const char *ptr;
  /* How many. */
  size_t len;
  /* What they are: a number of imap_arg_type. */
  int32_t type;
  /* 0, or IMAP_ARG_SECRET. */
  int32_t flags;
};

/* Flag of an argument: masked in the trace and in messages, wiped after sending. */
#define IMAP_ARG_SECRET 1

/* Any command, by name with typed arguments. name in any case, with UID before it where that
 * applies: "FETCH", "UID FETCH", "XFOO". argv has argc arguments; NULL with 0. They are checked
 * before anything is sent, and quoted, encoded or sent as literals by their type and content;
 * literals wait for the server, also where it announces LITERAL+ (imap_cmd_append does not wait
 * then). Names the library does not know are sent in every state. STARTTLS, AUTHENTICATE and
 * IDLE have functions of their own and are IMAP_ERR_ARGUMENT here, and so are COMPRESS and
 * UNAUTHENTICATE, which this version does not have. Since 0.1. RFC 9051, 2.2.1, 4, 6; RFC 7888. */
IMAP4_API int imap_command(imap_conn *conn, const char *name, const imap_arg *argv, size_t argc,
    imap_response **out);

/* Any command as ready text, all that follows the tag: "FETCH 1 (FLAGS)". Names as for
 * imap_command. CR, LF, NUL, literal markers, broken quoting, parentheses that do not match and
 * 8-bit octets outside quotes are IMAP_ERR_ARGUMENT; 8-bit quoted strings go out as literals.
 * Since 0.1. RFC 9051, 2.2.1. */
IMAP4_API int imap_command_text(imap_conn *conn, const char *line, imap_response **out);

/* imaplib's xatom: an extension command with ready text as arguments, checked as by
 * imap_command_text; args NULL for none. A name the library does not know is known to
 * imap_cmd_uid from then on. Since 0.1. RFC 9051, 6.5. */
IMAP4_API int imap_cmd_xatom(imap_conn *conn, const char *name, const char *args,
    imap_response **out);

/* imaplib's uid: a command by UID, with ready text as arguments, checked as by
 * imap_command_text. A command that neither the library nor an earlier imap_cmd_xatom knows is
 * IMAP_ERR_UNSUPPORTED. Items: SEARCH, SORT or THREAD for these, else FETCH. The functions that
 * take IMAP_UID do the same with typed arguments. Since 0.1. RFC 9051, 6.4.9. */
IMAP4_API int imap_cmd_uid(imap_conn *conn, const char *command, const char *args,
    imap_response **out);

/* Commands on the session: capabilities, login, logout. */

/* CAPABILITY: asks what the server can do; then see imap_has_capability. Items: CAPABILITY.
 * Since 0.1. RFC 9051, 6.1.1. */
IMAP4_API int imap_cmd_capability(imap_conn *conn, imap_response **out);

/* NOOP: lets the server tell what is new, which then waits as events (imap_event_next). Since
 * 0.1. RFC 9051, 6.1.2. */
IMAP4_API int imap_cmd_noop(imap_conn *conn, imap_response **out);

/* LOGOUT: says goodbye; the connection is closed and the state is IMAP_STATE_LOGOUT. The result
 * has the status BYE and the BYE texts as items; if the server sends no BYE, its tagged answer.
 * Since 0.1. RFC 9051, 6.1.3. */
IMAP4_API int imap_cmd_logout(imap_conn *conn, imap_response **out);

/* LOGIN. The password is sent quoted or as a literal, masked in the trace, and wiped after
 * sending. A refusal is IMAP_ERR_AUTH with the server's answer in *out; the connection stays
 * open. IMAP_ERR_INSECURE, and nothing sent, if the server announces LOGINDISABLED, or if the
 * password would cross a network in clear and ALLOW_PLAINTEXT_AUTH is 0; loopback, local
 * sockets, pipes and child processes are no network. Since 0.1. RFC 9051, 6.2.3. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_login(imap_conn *conn, const char *user,
    const char *password, imap_response **out);

/* ID: says who the client is and asks who the server is. pairs are names and values in turn,
 * count strings in all, at most 1000; 0 sends NIL. Items: ID. Since 0.1. RFC 2971. */
IMAP4_API int imap_cmd_id(imap_conn *conn, const char *const *pairs, size_t count,
    imap_response **out);

/* ENABLE: switches extensions on; capability is one name or several with blanks between them:
 * "UTF8=ACCEPT". Only before a mailbox is selected. IMAP_ERR_UNSUPPORTED if the server does not
 * announce ENABLE. UTF-8 mode follows what the server says it enabled: see imap_utf8_enabled.
 * Since 0.1. RFC 5161, RFC 6855. */
IMAP4_API int imap_cmd_enable(imap_conn *conn, const char *capability, imap_response **out);

/* NAMESPACE: the prefixes of personal, other users' and shared mailboxes. Items: NAMESPACE.
 * Since 0.1. RFC 2342. */
IMAP4_API int imap_cmd_namespace(imap_conn *conn, imap_response **out);

/* PROXYAUTH: an administrator becomes another user (a command of Netscape's servers, in no RFC).
 * Since 0.1. */
IMAP4_API int imap_cmd_proxyauth(imap_conn *conn, const char *user, imap_response **out);

/* imaplib's recent: the RECENT count, if one arrived that imap_untagged or this function has not
 * taken yet; nothing is sent then. Else NOOP, and what that brings. Items: RECENT, none if
 * nothing is new. Since 0.1. RFC 3501, 7.3.2. */
IMAP4_API int imap_cmd_recent(imap_conn *conn, imap_response **out);

/* Commands on mailboxes. Names are UTF-8 here; on the wire they are modified UTF-7, or UTF-8
 * once UTF8=ACCEPT is enabled. */

/* SELECT, or EXAMINE with IMAP_EXAMINE in flags: opens a mailbox; mailbox NULL is INBOX. Also
 * returns IMAP_READONLY: selected, but only for reading though writing was asked for. What was
 * known of the mailbox before, events included, is forgotten; after NO no mailbox is selected.
 * Items: EXISTS, the number of messages; imap_untagged has the rest ("UIDVALIDITY"). Since 0.1.
 * RFC 9051, 6.3.2, 6.3.3. */
IMAP4_API int imap_cmd_select(imap_conn *conn, const char *mailbox, int flags,
    imap_response **out);

/* CREATE: makes a mailbox. Since 0.1. RFC 9051, 6.3.4. */
IMAP4_API int imap_cmd_create(imap_conn *conn, const char *mailbox, imap_response **out);

/* DELETE: removes a mailbox with its messages. Since 0.1. RFC 9051, 6.3.5. */
IMAP4_API int imap_cmd_delete(imap_conn *conn, const char *mailbox, imap_response **out);

/* RENAME: gives a mailbox another name. Since 0.1. RFC 9051, 6.3.6. */
IMAP4_API int imap_cmd_rename(imap_conn *conn, const char *from, const char *to,
    imap_response **out);

/* SUBSCRIBE: puts a mailbox among the subscribed ones. Since 0.1. RFC 9051, 6.3.7. */
IMAP4_API int imap_cmd_subscribe(imap_conn *conn, const char *mailbox, imap_response **out);

/* UNSUBSCRIBE: takes a mailbox from among the subscribed ones. Since 0.1. RFC 9051, 6.3.8. */
IMAP4_API int imap_cmd_unsubscribe(imap_conn *conn, const char *mailbox, imap_response **out);

/* LIST: the mailboxes below directory (NULL: "") that match pattern (NULL: "*"). In it * matches
 * anything, % anything within one level. Items: LIST, with names as the server wrote them;
 * IMAP_ARG_MAILBOX_RAW sends such a name back unchanged, imap_utf7_decode makes it readable.
 * Since 0.1. RFC 9051, 6.3.9. */
IMAP4_API int imap_cmd_list(imap_conn *conn, const char *directory, const char *pattern,
    imap_response **out);

/* LSUB: as imap_cmd_list, of the subscribed mailboxes. Items: LSUB. Since 0.1. RFC 3501, 6.3.9. */
IMAP4_API int imap_cmd_lsub(imap_conn *conn, const char *directory, const char *pattern,
    imap_response **out);

/* STATUS: figures of a mailbox that need not be selected. names says which: "MESSAGES UNSEEN",
 * with or without parentheses. Items: STATUS. Since 0.1. RFC 9051, 6.3.11. */
IMAP4_API int imap_cmd_status(imap_conn *conn, const char *mailbox, const char *names,
    imap_response **out);

/* CHECK: asks for a checkpoint of the selected mailbox. Since 0.1. RFC 3501, 6.4.1. */
IMAP4_API int imap_cmd_check(imap_conn *conn, imap_response **out);

/* CLOSE: removes the messages with \Deleted for good and leaves the selected mailbox, if the
 * server says OK. Since 0.1. RFC 9051, 6.4.1. */
IMAP4_API int imap_cmd_close(imap_conn *conn, imap_response **out);

/* UNSELECT: leaves the selected mailbox and removes nothing. Since 0.1. RFC 9051, 6.4.2; RFC
 * 3691. */
IMAP4_API int imap_cmd_unselect(imap_conn *conn, imap_response **out);

/* Commands on messages of the selected mailbox. set is a sequence set ("1", "2:4", "1:3,6:9",
 * "3:*") of message numbers, or of UIDs with IMAP_UID in flags, which is 0 otherwise. */

/* FETCH: data items of messages: "FLAGS", "(UID BODY.PEEK[])", "FAST"; parentheses are added
 * where they are missing. Items: FETCH. Since 0.1. RFC 9051, 6.4.5. */
IMAP4_API int imap_cmd_fetch(imap_conn *conn, const char *set, const char *items, int flags,
    imap_response **out);

/* PARTIAL: length octets from start (from 1) of the item part, "RFC822" or "BODY[1]", of message
 * number. A command of RFC 1730 that few servers have; FETCH with <start.length> is its
 * successor. Items: FETCH. Since 0.1. RFC 1730, 6.4.6. */
IMAP4_API int imap_cmd_partial(imap_conn *conn, const char *number, const char *part,
    uint32_t start, uint32_t length, imap_response **out);

/* STORE: changes flags. command is "FLAGS", "+FLAGS" or "-FLAGS", perhaps with ".SILENT" behind
 * it; flag_list is "\Deleted" or "(\Seen $Done)". Items: FETCH, the flags as they are now. Since
 * 0.1. RFC 9051, 6.4.6. */
IMAP4_API int imap_cmd_store(imap_conn *conn, const char *set, const char *command,
    const char *flag_list, int flags, imap_response **out);

/* COPY: copies messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.7. */
IMAP4_API int imap_cmd_copy(imap_conn *conn, const char *set, const char *mailbox, int flags,
    imap_response **out);

/* MOVE: moves messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.8; RFC 6851. */
IMAP4_API int imap_cmd_move(imap_conn *conn, const char *set, const char *mailbox, int flags,
    imap_response **out);

/* EXPUNGE: removes the messages with \Deleted for good: all of them if uid_set is NULL, else
 * those among these UIDs (UID EXPUNGE). Items: EXPUNGE, message numbers in the order in which
 * they went. Since 0.1. RFC 9051, 6.4.3; RFC 4315. */
IMAP4_API int imap_cmd_expunge(imap_conn *conn, const char *uid_set, imap_response **out);

/* SEARCH: which messages match criteria: UNSEEN FROM "ada". charset names the charset of their
 * 8-bit octets, which must be in quotes; NULL means UTF-8 if there are any. In UTF-8 mode it has
 * to be NULL. Items: SEARCH, numbers with blanks between them, "" if nothing matches. With what
 * is to be returned in front of the criteria, RETURN (COUNT) UNSEEN, the answer is a row
 * instead: imap_esearch_get. Since 0.1. RFC 9051, 6.4.4; RFC 4731. */
IMAP4_API int imap_cmd_search(imap_conn *conn, const char *charset, const char *criteria, int flags,
    imap_response **out);

/* SORT: as imap_cmd_search, in an order: sort_criteria is "REVERSE DATE", with or without
 * parentheses. charset NULL is US-ASCII, or UTF-8 if the criteria have 8-bit octets. Items:
 * SORT. Since 0.1. RFC 5256; RFC 5267, 3.1. */
IMAP4_API int imap_cmd_sort(imap_conn *conn, const char *sort_criteria, const char *charset,
    const char *criteria, int flags, imap_response **out);

/* THREAD: as imap_cmd_search, grouped by conversation; algorithm is "REFERENCES" or
 * "ORDEREDSUBJECT". charset as for imap_cmd_sort. Items: THREAD. Since 0.1. RFC 5256. */
IMAP4_API int imap_cmd_thread(imap_conn *conn, const char *algorithm, const char *charset,
    const char *criteria, int flags, imap_response **out);

/* APPEND: adds a message to a mailbox, which need not be selected (NULL: INBOX). flag_list as
 * for imap_cmd_store and date as imap_internaldate_format writes it; both may be NULL. message
 * is len octets; bare CR and bare LF become CRLF unless flags has IMAP_APPEND_VERBATIM. A NUL in
 * it needs a server with BINARY. Since 0.1. RFC 9051, 6.3.12; RFC 6855, 4. */
IMAP4_API int imap_cmd_append(imap_conn *conn, const char *mailbox, const char *flag_list,
    const char *date, const char *message, size_t len, int flags, imap_response **out);

/* Commands on rights, quotas and annotations. */

/* GETACL: who may do what with a mailbox. Items: ACL. Since 0.1. RFC 4314, 3.3. */
IMAP4_API int imap_cmd_getacl(imap_conn *conn, const char *mailbox, imap_response **out);

/* SETACL: gives who the rights what: "lrs", or "+r" and "-r" to change them. Since 0.1. RFC
 * 4314, 3.1. */
IMAP4_API int imap_cmd_setacl(imap_conn *conn, const char *mailbox, const char *who,
    const char *what, imap_response **out);

/* DELETEACL: takes all rights on a mailbox from who. Since 0.1. RFC 4314, 3.2. */
IMAP4_API int imap_cmd_deleteacl(imap_conn *conn, const char *mailbox, const char *who,
    imap_response **out);

/* MYRIGHTS: what the user may do with a mailbox. Items: MYRIGHTS. Since 0.1. RFC 4314, 3.5. */
IMAP4_API int imap_cmd_myrights(imap_conn *conn, const char *mailbox, imap_response **out);

/* GETQUOTA: use and limits of a quota root. Items: QUOTA. Since 0.1. RFC 9208, 4.1.2. */
IMAP4_API int imap_cmd_getquota(imap_conn *conn, const char *root, imap_response **out);

/* GETQUOTAROOT: the quota roots of a mailbox, and their use. Items: QUOTAROOT; those of "QUOTA"
 * by that name. Since 0.1. RFC 9208, 4.1.3. */
IMAP4_API int imap_cmd_getquotaroot(imap_conn *conn, const char *mailbox, imap_response **out);

/* SETQUOTA: sets limits of a quota root: "STORAGE 512", with or without parentheses. Items:
 * QUOTA. Since 0.1. RFC 9208, 4.1.1. */
IMAP4_API int imap_cmd_setquota(imap_conn *conn, const char *root, const char *limits,
    imap_response **out);

/* GETANNOTATION: annotations of mailboxes; mailbox may be a pattern as for LIST. entry and
 * attribute are ready text, quoted strings or lists of them: "\"/comment\"", "\"value.priv\"". A
 * command of the draft ANNOTATEMORE, in no RFC. Items: ANNOTATION. Since 0.1. */
IMAP4_API int imap_cmd_getannotation(imap_conn *conn, const char *mailbox, const char *entry,
    const char *attribute, imap_response **out);

/* SETANNOTATION: sets annotations; attributes is a list of names and values: "(\"value.priv\"
 * \"x\")". Otherwise as imap_cmd_getannotation. Items: ANNOTATION. Since 0.1. */
IMAP4_API int imap_cmd_setannotation(imap_conn *conn, const char *mailbox, const char *entry,
    const char *attributes, imap_response **out);


/* ---- Responses ------------------------------------------------------------------------------- */

/* Responses: what a command brought. A result has a status and the untagged responses that
 * belong to it (its rows); an untagged response, an event or the greeting is one line. All views
 * are of the same octets: imaplib's items, the rows, the tree. Functions that give a text set
 * *ptr and *len; after IMAP_END and IMAP_ERR_HANDLE there is no text, and these are cleared. Any
 * thread may read, several at once. */

/* The status of a response (RFC 9051, 7.1). */
typedef enum imap_status {
  /* Data, not a status. */
  IMAP_STATUS_NONE = 0,
  IMAP_STATUS_OK = 1,
  IMAP_STATUS_NO = 2,
  IMAP_STATUS_BAD = 3,
  IMAP_STATUS_BYE = 4,
  IMAP_STATUS_PREAUTH = 5
} imap_status;

/* Frees a response; NULL is fine, and borrowed ones (imap_response_row) are left alone. Any
 * thread. Since 0.1. */
IMAP4_API void imap_response_free(imap_response *response);

/* One more handle of the same response, also of a borrowed one, which then outlives what it was
 * borrowed from. No octets are copied but those of a row of a FETCH. *out is the caller's, free
 * it with imap_response_free. Returns IMAP_OK; IMAP_ERR_ARGUMENT if out is NULL. Any thread.
 * Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_response_keep(const imap_response *response,
    imap_response **out);

/* The status, a number of imap_status; IMAP_STATUS_NONE if response is none. Since 0.1. RFC
 * 9051, 7.1. */
IMAP4_API int imap_response_status(const imap_response *response);

/* The text of a status, its bracketed code included. Borrowed from the response. Returns
 * IMAP_OK; IMAP_END if it is no status. Since 0.1. */
IMAP4_API int imap_response_text(const imap_response *response, const char **ptr, size_t *len);

/* The text of a status without its code. Borrowed from the response. Returns IMAP_OK; IMAP_END
 * if it is no status. Since 0.1. */
IMAP4_API int imap_response_message(const imap_response *response, const char **ptr, size_t *len);

/* The code of a status: its name in upper case, and its argument as sent, NULL if it has none
 * ("UIDVALIDITY", "3857529045"). Borrowed from the response. Returns IMAP_OK; IMAP_END if there
 * is no code. Since 0.1. RFC 9051, 7.1. */
IMAP4_API int imap_response_code(const imap_response *response, const char **name, size_t *name_len,
    const char **argument, size_t *argument_len);

/* The name in upper case: of a result the command's ("UID FETCH"), of an untagged response its
 * own ("FETCH", "EXISTS", "OK", "OVERFLOW"); "" of a line that has none. Never NULL. Borrowed
 * from the response. Since 0.1. */
IMAP4_API const char *imap_response_name(const imap_response *response);

/* The number before the name: 12 in "* 12 EXISTS". Returns IMAP_OK; IMAP_END and 0 if there is
 * none. Since 0.1. */
IMAP4_API int imap_response_number(const imap_response *response, uint32_t *number);

/* The response's place in the order in which the lines of its connection arrived, from 1; 0 if
 * response is none. An EXPUNGE event between two rows of a FETCH changes the message numbers of
 * the rows after it. Since 0.1. */
IMAP4_API uint64_t imap_response_arrival(const imap_response *response);

/* The line exactly as it came, CRLF included, but without the octets of literals of 64 KiB or
 * more, which nodes and items have, and of literals that were streamed. Borrowed from the
 * response; no NUL behind it. Returns IMAP_OK. Since 0.1. */
IMAP4_API int imap_response_raw(const imap_response *response, const char **ptr, size_t *len);

/* Whether some of the line fits no rule of the protocol; the tree holds it as IMAP_NODE_JUNK.
 * Returns 1 or 0. Since 0.1. */
IMAP4_API int imap_response_malformed(const imap_response *response);

/* How many untagged responses belong to the result; 0 for what is no result. Since 0.1. */
IMAP4_API size_t imap_response_row_count(const imap_response *response);

/* Untagged response i from 0, in order of arrival; NULL past the end. Borrowed from the result;
 * imap_response_keep makes it the caller's. Since 0.1. */
IMAP4_API const imap_response *imap_response_row(const imap_response *response, size_t i);

/* imaplib's view: how many items there are under a name ("FETCH", any case), or, with NULL, of
 * what imaplib hands out for the command; after NO that is the one text of the answer. 0 is
 * imaplib's [None]. Since 0.1. */
IMAP4_API size_t imap_response_item_count(const imap_response *response, const char *name);

/* imaplib's view: item i from 0, name as for imap_response_item_count. *ptr is its text as sent
 * ("1 (FLAGS (\Seen) BODY[] {5}"); *literal the octets of the literal behind it, NULL if there
 * is none. What follows a literal is the next item (")"). Outs may be NULL. Borrowed from the
 * response. Returns IMAP_OK; IMAP_END past the end. Since 0.1. */
IMAP4_API int imap_response_item(const imap_response *response, const char *name, size_t i,
    const char **ptr, size_t *len, const char **literal, size_t *literal_len);

/* The tree of one response line (a result's own line, or a row): values as nodes. A node is a
 * number, 0 is none; IMAP_ROOT as the parent is the line. "* 1 FETCH (FLAGS (\Seen))" has the
 * nodes 1, FETCH and a list. Wrong numbers give nothing. */

/* As a parent: the line itself. */
#define IMAP_ROOT 4294967295

/* What a node is. */
typedef enum imap_node {
  /* No node. */
  IMAP_NODE_NONE = 0,
  /* A word: the name of a response or item, a flag, any value that is none of those below. */
  IMAP_NODE_ATOM = 1,
  /* An atom of digits that fit 64 bits. */
  IMAP_NODE_NUMBER = 2,
  /* A quoted string; its text has the escapes resolved. */
  IMAP_NODE_STRING = 3,
  /* A literal; its text is its octets. */
  IMAP_NODE_LITERAL = 4,
  /* The atom NIL. Where a string cannot be absent it is a word: read it with imap_node_raw. */
  IMAP_NODE_NIL = 5,
  /* Values in parentheses. */
  IMAP_NODE_LIST = 6,
  /* The bracketed code of a status: inside are its name, then its values. */
  IMAP_NODE_CODE = 7,
  /* The text of a status behind its code, or of a line that is no response. */
  IMAP_NODE_TEXT = 8,
  /* Octets that fit nowhere. */
  IMAP_NODE_JUNK = 9
} imap_node;

/* What the node is, a number of imap_node; IMAP_NODE_NONE for numbers that are no node. Since
 * 0.1. */
IMAP4_API int imap_node_kind(const imap_response *response, uint32_t node);

/* The node's text. Borrowed from the response. Returns IMAP_OK; IMAP_END for NIL, lists, codes
 * and no node. Since 0.1. */
IMAP4_API int imap_node_text(const imap_response *response, uint32_t node, const char **ptr,
    size_t *len);

/* The node exactly as sent: quotes, parentheses and literal markers included. Borrowed from the
 * response; no NUL behind it. Returns IMAP_OK; IMAP_END for no node, and where a literal of 64
 * KiB or more is inside. Since 0.1. */
IMAP4_API int imap_node_raw(const imap_response *response, uint32_t node, const char **ptr,
    size_t *len);

/* The node's value if it is a number. Returns IMAP_OK; IMAP_END and 0 if it is none. Since 0.1. */
IMAP4_API int imap_node_number(const imap_response *response, uint32_t node, uint64_t *number);

/* The first node inside a list or code, or of the line for IMAP_ROOT; 0 if there is none. Since
 * 0.1. */
IMAP4_API uint32_t imap_node_first(const imap_response *response, uint32_t parent);

/* The node behind this one in the same list; 0 if it is the last. Since 0.1. */
IMAP4_API uint32_t imap_node_next(const imap_response *response, uint32_t node);

/* How many nodes a list or code has, or the line for IMAP_ROOT. It counts them: go through long
 * lists with imap_node_next. Since 0.1. */
IMAP4_API uint32_t imap_node_count(const imap_response *response, uint32_t parent);

/* Node i from 0 of a list or code, or of the line for IMAP_ROOT; 0 past the end. Since 0.1. */
IMAP4_API uint32_t imap_node_at(const imap_response *response, uint32_t parent, uint32_t i);

/* In a list of names and values ("(UID 5 FLAGS (\Seen))"), the node behind the name (any case);
 * 0 if the name is not there. Since 0.1. */
IMAP4_API uint32_t imap_node_find(const imap_response *response, uint32_t list, const char *name);

/* Responses from memory: without a connection. */

/* Reads the response that len octets in memory begin with, as it would be read from a server:
 * from a file, a log, a connection of the caller's own. NULs and empty lines before it are
 * skipped. *used gets the number of octets that it took, and what was skipped; the next response
 * begins there. options gives the limits (MAX_LINE, MAX_LITERAL, MAX_RESPONSE, MAX_DEPTH,
 * MAX_KEPT and, of literals in a status, MAX_UNASKED); NULL for the defaults. *out is the
 * caller's, free it with imap_response_free; the octets are copied. It is no part of a command,
 * so a tagged line has no rows, and imap_response_arrival is 0. Returns IMAP_OK; IMAP_AGAIN if
 * the response goes on beyond these octets, or there is none: *used is 0, ask again when there
 * are more; IMAP_ERR_PROTOCOL if no end can be found (a line that ends with LF alone, a literal
 * of more than 63 bits); IMAP_ERR_LIMIT if a limit is passed; IMAP_ERR_ARGUMENT if out or used
 * is NULL, or octets with a length; IMAP_ERR_HANDLE if options is none; IMAP_ERR_NOMEM. Any
 * thread. Since 0.1. RFC 9051, 7. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_response_parse(const char *octets, size_t len,
    const imap_options *options, imap_response **out, size_t *used);


/* ---- Typed views ----------------------------------------------------------------------------- */

/* Typed views of untagged data. A function reads one response line (a row, an event, or a
 * result's own line) and fills a struct; give its sizeof as size. What repeats is gone through
 * with a cursor: a number that is 0 at first and only handed back; IMAP_END comes after the
 * last. Texts are borrowed from the response and have a NUL behind them; what is NIL or absent
 * is NULL, what is empty is not. What a server sent against the rules gives the best value that
 * can be had of it and a mark malformed; the octets are in imap_response_raw. Any thread may
 * read, several at once. */

/* What a response is. Numbers are never moved; kinds that a later version knows are 0 in this
 * one. */
typedef enum imap_kind {
  /* None of those below: imap_response_name has the name. */
  IMAP_KIND_OTHER = 0,
  IMAP_KIND_FETCH = 1,
  /* imap_response_number is how many messages there are. */
  IMAP_KIND_EXISTS = 2,
  /* imap_response_number is the message that is gone. */
  IMAP_KIND_EXPUNGE = 3,
  IMAP_KIND_RECENT = 4,
  /* imap_word_next. */
  IMAP_KIND_FLAGS = 5,
  /* imap_numbers_get, imap_search_modseq. */
  IMAP_KIND_SEARCH = 6,
  /* imap_esearch_get. */
  IMAP_KIND_ESEARCH = 7,
  /* imap_numbers_get. */
  IMAP_KIND_SORT = 8,
  /* imap_thread_get. */
  IMAP_KIND_THREAD = 9,
  /* imap_list_get. */
  IMAP_KIND_LIST = 10,
  /* imap_list_get. */
  IMAP_KIND_LSUB = 11,
  /* imap_list_get. */
  IMAP_KIND_XLIST = 12,
  /* imap_status_get. */
  IMAP_KIND_STATUS = 13,
  /* imap_vanished_get. */
  IMAP_KIND_VANISHED = 14,
  /* imap_word_next. */
  IMAP_KIND_CAPABILITY = 15,
  /* imap_word_next. */
  IMAP_KIND_ENABLED = 16,
  /* imap_entry_next. */
  IMAP_KIND_ID = 17,
  /* imap_namespace_next. */
  IMAP_KIND_NAMESPACE = 18,
  /* imap_quota_next, imap_quota_root. */
  IMAP_KIND_QUOTA = 19,
  /* imap_mailbox_get, imap_word_next. */
  IMAP_KIND_QUOTAROOT = 20,
  /* imap_mailbox_get, imap_acl_next. */
  IMAP_KIND_ACL = 21,
  /* imap_mailbox_get, imap_rights_get, imap_word_next. */
  IMAP_KIND_LISTRIGHTS = 22,
  /* imap_mailbox_get, imap_rights_get. */
  IMAP_KIND_MYRIGHTS = 23,
  /* imap_mailbox_get, imap_entry_next. */
  IMAP_KIND_METADATA = 24,
  /* imap_mailbox_get, imap_entry_next, imap_pair_next. */
  IMAP_KIND_ANNOTATION = 25,
  /* FETCH with the UID for the number (RFC 9586). */
  IMAP_KIND_UIDFETCH = 26,
  /* A status, tagged or not: imap_code_get. */
  IMAP_KIND_OK = 27,
  IMAP_KIND_NO = 28,
  IMAP_KIND_BAD = 29,
  IMAP_KIND_BYE = 30,
  IMAP_KIND_PREAUTH = 31,
  IMAP_KIND_CONTINUATION = 32,
  /* Of events: there were too many, and all were dropped. */
  IMAP_KIND_OVERFLOW = 33
} imap_kind;

/* What the response is, a number of imap_kind: "* 12 EXISTS" is IMAP_KIND_EXISTS, a result
 * IMAP_KIND_OK or as it was answered. IMAP_KIND_OTHER if response is none. Since 0.1. RFC 9051,
 * 7. */
IMAP4_API int imap_response_kind(const imap_response *response);

/* FETCH as values: one call fills a struct with the items of one message. What has structure is
 * a node: ENVELOPE for imap_envelope_get, BODY and BODYSTRUCTURE for imap_part_get, sections by
 * imap_section_get. An item that a server sent in a broken form is marked in malformed; what
 * could be read of it is there, and its octets by imap_node_raw. */

/* Which piece of a message or part a section is. */
typedef enum imap_section_kind {
  /* All of it: BODY[], BODY[1], RFC822. */
  IMAP_SECTION_WHOLE = 0,
  /* HEADER, and RFC822.HEADER. */
  IMAP_SECTION_HEADER = 1,
  /* HEADER.FIELDS */
  IMAP_SECTION_HEADER_FIELDS = 2,
  /* HEADER.FIELDS.NOT */
  IMAP_SECTION_HEADER_FIELDS_NOT = 3,
  /* TEXT, and RFC822.TEXT. */
  IMAP_SECTION_TEXT = 4,
  /* MIME: the header of a part. */
  IMAP_SECTION_MIME = 5,
  /* None of these: read the item's name. */
  IMAP_SECTION_OTHER = 6
} imap_section_kind;

/* Which items came, as bits of has and malformed. */
typedef enum imap_fetch_item {
  IMAP_FETCH_UID = 1,
  IMAP_FETCH_FLAGS = 2,
  IMAP_FETCH_INTERNALDATE = 4,
  /* RFC822.SIZE. */
  IMAP_FETCH_SIZE = 8,
  IMAP_FETCH_ENVELOPE = 16,
  IMAP_FETCH_BODY = 32,
  IMAP_FETCH_BODYSTRUCTURE = 64,
  IMAP_FETCH_MODSEQ = 128,
  /* One or more of BODY[…], BINARY[…], RFC822, RFC822.HEADER, RFC822.TEXT: see
   * imap_section_get. */
  IMAP_FETCH_SECTION = 256,
  /* EMAILID (RFC 8474). */
  IMAP_FETCH_EMAILID = 512,
  /* THREADID (RFC 8474). */
  IMAP_FETCH_THREADID = 1024,
  /* SAVEDATE (RFC 8514). */
  IMAP_FETCH_SAVEDATE = 2048,
  /* PREVIEW (RFC 8970). */
  IMAP_FETCH_PREVIEW = 4096,
  /* X-GM-MSGID of Gmail. */
  IMAP_FETCH_GM_MSGID = 8192,
  /* X-GM-THRID of Gmail. */
  IMAP_FETCH_GM_THRID = 16384,
  /* X-GM-LABELS of Gmail. */
  IMAP_FETCH_GM_LABELS = 32768,
  /* Items that have no place here: find them with imap_node_find. */
  IMAP_FETCH_OTHER = 65536
} imap_fetch_item;

/* System flags and common keywords, as bits of a mask. */
typedef enum imap_message_flag {
  IMAP_SEEN = 1,
  IMAP_ANSWERED = 2,
  IMAP_FLAGGED = 4,
  IMAP_DELETED = 8,
  IMAP_DRAFT = 16,
  IMAP_RECENT = 32,
  /* $Forwarded */
  IMAP_FORWARDED = 64,
  /* $MDNSent */
  IMAP_MDN_SENT = 128,
  /* $Junk */
  IMAP_JUNK = 256,
  /* $NotJunk */
  IMAP_NOT_JUNK = 512,
  /* $Phishing */
  IMAP_PHISHING = 1024,
  /* $Important */
  IMAP_IMPORTANT = 2048,
  /* There are flags without a bit of their own: read their names. */
  IMAP_OTHER_FLAGS = 4096
} imap_message_flag;

/* The items of one FETCH response. Numbers are 0 and nodes 0 for items that did not come: see
 * has. Fields are only ever appended. */
struct imap_fetch {
  /* How many octets of this struct were filled. */
  size_t size;
  /* The message number; 0 in UIDFETCH (RFC 9586). */
  uint32_t seq;
  uint32_t uid;
  /* Which items came, bits of imap_fetch_item. */
  uint32_t has;
  /* Which of them had a value of another form than theirs. */
  uint32_t malformed;
  /* The flags, bits of imap_message_flag, and the list with their names. */
  uint32_t flags;
  uint32_t flags_node;
  /* INTERNALDATE in seconds since 1970 UTC, the zone it was written in in minutes east of UTC,
   * and its text. */
  int64_t internaldate;
  int32_t internaldate_offset_min;
  uint32_t internaldate_node;
  /* RFC822.SIZE in octets. */
  uint64_t rfc822_size;
  uint64_t modseq;
  uint32_t envelope;
  uint32_t body;
  uint32_t bodystructure;
  /* How many sections came, for imap_section_get. */
  uint32_t section_count;
  /* The texts of EMAILID and THREADID (RFC 8474). */
  uint32_t email_id_node;
  uint32_t thread_id_node;
  /* SAVEDATE (RFC 8514), as internaldate; 0 and IMAP_NODE_NIL for a message whose date is not
   * known. */
  int64_t save_date;
  int32_t save_date_offset_min;
  uint32_t save_date_node;
  /* The text of PREVIEW (RFC 8970). */
  uint32_t preview_node;
  /* The list of X-GM-LABELS. */
  uint32_t gm_labels_node;
  uint64_t gm_msgid;
  uint64_t gm_thrid;
};

/* Fills *out with the items of a FETCH response; size is sizeof(imap_fetch). Returns IMAP_OK;
 * IMAP_END if the response is no FETCH; IMAP_ERR_ARGUMENT if out is NULL or too small. Any
 * thread. Since 0.1. RFC 9051, 7.5.2. */
IMAP4_API int imap_fetch_get(const imap_response *response, imap_fetch *out, size_t size);

/* One section of a message: BODY[…], BINARY[…], RFC822, RFC822.HEADER or RFC822.TEXT. Fields
 * are only ever appended. */
struct imap_section {
  /* How many octets of this struct were filled. */
  size_t size;
  /* The item as the server wrote it: "BODY[1.2.MIME]<0>". */
  const char *item;
  size_t item_len;
  /* The part number in it, "1.2"; "" for the whole message. No NUL behind it. */
  const char *part;
  size_t part_len;
  /* Which piece of the part, a number of imap_section_kind. */
  int32_t kind;
  /* 1 for BINARY: the transfer encoding is undone. */
  int32_t is_binary;
  /* Where the octets begin in the section if only some were asked for, else 0. */
  uint64_t origin;
  /* Its octets; NULL and 0 for NIL, for a missing value, and for what passed by as IMAP_LITERAL. */
  const char *ptr;
  size_t len;
  /* The value's node; 0 if the server sent none. */
  uint32_t node;
  /* 1 if it came by imap_literal_read and the like, and is not here. */
  int32_t is_streamed;
};

/* Fills *out with section i from 0 of a FETCH response, in the order they came; size is
 * sizeof(imap_section). All texts are borrowed from the response. Returns IMAP_OK; IMAP_END past
 * the end; IMAP_ERR_ARGUMENT if out is NULL or too small. Any thread. Since 0.1. RFC 9051,
 * 7.5.2; RFC 3516. */
IMAP4_API int imap_section_get(const imap_response *response, uint32_t i, imap_section *out,
    size_t size);

/* The same for the first section whose item is item (any case), as "BODY[HEADER]" or
 * "BODY[]<0>", or as it was asked for, "BODY.PEEK[]<0.9>"; without "<…>" any origin will do.
 * Any thread. Since 0.1. RFC 9051, 7.5.2. */
IMAP4_API int imap_section_find(const imap_response *response, const char *item, imap_section *out,
    size_t size);

/* Typed views. One call reads a node of a response line (imap_node_find(row, list, "ENVELOPE"))
 * and fills a struct; give its sizeof as size. Texts are borrowed from the response and have a
 * NUL behind them; NIL and absent ones are NULL, empty ones are not. What servers send in other
 * forms than the RFC's gives the best value that can be had and malformed is not 0;
 * imap_node_raw has the octets. Any thread may read, several at once. */

/* An envelope. The addresses are nodes for imap_address_get, 0 for none. Fields are only ever
 * appended. */
struct imap_envelope {
  /* How many octets of this struct were filled. */
  size_t size;
  /* As sent: no valid date with some messages. */
  const char *date;
  size_t date_len;
  /* May have encoded words: imap_header_decode. */
  const char *subject;
  size_t subject_len;
  const char *in_reply_to;
  size_t in_reply_to_len;
  const char *message_id;
  size_t message_id_len;
  uint32_t from;
  uint32_t sender;
  uint32_t reply_to;
  uint32_t to;
  uint32_t cc;
  uint32_t bcc;
  uint32_t malformed;
};

/* What an entry of an address list is. */
typedef enum imap_address_kind {
  IMAP_ADDRESS_MAILBOX = 1,
  /* A group begins: mailbox is its name, the addresses up to its end are in it. */
  IMAP_ADDRESS_GROUP_START = 2,
  IMAP_ADDRESS_GROUP_END = 3
} imap_address_kind;

/* One address. Fields are only ever appended. */
struct imap_address {
  /* How many octets of this struct were filled. */
  size_t size;
  /* The display name; may have encoded words: imap_header_decode. */
  const char *name;
  size_t name_len;
  /* The source route; hardly ever there. */
  const char *route;
  size_t route_len;
  /* What stands before the @; of the start of a group the group's name. */
  const char *mailbox;
  size_t mailbox_len;
  /* What stands behind the @. Some servers have a word of their own for a missing one
   * (MISSING_DOMAIN). */
  const char *host;
  size_t host_len;
  /* A number of imap_address_kind. */
  int32_t kind;
  /* The node of the next address, 0 for the last. */
  uint32_t next;
  /* Also not 0 if entries that are no address stood behind it. */
  uint32_t malformed;
};

/* Reads the ENVELOPE at a node. Returns IMAP_OK; IMAP_END if it is none (NIL); IMAP_ERR_ARGUMENT
 * if out is NULL or too small. Since 0.1. RFC 9051, 7.5.2 (ENVELOPE). */
IMAP4_API int imap_envelope_get(const imap_response *response, uint32_t node, imap_envelope *out,
    size_t size);

/* Reads the address at a node: for (n = e.to; imap_address_get(row, n, &a, sizeof a) == IMAP_OK;
 * n = a.next) goes through a list. Entries that are no address are left out. Returns IMAP_OK;
 * IMAP_END if there is none at the node, as at 0; IMAP_ERR_ARGUMENT if out is NULL or too small.
 * Since 0.1. RFC 9051, 7.5.2 (ENVELOPE). */
IMAP4_API int imap_address_get(const imap_response *response, uint32_t node, imap_address *out,
    size_t size);

/* The parts of a BODY or BODYSTRUCTURE, whose node is the part that holds all others. Numbers
 * are those of imap_cmd_fetch: "BODY[1.2]". */

/* A bit of imap_part.malformed: type or subtype are missing or misplaced. */
#define IMAP_PART_BAD_TYPE 1
/* A bit of imap_part.malformed: parameters, id, description or encoding are. */
#define IMAP_PART_BAD_FIELDS 2
/* A bit of imap_part.malformed: octets or lines are no numbers. */
#define IMAP_PART_BAD_SIZE 4
/* A bit of imap_part.malformed: a multipart without parts or with something else between them, a
 * message without envelope or body. */
#define IMAP_PART_BAD_PARTS 8
/* A bit of imap_part.malformed: MD5, disposition, language or location are missing or misplaced. */
#define IMAP_PART_BAD_EXTENSION 16

/* One part. Fields are only ever appended. */
struct imap_part {
  /* How many octets of this struct were filled. */
  size_t size;
  /* As sent: compare without regard to case. "MULTIPART" of a multipart. */
  const char *media_type;
  size_t media_type_len;
  const char *subtype;
  size_t subtype_len;
  const char *id;
  size_t id_len;
  /* May have encoded words: imap_header_decode. */
  const char *description;
  size_t description_len;
  const char *encoding;
  size_t encoding_len;
  const char *md5;
  size_t md5_len;
  /* "attachment", "inline"; its parameters are disposition_params. */
  const char *disposition;
  size_t disposition_len;
  const char *location;
  size_t location_len;
  /* The size in octets, encoded as sent; -1 if it is not told, as with multiparts. */
  int64_t octets;
  /* The lines of a text or message; -1 if they are not told. */
  int64_t lines;
  /* The first parameter of the type, for imap_param_get and imap_param_find; 0 for none. */
  uint32_t params;
  /* The first parameter of the disposition; 0 for none. */
  uint32_t disposition_params;
  /* The languages: a node that is a text, or a list of texts; 0 for none. */
  uint32_t language;
  /* Of a part that is a message: its envelope, for imap_envelope_get; 0 otherwise. */
  uint32_t envelope;
  /* Of a part that is a message: its body, a part; 0 otherwise. */
  uint32_t body;
  /* Of a multipart: its first part; 0 otherwise. */
  uint32_t child;
  /* The part behind this one in the same multipart; 0 for the last. */
  uint32_t next;
  /* 1 for a multipart, else 0. */
  int32_t is_multipart;
  /* IMAP_PART_BAD_ bits; 0 if the part is as the RFC has it. */
  uint32_t malformed;
};

/* One parameter of a type or disposition. Fields are only ever appended. */
struct imap_param {
  /* How many octets of this struct were filled. */
  size_t size;
  /* As sent: compare without regard to case. One that is cut in pieces has several:
   * imap_param_find joins them. */
  const char *name;
  size_t name_len;
  const char *value;
  size_t value_len;
  /* The node of the next parameter, 0 for the last. */
  uint32_t next;
  uint32_t malformed;
};

/* Reads the part at a node: that of BODY or BODYSTRUCTURE, or one of imap_part or
 * imap_part_find. Returns IMAP_OK; IMAP_END if there is none (NIL, ()); IMAP_ERR_ARGUMENT if out
 * is NULL or too small. Since 0.1. RFC 9051, 7.5.2 (BODYSTRUCTURE). */
IMAP4_API int imap_part_get(const imap_response *response, uint32_t node, imap_part *out,
    size_t size);

/* Reads the parameter at a node, as sent: for (n = p.params; imap_param_get(row, n, &q, sizeof
 * q) == IMAP_OK; n = q.next) goes through all. Returns IMAP_OK; IMAP_END if there is none at the
 * node, as at 0; IMAP_ERR_ARGUMENT if out is NULL or too small. Since 0.1. RFC 9051, 7.5.2
 * (BODYSTRUCTURE). */
IMAP4_API int imap_param_get(const imap_response *response, uint32_t node, imap_param *out,
    size_t size);

/* The node of a part by its number within the body at node body: "1.2.3"; "" is the body itself.
 * Returns IMAP_OK; IMAP_END and 0 if there is no such part; IMAP_ERR_ARGUMENT if number is NULL.
 * Since 0.1. RFC 9051, 6.4.5.1. */
IMAP4_API int imap_part_find(const imap_response *response, uint32_t body, const char *number,
    uint32_t *node);

/* The number of the part at node within the body at node body, in buf, of size octets, with a
 * NUL: "1.2.3"; "" of a body that is a multipart. Returns IMAP_OK; IMAP_END if it is no part of
 * the body, or the multipart of an inner message, which has no number; IMAP_ERR_ARGUMENT if the
 * buffer is too small. After a failure there is "" in it. Since 0.1. RFC 9051, 6.4.5.1. */
IMAP4_API int imap_part_number(const imap_response *response, uint32_t body, uint32_t node,
    char *buf, size_t size);

/* The next part of the body at node body that is of a type and has a disposition, behind the
 * node after in reading order; 0 begins with the body itself. Inner messages' parts are looked
 * at too. Each call goes down to after anew: imap_part_search_all finds all parts of a large
 * body in one go. media_type is "text/html", "image/ *" or "image"; NULL takes any; disposition
 * is "attachment" or NULL for any, also none. Letters' case does not matter. Returns IMAP_OK;
 * IMAP_END and 0 if there is no further one. Since 0.1. RFC 9051, 7.5.2 (BODYSTRUCTURE). */
IMAP4_API int imap_part_search(const imap_response *response, uint32_t body, uint32_t after,
    const char *media_type, const char *disposition, uint32_t *node);

/* The parts that imap_part_search would find, one after the other, all at once: their nodes go
 * to nodes, which has room for room. *count (may be NULL) gets how many there are, also if they
 * do not fit: NULL and 0 ask for it. Returns IMAP_OK; IMAP_END if there are none;
 * IMAP_ERR_ARGUMENT if they do not fit, then nodes has the first ones. Since 0.1. RFC 9051,
 * 7.5.2 (BODYSTRUCTURE). */
IMAP4_API int imap_part_search_all(const imap_response *response, uint32_t body,
    const char *media_type, const char *disposition, uint32_t *nodes, size_t room, size_t *count);

/* Texts of header fields and parameters in UTF-8. They go into the caller's buffer with a NUL
 * behind them. Nothing is refused: what cannot be decoded stays as sent, octets that are no text
 * become U+FFFD, as NUL does; line ends become blanks, so that a text cannot add a header field
 * to another message. */

/* Decodes the encoded words ("=?utf-8?Q?caf=C3=A9?=") of a subject, display name or other header
 * text of len octets into buf, of size octets. *needed (may be NULL) gets the length of the
 * result without its NUL, also when the buffer is too small: NULL and 0 ask for it. Returns
 * IMAP_OK; IMAP_ERR_ARGUMENT if the buffer is too small. Since 0.1. RFC 2047. */
IMAP4_API int imap_header_decode(const char *text, size_t len, char *buf, size_t size,
    size_t *needed);

/* The value of a parameter, decoded: node is the first one (imap_part.params,
 * imap_part.disposition_params), name the parameter's ("filename", any case). Pieces and
 * charsets of RFC 2231 ("filename*0*") are put together, encoded words decoded. Outs as for
 * imap_header_decode. Returns IMAP_OK; IMAP_END if there is no such parameter or its value is
 * NIL; IMAP_ERR_ARGUMENT if name is NULL or the buffer is too small. After a failure there is ""
 * in the buffer. Since 0.1. RFC 2231. */
IMAP4_API int imap_param_find(const imap_response *response, uint32_t node, const char *name,
    char *buf, size_t size, size_t *needed);

/* Mailboxes: LIST, LSUB, XLIST, STATUS, NAMESPACE. A name is given as sent, which is what goes
 * back to the server (IMAP_ARG_MAILBOX_RAW), and in UTF-8 to be shown; one that is neither
 * modified UTF-7 nor UTF-8 is shown as sent. */

/* Attributes of a mailbox, as bits (RFC 9051, 7.3.1; RFC 6154). Each is there only if it was
 * sent: \NonExistent also means \Noselect. */
typedef enum imap_attribute {
  IMAP_ATTRIBUTE_NOSELECT = 1,
  IMAP_ATTRIBUTE_NOINFERIORS = 2,
  IMAP_ATTRIBUTE_HASCHILDREN = 4,
  IMAP_ATTRIBUTE_HASNOCHILDREN = 8,
  IMAP_ATTRIBUTE_MARKED = 16,
  IMAP_ATTRIBUTE_UNMARKED = 32,
  IMAP_ATTRIBUTE_NONEXISTENT = 64,
  IMAP_ATTRIBUTE_SUBSCRIBED = 128,
  IMAP_ATTRIBUTE_REMOTE = 256,
  /* XLIST's \AllMail too. */
  IMAP_ATTRIBUTE_ALL = 512,
  IMAP_ATTRIBUTE_ARCHIVE = 1024,
  IMAP_ATTRIBUTE_DRAFTS = 2048,
  /* XLIST's \Starred too. */
  IMAP_ATTRIBUTE_FLAGGED = 4096,
  /* XLIST's \Spam too. */
  IMAP_ATTRIBUTE_JUNK = 8192,
  IMAP_ATTRIBUTE_SENT = 16384,
  IMAP_ATTRIBUTE_TRASH = 32768,
  IMAP_ATTRIBUTE_IMPORTANT = 65536,
  /* XLIST only. */
  IMAP_ATTRIBUTE_INBOX = 131072,
  /* At least one that is none of these: see attribute_list. */
  IMAP_ATTRIBUTE_OTHER = 1073741824
} imap_attribute;

/* One mailbox of a LIST, LSUB or XLIST. */
struct imap_list_entry {
  /* How many octets of this struct were filled. */
  size_t size;
  /* Bits of imap_attribute. */
  uint32_t attributes;
  /* The node of the attributes, for imap_word_next; 0 for none. */
  uint32_t attribute_list;
  /* The octet between the levels of names; 0 if there are no levels. */
  uint32_t delimiter;
  /* The node of the names and values behind the mailbox name, for imap_pair_next; 0 for none
   * (RFC 5258). */
  uint32_t extended;
  /* The node of the list behind CHILDINFO; 0 for none. */
  uint32_t childinfo;
  uint32_t malformed;
  const char *name;
  size_t name_len;
  const char *name_utf8;
  size_t name_utf8_len;
  /* The name before a rename or in another spelling (OLDNAME); NULL for none. */
  const char *old_name;
  size_t old_name_len;
  const char *old_name_utf8;
  size_t old_name_utf8_len;
};

/* Reads a LIST, LSUB or XLIST. Returns IMAP_OK; IMAP_END if the response is none;
 * IMAP_ERR_ARGUMENT if out is NULL or size too small. Since 0.1. RFC 9051, 7.3.1. */
IMAP4_API int imap_list_get(const imap_response *response, imap_list_entry *out, size_t size);

/* A mailbox name. */
struct imap_mailbox {
  /* How many octets of this struct were filled. */
  size_t size;
  const char *name;
  size_t name_len;
  const char *name_utf8;
  size_t name_utf8_len;
};

/* The mailbox that a QUOTAROOT, ACL, LISTRIGHTS, MYRIGHTS, METADATA, ANNOTATION, STATUS, LIST,
 * LSUB or XLIST is about, or an ESEARCH of several mailboxes. Returns IMAP_OK; IMAP_END if the
 * response names none; IMAP_ERR_ARGUMENT if out is NULL or size too small. Since 0.1. */
IMAP4_API int imap_mailbox_get(const imap_response *response, imap_mailbox *out, size_t size);

/* Which numbers of a STATUS are there, as bits. */
typedef enum imap_status_has {
  IMAP_STATUS_HAS_MESSAGES = 1,
  IMAP_STATUS_HAS_RECENT = 2,
  IMAP_STATUS_HAS_UNSEEN = 4,
  IMAP_STATUS_HAS_UIDNEXT = 8,
  IMAP_STATUS_HAS_UIDVALIDITY = 16,
  IMAP_STATUS_HAS_SIZE = 32,
  IMAP_STATUS_HAS_DELETED = 64,
  IMAP_STATUS_HAS_DELETED_STORAGE = 128,
  IMAP_STATUS_HAS_HIGHESTMODSEQ = 256,
  IMAP_STATUS_HAS_APPENDLIMIT = 512,
  IMAP_STATUS_HAS_MAILBOXID = 1024
} imap_status_has;

/* The numbers of one mailbox; 0 where has does not have the bit. */
struct imap_status_data {
  /* How many octets of this struct were filled. */
  size_t size;
  /* Bits of imap_status_has. */
  uint32_t has;
  uint32_t malformed;
  uint32_t messages;
  uint32_t recent;
  uint32_t unseen;
  uint32_t deleted;
  uint32_t uidnext;
  uint32_t uidvalidity;
  /* SIZE: the octets of all messages (RFC 8438). */
  uint64_t octets;
  /* Octets that an expunge would free. */
  uint64_t deleted_storage;
  uint64_t highestmodseq;
  /* The largest message that can be appended, in octets; UINT64_MAX if no limit was set (RFC
   * 7889). */
  uint64_t appendlimit;
  /* RFC 8474. */
  const char *mailboxid;
  size_t mailboxid_len;
  const char *name;
  size_t name_len;
  const char *name_utf8;
  size_t name_utf8_len;
  /* The node of all names and values, for imap_pair_next. */
  uint32_t items;
};

/* Reads a STATUS. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if out is
 * NULL or size too small. Since 0.1. RFC 9051, 7.3.3. */
IMAP4_API int imap_status_get(const imap_response *response, imap_status_data *out, size_t size);

/* One namespace. */
struct imap_namespace_entry {
  /* How many octets of this struct were filled. */
  size_t size;
  const char *prefix;
  size_t prefix_len;
  const char *prefix_utf8;
  size_t prefix_utf8_len;
  /* The prefix in the user's language, in UTF-8 (RFC 5255, 3.4); NULL for none. */
  const char *translation;
  size_t translation_len;
  /* The octet between the levels of names; 0 if there are no levels. */
  uint32_t delimiter;
  /* The node of the first extension's name; its values follow (imap_node_next). 0 for none. */
  uint32_t extension;
  uint32_t malformed;
};

/* The next namespace of a class: 0 one's own, 1 other people's, 2 shared ones. *cursor is 0 at
 * first. Returns IMAP_OK; IMAP_END after the last, and if the response is no NAMESPACE;
 * IMAP_ERR_ARGUMENT if a pointer is NULL, size too small or the class none. Since 0.1. RFC 9051,
 * 7.3.2. */
IMAP4_API int imap_namespace_next(const imap_response *response, int which, uint32_t *cursor,
    imap_namespace_entry *out, size_t size);

/* Numbers of messages: SEARCH, SORT, ESEARCH, VANISHED, THREAD. Sets stay ranges, however many
 * messages they name. */

/* The numbers of a SEARCH or SORT, in the order they were sent: messages, or UIDs if the command
 * asked for them. The array is the response's. Returns IMAP_OK, with none too; IMAP_END if the
 * response is neither; IMAP_ERR_ARGUMENT if numbers or count is NULL. Since 0.1. RFC 3501,
 * 7.2.5; RFC 5256, 4. */
IMAP4_API int imap_numbers_get(const imap_response *response, const uint32_t **numbers,
    size_t *count);

/* Whether something in a SEARCH or SORT is no number of 32 bits, and was left out of
 * imap_numbers_get. Returns 1 or 0. Since 0.1. */
IMAP4_API int imap_numbers_malformed(const imap_response *response);

/* The highest mod-sequence of the messages that a SEARCH or SORT found. Returns IMAP_OK;
 * IMAP_END and 0 if there is none. Since 0.1. RFC 7162, 3.1.5. */
IMAP4_API int imap_search_modseq(const imap_response *response, uint64_t *modseq);

/* The next range of the set at a node ("1:3,7,10:*"): *first to *last, both in it, first <=
 * last; * is UINT32_MAX. *cursor is 0 at first. Numbers are 32 bits. Returns IMAP_OK; IMAP_END
 * after the last, at what fits no set, and if the node has no text; IMAP_ERR_ARGUMENT if a
 * pointer is NULL. Since 0.1. RFC 9051, 9 (sequence-set). */
IMAP4_API int imap_set_next(const imap_response *response, uint32_t node, uint32_t *cursor,
    uint32_t *first, uint32_t *last);

/* Which results of an ESEARCH are there, as bits. */
typedef enum imap_esearch_has {
  IMAP_ESEARCH_MIN = 1,
  IMAP_ESEARCH_MAX = 2,
  IMAP_ESEARCH_COUNT = 4,
  IMAP_ESEARCH_ALL = 8,
  IMAP_ESEARCH_MODSEQ = 16,
  IMAP_ESEARCH_PARTIAL = 32,
  IMAP_ESEARCH_ADDTO = 64,
  IMAP_ESEARCH_REMOVEFROM = 128
} imap_esearch_has;

/* The results of an ESEARCH; 0 where has does not have the bit. */
struct imap_esearch {
  /* How many octets of this struct were filled. */
  size_t size;
  /* Bits of imap_esearch_has. */
  uint32_t has;
  uint32_t malformed;
  /* Numbers are UIDs. */
  uint32_t is_uid;
  uint32_t min;
  uint32_t max;
  uint32_t count;
  uint64_t modseq;
  /* The tag of the command; NULL if the server did not say. */
  const char *tag;
  size_t tag_len;
  /* The range PARTIAL is about, "1:500" or "-1:-100". */
  const char *partial_range;
  size_t partial_range_len;
  /* The node of the set of all that were found, for imap_set_next; 0 for none. */
  uint32_t all;
  /* The node of PARTIAL's set; 0 for none. */
  uint32_t partial;
  /* The node of a list: position, set, position, set … (RFC 5267, 4.3); the first of its kind. */
  uint32_t addto;
  uint32_t removefrom;
  /* Of a search in several mailboxes: the UIDVALIDITY of this one (imap_mailbox_get); RFC 7377. */
  uint32_t uidvalidity;
};

/* Reads an ESEARCH. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if out
 * is NULL or size too small. Since 0.1. RFC 9051, 7.3.4; RFC 4731; RFC 9394. */
IMAP4_API int imap_esearch_get(const imap_response *response, imap_esearch *out, size_t size);

/* UIDs of messages that are gone. */
struct imap_vanished {
  /* How many octets of this struct were filled. */
  size_t size;
  /* They went before: message numbers are not changed by it. */
  uint32_t is_earlier;
  /* The node of the UIDs, for imap_set_next; 0 for none. */
  uint32_t uids;
  uint32_t malformed;
};

/* Reads a VANISHED. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if out
 * is NULL or size too small. Since 0.1. RFC 7162, 3.2.10. */
IMAP4_API int imap_vanished_get(const imap_response *response, imap_vanished *out, size_t size);

/* A message in a thread. */
struct imap_thread_node {
  /* How many octets of this struct were filled. */
  size_t size;
  /* The message, or its UID if the command asked for UIDs; 0 if it is not in the mailbox: only
   * its answers are. */
  uint32_t number;
  /* Its first answer, for imap_thread_get; 0 for none. */
  uint32_t child;
  /* The next answer to the same message, or the next thread; 0 for none. */
  uint32_t next;
  uint32_t malformed;
};

/* Reads one message of a THREAD: node is IMAP_ROOT for the first thread, then child or next of
 * what was read. Both stand behind node in the response, so that a walk ends; deeper than the
 * tree (MAX_DEPTH) there is nothing. Returns IMAP_OK; IMAP_END for 0, without threads, and if
 * the response is no THREAD; IMAP_ERR_ARGUMENT if out is NULL or size too small. Since 0.1. RFC
 * 5256, 4. */
IMAP4_API int imap_thread_get(const imap_response *response, uint32_t node, imap_thread_node *out,
    size_t size);

/* Words, and names with values: CAPABILITY, ENABLED, FLAGS; ID, METADATA, ANNOTATION. */

/* The next word of a list or a response code (without its name), or, for IMAP_ROOT, of the
 * response: capabilities of CAPABILITY and ENABLED, flags of FLAGS, roots of QUOTAROOT, optional
 * rights of LISTRIGHTS (each text one group). *cursor is 0 at first. Lists among the words are
 * passed over. Returns IMAP_OK; IMAP_END after the last; IMAP_ERR_ARGUMENT if cursor is NULL.
 * Since 0.1. RFC 9051, 7.2 and 7.3.5. */
IMAP4_API int imap_word_next(const imap_response *response, uint32_t list, uint32_t *cursor,
    const char **ptr, size_t *len);

/* A name with a value. */
struct imap_entry {
  /* How many octets of this struct were filled. */
  size_t size;
  const char *name;
  size_t name_len;
  /* NULL for NIL, for a list, and without a value. */
  const char *value;
  size_t value_len;
  /* The node of the value, NIL too; 0 without a value. */
  uint32_t value_node;
  uint32_t malformed;
};

/* The next entry of an ID, METADATA or ANNOTATION. METADATA that only says what has changed has
 * names without values; the value of an ANNOTATION is a list, for imap_pair_next. *cursor is 0
 * at first. Returns IMAP_OK; IMAP_END after the last, and if the response is none of these;
 * IMAP_ERR_ARGUMENT if a pointer is NULL or size too small. Since 0.1. RFC 2971, 3.2; RFC 5464,
 * 4.4. */
IMAP4_API int imap_entry_next(const imap_response *response, uint32_t *cursor, imap_entry *out,
    size_t size);

/* The next name and value of a list that consists of such: a value of ANNOTATION, extended data
 * of LIST, items of STATUS. *cursor is 0 at first. Returns IMAP_OK; IMAP_END after the last;
 * IMAP_ERR_ARGUMENT if a pointer is NULL or size too small. Since 0.1. */
IMAP4_API int imap_pair_next(const imap_response *response, uint32_t list, uint32_t *cursor,
    imap_entry *out, size_t size);

/* Quota and access: QUOTA, ACL, LISTRIGHTS, MYRIGHTS. The mailbox is imap_mailbox_get's, the
 * roots of QUOTAROOT and the optional rights of LISTRIGHTS are imap_word_next's. */

/* The root that a QUOTA is about, often "". Returns IMAP_OK; IMAP_END if the response names
 * none. Since 0.1. RFC 9208, 4.2.1. */
IMAP4_API int imap_quota_root(const imap_response *response, const char **ptr, size_t *len);

/* One resource of a quota root. */
struct imap_quota {
  /* How many octets of this struct were filled. */
  size_t size;
  /* "STORAGE" (in units of 1024 octets), "MESSAGE", "MAILBOX" or another, as sent. */
  const char *name;
  size_t name_len;
  uint64_t usage;
  /* UINT64_MAX without a limit. */
  uint64_t limit;
  /* Whether the server gave a number for each. */
  uint32_t has_usage;
  uint32_t has_limit;
  uint32_t malformed;
};

/* The next resource of a QUOTA. *cursor is 0 at first. Returns IMAP_OK; IMAP_END after the last,
 * and if the response is none; IMAP_ERR_ARGUMENT if a pointer is NULL or size too small. Since
 * 0.1. RFC 9208, 4.2.1. */
IMAP4_API int imap_quota_next(const imap_response *response, uint32_t *cursor, imap_quota *out,
    size_t size);

/* Who may do what. The letters are those of RFC 4314, 2.1; - before an identifier takes rights
 * away. */
struct imap_rights {
  /* How many octets of this struct were filled. */
  size_t size;
  /* NULL of MYRIGHTS, which is about oneself. */
  const char *identifier;
  size_t identifier_len;
  const char *rights;
  size_t rights_len;
  uint32_t malformed;
};

/* The next entry of an ACL. *cursor is 0 at first. Returns IMAP_OK; IMAP_END after the last, and
 * if the response is none; IMAP_ERR_ARGUMENT if a pointer is NULL or size too small. Since 0.1.
 * RFC 4314, 3.6. */
IMAP4_API int imap_acl_next(const imap_response *response, uint32_t *cursor, imap_rights *out,
    size_t size);

/* The rights of a MYRIGHTS, or identifier and required rights of a LISTRIGHTS. Returns IMAP_OK;
 * IMAP_END if the response is neither; IMAP_ERR_ARGUMENT if out is NULL or size too small. Since
 * 0.1. RFC 4314, 3.7 and 3.8. */
IMAP4_API int imap_rights_get(const imap_response *response, imap_rights *out, size_t size);

/* Response codes: what stands in brackets in a status. */

/* count messages from the UID source on have copies with the UIDs from copy on. Its layout is
 * frozen. */
struct imap_copied {
  uint32_t source;
  uint32_t copy;
  uint32_t count;
};

/* What a response code is. Numbers are never moved; codes that a later version knows are 0 in
 * this one. */
typedef enum imap_code_kind {
  /* A code that is not known: name and argument are there as sent. */
  IMAP_CODE_OTHER = 0,
  /* A text to be shown to the user. RFC 9051. */
  IMAP_CODE_ALERT = 1,
  /* RFC 5530. */
  IMAP_CODE_ALREADYEXISTS = 2,
  /* number is the UIDVALIDITY, set the UIDs the messages were given. RFC 4315. */
  IMAP_CODE_APPENDUID = 3,
  /* RFC 5530. */
  IMAP_CODE_AUTHENTICATIONFAILED = 4,
  /* RFC 5530. */
  IMAP_CODE_AUTHORIZATIONFAILED = 5,
  /* words are the charsets the server knows, if it says. RFC 3501. */
  IMAP_CODE_BADCHARSET = 6,
  /* RFC 5530. */
  IMAP_CODE_CANNOT = 7,
  /* words are the capabilities. RFC 9051. */
  IMAP_CODE_CAPABILITY = 8,
  /* RFC 5530. */
  IMAP_CODE_CLIENTBUG = 9,
  /* The mailbox selected before is closed; what follows is of the next. RFC 7162. */
  IMAP_CODE_CLOSED = 10,
  /* RFC 5530. */
  IMAP_CODE_CONTACTADMIN = 11,
  /* number is the UIDVALIDITY, source the UIDs copied, set those given to the copies. RFC 4315. */
  IMAP_CODE_COPYUID = 12,
  /* RFC 5530. */
  IMAP_CODE_CORRUPTION = 13,
  /* RFC 5530. */
  IMAP_CODE_EXPIRED = 14,
  /* RFC 5530. */
  IMAP_CODE_EXPUNGEISSUED = 15,
  /* RFC 9051. */
  IMAP_CODE_HASCHILDREN = 16,
  /* number. RFC 7162. */
  IMAP_CODE_HIGHESTMODSEQ = 17,
  /* RFC 5530. */
  IMAP_CODE_INUSE = 18,
  /* RFC 5530. */
  IMAP_CODE_LIMIT = 19,
  /* text is the identifier. RFC 8474. */
  IMAP_CODE_MAILBOXID = 20,
  /* text is LONGENTRIES, MAXSIZE, TOOMANY or NOPRIVATE, number the octets. RFC 5464. */
  IMAP_CODE_METADATA = 21,
  /* set are the messages that were not changed, numbers or UIDs as in the command. RFC 7162. */
  IMAP_CODE_MODIFIED = 22,
  /* RFC 7162. */
  IMAP_CODE_NOMODSEQ = 23,
  /* RFC 5530. */
  IMAP_CODE_NONEXISTENT = 24,
  /* RFC 5530. */
  IMAP_CODE_NOPERM = 25,
  /* RFC 9051. */
  IMAP_CODE_NOTSAVED = 26,
  /* RFC 5530. */
  IMAP_CODE_OVERQUOTA = 27,
  /* RFC 9051. */
  IMAP_CODE_PARSE = 28,
  /* words are the flags. RFC 9051. */
  IMAP_CODE_PERMANENTFLAGS = 29,
  /* RFC 5530. */
  IMAP_CODE_PRIVACYREQUIRED = 30,
  /* RFC 9051. */
  IMAP_CODE_READ_ONLY = 31,
  /* RFC 9051. */
  IMAP_CODE_READ_WRITE = 32,
  /* RFC 5530. */
  IMAP_CODE_SERVERBUG = 33,
  /* RFC 9051. */
  IMAP_CODE_TRYCREATE = 34,
  /* number. RFC 9051. */
  IMAP_CODE_UIDNEXT = 35,
  /* RFC 4315. */
  IMAP_CODE_UIDNOTSTICKY = 36,
  /* number. RFC 9051. */
  IMAP_CODE_UIDVALIDITY = 37,
  /* RFC 5530. */
  IMAP_CODE_UNAVAILABLE = 38,
  /* RFC 3516. */
  IMAP_CODE_UNKNOWN_CTE = 39,
  /* number is a message number. RFC 3501. */
  IMAP_CODE_UNSEEN = 40,
  /* RFC 6154. */
  IMAP_CODE_USEATTR = 41,
  /* text is a URL. RFC 2221, 2193. */
  IMAP_CODE_REFERRAL = 42,
  /* RFC 4469. */
  IMAP_CODE_TOOBIG = 43,
  /* text is a URL. RFC 4469. */
  IMAP_CODE_BADURL = 44,
  /* text. RFC 4467. */
  IMAP_CODE_URLMECH = 45,
  /* RFC 4978. */
  IMAP_CODE_COMPRESSIONACTIVE = 46,
  /* RFC 5255. */
  IMAP_CODE_BADCOMPARATOR = 47,
  /* text is TOOBIG or TOOMANY. RFC 5257. */
  IMAP_CODE_ANNOTATE = 48,
  /* text says what the mailbox takes. RFC 5257. */
  IMAP_CODE_ANNOTATIONS = 49,
  /* RFC 5259. */
  IMAP_CODE_TEMPFAIL = 50,
  /* number. RFC 5259. */
  IMAP_CODE_MAXCONVERTMESSAGES = 51,
  /* number. RFC 5259. */
  IMAP_CODE_MAXCONVERTPARTS = 52,
  /* text is the tag of the search that is not kept up to date. RFC 5267. */
  IMAP_CODE_NOUPDATE = 53,
  /* RFC 5465. */
  IMAP_CODE_NOTIFICATIONOVERFLOW = 54,
  /* words are the events the server knows. RFC 5465. */
  IMAP_CODE_BADEVENT = 55,
  /* text is the filter's name. RFC 5466. */
  IMAP_CODE_UNDEFINED_FILTER = 56,
  /* words are tag, progress and goal. RFC 9585. */
  IMAP_CODE_INPROGRESS = 57,
  /* RFC 9586. */
  IMAP_CODE_UIDREQUIRED = 58,
  /* number is how many messages a command may name, second the lowest UID it got to. RFC 9738. */
  IMAP_CODE_MESSAGELIMIT = 59,
  /* number of octets. RFC 7889. */
  IMAP_CODE_APPENDLIMIT = 60
} imap_code_kind;

/* The code of a status; imap_code_kind says which fields a code has, the others are 0. */
struct imap_code {
  /* How many octets of this struct were filled. */
  size_t size;
  /* A number of imap_code_kind. */
  uint32_t kind;
  /* The argument is not what the code asks for: what could be read of it is there. */
  uint32_t malformed;
  /* As sent, in any case. */
  const char *name;
  size_t name_len;
  /* Of a code that is not known: the argument as sent. */
  const char *text;
  size_t text_len;
  uint64_t number;
  uint32_t second;
  /* The node of a list (or of the code), for imap_word_next. */
  uint32_t words;
  /* Nodes of sets, for imap_set_next. */
  uint32_t source;
  uint32_t set;
  /* The node of the code: inside are its name, then its values. */
  uint32_t node;
};

/* Reads the code of a status, tagged or not. A COPYUID that came without a status has its number
 * and imap_copyuid_get, and is malformed. Returns IMAP_OK; IMAP_END if there is none;
 * IMAP_ERR_ARGUMENT if out is NULL or size too small. Since 0.1. RFC 9051, 7.1. */
IMAP4_API int imap_code_get(const imap_response *response, imap_code *out, size_t size);

/* Which copy is whose, by the COPYUID of a COPY or MOVE: ranges in the order of the server's
 * sets. The array is the response's. Returns IMAP_OK; IMAP_END if there is no COPYUID whose sets
 * are equally long; IMAP_ERR_ARGUMENT if ranges or count is NULL. Since 0.1. RFC 4315, 3. */
IMAP4_API int imap_copyuid_get(const imap_response *response, const imap_copied **ranges,
    size_t *count);

/* The UID of the copy of one message, by the COPYUID of a COPY or MOVE. It looks through the
 * ranges: for many messages imap_copyuid_get is faster. Returns IMAP_OK; IMAP_END and 0 if the
 * code does not name the message. Since 0.1. RFC 4315, 3. */
IMAP4_API int imap_copyuid_map(const imap_response *response, uint32_t uid, uint32_t *new_uid);


/* ---- Events ---------------------------------------------------------------------------------- */

/* What no command asked for: a queue of events in order of arrival, and imaplib's table of
 * untagged responses by name. Taking from one leaves the other as it is. Neither talks, so
 * neither brings anything new: imap_cmd_noop does. */

/* Takes the oldest event: an untagged response that no command asked for, or an odd line. A
 * newer EXISTS or RECENT replaces an older one. An event named "OVERFLOW" says that there were
 * too many and all were dropped: look at the mailbox anew. *out is the caller's, free it with
 * imap_response_free. Returns IMAP_OK; IMAP_END and NULL if there is none; IMAP_ERR_ARGUMENT if
 * out is NULL. Since 0.1. RFC 9051, 5.2, 7. */
IMAP4_API int imap_event_next(imap_conn *conn, imap_response **out);

/* imaplib's response(code): takes what is filed under a name (any case): untagged data that no
 * command handed out, and response codes with their arguments ("UIDVALIDITY", "READ-WRITE",
 * "APPENDUID"). The texts are the items of *out, oldest first. Kept are the last UNTAGGED_KEEP
 * responses, up to 256 KiB, none with a literal of more than 4 KiB; SELECT begins anew. Taking
 * "READ-ONLY" accepts that the mailbox has become read-only: commands are then sent again. *out
 * is the caller's, free it with imap_response_free. Returns IMAP_OK; IMAP_END and NULL if
 * nothing is filed; IMAP_ERR_ARGUMENT if name or out is NULL. Since 0.1. */
IMAP4_API int imap_untagged(imap_conn *conn, const char *name, imap_response **out);


/* ---- Pipelining and rows --------------------------------------------------------------------- */

/* Many commands at once, and answers row by row. A command that was submitted has an id;
 * imap_wait hands out its result, in any order. The library puts on the wire together what may
 * be there together: a command that changes the state (SELECT, ENABLE, LOGOUT, …) waits for
 * those before it, and so does one that asks for the same kind of data, unless the data says
 * whose it is: STATUS of different mailboxes, FETCH of different messages, SEARCH and SORT with
 * RETURN. A connection that ends says of each command whether it was answered, was never sent,
 * or may have been carried out. */

/* Submits any command as imap_command does, and does not wait for its answer. *id is its id.
 * Returns IMAP_QUEUED, or what imap_command returns for a command that is not sent. Talks, but
 * does not block. Since 0.1. RFC 9051, 5.5. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_submit(imap_conn *conn, const char *name,
    const imap_arg *argv, size_t argc, uint32_t *id);

/* Submits any command as ready text, as imap_command_text does. Returns as imap_submit. Talks,
 * but does not block. Since 0.1. RFC 9051, 5.5. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_submit_text(imap_conn *conn, const char *line,
    uint32_t *id);

/* From here on commands are only queued: every function that sends one returns IMAP_QUEUED at
 * once, with NULL in *out, and imap_last_id is the command's id. They leave together at
 * imap_queue_end, or when the caller waits, or when 64 KiB are waiting. Returns IMAP_OK. Talks,
 * but does not block. Since 0.1. */
IMAP4_API int imap_queue_begin(imap_conn *conn);

/* Sends what was queued, as far as it goes without waiting, and lets commands wait for their
 * answers again. Returns IMAP_OK; a failed connection shows in the results. Talks, but does not
 * block. Since 0.1. */
IMAP4_API int imap_queue_end(imap_conn *conn);

/* The oldest command that has been completed and whose result nobody has taken: its id in *id.
 * imap_wait takes the result. timeout_ms is how long to wait for one, in milliseconds; 0 only
 * looks, -1 waits without such a limit. Returns IMAP_OK; IMAP_AGAIN when the interval is over;
 * IMAP_END if no command is under way and none is left; IMAP_ERR_STATE as imap_wait, and where
 * there is only an IDLE, which imap_idle_end ends; IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN; with
 * these *id is 0. Talks. Since 0.1. */
IMAP4_API int imap_completed(imap_conn *conn, int timeout_ms, uint32_t *id);

/* Drops the answer of a command: what has come of it, what still comes, and its result. One that
 * waits its turn behind others is not sent. The connection stays in step. Returns IMAP_OK;
 * IMAP_ERR_ARGUMENT if no command of this id is known; IMAP_ERR_STATE for what has steps of its
 * own (opening, AUTHENTICATE, IDLE, an APPEND with a message in pieces). Talks, but does not
 * block. Since 0.1. */
IMAP4_API int imap_discard(imap_conn *conn, uint32_t id);

/* The next untagged response of a command's answer, as soon as it is there: rows are read one at
 * a time, and memory does not grow with their number. id is the command's, 0 the last one's.
 * timeout_ms as for imap_completed.
 *
 * Returns IMAP_OK with *row, which is borrowed until the next call that talks, and may be read
 * like any response; imap_response_keep copies it. IMAP_LITERAL: a literal is there to be taken
 * with imap_literal_read, imap_literal_to_fd or imap_literal_skip before the row that it is in
 * is complete; what is left of it at the next call is dropped. IMAP_END: the command was
 * answered; imap_wait hands out its result, without the rows that were taken. IMAP_AGAIN when
 * the interval is over. Failures are those of imap_wait; rows that came before them were good.
 * IMAP_ERR_ARGUMENT if no command of this id is known. With all but IMAP_OK *row is NULL.
 *
 * Rows that come before the first call for their command are kept, up to MAX_KEPT: in an event
 * loop call it once when the command is submitted. Other commands may be submitted meanwhile.
 * Waiting for another one's result keeps the rows that come too; they are handed out here later.
 * imap_discard ends the reading early. Talks. Since 0.1. RFC 9051, 7. */
IMAP4_API int imap_next(imap_conn *conn, uint32_t id, int timeout_ms, const imap_response **row);

/* Octets done and in all of the literal that is under way for a command, received or sent: for
 * showing progress of long messages between waits that end with IMAP_AGAIN. id 0 is the last
 * command. Returns IMAP_OK; IMAP_END and 0 if none of 64 KiB or more is under way. Does not
 * talk. Since 0.1. */
IMAP4_API int imap_progress(imap_conn *conn, uint32_t id, uint64_t *done, uint64_t *total);


/* ---- Streaming ------------------------------------------------------------------------------- */

/* Messages of any size without holding them. Literals in: while rows are taken with imap_next,
 * those that LITERAL_STREAM_MIN or LITERAL_STREAM_ITEMS name are handed on as they arrive.
 * Literals out: an APPEND whose messages come from the caller's memory or a descriptor, piece by
 * piece. */

/* The literal that imap_next announced. Fields are only ever appended. */
struct imap_literal {
  /* How many octets of this struct were filled. */
  size_t size;
  /* Octets of the literal in all, and how many of them were taken. */
  uint64_t total;
  uint64_t done;
  /* The message number of the row, 0 if it has none. */
  uint32_t number;
  /* The UID, if it came before the literal; else 0: it will be in the row. */
  uint32_t uid;
  /* The name of the item as the server wrote it: "BODY[1.2]"; "" if it has none. */
  const char *item;
  size_t item_len;
  /* 1 for a literal8, whose octets may hold NUL. */
  int32_t is_binary;
  /* The command it belongs to. */
  uint32_t id;
};

/* What is known of the literal that waits. size is sizeof(imap_literal). item is borrowed until
 * the next call that talks or this one again. Returns IMAP_OK; IMAP_END if none waits;
 * IMAP_ERR_ARGUMENT if info is NULL or too small. Does not talk. Since 0.1. RFC 9051, 4.3. */
IMAP4_API int imap_literal_info(imap_conn *conn, imap_literal *info, size_t size);

/* Reads octets of the literal that waits into buf: at least one, at most len; *n says how many.
 * Blocks until there are some, up to the limits of time. Returns IMAP_OK; IMAP_END and 0 when
 * all have been taken (the row follows by imap_next) or none waits; IMAP_AGAIN with
 * IMAP_OPT_NONBLOCK. If the connection ends in the middle, the failure: what was read until then
 * is good. Room for 256 KiB costs least. Talks. Since 0.1. RFC 9051, 4.3. */
IMAP4_API int imap_literal_read(imap_conn *conn, char *buf, size_t len, size_t *n);

/* Writes what is left of the literal that waits to a descriptor, from where that stands. Returns
 * IMAP_OK when all is written; IMAP_ERR_SYSTEM (imap_last_errno) if the descriptor takes no
 * more: what it took is gone, the rest can still be read or skipped, and the connection stays in
 * step. IMAP_ERR_STATE if no literal waits. Blocks, also for the descriptor. Talks. Since 0.1.
 * RFC 9051, 4.3. */
IMAP4_API int imap_literal_to_fd(imap_conn *conn, int fd);

/* Drops what is left of the literal that waits, as it arrives. Returns IMAP_OK; IMAP_ERR_STATE
 * if none waits. Talks, but does not block. Since 0.1. */
IMAP4_API int imap_literal_skip(imap_conn *conn);

/* Octets of the message announced with imap_append_message. Blocks until the server wants them
 * and all len have left; *taken says how many have (with IMAP_OPT_NONBLOCK fewer, also 0). They
 * go to the server as they are and are not copied. Returns IMAP_OK; IMAP_END if the server has
 * answered the command already, most often with NO: imap_append_end hands that out; IMAP_AGAIN
 * with IMAP_OPT_NONBLOCK if none could go; IMAP_ERR_ARGUMENT for more octets than were
 * announced, of which those that fit have left; IMAP_ERR_STATE if no message is being written.
 * Talks. Since 0.1. RFC 9051, 6.3.12. */
IMAP4_API int imap_literal_write(imap_conn *conn, const char *octets, size_t len, size_t *taken);

/* APPEND of messages that need not be in memory, one or several in one command. */

/* Begins an APPEND to a mailbox (NULL is INBOX). Then come imap_append_message and
 * imap_literal_write or imap_literal_from_fd, once, or several times where the server announces
 * MULTIAPPEND; then imap_append_end. *id is the command's id. Until the end other commands are
 * IMAP_ERR_STATE; imap_shutdown gives up. Returns IMAP_QUEUED, or what commands return that are
 * not sent. Talks, but does not block. Since 0.1. RFC 9051, 6.3.12; RFC 3502. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_append_begin(imap_conn *conn, const char *mailbox,
    uint32_t *id);

/* Announces one message of exactly size octets, which follow by imap_literal_write or
 * imap_literal_from_fd, as they are: line ends must be CRLF. flags and date are those of
 * imap_cmd_append, NULL for none. Returns IMAP_OK; IMAP_ERR_STATE if no APPEND is being written,
 * or if octets of the message before are missing; IMAP_ERR_UNSUPPORTED for a second message
 * without MULTIAPPEND. Talks, but does not block. Since 0.1. RFC 9051, 6.3.12; RFC 3502. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_append_message(imap_conn *conn, const char *flags,
    const char *date, uint64_t size);

/* Writes what is left of the announced message from a descriptor, read from where that stands.
 * Returns as imap_literal_write; IMAP_ERR_ARGUMENT if the descriptor ends before the message
 * does, IMAP_ERR_SYSTEM if it cannot be read. Blocks, also for the descriptor. With
 * IMAP_OPT_NONBLOCK it blocks for the descriptor only: IMAP_AGAIN if not all could go. After
 * IMAP_AGAIN, a signal or imap_wakeup call it again: what was read and has not left is kept, up
 * to 256 KiB, and goes first. Talks. Since 0.1. RFC 9051, 6.3.12. */
IMAP4_API int imap_literal_from_fd(imap_conn *conn, int fd);

/* Ends the APPEND and waits for the server's answer. Returns and *out as imap_cmd_append;
 * IMAP_ERR_STATE if octets of a message are missing. Talks. Since 0.1. RFC 9051, 6.3.12. */
IMAP4_API int imap_append_end(imap_conn *conn, imap_response **out);

/* APPEND of one message of size octets from a descriptor, without a copy in memory:
 * imap_append_begin to imap_append_end in one call. Returns and *out as imap_cmd_append;
 * IMAP_ERR_ARGUMENT, and nothing sent, if the descriptor is not open for reading. If it ends
 * early (IMAP_ERR_ARGUMENT) or fails later (IMAP_ERR_SYSTEM) the connection is closed: the
 * server waits for octets that never come. After IMAP_ERR_INTERRUPTED and IMAP_ERR_WOKEN go on
 * with imap_literal_from_fd and imap_append_end. Not with IMAP_OPT_NONBLOCK
 * (IMAP_ERR_UNSUPPORTED). Talks. Since 0.1. RFC 9051, 6.3.12. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_append_fd(imap_conn *conn, const char *mailbox,
    const char *flags, const char *date, int fd, uint64_t size, imap_response **out);


/* ---- IDLE ------------------------------------------------------------------------------------ */

/* IDLE: the server tells what is new as it happens. What it tells waits as events
 * (imap_event_next) and in imaplib's table (imap_untagged), together with what came between
 * commands. A server without IDLE is asked by NOOP every IDLE_POLL_MS; IDLE is ended and begun
 * anew by itself every IDLE_RENEW_MS. */

/* Begins IDLE and waits until the server is ready to tell. Until imap_idle_end commands are
 * IMAP_ERR_STATE. Returns IMAP_OK; IMAP_NO or IMAP_BAD if the server refuses; IMAP_QUEUED with
 * IMAP_OPT_NONBLOCK; and what commands return. With NONBLOCK imap_conn_state becomes
 * IMAP_STATE_IDLING, and IDLE is completed (imap_completed) when it has ended, or when the
 * server refuses. Talks. Since 0.1. RFC 2177; RFC 9051, 6.3.13. */
IMAP4_API int imap_idle_begin(imap_conn *conn);

/* Waits until there is an event, for at most timeout_ms milliseconds (-1: without such a limit,
 * 0: only looks), and keeps IDLE going meanwhile. Returns IMAP_EVENT: take the events with
 * imap_event_next until there is none; IMAP_AGAIN when the interval is over; IMAP_ERR_WOKEN
 * after imap_wakeup, IMAP_ERR_INTERRUPTED: IDLE still runs; IMAP_ERR_STATE if it does not; and
 * the failures that end a connection. Talks. Since 0.1. RFC 2177; RFC 9051, 6.3.13. */
IMAP4_API int imap_idle_wait(imap_conn *conn, int timeout_ms);

/* Ends IDLE and waits for the server's word. Returns IMAP_OK; IMAP_QUEUED with
 * IMAP_OPT_NONBLOCK; IMAP_ERR_STATE if it does not run; and what commands return. Events that
 * came until then stay. Talks. Since 0.1. RFC 2177. */
IMAP4_API int imap_idle_end(imap_conn *conn);


/* ---- Event loops ----------------------------------------------------------------------------- */

/* Event loops. A connection opened with IMAP_OPT_NONBLOCK never waits: the caller's loop waits
 * for its descriptor and its deadline, and takes steps. Opening and commands return IMAP_QUEUED;
 * imap_step moves them on; imap_completed and imap_wait, imap_next and imap_event_next hand out
 * what came of them. The descriptor changes while connecting and is gone when the connection is
 * closed: ask for it, and for what is wanted of it, after each step. A step may leave octets
 * unread: a loop that is told of changes only (EPOLLET) arms the descriptor anew after each
 * step. imap_wakeup shows in the next step; it does not end the loop's own wait. */

/* What is wanted of a descriptor, and what a loop saw of it. */
typedef enum imap_want {
  /* Octets to read, or the end of the connection. */
  IMAP_WANT_READ = 1,
  /* Room to write. */
  IMAP_WANT_WRITE = 2
} imap_want;

/* What to wait for: IMAP_WANT_READ of imap_fd, IMAP_WANT_WRITE of imap_write_fd, both or none; 0
 * if conn is no connection or is closed. Does not talk. Since 0.1. */
IMAP4_API int imap_wants(imap_conn *conn);

/* The descriptor that is written to: that of imap_fd, unless the connection has two; -1 if there
 * is none. It stays the library's. Does not talk. Since 0.1. */
IMAP4_API int imap_write_fd(imap_conn *conn);

/* In how many milliseconds imap_step wants to be called though nothing happened: for a limit of
 * time, for IDLE, because something is here already (0), or because the connection has ended and
 * no step or result has said so (0). -1 for never. Does not talk. Since 0.1. */
IMAP4_API int imap_timeout(imap_conn *conn);

/* Moves the connection on as far as it goes without waiting: connects, shakes hands, sends,
 * receives, looks at the time. ready is what the loop saw, bits of imap_want; 0 if the time was
 * over; -1 if the loop cannot tell. The blocking mode of descriptors does not matter.
 *
 * Returns IMAP_AGAIN: nothing for the caller; wait as imap_wants and imap_timeout say.
 * IMAP_EVENT: something waits to be taken, by imap_completed, imap_event_next, imap_next (rows
 * of commands that it has been called for), or a challenge by imap_auth_challenge; until it is
 * taken, every step says so. IMAP_ERR_WOKEN after imap_wakeup. Below 0 otherwise: the connection
 * has ended, and all is taken. Talks, but does not block. Since 0.1. */
IMAP4_API int imap_step(imap_conn *conn, int ready);


/* ---- Authentication -------------------------------------------------------------------------- */

/* AUTHENTICATE: with a mechanism of the library, by a callback, or challenge by challenge.
 * Passwords and answers are wiped after use and masked in the trace. Returns and *out are those
 * of commands, but a refusal is IMAP_ERR_AUTH, with the server's answer in *out; the connection
 * stays open. PLAIN, LOGIN, OAUTHBEARER and XOAUTH2, whoever answers, are IMAP_ERR_INSECURE in
 * clear over a network unless ALLOW_PLAINTEXT_AUTH. */

/* Called for each challenge (imaplib's authobject). challenge is decoded, len octets with a NUL
 * behind them, valid during the call. Returns 0 after imap_reply_set to answer, anything else to
 * cancel the exchange. Must not throw or longjmp; a call on the connection is IMAP_ERR_BUSY. */
typedef int (*imap_challenge_fn)(void *ctx, const char *challenge, size_t len, imap_reply *reply);

/* Logs in with a mechanism of the library: "PLAIN", "LOGIN" or "CRAM-MD5" (any case); others are
 * IMAP_ERR_UNSUPPORTED. authzid is whom to act as, NULL for user; only PLAIN can carry it. A
 * first answer goes out with the command where the server announces SASL-IR. Talks. Since 0.1.
 * RFC 9051, 6.2.2; RFC 4616; RFC 2195; RFC 4959. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_authenticate(imap_conn *conn, const char *mechanism,
    const char *authzid, const char *user, const char *password, imap_response **out);

/* imaplib's login_cram_md5: imap_cmd_authenticate with CRAM-MD5. Talks. Since 0.1. RFC 2195. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_login_cram_md5(imap_conn *conn, const char *user,
    const char *password, imap_response **out);

/* imaplib's authenticate: any mechanism; callback answers each challenge and gets ctx. It runs
 * inside the call, on its thread. No first answer goes out with the command. Not with
 * IMAP_OPT_NONBLOCK, nor between imap_queue_begin and imap_queue_end (IMAP_ERR_UNSUPPORTED).
 * Talks. Since 0.1. RFC 9051, 6.2.2. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_cmd_authenticate_callback(imap_conn *conn,
    const char *mechanism, imap_challenge_fn callback, void *ctx, imap_response **out);

/* Sets a callback's answer: len octets, copied. Not base64: the library encodes. To be called
 * inside the callback only. Returns IMAP_OK, or IMAP_ERR_ARGUMENT. Since 0.1. */
IMAP4_API int imap_reply_set(imap_reply *reply, const char *octets, size_t len);

/* Begins AUTHENTICATE with any mechanism. initial is the first answer, len octets, sent with the
 * command where the server announces SASL-IR, else as the answer to an empty first challenge;
 * NULL for none. Returns IMAP_CHALLENGE: read it with imap_auth_challenge, then imap_auth_reply
 * or imap_auth_cancel; until then other commands are IMAP_ERR_STATE, and waits for what was
 * queued behind it return IMAP_CHALLENGE too. Or returns how it ended, as imap_cmd_authenticate
 * does. Talks. Since 0.1. RFC 9051, 6.2.2; RFC 4959. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_auth_begin(imap_conn *conn, const char *mechanism,
    const char *initial, size_t len, imap_response **out);

/* The challenge that waits, decoded. Borrowed until the next call that talks; no NUL behind it.
 * Returns IMAP_OK; IMAP_END if none waits. Does not talk. Since 0.1. */
IMAP4_API int imap_auth_challenge(imap_conn *conn, const char **ptr, size_t *len);

/* Answers the challenge that waits: len octets, copied. Not base64: the library encodes. Returns
 * as imap_auth_begin; IMAP_ERR_STATE if none waits. Talks. Since 0.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_auth_reply(imap_conn *conn, const char *reply,
    size_t len, imap_response **out);

/* Cancels the exchange with "*". The server's refusal is the result: IMAP_ERR_AUTH.
 * IMAP_ERR_STATE if no challenge waits. Talks. Since 0.1. RFC 9051, 6.2.2. */
IMAP4_API int imap_auth_cancel(imap_conn *conn, imap_response **out);


/* ---- TLS ------------------------------------------------------------------------------------- */

/* STARTTLS, and what the TLS session turned out to be. */

/* What is known of the TLS session. Fields are only ever appended. */
struct imap_tls_info {
  /* How many octets of this struct were filled. */
  size_t size;
  /* The version: "TLSv1.3". */
  const char *version;
  /* The cipher, by OpenSSL's name. */
  const char *cipher;
  /* The server's certificate (DER), peer_der_len octets; NULL if it sent none. */
  const char *peer_der;
  size_t peer_der_len;
  /* 1 if the certificate was checked against trusted ones and the server's name, else 0. */
  int32_t verified;
};

/* STARTTLS: turns a clear connection into TLS and asks for the capabilities anew; all that was
 * known before, events included, is forgotten. Returns IMAP_OK. IMAP_ERR_UNSUPPORTED, and
 * nothing sent, if the server does not announce it; IMAP_ERR_STATE if TLS is on already or after
 * the login; IMAP_ERR_ARGUMENT, IMAP_ERR_SYSTEM or IMAP_ERR_TLS, and nothing sent, if the name
 * or a file for TLS cannot be used. After any other failure the connection is closed:
 * IMAP_ERR_TLS_REFUSED with the server's answer in *out; IMAP_ERR_TLS and IMAP_ERR_TLS_VERIFY if
 * the handshake failed; IMAP_ERR_PROTOCOL if octets in clear came behind the OK. *out is the
 * caller's, free it with imap_response_free; NULL asks for none. Talks. Since 0.1. RFC 9051,
 * 6.2.1. */
IMAP4_API IMAP4_WARN_UNUSED_RESULT int imap_starttls(imap_conn *conn, imap_response **out);

/* Fills *info, whose size in octets is size: sizeof(imap_tls_info). Texts and certificate are
 * borrowed until the next call that talks. Returns IMAP_OK; IMAP_END without TLS;
 * IMAP_ERR_ARGUMENT if info is NULL or too small. Does not talk. Since 0.1. */
IMAP4_API int imap_tls_info_get(imap_conn *conn, imap_tls_info *info, size_t size);


/* ---- Trace ----------------------------------------------------------------------------------- */

/* The trace ring (imaplib's debug and print_log): the last lines sent ("> …") and received ("<
 * …"), cut at 512 octets, secrets masked by asterisks. TRACE_LEVEL says which, TRACE_KEEP how
 * many. The library prints nothing. None of these talk. */

/* How many lines the ring holds now. Since 0.1. */
IMAP4_API int imap_trace_count(imap_conn *conn);

/* Line i, 0 being the oldest. *unix_ms is when it passed, in milliseconds since 1970 UTC, and
 * may be NULL. Borrowed until the next call that talks. Returns IMAP_OK; IMAP_END past the end.
 * Since 0.1. */
IMAP4_API int imap_trace_line(imap_conn *conn, int i, const char **ptr, size_t *len,
    int64_t *unix_ms);

/* Empties the ring. Returns IMAP_OK. Since 0.1. */
IMAP4_API int imap_trace_clear(imap_conn *conn);


/* ---- Utilities ------------------------------------------------------------------------------- */

/* imaplib's utility functions, and modified UTF-7. They need no connection and may be called by
 * any thread. Texts go into the caller's buffer with a NUL behind them; after IMAP_ERR_ARGUMENT,
 * as for a buffer that is too small, it has "". */

/* Octets that every INTERNALDATE of imap_internaldate_format fits, its NUL included. */
#define IMAP_INTERNALDATE_SIZE 29
/* Octets that every result of imap_int_to_ap fits, its NUL included. */
#define IMAP_INT_TO_AP_SIZE 17

/* imaplib's Internaldate2tuple: reads an INTERNALDATE, bare, quoted, or inside a FETCH response:
 * 1 (INTERNALDATE "17-Jul-1996 02:44:25 -0700"). *seconds is the instant, in seconds since 1970
 * UTC; *offset_min the zone it was written in, in minutes east of UTC. Strict: IMAP_ERR_ARGUMENT
 * and 0 for what is no date. Since 0.1. RFC 9051, 9 (date-time). */
IMAP4_API int imap_internaldate_parse(const char *text, size_t len, int64_t *seconds,
    int32_t *offset_min);

/* imaplib's Time2Internaldate: writes an instant, in seconds since 1970 UTC, as an INTERNALDATE
 * with its quotes, in the zone offset_min minutes east of UTC: "17-Jul-1996 02:44:25 -0700". buf
 * has size octets, IMAP_INTERNALDATE_SIZE being enough. Returns IMAP_OK; IMAP_ERR_ARGUMENT
 * outside the years 1 to 9999, for a zone of a day or more, and for a small buffer. Since 0.1.
 * RFC 9051, 9 (date-time). */
IMAP4_API int imap_internaldate_format(int64_t seconds, int offset_min, char *buf, size_t size);

/* imaplib's Int2AP: a number in base 16 with the digits A to P; 0 is "". buf has size octets,
 * IMAP_INT_TO_AP_SIZE being enough. Returns IMAP_OK; IMAP_ERR_ARGUMENT if it is too small. Since
 * 0.1. */
IMAP4_API int imap_int_to_ap(uint64_t number, char *buf, size_t size);

/* imaplib's ParseFlags: the flags in "(\Seen \Flagged)", or in a response with FLAGS. They are
 * the items of *out, which is the caller's, free it with imap_response_free. Returns IMAP_OK;
 * IMAP_ERR_ARGUMENT and NULL if there is no flag list. Since 0.1. */
IMAP4_API int imap_flags_parse(const char *text, size_t len, imap_response **out);

/* A mailbox name from UTF-8, len octets, to modified UTF-7 in buf, of size octets. *needed (may
 * be NULL) gets the length of the result without its NUL, also when the buffer is too small:
 * NULL and 0 ask for it. Returns IMAP_OK; IMAP_ERR_ARGUMENT if text is not UTF-8 (needed is 0)
 * or the buffer is too small. Since 0.1. RFC 3501, 5.1.3. */
IMAP4_API int imap_utf7_encode(const char *text, size_t len, char *buf, size_t size,
    size_t *needed);

/* A mailbox name from modified UTF-7 to UTF-8; outs as for imap_utf7_encode. Returns IMAP_OK;
 * IMAP_ERR_ARGUMENT if text is not valid modified UTF-7 (it is then a name to show and send as
 * it is) or the buffer is too small. Since 0.1. RFC 3501, 5.1.3. */
IMAP4_API int imap_utf7_decode(const char *text, size_t len, char *buf, size_t size,
    size_t *needed);


/* ---- Raw access ------------------------------------------------------------------------------ */

/* imaplib's send, readline and read: octets past the protocol, between commands. They talk, and
 * block up to STALL_TIMEOUT_MS or CALL_TIMEOUT_MS, whichever is less. While a command is under
 * way they are IMAP_ERR_STATE. A read that returned IMAP_ERR_INTERRUPTED or IMAP_ERR_WOKEN has
 * taken nothing: call it again. After other failures on the way the connection is closed. */

/* Sends len octets as they are, CRLF and all. Returns IMAP_OK when all have left. After
 * IMAP_ERR_INTERRUPTED or IMAP_ERR_WOKEN some may have: call it with 0 octets to send the rest.
 * Talks. Since 0.1. */
IMAP4_API int imap_raw_send(imap_conn *conn, const char *octets, size_t len);

/* Reads one line, its CRLF included, of at most MAX_LINE octets. Borrowed until the next call
 * that talks; no NUL behind it. Returns IMAP_OK. Talks. Since 0.1. */
IMAP4_API int imap_raw_readline(imap_conn *conn, const char **ptr, size_t *len);

/* Reads exactly n octets, at most MAX_LITERAL. Borrowed until the next call that talks; no NUL
 * behind them. Returns IMAP_OK. Talks. Since 0.1. */
IMAP4_API int imap_raw_read(imap_conn *conn, size_t n, const char **ptr, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
