-- Reads everything that can be read of the responses in the fuzz corpus, and gives a sum of it, so that ways can be compared.
-- Alone: corpus.lua ROOT prints the sum.
local imap4 = require "imap4"
local Response = require "imap4.response"

local corpus = {}

local MESSAGE = {
  "seq", "uid", "size", "internaldate", "offset_minutes", "flags", "modseq", "sections", "email_id", "thread_id", "save_date",
  "preview", "gm_labels", "gm_msgid", "gm_thrid", "malformed",
}
local ENVELOPE = { "date", "raw_subject", "subject", "in_reply_to", "message_id", "malformed" }
local LISTS = { "from", "sender", "reply_to", "to", "cc", "bcc" }
local ADDRESS = { "raw_name", "name", "mailbox", "host", "route", "address", "group", "group_end" }
local PART = {
  "number", "media_type", "subtype", "id", "raw_description", "description", "encoding", "md5", "disposition", "location",
  "octets", "lines", "multipart", "malformed", "params", "disposition_params", "filename", "language",
}
local LAZY = { "numbers", "uids", "pairs" }
local LATER = { rows = true, message = true, messages = true } -- they hold responses and messages

local function written(value)
  if type(value) == "number" then
    return ("%.14g"):format(value)
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" or key:sub(1, 1) ~= "_" then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    return type(a) .. tostring(a) < type(b) .. tostring(b)
  end)
  local words = {}
  for i, key in ipairs(keys) do
    words[i] = written(key) .. "=" .. written(value[key])
  end
  return "{" .. table.concat(words, ",") .. "}"
end

local Sum = {}
Sum.__index = Sum

function Sum:add(name, value)
  local text = name .. " " .. written(value) .. "\n"
  local sum = self.sum
  for i = 1, #text do
    sum = (sum * 31 + text:byte(i)) % 4294967291
  end
  self.sum, self.count = sum, self.count + 1
end

function Sum:fields(name, value, fields)
  for _, field in ipairs(fields) do
    self:add(name .. "." .. field, value[field])
  end
end

function Sum:envelope(name, envelope)
  self:fields(name, envelope, ENVELOPE)
  for _, list in ipairs(LISTS) do
    for _, address in ipairs(envelope[list]) do
      self:fields(name .. "." .. list, address, ADDRESS)
    end
  end
end

function Sum:message(message)
  self:fields("message", message, MESSAGE)
  if message.envelope then
    self:envelope("envelope", message.envelope)
  end
  if message.body_structure then
    for part in message.body_structure:walk() do
      self:fields("part", part, PART)
      if part.envelope then
        self:envelope("inner", part.envelope)
      end
    end
  end
end

-- A reader raises only what says that a set is too large.
local function read(value, field)
  local is_ok, found = pcall(function()
    return value[field]
  end)
  if is_ok then
    return found
  end
  assert(imap4.is(found, "error") and found.code == "IMAP_ERR_LIMIT", found)
  return found.message
end

function Sum:response(response, names)
  for _, name in ipairs(names) do
    local value = read(response, name)
    if type(value) == "table" then
      for _, field in ipairs(LAZY) do
        read(value, field)
      end
    end
    self:add(name, value)
  end
  self:add("items", response:items())
  if response.message then
    self:message(response.message)
  end
end

local function names_of_readers()
  local names = {}
  for name in pairs(Response.readers) do
    if not LATER[name] then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

--- The sum of all values, how many there are, and of how many responses.
function corpus.sum(root)
  local sum, names, responses = setmetatable({ sum = 0, count = 0 }, Sum), names_of_readers(), 0
  local listed = io.popen("cd '" .. root .. "/fuzz/corpus' && find views rows framing -type f -size -64k | LC_ALL=C sort")
  for path in listed:lines() do
    local file = assert(io.open(root .. "/fuzz/corpus/" .. path, "rb"))
    local octets = file:read("*a")
    file:close()
    for _ = 1, 20 do
      local is_ok, response, used = pcall(imap4.parse, octets)
      if not is_ok or not response then
        sum:add("rest", not is_ok and response.code or #octets)
        break
      end
      responses = responses + 1
      sum:response(response, names)
      response:free()
      octets = octets:sub(used + 1)
    end
  end
  listed:close()
  return ("%.0f"):format(sum.sum), sum.count, responses
end

if arg and arg[0] and arg[0]:find("corpus%.lua$") then
  print((corpus.sum(arg[1])))
end

return corpus
