-- Mailboxes: create, list, subscribe, status, rename, delete, and names that are not ASCII.
--
--     tests/examples/run --language luajit --show mailboxes
--
-- Names are UTF-8 on this side and modified UTF-7 on the wire. LIST of imaplib hands names out as the server wrote
-- them: decode them to show them, and send them back as they are.
local imap4 = require "imap4"
local support = require "support"
local went, shown, refused = support.went, support.shown, support.refused

local wire = imap4.utf7_encode("Entwürfe & Café")
print(imap4.utf7_decode(wire) .. " is " .. wire .. " on the wire")

-- The name in a line of LIST: (flags) "delimiter" name.
local function name_of(item)
  local name = item:match('^%b() "?.-"? (.*)$')
  return (name:gsub('^"(.*)"$', "%1"))
end

-- Prints the names of a LIST or LSUB answer in UTF-8.
local function print_names(what, typ, data)
  went(what, typ, data)
  for i = 1, data.n do
    if data[i] then
      print("  " .. imap4.utf7_decode(name_of(data[i])))
    end
  end
end

-- Sends a name back exactly as LIST gave it.
local function status_of_listed_name(conn)
  local name = name_of(went("list Example/%", conn:list("", "Example/%"))[1])
  print("  on the wire: " .. name)
  shown("status of that name", conn:status(name, "(MESSAGES)"))
end

local conn = support.open_server()
support.log_in(conn)
local personal = went("namespace", conn:namespace())[1]
print(('  personal: prefix "%s", delimiter "%s"'):format(personal:match('^%(%("(.-)" "(.-)"')))
went("create Example", conn:create("Example"))
went("create Example/Café", conn:create("Example/Café"))
refused("create it again", conn:create("Example/Café"))
went("subscribe Example/Café", conn:subscribe("Example/Café"))
print_names("list Example*", conn:list("", "Example*"))
print_names("lsub Example*", conn:lsub("", "Example*"))
status_of_listed_name(conn)
went("unsubscribe Example/Café", conn:unsubscribe("Example/Café"))
print_names("lsub Example*", conn:lsub("", "Example*"))
went("rename it to Example/Tea & 日本", conn:rename("Example/Café", "Example/Tea & 日本"))
print_names("list Example*", conn:list("", "Example*"))
shown("status INBOX", conn:status("INBOX", "MESSAGES UNSEEN"))
refused("status Example/Café", conn:status("Example/Café", "MESSAGES"))
went("delete Example/Tea & 日本", conn:delete("Example/Tea & 日本"))
went("delete Example", conn:delete("Example"))
print_names("list Example*", conn:list("", "Example*"))
support.finish(conn)
