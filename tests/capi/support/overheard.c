/* See overheard.h. */
#include "overheard.h"

#include "stage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void put(char **place, size_t *len, size_t *room, char octet) {
  if (*len + 1 >= *room) {
    *room = *room * 2 + 256;
    *place = realloc(*place, *room);
  }
  (*place)[(*len)++] = octet;
  (*place)[*len] = '\0';
}

static open_command *last(overheard *self) {
  return self->count > 0 ? &self->open[self->count - 1] : NULL;
}

open_command *overheard_waiting(overheard *self) {
  open_command *command = last(self);
  return command && command->phase != OPEN_SAID ? command : NULL;
}

/* Size of the literal announced at the line's end, -1 for none. */
static long long announced(const char *line, size_t len, int *waits) {
  size_t end = len > 0 && line[len - 1] == '}' ? len - 1 : 0;
  *waits = end == 0 || line[end - 1] != '+';
  end -= !*waits;
  size_t at = end;
  while (at > 0 && isdigit((unsigned char)line[at - 1]))
    at--;
  return at > 0 && at < end && line[at - 1] == '{' ? atoll(line + at) : -1;
}

static void forget(overheard *self, size_t i) {
  memmove(&self->open[i], &self->open[i + 1], (self->count - i - 1) * sizeof self->open[i]);
  self->count--;
}

/* The first line of a command: its tag and its name. */
static void begins(overheard *self) {
  open_command *command = &self->open[self->count];
  memset(command, 0, sizeof *command);
  HOLDS(self->count < OPEN_COMMANDS - 1);
  int at = 0;
  if (sscanf(self->line, "%19[A-Za-z0-9] %39[^] (){%%*\"\\]%n", command->tag, command->name, &at) != 2)
    stage_fail(__FILE__, __LINE__, "the client wrote no command: \"%s\"", self->line);
  if (strcmp(command->name, "UID") == 0) {
    int more = 0;
    if (sscanf(self->line + at, " %35[^] (){%%*\"\\]%n", command->name + 4, &more) == 1)
      command->name[3] = ' ';
    at += more;
  }
  HOLDS(self->line[at] == ' ' || self->line[at] == '\0');
  unsigned tag = (unsigned)atoi(command->tag + strcspn(command->tag, "0123456789"));
  for (size_t i = 0; i < self->count; i++)
    HOLDS(strcmp(self->open[i].tag, command->tag) != 0);
  HOLDS(isdigit((unsigned char)command->tag[0]) == 0 && (self->last_tag == 0 || tag > self->last_tag));
  self->last_tag = tag;
  if (self->line[at] == ' ')
    snprintf(command->rest, sizeof command->rest, "%.199s", self->line + at + 1);
  self->count++;
  self->depth = 0;
}

/* Quotes and parentheses of one line of a command. */
static void check_text(overheard *self, size_t end) {
  int is_quoted = 0;
  for (size_t i = 0; i < end; i++) {
    char octet = self->line[i];
    HOLDS(octet != '\0' && octet != '\r' && octet != '\n');
    if (is_quoted && octet == '\\')
      i++;
    else if (octet == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted)
      self->depth += (octet == '(') - (octet == ')');
    HOLDS(self->depth >= 0);
  }
  if (is_quoted)
    stage_fail(__FILE__, __LINE__, "a quoted string is open at the line's end: \"%s\"", self->line);
}

static void line_over(overheard *self) {
  open_command *command = last(self);
  size_t len = self->len - 2;
  self->line[len] = '\0';
  self->len = 0;
  stage_show("> %.200s", self->line);
  if (command && command->phase == OPEN_IDLING) {
    HOLDS(strcmp(self->line, "DONE") == 0);
    command->phase = OPEN_SAID;
    return;
  }
  if (command && command->phase == OPEN_AUTH) {
    HOLDS(self->challenges-- > 0);
    HOLDS(strspn(self->line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=*") == len);
    command->is_cancelled = strcmp(self->line, "*") == 0;
    if (command->is_cancelled)
      command->phase = OPEN_SAID;
    return;
  }
  HOLDS(!overheard_waiting(self));
  if (!self->is_inside)
    begins(self);
  else if (command->is_answered && self->line[0] != '\0' && self->line[0] != ' ' && self->line[0] != ')')
    stage_fail(__FILE__, __LINE__, "the line of %s, which was answered, goes on with \"%s\"", command->tag, self->line);
  command = last(self);
  int waits = 0;
  long long literal = announced(self->line, len, &waits);
  check_text(self, len);
  self->is_inside = literal >= 0;
  if (literal >= 0) {
    HOLDS(waits || self->may_not_wait);
    self->literal_left = (size_t)literal;
    HOLDS(!waits || !command->is_answered);
    if (waits)
      command->phase = OPEN_LITERAL;
    return;
  }
  HOLDS(self->depth == 0);
  if (command->is_answered) {
    forget(self, self->count - 1);
    return;
  }
  if (strcmp(command->name, "IDLE") == 0)
    command->phase = OPEN_IDLE;
  else if (strcmp(command->name, "AUTHENTICATE") == 0)
    command->phase = OPEN_AUTH;
  self->challenges = 0;
}

void overheard_write(overheard *self, const char *octets, size_t n) {
  for (size_t i = 0; i < n && !self->is_off; i++) {
    open_command *command = last(self);
    int is_waiting = command && (command->phase == OPEN_LITERAL || command->phase == OPEN_IDLE ||
                                 (command->phase == OPEN_AUTH && self->challenges <= 0));
    if (is_waiting)
      stage_fail(__FILE__, __LINE__, "the client does not wait for the server in %s %s: \"%.*s\"", command->tag, command->name,
                 (int)(n - i), octets + i);
    if (self->literal_left > 0) {
      self->literal_left--;
      continue;
    }
    put(&self->line, &self->len, &self->room, octets[i]);
    if (octets[i] == '\n') {
      HOLDS(self->len >= 2 && self->line[self->len - 2] == '\r');
      line_over(self);
    }
  }
}

/* The client has read a "+". */
static void continues(overheard *self) {
  open_command *command = overheard_waiting(self);
  if (!command)
    return;
  if (command->phase == OPEN_LITERAL)
    command->phase = OPEN_SAID;
  else if (command->phase == OPEN_IDLE)
    command->phase = OPEN_IDLING;
  else if (command->phase == OPEN_AUTH)
    self->challenges++;
}

/* The client has read a tagged line. */
static void answered(overheard *self, const char *tag, size_t len) {
  for (size_t i = 0; i < self->count; i++) {
    open_command *command = &self->open[i];
    if (strlen(command->tag) != len || memcmp(command->tag, tag, len) != 0)
      continue;
    int is_last = i + 1 == self->count;
    int is_said_on = is_last && self->is_inside;
    /* A literal whose header was refused never comes. */
    if (is_last && command->phase == OPEN_LITERAL)
      is_said_on = self->is_inside = 0, self->literal_left = 0;
    if (strcmp(command->name, "STARTTLS") == 0)
      self->is_off = 1;
    if (is_said_on)
      command->is_answered = 1;
    else
      forget(self, i);
    return;
  }
}

static int is_status(const char *word) {
  static const char *const names[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    size_t n = strlen(names[i]);
    if (strncasecmp(word, names[i], n) == 0 && !isalnum((unsigned char)word[n]))
      return 1;
  }
  return 0;
}

static void said_line(overheard *self) {
  char *line = self->said;
  size_t len = self->said_len - 1;
  len -= len > 0 && line[len - 1] == '\r';
  line[len] = '\0';
  self->said_len = 0;
  stage_show("< %.200s", line);
  int is_data = self->said_inside || (strncmp(line, "* ", 2) == 0 && !is_status(line + 2));
  int waits;
  long long literal = is_data ? announced(line, len, &waits) : -1;
  if (!is_data && line[0] == '+')
    continues(self);
  else if (!is_data && line[0] != '*')
    answered(self, line, strcspn(line, " "));
  self->said_inside = literal >= 0;
  self->said_literal = literal >= 0 ? (size_t)literal : 0;
}

void overheard_read(overheard *self, const char *octets, size_t n) {
  for (size_t i = 0; i < n && !self->is_off; i++) {
    if (self->said_literal > 0) {
      self->said_literal--;
      continue;
    }
    put(&self->said, &self->said_len, &self->said_room, octets[i]);
    if (octets[i] == '\n')
      said_line(self);
  }
}

void overheard_free(overheard *self) {
  free(self->line);
  free(self->said);
  memset(self, 0, sizeof *self);
}
