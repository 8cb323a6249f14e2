/* Random sequences of calls: NULL, handles of another kind, wrong order, nonsense as arguments, a second thread, against
 * a server that answers sense and nonsense. Nothing may crash, hang or leak; only the codes of the interface come back.
 *
 *   random_calls                     a short run
 *   RANDOM_CALLS=1000000 random_calls   as many sequences as are given; RANDOM_SEED repeats one */
#include "kit.h"
#include "peer.h"

#include <imap4.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 3

/* What a sequence plays with. Any slot may be NULL. */
typedef struct world {
  unsigned seed;
  imap_conn *conns[SLOTS];
  peer *peers[SLOTS];
  imap_options *options[SLOTS];
  imap_response *responses[SLOTS];
} world;

static unsigned pick(world *w, unsigned n) {
  return kit_random(&w->seed) % n;
}

/* Plays a server that mostly makes sense. */
static void chaos(peer *self, void *ctx) {
  static const char *const untagged[] = {
      "* 1 FETCH (FLAGS (\\Seen) BODY[] {5}\r\nhello)\r\n", "* SEARCH 1 2 3\r\n",  "* 5 EXISTS\r\n",
      "* LIST () \"/\" \"a\\\"b\"\r\n",                       "* 1 EXPUNGE\r\n",     "* STATUS x (MESSAGES 1)\r\n",
      "* OK [READ-ONLY] now\r\n",                             "* NO [ALERT] hm\r\n", "* (((\r\n",
      "* CAPABILITY IMAP4rev1 LITERAL+ ENABLE IDLE SASL-IR\r\n", "+ Y2hhbGxlbmdl\r\n", "+ \r\n",
      "* X \"unclosed\r\n",                                   "nonsense\r\n",         "* 4294967296 FETCH ()\r\n",
      "* 7 FETCH (BODYSTRUCTURE (((((\"a\" \"b\"))))\r\n",     "\r\n",                 "* BYE enough\r\n",
  };
  static const char *const tagged[] = {"# OK done\r\n",      "# OK [READ-WRITE] done\r\n",   "# NO [TRYCREATE] no\r\n",
                                       "# BAD what\r\n",     "# OK [CAPABILITY IMAP4rev1] in\r\n", "# WHAT\r\n",
                                       "ABCD99 OK forged\r\n"};
  unsigned seed = *(unsigned *)ctx;
  free(ctx);
  if (peer_say(self, kit_random(&seed) % 8 != 0 ? "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ ENABLE] hi\r\n" : "* OK hi\r\n") != 0)
    return;
  char line[65536];
  while (peer_line(self, line, sizeof line) >= 0) {
    char *command = peer_command(self, line);
    for (unsigned n = kit_random(&seed) % 4; n > 0; n--)
      if (peer_say(self, untagged[kit_random(&seed) % COUNT_OF(untagged)]) != 0)
        return;
    if (command == NULL)
      continue;
    unsigned answer = kit_random(&seed) % 16;
    const char *text = tagged[answer < COUNT_OF(tagged) ? answer : 0];
    if (strcmp(command, "CAPABILITY") == 0)
      text = "* CAPABILITY IMAP4rev1\r\n# OK done\r\n";
    if (answer == 15 || peer_say(self, text) != 0)
      return;
  }
}

static const char *word(world *w) {
  static const char *const words[] = {
      NULL,     "",         "INBOX",   "1",         "1:*",       "FLAGS",   "(FLAGS)",   "\\Seen",  "ALL",
      "a b",    "\"q\"",    "a\r\nb",  "{3}",       "x{5+}",     "UTF-8",   "\xff\xfe",  "\xc3\xa4", "LOGIN",
      "PLAIN",  "CRAM-MD5", "UID",     "UID FETCH", "STARTTLS",  "NOOP",    "+FLAGS",    "%",       "*",
      "((((",   "))))",     "(a \"b)", "NIL",       "REFERENCES", "LOGOUT", "IDLE",      "XFOO",    "0",
  };
  return words[pick(w, COUNT_OF(words))];
}

/* Now and then a handle of another kind. */
static imap_conn *any_conn(world *w) {
  if (pick(w, 12) == 0)
    return (imap_conn *)(void *)w->options[pick(w, SLOTS)];
  return w->conns[pick(w, SLOTS)];
}

static imap_response *any_response(world *w) {
  if (pick(w, 12) == 0)
    return (imap_response *)(void *)w->options[pick(w, SLOTS)];
  return w->responses[pick(w, SLOTS)];
}

static void open_one(world *w) {
  unsigned at = pick(w, SLOTS);
  if (w->conns[at] != NULL)
    return;
  unsigned *seed = malloc(sizeof *seed);
  *seed = w->seed ^ 0x5bd1e995u;
  w->peers[at] = peer_start(chaos, seed);
  int fd = peer_take_fd(w->peers[at]);
  imap_options *own = NULL;
  if (imap_options_new(&own) != IMAP_OK)
    return;
  imap_options_set_int(own, IMAP_OPT_CONNECT_TIMEOUT_MS, 2000);
  imap_options_set_int(own, IMAP_OPT_CALL_TIMEOUT_MS, 2 + (int)pick(w, 20));
  imap_options_set_int(own, IMAP_OPT_MAX_LINE, pick(w, 6) == 0 ? 100 : 0);
  int rc = imap_open_fd(fd, fd, 0, "localhost", pick(w, 10) == 0 ? IMAP_TLS_STARTTLS : IMAP_TLS_NONE, own, &w->conns[at]);
  CHECK(rc <= 0 && imap_error_name(rc)[0] == 'I');
  imap_options_free(own);
}

static void close_one(world *w) {
  unsigned at = pick(w, SLOTS);
  if (pick(w, 2) == 0)
    imap_free(w->conns[at]);
  else
    imap_logout_and_free(w->conns[at]);
  w->conns[at] = NULL;
  peer_end(w->peers[at]);
  w->peers[at] = NULL;
}

static int answer_challenge(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  world *w = ctx;
  CHECK(challenge[len] == '\0');
  CHECK_RC(imap_cmd_noop(w->conns[0], NULL) == IMAP_OK ? IMAP_OK : IMAP_ERR_BUSY, IMAP_ERR_BUSY);
  return pick(w, 3) == 0 || imap_reply_set(reply, challenge, pick(w, 2) == 0 ? len : 0) != IMAP_OK;
}

static int command(world *w, imap_conn *conn, imap_response **out) {
  imap_arg args[4];
  int flags = pick(w, 5) == 0 ? (int)pick(w, 64) : (int)pick(w, 2);
  const char *a = word(w), *b = word(w), *c = word(w);
  switch (pick(w, 40)) {
  case 0: return imap_cmd_select(conn, a, flags, out);
  case 1: return imap_cmd_fetch(conn, a, b, flags, out);
  case 2: return imap_cmd_search(conn, a, b, flags, out);
  case 3: return imap_cmd_store(conn, a, b, c, flags, out);
  case 4: return imap_cmd_append(conn, a, b, NULL, c, c != NULL ? strlen(c) : pick(w, 3), flags, out);
  case 5: return imap_cmd_login(conn, a, b, out);
  case 6: return imap_cmd_authenticate(conn, a, NULL, b, c, out);
  case 7: return conn == w->conns[0] ? imap_cmd_authenticate_callback(conn, a, answer_challenge, w, out) : IMAP_OK;
  case 8: return imap_auth_begin(conn, a, b, b != NULL ? strlen(b) : 0, out);
  case 9: return imap_auth_reply(conn, a, a != NULL ? strlen(a) : 0, out);
  case 10: return imap_auth_cancel(conn, out);
  case 11: return imap_command_text(conn, a, out);
  case 12: return imap_cmd_xatom(conn, a, b, out);
  case 13: return imap_cmd_uid(conn, a, b, out);
  case 14: return imap_cmd_enable(conn, a, out);
  case 15: return imap_cmd_status(conn, a, b, out);
  case 16: return imap_cmd_list(conn, a, b, out);
  case 17: return imap_cmd_close(conn, out);
  case 18: return imap_cmd_recent(conn, out);
  case 19: return imap_cmd_expunge(conn, a, out);
  case 20: return imap_cmd_id(conn, &a, pick(w, 2), out);
  case 21: return imap_starttls(conn, out);
  case 22: return imap_wait(conn, pick(w, 4), (int)pick(w, 3), out);
  case 23: return imap_raw_send(conn, a, a != NULL ? strlen(a) : pick(w, 2));
  case 24: {
    const char *line;
    size_t len;
    return imap_raw_readline(conn, &line, pick(w, 2) == 0 ? NULL : &len);
  }
  case 25: {
    const char *octets;
    return imap_raw_read(conn, pick(w, 50), &octets, NULL);
  }
  case 26: return imap_event_next(conn, out);
  case 27: return imap_untagged(conn, a, out);
  case 28: return imap_greeting(conn, out);
  case 29: return imap_set_int(conn, (int)pick(w, 120), (int)pick(w, 200) - 10);
  case 30: imap_shutdown(conn); return IMAP_OK;
  case 31: return imap_wakeup(conn);
  case 32: return imap_cmd_thread(conn, a, b, c, flags, out);
  case 33: return imap_cmd_logout(conn, out);
  default:
    for (unsigned i = 0; i < COUNT_OF(args); i++) {
      const char *text = word(w);
      args[i].ptr = text;
      args[i].len = text != NULL ? strlen(text) : pick(w, 2);
      args[i].type = (int32_t)pick(w, 20);
      args[i].flags = (int32_t)pick(w, 8) / 6;
    }
    return imap_command(conn, a, args, pick(w, COUNT_OF(args) + 1), out);
  }
}

static void look(world *w) {
  const imap_response *r = any_response(w);
  const char *text;
  size_t len;
  if (pick(w, 2) == 0)
    r = imap_response_row(r, pick(w, 4));
  uint32_t node = pick(w, 4) == 0 ? kit_random(&w->seed) : pick(w, 30);
  for (size_t i = 0; i < imap_response_item_count(r, NULL) && i < 20; i++)
    if (imap_response_item(r, NULL, i, &text, &len, NULL, NULL) == IMAP_OK)
      CHECK(text[len] == '\0');
  CHECK(imap_response_item(r, word(w), kit_random(&w->seed), &text, &len, NULL, NULL) != IMAP_OK);
  if (imap_node_text(r, node, &text, &len) == IMAP_OK)
    CHECK(text[len] == '\0');
  imap_node_raw(r, node, &text, &len);
  imap_node_number(r, node, NULL);
  imap_node_find(r, node, word(w));
  imap_node_count(r, node);
  imap_node_at(r, node, pick(w, 5));
  imap_response_text(r, &text, NULL);
  imap_response_code(r, &text, NULL, NULL, &len);
  imap_response_malformed(r);
  imap_response_number(r, NULL);
  imap_response_raw(r, NULL, &len);
}

static void *disturb(void *ctx) {
  world *w = ctx;
  /* Only what may be called at any time; the connections stay until this thread has ended. */
  for (int i = 0; i < 20; i++) {
    imap_wakeup(w->conns[i % SLOTS]);
    (void)imap_last_error(w->conns[i % SLOTS]);
  }
  return NULL;
}

static void sequence(unsigned seed) {
  world w;
  memset(&w, 0, sizeof w);
  w.seed = seed;
  pthread_t thread;
  CHECK_RC(imap_options_new(&w.options[0]), IMAP_OK);
  open_one(&w);
  int is_disturbed = pick(&w, 8) == 0 && pthread_create(&thread, NULL, disturb, &w) == 0;
  for (unsigned i = 0; i < 30; i++) {
    unsigned slot = pick(&w, SLOTS);
    imap_response *out = NULL;
    switch (pick(&w, 16)) {
    case 0:
      if (!is_disturbed)
        open_one(&w);
      break;
    case 1:
      if (!is_disturbed)
        close_one(&w);
      break;
    case 2:
      imap_response_free(w.responses[slot]);
      w.responses[slot] = NULL;
      break;
    case 3:
      if (w.responses[slot] == NULL && imap_response_keep(imap_response_row(any_response(&w), pick(&w, 3)), &out) == IMAP_OK)
        w.responses[slot] = out;
      break;
    case 4:
    case 5:
      look(&w);
      break;
    case 6:
      imap_free((imap_conn *)(void *)w.options[0]);
      imap_response_free((imap_response *)(void *)w.options[0]);
      imap_options_set_str(w.options[pick(&w, SLOTS)], (int)pick(&w, 120), word(&w));
      break;
    default: {
      imap_conn *conn = any_conn(&w);
      int rc = command(&w, conn, w.responses[slot] == NULL ? &out : NULL);
      if (!CHECK(strcmp(imap_error_name(rc), "unknown") != 0))
        fprintf(stderr, "  code %d\n", rc);
      CHECK(rc != IMAP_ERR_INTERNAL);
      if (out != NULL)
        w.responses[slot] = out;
      CHECK(imap_last_message(conn) != NULL);
    }
    }
  }
  if (is_disturbed)
    pthread_join(thread, NULL);
  for (unsigned i = 0; i < SLOTS; i++) {
    imap_free(w.conns[i]);
    peer_end(w.peers[i]);
    imap_options_free(w.options[i]);
    imap_response_free(w.responses[i]);
  }
}

static void any_sequence_of_calls_comes_back(void) {
  const char *count = getenv("RANDOM_CALLS"), *seed = getenv("RANDOM_SEED");
  size_t sequences = count != NULL ? (size_t)atol(count) : kit_repeats(500);
  unsigned first = seed != NULL ? (unsigned)strtoul(seed, NULL, 10) : 1;
  for (size_t i = 0; i < sequences; i++) {
    int before = kit_failures();
    sequence(first + (unsigned)i);
    if (kit_failures() != before) {
      fprintf(stderr, "  sequence with RANDOM_SEED=%u RANDOM_CALLS=1\n", first + (unsigned)i);
      return;
    }
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {TEST(any_sequence_of_calls_comes_back)};
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
