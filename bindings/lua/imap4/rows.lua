-- Answers row by row, as they arrive: memory does not grow with their number. Literals that were asked for pass by as they
-- arrive, too.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local Message = require "imap4.message"
local native = require "imap4.messages"
local Response = require "imap4.response"
local c = backend.constants

local methods = Connection.methods
local OK, AGAIN, LITERAL, END = c.IMAP_OK, c.IMAP_AGAIN, c.IMAP_LITERAL, c.IMAP_END
local PIECE = 65536
local check_self = errors.check_self

-- What next() and a for loop go through. _place counts the rows: what was lent of an earlier one is gone.
local Rows = { __name = "imap4.rows" }
Rows.__index = Rows

-- for … in rows: rows is called. Lua 5.1 cannot wait there by a function that yields.
function Rows.__call(rows)
  if rows._cannot_yield then
    errors.argument("Lua 5.1 cannot yield inside a for loop's iterator: use `while` with :next()")
  end
  return rows:next()
end

-- In Lua 5.4 a for loop closes its fourth value when it is left, however that is.
function Rows.__close(rows)
  rows:close()
end

-- Before another call: the row that a loop is looking at goes, unless a message keeps it.
function Rows:lend_no_more()
  local message = self._lent
  self._lent, self._conn._iterator = nil, nil
  if message then
    message:keep()
  end
end

-- Notes the command of a loop that the collector took before its end: nobody will ask for its rows any more. (A table of Lua
-- 5.1 and LuaJIT has no __gc.)
local function watched(conn, id)
  local watch, forgotten = { id = id }, conn._forgotten
  local function collected()
    if watch.id then
      forgotten[#forgotten + 1] = watch.id
    end
  end
  local proxy = rawget(_G, "newproxy")
  if proxy then
    watch.token = proxy(true)
    getmetatable(watch.token).__gc = collected
  else
    watch.token = setmetatable({}, { __gc = collected })
  end
  return watch
end

local function over(rows)
  local conn = rows._conn
  rows._watch.id = nil
  rows._is_over, rows._lent = true, nil
  rows._place = rows._place + 1
  if conn._iterator == rows then
    conn._iterator = nil
  end
  if rows._streamed and conn._streamed == rows._streamed and conn._handle then
    engine.stream(conn, false)
  end
end

-- What takes octets: a function, a file or another object with write, a descriptor; nil for nothing.
local function sink_of(value, name)
  local kind = type(value)
  if value == nil or kind == "function" or arguments.has_method(value, "write") then
    return value
  elseif kind == "number" then
    return arguments.number(value, name, 0, 2147483647)
  end
  errors.argument("%s must be a function, a file or a descriptor, not a %s", name, kind)
end

local function check_call(conn, call)
  if conn._call ~= call then
    error(errors.plain(c.IMAP_ERR_BUSY, "the answer was given up: another call was made in the middle"), 0)
  end
end

-- Where a literal goes.
local function sink_for(rows, conn, call, info)
  local sink = rows._on_literal and sink_of(rows._on_literal(info), "what on_literal gives") or rows._sink
  check_call(conn, call)
  return sink
end

local function write_to(sink, octets)
  local is_ok, problem = sink:write(octets)
  if not is_ok then
    return errors.new("system", "IMAP_ERR_SYSTEM", "writing the literal: " .. tostring(problem))
  end
end

-- A literal that passes by: to the caller's function or descriptor, or away.
local function pass_by(rows, conn, call, handle)
  local info = backend.literal_info(handle)
  local sink = sink_for(rows, conn, call, info)
  if type(sink) == "number" then
    local rc = backend.literal_to_fd(handle, sink)
    while rc == AGAIN do
      engine.pause(conn, call)
      rc = backend.literal_to_fd(handle, sink)
    end
    return rc
  end
  while true do
    local rc, octets = backend.literal_read(handle, PIECE)
    if rc == END then
      return OK
    elseif rc == AGAIN then
      engine.pause(conn, call)
    elseif rc ~= OK then
      return rc
    elseif type(sink) == "table" or type(sink) == "userdata" then
      local problem = write_to(sink, octets)
      check_call(conn, call)
      if problem then
        backend.literal_skip(handle)
        error(problem, 0)
      end
    elseif sink then
      sink(octets, info)
      check_call(conn, call)
    end
  end
end

-- To a descriptor of the caller's.
local function write_all(conn, call, fd, octets)
  local at = 0
  while at < #octets do
    local count, again, errno = backend.fd_write(fd, octets, at)
    if count then
      at = at + count
    elseif not again then
      error(errors.new("system", "IMAP_ERR_SYSTEM", "writing the literal to the descriptor", { errno = errno }), 0)
    elseif conn._wait then
      conn._wait(fd, "w", nil)
      check_call(conn, call)
    else
      backend.poll(fd, "w", engine.SLICE)
    end
  end
end

-- What was to pass by and is in the row all the same, because another command was waited for when it came, or because the
-- server wrote it in quotes, goes the same way.
local function hand_over(rows, conn, call, message)
  for _, section in ipairs(message.sections) do
    local octets = section.octets
    if octets and octets ~= "" and not section.streamed and rows._names[section.item:upper()] then
      local info = { item = section.item, size = #octets, number = message.seq, uid = message.uid, binary = section.binary }
      local sink = sink_for(rows, conn, call, info)
      if type(sink) == "number" then
        write_all(conn, call, sink, octets)
      elseif type(sink) == "table" or type(sink) == "userdata" then
        local problem = write_to(sink, octets)
        if problem then
          error(problem, 0)
        end
      elseif sink then
        sink(octets, info)
        check_call(conn, call)
      end
    end
  end
end

-- The end: the command's result, whose refusal is an error.
local function finish(rows, conn, call, id)
  over(rows)
  local rc, handle = engine.wait(conn, call, id)
  engine.settled(conn, rc)
  local response = Response.own(handle)
  if rc == c.IMAP_NO or rc == c.IMAP_BAD then
    error(errors.answered(rc, response), 0)
  end
  rows.response = response
end

-- The next row where the first look did not give one: rc is what it gave.
local function next_slowly(rows, conn, rc, row)
  local id = rows._id
  local handle, call = engine.enter(conn, nil, rows._streamed)
  call[1] = id
  if rc == nil then
    rc, row = backend.next(handle, id)
  end
  while true do
    if rc == OK then
      local found = rows._make(rows, row)
      if found then
        if rows._names then
          hand_over(rows, conn, call, found)
        end
        engine.leave(conn)
        return found
      end
    elseif rc == AGAIN then
      engine.pause(conn, call)
    elseif rc == LITERAL then
      rc = pass_by(rows, conn, call, handle)
      if rc ~= OK then
        over(rows)
        engine.settled(conn, rc)
      end
    elseif rc == END then
      return finish(rows, conn, call, id)
    else
      over(rows)
      engine.settled(conn, rc)
      error(errors.plain(rc), 0)
    end
    rc, row = backend.next(handle, id)
  end
end

--- The next message (or row); nil after the last. What the one before has not read yet is gone then.
function Rows:next()
  check_self(self, Rows, "row iterator")
  if self._is_over then
    return nil
  end
  local conn = self._conn
  if conn._iterator == self then -- this row goes: nobody asked to keep it
    conn._iterator = nil
  end
  self._lent = nil
  self._place = self._place + 1
  local handle = conn._handle
  if handle == nil or self._names or conn._streamed ~= self._streamed or conn._call or conn._iterator or conn._woken then
    return next_slowly(self, conn)
  end
  local rc, row = backend.next(handle, self._id)
  if rc == OK then
    local found = self._make(self, row)
    if found then
      return found
    end
    rc = nil
  end
  return next_slowly(self, conn, rc, row)
end

--- Ends the reading early: the rest of the answer is dropped as it comes.
function Rows:close()
  check_self(self, Rows, "row iterator")
  if self._is_over then
    return
  end
  local conn = self._conn
  over(self)
  if conn._handle then
    backend.discard(conn._handle, self._id)
  end
end

-- ---- What makes a row --------------------------------------------------------------------------

local lent = Message.lent

local function make_message(rows, row)
  if rows._row ~= row then rows._row = row end
  local message = lent(row, rows, rows._place)
  rows._lent = message
  rows._conn._iterator = message and rows or nil
  return message
end

local function make_response(_, row)
  return Response.own(backend.response_keep(row))
end

-- Rows of no command.
local function none(conn)
  return setmetatable({ _conn = conn, _is_over = true }, Rows)
end

-- Submits a command; while its rows are read, literals of `streamed` are not kept.
local function begin(conn, name, args, make, streamed)
  if conn._collector then
    errors.argument("rows one by one cannot be had in a pipeline")
  end
  local handle, call = engine.enter(conn)
  if streamed and (streamed:find("[\r\n]") or engine.stream(conn, streamed) ~= OK) then
    engine.leave(conn)
    errors.argument("stream: %s cannot be streamed", streamed)
  end
  local rc, id = backend.submit(handle, name, args)
  if rc ~= c.IMAP_QUEUED then
    local err = errors.last(handle, rc)
    engine.stream(conn, false)
    engine.leave(conn)
    error(err, 0)
  end
  call[1] = id
  engine.leave(conn)
  return setmetatable({
    _conn = conn, _id = id, _place = 0, _row = false, _make = make, _streamed = streamed or false,
    _names = false, _watch = watched(conn, id),
    _cannot_yield = engine.cannot_yield(conn),
  }, Rows)
end

-- The names under which a server answers items: without .PEEK, and of a part the origin alone.
local function answered_as(items)
  return (items:gsub("[()]", ""):gsub("%.[Pp][Ee][Ee][Kk]%[", "["):gsub("<(%d+)%.%d+>", "<%1>"))
end

-- The names as a set, in upper case.
local function set_of(items)
  local names = {}
  for name in items:gmatch("%S+") do
    names[name:upper()] = true
  end
  return names
end

--- The messages of a FETCH one by one, as they arrive:
---
---     for message in conn:each_message("1:*", "UID FLAGS RFC822.SIZE") do total = total + message.size end
---
--- or `local messages = conn:each_message(…)`, then messages:next(), and messages:close() to leave early (which a for loop of
--- Lua 5.4 does by itself). Of an empty array of numbers there are none. In the loop other commands may be used. Options:
--- uid, changed_since; stream: items ("BODY[]") whose literals are not kept but go, as they arrive, to `to`: a function that
--- gets octets and info { item, size, number, uid }, a file or a descriptor; or on_literal: a function that gets info and
--- gives where this one goes (nil: away).
function methods:each_message(set, items, opts)
  engine.check_self(self)
  opts = arguments.choices(opts, "uid changed_since stream to on_literal")
  if arguments.is_nothing(set) then
    native.nothing(self, items, opts)
    local rows = none(self)
    return rows, nil, nil, rows
  end
  local args = native.fetch_args(set, items, opts)
  local on_literal = opts.on_literal ~= nil and arguments.func(opts.on_literal, "on_literal") or nil
  local streamed = opts.stream ~= nil and answered_as(arguments.words(opts.stream, "stream")) or nil
  local sink = sink_of(opts.to, "to")
  local wanted = streamed or self:option("literal_stream_items") or ""
  if (sink or on_literal) and not wanted:find("%S") and self:option("literal_stream_min") == 0 then
    errors.argument("%s gets nothing: stream says which items' literals", sink and "to" or "on_literal")
  end
  local rows = begin(self, native.by_uid("FETCH", opts), args, make_message, streamed)
  rows._sink, rows._on_literal = sink, on_literal
  rows._names = (sink or on_literal) and set_of(wanted) or false
  return rows, nil, nil, rows
end

--- The rows of any command one by one, as responses that stay: for row in conn:each_row("LIST", "", { pattern = "*" }) do
function methods:each_row(name, ...)
  engine.check_self(self)
  local args = arguments.list()
  for i = 1, select("#", ...) do
    arguments.typed(args, (select(i, ...)), "argument " .. i)
  end
  local rows = begin(self, arguments.text(name, "name"), args, make_response)
  return rows, nil, nil, rows
end

return Rows
