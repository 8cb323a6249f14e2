-- Loads the C library for LuaJIT's ffi, and declares it once. IMAP4_LIBRARY in the environment is the path of the library;
-- it is then the only place looked at.
local ffi = require "ffi"
local header = require "imap4.header"

local library = { constants = header.constants }

-- Another copy of this module may have declared everything already.
if not pcall(ffi.typeof, "imap_conn") then
  ffi.cdef(header.cdef)
end

local function load()
  local override = os.getenv("IMAP4_LIBRARY")
  local places = override and override ~= "" and { override }
    or ffi.os == "OSX" and { "libimap4.0.dylib", "libimap4.dylib" } or { "libimap4.so.0" }
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

--- Octets as a string; nil for NULL.
function library.text_of(pointer, length)
  if pointer ~= nil then
    return ffi.string(pointer, length)
  end
end

--- A number of 64 bits in decimal digits, which no version of Lua rounds.
function library.decimal(number)
  return (tostring(number):gsub("[UL]+$", ""))
end

return library
