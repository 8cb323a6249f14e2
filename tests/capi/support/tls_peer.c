/* See tls_peer.h. */
#include "tls_peer.h"

#include "kit.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static EVP_PKEY *new_key(void) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
  CHECK(EVP_PKEY_keygen_init(context) > 0 &&
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) > 0 && EVP_PKEY_keygen(context, &key) > 0);
  EVP_PKEY_CTX_free(context);
  return key;
}

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  CHECK(extension && X509_add_ext(certificate, extension, -1));
  X509_EXTENSION_free(extension);
}

static tls_identity make(const char *common_name, const char *names, const tls_identity *issuer) {
  static long serial;
  tls_identity made = {X509_new(), new_key()};
  X509 *signer = issuer ? issuer->certificate : made.certificate;
  X509_NAME *subject = X509_get_subject_name(made.certificate);
  X509_set_version(made.certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.certificate), 3600);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0);
  X509_set_issuer_name(made.certificate, X509_get_subject_name(signer));
  X509_set_pubkey(made.certificate, made.key);
  extend(made.certificate, signer, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
  extend(made.certificate, signer, NID_subject_key_identifier, "hash");
  if (!issuer)
    extend(made.certificate, signer, NID_key_usage, "critical,keyCertSign");
  else
    extend(made.certificate, signer, NID_authority_key_identifier, "keyid");
  if (names)
    extend(made.certificate, signer, NID_subject_alt_name, names);
  CHECK(X509_sign(made.certificate, issuer ? issuer->key : made.key, EVP_sha256()) > 0);
  return made;
}

tls_identity tls_authority(void) {
  return make("test authority", NULL, NULL);
}

tls_identity tls_server_identity(const char *names, const tls_identity *issuer) {
  return make("test server", names, issuer);
}

void tls_identity_free(tls_identity *identity) {
  X509_free(identity->certificate);
  EVP_PKEY_free(identity->key);
}

SSL_CTX *tls_server_context(const tls_identity *identity) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  CHECK(SSL_CTX_use_certificate(context, identity->certificate) > 0 && SSL_CTX_use_PrivateKey(context, identity->key) > 0);
  return context;
}

SSL_CTX *tls_client_context(const tls_identity *authority) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority->certificate) > 0);
  return context;
}

void tls_write_certificate(const tls_identity *identity, char *path) {
  const char *folder = getenv("TMPDIR");
  snprintf(path, 64, "%.40s/imap4-test-XXXXXX", folder ? folder : "/tmp");
  int fd = mkstemp(path);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
  CHECK(file && PEM_write_X509(file, identity->certificate) > 0);
  if (file)
    fclose(file);
}

static long tls_read(void *ctx, char *buf, size_t len) {
  return SSL_read(ctx, buf, (int)len);
}

static long tls_write(void *ctx, const char *buf, size_t len) {
  return SSL_write(ctx, buf, (int)len);
}

static void tls_close(void *ctx) {
  SSL_shutdown(ctx);
  SSL_free(ctx);
  ERR_clear_error();
}

int peer_secure(peer *self, SSL_CTX *context) {
  SSL *ssl = SSL_new(context);
  SSL_set_fd(ssl, peer_fd(self));
  int accepted = SSL_accept(ssl) == 1;
  ERR_clear_error();
  if (accepted)
    peer_carry(self, ssl, tls_read, tls_write, tls_close);
  else
    SSL_free(ssl);
  return accepted;
}
