/* A child process behind the connection: how it is started, talked to, waited for and ended. */
#include "kit.h"

#include <errno.h>
#include <imap4.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A server of few words: greets, answers each command, ends with the input. */
#define SERVER \
  "printf '* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\\r\\n'; " \
  "while read -r tag rest; do printf '%s OK done\\r\\n' \"$tag\"; done; "

static int status_of(imap_conn *conn) {
  int status = -1;
  CHECK_RC(imap_child_status(conn, &status), IMAP_OK);
  return status;
}

static void a_command_is_started_and_waited_for(void) {
  imap_conn *conn = NULL;
  int pid = 0, status;
  CHECK_RC(imap_open_command(SERVER "exit 7", NULL, &conn), IMAP_OK);
  CHECK_RC(imap_child_pid(conn, &pid), IMAP_OK);
  CHECK(pid > 1 && kill(pid, 0) == 0);
  CHECK_RC(imap_child_status(conn, &status), IMAP_AGAIN);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_shutdown(conn);
  status = status_of(conn);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  CHECK(waitpid(pid, NULL, WNOHANG) == -1 && errno == ECHILD);
  imap_free(conn);
}

static void argv_needs_no_shell(void) {
  const char *const argv[] = {"sh", "-c", SERVER, NULL};
  const char *const missing[] = {"imap4-no-such-program", NULL};
  const char *const empty[] = {NULL};
  imap_conn *conn = NULL;
  CHECK_RC(imap_open_argv(argv, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  int rc = imap_open_argv(missing, NULL, &conn);
  /* Valgrind's posix_spawn cannot tell that the program is missing. */
  if (kit_is_watched() && rc == IMAP_ERR_CLOSED) {
    imap_free(conn);
  } else {
    CHECK_RC(rc, IMAP_ERR_SYSTEM);
    CHECK_INT(imap_last_errno(conn), ENOENT);
    CHECK_HAS(imap_last_message(conn), "imap4-no-such-program");
    imap_free(conn);
  }
  CHECK_RC(imap_open_argv(empty, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  CHECK_RC(imap_open_argv(NULL, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  CHECK_RC(imap_open_command(NULL, NULL, &conn), IMAP_ERR_ARGUMENT);
  imap_free(conn);
}

static void a_command_that_fails_is_a_failed_open(void) {
  imap_conn *conn = NULL;
  CHECK_RC(imap_open_command("exit 3", NULL, &conn), IMAP_ERR_CLOSED);
  int status = status_of(conn);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
  CHECK_STR(imap_last_message(conn), "the server closed the connection without BYE; its program ended with exit status 3");
  imap_free(conn);
  CHECK_RC(imap_open_command("/nonexistent 2>/dev/null", NULL, &conn), IMAP_ERR_CLOSED);
  CHECK_STR(imap_last_message(conn), "the server closed the connection without BYE; its program ended with exit status 127: "
                                     "the command was not found");
  imap_free(conn);
  CHECK_RC(imap_open_command("exit 0", NULL, &conn), IMAP_ERR_CLOSED);
  CHECK_STR(imap_last_message(conn), "the server closed the connection without BYE");
  imap_free(conn);
}

static void a_child_that_ignores_term_is_killed(void) {
  imap_conn *conn = NULL;
  int pid = 0;
  CHECK_RC(imap_open_command("trap '' TERM; " SERVER "while :; do read -r never </dev/zero; done", NULL, &conn), IMAP_OK);
  CHECK_RC(imap_child_pid(conn, &pid), IMAP_OK);
  long long began = kit_now_ms();
  imap_shutdown(conn);
  long long took = kit_now_ms() - began;
  CHECK(took >= 2900 && took < (kit_is_watched() ? 8000 : 4100));
  int status = status_of(conn);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  CHECK(kill(pid, 0) == -1);
  imap_free(conn);
}

static void *reap_everything(void *arg) {
  int status;
  (void)arg;
  wait(&status);
  return NULL;
}

static void a_host_that_reaps_every_child_disturbs_nothing(void) {
  imap_conn *conn = NULL;
  pthread_t reaper;
  CHECK_RC(imap_open_command(SERVER, NULL, &conn), IMAP_OK);
  pthread_create(&reaper, NULL, reap_everything, NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  long long began = kit_now_ms();
  imap_shutdown(conn);
  CHECK(kit_now_ms() - began < 1500);
  pthread_join(reaper, NULL);
  int status = 7, rc = imap_child_status(conn, &status);
  CHECK(rc == IMAP_END || rc == IMAP_OK);
  imap_free(conn);
  signal(SIGCHLD, SIG_IGN);
  CHECK_RC(imap_open_command(SERVER, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_shutdown(conn);
  CHECK_RC(imap_child_status(conn, &status), IMAP_END);
  imap_free(conn);
  signal(SIGCHLD, SIG_DFL);
}

static void writing_to_a_child_that_has_gone_raises_no_sigpipe(void) {
  enum { LARGE = 4 << 20 };
  char *message = malloc(LARGE);
  imap_conn *conn = NULL;
  signal(SIGPIPE, SIG_DFL);
  memset(message, 'x', LARGE);
  CHECK_RC(imap_open_command("printf '* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\\r\\n'", NULL, &conn), IMAP_OK);
  int rc = imap_cmd_append(conn, "a", NULL, NULL, message, LARGE, IMAP_APPEND_VERBATIM, NULL);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  imap_free(conn);
  free(message);
}

static void the_child_has_default_signals_and_no_blocked_ones(void) {
  imap_conn *conn = NULL;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  signal(SIGPIPE, SIG_IGN);
  /* 0000000000001000 is SIGPIPE's bit in /proc's masks. */
  CHECK_RC(imap_open_command("b=$(sed -n 's/^SigBlk:[[:space:]]*//p' /proc/self/status); "
                             "i=$(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status); "
                             "printf '* PREAUTH [CAPABILITY IMAP4rev1 BLK=%s IGN=%s] hi\\r\\n' \"$b\" \"$i\"; cat",
                             NULL, &conn),
           IMAP_OK);
  CHECK_INT(imap_has_capability(conn, "BLK=0000000000000000"), 1);
  CHECK_INT(imap_has_capability(conn, "IGN=0000000000001000"), 0);
  imap_free(conn);
  signal(SIGPIPE, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void after_fork_the_process_belongs_to_the_parent(void) {
  imap_conn *conn = NULL;
  CHECK_RC(imap_open_command(SERVER, NULL, &conn), IMAP_OK);
  pid_t pid = fork();
  if (pid == 0) {
    imap_free(conn);
    _exit(0);
  }
  CHECK(waitpid(pid, NULL, 0) == pid);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_command_is_started_and_waited_for),
      TEST(argv_needs_no_shell),
      TEST(a_command_that_fails_is_a_failed_open),
      TEST(a_child_that_ignores_term_is_killed),
      TEST(a_host_that_reaps_every_child_disturbs_nothing),
      TEST(writing_to_a_child_that_has_gone_raises_no_sigpipe),
      TEST(the_child_has_default_signals_and_no_blocked_ones),
      TEST(after_fork_the_process_belongs_to_the_parent),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
