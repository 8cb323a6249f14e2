-- Envelopes and bodies through LuaJIT's ffi: from a node to whole tables.
--
-- Most of the time of a program that reads envelopes goes by here, and of that most in making and collecting tables. So
--
-- - a table is made with all its keys, which no key added later can make it outgrow;
-- - what may be missing is taken without a branch: each combination of what is there would become a trace of its own;
-- - loops are few, and go through one address, parameter or part at a time;
-- - addresses and charsets that were seen before are handed out again.
local ffi = require "ffi"
local bit = require "bit"
local library = require "imap4.ffi_library"
local lib, constants = library.lib, library.constants

local new, str, cast, sizeof, offsetof, typeof = ffi.new, ffi.string, ffi.cast, ffi.sizeof, ffi.offsetof, ffi.typeof
local setmetatable, tonumber, min = setmetatable, tonumber, math.min
local lower, find, match = string.lower, string.find, string.match
local S = {}

local intptr = typeof("intptr_t")
local envelope, address = new("imap_envelope"), new("imap_address")
local part, param = new("imap_part"), new("imap_param")
local envelope_size, address_size = sizeof(envelope), sizeof(address)
local part_size, param_size = sizeof(part), sizeof(param)
local list_nodes = cast("uint32_t *", cast("char *", envelope) + offsetof("imap_envelope", "from")) -- six of them
local text_out, text_len, cursor = new("const char *[1]"), new("size_t[1]"), new("uint32_t[1]")

-- A table keeps room for the keys that it was written with, even without a value, if that is no constant.
local none

-- Where a value goes that may be missing: KEYS[1] is where it is if not.
local function key(name)
  return { "_", name }
end

-- 0 for NULL, else 1.
local function is_there(pointer)
  return min(tonumber(cast(intptr, pointer)), 1)
end

-- ---- Envelopes ---------------------------------------------------------------------------------

local MAILBOX, GROUP_START = constants.IMAP_ADDRESS_MAILBOX, constants.IMAP_ADDRESS_GROUP_START
local DATE, RAW_SUBJECT, IN_REPLY_TO, MESSAGE_ID = key "date", key "raw_subject", key "in_reply_to", key "message_id"
local LISTS = { "from", "sender", "reply_to", "to", "cc", "bcc" }
local NOBODY = {}

-- The last addresses, by their mailbox.
local MOST_KNOWN, LONGEST_KNOWN = 1024, 255
local known, known_names, known_hosts, known_count = {}, {}, {}, 0

local function remember(one, name, mailbox, host)
  if #name + #mailbox + #host > LONGEST_KNOWN then
    return
  elseif not known[mailbox] then
    if known_count == MOST_KNOWN then
      known, known_names, known_hosts, known_count = {}, {}, {}, 0
    end
    known_count = known_count + 1
  end
  known[mailbox], known_names[mailbox], known_hosts[mailbox] = one, name, host
end

-- An address with something unusual.
local function odd_address(class)
  local a, one = address, nil
  if a.kind == MAILBOX then
    one = {
      raw_name = library.text_of(a.name, a.name_len),
      mailbox = library.text_of(a.mailbox, a.mailbox_len),
      host = library.text_of(a.host, a.host_len),
      route = library.text_of(a.route, a.route_len),
    }
  elseif a.kind == GROUP_START then
    one = { group = library.text_of(a.mailbox, a.mailbox_len) }
  else
    one = { group_end = true }
  end
  return setmetatable(one, class)
end

-- The address at a node, and the node of the next one.
local function address_at(response, node, class)
  local a = address
  if lib.imap_address_get(response, node, a, address_size) ~= 0 then
    return nil, 0
  end
  local following = a.next
  local name_len = tonumber(a.name_len)
  if a.kind ~= MAILBOX or a.route ~= nil or is_there(a.mailbox) + is_there(a.host) ~= 2
    or is_there(a.name) ~= min(name_len, 1) then
    return odd_address(class), following
  end
  local name, mailbox, host = str(a.name, name_len), str(a.mailbox, a.mailbox_len), str(a.host, a.host_len)
  if known_names[mailbox] == name and known_hosts[mailbox] == host then
    return known[mailbox], following
  end
  local one = setmetatable({ raw_name = name ~= "" and name or none, mailbox = mailbox, host = host, name = none }, class)
  remember(one, name, mailbox, host)
  return one, following
end

--- The envelope at a node as a table of `class`, its addresses of address_class; nil for NIL.
function S.whole_envelope(response, node, class, address_class)
  local e = envelope
  if lib.imap_envelope_get(response, node, e, envelope_size) ~= 0 then
    return nil
  end
  local one = {
    date = none, raw_subject = none, subject = none, in_reply_to = none, message_id = none, from = none, sender = none,
    reply_to = none, to = none, cc = none, bcc = none, malformed = e.malformed ~= 0, _ = none,
  }
  one[DATE[is_there(e.date) + 1]] = str(e.date, e.date_len)
  one[RAW_SUBJECT[is_there(e.subject) + 1]] = str(e.subject, e.subject_len)
  one[IN_REPLY_TO[is_there(e.in_reply_to) + 1]] = str(e.in_reply_to, e.in_reply_to_len)
  one[MESSAGE_ID[is_there(e.message_id) + 1]] = str(e.message_id, e.message_id_len)
  one._ = nil
  local from, from_list
  for field = 1, 6 do
    local at = list_nodes[field - 1]
    if at == 0 then
      one[LISTS[field]] = NOBODY
    else
      local first, list
      first, at = address_at(response, at, address_class)
      if at == 0 and first == from then -- sender and reply-to are, nearly always
        list = from_list
      else
        list = { first }
        if at ~= 0 then
          local count = 1
          repeat
            count = count + 1
            list[count], at = address_at(response, at, address_class)
          until at == 0
        elseif field == 1 then
          from, from_list = first, list
        end
      end
      one[LISTS[field]] = list
    end
  end
  return setmetatable(one, class)
end
local whole_envelope = S.whole_envelope

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

-- The parameters from a node on, which is not 0.
local function params_at(response, first)
  local q, node, found = param, first, nil
  repeat
    if lib.imap_param_get(response, node, q, param_size) ~= 0 then
      break
    end
    node = q.next
    if q.name ~= nil then
      local name = str(q.name, q.name_len)
      name = USUAL[name] or lower(name)
      local value = q.value ~= nil and str(q.value, q.value_len) or nil
      if name == "charset" and value and node == 0 and not found and #value <= LONGEST_CHARSET
        and not find(value, "=?", 1, true) then
        return charset_of(value)
      elseif find(name, "*", 1, true) or value and find(value, "=?", 1, true) then
        name = match(name, "^[^*]*")
        value = param_find(response, first, name)
      end
      if found then
        found[name] = value
      else
        found = { [name] = value }
      end
    end
  until node == 0
  return found
end

-- ---- Bodies ------------------------------------------------------------------------------------

local SUBTYPE, ID, DESCRIPTION, ENCODING, MD5, DISPOSITION, LOCATION = key "subtype", key "id", key "raw_description",
  key "encoding", key "md5", key "disposition", key "location"
local OCTETS, LINES = key "octets", key "lines"

-- The part that was read last as a table with the keys that it needs: 4, 8 and 16 are sizes of tables.
local function part_table(number, class)
  local p, one = part, nil
  local odd = is_there(p.id) + is_there(p.description) + is_there(p.md5) + is_there(p.disposition) + is_there(p.location)
    + p.malformed + is_there(p.language ~= 0 and p.media_type or nil)
  if odd == 0 and p.is_multipart == 1 then
    one = {
      number = number, media_type = str(p.media_type, p.media_type_len), subtype = none, multipart = true, params = none,
      parts = none, _ = none,
    }
  elseif odd == 0 and p.envelope == 0 then
    one = {
      number = number, media_type = str(p.media_type, p.media_type_len), subtype = none, encoding = none, octets = none,
      lines = none, params = none, _ = none,
    }
    one[ENCODING[is_there(p.encoding) + 1]] = str(p.encoding, p.encoding_len)
    one[OCTETS[min(tonumber(p.octets), 0) + 2]] = tonumber(p.octets)
    one[LINES[min(tonumber(p.lines), 0) + 2]] = tonumber(p.lines)
  else
    one = {
      number = number, media_type = p.media_type ~= nil and str(p.media_type, p.media_type_len) or none, subtype = none,
      id = none, raw_description = none, encoding = none, disposition = none, octets = none, lines = none, params = none,
      disposition_params = none, language = none, envelope = none, body = none, parts = none, _ = none,
    }
    one[ID[is_there(p.id) + 1]] = str(p.id, p.id_len)
    one[DESCRIPTION[is_there(p.description) + 1]] = str(p.description, p.description_len)
    one[ENCODING[is_there(p.encoding) + 1]] = str(p.encoding, p.encoding_len)
    one[DISPOSITION[is_there(p.disposition) + 1]] = str(p.disposition, p.disposition_len)
    one[OCTETS[min(tonumber(p.octets), 0) + 2]] = tonumber(p.octets)
    one[LINES[min(tonumber(p.lines), 0) + 2]] = tonumber(p.lines)
    if is_there(p.md5) + is_there(p.location) + p.malformed + p.is_multipart ~= 0 then
      one[MD5[is_there(p.md5) + 1]] = str(p.md5, p.md5_len)
      one[LOCATION[is_there(p.location) + 1]] = str(p.location, p.location_len)
      one.multipart, one.malformed = p.is_multipart == 1, p.malformed ~= 0
    end
  end
  one[SUBTYPE[is_there(p.subtype) + 1]] = str(p.subtype, p.subtype_len)
  one._ = nil
  return setmetatable(one, class)
end

-- The languages at a node: a text, or a list of texts.
local function languages(response, node)
  if lib.imap_node_text(response, node, text_out, text_len) == 0 then
    return { str(text_out[0], text_len[0]) }
  end
  local found, count = {}, 0
  cursor[0] = 0
  while lib.imap_word_next(response, node, cursor, text_out, text_len) == 0 do
    count = count + 1
    found[count] = str(text_out[0], text_len[0])
  end
  return count > 0 and found or nil
end

-- A number as RFC 9051, 6.4.5.1 has it: of the whole message, of an inner message's body, of a part among others.
local function number_of(owner, prefix, place, is_multipart)
  if not owner then
    return is_multipart and "" or "1"
  elseif not owner.multipart then
    return not is_multipart and prefix .. ".1" or nil
  elseif prefix == "" then
    return place .. ""
  end
  return prefix .. "." .. place
end

-- What is still to be read of the bodies around: node, owner, prefix, place.
local todo = {}

--- The body at a node: a table of part_class, which has all others; nil for none. Without recursion, since servers decide
--- how deep it goes.
function S.whole_body(response, node, part_class, class, address_class)
  local p, top, left = part, nil, 0
  local owner, prefix, place = nil, "", 1
  while node ~= 0 do
    if lib.imap_part_get(response, node, p, part_size) == 0 then
      local number = number_of(owner, prefix, place, p.is_multipart == 1)
      local one = part_table(number, part_class)
      local params, disposition_params, language, inner = p.params, p.disposition_params, p.language, p.envelope
      local inside, following, is_body = p.child, p.next, p.body
      if params ~= 0 then
        one.params = params_at(response, params)
      end
      if disposition_params ~= 0 then
        one.disposition_params = params_at(response, disposition_params)
      end
      if language ~= 0 then
        one.language = languages(response, language)
      end
      if inner ~= 0 then
        one.envelope = whole_envelope(response, inner, class, address_class)
      end
      if not owner then
        top, following = one, 0
      elseif not owner.multipart then
        owner.body, following = one, 0
      elseif place == 1 then
        owner.parts = { one, none }
      else
        owner.parts[place] = one
      end
      inside = inside + is_body -- a part has one of both
      if inside ~= 0 then
        if following ~= 0 then
          todo[left + 1], todo[left + 2], todo[left + 3], todo[left + 4] = following, owner, prefix, place + 1
          left = left + 4
        end
        node, owner, prefix, place = inside, one, number or prefix, 1
      else
        node, place = following, place + 1
      end
    else
      node = 0
    end
    if node == 0 and left > 0 then
      node, owner, prefix, place = todo[left - 3], todo[left - 2], todo[left - 1], todo[left]
      todo[left - 2] = false -- which would keep it
      left = left - 4
    end
  end
  return top
end

return S
