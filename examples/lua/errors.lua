-- What goes wrong, and how it is told: NO and BAD, calls refused before sending, time limits, BYE, TLS, a server that
-- is not there, and a call that was interrupted and goes on.
--
--     tests/examples/run --language luajit --show errors
--
-- What is raised is a table: `class` in words of imaplib, `code` the name of the return code in C, `message` one line
-- on what happened, `text` the server's own words. `imap4.is(err, "abort")` knows which class is part of which.
local imap4 = require "imap4"
local support = require "support"
local went, fails, heading = support.went, support.fails, support.heading

local function explained(what, wanted, call, ...)
  local err = fails(what, wanted, call, ...)
  print(("  %s: %s"):format(err.code, imap4.error_text(err.code)))
  print("  " .. err.message)
  return err
end

-- The server's own words: NO is an answer, BAD an error. The connection goes on.
local function refused_by_the_server(conn)
  heading("the server says no")
  local typ, data = conn:create("INBOX")
  support.refused("create INBOX", typ, data)
  local text = data[1]
  local message = text:match("^%[.-%] (.*)$")
  print(('  the text begins with "%s", the message does not: %s'):format(text:sub(1, 16),
    support.yes_or_no(message:sub(1, 1) ~= "[")))
  print(("  last error: %s, with a text: %s"):format(typ, support.yes_or_no(text ~= "")))
  fails("XNONSENSE", "bad", conn.xatom, conn, "XNONSENSE")
  went("noop", conn:noop())
end

-- Refused before anything is sent.
local function refused_by_the_library(conn)
  heading("nothing was sent")
  explained("fetch", "error", conn.fetch, conn, "1", "FLAGS")
  explained("create a\\r\\nb", "argument", conn.create, conn, "a\r\nb")
  explained("login, again", "error", conn.login, conn, "alice", "secret")
end

-- `wakeup` ends a wait; nothing is lost by that.
local function interrupted(conn)
  heading("interrupted, and continued")
  conn:wakeup()
  explained("noop", "interrupted", conn.noop, conn)
  went("wait", conn:resume())
end

-- The server leaves in the middle of an answer.
local function bye()
  heading("BYE")
  local conn = support.open_scenario("BYE_DURING_FETCH")
  support.log_in(conn)
  went("select", conn:select())
  local err = explained("fetch", "abort", conn.fetch, conn, "1:3", "FLAGS")
  assert(imap4.is(err, "error"), "abort is an error too")
  explained("noop", "abort", conn.noop, conn)
  print("  state " .. conn.state)
end

local conn = support.open_server()
support.log_in(conn)
refused_by_the_server(conn)
refused_by_the_library(conn)
interrupted(conn)
support.finish(conn)
bye()

-- A server that accepts and then says nothing.
heading("silence")
fails("open", "timeout", imap4.IMAP4, "127.0.0.1", tonumber(os.getenv("SCENARIO_SILENT_PORT")), 0.25)

-- A certificate of an authority nobody trusts: CA_FILE is left out here.
heading("a certificate nobody trusts")
explained("open", "tls", imap4.IMAP4_SSL, support.setting("IMAP_HOST", "localhost"),
  tonumber(support.setting("IMAPS_PORT", "993")))

heading("nobody listens")
local err = fails("open", "system", imap4.IMAP4, "127.0.0.1", 1)
print("  connection refused: " .. support.yes_or_no(err.message:find("refused")))
