/* A server as a child process (imaplib's IMAP4_stream): Dovecot's pre-authenticated session by a shell line and by its
 * arguments, the scripted server over standard input and output. */
#include "server_kit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static void shell_line_gives_a_session_that_is_logged_in(void) {
  imap_conn *conn = NULL;
  imap_response *r = NULL;
  int pid = 0, status = -1;
  OK(conn, imap_open_command(setting("IMAP_COMMAND"), NULL, &conn));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  OK(conn, imap_greeting(conn, &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_PREAUTH);
  drop(&r);
  CHECK(imap_has_capability(conn, "IDLE"));
  OK(conn, imap_child_pid(conn, &pid));
  CHECK(pid > 1 && kill(pid, 0) == 0);
  RC(conn, imap_child_status(conn, &status), IMAP_AGAIN);
  RC(conn, imap_cmd_login(conn, "alice", "secret", NULL), IMAP_ERR_STATE);
  OK(conn, imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, &r));
  CHECK_STR(item(r, NULL, 0), "12");
  drop(&r);
  OK(conn, imap_cmd_fetch(conn, "1:*", "BODY.PEEK[]", 0, &r));
  CHECK_INT(imap_response_item_count(r, NULL), 24);
  drop(&r);
  OK(conn, imap_cmd_append(conn, "Drafts", NULL, NULL, "Subject: x\r\n\r\n", 14, 0, NULL));
  OK(conn, imap_cmd_select(conn, "Drafts", 0, NULL));
  OK(conn, imap_cmd_store(conn, "1:*", "+FLAGS.SILENT", "\\Deleted", 0, NULL));
  OK(conn, imap_cmd_close(conn, NULL));
  OK(conn, imap_cmd_logout(conn, NULL));
  OK(conn, imap_child_status(conn, &status));
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  imap_free(conn);
  CHECK(kill(pid, 0) == -1 && errno == ESRCH);
}

static void arguments_start_a_program_without_a_shell(void) {
  imap_conn *conn = NULL;
  const char *const argv[] = {"sh", "-c", setting("IMAP_COMMAND"), NULL};
  OK(conn, imap_open_argv(argv, NULL, &conn));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  OK(conn, imap_cmd_status(conn, "INBOX", "MESSAGES", NULL));
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
}

/* The scripted server over standard input and output. */
static int open_scenario(const char *name, imap_conn **conn) {
  char path[600], server[600];
  snprintf(path, sizeof path, "tests/servers/scenarios/%s.txt", name);
  snprintf(server, sizeof server, "tests/servers/scripted.py");
  const char *const argv[] = {"python3", server, "--stdio", path, NULL};
  return imap_open_argv(argv, NULL, conn);
}

static void the_child_ends_with_the_connection(void) {
  imap_conn *conn = NULL;
  int pid = 0, status = -1;
  OK(conn, open_scenario("basic", &conn));
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  OK(conn, imap_child_pid(conn, &pid));
  imap_shutdown(conn);
  OK(conn, imap_child_status(conn, &status));
  CHECK(WIFEXITED(status) || WIFSIGNALED(status));
  imap_free(conn);
  CHECK(kill(pid, 0) == -1 && errno == ESRCH);
}

static void a_child_that_dies_is_an_abort(void) {
  imap_conn *conn = NULL;
  int status = -1;
  OK(conn, open_scenario("close-in-response", &conn));
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  RC(conn, imap_cmd_fetch(conn, "1:3", "FLAGS", 0, NULL), IMAP_ERR_CLOSED);
  OK(conn, imap_child_status(conn, &status));
  CHECK(imap_cmd_noop(conn, NULL) < 0);
  CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
}

static void a_program_that_is_no_server_fails_the_open(void) {
  imap_conn *conn = NULL;
  int rc = imap_open_command("exit 3", NULL, &conn);
  CHECK(rc < 0);
  CHECK(imap_last_message(conn)[0] != '\0');
  imap_free(conn);
  const char *const missing[] = {"no-such-program-anywhere", NULL};
  rc = imap_open_argv(missing, NULL, &conn);
  CHECK(rc < 0);
  /* Valgrind runs the child apart, so that its failure cannot be told from a child that ended. */
  CHECK(kit_is_watched() || strstr(imap_last_message(conn), "no-such-program-anywhere"));
  imap_free(conn);
  CHECK_RC(imap_open_command("printf 'this is no greeting\\r\\n'", NULL, &conn), IMAP_ERR_GREETING);
  CHECK_HAS(imap_last_message(conn), "this is no greeting");
  imap_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(shell_line_gives_a_session_that_is_logged_in),
      TEST(arguments_start_a_program_without_a_shell),
      TEST(the_child_ends_with_the_connection),
      TEST(a_child_that_dies_is_an_abort),
      TEST(a_program_that_is_no_server_fails_the_open),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
