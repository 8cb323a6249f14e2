-- Mailboxes, rights, quotas, annotations and the session as Lua values. NO and BAD are raised as errors of class "no" and
-- "bad".
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local c = backend.constants

local native = {}
local methods = Connection.methods
local add, text, typed, run = arguments.add, arguments.text, arguments.typed, engine.run

-- A shape that raises NO and BAD, and gives what read makes of the response, which is freed unless keep.
local function demanded(read, keep)
  return function(rc, response)
    if rc == c.IMAP_NO or rc == c.IMAP_BAD then
      error(errors.answered(rc, response), 0)
    end
    local value = read(response)
    if not keep then
      response:free()
    end
    return value
  end
end
native.demanded = demanded

-- Sends a command with typed arguments whose refusal is an error.
local function demand(conn, name, args, read, keep)
  return run(conn, demanded(read, keep), backend.submit, name, args)
end
native.demand = demand

local function reader(field)
  return function(response)
    return response[field]
  end
end
native.reader = reader

local function mailbox_args(mailbox)
  return add(arguments.list(), c.IMAP_ARG_MAILBOX, text(mailbox, "mailbox"))
end

local function answered(rc, response)
  if rc == c.IMAP_BAD then
    error(errors.answered(rc, response), 0)
  end
  return response
end

--- Any command with typed arguments: strings are quoted where they need to be, numbers sent as they are, false as NIL,
--- arrays as lists (of numbers alone: as sets); { mailbox = … }, { string = … }, { literal = … }, { atom = … }, { raw = … },
--- { set = … }, { flags = … }, { date = … } (an INTERNALDATE), { search_date = … } (the day of SEARCH), { pattern = … },
--- { items = … }, { secret = … }, { list = … } say what they are. Gives the response; NO is an answer here, not an error.
---
---     conn:command("GETMETADATA", { mailbox = "INBOX" }, "/private/comment").metadata
function methods:command(name, ...)
  engine.check_login(self, text(name, "name"))
  local args = arguments.list()
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    typed(args, value, "argument " .. i)
  end
  return run(self, answered, backend.submit, text(name, "name"), args)
end

--- Any command as ready text, all that follows the tag; checked. Gives the response.
function methods:command_text(line)
  engine.check_login(self, text(line, "line"))
  return run(self, answered, backend.submit_text, text(line, "line"))
end

--- The mailboxes below a directory ("") that match a pattern ("*"): an array of { name, raw_name, delimiter, attributes, … }
--- with has_attribute(name) and is_selectable(). { subscribed = true }: only those.
function methods:mailboxes(directory, pattern, opts)
  local args = mailbox_args(directory == nil and "" or directory)
  add(args, c.IMAP_ARG_LIST_MAILBOX, text(pattern == nil and "*" or pattern, "pattern"))
  return demand(self, arguments.choices(opts, "subscribed").subscribed and "LSUB" or "LIST", args, reader "mailboxes")
end

local FIGURES = { "MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN" }

--- Figures of a mailbox that need not be selected: mailbox_status("INBOX", { "MESSAGES", "UNSEEN" }).messages
function methods:mailbox_status(mailbox, names)
  local args = add(mailbox_args(mailbox), c.IMAP_ARG_ITEMS, arguments.words(names == nil and FIGURES or names, "names"))
  return demand(self, "STATUS", args, reader "mailbox_status")
end

-- ---- Making and removing mailboxes -------------------------------------------------------------

local function done()
  return true
end

--- Makes a mailbox. Names of this and the next methods are as mailboxes gives them: in UTF-8, never taken for quoted or
--- encoded. special_use says what it is for, at servers with CREATE-SPECIAL-USE (RFC 6154):
--- { special_use = "\\Archive" }, or an array of such.
function methods:create_mailbox(mailbox, opts)
  local use = arguments.choices(opts, "special_use").special_use
  local args = mailbox_args(mailbox)
  if use ~= nil then
    typed(args, { list = { { atom = "USE" }, { flags = use } } }, "special_use")
  end
  return demand(self, "CREATE", args, done)
end

--- Removes a mailbox with its messages.
function methods:delete_mailbox(mailbox)
  return demand(self, "DELETE", mailbox_args(mailbox), done)
end

--- Gives a mailbox another name.
function methods:rename_mailbox(from, to)
  local args = add(arguments.list(), c.IMAP_ARG_MAILBOX, text(from, "from"))
  return demand(self, "RENAME", add(args, c.IMAP_ARG_MAILBOX, text(to, "to")), done)
end

--- Puts a mailbox among the subscribed ones.
function methods:subscribe_mailbox(mailbox)
  return demand(self, "SUBSCRIBE", mailbox_args(mailbox), done)
end

--- Takes a mailbox from among the subscribed ones.
function methods:unsubscribe_mailbox(mailbox)
  return demand(self, "UNSUBSCRIBE", mailbox_args(mailbox), done)
end

-- ---- Opening a mailbox -------------------------------------------------------------------------

local COUNTS = { exists = true, recent = true }
local CODES = { UIDVALIDITY = true, UIDNEXT = true, UNSEEN = true, HIGHESTMODSEQ = true }

-- The codes of untagged OKs are rows of the result.
local function selected(response, values)
  for _, row in ipairs(response.rows) do
    local kind, code = row.kind, nil
    if COUNTS[kind] then
      values[kind] = row.number
    elseif kind == "flags" then
      values.flags = row.flags
    elseif kind == "ok" then
      code = row.code
    end
    if code and CODES[code.name] then
      values[code.name:lower()] = code.number
    elseif code and code.name == "PERMANENTFLAGS" then
      values.permanent_flags = code.words
    elseif code and code.name == "MAILBOXID" then
      values.mailboxid = code.text
    end
  end
  return values
end

-- Asks for what has changed since the mailbox was closed (RFC 7162, 3.2.5); known is what was told of it then.
local function add_known(args, known)
  known = arguments.options(known, "qresync")
  local given = {
    { atom = text(known.uidvalidity, "qresync.uidvalidity") }, { atom = text(known.highestmodseq, "qresync.highestmodseq") },
  }
  if known.uids ~= nil then
    given[3] = { set = known.uids }
  end
  return typed(args, { list = { { atom = "QRESYNC" }, { list = given } } }, "qresync")
end

local function open_mailbox(conn, command, mailbox, opts)
  engine.check_self(conn)
  opts = arguments.choices(opts, "condstore qresync")
  local args = mailbox_args(mailbox == nil and "INBOX" or mailbox)
  local known = opts.qresync
  if known ~= nil then
    add_known(args, known)
  elseif opts.condstore then
    typed(args, { list = { { atom = "CONDSTORE" } } }, "condstore")
  end
  conn:forget_untagged()
  return demand(conn, command, args, function(response)
    local values = selected(response, { readonly = conn.is_readonly })
    if known ~= nil then
      values.messages, values.vanished = response.messages, response.vanished
    end
    return values
  end, known ~= nil)
end

--- Opens a mailbox ("INBOX"): { exists, recent, flags, permanent_flags, uidvalidity, uidnext, unseen, highestmodseq,
--- mailboxid, readonly }. One that can only be read is no error: see readonly. Options: condstore; qresync (after
--- enable("QRESYNC")): what select_mailbox gave last time, or { uidvalidity, highestmodseq, uids }; then the result also has
--- messages, which have changed since, and vanished, which are gone.
function methods:select_mailbox(mailbox, opts)
  return open_mailbox(self, "SELECT", mailbox, opts)
end

--- Opens a mailbox for reading only.
function methods:examine_mailbox(mailbox, opts)
  return open_mailbox(self, "EXAMINE", mailbox, opts)
end

-- ---- Rights, quotas ----------------------------------------------------------------------------

--- What one may do with a mailbox oneself; with an identifier, what can be given to that one (LISTRIGHTS).
function methods:rights(mailbox, identifier)
  local args = mailbox_args(mailbox)
  if identifier == nil then
    return demand(self, "MYRIGHTS", args, reader "rights")
  end
  return demand(self, "LISTRIGHTS", add(args, c.IMAP_ARG_ASTRING, text(identifier, "identifier")), reader "rights")
end

--- Who may do what with a mailbox: { mailbox, rights = { identifier => rights } }.
function methods:acl(mailbox)
  return demand(self, "GETACL", mailbox_args(mailbox), reader "acl")
end

--- The quota roots of a mailbox with their use: an array of { root, resources = { { name, usage, limit } } }.
function methods:quotas(mailbox)
  return demand(self, "GETQUOTAROOT", mailbox_args(mailbox == nil and "INBOX" or mailbox), reader "quotas")
end

--- The use of one quota root.
function methods:quota(root)
  local args = add(arguments.list(), c.IMAP_ARG_ASTRING, text(root == nil and "" or root, "root"))
  return demand(self, "GETQUOTA", args, function(response)
    return response.quotas[1]
  end)
end

--- { personal, others, shared }: arrays of { prefix, raw_prefix, delimiter, translation }.
function methods:namespaces()
  return demand(self, "NAMESPACE", arguments.list(), reader "namespaces")
end

--- Who the server is, name => value; fields, a table name => value (false: NIL), say who the client is.
function methods:server_id(fields)
  local args = arguments.list()
  if fields == nil then
    add(args, c.IMAP_ARG_NIL)
  else
    add(args, c.IMAP_ARG_LIST_OPEN)
    for name, value in pairs(arguments.options(fields, "fields")) do
      add(args, c.IMAP_ARG_STRING, text(name, "fields"))
      add(args, value and c.IMAP_ARG_STRING or c.IMAP_ARG_NIL, value and text(value, "fields"))
    end
    add(args, c.IMAP_ARG_LIST_CLOSE)
  end
  return demand(self, "ID", args, function(response)
    return response.id or {}
  end)
end

-- ---- Annotations -------------------------------------------------------------------------------

-- The responses about the mailbox that was asked for, which the server may call otherwise. Cyrus reads * and % as a pattern
-- in GETMETADATA too: of several mailboxes there is no answer of this form.
local function of_mailbox(responses, mailbox)
  local same, first, other = {}, responses[1] and responses[1].mailbox, nil
  for _, one in ipairs(responses) do
    if one.mailbox == mailbox then
      same[#same + 1] = one
    elseif one.mailbox ~= first then
      other = one.mailbox
    end
  end
  if #same == 0 and other then
    error(errors.new("error", "IMAP_ERR_UNSUPPORTED", ("the server told of several mailboxes, %q and %q, for %q: the metadata or "
      .. "annotations of what conn:command gives have them one by one"):format(first, other, mailbox)), 0)
  end
  return #same > 0 and same or responses
end

-- The entries of several responses together.
local function merged(field, mailbox)
  return function(response)
    local found = {}
    for _, one in ipairs(of_mailbox(response[field], mailbox)) do
      for name, value in pairs(one.entries) do
        -- Cyrus tells the attributes of an entry in several lines.
        local before = type(value) == "table" and found[name] or nil
        for attribute, text_of_it in pairs(before or {}) do
          value[attribute] = value[attribute] or text_of_it
        end
        found[name] = value
      end
    end
    return found
  end
end

--- Annotations of a mailbox by METADATA (RFC 5464), entry => value, false for those without one; "" is the server.
function methods:metadata(mailbox, entries)
  mailbox = text(mailbox, "mailbox")
  local args = mailbox_args(mailbox)
  local names = {}
  for i, entry in ipairs(type(entries) == "table" and entries or { entries or false }) do
    names[i] = text(entry, "entries")
  end
  typed(args, { list = names }, "entries")
  return demand(self, "GETMETADATA", args, merged("metadata", mailbox))
end

--- Sets annotations by METADATA: entry => value; false takes one away.
function methods:set_metadata(mailbox, values)
  if next(arguments.options(values, "values")) == nil then
    errors.argument("values is empty: it must have entries with their values, false for one to take away")
  end
  local args = add(mailbox_args(mailbox), c.IMAP_ARG_LIST_OPEN)
  for name, value in pairs(values) do
    typed(args, name, "values")
    if value == false then
      add(args, c.IMAP_ARG_NIL)
    else
      local octets = arguments.octets(value, "values")
      add(args, octets:find("[%z\r\n\128-\255]") and c.IMAP_ARG_LITERAL or c.IMAP_ARG_STRING, octets)
    end
  end
  return demand(self, "SETMETADATA", add(args, c.IMAP_ARG_LIST_CLOSE), done)
end

--- Annotations of a mailbox by ANNOTATEMORE: entry ("*") => { attribute => value }. There a name with * or % is a pattern,
--- whose answer has another form: conn:command("GETANNOTATION", { mailbox = "*" }, …).annotations.
function methods:annotations(mailbox, entry, attribute)
  mailbox = text(mailbox, "mailbox")
  local args = mailbox_args(mailbox)
  if mailbox:find("[*%%]") then
    errors.argument("mailbox must be one mailbox, not a pattern: %q", mailbox)
  end
  add(args, c.IMAP_ARG_STRING, text(entry == nil and "*" or entry, "entry"))
  add(args, c.IMAP_ARG_STRING, text(attribute == nil and "value" or attribute, "attribute"))
  return demand(self, "GETANNOTATION", args, merged("annotations", mailbox))
end

return native
