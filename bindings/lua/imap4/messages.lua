-- Messages of the selected mailbox as Lua values. Numbers are UIDs unless { uid = false } is given; sets are numbers, texts,
-- arrays or ranges (imap4.arguments); flags arrays or text. NO and BAD are raised.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local Connection = require "imap4.connection"
local engine = require "imap4.engine"
local errors = require "imap4.errors"
local native = require "imap4.mailboxes"
local c = backend.constants

local methods = Connection.methods
local add, text, typed, demand, reader = arguments.add, arguments.text, arguments.typed, native.demand, native.reader

local function by_uid(command, opts)
  return opts.uid == false and command or "UID " .. command
end
native.by_uid = by_uid

local function add_charset(args, charset)
  if charset then
    add(add(args, c.IMAP_ARG_ATOM, "CHARSET"), c.IMAP_ARG_ASTRING, text(charset, "charset"))
  end
end

-- Typed criteria with the charset that they need.
local function add_criteria(conn, args, criteria, opts)
  local words = arguments.criteria(arguments.list(), criteria == nil and "ALL" or criteria, "criteria")
  local charset = opts.charset
  if charset == nil and arguments.is_8bit(words) and not conn.utf8_enabled then
    charset = "UTF-8"
  end
  add_charset(args, charset)
  for i = 1, words.n, 2 do
    add(args, words[i], words[i + 1])
  end
  return args
end

--- Which messages match: find("UNSEEN"), or word by word, so that nothing a user typed is read as criteria:
---
---     conn:find { { atom = "SINCE" }, { search_date = os.time() - 86400 }, { atom = "SUBJECT" }, typed_by_user }
---
--- Options: uid, charset.
function methods:find(criteria, opts)
  engine.check_self(self)
  opts = arguments.choices(opts, "uid charset")
  return demand(self, by_uid("SEARCH", opts), add_criteria(self, arguments.list(), criteria, opts), reader "numbers")
end

-- SORT and THREAD name the charset always.
local function in_order(conn, command, args, criteria, opts, read)
  add(args, c.IMAP_ARG_ASTRING, text(opts.charset or "UTF-8", "charset"))
  arguments.criteria(args, criteria == nil and "ALL" or criteria, "criteria")
  return demand(conn, by_uid(command, opts), args, read)
end

--- As find, in an order: find_sorted({ "REVERSE", "DATE" }, "ALL").
function methods:find_sorted(keys, criteria, opts)
  local args = add(arguments.list(), c.IMAP_ARG_ITEMS, arguments.words(keys, "keys"))
  return in_order(self, "SORT", args, criteria, arguments.choices(opts, "uid charset"), reader "numbers")
end

--- As find, grouped by conversation: an array of { number, children }.
function methods:find_threads(algorithm, criteria, opts)
  local args = add(arguments.list(), c.IMAP_ARG_ATOM, text(algorithm == nil and "REFERENCES" or algorithm, "algorithm"))
  return in_order(self, "THREAD", args, criteria, arguments.choices(opts, "uid charset"), function(response)
    return response.threads or {}
  end)
end

--- An extended search (RFC 4731): only what is asked for ({ "ALL", "COUNT" }) comes back: { min, max, count, all, numbers,
--- partial, modseq, … }.
function methods:find_extended(criteria, returns, opts)
  engine.check_self(self)
  opts = arguments.choices(opts, "uid charset")
  local args = add(arguments.list(), c.IMAP_ARG_ATOM, "RETURN")
  add(args, c.IMAP_ARG_ITEMS, arguments.words(returns == nil and { "ALL", "COUNT" } or returns, "returns"))
  return demand(self, by_uid("SEARCH", opts), add_criteria(self, args, criteria, opts), reader "extended_search")
end

local function fetch_args(set, items, opts)
  local args = add(arguments.list(), c.IMAP_ARG_SET, arguments.set(set, "set"))
  add(args, c.IMAP_ARG_ITEMS, arguments.words(items, "items"))
  if opts.changed_since ~= nil then
    typed(args, { list = { { atom = "CHANGEDSINCE" }, { atom = opts.changed_since } } }, "changed_since")
  end
  return args
end
native.fetch_args = fetch_args

-- Of no messages: the protocol has no word for that, so no command is sent.
local function unsent(conn, value)
  engine.known(conn)
  if conn._collector then
    return conn._collector:known(value)
  end
  return value
end

-- Nothing is to be read; the other arguments are looked at all the same.
function native.nothing(conn, items, opts, value)
  fetch_args(1, items, opts)
  return unsent(conn, value)
end

--- Messages as an array, all in memory at once: each_message reads them one by one. Of an empty array of numbers none.
--- Options: uid, changed_since.
function methods:fetch_messages(set, items, opts)
  opts = arguments.choices(opts, "uid changed_since")
  if arguments.is_nothing(set) then
    return native.nothing(self, items, opts, {})
  end
  return demand(self, by_uid("FETCH", opts), fetch_args(set, items, opts), reader "messages", true)
end

--- One message, which stays for as long as it is referred to; nil if there is none.
function methods:fetch_message(number, items, opts)
  opts = arguments.choices(opts, "uid changed_since")
  local args = fetch_args(arguments.number(number, "number", 1), items, opts)
  return demand(self, by_uid("FETCH", opts), args, function(response)
    return response.messages[1]
  end, true)
end

local SIGNS = { add = "+", ["+"] = "+", remove = "-", ["-"] = "-", replace = "", [""] = "" }

--- Changes flags: how is "add", "remove" or "replace" (or "+", "-"). Gives { messages, modified }: the messages that the
--- server told the flags of, and the numbers that it left alone. Of an empty array of numbers nothing is done. Options: uid,
--- silent, unchanged_since (a modseq).
function methods:store_flags(set, how, flags, opts)
  opts = arguments.choices(opts, "uid silent unchanged_since")
  local sign = SIGNS[how]
  if not sign then
    errors.argument('how must be "add", "remove" or "replace", not %s', tostring(how))
  end
  local is_nothing = arguments.is_nothing(set)
  local args = add(arguments.list(), c.IMAP_ARG_SET, is_nothing and "1" or arguments.set(set, "set"))
  if opts.unchanged_since ~= nil then
    typed(args, { list = { { atom = "UNCHANGEDSINCE" }, { atom = opts.unchanged_since } } }, "unchanged_since")
  end
  add(args, c.IMAP_ARG_ATOM, sign .. "FLAGS" .. (opts.silent and ".SILENT" or ""))
  add(args, c.IMAP_ARG_FLAGS, arguments.flags(flags, "flags"))
  if is_nothing then
    return unsent(self, { messages = {}, modified = {} })
  end
  return demand(self, by_uid("STORE", opts), args, function(response)
    local code = response.code
    return { messages = response.messages, modified = code and code.name == "MODIFIED" and code.set or {} }
  end, true)
end

local function to_mailbox(command)
  return function(conn, set, mailbox, opts)
    opts = arguments.choices(opts, "uid")
    local is_nothing = arguments.is_nothing(set)
    local args = add(arguments.list(), c.IMAP_ARG_SET, is_nothing and "1" or arguments.set(set, "set"))
    add(args, c.IMAP_ARG_MAILBOX, text(mailbox, "mailbox"))
    if is_nothing then
      return unsent(conn, nil)
    end
    return demand(conn, by_uid(command, opts), args, reader "copyuid")
  end
end
--- Copies messages to the end of another mailbox: { uidvalidity, pairs = { old UID => new UID } }; nil without UIDPLUS, and of an
--- empty array of numbers, of which nothing is sent.
methods.copy_messages = to_mailbox("COPY")
--- Moves them, likewise.
methods.move_messages = to_mailbox("MOVE")

--- Removes the messages with \Deleted for good, with a set of UIDs only those. Gives the numbers of those that went:
--- message numbers, or UIDs where the server tells those.
function methods:expunge_messages(uids)
  local args = arguments.list()
  if uids ~= nil then
    add(args, c.IMAP_ARG_SET, arguments.set(uids, "uids"))
  end
  return demand(self, uids ~= nil and "UID EXPUNGE" or "EXPUNGE", args, function(response)
    local gone = {}
    for _, row in ipairs(response.rows) do
      local vanished = row.vanished
      for _, number in ipairs(vanished and vanished.uids or { row.number }) do
        gone[#gone + 1] = number
      end
    end
    return gone
  end)
end

return native
