-- One message of a FETCH. Readers are fields:
--
--   seq, uid                   numbers; nil if they did not come (so with all below) or are none
--   size                       octets (RFC822.SIZE)
--   internaldate               seconds since 1970 UTC, as os.time; offset_minutes: the zone it was written in
--   flags                      an array of strings; has_flag(name) in any case
--   modseq                     decimal digits; so gm_msgid, gm_thrid (63 bits and more, which Lua may round)
--   envelope, body_structure   see imap4.envelope, imap4.body
--   sections                   an array of { item, part, octets, … }; section(item) gives the octets
--   email_id, thread_id, save_date, preview, gm_labels
--   item(name)                 any other one as a tree
--
-- In a loop of each_message numbers, date, flags, envelope and body structure stay. The rest can be read until the next
-- message is asked for, and what was read of it stays; keep() makes all stay.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local body = require "imap4.body"
local envelope = require "imap4.envelope"
local errors = require "imap4.errors"
local Response = require "imap4.response"
local c = backend.constants

local Message = { __name = "imap4.message" }
local fields, readers, methods = {}, {}, {}

local setmetatable, rawget, rawset, type, floor = setmetatable, rawget, rawset, type, math.floor
local fetch = backend.fetch
local envelope_of, body_of = envelope.of, body.of
local check_self = errors.check_self

local HAS_FLAGS, HAS_DATE, HAS_SIZE = c.IMAP_FETCH_FLAGS, c.IMAP_FETCH_INTERNALDATE, c.IMAP_FETCH_SIZE
local HAS_MODSEQ, HAS_MSGID, HAS_THRID = c.IMAP_FETCH_MODSEQ, c.IMAP_FETCH_GM_MSGID, c.IMAP_FETCH_GM_THRID

-- A message is an array, which is made at a third of the price of a table with as many names: up to 15 values LuaJIT
-- allocates in one piece. The three that are values once they were read are nodes before.
local SEQ, UID, HAS, MASK, SIZE, DATE, OFFSET = 1, 2, 3, 4, 5, 6, 7
local FLAGS, ENVELOPE, STRUCTURE, HANDLE, LENDER, PLACE, OWNER = 8, 9, 10, 11, 12, 13, 14

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

-- A message from a row that `lender` (an iterator) has until its count of rows moves on; nil if it is no FETCH. What has
-- structure is read at once. (LuaJIT cannot return in compiled code from a loop below a metamethod.)
function Message.lent(handle, lender, place)
  local has, seq, uid, mask, flags, date, offset, size, envelope_node, structure, body_node = fetch(handle)
  if not has then
    return nil
  end
  structure = structure > 0 and structure or body_node
  local message = {
    seq, uid, has, mask, size, date, offset, has_bit(has, HAS_FLAGS) and flags_of(handle, flags),
    envelope_node ~= 0 and envelope_of(handle, envelope_node), structure ~= 0 and body_of(handle, structure), false, lender,
    place, false,
  }
  setmetatable(message, Message)
  return message
end

-- A message of a row whose response, the owner, the caller has; nil if it is no FETCH.
function Message.of_row(handle, owner)
  local has, seq, uid, mask, flags, date, offset, size, envelope_node, structure, body_node = fetch(handle)
  if not has then
    return nil
  end
  return setmetatable({
    seq, uid, has, mask, size, date, offset, flags, envelope_node, structure > 0 and structure or body_node, handle, false, 0,
    owner,
  }, Message)
end

-- The handle, as long as the row is there.
local function handle_of(self)
  local lender, owner = self[LENDER], self[OWNER]
  if lender then
    if lender._place ~= self[PLACE] then
      errors.argument("this message is gone: keep() it before the next one is asked for")
    end
    return lender._row
  elseif owner then
    Response.handle_of(owner)
  end
  return self[HANDLE]
end

function Message:__index(name)
  local field = fields[name]
  if field then
    return field(self)
  end
  local reader = readers[name]
  if reader then
    local value = reader(self)
    rawset(self, name, value)
    return value
  end
  return methods[name]
end

function Message:__tostring()
  return ("imap4.message (%s, UID %s)"):format(self.seq or "?", self.uid or "?")
end

function fields:seq()
  local seq = self[SEQ]
  return seq > 0 and seq or nil
end

function fields:uid()
  local uid = self[UID]
  return uid > 0 and uid or nil
end

function fields:size()
  local size = self[SIZE]
  return (size > 0 or has_bit(self[HAS], HAS_SIZE)) and size or nil
end

function fields:internaldate()
  local date = self[DATE]
  return (date ~= 0 or has_bit(self[HAS], HAS_DATE)) and date or nil
end

function fields:offset_minutes()
  return (self[DATE] ~= 0 or has_bit(self[HAS], HAS_DATE)) and self[OFFSET] or nil
end

function fields:flags()
  local found = self[FLAGS]
  if type(found) == "number" then
    found = has_bit(self[HAS], HAS_FLAGS) and flags_of(handle_of(self), found)
    self[FLAGS] = found
  end
  return found or nil
end

function fields:envelope()
  local found = self[ENVELOPE]
  if type(found) == "number" then
    found = found ~= 0 and envelope_of(handle_of(self), found)
    self[ENVELOPE] = found
  end
  return found or nil
end

function fields:body_structure()
  local found = self[STRUCTURE]
  if type(found) == "number" then
    found = found ~= 0 and body_of(handle_of(self), found)
    self[STRUCTURE] = found
  end
  return found or nil
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
    if has_bit(self[HAS], bit) then
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

--- Whether an item came in a form that is not its own, or something else in the row fits no rule.
function readers:malformed()
  return more(self).malformed ~= 0 or backend.malformed(handle_of(self))
end

-- Flags that have a bit of their own, by their names in lower case.
local BITS = {
  ["\\seen"] = c.IMAP_SEEN, ["\\answered"] = c.IMAP_ANSWERED, ["\\flagged"] = c.IMAP_FLAGGED,
  ["\\deleted"] = c.IMAP_DELETED, ["\\draft"] = c.IMAP_DRAFT, ["\\recent"] = c.IMAP_RECENT,
  ["$forwarded"] = c.IMAP_FORWARDED, ["$mdnsent"] = c.IMAP_MDN_SENT, ["$junk"] = c.IMAP_JUNK,
  ["$notjunk"] = c.IMAP_NOT_JUNK, ["$phishing"] = c.IMAP_PHISHING, ["$important"] = c.IMAP_IMPORTANT,
}

--- Whether the message has a flag, in any case. Where FLAGS was not fetched (flags is nil) it is false of all.
function methods:has_flag(name)
  check_self(self, Message, "message")
  name = arguments.text(name, "name"):lower()
  local bit = BITS[name]
  if bit then
    return has_bit(self[MASK], bit)
  end
  for _, flag in ipairs(self.flags or {}) do
    if flag:lower() == name then
      return true
    end
  end
  return false
end

--- The octets of a section by its item, "BODY[1]" or, as it was asked for, "BODY.PEEK[1]"; nil if it did not
--- come, is NIL, or was streamed.
function methods:section(item)
  check_self(self, Message, "message")
  local octets = backend.section_octets(handle_of(self), arguments.text(item, "item"))
  return octets -- one value, also for nil
end

--- The value of any item as a tree, "X-SOMETHING", its name in any case; nil if it did not come, or is NIL.
function methods:item(name)
  check_self(self, Message, "message")
  name = arguments.text(name, "name"):upper()
  local handle = handle_of(self)
  local next_of = backend.node_next
  -- The number, FETCH, and names with values.
  local list = next_of(handle, next_of(handle, backend.node_first(handle, c.IMAP_ROOT)))
  local node = backend.node_first(handle, list)
  while node ~= 0 do
    local _, text = backend.node(handle, node)
    local value = next_of(handle, node)
    if text and text:upper() == name then
      return Response.value_of(handle, value)
    end
    node = value ~= 0 and next_of(handle, value) or 0
  end
  return nil
end

--- Makes the message outlive its row. Gives itself.
function methods:keep()
  check_self(self, Message, "message")
  if self[LENDER] then
    local handle = backend.response_keep(handle_of(self))
    self[HANDLE], self[LENDER] = handle, false
    Response.weighs(backend.weight(handle))
  end
  return self
end

return Message
