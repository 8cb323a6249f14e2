-- Every function of the binding was called by a test before this one. It runs last.
local check = require "check"
local coverage = require "coverage"

return {
  ["every function was called"] = function()
    local missing = {}
    for _, name in ipairs(coverage.names) do
      -- Upper-case names are the same functions.
      if not coverage.called[name] and not name:find("^conn:[A-Z0-9_]+$") then
        missing[#missing + 1] = name
      end
    end
    table.sort(missing)
    check.is(#coverage.names > 120, "all are watched")
    -- A run of single files calls less.
    if #arg == 0 then
      check.equal(table.concat(missing, " "), "")
    end
  end,
}
