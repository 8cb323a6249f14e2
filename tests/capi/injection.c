/* Injection: whatever octets an argument has, the server reads exactly this argument at exactly this place, or the call
 * was refused and nothing arrived. Every public entry and every argument that is text; all octets, line ends, literal
 * markers, quoting, and random strings. The decoding here is a server's, written without a look at the library's. */
#include "kit.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 12, ROOM = 4096 };

/* A command as a server reads it: its words, strings decoded, everything else as it stands. */
typedef struct words {
  size_t count;
  struct {
    int is_string;
    size_t len;
    char text[ROOM];
  } word[WORDS];
} words;

/* Reads a quoted string or literal at *at into text; its length, or -1. */
static long read_string(const char *line, size_t len, size_t *at, char *text) {
  size_t n = 0, i = *at;
  if (line[i] == '"') {
    for (i++; i < len && line[i] != '"'; i++) {
      if (line[i] == '\\' && (++i >= len || (line[i] != '"' && line[i] != '\\')))
        return -1;
      if (line[i] == '\r' || line[i] == '\n' || line[i] == '\0' || (line[i] & 0x80) || n >= ROOM)
        return -1;
      text[n++] = line[i];
    }
    *at = i + 1;
    return i < len ? (long)n : -1;
  }
  size_t size = 0;
  i += line[i] == '~';
  for (i++; i < len && line[i] >= '0' && line[i] <= '9'; i++)
    size = size * 10 + (size_t)(line[i] - '0');
  if (i + 3 > len || memcmp(line + i, "}\r\n", 3) != 0 || size > len - i - 3 || size > ROOM)
    return -1;
  memcpy(text, line + i + 3, size);
  *at = i + 3 + size;
  return (long)size;
}

static int is_string_at(const char *line, size_t len, size_t i) {
  return line[i] == '"' || line[i] == '{' || (line[i] == '~' && i + 1 < len && line[i + 1] == '{');
}

/* Splits a command at its blanks; lists in parentheses are one word each. 0 if a server would call it broken. */
static int read_words(const char *line, size_t len, words *out) {
  size_t i = 0;
  static char skipped[ROOM];
  memset(out, 0, offsetof(words, word));
  for (;;) {
    if (out->count == WORDS || i >= len)
      return 0;
    char *text = out->word[out->count].text;
    size_t n = 0;
    int depth = 0;
    out->word[out->count].is_string = is_string_at(line, len, i);
    if (out->word[out->count].is_string) {
      long got = read_string(line, len, &i, text);
      if (got < 0)
        return 0;
      n = (size_t)got;
    } else {
      while (i < len && (line[i] != ' ' || depth > 0)) {
        if (is_string_at(line, len, i)) {
          size_t from = i;
          if (read_string(line, len, &i, skipped) < 0 || n + (i - from) >= ROOM)
            return 0;
          memcpy(text + n, line + from, i - from);
          n += i - from;
          continue;
        }
        depth += (line[i] == '(') - (line[i] == ')');
        if (depth < 0 || line[i] == '\r' || line[i] == '\n' || line[i] == '\0' || n >= ROOM)
          return 0;
        text[n++] = line[i++];
      }
      if (depth != 0 || n == 0)
        return 0;
    }
    out->word[out->count++].len = n;
    if (i == len)
      return 1;
    if (line[i++] != ' ')
      return 0;
  }
}

/* What an argument becomes on the wire. */
typedef enum shape {
  STRING,   /* decoded it is the argument */
  MAILBOX,  /* decoded, and from modified UTF-7, it is the argument */
  WORD,     /* it stands there as it is, and is one word */
  TEXT,     /* words of the caller's own: as they are, 8-bit strings as literals */
  ITEMS     /* the same, in parentheses */
} shape;

typedef struct entry {
  const char *name;
  int (*call)(imap_conn *conn, const char *text);
  const char *good;
  size_t place;
  shape form;
  int needs_login;
} entry;

#define ENTRY(function, good, place, form, ...) \
  static int function##_##place(imap_conn *conn, const char *x) { return function(conn, __VA_ARGS__, NULL); }
#define ENTRY1(function, place) \
  static int function##_##place(imap_conn *conn, const char *x) { return function(conn, x, NULL); }
ENTRY1(imap_cmd_create, 1)
ENTRY1(imap_cmd_delete, 1)
ENTRY1(imap_cmd_subscribe, 1)
ENTRY1(imap_cmd_unsubscribe, 1)
ENTRY1(imap_cmd_getacl, 1)
ENTRY1(imap_cmd_myrights, 1)
ENTRY1(imap_cmd_getquota, 1)
ENTRY1(imap_cmd_getquotaroot, 1)
ENTRY1(imap_cmd_expunge, 2)
ENTRY1(imap_cmd_enable, 1)
ENTRY1(imap_command_text, 1)
ENTRY(imap_cmd_login, , 1, , x, "p")
ENTRY(imap_cmd_login, , 2, , "u", x)
ENTRY(imap_cmd_select, , 1, , x, 0)
ENTRY(imap_cmd_rename, , 1, , x, "b")
ENTRY(imap_cmd_rename, , 2, , "a", x)
ENTRY(imap_cmd_list, , 1, , x, "b")
ENTRY(imap_cmd_list, , 2, , "a", x)
ENTRY(imap_cmd_lsub, , 2, , "a", x)
ENTRY(imap_cmd_status, , 1, , x, "MESSAGES")
ENTRY(imap_cmd_status, , 2, , "a", x)
ENTRY(imap_cmd_fetch, , 1, , x, "FLAGS", 0)
ENTRY(imap_cmd_fetch, , 2, , "1", x, 0)
ENTRY(imap_cmd_partial, , 1, , x, "RFC822", 1, 2)
ENTRY(imap_cmd_partial, , 2, , "1", x, 1, 2)
ENTRY(imap_cmd_store, , 1, , x, "FLAGS", "a", 0)
ENTRY(imap_cmd_store, , 2, , "1", x, "a", 0)
ENTRY(imap_cmd_store, , 3, , "1", "FLAGS", x, 0)
ENTRY(imap_cmd_copy, , 1, , x, "a", 0)
ENTRY(imap_cmd_copy, , 2, , "1", x, 0)
ENTRY(imap_cmd_move, , 2, , "1", x, 0)
ENTRY(imap_cmd_search, , 2, , x, "ALL", 0)
ENTRY(imap_cmd_search, , 1, , NULL, x, 0)
ENTRY(imap_cmd_sort, , 1, , x, NULL, "ALL", 0)
ENTRY(imap_cmd_sort, , 2, , "DATE", x, "ALL", 0)
ENTRY(imap_cmd_sort, , 3, , "DATE", "UTF-8", x, 0)
ENTRY(imap_cmd_thread, , 1, , x, NULL, "ALL", 0)
ENTRY(imap_cmd_thread, , 2, , "X", x, "ALL", 0)
ENTRY(imap_cmd_thread, , 3, , "X", "UTF-8", x, 0)
ENTRY(imap_cmd_append, , 1, , x, NULL, NULL, "m", 1, 0)
ENTRY(imap_cmd_append, , 2, , "a", x, NULL, "m", 1, 0)
ENTRY(imap_cmd_append, , 3, , "a", NULL, x, "m", 1, 0)
ENTRY(imap_cmd_append, , 4, , "a", NULL, NULL, x, strlen(x), IMAP_APPEND_VERBATIM)
ENTRY(imap_cmd_setacl, , 1, , x, "b", "c")
ENTRY(imap_cmd_setacl, , 2, , "a", x, "c")
ENTRY(imap_cmd_setacl, , 3, , "a", "b", x)
ENTRY(imap_cmd_deleteacl, , 2, , "a", x)
ENTRY(imap_cmd_setquota, , 1, , x, "STORAGE 1")
ENTRY(imap_cmd_setquota, , 2, , "a", x)
ENTRY(imap_cmd_getannotation, , 1, , x, "b", "c")
ENTRY(imap_cmd_getannotation, , 2, , "a", x, "c")
ENTRY(imap_cmd_getannotation, , 3, , "a", "b", x)
ENTRY(imap_cmd_setannotation, , 3, , "a", "b", x)
ENTRY(imap_cmd_xatom, , 0, , x, NULL)
ENTRY(imap_cmd_xatom, , 1, , "XA", x)
ENTRY(imap_cmd_uid, , 2, , "FETCH", x)

static int id_value(imap_conn *conn, const char *x) {
  const char *pairs[] = {"name", x};
  return imap_cmd_id(conn, pairs, 2, NULL);
}

static int command_name(imap_conn *conn, const char *x) {
  return imap_command(conn, x, NULL, 0, NULL);
}

#define E(function, good, place, form) \
  { #function "/" #place, function##_##place, good, place, form, 0 }
static const entry ENTRIES[] = {
    E(imap_cmd_create, "x", 1, MAILBOX),        E(imap_cmd_delete, "x", 1, MAILBOX),
    E(imap_cmd_subscribe, "x", 1, MAILBOX),     E(imap_cmd_unsubscribe, "x", 1, MAILBOX),
    E(imap_cmd_getacl, "x", 1, MAILBOX),        E(imap_cmd_myrights, "x", 1, MAILBOX),
    E(imap_cmd_getquota, "x", 1, STRING),       E(imap_cmd_getquotaroot, "x", 1, MAILBOX),
    E(imap_cmd_expunge, "1", 2, WORD),          E(imap_cmd_select, "x", 1, MAILBOX),
    E(imap_cmd_rename, "x", 1, MAILBOX),        E(imap_cmd_rename, "x", 2, MAILBOX),
    E(imap_cmd_list, "x", 1, MAILBOX),          E(imap_cmd_list, "x", 2, MAILBOX),
    E(imap_cmd_lsub, "x", 2, MAILBOX),          E(imap_cmd_status, "x", 1, MAILBOX),
    E(imap_cmd_status, "X", 2, ITEMS),          E(imap_cmd_fetch, "1", 1, WORD),
    E(imap_cmd_fetch, "X", 2, ITEMS),           E(imap_cmd_partial, "1", 1, WORD),
    E(imap_cmd_partial, "X", 2, TEXT),          E(imap_cmd_store, "1", 1, WORD),
    E(imap_cmd_store, "X", 2, WORD),            E(imap_cmd_store, "x", 3, ITEMS),
    E(imap_cmd_copy, "1", 1, WORD),             E(imap_cmd_copy, "x", 2, MAILBOX),
    E(imap_cmd_move, "x", 2, MAILBOX),          E(imap_cmd_search, "x", 2, STRING),
    E(imap_cmd_search, "X", 1, TEXT),           E(imap_cmd_sort, "X", 1, ITEMS),
    E(imap_cmd_sort, "x", 2, STRING),           E(imap_cmd_sort, "X", 3, TEXT),
    E(imap_cmd_thread, "X", 1, WORD),           E(imap_cmd_thread, "x", 2, STRING),
    E(imap_cmd_thread, "X", 3, TEXT),           E(imap_cmd_append, "x", 1, MAILBOX),
    E(imap_cmd_append, "x", 2, ITEMS),          E(imap_cmd_append, "x", 4, STRING),
    E(imap_cmd_setacl, "x", 1, MAILBOX),        E(imap_cmd_setacl, "x", 2, STRING),
    E(imap_cmd_setacl, "x", 3, STRING),         E(imap_cmd_deleteacl, "x", 2, STRING),
    E(imap_cmd_setquota, "x", 1, STRING),       E(imap_cmd_setquota, "X", 2, ITEMS),
    E(imap_cmd_getannotation, "x", 1, MAILBOX), E(imap_cmd_getannotation, "X", 2, TEXT),
    E(imap_cmd_getannotation, "X", 3, TEXT),    E(imap_cmd_setannotation, "X", 3, TEXT),
    E(imap_cmd_xatom, "X", 1, TEXT),            E(imap_cmd_uid, "1", 2, TEXT),
};
