/* Reads an INBOX: connects over verified TLS, lists the mailboxes, shows the newest messages as a table and one of them
 * as text.
 *
 *     read_mail imap.example.org you@example.org       asks for the password; changes nothing
 *     read_mail --port N --ca FILE --change HOST USER  another port and authority; also adds a message, and removes it
 *
 * The password may come in IMAP_PASSWORD instead. `./examples/try` starts a private server and runs this on it. */
#define _POSIX_C_SOURCE 200809L
#include "terminal.h"

#include <imap4.h>
#include <stdlib.h>
#include <time.h>

#define NEWEST 10        /* messages in the table */
#define MAILBOXES 40     /* mailboxes listed */
#define TEXT_LINES 12    /* lines of a message shown … */
#define TEXT_OCTETS 1000 /* … and octets */

struct settings {
    const char *host, *user, *ca_file;
    int port, change;
};

/* Colours, empty where nobody sees them. */
static const char *bold = "", *dim = "", *plain = "";

static const char usage[] =
    "usage: read_mail [--port N] [--ca FILE] [--change] HOST USER\n"
    "\n"
    "Shows the mailboxes of USER at HOST and the newest messages of INBOX. Asks for the\n"
    "password, unless the environment has IMAP_PASSWORD.\n"
    "\n"
    "  --port N    the port, if it is not 993 (TLS from the start)\n"
    "  --ca FILE   certificates to trust (PEM), if the server's is from an authority of its own\n"
    "  --change    also adds a message to INBOX, flags it and removes it; without it nothing changes\n";

/* ---- Connecting ------------------------------------------------------------------------------ */

/* What a person can do about it. */
static const char *advice(int rc) {
    switch (rc) {
    case IMAP_ERR_RESOLVE: return "Check the name of the server; it is often imap.example.org or mail.example.org.";
    case IMAP_ERR_TIMEOUT: return "Check the port (993 for TLS), and that no firewall is in between.";
    case IMAP_ERR_TLS_VERIFY: return "If the server has an authority of its own, name its certificate with --ca FILE.";
    case IMAP_ERR_TLS:
    case IMAP_ERR_GREETING: return "Does this port speak IMAP over TLS? The usual one is 993.";
    case IMAP_ERR_AUTH:
        return "Check user and password. Many providers want an app password here, made on their web site;\n"
               "some accept only OAuth, which this example does not do.";
    case IMAP_ERR_BYE:
    case IMAP_ERR_CLOSED: return "The server ended it; try again later.";
    default: return NULL;
    }
}

/* 1 if all is well; else says what is not, and what to do. */
static int is_ok(imap_conn *conn, int rc) {
    const char *what_to_do = advice(rc);
    if (rc == IMAP_OK)
        return 1;
    fflush(stdout);
    fprintf(stderr, "read_mail: %s\n", conn != NULL ? imap_last_message(conn) : imap_error_text(rc));
    if (what_to_do != NULL)
        fprintf(stderr, "%s\n", what_to_do);
    return 0;
}

static int connect_to(const struct settings *settings, imap_conn **conn) {
    imap_options *options = NULL;
    imap_tls_info tls = {0};
    int rc = imap_options_new(&options);
    if (rc == IMAP_OK)
        rc = imap_options_set_int(options, IMAP_OPT_CONNECT_TIMEOUT_MS, 20000);
    if (rc == IMAP_OK)
        rc = imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, settings->ca_file);
    if (rc == IMAP_OK)
        rc = imap_open(settings->host, settings->port, IMAP_TLS_IMPLICIT, options, conn);
    imap_options_free(options);
    if (rc == IMAP_OK)
        rc = imap_tls_info_get(*conn, &tls, sizeof tls);
    if (!is_ok(*conn, rc))
        return 0;
    printf("%sConnected%s   %s, %s (%s), certificate %s\n", bold, plain, settings->host, tls.version, tls.cipher,
        tls.verified ? "verified" : "NOT verified");
    return 1;
}

static int log_in(imap_conn *conn, const struct settings *settings) {
    char asked[300] = "";
    const char *password = getenv("IMAP_PASSWORD");
    if (password == NULL) {
        if (!ask_password(settings->user, asked, sizeof asked))
            return 0;
        password = asked;
    }
    int rc = imap_cmd_login(conn, settings->user, password, NULL);
    wipe(asked, sizeof asked);
    /* The server may offer more now; only if it did not say so by itself, we ask. */
    if (rc == IMAP_OK && imap_capability_is_stale(conn))
        rc = imap_cmd_capability(conn, NULL);
    if (!is_ok(conn, rc))
        return 0;
    printf("%sLogged in%s   %s; the server speaks %s and has %d capabilities\n", bold, plain, settings->user,
        imap_protocol_version(conn), imap_capability_count(conn));
    return 1;
}

/* ---- Mailboxes ------------------------------------------------------------------------------- */

struct mailbox {
    char name[200]; /* UTF-8 */
    char delimiter;
};

/* Parents before children, INBOX before all. */
static int compare(const void *left, const void *right) {
    const struct mailbox *a = left, *b = right;
    size_t i = 0;
    int a_is_inbox = strcmp(a->name, "INBOX") == 0, b_is_inbox = strcmp(b->name, "INBOX") == 0;
    if (a_is_inbox != b_is_inbox)
        return b_is_inbox - a_is_inbox;
    while (a->name[i] != '\0' && a->name[i] == b->name[i])
        i++;
    int x = a->name[i] == a->delimiter ? 1 : (unsigned char)a->name[i];
    int y = b->name[i] == b->delimiter ? 1 : (unsigned char)b->name[i];
    return x - y;
}

/* Reads "LIST (flags) delimiter name". Names that are no modified UTF-7 are shown as they came. */
static int read_mailbox(const imap_response *row, struct mailbox *mailbox) {
    const char *name, *delimiter;
    size_t len, delimiter_len;
    if (imap_node_text(row, imap_node_at(row, IMAP_ROOT, 3), &name, &len) != IMAP_OK)
        return 0;
    if (imap_utf7_decode(name, len, mailbox->name, sizeof mailbox->name, NULL) != IMAP_OK)
        snprintf(mailbox->name, sizeof mailbox->name, "%s", name);
    mailbox->delimiter = '\0';
    if (imap_node_text(row, imap_node_at(row, IMAP_ROOT, 2), &delimiter, &delimiter_len) == IMAP_OK && delimiter_len == 1)
        mailbox->delimiter = *delimiter;
    return 1;
}

/* Prints one, indented below the nearest parent that stands above it. */
static void print_mailbox(const struct mailbox *all, size_t i) {
    size_t start = 0;
    int depth = 0;
    for (size_t end = 1; all[i].name[end] != '\0'; end++) {
        if (all[i].name[end] != all[i].delimiter)
            continue;
        for (size_t above = 0; above < i; above++) {
            if (strncmp(all[above].name, all[i].name, end) == 0 && all[above].name[end] == '\0') {
                start = end + 1;
                depth++;
            }
        }
    }
    printf("  %*s", 2 * depth, "");
    put_text(all[i].name + start, strlen(all[i].name + start), 70, 0);
    putchar('\n');
}

static int show_mailboxes(imap_conn *conn) {
    imap_response *answer;
    int good = is_ok(conn, imap_cmd_list(conn, "", "*", &answer));
    size_t rows = imap_response_row_count(answer), count = 0;
    struct mailbox *all = calloc(rows + 1, sizeof *all);
    if (good && all != NULL) {
        for (size_t i = 0; i < rows; i++)
            count += (size_t)read_mailbox(imap_response_row(answer, i), &all[count]);
        qsort(all, count, sizeof *all, compare);
        printf("\n%sMailboxes%s\n", bold, plain);
        for (size_t i = 0; i < count && i < MAILBOXES; i++)
            print_mailbox(all, i);
        if (count > MAILBOXES)
            printf("  %sand %d more%s\n", dim, (int)(count - MAILBOXES), plain);
    }
    free(all);
    imap_response_free(answer);
    return good && all != NULL;
}

/* ---- Messages -------------------------------------------------------------------------------- */

/* The answer to a search by the tree view: how many numbers there are. */
static int count_unread(imap_conn *conn, unsigned *count) {
    imap_response *answer;
    uint64_t number;
    int good = is_ok(conn, imap_cmd_search(conn, NULL, "UNSEEN", 0, &answer));
    *count = 0;
    for (size_t i = 0; i < imap_response_row_count(answer); i++) {
        const imap_response *row = imap_response_row(answer, i);
        for (uint32_t node = imap_node_first(row, IMAP_ROOT); node != 0; node = imap_node_next(row, node))
            *count += imap_node_number(row, node, &number) == IMAP_OK;
    }
    imap_response_free(answer);
    return good;
}

static int node_is(const imap_response *row, uint32_t node, const char *word) {
    const char *text;
    size_t len, i = 0;
    if (imap_node_text(row, node, &text, &len) != IMAP_OK || len != strlen(word))
        return 0;
    while (i < len && (text[i] | 0x20) == (word[i] | 0x20))
        i++;
    return i == len;
}

static int has_flag(const imap_response *row, uint32_t data, const char *flag) {
    uint32_t flags = imap_node_find(row, data, "FLAGS");
    for (uint32_t node = imap_node_first(row, flags); flags != 0 && node != 0; node = imap_node_next(row, node))
        if (node_is(row, node, flag))
            return 1;
    return 0;
}

/* "2024-01-08 09:30", as the server wrote it. */
static void print_date(const imap_response *row, uint32_t data) {
    const char *text;
    size_t len;
    int64_t seconds;
    int32_t offset_min;
    char date[20] = "?";
    if (imap_node_text(row, imap_node_find(row, data, "INTERNALDATE"), &text, &len) == IMAP_OK &&
        imap_internaldate_parse(text, len, &seconds, &offset_min) == IMAP_OK) {
        time_t there = (time_t)(seconds + 60 * offset_min);
        struct tm broken_down;
        if (gmtime_r(&there, &broken_down) != NULL)
            strftime(date, sizeof date, "%Y-%m-%d %H:%M", &broken_down);
    }
    printf("%-16s", date);
}

/* The fields of an ENVELOPE, by their place in it. */
enum { SUBJECT = 1, FROM = 2 };

/* The first author: (name route mailbox host). */
static void print_author(const imap_response *row, uint32_t envelope, int width, int fill) {
    uint32_t author = imap_node_first(row, imap_node_at(row, envelope, FROM));
    const char *text, *host;
    size_t len, host_len;
    char address[200] = "(nobody)";
    if (author == 0) { /* no such node: as a parent, 0 would be the whole line */
        put_text(address, strlen(address), width, fill);
        return;
    }
    if (imap_node_text(row, imap_node_at(row, author, 0), &text, &len) == IMAP_OK && len > 0) {
        put_text(text, len, width, fill);
        return;
    }
    if (imap_node_text(row, imap_node_at(row, author, 2), &text, &len) == IMAP_OK &&
        imap_node_text(row, imap_node_at(row, author, 3), &host, &host_len) == IMAP_OK)
        snprintf(address, sizeof address, "%s@%s", text, host);
    put_text(address, strlen(address), width, fill);
}

static int print_subject(const imap_response *row, uint32_t envelope, int width) {
    const char *text;
    size_t len;
    if (imap_node_text(row, imap_node_at(row, envelope, SUBJECT), &text, &len) != IMAP_OK || len == 0) {
        printf("%s(no subject)%s", dim, plain);
        return 0;
    }
    put_text(text, len, width, 0);
    return strstr(text, "=?") != NULL; /* RFC 2047 */
}

/* The data of a FETCH row: "12 FETCH (…)"; 0 if it is another row or one without an envelope. */
static uint32_t fetch_data(const imap_response *row) {
    uint32_t data = imap_node_at(row, IMAP_ROOT, 2);
    return strcmp(imap_response_name(row), "FETCH") == 0 && imap_node_find(row, data, "ENVELOPE") != 0 ? data : 0;
}

static void print_table(const imap_response *answer) {
    int encoded = 0;
    printf("  %s      #  Date              From                    Subject%s\n", dim, plain);
    for (size_t i = 0; i < imap_response_row_count(answer); i++) {
        const imap_response *row = imap_response_row(answer, i);
        uint32_t data = fetch_data(row), envelope = imap_node_find(row, data, "ENVELOPE"), number;
        if (data == 0 || imap_response_number(row, &number) != IMAP_OK)
            continue;
        int is_unread = !has_flag(row, data, "\\Seen");
        printf("  %s%c%6u  ", is_unread ? bold : "", is_unread ? '*' : ' ', (unsigned)number);
        print_date(row, data);
        printf("  ");
        print_author(row, envelope, 22, 1);
        printf("  ");
        encoded |= print_subject(row, envelope, 46);
        printf("%s\n", plain);
    }
    printf("  %s* unread%s\n", dim, plain);
    if (encoded)
        printf("  %s=?…?= is text as mail encodes it (RFC 2047), shown as it was sent%s\n", dim, plain);
}

/* Goes down to the first part of a BODYSTRUCTURE; its number goes to `section`. 1 if it is text that can be read as
 * it is, of at most `limit` octets. */
static int find_text(const imap_response *row, uint32_t part, uint64_t limit, char *section, size_t size) {
    uint64_t octets = 0;
    size_t used = 1;
    int depth = 0;
    snprintf(section, size, "1");
    for (; imap_node_kind(row, imap_node_first(row, part)) == IMAP_NODE_LIST; part = imap_node_first(row, part)) {
        if (depth++ > 0 && used + 3 < size) {
            memcpy(section + used, ".1", 3);
            used += 2;
        }
    }
    uint32_t encoding = imap_node_at(row, part, 5);
    return imap_node_number(row, imap_node_at(row, part, 6), &octets) == IMAP_OK && octets <= limit &&
        node_is(row, imap_node_at(row, part, 0), "text") &&
        node_is(row, imap_node_at(row, part, 1), "plain") &&
        (node_is(row, encoding, "7bit") || node_is(row, encoding, "8bit"));
}

static void print_lines(const char *text, size_t len) {
    const char *end = text + len;
    for (int line = 0; text < end && line < TEXT_LINES; line++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t width = (size_t)((stop != NULL ? stop : end) - text);
        if (width > 0 && text[width - 1] == '\r')
            width--;
        printf("  ");
        put_text(text, width, 96, 0);
        putchar('\n');
        text = stop != NULL ? stop + 1 : end;
    }
    if (text < end)
        printf("  %s…%s\n", dim, plain);
}

/* The newest message of the table with plain text of at most `limit` octets, and where in it; NULL if there is none. */
static const imap_response *choose(const imap_response *table, uint64_t limit, char *section, size_t size) {
    for (size_t i = imap_response_row_count(table); i-- > 0;) {
        const imap_response *row = imap_response_row(table, i);
        uint32_t data = fetch_data(row), structure = imap_node_find(row, data, "BODYSTRUCTURE");
        if (data != 0 && structure != 0 && find_text(row, structure, limit, section, size))
            return row;
    }
    return NULL;
}

/* Prints one message, if possible one short enough to be shown whole, else the beginning of a longer one. */
static int show_one(imap_conn *conn, const imap_response *table) {
    char section[40], items[80], set[12];
    uint32_t number;
    const imap_response *row = choose(table, TEXT_OCTETS, section, sizeof section);
    if (row == NULL)
        row = choose(table, UINT64_MAX, section, sizeof section);
    if (row == NULL || imap_response_number(row, &number) != IMAP_OK)
        return 1;
    imap_response *answer;
    const char *text, *literal;
    size_t len, literal_len;
    snprintf(items, sizeof items, "BODY.PEEK[%s]<0.%d>", section, TEXT_OCTETS);
    snprintf(set, sizeof set, "%u", (unsigned)number);
    int good = is_ok(conn, imap_cmd_fetch(conn, set, items, 0, &answer));
    /* No item: somebody has removed the message meanwhile. */
    int is_there = good && imap_response_item(answer, NULL, 0, &text, &len, &literal, &literal_len) == IMAP_OK;
    if (is_there && literal != NULL) {
        uint32_t envelope = imap_node_find(row, fetch_data(row), "ENVELOPE");
        printf("\n%sMessage %u%s   ", bold, (unsigned)number, plain);
        print_author(row, envelope, 40, 0);
        printf(": ");
        print_subject(row, envelope, 60);
        printf("\n\n");
        print_lines(literal, literal_len);
    }
    imap_response_free(answer);
    return good;
}

static int show_messages(imap_conn *conn) {
    imap_response *answer;
    char set[40];
    unsigned unread;
    int good = is_ok(conn, imap_cmd_select(conn, "INBOX", IMAP_EXAMINE, &answer));
    const char *text, *literal;
    size_t len, literal_len;
    unsigned long count = 0;
    if (good && imap_response_item(answer, NULL, 0, &text, &len, &literal, &literal_len) == IMAP_OK)
        count = strtoul(text, NULL, 10);
    imap_response_free(answer);
    if (!good || !count_unread(conn, &unread))
        return 0;
    printf("\n%sINBOX%s   %lu messages, %u unread", bold, plain, count, unread);
    printf(count > NEWEST ? "; the newest %d:\n" : "\n", NEWEST);
    if (count > 0) {
        snprintf(set, sizeof set, "%lu:*", count > NEWEST ? count - NEWEST + 1 : 1);
        good = is_ok(conn, imap_cmd_fetch(conn, set, "(FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE)", 0, &answer));
        if (good)
            print_table(answer);
        good = good && show_one(conn, answer);
        imap_response_free(answer);
    }
    /* Nothing is lost by CLOSE: the mailbox was opened for reading only. */
    return good && is_ok(conn, imap_cmd_close(conn, NULL));
}

/* ---- Changing something, only where it was asked for ----------------------------------------- */

static int print_flags(imap_conn *conn, const char *uid) {
    imap_response *answer;
    int good = is_ok(conn, imap_cmd_fetch(conn, uid, "FLAGS", IMAP_UID, &answer));
    const imap_response *row = imap_response_row(answer, 0);
    const char *raw;
    size_t len;
    if (good && imap_node_raw(row, imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), "FLAGS"), &raw, &len) == IMAP_OK)
        printf("  flagged it: %.*s\n", (int)len, raw);
    imap_response_free(answer);
    return good;
}

static int change(imap_conn *conn) {
    static const char message[] =
        "From: read_mail <read_mail@example.test>\nSubject: A message that comes and goes\n\nHello from C.\n";
    imap_response *answer = NULL;
    const char *name, *argument, *uid = NULL;
    size_t name_len, argument_len;
    printf("\n%sChanges%s   because of --change\n", bold, plain);
    if (!imap_has_capability(conn, "UIDPLUS")) {
        fprintf(stderr, "read_mail: nothing changed: without UIDPLUS the server cannot remove one message alone\n");
        return 0;
    }
    int good = is_ok(conn, imap_cmd_select(conn, "INBOX", 0, NULL)) &&
        is_ok(conn, imap_cmd_append(conn, "INBOX", "\\Seen", NULL, message, sizeof message - 1, 0, &answer));
    if (good && imap_response_code(answer, &name, &name_len, &argument, &argument_len) == IMAP_OK && argument != NULL)
        uid = strrchr(argument, ' '); /* [APPENDUID uidvalidity uid] */
    if (good && uid == NULL) {
        fprintf(stderr, "read_mail: the server did not tell the UID of the new message; it stays in INBOX\n");
        good = 0;
    }
    if (good) {
        uid++;
        printf("  added a message: \"A message that comes and goes\"\n");
        good = is_ok(conn, imap_cmd_store(conn, uid, "+FLAGS.SILENT", "\\Flagged", IMAP_UID, NULL)) &&
            print_flags(conn, uid) &&
            is_ok(conn, imap_cmd_store(conn, uid, "+FLAGS.SILENT", "\\Deleted", IMAP_UID, NULL)) &&
            is_ok(conn, imap_cmd_expunge(conn, uid, NULL));
        if (good)
            printf("  removed it again, and nothing else\n");
    }
    imap_response_free(answer);
    return good;
}

/* ---- The program ----------------------------------------------------------------------------- */

/* 0 to go on; else the exit status. */
static int read_arguments(int argc, char **argv, struct settings *settings) {
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        }
        if (strcmp(argv[i], "--change") == 0)
            settings->change = 1;
        else if (strcmp(argv[i], "--port") == 0 && i + 1 < argc && atoi(argv[i + 1]) > 0)
            settings->port = atoi(argv[++i]);
        else if (strcmp(argv[i], "--ca") == 0 && i + 1 < argc)
            settings->ca_file = argv[++i];
        else
            break;
    }
    if (argc - i != 2 || argv[i][0] == '-') {
        fputs(usage, stderr);
        return 2;
    }
    settings->host = argv[i];
    settings->user = argv[i + 1];
    return 0;
}

int main(int argc, char **argv) {
    struct settings settings = {NULL, NULL, NULL, 0, 0};
    imap_conn *conn = NULL;
    const char *terminal = getenv("TERM");
    int status = read_arguments(argc, argv, &settings);
    if (status != 0)
        return status;
    if (isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL && terminal != NULL && strcmp(terminal, "dumb") != 0) {
        bold = "\033[1m";
        dim = "\033[2m";
        plain = "\033[0m";
    }
    int good = connect_to(&settings, &conn) && log_in(conn, &settings) && show_mailboxes(conn) && show_messages(conn) &&
        (!settings.change || change(conn));
    if (imap_logout_and_free(conn) == IMAP_OK && good)
        printf("\n%sLogged out%s\n", bold, plain);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
