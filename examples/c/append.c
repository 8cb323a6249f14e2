/* Adding messages: flags, a date, line ends, UTF-8, and the UID a message got.
 *
 *     tests/examples/run --show append
 *
 * A message is octets. Bare LF and bare CR become CRLF on the way, unless IMAP_APPEND_VERBATIM asks for the octets as
 * they are. */
#include "support.h"

/* One message and what is to be said of it. */
struct message {
    const char *what;
    const char *flags;
    const char *date;
    const char *text;
    int options;
};

static int append(imap_conn *conn, const struct message *message) {
    imap_response *answer;
    int rc = imap_cmd_append(conn, "Example", message->flags, message->date, message->text, strlen(message->text),
        message->options, &answer);
    int good = went(conn, message->what, rc, IMAP_OK);
    const char *name, *argument;
    size_t name_len, argument_len;
    /* The UID is the second argument of the code, behind UIDVALIDITY. */
    if (good && imap_response_code(answer, &name, &name_len, &argument, &argument_len) == IMAP_OK && argument != NULL) {
        const char *uid = strrchr(argument, ' ');
        printf("  %s: UID%s\n", name, uid != NULL ? uid : " ?");
    }
    imap_response_free(answer);
    /* imaplib's response("APPENDUID") tells the same, once. */
    int told = imap_untagged(conn, "APPENDUID", &answer) == IMAP_OK;
    imap_response_free(answer);
    good = good && told && imap_untagged(conn, "APPENDUID", &answer) == IMAP_END;
    return good;
}

static int fetch(imap_conn *conn, const char *what, const char *items) {
    imap_response *answer;
    return shown(conn, what, imap_cmd_fetch(conn, "1:*", items, 0, &answer), &answer);
}

/* What cannot be sent is refused before anything is sent. */
static int refusals(imap_conn *conn) {
    const char *text = "Subject: x\r\n\r\n";
    int rc = imap_cmd_append(conn, "Example", NULL, "32-Jan-2024 00:00:00 +0000", text, strlen(text), 0, NULL);
    int good = went(conn, "append with the date 32-Jan-2024", rc, IMAP_ERR_ARGUMENT);
    rc = imap_cmd_append(conn, "Example", "\\Seen) evil (", NULL, text, strlen(text), 0, NULL);
    good = went(conn, "append with a broken flag list", rc, IMAP_ERR_ARGUMENT) && good;
    rc = imap_cmd_append(conn, "Nowhere", NULL, NULL, text, strlen(text), 0, NULL);
    return went(conn, "append to a mailbox that does not exist", rc, IMAP_NO) && good;
}

int main(void) {
    imap_conn *conn = NULL;
    char date[IMAP_INTERNALDATE_SIZE];
    int good = imap_internaldate_format(837596665, -420, date, sizeof date) == IMAP_OK;
    printf("date: %s\n", date);
    const struct message messages[] = {
        {"append a plain message", NULL, NULL, "Subject: one\r\n\r\nFirst.\r\n", 0},
        {"append with flags and date", "(\\Seen $Done)", date, "Subject: two\r\n\r\nSecond.\r\n", 0},
        {"append with LF as line end", "\\Flagged", NULL, "Subject: three\n\nThird,\nin two lines.\n", 0},
        {"append UTF-8 octets as they are", NULL, NULL, "Subject: four\r\n\r\nGrüße, 日本.\r\n", IMAP_APPEND_VERBATIM},
    };
    good = good && open_server(&conn) && log_in(conn) &&
        went(conn, "create Example", imap_cmd_create(conn, "Example", NULL), IMAP_OK);
    for (size_t i = 0; good && i < sizeof messages / sizeof messages[0]; i++)
        good = append(conn, &messages[i]);
    good = good && went(conn, "examine", imap_cmd_select(conn, "Example", IMAP_EXAMINE, NULL), IMAP_OK) &&
        fetch(conn, "sizes", "RFC822.SIZE") && fetch(conn, "texts", "BODY.PEEK[TEXT]") && refusals(conn);
    if (good) {
        imap_response *answer;
        good = shown(conn, "flags and date of 2", imap_cmd_fetch(conn, "2", "INTERNALDATE", 0, &answer), &answer) &&
            shown(conn, "search KEYWORD $Done", imap_cmd_search(conn, NULL, "KEYWORD $Done", 0, &answer), &answer) &&
            went(conn, "unselect", imap_cmd_unselect(conn, NULL), IMAP_OK) &&
            went(conn, "delete Example", imap_cmd_delete(conn, "Example", NULL), IMAP_OK);
    }
    return finish(conn, good);
}
