/* imap_response_parse: one response from memory, without a connection. */
#include "kit.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse(const char *text, imap_response **out, size_t *used) {
  return imap_response_parse(text, strlen(text), NULL, out, used);
}

static void all_views_work_on_what_was_parsed(void) {
  const char *text = "* 7 FETCH (UID 9 FLAGS (\\Seen) ENVELOPE (NIL \"hi\" ((\"A\" NIL \"a\" \"b.c\")) NIL NIL NIL NIL NIL NIL NIL)"
                     " BODY[TEXT] {5}\r\na\r\nb) X-Y 3)\r\n* 8 EXISTS\r\n";
  imap_response *r = NULL;
  size_t used = 0;
  REQUIRE(CHECK_RC(parse(text, &r, &used), IMAP_OK));
  CHECK_INT(used, strlen(text) - strlen("* 8 EXISTS\r\n"));
  CHECK_STR(imap_response_name(r), "FETCH");
  CHECK_INT(imap_response_kind(r), IMAP_KIND_FETCH);
  CHECK_INT(imap_response_arrival(r), 0);
  CHECK_INT(imap_response_row_count(r), 0);
  CHECK_INT(imap_response_malformed(r), 0);
  imap_fetch fetch;
  CHECK_RC(imap_fetch_get(r, &fetch, sizeof fetch), IMAP_OK);
  CHECK_INT(fetch.seq, 7);
  CHECK_INT(fetch.uid, 9);
  CHECK_INT(fetch.flags, IMAP_SEEN);
  imap_envelope envelope;
  imap_address address;
  CHECK_RC(imap_envelope_get(r, fetch.envelope, &envelope, sizeof envelope), IMAP_OK);
  CHECK_OCTETS(envelope.subject, envelope.subject_len, "hi");
  CHECK_RC(imap_address_get(r, envelope.from, &address, sizeof address), IMAP_OK);
  CHECK_OCTETS(address.mailbox, address.mailbox_len, "a");
  imap_section section;
  CHECK_RC(imap_section_get(r, 0, &section, sizeof section), IMAP_OK);
  CHECK_OCTETS(section.ptr, section.len, "a\r\nb)");
  const char *ptr;
  size_t len;
  CHECK_RC(imap_response_raw(r, &ptr, &len), IMAP_OK);
  CHECK(len == used && memcmp(ptr, text, len) == 0);
  uint32_t list = imap_node_at(r, IMAP_ROOT, 2);
  CHECK(imap_node_find(r, list, "X-Y") != 0);
  CHECK_INT(imap_response_item_count(r, "FETCH"), 2);
  imap_response_free(r);
  text += used;
  REQUIRE(CHECK_RC(parse(text, &r, &used), IMAP_OK));
  CHECK_INT(used, strlen(text));
  CHECK_STR(imap_response_name(r), "EXISTS");
  imap_response_free(r);
}

static void statuses_and_tagged_lines_are_responses_too(void) {
  imap_response *r = NULL;
  size_t used = 0, len;
  const char *ptr;
  REQUIRE(CHECK_RC(parse("A1 NO [TRYCREATE] no such {3}\r\n", &r, &used), IMAP_OK));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_NO);
  CHECK_RC(imap_response_message(r, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "no such {3}");
  imap_code code;
  CHECK_RC(imap_code_get(r, &code, sizeof code), IMAP_OK);
  CHECK_INT(code.kind, IMAP_CODE_TRYCREATE);
  imap_response_free(r);
}

static void octets_before_a_response_are_skipped_and_counted(void) {
  static const char text[] = "\r\n\0\0\r\n\0* 3 RECENT\r\n";
  imap_response *r = NULL;
  size_t used = 0;
  CHECK_RC(imap_response_parse(text, sizeof text - 1, NULL, &r, &used), IMAP_OK);
  CHECK_INT(used, sizeof text - 1);
  CHECK_STR(imap_response_name(r), "RECENT");
  imap_response_free(r);
  CHECK_RC(imap_response_parse(text, 6, NULL, &r, &used), IMAP_AGAIN);
  CHECK(used == 0 && r == NULL);
}

static void every_part_of_a_response_asks_for_more(void) {
  const char *text = "* LIST (\\Noselect) \"/\" {5}\r\na\r\n{1 (\"X\" {0}\r\n)\r\n";
  imap_response *r = NULL;
  size_t used, len;
  for (len = 0; len < strlen(text); len++) {
    /* A copy of its own, so that a sanitizer sees a look beyond it. */
    char *part = malloc(len + 1);
    REQUIRE(part != NULL);
    memcpy(part, text, len);
    used = 1;
    CHECK_RC(imap_response_parse(len == 0 ? NULL : part, len, NULL, &r, &used), IMAP_AGAIN);
    CHECK(used == 0 && r == NULL);
    free(part);
  }
  CHECK_RC(parse(text, &r, &used), IMAP_OK);
  CHECK_INT(used, strlen(text));
  imap_response_free(r);
}

static void literals_may_have_any_size(void) {
  const size_t size = 3000000;
  char head[64];
  int n = snprintf(head, sizeof head, "* 1 FETCH (BODY[] {%zu}\r\n", size);
  size_t len = (size_t)n + size + 3, used = 0;
  char *text = malloc(len);
  REQUIRE(text != NULL);
  memcpy(text, head, (size_t)n);
  memset(text + n, '\n', size);
  memcpy(text + len - 3, ")\r\n", 3);
  imap_response *r = NULL;
  CHECK_RC(imap_response_parse(text, len - 1, NULL, &r, &used), IMAP_AGAIN);
  REQUIRE(CHECK_RC(imap_response_parse(text, len, NULL, &r, &used), IMAP_OK));
  CHECK_INT(used, len);
  memset(text, 'x', len);
  free(text);
  imap_section section;
  CHECK_RC(imap_section_get(r, 0, &section, sizeof section), IMAP_OK);
  CHECK_INT(section.len, size);
  CHECK(section.ptr && section.ptr[0] == '\n' && section.ptr[size - 1] == '\n' && section.ptr[size] == 0);
  imap_response_free(r);
}

static void limits_are_those_of_the_options(void) {
  imap_options *options = NULL;
  imap_response *r = NULL;
  size_t used = 1;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_MAX_LITERAL, 4), IMAP_OK);
  const char *text = "* LIST () NIL {5}\r\n";
  CHECK_RC(parse(text, &r, &used), IMAP_AGAIN);
  CHECK_RC(imap_response_parse(text, strlen(text), options, &r, &used), IMAP_ERR_LIMIT);
  CHECK(used == 0 && r == NULL);
  imap_options_free(options);
}

static void what_cannot_be_framed_is_an_error(void) {
  imap_response *r = NULL;
  size_t used = 1;
  CHECK_RC(parse("* 1 EXISTS\n", &r, &used), IMAP_ERR_PROTOCOL);
  CHECK(used == 0 && r == NULL);
  CHECK_RC(parse("* LIST () NIL {9999999999999999999}\r\n", &r, &used), IMAP_ERR_PROTOCOL);
  CHECK_RC(parse("* LIST () NIL {9223372036854775807}\r\n", &r, &used), IMAP_ERR_LIMIT);
}

static void wrong_arguments_are_refused(void) {
  imap_response *r = NULL;
  size_t used = 1;
  const char *text = "* 1 EXISTS\r\n";
  uint64_t not_options[4] = {0, 0, 0, 0};
  CHECK_RC(imap_response_parse(text, strlen(text), NULL, NULL, &used), IMAP_ERR_ARGUMENT);
  CHECK_INT(used, 0);
  CHECK_RC(imap_response_parse(text, strlen(text), NULL, &r, NULL), IMAP_ERR_ARGUMENT);
  CHECK(r == NULL);
  CHECK_RC(imap_response_parse(NULL, 3, NULL, &r, &used), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_response_parse(text, strlen(text), (imap_options *)not_options, &r, &used), IMAP_ERR_HANDLE);
  CHECK(r == NULL);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(all_views_work_on_what_was_parsed),
      TEST(statuses_and_tagged_lines_are_responses_too),
      TEST(octets_before_a_response_are_skipped_and_counted),
      TEST(every_part_of_a_response_asks_for_more),
      TEST(literals_may_have_any_size),
      TEST(limits_are_those_of_the_options),
      TEST(what_cannot_be_framed_is_an_error),
      TEST(wrong_arguments_are_refused),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
