/* Rights, quotas and annotations: against Dovecot what it has, against Cyrus the rest, as the owner and as the
 * administrator. */
#include "server_kit.h"

static imap_conn *cyrus_as(const char *user) { return login_to("CYRUS_PORT", user); }

static void rights_are_given_and_taken(imap_conn *conn, const char *box, const char *who) {
  imap_response *r = NULL;
  OK(conn, imap_cmd_create(conn, box, NULL));
  OK(conn, imap_cmd_getacl(conn, box, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK(item(r, NULL, 0) && strstr(item(r, NULL, 0), who) == NULL);
  drop(&r);
  OK(conn, imap_cmd_setacl(conn, box, who, "lr", NULL));
  OK(conn, imap_cmd_setacl(conn, box, who, "+s", NULL));
  OK(conn, imap_cmd_getacl(conn, box, &r));
  const imap_response *row = imap_response_row(r, 0);
  const char *rights = NULL, *raw = NULL;
  size_t len = 0;
  uint32_t node = imap_node_first(row, IMAP_ROOT);
  while (node && !(imap_node_text(row, node, &raw, &len) == IMAP_OK && strcmp(raw, who) == 0))
    node = imap_node_next(row, node);
  CHECK(node != 0);
  CHECK_RC(imap_node_text(row, imap_node_next(row, node), &rights, &len), IMAP_OK);
  CHECK(rights && strlen(rights) == 3 && strspn(rights, "lrs") == 3);
  drop(&r);
  OK(conn, imap_cmd_setacl(conn, box, who, "-r", NULL));
  OK(conn, imap_cmd_deleteacl(conn, box, who, NULL));
  OK(conn, imap_cmd_getacl(conn, box, &r));
  CHECK(item(r, NULL, 0) && strstr(item(r, NULL, 0), who) == NULL);
  drop(&r);
  OK(conn, imap_cmd_myrights(conn, box, &r));
  const char *own = item(r, NULL, 0) ? strrchr(item(r, NULL, 0), ' ') : NULL;
  CHECK(own && strchr(own, 'l') && strchr(own, 'r') && strchr(own, 'a'));
  drop(&r);
  RC(conn, imap_cmd_getacl(conn, "Missing", NULL), IMAP_NO);
  OK(conn, imap_cmd_delete(conn, box, NULL));
}

static void dovecot_gives_and_takes_rights(void) {
  imap_conn *conn = dovecot_as("access");
  REQUIRE(conn);
  rights_are_given_and_taken(conn, "R\xc3\xa9servoir", "bob");
  imap_response *r = NULL;
  RC(conn, imap_cmd_setacl(conn, "INBOX", "bob", "Z!", &r), IMAP_BAD);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void cyrus_gives_and_takes_rights(void) {
  imap_conn *conn = cyrus_as("bob");
  REQUIRE(conn);
  rights_are_given_and_taken(conn, "Rights", "alice");
  imap_logout_and_free(conn);
}

static void rights_count_for_the_other_user(void) {
  imap_conn *owner = dovecot_as("access"), *other = dovecot_as("carol");
  REQUIRE(owner && other);
  imap_response *r = NULL;
  OK(owner, imap_cmd_create(owner, "Lent", NULL));
  add_message(owner, "Lent", NULL, "look");
  RC(other, imap_cmd_select(other, "shared/access/Lent", 0, NULL), IMAP_NO);
  OK(owner, imap_cmd_setacl(owner, "Lent", "carol", "lr", NULL));
  /* A session keeps what it has found out about rights: a new one. */
  imap_logout_and_free(other);
  other = dovecot_as("carol");
  REQUIRE(other);
  OK(other, imap_cmd_myrights(other, "shared/access/Lent", &r));
  CHECK_STR(item(r, NULL, 0), "shared/access/Lent lr");
  drop(&r);
  /* Without the rights to write, SELECT gives a mailbox to read. */
  RC(other, imap_cmd_select(other, "shared/access/Lent", 0, &r), IMAP_READONLY);
  CHECK_STR(item(r, NULL, 0), "1");
  CHECK_STR(code_of(r), "READ-ONLY");
  CHECK_INT(imap_is_readonly(other), 1);
  CHECK_INT(imap_conn_state(other), IMAP_STATE_SELECTED);
  CHECK_INT(imap_error_class(IMAP_READONLY), IMAP_CLASS_READONLY);
  drop(&r);
  OK(other, imap_cmd_fetch(other, "1", "BODY.PEEK[]", 0, NULL));
  OK(other, imap_cmd_select(other, "shared/access/Lent", IMAP_EXAMINE, NULL));
  imap_logout_and_free(other);
  imap_logout_and_free(owner);
}

static void dovecot_tells_quotas_and_lets_nobody_set_them(void) {
  imap_conn *conn = dovecot_as("access");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_getquotaroot(conn, "INBOX", &r));
  CHECK_STR(item(r, NULL, 0), "INBOX \"User quota\"");
  CHECK_HAS(item(r, "QUOTA", 0), "\"User quota\" (STORAGE ");
  CHECK_HAS(item(r, "QUOTA", 0), " 102400");
  drop(&r);
  OK(conn, imap_cmd_getquota(conn, "User quota", &r));
  CHECK_HAS(item(r, NULL, 0), "\"User quota\" (STORAGE ");
  drop(&r);
  RC(conn, imap_cmd_getquota(conn, "no \"such\" root", NULL), IMAP_NO);
  RC(conn, imap_cmd_setquota(conn, "User quota", "STORAGE 5", NULL), IMAP_NO);
  imap_logout_and_free(conn);
}

static void cyrus_lets_the_administrator_set_quotas(void) {
  imap_conn *owner = cyrus_as("alice"), *admin = cyrus_as("cyrus");
  REQUIRE(owner && admin);
  imap_response *r = NULL;
  RC(owner, imap_cmd_setquota(owner, "user/alice", "STORAGE 700", NULL), IMAP_NO);
  OK(admin, imap_cmd_setquota(admin, "user/alice", "STORAGE 700", &r));
  drop(&r);
  OK(admin, imap_cmd_getquota(admin, "user/alice", &r));
  CHECK_HAS(item(r, NULL, 0), "user/alice (STORAGE ");
  CHECK_HAS(item(r, NULL, 0), " 700)");
  drop(&r);
  OK(owner, imap_cmd_getquotaroot(owner, "INBOX", &r));
  CHECK_HAS(item(r, NULL, 0), "INBOX ");
  CHECK_HAS(item(r, "QUOTA", 0), " 700)");
  drop(&r);
  /* Over the limit an APPEND is refused, before or behind its octets. */
  size_t size = 800 * 1024;
  char *message = calloc(1, size);
  REQUIRE(message);
  memset(message, 'x', size);
  memcpy(message, "Subject: big\r\n\r\n", 16);
  RC(owner, imap_cmd_append(owner, "INBOX", NULL, NULL, message, size, IMAP_APPEND_VERBATIM, &r), IMAP_NO);
  CHECK_HAS(text_of(r), "quota");
  free(message);
  drop(&r);
  OK(admin, imap_cmd_setquota(admin, "user/alice", "()", NULL));
  OK(owner, imap_cmd_noop(owner, NULL));
  imap_logout_and_free(admin);
  imap_logout_and_free(owner);
}

static void cyrus_keeps_annotations(void) {
  imap_conn *conn = cyrus_as("bob");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_setannotation(conn, "INBOX", "\"/comment\"", "(\"value.priv\" \"first one\")", NULL));
  OK(conn, imap_cmd_getannotation(conn, "INBOX", "\"/comment\"", "\"value.priv\"", &r));
  CHECK_INT(imap_response_item_count(r, NULL), 1);
  CHECK_HAS(item(r, NULL, 0), "INBOX \"/comment\" (\"value.priv\" \"first one\")");
  drop(&r);
  OK(conn, imap_cmd_setannotation(conn, "INBOX", "\"/comment\"", "(\"value.priv\" \"the \\\"first\\\"\")", NULL));
  OK(conn, imap_cmd_getannotation(conn, "INBOX", "\"/comment\"", "\"value.priv\"", &r));
  /* Cyrus sends a value with quotes as a literal: text and literal, then the rest. */
  CHECK_INT(imap_response_item_count(r, NULL), 2);
  size_t len = 0;
  const char *value = literal(r, NULL, 0, &len);
  CHECK_OCTETS(value, len, "the \"first\"");
  CHECK_STR(item(r, NULL, 1), ")");
  drop(&r);
  imap_cmd_delete(conn, "Annotated", NULL);
  OK(conn, imap_cmd_create(conn, "Annotated", NULL));
  OK(conn, imap_cmd_setannotation(conn, "Annotated", "\"/comment\"", "(\"value.priv\" \"two\")", NULL));
  OK(conn, imap_cmd_getannotation(conn, "*", "\"/comment\"", "(\"value.priv\" \"value.shared\")", &r));
  size_t named = 0;
  for (size_t i = 0; i < imap_response_item_count(r, NULL); i++)
    named += strstr(item(r, NULL, i), "\"two\"") != NULL;
  CHECK_INT(named, 1);
  drop(&r);
  OK(conn, imap_cmd_setannotation(conn, "INBOX", "\"/comment\"", "(\"value.priv\" NIL)", NULL));
  OK(conn, imap_cmd_getannotation(conn, "INBOX", "\"/comment\"", "\"value.priv\"", &r));
  CHECK(item(r, NULL, 0) == NULL || strstr(item(r, NULL, 0), "first") == NULL);
  drop(&r);
  RC(conn, imap_cmd_setannotation(conn, "INBOX", "\"/comment\r\n\"", "(\"value.priv\" NIL)", NULL), IMAP_ERR_ARGUMENT);
  imap_logout_and_free(conn);
}

static void cyrus_answers_what_dovecot_answers(void) {
  imap_conn *conn = cyrus_as("bob");
  REQUIRE(conn);
  imap_response *r = NULL;
  char buf[100];
  OK(conn, imap_cmd_create(conn, "Entw\xc3\xbcrfe", &r));
  CHECK_STR(code_of(r), "MAILBOXID");
  drop(&r);
  OK(conn, imap_cmd_list(conn, NULL, "Entw%", &r));
  CHECK_HAS(item(r, NULL, 0), "Entw&APw-rfe");
  drop(&r);
  add_message(conn, "Entw\xc3\xbcrfe", "\\Seen", "on Cyrus");
  CHECK(filed(conn, "APPENDUID", buf, sizeof buf)[0] != '\0');
  OK(conn, imap_cmd_select(conn, "Entw\xc3\xbcrfe", 0, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  drop(&r);
  OK(conn, imap_cmd_enable(conn, "UTF8=ACCEPT", NULL) == IMAP_ERR_STATE ? IMAP_OK : IMAP_NO);
  OK(conn, imap_cmd_search(conn, NULL, "SUBJECT \"on Cyrus\"", 0, &r));
  CHECK_STR(item(r, NULL, 0), "1");
  drop(&r);
  OK(conn, imap_cmd_copy(conn, "1", "INBOX", 0, &r));
  CHECK_STR(code_of(r), "COPYUID");
  drop(&r);
  OK(conn, imap_cmd_select(conn, "Entw\xc3\xbcrfe", IMAP_EXAMINE, NULL));
  RC(conn, imap_cmd_store(conn, "1", "+FLAGS", "\\Deleted", 0, NULL), IMAP_NO);
  OK(conn, imap_cmd_unselect(conn, NULL));
  OK(conn, imap_cmd_delete(conn, "Entw\xc3\xbcrfe", NULL));
  RC(conn, imap_cmd_append(conn, "Missing", NULL, NULL, "A: b\r\n\r\n", 8, 0, &r), IMAP_NO);
  CHECK_STR(code_of(r), "TRYCREATE");
  drop(&r);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(dovecot_gives_and_takes_rights),
      TEST(cyrus_gives_and_takes_rights),
      TEST(rights_count_for_the_other_user),
      TEST(dovecot_tells_quotas_and_lets_nobody_set_them),
      TEST(cyrus_lets_the_administrator_set_quotas),
      TEST(cyrus_keeps_annotations),
      TEST(cyrus_answers_what_dovecot_answers),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
