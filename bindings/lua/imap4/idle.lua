-- IDLE: what the server tells unasked, as it happens. A server without IDLE is asked by NOOP.
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local Response = require "imap4.response"
local c = backend.constants

local methods = Connection.methods
local AGAIN, QUEUED = c.IMAP_AGAIN, c.IMAP_QUEUED
local check_self = errors.check_self

-- What conn:idle() gives. IDLE runs until close(), or until its time is over in a for loop.
local Idler = { __name = "imap4.idler" }
Idler.__index = Idler

local function seconds_of(value, name)
  if value ~= nil and (type(value) ~= "number" or not (value >= 0)) then
    errors.argument("%s must be a number of seconds, not %s", name, tostring(value))
  end
  return value
end

-- Begins IDLE and waits until the server is ready to tell. Gives the command's id.
local function begin(conn)
  engine.check_self(conn)
  local handle, call = engine.enter(conn)
  local rc, id = backend.idle_begin(handle)
  local response
  if rc == QUEUED then
    call[1], call.is_idle = id, true
    while true do
      rc, response = backend.wait(handle, id)
      if rc ~= AGAIN or backend.state(handle) == c.IMAP_STATE_IDLING then
        break
      end
      engine.pause(conn, call)
    end
  end
  if rc == AGAIN then
    engine.leave(conn)
    return id
  end
  engine.settled(conn, rc)
  error(errors.answered(rc, Response.own(response)), 0)
end

-- Waits for an event, at most so many seconds; nil when they are over. A wait that was left in the middle can be taken up
-- again; any other call ends IDLE then.
local function wait_event(idler, seconds)
  local conn = idler._conn
  local handle, call = engine.enter(conn, idler)
  call.idler = idler
  local till = seconds and backend.now() + seconds
  while true do
    local rc = backend.idle_wait(handle)
    if rc == AGAIN and engine.is_woken(conn) then
      engine.leave(conn)
      error(errors.woken(), 0)
    elseif rc == AGAIN then
      local left = till and till - backend.now()
      if left and left <= 0 then
        engine.leave(conn)
        return nil
      end
      engine.pause(conn, call, left)
    else
      engine.settled(conn, rc)
      return Response.own(backend.event_next(handle))
    end
  end
end

local function left_of(idler)
  return idler._till and math.max(idler._till - backend.now(), 0)
end

--- The next event, as a response (see its kind, number, message); nil when so many seconds (nil: no limit), or the whole
--- duration, are over.
function Idler:next(seconds)
  check_self(self, Idler, "idler")
  seconds_of(seconds, "seconds")
  if self._is_over then
    return nil
  end
  local left = left_of(self)
  if left and (seconds == nil or left < seconds) then
    seconds = left
  end
  return wait_event(self, seconds)
end

--- Ends IDLE and waits for the server's word; other commands can be used again. Harmless the second time.
function Idler:close()
  check_self(self, Idler, "idler")
  if self._is_over then
    return
  end
  self._is_over = true
  local conn = self._conn
  conn._idling = false
  local handle, call = engine.enter(conn, self)
  local rc = backend.idle_end(handle)
  local response
  if rc == QUEUED then
    call[1], call.is_idle = self._id, true
    rc, response = engine.wait(conn, call, self._id)
  end
  engine.settled(conn, rc)
  if response then
    Response.own(response):free()
  end
end

local function shaped(event)
  local typ, data = event.name, event:items()
  event:free()
  return typ, data
end

local function check_loop(conn)
  if engine.cannot_yield(conn) then
    errors.argument("Lua 5.1 cannot yield inside a for loop's iterator: use `while` with :next()")
  end
end

--- imaplib's loop: for typ, data in idler do … end. When the duration is over, IDLE is ended.
function Idler.__call(idler)
  check_loop(idler._conn)
  local event = idler:next()
  if event then
    return shaped(event)
  end
  idler:close()
end

--- imaplib's burst: for typ, data in idler:burst(0.1) do … end goes on as long as one follows the other within so many
--- seconds.
function Idler:burst(interval)
  check_self(self, Idler, "idler")
  interval = seconds_of(interval == nil and 0.1 or interval, "interval")
  check_loop(self._conn)
  local is_first = true
  return function()
    local event = self:next(not is_first and interval or nil)
    is_first = false
    if event then
      return shaped(event)
    end
  end
end

--- Lua 5.4: local idler <close> = conn:idle()
function Idler.__close(idler)
  if idler._conn._handle then
    idler:close()
  end
end

--- imaplib's idle: begins IDLE. Gives what tells:
---
---     local idler = conn:idle(29 * 60)
---     for typ, data in idler do print(typ, data[1]) end
---
--- or idler:next(seconds), which gives responses; idler:close() ends IDLE. duration: seconds, nil without end.
function methods:idle(duration)
  seconds_of(duration, "duration")
  local id = begin(self)
  local idler = setmetatable({ _conn = self, _id = id, _till = duration and backend.now() + duration }, Idler)
  self._idling = setmetatable({ idler, id = id }, { __mode = "v" })
  return idler
end
methods.IDLE = methods.idle

--- What the server tells within so many seconds: an array of responses.
function methods:idle_events(duration)
  engine.check_self(self)
  local idler, found = self:idle(seconds_of(duration == nil and 0 or duration, "duration")), {}
  local event = idler:next()
  while event do
    found[#found + 1] = event
    event = idler:next()
  end
  idler:close()
  return found
end

--- for event in conn:each_event(60) do … end: responses, as they come, until so many seconds are over (nil: no end). IDLE
--- is ended then; if the loop is left early, by the next call, and in Lua 5.4 at once.
function methods:each_event(duration)
  engine.check_self(self)
  check_loop(self)
  local idler = self:idle(duration)
  self._idling.is_loop = true
  return function()
    local event = idler:next()
    if not event then
      idler:close()
    end
    return event
  end, nil, nil, idler
end

return Idler
