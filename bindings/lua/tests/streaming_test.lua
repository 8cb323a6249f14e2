-- Rows one by one, literals as they pass, messages to the server in pieces.
local backend = require "imap4.backend"
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected, with_mailbox = servers.connected, servers.with_mailbox
local TEXT = "From: a@example.org\r\nSubject: test\r\n\r\nHello.\r\n"
local tests = {}

tests["messages one by one"] = function()
  local conn = connected()
  conn:examine_mailbox()
  local seen, kept, lent = 0, nil, nil
  for message in conn:each_message("1:*", "UID FLAGS RFC822.SIZE ENVELOPE BODY.PEEK[HEADER]") do
    seen = seen + 1
    check.equal(message.uid, seen)
    if seen == 2 then
      kept = message:keep()
    elseif seen == 3 then
      lent = message
    end
  end
  check.equal(seen, servers.messages)
  check.is(kept:section("BODY[HEADER]"))
  check.equal({ lent.uid, lent.size > 0, lent.envelope ~= nil }, { 3, true, true })
  local is_ok, problem = pcall(lent.section, lent, "BODY[HEADER]")
  check.equal(is_ok, false)
  check.matches(tostring(problem), "gone")
  local rows = conn:each_message(1, "FLAGS", { uid = false })
  check.equal({ rows:next().seq, rows:next(), rows:next() }, { 1 })
  check.equal({ rows.response.status, rows.response.name }, { "OK", "FETCH" })
  conn:logout_and_disconnect()
end

tests["leaving early, and other commands in the loop"] = function()
  local conn = connected()
  conn:examine_mailbox()
  for message in conn:each_message("1:*", "UID ENVELOPE") do
    check.equal(conn:noop(), "OK")
    check.equal(#conn:find("UID " .. message.uid), 1)
    check.is(message.envelope) -- another command does not take the row away
    if message.uid == 3 then
      break
    end
  end
  check.equal(conn:mailbox_status("Archive").messages, 3)
  local rows = conn:each_message("1:*", "UID BODY.PEEK[]")
  check.equal(rows:next().uid, 1)
  rows:close()
  rows:close()
  check.equal(rows:next(), nil)
  check.equal(#conn:find(), servers.messages)
  -- Two at a time.
  local first, second = conn:each_message("1:3", "UID"), conn:each_message("4:6", "UID")
  check.equal({ second:next().uid, first:next().uid, second:next().uid, first:next().uid }, { 4, 1, 5, 2 })
  check.equal(#conn:find(), servers.messages)
  check.equal(first:next().uid, 3)
  rows = conn:each_message("1:*", "NONSENSE")
  check.raises("bad", nil, rows.next, rows)
  check.equal(rows:next(), nil)
  conn:logout_and_disconnect()
  check.raises("abort", nil, conn.each_message, conn, "1", "UID")
end

tests["an error in the loop leaves the connection usable"] = function()
  local conn, mine = connected(), {}
  conn:examine_mailbox()
  check.raises_value(mine, function()
    for _ in conn:each_message("1:*", "UID BODY.PEEK[]") do
      error(mine)
    end
  end)
  check.equal(#conn:find(), servers.messages)
  conn:logout_and_disconnect()
end

tests["rows of any command"] = function()
  local conn = connected()
  local names = {}
  for row in conn:each_row("LIST", "", { pattern = "Archive*" }) do
    names[#names + 1] = row.mailboxes[1].name
  end
  check.equal(#names, #conn:mailboxes("", "Archive*"))
  check.raises("argument", nil, conn.each_row, conn, "LIST", true)
  conn:logout_and_disconnect()
end

tests["literals as they pass"] = function()
  local conn = connected()
  conn:examine_mailbox()
  local whole = conn:fetch_message(4, "BODY.PEEK[]"):section("BODY[]")
  local pieces, info = {}, nil
  for message in conn:each_message(4, "UID BODY.PEEK[]", { stream = "BODY[]", to = function(octets, about)
    pieces[#pieces + 1], info = octets, about
  end }) do
    check.equal({ message.uid, message:section("BODY[]") }, { 4 })
  end
  check.equal(table.concat(pieces), whole)
  check.equal({ info.item, info.size, info.number }, { "BODY[]", #whole, 4 })
  check.equal(conn:fetch_message(4, "BODY.PEEK[]"):section("BODY[]"), whole, "afterwards nothing is streamed")

  local name = os.tmpname()
  local file = io.open(name, "wb")
  local rows = conn:each_message("3:4", "BODY.PEEK[]", { stream = { "BODY[]" }, on_literal = function(about)
    return about.number == 4 and file or nil
  end })
  check.equal({ rows:next().seq, rows:next().seq, rows:next() }, { 3, 4 })
  file:close()
  file = io.open(name, "rb")
  check.equal(file:read("*a"), whole)
  file:close()
  os.remove(name)

  local ours, theirs = backend.socketpair()
  rows = conn:each_message(4, "BODY.PEEK[]", { stream = "BODY[]", to = ours })
  check.equal({ rows:next().seq, rows:next() }, { 4 })
  check.equal(backend.fd_read(theirs, 65536), whole)
  backend.fd_close(ours)
  backend.fd_close(theirs)
  conn:logout_and_disconnect()
end

tests["literals that come while another command is waited for, or another loop reads, go where the others do"] = function()
  local conn, size = connected(), 0
  conn:examine_mailbox()
  for message in conn:each_message("1:*", "RFC822.SIZE") do
    size = size + message.size
  end
  local kinds = {
    function() conn:noop() end,
    function() check.is(conn:fetch_message(1, "BODY.PEEK[]"):section("BODY[]")) end,
    function()
      for inner in conn:each_message("1:2", "BODY.PEEK[]") do
        check.is(inner:section("BODY[]"), "a loop that streams nothing keeps all")
      end
    end,
    function()
      for _ in conn:each_message("1:2", "BODY.PEEK[TEXT]", { stream = "BODY[TEXT]" }) do end
    end,
  }
  for i, between in ipairs(kinds) do
    local taken = 0
    for _ in conn:each_message("1:*", "BODY.PEEK[]", { stream = "BODY[]", to = function(octets) taken = taken + #octets end }) do
      between()
    end
    check.equal({ i, taken }, { i, size })
  end
  local name = os.tmpname()
  local file = io.open(name, "wb")
  for _ in conn:each_message("1:*", "BODY.PEEK[]", { stream = "BODY[]", to = file }) do
    conn:noop()
  end
  check.equal(file:seek("end"), size)
  file:close()
  os.remove(name)
  local ours, theirs = backend.socketpair()
  for _ in conn:each_message("3:4", "BODY.PEEK[]", { stream = "BODY[]", to = ours }) do
    conn:noop()
  end
  size = conn:fetch_message(3, "RFC822.SIZE").size + conn:fetch_message(4, "RFC822.SIZE").size
  check.equal(#backend.fd_read(theirs, 65536), size)
  backend.fd_close(ours)
  backend.fd_close(theirs)
  conn:logout_and_disconnect()
end

tests["what a loop streams is its own affair, also when it was left early"] = function()
  local conn = connected()
  conn:examine_mailbox()
  for _ in conn:each_message("1:3", "BODY.PEEK[]", { stream = "BODY[]" }) do break end
  for message in conn:each_message("4", "BODY.PEEK[]") do
    check.is(message:section("BODY[]"), "nothing is streamed any more")
  end
  for _ in conn:each_message("1:3", "BODY.PEEK[]", { stream = "BODY[]" }) do break end
  check.equal(conn:option("literal_stream_items"), nil)
  conn:set_option("literal_stream_items", "BODY[TEXT]")
  for _ in conn:each_message("1:3", "BODY.PEEK[]", { stream = "BODY[]" }) do break end
  check.equal(conn:option("literal_stream_items"), "BODY[TEXT]")
  conn:logout_and_disconnect()
end

tests["a loop that was left and that nobody has any more is dropped"] = function()
  local conn = connected()
  conn:examine_mailbox()
  local function leave()
    local rows = conn:each_message("1:*", "BODY.PEEK[]")
    check.equal(rows:next().seq, 1)
  end
  collectgarbage("stop") -- each call empties the list
  for _ = 1, 20 do
    leave()
  end
  collectgarbage("restart")
  collectgarbage()
  collectgarbage()
  check.is(#conn._forgotten > 10)
  check.equal(conn:noop(), "OK")
  check.equal(#conn._forgotten, 0)
  check.equal(#conn:find(), servers.messages)
  conn:logout_and_disconnect()
  conn = connected()
  conn:examine_mailbox()
  for _ = 1, 20 do
    local rows = conn:each_message("1:*", "UID")
    while rows:next() do end
    conn:each_message("1:*", "UID"):close()
  end
  collectgarbage()
  collectgarbage()
  check.equal(#conn._forgotten, 0, "what was read to its end, or closed")
  conn:logout_and_disconnect()
end

tests["what nothing would go to is refused, and items are taken as they are asked for"] = function()
  local conn, taken = connected(), 0
  conn:examine_mailbox()
  local function add(octets) taken = taken + #octets end
  check.raises("argument", nil, conn.each_message, conn, 1, "BODY.PEEK[]", { to = add })
  check.raises("argument", nil, conn.each_message, conn, 1, "BODY.PEEK[]", { on_literal = add })
  for _ in conn:each_message(1, "BODY.PEEK[TEXT]<2.5>", { stream = "BODY.PEEK[TEXT]<2.5>", to = add }) do end
  check.equal(taken, 5)
  conn:set_option("literal_stream_min", 1)
  for _ in conn:each_message(1, "BODY.PEEK[TEXT]<2.5>", { to = add }) do end
  check.equal(taken, 10)
  conn:logout_and_disconnect()
end

tests["an error while a literal passes"] = function()
  local conn, mine = connected(), {}
  conn:examine_mailbox()
  local rows = conn:each_message("1:*", "BODY.PEEK[]", { stream = "BODY[]", to = function() error(mine) end })
  check.raises_value(mine, rows.next, rows)
  rows:close()
  local is_ok, found = pcall(conn.find, conn)
  check.equal(is_ok and #found or (imap4.is(found, "abort") and "over"), is_ok and servers.messages or "over")
  check.equal(is_ok, true)
  rows = conn:each_message("1:*", "BODY.PEEK[]", { stream = "BODY[]", to = { write = function() return nil, "full" end } })
  check.matches(check.raises("system", nil, rows.next, rows).message, "full")
  conn:disconnect()
end

tests["appending from strings, files, functions, descriptors"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    local big = TEXT .. ("0123456789abcdef"):rep(4, "") .. ("line of text\r\n"):rep(20000)
    local done = conn:append_message(name, "Subject: lf\n\nx\n", { flags = { "\\Seen" }, date = 1700000000 })
    check.equal({ done.uid, #done.uids }, { 1, 1 })
    check.is(done.uidvalidity > 0)
    local path = os.tmpname()
    local file = io.open(path, "wb")
    file:write("skipped" .. big)
    file:close()
    file = io.open(path, "rb")
    file:seek("set", 7)
    check.equal(conn:append_message(name, file, { flags = "\\Flagged" }).uid, 2)
    file:close()
    local at = 0
    check.equal(conn:append_message(name, function()
      at = at + 1000
      return big:sub(at - 999, at)
    end, { size = #big }).uid, 3)
    local ours, theirs = backend.socketpair()
    backend.fd_send(theirs, TEXT, 0)
    check.equal(conn:append_message(name, ours, { size = #TEXT }).uid, 4)
    backend.fd_close(ours)
    backend.fd_close(theirs)
    check.equal(conn:append_message(name, { read = function() return TEXT end }, { size = #TEXT, verbatim = true }).uid, 5)
    local uids = conn:append_messages(name, { TEXT, { message = TEXT, flags = "\\Seen", date = '" 1-Feb-2024 00:00:00 +0000"' } }).uids
    check.equal(uids, { 6, 7 })
    conn:examine_mailbox(name)
    check.equal(conn:fetch_message(1, "BODY[]"):section("BODY[]"), "Subject: lf\r\n\r\nx\r\n")
    for uid = 2, 3 do
      check.equal(conn:fetch_message(uid, "BODY[]"):section("BODY[]") == big, true)
    end
    check.equal(conn:fetch_message(4, "BODY[]"):section("BODY[]"), TEXT)
    check.equal(conn:fetch_message(7, "INTERNALDATE").internaldate, 1706745600)
    os.remove(path)
  end)
  check.raises("no", nil, conn.append_message, conn, "nothing", TEXT)
  check.raises("no", nil, conn.append_message, conn, "nothing", function() return TEXT end, { size = #TEXT })
  for _, wrong in ipairs { { date = "yesterday", size = #TEXT }, { flags = "(\\Seen", size = #TEXT } } do
    local err = check.raises("argument", nil, conn.append_message, conn, "INBOX", function() return TEXT end, wrong)
    check.matches(err.message, "^APPEND: ")
    check.equal(conn:noop(), "OK")
  end
  for _, bad in ipairs { { 5 }, { function() end }, { true }, { {} }, { TEXT, { flags = 5.5 } }, { TEXT, { date = "never" } } } do
    check.raises("argument", nil, conn.append_message, conn, "INBOX", bad[1], bad[2])
  end
  check.raises("argument", nil, conn.append_messages, conn, "INBOX", {})
  check.raises("argument", nil, conn.append_messages, conn, "INBOX", TEXT)
  check.equal(conn:noop(), "OK")
  conn:logout_and_disconnect()
end

-- A peer that takes the literals of an APPEND and answers with as many UIDs; the third one is refused. What begins commands
-- goes to `begun`. greet(line) greets.
local function appending(begun, greet, capabilities)
  local uid = 6
  return Peer.new(function(line)
    greet(line)
    local said = line:hear()
    while said do -- a literal of which announced octets follow, as often as there are messages
      local tag, command = said:match("^(%S+) (%S+)")
      begun[#begun + 1] = said:match("^%S+ (.*)")
      if command == "APPEND" then
        local first = uid + 1
        local size = said:match("{(%d+)%+?}$")
        while size do
          line:take(tonumber(size))
          said, uid = line:hear(), uid + 1
          size = said:match("{(%d+)%+?}$")
        end
        if uid == 9 then
          line:say(tag .. " NO full\r\n")
        else
          line:say(("%s OK [APPENDUID 5 %d:%d] done\r\n"):format(tag, first, uid))
        end
      else
        line:say((command == "CAPABILITY" and "* CAPABILITY " .. capabilities .. "\r\n" or "") .. tag .. " OK done\r\n")
      end
      said = line:hear()
    end
  end)
end

tests["several messages, with MULTIAPPEND and without"] = function()
  for _, has_multi in ipairs { true, false } do
    local begun = {}
    local peer = appending(begun, function(line)
      line:greet("IMAP4rev1 LITERAL+ UIDPLUS" .. (has_multi and " MULTIAPPEND" or ""))
    end)
    local conn = peer:open()
    local appended = conn:append_messages("x", { TEXT, { message = TEXT, flags = "\\Seen" } })
    check.equal({ appended.uidvalidity, appended.uid, appended.uids }, { 5, 7, { 7, 8 } })
    check.equal(#begun, has_multi and 1 or 2)
    check.equal(appended.ranges, has_multi and { { 7, 8 } } or { { 7, 7 }, { 8, 8 } })
    if not has_multi then
      check.raises("no", nil, conn.append_messages, conn, "x", { TEXT, TEXT })
    end
    check.equal((conn:noop()), "OK")
    conn:pipeline(function(queue)
      check.raises("argument", nil, queue.append_message, queue, "x", function() return TEXT end, { size = #TEXT })
    end)
    check.equal((conn:noop()), "OK")
    conn:disconnect()
    peer:stop()
  end
end

tests["stale capabilities are asked for again before several messages"] = function()
  local begun = {}
  local peer = appending(begun, function(line) -- what holds before the login need not hold after it
    line:say("* OK [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n")
  end, "IMAP4rev1 LITERAL+ MULTIAPPEND")
  local conn = peer:open { user = "alice", password = "secret" }
  check.equal(conn:append_messages("x", { TEXT, TEXT }).uids, { 7, 8 })
  local names = {}
  for i, command in ipairs(begun) do
    names[i] = command:match("^%S+")
  end
  check.equal(names, { "LOGIN", "CAPABILITY", "APPEND" })
  conn:disconnect()
  peer:stop()
end

tests["a message that ends early, or a source that raises, ends the connection clearly"] = function()
  local mine = {}
  for _, source in ipairs { function() return nil end, function() return 5 end, function() return ("x"):rep(500) end,
    function() error(mine) end } do
    local conn = connected()
    local is_ok, problem = pcall(conn.append_message, conn, "Drafts", source, { size = 100 })
    check.equal(is_ok, false)
    check.is(problem == mine or imap4.is(problem, "argument"), "the error of the source")
    local again, err = pcall(conn.noop, conn)
    check.equal({ again, imap4.is(err, "abort") }, { false, true })
    conn:disconnect()
  end
  local conn = connected()
  check.equal(conn:mailbox_status("Drafts", "MESSAGES").messages, 0)
  conn:logout_and_disconnect()
end

tests["progress of long literals"] = function()
  local body = ("x"):rep(300000)
  local peer = Peer.serving(function(command, _tag, line)
    if command:find("^SELECT") then
      return "* 1 EXISTS\r\n"
    end
    line:say("* 1 FETCH (BODY[] {300000}\r\n")
    for at = 1, 300000, 50000 do
      line:say(body:sub(at, at + 49999))
      line:pause(0.005)
    end
    return ")\r\n"
  end)
  local said, last = 0, 0
  local conn = peer:open { progress = function(done, total)
    check.equal(total, 300000)
    check.between(done, last, total)
    said, last = said + 1, done
  end }
  conn:select_mailbox()
  check.equal(conn:fetch_message(1, "BODY[]", { uid = false }):section("BODY[]") == body, true)
  check.is(said > 2)
  conn:on_progress(nil)
  local mine = {}
  conn:on_progress(function() error(mine) end)
  check.raises_value(mine, conn.fetch_message, conn, 1, "BODY[]", { uid = false })
  conn:on_progress(nil)
  check.equal(conn:fetch_message(1, "BODY[]", { uid = false }):section("BODY[]") == body, true)
  conn:disconnect()
  peer:stop()
end

return tests
