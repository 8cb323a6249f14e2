-- Many commands for the price of one round trip: the methods of a pipeline give pending results.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local Response = require "imap4.response"
local c = backend.constants

local methods = Connection.methods
local check_self = errors.check_self

local Pending = { __name = "imap4.pending" }
Pending.__index = Pending

-- Waits until the answer is here. What goes wrong with it is kept for value().
local function settle(pending)
  if pending._rc or pending._error then
    return
  end
  local conn = pending._conn
  local call = conn._call
  local is_inside = call and call.queueing and call == pending._call -- the pipeline's function asks already
  if not is_inside then
    call = select(2, engine.enter(conn))
    call[1] = pending._id
  end
  local rc, handle = engine.wait(conn, call, pending._id)
  if rc < 0 then
    pending._error = errors.last(conn._handle, rc)
  else
    pending._rc, pending._response = rc, handle and Response.own(handle)
  end
  if not is_inside then
    engine.leave(conn)
  end
end

--- Waits until the answer is here; raises nothing that the answer is about. Gives itself.
function Pending:wait()
  check_self(self, Pending, "pending result")
  settle(self)
  return self
end

--- Whether the answer is here.
function Pending:is_done()
  check_self(self, Pending, "pending result")
  return self._rc ~= nil or self._error ~= nil
end

local function pack(...)
  return { n = select("#", ...), ... }
end
local unpack = table.unpack or unpack

--- Waits, and gives what the method would have given, or raises what it would have raised; a second time the same.
function Pending:value()
  check_self(self, Pending, "pending result")
  settle(self)
  if self._error then
    error(self._error, 0)
  end
  if not self._values then
    local values = pack(pcall(self._shape, self._rc, self._response)) -- nothing waits in here
    if not values[1] then
      self._error = values[2]
      error(values[2], 0)
    end
    self._values, self._response = values, nil
  end
  return unpack(self._values, 2, self._values.n)
end

-- ---- The pipeline ------------------------------------------------------------------------------

local Pipeline = { __name = "imap4.pipeline" }

-- Methods that are one command each.
local COMMANDS = {}
for name in ([[append capability check close copy create delete deleteacl enable expunge fetch getacl getannotation getquota
  getquotaroot id list login logout lsub move myrights namespace noop partial proxyauth recent rename search select setacl
  setannotation setquota sort status store subscribe thread uid unselect unsubscribe xatom command command_text mailboxes
  mailbox_status create_mailbox delete_mailbox rename_mailbox subscribe_mailbox unsubscribe_mailbox select_mailbox
  examine_mailbox rights acl quotas quota namespaces server_id metadata set_metadata annotations
  find find_sorted find_threads find_extended fetch_messages fetch_message store_flags copy_messages move_messages
  expunge_messages append_message]]):gmatch("%S+") do
  COMMANDS[name] = true
end

-- Called by the engine in place of waiting.
function Pipeline:add(shape, submit, ...)
  local conn, call = self._conn, self._call
  if conn._call ~= call or not conn._handle then
    error(errors.plain(c.IMAP_ERR_STATE, "the pipeline is over"), 0)
  end
  local rc, id = submit(conn._handle, ...)
  if rc ~= c.IMAP_QUEUED then
    error(errors.last(conn._handle, rc), 0)
  end
  call[#call + 1] = id
  local pending = setmetatable({ _conn = conn, _call = call, _id = id, _shape = shape }, Pending)
  self._all[#self._all + 1] = pending
  return pending
end

-- The same for a value that needs no command.
function Pipeline:known(value)
  local pending = setmetatable({ _conn = self._conn, _rc = c.IMAP_OK, _values = { true, value, n = 2 } }, Pending)
  self._all[#self._all + 1] = pending
  return pending
end

function Pipeline.__index(_, name)
  if name == "add" or name == "known" then
    return Pipeline[name]
  elseif not COMMANDS[name] then
    return nil
  end
  return function(pipeline, ...)
    if getmetatable(pipeline) ~= Pipeline then
      errors.argument("self must be a pipeline, not a %s: call methods with a colon", type(pipeline))
    end
    local conn = pipeline._conn
    conn._collector = pipeline
    local values = pack(pcall(methods[name], conn, ...)) -- submits, and never waits
    conn._collector = nil
    if not values[1] then
      error(values[2], 0)
    end
    return unpack(values, 2, values.n)
  end
end

--- Commands that are sent together: the function gets an object with the methods of a connection, each of which gives a
--- pending result in place of an answer. When it returns, all are waited for; pending:value() is what the method would have
--- given, or raises what it would have raised. Gives what the function gave. If it raises, the answers are dropped; what was submitted may be carried out all
--- the same.
---
---     local inbox, sent = conn:pipeline(function(queue)
---       return queue:mailbox_status("INBOX"), queue:mailbox_status("Sent")
---     end)
---     print(inbox:value().messages, sent:value().messages)
function methods:pipeline(fill)
  engine.check_self(self)
  arguments.func(fill, "fill")
  local handle, call = engine.enter(self)
  backend.queue_begin(handle)
  call.queueing = true
  local pipeline = setmetatable({ _conn = self, _call = call, _all = {} }, Pipeline)
  local given = pack(fill(pipeline))
  if self._call ~= call or not self._handle then
    error(errors.plain(c.IMAP_ERR_STATE, "the pipeline was taken back: another call was made in it, or the connection closed"), 0)
  end
  call.queueing = nil
  backend.queue_end(handle)
  engine.leave(self)
  for _, pending in ipairs(pipeline._all) do
    settle(pending)
  end
  return unpack(given, 1, given.n)
end

return Pipeline
