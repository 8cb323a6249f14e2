-- imaplib's constructors, attributes, logins, ENABLE, ID, raw octets, the trace.
local check = require "check"
local imap4 = require "imap4"
local servers = require "servers"

local ok, no = check.ok, check.no
local opened, connected, scenario = servers.opened, servers.connected, servers.scenario
local tests = {}

tests["IMAP4, attributes, STARTTLS"] = function()
  local conn = imap4.IMAP4(servers.host, servers.port, { timeout = 20, ca_file = servers.ca_file })
  check.matches(conn.welcome, "^%* OK ")
  check.equal({ conn.state, conn.PROTOCOL_VERSION, conn.utf8_enabled }, { "NONAUTH", "IMAP4REV1", false })
  check.matches(table.concat(conn.capabilities, " "), "IDLE")
  check.equal({ conn:has_capability("idle"), conn:has_capability("x-none") }, { true, false })
  check.equal({ conn.greeting.status, conn.greeting.kind }, { "OK", "ok" })
  check.is(type(conn:socket()) == "number")
  check.equal(conn:tls_info(), nil)
  check.raises("argument", nil, conn.starttls, conn, {})
  ok(conn:starttls())
  local info = conn:tls_info()
  check.matches(info.version, "TLS")
  check.is(#info.cipher > 3 and #info.certificate > 200)
  check.equal(info.verified, true)
  check.raises("error", "IMAP_ERR_STATE", conn.starttls, conn)
  ok(conn:login(servers.user, servers.password))
  check.equal({ conn.state, conn:is_capability_stale() }, { "AUTH", false })
  ok(conn:noop())
  ok(conn:capability())
  check.matches(tostring(conn), "AUTH")
  local typ, data = conn:logout()
  check.equal(typ, "BYE")
  check.matches(data[1], "Logging out")
  check.equal({ conn.state, conn:socket() }, { "LOGOUT", nil })
  check.raises("abort", nil, conn.noop, conn)
  conn:disconnect()
end

tests["IMAP4_SSL, certificates, upper-case names"] = function()
  local conn = imap4.IMAP4_SSL(servers.host, servers.tls_port, { ca_file = servers.ca_file })
  ok(conn:LOGIN(servers.user, servers.password))
  check.equal(ok(conn:SELECT("INBOX", true)), { n = 1, "12" })
  ok(conn:UNSELECT())
  check.equal((conn:LOGOUT()), "BYE")
  local err = check.raises("tls", "IMAP_ERR_TLS_VERIFY", imap4.IMAP4_SSL, servers.host, servers.tls_port)
  check.equal(imap4.is(err, "abort"), true)
  conn = imap4.IMAP4_SSL("127.0.0.1", servers.tls_port, { verify = false, timeout = 5 })
  check.equal(conn:tls_info().verified, false)
  conn:disconnect()
  check.raises("tls", "IMAP_ERR_TLS", imap4.IMAP4_SSL, servers.host, servers.port, 5)
  local Connection = require "imap4.connection"
  local count = 0
  for name, method in pairs(Connection.methods) do
    if name:find("^[A-Z0-9_]+$") then
      count = count + 1
      check.is(method and Connection.methods[name:lower()], name)
    end
  end
  check.between(count, 47, 60)
end

tests["IMAP4_stream, and argv"] = function()
  local conn = imap4.IMAP4_stream(os.getenv("IMAP_COMMAND"))
  check.equal(conn.state, "AUTH")
  check.is(conn:child_pid() > 1)
  check.equal(conn:child_status(), nil)
  check.equal(ok(conn:select("INBOX", true)), { n = 1, "12" })
  conn:logout()
  conn:disconnect()
  conn = imap4.open { argv = { "/bin/sh", "-c", os.getenv("IMAP_COMMAND") }, secure = true }
  check.equal(conn.state, "AUTH")
  conn:logout_and_disconnect()
  check.raises("abort", nil, imap4.IMAP4_stream, "exit 3")
  check.raises("abort", nil, imap4.open, { argv = { "/no/such/program" } })
end

tests["logging in"] = function()
  local conn = opened()
  local err = check.raises("error", "IMAP_ERR_AUTH", conn.login, conn, servers.user, "wrong")
  check.equal(err.response_code, "AUTHENTICATIONFAILED")
  check.matches(err.text, "AUTHENTICATIONFAILED")
  check.equal(conn.state, "NONAUTH")
  ok(conn:login_cram_md5(servers.user, servers.password))
  check.equal(conn.state, "AUTH")
  conn:logout_and_disconnect()
  conn = opened()
  ok(conn:login_plain(servers.user, servers.password))
  conn:logout_and_disconnect()
  for _, mechanism in ipairs { "PLAIN", "LOGIN", "CRAM-MD5" } do
    conn = connected { mechanism = mechanism }
    check.equal(conn.state, "AUTH")
    conn:logout_and_disconnect()
  end
  check.raises("error", "IMAP_ERR_AUTH", connected, { password = "wrong" })
  conn = opened()
  ok(conn:authenticate("PLAIN", { user = os.getenv("IMAP_ADMIN"), password = servers.password, authzid = servers.user }))
  check.equal(conn.state, "AUTH")
  conn:logout_and_disconnect()
end

tests["AUTHENTICATE by a function"] = function()
  local conn, seen = opened(), {}
  local answers = { ["Username:"] = servers.user, ["Password:"] = servers.password }
  ok(conn:authenticate("LOGIN", function(challenge)
    seen[#seen + 1] = challenge
    return answers[challenge:match("^%a+:")]
  end))
  check.equal(#seen, 2)
  conn:logout_and_disconnect()

  conn = opened()
  local initial = "\0" .. servers.user .. "\0" .. servers.password
  check.raises("error", "IMAP_ERR_AUTH", conn.authenticate, conn, "PLAIN", function() end)
  check.equal(conn.state, "NONAUTH")
  check.raises("argument", nil, conn.authenticate, conn, "PLAIN", function() return 5 end)
  check.raises("argument", nil, conn.authenticate, conn, "PLAIN")
  ok(conn:noop())
  ok(conn:authenticate("plain", function() return "" end, { initial = initial }))
  check.equal(conn.state, "AUTH")
  conn:logout_and_disconnect()

  conn = scenario("auth-cancelled", { user = false })
  check.raises("error", nil, conn.authenticate, conn, "XTEST", function(challenge)
    check.equal(challenge, "")
    return nil
  end)
  ok(conn:authenticate("PLAIN", function() return "\0alice\0secret" end))
  conn:disconnect()
end

tests["a function of AUTHENTICATE that raises or calls"] = function()
  local mine = {}
  local conn = opened()
  check.raises_value(mine, conn.authenticate, conn, "PLAIN", function() error(mine) end)
  -- The exchange was taken back, or the connection is clearly over.
  local is_ok, err = pcall(conn.noop, conn)
  check.is(is_ok or imap4.is(err, "abort"))
  conn:disconnect()
  conn = opened()
  local is_called
  local done, problem = pcall(conn.authenticate, conn, "PLAIN", function()
    is_called = true
    conn:noop()
    return ""
  end)
  check.equal({ done, is_called }, { false, true })
  check.is(imap4.is(problem, "error"))
  conn:disconnect()
end

tests["ENABLE, ID, XATOM, PROXYAUTH"] = function()
  local conn = connected()
  check.matches(ok(conn:id { name = "test", version = "1" })[1], "Dovecot")
  check.matches(ok(conn:id { "name", "test" })[1], "Dovecot")
  check.matches(ok(conn:id())[1], "Dovecot")
  check.raises("argument", nil, conn.id, conn, { "name" })
  check.raises("argument", nil, conn.id, conn, "name")
  ok(conn:xatom("NOOP"))
  ok(conn:xatom("STATUS", "INBOX", "(MESSAGES)"))
  check.raises("bad", nil, conn.xatom, conn, "X-NONSENSE")
  check.raises("argument", nil, conn.xatom, conn, "NOOP\r\nx LOGOUT")
  conn:logout_and_disconnect()

  conn = scenario("enable-without-enabled")
  ok(conn:enable("UTF8=ACCEPT"))
  check.equal(conn.utf8_enabled, true) -- announced, and an OK without ENABLED
  check.matches(check.raises("argument", nil, conn.search, conn, "UTF-8", "ALL").message, "charset")
  conn:disconnect()

  conn = scenario("proxyauth")
  ok(conn:proxyauth("bob"))
  no(conn:proxyauth("nobody"))
  conn:disconnect()
end

tests["raw octets"] = function()
  local conn = connected()
  conn:send("x1 NOOP\r\n")
  check.matches(conn:readline(), "^x1 OK .*\r\n$")
  conn:send_raw("x2 NOOP\r\n")
  check.equal(conn:read(5), "x2 OK")
  check.matches(conn:readline(), "\r\n$")
  ok(conn:noop())
  check.raises("argument", nil, conn.read, conn, -1)
  check.raises("argument", nil, conn.send, conn)
  conn:logout_and_disconnect()
end

tests["debug, print_log, trace"] = function()
  local lines = {}
  local conn = connected { trace = function(line, time)
    lines[#lines + 1] = line
    check.between(time, os.time() - 100, os.time() + 100)
  end }
  check.matches(table.concat(lines, "\n"), "> %w+ LOGIN alice")
  check.equal(table.concat(lines, "\n"):find(servers.password, 1, true), nil)
  conn:on_trace(nil)
  conn.debug = 4
  check.equal(conn.debug, 4)
  conn:clear_log()
  conn:noop()
  local log = conn:log()
  check.matches(log[1].text, "> %w+ NOOP")
  local written = {}
  conn:print_log({ write = function(_, text) written[#written + 1] = text end })
  check.matches(written[1], "^  %d%d:%d%d%.%d%d > %w+ NOOP\n$")
  conn.debug = 9
  check.equal(conn.debug, 5)
  check.raises("argument", nil, function() conn.debug = "x" end)
  check.raises("argument", nil, function() conn.state = "AUTH" end)
  local count = #lines
  conn:noop()
  check.equal(#lines, count)
  conn:logout_and_disconnect()
end

tests["options of an open connection"] = function()
  local conn = connected { stall_timeout = 7.5, max_line = 100000, keepalive = true, min_tls_version = "1.2" }
  check.equal({ conn:option("stall_timeout"), conn:option("max_line"), conn:option("verify"), conn:option("keepalive") },
    { 7.5, 100000, true, true })
  check.equal({ conn:option("min_tls_version"), conn:option("ca_file") }, { "1.2", servers.ca_file })
  conn:set_option("stall_timeout", 3)
  check.equal(conn:option("stall_timeout"), 3)
  check.raises("argument", nil, conn.set_option, conn, "verify", false)
  check.raises("argument", nil, conn.set_option, conn, "nonsense", 1)
  check.raises("argument", nil, conn.option, conn, "nonsense")
  conn:set_option("max_line", 20)
  local err = check.raises("abort", "IMAP_ERR_LIMIT", conn.capability, conn)
  check.matches(err.message, "got more than 20 bytes")
  conn:disconnect()
end

return tests
