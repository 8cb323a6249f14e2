# frozen_string_literal: true

# Quotas (RFC 9208): limits of storage, set by an administrator, seen by the user.
#
#     tests/examples/run --language ruby --show quota
#
# IMAP_ADMIN is the administrator (with the password of IMAP_USER), QUOTA_ROOT the name of the user's quota as he sees
# it; on Cyrus user/alice.
require_relative "support"

root = setting("QUOTA_ROOT", "user/alice")

heading("the administrator")
with_server do |imap|
  went("login") { imap.login(setting("IMAP_ADMIN"), setting("IMAP_PASSWORD")) }
  shown("setquota") { imap.setquota(root, "STORAGE 512") }
  shown("getquota") { imap.getquota(root) }
  went("getquota of nobody", "NO") { imap.getquota("user/nobody") }
end

heading("the user")
with_server do |imap|
  log_in(imap)
  # One answer with two kinds of data: the roots, and what is known of each.
  roots, quotas = went("getquotaroot INBOX") { imap.getquotaroot("INBOX") }
  print_items(roots)
  print_items(quotas)
  went("setquota", "NO") { imap.setquota(root, "(STORAGE 1024)") }
end
