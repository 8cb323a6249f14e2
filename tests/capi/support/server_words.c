/* See server_words.h. */
#include "server_words.h"

#include <string.h>

/* Length of the literal's header at line[i], 0 if there is none; *size gets what it announces. */
static size_t literal_header(const char *line, size_t len, size_t i, size_t *size) {
  size_t at = i + (i < len && line[i] == '~'), digits = 0;
  if (at >= len || line[at] != '{')
    return 0;
  *size = 0;
  for (at++; at < len && line[at] >= '0' && line[at] <= '9' && digits < 9; at++, digits++)
    *size = *size * 10 + (size_t)(line[at] - '0');
  if (at < len && line[at] == '+')
    at++;
  return digits > 0 && len - at >= 3 && memcmp(line + at, "}\r\n", 3) == 0 ? at + 3 - i : 0;
}

long server_read_string(const char *line, size_t len, size_t *at, char *text, int allow_8bit) {
  size_t n = 0, i = *at, size;
  if (line[i] != '"') {
    size_t header = literal_header(line, len, i, &size);
    if (header == 0 || size > len - i - header || size >= SERVER_ROOM)
      return -1;
    memcpy(text, line + i + header, size);
    *at = i + header + size;
    return (long)size;
  }
  for (i++; i < len && line[i] != '"'; i++) {
    if (line[i] == '\\' && (++i == len || (line[i] != '"' && line[i] != '\\')))
      return -1;
    if (line[i] == '\r' || line[i] == '\n' || line[i] == '\0' || ((line[i] & 0x80) && !allow_8bit) || n + 1 >= SERVER_ROOM)
      return -1;
    text[n++] = line[i];
  }
  *at = i + 1;
  return i < len ? (long)n : -1;
}

static int is_string_at(const char *line, size_t len, size_t i) {
  size_t size;
  return line[i] == '"' || literal_header(line, len, i, &size) > 0;
}

/* Goes on from *at up to the first blank outside strings and parentheses, or, for a whole line, to its end. */
static int read_plain(const char *line, size_t len, size_t *at, int whole_line) {
  char skipped[SERVER_ROOM];
  size_t i = *at;
  int depth = 0;
  while (i < len && (whole_line || line[i] != ' ' || depth > 0)) {
    if (is_string_at(line, len, i)) {
      if (server_read_string(line, len, &i, skipped, 0) < 0)
        return 0;
      continue;
    }
    depth += (line[i] == '(') - (line[i] == ')');
    if (depth < 0 || line[i] == '\r' || line[i] == '\n' || line[i] == '\0' || (line[i] & 0x80))
      return 0;
    i++;
  }
  *at = i;
  return depth == 0;
}

int server_is_one_line(const char *line, size_t len) {
  size_t at = 0;
  return read_plain(line, len, &at, 1);
}

int server_read_words(const char *line, size_t len, server_words *out) {
  size_t i = 0;
  out->count = 0;
  out->len = len;
  if (len == 0 || len >= SERVER_ROOM)
    return 0;
  memcpy(out->line, line, len);
  for (; out->count < SERVER_WORDS; i++) {
    server_word *word = &out->word[out->count++];
    word->at = i;
    word->is_string = i < len && is_string_at(line, len, i);
    if (word->is_string) {
      long n = server_read_string(line, len, &i, word->text, 0);
      if (n < 0)
        return 0;
      word->len = (size_t)n;
    } else {
      if (!read_plain(line, len, &i, 0))
        return 0;
      word->len = i - word->at;
      memcpy(word->text, line + word->at, word->len);
    }
    word->end = i;
    if (i >= len)
      return 1;
    if (line[i] != ' ')
      return 0;
  }
  return 0;
}

int server_is_text(const char *line, size_t len, const char *text, size_t text_len) {
  char sent[SERVER_ROOM], meant[SERVER_ROOM];
  size_t i = 0, j = 0;
  while (i < len && j < text_len) {
    if (text[j] == '"') {
      long a = server_read_string(line, len, &i, sent, 0), b = server_read_string(text, text_len, &j, meant, 1);
      if (a < 0 || a != b || memcmp(sent, meant, (size_t)a) != 0)
        return 0;
    } else if (line[i++] != text[j++]) {
      return 0;
    }
  }
  return i == len && j == text_len;
}
