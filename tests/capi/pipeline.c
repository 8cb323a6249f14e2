/* Many commands at once: what leaves together, what waits for what, answers in any order, results in any order, and what
 * is said of each command when the connection ends. */
#include "kit.h"
#include "peer.h"
#include "wire.h"

#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define HELLO "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"
#define SELECTED {NULL, HELLO}, {"# SELECT INBOX", "# OK [READ-WRITE] in\r\n"}
#define STAYS {NULL, PEER_STAY}, {NULL, NULL}

static uint32_t submit(imap_conn *conn, const char *line) {
  uint32_t id = 0;
  CHECK_RC(imap_submit_text(conn, line, &id), IMAP_QUEUED);
  return id;
}

static imap_conn *open_to(peer *server) {
  imap_conn *conn = NULL;
  int fd = peer_take_fd(server);
  CHECK_RC(imap_open_fd(fd, fd, 0, NULL, IMAP_TLS_NONE, NULL, &conn), IMAP_OK);
  return conn;
}

/* Answers every command with OK and its number, one line each. */
static void answer_all(peer *self, void *ctx) {
  char line[300], text[400];
  int *seen = ctx;
  peer_say(self, HELLO);
  while (peer_line(self, line, sizeof line) >= 0 && peer_command(self, line)) {
    snprintf(text, sizeof text, "# OK [N %d] done\r\n", ++*seen);
    if (peer_say(self, text) != 0)
      return;
  }
}

static void ten_thousand_noops_are_queued_and_each_has_its_result(void) {
  int count = (int)kit_repeats(10000), seen = 0;
  peer *server = peer_start(answer_all, &seen);
  imap_conn *conn = open_to(server);
  uint32_t *ids = malloc((size_t)count * sizeof *ids);
  imap_response *none = (imap_response *)conn;
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  for (int i = 0; i < count; i++) {
    CHECK_RC(imap_cmd_noop(conn, &none), IMAP_QUEUED);
    CHECK(none == NULL);
    ids[i] = imap_last_id(conn);
  }
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  int failed = 0;
  for (int i = 0; i < count && failed < 3; i++) {
    char want[30];
    snprintf(want, sizeof want, "N %d", i + 1);
    imap_response *answer = NULL;
    failed += !CHECK_RC(imap_wait(conn, ids[i], -1, &answer), IMAP_OK);
    const char *code = NULL, *argument = NULL;
    size_t code_len = 0, argument_len = 0;
    imap_response_code(answer, &code, &code_len, &argument, &argument_len);
    failed += !CHECK_STR(argument, want + 2);
    imap_response_free(answer);
  }
  uint32_t id = 7;
  CHECK_RC(imap_completed(conn, -1, &id), IMAP_END);
  CHECK_INT(id, 0);
  free(ids);
  imap_free(conn);
  peer_end(server);
  CHECK_INT(seen, count);
}

static void all_may_be_answered_before_one_is_asked_for(void) {
  int count = (int)kit_repeats(10000), seen = 0, got = 0, rc;
  peer *server = peer_start(answer_all, &seen);
  imap_conn *conn = open_to(server);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  for (int i = 0; i < count; i++)
    CHECK_RC(imap_submit(conn, "NOOP", NULL, 0, NULL), IMAP_QUEUED);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  uint32_t last = imap_last_id(conn), id = 0, before = 0;
  CHECK_RC(imap_wait(conn, last, -1, NULL), IMAP_OK);
  while ((rc = imap_completed(conn, -1, &id)) == IMAP_OK) {
    CHECK(id > before);
    before = id;
    CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_OK);
    got++;
  }
  CHECK_RC(rc, IMAP_END);
  CHECK_INT(got, count - 1);
  imap_free(conn);
  peer_end(server);
}

static void nothing_leaves_before_the_queue_ends_or_the_caller_waits(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  size_t before = wire_count(server);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
  CHECK_RC(imap_cmd_check(conn, NULL), IMAP_QUEUED);
  struct timespec pause = {0, 20 * 1000000};
  nanosleep(&pause, NULL);
  CHECK_INT(wire_count(server), before);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
  CHECK_INT(wire_count(server), before + 2);
  /* Still queueing. */
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
  CHECK_INT(wire_count(server), before + 3);
  CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_OK);
  wire_close(server, conn);
}

/* The server has not been told anything: it cannot be slow. */
static void time_spent_collecting_is_no_stall_of_the_server(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# NOOP", "# OK done\r\n"}, {NULL, PEER_STAY}, {NULL, NULL}};
  const struct timespec pause = {.tv_nsec = 600 * 1000000L};
  for (int waits = 0; waits < 2; waits++) {
    peer *server;
    imap_conn *conn = peer_open(&server, steps, NULL, NULL);
    CHECK_RC(imap_set_int(conn, IMAP_OPT_STALL_TIMEOUT_MS, 400), IMAP_OK);
    CHECK_RC(imap_queue_begin(conn), IMAP_OK);
    CHECK_RC(imap_cmd_noop(conn, NULL), IMAP_QUEUED);
    nanosleep(&pause, NULL);
    if (!waits)
      CHECK_RC(imap_queue_end(conn), IMAP_OK);
    CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
    imap_free(conn);
    peer_end(server);
  }
}

static void a_long_queue_begins_to_leave_at_64_kib(void) {
  wire *server;
  imap_conn *conn = wire_selected(&server, "IMAP4rev1");
  size_t before = wire_count(server);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  char line[1100];
  memset(line, 'x', sizeof line);
  memcpy(line, "CREATE ", 7);
  line[1000] = '\0';
  for (int i = 0; i < 80; i++)
    CHECK_RC(imap_command_text(conn, line, NULL), IMAP_QUEUED);
  long long until = kit_now_ms() + 20000;
  /* How many arrive depends on the room in the socket: nobody waits for more of it here. */
  while (wire_count(server) < before + 5 && kit_now_ms() < until) {
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
  }
  CHECK(wire_count(server) >= before + 5 && wire_count(server) < before + 80);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
  CHECK_INT(wire_count(server), before + 80);
  wire_close(server, conn);
}

/* Reads commands until it has them all, and only then answers, the last one first. */
typedef struct heard {
  char tag[24], text[60];
} heard;

typedef struct backwards {
  size_t count;
  heard heard[16];
} backwards;

static const char *data_of(const char *command) {
  static const struct {
    const char *begins, *data;
  } data[] = {{"FETCH", "* 1 FETCH (FLAGS (a))\r\n"},     {"SEARCH", "* SEARCH 3 4\r\n"},
              {"LIST", "* LIST () \"/\" a\r\n"},          {"LSUB", "* LSUB () \"/\" b\r\n"},
              {"STATUS", "* STATUS a (MESSAGES 3)\r\n"},  {"SORT", "* SORT 4 3\r\n"},
              {"THREAD", "* THREAD (1 2)\r\n"},           {"GETACL", "* ACL a b lr\r\n"}};
  for (size_t i = 0; i < COUNT_OF(data); i++)
    if (strncmp(command, data[i].begins, strlen(data[i].begins)) == 0)
      return data[i].data;
  return "";
}

static void answer_backwards(peer *self, void *ctx) {
  backwards *what = ctx;
  char line[300], *command;
  peer_say(self, HELLO);
  if (peer_line(self, line, sizeof line) < 0 || !peer_command(self, line))
    return;
  peer_say(self, "# OK in\r\n");
  for (size_t i = 0; i < what->count; i++) {
    if (peer_line(self, line, sizeof line) < 0 || !(command = peer_command(self, line)))
      return;
    snprintf(what->heard[i].text, sizeof what->heard[i].text, "%s", command);
    snprintf(what->heard[i].tag, sizeof what->heard[i].tag, "%.*s", (int)strcspn(line, " "), line);
  }
  /* The data first, all of it, in the other order too. */
  for (size_t i = what->count; i-- > 0;)
    peer_say(self, data_of(what->heard[i].text));
  for (size_t i = what->count; i-- > 0;) {
    snprintf(line, sizeof line, "%s OK %s\r\n", what->heard[i].tag, what->heard[i].text);
    peer_send(self, line, strlen(line));
  }
  peer_stay(self);
}

static void commands_answered_backwards_each_get_their_own_data(void) {
  static const struct {
    const char *line, *row;
  } commands[] = {
      {"FETCH 1 (FLAGS)", "FETCH"},     {"NOOP", NULL},          {"SEARCH ALL", "SEARCH"},       {"CHECK", NULL},
      {"LIST \"\" *", "LIST"},          {"NOOP", NULL},          {"STATUS a (MESSAGES)", "STATUS"}, {"COPY 1 a", NULL},
      {"LSUB \"\" *", "LSUB"},          {"COPY 1 b", NULL},      {"THREAD X UTF-8 ALL", "THREAD"},  {"CHECK", NULL},
      {"GETACL a", "ACL"},
  };
  enum { COUNT = COUNT_OF(commands) };
  for (int by_completion = 0; by_completion < 2; by_completion++) {
    backwards what = {.count = COUNT};
    peer *server = peer_start(answer_backwards, &what);
    imap_conn *conn = open_to(server);
    uint32_t ids[COUNT];
    CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
    for (size_t i = 0; i < COUNT; i++)
      ids[i] = submit(conn, commands[i].line);
    for (size_t n = 0; n < COUNT; n++) {
      size_t i = by_completion ? COUNT - 1 - n : n;
      uint32_t id = ids[i];
      imap_response *answer = NULL;
      if (by_completion) {
        CHECK_RC(imap_completed(conn, -1, &id), IMAP_OK);
        CHECK_INT(id, ids[i]);
      }
      CHECK_RC(imap_wait(conn, id, -1, &answer), IMAP_OK);
      CHECK_HAS(imap_last_message(conn), commands[i].line);
      CHECK_INT(imap_response_row_count(answer), commands[i].row ? 1 : 0);
      if (commands[i].row)
        CHECK_STR(imap_response_name(imap_response_row(answer, 0)), commands[i].row);
      imap_response_free(answer);
    }
    imap_response *event = NULL;
    CHECK_RC(imap_event_next(conn, &event), IMAP_END);
    imap_free(conn);
    peer_end(server);
  }
}

static void two_of_a_kind_wait_for_each_other(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# FETCH 1 (FLAGS)", "* 1 FETCH (FLAGS (a))\r\n# OK 1\r\n"},
                                    {"# FETCH 2 (FLAGS)", "* 2 FETCH (FLAGS (b))\r\n# OK 2\r\n"},
                                    {"# SEARCH ALL", "* SEARCH 1\r\n# OK 3\r\n"},
                                    {"# SEARCH NEW", "* SEARCH 2\r\n# OK 4\r\n"},
                                    STAYS};
  static const char *const lines[] = {"FETCH 1 (FLAGS)", "FETCH 2 (FLAGS)", "SEARCH ALL", "SEARCH NEW"};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t ids[4];
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  for (int i = 0; i < 4; i++)
    ids[i] = submit(conn, lines[i]);
  for (int i = 3; i >= 0; i--) {
    imap_response *answer = NULL;
    CHECK_RC(imap_wait(conn, ids[i], -1, &answer), IMAP_OK);
    CHECK_INT(imap_response_row_count(answer), 1);
    imap_response_free(answer);
  }
  imap_free(conn);
  peer_end(server);
}

/* Reads a command, then whether more comes while it is not answered. */
typedef struct barrier {
  const char *const *lines;
  int waits_seen;
  size_t count;
} barrier;

static void answer_one_by_one(peer *self, void *ctx) {
  barrier *what = ctx;
  char line[300];
  peer_say(self, HELLO);
  for (size_t i = 0; i < what->count; i++) {
    char *command;
    if (peer_line(self, line, sizeof line) < 0 || !(command = peer_command(self, line)))
      return;
    CHECK_STR(command, what->lines[i]);
    /* Nothing comes behind it before it is answered. */
    char octet;
    struct timespec pause = {0, 10 * 1000000};
    nanosleep(&pause, NULL);
    if (recv(peer_fd(self), &octet, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
      kit_fail(__FILE__, __LINE__, "something came behind %s", command);
    peer_say(self, "# OK done\r\n");
  }
  peer_stay(self);
}

static void barriers_are_alone_on_the_wire(void) {
  static const char *const lines[] = {"SELECT a", "FETCH 1 (FLAGS)", "SELECT b", "FETCH 2 (FLAGS)", "CLOSE",
                                      "LIST \"\" a", "XOWN x",       "LIST \"\" b"};
  barrier what = {lines, 0, COUNT_OF(lines)};
  peer *server = peer_start(answer_one_by_one, &what);
  imap_conn *conn = open_to(server);
  uint32_t ids[COUNT_OF(lines)];
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(lines); i++)
    ids[i] = submit(conn, lines[i]);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(lines); i++)
    CHECK_RC(imap_wait(conn, ids[i], -1, NULL), IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_AUTH);
  imap_free(conn);
  peer_end(server);
}

static void a_select_that_fails_in_the_queue_refuses_what_needed_it(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# SELECT gone", "# NO [NONEXISTENT] gone\r\n"}, {"# LIST \"\" *", "# OK\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  uint32_t select = submit(conn, "SELECT gone"), fetch = submit(conn, "FETCH 1 (FLAGS)"), list = submit(conn, "LIST \"\" *");
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_wait(conn, list, -1, NULL), IMAP_OK);
  CHECK_RC(imap_wait(conn, fetch, -1, NULL), IMAP_ERR_STATE);
  CHECK_HAS(imap_last_message(conn), "command FETCH illegal in state AUTH");
  CHECK_RC(imap_wait(conn, select, -1, NULL), IMAP_NO);
  imap_free(conn);
  peer_end(server);
}

static void completed_only_looks_if_told_so(void) {
  static const peer_step steps[] = {{NULL, HELLO}, {"# NOOP", NULL}, {"# LIST \"\" *", "# OK list\r\n"}, STAYS};
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t id = 5;
  CHECK_RC(imap_completed(conn, 0, &id), IMAP_END);
  uint32_t noop = submit(conn, "NOOP");
  CHECK_RC(imap_completed(conn, 0, &id), IMAP_AGAIN);
  CHECK_INT(id, 0);
  long long began = kit_now_ms();
  CHECK_RC(imap_completed(conn, 30, &id), IMAP_AGAIN);
  CHECK(kit_now_ms() - began >= 29);
  uint32_t list = submit(conn, "LIST \"\" *");
  CHECK_RC(imap_completed(conn, -1, &id), IMAP_OK);
  CHECK_INT(id, list);
  CHECK_RC(imap_completed(conn, 0, NULL), IMAP_OK);
  CHECK_RC(imap_wait(conn, id, 0, NULL), IMAP_OK);
  CHECK_RC(imap_completed(conn, 0, &id), IMAP_AGAIN);
  CHECK_RC(imap_discard(conn, noop), IMAP_OK);
  imap_free(conn);
  peer_end(server);
}

static void a_connection_that_ends_says_what_became_of_each_command(void) {
  static const peer_step steps[] = {SELECTED,
                                    {"# NOOP", "# OK done\r\n"},
                                    {"# COPY 1 a", NULL},
                                    {"# FETCH 1 (FLAGS)", NULL},
                                    {"# CREATE {4}", NULL},
                                    {NULL, NULL}};
  static const struct {
    const char *line, *says, *says_not;
    int rc;
  } commands[] = {
      {"NOOP", "NOOP: OK done", "carried out", IMAP_OK},
      {"COPY 1 a", "COPY may have been carried out", "never sent", IMAP_ERR_CLOSED},
      {"FETCH 1 (FLAGS)", "FETCH: ", "carried out", IMAP_ERR_CLOSED},
      {"CREATE \"a\xc3\xa4z\"", "CREATE was not sent", "carried out", IMAP_ERR_CLOSED},
      {"FETCH 2 (FLAGS)", "FETCH was never sent", "carried out", IMAP_ERR_CLOSED},
      {"CREATE b", "CREATE was never sent", "carried out", IMAP_ERR_CLOSED},
  };
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  uint32_t ids[COUNT_OF(commands)];
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  for (size_t i = 0; i < COUNT_OF(commands); i++)
    ids[i] = submit(conn, commands[i].line);
  for (size_t i = 0; i < COUNT_OF(commands); i++) {
    CHECK_RC(imap_wait(conn, ids[i], -1, NULL), commands[i].rc);
    CHECK_HAS(imap_last_message(conn), commands[i].says);
    if (strstr(imap_last_message(conn), commands[i].says_not))
      kit_fail(__FILE__, __LINE__, "of %s it is said: %s", commands[i].line, imap_last_message(conn));
  }
  uint32_t id = 0;
  CHECK_RC(imap_submit_text(conn, "NOOP", &id), IMAP_ERR_CLOSED);
  CHECK_INT(id, 0);
  CHECK_RC(imap_completed(conn, -1, &id), IMAP_END);
  imap_free(conn);
  peer_end(server);
}

static void thousands_of_commands_are_all_told_of_the_end(void) {
  static const peer_step steps[] = {SELECTED, {"# FETCH 1 (FLAGS)", NULL}, {NULL, NULL}};
  int count = (int)kit_repeats(5000), failed = 0, rc;
  peer *server;
  imap_conn *conn = peer_open(&server, steps, NULL, NULL);
  CHECK_RC(imap_cmd_select(conn, NULL, 0, NULL), IMAP_OK);
  for (int i = 0; i < count; i++)
    if (imap_submit_text(conn, "FETCH 1 (FLAGS)", NULL) != IMAP_QUEUED)
      break;
  uint32_t id = 0;
  while ((rc = imap_completed(conn, -1, &id)) == IMAP_OK && imap_wait(conn, id, 0, NULL) == IMAP_ERR_CLOSED)
    failed++;
  CHECK_RC(rc, IMAP_END);
  CHECK_INT(failed, count);
  imap_free(conn);
  peer_end(server);
}

static void what_is_refused_is_not_queued(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hi");
  uint32_t id = 9;
  imap_arg arg = {"a\r\n", 3, IMAP_ARG_ATOM, 0};
  REFUSES(imap_submit(conn, "XA", &arg, 1, &id), IMAP_ERR_ARGUMENT, "nothing was sent");
  CHECK_INT(id, 0);
  REFUSES(imap_submit(conn, NULL, NULL, 0, &id), IMAP_ERR_ARGUMENT, "name is NULL");
  REFUSES(imap_submit_text(conn, NULL, &id), IMAP_ERR_ARGUMENT, "line is NULL");
  REFUSES(imap_submit_text(conn, "SELECT a", &id), IMAP_ERR_STATE, "illegal in state NONAUTH");
  REFUSES(imap_submit_text(conn, "IDLE", &id), IMAP_ERR_ARGUMENT, "use");
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_submit_text(conn, "FETCH 1 X", &id), IMAP_ERR_STATE);
  CHECK_RC(imap_cmd_append_fd(conn, "a", NULL, NULL, 0, 1, NULL), IMAP_ERR_UNSUPPORTED);
  CHECK_HAS(imap_last_message(conn), "imap_append_begin");
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_SILENCE(server, conn);
  wire_close(server, conn);
}

static void state_and_login_may_be_queued_together(void) {
  wire *server;
  imap_conn *conn = wire_open(&server, "OK [CAPABILITY IMAP4rev1] hi");
  CHECK_RC(imap_queue_begin(conn), IMAP_OK);
  CHECK_RC(imap_cmd_login(conn, "alice", "secret", NULL), IMAP_QUEUED);
  uint32_t login = imap_last_id(conn);
  CHECK_RC(imap_cmd_select(conn, "a", 0, NULL), IMAP_QUEUED);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_QUEUED);
  uint32_t fetch = imap_last_id(conn);
  CHECK_RC(imap_cmd_logout(conn, NULL), IMAP_QUEUED);
  CHECK_RC(imap_cmd_fetch(conn, "1", "FLAGS", 0, NULL), IMAP_ERR_STATE);
  CHECK_RC(imap_queue_end(conn), IMAP_OK);
  CHECK_RC(imap_wait(conn, 0, -1, NULL), IMAP_OK);
  CHECK_INT(imap_conn_state(conn), IMAP_STATE_LOGOUT);
  CHECK_RC(imap_wait(conn, fetch, 0, NULL), IMAP_OK);
  CHECK_RC(imap_wait(conn, login, 0, NULL), IMAP_OK);
  wire_close(server, conn);
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(ten_thousand_noops_are_queued_and_each_has_its_result),
      TEST(all_may_be_answered_before_one_is_asked_for),
      TEST(nothing_leaves_before_the_queue_ends_or_the_caller_waits),
      TEST(time_spent_collecting_is_no_stall_of_the_server),
      TEST(a_long_queue_begins_to_leave_at_64_kib),
      TEST(commands_answered_backwards_each_get_their_own_data),
      TEST(two_of_a_kind_wait_for_each_other),
      TEST(barriers_are_alone_on_the_wire),
      TEST(a_select_that_fails_in_the_queue_refuses_what_needed_it),
      TEST(completed_only_looks_if_told_so),
      TEST(a_connection_that_ends_says_what_became_of_each_command),
      TEST(thousands_of_commands_are_all_told_of_the_end),
      TEST(what_is_refused_is_not_queued),
      TEST(state_and_login_may_be_queued_together),
  };
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
