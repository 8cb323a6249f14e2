-- Body structures as trees of parts. A part has
--
--   number                          "1.2"; "" of the body itself if it is a multipart; nil of the multipart of an inner message
--   media_type, subtype, encoding   as sent: compare without regard to case; type: "text/plain", in lower case
--   params, disposition_params      name => value, names in lower case, values decoded (RFC 2231, RFC 2047)
--   filename                        of the disposition, else the name of the type; nil without
--   id, raw_description, md5, disposition, location      nil if not told
--   language                        an array, empty if not told
--   octets, lines                   nil if not told
--   multipart                       whether it has parts
--   parts                           an array, empty but for multiparts
--   envelope, body                  of a message
--   malformed                       whether it is not as the RFC has it
--
-- and description, decoded, and the methods walk, part, search, search_all and is_attachment. Parameters may be one table
-- for several parts: copy what you want to change.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local envelope = require "imap4.envelope"
local errors = require "imap4.errors"

local body = {}

local Part = { __name = "imap4.part" }
local NONE = {}
local check_self = errors.check_self
local part_at, envelope_of = backend.part, envelope.of
local node_first, node_next = backend.node_first, backend.node_next
local rawget, setmetatable = rawget, setmetatable
-- What is not told of most parts.
local methods = {
  malformed = false, params = NONE, disposition_params = NONE, language = NONE, parts = NONE,
}

-- Where the fields are, as in imap4.envelope: parts stand in reading order, each has the next one, and how deep it is.
-- Params, language and envelope are nodes at first. What is rare (md5, location, malformed, body) stands under its name.
local PLACES = {
  number = 1, media_type = 2, subtype = 3, params = 5, parts = 6, encoding = 7, octets = 8, lines = 9, id = 10,
  raw_description = 11, disposition = 12, disposition_params = 13, language = 14, envelope = 15,
}
local NEXT, NUMBER, DEPTH, PARAMS, PARTS = 0, 1, 4, 5, 6
local DISPOSITION_PARAMS, LANGUAGE, ENVELOPE = 13, 14, 15

function Part.__index(part, name)
  local place = PLACES[name]
  local value = place and rawget(part, place)
  if value ~= nil then
    return value
  elseif name == "multipart" then
    value = rawget(part, PARTS)
    return value ~= nil
  elseif name == "type" then
    return ((part.media_type or "") .. "/" .. (part.subtype or "")):lower()
  elseif name == "filename" then
    return part.disposition_params.filename or part.params.name
  elseif name == "description" then
    return part.raw_description and backend.header_decode(part.raw_description)
  end
  return methods[name]
end

local function params_of(handle, node)
  local found, pieces = backend.params(handle, node)
  if pieces then
    for i = 1, #pieces do
      found[pieces[i]] = backend.param_find(handle, node, pieces[i])
    end
  end
  return found
end

-- A text, or a list of texts; lists inside are passed over.
local function languages(handle, node)
  local _, text = backend.node(handle, node)
  local found = text and { text } or backend.words(handle, node)
  return #found > 0 and found or nil
end

-- The numbers of parts in multiparts, by the number of these and by their place.
local LONGEST_PREFIX, MOST_PREFIXES, LAST_PLACE = 16, 64, 64
local numbers, count = {}, 0

local function number_in(prefix, place)
  local known = numbers[prefix]
  if known and known[place] then
    return known[place]
  end
  local number = ("%s%s%d"):format(prefix, prefix == "" and "" or ".", place)
  if #prefix > LONGEST_PREFIX or place > LAST_PLACE then
    return number
  elseif not known then
    if count == MOST_PREFIXES then
      numbers, count = {}, 0
    end
    known = {}
    numbers[prefix], count = known, count + 1
  end
  known[place] = number
  return number
end

-- How many places further one entry of a list is than another. NIL and () among parts are none, but the server counts them.
local function places_between(handle, node, later)
  local count = 0
  while node ~= later and node ~= 0 do
    node, count = node_next(handle, node), count + 1
  end
  return count
end

-- What is still to be read of the multiparts around: node, parts, number of the multipart, place, depth, and how many
-- places have no part.
local todo = {}

--- The body at a node; nil for none. Without recursion, since servers decide how deep it goes. Numbers are as RFC 9051,
--- 6.4.5.1 has them: of the whole message, of an inner message's body, of a part among others.
function body.of(handle, node)
  local top, before, left = nil, nil, 0
  local message, parts, prefix, place, depth = nil, nil, "", 1, 0 -- what the next one is in: a message, or parts
  local gaps -- how many places before have no part; nil in a multipart that is as the RFC has it
  while node ~= 0 do
    local one, inside, following = part_at(handle, node)
    local this = node
    node = 0
    if one then
      local inner, number = one[PARTS], nil
      if parts then
        number, node = number_in(prefix, place + (gaps or 0)), following
        parts[place] = one
        if gaps and following ~= 0 then
          gaps = gaps + places_between(handle, this, following) - 1
        end
      elseif message then
        number = not inner and prefix .. ".1" or nil
        message.body = one
      else
        top, number = one, inner and "" or "1"
      end
      one[NUMBER], one[DEPTH] = number, depth
      if one[PARAMS] then
        one[PARAMS] = params_of(handle, one[PARAMS])
      end
      if one[DISPOSITION_PARAMS] then
        one[DISPOSITION_PARAMS] = params_of(handle, one[DISPOSITION_PARAMS])
      end
      if one[LANGUAGE] then
        one[LANGUAGE] = languages(handle, one[LANGUAGE])
      end
      if one[ENVELOPE] then
        one[ENVELOPE] = envelope_of(handle, one[ENVELOPE])
      end
      setmetatable(one, Part)
      if before then
        before[NEXT] = one
      end
      before, place = one, place + 1
      if inside ~= 0 then
        if node ~= 0 then
          todo[left + 1], todo[left + 2], todo[left + 3], todo[left + 4], todo[left + 5] = node, parts, prefix, place, depth
          todo[left + 6] = gaps or false
          left = left + 6
        end
        node, message, parts, prefix, place, depth = inside, one, inner, number or prefix, 1, depth + 1
        gaps = inner and rawget(one, "malformed") and places_between(handle, node_first(handle, this), inside)
      end
    end
    if node == 0 and left > 0 then
      node, parts, prefix, place, depth = todo[left - 5], todo[left - 4], todo[left - 3], todo[left - 2], todo[left - 1]
      gaps = todo[left]
      todo[left - 4] = false -- which would keep them
      left = left - 6
    end
  end
  return top
end

-- One step of walk: what is behind and deeper.
local function next_part(first, part)
  if not part then
    return first
  end
  local following = rawget(part, NEXT)
  if following and following[DEPTH] > first[DEPTH] then
    return following
  end
end

--- Goes through all parts in reading order, this one first: for part in structure:walk() do … end
function methods:walk()
  check_self(self, Part, "part")
  return next_part, self
end

--- The part with a number, "1.2"; "" is the body itself.
function methods:part(number)
  check_self(self, Part, "part")
  number = arguments.text(number, "number")
  if number == "" then
    return self
  end
  for part in self:walk() do
    if part.number == number then
      return part
    end
  end
end

local function is_alike(pattern, text)
  return pattern == nil or (text ~= nil and text:lower() == pattern)
end

--- The parts of a type ("text/html", "image/*", "image"; nil for any) that have a disposition ("attachment"; nil for any,
--- also none).
function methods:search_all(media_type, disposition)
  check_self(self, Part, "part")
  local kind, subtype = (arguments.optional(media_type, "media_type") or ""):lower():match("^([^/]*)/?(.*)$")
  kind, subtype = kind ~= "" and kind or nil, subtype ~= "" and subtype ~= "*" and subtype or nil
  disposition = disposition ~= nil and arguments.text(disposition, "disposition"):lower() or nil
  local found = {}
  for part in self:walk() do
    if is_alike(kind, part.media_type) and is_alike(subtype, part.subtype) and is_alike(disposition, part.disposition) then
      found[#found + 1] = part
    end
  end
  return found
end

--- Whether the sender meant it as an attachment.
function methods:is_attachment()
  check_self(self, Part, "part")
  return (self.disposition or ""):lower() == "attachment"
end

--- The first of them; nil if there is none.
function methods:search(media_type, disposition)
  check_self(self, Part, "part")
  return self:search_all(media_type, disposition)[1]
end

return body
