-- Carries octets between an object of the caller's and a socket pair that the library has the other end of, so that the
-- object's functions never run inside the library. It works where a call would wait:
--
--   object:read(most, seconds)   up to so many octets; nil at the end; "" if none came within so many seconds (nil: no limit)
--   object:write(octets)         gives how many it took (nil and a message: none can go), or true for all
--   object:close()               if there is one, when the connection is closed
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local errors = require "imap4.errors"

local Pump = {}
Pump.__index = Pump

local PIECE = 65536
local SLICE = 0.25 -- as engine.SLICE

--- A pump for an object; and the descriptor for the library.
function Pump.new(object)
  if not arguments.has_method(object, "read") or not arguments.has_method(object, "write") then
    errors.argument("io must be an object with read and write")
  end
  local ours, theirs, errno = backend.socketpair()
  if not ours then
    error(errors.new("system", "IMAP_ERR_SYSTEM", "no socket pair is to be had", { errno = theirs or errno }), 0)
  end
  return setmetatable({ _object = object, _fd = ours, _guard = backend.fd_guard(ours), _waiting = "" }, Pump), theirs
end

function Pump:close()
  if self._fd then
    backend.fd_drop(self._guard)
    self._fd = nil
    if arguments.has_method(self._object, "close") then
      self._object:close()
    end
  end
end

local function write_all(pump, octets)
  local at = 1
  while at <= #octets do
    local taken, problem = pump._object:write(octets:sub(at))
    if taken == nil or taken == false then
      error(errors.new("system", "IMAP_ERR_SYSTEM", "the write function of io failed: " .. tostring(problem)), 0)
    end
    if type(taken) == "number" and not (taken >= 0 and taken <= #octets + 1 - at and taken == math.floor(taken)) then
      errors.argument("the write function of io gave %s, not how many of %d octets it took", tostring(taken), #octets + 1 - at)
    end
    at = type(taken) == "number" and at + taken or #octets + 1
    if not pump._fd then
      return
    end
  end
end

-- To the library, as much as it takes. Gives whether something went.
local function push(pump)
  if pump._waiting == "" then
    return false
  end
  local taken = backend.fd_send(pump._fd, pump._waiting, 0)
  if taken == nil then
    return false
  end
  pump._waiting = pump._waiting:sub(taken + 1)
  return true
end

--- Moves what can be moved without waiting for the object to read. Gives whether something was.
function Pump:carry()
  local moved = false
  while self._fd do
    local octets = backend.fd_read(self._fd, PIECE)
    if not octets or octets == "" then
      break
    end
    write_all(self, octets)
    moved = true
  end
  return self._fd ~= nil and push(self) or moved
end

--- Waits for the object, if the library wants octets.
function Pump:wait(_, wants, seconds)
  if not self._fd or wants % 2 == 0 or self._is_over then
    backend.poll(-1, "", math.min(seconds or 0.02, 0.02))
  elseif self._waiting ~= "" then
    backend.poll(self._fd, "w", math.min(seconds or SLICE, SLICE))
  else
    local octets = self._object:read(PIECE, seconds)
    if not self._fd then
      return
    elseif octets == nil then
      self._is_over = true
      backend.fd_finish(self._fd)
    else
      self._waiting = arguments.octets(octets, "what the read function of io gives")
      push(self)
    end
  end
end

return Pump
