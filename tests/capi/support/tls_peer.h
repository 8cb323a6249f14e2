/* TLS for peers: certificates made in memory, a server's context, and a peer's connection turned into TLS. Programs that
 * include this are linked with libssl. */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include "peer.h"

#include <openssl/ssl.h>

/* A certificate and its key. */
typedef struct tls_identity {
  X509 *certificate;
  EVP_PKEY *key;
} tls_identity;

/* An authority that signs itself. */
tls_identity tls_authority(void);
/* A server's certificate; names as in subjectAltName: "DNS:imap.test,IP:127.0.0.1". */
tls_identity tls_server_identity(const char *names, const tls_identity *issuer);
void tls_identity_free(tls_identity *identity);

/* A server's context with this identity. */
SSL_CTX *tls_server_context(const tls_identity *identity);
/* A client's context that verifies and trusts this authority alone. */
SSL_CTX *tls_client_context(const tls_identity *authority);
/* Writes the certificate to a new file, whose name goes into path (64 octets). The caller removes it. */
void tls_write_certificate(const tls_identity *identity, char *path);

/* Inside a talk function: the handshake, then all goes through TLS. 1 if it succeeded. */
int peer_secure(peer *self, SSL_CTX *context);

#endif
