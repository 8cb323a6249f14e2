-- Messages as Lua values: searching, reading every field, changing, copying.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected, with_mailbox = servers.connected, servers.with_mailbox
local TEXT = "From: a@example.org\r\nSubject: test\r\n\r\nHello.\r\n"
local tests = {}

tests["searching"] = function()
  local conn = connected()
  conn:examine_mailbox()
  check.equal(#conn:find(), servers.messages)
  check.equal(conn:find("SEEN UID 1:2"), { 1, 2 })
  check.equal(conn:find({ { atom = "SUBJECT" }, "Köln" }), { 4 })
  check.equal(conn:find({ { atom = "UID" }, { 4, 5, 6 }, { atom = "SUBJECT" }, "Köln" }, { uid = false }), { 4 })
  check.equal(conn:find({ { atom = "SUBJECT" }, 'x" OR ALL "' }), {})
  check.equal(conn:find({ { atom = "NOT" }, { { atom = "UID" }, { first = 2 } } }), { 1 })
  check.equal(conn:find("SUBJECT \"Köln\"", { charset = "UTF-8" }), { 4 })
  local sorted = conn:find_sorted({ "REVERSE", "SIZE" }, "UID 1:3")
  check.equal(#sorted, 3)
  local messages = conn:fetch_messages(sorted, "RFC822.SIZE")
  check.equal(#messages, 3)
  check.equal(#conn:find_sorted("DATE", { { atom = "SUBJECT" }, "Köln" }, { uid = false }), 1)
  local count, todo = 0, conn:find_threads()
  while #todo > 0 do
    local node = table.remove(todo)
    count = count + (node.number and 1 or 0)
    for _, child in ipairs(node.children) do
      todo[#todo + 1] = child
    end
  end
  check.equal(count, servers.messages)
  check.equal(#conn:find_threads("ORDEREDSUBJECT", "UID 4"), 1)
  local found = conn:find_extended("ALL", { "MIN", "MAX", "COUNT", "ALL" })
  check.equal({ found.min, found.max, found.count, found.all, #found.numbers }, { 1, 12, 12, { { 1, 12 } }, 12 })
  check.equal(conn:find_extended("UID 4").count, 1)
  check.equal(conn:find_extended({ { atom = "SUBJECT" }, "Köln" }, "MIN").min, 4)
  check.raises("bad", nil, conn.find, conn, "NONSENSE")
  check.raises("argument", nil, conn.find, conn, 'SUBJECT "')
  check.raises("argument", nil, conn.find, conn, {})
  conn:logout_and_disconnect()
end

tests["one message and its fields"] = function()
  local conn = connected()
  conn:examine_mailbox()
  check.equal(conn:fetch_message(9999, "UID"), nil)
  local message = conn:fetch_message(4, { "UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE",
    "BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]" })
  check.equal({ message.seq, message.uid, message.internaldate }, { 4, 4, 1704898800 })
  local header, text = message:section("BODY[HEADER]"), message:section("BODY[TEXT]")
  check.equal(#header + #text, message.size)
  check.equal(#message.sections, 2)
  check.matches(message.envelope.subject, "Köln")
  check.is(message.envelope.raw_subject ~= message.envelope.subject)
  check.matches(message.envelope.from[1].address, "@")
  check.is(message.body_structure.media_type)
  conn:disconnect()
  check.equal(message:section("BODY[HEADER]"), header, "it outlives its connection")
  check.matches(tostring(message), "UID 4")
end

tests["body structures"] = function()
  local conn = connected()
  conn:examine_mailbox()
  local parts, inner, attachments = 0, 0, 0
  for _, message in ipairs(conn:fetch_messages("1:*", "BODYSTRUCTURE")) do
    local structure = message.body_structure
    for part in structure:walk() do
      parts = parts + 1
      if part.number and part.number ~= "" then
        check.is(structure:part(part.number) == part or part.multipart, part.number)
      end
      if part.body then
        inner = inner + 1
        check.is(part.envelope)
      end
      if part.filename then
        attachments = attachments + 1
      end
    end
    check.is(structure:part("") == structure)
    check.equal(structure:part("99"), nil)
    if structure.multipart then
      check.is(#structure.parts > 0)
      check.is(#structure:search_all() > 1)
    end
  end
  check.is(parts > servers.messages)
  check.between(attachments, 1, 50)
  local octets = '* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("charset" "utf-8") NIL "a =?utf-8?Q?=C3=B6?=" "7BIT" 3 1)'
    .. '("MESSAGE" "RFC822" NIL NIL NIL "8BIT" 9 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) (("TEXT" "HTML" NIL NIL NIL "7BIT" 3 1)'
    .. '("IMAGE" "PNG" ("name*0" "a" "name*1" "b.png") NIL NIL "BASE64" 7 NIL ("ATTACHMENT" NIL)) "ALTERNATIVE") 4) "MIXED"))\r\n'
  local body = imap4.parse(octets).message.body_structure
  local numbers = {}
  for part in body:walk() do
    numbers[#numbers + 1] = part.number or "-"
  end
  check.equal(numbers, { "", "1", "2", "-", "2.1", "2.2" })
  check.equal({ body:part("1").description, body:part("2").envelope.subject }, { "a ö", "s" })
  check.equal(body:search("image/*", "attachment").filename, "ab.png")
  check.equal(body:search("TEXT/html").number, "2.1")
  check.equal({ #body:search_all("text"), body:search("video") }, { 2, nil })
  conn:logout_and_disconnect()
end

tests["envelopes and addresses"] = function()
  local message = imap4.parse('* 1 FETCH (ENVELOPE ("d" "=?utf-8?Q?=C3=B6?=" (("A \\"B\\"" NIL "a" "x.org")) NIL NIL '
    .. '((NIL NIL "team" NIL)(NIL NIL "b" "y.org")(NIL NIL NIL NIL)) () NIL "<1>" "<2>"))\r\n').message
  local envelope = message.envelope
  check.equal({ envelope.date, envelope.subject, envelope.raw_subject, envelope.in_reply_to, envelope.message_id },
    { "d", "ö", "=?utf-8?Q?=C3=B6?=", "<1>", "<2>" })
  check.equal({ envelope.from[1].name, envelope.from[1].address, envelope.sender }, { 'A "B"', "a@x.org", {} })
  check.equal({ envelope.to[1].group, envelope.to[2].address, envelope.to[3].group_end }, { "team", "b@y.org", true })
  check.equal(imap4.parse("* 1 FETCH (ENVELOPE NIL)\r\n").message.envelope, nil)
  local odd = imap4.parse('* 1 FETCH (UID 4 X-NEW "a) FLAGS ())\r\n').message
  check.equal({ odd.uid, odd.malformed, message.malformed }, { 4, true, false })
  check.equal(tostring(odd:section("BODY[]")), "nil")
end

tests["changing, copying, moving, removing"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    for i = 1, 4 do
      check.equal(conn:append_message(name, TEXT).uid, i)
    end
    conn:select_mailbox(name)
    local stored = conn:store_flags({ 1, 2 }, "add", { "\\Seen", "x" })
    check.equal({ #stored.messages, stored.messages[1]:has_flag("X"), #stored.modified }, { 2, true, 0 })
    check.equal(#conn:store_flags("1", "remove", "x", { silent = true }).messages, 0)
    check.equal(conn:store_flags(1, "replace", { "\\Flagged" }, { uid = false }).messages[1]:has_flag("\\seen"), false)
    local modseq = conn:fetch_message(2, "MODSEQ").modseq
    check.matches(modseq, "^%d+$")
    conn:store_flags(2, "+", "y")
    stored = conn:store_flags({ first = 1 }, "+", "z", { unchanged_since = modseq })
    check.equal(stored.modified, { { 2, 2 } })
    check.equal(#conn:fetch_messages("1:*", "FLAGS", { changed_since = modseq }) >= 1, true)
    check.raises("argument", nil, conn.store_flags, conn, 1, "maybe", "x")
    local copied = conn:copy_messages({ 1, 2 }, name)
    check.equal(copied.pairs, { [1] = 5, [2] = 6 })
    check.is(copied.uidvalidity > 0)
    check.raises("no", nil, conn.copy_messages, conn, 1, "nothing")
    local other = name .. "/Other"
    conn:create(other)
    check.equal(conn:move_messages("3:4", other).pairs, { [3] = 1, [4] = 2 })
    conn:delete(other)
    conn:store_flags("1:*", "add", "\\Deleted")
    check.equal(conn:expunge_messages("5:6"), { 4, 3 })
    check.equal(#conn:expunge_messages(), 2)
    check.equal(conn:find(), {})
  end)
  conn:logout_and_disconnect()
end

tests["a mailbox is opened with what has changed since it was closed"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    for i = 1, 4 do
      check.equal(conn:append_message(name, TEXT).uid, i)
    end
    conn:enable("QRESYNC")
    local before = conn:select_mailbox(name)
    check.equal(before.messages, nil)
    conn:store_flags(2, "add", "\\Deleted")
    conn:expunge_messages()
    conn:store_flags(3, "add", "\\Seen")
    conn:unselect()
    local now = conn:select_mailbox(name, { qresync = before })
    check.equal({ #now.messages, now.messages[1].uid, now.messages[1]:has_flag("\\Seen") }, { 1, 3, true })
    check.equal({ now.vanished.uids, now.vanished.earlier, now.exists }, { { 2 }, true, 3 })
    local known = { uidvalidity = now.uidvalidity, highestmodseq = before.highestmodseq, uids = { 1, "4:9" } }
    local again = conn:examine_mailbox(name, { qresync = known })
    check.equal({ #again.messages, again.readonly }, { 0, true })
    check.matches(conn:select_mailbox(name, { condstore = true }).highestmodseq, "^%d+$")
    for _, wrong in ipairs { 5, {}, { uidvalidity = 1 }, { uidvalidity = "a b", highestmodseq = 1 } } do
      check.raises("argument", nil, conn.select_mailbox, conn, name, { qresync = wrong })
    end
    check.equal(conn.state, "SELECTED")
  end)
  conn:logout_and_disconnect()
end

-- The whole of a session with QRESYNC: VANISHED in place of EXPUNGE.
tests["numbers that vanish"] = function()
  local peer = Peer.serving(function(command)
    return command:find("EXPUNGE") and "* VANISHED 5:7,9\r\n" or command:find("^SELECT") and "* 9 EXISTS\r\n" or ""
  end, { capabilities = "IMAP4rev1 UIDPLUS QRESYNC ENABLE" })
  local conn = peer:open()
  conn:select_mailbox()
  check.equal(conn:expunge_messages({ 5, 6, 7, 9 }), { 5, 6, 7, 9 })
  check.matches(peer.commands[2], "UID EXPUNGE 5:7,9$")
  conn:disconnect()
  peer:stop()
end

tests["what a search gives that found nothing can be read"] = function()
  local conn, count = connected(), 0
  conn:examine_mailbox()
  local none = conn:find { { atom = "SUBJECT" }, "nobody wrote this" }
  for _ in conn:each_message(none, "UID ENVELOPE") do
    count = count + 1
  end
  check.equal({ count, conn:fetch_messages(none, "UID"), conn:each_message({}, "UID"):next() }, { 0, {} })
  local pending = conn:pipeline(function(queue) return queue:fetch_messages({}, "UID") end)
  check.equal({ pending:is_done(), pending:value() }, { true, {} })
  check.equal(conn:find_threads(nil, { { atom = "SUBJECT" }, "nobody wrote this" }), {})
  check.raises("argument", nil, conn.each_message, conn, {}, 5.5)
  conn:logout_and_disconnect()
  check.raises("abort", nil, conn.each_message, conn, {}, "UID")
end

tests["items without a field, and what a part is"] = function()
  local message = imap4.parse('* 4 FETCH (BODY[HEADER.FIELDS (SUBJECT)] "x" X-NIL NIL X-NUMBER 5 x-text "a b" UID 7 X-LIST (a (b NIL) "c") '
    .. 'BODYSTRUCTURE (("TEXT" "Plain" NIL NIL NIL "7bit" 1 1)("image" "PNG" NIL NIL NIL "base64" 4 NIL ("ATTACHMENT" NIL)) "mixed") '
    .. 'X-LAST)\r\n').message
  check.equal({ message:item("X-TEXT"), message:item("x-number"), message:item("UID"), select("#", message:item("X-NIL")) }, { "a b", 5, 7, 1 })
  check.equal(message:item("X-List"), { n = 3, "a", { n = 2, "b" }, "c" })
  for _, name in ipairs { "X-NIL", "X-NONE", "X-LAST", "FETCH", "a b" } do
    check.equal(message:item(name), nil)
  end
  check.raises("argument", nil, message.item, message, nil)
  local text, image = message.body_structure.parts[1], message.body_structure.parts[2]
  check.equal({ message.body_structure.type, text.type, image.type }, { "multipart/mixed", "text/plain", "image/png" })
  check.equal({ text:is_attachment(), image:is_attachment() }, { false, true })
end

tests["a value of ID that is not told"] = function()
  local peer = Peer.serving(function() return "" end)
  local conn = peer:open()
  conn:server_id({ name = "x" })
  conn:server_id({ os = false })
  conn:id({ os = false })
  conn:id({ "name", "x", "os", false })
  check.matches(peer.commands[1], 'ID %("name" "x"%)$')
  check.matches(peer.commands[2], 'ID %("os" NIL%)$')
  check.matches(peer.commands[3], 'ID %("os" NIL%)$')
  check.matches(peer.commands[4], 'ID %("name" "x" "os" NIL%)$')
  for _, wrong in ipairs { { os = true }, { [false] = "x" } } do
    check.raises("argument", nil, conn.server_id, conn, wrong)
    check.raises("argument", nil, conn.id, conn, wrong)
  end
  conn:disconnect()
end

tests["of no messages nothing is changed"] = function()
  local peer = Peer.serving(function() return "" end)
  local conn = peer:open()
  check.equal(conn:store_flags({}, "add", "\\Seen", { unchanged_since = 5 }), { messages = {}, modified = {} })
  check.equal({ select("#", conn:copy_messages({}, "x")), conn:copy_messages({}, "x"), conn:move_messages({ n = 0 }, "x") }, { 1 })
  local stored, noop, copied = conn:pipeline(function(queue)
    return queue:store_flags({}, "add", "x"), queue:noop(), queue:copy_messages({}, "x")
  end)
  check.equal({ stored:value().messages, (noop:value()), copied:is_done(), copied:value() }, { {}, "OK", true })
  local wrong = {
    { conn.expunge_messages, {} }, { conn.fetch, {}, "UID" }, { conn.store, {}, "+FLAGS", "x" }, { conn.copy, {}, "x" },
    { conn.store_flags, {}, "sub", "x" }, { conn.store_flags, {}, "add", { "a b" } }, { conn.copy_messages, {} },
    { conn.store_flags, {}, "add", "x", { unchanged_since = true } }, { conn.move_messages, {}, "x", { uids = true } },
  }
  for _, call in ipairs(wrong) do
    check.raises("argument", nil, call[1], conn, (table.unpack or unpack)(call, 2))
  end
  check.equal(#peer.commands, 1)
  conn:disconnect()
  check.raises("abort", nil, conn.store_flags, conn, {}, "add", "x")
  check.raises("abort", nil, conn.move_messages, conn, {}, "x")
end

return tests
