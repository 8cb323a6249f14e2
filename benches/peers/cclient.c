/* UW c-client as a contestant. Its callbacks add to the job's sums. Envelopes are fetched 1000 a round trip (its
 * default is 20), with dates and sizes, without the extra headers it can ask for. */
#include "../common/contest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <c-client/c-client.h>
#include <c-client/imap4r1.h>

static struct job *current;
static char *message;

static void address_of(const struct job *job, char *to, size_t size, const char *mailbox) {
    snprintf(to, size, "{%s:%d/imap%s/user=alice}%s", job->ca != NULL ? "localhost" : "127.0.0.1", job->port,
             job->ca != NULL ? "/ssl/novalidate-cert" : "/notls", mailbox);
}

static MAILSTREAM *connected(const struct job *job, const char *mailbox, long flags) {
    char name[128];
    address_of(job, name, sizeof name, mailbox);
    MAILSTREAM *stream = mail_open(NIL, name, flags);
    if (stream == NIL)
        fail("cannot open %s", name);
    return stream;
}

static void begin(struct job *job) {
    current = job;
    mail_parameters(NIL, SET_IMAPENVELOPE, NIL);
    mail_parameters(NIL, SET_LOOKAHEAD, (void *)1000);
    mail_parameters(NIL, SET_PREFETCH, (void *)0);
    job->state = connected(job, job->mailbox, NIL);
    if (strncmp(job->workload, "append", 6) == 0)
        message = message_make(strcmp(job->workload, "append") == 0 ? (size_t)job->n << 20 : 4096);
}

static void begin_none(struct job *job) {
    current = job;
}

static void end(struct job *job) {
    mail_close(job->state);
    free(message);
}

static void meta(struct job *job) {
    MAILSTREAM *stream = job->state;
    char set[32];
    snprintf(set, sizeof set, "1:%u", job->n);
    mail_fetch_fast(stream, set, NIL);
    for (unsigned long i = 1; i <= stream->nmsgs; i++) {
        MESSAGECACHE *message_of = mail_elt(stream, i);
        job->check += mail_uid(stream, i) + message_of->rfc822_size;
        job->deep += message_of->seen != 0;
        job->count++;
    }
    job->has_check = 1;
    job->deep = 0;
}

static void env(struct job *job) {
    MAILSTREAM *stream = job->state;
    for (unsigned long i = 1; i <= stream->nmsgs; i++) {
        BODY *structure;
        ENVELOPE *envelope = mail_fetch_structure(stream, i, &structure, FT_NOHDRS);
        if (envelope == NIL || structure == NIL)
            fail("no envelope of message %lu", i);
        job->check += mail_uid(stream, i);
        for (ADDRESS *a = envelope->to; a != NIL; a = a->next)
            if (a->mailbox != NIL && a->host != NIL)
                job->check += strlen(a->mailbox) + strlen(a->host);
        job->count++;
    }
    job->has_check = 1;
}

/* One round trip a message: c-client has no other way. The text of each is given back to it. */
static void body(struct job *job) {
    MAILSTREAM *stream = job->state;
    for (unsigned long i = 1; i <= stream->nmsgs; i++) {
        unsigned long len;
        char *text = mail_fetch_message(stream, i, &len, FT_PEEK);
        if (text == NIL || len < 3)
            fail("no text of message %lu", i);
        if (strcmp(job->workload, "huge") == 0)
            blocks_check(job, 0, text, len);
        else
            job->check += len + (uint64_t)text[len - 3];
        job->count++;
        MESSAGECACHE *message_of = mail_elt(stream, i);
        if (message_of->private.msg.full.text.data != NIL)
            fs_give((void **)&message_of->private.msg.full.text.data);
        message_of->private.msg.full.text.size = 0;
    }
    job->has_check = 1;
    if (strcmp(job->workload, "huge") == 0)
        job->count = job->n;
}

/* By message numbers: for UIDs it would fetch the UID of every message. Not ALL, which it answers by itself; the server
 * finds every message in any case. */
static void search_all(struct job *job) {
    char criteria[] = "SUBJECT letter";
    if (!mail_search_full(job->state, NIL, mail_criteria(criteria), SE_FREE | SE_NOPREFETCH))
        fail("search");
    job->has_check = 1;
}

static void list(struct job *job) {
    char name[128];
    address_of(job, name, sizeof name, "");
    mail_list(job->state, name, "*");
    job->has_check = 1;
}

static void noop(struct job *job) {
    for (; job->count < job->n; job->count++)
        if (!mail_ping(job->state))
            fail("ping");
}

static void append_one(struct job *job, size_t len) {
    char name[128];
    STRING text;
    address_of(job, name, sizeof name, "INBOX");
    INIT(&text, mail_string, message, len);
    if (!mail_append_full(job->state, name, NIL, NIL, &text))
        fail("append");
}

static void append(struct job *job) {
    append_one(job, (size_t)job->n << 20);
    job->count = job->n;
}

static void appends(struct job *job) {
    for (; job->count < job->n; job->count++)
        append_one(job, 4096);
}

static void conn(struct job *job) {
    for (; job->count < job->n; job->count++)
        mail_close(connected(job, "", OP_HALFOPEN));
}

/* It has no IDLE: sessions that are logged in and quiet. */
static void idle(struct job *job) {
    connected(job, "", OP_HALFOPEN);
    double before = resident_kib();
    for (; job->count < job->n; job->count++)
        connected(job, "", OP_HALFOPEN);
    sessions_held(job, before);
}

void mm_searched(MAILSTREAM *stream, unsigned long number) {
    (void)stream;
    current->check += number;
    current->count++;
}

void mm_list(MAILSTREAM *stream, int delimiter, char *name, long attributes) {
    (void)stream;
    (void)delimiter;
    (void)attributes;
    const char *end = strchr(name, '}');
    if (end != NULL && strchr(end, '/') != NULL) {
        current->check += strlen(end + 1);
        current->count++;
    }
}

void mm_login(NETMBX *mailbox, char *user, char *password, long trial) {
    (void)mailbox;
    (void)trial;
    strcpy(user, "alice");
    strcpy(password, "secret");
}

void mm_log(char *text, long kind) {
    if (kind == ERROR)
        fail("%s", text);
}

/* What c-client wants to be told, and nobody asks here. */
void mm_flags(MAILSTREAM *stream, unsigned long number) { (void)stream; (void)number; }
void mm_status(MAILSTREAM *stream, char *mailbox, MAILSTATUS *status) { (void)stream; (void)mailbox; (void)status; }
void mm_exists(MAILSTREAM *stream, unsigned long number) { (void)stream; (void)number; }
void mm_expunged(MAILSTREAM *stream, unsigned long number) { (void)stream; (void)number; }
void mm_lsub(MAILSTREAM *stream, int delimiter, char *name, long attributes) { (void)stream; (void)delimiter; (void)name; (void)attributes; }
void mm_notify(MAILSTREAM *stream, char *text, long kind) { (void)stream; (void)text; (void)kind; }
void mm_dlog(char *text) { (void)text; }
void mm_critical(MAILSTREAM *stream) { (void)stream; }
void mm_nocritical(MAILSTREAM *stream) { (void)stream; }
long mm_diskerror(MAILSTREAM *stream, long code, long serious) { (void)stream; (void)code; (void)serious; return NIL; }
void mm_fatal(char *text) { fail("%s", text); }

int main(int argc, char **argv) {
    static const struct entry entries[] = {
        {"meta", begin, meta, end},     {"env", begin, env, end},         {"body", begin, body, end},
        {"huge", begin, body, end},     {"search", begin, search_all, end},   {"list", begin, list, end},
        {"noop", begin, noop, end},     {"append", begin, append, end},   {"appends", begin, appends, end},
        {"conn", begin_none, conn, NULL}, {"idle", begin_none, idle, NULL}, {NULL, NULL, NULL, NULL},
    };
#include <c-client/linkage.c>
    return contest_main(argc, argv, entries);
}
