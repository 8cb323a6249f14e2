-- The servers that tests/suites/lua.sh starts, and what tests do with them.
local imap4 = require "imap4"

local servers = {
  host = os.getenv("IMAP_HOST"),
  port = tonumber(os.getenv("IMAP_PORT")),
  tls_port = tonumber(os.getenv("IMAPS_PORT")),
  ca_file = os.getenv("CA_FILE"),
  user = os.getenv("IMAP_USER"),
  password = os.getenv("IMAP_PASSWORD"),
  messages = 12,
  way = os.getenv("IMAP4_TEST_WAY") or "lua",
}

-- Lua 5.1 itself: coroutines cannot yield inside pcall, metamethods and for iterators.
servers.is_plain_51 = _VERSION == "Lua 5.1" and rawget(_G, "jit") == nil

local function with(given, more)
  for name, value in pairs(more or {}) do
    given[name] = value
  end
  return given
end

--- Dovecot over TLS, not logged in.
function servers.opened(more)
  return imap4.open(with({ host = servers.host, port = servers.tls_port, ca_file = servers.ca_file }, more))
end

--- Dovecot over TLS, logged in.
function servers.connected(more)
  return servers.opened(with({ user = servers.user, password = servers.password }, more))
end

--- A scenario of tests/servers/scenarios, in clear, logged in unless more.user is false.
function servers.scenario(name, more)
  local port = assert(tonumber(os.getenv("SCENARIO_" .. name:upper():gsub("-", "_") .. "_PORT")), name)
  local given = with({ host = "127.0.0.1", port = port, tls = "none", user = "alice", password = "secret" }, more)
  if given.user == false then
    given.user, given.password = nil, nil
  end
  return imap4.open(given)
end

local number = 0

--- A mailbox of one's own while use(name) runs. Not for coroutines.
function servers.with_mailbox(conn, use)
  number = number + 1
  local name = ("%s %d %d"):format(servers.way, os.time(), number)
  assert(conn:create(name) == "OK")
  local is_ok, problem = pcall(use, name)
  if not conn:is_closed() and conn:socket() then
    if conn.state == "SELECTED" then
      conn:unselect()
    end
    conn:delete(name)
  end
  if not is_ok then
    error(problem, 0)
  end
end

--- KiB of memory in use by this process.
function servers.resident()
  for line in io.lines("/proc/self/status") do
    local kib = line:match("^VmRSS:%s*(%d+)")
    if kib then
      return tonumber(kib)
    end
  end
end

--- How many descriptors this process has open.
function servers.descriptors()
  local count = 0
  local list = io.popen("ls /proc/$PPID/fd 2>/dev/null")
  for _ in list:lines() do
    count = count + 1
  end
  list:close()
  return count
end

return servers
