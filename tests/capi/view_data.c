/* The typed views of untagged data other than FETCH, through the header: what each function gives, what it gives of
 * other responses, and what it does with NULL and small structs. The forms that servers send are tested in Rust. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The response with this untagged line, by the name it is filed under. */
static imap_response *row_of(const char *name, const char *line) {
  wire *server;
  imap_response *filed = NULL, *row = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, line, NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_untagged(conn, name, &filed), IMAP_OK);
  CHECK_INT(imap_response_row_count(filed), 1);
  CHECK_RC(imap_response_keep(imap_response_row(filed, 0), &row), IMAP_OK);
  imap_response_free(filed);
  wire_close(server, conn);
  return row;
}

/* The result of a command that is answered so. */
static imap_response *result_of(const char *tagged) {
  wire *server;
  imap_response *result = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, NULL, tagged);
  CHECK(imap_cmd_noop(conn, &result) >= 0);
  wire_close(server, conn);
  return result;
}

/* A text of a struct: these octets and a NUL behind them. */
static void check_text(const char *ptr, size_t len, const char *want) {
  if (!want) {
    CHECK(ptr == NULL && len == 0);
  } else if (CHECK(ptr != NULL) && CHECK_OCTETS(ptr, len, want)) {
    CHECK_INT(ptr[len], 0);
  }
}

static void check_words(const imap_response *row, uint32_t list, const char *const *want) {
  uint32_t cursor = 0;
  const char *ptr;
  size_t len;
  for (; *want; want++) {
    CHECK_RC(imap_word_next(row, list, &cursor, &ptr, &len), IMAP_OK);
    check_text(ptr, len, *want);
  }
  CHECK_RC(imap_word_next(row, list, &cursor, &ptr, &len), IMAP_END);
  check_text(ptr, len, NULL);
  CHECK_RC(imap_word_next(row, list, &cursor, &ptr, &len), IMAP_END);
}

static void kinds_have_their_numbers(void) {
  static const struct {
    const char *name, *line;
    int kind;
  } rows[] = {
      {"EXISTS", "* 3 EXISTS\r\n", IMAP_KIND_EXISTS},   {"LIST", "* list () \"/\" a\r\n", IMAP_KIND_LIST},
      {"SEARCH", "* SEARCH\r\n", IMAP_KIND_SEARCH},     {"VANISHED", "* VANISHED 5\r\n", IMAP_KIND_VANISHED},
      {"VANISHED", "* 5 VANISHED\r\n", IMAP_KIND_OTHER}, {"XFOO", "* 99 XFOO x\r\n", IMAP_KIND_OTHER},
      {"NO", "* NO warning\r\n", IMAP_KIND_NO},
  };
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    imap_response *row = row_of(rows[i].name, rows[i].line);
    CHECK_INT(imap_response_kind(row), rows[i].kind);
    imap_response_free(row);
  }
  imap_response *result = result_of("NO [CONTACTADMIN] no");
  CHECK_INT(imap_response_kind(result), IMAP_KIND_NO);
  imap_response_free(result);
  CHECK_INT(imap_response_kind(NULL), IMAP_KIND_OTHER);
}

static void a_list_has_attributes_and_names_in_two_spellings(void) {
  imap_response *row = row_of("LIST", "* LIST (\\HasNoChildren \\X \\Sent) \"/\" \"a&AOk-b\" (\"OLDNAME\" (\"&AOk-\") "
                                      "\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n");
  imap_list_entry list;
  CHECK_RC(imap_list_get(row, &list, sizeof list), IMAP_OK);
  CHECK_INT(list.size, sizeof list);
  CHECK_INT(list.attributes, IMAP_ATTRIBUTE_HASNOCHILDREN | IMAP_ATTRIBUTE_SENT | IMAP_ATTRIBUTE_OTHER);
  check_words(row, list.attribute_list, (const char *[]){"\\HasNoChildren", "\\X", "\\Sent", NULL});
  CHECK_INT(list.delimiter, '/');
  check_text(list.name, list.name_len, "a&AOk-b");
  check_text(list.name_utf8, list.name_utf8_len, "a\xc3\xa9"
                                                 "b");
  check_text(list.old_name, list.old_name_len, "&AOk-");
  check_text(list.old_name_utf8, list.old_name_utf8_len, "\xc3\xa9");
  check_words(row, list.childinfo, (const char *[]){"SUBSCRIBED", NULL});
  CHECK_INT(list.malformed, 0);
  imap_entry pair;
  uint32_t cursor = 0;
  CHECK_RC(imap_pair_next(row, list.extended, &cursor, &pair, sizeof pair), IMAP_OK);
  check_text(pair.name, pair.name_len, "OLDNAME");
  CHECK(pair.value == NULL && imap_node_kind(row, pair.value_node) == IMAP_NODE_LIST);
  imap_mailbox mailbox;
  CHECK_RC(imap_mailbox_get(row, &mailbox, sizeof mailbox), IMAP_OK);
  CHECK(mailbox.name == list.name && mailbox.name_utf8 == list.name_utf8);
  imap_response_free(row);
}

static void a_name_that_needs_no_decoding_is_not_copied(void) {
  imap_response *row = row_of("LSUB", "* LSUB () NIL INBOX\r\n");
  imap_list_entry list;
  CHECK_RC(imap_list_get(row, &list, sizeof list), IMAP_OK);
  check_text(list.name, list.name_len, "INBOX");
  CHECK(list.name == list.name_utf8 && list.delimiter == 0);
  check_text(list.old_name, list.old_name_len, NULL);
  imap_response_free(row);
}

static void status_numbers_are_there_or_not(void) {
  imap_response *row = row_of("STATUS", "* STATUS \"a\" (MESSAGES 231 UIDNEXT 4294967295 SIZE 18446744073709551615 X (y) "
                                        "APPENDLIMIT NIL MAILBOXID (F1) UNSEEN -1 DELETED-STORAGE 5000000000)\r\n");
  imap_status_data status;
  CHECK_RC(imap_status_get(row, &status, sizeof status), IMAP_OK);
  CHECK_INT(status.has, IMAP_STATUS_HAS_MESSAGES | IMAP_STATUS_HAS_UIDNEXT | IMAP_STATUS_HAS_SIZE |
                            IMAP_STATUS_HAS_APPENDLIMIT | IMAP_STATUS_HAS_MAILBOXID | IMAP_STATUS_HAS_DELETED_STORAGE);
  CHECK_INT(status.messages, 231);
  CHECK_INT(status.uidnext, UINT32_MAX);
  CHECK(status.octets == UINT64_MAX && status.appendlimit == UINT64_MAX);
  CHECK(status.deleted_storage == 5000000000u);
  CHECK(status.unseen == 0 && status.malformed == 1);
  check_text(status.mailboxid, status.mailboxid_len, "F1");
  check_text(status.name, status.name_len, "a");
  imap_response_free(row);
}

static void namespaces_are_walked_class_by_class(void) {
  imap_response *row = row_of("NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL ((\"#s&AOk-/\" \"/\" \"TRANSLATION\" (\"T\"))"
                                           "(\"#p\" NIL \"X\" (\"Y\")))\r\n");
  imap_namespace_entry entry;
  uint32_t cursor = 0;
  CHECK_RC(imap_namespace_next(row, 0, &cursor, &entry, sizeof entry), IMAP_OK);
  check_text(entry.prefix, entry.prefix_len, "");
  CHECK_RC(imap_namespace_next(row, 0, &cursor, &entry, sizeof entry), IMAP_END);
  cursor = 0;
  CHECK_RC(imap_namespace_next(row, 1, &cursor, &entry, sizeof entry), IMAP_END);
  cursor = 0;
  CHECK_RC(imap_namespace_next(row, 2, &cursor, &entry, sizeof entry), IMAP_OK);
  check_text(entry.prefix_utf8, entry.prefix_utf8_len, "#s\xc3\xa9/");
  check_text(entry.translation, entry.translation_len, "T");
  CHECK_RC(imap_namespace_next(row, 2, &cursor, &entry, sizeof entry), IMAP_OK);
  check_text(entry.prefix, entry.prefix_len, "#p");
  CHECK(entry.delimiter == 0 && imap_node_kind(row, entry.extension) == IMAP_NODE_STRING);
  CHECK_RC(imap_namespace_next(row, 2, &cursor, &entry, sizeof entry), IMAP_END);
  CHECK_RC(imap_namespace_next(row, 3, &cursor, &entry, sizeof entry), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_namespace_next(row, -1, &cursor, &entry, sizeof entry), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_namespace_next(row, 0, NULL, &entry, sizeof entry), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
}

static void numbers_of_search_and_sort(void) {
  imap_response *row = row_of("SEARCH", "* SEARCH 2 4294967295 84(MODSEQ 917162500)\r\n");
  const uint32_t *numbers;
  size_t count;
  uint64_t modseq = 0;
  CHECK_RC(imap_numbers_get(row, &numbers, &count), IMAP_OK);
  REQUIRE(count == 3);
  CHECK(numbers[0] == 2 && numbers[1] == UINT32_MAX && numbers[2] == 84);
  CHECK_RC(imap_search_modseq(row, &modseq), IMAP_OK);
  CHECK_INT(modseq, 917162500);
  CHECK_INT(imap_numbers_malformed(row), 0);
  const uint32_t *again;
  CHECK_RC(imap_numbers_get(row, &again, &count), IMAP_OK);
  CHECK(again == numbers);
  imap_response_free(row);
  row = row_of("SORT", "* SORT \r\n");
  CHECK_RC(imap_numbers_get(row, &numbers, &count), IMAP_OK);
  CHECK(numbers == NULL && count == 0);
  CHECK_RC(imap_search_modseq(row, &modseq), IMAP_END);
  CHECK_INT(modseq, 0);
  CHECK_RC(imap_numbers_get(row, NULL, &count), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
  row = row_of("SEARCH", "* SEARCH 1 -1 4294967296 3\r\n");
  CHECK_RC(imap_numbers_get(row, &numbers, &count), IMAP_OK);
  CHECK(count == 2 && numbers[0] == 1 && numbers[1] == 3);
  CHECK_INT(imap_numbers_malformed(row), 1);
  imap_response_free(row);
}

static void check_set(const imap_response *row, uint32_t node, const uint32_t (*ranges)[2], size_t count) {
  uint32_t cursor = 0, first, last;
  for (size_t i = 0; i < count; i++) {
    CHECK_RC(imap_set_next(row, node, &cursor, &first, &last), IMAP_OK);
    CHECK(first == ranges[i][0] && last == ranges[i][1]);
  }
  CHECK_RC(imap_set_next(row, node, &cursor, &first, &last), IMAP_END);
  CHECK(first == 0 && last == 0);
  CHECK_RC(imap_set_next(row, node, &cursor, &first, &last), IMAP_END);
}

static void sets_stay_ranges(void) {
  imap_response *row = row_of("VANISHED", "* VANISHED (EARLIER) 9:7,41,1:*\r\n");
  imap_vanished vanished;
  CHECK_RC(imap_vanished_get(row, &vanished, sizeof vanished), IMAP_OK);
  CHECK(vanished.is_earlier == 1 && vanished.malformed == 0);
  check_set(row, vanished.uids, (const uint32_t[][2]){{7, 9}, {41, 41}, {1, UINT32_MAX}}, 3);
  check_set(row, 0, NULL, 0);
  uint32_t cursor = 0, first;
  CHECK_RC(imap_set_next(row, vanished.uids, &cursor, &first, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_set_next(row, vanished.uids, NULL, &first, &first), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
}

static void esearch_results_by_name(void) {
  imap_response *row = row_of("ESEARCH", "* ESEARCH (TAG \"A1\") UID MIN 2 COUNT 3 ALL 2,10:11 PARTIAL (-1:-100 7) "
                                         "MODSEQ 5 ADDTO (0 3)\r\n");
  imap_esearch found;
  CHECK_RC(imap_esearch_get(row, &found, sizeof found), IMAP_OK);
  CHECK_INT(found.has, IMAP_ESEARCH_MIN | IMAP_ESEARCH_COUNT | IMAP_ESEARCH_ALL | IMAP_ESEARCH_PARTIAL |
                           IMAP_ESEARCH_MODSEQ | IMAP_ESEARCH_ADDTO);
  CHECK(found.is_uid == 1 && found.min == 2 && found.max == 0 && found.count == 3 && found.modseq == 5);
  check_text(found.tag, found.tag_len, "A1");
  check_text(found.partial_range, found.partial_range_len, "-1:-100");
  check_set(row, found.all, (const uint32_t[][2]){{2, 2}, {10, 11}}, 2);
  check_set(row, found.partial, (const uint32_t[][2]){{7, 7}}, 1);
  CHECK_INT(imap_node_count(row, found.addto), 2);
  CHECK(found.removefrom == 0 && found.malformed == 0);
  imap_response_free(row);
}

static void threads_are_a_tree(void) {
  imap_response *row = row_of("THREAD", "* THREAD (2)(3 6 (4 23)(44))((1)(5))\r\n");
  imap_thread_node two, three, six, four, none, one;
  CHECK_RC(imap_thread_get(row, IMAP_ROOT, &two, sizeof two), IMAP_OK);
  CHECK(two.number == 2 && two.child == 0);
  CHECK_RC(imap_thread_get(row, two.next, &three, sizeof three), IMAP_OK);
  CHECK_INT(three.number, 3);
  CHECK_RC(imap_thread_get(row, three.child, &six, sizeof six), IMAP_OK);
  CHECK(six.number == 6 && six.next == 0);
  CHECK_RC(imap_thread_get(row, six.child, &four, sizeof four), IMAP_OK);
  CHECK(four.number == 4 && four.child != 0 && four.next != 0);
  CHECK_RC(imap_thread_get(row, three.next, &none, sizeof none), IMAP_OK);
  CHECK(none.number == 0 && none.next == 0);
  CHECK_RC(imap_thread_get(row, none.child, &one, sizeof one), IMAP_OK);
  CHECK(one.number == 1 && one.child == 0 && one.next != 0);
  CHECK_RC(imap_thread_get(row, none.next, &one, sizeof one), IMAP_END);
  imap_response_free(row);
}

static void words_of_responses(void) {
  imap_response *row = row_of("CAPABILITY", "* CAPABILITY IMAP4rev1 1234 \r\n");
  check_words(row, IMAP_ROOT, (const char *[]){"IMAP4rev1", "1234", NULL});
  CHECK_RC(imap_word_next(row, IMAP_ROOT, NULL, NULL, NULL), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
  row = row_of("ENABLED", "* ENABLED\r\n");
  check_words(row, IMAP_ROOT, (const char *[]){NULL});
  imap_response_free(row);
  row = row_of("QUOTAROOT", "* QUOTAROOT INBOX \"\" x\r\n");
  check_words(row, IMAP_ROOT, (const char *[]){"", "x", NULL});
  imap_response_free(row);
}

static void entries_with_values_and_without(void) {
  imap_response *row = row_of("ID", "* ID (\"name\" \"x\" \"os\" NIL)\r\n");
  imap_entry entry;
  uint32_t cursor = 0;
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_OK);
  check_text(entry.name, entry.name_len, "name");
  check_text(entry.value, entry.value_len, "x");
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_OK);
  check_text(entry.value, entry.value_len, NULL);
  CHECK_INT(imap_node_kind(row, entry.value_node), IMAP_NODE_NIL);
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_END);
  CHECK(entry.size == 0 && entry.name == NULL);
  imap_response_free(row);
  row = row_of("METADATA", "* METADATA INBOX /shared/comment /private/x\r\n");
  cursor = 0;
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_OK);
  check_text(entry.name, entry.name_len, "/shared/comment");
  CHECK(entry.value_node == 0 && entry.malformed == 0);
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_OK);
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_END);
  imap_response_free(row);
  row = row_of("ANNOTATION", "* ANNOTATION \"INBOX\" \"/comment\" (\"value.priv\" \"My\")\r\n");
  uint32_t inside = cursor = 0;
  CHECK_RC(imap_entry_next(row, &cursor, &entry, sizeof entry), IMAP_OK);
  CHECK_RC(imap_pair_next(row, entry.value_node, &inside, &entry, sizeof entry), IMAP_OK);
  check_text(entry.name, entry.name_len, "value.priv");
  check_text(entry.value, entry.value_len, "My");
  imap_response_free(row);
}

static void quota_and_rights(void) {
  imap_response *row = row_of("QUOTA", "* QUOTA \"\" (STORAGE 10 18446744073709551614 MESSAGE 5 NIL)\r\n");
  imap_quota quota;
  uint32_t cursor = 0;
  const char *ptr;
  size_t len;
  CHECK_RC(imap_quota_root(row, &ptr, &len), IMAP_OK);
  check_text(ptr, len, "");
  CHECK_RC(imap_quota_next(row, &cursor, &quota, sizeof quota), IMAP_OK);
  check_text(quota.name, quota.name_len, "STORAGE");
  CHECK(quota.usage == 10 && quota.limit == UINT64_MAX - 1 && quota.has_limit == 1);
  CHECK_RC(imap_quota_next(row, &cursor, &quota, sizeof quota), IMAP_OK);
  CHECK(quota.usage == 5 && quota.limit == UINT64_MAX && quota.has_limit == 0 && quota.has_usage == 1);
  CHECK_RC(imap_quota_next(row, &cursor, &quota, sizeof quota), IMAP_END);
  imap_response_free(row);
  imap_rights rights;
  row = row_of("ACL", "* ACL \"a&AOk-\" Fred lr -x \"\"\r\n");
  imap_mailbox mailbox;
  CHECK_RC(imap_mailbox_get(row, &mailbox, sizeof mailbox), IMAP_OK);
  check_text(mailbox.name_utf8, mailbox.name_utf8_len, "a\xc3\xa9");
  cursor = 0;
  CHECK_RC(imap_acl_next(row, &cursor, &rights, sizeof rights), IMAP_OK);
  check_text(rights.identifier, rights.identifier_len, "Fred");
  check_text(rights.rights, rights.rights_len, "lr");
  CHECK_RC(imap_acl_next(row, &cursor, &rights, sizeof rights), IMAP_OK);
  check_text(rights.rights, rights.rights_len, "");
  CHECK_RC(imap_acl_next(row, &cursor, &rights, sizeof rights), IMAP_END);
  CHECK_RC(imap_rights_get(row, &rights, sizeof rights), IMAP_END);
  imap_response_free(row);
  row = row_of("LISTRIGHTS", "* LISTRIGHTS a smith la r sw\r\n");
  CHECK_RC(imap_rights_get(row, &rights, sizeof rights), IMAP_OK);
  check_text(rights.identifier, rights.identifier_len, "smith");
  check_text(rights.rights, rights.rights_len, "la");
  check_words(row, IMAP_ROOT, (const char *[]){"r", "sw", NULL});
  imap_response_free(row);
  row = row_of("MYRIGHTS", "* MYRIGHTS a lrs\r\n");
  CHECK_RC(imap_rights_get(row, &rights, sizeof rights), IMAP_OK);
  check_text(rights.identifier, rights.identifier_len, NULL);
  check_text(rights.rights, rights.rights_len, "lrs");
  imap_response_free(row);
}

static void codes_and_their_arguments(void) {
  imap_code code;
  imap_response *result = result_of("OK [COPYUID 38505 304,319:320 3956:3958] done");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  CHECK(code.kind == IMAP_CODE_COPYUID && code.number == 38505 && code.malformed == 0);
  check_text(code.name, code.name_len, "COPYUID");
  check_set(result, code.source, (const uint32_t[][2]){{304, 304}, {319, 320}}, 2);
  check_set(result, code.set, (const uint32_t[][2]){{3956, 3958}}, 1);
  const imap_copied *ranges;
  size_t count;
  CHECK_RC(imap_copyuid_get(result, &ranges, &count), IMAP_OK);
  CHECK(count == 2 && ranges[1].source == 319 && ranges[1].copy == 3957 && ranges[1].count == 2);
  uint32_t copy = 0;
  CHECK_RC(imap_copyuid_map(result, 320, &copy), IMAP_OK);
  CHECK_INT(copy, 3958);
  CHECK_RC(imap_copyuid_map(result, 305, &copy), IMAP_END);
  CHECK_INT(copy, 0);
  imap_response_free(result);
  result = result_of("NO [badcharset (US-ASCII \"[x]\")] no");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  CHECK_INT(code.kind, IMAP_CODE_BADCHARSET);
  check_words(result, code.words, (const char *[]){"US-ASCII", "[x]", NULL});
  CHECK_RC(imap_copyuid_get(result, &ranges, &count), IMAP_END);
  imap_response_free(result);
  result = result_of("OK [CAPABILITY IMAP4rev1 IDLE] done");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  check_words(result, code.words, (const char *[]){"IMAP4rev1", "IDLE", NULL});
  imap_response_free(result);
  result = result_of("NO [REFERRAL imap://a(b)@c/ x] no");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  CHECK_INT(code.kind, IMAP_CODE_REFERRAL);
  check_text(code.text, code.text_len, "imap://a(b)@c/ x");
  imap_response_free(result);
  /* Cyrus puts quotes around it; of what consists of more, and of codes that are not known, they belong to the argument. */
  static const struct {
    const char *status, *text;
  } quoted[] = {
      {"NO [BADURL \"/INBOX;\\\\UID=1\"] no", "/INBOX;\\UID=1"}, {"NO [BADURL \"\"] no", ""},
      {"NO [BADURL \"a\" b] no", "\"a\" b"},                     {"NO [BADURL (\"a\")] no", "(\"a\")"},
      {"NO [XUNKNOWN \"a\"] no", "\"a\""},
  };
  for (size_t i = 0; i < COUNT_OF(quoted); i++) {
    result = result_of(quoted[i].status);
    CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
    check_text(code.text, code.text_len, quoted[i].text);
    CHECK_INT(code.malformed, 0);
    imap_response_free(result);
  }
  result = result_of("OK [XUNKNOWN (a) b] done");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  CHECK(code.kind == IMAP_CODE_OTHER && code.malformed == 0);
  check_text(code.text, code.text_len, "(a) b");
  imap_response_free(result);
  result = result_of("OK [COPYUID 701 ] done");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  CHECK(code.kind == IMAP_CODE_COPYUID && code.malformed == 1);
  imap_response_free(result);
  result = row_of("[COPYUID", "* [COPYUID 7 1:2 6:5] done\r\n");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_OK);
  CHECK(code.kind == IMAP_CODE_COPYUID && code.number == 7 && code.malformed == 1);
  check_text(code.name, code.name_len, "COPYUID");
  CHECK_RC(imap_copyuid_map(result, 2, &copy), IMAP_OK);
  CHECK_INT(copy, 6);
  imap_response_free(result);
  result = result_of("OK done");
  CHECK_RC(imap_code_get(result, &code, sizeof code), IMAP_END);
  CHECK(code.size == 0 && code.kind == IMAP_CODE_OTHER);
  imap_response_free(result);
}

/* Each function with a response that is none of its own, without one, without places and with a struct too small. */
static void other_responses_and_bad_places(void) {
  imap_response *other = row_of("XFOO", "* XFOO (TAG a) \"/\" INBOX (a 1 2)\r\n");
  union {
    size_t size;
    imap_list_entry list;
    imap_mailbox mailbox;
    imap_status_data status;
    imap_namespace_entry space;
    imap_esearch esearch;
    imap_vanished vanished;
    imap_thread_node thread;
    imap_entry entry;
    imap_quota quota;
    imap_rights rights;
    imap_code code;
  } out;
  uint32_t cursor = 0;
#define OUT (void *)&out, sizeof out
#define SMALL (void *)&out, sizeof(size_t)
#define REFUSED(with_other, with_none, without_place, too_small) \
  do { \
    CHECK_RC(with_other, IMAP_END); \
    CHECK_INT(out.size, 0); \
    cursor = 0; \
    CHECK_RC(with_none, IMAP_ERR_HANDLE); \
    CHECK_RC(without_place, IMAP_ERR_ARGUMENT); \
    CHECK_RC(too_small, IMAP_ERR_ARGUMENT); \
    cursor = 0; \
  } while (0)
#define BAD(call) REFUSED(call(other, OUT), call(NULL, OUT), call(other, NULL, sizeof out), call(other, SMALL))
#define BAD_WITH(call, what) \
  REFUSED(call(other, what, OUT), call(NULL, what, OUT), call(other, what, NULL, sizeof out), call(other, what, SMALL))
  BAD(imap_list_get);
  BAD(imap_mailbox_get);
  BAD(imap_status_get);
  REFUSED(imap_namespace_next(other, 0, &cursor, OUT), imap_namespace_next(NULL, 0, &cursor, OUT),
          imap_namespace_next(other, 0, &cursor, NULL, sizeof out), imap_namespace_next(other, 0, &cursor, SMALL));
  BAD(imap_esearch_get);
  BAD(imap_vanished_get);
  BAD_WITH(imap_thread_get, IMAP_ROOT);
  BAD_WITH(imap_entry_next, &cursor);
  BAD_WITH(imap_quota_next, &cursor);
  BAD_WITH(imap_acl_next, &cursor);
  BAD(imap_rights_get);
  BAD(imap_code_get);
  const char *ptr;
  size_t len;
  const uint32_t *numbers;
  uint64_t modseq;
  check_words(other, IMAP_ROOT, (const char *[]){NULL});
  CHECK_RC(imap_quota_root(other, &ptr, &len), IMAP_END);
  CHECK_RC(imap_numbers_get(other, &numbers, &len), IMAP_END);
  CHECK_RC(imap_numbers_get(NULL, &numbers, &len), IMAP_ERR_HANDLE);
  CHECK_RC(imap_search_modseq(other, &modseq), IMAP_END);
  CHECK_INT(imap_numbers_malformed(other), 0);
  cursor = 0x12345678;
  CHECK_RC(imap_word_next(other, IMAP_ROOT, &cursor, &ptr, &len), IMAP_END);
  CHECK_RC(imap_pair_next(other, 0x12345678, &cursor, &out.entry, sizeof out.entry), IMAP_END);
  imap_response_free(other);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(kinds_have_their_numbers),
      TEST(a_list_has_attributes_and_names_in_two_spellings),
      TEST(a_name_that_needs_no_decoding_is_not_copied),
      TEST(status_numbers_are_there_or_not),
      TEST(namespaces_are_walked_class_by_class),
      TEST(numbers_of_search_and_sort),
      TEST(sets_stay_ranges),
      TEST(esearch_results_by_name),
      TEST(threads_are_a_tree),
      TEST(words_of_responses),
      TEST(entries_with_values_and_without),
      TEST(quota_and_rights),
      TEST(codes_and_their_arguments),
      TEST(other_responses_and_bad_places),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
