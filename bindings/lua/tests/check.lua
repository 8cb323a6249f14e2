-- What tests check with. Each raises with what was found.
local imap4 = require "imap4"

local check = { made = 0 }

local function shown(value, depth)
  if type(value) == "string" then
    return '"' .. value:sub(1, 300):gsub("[%z\1-\31\127-\255]", function(octet)
      return ("\\x%02x"):format(octet:byte())
    end) .. '"'
  elseif type(value) ~= "table" or (depth or 0) > 3 or value.class then
    return tostring(value)
  end
  local parts = {}
  for key, one in pairs(value) do
    parts[#parts + 1] = tostring(key) .. "=" .. shown(one, (depth or 0) + 1)
    if #parts > 20 then
      break
    end
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end
check.shown = shown

local function made()
  check.made = check.made + 1
end

local function is_same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b
  end
  for key, value in pairs(a) do
    if not is_same(value, b[key]) then
      return false
    end
  end
  for key in pairs(b) do
    if a[key] == nil then
      return false
    end
  end
  return true
end

function check.is(value, what)
  made()
  if not value then
    error((what or "it does not hold") .. ": " .. shown(value), 2)
  end
  return value
end

--- Equal by value, tables too.
function check.equal(found, wanted, what)
  made()
  if not is_same(found, wanted) then
    error(("%s: found %s, wanted %s"):format(what or "not equal", shown(found), shown(wanted)), 2)
  end
end

function check.matches(text, pattern, what)
  made()
  if type(text) ~= "string" or not text:find(pattern) then
    error(("%s: %s does not match %s"):format(what or "no match", shown(text), pattern), 2)
  end
end

function check.between(number, least, most, what)
  made()
  if type(number) ~= "number" or number < least or number > most then
    error(("%s: %s is not from %s to %s"):format(what or "number", tostring(number), tostring(least), tostring(most)), 2)
  end
end

--- The call raises an error of this class, and of this code if given; gives the error.
function check.raises(class, code, call, ...)
  made()
  local is_ok, err = pcall(call, ...)
  if is_ok then
    error(("wanted an error of class %s, but nothing was raised"):format(class), 2)
  elseif not imap4.is(err, class) or (code and err.code ~= code) then
    error(("wanted an error of class %s %s, found %s %s: %s"):format(class, code or "",
      type(err) == "table" and tostring(err.class) or type(err), type(err) == "table" and tostring(err.code) or "",
      tostring(err)), 2)
  end
  made()
  if type(err.message) ~= "string" or #err.message < 5 or tostring(err) ~= err.message then
    error("the error has no message of use: " .. shown(err.message), 2)
  end
  return err
end

--- The call raises this very value.
function check.raises_value(value, call, ...)
  made()
  local is_ok, err = pcall(call, ...)
  if is_ok or err ~= value then
    error("wanted this error: " .. shown(value) .. ", found " .. (is_ok and "none" or shown(err)), 2)
  end
end

--- An answer of imaplib's shape that is OK; gives its data.
function check.ok(typ, data)
  made()
  if typ ~= "OK" or type(data) ~= "table" or type(data.n) ~= "number" then
    error(("wanted OK and data, found %s %s"):format(tostring(typ), shown(data)), 2)
  end
  return data
end

function check.no(typ, data)
  made()
  if typ ~= "NO" then
    error(("wanted NO, found %s %s"):format(tostring(typ), shown(data)), 2)
  end
  return data
end

return check
