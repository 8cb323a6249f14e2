/* The scripted server's faults and attacks: refused openings, connections that end or stall anywhere, lines and literals
 * without measure, broken STARTTLS, answers nobody asked for. What ends a connection, with which code, how soon; and what
 * must not end it. */
#include "server_kit.h"

#include <pthread.h>

/* A time limit of this long must be noticed within 50 ms. */
enum { LIMIT_MS = 300, GRACE_MS = 50 };

static imap_options *limited(int option, int64_t value) {
  imap_options *options = NULL;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, setting("CA_FILE")), IMAP_OK);
  if (option)
    CHECK_RC(imap_options_set_int(options, option, value), IMAP_OK);
  return options;
}

/* Runs a call that has to meet the limit, and looks at how long it took. On a busy machine this process may get its turn
 * late: it has three tries. */
typedef void (*limited_call)(const void *ctx, long long *took);
static void meets_the_limit(int line, limited_call call, const void *ctx) {
  long long took = 0;
  for (int tries = 0; tries < 3; tries++) {
    call(ctx, &took);
    if (took <= LIMIT_MS + GRACE_MS || kit_is_watched())
      break;
  }
  if (took < LIMIT_MS - 1 || (took > LIMIT_MS + GRACE_MS && !kit_is_watched()))
    kit_fail(__FILE__, line, "a limit of %d ms was noticed after %lld ms", LIMIT_MS, took);
}

/* A connection that is over says so, whatever is asked of it. */
static void is_over(int line, imap_conn *conn) {
  int rc = imap_cmd_capability(conn, NULL);
  if (rc >= 0)
    kit_fail(__FILE__, line, "the connection still answers: %s", imap_error_name(rc));
  kit_check_int(__FILE__, line, "imap_fd(conn)", imap_fd(conn), -1);
  kit_check_rc(__FILE__, line, "imap_logout_and_free(conn)", imap_logout_and_free(conn), IMAP_OK);
}

/* Opens a scenario's port with an outcome in mind, and looks at the message. */
static imap_conn *open_for(int line, const char *name, int tls, const imap_options *options, int want, const char *part) {
  imap_conn *conn = NULL;
  int rc = imap_open("localhost", port(name), tls, options, &conn);
  if (rc != want || (part && strstr(imap_last_message(conn), part) == NULL))
    kit_fail(__FILE__, line, "%s gave %s, not %s with \"%s\": %s", name, imap_error_name(rc), imap_error_name(want),
             part ? part : "", imap_last_message(conn));
  return conn;
}

/* In a scenario with a mailbox of three messages selected. */
static imap_conn *selected(const char *name) {
  imap_conn *conn = login_to(name, "alice");
  if (conn)
    OK(conn, imap_cmd_select(conn, "INBOX", 0, NULL));
  return conn;
}

static const struct {
  const char *port;
  int rc;
  const char *part;
} refused_openings[] = {
    {"SCENARIO_BYE_GREETING_PORT", IMAP_ERR_BYE, "too many connections from your address"},
    {"SCENARIO_GARBAGE_GREETING_PORT", IMAP_ERR_GREETING, "HTTP/1.1 400 Bad Request"},
    {"SCENARIO_GREETING_CLOSE_PORT", IMAP_ERR_CLOSED, NULL},
    {"SCENARIO_IMAP2_ONLY_PORT", IMAP_ERR_GREETING, "server not IMAP4 compliant"},
    {"SCENARIO_CAPABILITY_BAD_PORT", IMAP_ERR_GREETING, "CAPABILITY"},
    {"SCENARIO_NO_CAPABILITY_ANSWER_PORT", IMAP_ERR_GREETING, "CAPABILITY"},
};

static void openings_are_refused_with_the_reason(void) {
  for (size_t i = 0; i < COUNT_OF(refused_openings); i++) {
    imap_conn *conn =
        open_for(__LINE__, refused_openings[i].port, IMAP_TLS_NONE, NULL, refused_openings[i].rc, refused_openings[i].part);
    is_over(__LINE__, conn);
  }
}

typedef struct silence {
  const char *port;
  int tls;
} silence;

static void open_silence(const void *ctx, long long *took) {
  const silence *at = ctx;
  imap_options *options = limited(IMAP_OPT_CONNECT_TIMEOUT_MS, LIMIT_MS);
  long long began = kit_now_ms();
  imap_conn *conn = open_for(__LINE__, at->port, at->tls, options, IMAP_ERR_TIMEOUT, NULL);
  *took = kit_now_ms() - began;
  is_over(__LINE__, conn);
  imap_options_free(options);
}

static void a_silent_server_times_out(void) {
  static const silence silent[] = {
      {"SCENARIO_SILENT_PORT", IMAP_TLS_NONE},         {"SCENARIO_SILENT_PORT", IMAP_TLS_IMPLICIT},
      {"SCENARIO_SILENT_TLS_PORT", IMAP_TLS_IMPLICIT}, {"SCENARIO_SILENT_PORT", IMAP_TLS_STARTTLS},
      {"SCENARIO_DRIP_PORT", IMAP_TLS_NONE},           {"SCENARIO_DRIP_ENDLESS_PORT", IMAP_TLS_NONE},
  };
  for (size_t i = 0; i < COUNT_OF(silent); i++)
    meets_the_limit(__LINE__, open_silence, &silent[i]);
  CHECK_INT(imap_error_class(IMAP_ERR_TIMEOUT), IMAP_CLASS_TIMEOUT);
}

static void slow_and_dripping_servers_are_waited_for(void) {
  imap_conn *conn = open_port("SCENARIO_SLOW_GREETING_PORT", NULL);
  REQUIRE(conn);
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  imap_logout_and_free(conn);
  conn = open_port("SCENARIO_DRIP_PORT", NULL);
  REQUIRE(conn);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_free(conn);
}

/* CAPABILITY's answer takes longer than the limit, though some of it comes all the time. */
static void drip_too_long(const void *ctx, long long *took) {
  (void)ctx;
  imap_conn *conn = open_port("SCENARIO_DRIP_PORT", NULL);
  REQUIRE(conn);
  OK(conn, imap_set_int(conn, IMAP_OPT_CALL_TIMEOUT_MS, LIMIT_MS));
  long long began = kit_now_ms();
  RC(conn, imap_cmd_capability(conn, NULL), IMAP_ERR_TIMEOUT);
  *took = kit_now_ms() - began;
  is_over(__LINE__, conn);
}

static void dripping_does_not_put_off_the_limit_of_a_call(void) { meets_the_limit(__LINE__, drip_too_long, NULL); }

static void *wake(void *conn) {
  imap_wakeup(conn);
  return NULL;
}

static void waits_are_ended_and_taken_up_again(void) {
  imap_conn *conn = open_port("SCENARIO_DRIP_PORT", NULL);
  REQUIRE(conn);
  imap_response *r = NULL;
  pthread_t thread;
  int again = 0, rc;
  REQUIRE(pthread_create(&thread, NULL, wake, conn) == 0);
  RC(conn, imap_cmd_capability(conn, &r), IMAP_ERR_WOKEN);
  pthread_join(thread, NULL);
  CHECK(r == NULL);
  while ((rc = imap_wait(conn, imap_last_id(conn), 100, &r)) == IMAP_AGAIN)
    again++;
  RC(conn, rc, IMAP_OK);
  CHECK(again >= 3);
  CHECK_STR(item(r, NULL, 0), "IMAP4rev1");
  imap_response_free(r);
  RC(conn, imap_wait(conn, imap_last_id(conn), 0, NULL), IMAP_ERR_ARGUMENT);
  imap_free(conn);
}

typedef struct stall {
  const char *port;
  int tls;
  int option;
} stall;

static void fetch_until_it_stalls(const void *ctx, long long *took) {
  const stall *at = ctx;
  imap_options *options = limited(0, 0);
  imap_response *r = NULL;
  imap_conn *conn = open_for(__LINE__, at->port, at->tls, options, IMAP_OK, NULL);
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  OK(conn, imap_set_int(conn, at->option, LIMIT_MS));
  long long began = kit_now_ms();
  RC(conn, imap_cmd_fetch(conn, "1", "BODY[]", 0, &r), IMAP_ERR_TIMEOUT);
  *took = kit_now_ms() - began;
  CHECK(r == NULL);
  CHECK_HAS(imap_last_message(conn), "FETCH");
  is_over(__LINE__, conn);
  imap_options_free(options);
}

static void a_stall_in_a_literal_is_noticed(void) {
  static const stall stalls[] = {
      {"SCENARIO_STALL_IN_LITERAL_PORT", IMAP_TLS_NONE, IMAP_OPT_STALL_TIMEOUT_MS},
      {"SCENARIO_STALL_IN_LITERAL_PORT", IMAP_TLS_NONE, IMAP_OPT_CALL_TIMEOUT_MS},
      {"SCENARIO_STALL_IN_LITERAL_TLS_PORT", IMAP_TLS_IMPLICIT, IMAP_OPT_STALL_TIMEOUT_MS},
      {"SCENARIO_STALL_IN_LITERAL_TLS_PORT", IMAP_TLS_IMPLICIT, IMAP_OPT_CALL_TIMEOUT_MS},
  };
  for (size_t i = 0; i < COUNT_OF(stalls); i++)
    meets_the_limit(__LINE__, fetch_until_it_stalls, &stalls[i]);
}

static const struct {
  const char *port;
  int rc;
  const char *part;
} broken_fetches[] = {
    {"SCENARIO_BYE_DURING_FETCH_PORT", IMAP_ERR_BYE, "going down for maintenance"},
    {"SCENARIO_CLOSE_IN_LITERAL_PORT", IMAP_ERR_CLOSED, "FETCH"},
    {"SCENARIO_CLOSE_IN_RESPONSE_PORT", IMAP_ERR_CLOSED, "FETCH"},
    {"SCENARIO_HUGE_LITERAL_PORT", IMAP_ERR_LIMIT, "4611686018427387904"},
    {"SCENARIO_OVERFLOWING_LITERAL_PORT", IMAP_ERR_PROTOCOL, NULL},
};

static void a_broken_fetch_ends_the_connection_with_the_reason(void) {
  for (size_t i = 0; i < COUNT_OF(broken_fetches); i++) {
    imap_conn *conn = selected(broken_fetches[i].port);
    REQUIRE(conn);
    imap_response *r = NULL;
    RC(conn, imap_cmd_fetch(conn, "1:3", "FLAGS BODY[]", 0, &r), broken_fetches[i].rc);
    CHECK(r == NULL);
    CHECK_INT(imap_error_class(broken_fetches[i].rc), IMAP_CLASS_ABORT);
    if (broken_fetches[i].part)
      CHECK_HAS(imap_last_message(conn), broken_fetches[i].part);
    is_over(__LINE__, conn);
  }
}

static void a_reset_connection_is_an_abort_or_a_system_error(void) {
  imap_conn *conn = selected("SCENARIO_RESET_IN_RESPONSE_PORT");
  REQUIRE(conn);
  int rc = imap_cmd_fetch(conn, "1:3", "FLAGS", 0, NULL);
  CHECK(rc == IMAP_ERR_SYSTEM || rc == IMAP_ERR_CLOSED);
  CHECK(rc != IMAP_ERR_SYSTEM || imap_last_errno(conn) != 0);
  is_over(__LINE__, conn);
}

static void bye_counts_even_if_the_tagged_ok_follows(void) {
  imap_conn *conn = login_to("SCENARIO_TAGGED_AFTER_BYE_PORT", "alice");
  REQUIRE(conn);
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_BYE);
  CHECK_HAS(imap_last_message(conn), "idle for too long");
  is_over(__LINE__, conn);
}

/* Octets this process has ever had in memory at once, in KiB. */
static long peak_kib(void) {
  char line[200];
  long kib = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, "VmHWM:", 6) == 0)
      kib = atol(line + 6);
  if (file)
    fclose(file);
  return kib;
}

static void an_announced_size_reserves_no_memory(void) {
  imap_conn *conn = selected("SCENARIO_HUGE_LITERAL_PORT");
  REQUIRE(conn);
  long before = peak_kib();
  OK(conn, imap_set_int(conn, IMAP_OPT_MAX_LITERAL, 0));
  /* Without a limit of the caller's there is still that of memory: 2^62 octets are refused, not awaited. */
  RC(conn, imap_cmd_fetch(conn, "1", "BODY[]", 0, NULL), IMAP_ERR_LIMIT);
  CHECK(kit_is_watched() || peak_kib() - before < 4 * 1024);
  is_over(__LINE__, conn);
}

static void a_line_without_end_is_cut_at_the_limit(void) {
  imap_conn *conn = login_to("SCENARIO_ENDLESS_LINE_PORT", "alice");
  REQUIRE(conn);
  OK(conn, imap_set_int(conn, IMAP_OPT_MAX_LINE, 1000000));
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_LIMIT);
  CHECK_HAS(imap_last_message(conn), "got more than 1000000 bytes");
  CHECK_INT(imap_error_class(IMAP_ERR_LIMIT), IMAP_CLASS_ABORT);
  is_over(__LINE__, conn);
  /* The limit by default is larger and holds too. */
  conn = login_to("SCENARIO_ENDLESS_LINE_PORT", "alice");
  REQUIRE(conn);
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_LIMIT);
  CHECK_HAS(imap_last_message(conn), "got more than 8388608 bytes");
  is_over(__LINE__, conn);
}

static void the_greeting_has_the_same_limit(void) {
  imap_options *options = limited(IMAP_OPT_MAX_LINE, 20);
  is_over(__LINE__, open_for(__LINE__, "SCENARIO_BASIC_PORT", IMAP_TLS_NONE, options, IMAP_ERR_LIMIT, "got more than 20 bytes"));
  imap_options_free(options);
}

static void a_bare_lf_breaks_the_protocol(void) {
  imap_conn *conn = login_to("SCENARIO_BARE_LF_PORT", "alice");
  REQUIRE(conn);
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_PROTOCOL);
  CHECK_INT(imap_error_class(IMAP_ERR_PROTOCOL), IMAP_CLASS_ABORT);
  is_over(__LINE__, conn);
}

static void an_answer_before_its_command_is_an_attack(void) {
  imap_conn *conn = login_to("SCENARIO_EARLY_TAGGED_OK_PORT", "alice");
  REQUIRE(conn);
  int rc = imap_cmd_noop(conn, NULL);
  CHECK(rc == IMAP_OK || rc == IMAP_ERR_PROTOCOL);
  rc = imap_cmd_noop(conn, NULL);
  CHECK(rc < 0);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  is_over(__LINE__, conn);
}

static void a_foreign_tag_is_an_event(void) {
  imap_conn *conn = login_to("SCENARIO_FOREIGN_TAG_PORT", "alice");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_noop(conn, NULL));
  OK(conn, imap_event_next(conn, &r));
  const char *raw = NULL;
  size_t len = 0;
  OK(conn, imap_response_raw(r, &raw, &len));
  CHECK_OCTETS(raw, len, "x-unknown-tag OK whose is this?\r\n");
  imap_response_free(r);
  imap_logout_and_free(conn);
}

static void odd_lines_do_not_end_the_connection(void) {
  imap_conn *conn = login_to("SCENARIO_UNKNOWN_RESPONSES_PORT", "alice");
  REQUIRE(conn);
  OK(conn, imap_cmd_noop(conn, NULL));
  int events = 0, seen = 0;
  imap_response *r = NULL;
  while (imap_event_next(conn, &r) == IMAP_OK) {
    const char *raw = NULL;
    size_t len = 0;
    OK(conn, imap_response_raw(r, &raw, &len));
    CHECK(len >= 2 && memcmp(raw + len - 2, "\r\n", 2) == 0);
    seen += len == 24 && memcmp(raw, "Server Unavailable. 15\r\n", 24) == 0;
    events++;
    drop(&r);
  }
  CHECK(events >= 10);
  CHECK_INT(seen, 1);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static void nesting_without_measure_is_one_odd_response(void) {
  imap_conn *conn = selected("SCENARIO_DEEP_NESTING_PORT");
  REQUIRE(conn);
  imap_response *r = NULL;
  OK(conn, imap_cmd_fetch(conn, "1", "BODYSTRUCTURE", 0, &r));
  CHECK_INT(imap_response_malformed(imap_response_row(r, 0)), 1);
  imap_response_free(r);
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
}

static const struct {
  const char *port;
  int rc;
  const char *part;
} broken_starttls[] = {
    {"SCENARIO_STARTTLS_REFUSED_PORT", IMAP_ERR_TLS_REFUSED, "TLS is not available at the moment"},
    {"SCENARIO_STARTTLS_BAD_PORT", IMAP_ERR_TLS_REFUSED, "unknown command"},
    {"SCENARIO_STARTTLS_NOT_OFFERED_PORT", IMAP_ERR_TLS_REFUSED, "STARTTLS"},
    {"SCENARIO_STARTTLS_INJECTION_PORT", IMAP_ERR_PROTOCOL, "in clear after its OK"},
    {"SCENARIO_STARTTLS_GARBAGE_PORT", IMAP_ERR_TLS, NULL},
    {"SCENARIO_STARTTLS_PREAUTH_PORT", IMAP_ERR_TLS_REFUSED, "PREAUTH"},
};

static void broken_starttls_never_leaves_a_connection_in_clear(void) {
  imap_options *options = limited(0, 0);
  for (size_t i = 0; i < COUNT_OF(broken_starttls); i++) {
    imap_conn *conn =
        open_for(__LINE__, broken_starttls[i].port, IMAP_TLS_STARTTLS, options, broken_starttls[i].rc, broken_starttls[i].part);
    CHECK(imap_cmd_login(conn, "a", "b", NULL) < 0);
    is_over(__LINE__, conn);
  }
  imap_options_free(options);
}

static void starttls_later_fails_as_well(void) {
  imap_options *options = limited(0, 0);
  imap_response *r = NULL;
  imap_conn *conn = open_for(__LINE__, "SCENARIO_STARTTLS_REFUSED_PORT", IMAP_TLS_NONE, options, IMAP_OK, NULL);
  RC(conn, imap_starttls(conn, &r), IMAP_ERR_TLS_REFUSED);
  CHECK_INT(imap_response_status(r), IMAP_STATUS_NO);
  drop(&r);
  is_over(__LINE__, conn);
  conn = open_for(__LINE__, "SCENARIO_STARTTLS_INJECTION_PORT", IMAP_TLS_NONE, options, IMAP_OK, NULL);
  RC(conn, imap_starttls(conn, &r), IMAP_ERR_PROTOCOL);
  CHECK(!imap_has_capability(conn, "AUTH=INJECTED"));
  is_over(__LINE__, conn);
  conn = open_for(__LINE__, "SCENARIO_STARTTLS_NOT_OFFERED_PORT", IMAP_TLS_NONE, options, IMAP_OK, NULL);
  RC(conn, imap_starttls(conn, &r), IMAP_ERR_UNSUPPORTED);
  CHECK(r == NULL);
  OK(conn, imap_cmd_capability(conn, NULL));
  imap_free(conn);
  imap_options_free(options);
}

static void starttls_forgets_what_was_said_in_clear(void) {
  imap_options *options = limited(0, 0);
  imap_conn *conn = open_for(__LINE__, "SCENARIO_STARTTLS_PORT", IMAP_TLS_NONE, options, IMAP_OK, NULL);
  CHECK(imap_has_capability(conn, "LOGINDISABLED"));
  RC(conn, imap_cmd_login(conn, "a", "b", NULL), IMAP_ERR_INSECURE);
  OK(conn, imap_starttls(conn, NULL));
  CHECK(!imap_has_capability(conn, "LOGINDISABLED"));
  CHECK(!imap_has_capability(conn, "STARTTLS"));
  CHECK(imap_has_capability(conn, "IDLE"));
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  imap_logout_and_free(conn);
  imap_options_free(options);
}

static void faults_inside_tls_end_the_same_way(void) {
  imap_options *options = limited(0, 0);
  imap_conn *conn = open_for(__LINE__, "SCENARIO_CLOSE_IN_LITERAL_TLS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_OK, NULL);
  OK(conn, imap_cmd_login(conn, "a", "b", NULL));
  OK(conn, imap_cmd_select(conn, NULL, 0, NULL));
  RC(conn, imap_cmd_fetch(conn, "1:2", "BODY[]", 0, NULL), IMAP_ERR_CLOSED);
  is_over(__LINE__, conn);
  is_over(__LINE__, open_for(__LINE__, "SCENARIO_BYE_GREETING_TLS_PORT", IMAP_TLS_IMPLICIT, options, IMAP_ERR_BYE, "too many"));
  imap_options_free(options);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(openings_are_refused_with_the_reason),
      TEST(a_silent_server_times_out),
      TEST(slow_and_dripping_servers_are_waited_for),
      TEST(dripping_does_not_put_off_the_limit_of_a_call),
      TEST(waits_are_ended_and_taken_up_again),
      TEST(a_stall_in_a_literal_is_noticed),
      TEST(a_broken_fetch_ends_the_connection_with_the_reason),
      TEST(a_reset_connection_is_an_abort_or_a_system_error),
      TEST(bye_counts_even_if_the_tagged_ok_follows),
      TEST(an_announced_size_reserves_no_memory),
      TEST(a_line_without_end_is_cut_at_the_limit),
      TEST(the_greeting_has_the_same_limit),
      TEST(a_bare_lf_breaks_the_protocol),
      TEST(an_answer_before_its_command_is_an_attack),
      TEST(a_foreign_tag_is_an_event),
      TEST(odd_lines_do_not_end_the_connection),
      TEST(nesting_without_measure_is_one_odd_response),
      TEST(broken_starttls_never_leaves_a_connection_in_clear),
      TEST(starttls_later_fails_as_well),
      TEST(starttls_forgets_what_was_said_in_clear),
      TEST(faults_inside_tls_end_the_same_way),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
