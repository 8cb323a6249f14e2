/* See calls_look in calls.h. */
#include "calls.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { NODES = 24, ROWS = 4, TURNS = 40 };

typedef struct look {
  uint64_t print;
} look;

static void number(look *self, uint64_t value) {
  self->print = (self->print ^ value) * 1099511628211u;
}

/* Every octet is read, by a function that sanitizers watch in programs they did not compile. */
static void octets(look *self, const char *ptr, size_t len, int has_nul) {
  char piece[256];
  number(self, len);
  if (ptr == NULL) {
    HOLDS(len == 0);
    return;
  }
  if (has_nul)
    HOLDS(ptr[len] == '\0');
  for (size_t at = 0; at < len; at += sizeof piece) {
    size_t n = len - at < sizeof piece ? len - at : sizeof piece;
    memcpy(piece, ptr + at, n);
    for (size_t i = 0; i < n; i++)
      number(self, (unsigned char)piece[i]);
  }
}

/* Structs by the size a caller gives: none, too small, right, and that of a later version. */
#define GET(self, type, call) \
  do { \
    static const size_t sizes[] = {sizeof(type), 0, 8, sizeof(type) - 1, sizeof(type) + 64}; \
    for (size_t s = 0; s < COUNT_OF(sizes); s++) { \
      struct { \
        type it; \
        char more[64]; \
      } place; \
      type *out = &place.it; \
      size_t size = sizes[s]; \
      memset(&place, 0x5a, sizeof place); \
      int rc = (call); \
      HOLDS(rc == IMAP_OK || rc == IMAP_END || rc == IMAP_ERR_ARGUMENT); \
      HOLDS(size >= sizeof(type) || rc != IMAP_OK || out->size <= size); \
      HOLDS(place.more[63] == 0x5a || size > sizeof(type)); \
      number(self, (uint64_t)rc); \
    } \
  } while (0)

static void text(look *self, const imap_response *r, uint32_t node) {
  const char *ptr;
  size_t len;
  uint64_t value;
  number(self, (uint64_t)imap_node_kind(r, node));
  if (imap_node_text(r, node, &ptr, &len) == IMAP_OK)
    octets(self, ptr, len, 1);
  else
    HOLDS(ptr == NULL && len == 0);
  if (imap_node_raw(r, node, &ptr, &len) == IMAP_OK)
    octets(self, ptr, len, 0);
  if (imap_node_number(r, node, &value) == IMAP_OK)
    number(self, value);
}

static void look_at_node(look *self, const imap_response *r, uint32_t node) {
  char buf[64];
  size_t needed;
  uint32_t cursor = 0, first, last, found;
  const char *ptr;
  size_t len;
  text(self, r, node);
  number(self, imap_node_first(r, node));
  number(self, imap_node_next(r, node));
  number(self, imap_node_count(r, node));
  number(self, imap_node_at(r, node, 3));
  number(self, imap_node_find(r, node, "FLAGS"));
  GET(self, imap_envelope, imap_envelope_get(r, node, out, size));
  GET(self, imap_address, imap_address_get(r, node, out, size));
  GET(self, imap_part, imap_part_get(r, node, out, size));
  GET(self, imap_param, imap_param_get(r, node, out, size));
  GET(self, imap_thread_node, imap_thread_get(r, node, out, size));
  number(self, (uint64_t)imap_part_find(r, node, "1.2", &found));
  imap_part_number(r, node, found, buf, sizeof buf);
  imap_part_number(r, found, node, buf, 2);
  imap_part_search(r, node, node / 2, "text/*", NULL, &found);
  imap_part_search_all(r, node, NULL, "attachment", &found, 1, &needed);
  if (imap_param_find(r, node, "filename", buf, sizeof buf, &needed) == IMAP_OK)
    octets(self, buf, strlen(buf), 1);
  for (int i = 0; i < TURNS && imap_set_next(r, node, &cursor, &first, &last) == IMAP_OK; i++) {
    HOLDS(first <= last);
    number(self, first ^ last);
  }
  cursor = 0;
  for (int i = 0; i < TURNS && imap_word_next(r, node, &cursor, &ptr, &len) == IMAP_OK; i++)
    octets(self, ptr, len, 1);
  imap_entry entry;
  cursor = 0;
  for (int i = 0; i < TURNS && imap_pair_next(r, node, &cursor, &entry, sizeof entry) == IMAP_OK; i++)
    octets(self, entry.name, entry.name_len, 1);
}

static void look_at_line(look *self, const imap_response *r) {
  const char *ptr, *more;
  size_t len, more_len;
  uint32_t value = 0, cursor;
  uint64_t modseq;
  const uint32_t *numbers;
  const imap_copied *ranges;
  number(self, (uint64_t)imap_response_status(r) << 8 | (uint64_t)imap_response_kind(r));
  octets(self, imap_response_name(r), strlen(imap_response_name(r)), 1);
  imap_response_number(r, &value);
  number(self, value);
  number(self, imap_response_arrival(r));
  number(self, (uint64_t)imap_response_malformed(r));
  if (imap_response_text(r, &ptr, &len) == IMAP_OK)
    octets(self, ptr, len, 1);
  if (imap_response_message(r, &ptr, &len) == IMAP_OK)
    octets(self, ptr, len, 1);
  if (imap_response_code(r, &ptr, &len, &more, &more_len) == IMAP_OK) {
    octets(self, ptr, len, 1);
    octets(self, more, more_len, 1);
  }
  if (imap_response_raw(r, &ptr, &len) == IMAP_OK)
    octets(self, ptr, len, 0);
  for (size_t i = 0; i < TURNS && imap_response_item(r, NULL, i, &ptr, &len, &more, &more_len) == IMAP_OK; i++) {
    octets(self, ptr, len, 1);
    octets(self, more, more_len, 1);
  }
  number(self, imap_response_item_count(r, NULL) + imap_response_item_count(r, "FETCH"));
  GET(self, imap_fetch, imap_fetch_get(r, out, size));
  GET(self, imap_section, imap_section_find(r, "BODY[]", out, size));
  GET(self, imap_list_entry, imap_list_get(r, out, size));
  GET(self, imap_mailbox, imap_mailbox_get(r, out, size));
  GET(self, imap_status_data, imap_status_get(r, out, size));
  GET(self, imap_esearch, imap_esearch_get(r, out, size));
  GET(self, imap_vanished, imap_vanished_get(r, out, size));
  GET(self, imap_code, imap_code_get(r, out, size));
  GET(self, imap_rights, imap_rights_get(r, out, size));
  imap_section section;
  for (uint32_t i = 0; i < TURNS && imap_section_get(r, i, &section, sizeof section) == IMAP_OK; i++) {
    octets(self, section.item, section.item_len, 0);
    octets(self, section.ptr, section.len, 1);
  }
  imap_fetch fetch;
  if (imap_fetch_get(r, &fetch, sizeof fetch) == IMAP_OK)
    number(self, fetch.uid ^ (uint64_t)fetch.has << 32);
  if (imap_numbers_get(r, &numbers, &len) == IMAP_OK)
    octets(self, (const char *)numbers, len * sizeof *numbers, 0);
  if (imap_search_modseq(r, &modseq) == IMAP_OK)
    number(self, modseq);
  if (imap_copyuid_get(r, &ranges, &len) == IMAP_OK)
    octets(self, (const char *)ranges, len * sizeof *ranges, 0);
  imap_copyuid_map(r, 2, &value);
  if (imap_quota_root(r, &ptr, &len) == IMAP_OK)
    octets(self, ptr, len, 1);
  cursor = 0;
  for (int i = 0; i < TURNS; i++) {
    imap_namespace_entry entry;
    if (imap_namespace_next(r, i % 5 - 1, &cursor, &entry, sizeof entry) == IMAP_OK)
      octets(self, entry.prefix, entry.prefix_len, 1);
  }
  imap_quota quota;
  imap_rights rights;
  imap_entry entry;
  cursor = 0;
  for (int i = 0; i < TURNS && imap_quota_next(r, &cursor, &quota, sizeof quota) == IMAP_OK; i++)
    octets(self, quota.name, quota.name_len, 1);
  cursor = 0;
  for (int i = 0; i < TURNS && imap_acl_next(r, &cursor, &rights, sizeof rights) == IMAP_OK; i++)
    octets(self, rights.rights, rights.rights_len, 1);
  cursor = 0;
  for (int i = 0; i < TURNS && imap_entry_next(r, &cursor, &entry, sizeof entry) == IMAP_OK; i++)
    octets(self, entry.value, entry.value_len, 1);
}

static void look_at_all(look *self, const imap_response *r) {
  look_at_line(self, r);
  look_at_node(self, r, (uint32_t)IMAP_ROOT);
  for (uint32_t node = 0; node < NODES; node++) {
    if (node > 8 && imap_node_kind(r, node) == IMAP_NODE_NONE)
      break;
    look_at_node(self, r, node);
  }
  look_at_node(self, r, 0x7fffffff);
}

uint64_t calls_look(const imap_response *response) {
  look self = {1469598103934665603u};
  size_t rows = imap_response_row_count(response);
  look_at_all(&self, response);
  number(&self, rows);
  for (size_t i = 0; i < rows && i < ROWS; i++)
    look_at_all(&self, imap_response_row(response, i));
  HOLDS(imap_response_row(response, rows) == NULL && imap_response_row(response, SIZE_MAX) == NULL);
  return self.print;
}
