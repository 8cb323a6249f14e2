/* Misuse: every exported function with NULL, with handles of another kind and in the wrong order, with zero sizes, huge
 * indices, negative numbers and unknown flags. Nothing crashes, outs are cleared, and a handle that was misused works on. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Memory that is no handle, and larger than any. */
static char junk[4096];

static const char *const strings[] = {"a", "b"};
static imap_arg one_arg = {"a", 1, IMAP_ARG_ATOM, 0};

static int never_called(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  (void)ctx, (void)challenge, (void)len, (void)reply;
  kit_fail(__FILE__, __LINE__, "the callback was called");
  return 1;
}

/* Every function that takes a connection and an out-pointer for a response, called with what would be good arguments. */
#define RESPONSE_CALLS(conn, out) \
  { \
    imap_starttls(conn, out), imap_wait(conn, 0, 0, out), imap_command(conn, "NOOP", &one_arg, 1, out), \
        imap_command_text(conn, "NOOP", out), imap_cmd_xatom(conn, "NOOP", NULL, out), \
        imap_cmd_uid(conn, "FETCH", "1 (FLAGS)", out), imap_cmd_capability(conn, out), imap_cmd_noop(conn, out), \
        imap_cmd_logout(conn, out), imap_cmd_login(conn, "a", "b", out), imap_cmd_id(conn, strings, 2, out), \
        imap_cmd_enable(conn, "X", out), imap_cmd_namespace(conn, out), imap_cmd_proxyauth(conn, "a", out), \
        imap_cmd_recent(conn, out), imap_cmd_select(conn, "a", 0, out), imap_cmd_create(conn, "a", out), \
        imap_cmd_delete(conn, "a", out), imap_cmd_rename(conn, "a", "b", out), imap_cmd_subscribe(conn, "a", out), \
        imap_cmd_unsubscribe(conn, "a", out), imap_cmd_list(conn, "a", "b", out), imap_cmd_lsub(conn, "a", "b", out), \
        imap_cmd_status(conn, "a", "MESSAGES", out), imap_cmd_check(conn, out), imap_cmd_close(conn, out), \
        imap_cmd_unselect(conn, out), imap_cmd_fetch(conn, "1", "FLAGS", 0, out), \
        imap_cmd_partial(conn, "1", "RFC822", 1, 1, out), imap_cmd_store(conn, "1", "FLAGS", "a", 0, out), \
        imap_cmd_copy(conn, "1", "a", 0, out), imap_cmd_move(conn, "1", "a", 0, out), \
        imap_cmd_expunge(conn, "1", out), imap_cmd_search(conn, NULL, "ALL", 0, out), \
        imap_cmd_sort(conn, "DATE", NULL, "ALL", 0, out), imap_cmd_thread(conn, "X", NULL, "ALL", 0, out), \
        imap_cmd_append(conn, "a", NULL, NULL, "m", 1, 0, out), imap_cmd_getacl(conn, "a", out), \
        imap_cmd_setacl(conn, "a", "b", "c", out), imap_cmd_deleteacl(conn, "a", "b", out), \
        imap_cmd_myrights(conn, "a", out), imap_cmd_getquota(conn, "a", out), \
        imap_cmd_getquotaroot(conn, "a", out), imap_cmd_setquota(conn, "a", "STORAGE 1", out), \
        imap_cmd_getannotation(conn, "a", "b", "c", out), imap_cmd_setannotation(conn, "a", "b", "c", out), \
        imap_cmd_authenticate(conn, "PLAIN", NULL, "a", "b", out), imap_cmd_login_cram_md5(conn, "a", "b", out), \
        imap_cmd_authenticate_callback(conn, "X", never_called, NULL, out), \
        imap_auth_begin(conn, "X", "a", 1, out), imap_auth_reply(conn, "a", 1, out), imap_auth_cancel(conn, out), \
        imap_greeting(conn, out), imap_event_next(conn, out), imap_untagged(conn, "a", out), \
        imap_append_end(conn, out), imap_cmd_append_fd(conn, "a", NULL, NULL, 0, 1, out) \
  }

static void check_all_are(int want, const int *codes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (codes[i] != want)
      kit_fail(__FILE__, __LINE__, "call %zu of the list gives %s", i, imap_error_name(codes[i]));
}

/* All the questions and the other calls, on what is no connection. */
static void check_strange_connection(imap_conn *conn, int want) {
  imap_response *out = (imap_response *)(void *)junk;
  int codes[] = RESPONSE_CALLS(conn, &out);
  int no_outs[] = RESPONSE_CALLS(conn, NULL);
  check_all_are(want, codes, COUNT_OF(codes));
  check_all_are(want, no_outs, COUNT_OF(no_outs));
  CHECK(out == NULL);
  int number = 7;
  int64_t wide = 7;
  const char *text = junk;
  size_t len = 7;
  imap_tls_info info;
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  CHECK_INT(imap_is_readonly(conn), 0);
  CHECK_INT(imap_utf8_enabled(conn), 0);
  CHECK_STR(imap_protocol_version(conn), "");
  CHECK_INT(imap_has_capability(conn, "X"), 0);
  CHECK_INT(imap_capability_count(conn), 0);
  CHECK(imap_capability_at(conn, 0) == NULL);
  CHECK_INT(imap_capability_is_stale(conn), 0);
  CHECK_INT(imap_fd(conn), -1);
  CHECK_RC(imap_last_error(conn), want);
  CHECK_STR(imap_last_message(conn), imap_error_text(want));
  CHECK_STR(imap_last_text(conn), "");
  CHECK_STR(imap_last_code(conn), "");
  CHECK_INT(imap_last_errno(conn), 0);
  CHECK_RC(imap_get_int(conn, IMAP_OPT_MAX_LINE, &wide), want);
  CHECK_INT(wide, 0);
  CHECK_RC(imap_get_str(conn, IMAP_OPT_TLS_CA_FILE, &text), want);
  CHECK(text == NULL);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, 1), want);
  CHECK_INT(imap_last_id(conn), 0);
  CHECK_RC(imap_child_pid(conn, &number), want);
  CHECK_INT(number, 0);
  number = 7;
  CHECK_RC(imap_child_status(conn, &number), want);
  CHECK_INT(number, 0);
  text = junk;
  CHECK_RC(imap_auth_challenge(conn, &text, &len), want);
  CHECK(text == NULL && len == 0);
  CHECK_RC(imap_tls_info_get(conn, &info, sizeof info), want);
  CHECK_INT(imap_trace_count(conn), 0);
  CHECK_RC(imap_trace_line(conn, 0, &text, &len, &wide), want);
  CHECK_RC(imap_trace_clear(conn), want);
  CHECK_RC(imap_raw_send(conn, "x", 1), want);
  CHECK_RC(imap_raw_readline(conn, &text, &len), want);
  CHECK_RC(imap_raw_read(conn, 1, &text, &len), want);
  CHECK(text == NULL && len == 0);
}

/* The same for rows, literals, APPEND in pieces, IDLE and event loops. */
static void check_strange_stream(imap_conn *conn, int want) {
  const imap_response *row = (const imap_response *)(const void *)junk;
  imap_literal info;
  uint32_t id = 7;
  uint64_t done = 7, total = 7;
  size_t n = 7;
  char octet = 'x';
  CHECK_RC(imap_submit(conn, "NOOP", NULL, 0, &id), want);
  CHECK_INT(id, 0);
  id = 7;
  CHECK_RC(imap_submit_text(conn, "NOOP", &id), want);
  CHECK_INT(id, 0);
  CHECK_RC(imap_submit_text(conn, NULL, NULL), want);
  CHECK_RC(imap_queue_begin(conn), want);
  CHECK_RC(imap_queue_end(conn), want);
  id = 7;
  CHECK_RC(imap_completed(conn, -1, &id), want);
  CHECK_INT(id, 0);
  CHECK_RC(imap_discard(conn, 1), want);
  CHECK_RC(imap_next(conn, 1, -1, &row), want);
  CHECK(row == NULL);
  CHECK_RC(imap_next(conn, 1, -1, NULL), want);
  CHECK_RC(imap_progress(conn, 1, &done, &total), want);
  CHECK(done == 0 && total == 0);
  CHECK_RC(imap_literal_info(conn, &info, sizeof info), want);
  CHECK_RC(imap_literal_read(conn, &octet, 1, &n), want);
  CHECK_INT(n, 0);
  CHECK_RC(imap_literal_to_fd(conn, 1), want);
  CHECK_RC(imap_literal_skip(conn), want);
  n = 7;
  CHECK_RC(imap_literal_write(conn, "x", 1, &n), want);
  CHECK_INT(n, 0);
  CHECK_RC(imap_literal_from_fd(conn, 0), want);
  id = 7;
  CHECK_RC(imap_append_begin(conn, "a", &id), want);
  CHECK_INT(id, 0);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 1), want);
  CHECK_RC(imap_idle_begin(conn), want);
  CHECK_RC(imap_idle_wait(conn, -1), want);
  CHECK_RC(imap_idle_end(conn), want);
  CHECK_INT(imap_wants(conn), 0);
  CHECK_INT(imap_write_fd(conn), -1);
  CHECK_INT(imap_timeout(conn), -1);
  CHECK_RC(imap_step(conn, -1), want);
  CHECK_RC(imap_set_str(conn, IMAP_OPT_LITERAL_STREAM_ITEMS, "x"), want);
}

static void null_is_never_a_connection(void) {
  check_strange_connection(NULL, IMAP_ERR_HANDLE);
  check_strange_stream(NULL, IMAP_ERR_HANDLE);
  CHECK_RC(imap_wakeup(NULL), IMAP_ERR_HANDLE);
  CHECK_RC(imap_logout_and_free(NULL), IMAP_ERR_HANDLE);
  imap_shutdown(NULL);
  imap_free(NULL);
}

static void other_memory_is_no_connection(void) {
  imap_options *options;
  imap_response *flags;
  CHECK_RC(imap_options_new(&options), IMAP_OK);
  CHECK_RC(imap_flags_parse("(a)", 3, &flags), IMAP_OK);
  for (int round = 0; round < 2; round++) {
    memset(junk, round ? 0xff : 0, sizeof junk);
    imap_conn *conn = (imap_conn *)(void *)junk;
    check_strange_connection(conn, IMAP_ERR_HANDLE);
    check_strange_stream(conn, IMAP_ERR_HANDLE);
    CHECK_RC(imap_wakeup(conn), IMAP_ERR_HANDLE);
    CHECK_RC(imap_logout_and_free(conn), IMAP_ERR_HANDLE);
    imap_shutdown(conn);
    imap_free(conn);
  }
  check_strange_connection((imap_conn *)(void *)options, IMAP_ERR_HANDLE);
  check_strange_connection((imap_conn *)(void *)flags, IMAP_ERR_HANDLE);
  check_strange_stream((imap_conn *)(void *)options, IMAP_ERR_HANDLE);
  check_strange_stream((imap_conn *)(void *)flags, IMAP_ERR_HANDLE);
  imap_free((imap_conn *)(void *)options);
  imap_free((imap_conn *)(void *)flags);
  imap_options_free((imap_options *)(void *)flags);
  imap_response_free((imap_response *)(void *)options);
  CHECK_INT(imap_response_item_count(flags, NULL), 1);
  CHECK_RC(imap_options_set_int(options, IMAP_OPT_MAX_LINE, 1), IMAP_OK);
  imap_response_free(flags);
  imap_options_free(options);
}

static void check_strange_response(const imap_response *strange) {
  imap_response *kept = (imap_response *)(void *)junk;
  const char *ptr = junk, *more = junk;
  size_t len = 7, more_len = 7;
  uint32_t number = 7;
  uint64_t wide = 7;
  CHECK_RC(imap_response_keep(strange, &kept), IMAP_ERR_HANDLE);
  CHECK(kept == NULL);
  CHECK_INT(imap_response_status(strange), IMAP_STATUS_NONE);
  CHECK_RC(imap_response_text(strange, &ptr, &len), IMAP_ERR_HANDLE);
  CHECK(ptr == NULL && len == 0);
  CHECK_RC(imap_response_message(strange, &ptr, &len), IMAP_ERR_HANDLE);
  CHECK_RC(imap_response_code(strange, &ptr, &len, &more, &more_len), IMAP_ERR_HANDLE);
  CHECK(more == NULL && more_len == 0);
  CHECK_STR(imap_response_name(strange), "");
  CHECK_RC(imap_response_number(strange, &number), IMAP_ERR_HANDLE);
  CHECK_INT(number, 0);
  CHECK_INT(imap_response_arrival(strange), 0);
  CHECK_RC(imap_response_raw(strange, &ptr, &len), IMAP_ERR_HANDLE);
  CHECK_INT(imap_response_malformed(strange), 0);
  CHECK_INT(imap_response_row_count(strange), 0);
  CHECK(imap_response_row(strange, 0) == NULL);
  CHECK_INT(imap_response_item_count(strange, NULL), 0);
  more = junk;
  CHECK_RC(imap_response_item(strange, NULL, 0, &ptr, &len, &more, &more_len), IMAP_ERR_HANDLE);
  CHECK(ptr == NULL && more == NULL);
  CHECK_INT(imap_node_kind(strange, 1), IMAP_NODE_NONE);
  CHECK_RC(imap_node_text(strange, 1, &ptr, &len), IMAP_ERR_HANDLE);
  CHECK_RC(imap_node_raw(strange, 1, &ptr, &len), IMAP_ERR_HANDLE);
  CHECK_RC(imap_node_number(strange, 1, &wide), IMAP_ERR_HANDLE);
  CHECK_INT(wide, 0);
  CHECK_INT(imap_node_first(strange, IMAP_ROOT), 0);
  CHECK_INT(imap_node_next(strange, 1), 0);
  CHECK_INT(imap_node_count(strange, IMAP_ROOT), 0);
  CHECK_INT(imap_node_at(strange, IMAP_ROOT, 0), 0);
  CHECK_INT(imap_node_find(strange, IMAP_ROOT, "A"), 0);
}

static void check_strange_view(const imap_response *strange) {
  imap_fetch fetch;
  imap_section section;
  memset(&fetch, 0x55, sizeof fetch);
  memset(&section, 0x55, sizeof section);
  CHECK_RC(imap_fetch_get(strange, &fetch, sizeof fetch), IMAP_ERR_HANDLE);
  CHECK(fetch.uid == 0 && fetch.has == 0);
  CHECK_RC(imap_section_get(strange, 0, &section, sizeof section), IMAP_ERR_HANDLE);
  CHECK(section.ptr == NULL);
  CHECK_RC(imap_section_find(strange, "BODY[]", &section, sizeof section), IMAP_ERR_HANDLE);
  CHECK_INT(imap_response_kind(strange), IMAP_KIND_OTHER);
}

static void other_memory_is_no_response(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  check_strange_response(NULL);
  memset(junk, 0, sizeof junk);
  check_strange_response((imap_response *)(void *)junk);
  memset(junk, 0xff, sizeof junk);
  check_strange_response((imap_response *)(void *)junk);
  check_strange_response((imap_response *)(void *)conn);
  check_strange_view(NULL);
  check_strange_view((imap_response *)(void *)junk);
  check_strange_view((imap_response *)(void *)conn);
  imap_response_free((imap_response *)(void *)conn);
  imap_response_free((imap_response *)(void *)junk);
  imap_response_free(NULL);
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  wire_close(server, conn);
}

static void other_memory_is_no_options(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello"), *opened = conn;
  memset(junk, 0, sizeof junk);
  imap_options *strange[] = {(imap_options *)(void *)junk, (imap_options *)(void *)conn, NULL};
  for (size_t i = 0; i < COUNT_OF(strange); i++) {
    int64_t number = 7;
    const char *text = junk;
    CHECK_RC(imap_options_set_int(strange[i], IMAP_OPT_MAX_LINE, 1), IMAP_ERR_HANDLE);
    CHECK_RC(imap_options_set_str(strange[i], IMAP_OPT_TLS_CA_FILE, "x"), IMAP_ERR_HANDLE);
    CHECK_RC(imap_options_get_int(strange[i], IMAP_OPT_MAX_LINE, &number), IMAP_ERR_HANDLE);
    CHECK_INT(number, 0);
    CHECK_RC(imap_options_get_str(strange[i], IMAP_OPT_TLS_CA_FILE, &text), IMAP_ERR_HANDLE);
    CHECK(text == NULL);
    CHECK_RC(imap_options_set_ssl_ctx(strange[i], NULL), IMAP_ERR_HANDLE);
    imap_options_free(strange[i]);
    if (strange[i]) {
      CHECK_RC(imap_open("localhost", 1, IMAP_TLS_NONE, strange[i], &opened), IMAP_ERR_HANDLE);
      CHECK(opened == NULL);
    }
  }
  CHECK_RC(imap_options_new(NULL), IMAP_ERR_ARGUMENT);
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  wire_close(server, conn);
}

static void missing_places_for_answers_are_fine_or_refused(void) {
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hello");
  CHECK_RC(imap_greeting(conn, NULL), IMAP_OK);
  CHECK_RC(imap_event_next(conn, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_untagged(conn, "X", NULL), IMAP_ERR_ARGUMENT);
  response = (imap_response *)(void *)junk;
  CHECK_RC(imap_untagged(conn, NULL, &response), IMAP_ERR_ARGUMENT);
  CHECK(response == NULL);
  CHECK_RC(imap_cmd_noop(conn, &response), IMAP_OK);
  CHECK_RC(imap_get_int(conn, IMAP_OPT_MAX_LINE, NULL), IMAP_OK);
  CHECK_RC(imap_get_str(conn, IMAP_OPT_TLS_CA_FILE, NULL), IMAP_OK);
  CHECK_RC(imap_child_pid(conn, NULL), IMAP_END);
  CHECK_RC(imap_child_status(conn, NULL), IMAP_END);
  CHECK_RC(imap_auth_challenge(conn, NULL, NULL), IMAP_END);
  CHECK_RC(imap_trace_line(conn, 0, NULL, NULL, NULL), IMAP_OK);
  CHECK_RC(imap_tls_info_get(conn, NULL, 100), IMAP_ERR_ARGUMENT);
  CHECK_INT(imap_has_capability(conn, NULL), 0);
  CHECK_RC(imap_response_keep(response, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_response_text(response, NULL, NULL), IMAP_OK);
  CHECK_RC(imap_response_message(response, NULL, NULL), IMAP_OK);
  CHECK_RC(imap_response_code(response, NULL, NULL, NULL, NULL), IMAP_END);
  CHECK_RC(imap_response_number(response, NULL), IMAP_END);
  CHECK_RC(imap_response_raw(response, NULL, NULL), IMAP_OK);
  CHECK_RC(imap_response_item(response, NULL, 0, NULL, NULL, NULL, NULL), IMAP_OK);
  CHECK_RC(imap_node_text(response, 1, NULL, NULL), IMAP_OK);
  CHECK_RC(imap_node_number(response, 1, NULL), IMAP_END);
  CHECK_INT(imap_node_find(response, IMAP_ROOT, NULL), 0);
  CHECK_RC(imap_raw_send(conn, NULL, 0), IMAP_OK);
  CHECK_RC(imap_raw_send(conn, NULL, 1), IMAP_ERR_ARGUMENT);
  imap_response_free(response);
  CHECK_WIRE(server, "NOOP");
  CHECK_SILENCE(server, conn);
  wire_close(server, conn);
}

static void numbers_out_of_range_give_nothing(void) {
  static const uint32_t nodes[] = {0, 100, INT32_MAX, UINT32_MAX - 1};
  static const size_t places[] = {100, SIZE_MAX / 2, SIZE_MAX};
  static const int indices[] = {-1, INT_MIN, 1000, INT_MAX};
  wire *server;
  imap_response *response = NULL;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  wire_answer(server, "* 1 FETCH (FLAGS (\\Seen))\r\n", NULL);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, &response), IMAP_OK);
  const char *ptr;
  size_t len;
  uint64_t number;
  for (size_t i = 0; i < COUNT_OF(nodes); i++) {
    const imap_response *row = imap_response_row(response, 0);
    CHECK_INT(imap_node_kind(row, nodes[i]), IMAP_NODE_NONE);
    CHECK_RC(imap_node_text(row, nodes[i], &ptr, &len), IMAP_END);
    CHECK(ptr == NULL && len == 0);
    CHECK_RC(imap_node_raw(row, nodes[i], &ptr, &len), IMAP_END);
    CHECK_RC(imap_node_number(row, nodes[i], &number), IMAP_END);
    CHECK_INT(imap_node_first(row, nodes[i]), 0);
    CHECK_INT(imap_node_next(row, nodes[i]), 0);
    CHECK_INT(imap_node_count(row, nodes[i]), 0);
    CHECK_INT(imap_node_at(row, nodes[i], 0), 0);
    if (nodes[i])
      CHECK_INT(imap_node_at(row, IMAP_ROOT, nodes[i]), 0);
    CHECK_INT(imap_node_find(row, nodes[i], "FLAGS"), 0);
  }
  CHECK_INT(imap_node_kind(imap_response_row(response, 0), IMAP_ROOT), IMAP_NODE_NONE);
  CHECK_INT(imap_node_next(imap_response_row(response, 0), IMAP_ROOT), 0);
  for (size_t i = 0; i < COUNT_OF(places); i++) {
    CHECK(imap_response_row(response, places[i]) == NULL);
    CHECK_RC(imap_response_item(response, "FETCH", places[i], &ptr, &len, NULL, NULL), IMAP_END);
    CHECK(ptr == NULL && len == 0);
  }
  for (size_t i = 0; i < COUNT_OF(indices); i++) {
    CHECK(imap_capability_at(conn, indices[i]) == NULL);
    CHECK_RC(imap_trace_line(conn, indices[i], &ptr, &len, NULL), IMAP_END);
    CHECK_STR(imap_state_name(indices[i]), "");
    CHECK_STR(imap_error_name(indices[i]), "unknown");
    CHECK_INT(imap_error_class(indices[i]), IMAP_CLASS_NONE);
    CHECK(imap_error_text(indices[i]) != NULL);
  }
  CHECK_RC(imap_wait(conn, UINT32_MAX, -1, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_wait(conn, 12345, INT_MIN, NULL), IMAP_ERR_ARGUMENT);
  wire_answer(server, NULL, NULL);
  CHECK_RC(imap_cmd_append(conn, "a", NULL, NULL, "m", SIZE_MAX, 0, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_cmd_id(conn, strings, SIZE_MAX, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_command(conn, "NOOP", &one_arg, SIZE_MAX, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_raw_send(conn, "x", SIZE_MAX), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_raw_read(conn, SIZE_MAX, &ptr, &len), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_raw_read(conn, 0, &ptr, &len), IMAP_OK);
  CHECK_RC(imap_set_int(conn, -1, 1), IMAP_ERR_UNSUPPORTED);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_MAX_LINE, -1), IMAP_ERR_ARGUMENT);
  imap_response_free(response);
  wire_last(server, &len);
  SENDS(imap_cmd_noop(conn, NULL), "NOOP");
  wire_close(server, conn);
}

static void streams_in_the_wrong_order_change_nothing(void) {
  wire *server;
  imap_literal info;
  const imap_response *row = NULL;
  char octet = 'x';
  size_t n = 7;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  CHECK_RC(imap_next(conn, 0, -1, NULL), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_next(conn, UINT32_MAX, -1, &row), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_discard(conn, UINT32_MAX), IMAP_ERR_ARGUMENT);
  CHECK_RC(imap_completed(conn, INT_MIN, NULL), IMAP_END);
  CHECK_RC(imap_progress(conn, UINT32_MAX, NULL, NULL), IMAP_END);
  CHECK_RC(imap_literal_info(conn, &info, sizeof info), IMAP_END);
  CHECK_RC(imap_literal_read(conn, &octet, 1, &n), IMAP_END);
  CHECK_RC(imap_literal_to_fd(conn, -1), IMAP_ERR_SYSTEM);
  CHECK_RC(imap_literal_skip(conn), IMAP_ERR_STATE);
  CHECK_RC(imap_literal_write(conn, "x", 1, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_literal_from_fd(conn, -1), IMAP_ERR_STATE);
  CHECK_RC(imap_append_message(conn, NULL, NULL, 1), IMAP_ERR_STATE);
  CHECK_RC(imap_append_end(conn, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_wait(conn, -1), IMAP_ERR_STATE);
  CHECK_RC(imap_idle_end(conn), IMAP_ERR_STATE);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  /* Steps on a connection that waits by itself do no harm, whatever the bits say. */
  CHECK_RC(imap_step(conn, INT_MIN), IMAP_AGAIN);
  CHECK_RC(imap_step(conn, INT_MAX), IMAP_AGAIN);
  CHECK_SILENCE(server, conn);
  /* A response that is borrowed is nobody's to free, and no result to wait for. */
  wire_answer(server, "* 1 FETCH (FLAGS ())\r\n", NULL);
  uint32_t id = 0;
  CHECK_RC(imap_submit_text(conn, "FETCH 1 (FLAGS)", &id), IMAP_QUEUED);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_OK);
  CHECK_RC(imap_wakeup((imap_conn *)(uintptr_t)row), IMAP_ERR_HANDLE);
  imap_response_free((imap_response *)(uintptr_t)row);
  imap_free((imap_conn *)(uintptr_t)row);
  CHECK_STR(imap_response_name(row), "FETCH");
  imap_shutdown(conn);
  CHECK_RC(imap_next(conn, id, -1, &row), IMAP_ERR_CLOSED);
  CHECK_RC(imap_idle_begin(conn), IMAP_ERR_CLOSED);
  CHECK_RC(imap_append_begin(conn, "a", NULL), IMAP_ERR_CLOSED);
  CHECK_INT(imap_wants(conn), 0);
  CHECK_INT(imap_timeout(conn), 0);
  CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_ERR_CLOSED);
  CHECK_INT(imap_timeout(conn), -1);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(null_is_never_a_connection),
      TEST(other_memory_is_no_connection),
      TEST(other_memory_is_no_response),
      TEST(other_memory_is_no_options),
      TEST(missing_places_for_answers_are_fine_or_refused),
      TEST(numbers_out_of_range_give_nothing),
      TEST(streams_in_the_wrong_order_change_nothing),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
