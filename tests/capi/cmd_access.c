/* Commands on rights, quotas and annotations: what each sends and refuses. (GETACL, MYRIGHTS and GETQUOTAROOT take a
 * mailbox alone: cmd_mailbox.c has them.) */
#include "kit.h"
#include "wire.h"

#include <imap4.h>

#define DRAFTS "Entw\xc3\xbcrfe"

static void rights_are_sent_as_strings(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1 ACL] hello");
  SENDS(imap_cmd_setacl(conn, DRAFTS, "bob", "+rw", NULL), "SETACL Entw&APw-rfe bob +rw");
  SENDS(imap_cmd_setacl(conn, "a", "bob b", "", NULL), "SETACL a \"bob b\" \"\"");
  SENDS(imap_cmd_setacl(conn, "a", "b\xc3\xb6" "b", "r", NULL), "SETACL a {4}\r\nb\xc3\xb6" "b r");
  SENDS(imap_cmd_deleteacl(conn, DRAFTS, "bob", NULL), "DELETEACL Entw&APw-rfe bob");
  REFUSES(imap_cmd_setacl(conn, NULL, "b", "r", NULL), IMAP_ERR_ARGUMENT, "mailbox is NULL");
  REFUSES(imap_cmd_setacl(conn, "a", NULL, "r", NULL), IMAP_ERR_ARGUMENT, "who is NULL");
  REFUSES(imap_cmd_setacl(conn, "a", "b", NULL, NULL), IMAP_ERR_ARGUMENT, "what is NULL");
  REFUSES(imap_cmd_setacl(conn, "a", "b\r\nc", "r", NULL), IMAP_ERR_ARGUMENT, "SETACL: argument 2");
  REFUSES(imap_cmd_deleteacl(conn, "a", NULL, NULL), IMAP_ERR_ARGUMENT, "who is NULL");
  REFUSES(imap_cmd_deleteacl(conn, "a", "b\n", NULL), IMAP_ERR_ARGUMENT, "DELETEACL: argument 2");
  wire_close(server, conn);
}

static void quotas_are_sent_as_lists(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1 QUOTA] hello");
  SENDS(imap_cmd_getquota(conn, "", NULL), "GETQUOTA \"\"");
  SENDS(imap_cmd_getquota(conn, "user bob", NULL), "GETQUOTA \"user bob\"");
  SENDS(imap_cmd_setquota(conn, "", "STORAGE 512", NULL), "SETQUOTA \"\" (STORAGE 512)");
  SENDS(imap_cmd_setquota(conn, "r", "(STORAGE 512 MESSAGE 9)", NULL), "SETQUOTA r (STORAGE 512 MESSAGE 9)");
  REFUSES(imap_cmd_setquota(conn, "r", "STORAGE 5) x", NULL), IMAP_ERR_ARGUMENT, "SETQUOTA: argument 2");
  REFUSES(imap_cmd_setquota(conn, NULL, "STORAGE 5", NULL), IMAP_ERR_ARGUMENT, "root is NULL");
  REFUSES(imap_cmd_setquota(conn, "r", NULL, NULL), IMAP_ERR_ARGUMENT, "limits is NULL");
  REFUSES(imap_cmd_getquota(conn, NULL, NULL), IMAP_ERR_ARGUMENT, "root is NULL");
  REFUSES(imap_cmd_getquota(conn, "a\r", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  wire_answer(server, "* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (STORAGE 10 512)\r\n", NULL);
  SENDS(imap_cmd_getquotaroot(conn, "INBOX", &response), "GETQUOTAROOT INBOX");
  CHECK_INT(imap_response_item_count(response, NULL), 1);
  CHECK_INT(imap_response_item_count(response, "quota"), 1);
  imap_response_free(response);
  wire_close(server, conn);
}

static void annotations_are_sent_as_written(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1 ANNOTATEMORE] hello");
  SENDS(imap_cmd_getannotation(conn, "*", "\"/comment\"", "\"value.priv\"", NULL),
        "GETANNOTATION * \"/comment\" \"value.priv\"");
  SENDS(imap_cmd_getannotation(conn, DRAFTS, "(\"/a\" \"/b\")", "(\"value.priv\" \"size.priv\")", NULL),
        "GETANNOTATION Entw&APw-rfe (\"/a\" \"/b\") (\"value.priv\" \"size.priv\")");
  SENDS(imap_cmd_setannotation(conn, "", "\"/comment\"", "(\"value.priv\" \"x y\")", NULL),
        "SETANNOTATION \"\" \"/comment\" (\"value.priv\" \"x y\")");
  SENDS(imap_cmd_setannotation(conn, "a", "\"/c\"", "(\"value.priv\" \"\xc3\xa4\")", NULL),
        "SETANNOTATION a \"/c\" (\"value.priv\" {2}\r\n\xc3\xa4)");
  REFUSES(imap_cmd_getannotation(conn, NULL, "x", "y", NULL), IMAP_ERR_ARGUMENT, "mailbox is NULL");
  REFUSES(imap_cmd_getannotation(conn, "a", NULL, "y", NULL), IMAP_ERR_ARGUMENT, "entry is NULL");
  REFUSES(imap_cmd_getannotation(conn, "a", "x", NULL, NULL), IMAP_ERR_ARGUMENT, "attribute is NULL");
  REFUSES(imap_cmd_getannotation(conn, "a", "\"x", "y", NULL), IMAP_ERR_ARGUMENT, "does not end");
  REFUSES(imap_cmd_setannotation(conn, "a", "x", NULL, NULL), IMAP_ERR_ARGUMENT, "attributes is NULL");
  REFUSES(imap_cmd_setannotation(conn, "a", "x", "(y {3})", NULL), IMAP_ERR_ARGUMENT, "literal marker");
  REFUSES(imap_cmd_setannotation(conn, "a", "x\r\n", "(y)", NULL), IMAP_ERR_ARGUMENT, "CR, LF or NUL");
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(rights_are_sent_as_strings),
      TEST(quotas_are_sent_as_lists),
      TEST(annotations_are_sent_as_written),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
