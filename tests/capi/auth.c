/* AUTHENTICATE: by mechanism, by callback and pulled; initial responses, cancelling, refusals, and no way back into the
 * connection from a callback. */
#include "kit.h"
#include "peer.h"
#include "pipe_io.h"

#include <imap4.h>
#include <string.h>

#define HELLO "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5] hi\r\n"
#define HELLO_IR "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n"
/* RFC 2195's example. */
#define CRAM_CHALLENGE "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"
#define CRAM_ANSWER "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"

static void mechanisms_say_what_the_rfcs_say(void) {
  static const struct {
    const char *mechanism, *authzid, *user, *password;
    peer_step steps[6];
  } cases[] = {
      {"plain", NULL, "alice", "secret",
       {{NULL, HELLO}, {"# AUTHENTICATE PLAIN", "+\r\n"}, {"AGFsaWNlAHNlY3JldA==", "# OK in\r\n"}, {NULL, PEER_STAY}}},
      {"PLAIN", "bob", "alice", "secret",
       {{NULL, HELLO}, {"# AUTHENTICATE PLAIN", "+ \r\n"}, {"Ym9iAGFsaWNlAHNlY3JldA==", "# OK in\r\n"}, {NULL, PEER_STAY}}},
      {"PLAIN", NULL, "alice", "secret",
       {{NULL, HELLO_IR}, {"# AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==", "# OK in\r\n"}, {NULL, PEER_STAY}}},
      {"LOGIN", NULL, "alice", "secret",
       {{NULL, HELLO}, {"# AUTHENTICATE LOGIN", "+ VXNlcm5hbWU6\r\n"}, {"YWxpY2U=", "+ UGFzc3dvcmQ6\r\n"},
        {"c2VjcmV0", "# OK in\r\n"}, {NULL, PEER_STAY}}},
      {"CRAM-MD5", NULL, "tim", "tanstaaftanstaaf",
       {{NULL, HELLO}, {"# AUTHENTICATE CRAM-MD5", CRAM_CHALLENGE}, {CRAM_ANSWER, "# OK in\r\n"}, {NULL, PEER_STAY}}},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    peer *server;
    imap_response *response = NULL;
    imap_conn *conn = peer_open(&server, cases[i].steps, NULL, NULL);
    CHECK_RC(imap_cmd_authenticate(conn, cases[i].mechanism, cases[i].authzid, cases[i].user, cases[i].password, &response),
             IMAP_OK);
    CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
    CHECK_STR(imap_response_name(response), "AUTHENTICATE");
    imap_response_free(response);
    imap_free(conn);
    peer_end(server);
  }
}

static void login_cram_md5_is_the_same_mechanism(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE CRAM-MD5", CRAM_CHALLENGE}, {CRAM_ANSWER, "# NO no\r\n"},
                                    {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_response *response = NULL;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_login_cram_md5(conn, "tim", "tanstaaftanstaaf", &response), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(response), IMAP_STATUS_NO);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_NONAUTH);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_response_free(response);
  imap_free(conn);
  peer_end(server);
}

static void what_cannot_be_used_is_refused_unsent(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_authenticate(conn, "SCRAM-SHA-256", NULL, "a", "b", NULL), IMAP_ERR_UNSUPPORTED);
  CHECK_RC(imap_cmd_authenticate(conn, "A B", NULL, "a", "b", NULL), IMAP_ERR_UNSUPPORTED);
  CHECK_RC(imap_cmd_authenticate(conn, NULL, NULL, "a", "b", NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_authenticate(conn, "PLAIN", NULL, NULL, "b", NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_authenticate(conn, "PLAIN", NULL, "a", NULL, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_authenticate(conn, "CRAM-MD5", "bob", "a", "b", NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_login_cram_md5(conn, NULL, "b", NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_login_cram_md5(conn, "a", NULL, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_begin(conn, "PLAIN\r\nX", NULL, 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_begin(conn, "PLAIN ABC", NULL, 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_begin(conn, "", NULL, 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_begin(conn, NULL, NULL, 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_begin(conn, "PLAIN", NULL, 5, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_authenticate_callback(conn, "PLAIN", NULL, NULL, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_reply(conn, "a", 1, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_auth_cancel(conn, NULL), IMAP_ERR_STATE);
  const char *ptr = "";
  size_t len = 1;
  CHECK_RC(imap_auth_challenge(conn, &ptr, &len), IMAP_END);
  CHECK(ptr == NULL && len == 0);
  CHECK_RC(imap_reply_set(NULL, "a", 1), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void passwords_do_not_cross_a_network_in_clear(void) {
  static const peer_step refusing[] = {{NULL, HELLO}, {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  /* Functions of the caller are not known to be local. */
  peer *server = peer_start(peer_script, (void *)refusing);
  pipe_io io = {.fd = peer_take_fd(server)};
  imap_conn *conn = NULL;
  CHECK_RC(pipe_io_open(&io, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_ERR_INSECURE);
  CHECK_RC(imap_cmd_authenticate(conn, "PLAIN", NULL, "a", "b", NULL), IMAP_ERR_INSECURE);
  CHECK_HAS(imap_last_message(conn), "ALLOW_PLAINTEXT_AUTH");
  CHECK_RC(imap_cmd_authenticate(conn, "LOGIN", NULL, "a", "b", NULL), IMAP_ERR_INSECURE);
  CHECK_RC(imap_auth_begin(conn, "plain", "\0a\0b", 4, NULL), IMAP_ERR_INSECURE);
  CHECK_RC(imap_auth_begin(conn, "OAUTHBEARER", NULL, 0, NULL), IMAP_ERR_INSECURE);
  CHECK_RC(imap_auth_begin(conn, "XOAuth2", "user=a", 6, NULL), IMAP_ERR_INSECURE);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

typedef struct conversation {
  imap_conn *conn;
  int calls, cancels_at;
  char heard[200];
} conversation;

static int converse(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  conversation *self = ctx;
  imap_response *response = (imap_response *)ctx;
  CHECK_INT(challenge[len], 0);
  strncat(self->heard, challenge, sizeof self->heard - strlen(self->heard) - 1);
  strcat(self->heard, "|");
  /* The connection is busy with this very call. */
  CHECK_RC(imap_cmd_noop(self->conn, &response), IMAP_ERR_BUSY);
  CHECK(response == NULL);
  CHECK_RC(imap_auth_reply(self->conn, "x", 1, NULL), IMAP_ERR_BUSY);
  CHECK_RC(imap_wait(self->conn, 0, 0, NULL), IMAP_ERR_BUSY);
  CHECK_RC(imap_logout_and_free(self->conn), IMAP_ERR_BUSY);
  imap_shutdown(self->conn);
  imap_free(self->conn);
  if (++self->calls == self->cancels_at)
    return 1;
  CHECK_RC(imap_reply_set(reply, "never sent", 10), IMAP_OK);
  CHECK_RC(imap_reply_set(reply, NULL, 3), IMAP_ERR_ARGUMENT);
  return imap_reply_set(reply, self->calls == 1 ? "user" : "", self->calls == 1 ? 4 : 0);
}

static void a_callback_answers_each_challenge_and_cannot_reenter(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ VXNlcg==\r\n"}, {"dXNlcg==", "+ \r\n"},
                                    {"", "# OK [CAPABILITY IMAP4rev1 X] in\r\n"}, {"# NOOP", "# OK\r\n"},
                                    {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_response *response = NULL;
  conversation self = {NULL, 0, 0, ""};
  self.conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_authenticate_callback(self.conn, "xown", converse, &self, &response), IMAP_OK);
  CHECK_INT(self.calls, 2);
  CHECK_STR(self.heard, "User||");
  CHECK_INT(imap_conn_state(self.conn), IMAP_STATE_AUTH);
  CHECK_INT(imap_has_capability(self.conn, "x"), 1);
  CHECK_INT(imap_capability_is_stale(self.conn), 0);
  CHECK_RC(imap_cmd_noop(self.conn, NULL), IMAP_OK);
  imap_response_free(response);
  imap_free(self.conn);
  peer_end(server);
}

static void a_callback_can_cancel(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ VXNlcg==\r\n"}, {"*", "# BAD cancelled\r\n"},
                                    {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_response *response = NULL;
  conversation self = {NULL, 0, 1, ""};
  self.conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_authenticate_callback(self.conn, "XOWN", converse, &self, &response), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(response), IMAP_STATUS_BAD);
  CHECK_HAS(imap_last_message(self.conn), "cancelled");
  CHECK_RC(imap_cmd_noop(self.conn, NULL), IMAP_OK);
  imap_response_free(response);
  imap_free(self.conn);
  peer_end(server);
}

static int not_asked(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  (void)challenge, (void)len, (void)reply;
  ++*(int *)ctx;
  return 1;
}

static void a_refusal_comes_before_any_callback(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XUNHEARD-OF", "# NO [AUTHENTICATIONFAILED] what\r\n"},
                                    {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  int calls = 0;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_authenticate_callback(conn, "xunheard-of", not_asked, &calls, NULL), IMAP_ERR_AUTH);
  CHECK_INT(calls, 0);
  CHECK_STR(imap_last_text(conn), "[AUTHENTICATIONFAILED] what");
  CHECK_STR(imap_last_code(conn), "AUTHENTICATIONFAILED");
  imap_free(conn);
  peer_end(server);
}

static void the_exchange_can_be_pulled(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ AAEC/w==\r\n"}, {"/wA=", "+\r\n"},
                                    {"", "# OK in\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_response *response = NULL;
  const char *ptr;
  size_t len;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_auth_begin(conn, "XOWN", NULL, 0, &response), IMAP_CHALLENGE);
  CHECK(response == NULL);
  CHECK_RC(imap_auth_challenge(conn, &ptr, &len), IMAP_OK);
  CHECK(len == 4 && memcmp(ptr, "\0\1\2\xff", 4) == 0);
  CHECK_RC(imap_auth_reply(conn, NULL, 3, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_auth_reply(conn, "\xff\0", 2, &response), IMAP_CHALLENGE);
  CHECK_RC(imap_auth_challenge(conn, &ptr, &len), IMAP_OK);
  CHECK_INT(len, 0);
  CHECK_RC(imap_auth_reply(conn, "", 0, &response), IMAP_OK);
  CHECK_INT(imap_response_status(response), IMAP_STATUS_OK);
  CHECK_RC(imap_auth_challenge(conn, &ptr, &len), IMAP_END);
  imap_response_free(response);
  imap_free(conn);
  peer_end(server);
}

static void an_initial_response_goes_where_the_server_takes_it(void) {
  static const struct {
    const char *initial;
    peer_step steps[6];
  } cases[] = {
      {"hi", {{NULL, HELLO_IR}, {"# AUTHENTICATE XOWN aGk=", "# OK in\r\n"}, {NULL, PEER_STAY}}},
      {"", {{NULL, HELLO_IR}, {"# AUTHENTICATE XOWN =", "# OK in\r\n"}, {NULL, PEER_STAY}}},
      {"hi", {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ \r\n"}, {"aGk=", "# OK in\r\n"}, {NULL, PEER_STAY}}},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    peer *server;
    imap_conn *conn = peer_open(&server, cases[i].steps, NULL, NULL);
    CHECK_RC(imap_auth_begin(conn, "XOWN", cases[i].initial, strlen(cases[i].initial), NULL), IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
}

static void a_pulled_exchange_can_be_cancelled(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ AAEC\r\n"}, {"*", "# BAD as you wish\r\n"},
                                    {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_response *response = NULL;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_auth_begin(conn, "XOWN", NULL, 0, NULL), IMAP_CHALLENGE);
  CHECK_RC(imap_auth_cancel(conn, &response), IMAP_ERR_AUTH);
  CHECK_INT(imap_response_status(response), IMAP_STATUS_BAD);
  CHECK_RC(imap_auth_cancel(conn, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_response_free(response);
  imap_free(conn);
  peer_end(server);
}

static void a_challenge_that_is_no_base64_cancels(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ !!not base64!!\r\n"}, {"*", "# BAD cancelled\r\n"},
                                    {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_auth_begin(conn, "XOWN", NULL, 0, NULL), IMAP_ERR_AUTH);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

/* What was queued behind AUTHENTICATE does not hide its challenge, and who waits for it is told. */
static void a_challenge_is_seen_past_what_waits_behind_it(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# AUTHENTICATE XOWN", "+ AAEC\r\n"}, {"eA==", "# OK in\r\n"},
                                    {"# CAPABILITY", "* CAPABILITY IMAP4rev1\r\n# OK\r\n"}, {"# NOOP", "# OK\r\n"},
                                    {NULL, PEER_STAY}, {NULL, NULL}};
  for (int by_completed = 0; by_completed < 2; by_completed++) {
    peer *server;
    imap_conn *conn = peer_open(&server, steps, NULL, NULL);
    const char *ptr;
    size_t len;
    uint32_t noop, capability, done, expected;
    CHECK_RC(imap_queue_begin(conn), IMAP_OK);
    CHECK_RC(imap_cmd_authenticate_callback(conn, "XOWN", not_asked, NULL, NULL), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_auth_begin(conn, "XOWN", NULL, 0, NULL), IMAP_QUEUED);
    expected = imap_last_id(conn);
    CHECK_RC(imap_submit_text(conn, "CAPABILITY", &capability), IMAP_QUEUED);
    CHECK_RC(imap_submit_text(conn, "NOOP", &noop), IMAP_QUEUED);
    CHECK_RC(imap_queue_end(conn), IMAP_OK);
    if (by_completed)
      CHECK_RC(imap_completed(conn, 20000, &done), IMAP_CHALLENGE);
    else
      CHECK_RC(imap_wait(conn, noop, 20000, NULL), IMAP_CHALLENGE);
    CHECK_RC(imap_auth_challenge(conn, &ptr, &len), IMAP_OK);
    CHECK_INT(len, 3);
    CHECK_RC(imap_step(conn, 0), IMAP_EVENT);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
    CHECK_RC(imap_auth_reply(conn, "x", 1, NULL), IMAP_OK);
    CHECK_RC(imap_wait(conn, expected, 0, NULL), IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_wait(conn, noop, -1, NULL), IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(mechanisms_say_what_the_rfcs_say),
      TEST(login_cram_md5_is_the_same_mechanism),
      TEST(what_cannot_be_used_is_refused_unsent),
      TEST(passwords_do_not_cross_a_network_in_clear),
      TEST(a_callback_answers_each_challenge_and_cannot_reenter),
      TEST(a_callback_can_cancel),
      TEST(a_refusal_comes_before_any_callback),
      TEST(a_challenge_is_seen_past_what_waits_behind_it),
      TEST(the_exchange_can_be_pulled),
      TEST(an_initial_response_goes_where_the_server_takes_it),
      TEST(a_pulled_exchange_can_be_cancelled),
      TEST(a_challenge_that_is_no_base64_cancels),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
