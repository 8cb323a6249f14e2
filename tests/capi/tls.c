/* TLS: who is trusted and who is not, STARTTLS, the caller's own context, what is told of a session; SIGPIPE and fork
 * over TLS. */
#include "kit.h"
#include "tls_peer.h"

#include <errno.h>
#include <imap4.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static tls_identity authority, stranger;
static char ca_file[64], stranger_file[64];

/* What a server does: TLS at once or after a script in clear, then its commands. */
typedef struct tls_server {
  SSL_CTX *context;
  const peer_step *clear, *steps;
  /* Hangs up after the script instead of staying. */
  int ends;
} tls_server;

static const peer_step HELLO[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {"# LOGIN a \"b\"", "# OK in\r\n"}, {NULL, NULL}};
static const peer_step GREETING[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, NULL}};
static const peer_step CLEAR[] = {{NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi\r\n"},
                                  {"# STARTTLS", "# OK begin\r\n"},
                                  {NULL, NULL}};
static const peer_step AFTER[] = {{"# CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n# OK\r\n"},
                                  {"# LOGIN a \"b\"", "# OK in\r\n"},
                                  {NULL, NULL}};

static void serve(peer *self, void *ctx) {
  tls_server *server = ctx;
  if (server->clear)
    peer_script(self, (void *)server->clear);
  if (!peer_secure(self, server->context))
    return;
  if (server->steps)
    peer_script(self, (void *)server->steps);
  if (!server->ends)
    peer_stay(self);
}

static tls_server server_for(const char *names, const tls_identity *issuer) {
  tls_identity identity = tls_server_identity(names, issuer);
  tls_server server = {tls_server_context(&identity), NULL, HELLO, 0};
  tls_identity_free(&identity);
  return server;
}

static imap_options *trusting(const char *file) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, file), IMAP_OK);
  return options;
}

/* Opens over a socketpair to a server of that certificate under that name. */
static int open_to(peer **self, tls_server *server, const char *host, int tls, const imap_options *options, imap_conn **conn) {
  *self = peer_start(serve, server);
  int fd = peer_take_fd(*self);
  return imap_open_fd(fd, fd, 0, host, tls, options, conn);
}

static void a_trusted_server_is_talked_to(void) {
  static const char *const hosts[] = {"imap.test", "127.0.0.1"};
  for (size_t i = 0; i < COUNT_OF(hosts); i++) {
    tls_server server = server_for("DNS:imap.test,IP:127.0.0.1", &authority);
    imap_options *options = trusting(ca_file);
    imap_conn *conn;
    peer *self;
    CHECK_RC(open_to(&self, &server, hosts[i], IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
    CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
    imap_free(conn);
    peer_end(self);
    imap_options_free(options);
    SSL_CTX_free(server.context);
  }
}

static void a_server_that_is_not_trusted_is_not_talked_to(void) {
  static const struct {
    const char *names, *host;
    int is_ours;
    const char *why;
  } cases[] = {
      {"DNS:imap.test", "other.test", 1, "Hostname mismatch, certificate is not valid for 'other.test'"},
      {"DNS:imap.test", "127.0.0.1", 1, "IP address mismatch, certificate is not valid for '127.0.0.1'"},
      {"DNS:imap.test", "imap.test", 0, "certificate verify failed"},
      {"DNS:imap.test", "imap.test", 0, "; name the authority that signed it with TLS_CA_FILE"},
      {"DNS:*.imap.test", "imap.test", 1, "Hostname mismatch"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    tls_server server = server_for(cases[i].names, cases[i].is_ours ? &authority : &stranger);
    imap_options *options = trusting(ca_file);
    imap_conn *conn;
    peer *self;
    int rc = open_to(&self, &server, cases[i].host, IMAP_TLS_IMPLICIT, options, &conn);
    CHECK_RC(rc, IMAP_ERR_TLS_VERIFY);
    CHECK_INT(imap_error_class(rc), IMAP_CLASS_TLS);
    CHECK_HAS(imap_last_message(conn), cases[i].why);
    CHECK_INT(imap_fd(conn), -1);
    imap_free(conn);
    peer_end(self);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_VERIFY, 0), IMAP_OK);
    CHECK_RC(open_to(&self, &server, cases[i].host, IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
    imap_tls_info info;
    CHECK_RC(imap_tls_info_get(conn, &info, sizeof info), IMAP_OK);
    CHECK_INT(info.verified, 0);
    CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
    imap_free(conn);
    peer_end(self);
    imap_options_free(options);
    SSL_CTX_free(server.context);
  }
}

static void the_server_name_can_be_another(void) {
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting(ca_file);
  imap_conn *conn;
  peer *self;
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_SERVER_NAME, "imap.test"), IMAP_OK);
  CHECK_RC(open_to(&self, &server, NULL, IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

static void starttls_forgets_what_was_said_in_clear(void) {
  for (int at_open = 0; at_open < 2; at_open++) {
    tls_server server = server_for("DNS:imap.test", &authority);
    imap_options *options = trusting(ca_file);
    imap_response *response = NULL;
    imap_conn *conn;
    peer *self;
    server.clear = CLEAR;
    server.steps = AFTER;
    CHECK_RC(open_to(&self, &server, "imap.test", at_open ? IMAP_TLS_STARTTLS : IMAP_TLS_NONE, options, &conn), IMAP_OK);
    if (!at_open) {
      CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_ERR_INSECURE);
      CHECK_RC(imap_starttls(conn, &response), IMAP_OK);
      CHECK_INT(imap_response_status(response), IMAP_STATUS_OK);
      imap_response_free(response);
    }
    CHECK_INT(imap_has_capability(conn, "STARTTLS"), 0);
    CHECK_INT(imap_has_capability(conn, "AUTH=PLAIN"), 1);
    CHECK_RC(imap_starttls(conn, NULL), IMAP_ERR_STATE);
    CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
    imap_free(conn);
    peer_end(self);
    imap_options_free(options);
    SSL_CTX_free(server.context);
  }
}

static void starttls_is_refused_closed_or_not_sent(void) {
  static const struct {
    peer_step steps[5];
    int rc;
    const char *why;
  } cases[] = {
      {{{NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {"# STARTTLS", "# NO not today\r\n"}, {NULL, PEER_STAY}},
       IMAP_ERR_TLS_REFUSED, "refused"},
      {{{NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {"# STARTTLS", "# OK go\r\n* 9 EXISTS\r\n"}, {NULL, PEER_STAY}},
       IMAP_ERR_PROTOCOL, "in clear after its OK"},
      {{{NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {"# STARTTLS", "# OK go\r\n"}, {NULL, NULL}},
       IMAP_ERR_TLS, "TLS handshake"},
      {{{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}}, IMAP_ERR_UNSUPPORTED, "not supported by server"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    imap_options *options = trusting(ca_file);
    imap_conn *conn = NULL;
    peer *self = peer_start(peer_script, (void *)cases[i].steps);
    int fd = peer_take_fd(self);
    CHECK_RC(imap_open_fd(fd, fd, 0, "imap.test", IMAP_TLS_NONE, options, &conn), IMAP_OK);
    imap_response *response = NULL;
    CHECK_RC(imap_starttls(conn, &response), cases[i].rc);
    CHECK_HAS(imap_last_message(conn), cases[i].why);
    CHECK_INT(imap_response_status(response), i == 0 ? IMAP_STATUS_NO : IMAP_STATUS_NONE);
    CHECK_INT(imap_fd(conn) >= 0, cases[i].rc == IMAP_ERR_UNSUPPORTED);
    imap_response_free(response);
    imap_free(conn);
    peer_end(self);
    imap_options_free(options);
  }
}

static void an_open_with_starttls_insists_on_it(void) {
  static const peer_step none[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  static const peer_step preauth[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  const peer_step *const scripts[] = {none, preauth};
  for (size_t i = 0; i < COUNT_OF(scripts); i++) {
    imap_options *options = trusting(ca_file);
    imap_conn *conn = NULL;
    peer *self = peer_start(peer_script, (void *)scripts[i]);
    int fd = peer_take_fd(self);
    CHECK_RC(imap_open_fd(fd, fd, 0, "imap.test", IMAP_TLS_STARTTLS, options, &conn), IMAP_ERR_TLS_REFUSED);
    CHECK_INT(imap_fd(conn), -1);
    imap_free(conn);
    peer_end(self);
    imap_options_free(options);
  }
}

static void the_callers_context_decides_whom_to_trust(void) {
  tls_server server = server_for("DNS:imap.test", &authority);
  SSL_CTX *trusted = tls_client_context(&authority), *other = tls_client_context(&stranger);
  imap_options *options = NULL;
  imap_conn *conn;
  peer *self;
  server.steps = GREETING;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_ssl_ctx(options, trusted), IMAP_OK);
  SSL_CTX_free(trusted);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  imap_free(conn);
  peer_end(self);
  CHECK_RC(open_to(&self, &server, "other.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_TLS_VERIFY);
  imap_free(conn);
  peer_end(self);
  CHECK_RC(imap_options_set_ssl_ctx(options, other), IMAP_OK);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_TLS_VERIFY);
  CHECK_HAS(imap_last_message(conn), "; name the authority that signed it in the context that was given");
  imap_free(conn);
  peer_end(self);
  SSL_CTX_set_verify(other, SSL_VERIFY_NONE, NULL);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  imap_free(conn);
  peer_end(self);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, ca_file), IMAP_OK);
  self = peer_start(serve, &server);
  int fd = peer_take_fd(self);
  CHECK_RC(imap_open_fd(fd, fd, 0, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_ARGUMENT);
  CHECK_HAS(imap_last_message(conn), "exclude each other");
  imap_free(conn);
  peer_end(self);
  CHECK_RC(imap_options_set_ssl_ctx(options, NULL), IMAP_OK);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(other);
  SSL_CTX_free(server.context);
}

static void an_old_version_of_tls_is_refused(void) {
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting(ca_file);
  imap_conn *conn;
  peer *self;
  server.steps = GREETING;
  SSL_CTX_set_max_proto_version(server.context, TLS1_2_VERSION);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_MIN_VERSION, 13), IMAP_OK);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_TLS);
  CHECK_HAS(imap_last_message(conn), "TLS_MIN_VERSION");
  imap_free(conn);
  peer_end(self);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_MIN_VERSION, 12), IMAP_OK);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  imap_tls_info info;
  CHECK_RC(imap_tls_info_get(conn, &info, sizeof info), IMAP_OK);
  CHECK_STR(info.version, "TLSv1.2");
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

static void what_is_known_of_the_session_fits_structs_of_any_size(void) {
  union {
    imap_tls_info info;
    unsigned char octets[sizeof(imap_tls_info) + 64];
  } place;
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting(ca_file);
  imap_conn *conn;
  peer *self;
  server.steps = GREETING;
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_tls_info_get(conn, &place.info, sizeof(imap_tls_info)), IMAP_OK);
  CHECK_INT(place.info.size, sizeof(imap_tls_info));
  CHECK(strncmp(place.info.version, "TLSv1.", 6) == 0 && strlen(place.info.cipher) > 5);
  CHECK_INT(place.info.verified, 1);
  CHECK(place.info.peer_der_len > 100 && place.info.peer_der[0] == 0x30);
  CHECK_INT(place.octets[sizeof(imap_tls_info)], 0xaa);
  /* A program that knows less gets less, one that knows more gets zeros there. */
  size_t less = offsetof(imap_tls_info, peer_der);
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_tls_info_get(conn, &place.info, less), IMAP_OK);
  CHECK_INT(place.info.size, less);
  CHECK(strncmp(place.info.version, "TLSv1.", 6) == 0);
  CHECK_INT(place.octets[less], 0xaa);
  memset(&place, 0xaa, sizeof place);
  CHECK_RC(imap_tls_info_get(conn, &place.info, sizeof place), IMAP_OK);
  CHECK_INT(place.info.size, sizeof(imap_tls_info));
  CHECK_INT(place.octets[sizeof place - 1], 0);
  CHECK_RC(imap_tls_info_get(conn, &place.info, 0), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_tls_info_get(conn, &place.info, 3), IMAP_ERR_ARGUMENT);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

static void tls_in_clear_is_said_to_be_so(void) {
  static const peer_step clear[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = trusting(ca_file);
  imap_conn *conn = NULL;
  peer *self = peer_start(peer_script, (void *)clear);
  int fd = peer_take_fd(self);
  CHECK_RC(imap_open_fd(fd, fd, 0, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_TLS);
  CHECK_HAS(imap_last_message(conn), "not TLS");
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
}

static void a_file_that_is_not_there_is_named(void) {
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting("/nonexistent/ca.pem");
  imap_conn *conn;
  peer *self;
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_SYSTEM);
  CHECK_STR(imap_last_message(conn), "TLS_CA_FILE '/nonexistent/ca.pem': No such file or directory");
  CHECK_INT(imap_last_errno(conn), ENOENT);
  imap_free(conn);
  peer_end(self);
  /* Also where nothing is checked by it: whoever checks again later learns of it now. */
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_VERIFY, 0), IMAP_OK);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_SYSTEM);
  imap_free(conn);
  peer_end(self);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, NULL), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_DIR, "/nonexistent"), IMAP_OK);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_ERR_SYSTEM);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

static void starttls_with_a_wrong_file_sends_nothing(void) {
  static const peer_step steps[] = {
      {NULL, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {"# NOOP", "# OK\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = trusting("/nonexistent/ca.pem");
  peer *self = peer_start(peer_script, (void *)steps);
  imap_conn *conn;
  int fd = peer_take_fd(self);
  CHECK_RC(imap_open_fd(fd, fd, 0, "imap.test", IMAP_TLS_NONE, options, &conn), IMAP_OK);
  CHECK_RC(imap_starttls(conn, NULL), IMAP_ERR_SYSTEM);
  CHECK_HAS(imap_last_message(conn), "STARTTLS: TLS_CA_FILE '/nonexistent/ca.pem'");
  CHECK_HAS(imap_last_message(conn), "nothing was sent");
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
}

static void writing_to_a_closed_tls_connection_raises_no_sigpipe(void) {
  enum { LARGE = 4 << 20 };
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting(ca_file);
  imap_conn *conn;
  peer *self;
  char *message = malloc(LARGE);
  memset(message, 'x', LARGE);
  static const peer_step bye[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n"}, {NULL, NULL}};
  server.steps = bye;
  server.ends = 1;
  signal(SIGPIPE, SIG_DFL);
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  peer_end(self);
  int rc = imap_cmd_append(conn, "a", NULL, NULL, message, LARGE, IMAP_APPEND_VERBATIM, NULL);
  CHECK(imap_error_class(rc) == IMAP_CLASS_ABORT || imap_error_class(rc) == IMAP_CLASS_TLS);
  imap_free(conn);
  signal(SIGPIPE, SIG_IGN);
  free(message);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

/* After the handshake: an answer to open, then data without end as fast as it goes. */
static void flood(peer *self, void *ctx) {
  char line[200];
  tls_server *server = ctx;
  if (!peer_secure(self, server->context) || peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n") != 0)
    return;
  if (peer_line(self, line, sizeof line) >= 0)
    while (peer_say(self, "* 5 EXISTS\r\n* 6 EXISTS\r\n* 7 EXISTS\r\n") == 0)
      ;
}

static void a_flood_through_tls_gains_no_time(void) {
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting(ca_file);
  imap_conn *conn;
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_CALL_TIMEOUT_MS, 150), IMAP_OK);
  peer *self = peer_start(flood, &server);
  int fd = peer_take_fd(self);
  CHECK_RC(imap_open_fd(fd, fd, 0, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  long long began = kit_now_ms();
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_TIMEOUT);
  /* That it ends at all is the promise here; limits.c holds it to 50 ms. */
  CHECK(kit_now_ms() - began < 5000);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

static void a_forked_child_does_not_disturb_tls(void) {
  tls_server server = server_for("DNS:imap.test", &authority);
  imap_options *options = trusting(ca_file);
  imap_conn *conn;
  peer *self;
  CHECK_RC(open_to(&self, &server, "imap.test", IMAP_TLS_IMPLICIT, options, &conn), IMAP_OK);
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    int rc = imap_cmd_noop(conn, NULL);
    imap_free(conn);
    /* Not _exit: what the peer's thread holds, which is not here, would count as lost under valgrind. */
    if (rc == IMAP_ERR_FORKED)
      execlp("true", "true", (char *)NULL);
    _exit(1);
  }
  int status = -1;
  CHECK(waitpid(pid, &status, 0) == pid && status == 0);
  CHECK_RC(imap_cmd_login(conn, "a", "b", NULL), IMAP_OK);
  imap_free(conn);
  peer_end(self);
  imap_options_free(options);
  SSL_CTX_free(server.context);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_trusted_server_is_talked_to),
      TEST(a_server_that_is_not_trusted_is_not_talked_to),
      TEST(the_server_name_can_be_another),
      TEST(starttls_forgets_what_was_said_in_clear),
      TEST(starttls_is_refused_closed_or_not_sent),
      TEST(an_open_with_starttls_insists_on_it),
      TEST(the_callers_context_decides_whom_to_trust),
      TEST(an_old_version_of_tls_is_refused),
      TEST(what_is_known_of_the_session_fits_structs_of_any_size),
      TEST(tls_in_clear_is_said_to_be_so),
      TEST(a_file_that_is_not_there_is_named),
      TEST(starttls_with_a_wrong_file_sends_nothing),
      TEST(writing_to_a_closed_tls_connection_raises_no_sigpipe),
      TEST(a_flood_through_tls_gains_no_time),
      TEST(a_forked_child_does_not_disturb_tls),
  };
  /* The peer's own OpenSSL writes with write(2): SIGPIPE there is the peer's affair. */
  signal(SIGPIPE, SIG_IGN);
  authority = tls_authority();
  stranger = tls_authority();
  tls_write_certificate(&authority, ca_file);
  tls_write_certificate(&stranger, stranger_file);
  int status = kit_main(argc, argv, tests, COUNT_OF(tests));
  unlink(ca_file);
  unlink(stranger_file);
  tls_identity_free(&authority);
  tls_identity_free(&stranger);
  return status;
}
