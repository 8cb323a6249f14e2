-- What the server answered: the result of a command with its rows, one row, or an event. It outlives its connection and
-- never changes. Readers are fields: response.status, response.text, response.numbers; what was read once stays.
--
--   status       "OK", "NO", "BAD", "BYE", "PREAUTH"; nil of data        kind      "fetch", "exists", "list", … "other"
--   name         "FETCH", of a result the command's: "UID FETCH"         number    12 in "* 12 EXISTS"
--   text         of a status, with its code; message_text: without       code      see imap4.views
--   rows         the untagged responses of a result                      messages  those that are messages
--   arrival      place in the order in which lines arrived               raw       the line as it came
--   malformed    whether some of it fits no rule                         tree      the line as nested values
--
-- The typed readers (numbers, mailboxes, quotas, …) are in imap4.views.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local errors = require "imap4.errors"
local c = backend.constants

local Response = { __name = "imap4.response" }
local readers, methods = {}, {}
local check_self = errors.check_self
Response.readers, Response.methods = readers, methods

local KINDS, STATUSES = {}, { [0] = false, "OK", "NO", "BAD", "BYE", "PREAUTH" }
for name, number in pairs(c) do
  local kind = name:match("^IMAP_KIND_(.*)$")
  if kind then
    KINDS[number] = kind:lower()
  end
end

-- The collector sees a handle of a few octets where the library holds a response: so it is told to look when many octets
-- have been handed out since it last did.
local PRESSURE = 32 * 1024 * 1024
local OVERHEAD = 1024 -- of a response beside its octets
local handed_out = 0

function Response.weighs(octets)
  handed_out = handed_out + octets + OVERHEAD
  if handed_out > PRESSURE then
    handed_out = 0
    collectgarbage()
  end
end

-- A few rows tell of many.
local function weight_of(handle)
  local rows = backend.row_count(handle)
  if rows == 0 then
    return backend.weight(handle)
  end
  local seen, octets = math.min(rows, 16), 0
  for i = 0, seen - 1 do
    octets = octets + backend.weight(backend.row(handle, i)) + OVERHEAD
  end
  return octets * rows / seen
end

--- A response from a handle that nobody holds yet.
function Response.own(handle)
  Response.weighs(weight_of(handle))
  return setmetatable({ _handle = handle }, Response)
end

-- A row lives as long as its result, which it holds on to.
local function row_of(owner, handle)
  return setmetatable({ _handle = handle, _owner = owner }, Response)
end

--- The handle behind a response or message, as long as there is something behind it.
function Response.handle_of(response)
  local owner = rawget(response, "_owner") or response
  local handle = rawget(owner, "_handle")
  if not handle then
    errors.argument("the response was freed")
  end
  return owner == response and handle or rawget(response, "_handle")
end
local handle_of = Response.handle_of

function Response:__index(name)
  local method = methods[name]
  if method then
    return method
  end
  local reader = readers[name]
  if not reader then
    return nil
  end
  local value = reader(self, handle_of(self))
  rawset(self, name, value)
  return value
end

function Response:__tostring()
  if not rawget(self, "_owner") and not rawget(self, "_handle") then
    return "imap4.response (freed)"
  end
  return "imap4.response (" .. (self.status or "*") .. " " .. self.name .. ")"
end

function readers:status(handle)
  return STATUSES[backend.status(handle)] or nil
end

function readers:kind(handle)
  return KINDS[backend.kind(handle)] or "other"
end

function readers:name(handle)
  return backend.response_name(handle)
end

function readers:number(handle)
  return backend.number(handle)
end

function readers:arrival(handle)
  return backend.arrival(handle)
end

function readers:text(handle)
  return backend.text(handle)
end

function readers:message_text(handle)
  return backend.message(handle)
end

function readers:raw(handle)
  return backend.raw(handle)
end

function readers:malformed(handle)
  return backend.malformed(handle)
end

function readers:row_count(handle)
  return backend.row_count(handle)
end

function readers:rows(handle)
  local rows, owner = {}, rawget(self, "_owner") or self
  for i = 1, backend.row_count(handle) do
    rows[i] = row_of(owner, backend.row(handle, i - 1))
  end
  return rows
end

--- imaplib's data: strings, and { text, literal } pairs. None at all is n = 1 with a nil.
function methods:items(name)
  check_self(self, Response, "response")
  return backend.items(handle_of(self), arguments.optional(name, "name"))
end

--- Gives the memory back now, before the collector does. Rows go with their result. What was read before stays.
function methods:free()
  check_self(self, Response, "response")
  local handle = rawget(self, "_handle")
  if handle and not rawget(self, "_owner") then
    rawset(self, "_handle", nil)
    backend.response_free(handle)
  end
end

-- ---- The tree ----------------------------------------------------------------------------------

local NUMBER, LIST, CODE, NIL = c.IMAP_NODE_NUMBER, c.IMAP_NODE_LIST, c.IMAP_NODE_CODE, c.IMAP_NODE_NIL
local EXACT = 2 ^ 53 -- which is also what comes of one more where numbers are doubles

-- Nodes from one on, as { n = …, … }; without recursion, since servers decide how deep it goes.
local function values(handle, first)
  local top = { n = 0 }
  local list, node, outer, depth = top, first, {}, 0
  while true do
    if node == 0 then
      if depth == 0 then
        return top
      end
      node, list = outer[depth].node, outer[depth].list
      depth = depth - 1
    else
      local kind, text = backend.node(handle, node)
      local n = list.n + 1
      list.n = n
      if kind == LIST or kind == CODE then
        local inner = { n = 0 }
        list[n] = inner
        depth = depth + 1
        outer[depth] = { node = backend.node_next(handle, node), list = list }
        list, node = inner, backend.node_first(handle, node)
      else
        if kind == NUMBER then
          local number = tonumber(text)
          list[n] = number < EXACT and number or text
        elseif kind ~= NIL then
          list[n] = text
        end
        node = backend.node_next(handle, node)
      end
    end
  end
end

--- The line as nested values: strings, numbers (texts where Lua would round them), nil for NIL, { n = … } for lists. A
--- response code is a list too.
function readers:tree(handle)
  return values(handle, backend.node_first(handle, c.IMAP_ROOT))
end

--- The value of one node; nil for none.
function Response.value_of(handle, node)
  if node == 0 then
    return nil
  end
  local kind, text = backend.node(handle, node)
  if kind == LIST or kind == CODE then
    return values(handle, backend.node_first(handle, node))
  elseif kind == NUMBER then
    local number = tonumber(text)
    return number < EXACT and number or text
  end
  return text
end

return Response
