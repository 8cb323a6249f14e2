/* Commands on mailboxes: what each sends, in every form a name can take, and what it refuses. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>

/* "Entwürfe", and names that cannot stand as atoms. */
#define DRAFTS "Entw\xc3\xbcrfe"

typedef int (*on_mailbox)(imap_conn *, const char *, imap_response **);

static int select_it(imap_conn *conn, const char *name, imap_response **out) {
  return imap_cmd_select(conn, name, 0, out);
}

static int examine_it(imap_conn *conn, const char *name, imap_response **out) {
  return imap_cmd_select(conn, name, IMAP_EXAMINE, out);
}

static const struct {
  const char *name;
  on_mailbox call;
} commands[] = {
    {"SELECT", select_it},
    {"EXAMINE", examine_it},
    {"CREATE", imap_cmd_create},
    {"DELETE", imap_cmd_delete},
    {"SUBSCRIBE", imap_cmd_subscribe},
    {"UNSUBSCRIBE", imap_cmd_unsubscribe},
    {"GETACL", imap_cmd_getacl},
    {"MYRIGHTS", imap_cmd_myrights},
    {"GETQUOTAROOT", imap_cmd_getquotaroot},
};

static const char *joined(char *buf, const char *name, const char *rest) {
  char *at = buf;
  while (*name)
    *at++ = *name++;
  *at++ = ' ';
  while ((*at++ = *rest++))
    ;
  return buf;
}

static void every_mailbox_name_goes_out_as_the_protocol_wants_it(void) {
  static const char *const forms[][2] = {
      {"INBOX", "INBOX"},
      {"a/b.c", "a/b.c"},
      {"", "\"\""},
      {"nil", "\"nil\""},
      {"two words", "\"two words\""},
      {"say \"hi\"", "\"say \\\"hi\\\"\""},
      {"back\\slash", "\"back\\\\slash\""},
      {"100%", "\"100%\""},
      {"star*", "\"star*\""},
      {"(list)", "\"(list)\""},
      {"lit{3}", "\"lit{3}\""},
      {"a]b", "a]b"},
      {"#shared", "#shared"},
      {"R&D", "R&-D"},
      {DRAFTS, "Entw&APw-rfe"},
      {"\xe5\x8f\xb0\xe5\x8c\x97 x", "\"&U,BTFw- x\""},
      {"\xf0\x9f\x93\xa7", "&2D3c5w-"},
      {"tab\there", "tab&AAk-here"},
      {"\"quoted\"", "\"\\\"quoted\\\"\""},
  };
  wire *server;
  char want[200];
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  for (size_t c = 0; c < COUNT_OF(commands); c++)
    for (size_t i = 0; i < COUNT_OF(forms); i++)
      SENDS(commands[c].call(conn, forms[i][0], NULL), joined(want, commands[c].name, forms[i][1]));
  wire_close(server, conn);
}

static void names_that_cannot_be_sent_are_refused(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  for (size_t c = 0; c < COUNT_OF(commands); c++) {
    REFUSES(commands[c].call(conn, "a\r\nT1 DELETE b", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
    REFUSES(commands[c].call(conn, "a\nb", NULL), IMAP_ERR_ARGUMENT, commands[c].name);
    REFUSES(commands[c].call(conn, "Entw\xfcrfe", NULL), IMAP_ERR_ARGUMENT, "not UTF-8");
    if (c > 1)
      REFUSES(commands[c].call(conn, NULL, NULL), IMAP_ERR_ARGUMENT, "mailbox is NULL");
  }
  wire_close(server, conn);
}

static void select_opens_inbox_by_default_and_knows_its_flags(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_cmd_select(conn, NULL, 0, NULL), "SELECT INBOX");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  CHECK_INT(imap_is_readonly(conn), 0);
  SENDS(imap_cmd_select(conn, NULL, IMAP_EXAMINE, NULL), "EXAMINE INBOX");
  CHECK_INT(imap_is_readonly(conn), 1);
  REFUSES(imap_cmd_select(conn, NULL, IMAP_UID, NULL), IMAP_ERR_ARGUMENT, "flags");
  REFUSES(imap_cmd_select(conn, NULL, -1, NULL), IMAP_ERR_ARGUMENT, "flags");
  wire_answer(server, NULL, "OK [READ-ONLY] only looking");
  CHECK_RC(imap_cmd_select(conn, "x", 0, NULL), IMAP_READONLY);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  CHECK_INT(imap_is_readonly(conn), 1);
  wire_answer(server, NULL, "NO no such mailbox");
  CHECK_RC(imap_cmd_select(conn, "y", 0, NULL), IMAP_NO);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  wire_close(server, conn);
}

static void list_and_lsub_have_defaults_and_wildcards(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_cmd_list(conn, NULL, NULL, NULL), "LIST \"\" *");
  SENDS(imap_cmd_lsub(conn, NULL, NULL, NULL), "LSUB \"\" *");
  SENDS(imap_cmd_list(conn, "a b", "%", NULL), "LIST \"a b\" %");
  SENDS(imap_cmd_list(conn, DRAFTS, DRAFTS "/*", NULL), "LIST Entw&APw-rfe Entw&APw-rfe/*");
  SENDS(imap_cmd_list(conn, "", "", NULL), "LIST \"\" \"\"");
  SENDS(imap_cmd_lsub(conn, "", "two words/%", NULL), "LSUB \"\" \"two words/%\"");
  REFUSES(imap_cmd_list(conn, "a\r\nb", "*", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  REFUSES(imap_cmd_lsub(conn, "", "*\n", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  wire_close(server, conn);
}

static void rename_and_status_send_both_arguments(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_cmd_rename(conn, "a b", DRAFTS, NULL), "RENAME \"a b\" Entw&APw-rfe");
  REFUSES(imap_cmd_rename(conn, NULL, "b", NULL), IMAP_ERR_ARGUMENT, "from is NULL");
  REFUSES(imap_cmd_rename(conn, "a", NULL, NULL), IMAP_ERR_ARGUMENT, "to is NULL");
  REFUSES(imap_cmd_rename(conn, "a", "b\r", NULL), IMAP_ERR_ARGUMENT, "RENAME: argument 2");
  SENDS(imap_cmd_status(conn, DRAFTS, "MESSAGES UNSEEN", NULL), "STATUS Entw&APw-rfe (MESSAGES UNSEEN)");
  SENDS(imap_cmd_status(conn, "a", "(MESSAGES)", NULL), "STATUS a (MESSAGES)");
  REFUSES(imap_cmd_status(conn, "a", "(MESSAGES", NULL), IMAP_ERR_ARGUMENT, "STATUS: argument 2");
  REFUSES(imap_cmd_status(conn, "a", "MESSAGES)(", NULL), IMAP_ERR_ARGUMENT, "STATUS: argument 2");
  REFUSES(imap_cmd_status(conn, "a", "X {3}", NULL), IMAP_ERR_ARGUMENT, "literal marker");
  REFUSES(imap_cmd_status(conn, "a", "", NULL), IMAP_ERR_ARGUMENT, "STATUS: argument 2: \"\" has no items");
  REFUSES(imap_cmd_status(conn, "a", "()", NULL), IMAP_ERR_ARGUMENT, "has no items");
  REFUSES(imap_cmd_status(conn, "a", NULL, NULL), IMAP_ERR_ARGUMENT, "names is NULL");
  wire_close(server, conn);
}

static void leaving_a_mailbox_is_checked_and_seen(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  SENDS(imap_cmd_check(conn, NULL), "CHECK");
  SENDS(imap_cmd_close(conn, NULL), "CLOSE");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  REFUSES(imap_cmd_close(conn, NULL), IMAP_ERR_STATE, "command CLOSE illegal in state AUTH, only allowed in states SELECTED");
  REFUSES(imap_cmd_check(conn, NULL), IMAP_ERR_STATE, "command CHECK illegal in state AUTH");
  REFUSES(imap_cmd_unselect(conn, NULL), IMAP_ERR_STATE, "command UNSELECT illegal in state AUTH");
  SENDS(imap_cmd_select(conn, "a", 0, NULL), "SELECT a");
  wire_answer(server, NULL, "NO not now");
  CHECK_RC(imap_cmd_close(conn, NULL), IMAP_NO);
  CHECK_WIRE(server, "CLOSE");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_SELECTED);
  wire_answer(server, NULL, NULL);
  SENDS(imap_cmd_unselect(conn, NULL), "UNSELECT");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  wire_close(server, conn);
}

static void commands_before_login_are_refused(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  for (size_t c = 0; c < COUNT_OF(commands); c++)
    REFUSES(commands[c].call(conn, "a", NULL), IMAP_ERR_STATE, "illegal in state NONAUTH, only allowed in states AUTH, SELECTED");
  REFUSES(imap_cmd_list(conn, NULL, NULL, NULL), IMAP_ERR_STATE, "command LIST illegal");
  REFUSES(imap_cmd_rename(conn, "a", "b", NULL), IMAP_ERR_STATE, "command RENAME illegal");
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(every_mailbox_name_goes_out_as_the_protocol_wants_it),
      TEST(names_that_cannot_be_sent_are_refused),
      TEST(select_opens_inbox_by_default_and_knows_its_flags),
      TEST(list_and_lsub_have_defaults_and_wildcards),
      TEST(rename_and_status_send_both_arguments),
      TEST(leaving_a_mailbox_is_checked_and_seen),
      TEST(commands_before_login_are_refused),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
