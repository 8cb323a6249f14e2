/* A connection in a libuv loop: uv_poll_t waits for its descriptor, uv_timer_t for its time.
 *
 *     tests/examples/run --show loop_libuv
 *
 * What is done without waiting is in session.h; here is the loop. */
#define _POSIX_C_SOURCE 200809L
#include "session.h"

#include <uv.h>

struct app {
    struct session session;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_poll_t *poll; /* of the descriptor fd; NULL for none */
    int fd;
};

static void step(struct app *app, int ready);

static void on_ready(uv_poll_t *poll, int status, int events) {
    int ready = (events & UV_READABLE ? IMAP_WANT_READ : 0) | (events & UV_WRITABLE ? IMAP_WANT_WRITE : 0);
    step(poll->data, status < 0 ? -1 : ready); /* -1: let the library look */
}

static void on_time(uv_timer_t *timer) {
    step(timer->data, 0);
}

static void free_poll(uv_handle_t *handle) {
    free(handle);
}

/* uv_poll_t cannot change its descriptor: each gets one of its own. */
static int follow_descriptor(struct app *app, int fd) {
    if (fd == app->fd)
        return 0;
    if (app->poll != NULL)
        uv_close((uv_handle_t *)app->poll, free_poll);
    app->poll = NULL;
    app->fd = -1;
    if (fd < 0)
        return 0;
    uv_poll_t *poll = malloc(sizeof *poll);
    int rc = poll == NULL ? UV_ENOMEM : uv_poll_init(&app->loop, poll, fd);
    if (rc != 0) {
        free(poll);
        return rc;
    }
    poll->data = app;
    app->poll = poll;
    app->fd = fd;
    return 0;
}

/* Waits for what the connection waits for now. */
static int watch(struct app *app) {
    int wants = imap_wants(app->session.conn), timeout = session_timeout(&app->session);
    int events = (wants & IMAP_WANT_READ ? UV_READABLE : 0) | (wants & IMAP_WANT_WRITE ? UV_WRITABLE : 0);
    int rc = follow_descriptor(app, imap_fd(app->session.conn));
    /* Stopped first: behind the same number may be a new descriptor, which epoll inside libuv does not know yet. */
    if (rc == 0 && app->poll != NULL)
        rc = uv_poll_stop(app->poll);
    if (rc == 0 && app->poll != NULL && events != 0)
        rc = uv_poll_start(app->poll, events, on_ready);
    uv_update_time(&app->loop);
    if (rc == 0)
        rc = timeout < 0 ? uv_timer_stop(&app->timer) : uv_timer_start(&app->timer, on_time, (uint64_t)timeout, 0);
    return rc;
}

static void stop(struct app *app) {
    if (app->poll != NULL)
        uv_close((uv_handle_t *)app->poll, free_poll);
    app->poll = NULL;
    uv_close((uv_handle_t *)&app->timer, NULL);
}

static void step(struct app *app, int ready) {
    int goes_on = session_step(&app->session, ready), rc = goes_on ? watch(app) : 0;
    if (rc != 0)
        fprintf(stderr, "libuv: %s\n", uv_strerror(rc));
    if (!goes_on || rc != 0)
        stop(app);
}

int main(void) {
    struct app app = {.session = {.mailbox = "INBOX", .idle_ms = 50}, .fd = -1};
    const char *host = setting("IMAP_HOST", "localhost");
    if (uv_loop_init(&app.loop) != 0)
        return EXIT_FAILURE;
    int good = uv_timer_init(&app.loop, &app.timer) == 0;
    app.timer.data = &app;
    if (session_begin(&app.session, host, port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT))
        step(&app, 0);
    else
        stop(&app);
    good = uv_run(&app.loop, UV_RUN_DEFAULT) == 0 && good;
    good = session_end(&app.session) && good;
    return uv_loop_close(&app.loop) == 0 && good ? EXIT_SUCCESS : EXIT_FAILURE;
}
