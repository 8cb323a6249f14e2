-- Envelopes, addresses, parts and parameters through LuaJIT's ffi. What they are, and where their fields are, is told in
-- imap4.envelope and imap4.body.
--
-- Most of the time of a program that reads envelopes goes by here, and of that most in making and collecting tables and
-- strings. So what was seen before is handed out again: lists of addresses, by their octets, and charsets.
local ffi = require "ffi"
local library = require "imap4.ffi_library"
local lib, constants, text_of = library.lib, library.constants, library.text_of

local new, str, sizeof = ffi.new, ffi.string, ffi.sizeof
local setmetatable, tonumber, lower, find, match = setmetatable, tonumber, string.lower, string.find, string.match
local S = {}

local envelope, address = new("imap_envelope"), new("imap_address")
local part, param = new("imap_part"), new("imap_param")
local envelope_size, address_size = sizeof(envelope), sizeof(address)
local part_size, param_size = sizeof(part), sizeof(param)
local text_out, text_len = new("const char *[1]"), new("size_t[1]")
local none -- keeps room

-- A table by texts that begins anew when it is full: servers decide what is in it.
local function memory(most)
  local found, count = {}, 0
  return function()
    return found
  end, function(text, value)
    if count == most then
      found, count = {}, 0
    end
    found[text], count = value, count + 1
    return value
  end
end

-- ---- Envelopes ---------------------------------------------------------------------------------

local MAILBOX, GROUP_START = constants.IMAP_ADDRESS_MAILBOX, constants.IMAP_ADDRESS_GROUP_START
local LONGEST_LIST = 512
local known_lists, know_list = memory(1024)

-- The addresses from a node on.
local function read_addresses(response, node, class)
  local a, found, count = address, {}, 0
  while lib.imap_address_get(response, node, a, address_size) == 0 do
    local one
    if a.kind == MAILBOX then
      one = {
        raw_name = text_of(a.name, a.name_len), mailbox = text_of(a.mailbox, a.mailbox_len),
        host = text_of(a.host, a.host_len), route = text_of(a.route, a.route_len), name = none,
      }
    elseif a.kind == GROUP_START then
      one = { group = text_of(a.mailbox, a.mailbox_len) }
    else
      one = { group_end = true }
    end
    count = count + 1
    found[count] = setmetatable(one, class)
    node = a.next
  end
  return found
end

--- The addresses from a node on, of a class. The node of a list stands before that of its first address; where it does
--- not, as in some broken lists, they are read.
function S.addresses(response, first, class)
  local list = first - 1
  if lib.imap_node_first(response, list) == first and lib.imap_node_raw(response, list, text_out, text_len) == 0
    and text_len[0] <= LONGEST_LIST then
    local raw = str(text_out[0], text_len[0])
    return known_lists()[raw] or know_list(raw, read_addresses(response, first, class))
  end
  return read_addresses(response, first, class)
end

--- The envelope at a node, with nodes in place of addresses; nil for NIL.
function S.envelope(response, node)
  local e = envelope
  if lib.imap_envelope_get(response, node, e, envelope_size) == 0 then
    return {
      text_of(e.date, e.date_len), text_of(e.subject, e.subject_len), text_of(e.in_reply_to, e.in_reply_to_len),
      text_of(e.message_id, e.message_id_len), e.from, e.sender, e.reply_to, e.to, e.cc, e.bcc, e.malformed ~= 0,
    }
  end
end

-- ---- Parameters --------------------------------------------------------------------------------

-- The names of parameters that are seen every day, so that few have to be put in lower case.
local USUAL = {}
for name in ("charset boundary name filename format type delsp size report-type protocol micalg"):gmatch("%S+") do
  USUAL[name], USUAL[name:upper()], USUAL[(name:gsub("^%l", string.upper))] = name, name, name
end

-- The value of a parameter that the library has to put together (RFC 2231, RFC 2047).
local function param_find(response, node, name)
  local size = 256
  for _ = 1, 2 do
    local buffer = new("char[?]", size)
    if lib.imap_param_find(response, node, name, buffer, size, text_len) == 0 then
      return str(buffer, text_len[0])
    end
    size = tonumber(text_len[0]) + 1
  end
end

-- What most parts have as their only parameter is shared by them.
local LONGEST_CHARSET = 16
local known_charsets, know_charset = memory(64)

-- Encoded words; and line ends and NUL, which only a literal can bring. Patterns would not be compiled.
local function is_to_decode(value)
  return find(value, "=?", 1, true) or find(value, "\n", 1, true) or find(value, "\r", 1, true) or find(value, "\0", 1, true)
end

-- Name and value of the parameter that was read last of those from `first` on; no name if it is not there.
local function name_and_value(response, first)
  local q = param
  if q.name == nil then
    return nil
  end
  local raw, value = str(q.name, q.name_len), text_of(q.value, q.value_len)
  local name = USUAL[raw] or lower(raw)
  if find(name, "*", 1, true) or value and is_to_decode(value) then
    name = match(name, "^[^*]*")
    value = param_find(response, first, name)
  end
  return name, value
end

--- The parameters from a node on, which is not 0. Most parts have one: a loop would not pay.
function S.params(response, first)
  local q = param
  if lib.imap_param_get(response, first, q, param_size) ~= 0 then
    return none
  end
  local node = q.next
  local name, value = name_and_value(response, first)
  if name == "charset" and value and node == 0 and #value <= LONGEST_CHARSET then
    return known_charsets()[value] or know_charset(value, { charset = value })
  end
  local found = name and { [name] = value } or {}
  while node ~= 0 and lib.imap_param_get(response, node, q, param_size) == 0 do
    node = q.next
    name, value = name_and_value(response, first)
    if name then
      found[name] = value
    end
  end
  return found
end

-- ---- Parts -------------------------------------------------------------------------------------

local function some(node)
  return node ~= 0 and node or none
end

local function told(number)
  return number >= 0 and tonumber(number) or none
end

--- The part at a node, with nodes in place of what stands below; then the node of its first part or its body, and that of
--- the next part. nil for none.
function S.part(response, node)
  local p = part
  if lib.imap_part_get(response, node, p, part_size) ~= 0 then
    return nil
  end
  local one = {
    none, text_of(p.media_type, p.media_type_len), text_of(p.subtype, p.subtype_len), none, some(p.params),
    p.is_multipart == 1 and { none, none, none } or none, text_of(p.encoding, p.encoding_len), told(p.octets),
    told(p.lines), text_of(p.id, p.id_len), text_of(p.description, p.description_len),
    text_of(p.disposition, p.disposition_len), some(p.disposition_params), some(p.language), (some(p.envelope)),
  }
  if p.md5 ~= nil or p.location ~= nil or p.malformed ~= 0 then
    one.md5, one.location = text_of(p.md5, p.md5_len), text_of(p.location, p.location_len)
    one.malformed = p.malformed ~= 0
  end
  return one, p.child + p.body, p.next
end

return S
