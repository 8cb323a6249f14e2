-- Envelopes and bodies through LuaJIT's ffi, each in one call of the library: it writes numbers and texts side by side, and
-- tables are made of them here.
--
-- Written for LuaJIT's compiler, since most of the time of a program that reads envelopes goes by here. A table is made
-- with all its keys, so that none has to be added. What may be missing is taken without a branch: otherwise each
-- combination of what is there and what is not would become a trace of its own.
local ffi = require "ffi"
local library = require "imap4.ffi_library"
local lib, constants = library.lib, library.constants

local str, new, cast, setmetatable = ffi.string, ffi.new, ffi.cast, setmetatable
local lower, find, match = string.lower, string.find, string.match
local bit = require "bit"
local arshift, band, bnot, min, max = bit.arshift, bit.band, bit.bnot, math.min, math.max
local S = {}

-- Where the library writes. A text is -1 for NIL; of an unsigned number `numbers` has the value.
local room, size = 1024, 16384
local numbers, texts = new("uint32_t[?]", room), new("char[?]", size)
local signed = cast("int32_t *", numbers)
local count_out, needed_out = new("size_t[1]"), new("size_t[1]")
local OK, TOO_SMALL = constants.IMAP_OK, constants.IMAP_ERR_ARGUMENT
local KEPT = 65536 -- larger buffers are not kept for the next message

local function grow(count, needed)
  room, size = tonumber(count), tonumber(needed)
  numbers, texts = new("uint32_t[?]", room), new("char[?]", size)
  signed = cast("int32_t *", numbers)
end

-- Fills the buffers; false if there is nothing to be read.
local function fill(flat, response, node)
  local rc = flat(response, node, numbers, room, count_out, texts, size, needed_out)
  if rc == TOO_SMALL then
    local count, needed = count_out[0], needed_out[0]
    grow(count > room and count or room, needed > size and needed or size)
    rc = flat(response, node, numbers, room, count_out, texts, size, needed_out)
  end
  return rc == OK
end

local function shrink()
  if room > KEPT or size > KEPT then
    grow(1024, 16384)
  end
end

-- ---- Texts -------------------------------------------------------------------------------------

-- A table keeps room for the keys that it was written with, even without a value, if that is no constant.
local none

-- Where a value goes that may be missing: KEYS.name[1] is "_", [2] "name". So no decision is taken, and no trace splits.
local function key(name)
  return { "_", name }
end

-- Sets the text whose length stands at i; gives where the next text begins.
local function take(one, keys, i, at)
  local length = signed[i]
  local missing = arshift(length, 31) -- -1 for NIL, else 0
  length = band(length, bnot(missing))
  one[keys[missing + 2]] = str(texts + at, length)
  return at + length
end

-- ---- Envelopes ---------------------------------------------------------------------------------

local MAILBOX, GROUP_START = constants.IMAP_ADDRESS_MAILBOX, constants.IMAP_ADDRESS_GROUP_START
local RAW_NAME, ROUTE, BOX, HOST, GROUP = key "raw_name", key "route", key "mailbox", key "host", key "group"
local DATE, RAW_SUBJECT, IN_REPLY_TO, MESSAGE_ID = key "date", key "raw_subject", key "in_reply_to", key "message_id"
local LISTS = { "from", "sender", "reply_to", "to", "cc", "bcc" }

-- The start or end of a group.
local function group_at(i, at, class)
  local one, kind = {}, signed[i]
  at = take(one, RAW_NAME, i + 1, at)
  at = take(one, ROUTE, i + 2, at)
  at = take(one, GROUP, i + 3, at)
  at = take(one, HOST, i + 4, at)
  one = kind == GROUP_START and { group = one.group } or { group_end = true }
  return setmetatable(one, class), at
end

-- Addresses repeat, from message to message and inside each, so the last ones are handed out again: by their texts as these
-- stand one behind the other, and the lengths of each.
local MOST_KNOWN, LONGEST_KNOWN = 1024, 255
local known, known_lengths, known_count = {}, {}, 0

local function remember(whole, lengths, one)
  if known_count == MOST_KNOWN then
    known, known_lengths, known_count = {}, {}, 0
  end
  known[whole], known_lengths[whole], known_count = one, lengths, known_count + 1
end

-- The address at i, whose texts begin at `at`; then where those of the next one begin.
local function address_at(i, at, class)
  local n = signed
  local name, route, mailbox, host = n[i + 1] + 1, n[i + 2] + 1, n[i + 3] + 1, n[i + 4] + 1 -- 0 for NIL
  local is_usual = n[i] == MAILBOX and max(name, route, mailbox, host) <= LONGEST_KNOWN
  local whole, lengths
  if is_usual then
    local octets = name + route + mailbox + host - min(name, 1) - min(route, 1) - min(mailbox, 1) - min(host, 1)
    whole, lengths = str(texts + at, octets), ((name * 256 + route) * 256 + mailbox) * 256 + host
    if known_lengths[whole] == lengths then
      return known[whole], at + octets
    end
  elseif n[i] ~= MAILBOX then
    return group_at(i, at, class)
  end
  local one = { raw_name = none, mailbox = none, host = none, name = none, route = none, _ = none }
  at = take(one, RAW_NAME, i + 1, at)
  at = take(one, ROUTE, i + 2, at)
  at = take(one, BOX, i + 3, at)
  at = take(one, HOST, i + 4, at)
  one._ = nil
  setmetatable(one, class)
  if is_usual then
    remember(whole, lengths, one)
  end
  return one, at
end

-- The envelope at i; then where what follows begins, in numbers and texts.
local function envelope_at(i, at, class, address_class)
  local envelope = {
    date = none, raw_subject = none, in_reply_to = none, message_id = none, subject = none, from = none, sender = none,
    reply_to = none, to = none, cc = none, bcc = none, malformed = signed[i] ~= 0, _ = none,
  }
  at = take(envelope, DATE, i + 1, at)
  at = take(envelope, RAW_SUBJECT, i + 2, at)
  at = take(envelope, IN_REPLY_TO, i + 3, at)
  at = take(envelope, MESSAGE_ID, i + 4, at)
  envelope._ = nil
  i = i + 5
  for field = 1, 6 do
    local count = signed[i]
    i = i + 1
    if count > 0 then
      local list = { false }
      list[1], at = address_at(i, at, address_class)
      i = i + 5
      if count > 1 then
        for k = 2, count do
          list[k], at = address_at(i, at, address_class)
          i = i + 5
        end
      end
      envelope[LISTS[field]] = list
    end
  end
  return setmetatable(envelope, class), i, at
end

--- The envelope at a node as a table of `class`, its addresses of address_class; nil for NIL.
function S.whole_envelope(response, node, class, address_class)
  if not fill(lib.imap_envelope_flat, response, node) then
    return nil
  end
  local one = envelope_at(0, 0, class, address_class)
  shrink()
  return one
end

-- ---- Bodies ------------------------------------------------------------------------------------

-- The names of parameters that are seen every day, so that few have to be put in lower case.
local USUAL = {}
for name in ("charset boundary name filename format type delsp size report-type protocol micalg"):gmatch("%S+") do
  USUAL[name], USUAL[name:upper()], USUAL[(name:gsub("^%l", string.upper))] = name, name, name
end
local NONE = {}

-- The value of a parameter that the library has to put together.
local function param_find(response, node, name)
  local buffer_size = 256
  for _ = 1, 2 do
    local buffer = new("char[?]", buffer_size)
    if lib.imap_param_find(response, node, name, buffer, buffer_size, needed_out) == OK then
      return str(buffer, needed_out[0])
    end
    buffer_size = tonumber(needed_out[0]) + 1
  end
end

local NUMBER, MEDIA_TYPE, SUBTYPE, ID, DESCRIPTION, ENCODING, MD5, DISPOSITION, LOCATION = key "number",
  key "media_type", key "subtype", key "id", key "raw_description", key "encoding", key "md5", key "disposition",
  key "location"
local OCTETS, LINES = key "octets", key "lines"

-- The multipart at i, if it has no more texts than it should.
local function multipart_at(i, at, class)
  local part = {
    number = none, media_type = none, subtype = none, is_multipart = true, params = none, parts = none,
    disposition_params = none, _ = none,
  }
  at = take(part, NUMBER, i + 1, at)
  at = take(part, MEDIA_TYPE, i + 8, at)
  at = take(part, SUBTYPE, i + 9, at)
  part._ = nil
  return setmetatable(part, class), at
end

-- The texts and numbers of the part at i, and where what follows has its texts. 16 keys is what one size of table has.
local function part_at(i, at, class)
  local n, u = signed, numbers
  if n[i + 2] == 1 and n[i + 3] == 0 and band(n[i + 5], n[i + 7], n[i + 10], n[i + 11], n[i + 12], n[i + 13], n[i + 14],
    n[i + 15]) == -1 then
    return multipart_at(i, at, class)
  end
  local part = {
    number = none, media_type = none, subtype = none, id = none, raw_description = none, encoding = none, disposition = none,
    octets = none, lines = none, is_multipart = n[i + 2] == 1, params = none, disposition_params = none, language = none,
    body = none, envelope = none, _ = none,
  }
  part[OCTETS[arshift(n[i + 5], 31) + 2]] = u[i + 5] * 4294967296 + u[i + 4]
  part[LINES[arshift(n[i + 7], 31) + 2]] = u[i + 7] * 4294967296 + u[i + 6]
  at = take(part, NUMBER, i + 1, at)
  at = take(part, MEDIA_TYPE, i + 8, at)
  at = take(part, SUBTYPE, i + 9, at)
  at = take(part, ID, i + 10, at)
  at = take(part, DESCRIPTION, i + 11, at)
  at = take(part, ENCODING, i + 12, at)
  if n[i + 13] >= 0 then
    at = take(part, MD5, i + 13, at)
  end
  at = take(part, DISPOSITION, i + 14, at)
  if n[i + 15] >= 0 then
    at = take(part, LOCATION, i + 15, at)
  end
  if n[i + 3] ~= 0 then
    part.malformed = true
  end
  part._ = nil
  return setmetatable(part, class), at
end

-- Name, in lower case, and value of the parameter at i; the name of one whose value the library has to put together
-- (RFC 2231, RFC 2047) as a third.
local function param_at(i, at)
  local n, t = signed, texts
  local length, value_length = n[i], n[i + 1]
  if length < 0 then
    return nil, nil, nil, value_length > 0 and at + value_length or at
  end
  local name = str(t + at, length)
  at = at + length
  name = USUAL[name] or lower(name)
  if value_length < 0 then
    return name, nil, find(name, "*", 1, true) and match(name, "^[^*]*") or nil, at
  end
  local value = str(t + at, value_length)
  at = at + value_length
  if find(value, "=?", 1, true) or find(name, "*", 1, true) then
    return name, nil, match(name, "^[^*]*"), at
  end
  return name, value, nil, at
end

-- What most parts have as their only parameter is shared by them.
local LONGEST_CHARSET, MOST_CHARSETS = 16, 64
local charsets, charset_count = {}, 0

local function charset_of(value)
  local one = charsets[value]
  if not one then
    if charset_count == MOST_CHARSETS then
      charsets, charset_count = {}, 0
    end
    one = { charset = value }
    charsets[value], charset_count = one, charset_count + 1
  end
  return one
end

-- The parameters whose first one's node stands at i.
local function params_at(response, i, at)
  local count = signed[i + 1]
  if count == 0 then
    return NONE, i + 2, at
  end
  local name, value, whole
  name, value, whole, at = param_at(i + 2, at)
  if count == 1 and name == "charset" and value and #value <= LONGEST_CHARSET then
    return charset_of(value), i + 4, at
  end
  local found = name and { [name] = value } or {}
  if whole then
    found[whole] = param_find(response, numbers[i], whole)
  end
  for k = 2, count do
    name, value, whole, at = param_at(i + k * 2, at)
    if whole then
      found[whole] = param_find(response, numbers[i], whole)
    elseif name then
      found[name] = value
    end
  end
  return found, i + 2 + count * 2, at
end

local function languages_at(i, at)
  local count = signed[i]
  if count == 0 then
    return nil, i + 1, at
  end
  local found = {}
  for k = 1, count do
    local length = signed[i + k]
    found[k] = str(texts + at, length)
    at = at + length
  end
  return found, i + 1 + count, at
end

local OUTERMOST = -1

--- The body at a node: a table of part_class, which has all others; nil for none. Without recursion, since servers decide
--- how deep it goes.
function S.whole_body(response, node, part_class, class, address_class)
  if not fill(lib.imap_body_flat, response, node) then
    return nil
  end
  local i, at, count = 0, 0, tonumber(count_out[0])
  local top, parts, index
  while i < count do
    local owner, part = signed[i], nil
    part, at = part_at(i, at, part_class)
    part.params, i, at = params_at(response, i + 16, at)
    part.disposition_params, i, at = params_at(response, i, at)
    if signed[i] ~= 0 then
      part.language, i, at = languages_at(i, at)
    else
      i = i + 1
    end
    if signed[i] ~= 0 then
      part.envelope, i, at = envelope_at(i + 1, at, class, address_class)
    else
      i = i + 1
    end
    if owner == OUTERMOST then
      top = part
      if i < count then
        parts, index = { [0] = part, none, none, none }, 1
      end
    else
      parts[index], index = part, index + 1
      local above = parts[owner]
      if not above.is_multipart then
        above.body = part
      elseif above.parts then
        above.parts[#above.parts + 1] = part
      else
        above.parts = { part, none }
      end
    end
  end
  shrink()
  return top
end

return S
