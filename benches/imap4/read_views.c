#include "read.h"

#include "../server/formula.h"

static void fetch_of(const imap_response *row, imap_fetch *fetch) {
    if (imap_fetch_get(row, fetch, sizeof *fetch) != IMAP_OK || fetch->malformed != 0)
        fail("not a FETCH as it must be");
}

void read_meta(struct job *job, const imap_response *row) {
    imap_fetch fetch;
    fetch_of(row, &fetch);
    job->check += fetch.uid + fetch.rfc822_size;
    job->deep += (uint64_t)(fetch.internaldate - DATE_BASE) + ((fetch.flags & IMAP_SEEN) != 0);
    job->has_check = job->has_deep = 1;
}

void read_env(struct job *job, const imap_response *row) {
    imap_fetch fetch;
    imap_envelope envelope;
    imap_address address;
    fetch_of(row, &fetch);
    if (imap_envelope_get(row, fetch.envelope, &envelope, sizeof envelope) != IMAP_OK)
        fail("no envelope where one must be");
    job->check += fetch.uid;
    for (uint32_t n = envelope.to; imap_address_get(row, n, &address, sizeof address) == IMAP_OK; n = address.next)
        if (address.mailbox != NULL && address.host != NULL)
            job->check += address.mailbox_len + address.host_len;
    job->has_check = 1;
}

static void section_of(const imap_response *row, imap_section *section) {
    if (imap_section_get(row, 0, section, sizeof *section) != IMAP_OK || section->ptr == NULL)
        fail("no section where one must be");
}

void read_body(struct job *job, const imap_response *row) {
    imap_section section;
    section_of(row, &section);
    job->check += section.len + (uint64_t)section.ptr[section.len - 3];
    job->has_check = 1;
}

void read_huge(struct job *job, const imap_response *row) {
    imap_section section;
    section_of(row, &section);
    blocks_check(job, 0, section.ptr, section.len);
}

void read_search(struct job *job, const imap_response *row) {
    const uint32_t *numbers;
    size_t count;
    if (imap_numbers_get(row, &numbers, &count) != IMAP_OK)
        fail("no numbers where some must be");
    for (size_t i = 0; i < count; i++)
        job->check += numbers[i];
    job->count += count;
    job->has_check = 1;
}

void read_list(struct job *job, const imap_response *row) {
    const char *name;
    size_t len;
    if (imap_node_text(row, imap_node_at(row, IMAP_ROOT, 3), &name, &len) != IMAP_OK)
        fail("no name where one must be");
    job->check += len;
    job->has_check = 1;
}
