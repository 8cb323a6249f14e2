/* Logging in: LOGIN, AUTHENTICATE in three ways, a refusal, a cancelled exchange, PROXYAUTH.
 *
 *     tests/examples/run --show authenticate
 *
 * A refused login is an error (below 0), and the connection stays: try again, or log out. Passwords never show up in
 * messages or in the trace. */
#include "support.h"

/* What a mechanism needs to know. */
struct credentials {
    const char *user;
    const char *password;
};

/* Answers the challenges of the mechanism LOGIN, "Username:" and "Password:". Anything but 0 cancels. */
static int answer_login(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
    const struct credentials *who = ctx;
    printf("  challenge: %.*s\n", (int)len, challenge);
    if (strncmp(challenge, "User", 4) == 0)
        return imap_reply_set(reply, who->user, strlen(who->user));
    if (strncmp(challenge, "Pass", 4) == 0)
        return imap_reply_set(reply, who->password, strlen(who->password));
    return 1;
}

static int refuse_to_answer(void *ctx, const char *challenge, size_t len, imap_reply *reply) {
    (void)ctx, (void)challenge, (void)len, (void)reply;
    return 1;
}

/* PLAIN without a callback: read the challenge, answer it, see what comes. */
static int pulled(imap_conn *conn, const struct credentials *who) {
    const char *challenge;
    size_t len;
    char answer[300] = "";
    int size = snprintf(answer + 1, sizeof answer - 1, "%s%c%s", who->user, '\0', who->password) + 1;
    if (!went(conn, "begin PLAIN", imap_auth_begin(conn, "PLAIN", NULL, 0, NULL), IMAP_CHALLENGE) ||
        imap_auth_challenge(conn, &challenge, &len) != IMAP_OK || size < 0 || size >= (int)sizeof answer)
        return 0;
    printf("  challenge of %d octets\n", (int)len);
    return went(conn, "reply", imap_auth_reply(conn, answer, (size_t)size, NULL), IMAP_OK);
}

static int cancelled(imap_conn *conn) {
    return went(conn, "begin PLAIN", imap_auth_begin(conn, "PLAIN", NULL, 0, NULL), IMAP_CHALLENGE) &&
        went(conn, "cancel", imap_auth_cancel(conn, NULL), IMAP_ERR_AUTH);
}

static int say_state(imap_conn *conn) {
    printf("  state %s\n", imap_state_name(imap_conn_state(conn)));
    return 1;
}

/* Each way on a connection of its own. */
static int with_login(const struct credentials *who) {
    imap_conn *conn = NULL;
    int good = heading("LOGIN") && open_server(&conn) &&
        went(conn, "login with a wrong password", imap_cmd_login(conn, who->user, "wrong", NULL), IMAP_ERR_AUTH) &&
        say_state(conn) &&
        went(conn, "login", imap_cmd_login(conn, who->user, who->password, NULL), IMAP_OK) && say_state(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

static int with_mechanism(const char *mechanism, const char *as, const char *user, const char *password) {
    imap_conn *conn = NULL;
    char what[80];
    snprintf(what, sizeof what, "authenticate %s%s%s", mechanism, as != NULL ? " as " : "", as != NULL ? as : "");
    int good = heading(what) && open_server(&conn) &&
        went(conn, what, imap_cmd_authenticate(conn, mechanism, as, user, password, NULL), IMAP_OK) && say_state(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

static int with_cram_md5(const struct credentials *who) {
    imap_conn *conn = NULL;
    int good = heading("CRAM-MD5") && open_server(&conn);
    if (good) {
        printf("AUTH=CRAM-MD5 announced: %s\n", imap_has_capability(conn, "AUTH=CRAM-MD5") ? "yes" : "no");
        good = went(conn, "login_cram_md5", imap_cmd_login_cram_md5(conn, who->user, who->password, NULL), IMAP_OK) &&
            say_state(conn);
    }
    return finish(conn, good) == EXIT_SUCCESS;
}

static int with_callback(struct credentials *who) {
    imap_conn *conn = NULL;
    int good = heading("a callback answers") && open_server(&conn) &&
        went(conn, "authenticate LOGIN, cancelled by the callback",
            imap_cmd_authenticate_callback(conn, "LOGIN", refuse_to_answer, NULL, NULL), IMAP_ERR_AUTH) &&
        went(conn, "authenticate LOGIN by callback",
            imap_cmd_authenticate_callback(conn, "LOGIN", answer_login, who, NULL), IMAP_OK) &&
        say_state(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

static int step_by_step(const struct credentials *who) {
    imap_conn *conn = NULL;
    int good = heading("challenge by challenge") && open_server(&conn) && cancelled(conn) &&
        say_state(conn) && pulled(conn, who) && say_state(conn);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* An administrator goes on as somebody else: Netscape's PROXYAUTH. */
static int with_proxyauth(void) {
    imap_conn *conn = NULL;
    int good = heading("PROXYAUTH") && open_scenario(&conn, "PROXYAUTH") &&
        went(conn, "login as admin", imap_cmd_login(conn, "admin", "secret", NULL), IMAP_OK) &&
        went(conn, "proxyauth alice", imap_cmd_proxyauth(conn, "alice", NULL), IMAP_OK) &&
        went(conn, "proxyauth nobody", imap_cmd_proxyauth(conn, "nobody", NULL), IMAP_NO);
    return finish(conn, good) == EXIT_SUCCESS;
}

int main(void) {
    struct credentials who = {setting("IMAP_USER", ""), setting("IMAP_PASSWORD", "")};
    const char *admin = setting("IMAP_ADMIN", "admin");
    int good = with_login(&who) && with_mechanism("PLAIN", NULL, who.user, who.password) &&
        with_mechanism("PLAIN", who.user, admin, who.password) &&
        with_mechanism("LOGIN", NULL, who.user, who.password) && with_cram_md5(&who) && with_callback(&who) &&
        step_by_step(&who) && with_proxyauth();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
