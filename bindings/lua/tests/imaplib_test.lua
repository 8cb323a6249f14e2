-- imaplib's commands on mailboxes and messages, with its names, arguments and results.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local ok, no = check.ok, check.no
local connected, scenario, with_mailbox = servers.connected, servers.scenario, servers.with_mailbox
local TEXT = "From: a@example.org\nSubject: test\n\nHello.\n"
local tests = {}

tests["every row of the table is here"] = function()
  local Connection = require "imap4.connection"
  local classes = { IMAP4 = true, IMAP4_SSL = true, IMAP4_stream = true }
  local errors = { error = true, abort = true, readonly = true }
  local count = 0
  for line in io.lines(os.getenv("IMAP4_TEST_ROOT") .. "/docs/imaplib.md") do
    local row = line:match("^| `([^`]+)` |")
    if row then
      count = count + 1
      local name = row:gsub("^with ", ""):gsub("^class ", ""):gsub("^exception ", ""):gsub("^imaplib%.", "")
      name = name:match("^IMAP4%.([%w_]+)") or name:match("^[%w_]+")
      local is_here = errors[name] or (classes[name] and imap4[name]) or imap4[name] or Connection.methods[name]
        or Connection.readers[name] or name == "literal"
      check.is(is_here, row)
    end
  end
  check.between(count, 75, 200)
end

tests["mailboxes"] = function()
  local conn = connected()
  local base = "Tests " .. servers.way
  ok(conn:create(base .. "/Köln & Bonn"))
  ok(conn:subscribe('"' .. base .. '/Köln & Bonn"'))
  local found = false
  local list = ok(conn:list())
  for i = 1, list.n do
    found = found or list[i]:find("K&APY-ln &- Bonn", 1, true)
  end
  check.is(found, "the new mailbox is in the list")
  check.equal(ok(conn:list('""', base .. "/%")).n, 1)
  check.equal(ok(conn:lsub("", base .. "/*")).n, 1)
  check.is(ok(conn:lsub()).n > 1)
  check.equal(ok(conn:list("", "nothing*")), { n = 1 })
  check.matches(ok(conn:status(base .. "/K&APY-ln &- Bonn", "MESSAGES"))[1], "%(MESSAGES 0%)$")
  check.matches(ok(conn:status(base .. "/Köln & Bonn", { "MESSAGES", "UIDNEXT" }))[1], "MESSAGES 0 UIDNEXT 1")
  ok(conn:unsubscribe(base .. "/Köln & Bonn"))
  ok(conn:rename(base .. "/Köln & Bonn", base .. "/new"))
  ok(conn:delete(base .. "/new"))
  check.matches(no(conn:delete(base .. "/new"))[1], "NONEXISTENT")
  check.matches(ok(conn:namespace())[1], "%(%(")
  conn:delete(base)
  conn:logout_and_disconnect()
end

tests["select, response, recent and the ends"] = function()
  local conn = connected()
  -- imaplib's users name the second argument, or do not.
  for _, given in ipairs { true, false, { readonly = true }, { readonly = false } } do
    ok(conn:select("INBOX", given))
    check.equal(conn.is_readonly, given == true or (type(given) == "table" and given.readonly))
  end
  check.raises("argument", nil, conn.select, conn, "INBOX", { read_only = true })
  with_mailbox(conn, function(name)
    ok(conn:append(name, nil, nil, TEXT))
    check.equal(ok(conn:select(name)), { n = 1, "1" })
    check.equal({ conn.state, conn.is_readonly }, { "SELECTED", false })
    check.matches(conn.untagged_responses.UIDVALIDITY and conn.untagged_responses.UIDVALIDITY[1] or "1", "^%d+$")
    local code, data = conn:response("uidvalidity")
    check.equal({ code, data.n }, { "uidvalidity", 1 })
    check.matches(data[1], "^%d+$")
    check.equal(select(2, conn:response("UIDVALIDITY")), { n = 1 })
    check.equal(select(2, conn:response("READ-WRITE")), { n = 1, "" })
    check.equal(ok(conn:recent()), { n = 1, "1" })
    check.equal(ok(conn:recent()), { n = 1 })
    ok(conn:check())
    ok(conn:close())
    check.equal(conn.state, "AUTH")
    local err = check.raises("error", "IMAP_ERR_STATE", conn.fetch, conn, "1", "FLAGS")
    check.matches(err.message, "illegal in state AUTH, only allowed in states SELECTED")
  end)
  no(conn:select("no such mailbox"))
  check.equal(ok(conn:select("INBOX", true))[1], tostring(servers.messages))
  check.equal(conn.is_readonly, true)
  ok(conn:unselect())
  check.equal(ok(conn:select())[1], tostring(servers.messages))
  ok(conn:unselect())
  conn:logout_and_disconnect()
end

tests["append"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    ok(conn:append(name, "\\Seen $Mine", imap4.Time2Internaldate(1700000000, 330), TEXT))
    check.matches(select(2, conn:response("APPENDUID"))[1], "^%d+ 1$")
    local crlf = TEXT:gsub("\n", "\r\n")
    ok(conn:append(name, { "\\Flagged" }, 1700000000, crlf, { translate_line_endings = false }))
    ok(conn:append('"' .. name .. '"', nil, nil, "Subject: \195\182\r\n\r\n\255\r\n"))
    ok(conn:select(name))
    local data = ok(conn:fetch("1", "(FLAGS INTERNALDATE BODY.PEEK[])"))
    check.equal({ data.n, data[1][2], data[2] }, { 2, crlf, ")" })
    check.equal((imap4.Internaldate2tuple(data[1][1])), 1700000000) -- Dovecot's zone is its own
    local flags = table.concat(imap4.ParseFlags(data[1][1]), " ")
    check.matches(flags, "%$Mine")
    check.matches(ok(conn:fetch("2", "INTERNALDATE"))[1], "14%-Nov%-2023 22:13:20 %+0000")
    check.equal(ok(conn:fetch(3, "BODY[]"))[1][2], "Subject: \195\182\r\n\r\n\255\r\n")
    check.raises("argument", nil, conn.append, conn, name, nil, "yesterday", TEXT)
    check.raises("argument", nil, conn.append, conn, name, nil, {}, TEXT)
  end)
  check.matches(no(conn:append("no such mailbox", nil, nil, TEXT))[1], "TRYCREATE")
  conn:logout_and_disconnect()
end

tests["nil is left out where any number of arguments can stand, as None"] = function()
  local peer = Peer.serving(function(command, _, line)
    if command:find("{2}$") then
      line:say("+ go\r\n")
      line:hear()
    end
    return ""
  end)
  local conn = peer:open()
  conn:select()
  conn:search(nil, "ALL", nil)
  conn:search(nil, nil, "SEEN", nil, { "NOT", "DELETED" }, { uid = true })
  conn:sort("SIZE", "UTF-8", nil, "ALL")
  conn:thread("REFERENCES", "UTF-8", nil, "ALL", nil)
  conn:uid("FETCH", "1", nil, "FLAGS")
  conn:uid("SEARCH", "SEEN", nil)
  conn:xatom("X-ANY", nil, "a", nil)
  conn:xatom("X-NONE", nil)
  conn:setannotation("INBOX", '"/comment"', nil, '("value.priv" "x")')
  conn.literal = "ab"
  conn:search(nil, nil)
  local said = {}
  for i, line in ipairs(peer.commands) do
    said[i] = line:gsub("^%S+ ", "")
  end
  check.equal(said, { "SELECT INBOX", "SEARCH ALL", "UID SEARCH SEEN (NOT DELETED)", "SORT (SIZE) UTF-8 ALL",
    "THREAD REFERENCES UTF-8 ALL", "UID FETCH 1 FLAGS", "UID SEARCH SEEN", "X-ANY a", "X-NONE",
    'SETANNOTATION INBOX "/comment" ("value.priv" "x")', "SEARCH {2}", "ab" })
  local wrong = {
    { conn.search, nil }, { conn.search, nil, nil, nil }, { conn.sort, "SIZE", "UTF-8", nil }, { conn.thread, "REFERENCES", "UTF-8" },
    { conn.uid, "SEARCH", nil }, { conn.uid, nil, "1" }, { conn.setannotation, "INBOX", '"/comment"', nil }, { conn.create, nil },
    { conn.fetch, nil, "FLAGS" }, { conn.fetch, "1", nil }, { conn.xatom, nil }, { conn.search, nil, true },
  }
  for _, call in ipairs(wrong) do
    check.raises("argument", nil, call[1], conn, (table.unpack or unpack)(call, 2, 5))
  end
  conn:disconnect()
end

tests["search, sort, thread, and literals"] = function()
  local conn = connected()
  ok(conn:select("INBOX", true))
  local _, spaces = ok(conn:search(nil, "ALL"))[1]:gsub("%d+", "")
  check.equal(spaces, servers.messages)
  check.equal(ok(conn:search(nil, "SUBJECT", '"no such subject"')), { n = 1, "" })
  check.equal(ok(conn:search("UTF-8", "SUBJECT", '"Köln"')), { n = 1, "4" })
  check.equal(ok(conn:search(nil, '(SUBJECT "Köln")')), { n = 1, "4" })
  for _, send in ipairs {
    function() return conn:search("UTF-8", "SUBJECT") end,
    function() return conn:uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT") end,
    function() return conn:sort("(SIZE)", "UTF-8", "SUBJECT") end,
    function() return conn:thread("REFERENCES", "UTF-8", "SUBJECT") end,
    function() return conn:search("UTF-8", "SUBJECT", { uid = true }) end,
    function() return conn:xatom("SEARCH", "CHARSET", "UTF-8", "SUBJECT") end,
  } do
    conn.literal = "Köln"
    check.matches(ok(send())[1] or select(2, conn:response("SEARCH"))[1], "^%(?4%)?$")
    check.equal(conn.literal, nil)
  end
  check.equal(ok(conn:search(nil, "SUBJECT", '"Köln"')), { n = 1, "4" })
  local _, count = ok(conn:sort("REVERSE SIZE", "UTF-8", "ALL"))[1]:gsub("%d+", "")
  check.equal(count, servers.messages)
  check.matches(ok(conn:thread("REFERENCES", "UTF-8", "ALL"))[1], "^%(")
  check.equal(ok(conn:search(nil, "UID 4", { uid = true }))[1], "4")
  check.equal(ok(conn:sort({ "SIZE" }, nil, "UID 4", { uid = true }))[1], "4")
  check.equal(ok(conn:thread("ORDEREDSUBJECT", nil, "UID 4", { uid = true }))[1], "(4)")
  check.equal(select(2, ok(conn:uid("SORT", "(SIZE)", "UTF-8", "ALL"))[1]:gsub("%d+", "")), servers.messages)
  check.equal(ok(conn:uid("search", nil, "SEEN")), ok(conn:uid("SEARCH", "SEEN"))) -- imaplib leaves out what is None
  check.raises("argument", nil, conn.uid, conn, "SEARCH")
  check.raises("argument", nil, conn.uid, conn, "SEARCH", nil)
  check.raises("error", nil, conn.uid, conn, "NONSENSE", "1")
  local err = check.raises("bad", "IMAP_BAD", conn.search, conn, nil, "SEENISH")
  check.equal(imap4.is(err, "error"), true)
  check.is(#err.text > 0)
  check.raises("argument", nil, conn.search, conn, nil, 'SUBJECT "x')
  conn:logout_and_disconnect()
end

tests["messages"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    for _ = 1, 5 do
      ok(conn:append(name, nil, nil, TEXT))
    end
    ok(conn:select(name))
    check.matches(ok(conn:store("1:2", "+FLAGS", "\\Deleted"))[1], "\\Deleted")
    check.equal(ok(conn:store({ 1, 2 }, "+FLAGS.SILENT", { "\\Seen" })), { n = 1 })
    check.matches(ok(conn:store("5", "FLAGS", "(\\Answered)", { uid = true }))[1], "^5 %(UID 5 FLAGS %(\\Answered")
    ok(conn:copy("1", name))
    ok(conn:uid("COPY", "1", '"' .. name .. '"'))
    ok(conn:copy(2, name, { uid = true }))
    local other = name .. "/Other"
    ok(conn:create(other))
    ok(conn:move("3", other))
    ok(conn:move(4, other, { uid = true }))
    ok(conn:delete(other))
    local gone = ok(conn:expunge())
    check.equal(gone.n, 5, "the copies have the flag too") -- 1, 2, and their three copies
    check.matches(gone[1], "^%d+$")
    ok(conn:uid("STORE", "5", "+FLAGS", "(\\Deleted)"))
    check.equal(ok(conn:expunge("5")), { n = 1, "1" })
    check.equal(ok(conn:uid("FETCH", "1:*", "(UID)")), { n = 1 })
    ok(conn:append(name, nil, nil, TEXT))
    ok(conn:noop())
    check.matches(ok(conn:fetch({ first = 1 }, { "UID", "FLAGS" }, { uid = true }))[1], "^1 %(UID 9 FLAGS")
    check.matches(ok(conn:uid("FETCH", "9", "(FLAGS)"))[1], "^1 %(UID 9 FLAGS")
    check.matches(ok(conn:copy("1", name))[1], "COPYUID")
    check.equal(ok(conn:search(nil, "ALL")), { n = 1, "1 2" })
  end)
  conn:logout_and_disconnect()
end

tests["rights, quotas, annotations"] = function()
  local conn = connected()
  with_mailbox(conn, function(name)
    ok(conn:setacl(name, '"bob"', '"lr"'))
    check.matches(ok(conn:getacl(name))[1], "bob lr")
    check.matches(ok(conn:myrights(name))[1], "lr")
    ok(conn:deleteacl(name, "bob"))
    check.equal(ok(conn:getacl(name))[1]:find("bob"), nil)
    local roots, quotas = (function(data) return data[1], data[2] end)(ok(conn:getquotaroot(name)))
    check.matches(roots[1], "User quota")
    check.matches(quotas[1], "STORAGE")
    check.matches(ok(conn:getquota('"User quota"'))[1], "STORAGE")
    no(conn:getquota("nothing"))
  end)
  conn:logout_and_disconnect()
  conn = scenario("quota")
  check.matches(ok(conn:setquota("user/alice", "STORAGE 512"))[1], "512")
  conn:disconnect()
  conn = scenario("annotation")
  ok(conn:setannotation("INBOX", '"/comment"', '("value.priv" "x")'))
  check.equal(ok(conn:getannotation("INBOX", '"/comment"', '"value.priv"')), { n = 1, '"INBOX" "/comment" ("value.priv" "x")' })
  conn:disconnect()
  conn = scenario("partial")
  conn:select()
  check.equal(ok(conn:partial("1", "RFC822.TEXT", 1, 10)), { n = 2, { "1 (RFC822.TEXT {10}", "Hello worl" }, ")" })
  check.equal(ok(conn:partial("1", "BODY[9]", 1, 10)), { n = 1, '1 (RFC822.TEXT "")' })
  conn:disconnect()
end

tests["a mailbox for reading only"] = function()
  local conn = scenario("readonly-select")
  local err = check.raises("readonly", "IMAP_READONLY", conn.select, conn)
  check.equal({ imap4.is(err, "abort"), imap4.is(err, "error"), conn.state, conn.is_readonly }, { true, true, "SELECTED", true })
  ok(conn:select("INBOX", true))
  conn:disconnect()
  conn = scenario("readonly-later")
  conn:select()
  ok(conn:noop())
  check.raises("readonly", "IMAP_ERR_READONLY", conn.noop, conn)
  check.equal({ conn:response("READ-ONLY") }, { "READ-ONLY", { n = 1, "" } })
  ok(conn:noop())
  conn:disconnect()
end

return tests
