-- Opening a connection: which way, waiting for it, the login.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local options = require "imap4.options"
local Pump = require "imap4.pump"
local c = backend.constants

local opening = {}
local fail, text = errors.argument, arguments.text

local TLS = { implicit = c.IMAP_TLS_IMPLICIT, starttls = c.IMAP_TLS_STARTTLS, none = c.IMAP_TLS_NONE }
local OWN = {} -- options that are not the library's
for name in ([[host port tls user password mechanism timeout command argv read_fd write_fd keep_fds io secure wait progress
  trace]]):gmatch("%S+") do
  OWN[name] = true
end

-- First of all: a name that is written wrong would else be reported as one that is missing.
local function check_names(given)
  for name in pairs(given) do
    if not OWN[name] and not options.is_known(name) then
      fail("there is no option %s", tostring(name))
    end
  end
end

-- The library's options among the given ones.
local function library_options(given)
  local known = {}
  for name, value in pairs(given) do
    if not OWN[name] then
      known[name] = value
    end
  end
  local timeout = given.timeout
  if timeout ~= nil then
    if type(timeout) ~= "number" or not (timeout > 0) then
      fail("timeout must be a number of seconds above 0, not %s; nil is none", tostring(timeout))
    end
    options.milliseconds("timeout", timeout)
    known.connect_timeout = known.connect_timeout or timeout
    known.stall_timeout = known.stall_timeout or timeout
  end
  if given.trace and not known.trace_keep then
    known.trace_keep = 1000
  end
  return options.new(known)
end

local function descriptors(given, mode, opts)
  local read_fd = arguments.number(given.read_fd, "read_fd", 0, 2147483647)
  local write_fd = given.write_fd == nil and read_fd or arguments.number(given.write_fd, "write_fd", 0, 2147483647)
  local flags = (given.keep_fds and c.IMAP_FD_KEEP or 0) + (given.secure and c.IMAP_FD_SECURE or 0)
  local host = given.host or given.server_name
  return backend.open_fd(read_fd, write_fd, flags, host and text(host, "host") or nil, mode, opts)
end

-- The library's end of the socket pair is closed by the connection, or here if there will be none.
local function pumped(conn, given, mode, opts)
  local host = given.host or given.server_name
  host = host and text(host, "host") or nil
  local pump, fd = Pump.new(given.io)
  conn._pump = pump
  conn._is_exposed = not given.secure
  local rc, handle, id = backend.open_fd(fd, fd, given.secure and c.IMAP_FD_SECURE or 0, host, mode, opts)
  if not handle then
    backend.fd_close(fd)
  end
  return rc, handle, id
end

local function words_of(argv)
  if type(argv) ~= "table" or #argv == 0 then
    fail("argv must be an array with a program")
  end
  local words = {}
  for i = 1, #argv do
    words[i] = text(argv[i], "argv")
  end
  return words
end

-- Which way, by the options: the return code, the handle, the id.
local function begin(conn, given, mode)
  local ways = 0
  for _, name in ipairs { "command", "argv", "read_fd", "io" } do
    ways = ways + (given[name] ~= nil and 1 or 0)
  end
  if ways > 1 then
    fail("only one of command, argv, read_fd and io can be given")
  end
  local opts = library_options(given)
  if given.command ~= nil then
    return backend.open_command(text(given.command, "command"), opts)
  elseif given.argv ~= nil then
    return backend.open_argv(words_of(given.argv), opts)
  elseif given.read_fd ~= nil then
    return descriptors(given, mode, opts)
  elseif given.io ~= nil then
    return pumped(conn, given, mode, opts)
  end
  return backend.open(text(given.host == nil and "" or given.host, "host"),
    arguments.number(given.port == nil and 0 or given.port, "port", 0, 65535), mode, opts)
end

local function failed(conn, rc)
  error(conn._handle and errors.last(conn._handle, rc) or errors.plain(rc), 0)
end

local function log_in(conn, given)
  if given.mechanism ~= nil then
    conn:authenticate(given.mechanism, { user = given.user, password = given.password })
  else
    conn:login(given.user, given.password)
  end
end

-- From nothing to a connection that can be used.
local function connect(conn, given, mode)
  local rc, handle, id = begin(conn, given, mode)
  conn._handle = handle
  if rc ~= c.IMAP_QUEUED then
    failed(conn, rc)
  end
  local _, call = engine.enter(conn)
  call[1] = id
  rc = engine.wait(conn, call, id)
  if rc ~= c.IMAP_OK then
    failed(conn, rc)
  end
  engine.leave(conn)
  if given.user ~= nil then
    log_in(conn, given)
  end
end

--- Opens the connection that the options ask for: see imap4.open.
function opening.open(given)
  given = arguments.options(given, "the argument of open")
  check_names(given)
  local mode = TLS[given.tls == nil and "implicit" or given.tls]
  if not mode then
    fail('tls must be "implicit", "starttls" or "none", not %s', tostring(given.tls))
  end
  if given.user ~= nil then -- before anything is waited for
    text(given.user, "user")
    text(given.password, "password")
    arguments.optional(given.mechanism, "mechanism")
  elseif given.password ~= nil or given.mechanism ~= nil then
    fail("password and mechanism are for a login: user is missing")
  end
  local conn = Connection.new {}
  for _, name in ipairs { "wait", "progress", "trace" } do
    if given[name] ~= nil then
      conn["_" .. name] = arguments.func(given[name], name)
    end
  end
  -- Whatever goes wrong, nothing stays open; where no yield can pass a pcall, the collector sees to that.
  if engine.cannot_yield(conn) then
    connect(conn, given, mode)
  else
    local is_ok, problem = pcall(connect, conn, given, mode)
    if not is_ok then
      conn:disconnect()
      error(problem, 0)
    end
  end
  return conn
end

return opening
