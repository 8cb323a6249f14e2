-- Broken responses: every reader over the fuzz corpus. None raises, and all Luas and both backends read the same.
local check = require "check"
local corpus = require "corpus"
local imap4 = require "imap4"

local tests = {}

tests["whatever a server sends is read alike through ffi and module"] = function()
  local root = os.getenv("IMAP4_TEST_ROOT")
  local sum, values, responses = corpus.sum(root)
  check.is(responses > 1000 and values > 40000)
  -- LuaJIT's own way through the ffi has the folder of the module for 5.1 in LUA_CPATH.
  local other = os.getenv("IMAP4_LUA_BACKEND") == "ffi" and "module" or "ffi"
  local command = ("IMAP4_LUA_BACKEND=%s luajit '%s/bindings/lua/tests/corpus.lua' '%s' 2>&1"):format(other, root, root)
  local said = io.popen(command)
  check.equal(said:read("*l"), sum)
  said:close()
end

tests["a set of four thousand million messages fills no memory"] = function()
  local copied = imap4.parse("* OK [COPYUID 1 1:4294967295 1:4294967295] done\r\n").copyuid
  check.equal({ copied.uidvalidity, #copied.ranges, copied.ranges[1][3] }, { 1, 1, 4294967295 })
  local found = imap4.parse("* ESEARCH UID ALL 1:4294967294\r\n")
  check.equal(found.extended_search.all, { { 1, 4294967294 } })
  local appended = imap4.parse("* OK [APPENDUID 1 7:4294967295] done\r\n").appenduid
  check.equal({ appended.uid, appended.ranges[1][2] }, { 7, 4294967295 })
  local vanished = imap4.parse("* VANISHED 1:4294967295\r\n").vanished
  for name, value in pairs { pairs = copied, numbers = found, uids = appended } do
    check.equal(select(2, pcall(function() return value[name] end)).code, "IMAP_ERR_LIMIT")
  end
  check.equal(select(2, pcall(function() return vanished.uids end)).code, "IMAP_ERR_LIMIT")
  check.equal(imap4.parse("* OK [COPYUID 1 2:4 9,11:12] done\r\n").copyuid.pairs, { [2] = 9, [3] = 11, [4] = 12 })
end

return tests
