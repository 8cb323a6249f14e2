-- IDLE: a mailbox that is watched. A second connection adds a message, flags it and removes it, and the first one is
-- told as it happens; then a wait is ended before its time.
--
--     tests/examples/run --language luajit --show idle
--
-- Makes the mailbox Example and deletes it again. Servers without IDLE are served by the same calls: they are asked by
-- NOOP.
local support = require "support"
local went, done, fails, heading = support.went, support.done, support.fails, support.heading

local PATIENCE = 20 -- seconds

-- An event in words. RECENT and the like are not worth a line here.
local function tell(event)
  if event.kind == "exists" then
    print(("  there are %d messages now"):format(event.number))
  elseif event.kind == "expunge" then
    print(("  message %d is gone"):format(event.number))
  elseif event.kind == "fetch" and event.message.flags then
    print(("  message %d is %sdeleted now"):format(event.message.seq,
      event.message:has_flag("\\Deleted") and "" or "not "))
  elseif event.kind == "overflow" then
    print("  too much has happened: look anew")
  end
end

-- Waits for an event of a kind, and tells of all that came.
local function watch_for(conn, idler, kind)
  repeat
    local found = false
    local function take(event)
      tell(event)
      found = found or event.kind == kind
    end
    take(assert(idler:next(PATIENCE), "nothing happened"))
    for event in conn:events() do -- what came with it
      take(event)
    end
  until found
end

-- What other programs do all day.
local function changes(conn, idler, other)
  went("the other one: append", other:append("Example", nil, nil, "Subject: news\r\n\r\nText.\r\n"))
  watch_for(conn, idler, "exists")
  went("the other one: select", other:select("Example"))
  went("the other one: store", other:store("1", "+FLAGS", "\\Deleted"))
  watch_for(conn, idler, "fetch")
  went("the other one: expunge", other:expunge())
  watch_for(conn, idler, "expunge")
end

-- wakeup ends the wait that is under way, or the next one. IDLE goes on behind it.
local function woken(conn, idler)
  conn:wakeup()
  fails("wait without a limit", "interrupted", idler.next, idler)
  print("wait for 10 ms: " .. (idler:next(0.01) and "event" or "again"))
  fails("noop while idling", "error", conn.noop, conn)
end

local conn = support.open_server()
support.log_in(conn)
went("create Example", conn:create("Example"))
went("select", conn:select("Example"))
local other = support.open_server()
support.log_in(other)
heading("watching")
local idler = done("idle", conn:idle())
changes(conn, idler, other)
heading("woken")
woken(conn, idler)
heading("the end")
done("end idle", idler:close())
went("noop", conn:noop())
went("unselect", conn:unselect())
went("unselect", other:unselect())
went("delete Example", conn:delete("Example"))
support.finish(other)
support.finish(conn)
