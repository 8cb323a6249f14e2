/* See calls.h: the world of a sequence, and what is checked after each call and at the end. */
#include "calls.h"

#include "stage.h"

#include <stdlib.h>
#include <string.h>

enum { CALLS = 250, LAST_LOOKS = 400 };

int calls_is_final(int rc) {
  return rc != IMAP_QUEUED && rc != IMAP_AGAIN && rc != IMAP_ERR_WOKEN && rc != IMAP_ERR_INTERRUPTED && rc != IMAP_CHALLENGE;
}

/* The connection is over, says the code. */
static int is_end(int rc) {
  switch (rc) {
  case IMAP_ERR_TIMEOUT:
  case IMAP_ERR_CLOSED:
  case IMAP_ERR_BYE:
  case IMAP_ERR_PROTOCOL:
  case IMAP_ERR_LIMIT:
  case IMAP_ERR_GREETING:
  case IMAP_ERR_TLS:
  case IMAP_ERR_TLS_VERIFY:
  case IMAP_ERR_TLS_REFUSED:
    return 1;
  default:
    return 0;
  }
}

/* Not empty, and one line without control characters. */
static void check_message(const char *message) {
  HOLDS(message != NULL && message[0] != '\0');
  for (const char *at = message; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      stage_fail(__FILE__, __LINE__, "a message with a control character: \"%s\"", message);
}

void calls_returned(player *p, int rc) {
  const char *message = imap_last_message(p->conn);
  stage_show("  %s: %s, %s", stage_call_name(), imap_error_name(rc), message);
  HOLDS(strcmp(imap_error_name(rc), "unknown") != 0);
  HOLDS(rc != IMAP_ERR_INTERNAL && rc != IMAP_ERR_BUSY && rc != IMAP_ERR_HANDLE);
  HOLDS(imap_last_error(p->conn) == rc);
  if (rc < 0)
    check_message(message);
  HOLDS(strpbrk(message, "\r\n") == NULL);
  HOLDS(imap_last_text(p->conn) != NULL && imap_last_code(p->conn) != NULL);
  /* Over or not, and nothing in between. */
  if (is_end(rc))
    HOLDS(p->server.closes == 1);
  HOLDS(p->server.closes + p->server.is_open == 1);
  if (p->server.closes == 1) {
    HOLDS(imap_wants(p->conn) == 0 && imap_timeout(p->conn) <= 0);
  } else if (rc == IMAP_AGAIN) {
    HOLDS(imap_wants(p->conn) != 0 || imap_timeout(p->conn) >= 0);
  }
  p->is_careful &= imap_conn_state(p->conn) != IMAP_STATE_LOGOUT && !p->server.heard.is_off;
  if (p->is_careful && !p->server.has_misbehaved && is_end(rc))
    stage_fail(__FILE__, __LINE__, "the connection ended for no reason: %s, %s", imap_error_name(rc), message);
}

id_fate *calls_fate(player *p, uint32_t id) {
  for (size_t i = p->id_count; i > 0; i--)
    if (p->ids[i - 1].id == id)
      return &p->ids[i - 1].fate;
  return NULL;
}

void calls_id_ends(player *p, uint32_t id, id_fate fate) {
  id_fate *its = calls_fate(p, id);
  HOLDS(its != NULL);
  if (*its == ID_ENDED)
    stage_fail(__FILE__, __LINE__, "the command with the id %u ended twice", id);
  *its = fate;
}

static int may_be_refusal(int rc) {
  return rc < 0 && rc != IMAP_ERR_AUTH && !is_end(rc);
}

void calls_submitted(player *p, int rc, uint32_t before, uint32_t continues) {
  uint32_t id = imap_last_id(p->conn);
  calls_returned(p, rc);
  if (id != before) {
    HOLDS(id > before && calls_fate(p, id) == NULL && p->id_count < IDS);
    p->ids[p->id_count].fate = calls_is_final(rc) ? ID_ENDED : ID_UNDER_WAY;
    p->ids[p->id_count++].id = id;
  } else if (continues != 0 && calls_is_final(rc) && calls_fate(p, continues)) {
    if (may_be_refusal(rc) || rc == IMAP_ERR_CLOSED) {
      if (*calls_fate(p, continues) == ID_UNDER_WAY)
        calls_id_ends(p, continues, ID_UNCERTAIN);
    } else
      calls_id_ends(p, continues, ID_ENDED);
  }
}

void calls_keep(world *w, imap_response *response) {
  if (response == NULL)
    return;
  kept *place = &w->kept[caller_picks(KEPT)];
  if (place->response != NULL) {
    HOLDS(calls_look(place->response) == place->print);
    imap_response_free(place->response);
  }
  place->response = response;
  place->print = calls_look(response);
}

static void open_one(world *w, player *p) {
  imap_options *own = NULL;
  memset(p, 0, sizeof *p);
  HOLDS(imap_options_new(&own) == IMAP_OK);
  unsigned manner = server_picks(4);
  p->is_nonblock = caller_picks(2) != 0;
  p->is_careful = 1;
  imap_options_set_int(own, IMAP_OPT_NONBLOCK, p->is_nonblock);
  imap_options_set_int(own, IMAP_OPT_ALLOW_PLAINTEXT_AUTH, caller_picks(4) != 3);
  imap_options_set_int(own, IMAP_OPT_TLS_VERIFY, 0);
  imap_options_set_int(own, IMAP_OPT_TRACE_LEVEL, caller_picks(6));
  switch (caller_picks(8)) {
  case 1: imap_options_set_int(own, IMAP_OPT_LITERAL_STREAM_MIN, 1); break;
  case 2: imap_options_set_int(own, IMAP_OPT_LITERAL_STREAM_MIN, 2000); break;
  case 3: imap_options_set_str(own, IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[] BODY[1]"); break;
  case 4: imap_options_set_int(own, IMAP_OPT_CALL_TIMEOUT_MS, 40), p->is_careful = 0; break;
  case 5: imap_options_set_int(own, IMAP_OPT_MAX_LINE, 300), p->is_careful = 0; break;
  case 6: imap_options_set_int(own, IMAP_OPT_MAX_UNASKED, 500), p->is_careful = 0; break;
  default: break;
  }
  actor_enter(&p->server, manner < 2 ? ACTOR_RIGHT : manner == 2 ? ACTOR_ODD : ACTOR_HOSTILE, server_picks(4) != 3);
  /* Odd servers send what careful clients end for: literals before the login and the like. */
  p->is_careful &= p->server.manner == ACTOR_RIGHT;
  unsigned how = caller_picks(40);
  int tls = how == 39 ? IMAP_TLS_IMPLICIT : how == 38 ? IMAP_TLS_STARTTLS : IMAP_TLS_NONE;
  p->is_careful &= tls == IMAP_TLS_NONE;
  p->server.heard.is_off = tls == IMAP_TLS_IMPLICIT;
  imap_io io = actor_functions(&p->server);
  stage_call("imap_open_io");
  int rc = imap_open_io(&io, "localhost", tls, own, &p->conn);
  imap_options_free(own);
  HOLDS(p->conn != NULL && rc <= IMAP_QUEUED);
  calls_submitted(p, rc, 0, 0);
  p->server.conn = p->conn;
  /* While one waits, the other's time passes. */
  for (size_t i = 0; i < SLOTS && w->players[0].conn && w->players[1].conn; i++)
    w->players[i].is_careful = 0;
}

/* Every id ends once: what is left is asked for, then the connection is closed and asked again. */
static void take_rest(player *p) {
  uint32_t id = 0;
  int rc = IMAP_AGAIN;
  for (int i = 0; i < LAST_LOOKS && rc != IMAP_END; i++) {
    imap_response *out = NULL;
    int result;
    stage_call("imap_completed");
    rc = imap_completed(p->conn, i % 7 == 0 ? 200 : 0, &id);
    calls_returned(p, rc);
    HOLDS(rc == IMAP_OK || rc == IMAP_END || !calls_is_final(rc));
    HOLDS((rc == IMAP_OK) == (id != 0));
    if (rc == IMAP_CHALLENGE) {
      uint32_t before = imap_last_id(p->conn);
      stage_call("imap_auth_cancel");
      result = imap_auth_cancel(p->conn, NULL);
      HOLDS(result != IMAP_ERR_STATE);
      calls_submitted(p, result, before, p->auth_id);
    }
    if (rc == IMAP_AGAIN && i > LAST_LOOKS / 2) {
      imap_shutdown(p->conn);
      p->is_careful = 0;
    } else if (rc == IMAP_AGAIN && p->is_nonblock)
      stage_pass_ms(10);
    if (rc != IMAP_OK)
      continue;
    stage_call("imap_wait");
    result = imap_wait(p->conn, id, 0, &out);
    calls_returned(p, result);
    HOLDS(calls_is_final(result));
    calls_id_ends(p, id, ID_ENDED);
    HOLDS((out != NULL) == (result >= 0 || result == IMAP_ERR_AUTH) || result == IMAP_ERR_TLS_REFUSED || out == NULL);
    imap_response_free(out);
    stage_call("imap_wait again");
    HOLDS(imap_wait(p->conn, id, 0, NULL) == IMAP_ERR_ARGUMENT);
  }
  if (rc != IMAP_END)
    stage_fail(__FILE__, __LINE__, "commands are under way and never end");
  for (size_t i = 0; i < p->id_count; i++)
    if (p->ids[i].fate == ID_UNDER_WAY)
      stage_fail(__FILE__, __LINE__, "the command with the id %u never ended", p->ids[i].id);
}

static void close_one(world *w, player *p) {
  if (p->conn == NULL)
    return;
  if (p->is_queueing) {
    stage_call("imap_queue_end");
    calls_returned(p, imap_queue_end(p->conn));
  }
  int is_checked = caller_picks(4) != 3;
  if (is_checked)
    take_rest(p);
  int was_usable = is_checked && p->is_careful && !p->server.has_misbehaved && p->server.closes == 0 && !p->is_nonblock;
  if (was_usable) {
    imap_response *out = NULL;
    stage_call("imap_cmd_noop at the end");
    int rc = imap_cmd_noop(p->conn, &out);
    calls_returned(p, rc);
    HOLDS(rc == IMAP_OK || rc == IMAP_NO || rc == IMAP_BAD || rc == IMAP_ERR_WOKEN || rc == IMAP_ERR_INTERRUPTED);
    calls_keep(w, out);
  }
  if (p->server.closes == 1) {
    stage_call("imap_cmd_noop of a dead one");
    int rc = imap_cmd_noop(p->conn, NULL);
    HOLDS(rc == IMAP_ERR_CLOSED || rc == IMAP_ERR_STATE);
    calls_returned(p, rc);
  }
  stage_call("imap_free");
  if (caller_picks(2)) {
    HOLDS(imap_logout_and_free(p->conn) != IMAP_ERR_BUSY);
  } else {
    p->server.conn = NULL;
    imap_free(p->conn);
  }
  p->conn = NULL;
  HOLDS(p->server.closes == 1 && !p->server.is_open);
  actor_leave(&p->server);
}

void calls_play(const char *name, const unsigned char *octets, size_t len) {
  world w;
  memset(&w, 0, sizeof w);
  stage_begin(name, octets, len);
  HOLDS(imap_options_new(&w.options) == IMAP_OK);
  open_one(&w, &w.players[0]);
  for (int i = 0; i < CALLS && !stage_is_over(); i++) {
    player *p = &w.players[caller_picks(8) == 7];
    if (p->conn == NULL)
      open_one(&w, p);
    else if (caller_picks(60) == 59)
      close_one(&w, p);
    else
      calls_one(&w, p);
  }
  for (size_t i = 0; i < SLOTS; i++)
    close_one(&w, &w.players[i]);
  for (size_t i = 0; i < KEPT; i++)
    if (w.kept[i].response != NULL) {
      HOLDS(calls_look(w.kept[i].response) == w.kept[i].print);
      imap_response_free(w.kept[i].response);
    }
  imap_options_free(w.options);
  stage_end();
}
