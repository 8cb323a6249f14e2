-- How a call runs: it is submitted, then the library takes steps that never wait, and between them Lua waits: by the wait
-- function of the connection's owner, which may yield, else by poll(). No function of the caller's ever runs inside the
-- library, and nothing here calls pcall around a wait: Lua 5.1 could not yield across it.
--
-- So a function of the caller's that raises in the middle (wait, progress, trace, a source of octets) leaves its command
-- behind. The next call finds that out and takes the command back: its answer is dropped when it comes. What cannot be
-- taken back ends the connection.
--
-- Fields of a connection that are used here: _handle (nil when closed), _call (the call under way), _wait, _progress,
-- _trace, _pump, _iterator (whose row is lent), _collector (a pipeline that commands go to).
local backend = require "imap4.backend"
local errors = require "imap4.errors"
local Response = require "imap4.response"
local c = backend.constants

local AGAIN, QUEUED = c.IMAP_AGAIN, c.IMAP_QUEUED
local READ, WRITE = c.IMAP_WANT_READ, c.IMAP_WANT_WRITE

local engine = {}

-- The longest single wait: while things that others have to take keep the library from telling its deadline; and in poll(),
-- because a Ctrl-C that comes just before it does not end it, and Lua sees it only between two instructions.
local SLICE = 0.25
engine.SLICE = SLICE
-- With two descriptors, of which a wait function gets one.
local TURN = 0.02

-- Lua 5.1 has no thread for the main program.
local MAIN = {}
local function running()
  return coroutine.running() or MAIN
end

--- Whether the wait function would fail inside pcall, a metamethod or an iterator, because Lua 5.1 cannot yield there.
function engine.cannot_yield(conn)
  return conn._wait ~= nil and _VERSION == "Lua 5.1" and rawget(_G, "jit") == nil
end

-- Whether the coroutine that a call belongs to may still go on with it. A call of this very coroutine, or of one that
-- waits for this one, was left by an error; if not, it finds out when it goes on (see resumed).
local function is_waiting(call)
  local owner = call.owner[1]
  return type(owner) == "thread" and owner ~= running() and coroutine.status(owner) == "suspended"
end

local function closed()
  error(errors.closed(), 0)
end

-- Takes back what a call left behind. The connection ends if that cannot be.
local function abandon(conn, call)
  conn._call, conn._collector = nil, nil
  local handle = conn._handle
  if not handle then
    return
  end
  if call.queueing then
    backend.queue_end(handle)
  end
  local idler = call.idler -- a wait for its events was left
  if idler then
    call[1], idler._is_over = idler._id, true
  end
  if call.is_idle or idler then -- it ends by itself; its result is thrown away when it comes
    backend.idle_end(handle)
    conn._orphan = call[1]
    return
  end
  for _, id in ipairs(call) do
    local rc = backend.discard(handle, id)
    if rc ~= c.IMAP_OK and rc ~= c.IMAP_ERR_ARGUMENT then -- known no more: it was answered
      backend.shutdown(handle)
      return
    end
  end
end
engine.abandon = abandon

-- Ends an IDLE that nobody can end any more: that of a loop of each_event that was left, or of an idler that is gone.
local function end_forgotten(conn, handle)
  local idling = conn._idling
  if not idling.is_loop and idling[1] and not idling[1]._is_over then
    collectgarbage()
  end
  local idler = idling[1]
  if idling.is_loop or not idler then
    conn._idling = false
    if idler then
      idler._is_over = true
    end
    if backend.idle_end(handle) == QUEUED then
      conn._orphan = idling.id
    end
  end
end

--- Begins a call: gives its record, in which the ids stand that it has to answer for. `idler`: the call is one of an IDLE
--- that is under way. `streamed`: the items whose literals it lets pass by; those of a loop that goes on later are kept for it.
function engine.enter(conn, idler, streamed)
  local handle = conn._handle
  if not handle then
    closed()
  end
  local before = conn._call
  if before then
    if is_waiting(before) and not before.is_looked_for then
      before.is_looked_for = true -- once: a coroutine that nobody has any more will not go on
      collectgarbage()
    end
    if is_waiting(before) then
      error(errors.plain(c.IMAP_ERR_BUSY, "the connection is in use by another coroutine"), 0)
    end
    if not idler or before.idler ~= idler then
      abandon(conn, before)
    end
  end
  local forgotten = conn._forgotten -- commands whose rows nobody can ask for any more
  while #forgotten > 0 do
    backend.discard(handle, table.remove(forgotten))
  end
  if conn._idling and not idler then
    end_forgotten(conn, handle)
  end
  local iterator = conn._iterator
  if iterator then
    iterator:lend_no_more()
  end
  if conn._woken then
    abandon(conn, conn._woken)
    conn._woken = nil
  end
  if conn._streamed ~= (streamed or false) then
    engine.stream(conn, streamed or false)
  end
  local call = { owner = setmetatable({ running() }, { __mode = "v" }) }
  conn._call = call
  local orphan = conn._orphan
  if orphan then -- until an IDLE that was left has ended, the server takes no command
    call[1], call.is_idle, conn._orphan = orphan, true, nil
    engine.wait(conn, call, orphan)
    call[1], call.is_idle = nil, nil
  end
  return handle, call
end

--- Ends a call.
function engine.leave(conn)
  conn._call = nil
end

-- After a wait: is the call still ours to go on with?
local function resumed(conn, call)
  if not conn._handle then
    closed()
  elseif conn._call ~= call then
    error(errors.plain(c.IMAP_ERR_BUSY, "the call was taken back: another one was made while it waited"), 0)
  end
end

-- Trace and progress, between two steps.
local function report(conn, call, handle)
  local trace, progress = conn._trace, conn._progress
  if trace then
    local lines = backend.trace(handle)
    backend.trace_clear(handle)
    for i = 1, #lines do
      trace(lines[i].text, lines[i].time)
    end
    resumed(conn, call)
  end
  if progress then
    local done, total = backend.progress(handle, 0)
    if done then
      progress(done, total)
      resumed(conn, call)
    end
  end
end
engine.report = report

-- Waits for descriptors: with the caller's function, or here.
local function wait_for(conn, fd, write_fd, wants, seconds)
  local reads, writes = wants % 2 == READ, wants >= WRITE
  local wait = conn._wait
  if fd < 0 or wants == 0 then -- only of a connection that is over, which the next step says
    backend.poll(-1, "", math.min(seconds or TURN, TURN))
  elseif fd == write_fd or not (reads and writes) then
    local one = reads and fd or write_fd
    local events = (reads and "r" or "") .. (writes and "w" or "")
    if wait then
      wait(one, events, seconds)
    else
      backend.poll(one, events, math.min(seconds or SLICE, SLICE))
    end
  elseif wait then
    conn._turn = not conn._turn
    seconds = math.min(seconds or TURN, TURN)
    if conn._turn then
      wait(fd, "r", seconds)
    else
      wait(write_fd, "w", seconds)
    end
  else
    backend.poll(fd, "r", math.min(seconds or SLICE, SLICE), write_fd, "w")
  end
end

--- Waits until the library wants to be asked again, at most for so many seconds.
function engine.pause(conn, call, limit)
  local handle = conn._handle
  if conn._trace or conn._progress then
    report(conn, call, handle)
  end
  if conn._pump and conn._pump:carry(conn, call) then
    return resumed(conn, call)
  end
  local fd, write_fd, wants, milliseconds = backend.interest(handle)
  local seconds
  if milliseconds == 0 then
    call.turns = (call.turns or 0) + 1
    if call.turns < 3 then
      return
    end
    -- What waits to be taken is not for this call (events, rows of another one): wait for octets all the same.
    seconds, wants = SLICE, wants % 2 == READ and wants or wants + READ
  else
    call.turns = 0
    seconds = milliseconds >= 0 and milliseconds / 1000 or nil
  end
  if limit and (not seconds or limit < seconds) then
    seconds = limit
  end
  if conn._pump then
    conn._pump:wait(conn, wants, seconds)
  else
    wait_for(conn, fd, write_fd, wants, seconds)
  end
  resumed(conn, call)
end
local pause = engine.pause

-- Whether wakeup was called: once for each time.
function engine.is_woken(conn)
  local is_woken = conn._wake
  conn._wake = nil
  return is_woken
end

--- Waits until a command has its result. Gives its return code and the handle of its response; with `wakes` also
--- IMAP_ERR_WOKEN, after wakeup.
function engine.wait(conn, call, id, wakes)
  while true do
    if wakes and engine.is_woken(conn) then
      return c.IMAP_ERR_WOKEN
    end
    local rc, handle = backend.wait(conn._handle, id)
    if rc ~= AGAIN then
      if conn._trace then
        report(conn, call, conn._handle)
      end
      return rc, handle
    end
    pause(conn, call)
  end
end

--- Ends a call with a return code: raises what is below 0 by the connection's last error.
function engine.settled(conn, rc)
  if rc < 0 then
    local err = errors.last(conn._handle, rc)
    engine.leave(conn)
    error(err, 0)
  end
  engine.leave(conn)
end

-- Methods are called with a colon.
local function check_self(conn)
  if type(conn) ~= "table" or conn._is_connection ~= true then
    errors.argument("self must be a connection, not a %s: call methods with a colon", type(conn))
  end
end
engine.check_self = check_self

--- Runs a function of the backend that queues a command: submit(handle, …) gives the return code and the id. What comes
--- of it, the return code (0 or more) and the response, goes to shape, whose values are given back; in a pipeline later.
function engine.run(conn, shape, submit, ...)
  check_self(conn)
  if conn._collector then
    return conn._collector:add(shape, submit, ...)
  end
  local handle, call = engine.enter(conn)
  local rc, id = submit(handle, ...)
  local response
  if rc == QUEUED then
    call[1] = id
    rc, response = engine.wait(conn, call, id, true)
    if rc == c.IMAP_ERR_WOKEN then
      return engine.woken(conn, id, shape)
    end
  end
  engine.settled(conn, rc)
  return shape(rc, response and Response.own(response))
end

-- wakeup ended the wait, but not the command: resume goes on with it.
function engine.woken(conn, id, shape)
  engine.leave(conn)
  conn._woken = { id, owner = { MAIN }, shape = shape }
  error(errors.woken(), 0)
end

--- Goes on with the call that wakeup ended.
function engine.resume(conn)
  check_self(conn)
  local left = conn._woken
  if not left then
    errors.argument("no call was ended by wakeup")
  end
  conn._woken = nil
  local _, call = engine.enter(conn)
  call[1] = left[1]
  local rc, response = engine.wait(conn, call, left[1], true)
  if rc == c.IMAP_ERR_WOKEN then
    return engine.woken(conn, left[1], left.shape)
  end
  engine.settled(conn, rc)
  return left.shape(rc, response and Response.own(response))
end

--- The same for what is called again until it has what it wants: ask(handle, …).
function engine.ask(conn, ask, ...)
  check_self(conn)
  local handle, call = engine.enter(conn)
  while true do
    local rc, value = ask(handle, ...)
    if rc ~= AGAIN then
      engine.settled(conn, rc)
      return value, rc
    end
    pause(conn, call)
  end
end

return engine
