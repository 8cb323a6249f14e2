-- Adding messages: flags, a date, line ends, UTF-8, and the UID a message got.
--
--     tests/examples/run --language luajit --show append
--
-- A message is octets. Bare LF and bare CR become CRLF on the way, unless `translate_line_endings` is switched off.
local imap4 = require "imap4"
local support = require "support"
local went, shown, refused, fails = support.went, support.shown, support.refused, support.fails

-- One message. The server tells which UID it got: APPENDUID uidvalidity uid.
local function append(conn, what, ...)
  went(what, conn:append("Example", ...))
  local _, told = conn:response("APPENDUID")
  print("  APPENDUID: UID " .. told[1]:match("%d+$"))
  _, told = conn:response("APPENDUID")
  assert(told[1] == nil, "a response is handed out once")
end

-- What cannot be sent is refused before anything is sent.
local function refusals(conn)
  local text = "Subject: x\r\n\r\n"
  fails("append with the date 32-Jan-2024", "argument", conn.append, conn, "Example", nil,
    '"32-Jan-2024 00:00:00 +0000"', text)
  fails("append with a broken flag list", "argument", conn.append, conn, "Example", "\\Seen) evil (", nil, text)
  refused("append to a mailbox that does not exist", conn:append("Nowhere", nil, nil, text))
end

local date = imap4.Time2Internaldate(837596665, -420)
print("date: " .. date)

local conn = support.open_server()
support.log_in(conn)
went("create Example", conn:create("Example"))
append(conn, "append a plain message", nil, nil, "Subject: one\r\n\r\nFirst.\r\n")
append(conn, "append with flags and date", "(\\Seen $Done)", date, "Subject: two\r\n\r\nSecond.\r\n")
append(conn, "append with LF as line end", "\\Flagged", nil, "Subject: three\n\nThird,\nin two lines.\n")
append(conn, "append UTF-8 octets as they are", nil, nil, "Subject: four\r\n\r\nGrüße, 日本.\r\n",
  { translate_line_endings = false })
went("examine", conn:select("Example", true))
shown("sizes", conn:fetch("1:*", "RFC822.SIZE"))
shown("texts", conn:fetch("1:*", "BODY.PEEK[TEXT]"))
refusals(conn)
shown("flags and date of 2", conn:fetch("2", "INTERNALDATE"))
shown("search KEYWORD $Done", conn:search(nil, "KEYWORD $Done"))
went("unselect", conn:unselect())
went("delete Example", conn:delete("Example"))
support.finish(conn)
