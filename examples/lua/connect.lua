-- Connecting: TLS from the start, STARTTLS, in clear, through a command, a socket or functions of one's own; what is
-- then known of the server; and the ways to end.
--
--     tests/examples/run --language luajit --show connect
--
-- Besides the usual settings it takes IMAP_COMMAND, a shell line that talks IMAP on standard input and output. The
-- socket of one's own is made with luv (Debian: lua-luv).
local imap4 = require "imap4"
local support = require "support"
local went, fails, heading, yes_or_no = support.went, support.fails, support.heading, support.yes_or_no

local host, command = support.setting("IMAP_HOST", "localhost"), support.setting("IMAP_COMMAND")
local port, tls_port = tonumber(support.setting("IMAP_PORT", "143")), tonumber(support.setting("IMAPS_PORT", "993"))

-- Options are a table, which may serve many connections.
local options = {
  ca_file = support.setting("CA_FILE"),
  min_tls_version = "1.2",
  connect_timeout = 20,
  keepalive = true,
}

-- The same with some more.
local function with(more)
  local all = {}
  for name, value in pairs(options) do
    all[name] = value
  end
  for name, value in pairs(more) do
    all[name] = value
  end
  return all
end

local function opened(conn)
  print("open: OK")
  return conn
end

-- What a program may want to know right after opening. None of this talks.
local function describe(conn)
  print("  greeting: " .. conn.welcome:match("^%* (%u+)"))
  local tls = conn:tls_info()
  print("  TLS: " .. (tls and ("%s, verified: %s"):format(tls.version, yes_or_no(tls.verified)) or "none"))
  print(("  protocol: %s, state: %s"):format(conn.PROTOCOL_VERSION, conn.state))
  print("  socket: " .. yes_or_no(conn:socket() ~= nil))
  local listed = false
  for _, name in ipairs(conn.capabilities) do
    listed = listed or name == "IDLE"
  end
  print(("  IDLE: %s, XYZZY: %s, IDLE in the list: %s"):format(yes_or_no(conn:has_capability("idle")),
    yes_or_no(conn:has_capability("XYZZY")), yes_or_no(listed)))
end

local function with_tls()
  heading("TLS from the first octet")
  local conn = opened(imap4.IMAP4_SSL(host, tls_port, options))
  describe(conn)
  went("noop", conn:noop())
  local lines = went("capability", conn:capability())
  support.log_in(conn)
  print(("  capability lines: %d"):format(lines.n))
  -- After a login the server may offer more; if it did not say so, the list is stale until it is asked.
  if conn:is_capability_stale() then
    conn:capability()
  end
  print("  NAMESPACE, now that we are logged in: " .. yes_or_no(conn:has_capability("NAMESPACE")))
  conn:set_option("stall_timeout", 30)
  print(("  stall limit in force: %d ms"):format(conn:option("stall_timeout") * 1000))
  support.finish(conn)
end

-- STARTTLS as part of opening: nothing else is said in clear.
local function with_starttls()
  heading("STARTTLS")
  local conn = opened(imap4.open(with { host = host, port = port, tls = "starttls" }))
  describe(conn)
  support.finish(conn)
end

-- In clear, and STARTTLS later, as imaplib has it. The certificate is checked by the same options.
local function with_later_starttls()
  heading("in clear, STARTTLS later")
  local conn = opened(imap4.open(with { host = host, port = port, tls = "none" }))
  describe(conn)
  went("starttls", conn:starttls())
  describe(conn)
  support.finish(conn)
end

-- imaplib's IMAP4_stream: a program on this machine, perhaps ssh, is the way to the server.
local function through_a_command()
  heading("a shell line")
  local conn = opened(imap4.IMAP4_stream(command))
  describe(conn)
  print(("  process: %s, ended: %s"):format(yes_or_no(conn:child_pid() > 0), yes_or_no(conn:child_status())))
  support.finish(conn)
  conn:shutdown() -- LOGOUT has closed already: this does nothing more
  print(("  exit status: %d"):format(conn:child_status()))
end

local function through_a_program()
  heading("a program and its arguments")
  local conn = opened(imap4.open { argv = { "/bin/sh", "-c", command } })
  print("  state: " .. conn.state)
  support.finish(conn)
end

-- A socket that the program itself has connected. The connection gets it by its descriptor.
local function own_socket()
  local uv = require "luv"
  local socket, problem = uv.new_tcp(), nil
  local address = assert(uv.getaddrinfo(host, nil, { family = "inet", socktype = "stream" }))[1].addr
  socket:connect(address, port, function(err)
    problem = err
  end)
  uv.run()
  assert(not problem, problem)
  return socket
end

local function through_a_socket()
  heading("a socket of one's own")
  local socket = own_socket()
  local fd = socket:fileno()
  local conn = opened(imap4.open(with { read_fd = fd, write_fd = fd, keep_fds = true, server_name = host,
    tls = "starttls" }))
  describe(conn)
  support.finish(conn)
  socket:close()
end

-- Functions instead of descriptors: for data that takes a way the library does not know. This one counts.
local function through_functions()
  heading("functions of one's own")
  local uv = require "luv"
  local socket = own_socket()
  local fd = socket:fileno()
  local meter = { received = 0, sent = 0 }
  function meter:read(most, seconds)
    if imap4.poll(fd, "r", seconds) == "" then
      return "" -- nothing came within the time
    end
    local octets = assert(uv.fs_read(fd, most, -1))
    self.received = self.received + #octets
    return octets ~= "" and octets or nil
  end
  function meter:write(octets)
    imap4.poll(fd, "w")
    local taken = assert(uv.fs_write(fd, octets, -1))
    self.sent = self.sent + taken
    return taken
  end
  function meter:close()
    socket:close()
  end
  local conn = opened(imap4.open(with { io = meter, server_name = host, tls = "starttls" }))
  support.finish(conn)
  print(("  something was sent: %s, something came: %s"):format(yes_or_no(meter.sent > 0),
    yes_or_no(meter.received > 0)))
end

-- Ending without a word, as imaplib's shutdown; and what a call then says.
local function ended_at_once()
  heading("shutdown")
  local conn = opened(imap4.IMAP4_SSL(host, tls_port, options))
  conn:shutdown()
  print("  socket: " .. yes_or_no(conn:socket() ~= nil))
  fails("noop", "abort", conn.noop, conn)
end

print(("time to connect: %d ms, own certificates: %s"):format(options.connect_timeout * 1000,
  yes_or_no(options.ca_file)))
fails("a negative limit", "argument", imap4.open, with { host = host, port = port, connect_timeout = -5 })
with_tls()
with_starttls()
with_later_starttls()
if command then
  through_a_command()
  through_a_program()
end
through_a_socket()
through_functions()
ended_at_once()
