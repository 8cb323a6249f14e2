/* What the tests against servers share: where the servers are (tests/suites/servers.sh says so in the environment),
 * connections to them, and short ways to look at results. */
#ifndef SERVER_KIT_H
#define SERVER_KIT_H

#include "kit.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A call on a connection, what it has to return; on failure the connection's message is shown too. */
#define RC(conn, call, want) server_rc(__FILE__, __LINE__, #call, (conn), (call), (want))
static inline int server_rc(const char *file, int line, const char *what, imap_conn *conn, int got, int want) {
  if (got != want)
    kit_fail(file, line, "%s is %s, not %s: %s", what, imap_error_name(got), imap_error_name(want), imap_last_message(conn));
  return got == want;
}
#define OK(conn, call) RC(conn, call, IMAP_OK)

/* A variable that servers.sh sets. Without it nothing can be tested. */
static inline const char *setting(const char *name) {
  const char *value = getenv(name);
  if (value == NULL) {
    printf("FAILED %s is not set\n", name);
    exit(1);
  }
  return value;
}

static inline int port(const char *name) { return atoi(setting(name)); }

static inline int server_main(int argc, char **argv, const kit_test *tests, size_t count) {
  if (getenv("IMAP4_TEST_SERVERS") == NULL)
    kit_skip("needs servers: tests/suites/servers.sh starts them and runs this");
  return kit_main(argc, argv, tests, count);
}

/* A connection in clear to a port of this machine; NULL if it cannot be opened, which fails the test. */
static inline imap_conn *open_port(const char *name, const imap_options *options) {
  imap_conn *conn = NULL;
  if (OK(conn, imap_open("127.0.0.1", port(name), IMAP_TLS_NONE, options, &conn)))
    return conn;
  imap_free(conn);
  return NULL;
}

static inline imap_conn *login_to(const char *name, const char *user) {
  imap_conn *conn = open_port(name, NULL);
  if (conn == NULL || OK(conn, imap_cmd_login(conn, user, "secret", NULL)))
    return conn;
  imap_free(conn);
  return NULL;
}

/* Logged in on Dovecot. */
static inline imap_conn *dovecot_as(const char *user) { return login_to("IMAP_PORT", user); }

/* Frees a result and forgets it, so that the variable can be used again. */
static inline void drop(imap_response **response) {
  imap_response_free(*response);
  *response = NULL;
}

/* imaplib's view: the text of item i, NULL if there is none. */
static inline const char *item(const imap_response *response, const char *name, size_t i) {
  const char *text = NULL;
  return imap_response_item(response, name, i, &text, NULL, NULL, NULL) == IMAP_OK ? text : NULL;
}

/* The literal of item i, NULL if there is none. */
static inline const char *literal(const imap_response *response, const char *name, size_t i, size_t *len) {
  const char *text = NULL, *octets = NULL;
  size_t text_len = 0;
  *len = 0;
  imap_response_item(response, name, i, &text, &text_len, &octets, len);
  return octets;
}

static inline int has_item(const imap_response *response, const char *name, const char *text) {
  for (size_t i = 0; i < imap_response_item_count(response, name); i++)
    if (strcmp(item(response, name, i), text) == 0)
      return 1;
  return 0;
}

static inline const char *text_of(const imap_response *response) {
  const char *text = NULL;
  return imap_response_text(response, &text, NULL) == IMAP_OK ? text : NULL;
}

/* The code of a status and its argument. */
static inline const char *code_of(const imap_response *response) {
  const char *name = NULL;
  return imap_response_code(response, &name, NULL, NULL, NULL) == IMAP_OK ? name : NULL;
}
static inline const char *code_argument(const imap_response *response) {
  const char *argument = NULL;
  return imap_response_code(response, NULL, NULL, &argument, NULL) == IMAP_OK ? argument : NULL;
}

/* What imap_untagged files under a name: the first item is copied into buf; "" if nothing is filed. */
static inline const char *filed(imap_conn *conn, const char *name, char *buf, size_t size) {
  imap_response *response = NULL;
  buf[0] = '\0';
  if (imap_untagged(conn, name, &response) == IMAP_OK)
    snprintf(buf, size, "%s", item(response, NULL, 0) ? item(response, NULL, 0) : "(no item)");
  imap_response_free(response);
  return buf;
}

/* Takes events until one of this name comes; its number is *number if that is not NULL. 0 if there is none. */
static inline int next_event(imap_conn *conn, const char *name, uint32_t *number) {
  imap_response *event = NULL;
  while (imap_event_next(conn, &event) == IMAP_OK) {
    int is_it = strcmp(imap_response_name(event), name) == 0;
    if (is_it && number)
      CHECK_RC(imap_response_number(event, number), IMAP_OK);
    imap_response_free(event);
    if (is_it)
      return 1;
  }
  return 0;
}

/* Messages in the selected mailbox, by STATUS from the server's own count. */
static inline long messages_in(imap_conn *conn, const char *mailbox) {
  imap_response *response = NULL;
  long count = -1;
  if (imap_cmd_status(conn, mailbox, "MESSAGES", &response) == IMAP_OK) {
    const char *at = item(response, NULL, 0) ? strstr(item(response, NULL, 0), "(MESSAGES ") : NULL;
    count = at ? atol(at + strlen("(MESSAGES ")) : -1;
  }
  imap_response_free(response);
  return count;
}

/* An empty mailbox of that name, selected. */
static inline int fresh_mailbox(imap_conn *conn, const char *name) {
  return OK(conn, imap_cmd_create(conn, name, NULL)) && OK(conn, imap_cmd_select(conn, name, 0, NULL));
}

/* Appends a small message with this subject. */
static inline int add_message(imap_conn *conn, const char *mailbox, const char *flags, const char *subject) {
  char message[400];
  snprintf(message, sizeof message, "From: a@example.test\r\nSubject: %s\r\n\r\nbody of %s\r\n", subject, subject);
  return OK(conn, imap_cmd_append(conn, mailbox, flags, NULL, message, strlen(message), 0, NULL));
}

#endif
