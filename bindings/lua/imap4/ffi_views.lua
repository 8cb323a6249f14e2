-- Responses and their typed views through LuaJIT's ffi: from a handle to Lua values. Structs and out-parameters are reused,
-- so that reading a row makes only what it gives. Everything is copied.
local bit = require "bit"
local ffi = require "ffi"
local library = require "imap4.ffi_library"
local lib, text_of, decimal, constants = library.lib, library.text_of, library.decimal, library.constants

local new, str, sizeof, gc = ffi.new, ffi.string, ffi.sizeof, ffi.gc
local band, bor, bnot = bit.band, bit.bor, bit.bnot
local V = {}

local text_out, text_len = new("const char *[1]"), new("size_t[1]")
local more_out, more_len = new("const char *[1]"), new("size_t[1]")
local number_out, second_out, cursor = new("uint32_t[1]"), new("uint32_t[1]"), new("uint32_t[1]")
local signed_out, offset_out = new("int64_t[1]"), new("int32_t[1]")
local response_out, count_out = new("imap_response *[1]"), new("size_t[1]")

local function struct(name)
  local value = new(name)
  return value, sizeof(value)
end
local fetch, fetch_size = struct "imap_fetch"
local NUMBERS = bor(constants.IMAP_FETCH_SIZE, constants.IMAP_FETCH_MODSEQ, constants.IMAP_FETCH_GM_MSGID,
  constants.IMAP_FETCH_GM_THRID)
local section, section_size = struct "imap_section"
local LONG_LITERAL = 65536

local function owned()
  local handle = response_out[0]
  if handle == nil then
    return nil
  end
  response_out[0] = nil
  return gc(handle, lib.imap_response_free)
end

-- ---- Responses ---------------------------------------------------------------------------------

function V.response_free(response)
  lib.imap_response_free(gc(response, nil))
end

function V.response_keep(response)
  lib.imap_response_keep(response, response_out)
  return owned()
end

function V.parse(octets, options)
  local rc = lib.imap_response_parse(octets, #octets, options, response_out, count_out)
  return rc, owned(), tonumber(count_out[0])
end

function V.status(response)
  return lib.imap_response_status(response)
end

function V.kind(response)
  return lib.imap_response_kind(response)
end

function V.response_name(response)
  return str(lib.imap_response_name(response))
end

function V.number(response)
  if lib.imap_response_number(response, number_out) == 0 then
    return number_out[0]
  end
end

function V.arrival(response)
  return tonumber(lib.imap_response_arrival(response))
end

function V.text(response)
  if lib.imap_response_text(response, text_out, text_len) == 0 then
    return str(text_out[0], text_len[0])
  end
end

function V.message(response)
  if lib.imap_response_message(response, text_out, text_len) == 0 then
    return str(text_out[0], text_len[0])
  end
end

function V.raw(response)
  if lib.imap_response_raw(response, text_out, text_len) == 0 then
    return str(text_out[0], text_len[0])
  end
end

-- Octets that the library holds for a response, about: long literals are not part of the line.
function V.weight(response)
  local octets, i = 0, 0
  if lib.imap_response_raw(response, text_out, text_len) == 0 then
    octets = tonumber(text_len[0])
  end
  while lib.imap_section_get(response, i, section, section_size) == 0 do
    if section.len >= LONG_LITERAL then
      octets = octets + tonumber(section.len)
    end
    i = i + 1
  end
  return octets
end

function V.malformed(response)
  return lib.imap_response_malformed(response) == 1
end

function V.row_count(response)
  return tonumber(lib.imap_response_row_count(response))
end

-- Row i from 0; it lives as long as the response.
function V.row(response, i)
  local row = lib.imap_response_row(response, i)
  if row ~= nil then
    return row
  end
end

function V.items(response, name)
  local count = tonumber(lib.imap_response_item_count(response, name))
  local items = { n = math.max(count, 1) }
  for i = 1, count do
    if lib.imap_response_item(response, name, i - 1, text_out, text_len, more_out, more_len) == 0 then
      local head = str(text_out[0], text_len[0])
      items[i] = more_out[0] ~= nil and { head, str(more_out[0], more_len[0]) } or head
    end
  end
  return items
end

-- ---- Nodes -------------------------------------------------------------------------------------

-- Kind of a node, and its text (nil for NIL and lists).
function V.node(response, node)
  if lib.imap_node_text(response, node, text_out, text_len) == 0 then
    return lib.imap_node_kind(response, node), str(text_out[0], text_len[0])
  end
  return lib.imap_node_kind(response, node)
end

-- A node exactly as sent.
function V.node_raw(response, node)
  if lib.imap_node_raw(response, node, text_out, text_len) == 0 then
    local raw = str(text_out[0], text_len[0])
    return raw
  end
end

function V.node_first(response, node)
  return lib.imap_node_first(response, node)
end

function V.node_next(response, node)
  return lib.imap_node_next(response, node)
end

function V.words(response, list)
  local found = {}
  cursor[0] = 0
  while lib.imap_word_next(response, list, cursor, text_out, text_len) == 0 do
    found[#found + 1] = str(text_out[0], text_len[0])
  end
  return found
end

-- Ranges as { first, last } of the set at a node.
function V.set(response, node)
  local found = {}
  cursor[0] = 0
  while lib.imap_set_next(response, node, cursor, number_out, second_out) == 0 do
    found[#found + 1] = { number_out[0], second_out[0] }
  end
  return found
end

-- ---- FETCH -------------------------------------------------------------------------------------

-- Which items are there, without dates and numbers that could not be read: a 0 for them would be a lie.
local function readable()
  local unread = band(fetch.malformed, NUMBERS)
  if fetch.internaldate == 0 then
    unread = bor(unread, band(fetch.malformed, constants.IMAP_FETCH_INTERNALDATE))
  end
  return band(fetch.has, bnot(unread))
end

-- The items of a FETCH, one by one: what is there by bits, numbers, nodes.
function V.fetch(response)
  if lib.imap_fetch_get(response, fetch, fetch_size) ~= 0 then
    return nil
  end
  local has = fetch.malformed == 0 and fetch.has or readable()
  return has, fetch.seq, fetch.uid, fetch.flags, fetch.flags_node, tonumber(fetch.internaldate),
    fetch.internaldate_offset_min, tonumber(fetch.rfc822_size), fetch.envelope, fetch.bodystructure, fetch.body,
    fetch.section_count
end

-- The rarer items.
function V.fetch_more(response)
  if lib.imap_fetch_get(response, fetch, fetch_size) ~= 0 then
    return nil
  end
  local has, row = fetch.has, {}
  row.malformed = fetch.malformed
  row.modseq = decimal(fetch.modseq)
  row.gm_msgid, row.gm_thrid = decimal(fetch.gm_msgid), decimal(fetch.gm_thrid)
  row.email_id_node, row.thread_id_node = fetch.email_id_node, fetch.thread_id_node
  row.save_date, row.save_date_node = tonumber(fetch.save_date), fetch.save_date_node
  row.preview_node, row.gm_labels_node = fetch.preview_node, fetch.gm_labels_node
  return row, has
end

function V.section(response, i)
  if lib.imap_section_get(response, i, section, section_size) ~= 0 then
    return nil
  end
  return {
    item = text_of(section.item, section.item_len),
    part = text_of(section.part, section.part_len),
    kind = section.kind,
    origin = tonumber(section.origin),
    octets = text_of(section.ptr, section.len),
    binary = section.is_binary == 1,
    streamed = section.is_streamed == 1,
  }
end

-- The octets of a section by its name.
function V.section_octets(response, item)
  if lib.imap_section_find(response, item, section, section_size) == 0 then
    return text_of(section.ptr, section.len)
  end
end

-- What a function writes into a buffer, which is made larger once if need be.
local function written(fill)
  local size = 256
  for _ = 1, 2 do
    local buffer = new("char[?]", size)
    if fill(buffer, size, count_out) == 0 then
      return str(buffer, count_out[0])
    end
    if count_out[0] < size then
      return nil
    end
    size = tonumber(count_out[0]) + 1
  end
end

function V.header_decode(text)
  return written(function(buffer, size, needed)
    return lib.imap_header_decode(text, #text, buffer, size, needed)
  end)
end

function V.utf7_encode(text)
  return written(function(buffer, size, needed)
    return lib.imap_utf7_encode(text, #text, buffer, size, needed)
  end)
end

function V.utf7_decode(text)
  return written(function(buffer, size, needed)
    return lib.imap_utf7_decode(text, #text, buffer, size, needed)
  end)
end

function V.internaldate_parse(text)
  if lib.imap_internaldate_parse(text, #text, signed_out, offset_out) == 0 then
    return tonumber(signed_out[0]), offset_out[0]
  end
end

function V.internaldate_format(seconds, offset_minutes)
  local size = constants.IMAP_INTERNALDATE_SIZE
  local buffer = new("char[?]", size)
  if lib.imap_internaldate_format(seconds, offset_minutes, buffer, size) == 0 then
    return str(buffer)
  end
end

function V.int_to_ap(number)
  local size = constants.IMAP_INT_TO_AP_SIZE
  local buffer = new("char[?]", size)
  if lib.imap_int_to_ap(number, buffer, size) == 0 then
    return str(buffer)
  end
end

function V.flags_parse(text)
  if lib.imap_flags_parse(text, #text, response_out) == 0 then
    return owned()
  end
end

for _, part in ipairs { "imap4.ffi_data", "imap4.ffi_structures" } do
  for name, value in pairs(require(part)) do
    V[name] = value
  end
end

return V
