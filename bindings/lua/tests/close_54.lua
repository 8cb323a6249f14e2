-- Lua 5.4 alone can compile this: to-be-closed variables. language_test runs it.
local imap4 = require "imap4"
local servers = require "servers"

local found = {}

do
  local conn <close> = servers.connected()
  found.conn = conn
  conn:examine_mailbox()
  do
    local rows <close> = conn:each_message("1:*", "UID BODY.PEEK[]")
    found.uid = rows:next().uid
    found.rows = rows
  end
  local loop, state, place, closing = conn:each_message("1:*", "UID")
  for message in loop, state, place, closing do -- which closes what it leaves
    if message.uid == 2 then
      break
    end
  end
  found.rest = loop:next()
  do
    local idler <close> = conn:idle(10)
    found.idling = conn.state
    found.idler = idler
  end
  found.count = #conn:find()
end
found.is_closed = found.conn:is_closed()

local mine, failing = {}, nil
local is_ok, problem = pcall(function()
  local conn <close> = servers.connected()
  failing = conn
  error(mine)
end)
found.is_raised = not is_ok and problem == mine
found.is_closed_by_error = failing:is_closed()
found.is_open_no_more = not pcall(found.conn.noop, found.conn) and imap4.is(select(2, pcall(found.conn.noop, found.conn)), "abort")

return found
