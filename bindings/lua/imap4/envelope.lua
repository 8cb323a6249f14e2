-- Envelopes and addresses.
--
-- An envelope has date, raw_subject, in_reply_to, message_id (texts as sent; nil for NIL), from, sender, reply_to, to, cc, bcc
-- (arrays of addresses, empty for NIL), malformed; and subject, with its encoded words decoded to UTF-8.
--
-- An address has raw_name, mailbox, host, route (nil for NIL), and name, decoded. In a list { group = "name" } begins a
-- group, { group_end = true } ends it.
--
-- The same address, or list of them, may be one table in several places, as flags are: copy what you want to change.
local backend = require "imap4.backend"

local envelope = {}

local Address, Envelope = {}, {}
local NOBODY = {}
-- Where the fields of an envelope are: an array is made at a third of the price of a table with as many names. The
-- backends know these places. The lists of addresses are nodes at first.
local PLACES = {
  date = 1, raw_subject = 2, in_reply_to = 3, message_id = 4, from = 5, sender = 6, reply_to = 7, to = 8, cc = 9, bcc = 10,
  malformed = 11,
}
local FROM, BCC = PLACES.from, PLACES.bcc
local read, addresses = backend.envelope, backend.addresses
local rawget, setmetatable = rawget, setmetatable

local function decoded(text)
  return text and backend.header_decode(text)
end

function Address.__index(address, name)
  if name == "name" then
    local text = decoded(rawget(address, "raw_name"))
    rawset(address, "name", text)
    return text
  elseif name == "address" then
    local mailbox, host = rawget(address, "mailbox"), rawget(address, "host")
    return host and (mailbox or "") .. "@" .. host or mailbox
  end
end

-- LuaJIT compiles neither a function that returns what a built-in one gives (`return rawget(…)`) nor what calls it.
function Envelope.__index(one, name)
  local place, value = PLACES[name], nil
  if place then
    value = rawget(one, place)
  elseif name == "subject" then
    value = decoded(one.raw_subject)
    rawset(one, "subject", value)
  end
  return value
end

--- The envelope at a node; nil for NIL.
function envelope.of(handle, node)
  local one = read(handle, node)
  if one then
    for field = FROM, BCC do
      local first = one[field]
      one[field] = first == 0 and NOBODY or addresses(handle, first, Address)
    end
    setmetatable(one, Envelope)
  end
  return one
end

return envelope
