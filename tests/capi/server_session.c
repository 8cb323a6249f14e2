/* Commands on the session against Dovecot: capabilities, login, logout, ID, ENABLE, NAMESPACE, recent, the generic doors,
 * raw access, states and classes of errors. */
#include "server_kit.h"

static void capability_lists_what_the_connection_knows(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  CHECK(imap_capability_count(conn) > 3);
  CHECK(imap_has_capability(conn, "imap4rev1"));
  CHECK(!imap_has_capability(conn, "X-NONE"));
  OK(conn, imap_cmd_capability(conn, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  const char *list = item(r, NULL, 0);
  CHECK_HAS(list, "IMAP4rev1");
  char joined[4000] = "";
  for (int i = 0; i < imap_capability_count(conn); i++) {
    if (i > 0)
      strcat(joined, " ");
    strcat(joined, imap_capability_at(conn, i));
  }
  CHECK_HAS(joined, "IMAP4REV1");
  CHECK_INT(strlen(joined), list ? strlen(list) : 0);
  CHECK_STR(imap_capability_at(conn, imap_capability_count(conn)), NULL);
  CHECK_STR(imap_protocol_version(conn), "IMAP4REV1");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void greeting_is_kept_for_the_whole_connection(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_greeting(conn, &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_OK);
  CHECK_HAS(text_of(r), "Dovecot");
  CHECK_STR(code_of(r), "CAPABILITY");
  imap_free(conn);
  CHECK_HAS(text_of(r), "Dovecot");
  imap_response_free(r);
}

static void login_moves_to_auth_and_learns_capabilities(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  CHECK(!imap_has_capability(conn, "SORT"));
  OK(conn, imap_cmd_login(conn, "session", "secret", &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_OK);
  CHECK_HAS(item(r, NULL, 0), "Logged in");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  CHECK(imap_has_capability(conn, "SORT"));
  CHECK_INT(imap_capability_is_stale(conn), 0);
  drop(&r);
  RC(conn, imap_cmd_login(conn, "session", "secret", &r), IMAP_ERR_STATE);
  CHECK(r == NULL);
  CHECK_HAS(imap_last_message(conn), "command LOGIN illegal in state AUTH, only allowed in states NONAUTH");
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void refused_login_is_an_error_and_leaves_the_connection(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_cmd_login(conn, "session", "wrong-pass-word", &r), IMAP_ERR_AUTH);
  CHECK_INT(imap_error_class(IMAP_ERR_AUTH), IMAP_CLASS_ERROR);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_NO);
  CHECK_STR(code_of(r), "AUTHENTICATIONFAILED");
  CHECK_STR(imap_last_code(conn), "AUTHENTICATIONFAILED");
  CHECK_HAS(imap_last_message(conn), "LOGIN: NO [AUTHENTICATIONFAILED]");
  CHECK(strstr(imap_last_message(conn), "wrong-pass-word") == NULL);
  CHECK_INT(imap_last_error(conn), IMAP_ERR_AUTH);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  CHECK(imap_has_capability(conn, "IMAP4REV1"));
  drop(&r);
  OK(conn, imap_cmd_login(conn, "session", "secret", NULL));
  imap_logout_and_free(conn);
}

static void noop_answers_its_own_text(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_noop(conn, &r));
  CHECK_STR(imap_response_name(r), "NOOP");
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_HAS(item(r, NULL, 0), "NOOP completed");
  CHECK_INT(imap_response_row_count(r), 0);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void logout_hands_out_the_bye(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_logout(conn, &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_BYE);
  CHECK_HAS(item(r, NULL, 0), "Logging out");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  CHECK_INT(imap_fd(conn), -1);
  drop(&r);
  CHECK(imap_cmd_list(conn, NULL, NULL, NULL) < 0);
  CHECK(imap_cmd_noop(conn, NULL) < 0);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
}

static void with_block_logs_out_in_every_state(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  conn = dovecot_as("session");
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  conn = dovecot_as("session");
  REQUIRE(conn);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  conn = dovecot_as("session");
  REQUIRE(conn);
  imap_shutdown(conn);
  CHECK(imap_cmd_noop(conn, NULL) < 0);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  CHECK_RC(imap_logout_and_free(NULL), IMAP_ERR_HANDLE);
}

static void commands_in_the_wrong_state_are_refused_unsent(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  imap_trace_clear(conn);
  RC(conn, imap_cmd_fetch(conn, "1", "FLAGS", 0, &r), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "command FETCH illegal in state NONAUTH, only allowed in states SELECTED");
  RC(conn, imap_cmd_list(conn, NULL, NULL, &r), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "command LIST illegal in state NONAUTH, only allowed in states AUTH, SELECTED");
  RC(conn, imap_cmd_select(conn, NULL, 0, &r), IMAP_ERR_STATE);
  RC(conn, imap_cmd_recent(conn, &r), IMAP_OK);
  drop(&r);
  RC(conn, imap_command_text(conn, "FETCH 1 FLAGS", &r), IMAP_ERR_STATE);
  RC(conn, imap_cmd_uid(conn, "FETCH", "1 FLAGS", &r), IMAP_ERR_STATE);
  CHECK(r == NULL);
  for (int i = 0; i < imap_trace_count(conn); i++) {
    const char *line = NULL;
    size_t len = 0;
    CHECK_RC(imap_trace_line(conn, i, &line, &len, NULL), IMAP_OK);
    CHECK(strstr(line, "FETCH") == NULL && strstr(line, "LIST") == NULL);
  }
  OK(conn, imap_cmd_login(conn, "session", "secret", NULL));
  RC(conn, imap_cmd_close(conn, NULL), IMAP_ERR_STATE);
  RC(conn, imap_cmd_check(conn, NULL), IMAP_ERR_STATE);
  RC(conn, imap_cmd_expunge(conn, NULL, NULL), IMAP_ERR_STATE);
  RC(conn, imap_cmd_search(conn, NULL, "ALL", 0, NULL), IMAP_ERR_STATE);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  RC(conn, imap_cmd_enable(conn, "CONDSTORE", NULL), IMAP_ERR_STATE);
  CHECK_INT(imap_error_class(IMAP_ERR_STATE), IMAP_CLASS_ERROR);
  imap_logout_and_free(conn);
}

static void id_tells_and_asks(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  const char *const pairs[] = {"name", "imap4 \"test\"", "version", "0.1"};
  OK(conn, imap_cmd_id(conn, pairs, 4, &r));
  CHECK_STR(item(r, NULL, 0), "(\"name\" \"Dovecot\")");
  drop(&r);
  OK(conn, imap_cmd_id(conn, NULL, 0, &r));
  CHECK_STR(item(r, "id", 0), "(\"name\" \"Dovecot\")");
  drop(&r);
  RC(conn, imap_cmd_id(conn, pairs, 3, &r), IMAP_ERR_ARGUMENT);
  CHECK(r == NULL);
  imap_logout_and_free(conn);
}

static void xatom_files_its_data_under_its_name(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  char buf[200];
  OK(conn, imap_cmd_xatom(conn, "ID", "(\"name\" \"x\")", &r));
  CHECK_HAS(item(r, NULL, 0), "ID completed");
  CHECK_STR(filed(conn, "ID", buf, sizeof buf), "(\"name\" \"Dovecot\")");
  CHECK_STR(filed(conn, "ID", buf, sizeof buf), "");
  drop(&r);
  RC(conn, imap_cmd_xatom(conn, "XNONE", "1 2", &r), IMAP_BAD);
  CHECK_INT(imap_error_class(IMAP_BAD), IMAP_CLASS_ERROR);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_BAD);
  drop(&r);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  RC(conn, imap_cmd_uid(conn, "XNONE", "1", &r), IMAP_BAD);
  drop(&r);
  RC(conn, imap_cmd_uid(conn, "XOTHER", "1", &r), IMAP_ERR_UNSUPPORTED);
  CHECK_HAS(imap_last_message(conn), "Unknown IMAP4 UID command: XOTHER");
  imap_logout_and_free(conn);
}

static void enable_takes_effect_only_where_the_server_says_so(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_enable(conn, "CONDSTORE", &r));
  CHECK(has_item(r, "ENABLED", "CONDSTORE"));
  drop(&r);
  /* This server answers a bare OK and has no such mode. */
  OK(conn, imap_cmd_enable(conn, "UTF8=ACCEPT", &r));
  CHECK_INT(imap_utf8_enabled(conn), 0);
  drop(&r);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  char buf[100];
  CHECK(filed(conn, "HIGHESTMODSEQ", buf, sizeof buf)[0] != '\0');
  imap_logout_and_free(conn);
  conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  RC(conn, imap_cmd_enable(conn, "CONDSTORE", NULL), IMAP_ERR_STATE);
  imap_logout_and_free(conn);
}

static void namespace_lists_the_prefixes(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_namespace(conn, &r));
  CHECK_STR(item(r, NULL, 0), "((\"\" \"/\")) ((\"shared/\" \"/\")) NIL");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void recent_asks_only_when_nothing_is_pending(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  OK(conn, imap_cmd_create(conn, "New", NULL));
  add_message(conn, "New", NULL, "one");
  add_message(conn, "New", NULL, "two");
  OK(conn, imap_cmd_select(conn, "New", 0, NULL));
  imap_response *r = NULL;
  uint32_t before = imap_last_id(conn);
  OK(conn, imap_cmd_recent(conn, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_STR(item(r, NULL, 0), "2");
  CHECK(imap_last_id(conn) != before);
  drop(&r);
  OK(conn, imap_cmd_recent(conn, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  drop(&r);
  add_message(conn, "New", NULL, "three");
  OK(conn, imap_cmd_recent(conn, &r));
  CHECK_STR(item(r, NULL, 0), "3");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void commands_the_server_lacks_are_bad_and_harmless(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_cmd_proxyauth(conn, "bob", &r), IMAP_BAD);
  CHECK_HAS(imap_last_message(conn), "PROXYAUTH: BAD");
  drop(&r);
  RC(conn, imap_cmd_getannotation(conn, "INBOX", "\"/comment\"", "\"value.priv\"", &r), IMAP_BAD);
  drop(&r);
  RC(conn, imap_cmd_setannotation(conn, "INBOX", "\"/comment\"", "(\"value.priv\" \"x\")", &r), IMAP_BAD);
  drop(&r);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  RC(conn, imap_cmd_partial(conn, "1", "RFC822", 1, 10, &r), IMAP_BAD);
  drop(&r);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void too_many_bad_commands_end_with_bye(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  int rc = IMAP_BAD;
  for (int i = 0; i < 50 && rc == IMAP_BAD; i++)
    rc = imap_cmd_xatom(conn, "XNONE", NULL, NULL);
  /* The BYE comes behind the last answer: with it, or during the next command. */
  CHECK(rc == IMAP_ERR_BYE || rc == IMAP_ERR_CLOSED);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  CHECK_HAS(imap_last_message(conn), "Too many invalid IMAP commands");
  CHECK(imap_cmd_noop(conn, NULL) < 0);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
}

static void text_commands_are_checked_and_sent(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_command_text(conn, "STATUS INBOX (MESSAGES)", &r));
  CHECK_STR(item(r, NULL, 0), "INBOX (MESSAGES 0)");
  CHECK_STR(imap_response_name(r), "STATUS");
  drop(&r);
  OK(conn, imap_command_text(conn, "SELECT INBOX", NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  OK(conn, imap_command_text(conn, "uid search all", &r));
  CHECK_STR(item(r, NULL, 0), "");
  drop(&r);
  RC(conn, imap_command_text(conn, "NOOP\r\nX LOGOUT", NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_command_text(conn, "STARTTLS", NULL), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "imap_starttls");
  RC(conn, imap_command_text(conn, "AUTHENTICATE PLAIN", NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_command_text(conn, "IDLE", NULL), IMAP_ERR_ARGUMENT);
  RC(conn, imap_command_text(conn, "LIST \"\" \"unclosed", NULL), IMAP_ERR_ARGUMENT);
  OK(conn, imap_command_text(conn, "LOGOUT", NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  imap_logout_and_free(conn);
}

static void raw_access_works_between_commands(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  const char *line = NULL;
  size_t len = 0;
  OK(conn, imap_raw_send(conn, "raw1 NOOP\r\n", 11));
  OK(conn, imap_raw_readline(conn, &line, &len));
  CHECK_HAS(line, "raw1 OK NOOP completed");
  CHECK(len > 2 && memcmp(line + len - 2, "\r\n", 2) == 0);
  OK(conn, imap_raw_send(conn, "raw2 NOOP\r\n", 11));
  OK(conn, imap_raw_read(conn, 7, &line, &len));
  CHECK_OCTETS(line, len, "raw2 OK");
  OK(conn, imap_raw_readline(conn, &line, &len));
  CHECK(len > 2);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static imap_arg arg(int type, const char *text) {
  imap_arg made = {text, strlen(text), type, 0};
  return made;
}

static void every_type_of_argument_reaches_the_server(void) {
  imap_conn *conn = dovecot_as("session");
  REQUIRE(conn);
  imap_response *r = NULL;
  const char *message = "Subject: literal\r\n\r\nA\r\n";
  imap_arg box = arg(IMAP_ARG_MAILBOX, "Arg \"\xc3\xbc\"");
  OK(conn, imap_command(conn, "create", &box, 1, NULL));
  imap_arg append[] = {box, arg(IMAP_ARG_FLAGS, "\\Seen $Mark"), arg(IMAP_ARG_DATE, "17-Jul-1996 02:44:25 -0700"),
                       arg(IMAP_ARG_LITERAL, message)};
  OK(conn, imap_command(conn, "APPEND", append, 4, NULL));
  imap_arg list[] = {arg(IMAP_ARG_ASTRING, ""), arg(IMAP_ARG_LIST_MAILBOX, "Arg \"%")};
  OK(conn, imap_command(conn, "LIST", list, 2, &r));
  CHECK_HAS(item(r, NULL, 0), ") \"/\" \"Arg \\\"&APw-\\\"\"");
  drop(&r);
  imap_arg raw_name = arg(IMAP_ARG_MAILBOX_RAW, "Arg \"&APw-\"");
  imap_arg status[] = {raw_name, arg(IMAP_ARG_LIST_OPEN, ""), arg(IMAP_ARG_ATOM, "MESSAGES"), arg(IMAP_ARG_LIST_CLOSE, "")};
  OK(conn, imap_command(conn, "STATUS", status, 4, &r));
  CHECK_HAS(item(r, NULL, 0), "(MESSAGES 1)");
  drop(&r);
  imap_arg lenient = arg(IMAP_ARG_MAILBOX_LENIENT, "\"Arg \\\"&APw-\\\"\"");
  OK(conn, imap_command(conn, "SELECT", &lenient, 1, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  drop(&r);
  imap_arg fetch[] = {arg(IMAP_ARG_SET, "1:*"), arg(IMAP_ARG_ITEMS, "FLAGS INTERNALDATE RFC822.SIZE")};
  OK(conn, imap_command(conn, "FETCH", fetch, 2, &r));
  CHECK_HAS(item(r, NULL, 0), "$Mark");
  CHECK_HAS(item(r, NULL, 0), "RFC822.SIZE 23");
  int64_t seconds = 0;
  int32_t offset = 0;
  const char *head = item(r, NULL, 0);
  CHECK_RC(imap_internaldate_parse(head, head ? strlen(head) : 0, &seconds, &offset), IMAP_OK);
  CHECK_INT(seconds, 837596665);
  drop(&r);
  imap_arg search[] = {arg(IMAP_ARG_ATOM, "SUBJECT"), arg(IMAP_ARG_STRING, "literal"), arg(IMAP_ARG_RAW, "LARGER"),
                       arg(IMAP_ARG_NUMBER, "20"), arg(IMAP_ARG_RAW, "SMALLER 1000")};
  OK(conn, imap_command(conn, "UID SEARCH", search, 5, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  drop(&r);
  imap_arg by_literal[] = {arg(IMAP_ARG_ATOM, "SUBJECT"), arg(IMAP_ARG_LITERAL, "literal")};
  OK(conn, imap_command(conn, "SEARCH", by_literal, 2, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  drop(&r);
  imap_arg id[] = {arg(IMAP_ARG_LIST_OPEN, ""), arg(IMAP_ARG_STRING, "name"), arg(IMAP_ARG_NIL, ""), arg(IMAP_ARG_LIST_CLOSE, "")};
  OK(conn, imap_command(conn, "ID", id, 4, &r));
  CHECK_HAS(item(r, NULL, 0), "Dovecot");
  drop(&r);
  imap_arg quota = arg(IMAP_ARG_ASTRING_LENIENT, "\"User quota\"");
  OK(conn, imap_command(conn, "GETQUOTA", &quota, 1, &r));
  CHECK_HAS(item(r, NULL, 0), "\"User quota\" (");
  drop(&r);
  imap_arg nothing = arg(0, "x");
  RC(conn, imap_command(conn, "XFOO", &nothing, 1, NULL), IMAP_ERR_ARGUMENT);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void secrets_stay_out_of_trace_and_messages(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  OK(conn, imap_cmd_login(conn, "session", "secret", NULL));
  int seen = 0;
  for (int i = 0; i < imap_trace_count(conn); i++) {
    const char *line = NULL;
    size_t len = 0;
    int64_t when = 0;
    CHECK_RC(imap_trace_line(conn, i, &line, &len, &when), IMAP_OK);
    CHECK(strstr(line, "secret") == NULL);
    CHECK(when > 1600000000000);
    seen += strstr(line, "LOGIN session") != NULL;
  }
  CHECK_INT(seen, 1);
  imap_logout_and_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(capability_lists_what_the_connection_knows),
      TEST(greeting_is_kept_for_the_whole_connection),
      TEST(login_moves_to_auth_and_learns_capabilities),
      TEST(refused_login_is_an_error_and_leaves_the_connection),
      TEST(noop_answers_its_own_text),
      TEST(logout_hands_out_the_bye),
      TEST(with_block_logs_out_in_every_state),
      TEST(commands_in_the_wrong_state_are_refused_unsent),
      TEST(id_tells_and_asks),
      TEST(xatom_files_its_data_under_its_name),
      TEST(enable_takes_effect_only_where_the_server_says_so),
      TEST(namespace_lists_the_prefixes),
      TEST(recent_asks_only_when_nothing_is_pending),
      TEST(commands_the_server_lacks_are_bad_and_harmless),
      TEST(too_many_bad_commands_end_with_bye),
      TEST(text_commands_are_checked_and_sent),
      TEST(raw_access_works_between_commands),
      TEST(every_type_of_argument_reaches_the_server),
      TEST(secrets_stay_out_of_trace_and_messages),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
