/* libimap4 with whole answers kept: each command blocks until it is answered, then its rows are read. */
#include "read.h"
#include "session.h"

#include <stdlib.h>

static void read_rows(struct job *job, imap_response *response, int is_numbers,
                      void (*read)(struct job *, const imap_response *)) {
    size_t count = imap_response_row_count(response);
    for (size_t i = 0; i < count; i++)
        read(job, imap_response_row(response, i));
    if (!is_numbers)
        job->count = count;
    imap_response_free(response);
}

static void fetch(struct job *job, const char *items, void (*read)(struct job *, const imap_response *)) {
    imap_response *response;
    must(imap_cmd_fetch(job->state, "1:*", items, 0, &response), IMAP_OK, job->state, "fetch");
    read_rows(job, response, 0, read);
}

static void meta(struct job *job) {
    fetch(job, "UID FLAGS INTERNALDATE RFC822.SIZE", read_meta);
}

static void env(struct job *job) {
    fetch(job, "UID FLAGS ENVELOPE BODYSTRUCTURE", read_env);
}

static void body(struct job *job) {
    fetch(job, "UID BODY.PEEK[]", read_body);
}

static void huge(struct job *job) {
    fetch(job, "UID BODY.PEEK[]", read_huge);
    job->count = job->n;
}

static void search(struct job *job) {
    imap_response *response;
    must(imap_cmd_search(job->state, NULL, "ALL", IMAP_UID, &response), IMAP_OK, job->state, "search");
    read_rows(job, response, 1, read_search);
}

static void list(struct job *job) {
    imap_response *response;
    must(imap_cmd_list(job->state, NULL, NULL, &response), IMAP_OK, job->state, "list");
    read_rows(job, response, 0, read_list);
}

/* Sessions that are logged in and quiet. */
static void idle(struct job *job) {
    imap_conn **all = calloc((size_t)job->n + 1, sizeof *all);
    if (all == NULL)
        fail("out of memory");
    all[job->n] = session_open(job, job->state);
    double before = resident_kib();
    for (; job->count < job->n; job->count++)
        all[job->count] = session_open(job, job->state);
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
        {"append", session_begin, session_append, session_end},
        {"appends", session_begin, session_appends, session_end},
        {"conn", session_none, session_conn, NULL},
        {"idle", session_none, idle, NULL},
        {NULL, NULL, NULL, NULL},
    };
    return contest_main(argc, argv, entries);
}
