-- Annotations of a mailbox, as the draft ANNOTATEMORE has them and Cyrus speaks them. METADATA (RFC 5464) is their
-- successor.
--
--     tests/examples/run --language luajit --show annotation
--
-- Entries and attributes are given as the draft writes them, quoted.
local support = require "support"
local shown = support.shown

local function set(conn, attributes)
  shown("setannotation", conn:setannotation("INBOX", '"/comment"', attributes))
end

local function get(conn)
  shown("getannotation", conn:getannotation("INBOX", '"/comment"', '"value.priv"'))
end

local conn = support.open_server()
support.log_in(conn)
set(conn, '("value.priv" "my first \\"note\\"")')
get(conn)
support.heading("taken away")
set(conn, '("value.priv" NIL)')
get(conn)
support.finish(conn)
