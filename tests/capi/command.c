/* The doors for any command: typed arguments, ready text, xatom and uid. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <string.h>

static imap_arg arg(int type, const char *text) {
  imap_arg made = {text, text ? strlen(text) : 0, type, 0};
  return made;
}

static int send_one(imap_conn *conn, int type, const char *text) {
  imap_arg only = arg(type, text);
  return imap_command(conn, "XTEST", &only, 1, NULL);
}

static void every_type_of_argument_has_its_form(void) {
  static const struct {
    int type;
    const char *text, *wire;
  } cases[] = {
      {IMAP_ARG_ATOM, "a.b", "XTEST a.b"},
      {IMAP_ARG_ASTRING, "a", "XTEST a"},
      {IMAP_ARG_ASTRING, "a b", "XTEST \"a b\""},
      {IMAP_ARG_ASTRING, "", "XTEST \"\""},
      {IMAP_ARG_ASTRING, "nIl", "XTEST \"nIl\""},
      {IMAP_ARG_ASTRING, "\"a\"", "XTEST \"\\\"a\\\"\""},
      {IMAP_ARG_ASTRING, "\xc3\xa4", "XTEST {2}\r\n\xc3\xa4"},
      {IMAP_ARG_STRING, "a", "XTEST \"a\""},
      {IMAP_ARG_STRING, "\xff", "XTEST {1}\r\n\xff"},
      {IMAP_ARG_LITERAL, "a\r\nb", "XTEST {4}\r\na\r\nb"},
      {IMAP_ARG_MAILBOX, "Entw\xc3\xbcrfe", "XTEST Entw&APw-rfe"},
      {IMAP_ARG_MAILBOX, "&", "XTEST &-"},
      {IMAP_ARG_MAILBOX_RAW, "Entw&APw-rfe", "XTEST Entw&APw-rfe"},
      {IMAP_ARG_MAILBOX_RAW, "a b", "XTEST \"a b\""},
      {IMAP_ARG_LIST_MAILBOX, "Entw\xc3\xbcrfe/%", "XTEST Entw&APw-rfe/%"},
      {IMAP_ARG_SET, "1:3,6:9", "XTEST 1:3,6:9"},
      {IMAP_ARG_FLAGS, "\\Seen", "XTEST (\\Seen)"},
      {IMAP_ARG_FLAGS, "\"my label\"", "XTEST (\"my label\")"},
      {IMAP_ARG_FLAGS, "(a  \"b \\\" c\" \\Seen)", "XTEST (a \"b \\\" c\" \\Seen)"},
      {IMAP_ARG_NUMBER, "42", "XTEST 42"},
      {IMAP_ARG_DATE, "17-Jul-1996 02:44:25 -0700", "XTEST \"17-Jul-1996 02:44:25 -0700\""},
      {IMAP_ARG_RAW, "a (b \"c\") d", "XTEST a (b \"c\") d"},
      {IMAP_ARG_RAW, "a \"\xc3\xa4\"", "XTEST a {2}\r\n\xc3\xa4"},
      {IMAP_ARG_MAILBOX_LENIENT, "\"a b\"", "XTEST \"a b\""},
      {IMAP_ARG_MAILBOX_LENIENT, "Entw&APw-rfe", "XTEST Entw&APw-rfe"},
      {IMAP_ARG_MAILBOX_LENIENT, "Entw\xc3\xbcrfe", "XTEST Entw&APw-rfe"},
      {IMAP_ARG_MAILBOX_LENIENT, "\"a\" \"b\"", "XTEST \"\\\"a\\\" \\\"b\\\"\""},
      {IMAP_ARG_ASTRING_LENIENT, "\"a\"", "XTEST a"},
      {IMAP_ARG_ASTRING_LENIENT, "\"a\\\"b\"", "XTEST \"a\\\"b\""},
      {IMAP_ARG_ITEMS, "a b", "XTEST (a b)"},
      {IMAP_ARG_ITEMS, "(a b)", "XTEST (a b)"},
      {IMAP_ARG_ITEMS, "Full", "XTEST Full"},
      {IMAP_ARG_NIL, NULL, "XTEST NIL"},
  };
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    SENDS(send_one(conn, cases[i].type, cases[i].text), cases[i].wire);
  imap_arg list[] = {arg(IMAP_ARG_LIST_OPEN, NULL), arg(IMAP_ARG_ATOM, "a"), arg(IMAP_ARG_LIST_OPEN, NULL),
                     arg(IMAP_ARG_LITERAL, "x"),   arg(IMAP_ARG_LIST_CLOSE, NULL), arg(IMAP_ARG_LIST_CLOSE, NULL),
                     arg(IMAP_ARG_NUMBER, "7")};
  SENDS(imap_command(conn, "xtest", list, COUNT_OF(list), NULL), "XTEST (a ({1}\r\nx)) 7");
  SENDS(imap_command(conn, "XTEST", NULL, 0, NULL), "XTEST");
  wire_close(server, conn);
}

static void arguments_that_do_not_fit_their_type_are_refused(void) {
  static const struct {
    int type;
    const char *text, *why;
  } cases[] = {
      {IMAP_ARG_ATOM, "a b", "not an atom"},      {IMAP_ARG_ATOM, "", "not an atom"},
      {IMAP_ARG_ASTRING, "a\r\nb", "CR, LF"},     {IMAP_ARG_STRING, "a\nb", "CR, LF"},
      {IMAP_ARG_MAILBOX, "\xff", "not UTF-8"},    {IMAP_ARG_MAILBOX_RAW, "a\r", "CR, LF"},
      {IMAP_ARG_LIST_MAILBOX, "\r", "CR, LF"},    {IMAP_ARG_SET, "1 2", "sequence set"},
      {IMAP_ARG_FLAGS, "(a (b))", "not a flag"},  {IMAP_ARG_NUMBER, "-1", "not a number"},
      {IMAP_ARG_FLAGS, "\"a", "not a flag"},      {IMAP_ARG_FLAGS, "\"a\"b", "not a flag"},
      {IMAP_ARG_FLAGS, "\"\r\n\"", "not a flag"}, {IMAP_ARG_FLAGS, "\"\xc3\xa4\"", "not a flag"},
      {IMAP_ARG_NUMBER, "", "not a number"},      {IMAP_ARG_NUMBER, "123456789012345678901", "not a number"},
      {IMAP_ARG_DATE, "yesterday", "INTERNALDATE"}, {IMAP_ARG_RAW, "a)", "')'"},
      {IMAP_ARG_RAW, "a {3+}", "literal marker"}, {IMAP_ARG_RAW, "\xc3\xa4", "8-bit"},
      {IMAP_ARG_ITEMS, "a\nb", "CR, LF"},         {IMAP_ARG_MAILBOX_LENIENT, "\"a\n\"", "CR, LF"},
      {0, "a", "no argument type"},               {19, "a", "no argument type"},
      {-1, "a", "no argument type"},
  };
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    REFUSES(send_one(conn, cases[i].type, cases[i].text), IMAP_ERR_ARGUMENT, cases[i].why);
  imap_arg with_nul = {"a\0b", 3, IMAP_ARG_ASTRING, 0};
  REFUSES(imap_command(conn, "XTEST", &with_nul, 1, NULL), IMAP_ERR_ARGUMENT, "NUL");
  with_nul.type = IMAP_ARG_LITERAL;
  REFUSES(imap_command(conn, "XTEST", &with_nul, 1, NULL), IMAP_ERR_ARGUMENT, "BINARY");
  imap_arg null = {NULL, 3, IMAP_ARG_ASTRING, 0};
  REFUSES(imap_command(conn, "XTEST", &null, 1, NULL), IMAP_ERR_ARGUMENT, "NULL");
  imap_arg secret = {"se cret", 7, IMAP_ARG_ATOM, IMAP_ARG_SECRET};
  CHECK_RC(imap_command(conn, "XTEST", &secret, 1, NULL), IMAP_ERR_ARGUMENT);
  CHECK(!strstr(imap_last_message(conn), "cret"));
  REFUSES(imap_command(conn, "XTEST", NULL, 2, NULL), IMAP_ERR_ARGUMENT, "argv is NULL");
  imap_arg open_list[] = {arg(IMAP_ARG_LIST_OPEN, NULL), arg(IMAP_ARG_ATOM, "a")};
  REFUSES(imap_command(conn, "XTEST", open_list, 2, NULL), IMAP_ERR_ARGUMENT, "(");
  imap_arg close_list[] = {arg(IMAP_ARG_LIST_CLOSE, NULL), arg(IMAP_ARG_LIST_OPEN, NULL)};
  REFUSES(imap_command(conn, "XTEST", close_list, 2, NULL), IMAP_ERR_ARGUMENT, ")");
  wire_close(server, conn);
}

static void unknown_flag_bits_of_an_argument_are_refused(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  imap_arg odd = {"a", 1, IMAP_ARG_ATOM, 2};
  REFUSES(imap_command(conn, "XTEST", &odd, 1, NULL), IMAP_ERR_ARGUMENT, "flags");
  wire_close(server, conn);
}

static void names_are_checked_and_sent_in_upper_case(void) {
  static const char *const bad[] = {"", " ", "A B", "A\r\nB", "A(", "UID", "UID FETCH X", "\"NOOP\"", "NO{3}OP", "\xc3\xa4"};
  static const char *const own[] = {"STARTTLS", "authenticate", "IDLE", "COMPRESS", "UNAUTHENTICATE", "AUTHENTICATE PLAIN"};
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_command(conn, "noop", NULL, 0, NULL), "NOOP");
  SENDS(imap_command(conn, "x-new.thing", NULL, 0, NULL), "X-NEW.THING");
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    int rc = imap_command(conn, bad[i], NULL, 0, NULL);
    CHECK_RC(rc, strcmp(bad[i], "UID") == 0 ? IMAP_ERR_STATE : IMAP_ERR_ARGUMENT);
    CHECK_SILENCE(server, conn);
  }
  for (size_t i = 0; i < COUNT_OF(own); i++) {
    REFUSES(imap_command(conn, own[i], NULL, 0, NULL), IMAP_ERR_ARGUMENT, i == 5 ? "no command name" : "use");
    REFUSES(imap_command_text(conn, own[i], NULL), IMAP_ERR_ARGUMENT, "use");
    if (i != 5)
      REFUSES(imap_cmd_xatom(conn, own[i], NULL, NULL), IMAP_ERR_ARGUMENT, "use");
  }
  REFUSES(imap_command(conn, NULL, NULL, 0, NULL), IMAP_ERR_ARGUMENT, "name is NULL");
  wire_close(server, conn);
}

static void the_same_state_rules_hold_at_every_door(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  imap_arg login[] = {arg(IMAP_ARG_ASTRING, "alice"), arg(IMAP_ARG_STRING, "secret")};
  imap_arg inbox[] = {arg(IMAP_ARG_MAILBOX, "INBOX")};
  REFUSES(imap_command(conn, "SELECT", inbox, 1, NULL), IMAP_ERR_STATE, "command SELECT illegal in state NONAUTH");
  REFUSES(imap_command_text(conn, "fetch 1 flags", NULL), IMAP_ERR_STATE, "command FETCH illegal");
  REFUSES(imap_cmd_xatom(conn, "STORE", "1 FLAGS x", NULL), IMAP_ERR_STATE, "command STORE illegal");
  REFUSES(imap_cmd_uid(conn, "FETCH", "1 FLAGS", NULL), IMAP_ERR_STATE, "illegal in state NONAUTH");
  SENDS(imap_command(conn, "login", login, 2, NULL), "LOGIN alice \"secret\"");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  SENDS(imap_command_text(conn, "SELECT INBOX", NULL), "SELECT INBOX");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  SENDS(imap_cmd_xatom(conn, "CLOSE", NULL, NULL), "CLOSE");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  wire_close(server, conn);
}

static void ready_text_is_checked_and_sent_as_it_is(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_command_text(conn, "FETCH 1 (FLAGS)", NULL), "FETCH 1 (FLAGS)");
  SENDS(imap_command_text(conn, "uid fetch 1 (FLAGS)", NULL), "UID FETCH 1 (FLAGS)");
  SENDS(imap_command_text(conn, "NOOP  ", NULL), "NOOP");
  SENDS(imap_command_text(conn, "search SUBJECT \"\xc3\xa4\"", NULL), "SEARCH SUBJECT {2}\r\n\xc3\xa4");
  REFUSES(imap_command_text(conn, "NOOP\r\nT1 LOGOUT", NULL), IMAP_ERR_ARGUMENT, "command name");
  REFUSES(imap_command_text(conn, "XFOO a\r\nT1 LOGOUT", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_command_text(conn, "XFOO {3}", NULL), IMAP_ERR_ARGUMENT, "literal marker");
  REFUSES(imap_command_text(conn, "XFOO \"a", NULL), IMAP_ERR_ARGUMENT, "does not end");
  REFUSES(imap_command_text(conn, "XFOO (a", NULL), IMAP_ERR_ARGUMENT, "'('");
  SENDS(imap_command_text(conn, "XFOO \"\xc3\xa4\"", NULL), "XFOO {2}\r\n\xc3\xa4");
  REFUSES(imap_command_text(conn, "", NULL), IMAP_ERR_ARGUMENT, "command name");
  REFUSES(imap_command_text(conn, NULL, NULL), IMAP_ERR_ARGUMENT, "line is NULL");
  wire_close(server, conn);
}

static void xatom_makes_a_name_known_to_uid(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  REFUSES(imap_cmd_uid(conn, "XTHING", "1", NULL), IMAP_ERR_UNSUPPORTED, "Unknown IMAP4 UID command: XTHING");
  wire_answer(server, "* XTHING 1 2 3\r\n", NULL);
  SENDS(imap_cmd_xatom(conn, "xthing", "a b", &response), "XTHING a b");
  CHECK_INT(imap_response_row_count(response), 1);
  CHECK_STR(imap_response_name(imap_response_row(response, 0)), "XTHING");
  imap_response_free(response);
  wire_answer(server, NULL, NULL);
  SENDS(imap_cmd_xatom(conn, "XTHING", NULL, NULL), "XTHING");
  SENDS(imap_cmd_uid(conn, "xthing", "1", NULL), "UID XTHING 1");
  SENDS(imap_cmd_uid(conn, "fetch", "1 (FLAGS)", NULL), "UID FETCH 1 (FLAGS)");
  SENDS(imap_cmd_uid(conn, "SEARCH", "TEXT \"\xc3\xa4\"", NULL), "UID SEARCH TEXT {2}\r\n\xc3\xa4");
  SENDS(imap_cmd_uid(conn, "EXPUNGE", NULL, NULL), "UID EXPUNGE");
  REFUSES(imap_cmd_uid(conn, "FETCH", "1 (FLAGS", NULL), IMAP_ERR_ARGUMENT, "'('");
  REFUSES(imap_cmd_uid(conn, "FETCH", "1\r\n", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_uid(conn, NULL, "1", NULL), IMAP_ERR_ARGUMENT, "command is NULL");
  REFUSES(imap_cmd_xatom(conn, NULL, "1", NULL), IMAP_ERR_ARGUMENT, "name is NULL");
  wire_close(server, conn);
}

static void no_and_bad_are_answers_and_not_failures(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 1 FETCH (FLAGS ())\r\n", "NO [NONEXISTENT] Unknown mailbox");
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, &response), IMAP_NO);
  CHECK_STR(imap_last_message(conn), "FETCH: NO [NONEXISTENT] Unknown mailbox");
  CHECK_STR(imap_last_code(conn), "NONEXISTENT");
  CHECK_INT(imap_last_errno(conn), 0);
  CHECK_INT(imap_response_status(response), IMAP_STATUS_NO);
  imap_response_free(response);
  wire_answer(server, NULL, "BAD Unknown command");
  CHECK_RC(imap_command(conn, "XBAD", NULL, 0, &response), IMAP_BAD);
  CHECK_INT(imap_error_class(IMAP_BAD), IMAP_CLASS_ERROR);
  CHECK_INT(imap_response_status(response), IMAP_STATUS_BAD);
  imap_response_free(response);
  wire_answer(server, NULL, NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_close(server, conn);
}

static void a_mailbox_that_turns_readonly_stops_later_commands(void) {
  wire *server;
  imap_response *filed = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* OK [READ-ONLY] maintenance\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_WIRE(server, "NOOP");
  wire_answer(server, NULL, NULL);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_READONLY);
  CHECK_HAS(imap_last_message(conn), "READ-ONLY");
  CHECK_INT(imap_error_class(IMAP_ERR_READONLY), IMAP_CLASS_READONLY);
  CHECK_RC(imap_untagged(conn, "read-only", &filed), IMAP_OK);
  imap_response_free(filed);
  SENDS(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), "FETCH 1 (FLAGS)");
  wire_answer(server, "* OK [READ-ONLY] maintenance\r\n", NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_WIRE(server, "NOOP");
  wire_answer(server, NULL, NULL);
  SENDS(imap_cmd_close(conn, NULL), "CLOSE");
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(every_type_of_argument_has_its_form),
      TEST(arguments_that_do_not_fit_their_type_are_refused),
      TEST(unknown_flag_bits_of_an_argument_are_refused),
      TEST(names_are_checked_and_sent_in_upper_case),
      TEST(the_same_state_rules_hold_at_every_door),
      TEST(ready_text_is_checked_and_sent_as_it_is),
      TEST(xatom_makes_a_name_known_to_uid),
      TEST(no_and_bad_are_answers_and_not_failures),
      TEST(a_mailbox_that_turns_readonly_stops_later_commands),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
