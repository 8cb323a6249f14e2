/* The lower bound "raw": receive into one buffer of 256 KiB and look at nothing but the last octets. What is left is
 * the kernel, the TLS library, the loopback interface and the server. */
#include "../common/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char buffer[WIRE_BUFFER + 64];
static struct wire wire;
static char *message;

static void open_one(struct job *job) {
    wire_open(&wire, job, 1);
    wire_login(&wire, job);
    memset(buffer, 1, sizeof buffer);
    if (strncmp(job->workload, "append", 6) == 0)
        message = message_make(strcmp(job->workload, "append") == 0 ? (size_t)job->n << 20 : 4096);
}

static void open_none(struct job *job) {
    (void)job;
    memset(buffer, 1, sizeof buffer);
}

static void close_one(struct job *job) {
    (void)job;
    wire_close(&wire);
    free(message);
}

/* The buffer's first 32 octets are the last ones of the part before. */
static void receive_until(const char *end) {
    size_t end_len = strlen(end);
    do {
        size_t n = wire_recv(&wire, buffer + 32, WIRE_BUFFER);
        memmove(buffer, buffer + n, 32);
    } while (memcmp(buffer + 32 - end_len, end, end_len) != 0);
}

static void answer(struct job *job, const char *command) {
    wire_send(&wire, command, strlen(command));
    receive_until("A9 OK done\r\n");
    job->count = job->n;
}

static void meta(struct job *job) {
    answer(job, "A9 FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n");
}

static void env(struct job *job) {
    answer(job, "A9 FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)\r\n");
}

static void body(struct job *job) {
    answer(job, "A9 FETCH 1:* (UID BODY.PEEK[])\r\n");
}

static void search(struct job *job) {
    answer(job, "A9 UID SEARCH ALL\r\n");
}

static void list(struct job *job) {
    answer(job, "A9 LIST \"\" *\r\n");
}

static void noop(struct job *job) {
    for (; job->count < job->n; job->count++) {
        wire_send(&wire, "A9 NOOP\r\n", 9);
        receive_until("A9 OK done\r\n");
    }
}

/* All commands as one write, all answers behind it. */
static void noop_piped(struct job *job) {
    char *all = malloc((size_t)job->n * 16 + 1), *at = all;
    for (uint32_t i = 1; i <= job->n; i++)
        at += sprintf(at, "B%u NOOP\r\n", i);
    char end[32];
    sprintf(end, "B%u OK done\r\n", job->n);
    wire_send(&wire, all, (size_t)(at - all));
    receive_until(end);
    free(all);
    job->count = job->n;
}

static void append_send(size_t len) {
    char head[64];
    int n = sprintf(head, "A9 APPEND INBOX {%zu+}\r\n", len);
    if (len > 65536) {
        wire_send(&wire, head, (size_t)n);
        wire_send(&wire, message, len);
        wire_send(&wire, "\r\n", 2);
        return;
    }
    char all[65536 + 80];
    memcpy(all, head, (size_t)n);
    memcpy(all + n, message, len);
    memcpy(all + n + len, "\r\n", 2);
    wire_send(&wire, all, (size_t)n + len + 2);
}

static void append(struct job *job) {
    append_send((size_t)job->n << 20);
    receive_until(" octets\r\n");
    job->count = job->n;
}

static void appends(struct job *job) {
    for (; job->count < job->n; job->count++) {
        append_send(4096);
        receive_until(" octets\r\n");
    }
}

static void appends_piped(struct job *job) {
    char *all = malloc((size_t)job->n * (4096 + 64)), *at = all, end[64];
    for (uint32_t i = 1; i <= job->n; i++) {
        at += sprintf(at, "B%u APPEND INBOX {4096+}\r\n", i);
        memcpy(at, message, 4096);
        at += 4096;
        at += sprintf(at, "\r\n");
    }
    sprintf(end, "A9 OK done\r\n");
    at += sprintf(at, "A9 NOOP\r\n");
    wire_send(&wire, all, (size_t)(at - all));
    receive_until(end);
    free(all);
    job->count = job->n;
}

static void conn(struct job *job) {
    for (; job->count < job->n; job->count++) {
        wire_open(&wire, job, 0);
        wire_command(&wire, "A1", "LOGIN alice secret");
        wire_command(&wire, "A2", "LOGOUT");
        wire_close(&wire);
    }
}

static void idle(struct job *job) {
    struct wire *all = calloc(job->n + 1, sizeof *all);
    wire_open(&all[job->n], job, 0); /* what the first one costs beside is not a session's */
    double before = resident_kib();
    for (; job->count < job->n; job->count++) {
        struct wire *one = &all[job->count];
        char answer_text[64];
        wire_open(one, job, 0);
        wire_command(one, "A1", "LOGIN alice secret");
        wire_send(one, "A2 IDLE\r\n", 9);
        wire_recv(one, answer_text, sizeof answer_text);
    }
    sessions_held(job, before);
    for (uint32_t i = 0; i <= job->n; i++)
        wire_close(&all[i]);
    free(all);
}

int main(int argc, char **argv) {
    static const struct entry entries[] = {
        {"meta", open_one, meta, close_one},
        {"env", open_one, env, close_one},
        {"body", open_one, body, close_one},
        {"huge", open_one, body, close_one},
        {"search", open_one, search, close_one},
        {"list", open_one, list, close_one},
        {"noop", open_one, noop, close_one},
        {"noop-piped", open_one, noop_piped, close_one},
        {"append", open_one, append, close_one},
        {"appends", open_one, appends, close_one},
        {"appends-piped", open_one, appends_piped, close_one},
        {"conn", open_none, conn, NULL},
        {"idle", open_none, idle, NULL},
        {NULL, NULL, NULL, NULL},
    };
    return contest_main(argc, argv, entries);
}
