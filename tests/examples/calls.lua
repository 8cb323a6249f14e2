-- Notes which public methods and functions of the Lua binding a program calls, for `luajit -l calls PROGRAM`: a line
-- for each, appended to the file that IMAP4_CALLS names. What the binding calls within itself is not noted.
local path = os.getenv("IMAP4_CALLS")
if not path then
  return
end

local imap4 = require "imap4"
local methods = require("imap4.connection").methods

local noted = {}

-- Whether the function that called the wrapper belongs to the binding; pcall and the like do not.
local function is_within(level)
  local caller = debug.getinfo(level + 1, "S")
  return caller ~= nil and caller.source:find("[/\\]imap4[/\\][%w_]+%.lua$") ~= nil
end

local function note(name)
  noted[name] = true
  local file = assert(io.open(path, "a"))
  file:write(name, "\n")
  file:close()
end

local function wrap(all)
  for name, call in pairs(all) do
    if type(call) == "function" then
      all[name] = function(...)
        if not noted[name] and not is_within(2) then
          note(name)
        end
        return call(...)
      end
    end
  end
end

wrap(methods)
wrap(imap4)
