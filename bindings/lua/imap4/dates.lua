-- Instants to the two dates of the protocol: INTERNALDATE, and the day alone that SEARCH has (RFC 9051, 9: date).
local backend = require "imap4.backend"
local errors = require "imap4.errors"

local dates = {}
local fail = errors.argument

local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

local function instant(value)
  local is_ok, seconds = true, value
  if type(value) == "table" then
    is_ok, seconds = pcall(os.time, value)
  end
  return is_ok and type(seconds) == "number" and math.abs(seconds) < 1e12 and math.floor(seconds) or nil
end

--- An INTERNALDATE from seconds since 1970 (written in UTC), or a table as os.date("*t") makes it (local time).
function dates.internaldate(value, name)
  local seconds = instant(value)
  local date = seconds and backend.internaldate_format(seconds, type(value) == "table" and dates.local_offset(seconds) or 0)
  return date or fail("%s must be a date: a text, seconds since 1970 or a table as os.date makes it", name)
end

--- The day of an instant in local time, "1-Feb-2024", from seconds since 1970 or a table as os.date("*t") makes it; or such
--- a text.
function dates.search_date(value, name)
  if type(value) == "string" and value:find("^%d%d?%-%a%a%a%-%d%d%d%d$") then
    return value
  elseif type(value) == "table" then -- noon is a time that every day has
    value = { year = value.year, month = value.month, day = value.day, hour = 12 }
  end
  local seconds = instant(value)
  local day = seconds and os.date("*t", seconds)
  if not day or day.year < 1 or day.year > 9999 then
    fail('%s must be a day: seconds since 1970, a table as os.date makes it, or a text like "1-Feb-2024"', name)
  end
  return ("%d-%s-%04d"):format(day.day, MONTHS[day.month], day.year)
end

--- Minutes east of UTC of this machine's clock at an instant.
function dates.local_offset(seconds)
  -- Not by os.time, which cannot tell the last second before 1970 from a failure.
  local here, utc = os.date("*t", seconds), os.date("!*t", seconds)
  local days = here.year == utc.year and here.yday - utc.yday or here.year - utc.year
  return days * 1440 + (here.hour - utc.hour) * 60 + here.min - utc.min + math.floor((here.sec - utc.sec) / 60 + 0.5)
end

return dates
