/* A thousand connections in one thread, over epoll: each logs in, fetches from a mailbox and idles; when all of them
 * idle, all of them leave.
 *
 *     loop_epoll PORT COUNT MAILBOX     a server in clear on 127.0.0.1; the limit of descriptors must allow COUNT more
 *     tests/examples/run --show loop_epoll
 *
 * What is done without waiting is in session.h; here is the loop. */
#define _POSIX_C_SOURCE 200809L
#include "session.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

struct client {
    struct session session;
    int64_t due; /* when to take a step though nothing was seen; -1 for never */
    int goes_on;
};

struct crowd {
    struct client *clients;
    int count, running, idling;
    int poller;
};

/* Tells epoll what the client waits for. A closed descriptor has left epoll by itself, and a new one may have its
 * number: so what cannot be changed is added. */
static int watch(struct crowd *crowd, struct client *client) {
    imap_conn *conn = client->session.conn;
    int wants = imap_wants(conn), fd = imap_fd(conn), timeout = session_timeout(&client->session);
    struct epoll_event event = {0};
    client->due = timeout < 0 ? -1 : now_ms() + timeout;
    event.events = (wants & IMAP_WANT_READ ? EPOLLIN : 0u) | (wants & IMAP_WANT_WRITE ? EPOLLOUT : 0u);
    event.data.ptr = client;
    if (fd < 0 || epoll_ctl(crowd->poller, EPOLL_CTL_MOD, fd, &event) == 0)
        return 1;
    return errno == ENOENT && epoll_ctl(crowd->poller, EPOLL_CTL_ADD, fd, &event) == 0;
}

static int step(struct crowd *crowd, struct client *client, int ready) {
    int was_idling = client->session.stage == IDLING;
    client->goes_on = session_step(&client->session, ready);
    crowd->idling += (client->session.stage == IDLING) - was_idling;
    crowd->running -= !client->goes_on;
    return client->goes_on ? watch(crowd, client) : client->session.is_good;
}

static int begin(struct crowd *crowd, struct client *client, int port, const char *mailbox) {
    client->session.mailbox = mailbox;
    client->session.idle_ms = -1;
    client->session.is_quiet = 1;
    client->goes_on = session_begin(&client->session, "127.0.0.1", port, IMAP_TLS_NONE);
    if (!client->goes_on)
        return 0;
    crowd->running++;
    return step(crowd, client, 0);
}

/* Steps of those whose time has come. A heap of deadlines would find them sooner; ten times a second this costs nothing
 * worth naming. */
static int on_time(struct crowd *crowd) {
    int64_t now = now_ms();
    int good = 1;
    for (int i = 0; i < crowd->count; i++) {
        struct client *client = &crowd->clients[i];
        if (client->goes_on && client->due >= 0 && client->due <= now)
            good = step(crowd, client, 0) && good;
    }
    return good;
}

/* All idle at the same time: enough. */
static int leave(struct crowd *crowd) {
    int good = 1;
    printf("%d connections idle at the same time\n", crowd->idling);
    crowd->idling = 0;
    for (int i = 0; i < crowd->count; i++) {
        session_enough(&crowd->clients[i].session);
        good = step(crowd, &crowd->clients[i], 0) && good;
    }
    return good;
}

static int run(struct crowd *crowd) {
    struct epoll_event seen[64];
    int good = 1;
    int64_t tick = now_ms() + 100;
    while (good && crowd->running > 0) {
        int n = epoll_wait(crowd->poller, seen, 64, 100);
        for (int i = 0; good && i < n; i++) {
            struct client *client = seen[i].data.ptr;
            uint32_t events = seen[i].events;
            /* Errors and hang-ups count as both. */
            int ready = (events & ~(uint32_t)EPOLLOUT ? IMAP_WANT_READ : 0) |
                (events & ~(uint32_t)EPOLLIN ? IMAP_WANT_WRITE : 0);
            good = !client->goes_on || step(crowd, client, ready);
        }
        if (good && now_ms() >= tick) {
            good = on_time(crowd);
            tick = now_ms() + 100;
        }
        if (good && crowd->idling == crowd->count)
            good = leave(crowd);
    }
    return good;
}

int main(int argc, char **argv) {
    struct crowd crowd = {0};
    unsigned rows = 0;
    int well = 0;
    if (argc != 4 || atoi(argv[1]) <= 0 || atoi(argv[2]) <= 0) {
        fprintf(stderr, "usage: loop_epoll PORT COUNT MAILBOX\n");
        return 2;
    }
    crowd.count = atoi(argv[2]);
    crowd.clients = crowd.count > 0 ? calloc((size_t)crowd.count, sizeof *crowd.clients) : NULL;
    crowd.poller = epoll_create1(EPOLL_CLOEXEC);
    int good = crowd.clients != NULL && crowd.poller >= 0;
    for (int i = 0; good && i < crowd.count; i++)
        good = begin(&crowd, &crowd.clients[i], atoi(argv[1]), argv[3]);
    good = good && run(&crowd);
    for (int i = 0; crowd.clients != NULL && i < crowd.count; i++) {
        rows += crowd.clients[i].session.rows;
        well += session_end(&crowd.clients[i].session);
    }
    printf("%d sessions went well, %u messages were seen\n", well, rows);
    free(crowd.clients);
    if (crowd.poller >= 0)
        close(crowd.poller);
    return good && well == crowd.count ? EXIT_SUCCESS : EXIT_FAILURE;
}
