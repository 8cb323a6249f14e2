-- Quotas (RFC 9208): limits of storage, set by an administrator, seen by the user.
--
--     tests/examples/run --language luajit --show quota
--
-- IMAP_ADMIN is the administrator (with the password of IMAP_USER), QUOTA_ROOT the name of the user's quota as he sees
-- it; on Cyrus user/alice.
local support = require "support"
local went, shown, refused, setting = support.went, support.shown, support.refused, support.setting

local root = setting("QUOTA_ROOT", "user/alice")

support.heading("the administrator")
local admin = support.open_server()
went("login", admin:login(setting("IMAP_ADMIN", ""), setting("IMAP_PASSWORD", "")))
shown("setquota", admin:setquota(root, "STORAGE 512"))
shown("getquota", admin:getquota(root))
refused("getquota of nobody", admin:getquota("user/nobody"))
support.finish(admin)

-- One answer with two kinds of data: the roots, and what is known of each.
support.heading("the user")
local user = support.open_server()
support.log_in(user)
local data = went("getquotaroot INBOX", user:getquotaroot("INBOX"))
support.print_items(data[1])
support.print_items(data[2])
refused("setquota", user:setquota(root, "(STORAGE 1024)"))
support.finish(user)
