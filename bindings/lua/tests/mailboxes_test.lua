-- Making, renaming and removing mailboxes by the names that `mailboxes` gives.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local tests = {}

-- What a peer that answers all was told, without tags.
local function said(peer)
  local commands = {}
  for i, line in ipairs(peer.commands) do
    commands[i] = line:gsub("^%S+ ", "")
  end
  return commands
end

tests["names are taken as they are"] = function()
  local peer = Peer.serving(function() return "" end)
  local conn = peer:open()
  check.equal({ conn:create_mailbox('"q"'), conn:delete_mailbox("Entw&APw-rfe") }, { true, true })
  check.equal(conn:rename_mailbox("a&b", "Entwürfe"), true)
  check.equal({ conn:subscribe_mailbox("a b"), conn:unsubscribe_mailbox("&") }, { true, true })
  check.equal(said(peer), { [[CREATE "\"q\""]], "DELETE Entw&-APw-rfe", "RENAME a&-b Entw&APw-rfe", 'SUBSCRIBE "a b"', "UNSUBSCRIBE &-" })
  conn:disconnect()
end

tests["what a mailbox is for"] = function()
  local peer = Peer.serving(function() return "" end)
  local conn = peer:open()
  conn:create_mailbox("Old", { special_use = "\\Archive" })
  conn:create_mailbox("Both", { special_use = { "\\Sent", "\\Drafts" } })
  check.equal(said(peer), { "CREATE Old (USE (\\Archive))", "CREATE Both (USE (\\Sent \\Drafts))" })
  for _, wrong in ipairs { true, { "\\Sent \\Drafts" }, "a)b" } do
    check.raises("argument", nil, conn.create_mailbox, conn, "x", { special_use = wrong })
  end
  check.raises("argument", nil, conn.create_mailbox, conn, "x", { use = "\\Sent" })
  check.matches(check.raises("argument", nil, conn.rename_mailbox, conn, "x").message, "^to ")
  check.matches(check.raises("argument", nil, conn.rename_mailbox, conn, nil, "x").message, "^from ")
  check.matches(check.raises("argument", nil, conn.subscribe_mailbox, conn, {}).message, "^mailbox ")
  check.equal(#peer.commands, 2)
  conn:disconnect()
end

tests["at a server"] = function()
  local conn = servers.connected()
  local name, other = "Größe & '" .. imap4.now() .. "'", 'quoted "x" ' .. imap4.now()
  conn:create_mailbox(name)
  conn:subscribe_mailbox(name)
  check.equal(conn:mailboxes("", name, { subscribed = true })[1].name, name)
  check.raises("no", nil, conn.create_mailbox, conn, name)
  conn:unsubscribe_mailbox(name)
  check.equal(conn:mailboxes("", name, { subscribed = true }), {})
  local renamed, gone = conn:pipeline(function(queue)
    return queue:rename_mailbox(name, other), queue:delete_mailbox(name)
  end)
  check.equal(renamed:value(), true)
  check.raises("no", nil, gone.value, gone)
  check.equal(conn:mailboxes("", other)[1].name, other)
  conn:delete_mailbox(other)
  check.equal(conn:mailboxes("", other), {})
  conn:logout_and_disconnect()
end

return tests
