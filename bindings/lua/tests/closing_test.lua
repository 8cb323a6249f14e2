-- The end of connections: explicit, by the collector, in any order, in a loop; nothing stays open.
local backend = require "imap4.backend"
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected = servers.connected
local tests = {}

local function collect()
  for _ = 1, 4 do
    collectgarbage()
  end
end

tests["dropped connections close their descriptors"] = function()
  connected():disconnect()
  collect()
  local before = servers.descriptors()
  for i = 1, 30 do
    local conn = connected()
    if i % 3 == 0 then
      conn:examine_mailbox()
      conn:each_message("1:*", "UID BODY.PEEK[]"):next()
    elseif i % 3 == 1 then
      conn:idle(10)
    end
  end
  collect()
  check.between(servers.descriptors(), 0, before + 2)
end

tests["a failed opening closes its descriptors at once"] = function()
  collect()
  local before = servers.descriptors()
  collectgarbage("stop")
  for _, more in ipairs { {}, { mechanism = "PLAIN" }, { mechanism = "NONSENSE" }, { wait = false } } do
    more.password = "wrong"
    if more.wait == false then -- which raises
      more.wait = function() error(more) end
    end
    for _ = 1, 3 do
      check.equal((pcall(connected, more)), false)
    end
  end
  if servers.is_plain_51 then -- no yield can pass a pcall: the collector sees to those with a wait function
    collect()
  end
  -- A thread that resolves a name ends by itself, and who counts may see one pipe of the counting more.
  local till, after = imap4.now() + 2, nil
  repeat
    backend.poll(-1, "", 0.01)
    after = servers.descriptors()
  until after <= before or imap4.now() > till
  collectgarbage("restart")
  check.between(after, 0, before)
end

tests["objects go in any order"] = function()
  for i = 1, 12 do
    local conn = connected()
    conn:examine_mailbox()
    local response = conn:command("FETCH", { 1, 2, 3 }, { items = "UID BODY.PEEK[]" })
    local rows, messages, left = response.rows, response.messages, conn:each_message("1:*", "UID BODY.PEEK[]")
    local first = left:next()
    local pending
    conn:pipeline(function(queue) pending = queue:noop() end)
    if i % 2 == 0 then
      conn:disconnect()
    end
    if i % 3 == 0 then
      response = nil
    elseif i % 3 == 1 then
      conn = nil
    end
    collect()
    check.is(#messages[3]:section("BODY[]") > 50)
    check.equal({ rows[1].kind, first.uid, rows[2].message.uid }, { "fetch", 1, 2 })
    if response then
      check.equal(response.status, "OK")
      response:free()
      check.is(not pcall(messages[1].section, messages[1], "BODY[]"))
    end
    if pending and conn and not conn:is_closed() then
      check.ok(pending:value())
    end
  end
end

tests["a row in a loop survives the end of its connection, kept or not"] = function()
  local conn = connected()
  conn:examine_mailbox()
  local rows = conn:each_message("1:*", "UID ENVELOPE")
  local message = rows:next()
  conn:disconnect()
  check.equal(message.uid, 1)
  check.is(message.envelope.subject, "disconnect keeps the row that a loop looks at")
  check.raises("abort", nil, rows.next, rows)
  rows:close()
end

tests["shutdown"] = function()
  local conn = connected()
  conn:shutdown()
  check.equal({ conn:socket(), conn.state }, { nil, "AUTH" })
  check.matches(conn.welcome, "OK")
  check.raises("abort", nil, conn.noop, conn)
  conn:logout_and_disconnect()
  check.equal(conn:is_closed(), true)
end

tests["descriptors of the caller's"] = function()
  local peer = Peer.serving(function() return "" end)
  local conn = peer:open { keep_fds = true }
  check.ok(conn:noop())
  conn:disconnect()
  check.equal(imap4.poll(peer.client_fd, "w", 1), "w", "it is still open")
  backend.fd_close(peer.client_fd)
  peer:stop()
end

tests["two descriptors, with a wait function and without"] = function()
  for _, has_wait in ipairs { true, false } do
    local commands = {}
    local conn
    if has_wait then
      local peer = Peer.serving(function(command)
        commands[#commands + 1] = command
        return ""
      end)
      -- The same socket under two numbers would be one; a shell copies between two pairs instead.
      conn = peer:open { write_fd = peer.client_fd }
      check.ok(conn:noop())
      peer:stop()
    else
      local ours, theirs = backend.socketpair()
      local mine, yours = backend.socketpair()
      backend.fd_send(theirs, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", 0)
      conn = imap4.open { read_fd = ours, write_fd = mine, tls = "none", secure = true, call_timeout = 0.3 }
      check.raises("timeout", nil, conn.noop, conn)
      check.matches(backend.fd_read(yours, 1000), "NOOP\r\n$")
      backend.fd_close(theirs)
      backend.fd_close(yours)
    end
    conn:disconnect()
  end
end

tests["a child that will not end"] = function()
  local conn = imap4.open { command = "printf '* PREAUTH [CAPABILITY IMAP4rev1] hi\\r\\n'; exec sleep 30", secure = true,
    tls = "none" }
  check.is(conn:child_pid())
  local began = imap4.now()
  conn:disconnect()
  check.between(imap4.now() - began, 0, 5)
end

return tests
