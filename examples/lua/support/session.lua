-- A session for any event loop: it opens, logs in, looks into a mailbox, fetches some of each message row by row, idles
-- for a while and logs out, in lines that read as if they waited. It runs in a coroutine, and where it has to wait it
-- yields: loop_poll, loop_epoll, loop_libuv and loop_glib show how a loop does the waiting.
local imap4 = require "imap4"
local support = require "support"

local session = {}

local SLICE = 0.25 -- seconds between two looks at is_enough

-- idle: seconds; else is_enough() says when it is over.
local function idle(conn, options, say)
  local idler = conn:idle()
  say("idling")
  if options.on_idle then
    options.on_idle()
  end
  repeat
    local event = idler:next(options.idle or SLICE)
    if event then
      say("  told: " .. event.name)
    end
  until not event and (options.idle or options.is_enough())
  idler:close()
  say("end idle: OK")
end

-- `options` has host, port and tls, mailbox, and how long to idle; is_quiet: one of many, prints nothing.
local function run(options)
  local say = options.is_quiet and function() end or print
  local conn = imap4.open {
    host = options.host,
    port = options.port,
    tls = options.tls,
    ca_file = support.setting("CA_FILE"),
    wait = coroutine.yield, -- called with the descriptor, what it should be ready for ("r", "w", "rw"), and seconds
  }
  say("open: OK")
  conn:login(support.setting("IMAP_USER", "alice"), support.setting("IMAP_PASSWORD", "secret"))
  say("login: OK")
  conn:examine_mailbox(options.mailbox)
  say("examine: OK")
  local rows = 0
  local messages = conn:each_message("1:*", "(UID RFC822.SIZE)", { uid = false })
  local message = messages:next() -- a `for` does the same, but cannot yield in Lua 5.1
  while message do
    rows = rows + 1
    say(("  %d: UID %d, %d octets"):format(message.seq, message.uid, message.size))
    message = messages:next()
  end
  say("fetch: OK")
  idle(conn, options, say)
  conn:logout()
  say("logout: OK")
  return rows
end

--- Goes on with a session, telling it what was seen. Gives what to wait for: descriptor, events, seconds (nil: no
--- limit); nothing but the number of messages once the session is over.
function session.go_on(thread, ...)
  local is_ok, fd, events, seconds = coroutine.resume(thread, ...)
  if not is_ok then -- not raised: some loops go on after an error in one of their callbacks
    io.stderr:write(tostring(fd), "\n")
    os.exit(1)
  end
  return fd, events, seconds
end

--- A session over TLS with the server of the environment, as all loops but loop_epoll have it.
function session.new()
  print("open: queued")
  return coroutine.create(function()
    return run {
      host = support.setting("IMAP_HOST", "localhost"),
      port = tonumber(support.setting("IMAPS_PORT", "993")),
      mailbox = "INBOX",
      idle = 0.05,
    }
  end)
end

--- A quiet session in clear, for a crowd; the first go_on gives it its options.
function session.quiet()
  return coroutine.create(function(options)
    options.is_quiet, options.tls = true, "none"
    return run(options)
  end)
end

return session
