/* Responses: status, text, code, rows, imaplib's items, and who owns what: they outlive their connection, are shared by
 * threads, and borrowed ones survive being freed by mistake. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <imap4.h>
#include <pthread.h>
#include <string.h>

#define FETCH_LINES \
  "* 1 FETCH (FLAGS (\\Seen) BODY[] {5}\r\nhello UID 7)\r\n" \
  "* 2 EXPUNGE\r\n" \
  "* 2 FETCH (FLAGS () ENVELOPE (\"date\" NIL \"\" \"a\\\"b\"))\r\n"

/* The response of a FETCH answered with these lines; the connection is closed already. */
static imap_response *fetched(const char *untagged, const char *tagged) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, untagged, tagged);
  imap_cmd_fetch(conn, "1:2", "(FLAGS BODY[] UID)", 0, &response);
  wire_close(server, conn);
  return response;
}

static void check_item(const imap_response *response, const char *name, size_t i, const char *text, const char *literal) {
  const char *ptr, *octets;
  size_t len, octets_len;
  CHECK_RC(imap_response_item(response, name, i, &ptr, &len, &octets, &octets_len), IMAP_OK);
  if (CHECK_OCTETS(ptr, len, text))
    CHECK_INT(ptr[len], 0);
  if (!literal)
    CHECK(octets == NULL && octets_len == 0);
  else if (CHECK_OCTETS(octets, octets_len, literal))
    CHECK_INT(octets[octets_len], 0);
}

static void a_result_has_status_text_code_and_message(void) {
  imap_response *response = fetched(NULL, "OK [APPENDUID 38505 3955] done it");
  const char *ptr, *argument;
  size_t len, argument_len;
  CHECK_INT(imap_response_status(response), IMAP_STATUS_OK);
  CHECK_STR(imap_response_name(response), "FETCH");
  CHECK_RC(imap_response_text(response, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "[APPENDUID 38505 3955] done it");
  CHECK_INT(ptr[len], 0);
  CHECK_RC(imap_response_message(response, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "done it");
  CHECK_INT(ptr[len], 0);
  CHECK_RC(imap_response_code(response, &ptr, &len, &argument, &argument_len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "APPENDUID");
  CHECK_OCTETS(argument, argument_len, "38505 3955");
  CHECK_INT(argument[argument_len], 0);
  CHECK_RC(imap_response_number(response, NULL), IMAP_END);
  CHECK_INT(imap_response_row_count(response), 0);
  CHECK_INT(imap_response_item_count(response, NULL), 0);
  CHECK_INT(imap_response_malformed(response), 0);
  imap_response_free(response);
}

static void a_status_without_code_has_none(void) {
  imap_response *response = fetched(NULL, "NO sorry");
  const char *ptr = "", *argument = "";
  size_t len = 1, argument_len = 1;
  CHECK_INT(imap_response_status(response), IMAP_STATUS_NO);
  CHECK_RC(imap_response_code(response, &ptr, &len, &argument, &argument_len), IMAP_END);
  CHECK(ptr == NULL && len == 0 && argument == NULL && argument_len == 0);
  CHECK_RC(imap_response_message(response, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "sorry");
  imap_response_free(response);
}

static void rows_come_in_order_of_arrival(void) {
  imap_response *response = fetched(FETCH_LINES, NULL);
  const char *ptr;
  size_t len;
  uint32_t number;
  CHECK_INT(imap_response_row_count(response), 2);
  const imap_response *first = imap_response_row(response, 0), *second = imap_response_row(response, 1);
  CHECK(first != NULL && first == imap_response_row(response, 0));
  CHECK(imap_response_row(response, 2) == NULL);
  CHECK_STR(imap_response_name(first), "FETCH");
  CHECK_INT(imap_response_status(first), IMAP_STATUS_NONE);
  CHECK_RC(imap_response_text(first, &ptr, &len), IMAP_END);
  CHECK_RC(imap_response_number(first, &number), IMAP_OK);
  CHECK_INT(number, 1);
  CHECK_RC(imap_response_number(second, &number), IMAP_OK);
  CHECK_INT(number, 2);
  CHECK_INT(imap_response_arrival(second), imap_response_arrival(first) + 2);
  CHECK_RC(imap_response_raw(first, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "* 1 FETCH (FLAGS (\\Seen) BODY[] {5}\r\nhello UID 7)\r\n");
  imap_response_free(response);
}

static void items_are_imaplibs(void) {
  imap_response *response = fetched(FETCH_LINES, NULL);
  const char *names[] = {NULL, "FETCH", "fetch"};
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    CHECK_INT(imap_response_item_count(response, names[i]), 3);
    check_item(response, names[i], 0, "1 (FLAGS (\\Seen) BODY[] {5}", "hello");
    check_item(response, names[i], 1, " UID 7)", NULL);
    check_item(response, names[i], 2, "2 (FLAGS () ENVELOPE (\"date\" NIL \"\" \"a\\\"b\"))", NULL);
  }
  const char *ptr = "";
  size_t len = 1;
  CHECK_RC(imap_response_item(response, NULL, 3, &ptr, &len, NULL, NULL), IMAP_END);
  CHECK(ptr == NULL && len == 0);
  CHECK_INT(imap_response_item_count(response, "SEARCH"), 0);
  imap_response_free(response);
}

static void empty_literals_and_texts_are_not_null(void) {
  imap_response *response = fetched("* 1 FETCH (BODY[] {0}\r\n)\r\n", "OK");
  const char *ptr;
  size_t len;
  check_item(response, NULL, 0, "1 (BODY[] {0}", "");
  check_item(response, NULL, 1, ")", NULL);
  CHECK_RC(imap_response_text(response, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "");
  imap_response_free(response);
}

static void serve_octets(peer *self, void *ctx) {
  char line[200];
  const char *octets = ctx;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  for (int i = 0; i < 2 && peer_line(self, line, sizeof line) >= 0; i++) {
    peer_command(self, line);
    if (i == 1) {
      peer_say(self, "* 1 FETCH (BODY[] {256}\r\n");
      peer_send(self, octets, 256);
      peer_say(self, ")\r\n");
    }
    peer_say(self, "# OK done\r\n");
  }
  peer_stay(self);
}

static void all_256_octets_come_through_a_literal(void) {
  char octets[256];
  for (int i = 0; i < 256; i++)
    octets[i] = (char)i;
  peer *server = peer_start(serve_octets, octets);
  int fd = peer_take_fd(server);
  imap_conn *conn = NULL;
  imap_response *response = NULL;
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  CHECK_RC(imap_cmd_fetch(conn, "1", "BODY[]", 0, &response), IMAP_OK);
  const char *ptr, *literal = NULL;
  size_t len, literal_len = 0;
  CHECK_RC(imap_response_item(response, NULL, 0, &ptr, &len, &literal, &literal_len), IMAP_OK);
  CHECK(literal_len == 256 && memcmp(literal, octets, 256) == 0 && literal[256] == 0);
  imap_response_free(response);
  imap_free(conn);
  peer_end(server);
}

static void a_response_outlives_its_connection(void) {
  imap_response *response = fetched(FETCH_LINES, NULL);
  imap_response *kept = NULL, *kept_row = NULL;
  CHECK_RC(imap_response_keep(response, &kept), IMAP_OK);
  CHECK_RC(imap_response_keep(imap_response_row(response, 0), &kept_row), IMAP_OK);
  imap_response_free(response);
  CHECK_INT(imap_response_row_count(kept), 2);
  check_item(kept, NULL, 0, "1 (FLAGS (\\Seen) BODY[] {5}", "hello");
  imap_response_free(kept);
  CHECK_STR(imap_response_name(kept_row), "FETCH");
  CHECK_INT(imap_node_kind(kept_row, imap_node_at(kept_row, IMAP_ROOT, 2)), IMAP_NODE_LIST);
  imap_response_free(kept_row);
}

static void a_borrowed_row_freed_by_mistake_stays(void) {
  imap_response *response = fetched(FETCH_LINES, NULL);
  const imap_response *row = imap_response_row(response, 0);
  imap_response_free((imap_response *)row);
  imap_response_free((imap_response *)row);
  CHECK_STR(imap_response_name(row), "FETCH");
  CHECK_INT(imap_response_row_count(response), 2);
  imap_response_free(response);
}

typedef struct reading {
  const imap_response *response;
  int is_good;
} reading;

static void *read_all(void *arg) {
  reading *self = arg;
  self->is_good = 1;
  for (size_t round = 0; round < kit_repeats(2000); round++) {
    const imap_response *row = imap_response_row(self->response, round % 2);
    const char *ptr = NULL, *literal = NULL, *text = NULL;
    size_t len = 0, literal_len = 0;
    uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
    uint32_t flags = imap_node_find(row, list, "flags");
    imap_response *kept = NULL;
    int good = imap_response_item(self->response, "FETCH", 0, &ptr, &len, &literal, &literal_len) == IMAP_OK &&
               literal_len == 5 && memcmp(literal, "hello", 6) == 0 &&
               imap_response_text(self->response, &text, &len) == IMAP_OK && strcmp(text, "done") == 0 &&
               imap_node_kind(row, flags) == IMAP_NODE_LIST && imap_response_keep(row, &kept) == IMAP_OK &&
               strcmp(imap_response_name(kept), "FETCH") == 0;
    imap_response_free(kept);
    self->is_good &= good;
  }
  return NULL;
}

static void four_threads_read_one_response(void) {
  imap_response *response = fetched(FETCH_LINES, NULL);
  pthread_t threads[4];
  reading readings[4];
  for (size_t i = 0; i < 4; i++) {
    readings[i].response = response;
    pthread_create(&threads[i], NULL, read_all, &readings[i]);
  }
  for (size_t i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
    CHECK(readings[i].is_good);
  }
  imap_response_free(response);
}

static void several_searches_are_several_items(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* SEARCH 1 2\r\n* SEARCH\r\n", NULL);
  CHECK_RC(imap_cmd_search(conn, NULL, "ALL", 0, &response), IMAP_OK);
  CHECK_INT(imap_response_item_count(response, NULL), 2);
  check_item(response, NULL, 0, "1 2", NULL);
  check_item(response, NULL, 1, "", NULL);
  imap_response_free(response);
  wire_answer(server, "* 3 EXISTS\r\n", NULL);
  CHECK_RC(imap_cmd_search(conn, NULL, "ALL", 0, &response), IMAP_OK);
  CHECK_INT(imap_response_item_count(response, NULL), 0);
  imap_response_free(response);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_result_has_status_text_code_and_message),
      TEST(a_status_without_code_has_none),
      TEST(rows_come_in_order_of_arrival),
      TEST(items_are_imaplibs),
      TEST(empty_literals_and_texts_are_not_null),
      TEST(all_256_octets_come_through_a_literal),
      TEST(a_response_outlives_its_connection),
      TEST(a_borrowed_row_freed_by_mistake_stays),
      TEST(four_threads_read_one_response),
      TEST(several_searches_are_several_items),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
