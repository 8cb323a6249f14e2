-- What read_mail needs of a terminal: text of strangers that must not move the cursor, and a password without echo.
-- Nothing here is about IMAP.
local terminal = {}

local REPLACEMENT, ELLIPSIS = "\239\191\189", "\226\128\166" -- U+FFFD, U+2026
local LEAST = { [0] = 0, 0x80, 0x800, 0x10000 }

local function is_in(c, ranges)
  for i = 1, #ranges, 2 do
    if c >= ranges[i] and c < ranges[i + 1] then
      return true
    end
  end
  return false
end

-- Characters that move the cursor, or mark nothing: controls, marks of direction, separators.
local UNWANTED = { 0, 0x20, 0x7F, 0xA0, 0x200B, 0x2010, 0x2028, 0x202F, 0x2060, 0x2070, 0xD800, 0xE000 }
local WIDE = {
  0x1100, 0x1160, 0x2E80, 0xA4D0, 0xAC00, 0xD7A4, 0xF900, 0xFB00, 0xFE30, 0xFE70, 0xFF00, 0xFF61, 0x1F300, 0x1FB00,
  0x20000, 0x30000,
}

local function columns(c)
  if c >= 0x300 and c < 0x370 then
    return 0
  end
  return is_in(c, WIDE) and 2 or 1
end

-- The character at a place: its octets, how many columns it takes, where the next one is. Whatever could move the
-- cursor or is no UTF-8 becomes U+FFFD.
local function character(text, at)
  local c = text:byte(at)
  local more = c < 0x80 and 0 or c >= 0xF0 and c < 0xF5 and 3 or c >= 0xE0 and c < 0xF0 and 2
    or c >= 0xC2 and c < 0xE0 and 1
  if not more then
    return REPLACEMENT, 1, at + 1
  end
  c = more == 0 and c or c % 2 ^ (6 - more)
  for i = at + 1, at + more do
    local octet = text:byte(i)
    if not octet or octet < 0x80 or octet >= 0xC0 then
      return REPLACEMENT, 1, at + 1
    end
    c = c * 64 + octet - 0x80
  end
  local octets, after = text:sub(at, at + more), at + more + 1
  if octets:find("^[\t\r\n]") then
    return " ", 1, after
  end
  if c < LEAST[more] or c > 0x10FFFF or is_in(c, UNWANTED) then
    return REPLACEMENT, 1, after
  end
  return octets, columns(c), after
end

--- Text in `width` columns: cut with an ellipsis, or filled up with blanks if `fill`.
function terminal.fit(text, width, fill)
  local pieces, whole, used, cut = {}, 0, 0, nil
  local at = 1
  while at <= #text do
    local octets, wide, after = character(text, at)
    whole, at = whole + wide, after
    if whole <= width - 1 then
      used, cut = whole, #pieces + 1
    end
    pieces[#pieces + 1] = octets
  end
  if whole > width then
    return table.concat(pieces, "", 1, cut or 0) .. ELLIPSIS .. (" "):rep(fill and width - used - 1 or 0)
  end
  return table.concat(pieces) .. (" "):rep(fill and width - whole or 0)
end

-- Lua 5.1 gives the exit status, later ones say whether it was 0.
local function shell(line)
  local result = os.execute(line)
  return result == true or result == 0
end

--- Whether somebody sees the colours.
function terminal.has_colours()
  local kind = os.getenv("TERM")
  return not os.getenv("NO_COLOR") and kind ~= nil and kind ~= "dumb" and shell("test -t 1")
end

--- Asks without echo, on the terminal, whatever standard input is. nil and a message if that cannot be.
function terminal.ask_password(user)
  local tty = io.open("/dev/tty", "r+")
  if not tty or not shell("stty -echo < /dev/tty 2> /dev/null") then
    return nil, "no terminal to ask for the password; set IMAP_PASSWORD instead"
  end
  tty:write("Password of ", user, ": ")
  tty:flush()
  local is_read, password = pcall(tty.read, tty, "*l") -- the echo comes back whatever happens
  shell("stty echo < /dev/tty")
  tty:write("\n")
  tty:close()
  if not is_read or not password or password == "" then
    return nil, "no password given"
  end
  return password
end

return terminal
