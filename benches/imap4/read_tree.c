#include "read.h"

#include "../server/formula.h"
#include <string.h>

static uint64_t number_of(const imap_response *row, uint32_t node) {
    uint64_t number;
    if (imap_node_number(row, node, &number) != IMAP_OK)
        fail("not a number where one must be");
    return number;
}

static const char *text_of(const imap_response *row, uint32_t node, size_t *len) {
    const char *text;
    int rc = imap_node_text(row, node, &text, len);
    if (rc != IMAP_OK && rc != IMAP_END) /* IMAP_END is NIL */
        fail("no text where one must be");
    return text;
}

static uint32_t items_of(const imap_response *row) {
    return imap_node_at(row, IMAP_ROOT, 2);
}

void read_meta(struct job *job, const imap_response *row) {
    uint32_t items = items_of(row);
    int64_t seconds;
    int offset_min;
    size_t len;
    const char *date = text_of(row, imap_node_find(row, items, "INTERNALDATE"), &len);
    if (imap_internaldate_parse(date, len, &seconds, &offset_min) != IMAP_OK)
        fail("not a date: %s", date);
    job->check += number_of(row, imap_node_find(row, items, "UID"));
    job->check += number_of(row, imap_node_find(row, items, "RFC822.SIZE"));
    job->deep += (uint64_t)(seconds - DATE_BASE);
    uint32_t flag = imap_node_first(row, imap_node_find(row, items, "FLAGS"));
    for (; flag != 0; flag = imap_node_next(row, flag)) {
        const char *name = text_of(row, flag, &len);
        job->deep += len == 5 && memcmp(name, "\\Seen", 5) == 0;
    }
    job->has_check = job->has_deep = 1;
}

void read_env(struct job *job, const imap_response *row) {
    uint32_t items = items_of(row);
    job->check += number_of(row, imap_node_find(row, items, "UID"));
    uint32_t to = imap_node_at(row, imap_node_find(row, items, "ENVELOPE"), 5);
    uint32_t address = to != 0 ? imap_node_first(row, to) : 0;
    for (; address != 0; address = imap_node_next(row, address)) {
        uint32_t mailbox = imap_node_at(row, address, 2);
        const char *text, *host;
        size_t len, host_len;
        text = text_of(row, mailbox, &len);
        host = text_of(row, imap_node_next(row, mailbox), &host_len);
        if (text != NULL && host != NULL)
            job->check += len + host_len;
    }
    job->has_check = 1;
}

void read_body(struct job *job, const imap_response *row) {
    size_t len;
    const char *octets = text_of(row, imap_node_find(row, items_of(row), "BODY[]"), &len);
    job->check += len + (uint64_t)octets[len - 3];
    job->has_check = 1;
}

void read_huge(struct job *job, const imap_response *row) {
    size_t len;
    const char *octets = text_of(row, imap_node_find(row, items_of(row), "BODY[]"), &len);
    blocks_check(job, 0, octets, len);
}

void read_search(struct job *job, const imap_response *row) {
    uint32_t node = imap_node_next(row, imap_node_first(row, IMAP_ROOT));
    for (; node != 0; node = imap_node_next(row, node)) {
        job->check += number_of(row, node);
        job->count++;
    }
    job->has_check = 1;
}

void read_list(struct job *job, const imap_response *row) {
    size_t len;
    text_of(row, imap_node_at(row, IMAP_ROOT, 3), &len);
    job->check += len;
    job->has_check = 1;
}
