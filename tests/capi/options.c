/* Options: defaults, ranges, reading back, copies for each connection, and what may change while one is open. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <imap4.h>

static const struct {
  int option;
  int64_t standard, low, high;
  int is_live;
} NUMBERS[] = {
    {IMAP_OPT_NONBLOCK, 0, 0, 1, 0},
    {IMAP_OPT_RETURN_ON_SIGNAL, 0, 0, 1, 1},
    {IMAP_OPT_CONNECT_TIMEOUT_MS, 60000, 0, INT32_MAX, 0},
    {IMAP_OPT_STALL_TIMEOUT_MS, 60000, 0, INT32_MAX, 1},
    {IMAP_OPT_CALL_TIMEOUT_MS, 0, 0, INT32_MAX, 1},
    {IMAP_OPT_MAX_LINE, 8 << 20, 0, 1 << 30, 1},
    {IMAP_OPT_MAX_LITERAL, 256 << 20, 0, INT64_MAX, 1},
    {IMAP_OPT_MAX_RESPONSE, 8 << 20, 0, 1 << 30, 1},
    {IMAP_OPT_MAX_DEPTH, 100, 1, 10000, 1},
    {IMAP_OPT_MAX_UNASKED, 32 << 20, 0, INT64_MAX, 1},
    {IMAP_OPT_MAX_KEPT, 1 << 30, 0, INT64_MAX, 1},
    {IMAP_OPT_UNTAGGED_KEEP, 1000, 0, 1000000, 1},
    {IMAP_OPT_TRACE_LEVEL, 1, 0, 5, 1},
    {IMAP_OPT_TRACE_KEEP, 20, 0, 100000, 1},
    {IMAP_OPT_TLS_VERIFY, 1, 0, 1, 0},
    {IMAP_OPT_TLS_MIN_VERSION, 12, 10, 13, 0},
    {IMAP_OPT_KEEPALIVE, 0, 0, 1, 0},
    {IMAP_OPT_ALLOW_PLAINTEXT_AUTH, 0, 0, 1, 1},
    {IMAP_OPT_RESOLVE_INLINE, 0, 0, 1, 0},
    {IMAP_OPT_LITERAL_STREAM_MIN, 0, 0, INT64_MAX, 1},
    {IMAP_OPT_IDLE_RENEW_MS, 28 * 60000, 0, INT32_MAX, 1},
    {IMAP_OPT_IDLE_POLL_MS, 60000, 0, INT32_MAX, 1},
};
static const int TEXTS[] = {IMAP_OPT_TLS_CA_FILE, IMAP_OPT_TLS_CA_DIR, IMAP_OPT_TLS_CERT_FILE, IMAP_OPT_TLS_KEY_FILE,
                            IMAP_OPT_TLS_SERVER_NAME, IMAP_OPT_CONNECT_ADDR, IMAP_OPT_LOCAL_ADDR};
static const int UNSUPPORTED[] = {0, -1, 99, 24, 1000};

static int64_t value_of(const imap_options *options, int option) {
  int64_t value = -1;
  CHECK_RC(imap_options_get_int(options, option, &value), IMAP_OK);
  return value;
}

static void numbers_have_defaults_and_ranges(void) {
  imap_options *options = NULL;
  REQUIRE(imap_options_new(&options) == IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
    int option = NUMBERS[i].option;
    CHECK_INT(value_of(options, option), NUMBERS[i].standard);
    CHECK_RC(imap_options_set_int(options, option, NUMBERS[i].low), IMAP_OK);
    CHECK_INT(value_of(options, option), NUMBERS[i].low);
    CHECK_RC(imap_options_set_int(options, option, NUMBERS[i].high), IMAP_OK);
    CHECK_INT(value_of(options, option), NUMBERS[i].high);
    CHECK_RC(imap_options_set_int(options, option, NUMBERS[i].low - 1), IMAP_ERR_ARGUMENT);
    if (NUMBERS[i].high < INT64_MAX)
      CHECK_RC(imap_options_set_int(options, option, NUMBERS[i].high + 1), IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_options_set_int(options, option, INT64_MIN), IMAP_ERR_ARGUMENT);
    CHECK_INT(value_of(options, option), NUMBERS[i].high);
    CHECK_RC(imap_options_set_str(options, option, "1"), IMAP_ERR_UNSUPPORTED);
  }
  static const int families[] = {0, 4, 6};
  for (int family = -1; family < 8; family++)
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_IP_FAMILY, family),
             family == families[0] || family == families[1] || family == families[2] ? IMAP_OK : IMAP_ERR_ARGUMENT);
  imap_options_free(options);
}

static void texts_are_copied_read_back_and_unset(void) {
  imap_options *options = NULL;
  REQUIRE(imap_options_new(&options) == IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
    char text[] = "some text";
    const char *value = text;
    CHECK_RC(imap_options_get_str(options, TEXTS[i], &value), IMAP_OK);
    CHECK(value == NULL);
    CHECK_RC(imap_options_set_str(options, TEXTS[i], text), IMAP_OK);
    text[0] = 'X';
    CHECK_RC(imap_options_get_str(options, TEXTS[i], &value), IMAP_OK);
    CHECK_STR(value, "some text");
    CHECK_RC(imap_options_set_str(options, TEXTS[i], "not \xff UTF-8"), IMAP_ERR_ARGUMENT);
    CHECK_RC(imap_options_set_str(options, TEXTS[i], ""), IMAP_OK);
    CHECK_RC(imap_options_set_str(options, TEXTS[i], NULL), IMAP_OK);
    CHECK_RC(imap_options_get_str(options, TEXTS[i], &value), IMAP_OK);
    CHECK(value == NULL);
    CHECK_RC(imap_options_set_int(options, TEXTS[i], 1), IMAP_ERR_UNSUPPORTED);
  }
  imap_options_free(options);
}

static void unknown_and_reserved_options_are_unsupported(void) {
  imap_options *options = NULL;
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  REQUIRE(imap_options_new(&options) == IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(UNSUPPORTED); i++) {
    int64_t number = 7;
    const char *text = "";
    CHECK_RC(imap_options_set_int(options, UNSUPPORTED[i], 1), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_options_get_int(options, UNSUPPORTED[i], &number), IMAP_ERR_UNSUPPORTED);
    CHECK_INT(number, 0);
    CHECK_RC(imap_options_set_str(options, UNSUPPORTED[i], "x"), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_options_get_str(options, UNSUPPORTED[i], &text), IMAP_ERR_UNSUPPORTED);
    CHECK(text == NULL);
    CHECK_RC(imap_set_int(conn, UNSUPPORTED[i], 1), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_get_int(conn, UNSUPPORTED[i], &number), IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_get_str(conn, UNSUPPORTED[i], &text), IMAP_ERR_UNSUPPORTED);
  }
  imap_options_free(options);
  wire_close(server, conn);
}

static void live_options_change_on_an_open_connection_and_others_do_not(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
    int64_t value = -1;
    CHECK_RC(imap_get_int(conn, NUMBERS[i].option, &value), IMAP_OK);
    CHECK_INT(value, NUMBERS[i].standard);
    CHECK_RC(imap_set_int(conn, NUMBERS[i].option, NUMBERS[i].high), NUMBERS[i].is_live ? IMAP_OK : IMAP_ERR_UNSUPPORTED);
    CHECK_RC(imap_get_int(conn, NUMBERS[i].option, &value), IMAP_OK);
    CHECK_INT(value, NUMBERS[i].is_live ? NUMBERS[i].high : NUMBERS[i].standard);
    CHECK_RC(imap_set_int(conn, NUMBERS[i].option, NUMBERS[i].standard), NUMBERS[i].is_live ? IMAP_OK : IMAP_ERR_UNSUPPORTED);
    if (NUMBERS[i].is_live)
      CHECK_RC(imap_set_int(conn, NUMBERS[i].option, NUMBERS[i].low - 1), IMAP_ERR_ARGUMENT);
  }
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  wire_close(server, conn);
}

/* The memory behind them may be shared; what they say is not, and a text that was handed out stays where it is. */
static void a_connection_and_the_options_it_was_opened_with_change_apart(void) {
  static const peer_step steps[] = {{NULL, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  imap_options *options = NULL;
  imap_conn *conns[2];
  peer *servers[2];
  const char *ours = NULL, *theirs = NULL, *text = NULL;
  int64_t value = 0;
  int rc;
  REQUIRE(imap_options_new(&options) == IMAP_OK);
  CHECK_RC(imap_options_set_str(options, IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[]"), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_MAX_DEPTH, 7), IMAP_OK);
  for (int i = 0; i < 2; i++) {
    conns[i] = peer_open(&servers[i], steps, options, &rc);
    CHECK_RC(rc, IMAP_OK);
  }
  CHECK_RC(imap_options_get_str(options, IMAP_OPT_LITERAL_STREAM_ITEMS, &ours), IMAP_OK);
  CHECK_RC(imap_get_str(conns[0], IMAP_OPT_LITERAL_STREAM_ITEMS, &theirs), IMAP_OK);
  CHECK_RC(imap_set_int(conns[0], IMAP_OPT_MAX_DEPTH, 8), IMAP_OK);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_MAX_DEPTH, 9), IMAP_OK);
  imap_free(conns[1]);
  peer_end(servers[1]);
  CHECK_STR(ours, "BODY[]");
  CHECK_STR(theirs, "BODY[]");
  CHECK_RC(imap_set_str(conns[0], IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[1]"), IMAP_OK);
  CHECK_STR(ours, "BODY[]");
  CHECK_RC(imap_options_get_int(options, IMAP_OPT_MAX_DEPTH, &value), IMAP_OK);
  CHECK_INT(value, 9);
  imap_options_free(options);
  CHECK_RC(imap_get_int(conns[0], IMAP_OPT_MAX_DEPTH, &value), IMAP_OK);
  CHECK_INT(value, 8);
  CHECK_RC(imap_get_str(conns[0], IMAP_OPT_LITERAL_STREAM_ITEMS, &text), IMAP_OK);
  CHECK_STR(text, "BODY[1]");
  imap_free(conns[0]);
  peer_end(servers[0]);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(numbers_have_defaults_and_ranges),
      TEST(texts_are_copied_read_back_and_unset),
      TEST(unknown_and_reserved_options_are_unsupported),
      TEST(live_options_change_on_an_open_connection_and_others_do_not),
      TEST(a_connection_and_the_options_it_was_opened_with_change_apart),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
