-- Loads the C library for LuaJIT's ffi, and declares it once. IMAP4_LIBRARY in the environment is the path of the library;
-- it is then the only place looked at. Otherwise the system's loader looks for it, and if that finds none, it is taken from
-- below the prefix that this file was installed to.
local ffi = require "ffi"
local header = require "imap4.header"

local library = { constants = header.constants }

-- Another copy of this module may have declared everything already.
if not pcall(ffi.typeof, "imap_conn") then
  ffi.cdef(header.cdef)
end

local MULTIARCH = { x64 = "x86_64-linux-gnu", arm64 = "aarch64-linux-gnu", x86 = "i386-linux-gnu" }

-- Where the library is beside this file, PREFIX/share/lua/5.1/imap4/ffi_library.lua. Only with a path from the root: the
-- working directory may be anybody's.
local function beside_this_file(name)
  local prefix = debug.getinfo(1, "S").source:match("^@(/.*)/share/lua/[^/]+/imap4/[^/]+$")
  local places = {}
  for _, folder in ipairs(prefix and { "lib", "lib64", MULTIARCH[jit.arch] and "lib/" .. MULTIARCH[jit.arch] } or {}) do
    places[#places + 1] = ("%s/%s/%s"):format(prefix, folder, name)
  end
  return places
end

local function places_of()
  local override = os.getenv("IMAP4_LIBRARY")
  if override and override ~= "" then
    return { override }
  end
  local places = ffi.os == "OSX" and { "libimap4.0.dylib", "libimap4.dylib" } or { "libimap4.so.0" }
  for _, place in ipairs(beside_this_file(places[1])) do
    places[#places + 1] = place
  end
  return places
end

local function load()
  local places = places_of()
  local problems = {}
  for _, place in ipairs(places) do
    local is_ok, found = pcall(ffi.load, place)
    if is_ok then
      return found
    end
    problems[#problems + 1] = ("  %s: %s"):format(place, found)
  end
  error(("imap4: the library libimap4 could not be loaded. Build and install it (cmake --build build && cmake --install "
    .. "build), or set IMAP4_LIBRARY to the path of libimap4.so.0. Tried:\n%s"):format(table.concat(problems, "\n")), 0)
end

-- The namespace must stay referenced: the functions go with it.
library.lib = load()

--- Octets as a string; nil for NULL. (With `return ffi.string(…)` LuaJIT would compile nothing that calls this.)
function library.text_of(pointer, length)
  if pointer ~= nil then
    local text = ffi.string(pointer, length)
    return text
  end
end

--- A number of 64 bits in decimal digits, which no version of Lua rounds.
function library.decimal(number)
  return (tostring(number):gsub("[UL]+$", ""))
end

return library
