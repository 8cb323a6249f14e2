-- Fetching: items as imaplib gives them, with literals; the same as a tree of values; flags and dates; and PARTIAL.
--
--     tests/examples/run --language luajit --show fetch
--
-- BODY.PEEK leaves \Seen alone, BODY does not.
local imap4 = require "imap4"
local support = require "support"
local went, shown, fails, heading = support.went, support.shown, support.fails, support.heading

-- imaplib's view: header, literal, and what follows the literal.
local function plain(conn, set, items)
  shown(("fetch %s %s"):format(set, items), conn:fetch(set, items))
end

-- Nested values as an outline.
local function print_tree(list, depth)
  for i = 1, list.n do
    local value = list[i]
    io.write((" "):rep(2 + 2 * depth))
    if type(value) == "table" then
      print("list of " .. value.n)
      print_tree(value, depth + 1)
    elseif value == nil then
      print("NIL")
    else
      print(('text "%s"'):format(value))
    end
  end
end

local function as_tree(conn)
  local answer = conn:command("FETCH", 2, { items = "ENVELOPE" })
  went("fetch 2 ENVELOPE", answer.status)
  local row = answer.rows[1]
  local data = row.tree[3] -- 2 FETCH (ENVELOPE (…))
  print_tree(data[2], 0)
  print("  the subject as sent: " .. row.raw:match('"[^"]*" ("[^"]*")'))
  assert(not row.malformed)
end

-- The rows of an answer: numbers, order, and one that is kept longer than the rest.
local function as_rows(conn)
  local answer = conn:command("FETCH", { set = "3:4" }, { items = "UID" })
  went("fetch 3:4 UID", answer.status)
  local arrival = 0
  for _, row in ipairs(answer.rows) do
    print(("  message %d, %s, %d octets, later than the one before: %s"):format(row.number, row.name, #row.raw,
      support.yes_or_no(row.arrival > arrival)))
    arrival = row.arrival
  end
  return answer.rows[2]
end

-- ParseFlags and Internaldate2tuple take the text of an item as it is.
local function flags_and_date(conn)
  local data = went("fetch 6 (FLAGS INTERNALDATE)", conn:fetch("6", "(FLAGS INTERNALDATE)"))
  for _, flag in ipairs(imap4.ParseFlags(data[1])) do
    if flag ~= "\\Recent" then -- of the first session that sees a message; gone with the next
      print("  flag " .. flag)
    end
  end
  local seconds, offset_minutes = imap4.Internaldate2tuple(data[1])
  print(("  %d seconds after 1970, written %d minutes east of UTC"):format(seconds, offset_minutes))
end

-- PARTIAL (RFC 1730), which no server of today speaks; FETCH of BODY[]<start.length> took its place.
local function partial()
  heading("PARTIAL")
  local conn = support.open_scenario("PARTIAL")
  support.log_in(conn)
  went("select", conn:select())
  shown("partial 1 RFC822.TEXT 1 10", conn:partial("1", "RFC822.TEXT", 1, 10))
  support.finish(conn)
end

local conn = support.open_server()
support.log_in(conn)
went("examine INBOX", conn:select("INBOX", true))
heading("items and literals")
plain(conn, "1:3", "RFC822.SIZE")
plain(conn, "1:2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
plain(conn, "1", "(UID BODY.PEEK[TEXT]<7.20> RFC822.SIZE)")
shown("uid fetch 4 BODY.PEEK[1]", conn:fetch("4", "BODY.PEEK[1]", { uid = true }))
heading("the tree")
as_tree(conn)
heading("rows")
local kept = as_rows(conn)
heading("flags and dates")
flags_and_date(conn)
heading("refused")
fails("fetch 1 NONSENSE", "bad", conn.fetch, conn, "1", "NONSENSE")
fails("fetch one", "argument", conn.fetch, conn, "one", "FLAGS")
support.finish(conn)
print("kept beyond the connection: " .. kept.name)
partial()
