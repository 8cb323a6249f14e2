/* libimap4 as a program uses it that keeps nothing: rows are read as they arrive, literals are pulled and pushed in
 * pieces, commands are queued. */
#include "read.h"
#include "session.h"

#include <poll.h>
#include <stdlib.h>

#define STREAM_MIN 65536
#define PIECE 262144 /* as curl and the bounds have it */

static void rows(struct job *job, const char *command, void (*read)(struct job *, const imap_response *)) {
    const imap_response *row;
    uint32_t id;
    int rc;
    must(imap_submit_text(job->state, command, &id), IMAP_QUEUED, job->state, "submit");
    while ((rc = imap_next(job->state, id, -1, &row)) == IMAP_OK) {
        read(job, row);
        job->count += read != read_search;
    }
    must(rc, IMAP_END, job->state, "next");
    must(imap_wait(job->state, id, 0, NULL), IMAP_OK, job->state, "wait");
}

static void meta(struct job *job) {
    rows(job, "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)", read_meta);
}

static void env(struct job *job) {
    rows(job, "FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)", read_env);
}

static void body(struct job *job) {
    rows(job, "FETCH 1:* (UID BODY.PEEK[])", read_body);
}

static void search(struct job *job) {
    rows(job, "UID SEARCH ALL", read_search);
}

static void list(struct job *job) {
    rows(job, "LIST \"\" *", read_list);
}

static void huge(struct job *job) {
    static char piece[PIECE];
    const imap_response *row;
    uint32_t id;
    uint64_t offset = 0;
    size_t n;
    int rc;
    must(imap_set_int(job->state, IMAP_OPT_LITERAL_STREAM_MIN, STREAM_MIN), IMAP_OK, job->state, "set");
    must(imap_submit_text(job->state, "FETCH 1 (UID BODY.PEEK[])", &id), IMAP_QUEUED, job->state, "submit");
    must(imap_next(job->state, id, -1, &row), IMAP_LITERAL, job->state, "next");
    while ((rc = imap_literal_read(job->state, piece, sizeof piece, &n)) == IMAP_OK) {
        blocks_check(job, offset, piece, n);
        offset += n;
    }
    must(rc, IMAP_END, job->state, "literal");
    while ((rc = imap_next(job->state, id, -1, &row)) == IMAP_OK)
        ;
    must(rc, IMAP_END, job->state, "next");
    must(imap_wait(job->state, id, 0, NULL), IMAP_OK, job->state, "wait");
    job->count = offset >> 20;
}

/* Takes the result of everything that was queued. */
static void queue_drain(struct job *job) {
    uint32_t id;
    int rc;
    while ((rc = imap_completed(job->state, -1, &id)) == IMAP_OK) {
        must(imap_wait(job->state, id, 0, NULL), IMAP_OK, job->state, "wait");
        job->count++;
    }
    must(rc, IMAP_END, job->state, "completed");
}

static void noop_piped(struct job *job) {
    must(imap_queue_begin(job->state), IMAP_OK, job->state, "queue");
    for (uint32_t i = 0; i < job->n; i++)
        must(imap_cmd_noop(job->state, NULL), IMAP_QUEUED, job->state, "noop");
    must(imap_queue_end(job->state), IMAP_OK, job->state, "queue");
    queue_drain(job);
}

static void appends_piped(struct job *job) {
    must(imap_queue_begin(job->state), IMAP_OK, job->state, "queue");
    for (uint32_t i = 0; i < job->n; i++)
        must(imap_cmd_append(job->state, "INBOX", NULL, NULL, session_message, 4096, IMAP_APPEND_VERBATIM, NULL),
             IMAP_QUEUED, job->state, "append");
    must(imap_queue_end(job->state), IMAP_OK, job->state, "queue");
    queue_drain(job);
}

static void append(struct job *job) {
    size_t len = (size_t)job->n << 20, taken;
    uint32_t id;
    must(imap_append_begin(job->state, "INBOX", &id), IMAP_QUEUED, job->state, "append");
    must(imap_append_message(job->state, NULL, NULL, len), IMAP_OK, job->state, "message");
    for (size_t at = 0; at < len; at += taken)
        must(imap_literal_write(job->state, session_message + at, len - at, &taken), IMAP_OK, job->state, "write");
    must(imap_append_end(job->state, NULL), IMAP_OK, job->state, "append");
    job->count = job->n;
}

/* One turn of an event loop with one connection. */
static void turn(imap_conn *conn) {
    int wants = imap_wants(conn);
    struct pollfd fd = {.fd = imap_fd(conn)};
    if (wants & IMAP_WANT_READ)
        fd.events |= POLLIN;
    if (wants & IMAP_WANT_WRITE)
        fd.events |= POLLOUT;
    poll(&fd, 1, imap_timeout(conn));
    if (imap_step(conn, -1) < 0)
        fail("step: %s", imap_last_message(conn));
}

static void turn_until_done(imap_conn *conn, int rc, const char *what) {
    must(rc, IMAP_QUEUED, conn, what);
    uint32_t id = imap_last_id(conn);
    while ((rc = imap_wait(conn, id, 0, NULL)) == IMAP_AGAIN)
        turn(conn);
    must(rc, IMAP_OK, conn, what);
}

static imap_conn *hold(const struct job *job) {
    imap_conn *conn;
    int rc = imap_open("127.0.0.1", job->port, job->ca ? IMAP_TLS_IMPLICIT : IMAP_TLS_NONE, job->state, &conn);
    turn_until_done(conn, rc, "open");
    turn_until_done(conn, imap_cmd_login(conn, "alice", "secret", NULL), "login");
    return conn;
}

/* Held as a program with an event loop holds them. */
static void idle(struct job *job) {
    imap_conn **all = calloc((size_t)job->n + 1, sizeof *all);
    if (all == NULL)
        fail("out of memory");
    must(imap_options_set_int(job->state, IMAP_OPT_NONBLOCK, 1), IMAP_OK, NULL, "options");
    all[job->n] = hold(job);
    double before = resident_kib();
    for (; job->count < job->n; job->count++) {
        imap_conn *conn = all[job->count] = hold(job);
        must(imap_idle_begin(conn), IMAP_QUEUED, conn, "idle");
        while (imap_conn_state(conn) != IMAP_STATE_IDLING)
            turn(conn);
    }
    sessions_held(job, before);
    for (uint32_t i = 0; i <= job->n; i++)
        imap_free(all[i]);
    free(all);
}

int main(int argc, char **argv) {
    static const struct entry entries[] = {
        {"meta", session_begin, meta, session_end},
        {"env", session_begin, env, session_end},
        {"body", session_begin, body, session_end},
        {"huge", session_begin, huge, session_end},
        {"search", session_begin, search, session_end},
        {"list", session_begin, list, session_end},
        {"noop", session_begin, session_noop, session_end},
        {"noop-piped", session_begin, noop_piped, session_end},
        {"append", session_begin, append, session_end},
        {"appends", session_begin, session_appends, session_end},
        {"appends-piped", session_begin, appends_piped, session_end},
        {"conn", session_none, session_conn, NULL},
        {"idle", session_none, idle, NULL},
        {NULL, NULL, NULL, NULL},
    };
    return contest_main(argc, argv, entries);
}
