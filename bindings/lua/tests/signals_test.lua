-- Ctrl-C in a program of its own that waits in this library, and a child that inherits a connection by fork.
local check = require "check"
local imap4 = require "imap4"
local servers = require "servers"
local uv = require "luv"

local tests = {}

local SOON = 0.5

-- ---- A server in libuv's loop ------------------------------------------------------------------

local function after(seconds, call)
  local timer = uv.new_timer()
  timer:start(math.ceil(seconds * 1000), 0, function()
    timer:close()
    call()
  end)
end

-- Answers commands one after another: answer(say, command) gives the untagged lines, and seconds after which they go out;
-- false: nothing. IDLE is answered here. Without a function it listens and says nothing. Gives the socket and its port.
local function server(answer)
  local listening = uv.new_tcp()
  assert(listening:bind("127.0.0.1", 0))
  listening:listen(8, function()
    local line, heard, idle_tag, is_busy = uv.new_tcp(), "", nil, false
    listening:accept(line)
    local function say(text)
      if not line:is_closing() then
        line:write(text)
      end
    end
    local function next_line()
      local said, rest = heard:match("^(.-)\r\n(.*)$")
      if not said or is_busy then
        return
      end
      heard = rest
      local tag, command = said:match("^(%S+) (.*)$")
      if said == "DONE" then
        say(idle_tag .. " OK done\r\n")
      elseif command == "IDLE" then
        idle_tag = tag
        say("+ idling\r\n")
      else
        local text, seconds = answer(say, command)
        is_busy = true
        after(seconds or 0, function()
          is_busy = false
          if text then
            say(text .. tag .. " OK done\r\n")
          end
          next_line()
        end)
      end
      next_line()
    end
    if answer then
      say("* PREAUTH [CAPABILITY IMAP4rev1 IDLE LITERAL+] ready\r\n")
    end
    line:read_start(function(_, octets)
      if not octets then
        return line:is_closing() or line:close()
      elseif answer then
        heard = heard .. octets
        next_line()
      end
    end)
  end)
  return listening, listening:getsockname().port
end

-- ---- A program ---------------------------------------------------------------------------------

local HEAD = [[
  io.stdout:setvbuf("line")
  local imap4 = require "imap4"
  local PORT = tonumber(os.getenv("TEST_PORT"))
  local conn
  local function open(more)
    local given = more or {}
    given.host, given.port, given.tls = "127.0.0.1", PORT, given.tls or "none"
    conn = imap4.open(given)
  end
  local function ready() print("ready") end
  local is_ok, problem = pcall(function() ]]
local TAIL = [[ end)
  print(is_ok and "not interrupted" or tostring(problem):match("interrupted!") or tostring(problem))
  if conn then
    is_ok, problem = pcall(conn.noop, conn)
    print(is_ok and "usable" or imap4.is(problem, "abort") and not conn:socket() and "dead" or tostring(problem))
  else
    print("none")
  end]]

local function interpreter()
  local first = -1
  while arg[first - 1] do
    first = first - 1
  end
  return arg[first]
end

-- Runs code, and sends SIGINT 0.2 s after it said "ready". Gives its second line, what became of the connection, and how
-- long the first one took to come.
local function interrupted(code, port)
  local out, said, sent, took = uv.new_pipe(false), "", nil, nil
  uv.os_setenv("TEST_PORT", tostring(port))
  local timer, process = uv.new_timer(), nil
  process = uv.spawn(interpreter(), { args = { "-e", HEAD .. code .. TAIL }, stdio = { nil, out, 2 } }, function()
    process:close()
    timer:close()
  end)
  timer:start(8000, 0, function() process:kill("sigkill") end)
  out:read_start(function(_, octets)
    if not octets then
      return out:close()
    end
    said = said .. octets
    if said:find("^ready\n") and not sent then
      sent = 0
      after(0.2, function()
        sent = imap4.now()
        process:kill("sigint")
      end)
    elseif sent and not took then
      took = imap4.now() - sent
    end
  end)
  while not (process:is_closing() and out:is_closing()) do
    uv.run("once")
  end
  uv.run("nowait")
  check.matches(said, "^ready\ninterrupted!\n")
  check.between(took, 0, SOON, "seconds until the program knew")
  return said:match("([^\n]*)\n$")
end

local function with_server(answer, use)
  local listening, port = server(answer)
  local is_ok, problem = pcall(use, port)
  listening:close()
  uv.run("nowait")
  if not is_ok then
    error(problem, 0)
  end
end

tests["Ctrl-C while connecting"] = function()
  -- A socket that takes no connection any more: what is sent to it is lost.
  local full = io.popen([[python3 -c '
import socket, sys, time
full = socket.socket()
full.bind(("127.0.0.1", 0))
full.listen(0)
kept = []
for _ in range(3):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(full.getsockname())
    kept.append(one)
print(full.getsockname()[1], flush=True)
time.sleep(1)']])
  local port = full:read("*l")
  check.equal(interrupted("ready() open()", port), "none")
  full:close()
end

tests["Ctrl-C in the greeting and in the TLS handshake"] = function()
  with_server(nil, function(port)
    check.equal(interrupted("ready() open()", port), "none")
    check.equal(interrupted("ready() open { tls = 'implicit' }", port), "none")
  end)
end

local function answer(say, command)
  if command:find("FETCH") then
    say("* 1 FETCH (BODY[] {100000}\r\n" .. ("x"):rep(50000))
    return ("x"):rep(50000) .. ")\r\n", 0.6
  elseif command == "SLOW" then
    return "", 0.3
  end
  return not command:find("^APPEND") and ""
end

tests["Ctrl-C in a command, a literal, a pipeline and IDLE"] = function()
  with_server(answer, function(port)
    for _, code in ipairs {
      "while true do conn:command('SLOW') end",
      "conn:command('FETCH', 1, { items = 'BODY[]' })",
      "for _ in conn:each_message(1, 'BODY[]') do end",
      "conn:pipeline(function(queue) for _ = 1, 4 do queue:command('SLOW') end end)",
      "for _ in conn:idle() do end",
      "for _ in conn:each_event() do end",
      "conn:idle():next(10)",
    } do
      check.equal(interrupted("open() conn:select() ready() " .. code, port), "usable", code)
    end
  end)
end

tests["Ctrl-C in a message that is half sent ends the connection"] = function()
  with_server(answer, function(port)
    check.equal(interrupted([[open() ready()
      conn:append_message("x", function() return "x" end, { size = 2 ^ 40 })]], port), "dead")
  end)
end

-- ---- fork --------------------------------------------------------------------------------------

-- fork() and waiting for a child, where there is a way to have them: LuaJIT's ffi, or luaposix.
local fork, wait
if rawget(_G, "jit") then
  local ffi = require "ffi"
  ffi.cdef "int imap4_test_fork(void) __asm__(\"fork\"); int imap4_test_wait(int, int *, int) __asm__(\"waitpid\");"
  fork = ffi.C.imap4_test_fork
  function wait(pid)
    local status = ffi.new("int[1]")
    ffi.C.imap4_test_wait(pid, status, 0)
    return status[0]
  end
else
  local is_there, posix = pcall(require, "posix")
  if is_there then
    fork = posix.fork
    function wait(pid)
      local _, why, status = posix.wait(pid)
      return why == "exited" and status or -1
    end
  end
end

if fork then
  tests["a forked child leaves the connection to its parent"] = function()
    local name = os.tmpname()
    local conn = servers.connected()
    conn:examine_mailbox()
    local response = conn:command("NOOP")
    local rows = conn:each_message("1:*", "UID")
    local function child(does)
      local pid = fork()
      if pid == 0 then
        local is_ok, problem = pcall(does)
        if not is_ok then
          io.stderr:write("child: ", tostring(problem), "\n")
        end
        os.exit(is_ok and 0 or 1, true) -- with all finalisers
      end
      check.equal(wait(pid), 0)
    end
    child(function()
      local out = io.open(name, "w")
      local is_ok, problem = pcall(conn.noop, conn)
      out:write(tostring(is_ok), " ", problem.code, " ", response.status, " ")
      out:write(select(2, pcall(rows.next, rows)).code, " ")
      conn:disconnect()
      conn:disconnect()
      local own = servers.connected()
      out:write((own:noop()))
      own:logout_and_disconnect()
      out:close()
    end)
    local file = io.open(name)
    check.equal(file:read("*a"), "false IMAP_ERR_FORKED OK IMAP_ERR_FORKED OK")
    file:close()
    os.remove(name)
    child(function() end)
    child(function()
      conn, rows, response = nil, nil, nil
      collectgarbage()
    end)
    local count = 0
    for _ in rows do
      count = count + 1
    end
    check.equal({ count, (conn:noop()), #conn:find() }, { servers.messages, "OK", servers.messages })
    conn:logout_and_disconnect()
  end
end

return tests
