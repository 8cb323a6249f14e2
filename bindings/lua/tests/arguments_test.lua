-- Arguments that could be taken for something else: sizes, dates, tables that are inside themselves, options.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"

local tests = {}

-- A server that has what was appended in its `messages`.
local function appending_peer(capabilities)
  local messages = {}
  local peer = Peer.serving(function(command, _, line)
    while command:find("{%d+%+}$") do
      messages[#messages + 1] = line:take(tonumber(command:match("{(%d+)%+}$")))
      command = line:hear()
    end
    return ""
  end, { capabilities = "IMAP4rev1 LITERAL+ IDLE METADATA " .. (capabilities or "") })
  peer.messages = messages
  return peer
end

tests["the size beside a string is its own"] = function()
  local peer = appending_peer()
  local conn = peer:open()
  for _, size in ipairs { 2, 4, "x", -1 } do
    check.matches(check.raises("argument", nil, conn.append_message, conn, "x", "abc", { size = size }).message, "^size ")
    check.raises("argument", nil, conn.append_messages, conn, "x", { { message = "abc", size = size } })
  end
  check.equal(#peer.commands, 0)
  conn:append_message("x", "abc", { size = 3 })
  conn:append_messages("x", { { message = "a\nc", size = 3 } })
  check.equal(peer.messages, { "abc", "a\r\nc" })
  conn:disconnect()
  peer:stop()
end

tests["strings of append_messages have their line ends mended, as that of append_message"] = function()
  for _, capability in ipairs { "", "MULTIAPPEND" } do
    local peer = appending_peer(capability)
    local conn = peer:open()
    conn:append_message("x", "a\nb\r\nc\rd\r\n\n")
    conn:append_messages("x", { "a\nb\r\nc\rd\r\n\n", { message = "\n\r", verbatim = true }, { message = "\n\r" } })
    check.equal(peer.messages, { "a\r\nb\r\nc\r\nd\r\n\r\n", "a\r\nb\r\nc\r\nd\r\n\r\n", "\n\r", "\r\n\r\n" })
    conn:disconnect()
    peer:stop()
  end
end

tests["a date with a fraction is rounded down"] = function()
  local peer = appending_peer()
  local conn = peer:open()
  for date, written in pairs { [1.5] = "01-Jan-1970 00:00:01", [-1.5] = "31-Dec-1969 23:59:58", [7] = "01-Jan-1970 00:00:07" } do
    conn:append_message("x", "abc", { date = date })
    check.is(peer.commands[#peer.commands - 1]:find(written, 1, true), peer.commands[#peer.commands - 1])
  end
  for _, date in ipairs { 0 / 0, 1 / 0, -1 / 0, 1e15 } do
    check.raises("argument", nil, conn.append_message, conn, "x", "abc", { date = date })
  end
  conn:disconnect()
  peer:stop()
end

tests["a day of SEARCH is one of local time"] = function()
  local peer = appending_peer()
  local conn = peer:open()
  conn:select_mailbox()
  local function sent(date)
    conn:find { { atom = "ON" }, { search_date = date } }
    return peer.commands[#peer.commands]:match("ON (.*)$")
  end
  check.equal({ sent(os.time { year = 2024, month = 2, day = 1, hour = 0 }), sent(os.time { year = 2024, month = 2, day = 1, hour = 23 }) },
    { "1-Feb-2024", "1-Feb-2024" })
  check.equal({ sent(os.date("*t", os.time { year = 1999, month = 12, day = 31, hour = 23, min = 59, sec = 59.0 })), sent { year = 2024, month = 2, day = 30 } },
    { "31-Dec-1999", "1-Mar-2024" })
  check.equal({ sent "07-Sep-2030", sent(os.time { year = 2024, month = 2, day = 1, hour = 12 } + 0.5) }, { "07-Sep-2030", "1-Feb-2024" })
  local count = #peer.commands
  for _, wrong in ipairs { "yesterday", "1-Feb-2024 ALL", "", 1e15, 0 / 0, 1 / 0, true, {}, { year = 2024 }, 5e11 } do
    local err = check.raises("argument", nil, conn.find, conn, { { atom = "ON" }, { search_date = wrong } })
    check.matches(err.message, "^criteria must be a day")
  end
  check.equal(#peer.commands, count)
  conn:disconnect()
  peer:stop()
end

tests["a table that is inside itself"] = function()
  local peer = appending_peer()
  local conn = peer:open()
  conn:examine_mailbox()
  local said = #peer.commands
  local cyclic, named, deep = {}, {}, { "x" }
  cyclic[1], named.list = cyclic, named
  local calls = {
    { "argument 1", conn.command, "X", cyclic }, { "argument 1", conn.command, "X", named },
    { "argument 2", conn.each_row, "X", 1, cyclic }, { "criteria", conn.find, cyclic }, { "criteria", conn.find, { "ALL", { cyclic } } },
    { "message_set", conn.fetch, cyclic, "FLAGS" }, { "set", conn.fetch_messages, cyclic, "FLAGS" },
    { "set", conn.store_flags, { 1, cyclic }, "add", "x" }, { "flags", conn.store_flags, 1, "add", cyclic },
    { "entries", conn.metadata, "x", cyclic },
  }
  for _, call in ipairs(calls) do
    local err = check.raises("argument", nil, call[2], conn, (table.unpack or unpack)(call, 3))
    check.equal(err.message:sub(1, #call[1]), call[1], err.message)
  end
  check.equal(#peer.commands, said)
  for _ = 1, 90 do
    deep = { deep, "x" }
  end
  conn:command("X", deep)
  check.matches(peer.commands[#peer.commands], "^%w+ X %(%(%(")
  conn:disconnect()
  peer:stop()
end

tests["annotations without any"] = function()
  local peer = appending_peer()
  local conn = peer:open()
  for _, values in ipairs { false, {}, "x", n = 3 } do
    check.matches(check.raises("argument", nil, conn.set_metadata, conn, "INBOX", values).message, "^values ")
  end
  check.matches(check.raises("argument", nil, conn.set_metadata, conn, "INBOX", nil).message, "^values ")
  check.equal(#peer.commands, 0)
  check.equal(conn:set_metadata("INBOX", { ["/private/comment"] = false }), true)
  conn:disconnect()
  peer:stop()
end

tests["options are named as they were given"] = function()
  for _, timeout in ipairs { -5, 0, "x", 1e12 } do
    check.matches(check.raises("argument", nil, imap4.open, { host = "localhost", timeout = timeout }).message, "^timeout ")
  end
  check.matches(check.raises("argument", nil, imap4.open, { host = "localhost", stall_timeout = -5 }).message, "^stall_timeout ")
  for _, wrong in ipairs { { user = "alice", pasword = "secret" }, { usr = "alice", password = "secret" } } do
    local message = check.raises("argument", nil, imap4.open, wrong).message
    check.equal(message, "there is no option " .. (wrong.usr and "usr" or "pasword"))
  end
  local peer = appending_peer()
  local conn = peer:open()
  check.matches(check.raises("argument", nil, conn.set_option, conn, "verify", true).message, "^verify .*true")
  conn:disconnect()
  peer:stop()
end

return tests
