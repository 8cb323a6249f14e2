/* Calls of a sequence that are no commands (calls.h): the loop, IDLE, AUTHENTICATE, the queue, events, options, and what only
 * looks. */
#include "calls.h"

#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

void calls_step(player *p) {
  int wants = imap_wants(p->conn), timeout_ms = imap_timeout(p->conn);
  /* As a loop does, or at any other time. */
  unsigned how = caller_picks(4);
  int ready = how == 3 ? (int)caller_picks(5) - 1 : -1;
  if (how == 1 && p->server.fd >= 0 && p->server.is_open)
    ready = (actor_ready(&p->server, (short)(wants & IMAP_WANT_READ ? 1 : 0)) & 1) ? IMAP_WANT_READ : 0;
  if (how == 2 && timeout_ms > 0) {
    /* Who only lets time pass runs into its limits. */
    p->is_careful &= timeout_ms < 1000;
    stage_pass_ms(timeout_ms);
    ready = 0;
  }
  stage_call("imap_step");
  int rc = imap_step(p->conn, ready);
  calls_returned(p, rc);
  HOLDS(rc == IMAP_AGAIN || rc == IMAP_EVENT || rc == IMAP_ERR_WOKEN || p->server.closes == 1);
  HOLDS(stage_call_took_ms() == 0);
  if (rc == IMAP_EVENT)
    HOLDS(imap_timeout(p->conn) == 0);
  /* A loop that was told of the end has nothing more to come for. */
  else if (p->server.closes == 1 && rc != IMAP_ERR_WOKEN)
    HOLDS(imap_timeout(p->conn) == -1);
}

void calls_complete(player *p) {
  uint32_t id = 77;
  int ms = caller_picks(4) == 3 ? -1 : (int)caller_picks(3) * 5;
  stage_call("imap_completed");
  int rc = imap_completed(p->conn, ms, &id);
  calls_returned(p, rc);
  HOLDS((rc == IMAP_OK) == (id != 0));
  if (rc == IMAP_OK) {
    HOLDS(calls_fate(p, id) != NULL);
    HOLDS(*calls_fate(p, id) != ID_ENDED && *calls_fate(p, id) != ID_DROPPED);
  }
  if (rc == IMAP_END)
    for (size_t i = 0; i < p->id_count; i++)
      HOLDS(p->ids[i].fate != ID_UNDER_WAY);
}

void calls_idle(player *p) {
  uint32_t before = imap_last_id(p->conn);
  int rc;
  switch (caller_picks(4)) {
  case 0:
    stage_call("imap_idle_begin");
    rc = imap_idle_begin(p->conn);
    calls_submitted(p, rc, before, 0);
    if (imap_last_id(p->conn) != before) {
      p->idle_id = imap_last_id(p->conn);
      if (rc == IMAP_OK && imap_conn_state(p->conn) == IMAP_STATE_IDLING)
        *calls_fate(p, p->idle_id) = ID_UNDER_WAY;
    }
    break;
  case 1:
  case 2: {
    int ms = caller_picks(4) == 3 ? -1 : (int)caller_picks(3) * 100;
    stage_call("imap_idle_wait");
    rc = imap_idle_wait(p->conn, ms);
    calls_returned(p, rc);
    HOLDS(p->is_nonblock || ms < 0 || stage_call_took_ms() <= ms + 5);
    break;
  }
  default:
    stage_call("imap_idle_end");
    rc = imap_idle_end(p->conn);
    calls_submitted(p, rc, before, p->idle_id);
  }
}

void calls_auth(world *w, player *p) {
  static const char *const mechanisms[] = {"XOAUTH2", "PLAIN", "LOGIN", "a b", ""};
  const char *challenge;
  size_t len;
  imap_response *out = NULL;
  uint32_t before = imap_last_id(p->conn);
  int waits = imap_auth_challenge(p->conn, &challenge, &len);
  HOLDS(waits == IMAP_OK || waits == IMAP_END);
  unsigned what = waits == IMAP_OK ? 1 + caller_picks(3) : caller_picks(4);
  int rc;
  if (what == 0) {
    stage_call("imap_auth_begin");
    rc = imap_auth_begin(p->conn, mechanisms[caller_picks(COUNT_OF(mechanisms))], caller_picks(2) ? "first" : NULL, 5 * caller_picks(2),
                         &out);
    calls_submitted(p, rc, before, 0);
    if (imap_last_id(p->conn) != before)
      p->auth_id = imap_last_id(p->conn);
  } else if (what == 3) {
    stage_call("imap_auth_cancel");
    rc = imap_auth_cancel(p->conn, &out);
    calls_submitted(p, rc, before, p->auth_id);
  } else {
    stage_call("imap_auth_reply");
    rc = imap_auth_reply(p->conn, "answer", caller_picks(7), &out);
    calls_submitted(p, rc, before, p->auth_id);
  }
  if (waits == IMAP_OK && what != 0)
    HOLDS(rc != IMAP_ERR_STATE);
  calls_keep(w, out);
}

void calls_queue(player *p) {
  stage_call("imap_queue_begin, imap_queue_end");
  p->is_queueing = caller_picks(3) != 2;
  calls_returned(p, p->is_queueing ? imap_queue_begin(p->conn) : imap_queue_end(p->conn));
}

void calls_discard(player *p, uint32_t id) {
  uint32_t real = id ? id : imap_last_id(p->conn);
  stage_call("imap_discard");
  int rc = imap_discard(p->conn, id);
  calls_returned(p, rc);
  id_fate *fate = calls_fate(p, real);
  if (rc == IMAP_OK) {
    HOLDS(fate != NULL && *fate != ID_ENDED);
    *fate = ID_DROPPED;
  } else if (rc == IMAP_ERR_ARGUMENT)
    HOLDS(fate == NULL || *fate != ID_UNDER_WAY);
}

void calls_event(world *w, player *p) {
  static const char *const names[] = {"EXISTS", "READ-ONLY", "OK", "FETCH", "UIDVALIDITY", "CAPABILITY", "BYE"};
  imap_response *out = NULL;
  unsigned what = caller_picks(4);
  int rc = what == 3   ? imap_greeting(p->conn, &out)
           : what == 2 ? imap_untagged(p->conn, names[caller_picks(COUNT_OF(names))], &out)
                       : imap_event_next(p->conn, &out);
  HOLDS(rc == IMAP_OK || rc == IMAP_END);
  HOLDS((rc == IMAP_OK) == (out != NULL));
  calls_keep(w, out);
}

void calls_raw(player *p) {
  const char *ptr;
  size_t len;
  p->is_careful = 0;
  p->server.heard.is_off = 1;
  switch (caller_picks(4)) {
  case 0:
    stage_call("imap_raw_send");
    if (imap_raw_send(p->conn, "X1 NOOP\r\n", caller_picks(10)) == IMAP_OK)
      HOLDS(p->server.is_open);
    calls_returned(p, imap_last_error(p->conn));
    break;
  case 1:
  case 2:
    stage_call("imap_raw_readline");
    if (imap_raw_readline(p->conn, &ptr, &len) == IMAP_OK)
      HOLDS(len >= 1 && ptr[len - 1] == '\n');
    calls_returned(p, imap_last_error(p->conn));
    break;
  default: {
    size_t n = caller_picks(200);
    stage_call("imap_raw_read");
    HOLDS(imap_raw_read(p->conn, n, &ptr, &len) != IMAP_OK || (len == n && memchr(ptr, 'x', len) <= (void *)(ptr + len)));
    calls_returned(p, imap_last_error(p->conn));
  }
  }
  int64_t stall = 0, call = 0;
  imap_get_int(p->conn, IMAP_OPT_STALL_TIMEOUT_MS, &stall);
  imap_get_int(p->conn, IMAP_OPT_CALL_TIMEOUT_MS, &call);
  int64_t limit = call > 0 && (stall == 0 || call < stall) ? call : stall;
  HOLDS(limit == 0 || stage_call_took_ms() <= limit + 5);
}

void calls_option(player *p) {
  static const struct {
    int option;
    int64_t values[3];
  } numbers[] = {
      {IMAP_OPT_STALL_TIMEOUT_MS, {1, 500, 0}},  {IMAP_OPT_CALL_TIMEOUT_MS, {1, 100, 0}},     {IMAP_OPT_MAX_LINE, {20, 1000, 0}},
      {IMAP_OPT_MAX_LITERAL, {10, 5000, 0}},     {IMAP_OPT_MAX_RESPONSE, {20, 1000, 0}},      {IMAP_OPT_MAX_UNASKED, {20, 2000, 0}},
      {IMAP_OPT_MAX_KEPT, {20, 3000, 0}},        {IMAP_OPT_LITERAL_STREAM_MIN, {1, 2000, 0}}, {IMAP_OPT_IDLE_RENEW_MS, {1000, 60000, 0}},
      {IMAP_OPT_IDLE_POLL_MS, {1000, 60000, 0}},     {IMAP_OPT_UNTAGGED_KEEP, {0, 1, 1000}},      {IMAP_OPT_TRACE_LEVEL, {0, 3, 5}},
      {IMAP_OPT_TRACE_KEEP, {0, 1, 100}},        {IMAP_OPT_MAX_DEPTH, {1, 3, 100}},           {IMAP_OPT_RETURN_ON_SIGNAL, {0, 1, 1}},
      {IMAP_OPT_ALLOW_PLAINTEXT_AUTH, {0, 1, 1}}, {IMAP_OPT_NONBLOCK, {0, 1, 1}},
  };
  static const char *const items[] = {NULL, "BODY[]", "BODY[] BODY[1] BODY[HEADER]", "", "BODYSTRUCTURE"};
  unsigned which = caller_picks(COUNT_OF(numbers) + 2);
  if (which >= COUNT_OF(numbers)) {
    imap_set_str(p->conn, IMAP_OPT_LITERAL_STREAM_ITEMS, items[caller_picks(COUNT_OF(items))]);
    return;
  }
  if (which < 7 || numbers[which].option == IMAP_OPT_MAX_DEPTH)
    p->is_careful = 0;
  int64_t value = numbers[which].values[caller_picks(3)], now;
  int rc = imap_set_int(p->conn, numbers[which].option, value);
  HOLDS(rc == IMAP_OK || numbers[which].option == IMAP_OPT_NONBLOCK);
  HOLDS(imap_get_int(p->conn, numbers[which].option, &now) == IMAP_OK && (rc != IMAP_OK || now == value));
}

/* What answers from what is known, and leaves the error as it is. */
void calls_ask(player *p) {
  const char *text;
  size_t len;
  int64_t at;
  uint64_t done, total;
  int before = imap_last_error(p->conn), number;
  int state = imap_conn_state(p->conn);
  HOLDS(imap_state_name(state)[0] != '\0');
  imap_is_readonly(p->conn);
  imap_utf8_enabled(p->conn);
  HOLDS(imap_protocol_version(p->conn) != NULL);
  int count = imap_capability_count(p->conn);
  for (int i = -1; i <= count; i++)
    HOLDS((imap_capability_at(p->conn, i) != NULL) == (i >= 0 && i < count));
  imap_has_capability(p->conn, calls_word());
  imap_capability_is_stale(p->conn);
  HOLDS(imap_child_pid(p->conn, &number) == IMAP_END);
  int lines = imap_trace_count(p->conn);
  for (int i = 0; i < lines; i++) {
    HOLDS(imap_trace_line(p->conn, i, &text, &len, &at) == IMAP_OK && text[len] == '\0');
    HOLDS(strstr(text, "secret") == NULL);
  }
  imap_trace_line(p->conn, lines, &text, &len, &at);
  imap_progress(p->conn, caller_picks(40), &done, &total);
  HOLDS(done <= total);
  HOLDS(imap_last_errno(p->conn) >= 0);
  HOLDS(imap_last_error(p->conn) == before);
}

/* Handles of another kind, and of nothing. */
void calls_confuse(world *w, player *p) {
  imap_conn *none = (imap_conn *)(void *)w->options;
  const imap_response *as_response = (const imap_response *)(const void *)p->conn;
  HOLDS(imap_cmd_noop(none, NULL) == IMAP_ERR_HANDLE && imap_cmd_noop(NULL, NULL) == IMAP_ERR_HANDLE);
  HOLDS(imap_wait(none, 0, -1, NULL) == IMAP_ERR_HANDLE && imap_step(NULL, -1) == IMAP_ERR_HANDLE);
  HOLDS(imap_response_row_count(as_response) == 0 && imap_response_row(as_response, 0) == NULL);
  HOLDS(imap_node_kind(as_response, 0) == IMAP_NODE_NONE);
  imap_free(none);
  imap_response_free((imap_response *)(void *)p->conn);
  imap_options_free((imap_options *)(void *)p->conn);
  HOLDS(imap_options_set_int((imap_options *)(void *)p->conn, IMAP_OPT_MAX_LINE, 1) == IMAP_ERR_HANDLE);
}
