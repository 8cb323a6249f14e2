/* Quotas (RFC 9208): limits of storage, set by an administrator, seen by the user.
 *
 *     tests/examples/run --show quota
 *
 * IMAP_ADMIN is the administrator (with the password of IMAP_USER), QUOTA_ROOT the name of the user's quota as he sees
 * it; on Cyrus user/alice. */
#include "support.h"

static int as_administrator(const char *root) {
    const char *admin = setting("IMAP_ADMIN", "");
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    int good = heading("the administrator") && open_server(&conn) &&
        went(conn, "login", imap_cmd_login(conn, admin, setting("IMAP_PASSWORD", ""), NULL), IMAP_OK) &&
        shown(conn, "setquota", imap_cmd_setquota(conn, root, "STORAGE 512", &answer), &answer) &&
        shown(conn, "getquota", imap_cmd_getquota(conn, root, &answer), &answer) &&
        went(conn, "getquota of nobody", imap_cmd_getquota(conn, "user/nobody", NULL), IMAP_NO);
    return finish(conn, good) == EXIT_SUCCESS;
}

/* One answer with two kinds of data: the roots, and what is known of each. */
static int as_user(const char *root) {
    imap_conn *conn = NULL;
    imap_response *answer = NULL;
    int good = heading("the user") && open_server(&conn) && log_in(conn) &&
        went(conn, "getquotaroot INBOX", imap_cmd_getquotaroot(conn, "INBOX", &answer), IMAP_OK);
    print_items(answer, "QUOTAROOT");
    print_items(answer, "QUOTA");
    imap_response_free(answer);
    good = good && went(conn, "setquota", imap_cmd_setquota(conn, root, "(STORAGE 1024)", NULL), IMAP_NO);
    return finish(conn, good) == EXIT_SUCCESS;
}

int main(void) {
    const char *root = setting("QUOTA_ROOT", "user/alice");
    return as_administrator(root) && as_user(root) ? EXIT_SUCCESS : EXIT_FAILURE;
}
