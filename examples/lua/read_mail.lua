-- Reads an INBOX: connects over verified TLS, lists the mailboxes, shows the newest messages as a table and one of them
-- as text.
--
--     read_mail.lua imap.example.org you@example.org       asks for the password; changes nothing
--     read_mail.lua --port N --ca FILE --change HOST USER  another port and authority; also adds a message, and removes
--                                                          it
--     tests/examples/run --language luajit --show read_mail
--
-- The password may come in IMAP_PASSWORD instead. `./examples/try` starts a private server and runs this on it.
local imap4 = require "imap4"
local terminal = require "support.terminal"

local NEWEST = 10 -- messages in the table
local MAILBOXES = 40 -- mailboxes listed
local TEXT_LINES = 12 -- lines of a message shown …
local TEXT_OCTETS = 1000 -- … and octets

-- Colours, empty where nobody sees them.
local bold, dim, plain = "", "", ""
if terminal.has_colours() then
  bold, dim, plain = "\27[1m", "\27[2m", "\27[0m"
end

local usage = [[
usage: read_mail.lua [--port N] [--ca FILE] [--change] HOST USER

Shows the mailboxes of USER at HOST and the newest messages of INBOX. Asks for the
password, unless the environment has IMAP_PASSWORD.

  --port N    the port, if it is not 993 (TLS from the start)
  --ca FILE   certificates to trust (PEM), if the server's is from an authority of its own
  --change    also adds a message to INBOX, flags it and removes it; without it nothing changes
]]

local function title(name, ...)
  print(bold .. name .. plain .. "   " .. table.concat({ ... }))
end

-- ---- Mailboxes ---------------------------------------------------------------------------------

-- Parents before children, INBOX before all.
local function sort_key(mailbox)
  if mailbox.name == "INBOX" then
    return ""
  end
  return mailbox.delimiter and mailbox.name:gsub("%" .. mailbox.delimiter, "\1") or mailbox.name
end

local function show_mailboxes(conn)
  local all, is_listed = conn:mailboxes("", "*"), {}
  table.sort(all, function(a, b)
    return sort_key(a) < sort_key(b)
  end)
  print()
  print(bold .. "Mailboxes" .. plain)
  for i = 1, math.min(#all, MAILBOXES) do
    -- Indented below the nearest parent that stands above it.
    local name, delimiter = all[i].name, all[i].delimiter
    local start, depth, at = 1, 0, delimiter and name:find(delimiter, 2, true)
    while at do
      if is_listed[name:sub(1, at - 1)] then
        start, depth = at + 1, depth + 1
      end
      at = name:find(delimiter, at + 1, true)
    end
    is_listed[name] = true
    print("  " .. ("  "):rep(depth) .. terminal.fit(name:sub(start), 70))
  end
  if #all > MAILBOXES then
    print(("  %sand %d more%s"):format(dim, #all - MAILBOXES, plain))
  end
end

-- ---- Messages ----------------------------------------------------------------------------------

-- The first author.
local function author(envelope)
  local first = envelope.from[1]
  if not first then
    return "(nobody)"
  end
  if first.raw_name and first.raw_name ~= "" then
    return first.raw_name
  end
  return (first.mailbox or "") .. "@" .. (first.host or "")
end

local function subject(envelope, width)
  local text = envelope.raw_subject
  if not text or text == "" then
    return dim .. "(no subject)" .. plain
  end
  return terminal.fit(text, width)
end

-- "2024-01-08 09:30", as the server wrote it.
local function date(message)
  return message.internaldate and os.date("!%Y-%m-%d %H:%M", message.internaldate + 60 * message.offset_minutes) or "?"
end

-- The first part, if it is text that can be read as it is: its number and size.
local function readable(message)
  local part = message.body_structure
  while part and part.parts and part.parts[1] do
    part = part.parts[1]
  end
  local encoding = part and part.encoding and part.encoding:lower()
  local kind = part and (part.media_type .. "/" .. part.subtype):lower()
  if kind == "text/plain" and (encoding == "7bit" or encoding == "8bit") then
    return { number = message.seq, part = part.number, octets = part.octets, envelope = message.envelope }
  end
end

-- Prints the newest messages; gives those with plain text.
local function show_table(conn, count)
  local texts, encoded = {}, false
  local set = math.max(1, count - NEWEST + 1) .. ":*"
  print(("  %s      #  Date              From                    Subject%s"):format(dim, plain))
  for message in conn:each_message(set, "(FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE)", { uid = false }) do
    local envelope = message.envelope
    local is_unread = not message:has_flag("\\Seen")
    print(("  %s%s%6d  %-16s  %s  %s%s"):format(is_unread and bold or "", is_unread and "*" or " ", message.seq,
      date(message), terminal.fit(author(envelope), 22, true), subject(envelope, 46), plain))
    encoded = encoded or (envelope.raw_subject or ""):find("=?", 1, true)
    texts[#texts + 1] = readable(message)
  end
  print(("  %s* unread%s"):format(dim, plain))
  if encoded then
    print(("  %s=?…?= is text as mail encodes it (RFC 2047), shown as it was sent%s"):format(dim, plain))
  end
  return texts
end

local function print_lines(text)
  local lines, rest = 0, text
  while rest ~= "" and lines < TEXT_LINES do
    local line, after = rest:match("^([^\n]*)\n?()")
    print("  " .. terminal.fit((line:gsub("\r$", "")), 96))
    lines, rest = lines + 1, rest:sub(after)
  end
  if rest ~= "" then
    print(("  %s…%s"):format(dim, plain))
  end
end

-- The newest that is short enough to be shown whole, else the newest.
local function choose(texts)
  for i = #texts, 1, -1 do
    if texts[i].octets <= TEXT_OCTETS then
      return texts[i]
    end
  end
  return texts[#texts]
end

local function show_one(conn, texts)
  local chosen = choose(texts)
  if not chosen then
    return
  end
  local item = ("BODY.PEEK[%s]<0.%d>"):format(chosen.part, TEXT_OCTETS)
  local message = conn:fetch_message(chosen.number, item, { uid = false })
  if message then -- else somebody has removed it meanwhile
    print()
    title("Message " .. chosen.number, terminal.fit(author(chosen.envelope), 40), ": ", subject(chosen.envelope, 60))
    print()
    print_lines(message.sections[1].octets)
  end
end

local function show_messages(conn)
  local mailbox = conn:examine_mailbox("INBOX")
  local unread = #conn:find("UNSEEN", { uid = false })
  print()
  title("INBOX", ("%d messages, %d unread"):format(mailbox.exists, unread),
    mailbox.exists > NEWEST and ("; the newest %d:"):format(NEWEST) or "")
  if mailbox.exists > 0 then
    show_one(conn, show_table(conn, mailbox.exists))
  end
  conn:close() -- nothing is lost by that: the mailbox was opened for reading only
end

-- ---- Changing something, only where it was asked for -------------------------------------------

local function change(conn)
  local text = "From: read_mail <read_mail@example.test>\nSubject: A message that comes and goes\n\nHello from Lua.\n"
  print()
  title("Changes", "because of --change")
  if not conn:has_capability("UIDPLUS") then
    error("nothing changed: without UIDPLUS the server cannot remove one message alone", 0)
  end
  conn:select_mailbox("INBOX")
  local added = conn:append_message("INBOX", text, { flags = "\\Seen" })
  if not added then
    error("the server did not tell the UID of the new message; it stays in INBOX", 0)
  end
  print('  added a message: "A message that comes and goes"')
  conn:store_flags(added.uid, "+", { "\\Flagged" }, { silent = true })
  local _, data = conn:fetch(added.uid, "FLAGS", { uid = true }) -- imaplib's way, with the text as the server sent it
  print("  flagged it: " .. data[1]:match("FLAGS (%b())"))
  conn:store_flags(added.uid, "+", { "\\Deleted" }, { silent = true })
  conn:expunge_messages(added.uid)
  print("  removed it again, and nothing else")
end

-- ---- The program -------------------------------------------------------------------------------

-- What a person can do about it.
local advice = {
  IMAP_ERR_RESOLVE = "Check the name of the server; it is often imap.example.org or mail.example.org.",
  IMAP_ERR_TIMEOUT = "Check the port (993 for TLS), and that no firewall is in between.",
  IMAP_ERR_TLS_VERIFY = "If the server has an authority of its own, name its certificate with --ca FILE.",
  IMAP_ERR_TLS = "Does this port speak IMAP over TLS? The usual one is 993.",
  IMAP_ERR_GREETING = "Does this port speak IMAP over TLS? The usual one is 993.",
  IMAP_ERR_AUTH = "Check user and password. Many providers want an app password here, made on their web site;\n"
    .. "some accept only OAuth, which this example does not do.",
  IMAP_ERR_BYE = "The server ended it; try again later.",
  IMAP_ERR_CLOSED = "The server ended it; try again later.",
}

local function read_arguments(words)
  local settings, i = {}, 1
  while words[i] and words[i]:sub(1, 1) == "-" do
    local word, value = words[i], words[i + 1]
    if word == "--help" then
      io.write(usage)
      os.exit(0)
    elseif word == "--change" then
      settings.change = true
    elseif word == "--port" and (tonumber(value) or 0) > 0 then
      settings.port, i = tonumber(value), i + 1
    elseif word == "--ca" and value then
      settings.ca_file, i = value, i + 1
    else
      break
    end
    i = i + 1
  end
  settings.host, settings.user = words[i], words[i + 1]
  if not settings.user or words[i + 2] or settings.host:sub(1, 1) == "-" then
    io.stderr:write(usage)
    os.exit(2)
  end
  return settings
end

local function read_mail(conn, settings)
  local tls = conn:tls_info()
  title("Connected", ("%s, %s (%s), certificate %s"):format(settings.host, tls.version, tls.cipher,
    tls.verified and "verified" or "NOT verified"))
  local password, problem = os.getenv("IMAP_PASSWORD"), nil
  if not password then
    password, problem = terminal.ask_password(settings.user)
  end
  if not password then
    error(problem, 0)
  end
  conn:login(settings.user, password)
  title("Logged in", ("%s; the server speaks %s and has %d capabilities"):format(settings.user, conn.PROTOCOL_VERSION,
    #conn.capabilities))
  show_mailboxes(conn)
  show_messages(conn)
  if settings.change then
    change(conn)
  end
end

-- `with` ends the connection however the function ends: by LOGOUT if all went well.
local settings = read_arguments(arg)
local options = { host = settings.host, port = settings.port, ca_file = settings.ca_file, connect_timeout = 20 }
local is_ok, problem = pcall(imap4.with, options, function(conn)
  read_mail(conn, settings)
end)
if is_ok then
  print()
  print(bold .. "Logged out" .. plain)
else
  local what = type(problem) == "table" and problem.message or problem
  io.stderr:write("read_mail: ", what, "\n")
  if type(problem) == "table" and advice[problem.code] then
    io.stderr:write(advice[problem.code], "\n")
  end
  os.exit(1)
end
