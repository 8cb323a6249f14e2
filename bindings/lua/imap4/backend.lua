-- Chooses how the C library is reached: through LuaJIT's ffi (imap4.backend_ffi), or through the compiled module
-- (imap4.core). Both have the same functions. LuaJIT takes the ffi, all others the module; the environment variable
-- IMAP4_LUA_BACKEND, "ffi" or "module", decides otherwise.
local header = require "imap4.header"

local has_ffi = type(rawget(_G, "jit")) == "table"
local wanted = os.getenv("IMAP4_LUA_BACKEND")
if wanted == nil or wanted == "" then
  wanted = has_ffi and "ffi" or "module"
end
if wanted ~= "ffi" and wanted ~= "module" then
  error(('imap4: IMAP4_LUA_BACKEND is "%s"; it can be "ffi" or "module"'):format(wanted), 0)
end
if wanted == "ffi" and not has_ffi then
  error("imap4: IMAP4_LUA_BACKEND asks for the ffi of LuaJIT, but this is " .. _VERSION, 0)
end

local function load_module()
  local found, core = pcall(require, "imap4.core")
  if found then
    return core
  end
  error(("imap4: the compiled module imap4.core could not be loaded. It is built with libimap4 (cmake -DIMAP4_LUA=ON) for "
    .. "each Lua that pkg-config finds, or by luarocks; package.cpath must have its folder.\n%s"):format(core), 0)
end

local backend = wanted == "ffi" and require "imap4.backend_ffi" or load_module()

-- Before 1.0 a library serves the programs of its own minor version.
local text, number = backend.version()
if number < header.version or math.floor(number / 100) ~= math.floor(header.version / 100) then
  error(("imap4: the library is version %s, this binding needs %d.%d.%d or a later one of %d.%d: %s"):format(text,
    math.floor(header.version / 10000), math.floor(header.version / 100) % 100, header.version % 100,
    math.floor(header.version / 10000), math.floor(header.version / 100) % 100,
    "install libimap4 and this binding from the same source"), 0)
end

backend.constants = header.constants
return backend
