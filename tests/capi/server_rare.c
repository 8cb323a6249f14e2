/* The scripted server's rare but healthy answers: commands no server here has, read-only mailboxes, literals of every kind,
 * SASL exchanges, UTF-8 mode, IMAP4rev2, responses between and behind others. */
#include "server_kit.h"

static imap_conn *selected(const char *name) {
  imap_conn *conn = login_to(name, "alice");
  if (conn)
    OK(conn, imap_cmd_select(conn, "INBOX", 0, NULL));
  return conn;
}

static void proxyauth_becomes_another_user(void) {
  imap_conn *conn = login_to("SCENARIO_PROXYAUTH_PORT", "admin");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_proxyauth(conn, "bob the builder", &r));
  CHECK_STR(item(r, NULL, 0), "Completed");
  drop(&r);
  RC(conn, imap_cmd_proxyauth(conn, "mallory", &r), IMAP_NO);
  CHECK_HAS(item(r, NULL, 0), "mallory is not to be acted for");
  imap_response_free(r);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  RC(conn, imap_cmd_proxyauth(conn, "bob", NULL), IMAP_ERR_STATE);
  imap_logout_and_free(conn);
}

static void partial_reads_a_stretch(void) {
  imap_conn *conn = selected("SCENARIO_PARTIAL_PORT");
  REQUIRE(conn);
  imap_response *r = NULL;
  size_t len = 0;
  OK(conn, imap_cmd_partial(conn, "1", "RFC822.TEXT", 1, 10, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  CHECK_STR(item(r, NULL, 0), "1 (RFC822.TEXT {10}");
  const char *text = literal(r, NULL, 0, &len);
  CHECK_OCTETS(text, len, "Hello worl");
  CHECK_STR(item(r, NULL, 1), ")");
  drop(&r);
  OK(conn, imap_cmd_partial(conn, "1", "RFC822.TEXT", 4294967295u, 1, &r));
  CHECK_STR(item(r, NULL, 0), "1 (RFC822.TEXT \"\")");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void annotations_are_imaplibs(void) {
  imap_conn *conn = selected("SCENARIO_ANNOTATION_PORT");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_getannotation(conn, "INBOX", "\"/comment\"", "\"value.priv\"", &r));
  CHECK_STR(item(r, NULL, 0), "\"INBOX\" \"/comment\" (\"value.priv\" \"x\")");
  drop(&r);
  OK(conn, imap_cmd_setannotation(conn, "INBOX", "\"/comment\"", "(\"value.priv\" \"x\")", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void quotas_are_imaplibs(void) {
  imap_conn *conn = login_to("SCENARIO_QUOTA_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_setquota(conn, "user/alice", "STORAGE 512", &r));
  CHECK_STR(item(r, NULL, 0), "user/alice (STORAGE 10 512)");
  drop(&r);
  OK(conn, imap_cmd_getquota(conn, "user/alice", &r));
  CHECK_STR(item(r, NULL, 0), "user/alice (STORAGE 10 512)");
  drop(&r);
  OK(conn, imap_cmd_getquotaroot(conn, "INBOX", &r));
  CHECK_STR(item(r, NULL, 0), "INBOX user/alice");
  CHECK_STR(item(r, "QUOTA", 0), "user/alice (STORAGE 10 512)");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void select_that_gives_read_only_says_so(void) {
  imap_conn *conn = login_to("SCENARIO_READONLY_SELECT_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_cmd_select(conn, NULL, 0, &r), IMAP_READONLY);
  CHECK_STR(item(r, NULL, 0), "3");
  CHECK_INT(imap_is_readonly(conn), 1);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  drop(&r);
  OK(conn, imap_cmd_select(conn, NULL, IMAP_EXAMINE, NULL));
  OK(conn, imap_cmd_close(conn, NULL));
  imap_logout_and_free(conn);
}

static void a_mailbox_that_turns_read_only_stops_commands_until_noted(void) {
  imap_conn *conn = selected("SCENARIO_READONLY_LATER_PORT");
  REQUIRE(conn);
  char buf[100];
  CHECK_INT(imap_is_readonly(conn), 0);
  /* The command during which it happened completes; those behind it are refused unsent. */
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_trace_clear(conn);
  RC(conn, imap_cmd_store(conn, "1", "+FLAGS", "\\Seen", 0, NULL), IMAP_ERR_READONLY);
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_READONLY);
  CHECK_INT(imap_trace_count(conn), 0);
  CHECK_INT(imap_error_class(IMAP_ERR_READONLY), IMAP_CLASS_READONLY);
  imap_response *r = NULL;
  OK(conn, imap_untagged(conn, "read-only", &r));
  CHECK_STR(item(r, NULL, 0), "");
  drop(&r);
  OK(conn, imap_cmd_noop(conn, NULL));
  RC(conn, imap_cmd_store(conn, "1", "+FLAGS", "\\Seen", 0, NULL), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "READ-ONLY");
  CHECK(filed(conn, "READ-ONLY", buf, sizeof buf) != NULL);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
}

static void leaving_is_never_refused_for_read_only(void) {
  imap_conn *conn = selected("SCENARIO_READONLY_LATER_PORT");
  REQUIRE(conn);
  OK(conn, imap_cmd_noop(conn, NULL));
  RC(conn, imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_READONLY);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  OK(conn, imap_cmd_noop(conn, NULL));
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
}

static const char MESSAGE[] = "Subject: x\r\n\r\nbody\r\n";

static int append(imap_conn *conn, const char *message, size_t len, imap_response **out) {
  return imap_cmd_append(conn, "INBOX", NULL, NULL, message, len, 0, out);
}

static void a_refused_literal_is_not_sent(void) {
  imap_conn *conn = login_to("SCENARIO_LITERAL_REFUSED_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  uint32_t exists = 0;
  RC(conn, append(conn, MESSAGE, strlen(MESSAGE), &r), IMAP_NO);
  CHECK_STR(code_of(r), "TRYCREATE");
  imap_response_free(r);
  CHECK(next_event(conn, "EXISTS", &exists));
  CHECK_INT(exists, 4);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
  conn = login_to("SCENARIO_LITERAL_BAD_PORT", "alice");
  REQUIRE(conn);
  RC(conn, append(conn, MESSAGE, strlen(MESSAGE), NULL), IMAP_BAD);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void literals_wait_or_not_as_announced(void) {
  imap_conn *conn = login_to("SCENARIO_LITERAL_MINUS_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  size_t size = 20000;
  char *big = malloc(size);
  REQUIRE(big);
  memset(big, 'x', size);
  OK(conn, append(conn, MESSAGE, strlen(MESSAGE), &r));
  CHECK_STR(code_argument(r), "1700000000 4");
  drop(&r);
  OK(conn, append(conn, big, size, &r));
  CHECK_STR(code_argument(r), "1700000000 5");
  drop(&r);
  imap_logout_and_free(conn);
  conn = login_to("SCENARIO_LITERAL_PLUS_PORT", "alice");
  REQUIRE(conn);
  OK(conn, append(conn, big, size, &r));
  CHECK_STR(code_argument(r), "1700000000 4");
  drop(&r);
  free(big);
  imap_logout_and_free(conn);
}

static void logins_are_refused_one_after_the_other(void) {
  imap_conn *conn = open_port("SCENARIO_LOGIN_REFUSED_PORT", NULL);
  REQUIRE(conn);
  RC(conn, imap_cmd_login(conn, "alice", "wrong", NULL), IMAP_ERR_AUTH);
  CHECK_STR(imap_last_code(conn), "AUTHENTICATIONFAILED");
  CHECK_INT(imap_capability_count(conn), 1);
  RC(conn, imap_cmd_login(conn, "alice", "secret", NULL), IMAP_ERR_AUTH);
  CHECK_STR(imap_last_code(conn), "UNAVAILABLE");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  OK(conn, imap_cmd_login(conn, "alice", "secret", NULL));
  CHECK(imap_has_capability(conn, "IDLE"));
  imap_logout_and_free(conn);
  conn = open_port("SCENARIO_LOGINDISABLED_PORT", NULL);
  REQUIRE(conn);
  RC(conn, imap_cmd_login(conn, "alice", "secret", NULL), IMAP_ERR_INSECURE);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void logout_is_taken_in_every_form(void) {
  imap_response *r = NULL;
  imap_conn *conn = login_to("SCENARIO_LOGOUT_WITHOUT_BYE_PORT", "alice");
  REQUIRE(conn);
  OK(conn, imap_cmd_logout(conn, &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_OK);
  CHECK_STR(item(r, NULL, 0), "LOGOUT completed");
  drop(&r);
  imap_free(conn);
  conn = login_to("SCENARIO_LOGOUT_CLOSE_PORT", "alice");
  REQUIRE(conn);
  int rc = imap_cmd_logout(conn, NULL);
  CHECK(rc == IMAP_OK || imap_error_class(rc) == IMAP_CLASS_ABORT);
  CHECK_INT(imap_fd(conn), -1);
  imap_free(conn);
  conn = login_to("SCENARIO_BASIC_PORT", "alice");
  REQUIRE(conn);
  OK(conn, imap_cmd_logout(conn, &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_BYE);
  CHECK_STR(item(r, NULL, 0), "see you");
  imap_response_free(r);
  imap_free(conn);
}

static void exchanges_are_cancelled_and_begun_anew(void) {
  imap_conn *conn = open_port("SCENARIO_AUTH_CANCELLED_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_auth_begin(conn, "xtest", NULL, 0, NULL), IMAP_CHALLENGE);
  RC(conn, imap_auth_cancel(conn, &r), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_BAD);
  imap_response_free(r);
  OK(conn, imap_cmd_authenticate(conn, "PLAIN", NULL, "alice", "secret", NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_logout_and_free(conn);
}

static void empty_and_binary_challenges_are_exact(void) {
  imap_conn *conn = open_port("SCENARIO_AUTH_EMPTY_CHALLENGES_PORT", NULL);
  REQUIRE(conn);
  const char *challenge = NULL;
  size_t len = 9;
  RC(conn, imap_auth_begin(conn, "XTEST", NULL, 0, NULL), IMAP_CHALLENGE);
  OK(conn, imap_auth_challenge(conn, &challenge, &len));
  CHECK_OCTETS(challenge, len, "first");
  RC(conn, imap_auth_reply(conn, "\0\xff", 2, NULL), IMAP_CHALLENGE);
  OK(conn, imap_auth_challenge(conn, &challenge, &len));
  CHECK(challenge != NULL && len == 0);
  RC(conn, imap_auth_reply(conn, "", 0, NULL), IMAP_CHALLENGE);
  OK(conn, imap_auth_challenge(conn, &challenge, &len));
  CHECK(len == 11 && memcmp(challenge, "last\0octets", 11) == 0);
  RC(conn, imap_auth_reply(conn, "end", 3, NULL), IMAP_ERR_AUTH);
  CHECK_HAS(imap_last_message(conn), "[AUTHENTICATIONFAILED] this mechanism lets nobody in");
  imap_logout_and_free(conn);
}

static void a_challenge_that_is_not_base64_is_cancelled(void) {
  static const char *const mechanisms[] = {"LOGIN", "CRAM-MD5"};
  for (size_t i = 0; i < COUNT_OF(mechanisms); i++) {
    imap_conn *conn = open_port("SCENARIO_AUTH_NOT_BASE64_PORT", NULL);
    REQUIRE(conn);
    RC(conn, imap_cmd_authenticate(conn, mechanisms[i], NULL, "alice", "secret", NULL), IMAP_ERR_AUTH);
    CHECK_HAS(imap_last_message(conn), "base64");
    OK(conn, imap_cmd_login(conn, "alice", "secret", NULL));
    imap_logout_and_free(conn);
  }
}

static void initial_answers_go_with_the_command(void) {
  imap_conn *conn = open_port("SCENARIO_AUTH_SASL_IR_PORT", NULL);
  REQUIRE(conn);
  RC(conn, imap_auth_begin(conn, "EXTERNAL", "", 0, NULL), IMAP_ERR_AUTH);
  OK(conn, imap_cmd_authenticate(conn, "PLAIN", NULL, "alice", "secret", NULL));
  imap_logout_and_free(conn);
  conn = open_port("SCENARIO_AUTH_OAUTH_FAILED_PORT", NULL);
  REQUIRE(conn);
  const char *challenge = NULL;
  size_t len = 0;
  RC(conn, imap_auth_begin(conn, "XOAUTH2", "user=a\1auth=Bearer t\1\1", 21, NULL), IMAP_CHALLENGE);
  OK(conn, imap_auth_challenge(conn, &challenge, &len));
  CHECK(len > 10 && memcmp(challenge, "{\"status\":", 10) == 0);
  RC(conn, imap_auth_reply(conn, "", 0, NULL), IMAP_ERR_AUTH);
  CHECK_HAS(imap_last_message(conn), "the token has expired");
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void utf8_mode_follows_the_enabled_list(void) {
  imap_conn *conn = login_to("SCENARIO_ENABLE_EMPTY_PORT", "alice");
  REQUIRE(conn);
  OK(conn, imap_cmd_enable(conn, "UTF8=ACCEPT", NULL));
  CHECK_INT(imap_utf8_enabled(conn), 0);
  imap_logout_and_free(conn);
  /* No list at all, but the capability was announced: such servers mean it. */
  conn = login_to("SCENARIO_ENABLE_WITHOUT_ENABLED_PORT", "alice");
  REQUIRE(conn);
  OK(conn, imap_cmd_enable(conn, "UTF8=ACCEPT", NULL));
  CHECK_INT(imap_utf8_enabled(conn), 1);
  imap_logout_and_free(conn);
  conn = login_to("SCENARIO_BASIC_PORT", "alice");
  REQUIRE(conn);
  RC(conn, imap_cmd_enable(conn, "UTF8=ACCEPT", NULL), IMAP_ERR_UNSUPPORTED);
  CHECK_HAS(imap_last_message(conn), "does not support ENABLE");
  imap_logout_and_free(conn);
}

static void utf8_mode_sends_and_reads_utf8(void) {
  imap_conn *conn = login_to("SCENARIO_UTF8_ACCEPT_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_enable(conn, "UTF8=ACCEPT", &r));
  CHECK_STR(item(r, "ENABLED", 0), "UTF8=ACCEPT");
  CHECK_INT(imap_utf8_enabled(conn), 1);
  drop(&r);
  OK(conn, imap_cmd_list(conn, NULL, NULL, &r));
  CHECK_HAS(item(r, NULL, 1), "\"Entw\xc3\xbcrfe\"");
  const char *name = NULL;
  size_t len = 0;
  const imap_response *row = imap_response_row(r, 2);
  OK(conn, imap_node_text(row, imap_node_at(row, IMAP_ROOT, 3), &name, &len));
  CHECK_OCTETS(name, len, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
  drop(&r);
  OK(conn, imap_cmd_create(conn, "Entw\xc3\xbcrfe", NULL));
  OK(conn, imap_cmd_append(conn, "Entw\xc3\xbcrfe", NULL, NULL, MESSAGE, strlen(MESSAGE), 0, &r));
  CHECK_STR(code_argument(r), "1700000000 4");
  drop(&r);
  OK(conn, imap_cmd_select(conn, "Entw\xc3\xbcrfe", 0, NULL));
  OK(conn, imap_cmd_fetch(conn, "1", "ENVELOPE", 0, &r));
  CHECK_HAS(item(r, NULL, 0), "\"Zo\xc3\xab\" NIL \"zo\xc3\xab\"");
  CHECK_INT(imap_response_malformed(imap_response_row(r, 0)), 0);
  drop(&r);
  OK(conn, imap_cmd_search(conn, NULL, "SUBJECT \"Caf\xc3\xa9\"", 0, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  drop(&r);
  RC(conn, imap_cmd_search(conn, "UTF-8", "SUBJECT x", 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "charset");
  CHECK_HAS(imap_last_message(conn), "UTF8");
  imap_logout_and_free(conn);
}

static void imap4rev2_alone_is_enough(void) {
  imap_conn *conn = login_to("SCENARIO_REV2_ONLY_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  CHECK_STR(imap_protocol_version(conn), "IMAP4REV2");
  OK(conn, imap_cmd_select(conn, NULL, 0, &r));
  CHECK_STR(item(r, NULL, 0), "172");
  CHECK_STR(item(r, "LIST", 0), "() \"/\" INBOX");
  drop(&r);
  OK(conn, imap_cmd_search(conn, NULL, "ALL", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 0);
  CHECK_HAS(item(r, "ESEARCH", 0), "ALL 2,10:15,21");
  drop(&r);
  OK(conn, imap_cmd_search(conn, NULL, "ALL", IMAP_UID, &r));
  CHECK_HAS(item(r, "ESEARCH", 0), "UID MIN 2");
  drop(&r);
  OK(conn, imap_cmd_unselect(conn, NULL));
  imap_logout_and_free(conn);
}

static void preauth_is_logged_in_at_once(void) {
  imap_conn *conn = open_port("SCENARIO_PREAUTH_PORT", NULL);
  REQUIRE(conn);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  CHECK(imap_has_capability(conn, "UIDPLUS"));
  RC(conn, imap_cmd_login(conn, "a", "b", NULL), IMAP_ERR_STATE);
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  imap_logout_and_free(conn);
}

static void capabilities_are_asked_for_once_and_stale_after_login(void) {
  imap_conn *conn = open_port("SCENARIO_GREETING_WITHOUT_CAPABILITY_PORT", NULL);
  REQUIRE(conn);
  CHECK(imap_has_capability(conn, "LITERAL+"));
  CHECK_INT(imap_capability_is_stale(conn), 0);
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  CHECK_INT(imap_capability_is_stale(conn), 1);
  CHECK(!imap_has_capability(conn, "UIDPLUS"));
  OK(conn, imap_cmd_capability(conn, NULL));
  CHECK_INT(imap_capability_is_stale(conn), 0);
  CHECK(imap_has_capability(conn, "UIDPLUS"));
  imap_logout_and_free(conn);
}

static void a_hundred_thousand_numbers_in_one_line(void) {
  imap_conn *conn = selected("SCENARIO_NUMBER_LIST_PORT");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_search(conn, NULL, "ALL", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  const char *at = item(r, NULL, 0);
  long count = 0;
  for (char *end = NULL; at && *at; at = *end == ' ' ? end + 1 : end)
    if (strtol(at, &end, 10) != ++count || (*end != ' ' && *end != '\0'))
      break;
  CHECK_INT(count, 100000);
  const imap_response *row = imap_response_row(r, 0);
  CHECK_INT(imap_node_count(row, IMAP_ROOT), 100001);
  uint64_t last = 0;
  OK(conn, imap_node_number(row, imap_node_at(row, IMAP_ROOT, 100000), &last));
  CHECK_INT(last, 100000);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void an_orphaned_bad_fails_no_other_command(void) {
  imap_conn *conn = login_to("SCENARIO_ORPHAN_BAD_PORT", "alice");
  REQUIRE(conn);
  RC(conn, imap_cmd_setquota(conn, "user/alice", "(STORAGE 5)", NULL), IMAP_NO);
  OK(conn, imap_cmd_noop(conn, NULL));
  CHECK(next_event(conn, "BAD", NULL));
  imap_logout_and_free(conn);
}

static void responses_between_rows_keep_their_place(void) {
  imap_conn *conn = selected("SCENARIO_EXPUNGE_DURING_FETCH_PORT");
  REQUIRE(conn);
  imap_response *r = NULL, *event = NULL;
  OK(conn, imap_cmd_fetch(conn, "1:3", "UID FLAGS", 0, &r));
  CHECK_INT(imap_response_row_count(r), 2);
  CHECK_STR(code_of(r), "EXPUNGEISSUED");
  OK(conn, imap_event_next(conn, &event));
  CHECK_STR(imap_response_name(event), "EXPUNGE");
  CHECK(imap_response_arrival(event) > imap_response_arrival(imap_response_row(r, 0)));
  CHECK(imap_response_arrival(event) < imap_response_arrival(imap_response_row(r, 1)));
  drop(&event);
  CHECK(next_event(conn, "EXISTS", NULL));
  drop(&r);
  imap_logout_and_free(conn);
  conn = selected("SCENARIO_UNSOLICITED_FETCH_PORT");
  REQUIRE(conn);
  uint32_t exists = 0;
  OK(conn, imap_cmd_fetch(conn, "1:2", "UID BODY[]", 0, &r));
  CHECK(next_event(conn, "EXISTS", &exists));
  CHECK_INT(exists, 4);
  CHECK(has_item(r, NULL, "2 (UID 12 BODY[] \"two\")"));
  CHECK(has_item(r, NULL, "1 (UID 11 BODY[] {3}"));
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void the_zoo_is_read_without_a_loss(void) {
  imap_conn *conn = selected("SCENARIO_UNTAGGED_ZOO_PORT");
  REQUIRE(conn);
  imap_response *r = NULL;
  char buf[200];
  int events = 0;
  OK(conn, imap_cmd_noop(conn, NULL));
  CHECK_STR(filed(conn, "QUOTAROOT", buf, sizeof buf), "INBOX \"\" \"User quota\"");
  CHECK_STR(filed(conn, "HIGHESTMODSEQ", buf, sizeof buf), "9223372036854775807");
  CHECK_STR(filed(conn, "X-SOMETHING", buf, sizeof buf), "1 (2 \"three\" {4}");
  CHECK_STR(filed(conn, "UIDNEXT", buf, sizeof buf), "4");
  while (imap_event_next(conn, &r) == IMAP_OK) {
    const char *raw = NULL;
    size_t len = 0;
    if (imap_response_malformed(r) && imap_response_raw(r, &raw, &len) == IMAP_OK)
      kit_fail(__FILE__, __LINE__, "called malformed: %.*s", (int)len, raw);
    events++;
    drop(&r);
  }
  CHECK_INT(events, 42);
  OK(conn, imap_cmd_fetch(conn, "1:6", "ALL", 0, &r));
  CHECK_INT(imap_response_row_count(r), 6);
  for (size_t i = 0; i < imap_response_row_count(r); i++)
    CHECK_INT(imap_response_malformed(imap_response_row(r, i)), 0);
  const imap_response *row = imap_response_row(r, 2);
  uint64_t gmail = 0;
  OK(conn, imap_node_number(row, imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), "X-GM-MSGID"), &gmail));
  CHECK(gmail == 1278455344230334865u);
  const char *octets = NULL;
  size_t len = 0;
  OK(conn, imap_node_text(row, imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), "BINARY[1]"), &octets, &len));
  CHECK(len == 4 && memcmp(octets, "\0\1\xff\r", 4) == 0);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(proxyauth_becomes_another_user),
      TEST(partial_reads_a_stretch),
      TEST(annotations_are_imaplibs),
      TEST(quotas_are_imaplibs),
      TEST(select_that_gives_read_only_says_so),
      TEST(a_mailbox_that_turns_read_only_stops_commands_until_noted),
      TEST(leaving_is_never_refused_for_read_only),
      TEST(a_refused_literal_is_not_sent),
      TEST(literals_wait_or_not_as_announced),
      TEST(logins_are_refused_one_after_the_other),
      TEST(logout_is_taken_in_every_form),
      TEST(exchanges_are_cancelled_and_begun_anew),
      TEST(empty_and_binary_challenges_are_exact),
      TEST(a_challenge_that_is_not_base64_is_cancelled),
      TEST(initial_answers_go_with_the_command),
      TEST(utf8_mode_follows_the_enabled_list),
      TEST(utf8_mode_sends_and_reads_utf8),
      TEST(imap4rev2_alone_is_enough),
      TEST(preauth_is_logged_in_at_once),
      TEST(capabilities_are_asked_for_once_and_stale_after_login),
      TEST(a_hundred_thousand_numbers_in_one_line),
      TEST(an_orphaned_bad_fails_no_other_command),
      TEST(responses_between_rows_keep_their_place),
      TEST(the_zoo_is_read_without_a_loss),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
