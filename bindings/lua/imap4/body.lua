-- Body structures as trees of parts. A part has
--
--   number                          "1.2"; "" of the body itself if it is a multipart; nil of the multipart of an inner message
--   media_type, subtype, encoding   as sent: compare without regard to case
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
-- and description, decoded, and the methods walk, part, search and search_all. Parameters may be one table for several
-- parts: copy what you want to change.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local envelope = require "imap4.envelope"
local errors = require "imap4.errors"

local body = {}
local whole_body = backend.whole_body -- LuaJIT has a way of its own: imap4.ffi_structures

local Part = { __name = "imap4.part" }
local NONE = {}
local check_self = errors.check_self
-- What is not told of most parts.
local methods = {
  malformed = false, multipart = false, params = NONE, disposition_params = NONE, language = NONE, parts = NONE,
}

function Part.__index(part, name)
  if name == "filename" then
    return part.disposition_params.filename or part.params.name
  elseif name == "description" then
    return part.raw_description and backend.header_decode(part.raw_description)
  end
  return methods[name]
end

local function params_of(handle, node)
  if node == 0 then
    return NONE
  end
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

-- Numbers as RFC 9051, 6.4.5.1 has them: of the whole message, of an inner message's body, of a part among others.
local function number_of(owner, prefix, place, is_multipart)
  if not owner then
    return is_multipart and "" or "1"
  elseif not owner.multipart then
    if is_multipart then
      return nil
    end
    return prefix .. ".1"
  elseif prefix == "" or prefix == nil then
    return ("%d"):format(place)
  end
  return prefix .. "." .. place
end

-- The part at a node with those behind it, below `owner`; parts inside are left in `todo`.
local function siblings_of(handle, node, owner, prefix, todo)
  local found, count = {}, 0
  while node ~= 0 do
    local part, params, disposition_params, language, inner, inner_body, child, following =
      backend.part(handle, node, Part)
    if not part then
      break
    end
    count = count + 1
    found[count] = part
    local number = number_of(owner, prefix, count, part.multipart)
    part.number = number
    part.params = params_of(handle, params)
    part.disposition_params = params_of(handle, disposition_params)
    if language ~= 0 then
      part.language = languages(handle, language)
    end
    if inner ~= 0 then
      part.envelope = envelope.of(handle, inner)
    end
    if child ~= 0 or inner_body ~= 0 then
      local n = #todo
      todo[n + 1], todo[n + 2], todo[n + 3] = child ~= 0 and child or inner_body, part, number or prefix
    end
    node = following
    if not owner or not owner.multipart then
      break
    end
  end
  return found
end

--- The body at a node; nil for none. Without recursion, since servers decide how deep it goes.
function body.of(handle, node)
  if whole_body then
    return whole_body(handle, node, Part, envelope.Envelope, envelope.Address)
  end
  local todo = {}
  local top = siblings_of(handle, node, nil, nil, todo)[1]
  while #todo > 0 do
    local n = #todo
    local prefix, owner, inner = todo[n], todo[n - 1], todo[n - 2]
    todo[n], todo[n - 1], todo[n - 2] = nil, nil, nil
    local found = siblings_of(handle, inner, owner, prefix, todo)
    if owner.multipart then
      owner.parts = found
    else
      owner.body = found[1]
    end
  end
  return top
end

-- One step of walk: what is still to be given is a stack, whose height stands at 0.
local function next_part(todo)
  local n = todo[0]
  if n == 0 then
    return nil
  end
  local part = todo[n]
  local inner, parts = rawget(part, "body"), rawget(part, "parts")
  n = n - 1
  if inner then
    n = n + 1
    todo[n] = inner
  end
  if parts then
    for i = #parts, 1, -1 do
      n = n + 1
      todo[n] = parts[i]
    end
  end
  todo[0] = n
  return part
end

local none -- keeps room

--- Goes through all parts in reading order, this one first: for part in structure:walk() do … end
function methods:walk()
  check_self(self, Part, "part")
  return next_part, { [0] = 1, self, none, none }
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

--- The first of them; nil if there is none.
function methods:search(media_type, disposition)
  check_self(self, Part, "part")
  return self:search_all(media_type, disposition)[1]
end

return body
