-- A server inside the test, at the other end of a socket pair. It moves while the client waits: its wait function steps it.
--
--     local peer = Peer.serving(function(command) return command == "NOOP" and "* 3 EXISTS\r\n" or "" end)
--     local conn = peer:open()
--
-- Peer.new takes a script for all that is not a greeting and an answer to each command.
local backend = require "imap4.backend"
local imap4 = require "imap4"

local Peer = {}
Peer.__index = Peer

local PIECE = 65536

function Peer.new(script)
  local ours, theirs = backend.socketpair()
  local peer = setmetatable({ fd = ours, client_fd = theirs, read = "", unsent = "", sent = 0, commands = {} }, Peer)
  peer.thread = coroutine.create(script)
  return peer
end

--- A peer that greets and then answers commands: answer(command, tag, line) as for Peer:serve. It goes into IDLE, tells
--- more.idling there, and answers after DONE. more.capabilities: what it greets with.
function Peer.serving(answer, more)
  more = more or {}
  return Peer.new(function(line)
    line:greet(more.capabilities)
    line:serve(function(command, tag)
      if command == "IDLE" then
        line:say("+ idling\r\n" .. (more.idling or ""))
        line:hear()
      end
      return answer(command, tag, line)
    end)
  end)
end

-- ---- What scripts call -------------------------------------------------------------------------

function Peer:say(text)
  self.unsent = self.unsent .. text
  if #self.unsent > 4 * PIECE then
    coroutine.yield("room")
  end
end

--- Greets as logged in.
function Peer:greet(capabilities)
  self:say(("* PREAUTH [CAPABILITY %s] ready\r\n"):format(capabilities or "IMAP4rev1 IDLE LITERAL+"))
end

--- Exactly so many octets of the client.
function Peer:take(count)
  while #self.read < count do
    if self.is_over then
      return nil
    end
    coroutine.yield("octets")
  end
  local octets = self.read:sub(1, count)
  self.read = self.read:sub(count + 1)
  return octets
end

--- The next line of the client, without its end; nil when the client is gone.
function Peer:hear()
  while true do
    local line, rest = self.read:match("^(.-)\r\n(.*)$")
    if line then
      self.read = rest
      self.commands[#self.commands + 1] = line
      return line
    elseif self.is_over then
      return nil
    end
    coroutine.yield("octets")
  end
end

--- Lets time pass.
function Peer:pause(seconds)
  local till = imap4.now() + seconds
  while imap4.now() < till do
    coroutine.yield("time")
  end
end

--- Answers commands: answer(command, tag) gives the untagged lines; nil ends the connection, false sends nothing.
function Peer:serve(answer)
  while true do -- Lua 5.1 cannot yield in the iterator of a for loop
    local line = self:hear()
    if not line then
      return
    end
    local tag, command = line:match("^(%S+) (.*)$")
    if command == "LOGOUT" then
      return self:say("* BYE bye\r\n" .. tag .. " OK done\r\n")
    end
    local said = answer(command, tag)
    if said == nil then
      return
    elseif said then
      self:say(said .. tag .. " OK done\r\n")
    end
  end
end

-- ---- What tests call ---------------------------------------------------------------------------

local function flush(peer)
  while peer.fd and peer.sent < #peer.unsent do
    local count = backend.fd_send(peer.fd, peer.unsent, peer.sent)
    if not count then
      break
    end
    peer.sent = peer.sent + count
  end
  if peer.sent == #peer.unsent then
    peer.unsent, peer.sent = "", 0
  end
end

--- Goes on as far as it can.
function Peer:step()
  if not self.fd then
    return
  end
  while true do
    local octets = backend.fd_read(self.fd, PIECE)
    if octets == "" then
      self.is_over = true
    end
    if not octets or octets == "" then
      break
    end
    self.read = self.read .. octets
  end
  flush(self)
  if coroutine.status(self.thread) ~= "dead" and #self.unsent < 4 * PIECE then
    local is_ok, problem = coroutine.resume(self.thread, self)
    if not is_ok then
      error("the peer: " .. tostring(problem), 0)
    end
    flush(self)
  end
  if coroutine.status(self.thread) == "dead" and self.unsent == "" then
    self:stop()
  end
end

function Peer:stop()
  if self.fd then
    backend.fd_close(self.fd)
    self.fd = nil
  end
end

--- A wait function that never yields.
function Peer:waiter()
  return function(fd, events, seconds)
    self:step()
    imap4.poll(fd, events, math.min(seconds or 0.002, 0.002))
  end
end

--- A connection to the peer. more.wait: the test's own wait function.
function Peer:open(more)
  local given = { read_fd = self.client_fd, tls = "none", secure = true, wait = self:waiter() }
  for name, value in pairs(more or {}) do
    given[name] = value
  end
  return imap4.open(given)
end

return Peer
