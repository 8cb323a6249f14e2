-- Many commands in flight: the figures of all mailboxes for the price of one round trip, results in the order in which
-- they come or in any other, one that is taken back.
--
--     tests/examples/run --language luajit --show pipeline
--
-- Which commands may be on the wire together is the library's concern.
local support = require "support"
local went, done, heading = support.went, support.done, support.heading

-- A STATUS of each mailbox, all sent together.
local function figures(conn)
  local mailboxes = done("list", conn:mailboxes("", "*"))
  done("queue begin")
  local pending = conn:pipeline(function(batch)
    local found = {}
    for _, mailbox in ipairs(mailboxes) do
      if mailbox:is_selectable() then
        found[#found + 1] = batch:mailbox_status(mailbox.name, { "MESSAGES", "UNSEEN" })
      end
    end
    return found
  end)
  done("queue end")
  local messages, unseen = 0, 0
  for i = #pending, 1, -1 do -- the last one first: any order will do
    local status = pending[i]:value()
    messages, unseen = messages + status.messages, unseen + status.unseen
  end
  print(("  %d mailboxes, %d messages, %d of them unseen"):format(#pending, messages, unseen))
end

-- Each command has an outcome of its own, and imaplib's methods can be queued like the others.
local function as_they_come(conn)
  local text = "Subject: queued\r\n\r\nText.\r\n"
  local names = { "create Example", "append", "status Nowhere", "delete Example" }
  local pending = conn:pipeline(function(batch)
    return {
      batch:create("Example"),
      batch:append("Example", nil, nil, text),
      batch:status("Nowhere", "MESSAGES"),
      batch:delete("Example"),
    }
  end)
  for i, name in ipairs(names) do
    print(("  %s: %s"):format(name, (pending[i]:value())))
  end
end

-- Not wanted any more: its answer is read past, and the connection stays in step.
local function taken_back(conn)
  went("examine INBOX", conn:select("INBOX", true))
  local messages = conn:each_message("1:*", "BODY.PEEK[]", { uid = false })
  messages:next()
  done("discard the fetch", messages:close())
  support.shown("wait for the search", conn:search(nil, "ALL"))
  went("noop", conn:noop())
end

local conn = support.open_server()
support.log_in(conn)
heading("all mailboxes in one go")
figures(conn)
heading("results as they come")
as_they_come(conn)
heading("taken back")
taken_back(conn)
support.finish(conn)
