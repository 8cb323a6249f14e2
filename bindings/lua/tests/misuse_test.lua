-- Wrong arguments and wrong use give errors that name the argument, whatever the method; nothing is sent.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local tests = {}

-- Methods with arguments that are good. Those in ANY may be any octets, those in NONE may be left out.
local GOOD = {
  append = { "x", "\\Seen", '"01-Jan-2024 00:00:00 +0000"', "text" }, copy = { "1", "x" }, create = { "x" }, delete = { "x" },
  deleteacl = { "x", "a" }, enable = { "X" }, fetch = { "1", "FLAGS" }, getacl = { "x" },
  getannotation = { "x", '"a"', '"b"' }, getquota = { "x" }, getquotaroot = { "x" }, list = { "", "*" }, login = { "a", "b" },
  login_cram_md5 = { "a", "b" }, login_plain = { "a", "b" }, lsub = { "", "*" }, move = { "1", "x" }, myrights = { "x" },
  partial = { "1", "RFC822", "1", "2" }, proxyauth = { "a" }, rename = { "a", "b" }, response = { "x" },
  search = { "UTF-8", "ALL" }, select = { "x" }, setacl = { "x", "a", "b" }, setannotation = { "x", '"a"', '("b" "c")' },
  setquota = { "x", "STORAGE 1" }, sort = { "DATE", "UTF-8", "ALL" }, status = { "x", "MESSAGES" },
  store = { "1", "FLAGS", "x" }, subscribe = { "x" }, thread = { "REFERENCES", "UTF-8", "ALL" },
  uid = { "FETCH", "1", "FLAGS" }, unsubscribe = { "x" }, xatom = { "NOOP" }, has_capability = { "x" }, command = { "NOOP" },
  create_mailbox = { "x" }, delete_mailbox = { "x" }, rename_mailbox = { "a", "b" }, subscribe_mailbox = { "x" },
  unsubscribe_mailbox = { "x" }, command_text = { "NOOP" }, mailboxes = { "", "*" }, mailbox_status = { "x", "MESSAGES" }, select_mailbox = { "x" },
  examine_mailbox = { "x" }, rights = { "x", "a" }, acl = { "x" }, quotas = { "x" }, quota = { "x" },
  metadata = { "x", "/a" }, annotations = { "x", "a", "b" }, find = { "ALL" }, find_sorted = { "DATE", "ALL" },
  find_threads = { "REFERENCES", "ALL" }, find_extended = { "ALL", "MIN" }, fetch_message = { 1, "FLAGS" },
  fetch_messages = { 1, "FLAGS" }, store_flags = { 1, "add", "x" }, copy_messages = { 1, "x" }, move_messages = { 1, "x" },
  expunge_messages = { 1 }, append_message = { "x", "text" }, send = { "x" }, send_raw = { "x" }, each_message = { "1", "UID" },
  each_row = { "NOOP" }, option = { "verify" }, read = { 5 },
}
local ANY = { append = { [4] = true }, send = { true }, send_raw = { true }, append_message = { [2] = true },
  has_capability = { true }, response = { true }, option = { true } }
local NONE = { append = { true, true, true }, expunge = { true }, list = { true, true }, lsub = { true, true }, search = { true },
  select = { true }, sort = { [2] = true }, thread = { [2] = true }, mailboxes = { true, true }, mailbox_status = { [2] = true },
  select_mailbox = { true }, examine_mailbox = { true }, rights = { [2] = true }, quotas = { true }, quota = { true },
  annotations = { [2] = true, [3] = true }, find = { true }, find_sorted = { [2] = true }, find_threads = { true, true },
  find_extended = { true, true }, expunge_messages = { true }, append_message = { true } }

local function quiet_peer()
  return Peer.serving(function(command)
    return command:find("^SELECT") and "* 3 EXISTS\r\n" or ""
  end, { capabilities = "IMAP4rev1 IDLE LITERAL+ UNSELECT MOVE UIDPLUS ENABLE SORT THREAD=REFERENCES ACL QUOTA ESEARCH AUTH=PLAIN" })
end

tests["wrong arguments are refused and nothing is sent"] = function()
  local peer = quiet_peer()
  local conn = peer:open()
  conn:select_mailbox()
  local said = #peer.commands
  local count, wrong_class = 0, {}
  for name, arguments in pairs(GOOD) do
    for i = 1, #arguments do
      local bad = { true, 1.5, function() end, io.stdout }
      if not (NONE[name] and NONE[name][i]) then
        bad[#bad + 1] = false
      end
      if not (ANY[name] and ANY[name][i]) then
        bad[#bad + 1], bad[#bad + 2], bad[#bad + 3] = "a\0b", "a\r\nb X", "a\nb"
      end
      for _, wrong in ipairs(bad) do
        local is_fine = (name == "append_message" and i == 2 and type(wrong) ~= "boolean" and wrong ~= 1.5)
          or (name == "append" and i == 3 and wrong == 1.5) -- a date
        if not is_fine then
          local given = { unpack = nil }
          for j = 1, #arguments do
            given[j] = arguments[j]
          end
          given[i] = wrong
          local is_ok, err = pcall(conn[name], conn, (table.unpack or unpack)(given, 1, #arguments))
          count = count + 1
          -- The library looks at the state, and whether it knows a command, before it looks at line ends.
          local is_late = not is_ok and type(wrong) == "string" and imap4.is(err, "error")
            and (name:find("^login_") and err.code == "IMAP_ERR_STATE" or name == "uid")
          if not is_late and (is_ok or not imap4.is(err, "argument") or #err.message < 8) then
            wrong_class[#wrong_class + 1] = ("%s, argument %d, %s: %s"):format(name, i, check.shown(wrong),
              is_ok and "accepted" or tostring(err))
            if conn:is_closed() or not conn:socket() then
              error(table.concat(wrong_class, "\n"))
            end
          end
        end
      end
    end
  end
  table.sort(wrong_class)
  check.equal(table.concat(wrong_class, "\n"), "")
  check.between(count, 500, 2000)
  check.equal(#peer.commands, said)
  check.equal(conn:noop(), "OK")
  conn:disconnect()
  peer:stop()
end

tests["every method on a closed connection"] = function()
  local peer = quiet_peer()
  local conn = peer:open()
  conn:disconnect()
  conn:disconnect()
  for name, arguments in pairs(GOOD) do
    local is_ok, err = pcall(conn[name], conn, (table.unpack or unpack)(arguments))
    check.is(not is_ok and imap4.is(err, "abort") and err.code == "IMAP_ERR_CLOSED", name .. " " .. tostring(err))
  end
  for name in ([[noop capability check close expunge logout namespace recent unselect starttls id idle idle_events namespaces
    server_id quotas readline tls_info child_pid child_status log print_log clear_log shutdown events wakeup
    is_capability_stale]]):gmatch("%S+") do
    check.raises("abort", "IMAP_ERR_CLOSED", conn[name], conn)
  end
  for name in ("capabilities PROTOCOL_VERSION is_readonly greeting welcome utf8_enabled untagged_responses debug"):gmatch("%S+") do
    check.raises("abort", "IMAP_ERR_CLOSED", function() return conn[name] end)
  end
  check.raises("abort", nil, conn.pipeline, conn, function() end)
  check.raises("abort", nil, conn.authenticate, conn, "PLAIN", function() end)
  check.raises("abort", nil, conn.set_option, conn, "max_line", 5)
  check.raises("abort", nil, conn.append_messages, conn, "x", { "y" })
  check.raises("abort", nil, conn.set_metadata, conn, "x", { a = "b" })
  check.raises("abort", nil, function() conn.debug = 1 end)
  check.equal({ conn.state, conn:socket(), conn:logout_and_disconnect() }, { "LOGOUT" })
  check.matches(tostring(conn), "closed")
  peer:stop()
end

tests["methods called with a dot"] = function()
  local peer = quiet_peer()
  local conn = peer:open()
  local selves, problems = { "x", 5, {}, n = 4 }, {}
  for name, method in pairs(require("imap4.connection").methods) do
    for i = 1, selves.n do
      local is_ok, err = pcall(method, selves[i], (table.unpack or unpack)(GOOD[name] or {}))
      if is_ok or not imap4.is(err, "argument") then
        problems[#problems + 1] = name .. ": " .. tostring(err)
      end
    end
  end
  check.equal(table.concat(problems, "\n"), "")
  conn:disconnect()
  peer:stop()
end

tests["options of open"] = function()
  local bad = {
    port = { "x", -1, 70000, 1.5 }, host = { 5.5, "a\0b", "a b\n", {} }, tls = { "maybe", 1 }, timeout = { -1, "1", 0, 0 / 0 },
    verify = { 1, "" }, ca_file = { 5.5, "a\0" }, max_line = { -1, "many" }, min_tls_version = { "1.9" }, nonsense = { 1 },
    ip_family = { 5 }, address = { "not an address" }, progress = { 5 }, trace = { "x" }, wait = { 5 }, trace_level = { 9 },
    read_fd = { -1, 100000, "x" }, argv = { {}, "x", { {} } }, command = { 5.5, {} }, io = { 5, {} }, idle_renew = { "x" },
    user = { 5.5, {} }, stall_timeout = { -1, 1e12 },
  }
  for name, values in pairs(bad) do
    for _, value in ipairs(values) do
      local given = { host = "127.0.0.1", port = 1, tls = "none" }
      given[name] = value
      local is_ok, err = pcall(imap4.open, given)
      local is_late = name == "user" and imap4.is(err, "system") -- looked at after connecting
      check.is(not is_ok and (imap4.is(err, "argument") or is_late), name .. " = " .. check.shown(value) .. ": " .. tostring(err))
    end
  end
  for _, value in ipairs { 5, "x", true } do
    check.raises("argument", nil, imap4.open, value)
    check.raises("argument", nil, imap4.IMAP4, "127.0.0.1", 1, value == 5 and "5" or value)
  end
  check.raises("argument", nil, imap4.open, { command = "x", argv = { "y" } })
  check.raises("argument", nil, imap4.IMAP4_stream)
  check.is(not pcall(servers.opened, { ca_file = "/nonexistent" }))
end

-- Whether a call with each of these values is refused with an error about an argument, or accepted; nothing else.
local WRONG = { n = 9, nil, true, false, 1.5, {}, function() end, io.stdout, "a\0b", -1 }

local function try_all(problems, what, call, ...)
  local arguments = { n = select("#", ...), ... }
  for i = 1, arguments.n do
    for k = 1, WRONG.n do
      local given = {}
      for j = 1, arguments.n do
        given[j] = arguments[j]
      end
      given[i] = WRONG[k]
      local is_ok, err = pcall(call, (table.unpack or unpack)(given, 1, arguments.n))
      if not is_ok and not (imap4.is(err, "argument") and #err.message > 8) then
        problems[#problems + 1] = ("%s, argument %d, %s: %s"):format(what, i, check.shown(WRONG[k]), tostring(err))
      end
    end
  end
end

tests["functions and objects without a connection: wrong arguments"] = function()
  local problems = {}
  for name, arguments in pairs {
    Internaldate2tuple = { '"17-Jul-1996 02:44:25 -0700"' }, Time2Internaldate = { 5, 60 }, Int2AP = { 5 }, ParseFlags = { "()" },
    utf7_encode = { "x" }, utf7_decode = { "x" }, header_decode = { "x" }, has_feature = { "tls" }, error_text = { "IMAP_NO" },
    parse = { "* OK hi\r\n", { max_line = 5 } }, is = { {}, "x" },
  } do
    try_all(problems, name, imap4[name], (table.unpack or unpack)(arguments))
  end
  for _, date in ipairs { {}, { year = "x" }, { year = 2 ^ 40, month = 1, day = 1 }, 1 / 0, -1 / 0, 0 / 0, 1e300, 2 ^ 53 } do
    local is_ok, err = pcall(imap4.Time2Internaldate, date)
    check.is(not is_ok and imap4.is(err, "argument"), check.shown(date) .. " " .. tostring(err))
  end
  local response = imap4.parse('* 1 FETCH (UID 5 FLAGS (x) BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7BIT" 1 1) BODY[] "x")\r\n')
  local message, mailbox = response.message, imap4.parse('* LIST (\\Sent) "/" x\r\n').mailboxes[1]
  try_all(problems, "items", function(name) return response:items(name) end, "FETCH")
  try_all(problems, "section", function(item) return message:section(item) end, "BODY[]")
  try_all(problems, "has_flag", function(name) return message:has_flag(name) end, "x")
  try_all(problems, "has_attribute", function(name) return mailbox:has_attribute(name) end, "x")
  try_all(problems, "part", function(number) return message.body_structure:part(number) end, "1")
  for _, method in ipairs { "search", "search_all" } do
    try_all(problems, method, function(...) return message.body_structure[method](message.body_structure, ...) end, "text", "x")
  end
  response:free()
  for _, read in ipairs { "raw", "tree", "rows" } do
    check.raises("argument", nil, function() return response[read] end)
  end
  check.raises("argument", nil, message.section, message, "BODY[]")
  for _, given in ipairs { { -1, "r" }, { 0, "x" }, { 0, "" }, { 0, "r", -1 }, { 0, "r", 0 / 0 }, { 0, "r", "1" }, { 0.5, "r" } } do
    check.raises("argument", nil, imap4.poll, given[1], given[2], given[3])
  end
  for _, opts in ipairs { 5, "x", true } do
    check.raises("argument", nil, imap4.with, opts, function() end)
  end
  check.raises("argument", nil, imap4.with, {}, 5)
  table.sort(problems)
  check.equal(table.concat(problems, "\n"), "")
end

tests["methods of other objects called with a dot"] = function()
  local peer = Peer.serving(function()
    return ""
  end)
  local conn = peer:open()
  local response = imap4.parse('* 1 FETCH (UID 5 BODY ("text" "plain" NIL NIL NIL "7BIT" 1 1))\r\n')
  local pending
  conn:select_mailbox()
  conn:pipeline(function(queue) pending = queue:noop() end)
  local idler, rows = conn:idle(), nil
  idler:close()
  rows = conn:each_row("NOOP")
  local objects = {
    [response] = "items free", [response.message] = "has_flag section keep",
    [response.message.body_structure] = "walk part search search_all", [pending] = "wait is_done value",
    [idler] = "next close burst", [rows] = "next close",
    [imap4.parse('* LIST () "/" x\r\n').mailboxes[1]] = "has_attribute is_selectable",
  }
  for object, names in pairs(objects) do
    for name in names:gmatch("%S+") do
      check.is(object[name], name)
      for _, wrong in ipairs { "x", 5, {}, conn, false, print } do
        check.raises("argument", nil, object[name], wrong)
      end
      check.raises("argument", nil, object[name])
    end
  end
  rows:close()
  check.equal((conn:noop()), "OK")
  conn:disconnect()
  peer:stop()
end

tests["a password that is none is refused before connecting"] = function()
  for _, more in ipairs { {}, { password = 5.5 }, { password = "a\0b" }, { password = "x", mechanism = true } } do
    more.host, more.port, more.tls, more.user = "127.0.0.1", 1, "none", "alice"
    check.raises("argument", nil, imap4.open, more)
  end
  for _, more in ipairs { { password = "x" }, { mechanism = "PLAIN" } } do -- or nobody would be logged in
    more.host, more.port, more.tls = "127.0.0.1", 1, "none"
    check.matches(tostring(check.raises("argument", nil, imap4.open, more)), "user is missing")
  end
end

tests["of no messages there are none"] = function()
  local peer = Peer.serving(function(command)
    return command:find("SEARCH") and "* SEARCH\r\n" or ""
  end, { capabilities = "IMAP4rev1 IDLE LITERAL+" })
  local conn = peer:open()
  conn:select_mailbox()
  local count = 0
  for _ in conn:each_message(conn:find("UNSEEN"), "UID ENVELOPE") do
    count = count + 1
  end
  local said = #peer.commands
  local messages = conn:each_message({}, "UID BODY[]", { stream = "BODY[]" })
  check.equal({ messages:next() == nil, messages:next() == nil, count }, { true, true, 0 })
  messages:close()
  check.equal(conn:fetch_messages({}, "UID"), {})
  check.raises("argument", nil, conn.each_message, conn, {}, 5.5)
  -- Without UIDs it would remove more.
  check.raises("argument", nil, conn.expunge_messages, conn, {})
  check.raises("argument", nil, conn.fetch, conn, {}, "UID")
  check.equal(#peer.commands, said)
  conn:disconnect()
  check.raises("abort", nil, conn.each_message, conn, {}, "UID")
  check.raises("abort", nil, conn.fetch_messages, conn, {}, "UID")
  peer:stop()
end

tests["options and objects of commands: wrong ones"] = function()
  local peer = Peer.serving(function(command)
    if command:find("FETCH") then
      return "* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n"
    end
    return ""
  end, { capabilities = "IMAP4rev1 IDLE LITERAL+" })
  local conn = peer:open()
  conn:select_mailbox()
  local said = #peer.commands
  for name, value in pairs { to = "name", stream = 5.5, on_literal = 5, changed_since = true } do
    check.raises("argument", nil, conn.each_message, conn, 1, "BODY[]", { stream = "BODY[]", [name] = value })
  end
  check.raises("argument", nil, conn.each_message, conn, 1, "BODY[]", { to = -1 })
  check.raises("argument", nil, conn.each_message, conn, 1, "BODY[]", { stream = "BODY[]\r\n" })
  check.raises("argument", nil, conn.each_message, conn, 1, "BODY[\r\n]", { stream = "BODY[]" })
  for _, value in ipairs { { list = 5 }, { list = { n = "x" } }, { n = -1 }, { list = { { list = true } } }, { set = {} }, { flags = 5.5 } } do
    check.raises("argument", nil, conn.command, conn, "X", value)
    check.raises("argument", nil, conn.each_row, conn, "X", value)
  end
  check.raises("argument", nil, conn.find, conn, { n = true })
  check.raises("argument", nil, conn.print_log, conn, 5)
  check.raises("argument", nil, conn.print_log, conn, {})
  check.raises("argument", nil, conn.append_message, conn, "x", { read = function() end })
  check.raises("argument", nil, conn.store_flags, conn, 1, "add", "x", { unchanged_since = {} })
  check.raises("argument", nil, conn.metadata, conn, "x", { {} })
  check.raises("argument", nil, conn.set_metadata, conn, "x", { [1.5] = "y" })
  check.raises("argument", nil, conn.set_metadata, conn, "x", { y = 5 })
  check.raises("argument", nil, conn.id, conn, { "name" })
  check.raises("argument", nil, conn.id, conn, { name = {} })
  check.raises("argument", nil, conn.server_id, conn, 5)
  -- Names that are none: a misspelt uid must not make UIDs message numbers.
  for name, given in pairs {
    fetch = { 1, "FLAGS" }, store = { 1, "+FLAGS", "x" }, copy = { 1, "x" }, move = { 1, "x" }, search = { "UTF-8", "ALL" },
    sort = { "DATE", "UTF-8", "ALL" }, thread = { "REFERENCES", "UTF-8", "ALL" }, append = { "x", "x", "x", "x" }, find = { "ALL" },
    find_sorted = { "DATE", "ALL" }, find_threads = { "REFERENCES", "ALL" }, find_extended = { "ALL", "ALL" },
    fetch_messages = { 1, "FLAGS" }, fetch_message = { 1, "FLAGS" }, store_flags = { 1, "add", "x" }, copy_messages = { 1, "x" },
    move_messages = { 1, "x" }, append_message = { "x", "y" }, each_message = { 1, "FLAGS" }, mailboxes = { "", "*" },
    authenticate = { "X", function() end },
  } do
    given[#given + 1] = { uids = true }
    local err = check.raises("argument", nil, conn[name], conn, (table.unpack or unpack)(given))
    check.matches(err.message, "no option uids")
  end
  check.raises("argument", nil, conn.authenticate, conn, "CRAM-MD5", { user = "a", pasword = "b" })
  check.raises("argument", nil, conn.append_messages, conn, "x", { { message = "x", flag = "y" } })
  check.matches(check.raises("argument", nil, conn.command, conn, "STATUS", { mailbx = "x" }).message, "no kind of argument mailbx")
  check.raises("argument", nil, conn.find, conn, { { atm = "FROM" }, "x" })
  check.equal(#peer.commands, said)
  -- What was to be streamed is kept again after a refusal.
  check.equal(conn:fetch_message(7, "BODY[]"):section("BODY[]"), "abc")
  local rows = conn:each_message(1, "BODY[]", { stream = "BODY[]", on_literal = function() return "x" end })
  check.raises("argument", nil, rows.next, rows)
  rows:close()
  check.equal(conn:fetch_message(7, "BODY[]"):section("BODY[]"), "abc")
  check.raises("argument", nil, conn.pipeline, conn, function(queue) queue.noop(conn) end)
  for _, seconds in ipairs { "x", -1, 0 / 0, {} } do
    check.raises("argument", nil, conn.idle, conn, seconds)
    check.raises("argument", nil, conn.each_event, conn, seconds)
    check.raises("argument", nil, conn.idle_events, conn, seconds)
    local idler = conn:idle()
    check.raises("argument", nil, idler.next, idler, seconds)
    check.raises("argument", nil, idler.burst, idler, seconds)
    idler:close()
  end
  check.equal((conn:noop()), "OK")
  conn:disconnect()
  peer:stop()
end

tests["arrays that end where Lua likes, flags that are two, arguments of two kinds"] = function()
  local peer = quiet_peer()
  local conn = peer:open()
  conn:noop()
  local said = #peer.commands
  local hole = { 1, 2, 3 }
  hole[2] = nil
  local sparse = { { atom = "SEEN" } }
  sparse[3] = "x"
  local named = { 1, 2, uid = 3 }
  for _, bad in ipairs { hole, named, { first = 1, last = 2, 7 } } do
    check.raises("argument", nil, conn.store_flags, conn, bad, "add", "\\Seen")
    check.raises("argument", nil, conn.each_message, conn, bad, "UID")
  end
  for _, bad in ipairs { sparse, {}, { n = 0 } } do
    check.raises("argument", nil, conn.find, conn, bad)
    check.raises("argument", nil, conn.find_sorted, conn, "DATE", bad)
    check.raises("argument", nil, conn.find_threads, conn, nil, bad)
    check.raises("argument", nil, conn.find_extended, conn, bad)
  end
  for _, bad in ipairs { "Follow up", "a)", "(", "" } do
    check.raises("argument", nil, conn.store_flags, conn, 1, "add", { bad })
    check.raises("argument", nil, conn.store, conn, 1, "+FLAGS", { bad })
    check.raises("argument", nil, conn.append, conn, "INBOX", { bad }, nil, "x")
    check.raises("argument", nil, conn.append_message, conn, "INBOX", "x", { flags = { bad } })
    check.raises("argument", nil, conn.command, conn, "XFLAGS", { flags = { bad } })
  end
  check.raises("argument", nil, conn.command, conn, "XBOTH", { atom = "a", mailbox = "b" })
  check.equal(#peer.commands, said)
  conn:disconnect()
  peer:stop()
end

tests["an object that carries octets: wrong answers, and no descriptor is left"] = function()
  local function object(read, write)
    return { read = read or function() return "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n" end, write = write or function() return true end }
  end
  local function opened(given)
    return imap4.open { io = given, tls = "none", secure = true }
  end
  collectgarbage()
  collectgarbage()
  local before = servers.descriptors()
  for _ = 1, 10 do
    check.raises("argument", nil, opened, object(function() return 5 end))
    check.raises("argument", nil, imap4.open, { io = object(), host = {}, tls = "none" })
    check.raises("argument", nil, imap4.open, { io = object(), tls = "implicit", host = "a\0b" })
    for _, taken in ipairs { -1, 1e9, 0.5 } do
      local conn = opened(object(nil, function() return taken end))
      check.raises("argument", nil, conn.noop, conn)
      conn:disconnect()
    end
    opened(object()) -- which the collector ends
  end
  collectgarbage()
  collectgarbage()
  check.between(servers.descriptors(), 0, before + 1)
end

return tests
