/* What receiving costs: a canned server in a child process on loopback, the library in this one.
 *
 *   receive meta N      one FETCH of N messages (UID FLAGS INTERNALDATE RFC822.SIZE), every row kept
 *   receive items N     the same, and every item of imaplib's view read
 *   receive tree N      the same, and every UID read through the tree
 *   receive noop N      N NOOPs, one after the other
 *
 * Prints microseconds of CPU a unit and the peak of memory. Under callgrind (benches/measure) the instructions are
 * those of this process alone. Each run checks what it received. */
#include <arpa/inet.h>
#include <imap4.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static long rows_wanted;

static void send_all(int fd, const char *octets, size_t len) {
    while (len > 0) {
        ssize_t n = send(fd, octets, len, MSG_NOSIGNAL);
        if (n <= 0)
            _exit(1);
        octets += n;
        len -= (size_t)n;
    }
}

/* All rows and the tagged line in one piece of memory, so that the server costs next to nothing. */
static char *rows(size_t *len) {
    char *all = malloc((size_t)rows_wanted * 128 + 1);
    size_t at = 0;
    for (long i = 1; i <= rows_wanted; i++)
        at += (size_t)sprintf(all + at,
                              "* %ld FETCH (UID %ld FLAGS (\\Seen \\Answered) INTERNALDATE "
                              "\"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE %ld)\r\n",
                              i, i + 1000, i * 7 % 100000);
    *len = at;
    return all;
}

static void serve(int listener) {
    size_t all_len = 0;
    char *all = rows_wanted > 0 ? rows(&all_len) : NULL;
    int one = 1, fd = accept(listener, NULL, NULL);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    const char *greeting = "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n";
    send_all(fd, greeting, strlen(greeting));
    char line[4096];
    size_t have = 0;
    for (;;) {
        ssize_t n = recv(fd, line + have, sizeof line - 1 - have, 0);
        if (n <= 0)
            _exit(0);
        have += (size_t)n;
        line[have] = '\0';
        char *end;
        while ((end = strstr(line, "\r\n")) != NULL) {
            char tag[64], name[64], answer[128];
            *end = '\0';
            if (sscanf(line, "%63s %63s", tag, name) != 2)
                _exit(1);
            if (strcmp(name, "FETCH") == 0)
                send_all(fd, all, all_len);
            send_all(fd, answer, (size_t)sprintf(answer, "%s OK done\r\n", tag));
            size_t used = (size_t)(end + 2 - line);
            memmove(line, end + 2, have - used + 1);
            have -= used;
        }
    }
}

static void fail(const char *what, imap_conn *conn) {
    fprintf(stderr, "%s: %s\n", what, conn != NULL ? imap_last_message(conn) : "");
    exit(1);
}

static double cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void read_items(const imap_response *response) {
    size_t octets = 0, count = imap_response_item_count(response, NULL);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        if (imap_response_item(response, NULL, i, NULL, &len, NULL, NULL) != IMAP_OK)
            fail("item", NULL);
        octets += len;
    }
    if (count != (size_t)rows_wanted || octets < count * 80)
        fail("items: wrong sum", NULL);
}

static void read_tree(const imap_response *response) {
    uint64_t sum = 0, wanted = 0;
    for (long i = 0; i < rows_wanted; i++) {
        const imap_response *row = imap_response_row(response, (size_t)i);
        uint64_t uid;
        if (imap_node_number(row, imap_node_find(row, imap_node_at(row, IMAP_ROOT, 2), "UID"), &uid) != IMAP_OK)
            fail("tree", NULL);
        sum += uid;
        wanted += (uint64_t)i + 1001;
    }
    if (sum != wanted)
        fail("tree: wrong sum", NULL);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return fprintf(stderr, "usage: receive meta|items|tree|noop N\n"), 2;
    const char *what = argv[1];
    long n = atol(argv[2]);
    int is_noop = strcmp(what, "noop") == 0;
    rows_wanted = is_noop ? 0 : n;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t addr_len = sizeof addr;
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&addr, &addr_len) != 0)
        return perror("loopback"), 1;
    pid_t server = fork();
    if (server == 0)
        serve(listener);
    close(listener);

    imap_conn *conn;
    if (imap_open("127.0.0.1", ntohs(addr.sin_port), IMAP_TLS_NONE, NULL, &conn) != IMAP_OK)
        fail("open", conn);
    if (imap_cmd_select(conn, NULL, 0, NULL) != IMAP_OK)
        fail("select", conn);
    double before = cpu_us();
    if (is_noop) {
        for (long i = 0; i < n; i++)
            if (imap_cmd_noop(conn, NULL) != IMAP_OK)
                fail("noop", conn);
    } else {
        imap_response *response;
        if (imap_cmd_fetch(conn, "1:*", "UID FLAGS INTERNALDATE RFC822.SIZE", 0, &response) != IMAP_OK)
            fail("fetch", conn);
        if (imap_response_row_count(response) != (size_t)n)
            fail("rows: wrong count", conn);
        if (strcmp(what, "items") == 0)
            read_items(response);
        if (strcmp(what, "tree") == 0)
            read_tree(response);
        imap_response_free(response);
    }
    double spent = cpu_us() - before;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-6s %8ld  %8.3f us CPU each, peak %.1f MiB\n", what, n, spent / (double)n, (double)usage.ru_maxrss / 1024);
    imap_free(conn);
    waitpid(server, NULL, 0);
    return 0;
}
