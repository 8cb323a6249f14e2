-- Streaming: a mailbox row by row in memory that does not grow, a message to a file as it arrives, one read in pieces,
-- stopping early; and messages to the server from a file, from pieces, and many in one command.
--
--     tests/examples/run --language luajit --show stream
--
-- Makes the mailbox Example and deletes it again.
local support = require "support"
local went, done, heading = support.went, support.done, support.heading

local LINES = 40000 -- of the big message, 80 octets each with CRLF
local SMALL = 200 -- small messages
local HEAD = "From: a@example.org\r\nSubject: big\r\n\r\n"

-- The big message in a file without a name.
local function big_file()
  local file = assert(io.tmpfile())
  file:write(HEAD)
  for i = 0, LINES - 1 do
    file:write(("%077d.\r\n"):format(i))
  end
  file:seek("set")
  return file, #HEAD + LINES * 80
end

-- Whether files hold the same octets, both from their beginning.
local function is_same(one, other)
  one:seek("set")
  other:seek("set")
  repeat
    local a, b = one:read(65536), other:read(65536)
    if a ~= b then
      return false
    end
  until not a
  return true
end

-- ---- To the server -----------------------------------------------------------------------------

-- One message from a file, from where it stands: nothing of it is held in memory.
local function append_file(conn, file)
  done("append from a file", conn:append_message("Example", file, { flags = "\\Seen" }))
end

-- Pieces as they become known; only the size has to be told before.
local function append_pieces(conn)
  local pieces = { "Subject: pieces\r\n", "\r\n", "One, ", "two, ", "three.\r\n" }
  local size, at = #table.concat(pieces), 0
  local function next_piece()
    at = at + 1
    return pieces[at]
  end
  done("append in pieces", conn:append_message("Example", next_piece, { size = size }))
end

-- The same with the rest of the message read from a file.
local function append_rest(conn, file, size)
  local head = HEAD
  local function next_piece()
    local piece = head or file:read(65536)
    head = nil
    return piece
  end
  file:seek("set", #HEAD)
  done("append a head and a file", conn:append_message("Example", next_piece, { size = size }))
end

-- Many in one command, where the server has MULTIAPPEND: all of them are added, or none. Else one by one.
local function append_many(conn)
  local messages = {}
  for i = 0, SMALL - 1 do
    messages[#messages + 1] = {
      message = ("Subject: small %d\r\n\r\nNumber %d.\r\n"):format(i, i),
      flags = i % 2 == 1 and "\\Flagged" or nil,
    }
  end
  done("append many at once", conn:append_messages("Example", messages))
end

-- ---- From the server ---------------------------------------------------------------------------

-- Row by row: one is in memory at a time, whatever the number of messages.
local function rows(conn)
  local count, flagged = 0, 0
  for message in conn:each_message("1:*", "(UID FLAGS RFC822.SIZE)", { uid = false }) do
    count = count + 1
    flagged = flagged + (message:has_flag("\\Flagged") and 1 or 0)
  end
  done("fetch, row by row")
  print(("  %d messages, %d flagged"):format(count, flagged))
end

-- Fetches the big message. Its text is not kept in the row: where it goes as it arrives, a file or a function, is what
-- `sink_for` gives.
local function fetch_big(conn, sink_for)
  local options = { uid = false, stream = "BODY[]" }
  function options.on_literal(literal)
    print("fetch, up to the literal: literal")
    return sink_for(literal)
  end
  for message in conn:each_message("1", "(UID BODY.PEEK[])", options) do
    local section = message.sections[1]
    print(("  then the row, with %s %s"):format(section.item, section.streamed and "gone by" or "in it"))
  end
  done("its result")
end

local function to_file(conn, original)
  local file = assert(io.tmpfile())
  fetch_big(conn, function(literal)
    print(("  %s of message %d, UID %d"):format(literal.item, literal.number, literal.uid))
    print("to a file: OK")
    return file
  end)
  print("  the same as was sent: " .. support.yes_or_no(is_same(file, original)))
  file:close()
end

-- In pieces, with progress; the last half is not wanted.
local function in_pieces(conn)
  local taken, quarter = 0, 0
  fetch_big(conn, function(literal)
    return function(octets)
      taken = taken + #octets
      while quarter < 2 and taken * 4 >= literal.size * (quarter + 1) do
        quarter = quarter + 1
        print(("  %d %%"):format(quarter * 25))
        if quarter == 2 then
          print("skip the rest: OK")
        end
      end
    end
  end)
end

-- Into memory, with progress on the way. How often it is told is not shown here.
local function with_progress(conn, size)
  local before = 0
  conn:on_progress(function(octets, total)
    assert(octets >= before and octets <= total) -- a window would show octets / total
    before = octets
  end)
  local message = conn:fetch_message(1, "BODY.PEEK[]", { uid = false })
  conn:on_progress(nil)
  assert(#message:section("BODY[]") == size)
  done("fetch, in short waits")
end

-- Two rows are enough: the others are dropped as they arrive.
local function stop_early(conn)
  local messages = conn:each_message("4:*", "BODY.PEEK[]", { uid = false })
  for _ = 1, 2 do
    print(("  message %d"):format(messages:next().seq))
  end
  done("discard", messages:close())
  went("noop", conn:noop())
end

local big, size = big_file()
local conn = support.open_server()
support.log_in(conn)
went("create Example", conn:create("Example"))
heading("to the server")
append_file(conn, big)
append_pieces(conn)
append_rest(conn, big, size)
append_many(conn)
went("examine", conn:select("Example", true))
heading("from the server")
rows(conn)
to_file(conn, big)
heading("in pieces")
in_pieces(conn)
heading("in memory")
with_progress(conn, size)
heading("stopping early")
stop_early(conn)
went("unselect", conn:unselect())
went("delete Example", conn:delete("Example"))
big:close()
support.finish(conn)
