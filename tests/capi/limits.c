/* Limits: sizes are enforced before memory is reserved and said in the message; times hold within 50 ms, whatever the
 * server does meanwhile. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <errno.h>
#include <imap4.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static imap_options *with(int option, int64_t value) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, option, value), IMAP_OK);
  return options;
}

static void the_greetings_line_is_limited(void) {
  static const peer_step steps[] = {{NULL, "* OK [CAPABILITY IMAP4rev1] a greeting that is too long\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = with(IMAP_OPT_MAX_LINE, 20);
  peer *server;
  int rc;
  imap_conn *conn = peer_open(&server, steps, options, &rc);
  CHECK_RC(rc, IMAP_ERR_LIMIT);
  CHECK_HAS(imap_last_message(conn), "got more than 20 bytes");
  CHECK_INT(imap_fd(conn), -1);
  imap_free(conn);
  peer_end(server);
  imap_options_free(options);
}

static void the_limit_of_a_line_counts_its_crlf_and_may_change(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 1 FETCH (X 234567890)\r\n", NULL); /* 25 octets */
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 25), IMAP_OK);
  CHECK_RC(imap_cmd_fetch(conn, "1", "X", 0, NULL), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 24), IMAP_OK);
  CHECK_RC(imap_cmd_fetch(conn, "1", "X", 0, NULL), IMAP_ERR_LIMIT);
  CHECK_HAS(imap_last_message(conn), "got more than 24 bytes");
  CHECK_INT(imap_error_class(IMAP_ERR_LIMIT), IMAP_CLASS_ABORT);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
  wire_close(server, conn);
  for (int64_t tiny = 1; tiny < 6; tiny++) {
    conn = wire_selected(&server, "IMAP4rev1");
    CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, tiny), IMAP_OK);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_LIMIT);
    wire_close(server, conn);
  }
  conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 0), IMAP_OK);
  CHECK_RC(imap_cmd_fetch(conn, "1", "X", 0, NULL), IMAP_OK);
  wire_close(server, conn);
}

static void an_endless_line_ends_at_the_limit(void) {
  char *line = malloc(300001);
  memset(line, 'x', 300000);
  line[300000] = '\0';
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 100000), IMAP_OK);
  wire_answer(server, line, NULL);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_LIMIT);
  CHECK_HAS(imap_last_message(conn), "got more than 100000 bytes");
  wire_close(server, conn);
  free(line);
}

static void literals_and_responses_are_limited_before_they_come(void) {
  static const struct {
    int option;
    int64_t value;
    const char *answer;
    int rc;
  } cases[] = {
      {IMAP_OPT_MAX_LITERAL, 10, "* 1 FETCH (BODY[] {10}\r\n0123456789)\r\n", IMAP_OK},
      {IMAP_OPT_MAX_LITERAL, 10, "* 1 FETCH (BODY[] {11}\r\n", IMAP_ERR_LIMIT},
      {IMAP_OPT_MAX_LITERAL, 10, "* 1 FETCH (BODY[] {9223372036854775807}\r\n", IMAP_ERR_LIMIT},
      {IMAP_OPT_MAX_LITERAL, 0, "* 1 FETCH (BODY[] {99999999999999999999}\r\n", IMAP_ERR_PROTOCOL},
      {IMAP_OPT_MAX_RESPONSE, 60, "* 1 FETCH (A {1}\r\nx B {1}\r\nx C {1}\r\nx D {1}\r\nx E {1}\r\nx F {1}\r\nx)\r\n", IMAP_ERR_LIMIT},
      {IMAP_OPT_MAX_KEPT, 100, "* 1 FETCH (A {200}\r\n", IMAP_ERR_LIMIT},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    wire *server;
    char answer[600];
    imap_conn *conn = wire_selected(&server, "IMAP4rev1");
    CHECK_RC(imap_set_int(conn, cases[i].option, cases[i].value), IMAP_OK);
    snprintf(answer, sizeof answer, "%s", cases[i].answer);
    if (cases[i].option == IMAP_OPT_MAX_KEPT) {
      memset(answer + strlen(answer), 'x', 200);
      strcpy(answer + strlen(cases[i].answer) + 200, ")\r\n");
    }
    wire_answer(server, answer, NULL);
    CHECK_RC(imap_cmd_fetch(conn, "1", "A", 0, NULL), cases[i].rc);
    CHECK_RC(imap_last_error(conn), cases[i].rc);
    wire_close(server, conn);
  }
}

/* Sends a greeting and then an octet now and then, for ever; ctx is what to begin with. */
static void drip(peer *self, void *ctx) {
  char line[200];
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  if (peer_line(self, line, sizeof line) < 0)
    return;
  peer_say(self, ctx ? ctx : "");
  struct pollfd gone = {peer_fd(self), POLLIN, 0};
  /* The pause between octets is a wait for the client's end. */
  while (poll(&gone, 1, 3) == 0)
    if (peer_say(self, "x") != 0)
      break;
}

/* The call ends with TIMEOUT at the limit, at most 50 ms late in the best of three: the promise is the library's, not the
 * machine's. */
static void check_time(peer_talk talk, void *ctx, int option, int64_t limit_ms, const char *why) {
  long long best = 1000000, late = kit_is_watched() ? 1000 : 50;
  for (int attempt = 0; attempt < 3 && best > limit_ms + late; attempt++) {
    imap_conn *conn = NULL;
    imap_response *response = (imap_response *)(void *)&best;
    peer *server = peer_start(talk, ctx);
    int fd = peer_take_fd(server);
    CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
    CHECK_RC(imap_set_int(conn, option, limit_ms), IMAP_OK);
    long long began = kit_now_ms();
    int rc = imap_cmd_noop(conn, &response);
    long long took = kit_now_ms() - began;
    CHECK_RC(rc, IMAP_ERR_TIMEOUT);
    CHECK(response == NULL);
    CHECK_INT(imap_error_class(rc), IMAP_CLASS_TIMEOUT);
    CHECK_INT(imap_last_errno(conn), ETIMEDOUT);
    CHECK_HAS(imap_last_message(conn), why);
    CHECK(took >= limit_ms - 1);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_ERR_CLOSED);
    best = took < best ? took : best;
    imap_free(conn);
    peer_end(server);
  }
  if (best > limit_ms + late)
    kit_fail(__FILE__, __LINE__, "a limit of %lld ms took %lld ms", (long long)limit_ms, best);
}

static void silence(peer *self, void *ctx) {
  (void)ctx;
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  peer_stay(self);
}

static void a_silent_server_is_given_the_calls_time(void) {
  check_time(silence, NULL, IMAP_OPT_CALL_TIMEOUT_MS, 150, "CALL_TIMEOUT_MS");
}

static void a_dripping_server_gains_no_time(void) {
  check_time(drip, NULL, IMAP_OPT_CALL_TIMEOUT_MS, 150, "CALL_TIMEOUT_MS");
  check_time(drip, "* 1 FETCH (BODY[] {100000}\r\n", IMAP_OPT_CALL_TIMEOUT_MS, 150, "CALL_TIMEOUT_MS");
}

/* Sends data without end as fast as it goes. */
static void flood(peer *self, void *ctx) {
  char line[200];
  peer_say(self, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  if (peer_line(self, line, sizeof line) < 0)
    return;
  while (peer_say(self, ctx) == 0)
    ;
}

static void a_flood_gains_no_time_either(void) {
  check_time(flood, "* 5 EXISTS\r\n", IMAP_OPT_CALL_TIMEOUT_MS, 150, "CALL_TIMEOUT_MS");
}

static void a_stalled_server_is_given_the_stall_limit(void) {
  check_time(silence, NULL, IMAP_OPT_STALL_TIMEOUT_MS, 150, "STALL_TIMEOUT_MS");
  check_time(drip, NULL, IMAP_OPT_STALL_TIMEOUT_MS, 150, "STALL_TIMEOUT_MS");
  check_time(drip, "* 1 FETCH (BODY[] {100000}\r\n", IMAP_OPT_STALL_TIMEOUT_MS, 150, "STALL_TIMEOUT_MS");
}

static void no_greeting(peer *self, void *ctx) {
  (void)ctx;
  peer_stay(self);
}

static void an_open_ends_at_its_limit(void) {
  static const int64_t limits[] = {1, 100};
  for (size_t i = 0; i < COUNT_OF(limits); i++) {
    long long best = 1000000, late = kit_is_watched() ? 1000 : 50;
    for (int attempt = 0; attempt < 3 && best > limits[i] + late; attempt++) {
      imap_options *options = with(IMAP_OPT_CONNECT_TIMEOUT_MS, limits[i]);
      imap_conn *conn = NULL;
      peer *server = peer_listen(no_greeting, NULL, 1);
      long long began = kit_now_ms();
      int rc = imap_open("127.0.0.1", peer_port(server), IMAP_TLS_NONE, options, &conn);
      long long took = kit_now_ms() - began;
      CHECK_RC(rc, IMAP_ERR_TIMEOUT);
      CHECK_INT(imap_error_class(rc), IMAP_CLASS_TIMEOUT);
      CHECK_INT(imap_fd(conn), -1);
      best = took < best ? took : best;
      imap_free(conn);
      peer_end(server);
      imap_options_free(options);
    }
    if (best > limits[i] + late)
      kit_fail(__FILE__, __LINE__, "an open limited to %lld ms took %lld ms", (long long)limits[i], best);
  }
}

static void no_limit_is_no_limit(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_set_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, 0), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, 0), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_close(server, conn);
}

static void an_append_that_may_have_happened_says_so(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n"},
                                    {"# APPEND a {1+}", NULL},
                                    {"m", NULL},
                                    {NULL, NULL}};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, "m", 1, 0, NULL), IMAP_ERR_CLOSED);
  CHECK_HAS(imap_last_message(conn), "may have been carried out");
  imap_free(conn);
  peer_end(server);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(the_greetings_line_is_limited),
      TEST(the_limit_of_a_line_counts_its_crlf_and_may_change),
      TEST(an_endless_line_ends_at_the_limit),
      TEST(literals_and_responses_are_limited_before_they_come),
      TEST(a_silent_server_is_given_the_calls_time),
      TEST(a_dripping_server_gains_no_time),
      TEST(a_flood_gains_no_time_either),
      TEST(a_stalled_server_is_given_the_stall_limit),
      TEST(an_open_ends_at_its_limit),
      TEST(no_limit_is_no_limit),
      TEST(an_append_that_may_have_happened_says_so),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
