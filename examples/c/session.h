/* A session that never waits, for any event loop: it opens, logs in, looks into a mailbox, fetches some of each message
 * row by row, idles for a while and logs out. The loops of loop_poll.c, loop_epoll.c, loop_libuv.c and loop_glib.c do
 * the waiting:
 *
 *     after session_begin and after each session_step:
 *         wait for imap_wants(s->conn) of imap_fd(s->conn), and for session_timeout(s) milliseconds at most
 *     then session_step(s, what was seen), until it returns 0; session_end(s)
 *
 * The descriptor may be another one after each step, even if its number is the same. */
#ifndef EXAMPLES_SESSION_H
#define EXAMPLES_SESSION_H

#include "support.h"

#include <time.h>

enum stage { OPENING, LOGGING_IN, EXAMINING, FETCHING, BEGINNING_IDLE, IDLING, ENDING_IDLE, LOGGING_OUT, OVER };

struct session {
    imap_conn *conn;
    const char *mailbox;
    int idle_ms;  /* how long to idle; -1: until session_enough */
    int is_quiet; /* one of many: prints nothing but failures */
    enum stage stage;
    uint32_t id; /* of the command under way */
    int64_t idle_until;
    unsigned rows;
    int is_good; /* 1 once all went well to the end */
};

static const char *const stage_names[] = {
    "open", "login", "examine", "fetch", "idle", "idling", "end idle", "logout", "over"};

static inline int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Begins to open. 0 if not even that can be; session_end is due in any case. mailbox, idle_ms and is_quiet are set. */
static inline int session_begin(struct session *s, const char *host, int port, int tls) {
    imap_options *options = NULL;
    int rc = imap_options_new(&options);
    if (rc == IMAP_OK)
        rc = imap_options_set_int(options, IMAP_OPT_NONBLOCK, 1);
    if (rc == IMAP_OK)
        rc = imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, setting("CA_FILE", NULL));
    if (rc == IMAP_OK)
        rc = imap_open(host, port, tls, options, &s->conn);
    imap_options_free(options);
    s->stage = OPENING;
    s->id = imap_last_id(s->conn);
    if (rc != IMAP_QUEUED) /* no connection at all if descriptors ran out, for one */
        fprintf(stderr, "open: %s\n", s->conn != NULL ? imap_last_message(s->conn) : imap_error_text(rc));
    else if (!s->is_quiet)
        printf("open: %s\n", outcome(rc));
    return rc == IMAP_QUEUED;
}

/* In how many milliseconds session_step is due whatever happens; -1 for never. */
static inline int session_timeout(const struct session *s) {
    int timeout = imap_timeout(s->conn);
    if (s->stage == IDLING && s->idle_ms >= 0) {
        int64_t left = s->idle_until - now_ms();
        if (timeout < 0 || left < timeout)
            timeout = left < 0 ? 0 : (int)left;
    }
    return timeout;
}

/* Something has failed: there is nothing more to do. */
static inline void session_fail(struct session *s) {
    fprintf(stderr, "%s: %s\n", stage_names[s->stage], imap_last_message(s->conn));
    s->stage = OVER;
}

/* Goes on to the next stage, whose command was just submitted with rc. */
static inline void session_go(struct session *s, enum stage stage, int rc) {
    s->stage = stage;
    s->id = imap_last_id(s->conn);
    if (rc != IMAP_QUEUED)
        session_fail(s);
}

static inline void session_enough(struct session *s) {
    if (s->stage == IDLING)
        session_go(s, ENDING_IDLE, imap_idle_end(s->conn));
}

/* The command under way was answered: the next one. */
static inline void session_advance(struct session *s, int rc) {
    if (!s->is_quiet)
        went(s->conn, stage_names[s->stage], rc, IMAP_OK);
    if (rc != IMAP_OK) {
        session_fail(s);
        return;
    }
    switch (s->stage) {
    case OPENING:
        session_go(s, LOGGING_IN,
            imap_cmd_login(s->conn, setting("IMAP_USER", "alice"), setting("IMAP_PASSWORD", "secret"), NULL));
        break;
    case LOGGING_IN: session_go(s, EXAMINING, imap_cmd_select(s->conn, s->mailbox, IMAP_EXAMINE, NULL)); break;
    case EXAMINING: session_go(s, FETCHING, imap_cmd_fetch(s->conn, "1:*", "(UID RFC822.SIZE)", 0, NULL)); break;
    case FETCHING: session_go(s, BEGINNING_IDLE, imap_idle_begin(s->conn)); break;
    case ENDING_IDLE: session_go(s, LOGGING_OUT, imap_cmd_logout(s->conn, NULL)); break;
    default:
        s->is_good = 1;
        s->stage = OVER;
    }
}

static inline void session_rows(struct session *s) {
    const imap_response *row;
    imap_fetch f;
    while (s->stage == FETCHING && imap_next(s->conn, s->id, 0, &row) == IMAP_OK) {
        if (imap_fetch_get(row, &f, sizeof f) != IMAP_OK)
            continue;
        s->rows++;
        if (!s->is_quiet)
            printf("  %u: UID %u, %u octets\n", (unsigned)f.seq, (unsigned)f.uid, (unsigned)f.rfc822_size);
    }
}

/* Takes what waits: events, rows, results. */
static inline void session_take(struct session *s) {
    imap_response *event;
    uint32_t id;
    while (imap_event_next(s->conn, &event) == IMAP_OK) {
        if (!s->is_quiet && s->stage == IDLING)
            printf("  told: %s\n", imap_response_name(event));
        imap_response_free(event);
    }
    session_rows(s);
    while (s->stage != OVER && imap_completed(s->conn, 0, &id) == IMAP_OK) {
        session_rows(s);
        session_advance(s, imap_wait(s->conn, id, 0, NULL));
        session_rows(s); /* asked for once, rows come one by one from now on */
    }
}

/* IDLE is completed only when it has ended: that it runs is seen by the state. */
static inline void session_idle(struct session *s) {
    if (s->stage == BEGINNING_IDLE && imap_conn_state(s->conn) == IMAP_STATE_IDLING) {
        s->stage = IDLING;
        s->idle_until = now_ms() + s->idle_ms;
        if (!s->is_quiet)
            printf("idling\n");
    }
    if (s->stage == IDLING && s->idle_ms >= 0 && now_ms() >= s->idle_until)
        session_enough(s);
}

/* Moves on as far as it goes. ready: bits of imap_want that were seen; 0 for none. Returns 0 when it is over. */
static inline int session_step(struct session *s, int ready) {
    int rc;
    while ((rc = imap_step(s->conn, ready)) == IMAP_EVENT) {
        session_take(s);
        if (s->stage == OVER)
            return 0;
        ready = 0;
    }
    if (rc != IMAP_AGAIN && rc != IMAP_ERR_WOKEN) {
        session_fail(s);
        return 0;
    }
    session_idle(s);
    return s->stage != OVER;
}

/* Frees all. 1 if the session went well. */
static inline int session_end(struct session *s) {
    imap_free(s->conn);
    s->conn = NULL;
    return s->is_good;
}

#endif
