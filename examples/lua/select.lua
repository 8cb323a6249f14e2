-- Selecting a mailbox: for writing, for reading, what it tells, what is new in it, and leaving it.
--
--     tests/examples/run --language luajit --show select
--
-- CLOSE removes the messages marked \Deleted, UNSELECT does not. The last part shows mailboxes that are read-only
-- though writing was asked for.
local support = require "support"
local went, shown, refused = support.went, support.shown, support.refused
local fails, heading = support.fails, support.heading

local function append(conn, subject)
  local message = "Subject: " .. subject .. "\r\n\r\nA text.\r\n"
  went("append", conn:append("Example", nil, nil, message))
end

-- What the server said beside the answer.
local function print_told(conn, name)
  local _, data = conn:response(name)
  for i = 1, data.n do
    if data[i] then
      print(('  told %s: "%s"'):format(name, data[i]))
    end
  end
end

local function recent(conn)
  local data = went("recent", conn:recent())
  if data[1] == nil then
    print("  nothing new")
  end
  support.print_items(data)
end

local function print_access(conn)
  print(("  state %s, read-only: %s"):format(conn.state, support.yes_or_no(conn.is_readonly)))
end

local function count(conn)
  shown("status", conn:status("Example", "MESSAGES"))
end

-- Somebody else adds a message meanwhile.
local function somebody_else_appends()
  heading("another connection")
  local other = support.open_server()
  support.log_in(other)
  append(other, "third")
  support.finish(other)
  heading("the first connection")
end

local function write_and_leave(conn)
  refused("select Nowhere", conn:select("Nowhere"))
  shown("select Example", conn:select("Example"))
  print_access(conn)
  print_told(conn, "READ-WRITE")
  print_told(conn, "UIDVALIDITY")
  print_told(conn, "PERMANENTFLAGS")
  recent(conn)
  recent(conn)
  somebody_else_appends()
  went("noop", conn:noop())
  local untagged = conn.untagged_responses -- what no command asked for
  for _, name in ipairs { "EXISTS", "RECENT" } do
    for _, number in ipairs(untagged[name] or {}) do
      print(("  event: %s %s"):format(number, name))
    end
  end
  went("check", conn:check())
  went("mark 1 deleted", conn:store("1", "+FLAGS.SILENT", "\\Deleted"))
  went("unselect", conn:unselect())
  print_access(conn)
  count(conn)
  went("select Example", conn:select("Example"))
  went("close", conn:close())
  print_access(conn)
  count(conn)
end

local function read_only(conn)
  shown("examine Example", conn:select("Example", true))
  print_access(conn)
  went("close", conn:close())
end

-- SELECT gave a mailbox that can only be read: it is selected all the same.
local function became_read_only_at_once()
  heading("a mailbox that can only be read")
  local conn = support.open_scenario("READONLY_SELECT")
  support.log_in(conn)
  fails("select", "readonly", conn.select, conn, "INBOX")
  print_access(conn)
  support.print_items(select(2, conn:response("EXISTS")))
  support.finish(conn)
end

-- It turns read-only later: what would write is refused unsent until somebody has taken note.
local function became_read_only_later()
  heading("a mailbox that becomes read-only later")
  local conn = support.open_scenario("READONLY_LATER")
  support.log_in(conn)
  went("select", conn:select())
  print_access(conn)
  went("noop", conn:noop())
  print_access(conn)
  fails("store", "readonly", conn.store, conn, "1", "+FLAGS", "\\Seen")
  print_told(conn, "READ-ONLY")
  refused("store", conn:store("1", "+FLAGS", "\\Seen"))
  support.finish(conn)
end

local conn = support.open_server()
support.log_in(conn)
went("create Example", conn:create("Example"))
append(conn, "first")
append(conn, "second")
write_and_leave(conn)
read_only(conn)
went("delete Example", conn:delete("Example"))
support.finish(conn)
became_read_only_at_once()
became_read_only_later()
