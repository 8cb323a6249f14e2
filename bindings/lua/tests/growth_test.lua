-- Memory does not grow with the number of rows, of responses, of calls.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local tests = {}
local MIB = 1024

local function grown(use)
  collectgarbage()
  collectgarbage()
  local before = servers.resident()
  local most = before
  use(function()
    most = math.max(most, servers.resident())
  end)
  return most - before
end

local ROWS = 100000

-- Sends all rows of a FETCH, in chunks that are made once.
local function rows_peer()
  return Peer.serving(function(command, _tag, line)
    if not command:find("FETCH") then
      return "* 1 EXISTS\r\n"
    end
    for first = 1, ROWS, 1000 do
      local lines = {}
      for i = first, first + 999 do
        lines[#lines + 1] = ('* %d FETCH (UID %d FLAGS (\\Seen x%d) RFC822.SIZE %d INTERNALDATE "17-Jul-1996 02:44:25 -0700")\r\n')
          :format(i, i, i % 7, i)
      end
      line:say(table.concat(lines))
    end
    return ""
  end)
end

tests["a hundred thousand rows, streamed"] = function()
  local peer = rows_peer()
  local conn = peer:open()
  conn:select_mailbox()
  local uids, sizes, flags, dates, count = 0, 0, 0, 0, 0
  local growth = grown(function(look)
    local rows = conn:each_message("1:*", "UID FLAGS RFC822.SIZE INTERNALDATE")
    local message = rows:next()
    while message do
      count = count + 1
      uids, sizes, flags = uids + message.uid, sizes + message.size, flags + #message.flags
      dates = dates + (message.internaldate == 837596665 and 1 or 0)
      if count % 10000 == 0 then
        look()
      end
      message = rows:next()
    end
  end)
  check.equal({ count, uids, sizes, flags, dates }, { ROWS, ROWS * (ROWS + 1) / 2, ROWS * (ROWS + 1) / 2, 2 * ROWS, ROWS })
  check.between(growth, -1e9, 24 * MIB, "KiB for " .. ROWS .. " rows")
  conn:disconnect()
  peer:stop()
end

tests["a hundred thousand parsed responses of 64 KiB, dropped"] = function()
  local octets = "* 1 FETCH (UID 1 BODY[] {65536}\r\n" .. ("x"):rep(65536) .. ")\r\n"
  for _ = 1, 2000 do
    imap4.parse(octets)
  end
  local fetched = 0
  local growth = grown(function(look)
    for i = 1, 100000 do
      if imap4.parse(octets).kind == "fetch" then
        fetched = fetched + 1
      end
      if i % 5000 == 0 then
        look()
      end
    end
  end)
  check.equal(fetched, 100000)
  check.between(growth, -1e9, 96 * MIB, "KiB")
end

tests["kept messages go when they are dropped"] = function()
  local body = ("y"):rep(65536)
  local peer = Peer.serving(function(command, _tag, line)
    if command:find("FETCH") then
      for i = 1, 2000 do
        line:say("* " .. i .. " FETCH (UID " .. i .. " BODY[] {65536}\r\n" .. body .. ")\r\n")
      end
    end
    return ""
  end)
  local conn, count = peer:open(), 0
  conn:select_mailbox()
  local growth = grown(function(look)
    local rows = conn:each_message("1:*", "UID BODY.PEEK[]")
    local message = rows:next()
    while message do
      message:keep()
      count = count + (#message:section("BODY[]") == 65536 and 1 or 0)
      if count % 100 == 0 then
        look()
      end
      message = rows:next()
    end
  end)
  check.equal(count, 2000)
  check.between(growth, -1e9, 96 * MIB, "KiB")
  conn:disconnect()
  peer:stop()
end

tests["many calls, errors, iterators and coroutines that are dropped"] = function()
  local peer = Peer.serving(function(command)
    return command:find("FETCH") and "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n" or "* SEARCH 7\r\n"
  end)
  local conn = peer:open()
  local wait = peer:waiter()
  conn:select_mailbox()
  local function round(i)
    conn:on_wait(wait)
    assert(conn:command("X-ASK").numbers[1] == 7)
    assert(not pcall(conn.create, conn, "a\0"))
    assert(conn:each_message("1:*", "UID"):next().uid == 1)
    conn:pipeline(function(queue) queue:noop() end)
    conn:on_wait(coroutine.yield)
    coroutine.resume(coroutine.create(function() conn:command("X-LEFT") end))
    peer.commands = {}
    return i
  end
  for i = 1, 150 do
    round(i)
  end
  local growth = grown(function(look)
    for i = 1, 600 do
      round(i)
    end
    collectgarbage()
    look()
  end)
  check.between(growth, -1e9, 4 * MIB, "KiB")
  conn:disconnect()
  peer:stop()
end

return tests
