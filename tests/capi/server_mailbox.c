/* Commands on mailboxes against Dovecot: each with its effect seen by another command, names of every kind there and back,
 * response codes, states. */
#include "server_kit.h"

/* LIST of one name as the server writes it: its attributes, "" if there is no such mailbox. */
static const char *attributes(imap_conn *conn, const char *pattern) {
  static char found[200];
  imap_response *r = NULL;
  found[0] = '\0';
  if (OK(conn, imap_cmd_list(conn, NULL, pattern, &r)) && item(r, NULL, 0))
    snprintf(found, sizeof found, "%s", item(r, NULL, 0));
  imap_response_free(r);
  return found;
}

static void create_list_rename_delete(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "Crld", &r));
  CHECK_HAS(item(r, NULL, 0), "Create completed");
  drop(&r);
  CHECK_STR(attributes(conn, "Crld"), "(\\HasNoChildren) \"/\" Crld");
  OK(conn, imap_cmd_create(conn, "Crld/Below", NULL));
  CHECK_STR(attributes(conn, "Crld"), "(\\HasChildren) \"/\" Crld");
  OK(conn, imap_cmd_list(conn, "Crld/", "%", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "(\\HasNoChildren) \"/\" Crld/Below");
  drop(&r);
  OK(conn, imap_cmd_list(conn, "", "", &r));
  CHECK_STR(item(r, NULL, 0), "(\\Noselect) \"/\" \"\"");
  drop(&r);
  OK(conn, imap_cmd_rename(conn, "Crld/Below", "Elsewhere", NULL));
  CHECK_STR(attributes(conn, "Crld/Below"), "");
  CHECK_STR(attributes(conn, "Elsewhere"), "(\\HasNoChildren) \"/\" Elsewhere");
  OK(conn, imap_cmd_delete(conn, "Elsewhere", NULL));
  CHECK_STR(attributes(conn, "Elsewhere"), "");
  OK(conn, imap_cmd_list(conn, NULL, "no*such", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  CHECK_INT(imap_response_row_count(r), 0);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void refusals_carry_their_codes(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "Codes", NULL));
  RC(conn, imap_cmd_create(conn, "Codes", &r), IMAP_NO);
  CHECK_STR(code_of(r), "ALREADYEXISTS");
  CHECK_STR(imap_last_code(conn), "ALREADYEXISTS");
  CHECK_INT(imap_error_class(IMAP_NO), IMAP_CLASS_NONE);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_NO);
  CHECK_HAS(item(r, NULL, 0), "[ALREADYEXISTS] Mailbox already exists");
  const char *message = NULL;
  size_t len = 0;
  CHECK_RC(imap_response_message(r, &message, &len), IMAP_OK);
  CHECK(message && strncmp(message, "Mailbox already exists", 22) == 0);
  CHECK_HAS(imap_last_message(conn), "CREATE: NO [ALREADYEXISTS]");
  CHECK(strncmp(imap_last_text(conn), "[ALREADYEXISTS]", 15) == 0);
  drop(&r);
  RC(conn, imap_cmd_delete(conn, "Missing", NULL), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "NONEXISTENT");
  RC(conn, imap_cmd_rename(conn, "Missing", "Other", NULL), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "NONEXISTENT");
  OK(conn, imap_cmd_create(conn, "Codes too", NULL));
  RC(conn, imap_cmd_rename(conn, "Codes", "Codes too", NULL), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "ALREADYEXISTS");
  RC(conn, imap_cmd_status(conn, "Missing", "MESSAGES", &r), IMAP_NO);
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_HAS(item(r, NULL, 0), "Missing");
  drop(&r);
  RC(conn, imap_cmd_select(conn, "Missing", 0, NULL), IMAP_NO);
  RC(conn, imap_cmd_status(conn, "INBOX", "NONSENSE", NULL), IMAP_BAD);
  RC(conn, imap_cmd_delete(conn, "INBOX", NULL), IMAP_NO);
  OK(conn, imap_cmd_noop(conn, NULL));
  CHECK_STR(imap_last_code(conn), "");
  imap_logout_and_free(conn);
}

static void subscriptions_are_listed_by_lsub(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "Sub \xc3\xa9", NULL));
  OK(conn, imap_cmd_subscribe(conn, "Sub \xc3\xa9", NULL));
  OK(conn, imap_cmd_lsub(conn, NULL, "Sub*", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "() \"/\" \"Sub &AOk-\"");
  drop(&r);
  OK(conn, imap_cmd_unsubscribe(conn, "Sub \xc3\xa9", NULL));
  OK(conn, imap_cmd_lsub(conn, NULL, NULL, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  drop(&r);
  RC(conn, imap_cmd_subscribe(conn, "Missing", NULL), IMAP_NO);
  imap_logout_and_free(conn);
}

static void status_counts_what_is_there(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "Count it", NULL));
  add_message(conn, "Count it", "\\Seen", "one");
  add_message(conn, "Count it", NULL, "two");
  OK(conn, imap_cmd_status(conn, "Count it", "MESSAGES UNSEEN UIDNEXT RECENT", &r));
  CHECK_STR(item(r, NULL, 0), "\"Count it\" (MESSAGES 2 RECENT 2 UIDNEXT 3 UNSEEN 1)");
  const imap_response *row = imap_response_row(r, 0);
  uint64_t number = 0;
  uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
  CHECK_INT(imap_node_kind(row, list), IMAP_NODE_LIST);
  CHECK_RC(imap_node_number(row, imap_node_find(row, list, "uidnext"), &number), IMAP_OK);
  CHECK_INT(number, 3);
  drop(&r);
  OK(conn, imap_cmd_status(conn, "Count it", "(UIDVALIDITY)", &r));
  CHECK_HAS(item(r, NULL, 0), "(UIDVALIDITY ");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void select_tells_everything_about_the_mailbox(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  char buf[300];
  OK(conn, imap_cmd_create(conn, "Sel", NULL));
  add_message(conn, "Sel", NULL, "one");
  add_message(conn, "Sel", NULL, "two");
  OK(conn, imap_cmd_select(conn, "Sel", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "2");
  CHECK_STR(code_of(r), "READ-WRITE");
  CHECK_STR(item(r, "RECENT", 0), "2");
  CHECK_HAS(item(r, "FLAGS", 0), "\\Deleted");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  CHECK_INT(imap_is_readonly(conn), 0);
  CHECK(atol(filed(conn, "UIDVALIDITY", buf, sizeof buf)) > 0);
  CHECK_STR(filed(conn, "UIDVALIDITY", buf, sizeof buf), "");
  CHECK_STR(filed(conn, "uidnext", buf, sizeof buf), "3");
  CHECK_HAS(filed(conn, "PERMANENTFLAGS", buf, sizeof buf), "\\*");
  CHECK_STR(filed(conn, "EXISTS", buf, sizeof buf), "2");
  imap_response *code = NULL;
  CHECK_RC(imap_untagged(conn, "READ-WRITE", &code), IMAP_OK);
  CHECK_INT(imap_response_item_count(code, NULL), 1);
  CHECK_STR(item(code, NULL, 0), "");
  drop(&code);
  drop(&r);
  /* What was known of the mailbox before is gone with the next SELECT. */
  OK(conn, imap_cmd_select(conn, NULL, 0, &r));
  CHECK_STR(item(r, NULL, 0), "0");
  CHECK_STR(filed(conn, "UIDNEXT", buf, sizeof buf), "1");
  drop(&r);
  RC(conn, imap_cmd_select(conn, "Missing", 0, NULL), IMAP_NO);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  RC(conn, imap_cmd_check(conn, NULL), IMAP_ERR_STATE);
  imap_logout_and_free(conn);
}

static void examine_opens_for_reading_only(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "Exam", NULL));
  add_message(conn, "Exam", NULL, "one");
  OK(conn, imap_cmd_select(conn, "Exam", IMAP_EXAMINE, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  CHECK_STR(imap_response_name(r), "EXAMINE");
  CHECK_STR(code_of(r), "READ-ONLY");
  CHECK_INT(imap_is_readonly(conn), 1);
  drop(&r);
  /* Dovecot says OK and changes nothing; the library does not refuse what was opened for reading on purpose. */
  int rc = imap_cmd_store(conn, "1", "+FLAGS", "\\Seen", 0, NULL);
  CHECK(rc == IMAP_OK || rc == IMAP_NO);
  OK(conn, imap_cmd_close(conn, NULL));
  OK(conn, imap_cmd_status(conn, "Exam", "UNSEEN", &r));
  CHECK_STR(item(r, NULL, 0), "Exam (UNSEEN 1)");
  drop(&r);
  OK(conn, imap_cmd_select(conn, "Exam", 0, NULL));
  CHECK_INT(imap_is_readonly(conn), 0);
  RC(conn, imap_cmd_select(conn, "Exam", IMAP_UID, NULL), IMAP_ERR_ARGUMENT);
  imap_logout_and_free(conn);
}

static void close_expunges_and_unselect_does_not(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  OK(conn, imap_cmd_create(conn, "Leave", NULL));
  add_message(conn, "Leave", "\\Deleted", "one");
  add_message(conn, "Leave", NULL, "two");
  OK(conn, imap_cmd_select(conn, "Leave", 0, NULL));
  OK(conn, imap_cmd_check(conn, NULL));
  OK(conn, imap_cmd_unselect(conn, NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  CHECK_INT(messages_in(conn, "Leave"), 2);
  RC(conn, imap_cmd_unselect(conn, NULL), IMAP_ERR_STATE);
  OK(conn, imap_cmd_select(conn, "Leave", 0, NULL));
  OK(conn, imap_cmd_close(conn, NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  CHECK_INT(messages_in(conn, "Leave"), 1);
  imap_logout_and_free(conn);
}

/* The mailbox in the rows of LIST whose name, decoded, is this one; its raw name is copied. */
static int find_name(const imap_response *list, const char *name, char *raw, size_t size) {
  for (size_t i = 0; i < imap_response_row_count(list); i++) {
    const imap_response *row = imap_response_row(list, i);
    const char *text = NULL;
    size_t len = 0, needed = 0;
    char decoded[500];
    if (imap_node_text(row, imap_node_at(row, IMAP_ROOT, 3), &text, &len) != IMAP_OK || len >= size)
      continue;
    if (imap_utf7_decode(text, len, decoded, sizeof decoded, &needed) == IMAP_OK && strcmp(decoded, name) == 0) {
      memcpy(raw, text, len + 1);
      return 1;
    }
  }
  return 0;
}

static void names_of_every_kind_come_back_as_they_went(void) {
  static const char *const names[] = {
      "Entw\xc3\xbcrfe",       "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xf0\x9f\x93\xac mail", "a & b",
      "&-",                    "quote\"d",                           "back\\slash",           "100%",
      "star*",                 "with blank",                         " blank first",          "(paren)",
      "{12}",                  "[bracket]",                          "NIL",                   "a]b",
      "\xc3\xa9/\xc3\xa8 % \"",  "plus+minus-",                       "#hash",                 "=?utf-8?Q?x?=",
      "o'clock`$;|<>!@^_:",
  };
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  for (size_t i = 0; i < COUNT_OF(names); i++)
    OK(conn, imap_cmd_create(conn, names[i], NULL));
  imap_response *list = NULL;
  OK(conn, imap_cmd_list(conn, NULL, NULL, &list));
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    char raw[500];
    if (!find_name(list, names[i], raw, sizeof raw)) {
      kit_fail(__FILE__, __LINE__, "LIST does not show \"%s\"", names[i]);
      continue;
    }
    CHECK_INT(messages_in(conn, names[i]), 0);
    imap_arg args[] = {{raw, strlen(raw), IMAP_ARG_MAILBOX_RAW, 0}, {"MESSAGES", 8, IMAP_ARG_ITEMS, 0}};
    imap_response *r = NULL;
    OK(conn, imap_command(conn, "STATUS", args, 2, &r));
    CHECK_HAS(item(r, NULL, 0), "(MESSAGES 0)");
    drop(&r);
    OK(conn, imap_cmd_select(conn, names[i], 0, NULL));
    OK(conn, imap_cmd_unselect(conn, NULL));
    if (i % 2)
      OK(conn, imap_cmd_delete(conn, names[i], NULL));
    else
      OK(conn, imap_command(conn, "DELETE", args, 1, NULL));
  }
  imap_response_free(list);
  imap_logout_and_free(conn);
}

static void wildcards_in_patterns_and_not_in_names(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "W\xc3\xa4r/one", NULL));
  OK(conn, imap_cmd_create(conn, "W\xc3\xa4r/two", NULL));
  OK(conn, imap_cmd_list(conn, NULL, "W\xc3\xa4r/%", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  drop(&r);
  OK(conn, imap_cmd_list(conn, "W\xc3\xa4r", "*", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 3);
  drop(&r);
  OK(conn, imap_cmd_delete(conn, "W\xc3\xa4r/one", NULL));
  OK(conn, imap_cmd_delete(conn, "W\xc3\xa4r/two", NULL));
  imap_logout_and_free(conn);
}

static void names_that_cannot_be_sent_are_refused(void) {
  imap_conn *conn = dovecot_as("mailbox");
  REQUIRE(conn);
  RC(conn, imap_cmd_create(conn, "two\r\nlines", NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_create(conn, "not \xff utf-8", NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_create(conn, NULL, NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_create(conn, "", NULL), IMAP_NO);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(create_list_rename_delete),
      TEST(refusals_carry_their_codes),
      TEST(subscriptions_are_listed_by_lsub),
      TEST(status_counts_what_is_there),
      TEST(select_tells_everything_about_the_mailbox),
      TEST(examine_opens_for_reading_only),
      TEST(close_expunges_and_unselect_does_not),
      TEST(names_of_every_kind_come_back_as_they_went),
      TEST(wildcards_in_patterns_and_not_in_names),
      TEST(names_that_cannot_be_sent_are_refused),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
