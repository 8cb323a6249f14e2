/* An event loop by poll(): opening, TLS, login, FETCH and IDLE without a call that waits, but for poll itself.
 *
 *     tests/examples/run --show loop_poll
 *
 * What is done without waiting is in session.h; here is the loop. */
#define _POSIX_C_SOURCE 200809L
#include "session.h"

#include <poll.h>

/* Waits for what the session waits for; gives what was seen. */
static int wait_for(const struct session *s) {
    int wants = imap_wants(s->conn);
    /* Descriptors of -1 are passed over. Errors and hang-ups count as what was asked for. */
    struct pollfd fds[2] = {{imap_fd(s->conn), POLLIN, 0}, {imap_write_fd(s->conn), POLLOUT, 0}};
    if (!(wants & IMAP_WANT_READ))
        fds[0].fd = -1;
    if (!(wants & IMAP_WANT_WRITE))
        fds[1].fd = -1;
    if (poll(fds, 2, session_timeout(s)) <= 0) /* the time is over, or a signal came */
        return 0;
    return (fds[0].revents ? IMAP_WANT_READ : 0) | (fds[1].revents ? IMAP_WANT_WRITE : 0);
}

int main(void) {
    struct session s = {.mailbox = "INBOX", .idle_ms = 50};
    const char *host = setting("IMAP_HOST", "localhost");
    int goes_on = session_begin(&s, host, port_setting("IMAPS_PORT", "993"), IMAP_TLS_IMPLICIT);
    while (goes_on)
        goes_on = session_step(&s, wait_for(&s));
    return session_end(&s) ? EXIT_SUCCESS : EXIT_FAILURE;
}
