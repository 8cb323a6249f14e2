-- Notes which functions of the binding a run calls: coverage_test wants all of them.
local imap4 = require "imap4"
local Connection = require "imap4.connection"

local coverage = { called = {}, names = {} }

local function watch(where, label)
  local names = {}
  for name, value in pairs(where) do
    if type(value) == "function" then
      names[#names + 1] = name
    end
  end
  for _, name in ipairs(names) do
    local call, full = where[name], label .. name
    coverage.names[#coverage.names + 1] = full
    where[name] = function(...)
      coverage.called[full] = true
      return call(...)
    end
  end
end

function coverage.watch()
  watch(imap4, "imap4.")
  watch(Connection.methods, "conn:")
end

return coverage
