-- Typed views of untagged data other than FETCH, through LuaJIT's ffi: mailboxes, numbers, quotas, rights, codes. Each gives
-- a table, or nil if the response is none of its kind.
local ffi = require "ffi"
local library = require "imap4.ffi_library"
local lib, text_of, decimal, constants = library.lib, library.text_of, library.decimal, library.constants

local new, str, sizeof, cast = ffi.new, ffi.string, ffi.sizeof, ffi.cast
local D = {}

local text_out, text_len = new("const char *[1]"), new("size_t[1]")
local more_out, more_len = new("const char *[1]"), new("size_t[1]")
local cursor, long_out, count_out = new("uint32_t[1]"), new("uint64_t[1]"), new("size_t[1]")
local numbers_out, copied_out = new("const uint32_t *[1]"), new("const imap_copied *[1]")
local MOST_NUMBER = 4294967295 -- of what is no decimal text
local UNLIMITED = cast("uint64_t", cast("int64_t", -1))

local function some(number)
  if number ~= 0 then
    return number
  end
end

-- The octet between the levels of names, as a text; nil without levels.
local function delimiter_of(octet)
  if octet ~= 0 then
    return string.char(octet)
  end
end

-- One struct filled by a function; nil if the response has none.
local function view(name, get)
  local value = new(name)
  local size = sizeof(value)
  return function(response)
    if get(response, value, size) == 0 then
      return value
    end
  end
end

local list_of = view("imap_list_entry", lib.imap_list_get)
local mailbox_of = view("imap_mailbox", lib.imap_mailbox_get)
local status_of = view("imap_status_data", lib.imap_status_get)
local esearch_of = view("imap_esearch", lib.imap_esearch_get)
local vanished_of = view("imap_vanished", lib.imap_vanished_get)
local rights_of = view("imap_rights", lib.imap_rights_get)
local code_of = view("imap_code", lib.imap_code_get)

-- Attributes, extended data and children are nodes: their fields end in _node.
function D.list(response)
  local l = list_of(response)
  return l and {
    name = text_of(l.name_utf8, l.name_utf8_len),
    raw_name = text_of(l.name, l.name_len),
    delimiter = delimiter_of(l.delimiter),
    old_name = text_of(l.old_name_utf8, l.old_name_utf8_len),
    malformed = l.malformed ~= 0,
    attributes_node = l.attribute_list,
    extended_node = l.extended,
    children_node = l.childinfo,
  }
end

function D.mailbox_name(response)
  local m = mailbox_of(response)
  return m and text_of(m.name_utf8, m.name_utf8_len)
end

function D.status_data(response)
  local s = status_of(response)
  if not s then
    return nil
  end
  local has = s.has
  local function told(bit, value)
    if math.floor(has / bit) % 2 == 1 then
      return value
    end
  end
  return {
    name = text_of(s.name_utf8, s.name_utf8_len),
    raw_name = text_of(s.name, s.name_len),
    messages = told(constants.IMAP_STATUS_HAS_MESSAGES, s.messages),
    recent = told(constants.IMAP_STATUS_HAS_RECENT, s.recent),
    unseen = told(constants.IMAP_STATUS_HAS_UNSEEN, s.unseen),
    uidnext = told(constants.IMAP_STATUS_HAS_UIDNEXT, s.uidnext),
    uidvalidity = told(constants.IMAP_STATUS_HAS_UIDVALIDITY, s.uidvalidity),
    deleted = told(constants.IMAP_STATUS_HAS_DELETED, s.deleted),
    size = told(constants.IMAP_STATUS_HAS_SIZE, tonumber(s.octets)),
    deleted_storage = told(constants.IMAP_STATUS_HAS_DELETED_STORAGE, tonumber(s.deleted_storage)),
    highestmodseq = told(constants.IMAP_STATUS_HAS_HIGHESTMODSEQ, decimal(s.highestmodseq)),
    appendlimit = told(constants.IMAP_STATUS_HAS_APPENDLIMIT,
      s.appendlimit == UNLIMITED and "none" or tonumber(s.appendlimit)),
    mailboxid = text_of(s.mailboxid, s.mailboxid_len),
    malformed = s.malformed ~= 0,
  }
end

-- Goes through what a function with a cursor gives: take(struct) makes one value of each.
local function each(name, take, next_of)
  local value = new(name)
  local size = sizeof(value)
  return function(...)
    local found = {}
    cursor[0] = 0
    while next_of(value, size, ...) == 0 do
      found[#found + 1] = take(value)
    end
    return found
  end
end

D.namespace = each("imap_namespace_entry", function(n)
  return {
    prefix = text_of(n.prefix_utf8, n.prefix_utf8_len),
    raw_prefix = text_of(n.prefix, n.prefix_len),
    delimiter = delimiter_of(n.delimiter),
    translation = text_of(n.translation, n.translation_len),
  }
end, function(value, size, response, which)
  return lib.imap_namespace_next(response, which, cursor, value, size)
end)

local function entry_taken(e)
  return {
    name = text_of(e.name, e.name_len),
    value = text_of(e.value, e.value_len),
    node = e.value_node,
  }
end

D.entries = each("imap_entry", entry_taken, function(value, size, response)
  return lib.imap_entry_next(response, cursor, value, size)
end)

D.pairs = each("imap_entry", entry_taken, function(value, size, response, list)
  return lib.imap_pair_next(response, list, cursor, value, size)
end)

D.quotas = each("imap_quota", function(q)
  return {
    name = text_of(q.name, q.name_len),
    usage = q.has_usage == 1 and tonumber(q.usage) or nil,
    limit = q.has_limit == 1 and q.limit ~= UNLIMITED and tonumber(q.limit) or nil,
  }
end, function(value, size, response)
  return lib.imap_quota_next(response, cursor, value, size)
end)

D.acl = each("imap_rights", function(r)
  return { text_of(r.identifier, r.identifier_len), text_of(r.rights, r.rights_len) }
end, function(value, size, response)
  return lib.imap_acl_next(response, cursor, value, size)
end)

function D.quota_root(response)
  if lib.imap_quota_root(response, text_out, text_len) == 0 then
    return str(text_out[0], text_len[0])
  end
end

function D.rights(response)
  local r = rights_of(response)
  return r and {
    identifier = text_of(r.identifier, r.identifier_len),
    rights = text_of(r.rights, r.rights_len),
  }
end

-- The numbers of a SEARCH or SORT.
function D.numbers(response)
  if lib.imap_numbers_get(response, numbers_out, count_out) ~= 0 then
    return nil
  end
  local numbers, found = numbers_out[0], {}
  for i = 1, tonumber(count_out[0]) do
    found[i] = numbers[i - 1]
  end
  return found
end

function D.search_modseq(response)
  if lib.imap_search_modseq(response, long_out) == 0 then
    return decimal(long_out[0])
  end
end

function D.esearch(response)
  local e = esearch_of(response)
  if not e then
    return nil
  end
  local has = e.has
  local function told(bit, value)
    if math.floor(has / bit) % 2 == 1 then
      return value
    end
  end
  return {
    uid = e.is_uid == 1,
    min = told(constants.IMAP_ESEARCH_MIN, e.min),
    max = told(constants.IMAP_ESEARCH_MAX, e.max),
    count = told(constants.IMAP_ESEARCH_COUNT, e.count),
    modseq = told(constants.IMAP_ESEARCH_MODSEQ, decimal(e.modseq)),
    tag = text_of(e.tag, e.tag_len),
    partial_range = text_of(e.partial_range, e.partial_range_len),
    uidvalidity = some(e.uidvalidity),
    malformed = e.malformed ~= 0,
    all_node = e.all,
    partial_node = e.partial,
  }
end

function D.vanished(response)
  local v = vanished_of(response)
  return v and { earlier = v.is_earlier == 1, malformed = v.malformed ~= 0, uids_node = v.uids }
end

local thread = new("imap_thread_node")

-- Number (0: not in the mailbox), first answer and next of a message in a THREAD; nil if there is none.
function D.thread_node(response, node)
  if lib.imap_thread_get(response, node, thread, sizeof(thread)) == 0 then
    return thread.number, thread.child, thread.next
  end
end

function D.response_code(response)
  local c = code_of(response)
  if not c then
    return nil
  end
  local code = {
    name = text_of(c.name, c.name_len):upper(),
    text = text_of(c.text, c.text_len),
    number = tonumber(c.number) <= MOST_NUMBER and tonumber(c.number) or nil,
    second = some(c.second),
    decimal = decimal(c.number),
    malformed = c.malformed ~= 0,
    words_node = c.words,
    source_node = c.source,
    set_node = c.set,
  }
  if lib.imap_response_code(response, text_out, text_len, more_out, more_len) == 0 then
    code.argument = text_of(more_out[0], more_len[0])
  end
  return code
end

-- Ranges of a COPYUID as { source, copy, count }.
function D.copyuid(response)
  if lib.imap_copyuid_get(response, copied_out, count_out) ~= 0 then
    return nil
  end
  local ranges, found = copied_out[0], {}
  for i = 1, tonumber(count_out[0]) do
    local range = ranges[i - 1]
    found[i] = { range.source, range.copy, range.count }
  end
  return found
end

return D
