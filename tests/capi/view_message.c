/* Typed views of messages: envelopes and addresses, the parts of a body structure, decoded texts. What each broken form
 * gives is tested beside the source; here stands what C sees of it. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one row that a FETCH is answered with; *node is the value of the item with that name. */
static imap_response *row_of(const char *line, const char *name, uint32_t *node) {
  wire *server;
  imap_response *response = NULL, *row = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, line, NULL);
  CHECK_RC(imap_cmd_fetch(conn, "1", "ENVELOPE BODYSTRUCTURE", 0, &response), IMAP_OK);
  CHECK_INT(imap_response_row_count(response), 1);
  CHECK_RC(imap_response_keep(imap_response_row(response, 0), &row), IMAP_OK);
  imap_response_free(response);
  wire_close(server, conn);
  *node = imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), name);
  CHECK(*node != 0);
  return row;
}

/* A text has a NUL behind it; NULL is wanted where there is none. */
#define CHECK_TEXT(ptr, len, want) \
  do { \
    if (CHECK_OCTETS((ptr), (len), (want))) \
      CHECK_INT((ptr)[len], 0); \
  } while (0)
#define CHECK_NO_TEXT(ptr, len) CHECK((ptr) == NULL && (len) == 0)

static const char message[] =
    "* 1 FETCH (UID 7 ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800\" {5}\r\n\"hi\"! ((\"Ann\" NIL \"ann\" \"x.org\")) NIL () "
    "((NIL NIL \"friends\" NIL)(NIL \"@r\" \"bob\" \"y.org\") NIL (NIL NIL NIL NIL)) NIL NIL \"\" \"<id@x>\") "
    "BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") \"<1>\" \"=?utf-8?Q?=C3=A4?=\" \"7BIT\" 2279 48 NIL NIL "
    "(\"en\" \"de\") \"loc\")(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 4000000000 (NIL \"inner\" NIL NIL NIL NIL NIL NIL "
    "NIL NIL) ((\"TEXT\" \"HTML\" NIL NIL NIL \"8BIT\" -1 1)(\"image\" \"png\" NIL NIL NIL \"BASE64\" 9 \"md\" "
    "(\"ATTACHMENT\" (\"filename*0*\" \"utf-8''%C3%A4\" \"FILENAME*1\" \".png\" \"size\" NIL))) \"ALTERNATIVE\") 77) "
    "\"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL))\r\n";

static void an_envelope_is_read_with_one_call(void) {
  uint32_t node;
  imap_response *row = row_of(message, "ENVELOPE", &node);
  imap_envelope e;
  CHECK_RC(imap_envelope_get(row, node, &e, sizeof e), IMAP_OK);
  CHECK_INT(e.size, sizeof e);
  CHECK_TEXT(e.date, e.date_len, "Mon, 7 Feb 1994 21:52:25 -0800");
  CHECK_TEXT(e.subject, e.subject_len, "\"hi\"!");
  CHECK_TEXT(e.in_reply_to, e.in_reply_to_len, "");
  CHECK_TEXT(e.message_id, e.message_id_len, "<id@x>");
  CHECK(e.from != 0 && e.to != 0);
  CHECK(e.sender == 0 && e.reply_to == 0 && e.cc == 0 && e.bcc == 0);
  CHECK(e.malformed != 0); /* () for Reply-To */
  /* Any other node is none. */
  CHECK_RC(imap_envelope_get(row, 0, &e, sizeof e), IMAP_END);
  CHECK(e.size == 0 && e.date == NULL && e.from == 0);
  CHECK_RC(imap_envelope_get(row, IMAP_ROOT, &e, sizeof e), IMAP_END);
  CHECK_RC(imap_envelope_get(row, 1, &e, sizeof e), IMAP_END);
  imap_response_free(row);
}

static void addresses_are_gone_through_by_next(void) {
  uint32_t node, n, count = 0;
  imap_response *row = row_of(message, "ENVELOPE", &node);
  imap_envelope e;
  imap_address a;
  CHECK_RC(imap_envelope_get(row, node, &e, sizeof e), IMAP_OK);
  CHECK_RC(imap_address_get(row, e.from, &a, sizeof a), IMAP_OK);
  CHECK_INT(a.size, sizeof a);
  CHECK_INT(a.kind, IMAP_ADDRESS_MAILBOX);
  CHECK_TEXT(a.name, a.name_len, "Ann");
  CHECK_NO_TEXT(a.route, a.route_len);
  CHECK_TEXT(a.mailbox, a.mailbox_len, "ann");
  CHECK_TEXT(a.host, a.host_len, "x.org");
  CHECK(a.next == 0 && a.malformed == 0);
  for (n = e.to; imap_address_get(row, n, &a, sizeof a) == IMAP_OK; n = a.next) {
    static const int kinds[] = {IMAP_ADDRESS_GROUP_START, IMAP_ADDRESS_MAILBOX, IMAP_ADDRESS_GROUP_END};
    if (!CHECK(count < COUNT_OF(kinds)))
      break;
    CHECK_INT(a.kind, kinds[count]);
    CHECK_INT(a.malformed != 0, count == 1); /* the NIL behind it */
    if (count == 0)
      CHECK_TEXT(a.mailbox, a.mailbox_len, "friends");
    if (count == 1)
      CHECK_TEXT(a.route, a.route_len, "@r");
    count++;
  }
  CHECK_INT(count, 3);
  CHECK_INT(n, 0);
  imap_response_free(row);
}

static void parts_are_read_with_one_call(void) {
  uint32_t body;
  imap_response *row = row_of(message, "BODYSTRUCTURE", &body);
  imap_part whole, text, inner, html, image;
  imap_envelope e;
  CHECK_RC(imap_part_get(row, body, &whole, sizeof whole), IMAP_OK);
  CHECK_INT(whole.size, sizeof whole);
  CHECK_INT(whole.is_multipart, 1);
  CHECK_TEXT(whole.media_type, whole.media_type_len, "MULTIPART");
  CHECK_TEXT(whole.subtype, whole.subtype_len, "MIXED");
  CHECK(whole.octets == -1 && whole.lines == -1 && whole.malformed == 0);
  CHECK_RC(imap_part_get(row, whole.child, &text, sizeof text), IMAP_OK);
  CHECK_TEXT(text.media_type, text.media_type_len, "TEXT");
  CHECK_TEXT(text.id, text.id_len, "<1>");
  CHECK_TEXT(text.description, text.description_len, "=?utf-8?Q?=C3=A4?=");
  CHECK_TEXT(text.encoding, text.encoding_len, "7BIT");
  CHECK(text.octets == 2279 && text.lines == 48 && text.is_multipart == 0);
  CHECK_NO_TEXT(text.md5, text.md5_len);
  CHECK_NO_TEXT(text.disposition, text.disposition_len);
  CHECK_INT(imap_node_count(row, text.language), 2);
  CHECK_TEXT(text.location, text.location_len, "loc");
  CHECK_RC(imap_part_get(row, text.next, &inner, sizeof inner), IMAP_OK);
  CHECK(inner.octets == 4000000000 && inner.lines == 77 && inner.next == 0 && inner.child == 0);
  CHECK_RC(imap_envelope_get(row, inner.envelope, &e, sizeof e), IMAP_OK);
  CHECK_TEXT(e.subject, e.subject_len, "inner");
  CHECK_RC(imap_part_get(row, inner.body, &whole, sizeof whole), IMAP_OK);
  CHECK_RC(imap_part_get(row, whole.child, &html, sizeof html), IMAP_OK);
  CHECK(html.octets == -1 && html.malformed == IMAP_PART_BAD_SIZE);
  CHECK_RC(imap_part_get(row, html.next, &image, sizeof image), IMAP_OK);
  CHECK_TEXT(image.md5, image.md5_len, "md");
  CHECK_TEXT(image.disposition, image.disposition_len, "ATTACHMENT");
  CHECK_RC(imap_part_get(row, image.next, &image, sizeof image), IMAP_END);
  CHECK(image.size == 0 && image.md5 == NULL);
  imap_response_free(row);
}

static void parts_are_found_by_number_type_and_disposition(void) {
  static const char *const numbers[] = {"", "1", "2", NULL, "2.1", "2.2"};
  uint32_t body, node = 0, found, count = 0;
  imap_response *row = row_of(message, "BODYSTRUCTURE", &body);
  char buf[20];
  while (imap_part_search(row, body, node, NULL, NULL, &node) == IMAP_OK) {
    if (!CHECK(count < COUNT_OF(numbers)))
      break;
    const char *number = numbers[count++];
    CHECK_RC(imap_part_number(row, body, node, buf, sizeof buf), number ? IMAP_OK : IMAP_END);
    CHECK_STR(buf, number ? number : "");
    if (number) {
      CHECK_RC(imap_part_find(row, body, number, &found), IMAP_OK);
      CHECK_INT(found, node);
    }
  }
  CHECK_INT(count, COUNT_OF(numbers));
  CHECK_INT(node, 0);
  CHECK_RC(imap_part_search(row, body, 0, "image/*", "attachment", &node), IMAP_OK);
  CHECK_RC(imap_part_number(row, body, node, buf, 3), IMAP_ERR_ARGUMENT);
  CHECK_STR(buf, "");
  CHECK_RC(imap_part_number(row, body, node, buf, 4), IMAP_OK);
  CHECK_STR(buf, "2.2");
  CHECK_RC(imap_part_number(row, body, node, NULL, 0), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_part_search(row, body, node, "image/*", NULL, &node), IMAP_END);
  CHECK_INT(node, 0);
  node = 9;
  CHECK_RC(imap_part_find(row, body, "2.3", &node), IMAP_END);
  CHECK_INT(node, 0);
  CHECK_RC(imap_part_find(row, body, NULL, &node), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_part_find(row, body, "1", NULL), IMAP_OK);
  imap_response_free(row);
}

static void all_parts_are_found_at_once(void) {
  uint32_t body, nodes[6], node = 0;
  imap_response *row = row_of(message, "BODYSTRUCTURE", &body);
  size_t count = 9;
  CHECK_RC(imap_part_search_all(row, body, NULL, NULL, nodes, COUNT_OF(nodes), &count), IMAP_OK);
  CHECK_INT(count, 6);
  for (size_t i = 0; i < COUNT_OF(nodes); i++) {
    CHECK_RC(imap_part_search(row, body, node, NULL, NULL, &node), IMAP_OK);
    CHECK_INT(nodes[i], node);
  }
  CHECK_RC(imap_part_search_all(row, body, NULL, NULL, NULL, 0, &count), IMAP_ERR_ARGUMENT);
  CHECK_INT(count, 6);
  nodes[1] = nodes[2] = 7;
  CHECK_RC(imap_part_search_all(row, body, "text/*", NULL, nodes, 1, &count), IMAP_ERR_ARGUMENT);
  CHECK(count == 2 && nodes[0] != 7 && nodes[1] == 7);
  CHECK_RC(imap_part_search_all(row, body, "text", NULL, nodes, 2, NULL), IMAP_OK);
  CHECK(nodes[1] != 7 && nodes[2] == 7);
  CHECK_RC(imap_part_search_all(row, body, "video/*", NULL, nodes, 2, &count), IMAP_END);
  CHECK_INT(count, 0);
  count = 9;
  CHECK_RC(imap_part_search_all(NULL, body, NULL, NULL, nodes, 2, &count), IMAP_ERR_HANDLE);
  CHECK_INT(count, 0);
  imap_response_free(row);
}

static void parameters_are_read_and_decoded(void) {
  uint32_t body, node, n, count = 0;
  imap_response *row = row_of(message, "BODYSTRUCTURE", &body);
  imap_part part;
  imap_param param;
  char buf[20];
  size_t needed = 0;
  CHECK_RC(imap_part_search(row, body, 0, "image/png", NULL, &node), IMAP_OK);
  CHECK_RC(imap_part_get(row, node, &part, sizeof part), IMAP_OK);
  for (n = part.disposition_params; imap_param_get(row, n, &param, sizeof param) == IMAP_OK; n = param.next) {
    CHECK_INT(param.size, sizeof param);
    CHECK_INT(param.malformed != 0, count == 2);
    if (count == 1) {
      CHECK_TEXT(param.name, param.name_len, "FILENAME*1");
      CHECK_TEXT(param.value, param.value_len, ".png");
    }
    if (count++ == 2)
      CHECK_NO_TEXT(param.value, param.value_len);
  }
  CHECK_INT(count, 3);
  CHECK_RC(imap_param_find(row, part.disposition_params, "Filename", buf, sizeof buf, &needed), IMAP_OK);
  CHECK_STR(buf, "\xc3\xa4.png");
  CHECK_INT(needed, 6);
  CHECK_RC(imap_param_find(row, part.disposition_params, "filename", NULL, 0, &needed), IMAP_ERR_ARGUMENT);
  CHECK_INT(needed, 6);
  CHECK_RC(imap_param_find(row, part.disposition_params, "filename", buf, 6, NULL), IMAP_ERR_ARGUMENT);
  CHECK_STR(buf, "");
  strcpy(buf, "x");
  CHECK_RC(imap_param_find(row, part.disposition_params, "size", buf, sizeof buf, &needed), IMAP_END);
  CHECK_STR(buf, "");
  CHECK_INT(needed, 0);
  CHECK_RC(imap_param_find(row, 0, "filename", buf, sizeof buf, NULL), IMAP_END);
  CHECK_RC(imap_param_find(row, part.disposition_params, NULL, buf, sizeof buf, NULL), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
}

static void header_texts_are_decoded(void) {
  static const char word[] = "=?utf-8?Q?caf=C3=A9?= =?iso-8859-1?B?IeQ=?= x";
  char buf[20];
  size_t needed = 0;
  CHECK_RC(imap_header_decode(word, strlen(word), NULL, 0, &needed), IMAP_ERR_ARGUMENT);
  CHECK_INT(needed, 10);
  CHECK_RC(imap_header_decode(word, strlen(word), buf, 10, &needed), IMAP_ERR_ARGUMENT);
  CHECK_STR(buf, "");
  CHECK_RC(imap_header_decode(word, strlen(word), buf, 11, NULL), IMAP_OK);
  CHECK_STR(buf, "caf\xc3\xa9!\xc3\xa4 x");
  CHECK_RC(imap_header_decode("a\0\xff", 3, buf, sizeof buf, &needed), IMAP_OK);
  CHECK_STR(buf, "a\xef\xbf\xbd\xef\xbf\xbd");
  CHECK_RC(imap_header_decode(NULL, 0, buf, sizeof buf, &needed), IMAP_OK);
  CHECK_STR(buf, "");
  CHECK_INT(needed, 0);
  CHECK_RC(imap_header_decode(NULL, 1, buf, sizeof buf, &needed), IMAP_ERR_ARGUMENT);
}

static void structs_of_any_size_are_filled_as_far_as_they_go(void) {
  union {
    imap_envelope envelope;
    imap_address address;
    imap_part part;
    imap_param param;
    unsigned char octets[sizeof(imap_part) + 64];
  } place;
  uint32_t node, body;
  imap_response *row = row_of(message, "ENVELOPE", &node);
  body = imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), "BODYSTRUCTURE");
  /* A program that knows more gets zeros there. */
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_envelope_get(row, node, &place.envelope, sizeof place), IMAP_OK);
  CHECK_INT(place.envelope.size, sizeof(imap_envelope));
  CHECK_INT(place.octets[sizeof place - 1], 0);
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_part_get(row, body, &place.part, sizeof place), IMAP_OK);
  CHECK_INT(place.part.size, sizeof(imap_part));
  CHECK_INT(place.octets[sizeof place - 1], 0);
  /* Nothing is written behind the struct. */
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_part_get(row, body, &place.part, sizeof(imap_part)), IMAP_OK);
  CHECK_INT(place.octets[sizeof(imap_part)], 0xaa);
  /* Sizes that no version has, and NULL. */
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_envelope_get(row, node, &place.envelope, offsetof(imap_envelope, malformed)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_address_get(row, node, &place.address, offsetof(imap_address, malformed)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_part_get(row, body, &place.part, offsetof(imap_part, malformed)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_param_get(row, body, &place.param, offsetof(imap_param, malformed)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_part_get(row, body, &place.part, 0), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_part_get(row, body, &place.part, (size_t)-1), IMAP_ERR_ARGUMENT);
  CHECK(place.octets[0] == 0xaa && place.octets[8] == 0xaa);
  CHECK_RC(imap_envelope_get(row, node, NULL, sizeof(imap_envelope)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_address_get(row, node, NULL, sizeof(imap_address)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_part_get(row, body, NULL, sizeof(imap_part)), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_param_get(row, body, NULL, sizeof(imap_param)), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
}

static void what_is_no_response_is_said_to_be_none(void) {
  imap_envelope e;
  imap_address a;
  imap_part p;
  imap_param q;
  uint32_t node = 5;
  size_t needed = 5;
  char buf[4] = "x";
  memset(&e, 0xaa, sizeof e);
  memset(&p, 0xaa, sizeof p);
  CHECK_RC(imap_envelope_get(NULL, 1, &e, sizeof e), IMAP_ERR_HANDLE);
  CHECK(e.size == 0 && e.date == NULL && e.to == 0);
  CHECK_RC(imap_address_get(NULL, 1, &a, sizeof a), IMAP_ERR_HANDLE);
  CHECK_INT(a.next, 0);
  CHECK_RC(imap_part_get(NULL, 1, &p, sizeof p), IMAP_ERR_HANDLE);
  CHECK_INT(p.child, 0);
  CHECK_RC(imap_param_get(NULL, 1, &q, sizeof q), IMAP_ERR_HANDLE);
  CHECK_INT(q.next, 0);
  CHECK_RC(imap_part_find(NULL, 1, "1", &node), IMAP_ERR_HANDLE);
  CHECK_INT(node, 0);
  node = 5;
  CHECK_RC(imap_part_search(NULL, 1, 0, NULL, NULL, &node), IMAP_ERR_HANDLE);
  CHECK_INT(node, 0);
  CHECK_RC(imap_part_number(NULL, 1, 1, buf, sizeof buf), IMAP_ERR_HANDLE);
  CHECK_STR(buf, "");
  CHECK_RC(imap_param_find(NULL, 1, "name", buf, sizeof buf, &needed), IMAP_ERR_HANDLE);
  CHECK_INT(needed, 0);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(an_envelope_is_read_with_one_call),
      TEST(addresses_are_gone_through_by_next),
      TEST(parts_are_read_with_one_call),
      TEST(parts_are_found_by_number_type_and_disposition),
      TEST(all_parts_are_found_at_once),
      TEST(parameters_are_read_and_decoded),
      TEST(header_texts_are_decoded),
      TEST(structs_of_any_size_are_filled_as_far_as_they_go),
      TEST(what_is_no_response_is_said_to_be_none),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
