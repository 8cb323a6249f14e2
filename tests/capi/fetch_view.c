/* FETCH as values (imap_fetch_get, imap_section_get, imap_section_find): every item once, what is missing, what is broken,
 * and the same from a row that is taken one by one, a kept copy and a result's row. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <string.h>

#define ROW \
  "* 12 FETCH (FLAGS (\\Seen $x) UID 34 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 MODSEQ (99) " \
  "ENVELOPE (NIL \"s\" NIL NIL NIL NIL NIL NIL NIL \"<i@d>\") BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3 1) " \
  "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3 1 NIL NIL NIL NIL) BODY[1.2.MIME]<5> {3}\r\nabc " \
  "BINARY[2] ~{4}\r\nd\0fg RFC822.HEADER \"quoted\" BODY[] NIL EMAILID (M1) THREADID (T2) PREVIEW \"pre\" " \
  "X-GM-MSGID 5 X-GM-THRID 6 X-GM-LABELS (a b))\r\n"

static void check_all(int line, const imap_response *row) {
  imap_fetch fetch;
  memset(&fetch, 0x55, sizeof fetch);
  if (!kit_check_rc(__FILE__, line, "imap_fetch_get", imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK))
    return;
  CHECK_INT(fetch.size, sizeof fetch);
  CHECK_INT(fetch.seq, 12);
  CHECK_INT(fetch.uid, 34);
  CHECK_INT(fetch.malformed, 0);
  CHECK(fetch.flags_node != 0);
  CHECK_INT(imap_node_count(row, fetch.flags_node), 2);
  CHECK_INT(fetch.internaldate, 837596665);
  CHECK_INT(fetch.internaldate_offset_min, -420);
  CHECK_INT(fetch.rfc822_size, 4286);
  CHECK_INT(fetch.modseq, 99);
  CHECK(fetch.envelope && fetch.body && fetch.bodystructure && fetch.envelope != fetch.body);
  CHECK_INT(fetch.section_count, 4);
  CHECK_INT(fetch.gm_msgid, 5);
  CHECK_INT(fetch.gm_thrid, 6);
  CHECK_INT(imap_node_count(row, fetch.gm_labels_node), 2);
  const char *ptr;
  size_t len;
  CHECK_RC(imap_node_text(row, fetch.email_id_node, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "M1");
  CHECK_RC(imap_node_text(row, fetch.thread_id_node, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "T2");
  CHECK_RC(imap_node_text(row, fetch.preview_node, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "pre");
  static const struct {
    const char *item, *part, *octets;
    size_t len;
    int kind, is_binary, origin;
  } want[] = {{"BODY[1.2.MIME]<5>", "1.2", "abc", 3, IMAP_SECTION_MIME, 0, 5},
              {"BINARY[2]", "2", "d\0fg", 4, IMAP_SECTION_WHOLE, 1, 0},
              {"RFC822.HEADER", "", "quoted", 6, IMAP_SECTION_HEADER, 0, 0},
              {"BODY[]", "", NULL, 0, IMAP_SECTION_WHOLE, 0, 0}};
  for (uint32_t i = 0; i < COUNT_OF(want); i++) {
    imap_section section, found;
    memset(&section, 0x55, sizeof section);
    memset(&found, 0x55, sizeof found);
    CHECK_RC(imap_section_get(row, i, &section, sizeof section), IMAP_OK);
    CHECK_INT(section.size, sizeof section);
    CHECK_OCTETS(section.item, section.item_len, want[i].item);
    CHECK(section.part_len == strlen(want[i].part) && memcmp(section.part, want[i].part, section.part_len) == 0);
    CHECK_INT(section.kind, want[i].kind);
    CHECK_INT(section.is_binary, want[i].is_binary);
    CHECK_INT(section.origin, want[i].origin);
    CHECK_INT(section.len, want[i].len);
    CHECK_INT(section.is_streamed, 0);
    CHECK(want[i].octets ? section.ptr && memcmp(section.ptr, want[i].octets, want[i].len) == 0 : section.ptr == NULL);
    CHECK_RC(imap_section_find(row, want[i].item, &found, sizeof found), IMAP_OK);
    CHECK(found.node == section.node && found.ptr == section.ptr && found.item == section.item);
  }
  imap_section section;
  CHECK_RC(imap_section_get(row, 4, &section, sizeof section), IMAP_END);
  CHECK(section.ptr == NULL && section.item == NULL);
  CHECK_RC(imap_section_get(row, UINT32_MAX, &section, sizeof section), IMAP_END);
  CHECK_RC(imap_section_find(row, "body[1.2.mime]", &section, sizeof section), IMAP_OK);
  CHECK_INT(section.origin, 5);
  CHECK_RC(imap_section_find(row, "body.peek[1.2.mime]<5.100>", &section, sizeof section), IMAP_OK);
  CHECK_INT(section.origin, 5);
  CHECK_RC(imap_section_find(row, "BODY[1.2.MIME]<0>", &section, sizeof section), IMAP_END);
  CHECK_RC(imap_section_find(row, "BODY.PEEK[1.2.MIME]<50.1>", &section, sizeof section), IMAP_END);
  CHECK_RC(imap_section_find(row, "BODY[1.2]", &section, sizeof section), IMAP_END);
  CHECK_RC(imap_section_find(row, "", &section, sizeof section), IMAP_END);
  CHECK_RC(imap_section_find(row, NULL, &section, sizeof section), IMAP_END);
}
#define CHECK_ALL(row) check_all(__LINE__, row)

typedef struct octets {
  const char *ptr;
  size_t len;
} octets;

static void send_octets(peer *self, void *ctx) {
  const octets *what = ctx;
  char line[100];
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  if (peer_line(self, line, sizeof line) < 0 || !peer_command(self, line))
    return;
  peer_send(self, what->ptr, what->len);
  peer_say(self, "# OK done\r\n");
  peer_stay(self);
}

/* The response that these octets are, sent as something that no command asked for. */
static imap_response *parse(const char *ptr, size_t len) {
  octets what = {ptr, len};
  peer *server = peer_start(send_octets, &what);
  imap_conn *conn = NULL;
  imap_response *response = NULL;
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_RC(imap_event_next(conn, &response), IMAP_OK);
  imap_free(conn);
  peer_end(server);
  return response;
}

static void every_item_has_its_place(void) {
  imap_response *response = parse(ROW, sizeof ROW - 1);
  CHECK_ALL(response);
  imap_response *kept = NULL;
  CHECK_RC(imap_response_keep(response, &kept), IMAP_OK);
  imap_response_free(response);
  CHECK_ALL(kept);
  imap_response_free(kept);
}

static void a_section_named_as_it_was_asked_for_is_one(void) {
  imap_response *row = NULL;
  imap_section section;
  size_t used;
  static const char line[] = "* 7 FETCH (BODY.PEEK[1]<5> \"abc\" UID 4)\r\n";
  CHECK_RC(imap_response_parse(line, sizeof line - 1, NULL, &row, &used), IMAP_OK);
  imap_fetch fetch;
  CHECK_RC(imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK);
  CHECK_INT(fetch.has, IMAP_FETCH_SECTION | IMAP_FETCH_UID);
  const char *const items[] = {"BODY[1]", "BODY.PEEK[1]", "body[1]<5>", "BODY.PEEK[1]<5.100>"};
  for (size_t i = 0; i < COUNT_OF(items); i++) {
    CHECK_RC(imap_section_find(row, items[i], &section, sizeof section), IMAP_OK);
    CHECK_OCTETS(section.ptr, section.len, "abc");
    CHECK_OCTETS(section.part, section.part_len, "1");
    CHECK_OCTETS(section.item, section.item_len, "BODY.PEEK[1]<5>");
    CHECK(section.origin == 5 && section.kind == IMAP_SECTION_WHOLE);
  }
  imap_response_free(row);
}

static void a_day_of_one_digit_is_read_and_marked(void) {
  const char row[] = "* 1 FETCH (INTERNALDATE \"4-Jan-2015 16:53:35 +0800\" SAVEDATE \"5-Jan-2015 16:53:35 +0800\")\r\n";
  imap_response *response = parse(row, sizeof row - 1);
  imap_fetch fetch;
  CHECK_RC(imap_fetch_get(response, &fetch, sizeof fetch), IMAP_OK);
  CHECK_INT(fetch.internaldate, 1420361615);
  CHECK_INT(fetch.internaldate_offset_min, 480);
  CHECK_INT(fetch.save_date, 1420361615 + 86400);
  CHECK_INT(fetch.malformed, IMAP_FETCH_INTERNALDATE | IMAP_FETCH_SAVEDATE);
  imap_response_free(response);
}

static void has_tells_what_came(void) {
  static const struct {
    const char *row;
    uint32_t has, malformed;
  } cases[] = {
      {"* 1 FETCH ()\r\n", 0, 0},
      {"* 1 FETCH (UID 5)\r\n", IMAP_FETCH_UID, 0},
      {"* 1 FETCH (flags () uid 5)\r\n", IMAP_FETCH_FLAGS | IMAP_FETCH_UID, 0},
      {"* 1 FETCH (RFC822.SIZE 0 MODSEQ (1))\r\n", IMAP_FETCH_SIZE | IMAP_FETCH_MODSEQ, 0},
      {"* 1 FETCH (ENVELOPE NIL UID 5)\r\n", IMAP_FETCH_ENVELOPE | IMAP_FETCH_UID, IMAP_FETCH_ENVELOPE},
      {"* 1 FETCH (UID x FLAGS (a))\r\n", IMAP_FETCH_UID | IMAP_FETCH_FLAGS, IMAP_FETCH_UID},
      {"* 1 FETCH (INTERNALDATE \"32-Jan-2020 00:00:00 +0000\" UID 5)\r\n", IMAP_FETCH_INTERNALDATE | IMAP_FETCH_UID, IMAP_FETCH_INTERNALDATE},
      {"* 1 FETCH (RFC822.SIZE -1)\r\n", IMAP_FETCH_SIZE, IMAP_FETCH_SIZE},
      {"* 1 FETCH (UID 5 ENVELOPE (NIL \"s\" ((NIL NIL\r\n", IMAP_FETCH_UID | IMAP_FETCH_ENVELOPE, 0},
      {"* 1 FETCH (UID 5 FLAGS (\\Seen\r\n", IMAP_FETCH_UID | IMAP_FETCH_FLAGS, 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    imap_response *response = parse(cases[i].row, strlen(cases[i].row));
    imap_fetch fetch;
    CHECK_RC(imap_fetch_get(response, &fetch, sizeof fetch), IMAP_OK);
    if (fetch.has != cases[i].has || fetch.malformed != cases[i].malformed)
      kit_fail(__FILE__, __LINE__, "%s has %x, malformed %x", cases[i].row, fetch.has, fetch.malformed);
    imap_response_free(response);
  }
}

static void other_responses_are_no_fetch(void) {
  static const char *const rows[] = {"* 1 EXISTS\r\n", "* SEARCH 1\r\n", "* OK x\r\n", "* FETCH (UID 1)\r\n", "* LIST () NIL a\r\n"};
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    imap_response *response = parse(rows[i], strlen(rows[i]));
    imap_fetch fetch;
    imap_section section;
    memset(&fetch, 0x55, sizeof fetch);
    if (i != 3)
      CHECK_RC(imap_fetch_get(response, &fetch, sizeof fetch), IMAP_END);
    if (i != 3)
      CHECK(fetch.uid == 0 && fetch.has == 0);
    CHECK_RC(imap_section_get(response, 0, &section, sizeof section), IMAP_END);
    imap_response_free(response);
  }
}

static void sizes_and_places_are_checked(void) {
  imap_response *response = parse(ROW, sizeof ROW - 1);
  imap_fetch fetch[2];
  imap_section section[2];
  CHECK_RC(imap_fetch_get(response, NULL, sizeof fetch[0]), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_fetch_get(response, &fetch[0], 4), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_section_get(response, 0, NULL, sizeof section[0]), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_section_get(response, 0, &section[0], 0), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_section_find(response, "BODY[]", NULL, sizeof section[0]), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_fetch_get(NULL, &fetch[0], sizeof fetch[0]), IMAP_ERR_HANDLE);
  CHECK_RC(imap_section_get(NULL, 0, &section[0], sizeof section[0]), IMAP_ERR_HANDLE);
  /* A caller of a later version has a longer struct: only what is known is filled. */
  memset(fetch, 0x55, sizeof fetch);
  CHECK_RC(imap_fetch_get(response, &fetch[0], sizeof fetch), IMAP_OK);
  CHECK_INT(fetch[0].size, sizeof fetch[0]);
  imap_response_free(response);
}

static void rows_of_results_and_borrowed_rows_are_the_same(void) {
  static const char answer[] =
      "* 12 FETCH (FLAGS (\\Seen $x) UID 34 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 MODSEQ (99) "
      "ENVELOPE (NIL \"s\" NIL NIL NIL NIL NIL NIL NIL \"<i@d>\") BODY[1] {3}\r\nabc)\r\n";
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  imap_response *result = NULL;
  const imap_response *rows[2] = {NULL, NULL};
  uint32_t id = 0;
  wire_answer(server, answer, NULL);
  CHECK_RC(imap_cmd_fetch(conn, "12", "FULL", 0, &result), IMAP_OK);
  rows[0] = imap_response_row(result, 0);
  CHECK_RC(imap_submit_text(conn, "FETCH 12 FULL", &id), IMAP_QUEUED);
  CHECK_RC(imap_next(conn, id, -1, &rows[1]), IMAP_OK);
  imap_fetch fetch[2];
  for (int i = 0; i < 2; i++) {
    imap_section section;
    memset(&fetch[i], i ? 0x55 : 0xaa, sizeof fetch[i]);
    CHECK_RC(imap_fetch_get(rows[i], &fetch[i], sizeof fetch[i]), IMAP_OK);
    CHECK_RC(imap_section_find(rows[i], "BODY[1]", &section, sizeof section), IMAP_OK);
    CHECK_OCTETS(section.ptr, section.len, "abc");
  }
  CHECK(fetch[0].uid == fetch[1].uid && fetch[0].envelope == fetch[1].envelope && fetch[0].flags == fetch[1].flags &&
        fetch[0].internaldate == fetch[1].internaldate && fetch[0].has == fetch[1].has);
  CHECK_RC(imap_wait(conn, id, -1, NULL), IMAP_OK);
  /* The borrowed row is over. */
  CHECK_RC(imap_fetch_get(rows[1], &fetch[1], sizeof fetch[1]), IMAP_END);
  CHECK_RC(imap_fetch_get(rows[0], &fetch[0], sizeof fetch[0]), IMAP_OK);
  imap_response_free(result);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(every_item_has_its_place),
      TEST(a_section_named_as_it_was_asked_for_is_one),
      TEST(a_day_of_one_digit_is_read_and_marked),
      TEST(has_tells_what_came),
      TEST(other_responses_are_no_fetch),
      TEST(sizes_and_places_are_checked),
      TEST(rows_of_results_and_borrowed_rows_are_the_same),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
