-- An IMAP4 client (RFC 9051, RFC 3501): imaplib's commands under imaplib's names, and beside them methods that take and
-- give Lua values. Works on LuaJIT, Lua 5.1, 5.2, 5.3 and 5.4, over the C library libimap4.
--
--     local imap4 = require "imap4"
--     local conn = imap4.open { host = "imap.example.org", user = "alice", password = secret }
--     conn:select_mailbox("INBOX")
--     for message in conn:each_message(conn:find("UNSEEN"), "UID ENVELOPE") do
--       print(message.uid, message.envelope.subject)
--     end
--     conn:logout_and_disconnect()
--
-- What goes wrong is raised as a table: see imap4.errors.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local errors = require "imap4.errors"
local header = require "imap4.header"
local opening = require "imap4.opening"
local options = require "imap4.options"
local Response = require "imap4.response"
local utilities = require "imap4.utilities"
local c = backend.constants

for _, part in ipairs { "views", "imaplib", "session", "mailboxes", "messages", "rows", "append", "idle", "pipeline" } do
  require("imap4." .. part)
end

local imap4 = {}

for name, call in pairs(utilities) do
  imap4[name] = call
end

local function version_of(number)
  return ("%d.%d.%d"):format(math.floor(number / 10000), math.floor(number / 100) % 100, number % 100)
end

--- The versions of the library and of the header this binding was made from; how the library is reached: "ffi" or "module".
imap4.version = backend.version()
imap4.header_version = version_of(header.version)
imap4.backend = backend.name

--- Opens a connection, with verified TLS unless told otherwise. Options, all by name:
---
--- Where: host, port (0: the usual one), address (numeric, instead of resolving host), local_address, ip_family (4 or 6); or
--- command (a line of /bin/sh), argv (a program and its arguments), read_fd and write_fd (keep_fds: they stay open), io (an
--- object with read and write: see imap4.pump); secure: this way is private.
---
--- TLS: tls ("implicit", "starttls", "none"), verify, ca_file, ca_dir, cert_file, key_file, server_name, min_tls_version.
---
--- Login: user, password, mechanism ("PLAIN", "LOGIN", "CRAM-MD5"), allow_plaintext_auth.
---
--- Time in seconds, 0 for no limit: timeout (both of connect_timeout and stall_timeout), call_timeout, idle_renew,
--- idle_poll. Size: max_line, max_literal, max_response, max_depth, max_unasked, max_kept, untagged_keep.
---
--- wait: a function that is called instead of blocking, with a descriptor, what it should be ready for ("r", "w", "rw") and
--- seconds (nil: no limit). It may yield. When it returns, it must have let go of the descriptor.
---
--- progress: called with octets done and in all of a long literal; trace: called with each line, secrets masked; trace_level,
--- trace_keep, literal_stream_min, literal_stream_items, keepalive.
function imap4.open(opts)
  return opening.open(opts)
end

--- Opens a connection, calls use(conn), logs out and disconnects, also after an error, which is raised again. Gives what use
--- gave. (In Lua 5.1 with a wait function an error leaves the connection to the collector: no yield can pass a pcall there.)
function imap4.with(opts, use)
  opts = arguments.options(opts, "the argument of with")
  arguments.func(use, "use")
  local conn = imap4.open(opts)
  local function done(is_ok, ...)
    if not is_ok then
      conn:disconnect()
      error((...), 0)
    end
    conn:logout_and_disconnect()
    return ...
  end
  if opts.wait and _VERSION == "Lua 5.1" and rawget(_G, "jit") == nil then
    return done(true, use(conn))
  end
  return done(pcall(use, conn))
end

-- imaplib's constructors take a time limit or a table of options at the end.
local function more_options(given, more)
  if type(more) == "number" then
    given.timeout = more
  elseif more ~= nil then
    for name, value in pairs(arguments.options(more)) do
      if given[name] == nil then
        given[name] = value
      end
    end
  end
  return imap4.open(given)
end

--- imaplib's IMAP4: connects in clear; STARTTLS may follow. timeout: seconds, or a table of options.
function imap4.IMAP4(host, port, timeout)
  return more_options({ host = host, port = port == nil and 143 or port, tls = "none" }, timeout)
end

--- imaplib's IMAP4_SSL: TLS from the first octet. opts: as for open, or seconds.
function imap4.IMAP4_SSL(host, port, opts)
  return more_options({ host = host, port = port == nil and 993 or port, tls = "implicit" }, opts)
end

--- imaplib's IMAP4_stream: a shell line whose standard input and output talk IMAP.
function imap4.IMAP4_stream(command, opts)
  return more_options({ command = arguments.text(command, "command"), tls = "none" }, opts)
end

--- Whether an error is of a class, or of one that is part of it: imap4.is(err, "abort").
imap4.is = errors.is

--- Reads the response that octets begin with, as from a server. Gives it and how many octets it took; nil and 0 if it goes
--- on beyond them. opts: max_line, max_literal, max_response, max_depth, max_kept.
function imap4.parse(octets, opts)
  arguments.octets(octets, "octets")
  local limits = opts ~= nil and options.new(arguments.options(opts)) or nil
  local rc, handle, used = backend.parse(octets, limits)
  if rc == c.IMAP_AGAIN then
    return nil, 0
  elseif rc ~= c.IMAP_OK then
    error(errors.plain(rc, "parse: " .. backend.error_text(rc)), 0)
  end
  return Response.own(handle), used
end

--- Waits for a descriptor: events are "r", "w" or "rw", seconds nil for no limit. Gives what it is ready for, "" for nothing.
function imap4.poll(fd, events, seconds)
  arguments.number(fd, "fd", 0, 2147483647)
  if events ~= "r" and events ~= "w" and events ~= "rw" then
    errors.argument('events must be "r", "w" or "rw", not %s', tostring(events))
  elseif seconds ~= nil and not (type(seconds) == "number" and seconds >= 0) then
    errors.argument("seconds must be a number from 0 on, not %s", tostring(seconds))
  end
  return backend.poll(fd, events, seconds)
end

--- Seconds by a clock that never jumps.
imap4.now = backend.now

--- Whether this build can do something: "tls", "starttls", "cram-md5", …
function imap4.has_feature(name)
  return backend.has_feature(arguments.text(name, "name"))
end

--- What the name of a return code ("IMAP_ERR_TIMEOUT") means.
function imap4.error_text(code)
  local rc = c[arguments.text(code, "code")]
  return errors.worded(backend.error_text(rc and backend.error_name(rc) == code and rc or 1000))
end

return imap4
