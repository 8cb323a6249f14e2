/* Renders ENVELOPE and BODYSTRUCTURE of message i (RFC 9051, 7.5.2). Eight shapes take turns: plain, encoded words,
 * escaped quotes, a group, a long list of recipients, NIL everywhere, a literal, a nested message/rfc822. */
#include "answers.h"
#include "formula.h"

#include <stdio.h>
#include <string.h>

static const char *const people[][3] = {
    {"\"Anna Lindqvist\"", "anna.lindqvist", "mail.example.org"},
    {"NIL", "root", "localhost.example"},
    {"\"=?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?=\"", "juergen", "buero.example.de"},
    {"\"Smith, \\\"Bob\\\" R.\"", "bob+lists", "example.com"},
    {"\"=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?=\"", "yamada", "example.co.jp"},
};

static uint32_t person(struct answer *to, uint32_t k) {
    const char *const *p = people[k % 5];
    answer_add(to, "(%s NIL \"%s\" \"%s\")", p[0], p[1], p[2]);
    return (uint32_t)(strlen(p[1]) + strlen(p[2]));
}

static uint32_t subject(struct answer *to, uint32_t i) {
    char text[128];
    switch (i % 8) {
    case 1:
        return (uint32_t)snprintf(text, sizeof text, "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln_%u?=", i),
               answer_add(to, "\"%s\"", text), (uint32_t)strlen(text);
    case 2: /* four escapes, which do not count */
        snprintf(text, sizeof text, "Re: \\\"quoted\\\" words and a \\\\ in C:\\\\temp %u", i);
        answer_add(to, "\"%s\"", text);
        return (uint32_t)strlen(text) - 4;
    case 4:
        snprintf(text, sizeof text, "=?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?= %u", i);
        break;
    case 5:
        answer_add(to, "NIL");
        return 0;
    case 6:
        snprintf(text, sizeof text, "A literal, as old servers send for \"quotes\" %u", i);
        answer_add(to, "{%zu}\r\n%s", strlen(text), text);
        return (uint32_t)strlen(text);
    case 7:
        snprintf(text, sizeof text, "Fwd: what they wrote to us last week, number %u", i);
        break;
    default:
        snprintf(text, sizeof text, "Minutes of the meeting, version %u", i);
    }
    answer_add(to, "\"%s\"", text);
    return (uint32_t)strlen(text);
}

static uint32_t recipients(struct answer *to, uint32_t i) {
    uint32_t octets = 0, count = i % 8 == 4 ? 3 : 1 + i % 2;
    answer_add(to, "(");
    if (i % 8 == 3)
        answer_add(to, "(NIL NIL \"team\" NIL)");
    for (uint32_t k = 0; k < count; k++)
        octets += person(to, i + k);
    if (i % 8 == 3)
        answer_add(to, "(NIL NIL NIL NIL)");
    answer_add(to, ")");
    return octets;
}

static void envelope(struct answer *to, uint32_t i, struct env_numbers *numbers) {
    answer_add(to, "(\"Tue, 14 Nov 2023 %02u:%02u:%02u +0100\" ", i / 3600 % 24, i / 60 % 60, i % 60);
    numbers->subject_octets = subject(to, i);
    for (int same = 0; same < 3; same++) { /* from, sender, reply-to */
        answer_add(to, same ? "(" : " (");
        person(to, i + 1);
        answer_add(to, ")%s", same < 2 ? " " : "");
    }
    answer_add(to, " ");
    numbers->to_octets = recipients(to, i);
    if (i % 8 == 0) {
        answer_add(to, " (");
        person(to, i + 2);
        person(to, i + 3);
        answer_add(to, ")");
    } else
        answer_add(to, " NIL");
    answer_add(to, " NIL ");
    if (i % 3 == 0)
        answer_add(to, "\"<parent.%u@mail.example.org>\"", i - 1);
    else
        answer_add(to, "NIL");
    answer_add(to, " \"<%u.20231114@mail.example.org>\")", i);
}

static void text_part(struct answer *to, const char *subtype, uint32_t octets) {
    answer_add(to, "(\"text\" \"%s\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" %u %u NIL NIL NIL NIL)",
               subtype, octets, octets / 40);
}

static void attachment(struct answer *to, uint32_t i) {
    answer_add(to,
               "(\"application\" \"pdf\" (\"name\" \"report-%u.pdf\") NIL \"a \\\"report\\\"\" \"base64\" %u "
               "NIL (\"attachment\" (\"filename\" \"report-%u.pdf\")) \"en\" NIL)",
               i, 90000 + i, i);
}

static uint32_t structure(struct answer *to, uint32_t i) {
    if (i % 8 == 5) {
        text_part(to, "plain", size_of(i));
        return 1;
    }
    if (i % 8 == 7) {
        answer_add(to, "(");
        text_part(to, "plain", 120);
        answer_add(to, "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" %u (\"Mon, 13 Nov 2023 08:00:00 +0000\" \"the inner one\" (", size_of(i));
        person(to, i);
        answer_add(to, ") NIL NIL (");
        person(to, i + 1);
        answer_add(to, ") NIL NIL NIL \"<inner.%u@example.org>\") ", i);
        text_part(to, "plain", 700);
        answer_add(to, " 30 NIL (\"inline\" NIL) NIL NIL) \"mixed\" (\"boundary\" \"=_b%u\") NIL NIL NIL)", i);
        return 4;
    }
    answer_add(to, "((");
    text_part(to, "plain", size_of(i));
    text_part(to, "html", size_of(i) * 2);
    answer_add(to, " \"alternative\" (\"boundary\" \"=_a%u\") NIL NIL NIL)", i);
    if (i % 2 == 0)
        attachment(to, i);
    answer_add(to, " \"mixed\" (\"boundary\" \"=_b%u\") NIL NIL NIL)", i);
    return i % 2 == 0 ? 5 : 4;
}

struct env_numbers envelope_render(struct answer *to, uint32_t i, int with_date) {
    struct env_numbers numbers;
    answer_add(to, "* %u FETCH (UID %u FLAGS (%s) ", i, uid_of(i), flags_of(i));
    if (with_date) {
        date_render(to, i);
        answer_add(to, " ");
    }
    answer_add(to, "ENVELOPE ");
    envelope(to, i, &numbers);
    answer_add(to, " BODYSTRUCTURE ");
    numbers.parts = structure(to, i);
    answer_add(to, ")\r\n");
    return numbers;
}
