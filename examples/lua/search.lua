-- Searching: SEARCH, SORT and THREAD, by message number and by UID, with text that is not ASCII or comes from a user.
--
--     tests/examples/run --language luajit --show search
--
-- Criteria are text as in RFC 9051, 6.4.4. What a user typed does not belong into that text: `find` takes the words one
-- by one, and the library quotes them.
local support = require "support"
local went, shown = support.went, support.shown

local function search(conn, charset, criteria)
  local what = "search " .. (charset and charset .. " " or "") .. criteria
  shown(what, conn:search(charset, criteria))
end

-- Whatever somebody typed: quoted, or sent as a literal, never read as criteria.
local function search_typed(conn, typed)
  local numbers = conn:find({ "SUBJECT", typed }, { uid = false, charset = "UTF-8" })
  print("search for the subject >" .. typed .. "<: OK")
  print("  " .. (#numbers > 0 and table.concat(numbers, " ") or "(empty)"))
end

-- imaplib's way: the text is a literal, which stands behind the criteria of the next command.
local function search_literal(conn, typed)
  conn.literal = typed
  shown("search for the subject >" .. typed .. "<", conn:search("UTF-8", "SUBJECT"))
end

local function add_up(conn)
  local data, sum = went("search ALL", conn:search(nil, "ALL")), 0
  for number in data[1]:gmatch("%d+") do
    sum = sum + number
  end
  print(("  their numbers add up to %d"):format(sum))
end

local conn = support.open_server()
support.log_in(conn)
went("examine INBOX", conn:select("INBOX", true))
search(conn, nil, "UNSEEN")
search(conn, nil, 'FROM "bob" SINCE 1-Jan-2024')
search(conn, nil, 'SUBJECT "no such subject"')
search(conn, nil, "(OR FLAGGED KEYWORD $Label1)")
search(conn, "UTF-8", 'SUBJECT "Köln"')
search(conn, nil, 'SUBJECT "Köln"')
search_typed(conn, "Lunch on")
search_typed(conn, 'x" OR "y')
search_literal(conn, "Köln")
add_up(conn)
shown("sort REVERSE SIZE", conn:sort("REVERSE SIZE", "UTF-8", "ALL"))
shown("sort (ARRIVAL)", conn:sort("(ARRIVAL)", "UTF-8", "ALL"))
shown("thread REFERENCES", conn:thread("REFERENCES", "UTF-8", "ALL"))
shown("uid search UID 4:6", conn:search(nil, "UID 4:6", { uid = true }))
shown("uid sort REVERSE SIZE", conn:sort("REVERSE SIZE", "UTF-8", "ALL", { uid = true }))
shown("uid thread REFERENCES", conn:thread("REFERENCES", "UTF-8", "ALL", { uid = true }))
support.fails("search for a word that is no criterion", "bad", conn.search, conn, nil, "SEENISH")
support.finish(conn)
