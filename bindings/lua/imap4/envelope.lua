-- Envelopes and addresses as tables.
--
-- An envelope has date, raw_subject, in_reply_to, message_id (texts as sent; nil for NIL), from, sender, reply_to, to, cc, bcc
-- (arrays of addresses, empty for NIL), malformed; and subject, with its encoded words decoded to UTF-8.
--
-- An address has raw_name, mailbox, host, route (nil for NIL), and name, decoded. In a list { group = "name" } begins a
-- group, { group_end = true } ends it.
--
-- The same address may be the same table in several lists and messages, as flags are: copy what you want to change.
local backend = require "imap4.backend"

local envelope = {}
local whole_envelope = backend.whole_envelope -- LuaJIT has a way of its own: imap4.ffi_structures

local function decoded(text)
  return text and backend.header_decode(text)
end

local Address, Envelope = {}, {}
local NOBODY = {}
envelope.Address, envelope.Envelope = Address, Envelope

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

function Envelope.__index(env, name)
  if name == "subject" then
    local text = decoded(rawget(env, "raw_subject"))
    rawset(env, "subject", text)
    return text
  end
end

--- The envelope at a node; nil for NIL.
function envelope.of(handle, node)
  if whole_envelope then
    return whole_envelope(handle, node, Envelope, Address)
  end
  local found, from, sender, reply_to, to, cc, bcc = backend.envelope(handle, node)
  if not found then
    return nil
  end
  local addresses = backend.addresses
  found.from = addresses(handle, from, Address) or NOBODY
  found.sender = addresses(handle, sender, Address) or NOBODY
  found.reply_to = addresses(handle, reply_to, Address) or NOBODY
  found.to = addresses(handle, to, Address) or NOBODY
  found.cc = addresses(handle, cc, Address) or NOBODY
  found.bcc = addresses(handle, bcc, Address) or NOBODY
  return setmetatable(found, Envelope)
end

return envelope
