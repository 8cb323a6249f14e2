-- Many commands for one round trip.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected = servers.connected
local tests = {}

local function ok_peer(answer)
  return Peer.new(function(line)
    line:greet()
    line:serve(answer or function()
      return ""
    end)
  end)
end

tests["commands that are sent together"] = function()
  local conn = connected()
  local inbox, archive, nothing, noop, folders = conn:pipeline(function(queue)
    return queue:mailbox_status("INBOX"), queue:mailbox_status("Archive"), queue:mailbox_status("nothing"), queue:noop(),
      queue:mailboxes()
  end)
  check.equal({ inbox:value().messages, archive:value().messages }, { servers.messages, 3 })
  local err = check.raises("no", nil, nothing.value, nothing)
  check.raises_value(err, nothing.value, nothing)
  check.equal({ nothing:is_done(), nothing:wait() == nothing }, { true, true })
  check.ok(noop:value())
  check.ok(noop:value())
  check.is(#folders:value() > 5)
  check.equal({ conn:pipeline(function() return 1, nil, 3 end) }, { 1, nil, 3 })
  local selected, found = conn:pipeline(function(queue)
    return queue:examine_mailbox(), queue:find()
  end)
  check.equal({ selected:value().exists, #found:value() }, { servers.messages, servers.messages })
  conn:logout_and_disconnect()
end

tests["they go out at once"] = function()
  local most, peer = 0, nil
  peer = Peer.new(function(line)
    line:greet()
    line:pause(0.01)
    line:serve(function()
      local _, waiting = line.read:gsub("\n", "")
      most = math.max(most, waiting)
      return ""
    end)
  end)
  local conn = peer:open()
  local pending = {}
  conn:pipeline(function(queue)
    for i = 1, 20 do
      pending[i] = queue:create("x" .. i)
    end
  end)
  for i = 1, 20 do
    check.ok(pending[i]:value())
    check.matches(peer.commands[i], "CREATE x" .. i .. "$")
  end
  check.is(most >= 18, "most commands waited together: " .. most)
  conn:disconnect()
  peer:stop()
end

tests["a refused argument, and what cannot be queued"] = function()
  local peer = ok_peer()
  local conn = peer:open()
  local noop
  conn:pipeline(function(queue)
    noop = queue:noop()
    check.raises("argument", nil, queue.create, queue, "a\0b")
    check.raises("argument", nil, queue.command, queue, "X", true)
    check.equal(queue.each_message, nil)
    check.equal(queue.authenticate, nil)
  end)
  check.ok(noop:value())
  check.raises("argument", nil, conn.pipeline, conn, 5)
  check.raises("argument", nil, conn.pipeline, conn)
  conn:disconnect()
  peer:stop()
end

tests["a value that is asked for before the function ends"] = function()
  local peer = ok_peer(function(command)
    return command:find("^X%-ASK") and "* SEARCH " .. command:match("%d+") .. "\r\n" or ""
  end)
  local conn, last = peer:open(), nil
  local found = conn:pipeline(function(queue)
    local first, second = queue:command("X-ASK", 1), queue:command("X-ASK", 2)
    check.equal({ second:value().numbers, first:is_done(), first:value().numbers }, { { 2 }, false, { 1 } })
    last = queue:command("X-ASK", 3)
    return first
  end)
  check.equal({ found:value().numbers, last:value().numbers }, { { 1 }, { 3 } })
  check.equal(conn:noop(), "OK")
  conn:disconnect()
  peer:stop()
end

tests["a function that raises, or uses the connection"] = function()
  local peer = ok_peer(function(command)
    return command:find("^X%-ASK") and "* SEARCH 7\r\n" or ""
  end)
  local conn, mine = peer:open(), {}
  check.raises_value(mine, conn.pipeline, conn, function(queue)
    queue:noop()
    queue:noop()
    error(mine)
  end)
  check.equal(conn:command("X-ASK").numbers, { 7 })
  local queue_left
  check.raises("error", "IMAP_ERR_STATE", conn.pipeline, conn, function(queue)
    queue_left = queue
    queue:noop()
    check.equal(conn:command("X-ASK").numbers, { 7 })
  end)
  check.raises("error", "IMAP_ERR_STATE", queue_left.noop, queue_left)
  check.equal(conn:command("X-ASK").numbers, { 7 })
  conn:disconnect()
  check.raises("abort", nil, conn.pipeline, conn, function() end)
  peer:stop()
end

tests["a connection that ends in the middle"] = function()
  local count = 0
  local peer = ok_peer(function()
    count = count + 1
    return count < 3 and "" or nil
  end)
  local conn, pending = peer:open(), {}
  conn:pipeline(function(queue)
    for i = 1, 5 do
      pending[i] = queue:noop()
    end
  end)
  check.ok(pending[1]:value())
  check.ok(pending[2]:value())
  for i = 3, 5 do
    check.raises("abort", nil, pending[i].value, pending[i])
  end
  conn:disconnect()
end

return tests
