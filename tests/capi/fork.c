/* Fork: in the child a connection answers FORKED and can only be freed; the parent's goes on as if nothing had happened.
 * (tls.c has the same over TLS, child.c with a child process behind the connection.) */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child does; it reports by its exit status how many checks failed. */
typedef void (*in_child)(imap_conn *conn);

static void fork_and(in_child run, imap_conn *conn) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    int before = kit_failures();
    run(conn);
    fflush(stdout);
    _exit(kit_failures() - before);
  }
  int status = -1;
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void use_everything(imap_conn *conn) {
  imap_response *response = (imap_response *)(void *)conn;
  const char *ptr = "";
  size_t len = 1;
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_ERR_FORKED);
  CHECK(response == NULL);
  CHECK_RC(imap_last_error(conn), IMAP_ERR_FORKED);
  CHECK_INT(imap_error_class(IMAP_ERR_FORKED), IMAP_CLASS_ABORT);
  CHECK_HAS(imap_last_message(conn), "parent");
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_ERR_FORKED);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_FORKED);
  CHECK_RC(imap_command_text(conn, "NOOP", NULL), IMAP_ERR_FORKED);
  CHECK_RC(imap_starttls(conn, NULL), IMAP_ERR_FORKED);
  CHECK_RC(imap_auth_begin(conn, "PLAIN", NULL, 0, NULL), IMAP_ERR_FORKED);
  CHECK_RC(imap_wait(conn, 0, 0, NULL), IMAP_ERR_FORKED);
  CHECK_RC(imap_raw_send(conn, "x", 1), IMAP_ERR_FORKED);
  CHECK_RC(imap_raw_readline(conn, &ptr, &len), IMAP_ERR_FORKED);
  CHECK(ptr == NULL && len == 0);
  CHECK_RC(imap_raw_read(conn, 1, &ptr, &len), IMAP_ERR_FORKED);
  imap_free(conn);
}

static void the_child_can_only_free_and_the_parent_goes_on(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  fork_and(use_everything, conn);
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  SENDS(imap_cmd_logout(conn, NULL), "LOGOUT");
  wire_close(server, conn);
}

static void log_out_and_free(imap_conn *conn) {
  int rc = imap_logout_and_free(conn);
  CHECK(rc == IMAP_OK || rc == IMAP_ERR_FORKED);
}

static void shut_down_and_free(imap_conn *conn) {
  imap_shutdown(conn);
  imap_free(conn);
}

static void nothing_the_child_does_reaches_the_server(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  fork_and(log_out_and_free, conn);
  CHECK_SILENCE(server, conn);
  fork_and(shut_down_and_free, conn);
  CHECK_SILENCE(server, conn);
  wire_close(server, conn);
}

static imap_response *kept;

static void read_and_open_anew(imap_conn *conn) {
  const char *ptr;
  size_t len;
  wire *server;
  CHECK_RC(imap_response_text(kept, &ptr, &len), IMAP_OK);
  CHECK_OCTETS(ptr, len, "done");
  imap_response_free(kept);
  imap_free(conn);
  imap_conn *own = wire_open(&server, "PREAUTH [CAPABILITY IMAP4rev1] hello");
  SENDS(imap_cmd_noop(own, NULL), "NOOP");
  wire_close(server, own);
}

static void the_child_reads_responses_and_opens_connections_of_its_own(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_cmd_noop(conn, &kept), IMAP_OK);
  fork_and(read_and_open_anew, conn);
  imap_response_free(kept);
  wire_close(server, conn);
}

static void fork_again(imap_conn *conn) {
  fork_and(use_everything, conn);
  use_everything(conn);
}

static void a_grandchild_is_no_owner_either(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  fork_and(fork_again, conn);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(the_child_can_only_free_and_the_parent_goes_on),
      TEST(nothing_the_child_does_reaches_the_server),
      TEST(the_child_reads_responses_and_opens_connections_of_its_own),
      TEST(a_grandchild_is_no_owner_either),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
