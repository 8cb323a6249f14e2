-- A thousand connections in one thread, over epoll: each logs in, fetches from a mailbox and idles; when all of them
-- idle, all of them leave.
--
--     loop_epoll.lua PORT COUNT MAILBOX   a server in clear on 127.0.0.1; descriptors for COUNT more must be allowed
--     tests/examples/run --language luajit --show loop_epoll
--
-- The sessions are those of support/session.lua, a coroutine each, and what asks epoll is in support/poller.lua; here
-- is the loop.
local session = require "support.session"
local poller = require "support.poller"

local port, count, mailbox = tonumber(arg[1]) or 0, tonumber(arg[2]) or 0, arg[3]
if #arg ~= 3 or port <= 0 or count <= 0 then
  io.stderr:write("usage: loop_epoll.lua PORT COUNT MAILBOX\n")
  os.exit(2)
end

local threads, due = {}, {} -- due: when to go on with a session though nothing was seen
local idling, well, rows = 0, 0, 0

local options = { host = "127.0.0.1", port = port, mailbox = mailbox }

function options.on_idle()
  idling = idling + 1
  if idling == count then
    print(("%d connections idle at the same time"):format(idling))
  end
end

function options.is_enough()
  return idling == count
end

local function go_on(i, ...)
  local fd, events, seconds = session.go_on(threads[i], ...)
  due[i] = nil
  if coroutine.status(threads[i]) == "dead" then
    well, rows = well + 1, rows + fd
    return
  end
  due[i] = seconds and poller:now() + seconds
  poller:watch(fd, events, i)
end

for i = 1, count do
  threads[i] = session.quiet()
  go_on(i, options)
end

local TICK = 0.1
local next_look = poller:now() + TICK
while well < count do
  local ready = poller:wait(TICK)
  for at = 1, #ready, 2 do
    go_on(ready[at], ready[at + 1])
  end
  -- A heap of deadlines would find those whose time has come sooner; ten times a second that costs next to nothing.
  if poller:now() >= next_look then
    for i = 1, count do
      if due[i] and due[i] <= poller:now() then
        poller:forget(i)
        go_on(i, "")
      end
    end
    next_look = poller:now() + TICK
  end
end
poller:close()
print(("%d sessions went well, %d messages were seen"):format(well, rows))
