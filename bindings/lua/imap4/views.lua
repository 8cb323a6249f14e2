-- Typed readers of responses. On a result they look at the rows of their kind, on a row at that one; nil, or an empty list
-- where many are given, if there is none.
--
--   mailboxes, list       of LIST, LSUB, XLIST        mailbox_status   of STATUS (mailbox_statuses: of several)
--   numbers, modseq       of SEARCH, SORT, ESEARCH    extended_search  of ESEARCH
--   threads               of THREAD                   vanished         of VANISHED
--   quotas, quota_roots   of QUOTA, QUOTAROOT         acl, rights      of ACL; MYRIGHTS, LISTRIGHTS
--   namespaces, id        of NAMESPACE, ID            metadata, annotations
--   enabled, capabilities, flags                      code, appenduid, copyuid   of a status
--   message, messages     of FETCH
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local errors = require "imap4.errors"
local Message = require "imap4.message"
local Response = require "imap4.response"
local c = backend.constants

local readers, value_of = Response.readers, Response.value_of
local check_self = errors.check_self

-- The numbers of kinds, as a set.
local function kinds(...)
  local set = {}
  for _, name in ipairs { ... } do
    set[c["IMAP_KIND_" .. name]] = true
  end
  return set
end

-- Reads all responses of some kinds. What a server sent under a name may be so broken that there is no view of it: read
-- then gives nil.
local function all(wanted, read)
  return function(response, handle)
    if wanted[backend.kind(handle)] then
      return { (read(handle, response)) }
    end
    local found = {}
    for i = 0, backend.row_count(handle) - 1 do
      local row = backend.row(handle, i)
      if wanted[backend.kind(row)] then
        found[#found + 1] = read(row, response)
      end
    end
    return found
  end
end

-- Reads the first one.
local function first(wanted, read)
  return function(response, handle)
    if wanted[backend.kind(handle)] then
      return read(handle, response)
    end
    for i = 0, backend.row_count(handle) - 1 do
      local row = backend.row(handle, i)
      if wanted[backend.kind(row)] then
        return read(row, response)
      end
    end
  end
end

local function words_of(handle)
  return backend.words(handle, c.IMAP_ROOT)
end

-- ---- Mailboxes ---------------------------------------------------------------------------------

local Mailbox = {}
Mailbox.__index = Mailbox

--- Whether the server gave an attribute: "\\Sent", in any case.
function Mailbox:has_attribute(name)
  check_self(self, Mailbox, "mailbox")
  name = arguments.text(name, "name"):lower()
  for _, attribute in ipairs(self.attributes) do
    if attribute:lower() == name then
      return true
    end
  end
  return false
end

function Mailbox:is_selectable()
  check_self(self, Mailbox, "mailbox")
  return not (self:has_attribute("\\Noselect") or self:has_attribute("\\NonExistent"))
end

-- name => value of a list of names and values; {} for no list.
local function pairs_of(handle, list)
  local found = {}
  if list ~= 0 then
    for _, entry in ipairs(backend.pairs(handle, list)) do
      if entry.name then
        found[entry.name] = value_of(handle, entry.node)
      end
    end
  end
  return found
end

local function mailbox_of(handle)
  local mailbox = backend.list(handle)
  if not mailbox then
    return nil
  end
  local attributes, extended, children = mailbox.attributes_node, mailbox.extended_node, mailbox.children_node
  mailbox.attributes_node, mailbox.extended_node, mailbox.children_node = nil, nil, nil
  mailbox.attributes = attributes ~= 0 and backend.words(handle, attributes) or {}
  mailbox.extended = pairs_of(handle, extended)
  mailbox.children = children ~= 0 and backend.words(handle, children) or {}
  return setmetatable(mailbox, Mailbox)
end

readers.mailboxes = all(kinds("LIST", "LSUB", "XLIST"), mailbox_of)
readers.list = readers.mailboxes
readers.mailbox_status = first(kinds("STATUS"), backend.status_data)
readers.mailbox_statuses = all(kinds("STATUS"), backend.status_data)

-- ---- Numbers -----------------------------------------------------------------------------------

-- Ten octets from a server can name four thousand million messages: no table is filled with more than these.
local MOST_NUMBERS = 2 ^ 23

-- Ranges to numbers, one by one.
local function spread(ranges)
  local numbers, count = {}, 0
  for _, range in ipairs(ranges) do
    count = count + range[2] - range[1] + 1
  end
  if count > MOST_NUMBERS then
    error(errors.new("error", "IMAP_ERR_LIMIT", ("the server named %.0f messages: read their ranges"):format(count)), 0)
  end
  for _, range in ipairs(ranges) do
    for number = range[1], range[2] do
      numbers[#numbers + 1] = number
    end
  end
  return numbers
end

-- Fields that are worked out when they are first read: name => function.
local function lazily(value, name, work)
  return setmetatable(value, {
    __index = function(self, field)
      if field == name then
        local found = work()
        rawset(self, name, found)
        return found
      end
    end,
  })
end

local function extended_search_of(handle)
  local found = backend.esearch(handle)
  if not found then
    return nil
  end
  local every, partial = found.all_node, found.partial_node
  found.all_node, found.partial_node = nil, nil
  found.all = every ~= 0 and backend.set(handle, every) or nil
  found.partial = partial ~= 0 and backend.set(handle, partial) or nil
  found.mailbox = backend.mailbox_name(handle)
  return lazily(found, "numbers", function()
    return spread(found.all or found.partial or {})
  end)
end

readers.extended_search = first(kinds("ESEARCH"), extended_search_of)
readers.extended_searches = all(kinds("ESEARCH"), extended_search_of)

local numbers_of = all(kinds("SEARCH", "SORT", "ESEARCH"), function(handle)
  local numbers = backend.numbers(handle)
  local extended = not numbers and extended_search_of(handle)
  return numbers or (extended and extended.numbers) or nil
end)

function readers:numbers(handle)
  local lists = numbers_of(self, handle)
  if #lists == 1 then
    return lists[1]
  end
  local numbers = {}
  for _, list in ipairs(lists) do
    for _, number in ipairs(list) do
      numbers[#numbers + 1] = number
    end
  end
  return numbers
end

readers.modseq = first(kinds("SEARCH", "SORT", "ESEARCH"), function(handle)
  local found = backend.esearch(handle)
  if found then
    return found.modseq
  end
  return backend.search_modseq(handle)
end)

-- Without recursion, since a thread is as long as the server likes.
readers.threads = first(kinds("THREAD"), function(handle)
  local top = {}
  local todo = { { c.IMAP_ROOT, top } }
  while #todo > 0 do
    local one = table.remove(todo)
    local number, child, following = backend.thread_node(handle, one[1])
    if number then
      local children = {}
      local siblings = one[2]
      siblings[#siblings + 1] = { number = number ~= 0 and number or nil, children = children }
      todo[#todo + 1] = { following, siblings }
      todo[#todo + 1] = { child, children }
    end
  end
  return top
end)

readers.vanished = first(kinds("VANISHED"), function(handle)
  local vanished = backend.vanished(handle)
  if not vanished then
    return nil
  end
  local node = vanished.uids_node
  vanished.uids_node = nil
  vanished.ranges = node ~= 0 and backend.set(handle, node) or {}
  return lazily(vanished, "uids", function()
    return spread(vanished.ranges)
  end)
end)

-- ---- Rights, quotas, annotations ---------------------------------------------------------------

readers.quotas = all(kinds("QUOTA"), function(handle)
  return { root = backend.quota_root(handle), resources = backend.quotas(handle) }
end)
readers.quota_roots = first(kinds("QUOTAROOT"), words_of)

readers.acl = first(kinds("ACL"), function(handle)
  local rights = {}
  for _, entry in ipairs(backend.acl(handle)) do
    if entry[1] then
      rights[entry[1]] = entry[2]
    end
  end
  return { mailbox = backend.mailbox_name(handle), rights = rights }
end)

readers.rights = first(kinds("MYRIGHTS", "LISTRIGHTS"), function(handle)
  local rights = backend.rights(handle)
  if not rights then
    return nil
  end
  rights.mailbox = backend.mailbox_name(handle)
  rights.optional = backend.kind(handle) == c.IMAP_KIND_LISTRIGHTS and words_of(handle) or {}
  return rights
end)

readers.namespaces = first(kinds("NAMESPACE"), function(handle)
  return {
    personal = backend.namespace(handle, 0),
    others = backend.namespace(handle, 1),
    shared = backend.namespace(handle, 2),
  }
end)

-- name => value; a value of NIL is false, so that the name is there.
local function entries_of(handle)
  local found = {}
  for _, entry in ipairs(backend.entries(handle)) do
    if entry.name then
      found[entry.name] = entry.value or false
    end
  end
  return found
end

readers.id = first(kinds("ID"), entries_of)

readers.metadata = all(kinds("METADATA"), function(handle)
  return { mailbox = backend.mailbox_name(handle), entries = entries_of(handle) }
end)

readers.annotations = all(kinds("ANNOTATION"), function(handle)
  local found = {}
  for _, entry in ipairs(backend.entries(handle)) do
    if entry.name then
      found[entry.name] = pairs_of(handle, entry.node)
    end
  end
  return { mailbox = backend.mailbox_name(handle), entries = found }
end)

readers.enabled = first(kinds("ENABLED"), words_of)
readers.capabilities = first(kinds("CAPABILITY"), words_of)
readers.flags = first(kinds("FLAGS"), words_of)

-- ---- Codes -------------------------------------------------------------------------------------

local function code_of(handle)
  local code = backend.response_code(handle)
  if not code then
    return nil
  end
  local words, source, set, decimal = code.words_node, code.source_node, code.set_node, code.decimal
  code.words_node, code.source_node, code.set_node, code.decimal = nil, nil, nil, nil
  if code.name == "HIGHESTMODSEQ" then
    code.number = decimal ~= "0" and decimal or nil -- of 63 bits
  elseif code.number == 0 then
    code.number = nil
  end
  code.words = words ~= 0 and backend.words(handle, words) or nil
  code.source = source ~= 0 and backend.set(handle, source) or nil
  code.set = set ~= 0 and backend.set(handle, set) or nil
  return code
end

function readers:code(handle)
  return code_of(handle)
end

function readers:appenduid()
  local code = self.code
  if code and code.name == "APPENDUID" then
    local ranges = code.set or {}
    return lazily({ uidvalidity = code.number, uid = ranges[1] and ranges[1][1], ranges = ranges }, "uids", function()
      return spread(ranges)
    end)
  end
end

-- Which copy is whose: by a code of the answer itself, or of an untagged OK before it.
local function copied_of(handle)
  local ranges = backend.copyuid(handle)
  if not ranges then
    return nil
  end
  local code = code_of(handle)
  return lazily({ uidvalidity = code and code.number, ranges = ranges }, "pairs", function()
    local old, new, found = {}, {}, {}
    for i, range in ipairs(ranges) do
      old[i], new[i] = { range[1], range[1] + range[3] - 1 }, { range[2], range[2] + range[3] - 1 }
    end
    old, new = spread(old), spread(new)
    for i = 1, #old do
      found[old[i]] = new[i]
    end
    return found
  end)
end

function readers:copyuid(handle)
  local found = copied_of(handle)
  for i = 0, backend.row_count(handle) - 1 do
    found = found or copied_of(backend.row(handle, i))
  end
  return found
end

-- ---- Messages ----------------------------------------------------------------------------------

local FETCHES = kinds("FETCH", "UIDFETCH")

local function message_of(handle, response)
  return Message.of_row(handle, rawget(response, "_owner") or response)
end

readers.message = function(response, handle)
  if FETCHES[backend.kind(handle)] then
    return message_of(handle, response)
  end
end
readers.messages = all(FETCHES, message_of)

return { code_of = code_of, kinds = kinds }
