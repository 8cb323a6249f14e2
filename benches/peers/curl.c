/* libcurl as a contestant, through its easy interface. What it can do for IMAP: hand over one message a transfer,
 * upload one, run a command. It does not parse: lists of rows are left out. */
#include "../common/contest.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *message;
static size_t message_len, message_at;
static uint64_t body_at;
static char body_tail[3];

static void must(CURLcode code, const char *what) {
    if (code != CURLE_OK)
        fail("%s: %s", what, curl_easy_strerror(code));
}

static size_t take(char *octets, size_t size, size_t count, void *context) {
    struct job *job = context;
    size_t len = size * count;
    if (job->workload[0] == 'h') {
        blocks_check(job, body_at, octets, len);
    } else if (job->workload[0] == 'b') {
        job->check += len;
        if (len >= 3)
            memcpy(body_tail, octets + len - 3, 3);
    }
    body_at += len;
    return len;
}

static size_t give(char *to, size_t size, size_t count, void *context) {
    (void)context;
    size_t len = message_len - message_at < size * count ? message_len - message_at : size * count;
    memcpy(to, message + message_at, len);
    message_at += len;
    return len;
}

static void path_set(CURL *curl, const struct job *job, const char *path) {
    char url[160];
    snprintf(url, sizeof url, "%s:%d/%s", job->ca != NULL ? "imaps://localhost" : "imap://127.0.0.1", job->port, path);
    must(curl_easy_setopt(curl, CURLOPT_URL, url), "url");
}

static CURL *made(struct job *job) {
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        fail("out of memory");
    curl_easy_setopt(curl, CURLOPT_USERNAME, "alice");
    curl_easy_setopt(curl, CURLOPT_PASSWORD, "secret");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, job);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 262144L);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    if (job->ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, job->ca);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL); /* or it reads the system's certificates for each connection */
    }
    return curl;
}

static void command(CURL *curl, const struct job *job, const char *path, const char *line) {
    path_set(curl, job, path);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, line);
    must(curl_easy_perform(curl), line);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
}

static void begin(struct job *job) {
    job->state = made(job);
    command(job->state, job, job->mailbox, "NOOP");
    if (strncmp(job->workload, "append", 6) == 0) {
        message_len = strcmp(job->workload, "append") == 0 ? (size_t)job->n << 20 : 4096;
        message = message_make(message_len);
        path_set(job->state, job, "INBOX");
        curl_easy_setopt(job->state, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(job->state, CURLOPT_UPLOAD_BUFFERSIZE, 262144L);
        curl_easy_setopt(job->state, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(job->state, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message_len);
    }
    job->count = job->check = 0;
}

static void begin_none(struct job *job) {
    (void)job;
}

static void end(struct job *job) {
    curl_easy_cleanup(job->state);
    free(message);
}

static void body_one(struct job *job, uint32_t index) {
    char path[64];
    snprintf(path, sizeof path, "%s/;MAILINDEX=%u", job->mailbox, index);
    path_set(job->state, job, path);
    body_at = 0;
    must(curl_easy_perform(job->state), "fetch");
}

static void body(struct job *job) {
    for (; job->count < job->n; job->count++) {
        body_one(job, job->count + 1);
        job->check += (unsigned char)body_tail[0];
    }
    job->has_check = 1;
}

static void huge(struct job *job) {
    body_one(job, 1);
    job->count = body_at >> 20;
}

static void noop(struct job *job) {
    for (; job->count < job->n; job->count++)
        command(job->state, job, job->mailbox, "NOOP");
}

static void append(struct job *job) {
    message_at = 0;
    must(curl_easy_perform(job->state), "append");
    job->count = job->n;
}

static void appends(struct job *job) {
    for (; job->count < job->n; job->count++) {
        message_at = 0;
        must(curl_easy_perform(job->state), "append");
    }
}

static void conn(struct job *job) {
    for (; job->count < job->n; job->count++) {
        CURL *curl = made(job);
        command(curl, job, "", "NOOP");
        curl_easy_cleanup(curl);
    }
}

/* Its IDLE would never return: sessions that are logged in and quiet. */
static void idle(struct job *job) {
    command(made(job), job, "", "NOOP");
    double before = resident_kib();
    for (; job->count < job->n; job->count++)
        command(made(job), job, "", "NOOP");
    sessions_held(job, before);
}

int main(int argc, char **argv) {
    static const struct entry entries[] = {
        {"body", begin, body, end},     {"huge", begin, huge, end},       {"noop", begin, noop, end},
        {"append", begin, append, end}, {"appends", begin, appends, end}, {"conn", begin_none, conn, NULL},
        {"idle", begin_none, idle, NULL}, {NULL, NULL, NULL, NULL},
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return contest_main(argc, argv, entries);
}
