/* Many commands in flight: the figures of all mailboxes for the price of one round trip, results in the order in which
 * they come or in any other, one that is taken back.
 *
 *     tests/examples/run --show pipeline
 *
 * Which commands may be on the wire together is the library's concern. */
#include "support.h"

#define MOST 20

/* A STATUS of each mailbox, all sent together. The names go back as the server wrote them. */
static int figures(imap_conn *conn) {
    imap_response *list, *answer;
    imap_list_entry m;
    imap_status_data s;
    uint32_t ids[MOST];
    size_t count = 0;
    unsigned messages = 0, unseen = 0;
    int good = went(conn, "list", imap_cmd_list(conn, "", "*", &list), IMAP_OK) &&
        went(conn, "queue begin", imap_queue_begin(conn), IMAP_OK);
    for (size_t i = 0; good && i < imap_response_row_count(list) && count < MOST; i++) {
        if (imap_list_get(imap_response_row(list, i), &m, sizeof m) != IMAP_OK ||
            m.attributes & (IMAP_ATTRIBUTE_NOSELECT | IMAP_ATTRIBUTE_NONEXISTENT))
            continue;
        const imap_arg args[] = {
            {m.name, m.name_len, IMAP_ARG_MAILBOX_RAW, 0}, {"(MESSAGES UNSEEN)", 17, IMAP_ARG_RAW, 0}};
        good = imap_submit(conn, "STATUS", args, 2, &ids[count]) == IMAP_QUEUED;
        count += (size_t)good;
    }
    imap_response_free(list);
    good = good && went(conn, "queue end", imap_queue_end(conn), IMAP_OK);
    for (size_t i = count; i-- > 0;) { /* the last one first: any order will do */
        int rc = imap_wait(conn, ids[i], -1, &answer);
        if (rc == IMAP_OK && imap_status_get(imap_response_row(answer, 0), &s, sizeof s) == IMAP_OK) {
            messages += s.messages;
            unseen += s.unseen;
        }
        imap_response_free(answer);
        good = good && rc == IMAP_OK;
    }
    printf("  %u mailboxes, %u messages, %u of them unseen\n", (unsigned)count, messages, unseen);
    return good;
}

/* Each command has an outcome of its own; between begin and end every imap_cmd_ function only queues. */
static int as_they_come(imap_conn *conn) {
    imap_response *answer;
    uint32_t ids[4], id;
    const char *const names[] = {"create Example", "append", "status Nowhere", "delete Example"};
    const char *text = "Subject: queued\r\n\r\nText.\r\n";
    int good = imap_queue_begin(conn) == IMAP_OK, rc;
    good = good && imap_cmd_create(conn, "Example", NULL) == IMAP_QUEUED;
    ids[0] = imap_last_id(conn);
    good = good && imap_cmd_append(conn, "Example", NULL, NULL, text, strlen(text), 0, NULL) == IMAP_QUEUED;
    ids[1] = imap_last_id(conn);
    good = good && imap_cmd_status(conn, "Nowhere", "MESSAGES", NULL) == IMAP_QUEUED;
    ids[2] = imap_last_id(conn);
    good = good && imap_cmd_delete(conn, "Example", NULL) == IMAP_QUEUED;
    ids[3] = imap_last_id(conn);
    good = imap_queue_end(conn) == IMAP_OK && good;
    while ((rc = imap_completed(conn, -1, &id)) == IMAP_OK) {
        int one = imap_wait(conn, id, 0, &answer);
        for (int i = 0; i < 4; i++) {
            if (ids[i] != id)
                continue;
            printf("  %s: %s\n", names[i], outcome(one));
            good = good && one == (i == 2 ? IMAP_NO : IMAP_OK);
        }
        imap_response_free(answer);
    }
    return good && rc == IMAP_END;
}

/* Not wanted any more: its answer is read past, and the connection stays in step. */
static int taken_back(imap_conn *conn) {
    uint32_t kept, dropped, id;
    imap_response *answer = NULL;
    int good = went(conn, "examine INBOX", imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, NULL), IMAP_OK) &&
        imap_submit_text(conn, "FETCH 1:* (BODY.PEEK[])", &dropped) == IMAP_QUEUED &&
        imap_submit_text(conn, "SEARCH ALL", &kept) == IMAP_QUEUED &&
        went(conn, "discard the fetch", imap_discard(conn, dropped), IMAP_OK) &&
        went(conn, "wait for the search", imap_wait(conn, kept, -1, &answer), IMAP_OK);
    print_items(answer, NULL);
    imap_response_free(answer);
    return good && went(conn, "noop", imap_cmd_noop(conn, NULL), IMAP_OK) && imap_completed(conn, 0, &id) == IMAP_END;
}

int main(void) {
    imap_conn *conn = NULL;
    int good = open_server(&conn) && log_in(conn) && heading("all mailboxes in one go") && figures(conn) &&
        heading("results as they come") && as_they_come(conn) && heading("taken back") && taken_back(conn);
    return finish(conn, good);
}
