/* Secrets: a password is not in the trace, not in any message, and when the call is over not in the process's memory.
 * The server runs in a process of its own, and the test keeps the password only masked. */
#include "kit.h"

#include <errno.h>
#include <fcntl.h>
#include <imap4.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The password of the test, each octet xored with MASK. */
enum { MASK = 0xa5, MOST = 64 };
static unsigned char masked[MOST];
static size_t masked_len;

static void keep(const char *password) {
  masked_len = strlen(password);
  for (size_t i = 0; i < masked_len; i++)
    masked[i] = (unsigned char)(password[i] ^ MASK);
}

/* A buffer that is wiped in a way the compiler keeps. */
static void *(*volatile const wiping)(void *, int, size_t) = memset;

static void wipe(void *buf, size_t len) {
  wiping(buf, 0, len);
}

static void unmask(char *password) {
  for (size_t i = 0; i < masked_len; i++)
    password[i] = (char)(masked[i] ^ MASK);
  password[masked_len] = '\0';
}

/* Sixteen characters of base64, masked, that stand for the twelve octets of the password from this one on. */
static void base64_of(size_t from, unsigned char *out) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < 16; i++) {
    size_t bit = i * 6;
    unsigned high = masked[from + bit / 8] ^ MASK, low = bit / 8 + 1 < 12 ? masked[from + bit / 8 + 1] ^ MASK : 0u;
    out[i] = (unsigned char)(digits[((high << 8 | low) >> (10 - bit % 8)) & 63] ^ MASK);
  }
}

static int count_of(const unsigned char *needle, size_t needle_len, const unsigned char *octets, size_t len) {
  const unsigned char *end = octets + len;
  int found = 0;
  while ((size_t)(end - octets) >= needle_len &&
         (octets = memchr(octets, needle[0] ^ MASK, (size_t)(end - octets) - needle_len + 1))) {
    size_t same = 1;
    while (same < needle_len && (octets[same] ^ MASK) == needle[same])
      same++;
    found += same == needle_len;
    octets++;
  }
  return found;
}

/* How often the password stands in these octets, at least from its eighth octet on, or as base64 at any alignment. */
static int count_in(const unsigned char *octets, size_t len) {
  unsigned char base64[16];
  int found = count_of(masked + 8, masked_len - 8, octets, len);
  for (size_t from = 8; from < 11; from++) {
    base64_of(from, base64);
    found += count_of(base64, sizeof base64, octets, len);
  }
  return found;
}

/* How often it stands in the writable memory of this process; says where if it should not. */
static int count_in_memory(int is_unwanted) {
  enum { STEP = 1 << 16 };
  static unsigned char buf[STEP + MOST];
  char line[500], *file_line;
  int found = 0, memory = open("/proc/self/mem", O_RDONLY);
  FILE *maps = fopen("/proc/self/maps", "r");
  if (memory < 0 || !maps)
    kit_skip("/proc/self/mem cannot be read");
  setvbuf(maps, line, _IONBF, 0);
  while ((file_line = fgets(line, sizeof line, maps))) {
    unsigned long long from, to;
    char rights[8];
    if (sscanf(file_line, "%llx-%llx %7s", &from, &to, rights) != 3 || rights[0] != 'r' || rights[1] != 'w')
      continue;
    /* Address sanitizer's own bookkeeping: terabytes of reserved addresses. */
    if (to - from > 1ULL << 30)
      continue;
    for (unsigned long long at = from; at < to; at += STEP) {
      /* The buffer itself only holds what was read before. */
      if (at < (uintptr_t)(buf + sizeof buf) && at + STEP + MOST > (uintptr_t)buf)
        continue;
      size_t want = to - at < sizeof buf ? (size_t)(to - at) : sizeof buf;
      long got = pread(memory, buf, want, (off_t)at);
      if (got > 0) {
        int here = count_in(buf, (size_t)got);
        if (here && is_unwanted)
          printf("  %d at %llx of %s", here, at, file_line);
        found += here;
      }
      wipe(buf, sizeof buf);
    }
  }
  fclose(maps);
  close(memory);
  return found;
}

typedef enum way {
  LOGIN,
  LOGIN_LITERAL,
  LOGIN_COMMAND,
  LOGIN_REFUSED,
  PLAIN,
  PLAIN_INITIAL,
  AUTH_LOGIN,
  CRAM_MD5,
  PULLED,
  CALLBACK,
  LOGIN_READY,
  WAYS
} way;

static const char *const WAY_NAMES[] = {"LOGIN", "LOGIN with a literal", "imap_command LOGIN", "LOGIN refused", "PLAIN",
                                        "PLAIN with SASL-IR", "AUTHENTICATE LOGIN", "CRAM-MD5", "pulled", "callback",
                                        "imap_command LOGIN with ready text"};

static void say(int fd, const char *text) {
  size_t n = strlen(text);
  while (n > 0) {
    long sent = send(fd, text, n, MSG_NOSIGNAL);
    if (sent <= 0)
      return;
    text += sent;
    n -= (size_t)sent;
  }
}

static int read_line(int fd, char *line, size_t size) {
  size_t n = 0;
  char octet;
  while (n + 1 < size && recv(fd, &octet, 1, 0) == 1) {
    if (octet == '\n') {
      line[n] = '\0';
      return 1;
    }
    line[n++] = octet;
  }
  return 0;
}

/* The other process: answers each line as the way asks for. */
static void serve(int fd, way how) {
  static const char *const challenges[] = {"", "", "", "", "+ \r\n", "", "+ VXNlcm5hbWU6\r\n", "+ PGFAYj4=\r\n", "+ \r\n", "+ \r\n", ""};
  char line[1000], tag[40] = "", answer[100];
  int lines = 0;
  say(fd, how == PLAIN_INITIAL ? "* OK [CAPABILITY IMAP4rev1 SASL-IR] hi\r\n" : "* OK [CAPABILITY IMAP4rev1] hi\r\n");
  while (read_line(fd, line, sizeof line)) {
    size_t len = strlen(line);
    if (lines == 0)
      sscanf(line, "%39s", tag);
    int wants_more = len > 2 && strcmp(line + len - 2, "}\r") == 0;
    if (lines++ == 0 && *challenges[how])
      say(fd, challenges[how]);
    else if (lines == 2 && how == AUTH_LOGIN)
      say(fd, "+ UGFzc3dvcmQ6\r\n");
    else if (wants_more)
      say(fd, "+ go on\r\n");
    else {
      snprintf(answer, sizeof answer, "%s %s\r\n", tag, how == LOGIN_REFUSED ? "NO [AUTHENTICATIONFAILED] no" : "OK in");
      say(fd, answer);
      lines = 0;
    }
  }
  _exit(0);
}

static int answer_with_password(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
  (void)challenge, (void)len;
  return imap_reply_set(reply, ctx, strlen(ctx));
}

/* The user's name and the password in one argument. */
static int log_in_with_ready_text(imap_conn *conn, const char *password) {
  char text[MOST + 20] = "alice \"";
  size_t len = strlen(text), more = strlen(password);
  memcpy(text + len, password, more);
  memcpy(text + len + more, "\"", 1);
  imap_arg ready = {text, len + more + 1, IMAP_ARG_RAW, 0};
  int rc = imap_command(conn, "LOGIN", &ready, 1, NULL);
  wipe(text, sizeof text);
  return rc;
}

/* The password stands in `password`, which is the caller's to wipe. */
static int log_in(imap_conn *conn, way how, char *password) {
  imap_arg args[] = {{"alice", 5, IMAP_ARG_ASTRING, 0}, {password, strlen(password), IMAP_ARG_STRING, 0}};
  int rc;
  switch (how) {
  case LOGIN:
  case LOGIN_LITERAL:
    return imap_cmd_login(conn, "alice", password, NULL);
  case LOGIN_REFUSED:
    rc = imap_cmd_login(conn, "alice", password, NULL);
    return rc == IMAP_ERR_AUTH ? IMAP_OK : rc;
  case LOGIN_COMMAND:
    return imap_command(conn, "login", args, 2, NULL);
  case PLAIN:
  case PLAIN_INITIAL:
    return imap_cmd_authenticate(conn, "PLAIN", NULL, "alice", password, NULL);
  case AUTH_LOGIN:
    return imap_cmd_authenticate(conn, "LOGIN", NULL, "alice", password, NULL);
  case CRAM_MD5:
    return imap_cmd_login_cram_md5(conn, "alice", password, NULL);
  case PULLED:
    rc = imap_auth_begin(conn, "XOWN", NULL, 0, NULL);
    return rc == IMAP_CHALLENGE ? imap_auth_reply(conn, password, strlen(password), NULL) : rc;
  case CALLBACK:
    return imap_cmd_authenticate_callback(conn, "XOWN", answer_with_password, password, NULL);
  case LOGIN_READY:
    return log_in_with_ready_text(conn, password);
  case WAYS:
    break;
  }
  return IMAP_ERR_ARGUMENT;
}

/* Neither in messages nor in the trace, which does show the command. */
static void check_not_shown(imap_conn *conn) {
  const char *ptr;
  size_t len;
  CHECK_INT(count_in((const unsigned char *)imap_last_message(conn), strlen(imap_last_message(conn))), 0);
  CHECK_INT(count_in((const unsigned char *)imap_last_text(conn), strlen(imap_last_text(conn))), 0);
  int shown = 0;
  for (int i = 0; i < imap_trace_count(conn); i++) {
    CHECK_RC(imap_trace_line(conn, i, &ptr, &len, NULL), IMAP_OK);
    CHECK_INT(count_in((const unsigned char *)ptr, len), 0);
    shown += strstr(ptr, "LOGIN") || strstr(ptr, "AUTHENTICATE");
  }
  CHECK(shown > 0);
}

static void try_way(way how, imap_conn **place) {
  char password[MOST + 1];
  int pair[2];
  imap_conn *conn = NULL;
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  fflush(stdout);
  if (fork() == 0) {
    close(pair[1]);
    serve(pair[0], how);
  }
  close(pair[0]);
  CHECK_RC(imap_open_fd(pair[1], pair[1], 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  CHECK_RC(imap_set_int(conn, IMAP_OPT_TRACE_LEVEL, 3), IMAP_OK);
  unmask(password);
  int rc = log_in(conn, how, password);
  wipe(password, sizeof password);
  if (rc != IMAP_OK)
    kit_fail(__FILE__, __LINE__, "%s: %s (%s)", WAY_NAMES[how], imap_error_name(rc), imap_last_message(conn));
  *place = conn;
}

static void check_way(way how) {
  imap_conn *conn = NULL;
  try_way(how, &conn);
  check_not_shown(conn);
  int found = count_in_memory(1);
  if (found)
    kit_fail(__FILE__, __LINE__, "%s: the password is %d times in memory afterwards", WAY_NAMES[how], found);
  imap_free(conn);
  CHECK(wait(NULL) > 0);
}

static void a_password_is_found_while_it_is_there(void) {
  char *here = malloc(MOST + 1);
  keep("Xk7-marked-pa ss-9vQz-r4nd0m");
  unmask(here);
  CHECK(count_in_memory(0) >= 1);
  strcpy(here, "AGFsaWNlAFhrNy1tYXJrZWQtcGEgc3MtOXZRei1yNG5kMG0=");
  CHECK(count_in_memory(0) >= 1);
  wipe(here, MOST + 1);
  CHECK_INT(count_in_memory(1), 0);
  free(here);
}

static void passwords_are_masked_and_wiped(void) {
  keep("Xk7-marked-pa ss-9vQz-r4nd0m");
  for (int how = LOGIN; how < WAYS; how++)
    check_way((way)how);
}

static void passwords_sent_as_literals_are_masked_and_wiped(void) {
  keep("Yk8-m\xc3\xa4rked-pass-9vQz-r4nd0m");
  check_way(LOGIN_LITERAL);
  check_way(LOGIN_COMMAND);
  check_way(LOGIN_REFUSED);
}

static void a_refused_argument_is_not_shown_either(void) {
  imap_conn *conn = NULL;
  char password[MOST + 1];
  keep("Zk9-marked-\r\n-pass-9vQz-r4nd0m");
  int pair[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  fflush(stdout);
  if (fork() == 0) {
    close(pair[1]);
    serve(pair[0], LOGIN);
  }
  close(pair[0]);
  CHECK_RC(imap_open_fd(pair[1], pair[1], 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  unmask(password);
  imap_arg raw = {password, strlen(password), IMAP_ARG_RAW, IMAP_ARG_SECRET};
  CHECK_RC(imap_cmd_login(conn, "alice", password, NULL), IMAP_ERR_ARGUMENT);
  CHECK_INT(count_in((const unsigned char *)imap_last_message(conn), strlen(imap_last_message(conn))), 0);
  CHECK_RC(imap_command(conn, "XOWN", &raw, 1, NULL), IMAP_ERR_ARGUMENT);
  CHECK_INT(count_in((const unsigned char *)imap_last_message(conn), strlen(imap_last_message(conn))), 0);
  wipe(password, sizeof password);
  CHECK_INT(count_in_memory(1), 0);
  imap_free(conn);
  CHECK(wait(NULL) > 0);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(a_password_is_found_while_it_is_there),
      TEST(passwords_are_masked_and_wiped),
      TEST(passwords_sent_as_literals_are_masked_and_wiped),
      TEST(a_refused_argument_is_not_shown_either),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
