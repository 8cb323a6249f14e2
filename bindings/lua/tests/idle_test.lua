-- IDLE, and what the server tells unasked.
local check = require "check"
local imap4 = require "imap4"
local Peer = require "peer"
local servers = require "servers"

local connected, scenario = servers.connected, servers.scenario
local tests = {}

tests["imaplib's loop and burst"] = function()
  local conn = scenario("idle")
  conn:select()
  local idler = conn:idle(5)
  check.equal(conn.state, "IDLING")
  check.raises("error", "IMAP_ERR_STATE", conn.noop, conn)
  local typ, data = idler()
  check.equal({ typ, data }, { "EXISTS", { n = 1, "4" } })
  local rest = {}
  for name, items in idler:burst(0.5) do
    rest[#rest + 1] = { name, items }
  end
  check.equal({ #rest, rest[1][1], rest[2][1], rest[3][1] }, { 3, "EXISTS", "FETCH", "OK" })
  check.equal(rest[2][2], { n = 2, { "1 (FLAGS (\\Seen) X-NOTE {4}", "note" }, ")" })
  idler:close()
  idler:close()
  check.equal({ idler:next(), conn.state }, { nil, "SELECTED" })
  check.ok(conn:noop())
  check.equal(conn.untagged_responses.EXPUNGE, { n = 1, "2" })
  check.equal(select(2, conn:response("EXPUNGE")), { n = 1, "2" })
  conn:disconnect()
end

tests["a refused IDLE"] = function()
  local conn = scenario("idle-refused")
  conn:select()
  check.raises("no", nil, conn.idle, conn, 1)
  check.ok(conn:noop())
  conn:disconnect()
end

tests["time is up"] = function()
  local conn = connected()
  conn:select("INBOX", true)
  local began = imap4.now()
  for typ in conn:IDLE(0.2) do
    check.equal(typ, "OK")
  end
  check.between(imap4.now() - began, 0.19, 1)
  check.equal(conn.state, "SELECTED")
  began = imap4.now()
  local idler = conn:idle()
  check.equal(idler:next(0.1), nil)
  check.between(imap4.now() - began, 0.09, 1)
  idler:close()
  for _, event in ipairs(conn:idle_events(0.1)) do
    check.equal(event.kind, "ok")
  end
  for _, bad in ipairs { "soon", -1, 0 / 0, {} } do
    check.raises("argument", nil, conn.idle, conn, bad)
    check.raises("argument", nil, conn.idle_events, conn, bad)
  end
  check.ok(conn:noop())
  conn:logout_and_disconnect()
end

tests["what another client does"] = function()
  local conn, other = connected(), connected()
  servers.with_mailbox(other, function(name)
    conn:select(name)
    local idler = conn:idle(20)
    other:append(name, nil, nil, "Subject: new\n\nx\n")
    local seen = {}
    while not (seen.exists and seen.recent) do
      local event = idler:next()
      check.is(event, "an event came in time")
      seen[event.kind] = event.number
    end
    check.equal({ seen.exists, seen.recent }, { 1, 1 })
    idler:close()
    conn:unselect()
  end)
  conn:logout_and_disconnect()
  other:logout_and_disconnect()
end

tests["each_event, and events between commands"] = function()
  local peer = Peer.serving(function()
    return "* 9 EXISTS\r\n* 8 EXPUNGE\r\n"
  end, { idling = "* 1 EXISTS\r\n* 3 EXPUNGE\r\n" })
  local conn = peer:open()
  conn:select_mailbox()
  local numbers, kinds = {}, {}
  for event in conn:events() do -- which never waits
    kinds[#kinds + 1] = event.kind
  end
  check.equal(kinds, { "expunge" })
  if servers.is_plain_51 then
    check.raises("argument", nil, conn.each_event, conn, 0.05)
    check.equal((conn:noop()), "OK")
    conn:on_wait(nil)
  else
    for event in conn:each_event(0.05) do
      numbers[#numbers + 1] = event.number
    end
    check.equal(numbers, { 1, 3 })
    check.equal(conn:events()().number, 9)
    check.equal(conn:events()().kind, "expunge")
    check.equal(conn:events()(), nil)
    check.ok(conn:noop())
  end
  conn:disconnect()
  peer:stop()
end

tests["an IDLE that was left by an error ends with the next close"] = function()
  local conn, mine = connected(), {}
  conn:select("INBOX", true)
  local idler
  check.raises_value(mine, function()
    idler = conn:idle()
    error(mine)
  end)
  idler:close()
  check.ok(conn:noop())
  conn:logout_and_disconnect()
end

tests["an IDLE that nobody can end any more is ended by the next call"] = function()
  local peer = Peer.serving(function()
    return ""
  end, { idling = "* 3 EXISTS\r\n" })
  local conn, mine = peer:open(), {}
  if servers.is_plain_51 then
    conn:on_wait(nil)
  end
  if not servers.is_plain_51 then
    for event in conn:each_event(10) do
      check.equal(event.number, 3)
      break
    end
    check.equal((conn:noop()), "OK")
    local loop = conn:each_event(10)
    check.equal(loop().number, 3)
    check.equal((conn:noop()), "OK")
    check.equal(loop(), nil)
    check.raises_value(mine, function()
      for typ in conn:idle(10) do
        error(mine)
      end
    end)
    check.equal((conn:noop()), "OK")
  end
  conn:disconnect()
  conn = connected()
  conn:select("INBOX", true)
  conn:idle()
  check.equal((conn:noop()), "OK")
  local idler = conn:idle()
  check.raises("error", "IMAP_ERR_STATE", conn.noop, conn)
  idler:close()
  check.equal((conn:noop()), "OK")
  conn:logout_and_disconnect()
  peer:stop()
end

tests["a wait for events that was left by an error: IDLE goes on, or another call ends it"] = function()
  local peer = Peer.serving(function()
    return ""
  end, { idling = "* 3 EXISTS\r\n" })
  local conn = peer:open()
  local idler = conn:idle(10)
  check.equal(idler:next().number, 3)
  local own = {}
  local function fails()
    conn:on_wait(function() error(own) end)
    check.raises_value(own, idler.next, idler)
    conn:on_wait(peer:waiter())
  end
  fails()
  check.equal(idler:next(0.01), nil)
  check.equal(conn.state, "IDLING")
  fails()
  check.equal((conn:noop()), "OK")
  check.equal({ idler:next(), idler:close() }, {})
  fails = conn:idle(10)
  check.equal(fails:next().number, 3)
  fails:close()
  check.equal((conn:noop()), "OK")
  conn:disconnect()
  peer:stop()
end

return tests
