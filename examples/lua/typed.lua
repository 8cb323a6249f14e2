-- Typed views: what the server sent as values. Messages with envelope, addresses and parts; mailboxes with their names
-- in UTF-8; STATUS, SEARCH, THREAD; capabilities.
--
--     tests/examples/run --language luajit --show typed
--
-- Header text is there as it was sent, and with its encoded words (RFC 2047) decoded.
local support = require "support"
local done, heading = support.done, support.heading

local function capabilities(conn)
  local algorithms = {}
  for _, name in ipairs(conn.capabilities) do
    local algorithm = name:match("^THREAD=(.*)$")
    if algorithm and algorithm ~= "REFS" then -- a draft; not every version has it
      algorithms[#algorithms + 1] = algorithm
    end
  end
  print("  threads by: " .. table.concat(algorithms, " "))
  print("  IDLE: " .. support.yes_or_no(conn:has_capability("IDLE")))
end

local function print_addresses(what, addresses)
  if #addresses == 0 then
    return
  end
  local words = { "    " .. what }
  for _, address in ipairs(addresses) do
    if address.group then
      words[#words + 1] = "group " .. address.group .. " ["
    elseif address.group_end then
      words[#words + 1] = "]"
    else
      words[#words + 1] = ("%s<%s>"):format(address.name or "", address.address)
    end
  end
  print(table.concat(words, " "))
end

-- A part and those below it; the answer's depth is limited, and with it this one's.
local function print_parts(part, depth)
  local number = part.number and part.number ~= "" and part.number or "-"
  local text = ("%s %s/%s"):format(number, part.media_type, part.subtype)
  if part.octets then
    text = text .. (", %d octets, %s"):format(part.octets, part.encoding or "?")
  end
  if part.params.charset then
    text = text .. ", in " .. part.params.charset
  end
  if part.disposition then
    text = text .. ", " .. part.disposition
  end
  if part.filename then
    text = text .. (' "%s"'):format(part.filename)
  end
  print("    " .. ("  "):rep(depth) .. text)
  for _, inner in ipairs(part.body and { part.body } or part.parts or {}) do
    print_parts(inner, depth + 1)
  end
end

local function print_message(message)
  print(("  %d: UID %d, %s, %d octets%s%s"):format(message.seq, message.uid,
    os.date("!%Y-%m-%d %H:%M:%S", message.internaldate), message.size,
    message:has_flag("\\Seen") and ", seen" or ", new", message:has_flag("\\Flagged") and ", flagged" or ""))
  local envelope = message.envelope
  print("    subject " .. (envelope.subject or "-"))
  print_addresses("from", envelope.from)
  print_addresses("to", envelope.to)
  print_addresses("cc", envelope.cc)
  print_parts(message.body_structure, 0)
end

local function messages(conn)
  done("fetch")
  local items = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
  for message in conn:each_message("3:4,6:8", items, { uid = false }) do
    print_message(message)
  end
end

-- The attachments of a message, without a walk: their octets by the number of the part.
local function attachment(conn)
  local message = done("fetch 3 BODYSTRUCTURE", conn:fetch_message(3, "BODYSTRUCTURE", { uid = false }))
  local part = message.body_structure:search(nil, "attachment")
  local item = ("BODY.PEEK[%s]"):format(part.number)
  local octets = done(item, conn:fetch_message(3, item, { uid = false })):section("BODY[" .. part.number .. "]")
  print(("  %d octets, beginning with %s"):format(#octets, octets:sub(1, 12)))
end

local function mailboxes(conn)
  local all = done("list", conn:mailboxes("", "*"))
  for _, mailbox in ipairs(all) do -- the order is the server's: only names that differ on the way are shown
    if mailbox.name ~= mailbox.raw_name then
      print(("  %s is %s on the wire, levels are told apart by %s"):format(mailbox.name, mailbox.raw_name,
        mailbox.delimiter))
    end
  end
  print(("  %d in all"):format(#all))
end

local function status(conn)
  local figures = done("status", conn:mailbox_status("Entwürfe", { "MESSAGES", "UNSEEN", "UIDNEXT" }))
  print(("  %s: %d messages, %d unseen, UIDs from %d on, its size: %s"):format(figures.name, figures.messages,
    figures.unseen, figures.uidnext, figures.size and "known" or "not asked for"))
end

local function search(conn)
  local numbers = done("search UNSEEN", conn:find("UNSEEN", { uid = false }))
  print(("  %d found: %s"):format(#numbers, table.concat(numbers, " ")))
end

-- Answers to a message stand one level deeper; threads of one message are left out.
local function print_threads(threads, depth)
  for _, thread in ipairs(threads) do
    if #thread.children > 0 or depth > 0 then
      print("  " .. ("  "):rep(depth) .. (thread.number or "(not in this mailbox)"))
    end
    print_threads(thread.children, depth + 1)
  end
end

local conn = support.open_server()
support.log_in(conn)
heading("capabilities")
capabilities(conn)
done("examine INBOX", conn:examine_mailbox("INBOX"))
heading("messages")
messages(conn)
heading("an attachment")
attachment(conn)
heading("mailboxes")
mailboxes(conn)
status(conn)
heading("numbers")
search(conn)
heading("conversations")
print_threads(done("thread", conn:find_threads("REFERENCES", "ALL", { uid = false })), 0)
support.finish(conn)
