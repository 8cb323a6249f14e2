-- Responses without a connection: reads what a server once said, from a capture or a log, and tells what it was.
--
--     parse.lua FILE      the server's octets as they came, lines with CRLF; without FILE, or with -, standard input
--     tests/examples/run --language luajit --show parse
--
-- All views work on what imap4.parse gives.
local imap4 = require "imap4"

local PIECE = 256 -- octets read at a time; small, so that responses come in several pieces here too

local function tell_fetch(message)
  local words = {}
  local function add(...)
    words[#words + 1] = (...):format(select(2, ...))
  end
  if message.uid then
    add(", UID %d", message.uid)
  end
  if message.flags then
    add(", %s", message:has_flag("\\Seen") and "seen" or "new")
  end
  if message.envelope and message.envelope.subject then
    add(", subject %s", message.envelope.subject)
  end
  for _, section in ipairs(message.sections) do
    add(", %s of %d octets", section.item, #section.octets)
  end
  return table.concat(words)
end

local function tell(response)
  local text = response.name .. (response.number and " " .. response.number or "")
  if response.kind == "fetch" then
    text = text .. tell_fetch(response.message)
  elseif response.kind == "continuation" then
    text = text .. "+" -- has no name
  elseif response.kind == "list" then
    text = text .. " " .. response.list[1].name
  elseif response.kind == "search" then
    text = text .. (" of %d messages"):format(#response.numbers)
  elseif response.code then
    text = text .. " [" .. response.code.name .. "]"
  end
  print(text .. (response.malformed and ", and more that fits no rule" or ""))
end

-- One response after the other. A whole one is taken at once; else more is read.
local function tell_all(file)
  local octets = ""
  while true do
    local response, used = imap4.parse(octets)
    if response then
      tell(response)
      octets = octets:sub(used + 1)
    else
      local more = file:read(PIECE)
      if not more then
        break
      end
      octets = octets .. more
    end
  end
  if octets ~= "" then
    print(("the rest, %d octets, is the beginning of a response"):format(#octets))
  end
end

local name = arg[1]
local file = name and name ~= "-" and assert(io.open(name, "rb")) or io.stdin
tell_all(file)
file:close()
