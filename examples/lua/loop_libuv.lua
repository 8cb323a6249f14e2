-- A connection in a libuv loop, through luv (Debian: lua-luv): a poll handle waits for its descriptor, a timer for its
-- time.
--
--     tests/examples/run --language luajit --show loop_libuv
--
-- The session is in support/session.lua, a coroutine that yields where it would have to wait; here is the loop.
local session = require "support.session"
local uv = require "luv"

local thread = session.new()
local timer = uv.new_timer()
local go_on

-- Waits once. The descriptor may be another one next time, even with the same number: so the handle is made anew.
local function watch(fd, events, seconds)
  local poll = uv.new_poll(fd)
  local function stop(seen)
    poll:close()
    timer:stop()
    go_on(seen)
  end
  poll:start(events, function(_, seen)
    stop(seen)
  end)
  if seconds then
    uv.update_time()
    timer:start(math.ceil(seconds * 1000), 0, stop)
  end
end

function go_on(seen)
  local fd, events, seconds = session.go_on(thread, seen)
  if coroutine.status(thread) == "dead" then
    timer:close()
  else
    watch(fd, events, seconds)
  end
end

go_on()
uv.run()
