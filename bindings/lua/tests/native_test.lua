-- Mailboxes, rights, quotas and annotations as Lua values; any command with typed arguments; typed readers.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected, scenario, with_mailbox = servers.connected, servers.scenario, servers.with_mailbox
local tests = {}

local function by_name(mailboxes, name)
  for _, mailbox in ipairs(mailboxes) do
    if mailbox.name == name then
      return mailbox
    end
  end
end

tests["mailboxes and their figures"] = function()
  local conn = connected()
  local all = conn:mailboxes()
  check.is(#all >= 7)
  check.equal(by_name(all, "Entwürfe").raw_name, "Entw&APw-rfe")
  local sent = by_name(all, "Sent")
  check.equal({ sent.delimiter, sent:has_attribute("\\SENT"), sent:is_selectable() }, { "/", true, true })
  check.equal(#conn:mailboxes("Archive/", "%"), 1)
  check.is(#conn:mailboxes("", "*", { subscribed = true }) < #all)
  check.equal(conn:mailboxes("", "nothing"), {})
  local status = conn:mailbox_status("Archive")
  check.equal({ status.name, status.messages, status.unseen, status.size }, { "Archive", 3, 0, nil })
  check.is(status.uidvalidity > 0 and status.uidnext == 4)
  check.equal(conn:mailbox_status("with space", { "MESSAGES" }).messages, 1)
  local err = check.raises("no", "IMAP_NO", conn.mailbox_status, conn, "nothing")
  check.equal({ imap4.is(err, "error"), imap4.is(err, "abort") }, { true, false })
  check.matches(err.text, "nothing")
  check.raises("bad", "IMAP_BAD", conn.mailbox_status, conn, "INBOX", "NONSENSE")
  conn:logout_and_disconnect()
end

tests["opening a mailbox"] = function()
  local conn = connected()
  local inbox = conn:examine_mailbox()
  check.equal({ inbox.exists, inbox.readonly, conn.is_readonly }, { 12, true, true })
  check.equal({ inbox.uidnext, inbox.unseen }, { 13, 3 })
  check.is(inbox.uidvalidity > 0 and #inbox.flags > 4 and #inbox.permanent_flags == 0)
  local drafts = conn:select_mailbox("Drafts")
  check.equal({ drafts.exists, drafts.recent, drafts.readonly }, { 0, 0, false })
  check.matches(table.concat(drafts.permanent_flags, " "), "\\%*")
  check.raises("no", nil, conn.select_mailbox, conn, "nothing")
  check.equal(conn.state, "AUTH")
  conn:disconnect()
  conn = scenario("readonly-select")
  check.equal(conn:select_mailbox("INBOX").readonly, true)
  conn:disconnect()
end

tests["rights, quotas, namespaces, ID"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    check.matches(conn:rights(name).rights, "l.*r")
    conn:setacl(name, "bob", "lrs")
    local acl = conn:acl(name)
    check.equal({ acl.mailbox, acl.rights.bob }, { name, "lrs" })
    local given = conn:rights(name, "bob")
    check.equal({ given.mailbox, given.identifier }, { name, "bob" })
    check.is(#given.optional > 3)
  end)
  local quotas = conn:quotas()
  check.equal(quotas[1].root, "User quota")
  local storage = quotas[1].resources[1]
  check.equal({ storage.name, storage.limit }, { "STORAGE", 102400 })
  check.equal(conn:quota("User quota").resources[1].name, "STORAGE")
  check.raises("no", nil, conn.quota, conn, "nothing")
  local spaces = conn:namespaces()
  check.equal({ #spaces.personal, spaces.personal[1].prefix, spaces.personal[1].delimiter, spaces.others[1].prefix }, { 1, "", "/", "shared/" })
  check.equal(conn:server_id().name, "Dovecot")
  check.equal(conn:server_id({ name = "test" }).name, "Dovecot")
  conn:logout_and_disconnect()
end

tests["annotations"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    check.equal(conn:set_metadata(name, { ["/private/comment"] = 'so "so"', ["/private/binary"] = "a\r\nö" }), true)
    check.equal(conn:metadata(name, "/private/comment"), { ["/private/comment"] = 'so "so"' })
    check.equal(conn:metadata(name, { "/private/comment", "/private/binary" }),
      { ["/private/comment"] = 'so "so"', ["/private/binary"] = "a\r\nö" })
    conn:set_metadata(name, { ["/private/comment"] = false })
    check.equal(conn:metadata(name, { "/private/comment" })["/private/comment"] or false, false)
  end)
  conn:logout_and_disconnect()
  conn = scenario("annotation")
  check.equal(conn:annotations("INBOX", "/comment", "value.priv"), { ["/comment"] = { ["value.priv"] = "x" } })
  conn:disconnect()
  conn = Peer.serving(function(command)
    return command:find("GETANNOTATION") and '* ANNOTATION INBOX "/comment" ("value.priv" "x")\r\n'
      .. '* ANNOTATION INBOX "/comment" ("value.shared" NIL "size.shared" "0")\r\n' or ""
  end):open()
  check.equal(conn:annotations("INBOX", "*", "*"), { ["/comment"] = { ["value.priv"] = "x", ["size.shared"] = "0" } })
  conn:disconnect()
end

tests["annotations of one mailbox, and never of several in one table"] = function()
  local peer = Peer.serving(function(command)
    if command:find("MIXED") then
      return '* METADATA Sent (/private/comment "s")\r\n* METADATA MIXED (/private/comment "m")\r\n'
    elseif command:find("METADATA inbox") then
      return '* METADATA INBOX (/private/comment "i")\r\n* METADATA INBOX (/shared/comment "j")\r\n'
    elseif command:find("ANNOTATION") then
      return '* ANNOTATION Sent "/comment" ("value.priv" "x")\r\n* ANNOTATION INBOX "/comment" ("value.priv" "y")\r\n'
    end
    return '* METADATA Sent (/private/comment "s")\r\n* METADATA "50%" (/private/comment "p")\r\n'
  end)
  local conn = peer:open()
  check.equal(conn:metadata("MIXED", "/private/comment"), { ["/private/comment"] = "m" })
  check.equal(conn:metadata("inbox", "/private/comment"), { ["/private/comment"] = "i", ["/shared/comment"] = "j" })
  check.raises("error", "IMAP_ERR_UNSUPPORTED", conn.metadata, conn, 50, "/private/comment")
  check.raises("error", "IMAP_ERR_UNSUPPORTED", conn.annotations, conn, 50)
  check.equal(conn:metadata("50%", "/private/comment"), { ["/private/comment"] = "p" })
  local err = check.raises("error", "IMAP_ERR_UNSUPPORTED", conn.metadata, conn, "*", "/private/comment")
  check.matches(err.message, '"Sent" and "50%%", for "%*"')
  check.raises("error", "IMAP_ERR_UNSUPPORTED", conn.annotations, conn, "x")
  local said = #peer.commands
  for _, pattern in ipairs { "*", "%", "a*b" } do
    check.raises("argument", nil, conn.annotations, conn, pattern)
  end
  check.equal(#peer.commands, said)
  local each = conn:command("GETANNOTATION", { mailbox = "*" }, "/comment", "value.priv").annotations
  check.equal({ each[1].mailbox, each[1].entries["/comment"]["value.priv"], each[2].mailbox }, { "Sent", "x", "INBOX" })
  conn:disconnect()
end

tests["COPYUID before the tagged line, also without its OK"] = function()
  local conn = Peer.serving(function(command)
    return command:find("MOVE") and "* [COPYUID 7 4:5 8:9]\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n"
      or command:find("COPY") and "* OK [COPYUID 7 6 10]\r\n" or ""
  end):open()
  conn:select_mailbox()
  local moved = conn:move_messages({ 4, 5 }, "x")
  check.equal({ moved.uidvalidity, moved.pairs }, { 7, { [4] = 8, [5] = 9 } })
  check.equal(conn:copy_messages(6, "x").pairs, { [6] = 10 })
  conn:disconnect()
end

tests["any command, typed"] = function()
  local peer = Peer.serving(function(command, tag, line)
    if command:find("^X%-NO") then
      line:say(tag .. " NO [X-CODE 5] not today\r\n")
      return false
    end
    return "* X-ECHO 5\r\n"
  end)
  local conn = peer:open()
  local response = conn:command("X-ALL", "atom", "two words", 5, false, { 1, 2, 3, 7 }, { "a", { "b" } }, { first = 4 },
    { mailbox = "Entwürfe" }, { string = "s" }, { atom = "A" }, { raw = "(x y)" }, { set = "1:*" }, { flags = { "\\Seen" } },
    { date = 0 }, { pattern = "*" }, { items = "FLAGS" }, { list = {} }, { list = { 1, 2 } }, { secret = "pw" },
    { raw_mailbox = "INBOX" })
  check.equal({ response.status, response.name, response.text, response.rows[1].name }, { "OK", "X-ALL", "done", "X-ECHO" })
  check.equal(peer.commands[1]:gsub("^%S+ ", ""), 'X-ALL atom "two words" 5 NIL 1:3,7 (a (b)) 4:* Entw&APw-rfe "s" A (x y) 1:* '
    .. '(\\Seen) "01-Jan-1970 00:00:00 +0000" * (FLAGS) () (1 2) "pw" INBOX')
  check.equal(conn:command_text("X-TEXT (a b)").status, "OK")
  check.matches(peer.commands[2], " X%-TEXT %(a b%)$")
  response = conn:command("X-NO")
  check.equal({ response.status, response.code.name, response.code.argument, response.message_text },
    { "NO", "X-CODE", "5", "not today" })
  check.equal(#peer.commands, 3)
  for _, bad in ipairs { { mailbox = 5.5 }, true, function() end, { string = "a\0b" }, { string = {} }, { set = {} } } do
    check.raises("argument", nil, conn.command, conn, "X-BAD", bad)
  end
  check.raises("argument", nil, conn.command, conn, "X-BAD", { atom = "a b" })
  check.raises("argument", nil, conn.command_text, conn, "NOOP\r\nx LOGOUT")
  check.equal(#peer.commands, 3)
  conn:disconnect()
  peer:stop()
end

tests["typed readers of everything"] = function()
  local conn = scenario("untagged-zoo")
  conn:select("INBOX")
  local zoo = conn:command("NOOP")
  local events = {}
  for event in conn:events() do
    events[#events + 1] = event
  end
  local function one(field)
    for _, list in ipairs { zoo.rows, events } do
      for _, row in ipairs(list) do
        local value = row[field]
        if value ~= nil and not (type(value) == "table" and next(value) == nil) then
          return value
        end
      end
    end
  end
  check.is(#zoo.rows + #events > 35)
  check.equal(one("flags"), { "\\Answered", "\\Seen", "$Forwarded", "NonJunk" })
  local mailbox = one("mailboxes")[1]
  check.equal({ mailbox.name, mailbox.delimiter, mailbox.attributes }, { "Sent Items", "/", { "\\HasNoChildren", "\\Sent" } })
  local status = one("mailbox_status")
  check.equal({ status.name, status.messages, status.unseen, status.size }, { "with space", 3, 0, 123456789012 })
  check.equal(one("numbers"), { 1, 2, 3, 4294967295 })
  check.equal(one("modseq"), "917162500")
  local threads = one("threads")
  check.equal({ #threads, threads[1].number, threads[2].children[1].number, #threads[2].children[1].children }, { 3, 2, 6, 2 })
  check.equal({ threads[3].number, #threads[3].children }, { nil, 2 })
  local found = one("extended_search")
  check.equal({ found.count, found.all, #found.numbers, found.uid }, { 3, { { 4, 19 }, { 21, 21 }, { 28, 28 } }, 18, true })
  check.equal(one("namespaces").shared[1].prefix, "shared/")
  check.equal(one("acl").rights, { Fred = "rwipslda", ["with space"] = "lrs" })
  check.equal(one("quota_roots"), { "", "User quota" })
  check.equal(one("id"), { name = "scripted", version = false })
  check.equal(one("enabled"), { "CONDSTORE" })
  local vanished = one("vanished")
  check.equal({ vanished.earlier, vanished.uids[1], #vanished.uids }, { true, 41, 76 })
  check.equal(one("annotations")[1].entries, { ["/comment"] = { ["value.priv"] = "x", ["size.priv"] = "1" } })
  local codes = {}
  for _, list in ipairs { zoo.rows, events } do
    for _, row in ipairs(list) do
      local code = row.code
      if code then
        codes[code.name] = code
      end
    end
  end
  check.equal({ codes.HIGHESTMODSEQ.number, codes.UIDNEXT.number, codes.BADCHARSET.words },
    { "9223372036854775807", 4294967295, { "UTF-8", "ISO-8859-1" } })
  local messages = conn:fetch_messages("1:*", "ALL", { uid = false })
  check.equal(#messages, 6)
  check.equal({ messages[1].uid, messages[1].size, messages[1].modseq, messages[1].internaldate },
    { 4294967295, 4294967296, "65402", 1704067200 })
  check.equal({ messages[2].sections[2].octets, messages[2]:section("BODY[TEXT]") },
    { "12345", nil })
  check.equal({ messages[3].sections[1].octets, messages[3].gm_msgid, messages[3].email_id, messages[3].thread_id },
    { "\0\1\255\r", "1278455344230334865", "M6d99ac3275bb4e", nil })
  check.equal({ messages[3].preview, messages[3].save_date }, { 'a "short" text', nil })
  local part = messages[4].body_structure
  check.equal({ part.number, part.media_type, part.params.charset, part.disposition, part.language, part.octets, part.lines },
    { "1", "TEXT", "utf-8", "inline", { "de", "en" }, 10, 1 })
  check.equal({ messages[5].envelope.subject or "none", messages[5].envelope.from }, { "none", {} })
  check.equal({ messages[6].uid, messages[6].flags, messages[6].envelope }, {})
  conn:disconnect()
end

return tests
