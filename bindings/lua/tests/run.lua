-- Runs test files: run.lua [NAME …], all of them without a name. A test is a function of the table that a file gives; it
-- passes if it makes at least one check and raises nothing. Ends with "N tests".
local ALL = {
  "utilities_test", "imaplib_test", "session_test", "native_test", "mailboxes_test", "messages_test", "views_test", "corpus_test", "types_test",
  "streaming_test", "literals_test", "pipeline_test", "arguments_test",
  "idle_test", "waiting_test", "signals_test", "errors_test", "misuse_test", "closing_test", "language_test", "growth_test", "coverage_test",
}

io.stdout:setvbuf("line")
local check = require "check"
local coverage = require "coverage"
local now = require("imap4").now
coverage.watch()

local function described(err)
  if type(err) == "table" and err.class then
    return ("error of class %s, %s: %s"):format(err.class, tostring(err.code), err.message)
  end
  return tostring(err)
end

local function traced(err)
  return debug.traceback(described(err), 2)
end

local failed, count = 0, 0
for _, file in ipairs(#arg > 0 and arg or ALL) do
  local tests = require(file)
  local names = {}
  for name in pairs(tests) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    count = count + 1
    check.made = 0
    local began = now()
    local is_ok, problem = xpcall(tests[name], traced)
    if is_ok and check.made == 0 then
      is_ok, problem = false, "it checked nothing"
    end
    if is_ok then
      print(("ok %s: %s (%.1f s)"):format(file, name, now() - began))
    else
      failed = failed + 1
      print(("FAILED %s: %s: %s"):format(file, name, problem))
    end
  end
end
print(count .. " tests")
os.exit(failed == 0 and 0 or 1)
