-- Wait functions, coroutines under a scheduler of this file, libuv, wakeup.
local backend = require "imap4.backend"
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected = servers.connected
local tests = {}

-- A scheduler: tasks yield what they wait for.
local function schedule(tasks)
  local waiting, problem = {}, nil
  local function go_on(task, ...)
    local is_ok, fd, events, seconds = coroutine.resume(task, ...)
    if not is_ok then
      problem = problem or fd
    elseif coroutine.status(task) == "suspended" then
      waiting[task] = { fd = fd, events = events, till = seconds and imap4.now() + seconds }
    end
  end
  for _, task in ipairs(tasks) do
    go_on(coroutine.create(task))
  end
  local till = imap4.now() + 20
  while next(waiting) do
    assert(imap4.now() < till, "the scheduler hangs")
    local ready = {}
    for task, want in pairs(waiting) do
      local seen = want.fd and imap4.poll(want.fd, want.events, 0) or ""
      if seen ~= "" or (want.till and imap4.now() >= want.till) then
        ready[task] = seen
      end
    end
    for task, seen in pairs(ready) do
      waiting[task] = nil
      go_on(task, seen)
    end
    if not next(ready) then
      backend.poll(-1, "", 0.001)
    end
  end
  if problem then
    error(problem, 0)
  end
end

local function sleep(seconds)
  coroutine.yield(nil, "", seconds)
end

local sessions = 0

-- What one coroutine does with a connection; without for loops over rows, as Lua 5.1 has to.
local function session()
  sessions = sessions + 1
  local mailbox = ("Session %s %d"):format(servers.way, sessions)
  local conn = connected { wait = coroutine.yield }
  local found = {}
  found.exists = conn:examine_mailbox().exists
  local rows = conn:each_message("1:*", "UID FLAGS BODY.PEEK[]")
  local message = rows:next()
  while message do
    found.count = (found.count or 0) + 1
    sleep(0.001)
    message = rows:next()
  end
  local one, other = conn:pipeline(function(queue)
    return queue:mailbox_status("INBOX"), queue:noop()
  end)
  found.status, found.noop = one:value().messages, (other:value())
  local idler = conn:idle(5)
  while idler:next(0.05) do
    found.events = (found.events or 0) + 1
  end
  idler:close()
  conn:create(mailbox)
  found.uid = conn:append_message(mailbox, "Subject: x\n\nx\n").uid
  conn:select_mailbox(mailbox)
  conn:store_flags("1:*", "add", "\\Deleted")
  found.gone = #conn:expunge_messages()
  conn:unselect()
  conn:delete(mailbox)
  conn:logout_and_disconnect()
  return found
end

tests["several coroutines do everything at the same time"] = function()
  local found, order = {}, {}
  local tasks = {}
  for i = 1, 3 do
    tasks[i] = function()
      order[#order + 1] = "begin"
      found[i] = session()
      order[#order + 1] = "end"
    end
  end
  schedule(tasks)
  for i = 1, 3 do
    check.equal({ found[i].exists, found[i].count, found[i].status, found[i].noop }, { 12, 12, 12, "OK" })
    check.equal({ found[i].uid, found[i].gone }, { 1, 1 })
  end
  check.equal(table.concat(order, " "), "begin begin begin end end end")
end

tests["luv drives a coroutine"] = function()
  local uv = require "luv"
  local timer = uv.new_timer()
  local task, found
  local go_on
  local function wait(fd, events, seconds)
    local poll = uv.new_poll(fd)
    local function stop(seen)
      if not poll:is_closing() then
        poll:close()
        timer:stop()
        go_on(seen)
      end
    end
    poll:start(events, function(_, seen)
      stop(seen)
    end)
    if seconds then
      uv.update_time()
      timer:start(math.ceil(seconds * 1000), 0, function() stop("") end)
    end
  end
  function go_on(seen)
    local is_ok, fd, events, seconds = coroutine.resume(task, seen)
    if not is_ok then
      timer:close()
      error(fd, 0)
    elseif coroutine.status(task) == "dead" then
      timer:close()
    elseif fd then
      wait(fd, events, seconds)
    else
      timer:start(math.ceil(seconds * 1000), 0, function() go_on("") end)
    end
  end
  local ticks, ticker = 0, uv.new_timer()
  ticker:start(1, 1, function() ticks = ticks + 1 end)
  task = coroutine.create(function()
    found = session()
    ticker:close()
  end)
  go_on()
  uv.run()
  check.equal({ found.exists, found.count, found.status, found.noop }, { 12, 12, 12, "OK" })
  check.is(ticks > 10, "the loop went round while calls waited")
end

-- The resolver's answer comes over a descriptor, which is waited for like any other. Nobody listens there, so nothing else
-- is ever waited for reading; and the answer may be there before anybody looks, hence several tries.
tests["others run while a host name is resolved"] = function()
  local uv = require "luv"
  local order
  local function task()
    imap4.open { host = "localhost", port = 1, tls = "none", wait = function(fd, events, seconds)
      order[#order + 1] = events
      check.is(fd >= 0 and seconds > 1)
      return coroutine.yield(fd, events, seconds)
    end }
  end
  local function other()
    order[#order + 1] = "other"
  end
  local function by_luv()
    local thread, problem = coroutine.create(task), nil
    local function go_on(...)
      local is_ok, fd, events = coroutine.resume(thread, ...)
      if not is_ok then
        problem = fd
      else
        local poll = uv.new_poll(fd)
        poll:start(events, function(_, seen)
          poll:close()
          go_on(seen)
        end)
      end
    end
    local timer = uv.new_timer()
    timer:start(0, 0, function()
      timer:close()
      other()
    end)
    go_on()
    uv.run()
    error(problem, 0)
  end
  for _, run in ipairs { function() schedule { task, other } end, by_luv } do
    local tries, said = 0, nil
    repeat
      order, tries = {}, tries + 1
      check.raises("system", nil, run)
      said = table.concat(order, " ")
      check.is(tries < 100, said)
    until said == "r other"
  end
end

tests["others run while one waits"] = function()
  local peer = Peer.serving(function(_, _tag, line)
    line:pause(0.1)
    return ""
  end)
  local ticks, done = 0, false
  schedule {
    function()
      local conn = peer:open { wait = coroutine.yield }
      conn:noop()
      done = true
      conn:disconnect()
    end,
    function()
      while not done do
        ticks = ticks + 1
        peer:step()
        sleep(0.002)
      end
    end,
  }
  check.is(ticks > 20)
  peer:stop()
end

tests["a second coroutine on one connection is told that it is in use"] = function()
  local peer = Peer.serving(function(_, _tag, line)
    line:pause(0.05)
    return "* SEARCH 7\r\n"
  end)
  local conn, problem, answer, done
  schedule {
    function()
      conn = peer:open { wait = coroutine.yield }
      answer = conn:command("X-FIRST").numbers
      done = true
    end,
    function()
      while not conn or not conn._call do
        peer:step()
        sleep(0.001)
      end
      problem = select(2, pcall(conn.noop, conn))
      while not done do
        peer:step()
        sleep(0.001)
      end
    end,
  }
  check.equal({ problem.code, imap4.is(problem, "error"), answer }, { "IMAP_ERR_BUSY", true, { 7 } })
  conn:on_wait(peer:waiter())
  check.equal(conn:command("X-AGAIN").numbers, { 7 })
  conn:disconnect()
  peer:stop()
end

tests["a coroutine that is dropped in a wait leaves the connection usable"] = function()
  local peer = Peer.serving(function(command, _tag, line)
    line:pause(0.005)
    return "* SEARCH " .. command:match("%d+$") .. "\r\n"
  end)
  local conn = peer:open()
  for i = 1, 20 do
    conn:on_wait(coroutine.yield)
    do
      local task = coroutine.create(function() return conn:command("X-ASK", i) end)
      assert(coroutine.resume(task))
      check.equal(coroutine.status(task), "suspended")
    end
    conn:on_wait(peer:waiter())
    check.equal(conn:command("X-ASK", i + 100).numbers, { i + 100 })
  end
  conn:disconnect()
  peer:stop()
end

tests["disconnect ends the call of another coroutine"] = function()
  local peer = Peer.serving(function() return false end)
  local conn = peer:open()
  conn:on_wait(coroutine.yield)
  local task = coroutine.create(function() conn:noop() end)
  assert(coroutine.resume(task))
  conn:disconnect()
  local is_ok, err = coroutine.resume(task)
  check.equal({ is_ok, imap4.is(err, "error"), conn:is_closed() }, { false, true, true })
  check.is(err.code == "IMAP_ERR_CLOSED" or err.code == "IMAP_ERR_BUSY", err.code)
  peer:stop()
end

tests["the wait function is told what to wait for"] = function()
  local peer = Peer.serving(function(_, _tag, line)
    line:pause(0.01)
    return ""
  end)
  local step, told = peer:waiter(), {}
  local conn = peer:open { call_timeout = 30, wait = function(fd, events, seconds)
    told[events] = true
    check.equal(fd, peer.client_fd)
    check.is(seconds and seconds >= 0 and seconds <= 61, seconds)
    return step(fd, events, seconds)
  end }
  check.ok(conn:noop())
  check.is(told.r)
  for events in pairs(told) do
    check.matches(events, "^r?w?$")
  end
  told = {}
  conn:on_wait(step)
  check.ok(conn:noop())
  check.equal(told, {})
  check.raises("argument", nil, conn.on_wait, conn, 5)
  conn:disconnect()
  peer:stop()

  conn = connected { wait = imap4.poll }
  check.ok(conn:noop())
  conn:on_wait(nil)
  check.ok(conn:noop())
  conn:logout_and_disconnect()
end

tests["wakeup and resume"] = function()
  local is_answering = false
  local peer = Peer.serving(function(command)
    if command == "IDLE" then
      return ""
    end
    while not is_answering do
      coroutine.yield("time")
    end
    return "* SEARCH 7\r\n"
  end)
  local conn = peer:open()
  local step, turns = peer:waiter(), 0
  conn:on_wait(function(...)
    turns = turns + 1
    if turns == 3 then
      conn:wakeup()
    end
    step(...)
  end)
  check.raises("interrupted", "IMAP_ERR_WOKEN", conn.command, conn, "X-ASK")
  turns = 0
  check.raises("interrupted", "IMAP_ERR_WOKEN", conn.resume, conn)
  is_answering = true
  check.equal(conn:resume().numbers, { 7 })
  check.raises("argument", nil, conn.resume, conn)
  -- Another command instead: the first one's answer is dropped.
  is_answering, turns = false, 0
  check.raises("interrupted", nil, conn.command, conn, "X-ASK")
  is_answering = true
  check.equal(conn:command("X-OTHER").numbers, { 7 })
  turns = 0
  local idler = conn:idle()
  turns = 0
  check.raises("interrupted", nil, idler.next, idler, 10)
  idler:close()
  check.ok(conn:noop())
  conn:disconnect()
  peer:stop()
end

if servers.is_plain_51 then
  tests["for loops over rows say that Lua 5.1 cannot yield there"] = function()
    local conn = connected { wait = function(...) return imap4.poll(...) end }
    conn:examine_mailbox()
    check.raises("argument", nil, function()
      for _ in conn:each_message("1:*", "UID") do
        error("no row can come")
      end
    end)
    check.equal(#conn:find(), servers.messages)
    conn:logout_and_disconnect()
  end
else
  tests["for loops over rows may yield"] = function()
    local count, octets = 0, 0
    schedule { function()
      local conn = connected { wait = coroutine.yield }
      conn:examine_mailbox()
      for message in conn:each_message("1:*", "UID BODY.PEEK[]") do
        count, octets = count + 1, octets + #message:section("BODY[]")
      end
      for typ in conn:idle(0.05) do
        check.equal(typ, "OK")
      end
      local is_ok, value = pcall(conn.find, conn)
      check.equal({ is_ok, #value }, { true, 12 })
      imap4.with({ host = servers.host, port = servers.tls_port, ca_file = servers.ca_file, user = servers.user,
        password = servers.password, wait = coroutine.yield }, function(inner) check.ok(inner:noop()) end)
      conn:logout_and_disconnect()
    end }
    check.equal(count, servers.messages)
    check.is(octets > 1000)
  end
end

return tests
