-- Options by name to the library's. Times are seconds, fractions allowed; nil leaves a default, 0 is no limit.
local arguments = require "imap4.arguments"
local backend = require "imap4.backend"
local errors = require "imap4.errors"
local c = backend.constants

local options = {}
local fail = errors.argument

local MILLISECONDS, NUMBER, YES_OR_NO, TEXT, VERSION = {}, {}, {}, {}, {}
local KNOWN = {
  connect_timeout = { MILLISECONDS, c.IMAP_OPT_CONNECT_TIMEOUT_MS },
  stall_timeout = { MILLISECONDS, c.IMAP_OPT_STALL_TIMEOUT_MS },
  call_timeout = { MILLISECONDS, c.IMAP_OPT_CALL_TIMEOUT_MS },
  idle_renew = { MILLISECONDS, c.IMAP_OPT_IDLE_RENEW_MS },
  idle_poll = { MILLISECONDS, c.IMAP_OPT_IDLE_POLL_MS },
  max_line = { NUMBER, c.IMAP_OPT_MAX_LINE },
  max_literal = { NUMBER, c.IMAP_OPT_MAX_LITERAL },
  max_response = { NUMBER, c.IMAP_OPT_MAX_RESPONSE },
  max_depth = { NUMBER, c.IMAP_OPT_MAX_DEPTH },
  max_unasked = { NUMBER, c.IMAP_OPT_MAX_UNASKED },
  max_kept = { NUMBER, c.IMAP_OPT_MAX_KEPT },
  untagged_keep = { NUMBER, c.IMAP_OPT_UNTAGGED_KEEP },
  trace_level = { NUMBER, c.IMAP_OPT_TRACE_LEVEL },
  trace_keep = { NUMBER, c.IMAP_OPT_TRACE_KEEP },
  literal_stream_min = { NUMBER, c.IMAP_OPT_LITERAL_STREAM_MIN },
  ip_family = { NUMBER, c.IMAP_OPT_IP_FAMILY },
  verify = { YES_OR_NO, c.IMAP_OPT_TLS_VERIFY },
  keepalive = { YES_OR_NO, c.IMAP_OPT_KEEPALIVE },
  allow_plaintext_auth = { YES_OR_NO, c.IMAP_OPT_ALLOW_PLAINTEXT_AUTH },
  ca_file = { TEXT, c.IMAP_OPT_TLS_CA_FILE },
  ca_dir = { TEXT, c.IMAP_OPT_TLS_CA_DIR },
  cert_file = { TEXT, c.IMAP_OPT_TLS_CERT_FILE },
  key_file = { TEXT, c.IMAP_OPT_TLS_KEY_FILE },
  server_name = { TEXT, c.IMAP_OPT_TLS_SERVER_NAME },
  address = { TEXT, c.IMAP_OPT_CONNECT_ADDR },
  local_address = { TEXT, c.IMAP_OPT_LOCAL_ADDR },
  literal_stream_items = { TEXT, c.IMAP_OPT_LITERAL_STREAM_ITEMS },
  min_tls_version = { VERSION, c.IMAP_OPT_TLS_MIN_VERSION },
}
local names = {}
for name, how in pairs(KNOWN) do
  names[how[2]] = name
end
errors.name_options(names)

local TLS_VERSIONS = { ["1"] = 10, ["1.0"] = 10, ["1.1"] = 11, ["1.2"] = 12, ["1.3"] = 13 }

function options.is_known(name)
  return KNOWN[name] ~= nil
end

local function seconds(name, value)
  -- The comparison is false for NaN too.
  if type(value) ~= "number" or not (value >= 0 and value < 2 ^ 31 / 1000) then
    fail("%s must be a number of seconds, not %s", name, tostring(value))
  end
  return math.ceil(value * 1000)
end
options.milliseconds = seconds

local function yes_or_no(name, value)
  if type(value) ~= "boolean" then
    fail("%s must be true or false, not %s", name, tostring(value))
  end
  return value and 1 or 0
end

local function tls_version(name, value)
  local number = TLS_VERSIONS[(tostring(value):gsub("^[Tt][Ll][Ss][Vv]?", ""))]
  if not number then
    fail("%s must be 1.0, 1.1, 1.2 or 1.3, not %s", name, tostring(value))
  end
  return number
end

-- The library's number of an option and its value, and whether that is a text.
local function encoded(name, value)
  local how = KNOWN[name]
  if not how then
    fail("there is no option %s", tostring(name))
  end
  local kind = how[1]
  if kind == TEXT then
    return how[2], arguments.text(value, name), true
  elseif kind == MILLISECONDS then
    return how[2], seconds(name, value)
  elseif kind == NUMBER then
    return how[2], arguments.number(value, name, 0, 2 ^ 53)
  elseif kind == YES_OR_NO then
    return how[2], yes_or_no(name, value)
  end
  return how[2], tls_version(name, value)
end

--- A set of options of the library. Connections never block.
function options.new(given)
  local handle = backend.options()
  backend.options_int(handle, c.IMAP_OPT_NONBLOCK, 1)
  for name, value in pairs(given) do
    local option, number, is_text = encoded(name, value)
    local set = is_text and backend.options_str or backend.options_int
    local rc = set(handle, option, number)
    if rc ~= c.IMAP_OK then
      fail("%s: %s cannot be used", name, tostring(value))
    end
  end
  return handle
end

--- Changes an option of an open connection.
function options.set(conn, name, value)
  local rc
  if value == nil and KNOWN[name] and KNOWN[name][1] == TEXT then
    rc = backend.set_str(conn, KNOWN[name][2], nil)
  else
    local option, number, is_text = encoded(name, value)
    if is_text then
      rc = backend.set_str(conn, option, number)
    else
      rc = backend.set_int(conn, option, number)
    end
  end
  if rc ~= c.IMAP_OK then
    fail("%s cannot be set to %s on an open connection", name, tostring(value))
  end
end

--- An option in force: times in seconds.
function options.get(conn, name)
  local how = KNOWN[name]
  if not how then
    fail("there is no option %s", tostring(name))
  elseif how[1] == TEXT then
    return backend.get_str(conn, how[2])
  end
  local value = backend.get_int(conn, how[2])
  if value == nil then
    return nil
  elseif how[1] == MILLISECONDS then
    return value / 1000
  elseif how[1] == YES_OR_NO then
    return value == 1
  elseif how[1] == VERSION then
    return ("1.%d"):format(value % 10)
  end
  return value
end

return options
