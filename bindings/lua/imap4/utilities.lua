-- imaplib's utility functions, modified UTF-7, header text. They need no connection.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local dates = require "imap4.dates"
local errors = require "imap4.errors"
local Response = require "imap4.response"

local utilities = {}

--- Reads an INTERNALDATE, bare, quoted, or inside a FETCH response. Gives seconds since 1970 (UTC), and the zone it was
--- written in, in minutes east of UTC; nil for what is no date.
function utilities.Internaldate2tuple(text)
  return backend.internaldate_parse(arguments.octets(text, "text"))
end

--- Writes an instant as an INTERNALDATE with its quotes. date_time: seconds since 1970, in the zone offset_minutes east of
--- UTC (that of this machine if left out); a table as os.date makes it, in local time; or a text, which has to be a date.
function utilities.Time2Internaldate(date_time, offset_minutes)
  local seconds = date_time
  if type(date_time) == "table" then
    local is_ok, found = pcall(os.time, date_time)
    seconds = is_ok and found or date_time
  elseif type(date_time) == "string" then
    local found, offset = backend.internaldate_parse(date_time)
    if not found then
      errors.argument("date_time is no INTERNALDATE: %s", date_time:sub(1, 40))
    end
    seconds, offset_minutes = found, offset
  end
  if type(seconds) ~= "number" or seconds ~= seconds or math.abs(seconds) > 1e12 then
    errors.argument("date_time must be seconds since 1970, a table as of os.date or a text, not %s", tostring(date_time))
  end
  seconds = math.floor(seconds)
  local offset = offset_minutes == nil and dates.local_offset(seconds) or offset_minutes
  local text = backend.internaldate_format(seconds, arguments.number(offset, "offset_minutes", -1439, 1439))
  if not text then
    errors.argument("date_time is outside the years 1 to 9999")
  end
  return text
end

--- A number in base 16 with the digits A to P; 0 is "". As in imaplib the sign does not count.
function utilities.Int2AP(number)
  return backend.int_to_ap(math.abs(arguments.number(number, "number", -2 ^ 53, 2 ^ 53)))
end

--- The flags in "(\Seen \Flagged)", or in a response with FLAGS; an empty array if there is no flag list.
function utilities.ParseFlags(text)
  local handle = backend.flags_parse(arguments.octets(text, "text"))
  if not handle then
    return {}
  end
  local flags = Response.own(handle):items()
  flags.n = nil
  return flags
end

--- A mailbox name from UTF-8 to modified UTF-7; raises if it is no UTF-8.
function utilities.utf7_encode(text)
  return backend.utf7_encode(arguments.octets(text, "text")) or errors.argument("text is not UTF-8")
end

--- A mailbox name from modified UTF-7 to UTF-8; what is no valid UTF-7 is given back as it is.
function utilities.utf7_decode(text)
  return backend.utf7_decode(arguments.octets(text, "text")) or text
end

--- Header text with its encoded words ("=?utf-8?Q?caf=C3=A9?=") decoded to UTF-8.
function utilities.header_decode(text)
  return backend.header_decode(arguments.octets(text, "text"))
end

return utilities
