/* What goes beyond imaplib against Dovecot: rows and literals as they arrive, messages handed over in pieces, many commands
 * at once, IDLE and a loop that never waits. */
#include "server_kit.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static size_t big_size(void) {
  return kit_is_watched() ? 512 * 1024 : 3 * 1024 * 1024;
}

/* A message of lines that are all different. */
static char *big_message(size_t size) {
  char *message = malloc(size);
  unsigned seed = 11;
  for (size_t i = 0; i < size; i++) {
    unsigned char octet = (unsigned char)kit_random(&seed);
    message[i] = (char)(octet == 0 || octet == '\r' || octet == '\n' ? 'x' : octet);
    if (i % 90 >= 88)
      message[i] = i % 90 == 88 ? '\r' : '\n';
  }
  memcpy(message, "Subject: big\r\n\r\n", 16);
  return message;
}

static uint32_t submit(imap_conn *conn, const char *line) {
  uint32_t id = 0;
  RC(conn, imap_submit_text(conn, line, &id), IMAP_QUEUED);
  return id;
}

/* Reads the literal of the one message there is, in pieces, and compares it. */
static void comes_back(imap_conn *conn, const char *message, size_t size, size_t piece) {
  const imap_response *row = NULL;
  char *buf = malloc(piece);
  size_t done = 0, n = 0;
  int is_same = 1, rc;
  OK(conn, imap_set_int(conn, IMAP_OPT_LITERAL_STREAM_MIN, 1000));
  uint32_t id = submit(conn, "UID FETCH 1:* (UID RFC822.SIZE BODY.PEEK[])");
  RC(conn, imap_next(conn, id, -1, &row), IMAP_LITERAL);
  imap_literal info;
  OK(conn, imap_literal_info(conn, &info, sizeof info));
  CHECK_INT(info.total, size);
  CHECK_OCTETS(info.item, info.item_len, "BODY[]");
  while ((rc = imap_literal_read(conn, buf, piece, &n)) == IMAP_OK) {
    is_same &= done + n <= size && memcmp(buf, message + done, n) == 0;
    done += n;
  }
  CHECK_RC(rc, IMAP_END);
  CHECK_INT(done, size);
  CHECK(is_same);
  OK(conn, imap_next(conn, id, -1, &row));
  imap_fetch fetch;
  CHECK_RC(imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK);
  CHECK(fetch.uid > 0);
  CHECK_INT(fetch.rfc822_size, size);
  RC(conn, imap_next(conn, id, -1, &row), IMAP_END);
  OK(conn, imap_wait(conn, id, 0, NULL));
  free(buf);
}

static void three_megabytes_pushed_in_pieces_come_back_in_pieces(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  size_t size = big_size(), taken = 0;
  char *message = big_message(size);
  imap_response *r = NULL;
  REQUIRE(fresh_mailbox(conn, "Pushed"));
  RC(conn, imap_append_begin(conn, "Pushed", NULL), IMAP_QUEUED);
  OK(conn, imap_append_message(conn, "\\Seen", "17-Jul-1996 02:44:25 -0700", size));
  for (size_t at = 0, n; at < size; at += n) {
    n = size - at < 77777 ? size - at : 77777;
    if (!OK(conn, imap_literal_write(conn, message + at, n, &taken)))
      break;
  }
  OK(conn, imap_append_end(conn, &r));
  CHECK_STR(code_of(r), "APPENDUID");
  drop(&r);
  comes_back(conn, message, size, 4096);
  comes_back(conn, message, size, 1 << 20);
  free(message);
  imap_logout_and_free(conn);
}

static void a_message_goes_from_a_file_and_into_one(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  size_t size = big_size();
  char *message = big_message(size), *again = malloc(size);
  FILE *from = tmpfile(), *to = tmpfile();
  REQUIRE(from && to && fwrite(message, 1, size, from) == size && fflush(from) == 0);
  lseek(fileno(from), 0, SEEK_SET);
  REQUIRE(fresh_mailbox(conn, "File"));
  OK(conn, imap_cmd_append_fd(conn, "File", NULL, NULL, fileno(from), size, NULL));
  OK(conn, imap_set_str(conn, IMAP_OPT_LITERAL_STREAM_ITEMS, "BODY[]"));
  uint32_t id = submit(conn, "FETCH 1 (BODY.PEEK[])");
  const imap_response *row = NULL;
  RC(conn, imap_next(conn, id, -1, &row), IMAP_LITERAL);
  OK(conn, imap_literal_to_fd(conn, fileno(to)));
  OK(conn, imap_next(conn, id, -1, &row));
  OK(conn, imap_wait(conn, id, -1, NULL));
  CHECK_INT(pread(fileno(to), again, size, 0), size);
  CHECK(memcmp(message, again, size) == 0);
  free(message);
  free(again);
  fclose(from);
  fclose(to);
  imap_logout_and_free(conn);
}

static void an_append_to_a_missing_mailbox_takes_no_message(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  int zero = open("/dev/zero", O_RDONLY);
  RC(conn, imap_cmd_append_fd(conn, "Missing", NULL, NULL, zero, 100000, NULL), IMAP_NO);
  CHECK_STR(imap_last_code(conn), "TRYCREATE");
  OK(conn, imap_cmd_noop(conn, NULL));
  close(zero);
  imap_logout_and_free(conn);
}

static void two_messages_go_in_one_append(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  static const char *const messages[] = {"Subject: one\r\n\r\n1\r\n", "Subject: two\r\n\r\n2\r\n"};
  imap_response *r = NULL;
  REQUIRE(CHECK(imap_has_capability(conn, "MULTIAPPEND")));
  REQUIRE(fresh_mailbox(conn, "Multi"));
  RC(conn, imap_append_begin(conn, "Multi", NULL), IMAP_QUEUED);
  for (int i = 0; i < 2; i++) {
    OK(conn, imap_append_message(conn, i ? "\\Flagged" : NULL, NULL, strlen(messages[i])));
    OK(conn, imap_literal_write(conn, messages[i], strlen(messages[i]), NULL));
  }
  OK(conn, imap_append_end(conn, &r));
  CHECK_STR(code_of(r), "APPENDUID");
  CHECK_HAS(code_argument(r), "1:2");
  drop(&r);
  CHECK_INT(messages_in(conn, "Multi"), 2);
  OK(conn, imap_cmd_fetch(conn, "2", "FLAGS BODY.PEEK[]", 0, &r));
  imap_section section;
  CHECK_RC(imap_section_find(imap_response_row(r, 0), "BODY[]", &section, sizeof section), IMAP_OK);
  CHECK_OCTETS(section.ptr, section.len, messages[1]);
  drop(&r);
  imap_logout_and_free(conn);
}

static void rows_are_taken_one_by_one_and_stopped_early(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  REQUIRE(fresh_mailbox(conn, "Rows") && add_message(conn, "Rows", NULL, "x"));
  for (int have = 1; have < 512; have *= 2) {
    OK(conn, imap_cmd_copy(conn, "1:*", "Rows", 0, NULL));
    OK(conn, imap_cmd_noop(conn, NULL));
  }
  const imap_response *row = NULL;
  imap_fetch fetch;
  uint32_t id = submit(conn, "FETCH 1:* (UID FLAGS BODY.PEEK[HEADER])"), n = 0;
  while (imap_next(conn, id, -1, &row) == IMAP_OK) {
    CHECK_RC(imap_fetch_get(row, &fetch, sizeof fetch), IMAP_OK);
    CHECK_INT(fetch.seq, ++n);
    if (n % 100 == 0)
      OK(conn, imap_cmd_status(conn, "INBOX", "MESSAGES", NULL));
  }
  CHECK_INT(n, 512);
  OK(conn, imap_wait(conn, id, -1, NULL));
  id = submit(conn, "FETCH 1:* (UID BODY.PEEK[])");
  for (n = 0; n < 10; n++)
    OK(conn, imap_next(conn, id, -1, &row));
  OK(conn, imap_discard(conn, id));
  OK(conn, imap_cmd_noop(conn, NULL));
  CHECK_INT(messages_in(conn, "Rows"), 512);
  imap_logout_and_free(conn);
}

static void many_commands_leave_together_and_are_answered(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  enum { COUNT = 300 };
  uint32_t ids[COUNT];
  OK(conn, imap_queue_begin(conn));
  for (int i = 0; i < COUNT; i++) {
    RC(conn, i % 3 ? imap_cmd_noop(conn, NULL) : imap_cmd_status(conn, "INBOX", "MESSAGES UIDNEXT", NULL), IMAP_QUEUED);
    ids[i] = imap_last_id(conn);
  }
  OK(conn, imap_queue_end(conn));
  for (int i = COUNT - 1; i >= 0; i--) {
    imap_response *r = NULL;
    OK(conn, imap_wait(conn, ids[i], -1, &r));
    if (i % 3 == 0)
      CHECK_INT(imap_response_row_count(r), 1);
    drop(&r);
  }
  imap_logout_and_free(conn);
}

/* Dovecot answers STATUS of another mailbox before NOOPs whose mailbox it still has to sync. Whatever the order, each result
 * is the command's own. */
static void noop_noop_status_are_told_as_they_complete(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  REQUIRE(fresh_mailbox(conn, "Order") && add_message(conn, "Order", NULL, "x"));
  OK(conn, imap_queue_begin(conn));
  uint32_t ids[3] = {submit(conn, "NOOP"), submit(conn, "NOOP"), submit(conn, "STATUS INBOX (MESSAGES)")};
  OK(conn, imap_queue_end(conn));
  int seen[3] = {0, 0, 0}, rc;
  char order[40] = "";
  uint32_t id = 0;
  while ((rc = imap_completed(conn, -1, &id)) == IMAP_OK) {
    imap_response *r = NULL;
    OK(conn, imap_wait(conn, id, 0, &r));
    for (int i = 0; i < 3; i++)
      if (ids[i] == id) {
        seen[i]++;
        CHECK_STR(imap_response_name(r), i == 2 ? "STATUS" : "NOOP");
        snprintf(order + strlen(order), sizeof order - strlen(order), " %d", i + 1);
      }
    drop(&r);
  }
  CHECK_RC(rc, IMAP_END);
  CHECK(seen[0] == 1 && seen[1] == 1 && seen[2] == 1);
  printf("  completed in the order%s\n", order);
  imap_logout_and_free(conn);
}

/* FETCHes of different messages, and searches with RETURN, need not wait for each other. */
static void answers_that_name_their_command_share_the_wire(void) {
  imap_conn *conn = dovecot_as("beyond");
  REQUIRE(conn);
  enum { COUNT = 40 };
  REQUIRE(fresh_mailbox(conn, "Apart"));
  for (int i = 0; i < COUNT; i++)
    REQUIRE(add_message(conn, "Apart", i % 2 ? "\\Seen" : NULL, "x"));
  OK(conn, imap_cmd_select(conn, "Apart", 0, NULL));
  uint32_t ids[COUNT], seen = 0, unseen = 0;
  OK(conn, imap_queue_begin(conn));
  for (int i = 0; i < COUNT; i++) {
    char command[64];
    snprintf(command, sizeof command, "UID FETCH %d (FLAGS BODY.PEEK[])", COUNT - i);
    ids[i] = submit(conn, command);
  }
  seen = submit(conn, "UID SEARCH RETURN (COUNT) SEEN");
  unseen = submit(conn, "SEARCH RETURN (ALL MAX) UNSEEN");
  OK(conn, imap_queue_end(conn));
  imap_response *r = NULL;
  imap_esearch found;
  OK(conn, imap_wait(conn, unseen, -1, &r));
  CHECK_RC(imap_esearch_get(imap_response_row(r, 0), &found, sizeof found), IMAP_OK);
  CHECK_INT(found.max, COUNT - 1);
  drop(&r);
  OK(conn, imap_wait(conn, seen, -1, &r));
  CHECK_RC(imap_esearch_get(imap_response_row(r, 0), &found, sizeof found), IMAP_OK);
  CHECK_INT(found.count, COUNT / 2);
  drop(&r);
  OK(conn, imap_cmd_sort(conn, "REVERSE ARRIVAL", NULL, "RETURN (MIN COUNT) SEEN", IMAP_UID, &r));
  CHECK_RC(imap_esearch_get(imap_response_row(r, 0), &found, sizeof found), IMAP_OK);
  CHECK_INT(found.count, COUNT / 2);
  CHECK_INT(found.is_uid, 1);
  drop(&r);
  for (int i = 0; i < COUNT; i++) {
    imap_fetch row;
    OK(conn, imap_wait(conn, ids[i], -1, &r));
    CHECK_INT(imap_response_row_count(r), 1);
    CHECK_RC(imap_fetch_get(imap_response_row(r, 0), &row, sizeof row), IMAP_OK);
    CHECK_INT(row.uid, (uint32_t)(COUNT - i));
    drop(&r);
  }
  imap_logout_and_free(conn);
}

static void idle_tells_what_another_connection_does(void) {
  imap_conn *conn = dovecot_as("beyond"), *other = dovecot_as("beyond");
  REQUIRE(conn && other);
  REQUIRE(fresh_mailbox(conn, "Watched"));
  OK(conn, imap_idle_begin(conn));
  RC(conn, imap_cmd_noop(conn, NULL), IMAP_ERR_STATE);
  REQUIRE(add_message(other, "Watched", NULL, "new"));
  uint32_t exists = 0;
  long long until = kit_now_ms() + 30000;
  while (!exists && kit_now_ms() < until)
    if (imap_idle_wait(conn, 5000) == IMAP_EVENT)
      next_event(conn, "EXISTS", &exists);
  CHECK_INT(exists, 1);
  /* Renewed while nothing happens, and still told. */
  OK(conn, imap_idle_end(conn));
  OK(conn, imap_set_int(conn, IMAP_OPT_IDLE_RENEW_MS, 100));
  OK(conn, imap_idle_begin(conn));
  for (until = kit_now_ms() + 350; kit_now_ms() < until; imap_idle_wait(conn, 100))
    next_event(conn, "EXPUNGE", NULL);
  OK(other, imap_cmd_select(other, "Watched", 0, NULL));
  OK(other, imap_cmd_store(other, "1", "+FLAGS.SILENT", "\\Deleted", 0, NULL));
  OK(other, imap_cmd_expunge(other, NULL, NULL));
  int is_told = 0;
  until = kit_now_ms() + 30000;
  while (!is_told && kit_now_ms() < until)
    if (imap_idle_wait(conn, 5000) == IMAP_EVENT)
      is_told = next_event(conn, "EXPUNGE", NULL);
  CHECK(is_told);
  OK(conn, imap_idle_end(conn));
  OK(conn, imap_cmd_noop(conn, NULL));
  imap_logout_and_free(conn);
  imap_logout_and_free(other);
}

/* One turn of a poll loop. */
static int turn(imap_conn *conn) {
  int wants = imap_wants(conn), timeout = imap_timeout(conn), ready = 0;
  struct pollfd set[2] = {{wants & IMAP_WANT_READ ? imap_fd(conn) : -1, POLLIN, 0},
                          {wants & IMAP_WANT_WRITE ? imap_write_fd(conn) : -1, POLLOUT, 0}};
  poll(set, 2, timeout < 0 || timeout > 30000 ? 30000 : timeout);
  ready |= set[0].revents ? IMAP_WANT_READ : 0;
  ready |= set[1].revents ? IMAP_WANT_WRITE : 0;
  return imap_step(conn, ready);
}

static int result(imap_conn *conn, imap_response **out) {
  uint32_t id = imap_last_id(conn);
  long long until = kit_now_ms() + 30000;
  int rc;
  while ((rc = imap_wait(conn, id, -1, out)) == IMAP_AGAIN && kit_now_ms() < until)
    turn(conn);
  return rc;
}

static void a_session_with_starttls_runs_in_a_loop(void) {
  static const int modes[] = {IMAP_TLS_STARTTLS, IMAP_TLS_IMPLICIT};
  for (size_t i = 0; i < COUNT_OF(modes); i++) {
    imap_options *options = NULL;
    imap_conn *conn = NULL;
    imap_response *r = NULL;
    CHECK_RC(imap_options_new(&options), IMAP_OK);
    CHECK_RC(imap_options_set_int(options, IMAP_OPT_NONBLOCK, 1), IMAP_OK);
    CHECK_RC(imap_options_set_str(options, IMAP_OPT_TLS_CA_FILE, setting("CA_FILE")), IMAP_OK);
    int where = port(modes[i] == IMAP_TLS_STARTTLS ? "IMAP_PORT" : "IMAPS_PORT");
    CHECK_RC(imap_open("localhost", where, modes[i], options, &conn), IMAP_QUEUED);
    OK(conn, result(conn, NULL));
    RC(conn, imap_cmd_authenticate(conn, "PLAIN", NULL, "beyond", "secret", NULL), IMAP_QUEUED);
    OK(conn, result(conn, NULL));
    RC(conn, imap_cmd_select(conn, "INBOX", 0, NULL), IMAP_QUEUED);
    OK(conn, result(conn, NULL));
    size_t size = 400000, done = 0;
    char *message = big_message(size);
    RC(conn, imap_append_begin(conn, "INBOX", NULL), IMAP_QUEUED);
    OK(conn, imap_append_message(conn, NULL, NULL, size));
    long long until = kit_now_ms() + 30000;
    while (done < size && kit_now_ms() < until) {
      size_t taken = 0;
      int rc = imap_literal_write(conn, message + done, size - done, &taken);
      done += taken;
      if (rc != IMAP_OK && !RC(conn, rc, IMAP_AGAIN))
        break;
      if (done < size)
        turn(conn);
    }
    CHECK_INT(done, size);
    RC(conn, imap_append_end(conn, NULL), IMAP_QUEUED);
    OK(conn, result(conn, NULL));
    RC(conn, imap_cmd_fetch(conn, "*", "BODY.PEEK[]", 0, NULL), IMAP_QUEUED);
    OK(conn, result(conn, &r));
    imap_section section;
    CHECK_RC(imap_section_find(imap_response_row(r, 0), "BODY[]", &section, sizeof section), IMAP_OK);
    CHECK(section.len == size && memcmp(section.ptr, message, size) == 0);
    drop(&r);
    RC(conn, imap_idle_begin(conn), IMAP_QUEUED);
    uint32_t idle = imap_last_id(conn);
    for (int turns = 0; turns < 5; turns++)
      imap_step(conn, -1);
    RC(conn, imap_idle_end(conn), IMAP_QUEUED);
    CHECK_INT(imap_last_id(conn), idle);
    OK(conn, result(conn, NULL));
    RC(conn, imap_cmd_logout(conn, NULL), IMAP_QUEUED);
    OK(conn, result(conn, NULL));
    free(message);
    imap_free(conn);
    imap_options_free(options);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(three_megabytes_pushed_in_pieces_come_back_in_pieces),
      TEST(a_message_goes_from_a_file_and_into_one),
      TEST(an_append_to_a_missing_mailbox_takes_no_message),
      TEST(two_messages_go_in_one_append),
      TEST(rows_are_taken_one_by_one_and_stopped_early),
      TEST(many_commands_leave_together_and_are_answered),
      TEST(answers_that_name_their_command_share_the_wire),
      TEST(noop_noop_status_are_told_as_they_complete),
      TEST(idle_tells_what_another_connection_does),
      TEST(a_session_with_starttls_runs_in_a_loop),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
