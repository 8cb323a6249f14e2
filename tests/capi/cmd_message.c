/* Commands on messages: sets, items, flags, criteria and literals on the wire, with UIDs and without, and refusals. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAFTS "Entw\xc3\xbcrfe"
#define A_UMLAUT "\xc3\xa4"

static void fetch_sends_sets_and_items(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_cmd_fetch(conn, "1:*", "FLAGS", 0, NULL), "FETCH 1:* (FLAGS)");
  SENDS(imap_cmd_fetch(conn, "1:*", "FLAGS", IMAP_UID, NULL), "UID FETCH 1:* (FLAGS)");
  SENDS(imap_cmd_fetch(conn, "2,4:7,9,12:*", "(UID BODY.PEEK[])", 0, NULL), "FETCH 2,4:7,9,12:* (UID BODY.PEEK[])");
  SENDS(imap_cmd_fetch(conn, "1", "fast", 0, NULL), "FETCH 1 fast");
  SENDS(imap_cmd_fetch(conn, "1", "ALL", IMAP_UID, NULL), "UID FETCH 1 ALL");
  SENDS(imap_cmd_fetch(conn, "1", "BODY[HEADER.FIELDS (SUBJECT \"X Y\")]<0.99>", 0, NULL),
        "FETCH 1 (BODY[HEADER.FIELDS (SUBJECT \"X Y\")]<0.99>)");
  SENDS(imap_cmd_fetch(conn, "$", "UID", 0, NULL), "FETCH $ (UID)");
  REFUSES(imap_cmd_fetch(conn, "1,,2", "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT, "FETCH: argument 1: \"1,,2\" is not a sequence set");
  REFUSES(imap_cmd_fetch(conn, "0", "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT, "sequence set");
  REFUSES(imap_cmd_fetch(conn, "", "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT, "sequence set");
  REFUSES(imap_cmd_fetch(conn, "1 (FLAGS)\r\nT2 NOOP", "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT, "sequence set");
  REFUSES(imap_cmd_fetch(conn, "1", "FLAGS)", 0, NULL), IMAP_ERR_ARGUMENT, "argument 2");
  REFUSES(imap_cmd_fetch(conn, "1", "FLAGS\r\nT2 NOOP", 0, NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_fetch(conn, "1", "BODY[{5}]", 0, NULL), IMAP_ERR_ARGUMENT, "literal marker");
  REFUSES(imap_cmd_fetch(conn, "1", "", 0, NULL), IMAP_ERR_ARGUMENT, "FETCH: argument 2: \"\" has no items");
  REFUSES(imap_cmd_fetch(conn, "1", " ( ) ", IMAP_UID, NULL), IMAP_ERR_ARGUMENT, "UID FETCH: argument 2");
  REFUSES(imap_cmd_fetch(conn, NULL, "FLAGS", 0, NULL), IMAP_ERR_ARGUMENT, "set is NULL");
  REFUSES(imap_cmd_fetch(conn, "1", NULL, 0, NULL), IMAP_ERR_ARGUMENT, "items is NULL");
  REFUSES(imap_cmd_fetch(conn, "1", "FLAGS", IMAP_EXAMINE, NULL), IMAP_ERR_ARGUMENT, "flags");
  REFUSES(imap_cmd_fetch(conn, "1", "FLAGS", 1 << 30, NULL), IMAP_ERR_ARGUMENT, "flags");
  wire_close(server, conn);
}

static void partial_sends_numbers(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_cmd_partial(conn, "7", "RFC822", 1, 4294967295u, NULL), "PARTIAL 7 RFC822 1 4294967295");
  SENDS(imap_cmd_partial(conn, "7", "BODY[1]", 0, 0, NULL), "PARTIAL 7 BODY[1] 0 0");
  REFUSES(imap_cmd_partial(conn, "7 8", "RFC822", 1, 2, NULL), IMAP_ERR_ARGUMENT, "is not a number");
  REFUSES(imap_cmd_partial(conn, "7", "RFC822\r\n", 1, 2, NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_partial(conn, NULL, "RFC822", 1, 2, NULL), IMAP_ERR_ARGUMENT, "number is NULL");
  wire_close(server, conn);
}

static void store_takes_flags_with_or_without_parentheses(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_cmd_store(conn, "1", "+FLAGS", "\\Deleted", 0, NULL), "STORE 1 +FLAGS (\\Deleted)");
  SENDS(imap_cmd_store(conn, "1:3", "-FLAGS.SILENT", "(\\Seen $Done [test])", IMAP_UID, NULL),
        "UID STORE 1:3 -FLAGS.SILENT (\\Seen $Done [test])");
  SENDS(imap_cmd_store(conn, "1", "FLAGS", "()", 0, NULL), "STORE 1 FLAGS ()");
  SENDS(imap_cmd_store(conn, "1", "FLAGS", "  a   b ", 0, NULL), "STORE 1 FLAGS (a b)");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", "\\Seen) (x", 0, NULL), IMAP_ERR_ARGUMENT, "not a flag");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", "a\r\nb", 0, NULL), IMAP_ERR_ARGUMENT, "not a flag");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", "\\", 0, NULL), IMAP_ERR_ARGUMENT, "not a flag");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", A_UMLAUT, 0, NULL), IMAP_ERR_ARGUMENT, "not a flag");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS (\\Seen)", "x", 0, NULL), IMAP_ERR_ARGUMENT, "not an atom");
  REFUSES(imap_cmd_store(conn, "1", "", "x", 0, NULL), IMAP_ERR_ARGUMENT, "not an atom");
  REFUSES(imap_cmd_store(conn, "1", NULL, "x", 0, NULL), IMAP_ERR_ARGUMENT, "command is NULL");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", NULL, 0, NULL), IMAP_ERR_ARGUMENT, "flag_list is NULL");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", "x", 2, NULL), IMAP_ERR_ARGUMENT, "flags");
  wire_close(server, conn);
}

static void copy_and_move_encode_the_mailbox(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1 MOVE");
  SENDS(imap_cmd_copy(conn, "1,2", DRAFTS, 0, NULL), "COPY 1,2 Entw&APw-rfe");
  SENDS(imap_cmd_copy(conn, "1,2", "a b", IMAP_UID, NULL), "UID COPY 1,2 \"a b\"");
  SENDS(imap_cmd_move(conn, "*", "", 0, NULL), "MOVE * \"\"");
  SENDS(imap_cmd_move(conn, "5:9", DRAFTS, IMAP_UID, NULL), "UID MOVE 5:9 Entw&APw-rfe");
  REFUSES(imap_cmd_copy(conn, "1", "a\r\nb", 0, NULL), IMAP_ERR_ARGUMENT, "COPY: argument 2");
  REFUSES(imap_cmd_move(conn, "1", "\xff", IMAP_UID, NULL), IMAP_ERR_ARGUMENT, "UID MOVE: argument 2");
  REFUSES(imap_cmd_copy(conn, "1", NULL, 0, NULL), IMAP_ERR_ARGUMENT, "mailbox is NULL");
  REFUSES(imap_cmd_move(conn, "a", "b", 0, NULL), IMAP_ERR_ARGUMENT, "sequence set");
  wire_close(server, conn);
}

static void expunge_is_by_uid_only_with_a_set(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1 UIDPLUS");
  SENDS(imap_cmd_expunge(conn, NULL, NULL), "EXPUNGE");
  SENDS(imap_cmd_expunge(conn, "3:5", NULL), "UID EXPUNGE 3:5");
  REFUSES(imap_cmd_expunge(conn, "", NULL), IMAP_ERR_ARGUMENT, "sequence set");
  wire_close(server, conn);
}

static void search_names_a_charset_when_it_needs_one(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_cmd_search(conn, NULL, "UNSEEN FROM \"ada\"", 0, NULL), "SEARCH UNSEEN FROM \"ada\"");
  SENDS(imap_cmd_search(conn, NULL, "(OR SEEN (NOT DELETED))", IMAP_UID, NULL), "UID SEARCH (OR SEEN (NOT DELETED))");
  SENDS(imap_cmd_search(conn, "US-ASCII", "ALL", 0, NULL), "SEARCH CHARSET US-ASCII ALL");
  SENDS(imap_cmd_search(conn, NULL, "SUBJECT \"" A_UMLAUT "\" SEEN", 0, NULL),
        "SEARCH CHARSET UTF-8 SUBJECT {2}\r\n" A_UMLAUT " SEEN");
  SENDS(imap_cmd_search(conn, "ISO-8859-1", "TEXT \"\xe4\"", IMAP_UID, NULL), "UID SEARCH CHARSET ISO-8859-1 TEXT {1}\r\n\xe4");
  SENDS(imap_cmd_search(conn, NULL, "TEXT \"" A_UMLAUT "\\\"x\"", 0, NULL),
        "SEARCH CHARSET UTF-8 TEXT {4}\r\n" A_UMLAUT "\"x");
  REFUSES(imap_cmd_search(conn, NULL, "", 0, NULL), IMAP_ERR_ARGUMENT, "criterion");
  REFUSES(imap_cmd_search(conn, NULL, NULL, 0, NULL), IMAP_ERR_ARGUMENT, "criteria is NULL");
  REFUSES(imap_cmd_search(conn, NULL, "TEXT " A_UMLAUT, 0, NULL), IMAP_ERR_ARGUMENT, "8-bit");
  REFUSES(imap_cmd_search(conn, NULL, "TEXT \"open", 0, NULL), IMAP_ERR_ARGUMENT, "does not end");
  REFUSES(imap_cmd_search(conn, NULL, "TEXT {3}", 0, NULL), IMAP_ERR_ARGUMENT, "literal marker");
  REFUSES(imap_cmd_search(conn, NULL, "ALL\r\nT1 LOGOUT", 0, NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_search(conn, "a\r\nb", "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_search(conn, NULL, "ALL", IMAP_UID | IMAP_EXAMINE, NULL), IMAP_ERR_ARGUMENT, "flags");
  wire_close(server, conn);
}

/* RFC 4466, 2.6.1: SEARCH RETURN (…) CHARSET … criteria. */
static void the_charset_of_a_search_stands_behind_its_options(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1 ESEARCH");
  SENDS(imap_cmd_search(conn, NULL, "RETURN (MIN MAX) SUBJECT \"" A_UMLAUT "\"", 0, NULL),
        "SEARCH RETURN (MIN MAX) CHARSET UTF-8 SUBJECT {2}\r\n" A_UMLAUT);
  SENDS(imap_cmd_search(conn, "US-ASCII", "return () (SEEN)", IMAP_UID, NULL), "UID SEARCH RETURN () CHARSET US-ASCII (SEEN)");
  SENDS(imap_cmd_search(conn, NULL, "RETURN (COUNT) ALL", 0, NULL), "SEARCH RETURN (COUNT) ALL");
  SENDS(imap_cmd_search(conn, NULL, "CHARSET ISO-8859-1 TEXT \"\xe4\"", 0, NULL), "SEARCH CHARSET ISO-8859-1 TEXT {1}\r\n\xe4");
  REFUSES(imap_cmd_search(conn, NULL, "RETURN (MIN)", 0, NULL), IMAP_ERR_ARGUMENT, "criterion");
  REFUSES(imap_cmd_search(conn, NULL, "RETURN (MIN ALL", 0, NULL), IMAP_ERR_ARGUMENT, "without their ')'");
  wire_close(server, conn);
}

static void sort_and_thread_always_name_a_charset(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1 SORT THREAD=REFERENCES");
  SENDS(imap_cmd_sort(conn, "REVERSE DATE", NULL, "ALL", 0, NULL), "SORT (REVERSE DATE) US-ASCII ALL");
  SENDS(imap_cmd_sort(conn, "(SUBJECT)", "UTF-8", "SUBJECT \"" A_UMLAUT "\"", IMAP_UID, NULL),
        "UID SORT (SUBJECT) UTF-8 SUBJECT {2}\r\n" A_UMLAUT);
  SENDS(imap_cmd_sort(conn, "DATE", NULL, "BODY \"" A_UMLAUT "\"", 0, NULL), "SORT (DATE) UTF-8 BODY {2}\r\n" A_UMLAUT);
  SENDS(imap_cmd_thread(conn, "REFERENCES", NULL, "ALL", 0, NULL), "THREAD REFERENCES US-ASCII ALL");
  SENDS(imap_cmd_thread(conn, "ORDEREDSUBJECT", "UTF-8", "UNSEEN", IMAP_UID, NULL), "UID THREAD ORDEREDSUBJECT UTF-8 UNSEEN");
  SENDS(imap_cmd_sort(conn, "DATE", NULL, "RETURN (PARTIAL 1:10 COUNT) SEEN", IMAP_UID, NULL),
        "UID SORT RETURN (PARTIAL 1:10 COUNT) (DATE) US-ASCII SEEN");
  SENDS(imap_cmd_thread(conn, "REFERENCES", NULL, "RETURN (COUNT) ALL", 0, NULL), "THREAD REFERENCES US-ASCII RETURN (COUNT) ALL");
  REFUSES(imap_cmd_sort(conn, "DATE", NULL, "RETURN (MIN)", 0, NULL), IMAP_ERR_ARGUMENT, "criterion");
  REFUSES(imap_cmd_sort(conn, "", NULL, "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "SORT: argument 1: \"\" has no items");
  REFUSES(imap_cmd_sort(conn, "DATE)", NULL, "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "SORT: argument 1");
  REFUSES(imap_cmd_sort(conn, "DATE", NULL, "", 0, NULL), IMAP_ERR_ARGUMENT, "criterion");
  REFUSES(imap_cmd_sort(conn, NULL, NULL, "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "sort_criteria is NULL");
  REFUSES(imap_cmd_thread(conn, "A B", NULL, "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "not an atom");
  REFUSES(imap_cmd_thread(conn, NULL, NULL, "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "algorithm is NULL");
  REFUSES(imap_cmd_thread(conn, "X", NULL, NULL, 0, NULL), IMAP_ERR_ARGUMENT, "criteria is NULL");
  wire_close(server, conn);
}

static void append_sends_flags_date_and_a_literal(void) {
  static const char date[] = "\"17-Jul-1996 02:44:25 -0700\"";
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_cmd_append(conn, NULL, NULL, NULL, "a\r\nb", 4, 0, NULL), "APPEND INBOX {4}\r\na\r\nb");
  SENDS(imap_cmd_append(conn, DRAFTS, "\\Seen $x", date, "m", 1, 0, NULL),
        "APPEND Entw&APw-rfe (\\Seen $x) \"17-Jul-1996 02:44:25 -0700\" {1}\r\nm");
  SENDS(imap_cmd_append(conn, "a", NULL, " 7-Jul-1996 02:44:25 +0000", "m", 1, 0, NULL),
        "APPEND a \" 7-Jul-1996 02:44:25 +0000\" {1}\r\nm");
  SENDS(imap_cmd_append(conn, "a", NULL, NULL, "a\nb\rc\r\nd\r\r\n\n", 12, 0, NULL),
        "APPEND a {16}\r\na\r\nb\r\nc\r\nd\r\n\r\n\r\n");
  SENDS(imap_cmd_append(conn, "a", NULL, NULL, "a\nb\rc", 5, IMAP_APPEND_VERBATIM, NULL), "APPEND a {5}\r\na\nb\rc");
  SENDS(imap_cmd_append(conn, "a", NULL, NULL, "", 0, 0, NULL), "APPEND a {0}\r\n");
  SENDS(imap_cmd_append(conn, "a", NULL, NULL, NULL, 0, 0, NULL), "APPEND a {0}\r\n");
  SENDS(imap_cmd_append(conn, "a", "()", NULL, "{5}\r\n", 5, 0, NULL), "APPEND a () {5}\r\n{5}\r\n");
  REFUSES(imap_cmd_append(conn, "a", NULL, NULL, NULL, 5, 0, NULL), IMAP_ERR_ARGUMENT, "message is NULL");
  REFUSES(imap_cmd_append(conn, "a", NULL, NULL, "a\0b", 3, 0, NULL), IMAP_ERR_ARGUMENT, "NUL");
  REFUSES(imap_cmd_append(conn, "a", NULL, "32-Jan-2024 00:00:00 +0000", "m", 1, 0, NULL), IMAP_ERR_ARGUMENT, "not an INTERNALDATE");
  REFUSES(imap_cmd_append(conn, "a", NULL, "17-Jul-1996 02:44:25 -0700\"\r\n", "m", 1, 0, NULL), IMAP_ERR_ARGUMENT, "not an INTERNALDATE");
  REFUSES(imap_cmd_append(conn, "a", "x(", NULL, "m", 1, 0, NULL), IMAP_ERR_ARGUMENT, "not a flag");
  REFUSES(imap_cmd_append(conn, "a\r\n", NULL, NULL, "m", 1, 0, NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_append(conn, "a", NULL, NULL, "m", 1, IMAP_UID, NULL), IMAP_ERR_ARGUMENT, "flags");
  wire_close(server, conn);
}

static void append_uses_binary_and_utf8_where_they_are(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1 BINARY] hello");
  CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, "a\0b", 3, 0, NULL), IMAP_OK);
  CHECK_WIRE_OCTETS(server, "APPEND a ~{3}\r\na\0b", 18);
  wire_close(server, conn);
  conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT LITERAL+] hello");
  wire_answer(server, "* ENABLED UTF8=ACCEPT\r\n", NULL);
  SENDS(imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), "ENABLE UTF8=ACCEPT");
  wire_answer(server, NULL, NULL);
  SENDS(imap_cmd_append(conn, DRAFTS, NULL, NULL, "m", 1, 0, NULL), "APPEND \"" DRAFTS "\" UTF8 (~{1+}\r\nm)");
  SENDS(imap_cmd_select(conn, NULL, 0, NULL), "SELECT INBOX");
  SENDS(imap_cmd_search(conn, NULL, "SUBJECT \"" A_UMLAUT "\"", 0, NULL), "SEARCH SUBJECT \"" A_UMLAUT "\"");
  REFUSES(imap_cmd_search(conn, "UTF-8", "ALL", 0, NULL), IMAP_ERR_ARGUMENT, "UTF8");
  CHECK_RC(imap_cmd_search(conn, "UTF-8", "ALL", 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "charset");
  wire_close(server, conn);
}

static void a_long_message_arrives_whole(void) {
  enum { SIZE = 700000 };
  char *message = malloc(SIZE), *want = malloc(SIZE + 100);
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  for (size_t i = 0; i < SIZE; i++)
    message[i] = (char)('a' + i % 23);
  int head = sprintf(want, "APPEND a {%d}\r\n", SIZE);
  memcpy(want + head, message, SIZE);
  CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, message, SIZE, 0, NULL), IMAP_OK);
  size_t len;
  const char *got = wire_last(server, &len);
  CHECK(len == (size_t)head + SIZE && memcmp(got, want, len) == 0);
  wire_close(server, conn);
  free(message);
  free(want);
}

static void commands_without_a_mailbox_are_refused(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  REFUSES(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_STATE,
          "command FETCH illegal in state AUTH, only allowed in states SELECTED");
  REFUSES(imap_cmd_store(conn, "1", "FLAGS", "x", IMAP_UID, NULL), IMAP_ERR_STATE, "illegal in state AUTH");
  REFUSES(imap_cmd_copy(conn, "1", "x", 0, NULL), IMAP_ERR_STATE, "command COPY illegal");
  REFUSES(imap_cmd_move(conn, "1", "x", 0, NULL), IMAP_ERR_STATE, "command MOVE illegal");
  REFUSES(imap_cmd_expunge(conn, NULL, NULL), IMAP_ERR_STATE, "command EXPUNGE illegal");
  REFUSES(imap_cmd_search(conn, NULL, "ALL", 0, NULL), IMAP_ERR_STATE, "command SEARCH illegal");
  REFUSES(imap_cmd_sort(conn, "DATE", NULL, "ALL", 0, NULL), IMAP_ERR_STATE, "command SORT illegal");
  REFUSES(imap_cmd_thread(conn, "X", NULL, "ALL", 0, NULL), IMAP_ERR_STATE, "command THREAD illegal");
  REFUSES(imap_cmd_partial(conn, "1", "X", 1, 1, NULL), IMAP_ERR_STATE, "command PARTIAL illegal");
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(fetch_sends_sets_and_items),
      TEST(partial_sends_numbers),
      TEST(store_takes_flags_with_or_without_parentheses),
      TEST(copy_and_move_encode_the_mailbox),
      TEST(expunge_is_by_uid_only_with_a_set),
      TEST(search_names_a_charset_when_it_needs_one),
      TEST(the_charset_of_a_search_stands_behind_its_options),
      TEST(sort_and_thread_always_name_a_charset),
      TEST(append_sends_flags_date_and_a_literal),
      TEST(append_uses_binary_and_utf8_where_they_are),
      TEST(a_long_message_arrives_whole),
      TEST(commands_without_a_mailbox_are_refused),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
