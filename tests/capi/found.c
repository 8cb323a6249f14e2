/* What call_sequences.c has found, each fault as a story of its own. */
#include "kit.h"
#include "peer.h"

#include <imap4.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1 IDLE MULTIAPPEND] hi\r\n"

static void a_logout_nobody_wants_leaves_no_result(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# LOGOUT", "* BYE bye\r\n# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t id, done;
  CHECK_RC(imap_submit_text(conn, "LOGOUT", &id), IMAP_QUEUED);
  CHECK_RC(imap_discard(conn, id), IMAP_OK);
  CHECK_RC(imap_completed(conn, 20000, &done), IMAP_END);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  imap_free(conn);
  peer_end(server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {TEST(a_logout_nobody_wants_leaves_no_result)};
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
