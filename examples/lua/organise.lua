-- Organising: flags in all forms, copy, move, and removing for good, by message number and by UID.
--
--     tests/examples/run --language luajit --show organise
--
-- Message numbers move up when a message before them is removed; UIDs stay. EXPUNGE removes every message marked
-- \Deleted, with a set of UIDs only those.
local support = require "support"
local went, shown, heading = support.went, support.shown, support.heading

local function fill(conn)
  for i = 1, 8 do
    local message = ("Subject: message %d\r\n\r\nText.\r\n"):format(i)
    assert(conn:append("Example", nil, nil, message) == "OK")
  end
  print("append: 8 messages")
end

local function store(conn, set, command, flags)
  shown(("store %s %s %s"):format(set, command, flags), conn:store(set, command, flags))
end

-- Calls something that copies or moves. The code COPYUID tells which UID became which; its first argument, UIDVALIDITY,
-- is of no interest here.
local function copied(conn, what, method, ...)
  went(what, conn[method](conn, ...))
  local _, told = conn:response("COPYUID")
  print("  COPYUID " .. told[told.n]:match("^%d+ (.*)$"))
end

local function what_is_left(conn)
  shown("uid search ALL", conn:search(nil, "ALL", { uid = true }))
end

local conn = support.open_server()
support.log_in(conn)
went("create Example", conn:create("Example"))
went("create Example/Kept", conn:create("Example/Kept"))
fill(conn)
went("select Example", conn:select("Example"))

heading("flags")
store(conn, "1:2", "FLAGS", "(\\Answered \\Draft)")
store(conn, "1", "+FLAGS", "\\Flagged")
store(conn, "1", "-FLAGS", "(\\Draft)")
store(conn, "1", "+FLAGS.SILENT", "\\Seen")
shown("uid store 2 -FLAGS \\Draft", conn:store("2", "-FLAGS", "\\Draft", { uid = true }))

heading("copy and move")
copied(conn, "copy 1:2", "copy", "1:2", "Example/Kept")
copied(conn, "uid copy 3", "copy", "3", "Example/Kept", { uid = true })
copied(conn, "move 1", "move", "1", "Example/Kept")
copied(conn, "uid move 2", "move", "2", "Example/Kept", { uid = true })
what_is_left(conn)

heading("remove")
store(conn, "1:4", "+FLAGS.SILENT", "\\Deleted")
shown("uid expunge 4:5", conn:expunge("4:5"))
what_is_left(conn)
shown("expunge", conn:expunge())
what_is_left(conn)

heading("end")
support.refused("copy to a mailbox that does not exist", conn:copy("1", "Nowhere"))
went("close", conn:close())
went("delete Example/Kept", conn:delete("Example/Kept"))
went("delete Example", conn:delete("Example"))
support.finish(conn)
