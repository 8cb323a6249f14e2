/* A command as a server reads it (RFC 9051, section 9): words separated by single blanks, strings decoded, parentheses
 * balanced. Written from the grammar, without a look at how the library writes commands. */
#ifndef SERVER_WORDS_H
#define SERVER_WORDS_H

#include <stddef.h>

enum { SERVER_WORDS = 12, SERVER_ROOM = 2048 };

typedef struct server_word {
  /* Where it stands in the line. */
  size_t at, end;
  /* A quoted string or literal; text is then its value, else the word as it stands. */
  int is_string;
  size_t len;
  char text[SERVER_ROOM];
} server_word;

typedef struct server_words {
  size_t len, count;
  char line[SERVER_ROOM];
  server_word word[SERVER_WORDS];
} server_words;

/* Splits a command, its tag and last CRLF taken off; 0 if a server would call it broken. */
int server_read_words(const char *line, size_t len, server_words *out);
/* The value of the quoted string or literal at *at, which moves behind it; its length, or -1. allow_8bit: quoted strings
 * may hold octets above 127. */
long server_read_string(const char *line, size_t len, size_t *at, char *text, int allow_8bit);
/* Outside its literals the line has no CR, LF or NUL, all strings end, and parentheses are balanced. */
int server_is_one_line(const char *line, size_t len);
/* The line says what the text says, though a quoted string may have become a literal. */
int server_is_text(const char *line, size_t len, const char *text, size_t text_len);

#endif
