-- Lua values to what the library takes: texts, numbers, sequence sets, flags, dates, typed arguments. Each complains by the
-- argument's name, and nothing is sent.
--
-- Typed arguments are collected in a flat list, type and octets in turn: { n = 4, IMAP_ARG_ATOM, "CHARSET", … }.
local backend = require "imap4.backend"
local dates = require "imap4.dates"
local errors = require "imap4.errors"
local constants = backend.constants

local arguments = {}
local fail = errors.argument

local SECRET = 1000 -- added to the type: masked in the trace, wiped after sending
local MOST_NUMBER = 4294967295
local DEEPEST = 100 -- lists inside each other; what is inside itself would have no end

local function described(value)
  if value == nil then
    return "nil"
  end
  return "a " .. type(value)
end

--- A text without NUL, which would end it in C; whole numbers are converted. Line ends are for the library to refuse.
function arguments.text(value, name)
  if type(value) == "number" and value == math.floor(value) and math.abs(value) <= 2 ^ 53 then
    value = ("%.0f"):format(value)
  elseif type(value) ~= "string" then
    fail("%s must be a string, not %s", name, described(value))
  end
  if value:find("%z") then
    fail("%s has a NUL in it", name)
  end
  return value
end
local text = arguments.text

function arguments.optional(value, name)
  if value ~= nil then
    return text(value, name)
  end
end

--- Any octets.
function arguments.octets(value, name)
  if type(value) ~= "string" then
    fail("%s must be a string, not %s", name, described(value))
  end
  return value
end

--- A whole number; strings of digits are taken too.
function arguments.number(value, name, least, most)
  local number = value
  if type(value) == "string" and value:find("^%d+$") then
    number = tonumber(value)
  end
  if type(number) ~= "number" or number ~= math.floor(number) or number < (least or 0) or number > (most or MOST_NUMBER) then
    fail("%s must be a whole number from %d to %.0f, not %s", name, least or 0, most or MOST_NUMBER,
      type(value) == "number" and tostring(value) or described(value))
  end
  return number
end

function arguments.func(value, name)
  local meta = getmetatable(value)
  if type(value) ~= "function" and not (type(meta) == "table" and meta.__call) then
    fail("%s must be a function, not %s", name, described(value))
  end
  return value
end

local function field_of(value, name)
  return value[name]
end

--- Whether a value is an object with a method: a table, a file, another userdata.
function arguments.has_method(value, name)
  if type(value) ~= "table" and type(value) ~= "userdata" then
    return false
  end
  local is_ok, method = pcall(field_of, value, name)
  return is_ok and method ~= nil and method ~= false
end

--- An options table, perhaps none.
function arguments.options(value, name)
  if value == nil then
    return {}
  elseif type(value) ~= "table" then
    fail("%s must be a table of options, not %s", name or "the last argument", described(value))
  end
  return value
end

-- "uid charset" => the set of these names.
local sets = {}

--- As options, but none that is not among the names: a misspelt { uids = true } must not make UIDs message numbers.
function arguments.choices(value, names)
  value = arguments.options(value)
  local known = sets[names]
  if not known then
    known = {}
    for name in names:gmatch("%S+") do
      known[name] = true
    end
    sets[names] = known
  end
  for name in pairs(value) do
    if not known[name] then
      fail("there is no option %s here, but %s", tostring(name), (names:gsub(" ", ", ")))
    end
  end
  return value
end

-- How far an array goes. One with holes ends where Lua likes, so it is refused, as are names, which would be passed over.
local function length_of(values, name)
  local length, count = #values, 0
  for key in next, values do
    if key ~= "n" then
      count = count + 1
    end
  end
  if count > length then
    fail("%s: an array must have no holes and no names", name)
  end
  return length
end

-- One list more around it.
local function deeper(depth, name)
  depth = (depth or 0) + 1
  if depth > DEEPEST then
    fail("%s: more than %d lists are inside each other, or one is inside itself", name, DEEPEST)
  end
  return depth
end

-- ---- Sequence sets -----------------------------------------------------------------------------

local function member(value, name)
  if value == "*" then
    return value
  end
  return ("%.0f"):format(arguments.number(value, name, 1))
end

-- Numbers in a row become ranges.
local function joined(values, name, depth)
  local runs, first, last = {}, nil, nil
  local function close()
    if first then
      runs[#runs + 1] = first == last and ("%.0f"):format(first) or ("%.0f:%.0f"):format(first, last)
    end
    first = nil
  end
  for i = 1, length_of(values, name) do
    local value = values[i]
    if type(value) == "number" then
      arguments.number(value, name, 1)
      if first and value == last + 1 then
        last = value
      else
        close()
        first, last = value, value
      end
    else
      close()
      runs[#runs + 1] = arguments.set(value, name, depth)
    end
  end
  close()
  if #runs == 0 then
    fail("%s is empty", name)
  end
  return table.concat(runs, ",")
end

--- A sequence set: a number, ready text ("1:3,7"), an array of numbers, texts and ranges, or a range
--- { first = 1, last = 5 }, without last to the end.
function arguments.set(value, name, depth)
  if type(value) == "string" then
    return text(value, name)
  elseif type(value) == "number" then
    return member(value, name)
  elseif type(value) ~= "table" then
    fail("%s must be a number, a string, an array or a range, not %s", name, described(value))
  elseif value.first ~= nil or value.last ~= nil then
    if #value > 0 then
      fail("%s: a range has first and last and no members", name)
    end
    return member(value.first or 1, name) .. ":" .. member(value.last or "*", name)
  end
  return joined(value, name, deeper(depth, name))
end

--- Whether a set is an array of nothing, as a search gives that found nothing.
function arguments.is_nothing(value)
  return type(value) == "table" and #value == 0 and (next(value) == nil or next(value) == "n" and value.n == 0)
end

-- ---- Flags, items, dates -----------------------------------------------------------------------

local function list_of_words(value, name)
  local words = {}
  for i = 1, length_of(value, name) do
    words[i] = text(value[i], name)
  end
  return "(" .. table.concat(words, " ") .. ")"
end

--- Flags or items: ready text, or an array of words.
function arguments.words(value, name)
  if type(value) == "table" then
    return list_of_words(value, name)
  end
  return text(value, name)
end

--- Flags: ready text, or an array of flags, each of which is one.
function arguments.flags(value, name)
  if type(value) == "table" then
    for i = 1, length_of(value, name) do
      local flag = text(value[i], name)
      if flag == "" or flag:find("[%s()]") then
        fail("%s: %q is not a flag", name, flag)
      end
    end
  end
  return arguments.words(value, name)
end

--- Ready text of several arguments, as imaplib's callers give it: "FROM", '"bob"'. A nil among them is left out, as
--- imaplib does with None; nil if there is nothing else.
function arguments.joined_if_any(name, ...)
  local words = {}
  for i = 1, select("#", ...) do
    local word = select(i, ...)
    if word ~= nil then
      words[#words + 1] = arguments.words(word, name)
    end
  end
  return words[1] and table.concat(words, " ") or nil
end

--- The same where something must be given.
function arguments.joined(name, ...)
  return arguments.joined_if_any(name, ...) or fail("%s is missing", name)
end

--- An INTERNALDATE: ready text, seconds since 1970 (in UTC), or a table as os.date("*t") makes it (local time).
function arguments.date(value, name)
  if value == nil or type(value) == "string" then
    return arguments.optional(value, name)
  end
  return dates.internaldate(value, name)
end

-- ---- Typed arguments ---------------------------------------------------------------------------

--- Adds one argument to a list; octets nil for parentheses and NIL.
function arguments.add(args, kind, octets)
  local n = args.n
  args[n + 1], args[n + 2], args.n = kind, octets or false, n + 2
  return args
end
local add = arguments.add

function arguments.list()
  return { n = 0 }
end

local typed

-- How many values an array has; n counts those that are nil at the end.
local function count_of(values, name)
  if type(values) ~= "table" then
    fail("%s: a list must be an array, not %s", name, described(values))
  elseif values.n ~= nil then
    return arguments.number(values.n, name .. ".n")
  end
  return length_of(values, name)
end

local function add_list(args, values, name, depth)
  depth = deeper(depth, name)
  add(args, constants.IMAP_ARG_LIST_OPEN)
  for i = 1, count_of(values, name) do
    typed(args, values[i], name, depth)
  end
  add(args, constants.IMAP_ARG_LIST_CLOSE)
end

-- How { mailbox = "INBOX" } and the like are sent: the type, and what makes the octets.
local KINDS = {
  atom = { constants.IMAP_ARG_ATOM, text },
  string = { constants.IMAP_ARG_STRING, text },
  literal = { constants.IMAP_ARG_LITERAL, arguments.octets },
  mailbox = { constants.IMAP_ARG_MAILBOX, text },
  raw_mailbox = { constants.IMAP_ARG_MAILBOX_RAW, text },
  pattern = { constants.IMAP_ARG_LIST_MAILBOX, text },
  set = { constants.IMAP_ARG_SET, arguments.set },
  flags = { constants.IMAP_ARG_FLAGS, arguments.flags },
  date = { constants.IMAP_ARG_DATE, arguments.date },
  search_date = { constants.IMAP_ARG_ATOM, dates.search_date },
  raw = { constants.IMAP_ARG_RAW, text },
  items = { constants.IMAP_ARG_ITEMS, arguments.words },
  secret = { constants.IMAP_ARG_STRING + SECRET, text },
}

local function only_numbers(values)
  for i = 1, #values do
    if type(values[i]) ~= "number" then
      return false
    end
  end
  return #values > 0
end

--- Adds a value: a string is a text (quoted where it needs to be), a number a number, false NIL, an array of numbers a
--- set, any other array a list in parentheses; { mailbox = … }, { string = … } and the like say what they are.
function typed(args, value, name, depth)
  local kind = type(value)
  if kind == "string" then
    return add(args, constants.IMAP_ARG_ASTRING, text(value, name))
  elseif kind == "number" then
    return add(args, constants.IMAP_ARG_NUMBER, ("%.0f"):format(arguments.number(value, name, 0, 2 ^ 53)))
  elseif value == false then
    return add(args, constants.IMAP_ARG_NIL)
  elseif kind ~= "table" then
    fail("%s: %s cannot be sent", name, described(value))
  elseif value.first ~= nil or value.last ~= nil then
    return add(args, constants.IMAP_ARG_SET, arguments.set(value, name))
  elseif value.list ~= nil then
    return add_list(args, value.list, name, depth)
  end
  local kind_of
  for word in pairs(KINDS) do
    if value[word] ~= nil then
      if kind_of then
        fail("%s: it cannot be both %s and %s", name, kind_of, word)
      end
      kind_of = word
    end
  end
  if kind_of then
    local how = KINDS[kind_of]
    return add(args, how[1], how[2](value[kind_of], name))
  end
  for word in pairs(value) do
    if type(word) == "string" and word ~= "n" then
      fail("%s: there is no kind of argument %s", name, word)
    end
  end
  if only_numbers(value) then
    return add(args, constants.IMAP_ARG_SET, arguments.set(value, name))
  end
  return add_list(args, value, name, depth)
end
arguments.typed = typed

--- Whether some argument has octets beyond ASCII.
function arguments.is_8bit(args)
  for i = 2, args.n, 2 do
    if args[i] and args[i]:find("[\128-\255]") then
      return true
    end
  end
  return false
end

--- Search criteria: ready text, which is checked, or an array of words, in which a string is one text.
function arguments.criteria(args, value, name)
  if type(value) == "table" then
    local count = count_of(value, name)
    if count == 0 then
      fail("%s is empty", name)
    end
    for i = 1, count do
      typed(args, value[i], name)
    end
    return args
  end
  return add(args, constants.IMAP_ARG_RAW, text(value, name))
end

arguments.SECRET = SECRET
return arguments
