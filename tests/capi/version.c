/* Versions, features, and the names, texts and classes of return codes. */
#include "kit.h"

#include <imap4.h>
#include <stdio.h>
#include <string.h>

static void library_and_header_are_of_one_version(void) {
  char text[50];
  CHECK_STR(imap_version_string(), IMAP4_VERSION_STRING);
  CHECK_INT(imap_version_number(), IMAP4_VERSION_NUMBER);
  snprintf(text, sizeof text, "%d.%d.%d", imap_version_number() / 10000, imap_version_number() / 100 % 100,
           imap_version_number() % 100);
  CHECK_STR(imap_version_string(), text);
}

static void features_are_told_by_name(void) {
  static const char *const features[] = {"tls", "starttls", "ssl-ctx", "child-process", "cram-md5",
                                         "plain", "login", "utf7", "utf8-accept", "literal-plus"};
  for (size_t i = 0; i < COUNT_OF(features); i++)
    if (!imap_has_feature(features[i]))
      kit_fail(__FILE__, __LINE__, "no feature %s", features[i]);
  CHECK_INT(imap_has_feature("time-travel"), 0);
  CHECK_INT(imap_has_feature(""), 0);
  CHECK_INT(imap_has_feature("\xff"), 0);
  CHECK_INT(imap_has_feature(NULL), 0);
}

static void every_code_has_a_name_a_text_and_a_class(void) {
  static const struct {
    int rc;
    const char *name;
    int kind;
  } codes[] = {
#define CODE(rc, kind) {rc, #rc, IMAP_CLASS_##kind}
      CODE(IMAP_OK, NONE), CODE(IMAP_NO, NONE), CODE(IMAP_BAD, ERROR), CODE(IMAP_AGAIN, NONE), CODE(IMAP_QUEUED, NONE),
      CODE(IMAP_EVENT, NONE), CODE(IMAP_LITERAL, NONE), CODE(IMAP_CHALLENGE, NONE), CODE(IMAP_END, NONE),
      CODE(IMAP_READONLY, READONLY), CODE(IMAP_ERR_ARGUMENT, ARGUMENT), CODE(IMAP_ERR_HANDLE, ARGUMENT),
      CODE(IMAP_ERR_STATE, ERROR), CODE(IMAP_ERR_UNSUPPORTED, ERROR), CODE(IMAP_ERR_SYSTEM, SYSTEM),
      CODE(IMAP_ERR_TIMEOUT, TIMEOUT), CODE(IMAP_ERR_CLOSED, ABORT), CODE(IMAP_ERR_BYE, ABORT),
      CODE(IMAP_ERR_PROTOCOL, ABORT), CODE(IMAP_ERR_LIMIT, ABORT), CODE(IMAP_ERR_TLS, TLS),
      CODE(IMAP_ERR_TLS_VERIFY, TLS), CODE(IMAP_ERR_AUTH, ERROR), CODE(IMAP_ERR_READONLY, READONLY),
      CODE(IMAP_ERR_INTERRUPTED, INTERRUPTED), CODE(IMAP_ERR_WOKEN, INTERRUPTED),
  };
  for (size_t i = 0; i < COUNT_OF(codes); i++) {
    CHECK_STR(imap_error_name(codes[i].rc), codes[i].name);
    CHECK(strlen(imap_error_text(codes[i].rc)) > 3 || codes[i].rc == IMAP_OK);
    if (imap_error_class(codes[i].rc) != codes[i].kind)
      kit_fail(__FILE__, __LINE__, "%s has class %d, not %d", codes[i].name, imap_error_class(codes[i].rc), codes[i].kind);
  }
  for (int rc = -123; rc <= -100; rc++) {
    CHECK(strncmp(imap_error_name(rc), "IMAP_ERR_", 9) == 0);
    CHECK(imap_error_class(rc) != IMAP_CLASS_NONE);
  }
}

static void other_numbers_are_unknown(void) {
  static const int numbers[] = {10, 11, 1000, -1, -99, -124, -1000, 2147483647, -2147483647 - 1};
  for (size_t i = 0; i < COUNT_OF(numbers); i++) {
    CHECK_STR(imap_error_name(numbers[i]), "unknown");
    CHECK(imap_error_text(numbers[i]) != NULL);
    CHECK_INT(imap_error_class(numbers[i]), IMAP_CLASS_NONE);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(library_and_header_are_of_one_version),
      TEST(features_are_told_by_name),
      TEST(every_code_has_a_name_a_text_and_a_class),
      TEST(other_numbers_are_unknown),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
