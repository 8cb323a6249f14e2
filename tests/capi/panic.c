/* A fault inside the library stays inside: the call says INTERNAL and prints nothing, the connection can only be freed,
 * all others go on. Linked with a library of its own, which can be made to panic (src/ffi/provoke.rs). */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int imap_provoke_panic(imap_conn *conn);
int imap_provoke_panic_reading(const imap_response *response);

/* Standard error goes to a file from here on. */
static FILE *catch_stderr(int *before) {
  FILE *file = tmpfile();
  fflush(stderr);
  *before = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  return file;
}

/* How many octets were printed meanwhile. */
static long release_stderr(FILE *file, int before) {
  fflush(stderr);
  dup2(before, STDERR_FILENO);
  close(before);
  fseek(file, 0, SEEK_END);
  long printed = ftell(file);
  fclose(file);
  return printed;
}

static void a_panic_ends_the_connection_and_nothing_else(void) {
  wire *server, *other_server;
  imap_response *response = NULL;
  int before;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  imap_conn *other = wire_open(&other_server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_OK);
  FILE *caught = catch_stderr(&before);
  int rc = imap_provoke_panic(conn);
  CHECK_INT(release_stderr(caught, before), 0);
  CHECK_RC(rc, IMAP_ERR_INTERNAL);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_INTERNAL);
  CHECK_RC(imap_last_error(conn), IMAP_ERR_INTERNAL);
  CHECK_STR(imap_last_message(conn), imap_error_text(IMAP_ERR_INTERNAL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_ERR_INTERNAL);
  CHECK_RC(imap_wakeup(conn), IMAP_OK);
  imap_shutdown(conn);
  /* What was handed out before stays, and so does every other connection. */
  CHECK_STR(imap_response_name(response), "NOOP");
  CHECK_RC(imap_cmd_noop(other, NULL), IMAP_OK);
  imap_response_free(response);
  wire_close(server, conn);
  CHECK_RC(imap_cmd_noop(other, NULL), IMAP_OK);
  wire_close(other_server, other);
}

static void logout_and_free_frees_after_a_panic(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  CHECK_RC(imap_provoke_panic(conn), IMAP_ERR_INTERNAL);
  CHECK_RC(imap_logout_and_free(conn), IMAP_ERR_INTERNAL);
  wire_close(server, NULL);
}

static void a_panic_while_reading_leaves_the_response(void) {
  imap_response *flags = NULL;
  int before;
  CHECK_RC(imap_flags_parse("(a)", 3, &flags), IMAP_OK);
  FILE *caught = catch_stderr(&before);
  int rc = imap_provoke_panic_reading(flags);
  CHECK_INT(release_stderr(caught, before), 0);
  CHECK_INT(rc, -1);
  CHECK_INT(imap_response_item_count(flags, NULL), 1);
  imap_response_free(flags);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_panic_ends_the_connection_and_nothing_else),
      TEST(logout_and_free_frees_after_a_panic),
      TEST(a_panic_while_reading_leaves_the_response),
  };
  /* Backtraces would be printed if anything were. */
  setenv("RUST_BACKTRACE", "1", 1);
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
