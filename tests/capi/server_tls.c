/* TLS against real handshakes: every certificate by implicit TLS and by STARTTLS, what is trusted and by which name, client
 * certificates, versions, the caller's own SSL_CTX, files that cannot be used. */
#include "server_kit.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <sys/wait.h>
#include <unistd.h>

static imap_options *trusting(const char *ca_file) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, ca_file), IMAP_OK);
  return options;
}

/* Opens to this machine, looks at the outcome; the connection, also if failed, is the caller's. */
#define OPEN(host, port_name, tls, options, want, part) \
  open_tls(__LINE__, (host), (port_name), (tls), (options), (want), (part))
static imap_conn *open_tls(int line, const char *host, const char *port_name, int tls, const imap_options *options, int want,
                           const char *part) {
  imap_conn *conn = NULL;
  int rc = imap_open(host, port(port_name), tls, options, &conn);
  if (rc != want)
    kit_fail(__FILE__, line, "%s at %s gave %s, not %s: %s", port_name, host, imap_error_name(rc), imap_error_name(want),
             imap_last_message(conn));
  else if (part && strstr(imap_last_message(conn), part) == NULL)
    kit_fail(__FILE__, line, "%s at %s: \"%s\" has not \"%s\"", port_name, host, imap_last_message(conn), part);
  if (rc < 0) {
    kit_check_int(__FILE__, line, "imap_fd", imap_fd(conn), -1);
    kit_check_int(__FILE__, line, "imap_last_error", imap_last_error(conn), want);
  }
  return conn;
}

static int is_verified(imap_conn *conn) {
  imap_tls_info info;
  return imap_tls_info_get(conn, &info, sizeof info) == IMAP_OK ? info.verified : -1;
}

static const struct {
  const char *implicit, *starttls;
  int rc;
  const char *part;
} certificates[] = {
    {"IMAPS_PORT", "IMAP_PORT", IMAP_OK, NULL},
    {"IMAPS_EXPIRED_PORT", "STARTTLS_EXPIRED_PORT", IMAP_ERR_TLS_VERIFY, "certificate has expired"},
    {"IMAPS_WRONGHOST_PORT", "STARTTLS_WRONGHOST_PORT", IMAP_ERR_TLS_VERIFY,
     "Hostname mismatch, certificate is not valid for 'localhost'"},
    {"IMAPS_SELFSIGNED_PORT", "STARTTLS_SELFSIGNED_PORT", IMAP_ERR_TLS_VERIFY, "signed certificate"},
    {"IMAPS_CNONLY_PORT", "STARTTLS_CNONLY_PORT", IMAP_ERR_TLS_VERIFY,
     "Hostname mismatch, certificate is not valid for 'localhost'"},
};

static void only_the_good_certificate_is_accepted(void) {
  imap_options *options = trusting(setting("CA_FILE"));
  for (size_t i = 0; i < COUNT_OF(certificates); i++) {
    for (int tls = IMAP_TLS_IMPLICIT; tls <= IMAP_TLS_STARTTLS; tls++) {
      const char *at = tls == IMAP_TLS_IMPLICIT ? certificates[i].implicit : certificates[i].starttls;
      imap_conn *conn = OPEN("localhost", at, tls, options, certificates[i].rc, certificates[i].part);
      if (certificates[i].rc == IMAP_OK)
        CHECK_INT(is_verified(conn), 1);
      else
        CHECK(imap_cmd_login(conn, "tls", "secret", NULL) < 0);
      imap_logout_and_free(conn);
    }
  }
  imap_options_free(options);
  CHECK_INT(imap_error_class(IMAP_ERR_TLS_VERIFY), IMAP_CLASS_TLS);
}

static void without_verification_every_certificate_is_accepted(void) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_VERIFY, 0), IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(certificates); i++) {
    for (int tls = IMAP_TLS_IMPLICIT; tls <= IMAP_TLS_STARTTLS; tls++) {
      const char *at = tls == IMAP_TLS_IMPLICIT ? certificates[i].implicit : certificates[i].starttls;
      imap_conn *conn = OPEN(i % 2 ? "127.0.0.1" : "localhost", at, tls, options, IMAP_OK, NULL);
      CHECK_INT(is_verified(conn), 0);
      OK(conn, imap_cmd_login(conn, "tls", "secret", NULL));
      imap_logout_and_free(conn);
    }
  }
  imap_options_free(options);
}

static void starttls_on_an_open_connection_is_as_strict(void) {
  imap_options *options = trusting(setting("CA_FILE"));
  for (size_t i = 0; i < COUNT_OF(certificates); i++) {
    imap_response *r = NULL;
    imap_conn *conn = OPEN("localhost", certificates[i].starttls, IMAP_TLS_NONE, options, IMAP_OK, NULL);
    imap_tls_info info;
    RC(conn, imap_tls_info_get(conn, &info, sizeof info), IMAP_END);
    RC(conn, imap_starttls(conn, &r), certificates[i].rc);
    if (certificates[i].rc == IMAP_OK) {
      CHECK_INT(imap_response_status(r), IMAP_STATUS_OK);
      CHECK(!imap_has_capability(conn, "STARTTLS"));
      OK(conn, imap_cmd_login(conn, "tls", "secret", NULL));
      RC(conn, imap_starttls(conn, NULL), IMAP_ERR_STATE);
    } else {
      CHECK_HAS(imap_last_message(conn), certificates[i].part);
      CHECK_INT(imap_fd(conn), -1);
      CHECK(imap_cmd_noop(conn, NULL) < 0);
    }
    imap_response_free(r);
    imap_logout_and_free(conn);
  }
  imap_options_free(options);
}

static void trust_comes_from_a_file_or_a_folder(void) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_DIR, setting("CA_PATH")), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  /* Either of the two is enough. */
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, setting("OTHER_CA_FILE")), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_DIR, NULL), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY, "TLS_CA_FILE"));
  imap_options_free(options);
  /* What stands in the file is trusted, also a server's own certificate. */
  char path[600];
  snprintf(path, sizeof path, "%s/self-signed.pem", setting("CERTS"));
  options = trusting(path);
  imap_free(OPEN("localhost", "IMAPS_SELFSIGNED_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  imap_options_free(options);
}

static void the_system_decides_where_nothing_is_said(void) {
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, NULL, IMAP_ERR_TLS_VERIFY, "certificate verify failed"));
  /* SSL_CERT_FILE is OpenSSL's way to name the system's certificates; it is read once, so in a process of its own. */
  pid_t pid = fork();
  if (pid == 0) {
    imap_conn *conn = NULL;
    imap_options *options = NULL;
    setenv("SSL_CERT_FILE", setting("CA_FILE"), 1);
    int rc = imap_options_new(&options);
    rc = rc == IMAP_OK ? imap_open("localhost", port("IMAPS_PORT"), IMAP_TLS_IMPLICIT, options, &conn) : rc;
    if (rc != IMAP_OK)
      printf("  with SSL_CERT_FILE: %s\n", imap_last_message(conn));
    imap_logout_and_free(conn);
    imap_options_free(options);
    fflush(stdout);
    _exit(rc != IMAP_OK);
  }
  int status = -1;
  CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

static void the_name_is_checked_whatever_the_address(void) {
  imap_options *options = trusting(setting("CA_FILE"));
  imap_free(OPEN("127.0.0.1", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  imap_free(OPEN("127.0.0.1", "IMAPS_WRONGHOST_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY,
                 "IP address mismatch, certificate is not valid for '127.0.0.1'"));
  imap_free(OPEN("127.0.0.1", "IMAPS_CNONLY_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY, "IP address mismatch"));
  imap_free(OPEN("127.0.0.1", "IMAP_PORT", IMAP_TLS_STARTTLS, options, IMAP_OK, NULL));
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_SERVER_NAME, "other.example.test"), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_WRONGHOST_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  imap_free(OPEN("localhost", "STARTTLS_WRONGHOST_PORT", IMAP_TLS_STARTTLS, options, IMAP_OK, NULL));
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY,
                 "Hostname mismatch, certificate is not valid for 'other.example.test'"));
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_SERVER_NAME, NULL), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_CONNECT_ADDR, "127.0.0.1"), IMAP_OK);
  imap_free(OPEN("imap.example.test", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  imap_free(OPEN("IMAP.example.test.", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  imap_free(OPEN("evil.example.test", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY, "evil.example.test"));
  imap_options_free(options);
}

/* What is presented to a server that wants a certificate, and what that gives. */
static const struct {
  const char *cert, *key;
  int login;
  int handshake;
  const char *part;
} client_certificates[] = {
    {"CLIENT_CERT", "CLIENT_KEY", IMAP_OK, IMAP_OK, NULL},
    {NULL, NULL, IMAP_ERR_AUTH, IMAP_ERR_TLS, "TLS_CERT_FILE"},
    {"CLIENT_OTHER_CERT", "CLIENT_OTHER_KEY", IMAP_ERR_AUTH, IMAP_ERR_TLS, "does not accept the client's certificate"},
};

static void client_certificates_are_presented(void) {
  for (size_t i = 0; i < COUNT_OF(client_certificates); i++) {
    imap_options *options = trusting(setting("CA_FILE"));
    if (client_certificates[i].cert) {
      CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CERT_FILE, setting(client_certificates[i].cert)), IMAP_OK);
      CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_KEY_FILE, setting(client_certificates[i].key)), IMAP_OK);
    }
    /* Dovecot lets the handshake pass and refuses the login; the scripted server ends the handshake. */
    imap_conn *conn = OPEN("localhost", "IMAPS_CLIENTCERT_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL);
    RC(conn, imap_cmd_login(conn, "tls", "secret", NULL), client_certificates[i].login);
    if (client_certificates[i].login != IMAP_OK)
      CHECK_HAS(imap_last_message(conn), "Client didn't present valid SSL certificate");
    imap_logout_and_free(conn);
    conn = OPEN("localhost", "TLS_CLIENTCA_PORT", IMAP_TLS_IMPLICIT, options, client_certificates[i].handshake,
                client_certificates[i].part);
    imap_logout_and_free(conn);
    imap_options_free(options);
  }
}

static void the_oldest_version_is_held(void) {
  imap_options *options = trusting(setting("CA_FILE"));
  imap_tls_info info;
  imap_conn *conn = OPEN("localhost", "TLS12_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL);
  OK(conn, imap_tls_info_get(conn, &info, sizeof info));
  CHECK_STR(info.version, "TLSv1.2");
  imap_logout_and_free(conn);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_TLS_MIN_VERSION, 13), IMAP_OK);
  imap_free(OPEN("localhost", "TLS12_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS, "TLS_MIN_VERSION"));
  conn = OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL);
  OK(conn, imap_tls_info_get(conn, &info, sizeof info));
  CHECK_STR(info.version, "TLSv1.3");
  CHECK(info.cipher && strncmp(info.cipher, "TLS_", 4) == 0);
  CHECK(info.peer_der && info.peer_der_len > 200 && (unsigned char)info.peer_der[0] == 0x30);
  CHECK_INT(info.verified, 1);
  CHECK_INT(info.size, sizeof info);
  imap_logout_and_free(conn);
  imap_options_free(options);
}

static void clear_and_tls_ports_are_told_apart(void) {
  imap_options *options = trusting(setting("CA_FILE"));
  imap_free(OPEN("localhost", "IMAP_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS, "not TLS"));
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 300), IMAP_OK);
  long long began = kit_now_ms();
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_NONE, options, IMAP_ERR_TIMEOUT, NULL));
  CHECK(kit_now_ms() - began >= 299);
  imap_options_free(options);
}

/* Files that cannot be used: the message names the option and the file. */
static void wrong_file(int line, int option, const char *name, const char *value, int also, const char *also_value, int want) {
  imap_options *options = trusting(setting("CA_FILE"));
  CHECK_RC(imap_options_set_str(options, option, value), IMAP_OK);
  if (also)
    CHECK_RC(imap_options_set_str(options, also, also_value), IMAP_OK);
  imap_conn *conn = open_tls(line, "localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, want, value);
  if (strstr(imap_last_message(conn), name) == NULL)
    kit_fail(__FILE__, line, "\"%s\" does not name %s", imap_last_message(conn), name);
  if (want == IMAP_ERR_SYSTEM)
    kit_check_int(__FILE__, line, "errno", imap_last_errno(conn), ENOENT);
  imap_free(conn);
  imap_options_free(options);
}

static void files_that_cannot_be_used_are_named(void) {
  const char *cert = setting("CLIENT_CERT"), *key = setting("CLIENT_KEY");
  wrong_file(__LINE__, IMAP_OPT_TLS_CA_FILE, "TLS_CA_FILE", "/no/such/file.pem", 0, NULL, IMAP_ERR_SYSTEM);
  wrong_file(__LINE__, IMAP_OPT_TLS_CA_DIR, "TLS_CA_DIR", "/no/such/folder", 0, NULL, IMAP_ERR_SYSTEM);
  wrong_file(__LINE__, IMAP_OPT_TLS_CERT_FILE, "TLS_CERT_FILE", "/no/cert.pem", IMAP_OPT_TLS_KEY_FILE, key, IMAP_ERR_SYSTEM);
  wrong_file(__LINE__, IMAP_OPT_TLS_KEY_FILE, "TLS_KEY_FILE", "/no/key.pem", IMAP_OPT_TLS_CERT_FILE, cert, IMAP_ERR_SYSTEM);
  wrong_file(__LINE__, IMAP_OPT_TLS_CA_FILE, "TLS_CA_FILE", key, 0, NULL, IMAP_ERR_TLS);
  wrong_file(__LINE__, IMAP_OPT_TLS_CERT_FILE, "TLS_CERT_FILE", cert, 0, NULL, IMAP_ERR_TLS);
  wrong_file(__LINE__, IMAP_OPT_TLS_KEY_FILE, "TLS_KEY_FILE", key, 0, NULL, IMAP_ERR_ARGUMENT);
  wrong_file(__LINE__, IMAP_OPT_TLS_KEY_FILE, "TLS_KEY_FILE", setting("CLIENT_OTHER_KEY"), IMAP_OPT_TLS_CERT_FILE, cert,
             IMAP_ERR_TLS);
}

static void an_encrypted_key_is_an_error_and_asks_nobody(void) {
  wrong_file(__LINE__, IMAP_OPT_TLS_KEY_FILE, "TLS_KEY_FILE", setting("CLIENT_KEY_ENCRYPTED"), IMAP_OPT_TLS_CERT_FILE,
             setting("CLIENT_CERT"), IMAP_ERR_TLS);
}

static void a_context_of_the_callers_own_decides(void) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  REQUIRE(ctx);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
  CHECK_RC(imap_options_set_ssl_ctx(options, ctx), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY, "certificate verify failed"));
  CHECK_INT(SSL_CTX_load_verify_locations(ctx, setting("CA_FILE"), NULL), 1);
  SSL_CTX_free(ctx); /* the options keep it */
  imap_conn *conn = OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL);
  CHECK_INT(is_verified(conn), 1);
  OK(conn, imap_cmd_login(conn, "tls", "secret", NULL));
  imap_logout_and_free(conn);
  imap_free(OPEN("localhost", "IMAP_PORT", IMAP_TLS_STARTTLS, options, IMAP_OK, NULL));
  imap_free(OPEN("localhost", "IMAPS_WRONGHOST_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_TLS_VERIFY, "Hostname mismatch"));
  /* Two that say where trust comes from exclude each other. */
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, setting("CA_FILE")), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_ARGUMENT, "TLS_CA_FILE"));
  CHECK_RC(imap_options_set_ssl_ctx(options, NULL), IMAP_OK);
  imap_free(OPEN("localhost", "IMAPS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL));
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, NULL), IMAP_OK);
  ctx = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
  CHECK_RC(imap_options_set_ssl_ctx(options, ctx), IMAP_OK);
  SSL_CTX_free(ctx);
  conn = OPEN("127.0.0.1", "IMAPS_SELFSIGNED_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL);
  CHECK_INT(is_verified(conn), 0);
  imap_logout_and_free(conn);
  imap_options_free(options);
}

static void megabytes_cross_tls_unchanged(void) {
  size_t size = kit_is_watched() ? 300000 : 3000000, len = 0;
  imap_options *options = trusting(setting("CA_FILE"));
  imap_response *r = NULL;
  char *message = malloc(size);
  REQUIRE(message);
  unsigned seed = 3;
  for (size_t i = 0; i < size; i++)
    message[i] = (char)('!' + kit_random(&seed) % 90);
  memcpy(message, "Subject: big\r\n\r\n", 16);
  for (int tls = IMAP_TLS_IMPLICIT; tls <= IMAP_TLS_STARTTLS; tls++) {
    imap_conn *conn = OPEN("localhost", tls == IMAP_TLS_IMPLICIT ? "IMAPS_PORT" : "IMAP_PORT", tls, options, IMAP_OK, NULL);
    OK(conn, imap_cmd_login(conn, "tls", "secret", NULL));
    OK(conn, imap_cmd_select(conn, "INBOX", 0, NULL));
    OK(conn, imap_cmd_append(conn, "INBOX", NULL, NULL, message, size, IMAP_APPEND_VERBATIM, NULL));
    OK(conn, imap_cmd_noop(conn, NULL));
    OK(conn, imap_cmd_fetch(conn, "*", "BODY.PEEK[]", 0, &r));
    const char *body = literal(r, NULL, 0, &len);
    CHECK(body && len == size && memcmp(body, message, size) == 0);
    drop(&r);
    imap_logout_and_free(conn);
  }
  free(message);
  imap_options_free(options);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(only_the_good_certificate_is_accepted),
      TEST(without_verification_every_certificate_is_accepted),
      TEST(starttls_on_an_open_connection_is_as_strict),
      TEST(trust_comes_from_a_file_or_a_folder),
      TEST(the_system_decides_where_nothing_is_said),
      TEST(the_name_is_checked_whatever_the_address),
      TEST(client_certificates_are_presented),
      TEST(the_oldest_version_is_held),
      TEST(clear_and_tls_ports_are_told_apart),
      TEST(files_that_cannot_be_used_are_named),
      TEST(an_encrypted_key_is_an_error_and_asks_nobody),
      TEST(a_context_of_the_callers_own_decides),
      TEST(megabytes_cross_tls_unchanged),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
