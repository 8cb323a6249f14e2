#include "lean_parse.h"

#include "../common/contest.h"

#include <string.h>
#include <strings.h>

static void expect(const char **at, char c) {
    if (**at != c)
        fail("lean: expected '%c', found \"%.20s\"", c, *at);
    (*at)++;
}

static uint32_t number(const char **at) {
    const char *p = *at;
    uint32_t n = 0;
    while ((unsigned char)(*p - '0') < 10)
        n = n * 10 + (uint32_t)(*p++ - '0');
    if (p == *at)
        fail("lean: expected a number, found \"%.20s\"", p);
    *at = p;
    return n;
}

/* NIL, "quoted" or {n} literal. */
static struct slice string(const char **at) {
    const char *p = *at;
    struct slice s = {NULL, 0, 0};
    if (*p == '"') {
        s.octets = ++p;
        while (*p != '"') {
            if (*p == '\\') {
                s.escapes++;
                p++;
            }
            if (*p == '\r')
                fail("lean: a quoted string does not end");
            p++;
        }
        s.len = (uint32_t)(p++ - s.octets);
    } else if (*p == '{') {
        p++;
        s.len = number(&p);
        expect(&p, '}');
        expect(&p, '\r');
        expect(&p, '\n');
        s.octets = p;
        p += s.len;
    } else if (memcmp(p, "NIL", 3) == 0) {
        p += 3;
    } else
        fail("lean: expected a string, found \"%.20s\"", p);
    *at = p;
    return s;
}

static inline int word_is(const char *at, const char *name, size_t len) {
    return memcmp(at, name, len) == 0 || strncasecmp(at, name, len) == 0;
}

static uint32_t flags(const char **at) {
    const char *p = *at;
    uint32_t mask = 0;
    expect(&p, '(');
    while (*p != ')') {
        const char *name = p;
        while (*p != ' ' && *p != ')' && *p != '\r')
            p++;
        size_t len = (size_t)(p - name);
        mask |= name[0] != '\\'                             ? LEAN_OTHER
                : len == 5 && word_is(name, "\\Seen", 5)     ? LEAN_SEEN
                : len == 9 && word_is(name, "\\Answered", 9) ? LEAN_ANSWERED
                : len == 8 && word_is(name, "\\Flagged", 8)  ? LEAN_FLAGGED
                : len == 8 && word_is(name, "\\Deleted", 8)  ? LEAN_DELETED
                : len == 6 && word_is(name, "\\Draft", 6)    ? LEAN_DRAFT
                                                             : LEAN_OTHER;
        if (*p == ' ')
            p++;
        else if (*p != ')')
            fail("lean: flags do not end");
    }
    *at = p + 1;
    return mask;
}

/* Days since 1970 of a day in the proleptic Gregorian calendar. */
static int64_t days(int64_t year, uint32_t month, uint32_t day) {
    year -= month <= 2;
    int64_t era = year / 400;
    uint32_t of_era = (uint32_t)(year - era * 400);
    uint32_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "17-Jul-1996 02:44:25 -0700" */
static int64_t internaldate(const char **at) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const char *p = *at;
    expect(&p, '"');
    if (*p == ' ')
        p++;
    uint32_t day = number(&p), month = 0;
    expect(&p, '-');
    while (month < 12 && (p[0] != months[3 * month] || p[1] != months[3 * month + 1] || p[2] != months[3 * month + 2]))
        month++;
    p += 3;
    expect(&p, '-');
    uint32_t year = number(&p);
    expect(&p, ' ');
    uint32_t hour = number(&p);
    expect(&p, ':');
    uint32_t minute = number(&p);
    expect(&p, ':');
    uint32_t second = number(&p);
    expect(&p, ' ');
    int west = *p == '-';
    p++;
    uint32_t zone = number(&p);
    expect(&p, '"');
    if (month == 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
        fail("lean: not a date: \"%.28s\"", *at);
    *at = p;
    int64_t offset = (int64_t)(zone / 100 * 3600 + zone % 100 * 60);
    return days(year, month + 1, day) * 86400 + hour * 3600 + minute * 60 + second + (west ? offset : -offset);
}

static struct addresses addresses(const char **at, struct lean_envelope *e) {
    const char *p = *at;
    struct addresses list = {e->used, 0};
    if (*p == 'N') {
        string(at);
        return list;
    }
    expect(&p, '(');
    while (*p != ')') {
        if (e->used == sizeof e->all / sizeof e->all[0])
            fail("lean: too many addresses");
        struct address *a = &e->all[e->used++];
        expect(&p, '(');
        a->name = string(&p);
        expect(&p, ' ');
        a->route = string(&p);
        expect(&p, ' ');
        a->mailbox = string(&p);
        expect(&p, ' ');
        a->host = string(&p);
        expect(&p, ')');
        if (*p == ' ')
            p++;
        list.count++;
    }
    *at = p + 1;
    return list;
}

static void envelope(const char **at, struct lean_envelope *e) {
    e->used = 0;
    expect(at, '(');
    e->date = string(at);
    expect(at, ' ');
    e->subject = string(at);
    expect(at, ' ');
    for (int i = 0; i < 6; i++) {
        e->lists[i] = addresses(at, e);
        expect(at, ' ');
    }
    e->in_reply_to = string(at);
    expect(at, ' ');
    e->message_id = string(at);
    expect(at, ')');
}

/* NIL, a string, or a list of strings: how many. */
static uint32_t strings(const char **at) {
    if (**at != '(')
        return string(at).octets != NULL;
    uint32_t count = 0;
    const char *p = *at + 1;
    while (*p != ')') {
        string(&p);
        count++;
        if (*p == ' ')
            p++;
    }
    *at = p + 1;
    return count;
}

static struct slice disposition(const char **at, uint32_t *params) {
    if (**at != '(')
        return string(at);
    (*at)++;
    struct slice kind = string(at);
    expect(at, ' ');
    *params += strings(at);
    expect(at, ')');
    return kind;
}

/* What may follow: disposition, language, location; extensions are skipped. */
static void extension(const char **at, struct lean_part *part) {
    if (**at == ' ') {
        (*at)++;
        part->disposition = disposition(at, &part->params);
    }
    if (**at == ' ') {
        (*at)++;
        strings(at);
    }
    if (**at == ' ') {
        (*at)++;
        part->location = string(at);
    }
    while (**at == ' ') {
        (*at)++;
        if ((unsigned char)(**at - '0') < 10)
            number(at);
        else
            strings(at);
    }
    expect(at, ')');
}

static void body(const char **at, struct lean_row *row, int depth) {
    struct lean_part *part = &row->part;
    if (depth > 100)
        fail("lean: too deep");
    expect(at, '(');
    row->parts++;
    if (**at == '(') {
        while (**at == '(')
            body(at, row, depth + 1);
        expect(at, ' ');
        part->subtype = string(at);
        if (**at == ' ') {
            (*at)++;
            part->params = strings(at);
        }
        extension(at, part);
        return;
    }
    part->type = string(at);
    expect(at, ' ');
    part->subtype = string(at);
    expect(at, ' ');
    part->params = strings(at);
    expect(at, ' ');
    part->id = string(at);
    expect(at, ' ');
    part->description = string(at);
    expect(at, ' ');
    part->encoding = string(at);
    expect(at, ' ');
    part->size = number(at);
    if (part->type.len == 7 && word_is(part->type.octets, "message", 7)) {
        expect(at, ' ');
        envelope(at, &row->inner);
        expect(at, ' ');
        body(at, row, depth + 1);
        expect(at, ' ');
        part->lines = number(at);
    } else if (part->type.len == 4 && word_is(part->type.octets, "text", 4)) {
        expect(at, ' ');
        part->lines = number(at);
    }
    if (**at == ' ') {
        (*at)++;
        part->md5 = string(at);
    }
    extension(at, part);
}

/* As servers write it; in any other case by the slow way. */
static inline int item_is(const char **at, const char *name, size_t len) {
    if (memcmp(*at, name, len) != 0 && ((**at ^ *name) & 0x5f || strncasecmp(*at, name, len) != 0))
        return 0;
    *at += len;
    return 1;
}

void lean_fetch(const char *at, struct lean_row *row) {
    at += 2;
    row->number = number(&at);
    row->parts = 0;
    if (!item_is(&at, " FETCH (", 8))
        fail("lean: not a FETCH response");
    for (;;) {
        if (item_is(&at, "UID ", 4))
            row->uid = number(&at);
        else if (item_is(&at, "FLAGS ", 6))
            row->flags = flags(&at);
        else if (item_is(&at, "INTERNALDATE ", 13))
            row->internaldate = internaldate(&at);
        else if (item_is(&at, "RFC822.SIZE ", 12))
            row->rfc822_size = number(&at);
        else if (item_is(&at, "ENVELOPE ", 9))
            envelope(&at, &row->envelope);
        else if (item_is(&at, "BODYSTRUCTURE ", 14))
            body(&at, row, 0);
        else if (item_is(&at, "BODY[] ", 7))
            row->body = string(&at);
        else
            fail("lean: unknown item \"%.20s\"", at);
        if (*at != ' ')
            break;
        at++;
    }
    expect(&at, ')');
    expect(&at, '\r');
}

struct slice lean_list(const char *at, uint32_t *attributes) {
    at += 7;
    *attributes = 0;
    expect(&at, '(');
    while (*at != ')') {
        const char *name = at;
        while (*at != ' ' && *at != ')' && *at != '\r')
            at++;
        *attributes += at > name;
        if (*at == ' ')
            at++;
    }
    expect(&at, ')');
    expect(&at, ' ');
    string(&at);
    expect(&at, ' ');
    struct slice name = string(&at);
    expect(&at, '\r');
    return name;
}

uint64_t lean_search(const char *at, uint64_t *count) {
    uint64_t sum = 0;
    at += 8;
    *count = 0;
    while (*at == ' ') {
        at++;
        sum += number(&at);
        (*count)++;
    }
    expect(&at, '\r');
    return sum;
}
