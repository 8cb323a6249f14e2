/* A connection in a GLib main loop: a GSource of its own, with the descriptor by g_source_add_unix_fd and the time by
 * g_source_set_ready_time. GTK and GNOME programs have this loop.
 *
 *     tests/examples/run --show loop_glib
 *
 * What is done without waiting is in session.h; here is the loop. */
#define _POSIX_C_SOURCE 200809L
#include "session.h"

#include <glib-unix.h>

struct source {
    GSource base; /* first: GLib allocates the whole */
    struct session *session;
    GMainLoop *loop;
    gpointer tag; /* of the descriptor fd; NULL for none */
    int fd;
};

/* Waits for what the connection waits for now. */
static void watch(struct source *source) {
    imap_conn *conn = source->session->conn;
    int wants = imap_wants(conn), fd = imap_fd(conn), timeout = session_timeout(source->session);
    GIOCondition condition = (wants & IMAP_WANT_READ ? G_IO_IN : 0) | (wants & IMAP_WANT_WRITE ? G_IO_OUT : 0);
    if (fd != source->fd) {
        if (source->tag != NULL)
            g_source_remove_unix_fd(&source->base, source->tag);
        source->tag = fd >= 0 ? g_source_add_unix_fd(&source->base, fd, condition) : NULL;
        source->fd = fd;
    } else if (source->tag != NULL) {
        g_source_modify_unix_fd(&source->base, source->tag, condition);
    }
    g_source_set_ready_time(&source->base, timeout < 0 ? -1 : g_get_monotonic_time() + (gint64)timeout * 1000);
}

/* Called when the descriptor is ready or the time has come. */
static gboolean step(GSource *base, GSourceFunc callback, gpointer data) {
    struct source *source = (struct source *)base;
    GIOCondition seen = source->tag != NULL ? g_source_query_unix_fd(base, source->tag) : 0;
    int broken = (seen & (G_IO_ERR | G_IO_HUP | G_IO_NVAL)) != 0;
    int ready = (seen & G_IO_IN ? IMAP_WANT_READ : 0) | (seen & G_IO_OUT ? IMAP_WANT_WRITE : 0);
    (void)callback;
    (void)data;
    if (session_step(source->session, broken ? -1 : ready)) { /* -1: let the library look */
        watch(source);
        return G_SOURCE_CONTINUE;
    }
    g_main_loop_quit(source->loop);
    return G_SOURCE_REMOVE;
}

int main(void) {
    static GSourceFuncs functions = {.dispatch = step};
    struct session session = {.mailbox = "INBOX", .idle_ms = 50};
    const char *host = setting("IMAP_HOST", "localhost");
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    struct source *source = (struct source *)g_source_new(&functions, sizeof *source);
    source->session = &session;
    source->loop = loop;
    source->fd = -1;
    g_source_attach(&source->base, NULL);
    if (session_begin(&session, host, port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT)) {
        watch(source);
        g_main_loop_run(loop);
    }
    g_source_destroy(&source->base);
    g_source_unref(&source->base);
    g_main_loop_unref(loop);
    return session_end(&session) ? EXIT_SUCCESS : EXIT_FAILURE;
}
