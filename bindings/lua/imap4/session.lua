-- imaplib's methods on the session: AUTHENTICATE, ID, STARTTLS, the table of untagged responses, raw octets.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local imaplib = require "imap4.imaplib"
local Response = require "imap4.response"
local c = backend.constants

local methods, readers = Connection.methods, Connection.readers
local shape, run = imaplib.shape, engine.run

-- ---- Logging in --------------------------------------------------------------------------------

-- Challenge by challenge. The function runs between two steps; what it raises ends the call, and the next one cancels the
-- exchange by ending the connection, unless this is done here.
local function exchange(conn, mechanism, initial, answer)
  local handle, call = engine.enter(conn)
  local rc, id = backend.auth_begin(handle, mechanism, initial)
  local response
  if rc == c.IMAP_QUEUED then
    call[1] = id
    rc, response = engine.wait(conn, call, id)
  end
  while rc == c.IMAP_CHALLENGE do
    local reply = answer(backend.auth_challenge(handle) or "")
    if conn._call ~= call then
      error(errors.plain(c.IMAP_ERR_BUSY, "the exchange was given up: another call was made in the middle"), 0)
    end
    if reply == nil or reply == false then
      rc = backend.auth_cancel(handle)
    elseif type(reply) ~= "string" then
      backend.auth_cancel(handle)
      engine.wait(conn, call, id)
      engine.leave(conn)
      errors.argument("the answer to a challenge must be a string or nil, not a %s", type(reply))
    else
      rc = backend.auth_reply(handle, reply)
    end
    if rc == c.IMAP_QUEUED then
      rc, response = engine.wait(conn, call, id)
    end
  end
  engine.settled(conn, rc)
  return shape(rc, Response.own(response))
end

-- Who overhears these can log in: they carry the password, or a token.
local TELLS_ALL = { PLAIN = true, LOGIN = true, OAUTHBEARER = true, XOAUTH2 = true }

--- AUTHENTICATE with any mechanism: answer(challenge) is called with each challenge, decoded, and gives the answer, not in
--- base64; nil cancels. It may raise, or yield. opts.initial is a first answer, which goes out with the command where the
--- server announces SASL-IR. In place of a function: { user = …, password = …, authzid = … }, and the library speaks
--- PLAIN, LOGIN or CRAM-MD5 itself.
function methods:authenticate(mechanism, authobject, opts)
  mechanism = arguments.text(mechanism, "mechanism")
  engine.check_self(self)
  if TELLS_ALL[mechanism:upper()] then
    engine.guard_password(self, "AUTHENTICATE")
  end
  if type(authobject) == "table" and authobject.user ~= nil then
    arguments.choices(authobject, "user password authzid")
    return run(self, shape, backend.authenticate, mechanism, arguments.optional(authobject.authzid, "authzid"),
      arguments.text(authobject.user, "user"), arguments.text(authobject.password, "password"))
  end
  local initial = arguments.choices(opts, "initial").initial
  return exchange(self, mechanism, initial ~= nil and arguments.octets(initial, "initial") or nil,
    arguments.func(authobject, "authobject"))
end

--- Logs in by CRAM-MD5.
function methods:login_cram_md5(user, password)
  return methods.authenticate(self, "CRAM-MD5", { user = user, password = password })
end

--- Logs in by AUTHENTICATE PLAIN.
function methods:login_plain(user, password)
  return methods.authenticate(self, "PLAIN", { user = user, password = password })
end

--- STARTTLS, verified by the options of the connection.
function methods:starttls(ssl_context)
  if ssl_context ~= nil then
    errors.argument("ssl_context cannot be handed over: give TLS options when opening")
  end
  return run(self, shape, backend.starttls)
end

--- Says who the client is: a table name => value, or names and values in turn; false as a value is NIL; nil says
--- nothing.
function methods:id(fields)
  local args = arguments.list()
  if fields == nil then
    return imaplib.send(self, "ID", arguments.add(args, c.IMAP_ARG_NIL))
  elseif type(fields) ~= "table" then
    errors.argument("fields must be a table, not a %s", type(fields))
  end
  local words = {}
  if #fields == 0 then
    for name, value in pairs(fields) do
      words[#words + 1], words[#words + 2] = name, value
    end
  elseif #fields % 2 == 1 then
    errors.argument("fields must be names and values in turn")
  else
    words = fields
  end
  arguments.add(args, c.IMAP_ARG_LIST_OPEN)
  for i = 1, #words do
    local word = words[i] or nil
    if word == nil and i % 2 == 0 then
      arguments.add(args, c.IMAP_ARG_NIL)
    else
      arguments.add(args, c.IMAP_ARG_STRING, arguments.text(word, "fields"))
    end
  end
  return imaplib.send(self, "ID", arguments.add(args, c.IMAP_ARG_LIST_CLOSE))
end

-- ---- What the server told unasked --------------------------------------------------------------

--- The RECENT count, if one came that was not taken yet; else asks by NOOP. data[1] is nil if nothing is new.
function methods:recent()
  return run(self, function(rc, response)
    return shape(rc, response)
  end, backend.recent)
end

--- imaplib's response: what is filed under a name, response codes and data that no command took. Each is given once.
--- Gives the name and data.
function methods:response(code)
  engine.check_self(self)
  code = arguments.text(code, "code")
  local handle = engine.enter(self)
  engine.leave(self)
  if self._untagged then
    self._untagged[code:upper()] = nil
  end
  local rc, filed = backend.untagged(handle, code)
  if rc < 0 then
    error(errors.plain(rc), 0)
  elseif not filed then
    return code, { n = 1 }
  end
  local response = Response.own(filed)
  local data = response:items()
  response:free()
  return code, data
end

function methods:forget_untagged()
  engine.check_self(self)
  self._untagged = nil
end

-- What the server has told and nobody has taken: the oldest.
local function take_event(handle)
  local event = backend.event_next(handle)
  return event and Response.own(event)
end

--- What the server has told and nobody has taken, oldest first: for event in conn:events() do … end. Does not wait.
function methods:events()
  engine.known(self)
  return function()
    return self._handle and take_event(self._handle)
  end
end

--- imaplib's table of what no command took, name => texts. It is filled from the events when it is looked at, and emptied by
--- select; response takes from it.
function readers.untagged_responses(conn)
  local handle = engine.known(conn)
  local filed = conn._untagged or {}
  conn._untagged = filed
  local event = take_event(handle)
  while event do
    local list = filed[event.name] or { n = 0 }
    filed[event.name] = list
    local items = event:items()
    for i = 1, items.n do
      list.n = list.n + 1
      list[list.n] = items[i]
    end
    event:free()
    event = take_event(handle)
  end
  return filed
end

-- ---- Octets past the protocol ------------------------------------------------------------------

--- Sends octets as they are, CRLF and all. Only between commands.
function methods:send(data)
  local octets = arguments.octets(data, "data")
  engine.ask(self, function(handle)
    local rc = backend.raw_send(handle, octets)
    octets = "" -- asked again, it sends the rest
    return rc
  end)
end
methods.send_raw = methods.send

--- One line, its CRLF included.
function methods:readline()
  return (engine.ask(self, backend.raw_readline))
end

--- Exactly so many octets.
function methods:read(size)
  return (engine.ask(self, backend.raw_read, arguments.number(size, "size")))
end

-- ---- Upper case --------------------------------------------------------------------------------

for name in ([[append authenticate capability check close copy create delete deleteacl enable expunge fetch getacl
  getannotation getquota getquotaroot id list login login_cram_md5 login_plain logout lsub move myrights namespace noop
  partial proxyauth recent rename search select setacl setannotation setquota sort starttls status store subscribe thread
  uid unselect unsubscribe xatom]]):gmatch("%S+") do
  methods[name:upper()] = methods[name]
end

return methods
