/* The tree of a response line: kinds, texts, raw forms, numbers and the walk. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one row that a FETCH is answered with. */
static imap_response *row_of(const char *line) {
  wire *server;
  imap_response *response = NULL, *row = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, line, NULL);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, &response), IMAP_OK);
  CHECK_INT(imap_response_row_count(response), 1);
  CHECK_RC(imap_response_keep(imap_response_row(response, 0), &row), IMAP_OK);
  imap_response_free(response);
  wire_close(server, conn);
  return row;
}

static void check_node(const imap_response *row, uint32_t node, int kind, const char *text, const char *raw) {
  const char *ptr;
  size_t len;
  CHECK_INT(imap_node_kind(row, node), kind);
  if (text) {
    CHECK_RC(imap_node_text(row, node, &ptr, &len), IMAP_OK);
    if (CHECK_OCTETS(ptr, len, text))
      CHECK_INT(ptr[len], 0);
  } else {
    CHECK_RC(imap_node_text(row, node, &ptr, &len), IMAP_END);
    CHECK(ptr == NULL && len == 0);
  }
  CHECK_RC(imap_node_raw(row, node, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, raw);
}

static void nodes_have_kinds_texts_and_raw_forms(void) {
  imap_response *row = row_of("* 1 FETCH (A 12 \"q \\\"x\\\"\" {3}\r\nlit NIL \"\" (B (C)) 99999999999999999999 BODY[1.2]<0> \\Seen)\r\n");
  uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
  CHECK_INT(imap_node_count(row, IMAP_ROOT), 3);
  check_node(row, imap_node_at(row, IMAP_ROOT, 0), IMAP_NODE_NUMBER, "1", "1");
  check_node(row, imap_node_at(row, IMAP_ROOT, 1), IMAP_NODE_ATOM, "FETCH", "FETCH");
  CHECK_INT(imap_node_kind(row, list), IMAP_NODE_LIST);
  CHECK_INT(imap_node_count(row, list), 10);
  check_node(row, imap_node_at(row, list, 0), IMAP_NODE_ATOM, "A", "A");
  check_node(row, imap_node_at(row, list, 1), IMAP_NODE_NUMBER, "12", "12");
  check_node(row, imap_node_at(row, list, 2), IMAP_NODE_STRING, "q \"x\"", "\"q \\\"x\\\"\"");
  check_node(row, imap_node_at(row, list, 3), IMAP_NODE_LITERAL, "lit", "{3}\r\nlit");
  check_node(row, imap_node_at(row, list, 4), IMAP_NODE_NIL, NULL, "NIL");
  check_node(row, imap_node_at(row, list, 5), IMAP_NODE_STRING, "", "\"\"");
  check_node(row, imap_node_at(row, list, 6), IMAP_NODE_LIST, NULL, "(B (C))");
  check_node(row, imap_node_at(row, list, 7), IMAP_NODE_ATOM, "99999999999999999999", "99999999999999999999");
  check_node(row, imap_node_at(row, list, 8), IMAP_NODE_ATOM, "BODY[1.2]<0>", "BODY[1.2]<0>");
  check_node(row, imap_node_at(row, list, 9), IMAP_NODE_ATOM, "\\Seen", "\\Seen");
  CHECK_INT(imap_node_at(row, list, 10), 0);
  uint64_t number = 1;
  CHECK_RC(imap_node_number(row, imap_node_at(row, list, 1), &number), IMAP_OK);
  CHECK_INT(number, 12);
  CHECK_RC(imap_node_number(row, imap_node_at(row, list, 7), &number), IMAP_END);
  CHECK_INT(number, 0);
  CHECK_INT(imap_response_malformed(row), 0);
  imap_response_free(row);
}

static void texts_can_be_asked_for_again_and_raw_after_text(void) {
  imap_response *row = row_of("* 1 FETCH (A \"b\" C)\r\n");
  uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
  const char *ptr;
  size_t len;
  for (int round = 0; round < 2; round++) {
    check_node(row, imap_node_at(row, list, 0), IMAP_NODE_ATOM, "A", "A");
    check_node(row, imap_node_at(row, list, 1), IMAP_NODE_STRING, "b", "\"b\"");
    check_node(row, imap_node_at(row, list, 2), IMAP_NODE_ATOM, "C", "C");
    CHECK_RC(imap_node_raw(row, list, &ptr, &len), IMAP_OK);
    CHECK_OCTETS(ptr, len, "(A \"b\" C)");
    CHECK_RC(imap_response_raw(row, &ptr, &len), IMAP_OK);
    CHECK_OCTETS(ptr, len, "* 1 FETCH (A \"b\" C)\r\n");
  }
  imap_response_free(row);
}

static void walking_visits_each_node_once(void) {
  imap_response *row = row_of("* 1 FETCH (a (b c) () d)\r\n");
  uint32_t list = imap_node_at(row, IMAP_ROOT, 2), node;
  unsigned seen = 0;
  for (node = imap_node_first(row, list); node; node = imap_node_next(row, node))
    CHECK(node == imap_node_at(row, list, seen++));
  CHECK_INT(seen, 4);
  CHECK_INT(imap_node_first(row, imap_node_at(row, list, 2)), 0);
  CHECK_INT(imap_node_first(row, imap_node_at(row, list, 0)), 0);
  CHECK_INT(imap_node_count(row, imap_node_at(row, list, 1)), 2);
  CHECK_INT(imap_node_next(row, imap_node_at(row, imap_node_at(row, list, 1), 1)), 0);
  imap_response_free(row);
}

static void names_are_found_in_any_case(void) {
  imap_response *row = row_of("* 1 FETCH (UID 5 FLAGS (\\Seen) \"quoted\" x BODY[HEADER] NIL)\r\n");
  uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
  uint64_t uid = 0;
  CHECK_RC(imap_node_number(row, imap_node_find(row, list, "uid"), &uid), IMAP_OK);
  CHECK_INT(uid, 5);
  CHECK_INT(imap_node_kind(row, imap_node_find(row, list, "Flags")), IMAP_NODE_LIST);
  CHECK_INT(imap_node_kind(row, imap_node_find(row, list, "body[header]")), IMAP_NODE_NIL);
  CHECK_INT(imap_node_find(row, list, "5"), 0);
  CHECK_INT(imap_node_find(row, list, "UI"), 0);
  CHECK_INT(imap_node_find(row, list, ""), 0);
  imap_response_free(row);
  row = row_of("* 1 FETCH (EMAILID UID UID 5)\r\n");
  list = imap_node_at(row, IMAP_ROOT, 2);
  CHECK_RC(imap_node_number(row, imap_node_find(row, list, "UID"), &uid), IMAP_OK);
  imap_response_free(row);
}

static void a_status_line_has_a_code_and_a_text(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, NULL, "OK [PERMANENTFLAGS (\\Seen \\*)] limited here");
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_OK);
  uint32_t code = 0, text = 0;
  for (uint32_t node = imap_node_first(response, IMAP_ROOT); node; node = imap_node_next(response, node)) {
    if (imap_node_kind(response, node) == IMAP_NODE_CODE)
      code = node;
    if (imap_node_kind(response, node) == IMAP_NODE_TEXT)
      text = node;
  }
  CHECK_INT(imap_node_count(response, code), 2);
  check_node(response, imap_node_at(response, code, 0), IMAP_NODE_ATOM, "PERMANENTFLAGS", "PERMANENTFLAGS");
  check_node(response, imap_node_at(response, code, 1), IMAP_NODE_LIST, NULL, "(\\Seen \\*)");
  check_node(response, text, IMAP_NODE_TEXT, "limited here", "limited here");
  imap_response_free(response);
  wire_close(server, conn);
}

static void what_fits_no_rule_is_junk_and_kept(void) {
  imap_response *row = row_of("* 1 FETCH (FLAGS (\\Seen) ) x) y\r\n");
  const char *ptr;
  size_t len;
  CHECK_INT(imap_response_malformed(row), 1);
  CHECK_RC(imap_response_raw(row, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "* 1 FETCH (FLAGS (\\Seen) ) x) y\r\n");
  int junk = 0;
  for (uint32_t node = imap_node_first(row, IMAP_ROOT); node; node = imap_node_next(row, node))
    junk += imap_node_kind(row, node) == IMAP_NODE_JUNK;
  CHECK(junk > 0);
  imap_response_free(row);
}

static void deep_lists_end_at_the_limit_and_not_the_stack(void) {
  enum { DEPTH = 20000 };
  char *line = malloc(2 * DEPTH + 100);
  int head = sprintf(line, "* 1 FETCH ");
  memset(line + head, '(', DEPTH);
  memset(line + head + DEPTH, ')', DEPTH);
  strcpy(line + head + 2 * DEPTH, "\r\n");
  imap_response *row = row_of(line);
  CHECK_INT(imap_response_malformed(row), 1);
  CHECK(imap_node_count(row, IMAP_ROOT) >= 2);
  imap_response_free(row);
  free(line);
}

static void long_literals_are_read_by_node_and_item(void) {
  enum { SIZE = 200000 };
  char *line = malloc(SIZE + 100);
  int head = sprintf(line, "* 1 FETCH (BODY[] {%d}\r\n", SIZE);
  memset(line + head, 'x', SIZE);
  strcpy(line + head + SIZE, " UID 4)\r\n");
  imap_response *row = row_of(line);
  uint32_t list = imap_node_at(row, IMAP_ROOT, 2), body = imap_node_find(row, list, "BODY[]");
  const char *ptr, *literal;
  size_t len, literal_len;
  CHECK_INT(imap_node_kind(row, body), IMAP_NODE_LITERAL);
  CHECK_RC(imap_node_text(row, body, &ptr, &len), IMAP_OK);
  CHECK(len == SIZE && memcmp(ptr, line + head, SIZE) == 0 && ptr[SIZE] == 0);
  CHECK_RC(imap_node_raw(row, body, &ptr, &len), IMAP_END);
  CHECK_RC(imap_node_raw(row, list, &ptr, &len), IMAP_END);
  CHECK_RC(imap_response_raw(row, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "* 1 FETCH (BODY[] {200000}\r\n UID 4)\r\n");
  CHECK_RC(imap_response_item(row, "FETCH", 0, &ptr, &len, &literal, &literal_len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "1 (BODY[] {200000}");
  CHECK_INT(literal_len, SIZE);
  imap_response_free(row);
  free(line);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(nodes_have_kinds_texts_and_raw_forms),
      TEST(texts_can_be_asked_for_again_and_raw_after_text),
      TEST(walking_visits_each_node_once),
      TEST(names_are_found_in_any_case),
      TEST(a_status_line_has_a_code_and_a_text),
      TEST(what_fits_no_rule_is_junk_and_kept),
      TEST(deep_lists_end_at_the_limit_and_not_the_stack),
      TEST(long_literals_are_read_by_node_and_item),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
