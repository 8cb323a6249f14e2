-- APPEND of messages that need not be in memory: from strings, files, functions and descriptors, one or several in one
-- command. Strings have their line ends mended; other octets go as they are, so that theirs must be CRLF.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local native = require "imap4.mailboxes"
local Response = require "imap4.response"
local c = backend.constants

local methods = Connection.methods
local OK, AGAIN, END = c.IMAP_OK, c.IMAP_AGAIN, c.IMAP_END
local PIECE = 65536

-- The size of a file from where it stands.
local function size_of_file(file)
  local here = arguments.has_method(file, "seek") and file:seek("cur")
  local size = here and file:seek("end")
  if not size or not file:seek("set", here) then
    errors.argument("the size of this message cannot be found out: give it as size")
  end
  return size - here
end

-- A string tells its size itself.
local function check_size(message, size)
  if size ~= nil and arguments.number(size, "size", 0, 2 ^ 53) ~= #message then
    errors.argument("size is %.0f, but the message has %d octets: a string needs no size", size, #message)
  end
end

-- Bare CR and LF become CRLF.
local function with_line_ends(message)
  return (message:gsub("\r\n", "\n"):gsub("\r", "\n"):gsub("\n", "\r\n"))
end

-- What gives the octets of a message piece by piece, and how many there are. Pieces end with nil.
local function source_of(message, size, is_verbatim)
  local kind = type(message)
  if kind == "string" then
    check_size(message, size)
    message = is_verbatim and message or with_line_ends(message)
    local given = false
    return function()
      if not given then
        given = true
        return message
      end
    end, #message
  elseif kind == "number" then
    arguments.number(message, "message")
    if size == nil then
      errors.argument("a descriptor needs its size")
    end
    return message, size
  elseif kind == "function" then
    if size == nil then
      errors.argument("a function needs the size of what it gives")
    end
    return message, size
  elseif arguments.has_method(message, "read") then
    return function()
      return message:read(PIECE)
    end, size or size_of_file(message)
  end
  errors.argument("message must be a string, a file, a function or a descriptor, not a %s", kind)
end

-- A piece from a descriptor, at most so many octets; it may be one that has nothing yet.
local function read_descriptor(conn, call, fd, most)
  while true do
    local octets, again, errno = backend.fd_read(fd, most)
    if octets then
      return octets
    elseif not again then
      error(errors.new("system", "IMAP_ERR_SYSTEM", "APPEND: reading the message from the descriptor", { errno = errno }), 0)
    elseif conn._wait then
      conn._wait(fd, "r", nil)
    else
      backend.poll(fd, "r", engine.SLICE)
    end
    if conn._call ~= call then
      error(errors.plain(c.IMAP_ERR_BUSY, "the append was given up: another call was made in the middle"), 0)
    end
  end
end

-- Writes one piece. Gives whether the server still wants more.
local function write(conn, call, octets)
  local at = 0
  while true do
    local rc, taken = backend.literal_write(conn._handle, octets, at)
    if rc == OK then
      at = at + taken
      if at >= #octets then
        return true
      end
    elseif rc == END then -- answered already, most often with NO
      return false
    elseif rc ~= AGAIN then
      engine.settled(conn, rc)
    end
    if rc == AGAIN or taken == 0 then
      engine.pause(conn, call)
    end
  end
end

local function write_message(conn, call, source, size)
  local left = size
  if left == 0 then
    return write(conn, call, "")
  end
  while left > 0 do
    local octets
    if type(source) == "number" then
      octets = read_descriptor(conn, call, source, math.min(left, PIECE))
    else
      octets = source()
      if conn._call ~= call then
        error(errors.plain(c.IMAP_ERR_BUSY, "the append was given up: another call was made in the middle"), 0)
      end
    end
    if octets == nil or octets == "" then
      error(errors.new("argument", "IMAP_ERR_ARGUMENT",
        ("APPEND: the message ended %d octets before its size of %d"):format(left, size)), 0)
    end
    arguments.octets(octets, "a piece of the message")
    if #octets > left then
      error(errors.new("argument", "IMAP_ERR_ARGUMENT",
        ("APPEND: the message has more than the %d octets that were announced"):format(size)), 0)
    end
    if not write(conn, call, octets) then
      return false
    end
    left = left - #octets
  end
  return true
end

-- Everything that can be refused is looked at before the command begins: in its middle only closing would be left.
local function prepared(messages)
  local all = {}
  for i = 1, #messages do
    local one = messages[i]
    local message = { message = one }
    if type(one) == "table" and one.message ~= nil then
      message = arguments.choices(one, "message flags date size verbatim")
    end
    local source, size = source_of(message.message, message.size, message.verbatim)
    all[i] = {
      source = source,
      size = arguments.number(size, "size", 0, 2 ^ 53),
      flags = message.flags ~= nil and arguments.flags(message.flags, "flags") or nil,
      date = arguments.date(message.date, "date"),
    }
  end
  if #all == 0 then
    errors.argument("there is no message to append")
  end
  return all
end

-- Octets cannot be made up: what goes wrong in the middle ends the connection.
local function append(conn, mailbox, messages)
  if conn._collector then
    errors.argument("message must be a string in a pipeline")
  end
  local handle, call = engine.enter(conn)
  local rc, id = backend.append_begin(handle, mailbox)
  if rc ~= c.IMAP_QUEUED then
    engine.settled(conn, rc)
  end
  call[1] = id
  for _, one in ipairs(messages) do
    rc = backend.append_message(handle, one.flags, one.date, one.size)
    if rc ~= OK then
      local err = errors.last(handle, rc)
      engine.abandon(conn, call)
      error(err, 0)
    end
    if not write_message(conn, call, one.source, one.size) then
      break
    end
  end
  rc = backend.append_end(handle)
  local response
  if rc == c.IMAP_QUEUED then
    rc, response = engine.wait(conn, call, id)
  end
  engine.settled(conn, rc)
  return native.demanded(native.reader "appenduid")(rc, Response.own(response))
end

--- Adds one message: a string (bare CR and LF become CRLF, unless verbatim), a file, a function that gives pieces (with
--- size), or a descriptor (with size). Gives { uidvalidity, uid, uids }, nil if the server does not tell. Options: flags,
--- date (text, seconds, or a table as of os.date), size, verbatim.
function methods:append_message(mailbox, message, opts)
  engine.check_self(self)
  opts = arguments.choices(opts, "flags date size verbatim")
  mailbox = mailbox ~= nil and arguments.text(mailbox, "mailbox") or nil
  if type(message) == "string" then
    check_size(message, opts.size)
    return engine.run(self, native.demanded(native.reader "appenduid"), backend.append, mailbox,
      opts.flags ~= nil and arguments.flags(opts.flags, "flags") or nil, arguments.date(opts.date, "date"), message,
      opts.verbatim and c.IMAP_APPEND_VERBATIM or 0)
  end
  if message == nil then
    errors.argument("message must be a string, a file, a function or a descriptor, not nil")
  end
  local one = { message = message, flags = opts.flags, date = opts.date, size = opts.size }
  return append(self, mailbox, prepared { one })
end

-- One command for each message; what the server told of them, together.
local function append_singly(conn, mailbox, messages)
  local found
  for _, one in ipairs(messages) do
    local appended = append(conn, mailbox, { one })
    if appended then
      found = found or { uidvalidity = appended.uidvalidity, uid = appended.uid, ranges = {}, uids = {} }
      for _, range in ipairs(appended.ranges) do
        found.ranges[#found.ranges + 1] = range
      end
      for _, uid in ipairs(appended.uids) do
        found.uids[#found.uids + 1] = uid
      end
    end
  end
  return found
end

--- Adds several, each as append_message takes it, or { message = …, flags, date, size, verbatim }: in one command where the
--- server has MULTIAPPEND, all of them or none; else one after another, so that those before one that is refused stay.
function methods:append_messages(mailbox, list)
  engine.check_self(self)
  if type(list) ~= "table" then
    errors.argument("list must be an array of messages, not a %s", type(list))
  end
  mailbox = mailbox ~= nil and arguments.text(mailbox, "mailbox") or nil
  local messages = prepared(list)
  if #messages > 1 then
    if backend.capability_is_stale(engine.known(self)) then
      self:capability()
    end
    if not backend.has_capability(self._handle, "MULTIAPPEND") then
      return append_singly(self, mailbox, messages)
    end
  end
  return append(self, mailbox, messages)
end

return methods
