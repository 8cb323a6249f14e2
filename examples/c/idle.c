/* IDLE: a mailbox that is watched. A second connection adds a message, flags it and removes it, and the first one is
 * told as it happens; then imap_wakeup from a signal handler ends a wait.
 *
 *     tests/examples/run --show idle
 *
 * Makes the mailbox Example and deletes it again. Servers without IDLE are served by the same calls: they are asked by
 * NOOP. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <signal.h>
#include <sys/time.h>

#define PATIENCE_MS 20000

/* For the signal handler. */
static imap_conn *watched;

static void on_alarm(int number) {
    (void)number;
    imap_wakeup(watched);
}

/* An event in words; gives its kind. RECENT and the like are not worth a line here. */
static int told(const imap_response *event) {
    uint32_t number = 0;
    imap_fetch f;
    int kind = imap_response_kind(event);
    if (imap_response_number(event, &number) != IMAP_OK)
        number = 0;
    switch (kind) {
    case IMAP_KIND_EXISTS: printf("  there are %u messages now\n", (unsigned)number); break;
    case IMAP_KIND_EXPUNGE: printf("  message %u is gone\n", (unsigned)number); break;
    case IMAP_KIND_FETCH:
        if (imap_fetch_get(event, &f, sizeof f) == IMAP_OK && f.has & IMAP_FETCH_FLAGS)
            printf("  message %u is %sdeleted now\n", (unsigned)f.seq, f.flags & IMAP_DELETED ? "" : "not ");
        break;
    case IMAP_KIND_OVERFLOW: printf("  too much has happened: look anew\n"); break;
    default: break;
    }
    return kind;
}

/* Waits for an event of a kind, and tells of all that came. 0 if it does not come. */
static int watch_for(imap_conn *conn, int kind) {
    imap_response *event;
    int found = 0, rc;
    while (!found && (rc = imap_idle_wait(conn, PATIENCE_MS)) == IMAP_EVENT) {
        while (imap_event_next(conn, &event) == IMAP_OK) {
            found |= told(event) == kind;
            imap_response_free(event);
        }
    }
    return found;
}

/* What other programs do all day. */
static int changes(imap_conn *watcher, imap_conn *other) {
    const char *text = "Subject: news\r\n\r\nText.\r\n";
    int rc = imap_cmd_append(other, "Example", NULL, NULL, text, strlen(text), 0, NULL);
    return went(other, "the other one: append", rc, IMAP_OK) && watch_for(watcher, IMAP_KIND_EXISTS) &&
        went(other, "the other one: select", imap_cmd_select(other, "Example", 0, NULL), IMAP_OK) &&
        went(other, "the other one: store", imap_cmd_store(other, "1", "+FLAGS", "\\Deleted", 0, NULL), IMAP_OK) &&
        watch_for(watcher, IMAP_KIND_FETCH) &&
        went(other, "the other one: expunge", imap_cmd_expunge(other, NULL, NULL), IMAP_OK) &&
        watch_for(watcher, IMAP_KIND_EXPUNGE);
}

/* A signal handler may call imap_wakeup, and so may any thread. IDLE goes on behind it. */
static int woken(imap_conn *conn) {
    struct sigaction action = {0};
    struct itimerval soon = {{0, 0}, {0, 50000}};
    watched = conn;
    action.sa_handler = on_alarm;
    int good = sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0 &&
        went(conn, "wait without a limit", imap_idle_wait(conn, -1), IMAP_ERR_WOKEN) &&
        went(conn, "wait for 10 ms", imap_idle_wait(conn, 10), IMAP_AGAIN) &&
        went(conn, "noop while idling", imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
    action.sa_handler = SIG_DFL;
    return sigaction(SIGALRM, &action, NULL) == 0 && good;
}

int main(void) {
    imap_conn *conn = NULL, *other = NULL;
    int good = open_server(&conn) && log_in(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK) &&
        went(conn, "select", imap_cmd_select(conn, "Example", 0, NULL), IMAP_OK) && open_server(&other) &&
        log_in(other) && heading("watching") && went(conn, "idle", imap_idle_begin(conn), IMAP_OK) &&
        changes(conn, other) && heading("woken") && woken(conn) && heading("the end") &&
        went(conn, "end idle", imap_idle_end(conn), IMAP_OK) &&
        went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK) &&
        went(conn, "unselect", imap_cmd_unselect(conn, NULL), IMAP_OK) &&
        went(other, "unselect", imap_cmd_unselect(other, NULL), IMAP_OK) &&
        went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK);
    good = finish(other, good) == EXIT_SUCCESS;
    return finish(conn, good);
}
