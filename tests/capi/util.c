/* The utility functions: dates, flags, base 16 and modified UTF-7, with buffers of every size. */
#include "kit.h"

#include <imap4.h>
#include <stdlib.h>
#include <string.h>

static void dates_are_read_in_every_wrapping(void) {
  static const struct {
    const char *text;
    int64_t seconds;
    int32_t offset_min;
  } dates[] = {
      {"17-Jul-1996 02:44:25 -0700", 837596665, -420},
      {"\"17-Jul-1996 02:44:25 -0700\"", 837596665, -420},
      {"1 (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")", 837596665, -420},
      {"25 (UID 7 INTERNALDATE \" 1-Jan-2000 11:30:00 +1130\" FLAGS ())", 946684800, 690},
      {" 1-Jan-1970 00:00:00 +0000", 0, 0},
  };
  for (size_t i = 0; i < COUNT_OF(dates); i++) {
    int64_t seconds = -1;
    int32_t offset_min = -1;
    CHECK_RC(imap_internaldate_parse(dates[i].text, strlen(dates[i].text), &seconds, &offset_min), IMAP_OK);
    CHECK_INT(seconds, dates[i].seconds);
    CHECK_INT(offset_min, dates[i].offset_min);
  }
}

static void what_is_no_date_is_refused(void) {
  static const char *const texts[] = {"", "yesterday", "32-Jan-2000 00:00:00 +0000", "30-Feb-2000 00:00:00 +0000",
                                      "17-Jul-1996 24:00:00 +0000", "17-Jul-1996 02:44:25", "17-Jux-1996 02:44:25 +0000"};
  for (size_t i = 0; i < COUNT_OF(texts); i++) {
    int64_t seconds = 7;
    int32_t offset_min = 7;
    CHECK_RC(imap_internaldate_parse(texts[i], strlen(texts[i]), &seconds, &offset_min), IMAP_ERR_ARGUMENT);
    CHECK(seconds == 0 && offset_min == 0);
  }
  CHECK_RC(imap_internaldate_parse(NULL, 5, NULL, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_internaldate_parse("17-Jul-1996 02:44:25 -0700", 10, NULL, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_internaldate_parse("17-Jul-1996 02:44:25 -0700", 26, NULL, NULL), IMAP_OK);
}

static void dates_are_written_and_fit_the_size(void) {
  char buf[IMAP_INTERNALDATE_SIZE + 8];
  CHECK_RC(imap_internaldate_format(837596665, -420, buf, IMAP_INTERNALDATE_SIZE), IMAP_OK);
  CHECK_STR(buf, "\"17-Jul-1996 02:44:25 -0700\"");
  CHECK_RC(imap_internaldate_format(0, 0, buf, sizeof buf), IMAP_OK);
  CHECK_STR(buf, "\"01-Jan-1970 00:00:00 +0000\"");
  CHECK_RC(imap_internaldate_format(253402300799, 0, buf, sizeof buf), IMAP_OK);
  CHECK_STR(buf, "\"31-Dec-9999 23:59:59 +0000\"");
  static const int64_t outside[] = {253402300800, -62135596801, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < COUNT_OF(outside); i++) {
    CHECK_RC(imap_internaldate_format(outside[i], 0, buf, sizeof buf), IMAP_ERR_ARGUMENT);
    CHECK_STR(buf, "");
  }
  CHECK_RC(imap_internaldate_format(0, 2147483647, buf, sizeof buf), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_internaldate_format(0, -2147483647 - 1, buf, sizeof buf), IMAP_ERR_ARGUMENT);
  memset(buf, 'x', sizeof buf);
  CHECK_RC(imap_internaldate_format(0, 0, buf, IMAP_INTERNALDATE_SIZE - 1), IMAP_ERR_ARGUMENT);
  CHECK(buf[IMAP_INTERNALDATE_SIZE - 1] == 'x');
  CHECK_RC(imap_internaldate_format(0, 0, buf, 0), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_internaldate_format(0, 0, NULL, 100), IMAP_ERR_ARGUMENT);
}

static void numbers_become_letters(void) {
  char buf[IMAP_INT_TO_AP_SIZE];
  CHECK_RC(imap_int_to_ap(0, buf, sizeof buf), IMAP_OK);
  CHECK_STR(buf, "");
  CHECK_RC(imap_int_to_ap(65535, buf, sizeof buf), IMAP_OK);
  CHECK_STR(buf, "PPPP");
  CHECK_RC(imap_int_to_ap(UINT64_MAX, buf, sizeof buf), IMAP_OK);
  CHECK_STR(buf, "PPPPPPPPPPPPPPPP");
  CHECK_RC(imap_int_to_ap(UINT64_MAX, buf, sizeof buf - 1), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_int_to_ap(1, NULL, 0), IMAP_ERR_ARGUMENT);
}

static void flags_are_items(void) {
  static const char *const texts[] = {"(\\Seen $x)", "1 (FLAGS (\\Seen $x) UID 5)", "FLAGS (\\Seen $x)"};
  for (size_t i = 0; i < COUNT_OF(texts); i++) {
    imap_response *flags = NULL;
    const char *ptr;
    size_t len;
    CHECK_RC(imap_flags_parse(texts[i], strlen(texts[i]), &flags), IMAP_OK);
    CHECK_INT(imap_response_item_count(flags, NULL), 2);
    CHECK_RC(imap_response_item(flags, NULL, 0, &ptr, &len, NULL, NULL), IMAP_OK);
    CHECK_OCTETS(ptr, len, "\\Seen");
    CHECK_RC(imap_response_item(flags, NULL, 1, &ptr, &len, NULL, NULL), IMAP_OK);
    CHECK_OCTETS(ptr, len, "$x");
    CHECK_INT(ptr[len], 0);
    imap_response_free(flags);
  }
  imap_response *none = (imap_response *)(void *)&none;
  CHECK_RC(imap_flags_parse("nothing", 7, &none), IMAP_ERR_ARGUMENT);
  CHECK(none == NULL);
  CHECK_RC(imap_flags_parse(NULL, 3, &none), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_flags_parse("()", 2, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_flags_parse("()", 2, &none), IMAP_OK);
  CHECK_INT(imap_response_item_count(none, NULL), 0);
  imap_response_free(none);
}

typedef int (*utf7_function)(const char *text, size_t len, char *buf, size_t size, size_t *needed);

/* At every size of the buffer: enough or refused, and never a octet too many. */
static void check_utf7(utf7_function convert, const char *text, const char *want) {
  size_t len = strlen(want), needed = 0;
  CHECK_RC(convert(text, strlen(text), NULL, 0, &needed), IMAP_ERR_ARGUMENT);
  CHECK_INT(needed, len);
  for (size_t size = 0; size < len + 3; size++) {
    char *buf = malloc(size + 1);
    buf[size] = 'x';
    CHECK_RC(convert(text, strlen(text), buf, size, &needed), size > len ? IMAP_OK : IMAP_ERR_ARGUMENT);
    CHECK_INT(needed, len);
    CHECK_INT(buf[size], 'x');
    if (size > len)
      CHECK_STR(buf, want);
    free(buf);
  }
}

static void names_go_to_utf7_and_back(void) {
  static const char *const names[][2] = {
      {"INBOX", "INBOX"}, {"", ""}, {"&", "&-"}, {"Entw\xc3\xbcrfe", "Entw&APw-rfe"},
      {"\xe5\x8f\xb0\xe5\x8c\x97", "&U,BTFw-"}, {"\xf0\x9f\x93\xa7", "&2D3c5w-"},
  };
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    check_utf7(imap_utf7_encode, names[i][0], names[i][1]);
    check_utf7(imap_utf7_decode, names[i][1], names[i][0]);
  }
}

static void what_is_not_valid_is_refused(void) {
  static const char *const utf7[] = {"&", "&AP", "&AGE-", "Entw\xc3\xbcrfe", "&2D0-", "a&APw", "&-&AP%-"};
  char buf[100];
  size_t needed = 7;
  for (size_t i = 0; i < COUNT_OF(utf7); i++) {
    buf[0] = 'x';
    CHECK_RC(imap_utf7_decode(utf7[i], strlen(utf7[i]), buf, sizeof buf, &needed), IMAP_ERR_ARGUMENT);
    CHECK_STR(buf, "");
    CHECK_INT(needed, 0);
  }
  buf[0] = 'x';
  CHECK_RC(imap_utf7_encode("\xff", 1, buf, sizeof buf, &needed), IMAP_ERR_ARGUMENT);
  CHECK_STR(buf, "");
  buf[0] = 'x';
  CHECK_RC(imap_header_decode(NULL, 3, buf, sizeof buf, &needed), IMAP_ERR_ARGUMENT);
  CHECK_STR(buf, "");
  CHECK_RC(imap_utf7_encode(NULL, 3, buf, sizeof buf, &needed), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_utf7_encode(NULL, 0, buf, sizeof buf, NULL), IMAP_OK);
  CHECK_RC(imap_utf7_decode(NULL, 3, buf, sizeof buf, NULL), IMAP_ERR_ARGUMENT);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(dates_are_read_in_every_wrapping),
      TEST(what_is_no_date_is_refused),
      TEST(dates_are_written_and_fit_the_size),
      TEST(numbers_become_letters),
      TEST(flags_are_items),
      TEST(names_go_to_utf7_and_back),
      TEST(what_is_not_valid_is_refused),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
