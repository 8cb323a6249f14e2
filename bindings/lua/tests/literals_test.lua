-- Streamed literals of several loops at once: each goes to the loop whose command it belongs to.
local check = require "check"
local Peer = require "peer"

local tests = {}

-- A server whose messages are their number, again and again.
local function fetching_peer()
  return Peer.serving(function(command)
    local first, last = command:match("^UID FETCH (%d+):(%d+)")
    local rows = {}
    for i = tonumber(first or 1), tonumber(last or 0) do
      local octets = tostring(i):rep(20)
      rows[#rows + 1] = ("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n"):format(i, i, #octets, octets)
    end
    return table.concat(rows)
  end)
end

local function opened()
  local peer = fetching_peer()
  local conn = peer:open()
  conn:examine_mailbox()
  return conn, peer
end

-- A loop that streams, and what its function got.
local function streaming(conn, set)
  local got = {}
  return conn:each_message(set, "BODY.PEEK[]", { stream = "BODY[]", to = function(octets, info)
    got[#got + 1] = info.number .. "=" .. octets:sub(1, 2)
  end }), got
end

tests["two loops that take turns, whichever begins"] = function()
  for _, order in ipairs { { 1, 2 }, { 2, 1 } } do
    local conn, peer = opened()
    local loops, got = {}, {}
    loops[1], got[1] = streaming(conn, "11:13")
    loops[2], got[2] = streaming(conn, "25:27")
    for i = 0, 2 do
      for _, which in ipairs(order) do
        check.equal(loops[which]:next().seq, which == 1 and 11 + i or 25 + i)
      end
    end
    check.equal({ loops[1]:next(), loops[2]:next() }, {})
    check.equal(got, { { "11=11", "12=12", "13=13" }, { "25=25", "26=26", "27=27" } })
    conn:disconnect()
    peer:stop()
  end
end

tests["a loop inside the function of another"] = function()
  local conn, peer = opened()
  local inner, got = streaming(conn, "25:26")
  local outer = conn:each_message("11:12", "BODY.PEEK[]", { stream = "BODY[]", to = function()
    check.equal(inner:next().seq, 25)
  end })
  local err = check.raises("error", "IMAP_ERR_BUSY", outer.next, outer)
  check.matches(err.message, "given up")
  check.equal({ inner:next().seq, inner:next() }, { 26 })
  check.equal(got, { "25=25", "26=26" })
  check.equal(conn:noop(), "OK")
  local writer = {}
  function writer:write()
    conn:disconnect()
    return self
  end
  outer = conn:each_message("11:12", "BODY.PEEK[]", { stream = "BODY[]", to = writer })
  check.raises("error", nil, outer.next, outer)
  check.equal(conn:is_closed(), true)
  peer:stop()
end

return tests
