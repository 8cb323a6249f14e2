/* Injection: whatever octets an argument has, the server reads exactly this argument at exactly this place, or the call
 * was refused and nothing arrived. Every public entry and every argument that is text; all octets, line ends, literal
 * markers, quoting, and random strings. What arrives is decoded by support/server_words.c, as a server does. */
#include "kit.h"
#include "server_words.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an argument becomes on the wire. */
typedef enum shape {
  STRING,  /* decoded, it is the argument */
  MAILBOX, /* decoded, from modified UTF-7, it is the argument */
  LENIENT, /* as one of them, after one pair of quotes is taken off */
  WORD,    /* it stands there as it is */
  NAME,    /* the same in upper case, without blanks around it */
  FLAGS,   /* the same words in parentheses */
  FIRST,   /* decoded, it is the first of a list of strings */
  TEXT,    /* words of the caller's own: as they are, 8-bit strings perhaps as literals, perhaps in parentheses */
} shape;

typedef struct entry {
  const char *name;
  int (*call)(imap_conn *conn, const char *x, size_t len);
  const char *good;
  /* Which word on the wire it is; 0 is the command's name. */
  size_t place;
  shape form;
  int may_have_nul;
} entry;

/* M(function, number of the argument, a good value, place, shape, the arguments with x at its place) */
#define COMMANDS(M) \
  M(imap_cmd_create, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_delete, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_subscribe, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_unsubscribe, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_select, 1, "x", 1, MAILBOX, x, 0) \
  M(imap_cmd_rename, 1, "x", 1, MAILBOX, x, "b") \
  M(imap_cmd_rename, 2, "x", 2, MAILBOX, "a", x) \
  M(imap_cmd_list, 1, "x", 1, MAILBOX, x, "b") \
  M(imap_cmd_list, 2, "x", 2, MAILBOX, "a", x) \
  M(imap_cmd_lsub, 1, "x", 1, MAILBOX, x, "b") \
  M(imap_cmd_lsub, 2, "x", 2, MAILBOX, "a", x) \
  M(imap_cmd_status, 1, "x", 1, MAILBOX, x, "MESSAGES") \
  M(imap_cmd_status, 2, "X", 2, TEXT, "a", x) \
  M(imap_cmd_fetch, 1, "1", 1, WORD, x, "FLAGS", 0) \
  M(imap_cmd_fetch, 2, "X", 2, TEXT, "1", x, 0) \
  M(imap_cmd_partial, 1, "1", 1, WORD, x, "RFC822", 1, 2) \
  M(imap_cmd_partial, 2, "X", 2, TEXT, "1", x, 1, 2) \
  M(imap_cmd_store, 1, "1", 1, WORD, x, "FLAGS", "a", 0) \
  M(imap_cmd_store, 2, "X", 2, WORD, "1", x, "a", 0) \
  M(imap_cmd_store, 3, "x", 3, FLAGS, "1", "FLAGS", x, 0) \
  M(imap_cmd_copy, 1, "1", 1, WORD, x, "a", 0) \
  M(imap_cmd_copy, 2, "x", 2, MAILBOX, "1", x, 0) \
  M(imap_cmd_move, 1, "1", 2, WORD, x, "a", IMAP_UID) \
  M(imap_cmd_move, 2, "x", 3, MAILBOX, "1", x, IMAP_UID) \
  M(imap_cmd_expunge, 1, "1", 2, WORD, x) \
  M(imap_cmd_search, 1, "x", 2, STRING, x, "ALL", 0) \
  M(imap_cmd_search, 2, "X", 3, TEXT, "UTF-8", x, 0) \
  M(imap_cmd_sort, 1, "X", 1, TEXT, x, NULL, "ALL", 0) \
  M(imap_cmd_sort, 2, "x", 2, STRING, "DATE", x, "ALL", 0) \
  M(imap_cmd_sort, 3, "X", 3, TEXT, "DATE", "UTF-8", x, 0) \
  M(imap_cmd_thread, 1, "X", 1, WORD, x, NULL, "ALL", 0) \
  M(imap_cmd_thread, 2, "x", 2, STRING, "X", x, "ALL", 0) \
  M(imap_cmd_thread, 3, "X", 3, TEXT, "X", "UTF-8", x, 0) \
  M(imap_cmd_append, 1, "x", 1, MAILBOX, x, NULL, NULL, "m", 1, 0) \
  M(imap_cmd_append, 2, "x", 2, FLAGS, "a", x, NULL, "m", 1, 0) \
  M(imap_cmd_append, 3, "17-Jul-1996 02:44:25 -0700", 2, LENIENT, "a", NULL, x, "m", 1, 0) \
  M(imap_cmd_append, 4, "x", 2, STRING, "a", NULL, NULL, x, len, IMAP_APPEND_VERBATIM) \
  M(imap_cmd_login, 1, "x", 1, STRING, x, "p") \
  M(imap_cmd_login, 2, "x", 2, STRING, "u", x) \
  M(imap_cmd_proxyauth, 1, "x", 1, STRING, x) \
  M(imap_cmd_enable, 1, "X", 1, TEXT, x) \
  M(imap_cmd_getacl, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_setacl, 1, "x", 1, MAILBOX, x, "b", "c") \
  M(imap_cmd_setacl, 2, "x", 2, STRING, "a", x, "c") \
  M(imap_cmd_setacl, 3, "x", 3, STRING, "a", "b", x) \
  M(imap_cmd_deleteacl, 1, "x", 1, MAILBOX, x, "b") \
  M(imap_cmd_deleteacl, 2, "x", 2, STRING, "a", x) \
  M(imap_cmd_myrights, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_getquota, 1, "x", 1, STRING, x) \
  M(imap_cmd_getquotaroot, 1, "x", 1, MAILBOX, x) \
  M(imap_cmd_setquota, 1, "x", 1, STRING, x, "STORAGE 1") \
  M(imap_cmd_setquota, 2, "X", 2, TEXT, "a", x) \
  M(imap_cmd_getannotation, 1, "x", 1, MAILBOX, x, "b", "c") \
  M(imap_cmd_getannotation, 2, "X", 2, TEXT, "a", x, "c") \
  M(imap_cmd_getannotation, 3, "X", 3, TEXT, "a", "b", x) \
  M(imap_cmd_setannotation, 1, "x", 1, MAILBOX, x, "b", "c") \
  M(imap_cmd_setannotation, 2, "X", 2, TEXT, "a", x, "c") \
  M(imap_cmd_setannotation, 3, "X", 3, TEXT, "a", "b", x) \
  M(imap_cmd_xatom, 1, "X", 0, NAME, x, NULL) \
  M(imap_cmd_xatom, 2, "X", 1, TEXT, "XA", x) \
  M(imap_cmd_uid, 1, "FETCH", 1, NAME, x, "1") \
  M(imap_cmd_uid, 2, "1", 2, TEXT, "FETCH", x) \
  M(imap_command, 1, "X", 0, NAME, x, NULL, 0) \
  M(imap_auth_begin, 1, "X", 1, NAME, x, NULL, 0)

#define AS_FUNCTION(function, number, good, place, form, ...) \
  static int function##_##number(imap_conn *conn, const char *x, size_t len) { \
    (void)len; \
    return function(conn, __VA_ARGS__, NULL); \
  }
COMMANDS(AS_FUNCTION)

static int text_line(imap_conn *conn, const char *x, size_t len) {
  char line[600];
  snprintf(line, sizeof line, "XA %.*s", (int)len, x);
  return imap_command_text(conn, line, NULL);
}

static int id_name(imap_conn *conn, const char *x, size_t len) {
  const char *pairs[] = {x, "v"};
  (void)len;
  return imap_cmd_id(conn, pairs, 2, NULL);
}

static int typed(imap_conn *conn, const char *x, size_t len, int type) {
  imap_arg args[] = {{"a", 1, IMAP_ARG_ATOM, 0}, {x, len, type, 0}, {"z", 1, IMAP_ARG_ATOM, 0}};
  return imap_command(conn, "XT", args, COUNT_OF(args), NULL);
}

/* M(type, a good value, shape) */
#define TYPES(M) \
  M(ATOM, "x", WORD) M(ASTRING, "x", STRING) M(STRING, "x", STRING) M(LITERAL, "x", STRING) M(MAILBOX, "x", MAILBOX) \
  M(MAILBOX_RAW, "x", STRING) M(LIST_MAILBOX, "x", MAILBOX) M(SET, "1", WORD) M(FLAGS, "x", FLAGS) M(NUMBER, "1", WORD) \
  M(DATE, "17-Jul-1996 02:44:25 -0700", LENIENT) M(RAW, "X", TEXT) M(MAILBOX_LENIENT, "x", LENIENT) \
  M(ASTRING_LENIENT, "x", LENIENT) M(ITEMS, "X", TEXT)

#define AS_TYPED(type, good, form) \
  static int typed_##type(imap_conn *conn, const char *x, size_t len) { return typed(conn, x, len, IMAP_ARG_##type); }
TYPES(AS_TYPED)

#define AS_ENTRY(function, number, good, place, form, ...) \
  {#function ", argument " #number, function##_##number, good, place, form, 0},
#define AS_TYPED_ENTRY(type, good, form) {"IMAP_ARG_" #type, typed_##type, good, 2, form, 1},
static const entry ENTRIES[] = {COMMANDS(AS_ENTRY) TYPES(AS_TYPED_ENTRY){"imap_command_text", text_line, "X", 1, TEXT, 0},
                                {"imap_cmd_id", id_name, "x", 1, FIRST, 0}};

/* One entry under test: its connection, and what stands around the argument when it is a good one. */
typedef struct trial {
  const entry *entry;
  wire *server;
  imap_conn *conn;
  server_words usual;
  size_t sent;
  int failures_before;
} trial;

static int is_same(const char *a, size_t a_len, const char *b, size_t b_len) {
  return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static int is_utf7_of(const char *wire, size_t wire_len, const char *x, size_t len) {
  char name[SERVER_ROOM];
  size_t needed = 0;
  return imap_utf7_decode(wire, wire_len, name, sizeof name, &needed) == IMAP_OK && is_same(name, needed, x, len);
}

static int has_same_words(const char *list, size_t list_len, const char *x, size_t len) {
  if (len >= 2 && x[0] == '(' && x[len - 1] == ')')
    x++, len -= 2;
  if (list_len < 2 || list[0] != '(' || list[list_len - 1] != ')')
    return 0;
  list++, list_len -= 2;
  for (;;) {
    while (len > 0 && *x == ' ')
      x++, len--;
    if (len == 0 || list_len == 0)
      return len == 0 && list_len == 0;
    while (len > 0 && *x != ' ') {
      if (list_len == 0 || *x != *list)
        return 0;
      x++, len--, list++, list_len--;
    }
    if (list_len > 0 && *list == ' ')
      list++, list_len--;
  }
}

/* Text in upper case, without the blanks around it. */
static int is_name_of(const char *wire, size_t wire_len, const char *x, size_t len) {
  while (len > 0 && *x == ' ')
    x++, len--;
  while (len > 0 && x[len - 1] == ' ')
    len--;
  for (size_t i = 0; i < len && i < wire_len; i++)
    if (wire[i] != (x[i] >= 'a' && x[i] <= 'z' ? x[i] - 32 : x[i]))
      return 0;
  return wire_len == len && len > 0;
}

static int has_8bit(const char *x, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (x[i] & 0x80)
      return 1;
  return 0;
}

static int is_argument(const server_word *word, shape form, const char *x, size_t len) {
  static server_words list;
  char inner[SERVER_ROOM];
  size_t at = 0;
  switch (form) {
  case STRING:
    return is_same(word->text, word->len, x, len);
  case MAILBOX:
    return is_utf7_of(word->text, word->len, x, len);
  case LENIENT:
    if (len > 1 && x[0] == '"') {
      long n = server_read_string(x, len, &at, inner, 1);
      int is_unquoted = is_same(word->text, word->len, inner, n < 0 ? 0 : (size_t)n) ||
                        is_utf7_of(word->text, word->len, inner, n < 0 ? 0 : (size_t)n);
      /* What is not UTF-8 may count as no quoted string. */
      if (n >= 0 && at == len && (is_unquoted || !has_8bit(x, len)))
        return is_unquoted;
    }
    return is_same(word->text, word->len, x, len) || is_utf7_of(word->text, word->len, x, len);
  case WORD:
    return !word->is_string && is_same(word->text, word->len, x, len);
  case FLAGS:
    return !word->is_string && has_same_words(word->text, word->len, x, len);
  case FIRST:
    return !word->is_string && word->len > 2 && server_read_words(word->text + 1, word->len - 2, &list) && list.count == 2 &&
           is_same(list.word[0].text, list.word[0].len, x, len) && list.word[0].is_string;
  case NAME:
  case TEXT:
    break;
  }
  return 0;
}

/* What stands where the usual command has its argument; 0 if something else differs. */
static int middle(const trial *self, const char **line, size_t *len, size_t x_len) {
  const server_words *usual = &self->usual;
  const server_word *word = &usual->word[self->entry->place];
  size_t before = word->at, after = usual->len - word->end;
  /* No argument, no blank before it. */
  if (x_len == 0 && after == 0 && *len + 1 == before)
    before--;
  if (*len < before + after || memcmp(*line, usual->line, before) != 0 ||
      memcmp(*line + *len - after, usual->line + word->end, after) != 0)
    return 0;
  *line += before;
  *len -= before + after;
  return 1;
}

/* The arrived command is the usual one with x at its place. */
static int is_intact(trial *self, const char *line, size_t len, const char *x, size_t x_len) {
  static server_words now;
  const server_words *usual = &self->usual;
  size_t place = self->entry->place;
  if (self->entry->form == NAME)
    return server_is_one_line(line, len) && middle(self, &line, &len, x_len) && is_name_of(line, len, x, x_len);
  if (self->entry->form == TEXT) {
    while (x_len > 0 && self->entry->call == text_line && x[x_len - 1] == ' ')
      x_len--;
    return server_is_one_line(line, len) && middle(self, &line, &len, x_len) &&
           (server_is_text(line, len, x, x_len) ||
            (len >= 2 && line[0] == '(' && line[len - 1] == ')' && server_is_text(line + 1, len - 2, x, x_len)));
  }
  if (!server_read_words(line, len, &now) || now.count != usual->count)
    return 0;
  for (size_t i = 0; i < now.count; i++)
    if (i != place && !is_same(now.word[i].text, now.word[i].len, usual->word[i].text, usual->word[i].len))
      return 0;
  return is_argument(&now.word[place], self->entry->form, x, x_len);
}

static void show(const char *what, const char *octets, size_t len) {
  printf("    %s ", what);
  for (size_t i = 0; i < len && i < 200; i++)
    printf(octets[i] >= 32 && octets[i] < 127 ? "%c" : "\\x%02x", (unsigned char)octets[i]);
  putchar('\n');
}

/* One call. Refused: nothing more has arrived, which the next command's number shows. */
static void attempt(trial *self, const char *octets, size_t len) {
  char x[600];
  if (kit_failures() > self->failures_before + 10)
    return;
  memcpy(x, octets, len);
  x[len] = '\0';
  int rc = self->entry->call(self->conn, x, len);
  size_t count = wire_count(self->server);
  int is_sent = rc == IMAP_NO || rc == IMAP_ERR_AUTH;
  int is_refused = rc == IMAP_ERR_ARGUMENT || rc == IMAP_ERR_UNSUPPORTED || rc == IMAP_ERR_STATE;
  self->sent += (size_t)is_sent;
  if (count != self->sent || is_sent == is_refused) {
    kit_fail(__FILE__, __LINE__, "%s: %s, %zu commands where %zu were expected", self->entry->name, imap_error_name(rc),
             count, self->sent);
    show("argument", x, len);
    self->sent = count;
  } else if (is_sent) {
    size_t line_len;
    const char *line = wire_last(self->server, &line_len);
    if (!is_intact(self, line, line_len, x, len)) {
      kit_fail(__FILE__, __LINE__, "%s: another command arrived than was meant", self->entry->name);
      show("argument", x, len);
      show("arrived ", line, line_len);
    }
  }
}

static const char *const TRICKS[] = {
    "", " ", "\r\n", "\r", "\n", "a\r\nT9 LOGOUT", "a\r\nT9 LOGOUT\r\n", "{3}", "{3+}", "{3}\r\nabc", "{0}", "~{3}", "a {3}",
    "\"", "\\", "\"a", "a\"", "\"a\"", "\"a\" \"b\"", "\"\\\"", "\\\"", "\"a\\", "\"\r\n\"", "(", ")", "()", "(a", "a)", ") (",
    "(a) (b)", "a b", "NIL", "nil", "*", "%", "1:*", "1,2", "1 2", "INBOX", "&", "&-", "&AOQ-", "&AAA-", "&AA0ACg-", "[", "]",
    "BODY[", "BODY[]<0.1>", "\xc3\xa4", "\"\xc3\xa4\"", "\"\xc3\xa4\\\"\"", "\xff", "\"\xff\"", "x\xc0\x80y", "\xef\xbb\xbf",
    "\\Seen", "\\Seen \\Deleted", "(\\Seen)", "UID X", "T9 NOOP", "+", "*\r\n", "\"{3}\"", "\"(\"", "a{3}b", "a{3", "{", "}",
};

static void try_octets(trial *self) {
  char text[3];
  int step = kit_is_watched() ? 7 : 1;
  for (int octet = !self->entry->may_have_nul; octet < 256; octet += step) {
    memset(text, self->entry->good[0], sizeof text);
    text[1] = (char)octet;
    attempt(self, text + 1, 1);
    attempt(self, text, 2);
    attempt(self, text + 1, 2);
    attempt(self, text, 3);
  }
}

static void try_random(trial *self, unsigned *seed) {
  static const char pieces[] = "\r\n\"\\{}()[]&-+*% \t0123aZ~<>\x7f\x01\xc3\xa4\xff\x80";
  char text[33];
  for (size_t i = 0; i < kit_repeats(2000); i++) {
    size_t len = kit_random(seed) % 24;
    for (size_t at = 0; at < len; at++) {
      unsigned octet = kit_random(seed) % 4 ? (unsigned char)pieces[kit_random(seed) % (sizeof pieces - 1)]
                                            : kit_random(seed) % 256;
      text[at] = (char)(octet || self->entry->may_have_nul ? octet : 'n');
    }
    text[len] = '\0';
    attempt(self, text, len);
  }
}

static void no_argument_becomes_anything_else(void) {
  unsigned seed = 1;
  for (size_t i = 0; i < COUNT_OF(ENTRIES); i++) {
    static trial self;
    const char *good = ENTRIES[i].good;
    self.failures_before = kit_failures();
    self.entry = &ENTRIES[i];
    const char *capabilities = "IMAP4rev1 BINARY ENABLE";
    int is_first = strncmp(self.entry->name, "imap_cmd_login", 14) == 0 || self.entry->call == imap_auth_begin_1;
    self.conn = is_first ? wire_open(&self.server, "OK [CAPABILITY IMAP4rev1 BINARY] hi") : wire_selected(&self.server, capabilities);
    if (self.entry->call == imap_cmd_enable_1 || self.entry->call == imap_cmd_proxyauth_1)
      imap_cmd_close(self.conn, NULL);
    CHECK_RC(imap_set_int(self.conn, IMAP_OPT_CALL_TIMEOUT_MS, 20000), IMAP_OK);
    /* Refused by the server, a command changes no state. */
    wire_answer(self.server, NULL, "NO no");
    self.sent = wire_count(self.server) + 1;
    int rc = self.entry->call(self.conn, good, strlen(good));
    size_t len;
    const char *line = wire_last(self.server, &len);
    CHECK(rc == IMAP_NO || rc == IMAP_ERR_AUTH);
    if (CHECK(server_read_words(line, len, &self.usual) && self.usual.count > self.entry->place)) {
      attempt(&self, good, strlen(good));
      for (size_t trick = 0; trick < COUNT_OF(TRICKS); trick++)
        attempt(&self, TRICKS[trick], strlen(TRICKS[trick]));
      try_octets(&self);
      try_random(&self, &seed);
      CHECK_RC(imap_cmd_noop(self.conn, NULL), IMAP_NO);
      CHECK_INT(wire_count(self.server), self.sent + 1);
    }
    wire_close(self.server, self.conn);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {TEST(no_argument_becomes_anything_else)};
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
