/* Whole envelopes and bodies in one call. That the values are those that are read one by one is tested beside the source;
 * here stands how they come to C: order, room, what does not fit, what is none. */
#include "kit.h"

#include <imap4.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NIL UINT32_MAX

static const char line[] =
    "* 1 FETCH (ENVELOPE (\"d\" \"sub\" ((\"Ann\" NIL \"ann\" \"x.org\")) NIL NIL NIL NIL NIL \"\" \"<id>\") "
    "BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 4294967299 48)"
    "(\"image\" \"png\" NIL NIL NIL \"BASE64\" 9 NIL (\"ATTACHMENT\" (\"filename\" \"a.png\")) (\"en\" \"de\")) \"MIXED\"))\r\n";

static imap_response *parsed(const char *name, uint32_t *node) {
  imap_response *row = NULL;
  size_t used;
  CHECK_RC(imap_response_parse(line, strlen(line), NULL, &row, &used), IMAP_OK);
  *node = imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), name);
  CHECK(*node != 0);
  return row;
}

static void an_envelope_comes_in_one_call(void) {
  static const uint32_t wanted[] = {0, 1, 3, 0, 4, /* from */ 1, IMAP_ADDRESS_MAILBOX, 3, NIL, 3, 5, 0, 0, 0, 0, 0};
  uint32_t node, numbers[32];
  char texts[64];
  size_t count = 7, needed = 7;
  imap_response *row = parsed("ENVELOPE", &node);
  CHECK_RC(imap_envelope_flat(row, node, numbers, 32, &count, texts, sizeof texts, &needed), IMAP_OK);
  CHECK_INT(count, sizeof wanted / sizeof *wanted);
  CHECK(memcmp(numbers, wanted, sizeof wanted) == 0);
  CHECK_OCTETS(texts, needed, "dsub<id>Annannx.org");
  imap_response_free(row);
}

static void a_body_comes_in_one_call(void) {
  static const uint32_t wanted[] = {
      /* the multipart */ NIL, 0, 1, 0, NIL, NIL, NIL, NIL, 9, 5, NIL, NIL, NIL, NIL, NIL, NIL, 0, 0, 0, 0, 0, 0,
      /* the text: 2 ^ 32 + 3 octets */ 0, 1, 0, 0, 3, 1, 48, 0, 4, 5, NIL, NIL, 4, NIL, NIL, NIL, 77, 1, 7, 5, 0, 0, 0, 0,
      /* the image */ 0, 1, 0, 0, 9, 0, NIL, NIL, 5, 3, NIL, NIL, 6, NIL, 10, NIL, 0, 0, 77, 1, 8, 5, 2, 2, 2, 0};
  uint32_t node, numbers[128];
  char texts[256], name[16];
  size_t count, needed, i;
  imap_response *row = parsed("BODYSTRUCTURE", &node);
  CHECK_RC(imap_body_flat(row, node, numbers, 128, &count, texts, sizeof texts, &needed), IMAP_OK);
  CHECK_INT(count, sizeof wanted / sizeof *wanted);
  for (i = 0; i < count; i++)
    if (wanted[i] == 77) { /* the node of a first parameter */
      size_t len;
      CHECK_RC(imap_param_find(row, numbers[i], i < 50 ? "charset" : "FILENAME", name, sizeof name, &len), IMAP_OK);
      CHECK_OCTETS(name, len, i < 50 ? "utf-8" : "a.png");
    } else {
      CHECK_INT(numbers[i], wanted[i]);
    }
  CHECK_OCTETS(texts, needed, "MULTIPARTMIXED1TEXTPLAIN7BITCHARSETutf-82imagepngBASE64ATTACHMENTfilenamea.pngende");
  imap_response_free(row);
}

static void what_does_not_fit_is_counted(void) {
  uint32_t node, numbers[16];
  char texts[32];
  size_t count, needed;
  imap_response *row = parsed("ENVELOPE", &node);
  CHECK_RC(imap_envelope_flat(row, node, NULL, 0, &count, NULL, 0, &needed), IMAP_ERR_ARGUMENT);
  CHECK(count == 16 && needed == 19);
  memset(texts, '?', sizeof texts);
  CHECK_RC(imap_envelope_flat(row, node, numbers, 15, &count, texts, 19, &needed), IMAP_ERR_ARGUMENT);
  CHECK(count == 16 && needed == 19 && texts[19] == '?');
  CHECK_RC(imap_envelope_flat(row, node, numbers, 16, &count, texts, 18, &needed), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_envelope_flat(row, node, numbers, 16, NULL, texts, 19, NULL), IMAP_OK);
  CHECK_RC(imap_envelope_flat(row, node, numbers, SIZE_MAX, &count, texts, 19, &needed), IMAP_ERR_ARGUMENT);
  imap_response_free(row);
}

static void what_is_none(void) {
  uint32_t node, numbers[16];
  char texts[32];
  size_t count = 7, needed = 7;
  imap_response *row = parsed("ENVELOPE", &node);
  CHECK_RC(imap_envelope_flat(row, 0, numbers, 16, &count, texts, 32, &needed), IMAP_END);
  CHECK(count == 0 && needed == 0);
  CHECK_RC(imap_body_flat(row, 1000000, numbers, 16, &count, texts, 32, &needed), IMAP_END);
  CHECK_RC(imap_body_flat(NULL, node, numbers, 16, &count, texts, 32, &needed), IMAP_ERR_HANDLE);
  CHECK_RC(imap_envelope_flat(NULL, node, numbers, 16, NULL, texts, 32, NULL), IMAP_ERR_HANDLE);
  imap_response_free(row);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(an_envelope_comes_in_one_call),
      TEST(a_body_comes_in_one_call),
      TEST(what_does_not_fit_is_counted),
      TEST(what_is_none),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
