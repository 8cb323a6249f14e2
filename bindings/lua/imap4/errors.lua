-- Errors: tables with a class, the name of the return code, one line on what happened, and the server's own words.
--
--   class          "error", "abort", "readonly", "system", "timeout", "tls", "no", "bad", "argument", "interrupted"
--   code           the C library's return code: "IMAP_ERR_TIMEOUT"
--   message        one line, for the person who has to act
--   text           the server's text, "" if it said nothing; response_code: "NONEXISTENT", "" if there is none
--   errno          of the system call that failed, 0 if none did
local backend = require "imap4.backend"

local errors = {}

-- What a class is part of. "argument" and "interrupted" stand alone: nothing happened to the connection.
local PARENT = {
  abort = "error", readonly = "abort", system = "abort", timeout = "abort", tls = "abort", no = "error", bad = "error",
}
local CLASS = {
  [0] = "error", "error", "abort", "readonly", "system", "timeout", "tls", "argument", "interrupted",
}

local Error = { __name = "imap4.error" }
Error.__index = Error

function Error.__tostring(err)
  return err.message
end

--- An error from its class and fields.
function errors.new(class, code, message, more)
  local err = more or {}
  err.class, err.code, err.message = class, code, message
  err.text, err.response_code, err.errno = err.text or "", err.response_code or "", err.errno or 0
  return setmetatable(err, Error)
end

function errors.class_of(rc)
  local constants = backend.constants
  if rc == constants.IMAP_NO then
    return "no"
  elseif rc == constants.IMAP_BAD then
    return "bad"
  end
  return CLASS[backend.error_class(rc)] or "error"
end

-- What the library's messages call by names of C, and what Lua does: functions, and options ("CALL_TIMEOUT_MS" =>
-- "call_timeout").
local FUNCTIONS = {
  imap_append_begin = "append_message", imap_append_end = "append_message", imap_append_message = "append_message",
  imap_auth_begin = "authenticate with a function", imap_auth_cancel = "nil", imap_auth_reply = "a text",
  imap_cmd_append_fd = "append_message", imap_cmd_authenticate = "authenticate",
  imap_cmd_authenticate_callback = "authenticate", imap_discard = "close", imap_event_next = "events",
  imap_idle_begin = "idle", imap_idle_end = "its end", imap_idle_wait = "each_event", imap_io = "io",
  imap_literal_from_fd = "append_message", imap_literal_read = "read", imap_literal_write = "append_message",
  imap_next = "each_message", imap_shutdown = "shutdown", imap_starttls = "starttls", imap_tls = "tls",
  imap_wait = "resume", imap_wakeup = "wakeup",
}
local names = {}

--- A message of the library in Lua's words. A function that it begins with is one that no user called.
function errors.worded(message)
  local begins, rest = message:match("^(imap_[%l_]+): (.*)")
  return ((FUNCTIONS[begins] and rest or message):gsub("%u+_[%u_]+", names):gsub("imap_[%l_]+", FUNCTIONS))
end

--- The error that a return code is, where no connection tells more.
function errors.plain(rc, message)
  return errors.new(errors.class_of(rc), backend.error_name(rc), errors.worded(message or backend.error_text(rc)))
end

--- Tells the names of options, by the library's numbers.
function errors.name_options(by_number)
  for name, number in pairs(backend.constants) do
    names[name:match("^IMAP_OPT_(.*)") or ""] = by_number[number]
  end
end

--- The error of the last call on a connection.
function errors.last(handle, rc)
  local message, text, code, errno = backend.last(handle)
  return errors.new(errors.class_of(rc), backend.error_name(rc), errors.worded(message),
    { text = text, response_code = code, errno = errno })
end

--- The error that an answer of NO or BAD is.
function errors.answered(rc, response)
  local code = response.code
  return errors.new(errors.class_of(rc), backend.error_name(rc),
    ("%s: %s %s"):format(response.name, response.status, response.text or ""),
    { text = response.text, response_code = code and code.name or "" })
end

--- Raises an error about an argument; nothing was sent.
function errors.argument(message, ...)
  error(errors.new("argument", "IMAP_ERR_ARGUMENT", select("#", ...) > 0 and message:format(...) or message), 0)
end

--- For methods that are called with a dot, or on something else.
function errors.check_self(self, class, what)
  if getmetatable(self) ~= class then
    errors.argument("self must be a %s, not a %s: call methods with a colon", what, type(self))
  end
end

--- What ends a wait because of wakeup, in the library's words.
function errors.woken()
  return errors.plain(backend.constants.IMAP_ERR_WOKEN, "wakeup ended the wait: resume continues")
end

function errors.closed()
  return errors.plain(backend.constants.IMAP_ERR_CLOSED, "the connection is closed")
end

--- Whether an error is of a class, or of one that is part of it: a "readonly" is an "abort", an "abort" an "error".
--- Other values are of no class.
function errors.is(err, class)
  if getmetatable(err) ~= Error then
    return false
  end
  local at = err.class
  while at do
    if at == class then
      return true
    end
    at = PARENT[at]
  end
  return false
end

return errors
