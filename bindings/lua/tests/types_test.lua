-- The annotations in types/ know every function, field and reader that there is, and none that there is not; the rockspec
-- every file.
local check = require "check"
local imap4 = require "imap4"
local Connection = require "imap4.connection"
local Response = require "imap4.response"

local tests = {}

local function types(name)
  local file = assert(io.open(os.getenv("IMAP4_TEST_ROOT") .. "/bindings/lua/types/" .. name .. ".lua"))
  local text = file:read("*a")
  file:close()
  return text
end

local function has_field(text, name)
  return text:find("@field " .. name .. "[ ?]") ~= nil
end

tests["methods and fields of a connection"] = function()
  local text = types("connection") .. types("imaplib")
  local known = {}
  for name in text:gmatch("\nfunction Connection:([%w_]+)%(") do
    known[name] = true
  end
  for name in text:gmatch("\nConnection%.([%w_]+) =") do
    known[name] = true
  end
  for name in pairs(Connection.methods) do
    check.is(known[name], name .. " is not annotated")
  end
  for name in pairs(known) do
    check.is(Connection.methods[name], name .. " is annotated, but not there")
  end
  for name in pairs(Connection.readers) do
    check.is(has_field(text, name), name .. " is not annotated")
  end
end

tests["the module"] = function()
  local text = types("imap4")
  for name, value in pairs(imap4) do
    check.is(type(value) == "function" and text:find("\nfunction imap4." .. name .. "(", 1, true) or has_field(text, name),
      name .. " is not annotated")
  end
  for name in text:gmatch("\nfunction imap4%.([%w_]+)") do
    check.is(imap4[name], name .. " is annotated, but not there")
  end
end

tests["readers of responses and messages"] = function()
  local text = types("values")
  local response = text:match("@class imap4%.Response\n(.-)\nlocal Response")
  for name in pairs(Response.readers) do
    check.is(has_field(response, name), name .. " is not annotated")
  end
  for name in response:gmatch("@field ([%w_]+)") do
    check.is(Response.readers[name], name .. " is annotated, but not there")
  end
  local message = text:match("@class imap4%.Message\n(.-)\nlocal Message")
  local found = imap4.parse('* 1 FETCH (UID 2 FLAGS () RFC822.SIZE 3 INTERNALDATE "01-Jan-1970 00:00:01 +0100" MODSEQ (5) '
    .. 'X-GM-MSGID 1 X-GM-THRID 2 X-GM-LABELS (a) EMAILID (e) THREADID (t) PREVIEW "p" SAVEDATE "01-Jan-2020 00:00:00 +0000" '
    .. 'ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1) '
    .. 'BODY[] "x")\r\n')
  for name in message:gmatch("@field ([%w_]+)") do
    check.is(found.message[name] ~= nil, name .. " of a message that has all")
  end
end

tests["the rockspec has every file"] = function()
  local folder = os.getenv("IMAP4_TEST_ROOT") .. "/bindings/lua/"
  local spec = {}
  local file = assert(io.open(folder .. "imap4-0.1.0-1.rockspec"))
  local load_text = rawget(_G, "setfenv") and loadstring or load
  local chunk = assert(load_text(file:read("*a"), "rockspec", "t", spec))
  file:close()
  if rawget(_G, "setfenv") then
    setfenv(chunk, spec)
  end
  chunk()
  check.equal(spec.version, imap4.header_version .. "-1")
  local count = 1
  local list = io.popen("cd '" .. folder .. "' && ls imap4/*.lua")
  for path in list:lines() do
    check.equal(spec.build.modules[path:gsub("%.lua$", ""):gsub("/", ".")], path)
    count = count + 1
  end
  list:close()
  for name, path in pairs(spec.build.modules) do
    count = count - (type(path) == "string" and 1 or 0)
    check.is(type(path) == "table" or assert(io.open(folder .. path)):close() ~= false, name)
  end
  check.equal(count, 0, "modules that are no files")
end

tests["the licenses are those of the library"] = function()
  local root = os.getenv("IMAP4_TEST_ROOT") .. "/"
  for _, name in ipairs { "LICENSE-MIT", "LICENSE-APACHE" } do
    local texts = {}
    for i, folder in ipairs { root, root .. "bindings/lua/" } do
      local file = assert(io.open(folder .. name))
      texts[i] = file:read("*a")
      file:close()
    end
    check.is(#texts[1] > 500 and texts[1] == texts[2], name)
  end
end

return tests
