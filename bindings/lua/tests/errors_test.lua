-- What ends a connection, what functions of the caller raise, connections over an object of the caller's.
local backend = require "imap4.backend"
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected, scenario = servers.connected, servers.scenario
local tests = {}

local function asking_peer()
  return Peer.serving(function(command)
    return command:find("^X%-ASK") and "* SEARCH " .. command:match("%d+") .. "\r\n" or ""
  end)
end

tests["BYE, a closed and a stalled connection"] = function()
  local conn = scenario("bye-during-fetch")
  conn:select()
  local err = check.raises("abort", "IMAP_ERR_BYE", conn.fetch, conn, "1:2", "FLAGS")
  check.equal({ err.class, err.response_code }, { "abort", "UNAVAILABLE" })
  check.matches(err.message, "going down for maintenance")
  check.equal(conn:socket(), nil)
  check.raises("abort", nil, conn.noop, conn)
  conn:disconnect()
  conn = scenario("close-in-literal")
  conn:select()
  check.raises("abort", nil, conn.fetch, conn, "1", "BODY[]")
  conn:disconnect()
  conn = scenario("stall-in-literal", { stall_timeout = 0.2 })
  conn:select()
  local rows = conn:each_message("1", "BODY[]", { uid = false })
  check.raises("timeout", "IMAP_ERR_TIMEOUT", rows.next, rows)
  check.equal(rows:next(), nil)
  check.raises("abort", nil, conn.noop, conn)
  conn:disconnect()
end

tests["messages name no function of C"] = function()
  local errors = require "imap4.errors"
  check.equal(errors.worded("imap_wait: no command of this id is waiting"), "no command of this id is waiting")
  check.equal(errors.worded("IDLE: use imap_idle_begin"), "IDLE: use idle")
  check.equal(errors.worded("SELECT: imap_waiting, imap_x: no"), "SELECT: imap_waiting, imap_x: no", "a mailbox")
  check.equal(imap4.error_text("IMAP_ERR_WOKEN"), "wakeup ended the wait")
  -- All that the library's messages name.
  local files = assert(io.popen("grep -rhoE '^[^/]*\"[^\"]*imap_[a-z_]+[^\"]*\"' --include=*.rs --exclude=*tests.rs --exclude-dir=tests '"
    .. os.getenv("IMAP4_TEST_ROOT") .. "/src'"))
  local count = 0
  for line in files:lines() do
    for name in line:match('"(.*)"'):gmatch("imap_%l[%l_]*") do
      if not line:find("export_name", 1, true) then
        count = count + 1
        check.equal(errors.worded("x " .. name):find("imap_", 1, true), nil, line)
      end
    end
  end
  files:close()
  check.between(count, 20, 200)
  local conn = connected()
  for name, method in pairs { IDLE = "idle", STARTTLS = "starttls", AUTHENTICATE = "authenticate" } do
    check.matches(check.raises("argument", nil, conn.command, conn, name).message, "use " .. method)
  end
  conn:shutdown()
  check.matches(check.raises("abort", nil, conn.noop, conn).message, "closed by shutdown")
  conn:disconnect()
end

tests["a program that cannot be run"] = function()
  local err = check.raises("abort", "IMAP_ERR_CLOSED", imap4.open, { command = "/nonexistent 2>/dev/null" })
  check.matches(err.message, "exit status 127: the command was not found")
  check.matches(check.raises("abort", nil, imap4.IMAP4_stream, "exit 3").message, "exit status 3$")
end

tests["an opening that fails"] = function()
  local err = check.raises("timeout", "IMAP_ERR_TIMEOUT", scenario, "silent", { timeout = 0.2 })
  check.matches(err.message, "connect_timeout") -- by its name in Lua
  check.raises("error", nil, scenario, "garbage-greeting")
  check.raises("abort", nil, scenario, "bye-greeting")
  check.raises("abort", nil, scenario, "greeting-close")
  check.raises("error", "IMAP_ERR_TLS_REFUSED", scenario, "starttls-refused", { tls = "starttls" })
  check.raises("tls", nil, scenario, "starttls-garbage", { tls = "starttls", verify = false })
  local conn = scenario("login-refused", { user = false })
  for _ = 1, 2 do
    check.raises("error", "IMAP_ERR_AUTH", conn.login, conn, "alice", "wrong")
  end
  check.ok(conn:login("alice", "secret"))
  conn:disconnect()
  check.raises("error", "IMAP_ERR_INSECURE", scenario, "logindisabled")
  local err = check.raises("system", "IMAP_ERR_SYSTEM", imap4.open, { host = "127.0.0.1", port = 1, tls = "none" })
  check.equal({ err.errno, imap4.is(err, "abort") }, { 111, true })
  err = check.raises("system", "IMAP_ERR_RESOLVE", imap4.open, { host = "no-such-host.invalid" })
  check.is(err.message:find("no-such-host.invalid", 1, true))
  check.raises("tls", "IMAP_ERR_TLS_VERIFY", imap4.open, { host = servers.host, port = servers.port, tls = "starttls" })
end

tests["a function that raises in the middle leaves the connection usable"] = function()
  local peer, mine = asking_peer(), {}
  local conn = peer:open { trace_level = 3 }
  for i = 1, 30 do
    local turns, wait = 0, peer:waiter()
    local limit = i % 4 + 1
    conn:on_wait(function(...)
      turns = turns + 1
      if turns == limit then
        error(mine)
      end
      return wait(...)
    end)
    local is_ok, answer = pcall(conn.command, conn, "X-ASK", i)
    check.is(is_ok and answer.numbers[1] == i or answer == mine)
    conn:on_wait(wait)
    check.equal(conn:command("X-ASK", i + 1000).numbers, { i + 1000 })
  end
  conn:on_trace(function() error(mine) end)
  check.raises_value(mine, conn.noop, conn)
  conn:on_trace(nil)
  check.equal(conn:command("X-ASK", 5).numbers, { 5 })
  -- A function that uses the connection takes its call back.
  local inner
  conn:on_trace(function()
    conn:on_trace(nil)
    inner = conn:command("X-ASK", 6).numbers
  end)
  check.raises("error", "IMAP_ERR_BUSY", conn.noop, conn)
  check.equal(inner, { 6 })
  check.equal(conn:command("X-ASK", 7).numbers, { 7 })
  conn:on_trace(function() conn:disconnect() end)
  check.raises("error", nil, conn.noop, conn)
  check.equal(conn:is_closed(), true)
  peer:stop()
end

tests["a function that raises while opening and logging in"] = function()
  local before, mine = servers.descriptors(), {}
  for round = 1, 36 do
    local limit, turns = (round - 1) % 12 + 1, 0
    local is_ok, problem = pcall(connected, { wait = function(...)
      turns = turns + 1
      if turns == limit then
        error(mine)
      end
      return imap4.poll(...)
    end })
    if is_ok then
      problem:disconnect()
    end
    check.is(is_ok or problem == mine)
  end
  collectgarbage()
  collectgarbage()
  check.between(servers.descriptors(), 0, before + 2)
end

-- An object of the caller's over a peer: octets never go through a descriptor that the library has.
local function object_of(peer, opts)
  opts = opts or {}
  return {
    read = function(_, most, seconds)
      peer:step()
      local octets, again = backend.fd_read(peer.client_fd, opts.most or most)
      if octets == nil and again then
        imap4.poll(peer.client_fd, "r", math.min(seconds or 0.002, 0.002))
        return ""
      end
      return octets ~= "" and octets or nil
    end,
    write = function(_, octets)
      local count = math.min(#octets, opts.most or #octets)
      backend.fd_send(peer.client_fd, octets:sub(1, count), 0)
      peer:step()
      return count
    end,
    close = function()
      opts.is_closed = true
      backend.fd_close(peer.client_fd)
    end,
  }
end

tests["an object in place of a socket"] = function()
  for _, most in ipairs { 65536, 7 } do
    local body = ("x"):rep(20000)
    local peer = Peer.serving(function(command, _tag, line)
      local size = command:match("{(%d+)}$")
      if size then
        line:say("+ go on\r\n")
        check.equal(line:take(tonumber(size)) == body, true)
        line:hear()
      end
      return command:find("FETCH") and "* 1 FETCH (UID 1 BODY[] {20000}\r\n" .. body .. ")\r\n" or ""
    end, { capabilities = "IMAP4rev1" })
    local opts = { most = most }
    local conn = imap4.open { io = object_of(peer, opts), tls = "none", secure = true }
    conn:select_mailbox()
    check.equal(conn:fetch_message(1, "BODY[]"):section("BODY[]") == body, true)
    check.equal(conn:append_message("x", body, { verbatim = true }), nil)
    check.equal(opts.is_closed, nil)
    conn:logout_and_disconnect()
    check.equal(opts.is_closed, true)
    peer:stop()
  end
end

tests["an object that is not secure carries no password and no token"] = function()
  local peer = asking_peer()
  local conn = imap4.open { io = object_of(peer), tls = "none" }
  for _, mechanism in ipairs { "PLAIN", "login", "OAUTHBEARER", "XOAuth2" } do
    check.raises("error", "IMAP_ERR_INSECURE", conn.authenticate, conn, mechanism, function()
      return "secret"
    end)
  end
  check.raises("error", "IMAP_ERR_INSECURE", conn.login, conn, "alice", "secret")
  check.equal(conn:command("X-ASK", 1).numbers, { 1 })
  conn:disconnect()
  peer:stop()
end

tests["an object that raises, fails or ends"] = function()
  local mine = {}
  for _, what in ipairs { "raises", "ends", "refuses" } do
    local peer = asking_peer()
    local object, is_armed = object_of(peer), false
    local read, write = object.read, object.write
    object.read = function(...)
      if is_armed and what == "raises" then
        error(mine)
      elseif is_armed and what == "ends" then
        return nil
      end
      return read(...)
    end
    object.write = function(...)
      if is_armed and what == "refuses" then
        return nil, "no paper"
      end
      return write(...)
    end
    local conn = imap4.open { io = object, tls = "none", secure = true }
    check.equal(conn:command("X-ASK", 1).numbers, { 1 })
    is_armed = true
    local is_ok, problem = pcall(conn.command, conn, "X-ASK", 2)
    check.equal(is_ok, false)
    if what == "raises" then
      check.is(problem == mine)
      is_armed = false
      check.equal(conn:command("X-ASK", 3).numbers, { 3 })
    elseif what == "refuses" then
      check.matches(problem.message, "no paper")
    else
      check.is(imap4.is(problem, "abort"))
    end
    conn:disconnect()
    conn:disconnect()
    peer:stop()
  end
end

tests["with"] = function()
  local opts = { host = servers.host, port = servers.tls_port, ca_file = servers.ca_file, user = servers.user,
    password = servers.password }
  local left, mine = nil, {}
  check.equal({ imap4.with(opts, function(conn)
    left = conn
    return conn:examine_mailbox().exists, nil, 3
  end) }, { 12, nil, 3 })
  check.equal(left:is_closed(), true)
  check.raises_value(mine, imap4.with, opts, function(conn)
    left = conn
    error(mine)
  end)
  check.equal(left:is_closed(), true)
  check.raises("argument", nil, imap4.with, opts, 5)
  imap4.with(opts, function(conn) conn:logout() end)
  imap4.with(opts, function(conn) conn:disconnect() end)
end

return tests
