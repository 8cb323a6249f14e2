/* libetpan as a contestant: its low-level interface, whole answers kept; with "-DSTREAM" literals go to its body
 * callback. */
#include "../common/contest.h"

#include <libetpan/libetpan.h>
#include <stdlib.h>
#include <string.h>

static char *message;

static void must(int rc, const char *what) {
    if (rc != MAILIMAP_NO_ERROR && rc != MAILIMAP_NO_ERROR_AUTHENTICATED && rc != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        fail("%s: error %d", what, rc);
}

static mailimap *connected(const struct job *job) {
    mailimap *imap = mailimap_new(0, NULL);
    if (imap == NULL)
        fail("out of memory");
    must(job->ca != NULL ? mailimap_ssl_connect(imap, "localhost", (uint16_t)job->port)
                         : mailimap_socket_connect(imap, "127.0.0.1", (uint16_t)job->port),
         "connect");
    must(mailimap_login(imap, "alice", "secret"), "login");
    return imap;
}

static void begin(struct job *job) {
    job->state = connected(job);
    must(mailimap_select(job->state, job->mailbox), "select");
    if (strncmp(job->workload, "append", 6) == 0)
        message = message_make(strcmp(job->workload, "append") == 0 ? (size_t)job->n << 20 : 4096);
}

static void end(struct job *job) {
    mailimap_logout(job->state);
    mailimap_free(job->state);
    free(message);
}

static void nothing(struct job *job) {
    (void)job;
}

static uint64_t to_octets(const struct mailimap_envelope *envelope) {
    uint64_t octets = 0;
    if (envelope->env_to == NULL || envelope->env_to->to_list == NULL)
        return 0;
    for (clistiter *at = clist_begin(envelope->env_to->to_list); at != NULL; at = clist_next(at)) {
        const struct mailimap_address *a = clist_content(at);
        if (a->ad_mailbox_name != NULL && a->ad_host_name != NULL)
            octets += strlen(a->ad_mailbox_name) + strlen(a->ad_host_name);
    }
    return octets;
}

static void read_static(struct job *job, const struct mailimap_msg_att_static *item) {
    const struct mailimap_msg_att_body_section *section;
    switch (item->att_type) {
    case MAILIMAP_MSG_ATT_UID:
        if (strcmp(job->workload, "body") != 0 && strcmp(job->workload, "huge") != 0)
            job->check += item->att_data.att_uid;
        break;
    case MAILIMAP_MSG_ATT_RFC822_SIZE:
        job->check += item->att_data.att_rfc822_size;
        break;
    case MAILIMAP_MSG_ATT_ENVELOPE:
        job->check += to_octets(item->att_data.att_env);
        break;
    case MAILIMAP_MSG_ATT_BODY_SECTION:
        section = item->att_data.att_body_section;
        if (section->sec_body_part == NULL)
            break;
        if (strcmp(job->workload, "huge") == 0)
            blocks_check(job, 0, section->sec_body_part, section->sec_length);
        else
            job->check += section->sec_length + (uint64_t)section->sec_body_part[section->sec_length - 3];
        break;
    default:
        break;
    }
}

#ifdef STREAM
static uint64_t body_at;
static char body_tail[3];

/* Pieces of a literal. Of small messages the last three octets are remembered: the message may end there. */
static bool body_piece(int type, struct mailimap_msg_att_body_section *section, const char *octets, size_t len,
                       void *context) {
    struct job *job = context;
    (void)type;
    (void)section;
    if (strcmp(job->workload, "huge") == 0) {
        blocks_check(job, body_at, octets, len);
    } else {
        job->check += len;
        if (body_at + len == 4096)
            job->check += (uint64_t)(len >= 3 ? octets[len - 3] : body_tail[len]);
    }
    if (len >= 3)
        memcpy(body_tail, octets + len - 3, 3);
    body_at = (body_at + len) % (strcmp(job->workload, "huge") == 0 ? UINT64_MAX : 4096);
    return true;
}
#endif

static void fetch(struct job *job, struct mailimap_fetch_att **wanted) {
    struct mailimap_set *set = mailimap_set_new_interval(1, 0);
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    clist *rows;
    for (; *wanted != NULL; wanted++)
        mailimap_fetch_type_new_fetch_att_list_add(type, *wanted);
#ifdef STREAM
    mailimap_set_msg_body_handler(job->state, body_piece, job);
#endif
    must(mailimap_fetch(job->state, set, type, &rows), "fetch");
    for (clistiter *at = clist_begin(rows); at != NULL; at = clist_next(at)) {
        const struct mailimap_msg_att *row = clist_content(at);
        for (clistiter *i = clist_begin(row->att_list); i != NULL; i = clist_next(i)) {
            const struct mailimap_msg_att_item *item = clist_content(i);
            if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
                read_static(job, item->att_data.att_static);
        }
        job->count++;
    }
    job->has_check = 1;
    mailimap_fetch_list_free(rows);
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
}

static void meta(struct job *job) {
    struct mailimap_fetch_att *wanted[] = {mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_flags(),
                                           mailimap_fetch_att_new_internaldate(), mailimap_fetch_att_new_rfc822_size(), NULL};
    fetch(job, wanted);
}

static void env(struct job *job) {
    struct mailimap_fetch_att *wanted[] = {mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_flags(),
                                           mailimap_fetch_att_new_envelope(), mailimap_fetch_att_new_bodystructure(), NULL};
    fetch(job, wanted);
}

static void body(struct job *job) {
    struct mailimap_fetch_att *wanted[] = {mailimap_fetch_att_new_uid(),
                                           mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)), NULL};
    fetch(job, wanted);
    if (strcmp(job->workload, "huge") == 0)
        job->count = job->n;
}

#ifndef STREAM
static void search(struct job *job) {
    clist *ids;
    must(mailimap_uid_search(job->state, NULL, mailimap_search_key_new_all(), &ids), "search");
    for (clistiter *at = clist_begin(ids); at != NULL; at = clist_next(at), job->count++)
        job->check += *(uint32_t *)clist_content(at);
    job->has_check = 1;
    mailimap_search_result_free(ids);
}

static void list(struct job *job) {
    clist *names;
    must(mailimap_list(job->state, "", "*", &names), "list");
    for (clistiter *at = clist_begin(names); at != NULL; at = clist_next(at), job->count++)
        job->check += strlen(((struct mailimap_mailbox_list *)clist_content(at))->mb_name);
    job->has_check = 1;
    mailimap_list_result_free(names);
}

static void noop(struct job *job) {
    for (; job->count < job->n; job->count++)
        must(mailimap_noop(job->state), "noop");
}

static void append(struct job *job) {
    must(mailimap_append(job->state, "INBOX", NULL, NULL, message, (size_t)job->n << 20), "append");
    job->count = job->n;
}

static void appends(struct job *job) {
    for (; job->count < job->n; job->count++)
        must(mailimap_append(job->state, "INBOX", NULL, NULL, message, 4096), "append");
}

static void conn(struct job *job) {
    for (; job->count < job->n; job->count++) {
        mailimap *imap = connected(job);
        mailimap_logout(imap);
        mailimap_free(imap);
    }
}

static void idle(struct job *job) {
    mailimap **all = calloc((size_t)job->n + 1, sizeof *all);
    all[job->n] = connected(job);
    double before = resident_kib();
    for (; job->count < job->n; job->count++) {
        all[job->count] = connected(job);
        must(mailimap_select(all[job->count], "INBOX"), "select"); /* without a mailbox its IDLE crashes */
        must(mailimap_idle(all[job->count]), "idle");
    }
    sessions_held(job, before);
}
#endif

int main(int argc, char **argv) {
    static const struct entry entries[] = {
        {"body", begin, body, end},
        {"huge", begin, body, end},
#ifndef STREAM
        {"meta", begin, meta, end},
        {"env", begin, env, end},
        {"search", begin, search, end},
        {"list", begin, list, end},
        {"noop", begin, noop, end},
        {"append", begin, append, end},
        {"appends", begin, appends, end},
        {"conn", nothing, conn, NULL},
        {"idle", nothing, idle, NULL},
#endif
        {NULL, NULL, NULL, NULL},
    };
#ifdef STREAM
    (void)meta;
    (void)env;
    (void)nothing;
#endif
    return contest_main(argc, argv, entries);
}
