/* Answers one command by looking for words in it: enough for the contestants, no more. */
#include "answers.h"
#include "formula.h"
#include "session.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CAPABILITIES "IMAP4rev1 LITERAL+ IDLE UIDPLUS"

static void done(struct session *s, const char *tag) {
    session_say(s, "%s OK done\r\n", tag);
}

/* One number of a set: "7", "*". */
static uint32_t set_number(const char **at, struct session *s, int is_uid) {
    if (**at == '*') {
        (*at)++;
        return s->exists;
    }
    char *end;
    uint32_t n = (uint32_t)strtoul(*at, &end, 10);
    *at = end;
    return is_uid ? uid_index(n) : n;
}

static void huge_send(struct session *s) {
    size_t len;
    const char *all = blocks(&len);
    uint64_t left = (uint64_t)strtoul(s->mailbox + 4, NULL, 10) << 20;
    session_say(s, "* 1 FETCH (UID %u BODY[] {%llu}\r\n", uid_of(1), (unsigned long long)left);
    while (left > 0) {
        size_t n = left < len ? (size_t)left : len;
        session_add(s, all, n);
        left -= n;
    }
    session_say(s, ")\r\n");
}

static void fetch(struct session *s, const char *tag, const char *set, const char *items, int is_uid) {
    enum kind kind = strcasestr(items, "ENVELOPE") ? (strcasestr(items, "INTERNALDATE") ? KIND_FULL : KIND_ENV)
                     : strcasestr(items, "BODY[") || strcasestr(items, "BODY.PEEK[") || strcasestr(items, "RFC822)") ? KIND_BODY
                                                                                                                    : KIND_META;
    if (kind == KIND_BODY && strncmp(s->mailbox, "huge", 4) == 0) {
        huge_send(s);
        done(s, tag);
        return;
    }
    const struct answer *from = &answers[kind];
    while (isdigit((unsigned char)*set) || *set == '*') {
        uint32_t first = set_number(&set, s, is_uid), last = first;
        if (*set == ':') {
            set++;
            last = set_number(&set, s, is_uid);
        }
        if (*set == ',')
            set++;
        if (first < 1 || last < first || last > from->count) {
            session_say(s, "%s NO that much was not rendered\r\n", tag);
            return;
        }
        session_add(s, from->octets + from->ends[first - 1], from->ends[last] - from->ends[first - 1]);
    }
    done(s, tag);
}

static void whole(struct session *s, const char *tag, enum kind kind, const char *before, const char *after) {
    const struct answer *from = &answers[kind];
    if (s->exists > from->count) {
        session_say(s, "%s NO that much was not rendered\r\n", tag);
        return;
    }
    session_say(s, "%s", before);
    session_add(s, from->octets, from->ends[s->exists]);
    session_say(s, "%s", after);
    done(s, tag);
}

static void mailbox_select(struct session *s, const char *tag, char *args) {
    char *name = strtok(args, " \"");
    snprintf(s->mailbox, sizeof s->mailbox, "%.31s", name ? name : "");
    s->exists = s->mailbox[0] == 'n' ? (uint32_t)strtoul(s->mailbox + 1, NULL, 10) : 1;
    session_say(s, "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded NonJunk)\r\n"
                   "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] limited\r\n"
                   "* %u EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1700000000] valid\r\n* OK [UIDNEXT %u] next\r\n",
                s->exists, uid_of(s->exists) + 1);
    session_say(s, "%s OK [READ-WRITE] selected\r\n", tag);
}

void command_run(struct session *s, char *line) {
    if (s->idle_tag[0] != '\0') { /* DONE */
        done(s, s->idle_tag);
        s->idle_tag[0] = '\0';
        return;
    }
    char *tag = line, *name = strchr(line, ' ');
    if (name == NULL) {
        session_say(s, "* BAD no command\r\n");
        return;
    }
    *name++ = '\0';
    int is_uid = strncasecmp(name, "UID ", 4) == 0;
    if (is_uid)
        name += 4;
    char *args = name + strcspn(name, " ");
    if (*args != '\0')
        *args++ = '\0';
    if (strcasecmp(name, "FETCH") == 0) {
        char *items = args + strcspn(args, " ");
        fetch(s, tag, args, items, is_uid);
    } else if (strcasecmp(name, "SEARCH") == 0) {
        whole(s, tag, KIND_SEARCH, "* SEARCH", "\r\n");
    } else if (strcasecmp(name, "LIST") == 0) {
        if (strcmp(args, "\"\" \"\"") == 0) {
            session_say(s, "* LIST (\\Noselect) \"/\" \"\"\r\n");
            done(s, tag);
        } else
            whole(s, tag, KIND_LIST, "", "");
    } else if (strcasecmp(name, "SELECT") == 0 || strcasecmp(name, "EXAMINE") == 0) {
        mailbox_select(s, tag, args);
    } else if (strcasecmp(name, "APPEND") == 0) {
        if (s->literal_is_wrong || s->literal_at == 0)
            session_say(s, "%s NO wrong octets in the message\r\n", tag);
        else
            session_say(s, "%s OK [APPENDUID 1700000000 7] %llu octets\r\n", tag, (unsigned long long)s->literal_at);
    } else if (strcasecmp(name, "CAPABILITY") == 0) {
        session_say(s, "* CAPABILITY " CAPABILITIES "\r\n");
        done(s, tag);
    } else if (strcasecmp(name, "LOGIN") == 0) {
        session_say(s, "%s OK [CAPABILITY " CAPABILITIES "] logged in\r\n", tag);
    } else if (strcasecmp(name, "LOGOUT") == 0) {
        session_say(s, "* BYE see you\r\n");
        done(s, tag);
        s->is_ending = 1;
    } else if (strcasecmp(name, "IDLE") == 0) {
        snprintf(s->idle_tag, sizeof s->idle_tag, "%.31s", tag);
        session_say(s, "+ idling\r\n");
    } else
        done(s, tag);
}
