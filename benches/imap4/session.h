/* libimap4 as a contestant, through its public header alone: opening, and the workloads that read no rows. */
#ifndef BENCH_IMAP4_SESSION_H
#define BENCH_IMAP4_SESSION_H

#include "../common/contest.h"

#include <imap4.h>

/* Ends the process with the connection's own words if rc is not wanted. */
void must(int rc, int wanted, imap_conn *conn, const char *what);

/* A connection that is logged in; NULL options for the defaults. */
imap_conn *session_open(const struct job *job, const imap_options *options);

/* open and close of an entry: one connection with the job's mailbox selected, in job->state. */
void session_begin(struct job *job);
void session_end(struct job *job);
void session_none(struct job *job);

void session_noop(struct job *job);
void session_append(struct job *job);  /* one message of n MiB, handed over as one piece of memory */
void session_appends(struct job *job); /* n messages of 4 KiB */
void session_conn(struct job *job);

/* The message that session_begin made for the append workloads. */
extern char *session_message;

#endif
