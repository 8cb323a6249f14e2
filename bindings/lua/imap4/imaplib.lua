-- imaplib's commands: its names, argument order and defaults. Each gives typ and data: typ is "OK" or "NO"; data an array
-- with a field n, of strings and { text, literal } pairs; none at all is n = 1 with a nil. BAD, and what ends the
-- connection, is raised. Mailbox names may be UTF-8, modified UTF-7, or quoted. A last argument { uid = true } sends fetch,
-- store, copy, move, search, sort and thread by UID.
--
-- A nil among the last arguments of search, sort, thread, uid, xatom and setannotation is left out, as None there.
--
-- conn.literal, octets, goes out as a literal behind the arguments of the next command.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local c = backend.constants

local imaplib = {}
local methods = Connection.methods
local text, add, run = arguments.text, arguments.add, engine.run

local MAILBOX, ASTRING, RAW, SET, ITEMS = c.IMAP_ARG_MAILBOX_LENIENT, c.IMAP_ARG_ASTRING_LENIENT, c.IMAP_ARG_RAW,
  c.IMAP_ARG_SET, c.IMAP_ARG_ITEMS

-- ---- Answers in imaplib's shape ----------------------------------------------------------------

-- view: the name of the items where the command's own are not those that imaplib gives; false: its text.
local function shaped(rc, response, view)
  if rc == c.IMAP_BAD then
    error(errors.answered(rc, response), 0)
  end
  local typ, data = response.status, nil
  if view == false and rc == c.IMAP_OK then
    data = { n = 1, response.text }
  else
    data = response:items(rc == c.IMAP_OK and view or nil)
  end
  response:free()
  return typ, data
end

local function shape(rc, response)
  return shaped(rc, response)
end

local function shape_as(view)
  return function(rc, response)
    return shaped(rc, response, view)
  end
end
imaplib.shape = shape

-- Sends a command with typed arguments, imaplib's literal behind them.
local function send(conn, name, args, how)
  engine.check_self(conn)
  if name == "LOGIN" then
    engine.guard_password(conn, name)
  end
  local literal = rawget(conn, "literal")
  if literal ~= nil then
    conn.literal = nil
    add(args, c.IMAP_ARG_LITERAL, arguments.octets(literal, "literal"))
  end
  return run(conn, how or shape, backend.submit, name, args)
end
imaplib.send = send

local function has_literal(conn)
  engine.check_self(conn)
  return rawget(conn, "literal") ~= nil
end

-- ---- Commands whose arguments are one value each -----------------------------------------------

-- method = { command, name, type, name, type, … }; ? behind a name: it may be left out.
local PLAIN = {
  capability = { "CAPABILITY" },
  check = { "CHECK" },
  close = { "CLOSE" },
  create = { "CREATE", "mailbox", MAILBOX },
  delete = { "DELETE", "mailbox", MAILBOX },
  deleteacl = { "DELETEACL", "mailbox", MAILBOX, "who", ASTRING },
  enable = { "ENABLE", "capability", RAW },
  getacl = { "GETACL", "mailbox", MAILBOX },
  getannotation = { "GETANNOTATION", "mailbox", MAILBOX, "entry", RAW, "attribute", RAW },
  getquota = { "GETQUOTA", "root", ASTRING },
  login = { "LOGIN", "user", ASTRING, "password", c.IMAP_ARG_STRING + arguments.SECRET },
  logout = { "LOGOUT" },
  myrights = { "MYRIGHTS", "mailbox", MAILBOX },
  namespace = { "NAMESPACE" },
  noop = { "NOOP" },
  partial = { "PARTIAL", "message_num", c.IMAP_ARG_NUMBER, "message_part", RAW, "start", c.IMAP_ARG_NUMBER,
    "length", c.IMAP_ARG_NUMBER },
  proxyauth = { "PROXYAUTH", "user", ASTRING },
  rename = { "RENAME", "oldmailbox", MAILBOX, "newmailbox", MAILBOX },
  setacl = { "SETACL", "mailbox", MAILBOX, "who", ASTRING, "what", ASTRING },
  subscribe = { "SUBSCRIBE", "mailbox", MAILBOX },
  unselect = { "UNSELECT" },
  unsubscribe = { "UNSUBSCRIBE", "mailbox", MAILBOX },
}

for method, spec in pairs(PLAIN) do
  methods[method] = function(conn, ...)
    local args = arguments.list()
    for i = 2, #spec, 2 do
      add(args, spec[i + 1], text((select(i / 2, ...)), spec[i]))
    end
    return send(conn, spec[1], args)
  end
end

-- ---- Mailboxes ---------------------------------------------------------------------------------

-- What a whole quoted string stands for.
local function unquoted(value, name)
  value = text(value, name)
  local inner = value:match('^"(.*)"$')
  if inner and not inner:gsub("\\.", ""):find('"', 1, true) then
    return (inner:gsub("\\(.)", "%1"))
  end
  return value
end

-- A mailbox name or pattern for a place that takes UTF-8.
function imaplib.mailbox(value, name)
  value = unquoted(value, name)
  return value:find("&", 1, true) and backend.utf7_decode(value) or value
end

local function list(command)
  return function(conn, directory, pattern)
    local args = add(arguments.list(), MAILBOX, text(directory == nil and "" or directory, "directory"))
    return send(conn, command, add(args, c.IMAP_ARG_LIST_MAILBOX, imaplib.mailbox(pattern == nil and "*" or pattern, "pattern")))
  end
end
--- The mailboxes below directory ("") that match pattern ("*").
methods.list = list("LIST")
--- The same of the subscribed ones.
methods.lsub = list("LSUB")

local function shape_select(mailbox)
  return function(rc, response)
    if rc == c.IMAP_READONLY then
      local err = errors.answered(rc, response)
      err.message = mailbox .. " is not writable"
      response:free()
      error(err, 0)
    end
    return shaped(rc, response)
  end
end

--- Opens a mailbox ("INBOX"). data is the number of messages. One that can only be read raises "readonly" unless readonly
--- is given, true or { readonly = true }; it is selected then all the same.
function methods:select(mailbox, readonly)
  engine.check_self(self)
  if type(readonly) == "table" then
    readonly = arguments.choices(readonly, "readonly").readonly
  end
  mailbox = text(mailbox == nil and "INBOX" or mailbox, "mailbox")
  self:forget_untagged()
  return send(self, readonly and "EXAMINE" or "SELECT", add(arguments.list(), MAILBOX, mailbox), shape_select(mailbox))
end

--- Figures of a mailbox: status("INBOX", "(MESSAGES UNSEEN)").
function methods:status(mailbox, names)
  local args = add(arguments.list(), MAILBOX, text(mailbox, "mailbox"))
  return send(self, "STATUS", add(args, ITEMS, arguments.words(names, "names")))
end

--- The quota roots of a mailbox. data are two lists: those of QUOTAROOT and those of QUOTA.
function methods:getquotaroot(mailbox)
  return send(self, "GETQUOTAROOT", add(arguments.list(), MAILBOX, text(mailbox, "mailbox")), function(rc, response)
    if rc ~= c.IMAP_OK then
      return shaped(rc, response)
    end
    local data = { n = 2, response:items("QUOTAROOT"), response:items("QUOTA") }
    response:free()
    return "OK", data
  end)
end

--- Sets limits of a quota root: setquota("", "(STORAGE 512)").
function methods:setquota(root, limits)
  local args = add(arguments.list(), ASTRING, text(root, "root"))
  return send(self, "SETQUOTA", add(args, ITEMS, arguments.words(limits, "limits")))
end

--- Sets annotations: setannotation("INBOX", '"/comment"', '("value.priv" "x")').
function methods:setannotation(mailbox, entry, ...)
  local args = add(arguments.list(), MAILBOX, text(mailbox, "mailbox"))
  add(args, RAW, text(entry, "entry"))
  return send(self, "SETANNOTATION", add(args, RAW, arguments.joined("attribute", ...)))
end

-- ---- Messages ----------------------------------------------------------------------------------

-- The command's name, and how its answer is shaped: with UID imaplib's view is FETCH's.
local function by_uid(command, opts, view)
  if arguments.choices(opts, "uid").uid then
    return "UID " .. command, shape_as(view)
  end
  return command, shape
end

--- Fetches parts of messages: fetch("1:3", "(UID BODY[TEXT])").
function methods:fetch(message_set, message_parts, opts)
  local args = add(arguments.list(), SET, arguments.set(message_set, "message_set"))
  local name, how = by_uid("FETCH", opts)
  return send(self, name, add(args, ITEMS, arguments.words(message_parts, "message_parts")), how)
end

--- Changes flags: store("1:3", "+FLAGS", "\\Deleted").
function methods:store(message_set, command, flag_list, opts)
  local args = add(arguments.list(), SET, arguments.set(message_set, "message_set"))
  add(args, c.IMAP_ARG_ATOM, text(command, "command"))
  local name, how = by_uid("STORE", opts)
  return send(self, name, add(args, c.IMAP_ARG_FLAGS, arguments.flags(flag_list, "flag_list")), how)
end

local function to_mailbox(command)
  return function(conn, message_set, new_mailbox, opts)
    local args = add(arguments.list(), SET, arguments.set(message_set, "message_set"))
    local name, how = by_uid(command, opts, false)
    return send(conn, name, add(args, MAILBOX, text(new_mailbox, "new_mailbox")), how)
  end
end
--- Copies messages to the end of another mailbox.
methods.copy = to_mailbox("COPY")
--- Moves messages to the end of another mailbox.
methods.move = to_mailbox("MOVE")

--- Removes the messages with \Deleted for good, with a set of UIDs only those. data are message numbers.
function methods:expunge(uid_set)
  if uid_set == nil then
    return send(self, "EXPUNGE", arguments.list())
  end
  return send(self, "UID EXPUNGE", add(arguments.list(), SET, arguments.set(uid_set, "uid_set")), shape_as("EXPUNGE"))
end

--- Adds a message; bare CR and LF become CRLF, unless the last argument is { translate_line_endings = false }.
function methods:append(mailbox, flags, date_time, message, opts)
  local how = arguments.choices(opts, "translate_line_endings")
  engine.check_self(self)
  self.literal = nil
  return run(self, shape, backend.append, mailbox ~= nil and imaplib.mailbox(mailbox, "mailbox") or nil,
    flags ~= nil and arguments.flags(flags, "flags") or nil, arguments.date(date_time, "date_time"),
    arguments.octets(message, "message"), how.translate_line_endings == false and c.IMAP_APPEND_VERBATIM or 0)
end

-- criteria…, and perhaps options at the end: how many criteria there are, and the options.
local function counted(...)
  local count = select("#", ...)
  local last = count > 0 and (select(count, ...)) or nil
  if type(last) == "table" and #last == 0 then
    return count - 1, arguments.choices(last, "uid")
  end
  return count, {}
end

-- Without the options.
local function criteria_of(join, name, count, ...)
  if count == select("#", ...) then
    return join(name, ...)
  end
  return join(name, (table.unpack or unpack)({ ... }, 1, count))
end

-- With imaplib's literal behind the criteria: as typed arguments, since the criteria alone are not whole.
local function with_literal(conn, command, opts, args, name, count, ...)
  local criteria = criteria_of(arguments.joined_if_any, name, count, ...)
  if criteria then
    add(args, RAW, criteria)
  end
  local full, how = by_uid(command, opts)
  return send(conn, full, args, how)
end

--- Which messages match: search(nil, "FROM", '"LDJ"').
function methods:search(charset, ...)
  charset = arguments.optional(charset, "charset")
  local count, opts = counted(...)
  if has_literal(self) then
    local args = arguments.list()
    if charset then
      add(add(args, c.IMAP_ARG_ATOM, "CHARSET"), ASTRING, charset)
    end
    return with_literal(self, "SEARCH", opts, args, "criterion", count, ...)
  end
  return run(self, shape, backend.search, charset, criteria_of(arguments.joined, "criterion", count, ...), opts.uid and c.IMAP_UID or 0)
end

--- As search, in an order: sort("REVERSE DATE", "UTF-8", "ALL").
function methods:sort(sort_criteria, charset, ...)
  local keys = arguments.words(sort_criteria, "sort_criteria")
  charset = arguments.optional(charset, "charset")
  local count, opts = counted(...)
  if has_literal(self) then
    local args = add(add(arguments.list(), ITEMS, keys), ASTRING, charset or "UTF-8")
    return with_literal(self, "SORT", opts, args, "search_criterion", count, ...)
  end
  local words = criteria_of(arguments.joined, "search_criterion", count, ...)
  return run(self, shape, backend.sort, keys, charset, words, opts.uid and c.IMAP_UID or 0)
end

--- As search, grouped by conversation: thread("REFERENCES", "UTF-8", "ALL").
function methods:thread(threading_algorithm, charset, ...)
  local algorithm = text(threading_algorithm, "threading_algorithm")
  charset = arguments.optional(charset, "charset")
  local count, opts = counted(...)
  if has_literal(self) then
    local args = add(add(arguments.list(), c.IMAP_ARG_ATOM, algorithm), ASTRING, charset or "UTF-8")
    return with_literal(self, "THREAD", opts, args, "search_criterion", count, ...)
  end
  local words = criteria_of(arguments.joined, "search_criterion", count, ...)
  return run(self, shape, backend.thread, algorithm, charset, words, opts.uid and c.IMAP_UID or 0)
end

--- A command by UID: uid("FETCH", "1:3", "(FLAGS)"); uid("SEARCH", nil, "ALL"), where nil stands for the charset.
function methods:uid(command, ...)
  command = text(command, "command")
  if has_literal(self) then
    return send(self, "UID " .. command, add(arguments.list(), RAW, arguments.joined("arg", ...)))
  end
  return run(self, shape, backend.uid, command, arguments.joined("arg", ...))
end

--- An extension command with ready text as arguments.
function methods:xatom(name, ...)
  name = text(name, "name")
  engine.check_login(self, name)
  local words = arguments.joined_if_any("arg", ...)
  if has_literal(self) then
    return send(self, name, words and add(arguments.list(), RAW, words) or arguments.list())
  end
  return run(self, shape, backend.xatom, name, words)
end

return imaplib
