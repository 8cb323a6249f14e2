/* What an actor says (actor.h): the answers to commands, what happens by itself, and what no server should say. */
#include "actor.h"
#include "stage.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct answers {
  const char *name, *status, *rows[5];
} answers;

static const answers all[] = {
    {"CAPABILITY", "OK done", {NULL}},
    {"SELECT", "OK [READ-WRITE] done",
     {"* 5 EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY 1] x\r\n", "* OK [READ-ONLY] now\r\n", "* 0 EXISTS\r\n"}},
    {"EXAMINE", "OK [READ-ONLY] done", {"* 5 EXISTS\r\n* OK [UIDNEXT 9] x\r\n", "* 7 RECENT\r\n"}},
    {"FETCH", "OK done",
     {"* \2 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 44)\r\n",
      "* \2 FETCH (UID 7 BODY[] \1)\r\n", "* \2 FETCH (BODY[HEADER] \1 FLAGS () BODY[1] \1)\r\n",
      "* \2 FETCH (ENVELOPE (NIL \"s\" ((\"a\" NIL \"b\" \"c\")) NIL NIL NIL NIL NIL NIL \"<i>\") UID 9)\r\n",
      "* \2 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 5 1)(\"IMAGE\" \"PNG\" (\"name*0\" "
      "\"=?utf-8?Q?=C3=A9?=\") NIL NIL \"BASE64\" 9 NIL (\"attachment\" (\"filename\" \1))) \"MIXED\"))\r\n"}},
    {"STORE", "OK done", {"* \2 FETCH (FLAGS (\\Seen \\Deleted))\r\n", "* \2 FETCH (FLAGS ())\r\n"}},
    {"SEARCH", "OK done",
     {"* SEARCH 1 2 3\r\n", "* SEARCH\r\n", "* ESEARCH (TAG \"\3\") UID COUNT 3 ALL 1:3,7\r\n", "* SEARCH 5 (MODSEQ 9)\r\n"}},
    {"SORT", "OK done", {"* SORT 3 1 2\r\n", "* SORT\r\n"}},
    {"THREAD", "OK done", {"* THREAD (1 (2 3)(4))(5)\r\n", "* THREAD\r\n"}},
    {"LIST", "OK done",
     {"* LIST (\\HasNoChildren) \"/\" INBOX\r\n", "* LIST () \"/\" \"a\\\"b\"\r\n", "* LIST (\\Noselect) NIL \1\r\n",
      "* LIST () \"/\" &AOQ-x (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n"}},
    {"LSUB", "OK done", {"* LSUB () \"/\" INBOX\r\n"}},
    {"STATUS", "OK done", {"* STATUS INBOX (MESSAGES 3 UNSEEN 1 UIDNEXT 9)\r\n", "* STATUS \1 (MESSAGES 1)\r\n"}},
    {"EXPUNGE", "OK [HIGHESTMODSEQ 5] done", {"* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n", "* VANISHED 4:9\r\n"}},
    {"COPY", "OK [COPYUID 1 1:3 7:9] done", {NULL}},
    {"MOVE", "OK done", {"* OK [COPYUID 1 1:3 7:9] x\r\n* 1 EXPUNGE\r\n"}},
    {"APPEND", "OK [APPENDUID 1 99] done", {NULL}},
    {"ID", "OK done", {"* ID (\"name\" \"x\" \"version\" NIL)\r\n", "* ID NIL\r\n"}},
    {"NAMESPACE", "OK done", {"* NAMESPACE ((\"\" \"/\")) NIL ((\"Shared/\" \"/\" \"TRANSLATION\" (\"x\")))\r\n"}},
    {"ENABLE", "OK done", {"* ENABLED UTF8=ACCEPT\r\n", "* ENABLED\r\n"}},
    {"GETACL", "OK done", {"* ACL INBOX ada lrs \"-eve\" w\r\n"}},
    {"MYRIGHTS", "OK done", {"* MYRIGHTS INBOX lrs\r\n"}},
    {"GETQUOTA", "OK done", {"* QUOTA \"\" (STORAGE 5 512 MESSAGE 1 2)\r\n"}},
    {"GETQUOTAROOT", "OK done", {"* QUOTAROOT INBOX \"\" r\r\n* QUOTA \"\" (STORAGE 5 512)\r\n"}},
    {"LOGIN", "OK [CAPABILITY IMAP4rev1] in", {NULL}},
    {"AUTHENTICATE", "OK in", {NULL}},
};

static const answers *answers_of(const open_command *to) {
  const char *name = strncmp(to->name, "UID ", 4) == 0 ? to->name + 4 : to->name;
  for (size_t i = 0; i < COUNT_OF(all); i++)
    if (strcmp(all[i].name, name) == 0)
      return &all[i];
  return NULL;
}

const char *actor_status(const open_command *to) {
  const answers *its = answers_of(to);
  return its ? its->status : "OK done";
}

void actor_rows(actor *self, const open_command *to) {
  const answers *its = answers_of(to);
  if (strcmp(to->name, "CAPABILITY") == 0) {
    actor_says(self, to, "* CAPABILITY ");
    actor_says(self, to, self->capabilities);
    actor_says(self, to, "\r\n");
  }
  if (!its || !its->rows[0]) {
    actor_says(self, to, server_picks(4) == 3 ? actor_event() : "");
    return;
  }
  unsigned count = 0, rows = 1 + server_picks(6);
  while (count < COUNT_OF(its->rows) && its->rows[count])
    count++;
  /* A search has one answer. */
  if (strcmp(its->name, "FETCH") != 0 && strcmp(its->name, "LIST") != 0)
    rows = 1;
  for (unsigned i = 0; i < rows; i++) {
    actor_says(self, to, its->rows[server_picks(count)]);
    if (server_picks(8) == 7)
      actor_says(self, to, actor_event());
  }
}

const char *actor_event(void) {
  static const char *const events[] = {
      "* 6 EXISTS\r\n", "* 1 EXPUNGE\r\n", "* 2 RECENT\r\n", "* 3 FETCH (FLAGS (\\Seen))\r\n", "* OK still here\r\n",
      "* FLAGS (\\Seen x)\r\n", "* VANISHED (EARLIER) 1:5\r\n", "* OK [ALERT] disk\r\n",
  };
  return events[server_picks(COUNT_OF(events))];
}

const char *actor_odd_line(void) {
  static const char *const lines[] = {
      "* 7 FETCH (BODYSTRUCTURE (((((\"a\" \"b\"))))\r\n", "Server Unavailable. 15\r\n", "* X \"unclosed\r\n", "\r\n", "* (((\r\n",
      "* LIST () \"/\" \1\r\n", "* 4294967296 FETCH ()\r\n", "* OK [UNSEEN\r\n", "* 1 FETCH (BODY[] \1 UID 3 BODY[1] {0}\r\n)\r\n",
      "* NO [ALERT] hm {3}\r\n", "* CAPABILITY IMAP4rev1 LITERAL+ IDLE\r\n", "*  \r\n", "* SEARCH 1 x 99999999999\r\n",
      "* THREAD (((((((((((((1)(2)))))))))\r\n", "* STATUS \1 (MESSAGES \1)\r\n", "* OK [READ-ONLY] now\r\n", "* ok\r\n",
  };
  return lines[server_picks(COUNT_OF(lines))];
}
