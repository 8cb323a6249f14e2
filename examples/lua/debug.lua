-- Looking at the traffic: the trace, which is imaplib's debug and print_log; versions; and Int2AP, which imaplib makes
-- its tags with.
--
--     tests/examples/run --language luajit --show debug
--
-- The library prints nothing by itself: it keeps the last lines, passwords masked, for whoever asks.
local imap4 = require "imap4"
local support = require "support"
local went, heading, yes_or_no = support.went, support.heading, support.yes_or_no

-- What print_log prints. The time of each line is there too; here it is only checked.
local function print_log(conn)
  local file, count = assert(io.tmpfile()), 0
  conn:print_log(file)
  file:seek("set")
  for line in file:lines() do
    print("  " .. line:match("^  %S+ (.*)$"))
    count = count + 1
  end
  file:close()
  local before, in_order = 0, true
  for _, line in ipairs(conn:log()) do
    in_order = in_order and line.time >= before
    before = line.time
  end
  print(("  (%d lines, in order of time: %s)"):format(count, yes_or_no(in_order)))
end

local function print_int_to_ap(number)
  print(('Int2AP of %d: "%s"'):format(number, imap4.Int2AP(number)))
end

print("library and header agree: " .. yes_or_no(imap4.version == imap4.header_version))
print(("this build can do TLS: %s, magic: %s"):format(yes_or_no(imap4.has_feature("tls")),
  yes_or_no(imap4.has_feature("magic"))))
print_int_to_ap(0)
print_int_to_ap(4711)

local conn = support.open_scenario("BASIC")
heading("level 1: commands and status lines")
support.log_in(conn)
went("select", conn:select())
print_log(conn)
heading("level 3: every line")
conn:clear_log()
conn.debug = 3
went("fetch", conn:fetch("1", "(UID FLAGS BODY[])"))
print_log(conn)
heading("level 0: nothing")
conn:clear_log()
conn.debug = 0
went("noop", conn:noop())
print_log(conn)
support.finish(conn)
