-- A connection in a GLib main loop, through lgi (Debian: lua-lgi): one source for the descriptor, one for the time. GTK
-- and GNOME programs have this loop.
--
--     tests/examples/run --language luajit --show loop_glib
--
-- The session is in support/session.lua, a coroutine that yields where it would have to wait; here is the loop.
local GLib = require("lgi").GLib
local session = require "support.session"

local CONDITIONS = { r = { "IN" }, w = { "OUT" }, rw = { "IN", "OUT" } }

local loop = GLib.MainLoop()
local thread = session.new()
local go_on

-- Waits once: the first of the two sources that is ready removes the other.
local function watch(fd, events, seconds)
  local descriptor, timer
  descriptor = GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, fd, GLib.IOCondition(CONDITIONS[events]), function(_, seen)
    if timer then
      GLib.source_remove(timer)
    end
    go_on((seen.IN and "r" or "") .. (seen.OUT and "w" or ""))
    return false -- once is enough: the descriptor may be another one next time
  end)
  timer = seconds and GLib.timeout_add(GLib.PRIORITY_DEFAULT, math.ceil(seconds * 1000), function()
    GLib.source_remove(descriptor)
    go_on()
    return false
  end)
end

function go_on(seen)
  local fd, events, seconds = session.go_on(thread, seen)
  if coroutine.status(thread) == "dead" then
    loop:quit()
  else
    watch(fd, events, seconds)
  end
end

go_on()
loop:run()
