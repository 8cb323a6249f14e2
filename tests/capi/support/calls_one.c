/* See calls_one in calls.h. */
#define _GNU_SOURCE
#include "calls.h"
#include "stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const char *calls_word(void) {
  static const char *const words[] = {
      "INBOX",  "1",     "1:*",      "FLAGS", "(FLAGS BODY[])", "\\Seen",  "ALL",        "a b",    "\"q\"",  NULL,
      "",       "a\r\nb", "{3}",      "x{5+}", "UTF-8",          "\xff\xfe", "\xc3\xa4",   "PLAIN",  "UID",    "UID FETCH 1 ALL",
      "NOOP",   "+FLAGS", "%",        "((((",  "))))",           "(a \"b)", "REFERENCES", "LOGOUT", "XFOO",   "2:4",
      "FETCH 1 ALL", "SEARCH RETURN (ALL) ALL", "STATUS a (MESSAGES)", "MESSAGES", "\"\xc3\xa4\"", "CRAM-MD5", "7", "UTF8=ACCEPT",
  };
  return words[caller_picks(COUNT_OF(words))];
}

enum { LONGEST_MESSAGE = 70000 };

/* One long line, to be sent in any pieces. */
static const char *message(void) {
  static char octets[LONGEST_MESSAGE];
  if (octets[0] == '\0')
    memset(octets, 'm', sizeof octets);
  return octets;
}

static size_t length(const char *text) {
  return text ? strlen(text) : 0;
}

/* Commands with plain functions. */
static int command(imap_conn *conn, imap_response **out) {
  const char *a = calls_word(), *b = calls_word();
  int flags = caller_picks(3) == 2 ? IMAP_UID : 0;
  switch (caller_picks(32)) {
  case 0: return imap_cmd_noop(conn, out);
  case 1: return imap_cmd_select(conn, a, caller_picks(2) ? IMAP_EXAMINE : 0, out);
  case 2:
  case 3: return imap_cmd_fetch(conn, caller_picks(2) ? a : "1:3", caller_picks(2) ? b : "(FLAGS BODY[])", flags, out);
  case 4: return imap_cmd_search(conn, NULL, caller_picks(2) ? a : "ALL", flags, out);
  case 5: return imap_cmd_store(conn, "1", "+FLAGS", b, flags, out);
  case 6: return imap_cmd_append(conn, a, NULL, NULL, message(), caller_picks(2) ? LONGEST_MESSAGE : 5, 0, out);
  case 7: return imap_cmd_login(conn, caller_picks(2) ? a : "ada", "secret", out);
  case 8: return imap_cmd_authenticate(conn, caller_picks(2) ? a : "PLAIN", NULL, "ada", "secret", out);
  case 9: return imap_command_text(conn, a, out);
  case 10: return imap_cmd_xatom(conn, a, b, out);
  case 11: return imap_cmd_uid(conn, a, b, out);
  case 12: return imap_cmd_enable(conn, a, out);
  case 13: return imap_cmd_status(conn, a, caller_picks(2) ? b : "MESSAGES", out);
  case 14: return imap_cmd_list(conn, "", caller_picks(2) ? a : "*", out);
  case 15: return imap_cmd_close(conn, out);
  case 16: return imap_cmd_recent(conn, out);
  case 17: return imap_cmd_expunge(conn, caller_picks(2) ? a : NULL, out);
  case 18: return imap_cmd_id(conn, &a, caller_picks(2), out);
  case 19: return caller_picks(4) == 3 ? imap_starttls(conn, out) : imap_cmd_check(conn, out);
  case 20: return imap_cmd_thread(conn, "REFERENCES", b, "ALL", flags, out);
  case 21: return caller_picks(4) == 3 ? imap_cmd_logout(conn, out) : imap_cmd_unselect(conn, out);
  case 22: return imap_cmd_copy(conn, "1:2", a, flags, out);
  case 23: return imap_cmd_capability(conn, out);
  case 24: return imap_cmd_namespace(conn, out);
  case 25: return imap_cmd_rename(conn, a, b, out);
  case 26: return imap_cmd_fetch(conn, caller_picks(2) ? "2" : "3", "(BODY[])", flags, out);
  case 27: return imap_cmd_status(conn, "\xc3\xa4", "MESSAGES", out);
  case 28: return imap_cmd_getquotaroot(conn, a, out);
  case 29: return imap_cmd_proxyauth(conn, a, out);
  default: {
    imap_arg args[3];
    memset(args, 0, sizeof args);
    for (unsigned i = 0; i < COUNT_OF(args); i++) {
      args[i].ptr = calls_word();
      args[i].len = length(args[i].ptr);
      args[i].type = (int32_t)caller_picks(20);
      args[i].flags = caller_picks(8) == 7;
    }
    return imap_command(conn, a, args, caller_picks(COUNT_OF(args) + 1), out);
  }
  }
}

static int answer_challenge(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  player *p = ctx;
  HOLDS(challenge[len] == '\0');
  HOLDS(p->conn == NULL || imap_cmd_noop(p->conn, NULL) == IMAP_ERR_BUSY);
  return caller_picks(3) == 2 || imap_reply_set(reply, challenge, caller_picks(2) ? len : 0) != IMAP_OK;
}

static void check_out(int rc, const imap_response *out, const void *asked) {
  if (!asked || rc == IMAP_ERR_AUTH || rc == IMAP_ERR_TLS_REFUSED)
    return;
  HOLDS((out != NULL) == (rc == IMAP_OK || rc == IMAP_NO || rc == IMAP_BAD || rc == IMAP_READONLY));
}

static void run_command(world *w, player *p) {
  imap_response *out = NULL, **place = caller_picks(4) ? &out : NULL;
  uint32_t before = imap_last_id(p->conn);
  stage_call("a command");
  int rc;
  if (caller_picks(24) == 23) {
    stage_call("imap_cmd_authenticate_callback");
    rc = imap_cmd_authenticate_callback(p->conn, caller_picks(2) ? "XOAUTH2" : "PLAIN", answer_challenge, p, place);
    if (imap_last_id(p->conn) != before)
      p->auth_id = imap_last_id(p->conn);
  } else
    rc = command(p->conn, place);
  calls_submitted(p, rc, before, 0);
  check_out(rc, out, place);
  if ((p->is_nonblock || p->is_queueing) && stage_call_took_ms() > 0)
    stage_fail(__FILE__, __LINE__, "a call that never waits took %lld ms", stage_call_took_ms());
  calls_keep(w, out);
}

/* The id of a command, mostly one that is known. */
static uint32_t some_id(player *p) {
  unsigned which = caller_picks(10);
  if (which == 9)
    return caller_picks(200);
  if (which == 8 || p->id_count == 0)
    return 0;
  return p->ids[p->id_count - 1 - caller_picks(p->id_count < 8 ? (unsigned)p->id_count : 8)].id;
}

static int some_time(void) {
  static const int times[] = {0, 5, 0, 300, -1};
  return times[caller_picks(COUNT_OF(times))];
}

static void check_time(const player *p, int timeout_ms) {
  long long took = stage_call_took_ms();
  if (p->is_nonblock ? took > 0 : timeout_ms >= 0 && took > timeout_ms + 5)
    stage_fail(__FILE__, __LINE__, "a wait of %d ms took %lld ms", timeout_ms, took);
}

static void wait_for(world *w, player *p) {
  imap_response *out = NULL;
  uint32_t id = some_id(p), real = id ? id : imap_last_id(p->conn);
  int ms = some_time();
  stage_call("imap_wait");
  int rc = imap_wait(p->conn, id, ms, &out);
  calls_returned(p, rc);
  check_time(p, ms);
  HOLDS(rc != IMAP_QUEUED && rc != IMAP_EVENT);
  id_fate *fate = calls_fate(p, real);
  /* An IDLE that has begun is not done, and has no answer; nor has one that was never sent. */
  int has_begun = rc == IMAP_OK && strcmp(imap_last_message(p->conn), "IDLE: begun") == 0;
  int has_answer = !has_begun && strcmp(imap_last_message(p->conn), "IDLE: ended") != 0;
  if (rc == IMAP_ERR_ARGUMENT && strstr(imap_last_message(p->conn), "no command of this id"))
    HOLDS(fate == NULL || *fate != ID_UNDER_WAY);
  else if (calls_is_final(rc) && !has_begun && !(rc == IMAP_ERR_STATE && strstr(imap_last_message(p->conn), "not written"))) {
    HOLDS(fate != NULL && *fate != ID_DROPPED);
    calls_id_ends(p, real, ID_ENDED);
  }
  else
    HOLDS(fate != NULL && *fate != ID_ENDED);
  check_out(rc, out, has_answer ? &out : NULL);
  calls_keep(w, out);
}

static void take_row(world *w, player *p) {
  uint32_t id = some_id(p), real = id ? id : imap_last_id(p->conn);
  int ms = some_time();
  const imap_response *row = NULL;
  stage_call("imap_next");
  int rc = imap_next(p->conn, id, ms, &row);
  calls_returned(p, rc);
  check_time(p, ms);
  HOLDS((rc == IMAP_OK) == (row != NULL));
  if (rc == IMAP_ERR_ARGUMENT)
    HOLDS(calls_fate(p, real) == NULL || *calls_fate(p, real) != ID_UNDER_WAY);
  if (rc != IMAP_OK)
    return;
  p->row = row;
  uint64_t print = calls_look(row);
  HOLDS(calls_look(row) == print);
  if (caller_picks(3) == 2) {
    imap_response *copy = NULL;
    HOLDS(imap_response_keep(row, &copy) == IMAP_OK);
    HOLDS(calls_look(copy) == print);
    calls_keep(w, copy);
  }
  imap_response_free((imap_response *)row);
}

static void read_literal(player *p) {
  char buf[3000];
  imap_literal info;
  uint64_t done, total;
  int is_there = imap_literal_info(p->conn, &info, sizeof info) == IMAP_OK;
  if (is_there) {
    HOLDS(info.done <= info.total && info.item[info.item_len] == '\0');
    HOLDS(calls_fate(p, info.id) != NULL);
  }
  HOLDS(imap_literal_info(p->conn, &info, 5) == IMAP_ERR_ARGUMENT || !is_there);
  imap_progress(p->conn, 0, &done, &total);
  HOLDS(done <= total);
  switch (caller_picks(5)) {
  case 0:
  case 1: {
    size_t n = 77, len = caller_picks(3) == 2 ? caller_picks(3) : sizeof buf;
    stage_call("imap_literal_read");
    int rc = imap_literal_read(p->conn, buf, len, &n);
    calls_returned(p, rc);
    HOLDS(rc == IMAP_OK ? n > 0 && n <= len : n == 0);
    HOLDS(is_there || rc != IMAP_OK);
    if (is_there && rc == IMAP_OK && imap_literal_info(p->conn, &info, sizeof info) == IMAP_OK)
      HOLDS(info.done >= n);
    break;
  }
  case 2: {
    int fd = open(caller_picks(2) ? "/dev/full" : "/dev/null", O_WRONLY | O_CLOEXEC);
    stage_call("imap_literal_to_fd");
    calls_returned(p, imap_literal_to_fd(p->conn, caller_picks(8) == 7 ? -1 : fd));
    close(fd);
    break;
  }
  default: {
    stage_call("imap_literal_skip");
    int rc = imap_literal_skip(p->conn);
    calls_returned(p, rc);
    HOLDS(rc == IMAP_OK || !is_there);
  }
  }
}

/* APPEND in pieces, in any order. */
static void append_some(world *w, player *p) {
  static const size_t sizes[] = {0, 1, 10, 500, LONGEST_MESSAGE};
  uint32_t before = imap_last_id(p->conn), id = 0;
  size_t size = sizes[caller_picks(COUNT_OF(sizes))], taken = 0;
  switch (caller_picks(8)) {
  case 0:
  case 1: {
    stage_call("imap_append_begin");
    int rc = imap_append_begin(p->conn, calls_word(), &id);
    calls_submitted(p, rc, before, 0);
    HOLDS((rc == IMAP_QUEUED) == (id != 0));
    if (id != 0)
      p->append_id = id;
    break;
  }
  case 2:
    stage_call("imap_append_message");
    calls_returned(p, imap_append_message(p->conn, caller_picks(4) == 3 ? "(\\Seen)" : NULL, NULL, size));
    break;
  case 3:
  case 4: {
    stage_call("imap_literal_write");
    int rc = imap_literal_write(p->conn, message(), size, &taken);
    calls_returned(p, rc);
    HOLDS(taken <= size && (rc != IMAP_OK || p->is_nonblock || taken == size));
    break;
  }
  case 5: {
    int fd = open(caller_picks(2) ? "/dev/zero" : "/dev/null", O_RDONLY | O_CLOEXEC);
    stage_call("imap_literal_from_fd");
    calls_returned(p, imap_literal_from_fd(p->conn, fd));
    close(fd);
    break;
  }
  case 6: {
    if (caller_picks(3) == 2) {
      int fd = open(caller_picks(2) ? "/dev/zero" : "/dev/null", O_RDONLY | O_CLOEXEC);
      imap_response *out = NULL;
      stage_call("imap_cmd_append_fd");
      /* A descriptor that ends early ends the connection. */
      p->is_careful = 0;
      int rc = imap_cmd_append_fd(p->conn, "INBOX", NULL, NULL, fd, size, &out);
      calls_submitted(p, rc, before, 0);
      if (imap_last_id(p->conn) != before)
        p->append_id = imap_last_id(p->conn);
      calls_keep(w, out);
      close(fd);
      break;
    }
  }
  /* fall through */
  default: {
    imap_response *out = NULL;
    stage_call("imap_append_end");
    int rc = imap_append_end(p->conn, &out);
    calls_submitted(p, rc, before, p->append_id);
    check_out(rc, out, &out);
    calls_keep(w, out);
  }
  }
}

static void look_back(world *w, player *p) {
  kept *old = &w->kept[caller_picks(KEPT)];
  if (p->row && caller_picks(2))
    calls_look(p->row);
  if (old->response == NULL)
    return;
  HOLDS(calls_look(old->response) == old->print);
  switch (caller_picks(3)) {
  case 0: break;
  case 1:
    imap_response_free(old->response);
    old->response = NULL;
    break;
  default: {
    imap_response *copy = NULL;
    const imap_response *row = imap_response_row(old->response, caller_picks(4));
    HOLDS(imap_response_keep(row ? row : old->response, &copy) == IMAP_OK);
    calls_keep(w, copy);
  }
  }
}

static void submit(player *p) {
  uint32_t before = imap_last_id(p->conn), id = 0;
  imap_arg arg = {calls_word(), 0, IMAP_ARG_ASTRING, 0};
  arg.len = length(arg.ptr);
  stage_call("imap_submit");
  static const char *const texts[] = {"FETCH 1 (BODY[])", "FETCH 2 ALL", "UID FETCH 3 FLAGS", "SEARCH RETURN (COUNT) ALL",
                                      "STATUS a (MESSAGES)", "SEARCH ALL", "LIST \"\" *", "NOOP"};
  int rc = caller_picks(4) == 3 ? imap_submit(p->conn, "CREATE", &arg, 1, &id)
                                : imap_submit_text(p->conn, texts[caller_picks(COUNT_OF(texts))], &id);
  calls_submitted(p, rc, before, 0);
  HOLDS((rc == IMAP_QUEUED) == (id != 0) && (id == 0 || id == imap_last_id(p->conn)));
  HOLDS(stage_call_took_ms() == 0);
}

void calls_one(world *w, player *p) {
  switch (caller_picks(32)) {
  case 0:
  case 1:
  case 2:
  case 3:
  case 4: run_command(w, p); break;
  case 5:
  case 6:
  case 7: submit(p); break;
  case 8:
  case 9:
  case 10: take_row(w, p); break;
  case 11:
  case 12: read_literal(p); break;
  case 13:
  case 14: wait_for(w, p); break;
  case 15: calls_complete(p); break;
  case 16:
  case 17: calls_step(p); break;
  case 18:
  case 19:
  case 20: append_some(w, p); break;
  case 21: calls_idle(p); break;
  case 22: calls_auth(w, p); break;
  case 23: calls_queue(p); break;
  case 24: calls_discard(p, some_id(p)); break;
  case 25: calls_event(w, p); break;
  case 26: calls_option(p); break;
  case 27: calls_ask(p); break;
  case 28: look_back(w, p); break;
  case 29: HOLDS(imap_wakeup(p->conn) == IMAP_OK); break;
  case 30: caller_picks(8) == 7 ? calls_raw(p) : calls_confuse(w, p); break;
  default:
    if (caller_picks(12) != 11) {
      calls_event(w, p);
      break;
    }
    p->is_careful = 0;
    imap_shutdown(p->conn);
    HOLDS(p->server.closes == 1);
  }
}
