-- One source for all Luas; loading, and what is said when that fails; <close>.
local check = require "check"
local imap4 = require "imap4"
local servers = require "servers"

local tests = {}

local root = os.getenv("IMAP4_TEST_ROOT")

local function lines_of(command)
  local lines = {}
  local out = io.popen(command .. " 2>&1")
  for line in out:lines() do
    lines[#lines + 1] = line
  end
  out:close()
  return lines
end

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Runs code in an interpreter of this kind; gives all that it printed.
local function run(code, settings)
  local first = -1 -- before this file's name stands the interpreter, with its options
  while arg[first - 1] do
    first = first - 1
  end
  local program = arg[first]
  return table.concat(lines_of("env " .. (settings or "") .. " " .. quoted(program) .. " -e " .. quoted(code)), "\n")
end

tests["every file compiles in every Lua"] = function()
  local files = lines_of("find " .. quoted(root .. "/bindings/lua") .. " " .. quoted(root .. "/examples/lua") .. " -name '*.lua'")
  check.between(#files, 50, 500)
  local count = 0
  for _, file in ipairs(files) do
    local is_for_all = not file:find("close_54", 1, true) and not file:find("/types/", 1, true)
    -- What goes through the ffi needs LuaJIT's numbers.
    if is_for_all and (rawget(_G, "jit") or not file:find("ffi", 1, true)) then
      local chunk, problem = loadfile(file)
      check.is(chunk, problem)
      count = count + 1
    end
  end
  check.is(count > 50)
end

tests["no global is set"] = function()
  local said = run([[local before = {} for name in pairs(_G) do before[name] = true end
    local imap4 = require "imap4" imap4.parse("* OK hi\r\n"):free()
    for name in pairs(_G) do if not before[name] then print("global " .. name) end end print("done")]])
  check.equal(said, "done")
end

tests["loaded twice"] = function()
  local said = run([[local one = require "imap4" for name in pairs(package.loaded) do if name:find("^imap4") and name ~= "imap4.core"
    then package.loaded[name] = nil end end local other = require "imap4"
    print(one ~= other, one.parse("* OK hi\r\n").status, other.parse("* OK hi\r\n").status)]])
  check.equal(said, "true\tOK\tOK")
end

tests["what is said when the library or the module is not there"] = function()
  local said
  if imap4.backend == "ffi" then
    said = run('require "imap4"', "IMAP4_LIBRARY=/nowhere/libimap4.so.0")
    check.matches(said, "/nowhere/libimap4.so.0")
    check.matches(said, "IMAP4_LIBRARY")
  else
    said = run('require "imap4"', "LUA_CPATH=/nowhere/?.so LUA_CPATH_5_2= LUA_CPATH_5_3= LUA_CPATH_5_4=")
    check.matches(said, "imap4%.core")
  end
  check.matches(said, "imap4")
  check.matches(run('require "imap4"', "IMAP4_LUA_BACKEND=magic"), 'IMAP4_LUA_BACKEND is "magic"')
  if not rawget(_G, "jit") then
    check.matches(run('require "imap4"', "IMAP4_LUA_BACKEND=ffi"), "LuaJIT")
  end
end

tests["objects that end with the program"] = function()
  local said = run([[local servers = require "servers" conn = servers.connected() conn:examine_mailbox()
    response = conn:command("FETCH", { 1, 2 }, { items = "BODY.PEEK[]" }) messages = response.messages
    rows = conn:each_message("1:*", "UID BODY.PEEK[]") message = rows:next() idler = nil print("done")]])
  check.equal(said, "done")
  said = run([[local servers = require "servers" conn = servers.connected() idler = conn:idle(5)
    co = coroutine.create(function() other = servers.connected { wait = coroutine.yield } end) coroutine.resume(co) print("done")]])
  check.equal(said, "done")
  check.matches(run([[local servers = require "servers" conn = servers.connected() error("mine")]]), "mine")
  -- Lua 5.1 itself shows no tables.
  check.matches(run([[require("imap4").Int2AP("x")]]),
    servers.is_plain_51 and "error object" or "number must be a whole number")
end

if _VERSION == "Lua 5.4" then
  tests["to-be-closed variables"] = function()
    local found = require "close_54"
    check.equal({ found.uid, found.idling, found.count, found.is_closed }, { 1, "IDLING", servers.messages, true })
    check.equal({ found.rows:next() or found.rest, found.is_raised, found.is_closed_by_error, found.is_open_no_more }, { nil, true, true, true })
  end
end

return tests
