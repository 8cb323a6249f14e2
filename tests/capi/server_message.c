/* Commands on messages against Dovecot: what goes in by APPEND comes out by FETCH, and every change is seen by another
 * command. */
#include "server_kit.h"

/* A mailbox with this many small messages, "Subject: n". They are copied, which is quicker than sent. */
static int fill(imap_conn *conn, const char *name, int count) {
  if (!fresh_mailbox(conn, name) || !add_message(conn, name, NULL, "first"))
    return 0;
  for (int have = 1; have < count;) {
    char set[40];
    int more = have < count - have ? have : count - have;
    snprintf(set, sizeof set, "1:%d", more);
    if (!OK(conn, imap_cmd_copy(conn, set, name, 0, NULL)) || !OK(conn, imap_cmd_noop(conn, NULL)))
      return 0;
    have += more;
  }
  return 1;
}

static const char *search(imap_conn *conn, const char *criteria, int flags) {
  static char found[400];
  imap_response *r = NULL;
  snprintf(found, sizeof found, "failed");
  if (OK(conn, imap_cmd_search(conn, NULL, criteria, flags, &r)) && item(r, NULL, 0))
    snprintf(found, sizeof found, "%s", item(r, NULL, 0));
  imap_response_free(r);
  return found;
}

static void append_keeps_flags_date_and_octets(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  char buf[100];
  size_t len = 0;
  const char *sent = "Subject: line ends\n\nunix\nmac\rdos\r\nend";
  REQUIRE(fresh_mailbox(conn, "Append"));
  OK(conn, imap_cmd_append(conn, "Append", "(\\Flagged $Test)", "17-Jul-1996 02:44:25 -0700", sent, strlen(sent), 0, &r));
  CHECK_STR(code_of(r), "APPENDUID");
  const char *argument = code_argument(r);
  CHECK(argument && atol(argument) > 0 && strcmp(strchr(argument, ' '), " 1") == 0);
  CHECK_STR(filed(conn, "APPENDUID", buf, sizeof buf), argument);
  CHECK_HAS(item(r, NULL, 0), "[APPENDUID");
  drop(&r);
  uint32_t exists = 0;
  CHECK(next_event(conn, "EXISTS", &exists));
  CHECK_INT(exists, 1);
  OK(conn, imap_cmd_fetch(conn, "1", "FLAGS INTERNALDATE BODY.PEEK[]", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  CHECK_HAS(item(r, NULL, 0), "1 (FLAGS (");
  CHECK_HAS(item(r, NULL, 0), "\\Flagged");
  CHECK_HAS(item(r, NULL, 0), "$Test");
  CHECK_HAS(item(r, NULL, 0), "INTERNALDATE \"17-Jul-1996 09:44:25 +0000\"");
  CHECK_HAS(item(r, NULL, 0), "BODY[] {41}");
  const char *body = literal(r, NULL, 0, &len);
  CHECK_OCTETS(body, len, "Subject: line ends\r\n\r\nunix\r\nmac\r\ndos\r\nend");
  CHECK_STR(item(r, NULL, 1), ")");
  CHECK(literal(r, NULL, 1, &len) == NULL);
  drop(&r);
  RC(conn, imap_cmd_append(conn, "Append", NULL, "32-Jan-2024 00:00:00 +0000", sent, strlen(sent), 0, NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_append(conn, "Append", "\\Seen\r\nx", NULL, sent, strlen(sent), 0, NULL), IMAP_ERR_ARGUMENT);
  OK(conn, imap_cmd_append(conn, NULL, NULL, NULL, "x\r\n", 3, IMAP_APPEND_VERBATIM, NULL));
  CHECK_INT(messages_in(conn, "INBOX"), 1);
  imap_logout_and_free(conn);
}

static void append_to_a_missing_mailbox_is_no_and_stays_in_step(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_cmd_append(conn, "Missing", NULL, NULL, "A: b\r\n\r\n", 8, 0, &r), IMAP_NO);
  CHECK_STR(code_of(r), "TRYCREATE");
  CHECK_STR(imap_last_code(conn), "TRYCREATE");
  drop(&r);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

/* Dovecot 2.3 refuses both before it comes to the literal, and would read that as commands. */
static void a_message_whose_command_is_refused_does_nothing(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  const char *message = "A: b\r\n\r\nzz CREATE Pwned\r\n";
  imap_arg argument = {message, strlen(message), IMAP_ARG_LITERAL, 0};
  CHECK(imap_has_capability(conn, "LITERAL+"));
  RC(conn, imap_cmd_append(conn, NULL, "\\Seen \\Recent", NULL, message, strlen(message), 0, NULL), IMAP_BAD);
  RC(conn, imap_command(conn, "XNOTHING", &argument, 1, NULL), IMAP_BAD);
  imap_response *r = NULL;
  OK(conn, imap_cmd_list(conn, NULL, "Pwned", &r));
  CHECK_INT(imap_response_row_count(r), 0);
  drop(&r);
  imap_logout_and_free(conn);
}

static void five_megabytes_come_back_unchanged(void) {
  size_t size = kit_is_watched() ? 512 * 1024 : 5 * 1024 * 1024, len = 0;
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  char *message = malloc(size);
  REQUIRE(message);
  /* Lines of every character but NUL, CR and LF, none of them alike. */
  unsigned seed = 7;
  for (size_t i = 0; i < size; i++) {
    unsigned char octet = (unsigned char)kit_random(&seed);
    message[i] = (char)(octet == 0 || octet == '\r' || octet == '\n' ? 'x' : octet);
    if (i % 100 >= 98)
      message[i] = i % 100 == 98 ? '\r' : '\n';
  }
  memcpy(message, "Subject: big\r\n\r\n", 16);
  imap_response *r = NULL;
  REQUIRE(fresh_mailbox(conn, "Big"));
  OK(conn, imap_cmd_append(conn, "Big", NULL, NULL, message, size, IMAP_APPEND_VERBATIM, NULL));
  OK(conn, imap_cmd_fetch(conn, "1", "BODY.PEEK[]", 0, &r));
  const char *body = literal(r, NULL, 0, &len);
  CHECK_INT(len, size);
  CHECK(body && len == size && memcmp(body, message, size) == 0);
  CHECK(body && body[size] == '\0');
  CHECK_STR(item(r, NULL, 1), ")");
  drop(&r);
  OK(conn, imap_cmd_fetch(conn, "1", "BODY.PEEK[]<100.50>", 0, &r));
  body = literal(r, NULL, 0, &len);
  CHECK(body && len == 50 && memcmp(body, message + 100, 50) == 0);
  imap_response_free(r);
  free(message);
  imap_logout_and_free(conn);
}

static void a_thousand_messages_in_one_fetch(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  size_t len = 0;
  REQUIRE(fill(conn, "Thousand", 1000));
  CHECK_INT(messages_in(conn, "Thousand"), 1000);
  OK(conn, imap_cmd_fetch(conn, "1:*", "UID FLAGS BODY.PEEK[HEADER]", 0, &r));
  CHECK_INT(imap_response_row_count(r), 1000);
  CHECK_INT(imap_response_item_count(r, NULL), 2000);
  uint64_t last = 0;
  for (size_t i = 0; i < imap_response_row_count(r); i++) {
    const imap_response *row = imap_response_row(r, i);
    uint32_t number = 0;
    uint64_t uid = 0;
    uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
    if (imap_response_number(row, &number) != IMAP_OK || number != i + 1 ||
        imap_node_number(row, imap_node_find(row, list, "UID"), &uid) != IMAP_OK || uid != i + 1 ||
        imap_response_arrival(row) <= last) {
      kit_fail(__FILE__, __LINE__, "row %zu has number %u, UID %llu", i, number, (unsigned long long)uid);
      break;
    }
    last = imap_response_arrival(row);
  }
  CHECK(imap_response_row(r, 1000) == NULL);
  CHECK(literal(r, "fetch", 1998, &len) != NULL);
  CHECK_STR(item(r, NULL, 1999), ")");
  imap_response *kept = NULL;
  CHECK_RC(imap_response_keep(imap_response_row(r, 500), &kept), IMAP_OK);
  drop(&r);
  imap_logout_and_free(conn);
  uint32_t number = 0;
  CHECK_RC(imap_response_number(kept, &number), IMAP_OK);
  CHECK_INT(number, 501);
  imap_response_free(kept);
}

static void fetch_gives_items_by_number_and_by_uid(void) {
  imap_conn *conn = dovecot_as("alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, &r));
  CHECK_STR(item(r, NULL, 0), "12");
  drop(&r);
  OK(conn, imap_cmd_fetch(conn, "1,12", "FAST", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  CHECK_HAS(item(r, NULL, 1), "INTERNALDATE \"17-Jan-2024 20:00:01 +0000\"");
  drop(&r);
  OK(conn, imap_cmd_fetch(conn, "*", "(UID)", 0, &r));
  CHECK(item(r, NULL, 0) && strncmp(item(r, NULL, 0), "12 (UID ", 8) == 0);
  char uid[20] = "";
  snprintf(uid, sizeof uid, "%d", item(r, NULL, 0) ? atoi(item(r, NULL, 0) + 8) : 0);
  drop(&r);
  OK(conn, imap_cmd_fetch(conn, uid, "ENVELOPE BODYSTRUCTURE", IMAP_UID, &r));
  CHECK_STR(imap_response_name(r), "UID FETCH");
  CHECK_HAS(item(r, NULL, 0), "ENVELOPE (");
  CHECK_HAS(item(r, NULL, 0), "BODYSTRUCTURE (");
  CHECK_HAS(item(r, NULL, 0), uid);
  drop(&r);
  RC(conn, imap_cmd_fetch(conn, "99", "FLAGS", 0, NULL), IMAP_BAD);
  OK(conn, imap_cmd_fetch(conn, "99999", "FLAGS", IMAP_UID, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  drop(&r);
  RC(conn, imap_cmd_fetch(conn, "1", "NONSENSE", 0, NULL), IMAP_BAD);
  RC(conn, imap_cmd_fetch(conn, "1;2", "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_fetch(conn, "1", "FLAGS)", 0, NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_fetch(conn, "1", "FLAGS", IMAP_EXAMINE, NULL), IMAP_ERR_ARGUMENT);
  /* Every message of the samples, whole: each head is read, each structure has no junk. */
  OK(conn, imap_cmd_fetch(conn, "1:*", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[]", 0, &r));
  CHECK_INT(imap_response_row_count(r), 12);
  for (size_t i = 0; i < imap_response_row_count(r); i++) {
    const imap_response *row = imap_response_row(r, i);
    uint32_t list = imap_node_at(row, IMAP_ROOT, 2);
    uint64_t octets = 0;
    const char *text = NULL;
    size_t len = 0;
    CHECK_INT(imap_response_malformed(row), 0);
    CHECK_INT(imap_node_count(row, list), 12);
    CHECK_RC(imap_node_number(row, imap_node_find(row, list, "RFC822.SIZE"), &octets), IMAP_OK);
    CHECK_RC(imap_node_text(row, imap_node_find(row, list, "BODY[]"), &text, &len), IMAP_OK);
    CHECK_INT(len, octets);
    CHECK_INT(imap_node_count(row, imap_node_find(row, list, "ENVELOPE")), 10);
  }
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void search_finds_by_number_and_by_uid(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  REQUIRE(fresh_mailbox(conn, "Search"));
  OK(conn, imap_cmd_search(conn, NULL, "ALL", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "");
  drop(&r);
  add_message(conn, "Search", "\\Deleted", "gone");
  OK(conn, imap_cmd_expunge(conn, NULL, NULL));
  add_message(conn, "Search", NULL, "plain");
  add_message(conn, "Search", "\\Seen", "two words");
  add_message(conn, "Search", NULL, "\xc3\xa4rger");
  CHECK_STR(search(conn, "UNSEEN", 0), "1 3");
  CHECK_STR(search(conn, "UNSEEN", IMAP_UID), "2 4");
  CHECK_STR(search(conn, "(SUBJECT \"two words\" NOT DELETED)", 0), "2");
  CHECK_STR(search(conn, "SUBJECT \"nothing has this\"", 0), "");
  CHECK_STR(search(conn, "SUBJECT \"\xc3\xa4rger\"", 0), "3");
  CHECK_STR(search(conn, "OR SUBJECT \"\xc3\x84RGER\" SUBJECT plain", IMAP_UID), "2 4");
  OK(conn, imap_cmd_search(conn, "UTF-8", "SUBJECT \"\xc3\xa4rger\"", 0, &r));
  CHECK_STR(item(r, NULL, 0), "3");
  drop(&r);
  OK(conn, imap_cmd_search(conn, "ISO-8859-1", "SUBJECT \"\xe4rger\"", 0, &r));
  CHECK_STR(item(r, NULL, 0), "3");
  drop(&r);
  RC(conn, imap_cmd_search(conn, "X-NO-SUCH", "SUBJECT \"a\"", 0, &r), IMAP_NO);
  CHECK_STR(code_of(r), "BADCHARSET");
  drop(&r);
  RC(conn, imap_cmd_search(conn, NULL, "NONSENSE", 0, NULL), IMAP_BAD);
  RC(conn, imap_cmd_search(conn, NULL, "SUBJECT \"open", 0, NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_search(conn, NULL, "", 0, NULL), IMAP_ERR_ARGUMENT);
  imap_logout_and_free(conn);
}

static void sort_and_thread_order_messages(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  REQUIRE(fresh_mailbox(conn, "Sort"));
  add_message(conn, "Sort", "\\Deleted", "x");
  OK(conn, imap_cmd_expunge(conn, NULL, NULL));
  add_message(conn, "Sort", NULL, "cherry");
  add_message(conn, "Sort", NULL, "apple");
  add_message(conn, "Sort", NULL, "\xc3\xa4hre");
  add_message(conn, "Sort", NULL, "Re: cherry");
  OK(conn, imap_cmd_sort(conn, "SUBJECT", NULL, "ALL", 0, &r));
  CHECK_STR(item(r, NULL, 0), "2 3 1 4");
  drop(&r);
  OK(conn, imap_cmd_sort(conn, "(REVERSE ARRIVAL)", "UTF-8", "NOT SUBJECT \"\xc3\xa4hre\"", IMAP_UID, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  drop(&r);
  OK(conn, imap_cmd_sort(conn, "SUBJECT", NULL, "SUBJECT none", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "");
  drop(&r);
  OK(conn, imap_cmd_thread(conn, "ORDEREDSUBJECT", "UTF-8", "ALL", 0, &r));
  CHECK_HAS(item(r, NULL, 0), "(1 4)");
  drop(&r);
  OK(conn, imap_cmd_thread(conn, "REFERENCES", NULL, "SUBJECT \"\xc3\xa4hre\"", IMAP_UID, &r));
  CHECK_STR(item(r, NULL, 0), "(4)");
  drop(&r);
  OK(conn, imap_cmd_uid(conn, "SORT", "(SUBJECT) UTF-8 ALL", &r));
  CHECK_STR(item(r, NULL, 0), "3 4 2 5");
  drop(&r);
  OK(conn, imap_cmd_uid(conn, "thread", "REFERENCES UTF-8 SUBJECT apple", &r));
  CHECK_STR(item(r, NULL, 0), "(3)");
  drop(&r);
  RC(conn, imap_cmd_sort(conn, "NONSENSE", NULL, "ALL", 0, NULL), IMAP_BAD);
  imap_logout_and_free(conn);
}

static void store_changes_flags_in_three_ways(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  REQUIRE(fill(conn, "Store", 3));
  OK(conn, imap_cmd_store(conn, "1:2", "+FLAGS", "\\Seen $Test", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  CHECK_HAS(item(r, NULL, 1), "$Test");
  drop(&r);
  CHECK_STR(search(conn, "SEEN", 0), "1 2");
  OK(conn, imap_cmd_store(conn, "2", "-FLAGS.SILENT", "(\\Seen)", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  drop(&r);
  CHECK_STR(search(conn, "SEEN", 0), "1");
  OK(conn, imap_cmd_store(conn, "3", "FLAGS", "\\Flagged", IMAP_UID, &r));
  CHECK_HAS(item(r, NULL, 0), "UID 3");
  CHECK_HAS(item(r, NULL, 0), "\\Flagged");
  drop(&r);
  OK(conn, imap_cmd_store(conn, "3", "flags", "()", 0, NULL));
  CHECK_STR(search(conn, "FLAGGED", 0), "");
  OK(conn, imap_cmd_uid(conn, "STORE", "1 +FLAGS (\\Answered)", &r));
  CHECK_HAS(item(r, NULL, 0), "\\Answered");
  drop(&r);
  RC(conn, imap_cmd_store(conn, "1", "+FLAGS", "\\Nonsense", 0, NULL), IMAP_BAD);
  OK(conn, imap_cmd_fetch(conn, "1", "FLAGS", 0, &r));
  const char *text = item(r, NULL, 0);
  imap_response *flags = NULL;
  CHECK_RC(imap_flags_parse(text, text ? strlen(text) : 0, &flags), IMAP_OK);
  CHECK(has_item(flags, NULL, "\\Seen"));
  CHECK(has_item(flags, NULL, "$Test"));
  CHECK(has_item(flags, NULL, "\\Answered"));
  imap_response_free(flags);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void copy_and_move_tell_the_new_uids(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  char buf[100];
  OK(conn, imap_cmd_create(conn, "Target \xc3\xb6", NULL));
  REQUIRE(fill(conn, "Copy", 4));
  CHECK(filed(conn, "COPYUID", buf, sizeof buf)[0] != '\0');
  OK(conn, imap_cmd_copy(conn, "1:2", "Target \xc3\xb6", 0, &r));
  CHECK_STR(code_of(r), "COPYUID");
  CHECK_HAS(code_argument(r), " 1:2 1:2");
  drop(&r);
  CHECK_HAS(filed(conn, "COPYUID", buf, sizeof buf), " 1:2 1:2");
  OK(conn, imap_cmd_copy(conn, "4", "Target \xc3\xb6", IMAP_UID, &r));
  CHECK_HAS(code_argument(r), " 4 3");
  drop(&r);
  CHECK_INT(messages_in(conn, "Target \xc3\xb6"), 3);
  OK(conn, imap_cmd_uid(conn, "COPY", "1 INBOX", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  CHECK_STR(code_of(r), "COPYUID");
  drop(&r);
  RC(conn, imap_cmd_copy(conn, "1", "Missing", 0, &r), IMAP_NO);
  CHECK_STR(code_of(r), "TRYCREATE");
  drop(&r);
  CHECK(filed(conn, "COPYUID", buf, sizeof buf)[0] != '\0');
  OK(conn, imap_cmd_move(conn, "1", "Target \xc3\xb6", 0, &r));
  CHECK_HAS(item(r, NULL, 0), "Move completed");
  CHECK_HAS(filed(conn, "COPYUID", buf, sizeof buf), " 1 4");
  drop(&r);
  OK(conn, imap_cmd_move(conn, "2,3", "Target \xc3\xb6", IMAP_UID, NULL));
  CHECK_INT(messages_in(conn, "Copy"), 1);
  CHECK_INT(messages_in(conn, "Target \xc3\xb6"), 6);
  CHECK_STR(search(conn, "ALL", IMAP_UID), "4");
  RC(conn, imap_cmd_move(conn, "1", "Missing", 0, &r), IMAP_NO);
  CHECK_STR(code_of(r), "TRYCREATE");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void expunge_removes_what_is_deleted(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  REQUIRE(fill(conn, "Expunge", 6));
  OK(conn, imap_cmd_expunge(conn, NULL, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  drop(&r);
  OK(conn, imap_cmd_store(conn, "2,4,5", "+FLAGS.SILENT", "\\Deleted", 0, NULL));
  OK(conn, imap_cmd_expunge(conn, "4:5", &r));
  CHECK_STR(imap_response_name(r), "UID EXPUNGE");
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  /* From the end or from the front: servers may choose. */
  CHECK(has_item(r, NULL, "4"));
  drop(&r);
  CHECK_STR(search(conn, "ALL", IMAP_UID), "1 2 3 6");
  OK(conn, imap_cmd_expunge(conn, NULL, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "2");
  drop(&r);
  CHECK_STR(search(conn, "ALL", IMAP_UID), "1 3 6");
  RC(conn, imap_cmd_expunge(conn, "x", NULL), IMAP_ERR_ARGUMENT);
  imap_logout_and_free(conn);
}

static void commands_by_uid_in_text(void) {
  imap_conn *conn = dovecot_as("message");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, "By \"uid\"", NULL));
  REQUIRE(fill(conn, "Text", 5));
  OK(conn, imap_cmd_uid(conn, "FETCH", "2:3 (FLAGS)", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  CHECK_HAS(item(r, NULL, 0), "UID 2");
  drop(&r);
  OK(conn, imap_cmd_uid(conn, "store", "1 +FLAGS.SILENT (\\Deleted)", NULL));
  OK(conn, imap_cmd_uid(conn, "EXPUNGE", "1", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  CHECK_INT(imap_response_item_count(r, "EXPUNGE"), 1);
  drop(&r);
  OK(conn, imap_cmd_uid(conn, "COPY", "2 \"By \\\"uid\\\"\"", &r));
  CHECK_STR(code_of(r), "COPYUID");
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  drop(&r);
  OK(conn, imap_cmd_uid(conn, "MOVE", "3:4 \"By \\\"uid\\\"\"", NULL));
  OK(conn, imap_cmd_uid(conn, "SEARCH", "ALL", &r));
  CHECK_STR(item(r, NULL, 0), "2 5");
  drop(&r);
  CHECK_INT(messages_in(conn, "By \"uid\""), 3);
  RC(conn, imap_cmd_uid(conn, "FETCH", "1 (FLAGS\r\n)", NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_cmd_uid(conn, "LIST", "\"\" *", NULL), IMAP_BAD);
  imap_logout_and_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(append_keeps_flags_date_and_octets),
      TEST(append_to_a_missing_mailbox_is_no_and_stays_in_step),
      TEST(a_message_whose_command_is_refused_does_nothing),
      TEST(five_megabytes_come_back_unchanged),
      TEST(a_thousand_messages_in_one_fetch),
      TEST(fetch_gives_items_by_number_and_by_uid),
      TEST(search_finds_by_number_and_by_uid),
      TEST(sort_and_thread_order_messages),
      TEST(store_changes_flags_in_three_ways),
      TEST(copy_and_move_tell_the_new_uids),
      TEST(expunge_removes_what_is_deleted),
      TEST(commands_by_uid_in_text),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
