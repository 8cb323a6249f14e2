-- Beyond the commands that have methods: xatom, commands with typed arguments, as text, by UID; ID, ENABLE; and octets
-- past the engine.
--
--     tests/examples/run --language luajit --show extension
--
-- A command the library does not know is sent all the same; its answer is read like any other.
local support = require "support"
local went, shown, fails, heading = support.went, support.shown, support.fails, support.heading

local function identify(conn)
  local data = went("id", conn:id({ name = "extension example", version = "1" }))
  print("  the server names itself: " .. support.yes_or_no(data[1]:find('"name"', 1, true)))
end

local function metadata(conn)
  -- A list of arguments: atoms as they are, the comment quoted or sent as a literal, whatever is in it.
  local answer = conn:command("SETMETADATA", { mailbox = "INBOX" },
    { list = { "/private/comment", { string = 'a "quoted" word' } } })
  went("SETMETADATA with arguments", answer.status)
  went("xatom", conn:xatom("GETMETADATA", "INBOX /private/comment"))
  support.print_items(select(2, conn:response("METADATA")))
  went("the same as text", conn:command_text("GETMETADATA INBOX /private/comment").status)
  fails("xatom XNOSUCH", "bad", conn.xatom, conn, "XNOSUCH")
  fails("text with a line end in it", "argument", conn.command_text, conn, "NOOP\r\na LOGOUT")
end

local function by_uid(conn)
  went("examine INBOX", conn:select("INBOX", true))
  shown("uid FETCH", conn:uid("FETCH", "1:2", "(RFC822.SIZE)"))
  fails("uid XNEVER", "error", conn.uid, conn, "XNEVER", "1")
  went("unselect", conn:unselect())
end

local function say_mode(conn)
  print("  UTF-8 mode: " .. (conn.utf8_enabled and "on" or "off"))
end

-- Octets of one's own, between commands.
local function raw(conn)
  conn:send("x1 NOOP\r\nx2 NOOP\r\n")
  print("raw send: OK")
  local line = conn:readline()
  print("raw readline: OK")
  print(('  begins with "%s"'):format(line:sub(1, 5)))
  local octets = conn:read(5)
  print("raw read of 5 octets: OK")
  print(('  "%s"'):format(octets))
  conn:readline()
  print("raw readline of the rest: OK")
end

-- UTF-8 mode (RFC 6855): names and text go out as UTF-8, SEARCH takes no charset.
local function utf8_mode()
  heading("UTF8=ACCEPT")
  local conn = support.open_scenario("UTF8_ACCEPT")
  support.log_in(conn)
  went("enable UTF8=ACCEPT", conn:enable("UTF8=ACCEPT"))
  say_mode(conn)
  shown("list", conn:list())
  went("append", conn:append("Entwürfe", nil, nil, "Subject: Grüße\r\n\r\n日本\r\n"))
  went("select", conn:select("Entwürfe"))
  fails("search with a charset", "argument", conn.search, conn, "UTF-8", "ALL")
  shown("search", conn:search(nil, 'SUBJECT "Grüße"'))
  support.finish(conn)
end

local conn = support.open_server()
support.log_in(conn)
heading("ID")
identify(conn)
heading("METADATA")
metadata(conn)
heading("ENABLE")
went("enable CONDSTORE", conn:enable("CONDSTORE"))
say_mode(conn)
heading("UID")
by_uid(conn)
heading("raw")
raw(conn)
support.finish(conn)
utf8_mode()
