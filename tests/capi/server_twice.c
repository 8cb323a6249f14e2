/* Two connections to the same mailbox: each sees what the other does, as events, in order. */
#include "server_kit.h"

static void new_mail_and_expunges_arrive_as_events(void) {
  imap_conn *one = dovecot_as("twice"), *two = dovecot_as("twice");
  REQUIRE(one && two);
  imap_response *r = NULL;
  uint32_t number = 0;
  REQUIRE(fresh_mailbox(one, "Both"));
  OK(two, imap_cmd_select(two, "Both", 0, NULL));
  CHECK(imap_event_next(one, &r) == IMAP_END && r == NULL);
  add_message(two, "Both", NULL, "one");
  add_message(two, "Both", NULL, "two");
  OK(one, imap_cmd_noop(one, NULL));
  CHECK(next_event(one, "EXISTS", &number));
  CHECK_INT(number, 2);
  CHECK(!next_event(one, "EXISTS", NULL));
  OK(two, imap_cmd_store(two, "1", "+FLAGS", "\\Deleted", 0, NULL));
  OK(one, imap_cmd_noop(one, NULL));
  CHECK(next_event(one, "FETCH", &number));
  CHECK_INT(number, 1);
  OK(two, imap_cmd_expunge(two, NULL, NULL));
  OK(one, imap_cmd_noop(one, NULL));
  OK(one, imap_event_next(one, &r));
  CHECK_STR(imap_response_name(r), "EXPUNGE");
  OK(one, imap_response_number(r, &number));
  CHECK_INT(number, 1);
  drop(&r);
  OK(one, imap_cmd_search(one, NULL, "ALL", IMAP_UID, &r));
  CHECK_STR(item(r, NULL, 0), "2");
  imap_response_free(r);
  imap_logout_and_free(two);
  imap_logout_and_free(one);
}

static void the_table_and_the_events_do_not_drain_each_other(void) {
  imap_conn *one = dovecot_as("twice"), *two = dovecot_as("twice");
  REQUIRE(one && two);
  char buf[100];
  uint32_t number = 0;
  REQUIRE(fresh_mailbox(one, "Table"));
  CHECK_STR(filed(one, "EXISTS", buf, sizeof buf), "0");
  add_message(two, "Table", NULL, "one");
  OK(one, imap_cmd_noop(one, NULL));
  CHECK_STR(filed(one, "exists", buf, sizeof buf), "1");
  CHECK_STR(filed(one, "EXISTS", buf, sizeof buf), "");
  CHECK(next_event(one, "EXISTS", &number));
  CHECK_INT(number, 1);
  imap_logout_and_free(two);
  imap_logout_and_free(one);
}

static void a_message_expunged_elsewhere_is_still_a_clean_answer(void) {
  imap_conn *one = dovecot_as("twice"), *two = dovecot_as("twice");
  REQUIRE(one && two);
  imap_response *r = NULL;
  REQUIRE(fresh_mailbox(one, "Gone"));
  add_message(one, "Gone", "\\Deleted", "one");
  OK(one, imap_cmd_noop(one, NULL));
  OK(two, imap_cmd_select(two, "Gone", 0, NULL));
  OK(two, imap_cmd_expunge(two, NULL, NULL));
  int rc = imap_cmd_fetch(one, "1", "BODY.PEEK[]", 0, &r);
  CHECK(rc == IMAP_OK || rc == IMAP_NO);
  CHECK_STR(code_of(r), "EXPUNGEISSUED");
  drop(&r);
  OK(one, imap_cmd_noop(one, NULL));
  CHECK(next_event(one, "EXPUNGE", NULL));
  imap_logout_and_free(two);
  imap_logout_and_free(one);
}

static void deleting_the_selected_mailbox_ends_the_other_session(void) {
  imap_conn *one = dovecot_as("twice"), *two = dovecot_as("twice");
  REQUIRE(one && two);
  REQUIRE(fresh_mailbox(one, "Doomed"));
  OK(two, imap_cmd_delete(two, "Doomed", NULL));
  int rc = imap_cmd_noop(one, NULL);
  if (rc == IMAP_OK)
    rc = imap_cmd_fetch(one, "1:*", "FLAGS", 0, NULL);
  CHECK(rc == IMAP_ERR_BYE || rc == IMAP_ERR_CLOSED);
  CHECK_INT(imap_error_class(rc), IMAP_CLASS_ABORT);
  CHECK_HAS(imap_last_message(one), "IMAP session state is inconsistent");
  imap_logout_and_free(two);
  CHECK_RC(imap_logout_and_free(one), IMAP_OK);
}

static void twenty_sessions_at_once_do_not_disturb_each_other(void) {
  enum { sessions = 20 };
  imap_conn *conns[sessions];
  imap_response *r = NULL;
  for (int i = 0; i < sessions; i++) {
    char name[20];
    snprintf(name, sizeof name, "Many%d", i);
    conns[i] = dovecot_as("twice");
    REQUIRE(conns[i]);
    REQUIRE(fresh_mailbox(conns[i], name));
    for (int m = 0; m <= i % 5; m++)
      add_message(conns[i], name, NULL, name);
  }
  for (int i = sessions - 1; i >= 0; i--) {
    OK(conns[i], imap_cmd_fetch(conns[i], "1:*", "ENVELOPE", 0, &r));
    CHECK_INT(imap_response_item_count(r, NULL), i % 5 + 1);
    char name[20];
    snprintf(name, sizeof name, "\"Many%d\"", i);
    CHECK_HAS(item(r, NULL, 0), name);
    drop(&r);
    imap_logout_and_free(conns[i]);
  }
}

int main(int argc, char **argv) {
  static const kit_test tests[] = {
      TEST(new_mail_and_expunges_arrive_as_events),
      TEST(the_table_and_the_events_do_not_drain_each_other),
      TEST(a_message_expunged_elsewhere_is_still_a_clean_answer),
      TEST(deleting_the_selected_mailbox_ends_the_other_session),
      TEST(twenty_sessions_at_once_do_not_disturb_each_other),
  };
  return server_main(argc, argv, tests, COUNT_OF(tests));
}
