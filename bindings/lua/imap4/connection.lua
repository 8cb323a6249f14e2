-- One connection to one server: what it is, knows and last said. Its methods come from imap4.imaplib, imap4.session,
-- imap4.mailboxes, imap4.messages, imap4.rows, imap4.append, imap4.idle and imap4.pipeline; how calls run is imap4.engine's.
--
-- imaplib's attributes are fields: state, welcome, capabilities, PROTOCOL_VERSION, is_readonly, utf8_enabled,
-- untagged_responses, and, to be set too, debug and literal. None of them waits.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local options = require "imap4.options"
local Response = require "imap4.response"
local c = backend.constants

local Connection = { __name = "imap4.connection" }
local methods, readers = {}, {}
Connection.methods, Connection.readers = methods, readers

function Connection.__index(conn, name)
  local method = methods[name]
  if method then
    return method
  end
  local reader = readers[name]
  if reader then
    return reader(conn)
  end
end

function Connection.__newindex(conn, name, value)
  if name == "debug" then
    backend.set_int(engine.known(conn), c.IMAP_OPT_TRACE_LEVEL, math.min(arguments.number(value, "debug"), 5))
  elseif readers[name] then
    errors.argument("%s cannot be set", name)
  else
    rawset(conn, name, value)
  end
end

function Connection.__tostring(conn)
  return "imap4.connection (" .. (conn._handle and conn.state or "closed") .. ")"
end

--- Lua 5.4's `local conn <close> = …`: logs out, or, when an error is on its way, ends at once.
function Connection.__close(conn, err)
  if err ~= nil then
    conn:disconnect()
  else
    conn:logout_and_disconnect()
  end
end

--- A connection without a way to a server yet.
function Connection.new(fields)
  fields._is_connection, fields._streamed, fields._idling, fields._forgotten = true, false, false, {}
  return setmetatable(fields, Connection)
end

-- The handle, for questions that are answered at once.
function engine.known(conn)
  engine.check_self(conn)
  local handle = conn._handle
  if not handle then
    error(errors.closed(), 0)
  end
  return handle
end
local known = engine.known

-- The library sees a socket pair, which is no network, where an object of the caller's carries the octets: so it is said here
-- that no password crosses that in clear.
function engine.guard_password(conn, name)
  if conn._is_exposed and conn._handle and not backend.tls_info(conn._handle)
    and backend.get_int(conn._handle, c.IMAP_OPT_ALLOW_PLAINTEXT_AUTH) ~= 1 then
    error(errors.plain(c.IMAP_ERR_INSECURE, name .. " refused before sending: the password or token would cross the way of io in "
      .. "clear; use TLS, or say that it is secure"), 0)
  end
end

-- Which literals pass by is set on the connection, but is each loop's own affair: it holds while that loop reads. Else what
-- comes for it meanwhile would be lost, and other loops would lose what they want to keep. false: what the connection's owner
-- has set.
function engine.stream(conn, items)
  if conn._streamed == items then
    return c.IMAP_OK
  elseif not conn._streamed then
    conn._streamed_before = backend.get_str(conn._handle, c.IMAP_OPT_LITERAL_STREAM_ITEMS)
  end
  local rc = backend.set_str(conn._handle, c.IMAP_OPT_LITERAL_STREAM_ITEMS, items or conn._streamed_before)
  if rc == c.IMAP_OK then
    conn._streamed = items
  end
  return rc
end

-- The same for commands by name.
function engine.check_login(conn, line)
  engine.check_self(conn)
  if line:match("^%s*(%S*)"):upper() == "LOGIN" then
    engine.guard_password(conn, "LOGIN")
  end
end

-- ---- The end -----------------------------------------------------------------------------------

--- Closes the connection at once and says nothing to the server. Harmless if it is closed already.
function methods:disconnect()
  engine.check_self(self)
  local handle, pump = self._handle, self._pump
  self._handle, self._call, self._collector, self._woken = nil, nil, nil, nil
  if self._iterator then
    self._iterator:lend_no_more()
  end
  if handle then
    backend.free(handle)
  end
  if pump then
    self._pump = nil
    pump:close()
  end
end

--- LOGOUT if that is still possible, then disconnect. Raises nothing that the server says.
function methods:logout_and_disconnect()
  engine.check_self(self)
  local handle = self._handle
  if handle and backend.state(handle) ~= c.IMAP_STATE_LOGOUT and backend.interest(handle) >= 0 then
    local _, call = engine.enter(self)
    local rc, id = backend.submit(handle, "LOGOUT", arguments.list())
    if rc == c.IMAP_QUEUED then
      call[1] = id
      engine.wait(self, call, id)
    end
    engine.leave(self)
  end
  self:disconnect()
end

--- imaplib's shutdown: closes at once; error, state and greeting can still be read.
function methods:shutdown()
  backend.shutdown(known(self))
  self._call = nil
end

--- Whether disconnect was called, or opening failed.
function methods:is_closed()
  engine.check_self(self)
  return self._handle == nil
end

-- ---- What is known -----------------------------------------------------------------------------

--- "NONAUTH", "AUTH", "SELECTED", "LOGOUT" or "IDLING".
function readers.state(conn)
  if not conn._handle then
    return "LOGOUT"
  end
  return (select(2, backend.state(conn._handle)))
end

--- The greeting as the server wrote it: "* OK ready".
function readers.welcome(conn)
  local greeting = conn.greeting
  return greeting and (greeting.raw:gsub("\r\n$", ""))
end

--- The greeting as a response.
function readers.greeting(conn)
  local handle = backend.greeting(known(conn))
  return handle and Response.own(handle)
end

function readers.capabilities(conn)
  return backend.capabilities(known(conn))
end

function readers.PROTOCOL_VERSION(conn)
  return backend.protocol(known(conn))
end

--- Whether the selected mailbox was opened for reading only.
function readers.is_readonly(conn)
  return backend.is_readonly(known(conn))
end

function readers.utf8_enabled(conn)
  return backend.utf8_enabled(known(conn))
end

--- What the trace notes: 0 nothing, 1 commands and status lines, 3 every line.
function readers.debug(conn)
  return backend.get_int(known(conn), c.IMAP_OPT_TRACE_LEVEL)
end

--- Whether the server announced a capability, in any case.
function methods:has_capability(name)
  return backend.has_capability(known(self), arguments.text(name, "name"))
end

--- Whether a login may have changed the capabilities without the server saying how: capability() asks.
function methods:is_capability_stale()
  return backend.capability_is_stale(known(self))
end

--- imaplib's socket: the descriptor that is read from; nil if there is none. It stays the library's.
function methods:socket()
  engine.check_self(self)
  local fd = self._handle and backend.interest(self._handle) or -1
  return fd >= 0 and fd or nil
end

--- What is known of the TLS session: { version, cipher, certificate (DER), verified }; nil without TLS.
function methods:tls_info()
  return backend.tls_info(known(self))
end

--- The process behind command or argv; nil if there is none.
function methods:child_pid()
  local rc, pid = backend.child_pid(known(self))
  return rc == c.IMAP_OK and pid or nil
end

--- How that process ended, as waitpid has it; nil while it runs.
function methods:child_status()
  local rc, status = backend.child_status(known(self))
  return rc == c.IMAP_OK and status or nil
end

--- An option in force; times in seconds.
function methods:option(name)
  known(self)
  engine.stream(self, false)
  return options.get(self._handle, name)
end

--- Changes an option of the open connection, one of those that imap4.h calls live.
function methods:set_option(name, value)
  known(self)
  engine.stream(self, false)
  options.set(self._handle, name, value)
end

--- What is called between steps while a literal of 64 KiB or more is under way, with octets done and in all; nil for
--- nothing.
function methods:on_progress(call)
  engine.check_self(self)
  self._progress = call ~= nil and arguments.func(call, "progress") or nil
end

--- What is called with each line sent ("> …") and received ("< …"), secrets masked; nil for nothing. See debug.
function methods:on_trace(call)
  engine.check_self(self)
  self._trace = call ~= nil and arguments.func(call, "trace") or nil
end

--- The wait function: see imap4.open.
function methods:on_wait(call)
  engine.check_self(self)
  self._wait = call ~= nil and arguments.func(call, "wait") or nil
end

-- ---- The trace ---------------------------------------------------------------------------------

--- The last lines sent and received, secrets masked: an array of { text, time }.
function methods:log()
  return backend.trace(known(self))
end

function methods:clear_log()
  backend.trace_clear(known(self))
end

--- imaplib's print_log: writes these lines to a file, standard error if none is given.
function methods:print_log(file)
  known(self)
  file = file == nil and io.stderr or file
  if not arguments.has_method(file, "write") then
    errors.argument("file must be a file or have write, not be a %s", type(file))
  end
  for _, line in ipairs(self:log()) do
    file:write(("  %s.%02d %s\n"):format(os.date("%M:%S", math.floor(line.time)), math.floor(line.time * 100) % 100, line.text))
  end
end

--- Ends the wait of the command that is under way in another coroutine, or the wait in IDLE, or else the next one: it raises
--- an error of class "interrupted", as soon as the wait function returns (which it may do at any time). Nothing is lost:
--- resume gives what the call would have given, and IDLE goes on by itself. Where rows are read, and while a message is
--- sent, nothing ends.
function methods:wakeup()
  known(self)
  self._wake = true
end

function methods:resume()
  return engine.resume(self)
end

return Connection
