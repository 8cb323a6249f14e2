-- imaplib's utility functions, modified UTF-7, parsing, versions.
local check = require "check"
local imap4 = require "imap4"

local tests = {}

tests["Internaldate2tuple gives instant and zone"] = function()
  local seconds, offset = imap4.Internaldate2tuple('25 (INTERNALDATE "17-Jul-1996 02:44:25 -0700")')
  check.equal({ seconds, offset }, { 837596665, -420 })
  check.equal({ imap4.Internaldate2tuple(' 1-Jan-1970 00:00:01 +0000') }, { 1, 0 })
  check.equal(imap4.Internaldate2tuple("yesterday"), nil)
  check.equal(imap4.Internaldate2tuple('"31-Feb-2024 00:00:00 +0000"'), nil)
  check.raises("argument", nil, imap4.Internaldate2tuple)
end

tests["Time2Internaldate takes seconds, tables and texts"] = function()
  check.equal(imap4.Time2Internaldate(837596665, -420), '"17-Jul-1996 02:44:25 -0700"')
  check.equal(imap4.Time2Internaldate('"17-Jul-1996 02:44:25 -0700"'), '"17-Jul-1996 02:44:25 -0700"')
  local now = 1700000000
  check.equal((imap4.Internaldate2tuple(imap4.Time2Internaldate(now))), now)
  check.equal((imap4.Internaldate2tuple(imap4.Time2Internaldate(os.date("*t", now)))), now)
  for hours = -12, 14 do -- the last second before 1970 on clocks that many hours east of UTC
    local at = hours * 3600 - 1
    check.equal((imap4.Internaldate2tuple(imap4.Time2Internaldate(at))), at)
  end
  for _, bad in ipairs { "yesterday", 1e300, true, 0 / 0 } do
    check.raises("argument", nil, imap4.Time2Internaldate, bad)
  end
  check.raises("argument", nil, imap4.Time2Internaldate, 0, 5000)
end

tests["Int2AP and ParseFlags"] = function()
  check.equal(imap4.Int2AP(255), "PP")
  check.equal(imap4.Int2AP(0), "")
  check.equal(imap4.Int2AP(-255), "PP")
  check.raises("argument", nil, imap4.Int2AP, -2 ^ 54)
  check.raises("argument", nil, imap4.Int2AP, 1.5)
  check.equal(imap4.ParseFlags("1 (FLAGS (\\Seen a))"), { "\\Seen", "a" })
  check.equal(imap4.ParseFlags("(\\Flagged)"), { "\\Flagged" })
  check.equal(imap4.ParseFlags("nothing"), {})
end

tests["modified UTF-7 and header text"] = function()
  check.equal(imap4.utf7_encode("Entwürfe & 日本"), "Entw&APw-rfe &- &ZeVnLA-")
  check.equal(imap4.utf7_decode("Entw&APw-rfe &- &ZeVnLA-"), "Entwürfe & 日本")
  check.equal(imap4.utf7_decode("A&B"), "A&B")
  check.raises("argument", nil, imap4.utf7_encode, "\255")
  check.equal(imap4.utf7_encode(("ü"):rep(2000)):sub(1, 1), "&")
  check.equal(imap4.header_decode("=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?="), "Grüße aus Köln")
  check.equal(imap4.header_decode("plain"), "plain")
end

tests["parse reads one response"] = function()
  local octets = "* 12 FETCH (UID 7 FLAGS (\\Seen x) RFC822.SIZE 4294967296 MODSEQ (18446744073709551615) X-NOTE (1 NIL {3}\r\na\0b))\r\n"
  local response, used = imap4.parse(octets .. "* 13")
  check.equal(used, #octets)
  check.equal({ response.kind, response.name, response.number, response.raw }, { "fetch", "FETCH", 12, octets })
  check.equal(response.malformed, false)
  local message = response.message
  check.equal({ message.seq, message.uid, message.size }, { 12, 7, 4294967296 })
  check.equal(message.flags, { "\\Seen", "x" })
  check.equal(message.modseq, "18446744073709551615")
  check.equal({ message:has_flag("\\SEEN"), message:has_flag("X"), message:has_flag("y") }, { true, true, false })
  check.equal(imap4.parse("* 1 FETCH (UID"), nil)
  check.equal({ imap4.parse("* LIST (\r\n").malformed, imap4.parse("* 1 FETCH (UID x)\r\n").message.malformed }, { true, true })
  local odd = imap4.parse('* 1 FETCH (INTERNALDATE "yesterday" RFC822.SIZE x MODSEQ (-1) X-GM-MSGID y X-GM-THRID z SAVEDATE "w")\r\n').message
  check.equal({ odd.internaldate, odd.offset_minutes, odd.size, odd.modseq, odd.gm_msgid, odd.gm_thrid, odd.save_date, odd.malformed },
    { nil, nil, nil, nil, nil, nil, nil, true })
  local zero = imap4.parse('* 1 FETCH (INTERNALDATE " 1-Jan-1970 01:00:00 +0100" RFC822.SIZE 0 MODSEQ (0))\r\n').message
  check.equal({ zero.internaldate, zero.offset_minutes, zero.size, zero.modseq }, { 0, 60, 0, "0" })
  check.raises("abort", "IMAP_ERR_LIMIT", imap4.parse, octets, { max_line = 10 })
  check.raises("argument", nil, imap4.parse, 5)
  check.raises("argument", nil, imap4.parse, "* OK\r\n", { max_lines = 10 })
end

tests["a tree of nested values"] = function()
  local response = imap4.parse('* X-DATA 1 (a "b" NIL (18446744073709551615 {2}\r\nxy)) ()\r\n')
  local list = response.tree[response.tree.n - 1]
  check.equal(list.n, 4)
  check.equal({ list[1], list[2], list[3] }, { "a", "b", nil })
  check.equal(list[4], { n = 2, "18446744073709551615", "xy" })
  check.equal(response.tree[response.tree.n], { n = 0 })
  local deep = imap4.parse("* X " .. ("("):rep(5000) .. (")"):rep(5000) .. "\r\n", { max_depth = 10000 })
  local depth, at = 0, deep.tree[deep.tree.n]
  while type(at) == "table" do
    depth, at = depth + 1, at[1]
  end
  check.equal(depth, 5000)
end

tests["a freed response says so, what was read before stays"] = function()
  local response = imap4.parse("* 1 FETCH (UID 5 BODY[] {1}\r\nx)\r\n")
  local message = response.message
  check.equal(response.kind, "fetch")
  response:free()
  response:free()
  check.equal(response.kind, "fetch")
  check.equal(message.uid, 5)
  for _, read in ipairs { function() return response.raw end, function() return response:items() end,
    function() return message:section("BODY[]") end } do
    local is_ok, problem = pcall(read)
    check.equal(is_ok, false)
    check.matches(tostring(problem), "freed")
  end
  check.matches(tostring(response), "freed")
end

tests["versions, features, codes"] = function()
  check.matches(imap4.version, "^%d+%.%d+%.%d+$")
  check.matches(imap4.header_version, "^%d+%.%d+%.%d+$")
  check.equal(imap4.backend, os.getenv("IMAP4_LUA_BACKEND"))
  check.equal({ imap4.has_feature("tls"), imap4.has_feature("telepathy") }, { true, false })
  check.matches(imap4.error_text("IMAP_ERR_TIMEOUT"), "time")
  check.matches(imap4.error_text("IMAP_ERR_NONE_SUCH"), "unknown")
  check.matches(imap4.error_text("IMAP_OPT_MAX_LINE"), "unknown")
end

tests["numbers that doubles would round are texts"] = function()
  local response = imap4.parse("* X 9007199254740991 9007199254740993\r\n")
  check.equal(response.tree, { n = 3, "X", 9007199254740991, "9007199254740993" })
end

tests["poll and now"] = function()
  local began = imap4.now()
  check.equal(imap4.poll(0, "r", 0), imap4.poll(0, "r", 0))
  local backend = require "imap4.backend"
  local ours, theirs = backend.socketpair()
  check.equal(imap4.poll(ours, "r", 0.05), "")
  check.between(imap4.now() - began, 0.04, 5)
  check.equal(imap4.poll(ours, "rw", 1), "w")
  backend.fd_send(theirs, "x", 0)
  check.equal(imap4.poll(ours, "rw", 1), "rw")
  check.equal(imap4.poll(ours, "r"), "r")
  backend.fd_close(ours)
  backend.fd_close(theirs)
end

tests["classes of errors"] = function()
  local is_ok, err = pcall(imap4.Int2AP, "x")
  check.equal(is_ok, false)
  check.equal({ imap4.is(err, "argument"), imap4.is(err, "error"), imap4.is("x", "error"), imap4.is(nil, "error") },
    { true, false, false, false })
  local errors = require "imap4.errors"
  local constants = require("imap4.backend").constants
  local readonly = errors.plain(constants.IMAP_ERR_READONLY)
  check.equal({ readonly.class, imap4.is(readonly, "readonly"), imap4.is(readonly, "abort"), imap4.is(readonly, "error"),
    imap4.is(readonly, "timeout") }, { "readonly", true, true, true, false })
  check.equal(imap4.is(errors.plain(constants.IMAP_ERR_TIMEOUT), "abort"), true)
  check.equal(imap4.is(errors.plain(constants.IMAP_ERR_WOKEN), "error"), false)
end

return tests
