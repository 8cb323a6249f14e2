-- Chooses what the Lua code reaches the C library through, and checks that both fit: LuaJIT's ffi, or the compiled module
-- imap4_core. Both give the same functions. IMAP4_LUA_BACKEND=ffi or =module chooses by hand.
local header = require "imap4.header"

local wanted = os.getenv("IMAP4_LUA_BACKEND")
if wanted == "" then wanted = nil end
if wanted and wanted ~= "ffi" and wanted ~= "module" then
  error("imap4: IMAP4_LUA_BACKEND is " .. wanted .. "; it can be ffi or module")
end

local function compiled()
  local there, core = pcall(require, "imap4_core")
  if not there then
    error("imap4: the compiled module imap4_core for " .. _VERSION .. " is not to be had. It is built with libimap4 (cmake "
      .. "finds each Lua by pkg-config; Debian: liblua5.x-dev), and looked for in package.cpath:\n" .. tostring(core), 0)
  end
  return core
end

local core
if wanted == "ffi" or (wanted == nil and type(rawget(_G, "jit")) == "table") then
  core = require "imap4.backend_ffi"
else
  core = compiled()
end

local version = core.version_number()
if math.floor(version / 100) ~= math.floor(header.version / 100) then
  error(("imap4: these Lua files are made for libimap4 %d.%d, the library is %s"):format(
    math.floor(header.version / 10000), math.floor(header.version / 100) % 100, core.version_string()), 0)
end
core.constants = header.constants
return core
