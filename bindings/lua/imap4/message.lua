-- One message of a FETCH. Readers are fields:
--
--   seq, uid                   numbers; nil if they did not come (so with all below)
--   size                       octets (RFC822.SIZE)
--   internaldate               seconds since 1970 UTC, as os.time; offset_minutes: the zone it was written in
--   flags                      an array of strings; has_flag(name) in any case
--   modseq                     decimal digits; so gm_msgid, gm_thrid (63 bits and more, which Lua may round)
--   envelope, body_structure   see imap4.envelope, imap4.body
--   sections                   an array of { item, part, octets, … }; section(item) gives the octets
--   email_id, thread_id, save_date, preview, gm_labels
--
-- In a loop of each_message the rest can be read until the next message is asked for; keep() makes it stay for ever. What
-- was read once stays too.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local body = require "imap4.body"
local envelope = require "imap4.envelope"
local errors = require "imap4.errors"
local Response = require "imap4.response"
local c = backend.constants

local Message = { __name = "imap4.message" }
local readers, methods = {}, {}

local setmetatable, rawget, rawset, floor = setmetatable, rawget, rawset, math.floor
local fetch = backend.fetch
local check_self = errors.check_self

local HAS_FLAGS, HAS_DATE, HAS_SIZE = c.IMAP_FETCH_FLAGS, c.IMAP_FETCH_INTERNALDATE, c.IMAP_FETCH_SIZE
local HAS_MODSEQ, HAS_MSGID, HAS_THRID = c.IMAP_FETCH_MODSEQ, c.IMAP_FETCH_GM_MSGID, c.IMAP_FETCH_GM_THRID

local function has_bit(set, bit)
  return floor(set / bit) % 2 == 1
end

-- Messages with the same flags share one array, by the octets of their list; nobody should change one. A mailbox has few
-- combinations, so a server that makes up ever new ones only begins the table anew.
local arrays, count = {}, 0
local MOST_ARRAYS = 4096

local function flags_of(handle, node)
  local raw = backend.node_raw(handle, node)
  local found = raw and arrays[raw]
  if not found then
    found = backend.words(handle, node)
    if raw then
      if count >= MOST_ARRAYS then
        arrays, count = {}, 0
      end
      arrays[raw], count = found, count + 1
    end
  end
  return found
end

local none -- keeps room: a table of LuaJIT has 16 keys or 32

-- A message from a row that `lender` (an iterator) has until its count of rows moves on.
function Message.lent(handle, lender, place)
  local has, seq, uid, mask, flags_node, date, offset, size, envelope_node, structure, body_node = fetch(handle)
  if not has then
    return nil
  end
  local has_date = date ~= 0 or has_bit(has, HAS_DATE)
  return setmetatable({
    seq = seq > 0 and seq or nil,
    uid = uid > 0 and uid or nil,
    size = (size > 0 or has_bit(has, HAS_SIZE)) and size or nil,
    internaldate = has_date and date or nil,
    offset_minutes = has_date and offset or nil,
    flags = none, envelope = none, body_structure = none,
    _has = has, _mask = mask, _flags = flags_node, _envelope = envelope_node,
    _structure = structure > 0 and structure or body_node,
    _handle = handle, _lender = lender, _place = place,
  }, Message)
end
local lent = Message.lent

-- A message of a row whose response the caller has; nil if it is no FETCH.
function Message.of_row(handle, owner)
  local message = lent(handle, nil, 0)
  if message then
    message._owner = owner
  end
  return message
end

-- The handle, as long as the row is there.
local function handle_of(self)
  local lender = rawget(self, "_lender")
  if lender and lender._place ~= rawget(self, "_place") then
    errors.argument("this message is gone: keep() it before the next one is asked for")
  elseif not lender then
    return Response.handle_of(self)
  end
  return rawget(self, "_handle")
end

function Message:__index(name)
  local reader = readers[name]
  if reader then
    local value = reader(self)
    rawset(self, name, value)
    return value
  end
  return methods[name]
end

function Message:__tostring()
  return ("imap4.message (%s, UID %s)"):format(rawget(self, "seq") or "?", rawget(self, "uid") or "?")
end

function readers:flags()
  if has_bit(self._has, HAS_FLAGS) then
    return flags_of(handle_of(self), self._flags)
  end
end

function readers:envelope()
  if self._envelope ~= 0 then
    return envelope.of(handle_of(self), self._envelope)
  end
end

function readers:body_structure()
  if self._structure ~= 0 then
    return body.of(handle_of(self), self._structure)
  end
end

function readers:sections()
  local found = {}
  local handle = handle_of(self)
  repeat
    local section = backend.section(handle, #found)
    found[#found + 1] = section
  until not section
  return found
end

-- The rarer items: read together, once.
local function more(self)
  local row = rawget(self, "_more")
  if not row then
    row = backend.fetch_more(handle_of(self))
    rawset(self, "_more", row)
  end
  return row
end

local function number_reader(field, bit)
  readers[field] = function(self)
    if has_bit(self._has, bit) then
      return more(self)[field]
    end
  end
end
number_reader("modseq", HAS_MODSEQ)
number_reader("gm_msgid", HAS_MSGID)
number_reader("gm_thrid", HAS_THRID)

local function node_reader(field, node)
  readers[field] = function(self)
    local handle = handle_of(self)
    return Response.value_of(handle, more(self)[node])
  end
end
node_reader("email_id", "email_id_node")
node_reader("thread_id", "thread_id_node")
node_reader("preview", "preview_node")
node_reader("gm_labels", "gm_labels_node")

function readers:save_date()
  local row = more(self)
  if row.save_date_node ~= 0 and row.save_date ~= 0 then
    return row.save_date
  end
end

--- Whether an item came in a form that is not its own.
function readers:malformed()
  return more(self).malformed ~= 0
end

-- Flags that have a bit of their own, by their names in lower case.
local BITS = {
  ["\\seen"] = c.IMAP_SEEN, ["\\answered"] = c.IMAP_ANSWERED, ["\\flagged"] = c.IMAP_FLAGGED,
  ["\\deleted"] = c.IMAP_DELETED, ["\\draft"] = c.IMAP_DRAFT, ["\\recent"] = c.IMAP_RECENT,
  ["$forwarded"] = c.IMAP_FORWARDED, ["$mdnsent"] = c.IMAP_MDN_SENT, ["$junk"] = c.IMAP_JUNK,
  ["$notjunk"] = c.IMAP_NOT_JUNK, ["$phishing"] = c.IMAP_PHISHING, ["$important"] = c.IMAP_IMPORTANT,
}

--- Whether the message has a flag, in any case.
function methods:has_flag(name)
  check_self(self, Message, "message")
  name = arguments.text(name, "name"):lower()
  local bit = BITS[name]
  if bit then
    return has_bit(self._mask, bit)
  end
  for _, flag in ipairs(self.flags or {}) do
    if flag:lower() == name then
      return true
    end
  end
  return false
end

--- The octets of a section by its item, "BODY[1]"; nil if it did not come, is NIL, or was streamed.
function methods:section(item)
  check_self(self, Message, "message")
  return backend.section_octets(handle_of(self), arguments.text(item, "item"))
end

--- Makes the message outlive its row. Gives itself.
function methods:keep()
  check_self(self, Message, "message")
  if rawget(self, "_lender") then
    local handle = backend.response_keep(handle_of(self))
    rawset(self, "_handle", handle)
    rawset(self, "_lender", nil)
    Response.weighs(backend.weight(handle))
  end
  return self
end

return Message
