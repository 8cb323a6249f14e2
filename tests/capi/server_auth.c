/* Logging in: every mechanism of the library and callers' own against Dovecot, what a server forbids, and what the library
 * does not send in clear. */
#include "server_kit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void mechanisms_of_the_library_log_in(void) {
  static const char *const mechanisms[] = {"PLAIN", "login", "Cram-MD5"};
  for (size_t i = 0; i < COUNT_OF(mechanisms); i++) {
    imap_conn *conn = open_port("IMAP_PORT", NULL);
    REQUIRE(conn);
    imap_response *r = NULL;
    OK(conn, imap_cmd_authenticate(conn, mechanisms[i], NULL, "auth", "secret", &r));
    CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
    CHECK_INT(imap_response_status(r), IMAP_STATUS_OK);
    CHECK(imap_has_capability(conn, "SORT"));
    drop(&r);
    RC(conn, imap_cmd_authenticate(conn, mechanisms[i], NULL, "auth", "secret", &r), IMAP_ERR_STATE);
    CHECK(r == NULL);
    for (int line = 0; line < imap_trace_count(conn); line++) {
      const char *text = NULL;
      size_t len = 0;
      CHECK_RC(imap_trace_line(conn, line, &text, &len, NULL), IMAP_OK);
      CHECK(strstr(text, "secret") == NULL && strstr(text, "AGF1dGgAc2VjcmV0") == NULL && strstr(text, "c2VjcmV0") == NULL);
    }
    imap_logout_and_free(conn);
  }
}

static void login_cram_md5_logs_in(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_cmd_login_cram_md5(conn, "auth", "wrong", &r), IMAP_ERR_AUTH);
  CHECK_STR(code_of(r), "AUTHENTICATIONFAILED");
  drop(&r);
  OK(conn, imap_cmd_login_cram_md5(conn, "auth", "secret", NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_logout_and_free(conn);
}

static void an_administrator_acts_as_another_user(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  RC(conn, imap_cmd_authenticate(conn, "CRAM-MD5", "alice", "admin", "secret", NULL), IMAP_ERR_ARGUMENT);
  OK(conn, imap_cmd_authenticate(conn, "PLAIN", "alice", "admin", "secret", NULL));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_logout_and_free(conn);
  conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  RC(conn, imap_cmd_authenticate(conn, "PLAIN", "alice", "bob", "secret", NULL), IMAP_ERR_AUTH);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  imap_logout_and_free(conn);
}

static void refused_mechanisms_leave_the_connection(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  RC(conn, imap_cmd_authenticate(conn, "PLAIN", NULL, "auth", "wrong", &r), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_NO);
  CHECK_HAS(imap_last_message(conn), "[AUTHENTICATIONFAILED]");
  drop(&r);
  RC(conn, imap_cmd_authenticate(conn, "SCRAM-SHA-256", NULL, "auth", "secret", NULL), IMAP_ERR_UNSUPPORTED);
  /* Nobody announced it: it is sent, the server decides. */
  RC(conn, imap_auth_begin(conn, "XNONE", NULL, 0, &r), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_NO);
  drop(&r);
  OK(conn, imap_cmd_authenticate(conn, "PLAIN", NULL, "auth", "secret", NULL));
  imap_logout_and_free(conn);
}

typedef struct answers {
  const char *const *list;
  int asked;
  char challenges[200];
} answers;

static int answer(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  answers *self = ctx;
  strncat(self->challenges, challenge, len < 90 ? len : 90);
  strcat(self->challenges, "|");
  const char *text = self->list[self->asked++];
  return text ? imap_reply_set(reply, text, strlen(text)) : 1;
}

static void a_callback_answers_each_challenge(void) {
  static const char *const right[] = {"auth", "secret", NULL};
  static const char *const none[] = {NULL};
  answers ctx = {right, 0, ""};
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  answers cancel = {none, 0, ""};
  RC(conn, imap_cmd_authenticate_callback(conn, "LOGIN", answer, &cancel, &r), IMAP_ERR_AUTH);
  CHECK_INT(cancel.asked, 1);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_BAD);
  drop(&r);
  OK(conn, imap_cmd_authenticate_callback(conn, "LOGIN", answer, &ctx, &r));
  CHECK_INT(ctx.asked, 2);
  CHECK_STR(ctx.challenges, "Username:|Password:|");
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void challenges_are_pulled_one_by_one(void) {
  imap_conn *conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  const char *challenge = NULL;
  size_t len = 0;
  RC(conn, imap_auth_challenge(conn, &challenge, &len), IMAP_END);
  RC(conn, imap_auth_begin(conn, "LOGIN", NULL, 0, &r), IMAP_CHALLENGE);
  CHECK(r == NULL);
  OK(conn, imap_auth_challenge(conn, &challenge, &len));
  CHECK_OCTETS(challenge, len, "Username:");
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "imap_auth_reply");
  RC(conn, imap_auth_begin(conn, "LOGIN", NULL, 0, NULL), IMAP_ERR_STATE);
  RC(conn, imap_auth_cancel(conn, &r), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_BAD);
  drop(&r);
  RC(conn, imap_auth_reply(conn, "x", 1, NULL), IMAP_ERR_STATE);
  RC(conn, imap_auth_begin(conn, "LOGIN", NULL, 0, &r), IMAP_CHALLENGE);
  RC(conn, imap_auth_reply(conn, "auth", 4, &r), IMAP_CHALLENGE);
  OK(conn, imap_auth_reply(conn, "secret", 6, &r));
  CHECK_INT(imap_response_status(r), IMAP_STATUS_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  drop(&r);
  imap_logout_and_free(conn);
  conn = open_port("IMAP_PORT", NULL);
  REQUIRE(conn);
  OK(conn, imap_auth_begin(conn, "PLAIN", "\0auth\0secret", 12, &r));
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_response_free(r);
  imap_logout_and_free(conn);
}

/* Dovecot calls a client local when both addresses are equal: 127.0.0.2 is not. */
static imap_conn *open_strict(int tls) {
  imap_options *options = NULL;
  imap_conn *conn = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_LOCAL_ADDR, "127.0.0.2"), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_VERIFY, 0), IMAP_OK);
  OK(conn, imap_open("127.0.0.1", port("STRICT_PORT"), tls, options, &conn));
  imap_options_free(options);
  return conn;
}

static void logindisabled_is_honoured_before_sending(void) {
  imap_conn *conn = open_strict(IMAP_TLS_NONE);
  REQUIRE(conn);
  imap_response *r = NULL;
  CHECK(imap_has_capability(conn, "LOGINDISABLED"));
  imap_trace_clear(conn);
  RC(conn, imap_cmd_login(conn, "alice", "secret", &r), IMAP_ERR_INSECURE);
  CHECK(r == NULL);
  CHECK_INT(imap_error_class(IMAP_ERR_INSECURE), IMAP_CLASS_ERROR);
  CHECK_HAS(imap_last_message(conn), "LOGINDISABLED");
  CHECK_HAS(imap_last_message(conn), "STARTTLS");
  RC(conn, imap_command_text(conn, "LOGIN alice secret", NULL), IMAP_ERR_INSECURE);
  imap_arg args[] = {{"alice", 5, IMAP_ARG_ASTRING, 0}, {"secret", 6, IMAP_ARG_STRING, 0}};
  RC(conn, imap_command(conn, "LOGIN", args, 2, NULL), IMAP_ERR_INSECURE);
  CHECK_INT(imap_trace_count(conn), 0);
  /* AUTHENTICATE without a password in clear is allowed all the same. */
  OK(conn, imap_cmd_authenticate(conn, "CRAM-MD5", NULL, "alice", "secret", NULL));
  imap_logout_and_free(conn);
}

static void starttls_lifts_logindisabled(void) {
  imap_conn *conn = open_strict(IMAP_TLS_STARTTLS);
  REQUIRE(conn);
  CHECK(!imap_has_capability(conn, "LOGINDISABLED"));
  OK(conn, imap_cmd_login(conn, "alice", "secret", NULL));
  imap_logout_and_free(conn);
  conn = open_strict(IMAP_TLS_NONE);
  REQUIRE(conn);
  OK(conn, imap_starttls(conn, NULL));
  CHECK(!imap_has_capability(conn, "LOGINDISABLED"));
  OK(conn, imap_cmd_login(conn, "alice", "secret", NULL));
  RC(conn, imap_starttls(conn, NULL), IMAP_ERR_STATE);
  imap_logout_and_free(conn);
}

/* A descriptor of the caller's own that is connected to Dovecot. */
static int connected(const char *port_name) {
  struct sockaddr_in to;
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short)port(port_name));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
    return fd;
  close(fd);
  return -1;
}

static void descriptors_carry_a_session(void) {
  /* A loopback socket is local, so a password may go out; IMAP_FD_SECURE says so of a way that does not look local. */
  static const int flags[] = {0, IMAP_FD_SECURE};
  for (size_t i = 0; i < COUNT_OF(flags); i++) {
    imap_conn *conn = NULL;
    int fd = connected("IMAP_PORT");
    REQUIRE(fd >= 0);
    OK(conn, imap_open_fd(fd, fd, flags[i], NULL, IMAP_TLS_NONE, NULL, &conn));
    OK(conn, imap_cmd_login(conn, "auth", "secret", NULL));
    CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
    CHECK(write(fd, "x", 1) == -1);
  }
}

/* Functions of the caller's own: the library cannot see whether they cross a network. */
static long io_read(void *ctx, char *buf, size_t len, int timeout_ms) {
  (void)timeout_ms;
  return (long)recv(*(int *)ctx, buf, len, MSG_DONTWAIT);
}
static long io_write(void *ctx, const char *buf, size_t len) { return (long)send(*(int *)ctx, buf, len, MSG_NOSIGNAL); }
static void io_close(void *ctx) { close(*(int *)ctx); }

static void passwords_in_clear_need_a_way_that_is_private(void) {
  for (int secure = 0; secure < 2; secure++) {
    imap_conn *conn = NULL;
    int fd = connected("IMAP_PORT");
    REQUIRE(fd >= 0);
    imap_io io = {sizeof io, &fd, io_read, io_write, io_close, fd, secure ? IMAP_FD_SECURE : 0};
    OK(conn, imap_open_io(&io, NULL, IMAP_TLS_NONE, NULL, &conn));
    if (!secure) {
      RC(conn, imap_cmd_login(conn, "auth", "secret", NULL), IMAP_ERR_INSECURE);
      CHECK(strstr(imap_last_message(conn), "secret") == NULL);
      RC(conn, imap_cmd_authenticate(conn, "PLAIN", NULL, "auth", "secret", NULL), IMAP_ERR_INSECURE);
      RC(conn, imap_cmd_authenticate(conn, "LOGIN", NULL, "auth", "secret", NULL), IMAP_ERR_INSECURE);
      OK(conn, imap_set_int(conn, IMAP_OPT_ALLOW_PLAINTEXT_AUTH, 1));
    }
    OK(conn, imap_cmd_login(conn, "auth", "secret", NULL));
    CHECK_RC(imap_logout_and_free(conn), IMAP_OK);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(mechanisms_of_the_library_log_in),
      TEST(login_cram_md5_logs_in),
      TEST(an_administrator_acts_as_another_user),
      TEST(refused_mechanisms_leave_the_connection),
      TEST(a_callback_answers_each_challenge),
      TEST(challenges_are_pulled_one_by_one),
      TEST(logindisabled_is_honoured_before_sending),
      TEST(starttls_lifts_logindisabled),
      TEST(descriptors_carry_a_session),
      TEST(passwords_in_clear_need_a_way_that_is_private),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
