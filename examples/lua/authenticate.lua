-- Logging in: LOGIN, AUTHENTICATE in three ways, a refusal, a cancelled exchange, PROXYAUTH.
--
--     tests/examples/run --language luajit --show authenticate
--
-- A refused login raises, and the connection stays: try again, or log out. Passwords never show up in messages or in
-- the trace.
local support = require "support"
local went, fails, heading = support.went, support.fails, support.heading

local user, password = support.setting("IMAP_USER", ""), support.setting("IMAP_PASSWORD", "")
local admin = support.setting("IMAP_ADMIN", "admin")

local function say_state(conn)
  print("  state " .. conn.state)
end

-- Each way on a connection of its own.
local function on_a_connection(title, use)
  heading(title)
  local conn = support.open_server()
  use(conn)
  say_state(conn)
  support.finish(conn)
end

-- Answers to challenges are functions: they get a challenge and give the answer; nil cancels.

-- PLAIN has one empty challenge; the answer is who to act as, who logs in and the password, parted by NUL.
local function plain(as, who)
  return function(_)
    return as .. "\0" .. who .. "\0" .. password
  end
end

-- LOGIN asks for "Username:" and "Password:".
local function login(challenge)
  return challenge:find("^User") and user or challenge:find("^Pass") and password or nil
end

local function told(answer)
  return function(challenge)
    print("  challenge: " .. challenge)
    return answer(challenge)
  end
end

local function cancel()
  return nil
end

on_a_connection("LOGIN", function(conn)
  fails("login with a wrong password", "error", conn.login, conn, user, "wrong")
  say_state(conn)
  went("login", conn:login(user, password))
end)

on_a_connection("authenticate PLAIN", function(conn)
  went("authenticate PLAIN", conn:login_plain(user, password))
end)

on_a_connection("authenticate PLAIN as " .. user, function(conn)
  went("authenticate PLAIN as " .. user, conn:authenticate("PLAIN", plain(user, admin)))
end)

on_a_connection("authenticate LOGIN", function(conn)
  went("authenticate LOGIN", conn:authenticate("LOGIN", login))
end)

on_a_connection("CRAM-MD5", function(conn)
  print("AUTH=CRAM-MD5 announced: " .. support.yes_or_no(conn:has_capability("AUTH=CRAM-MD5")))
  went("login_cram_md5", conn:login_cram_md5(user, password))
end)

on_a_connection("a callback answers", function(conn)
  fails("authenticate LOGIN, cancelled by the callback", "error", conn.authenticate, conn, "LOGIN", cancel)
  went("authenticate LOGIN by callback", conn:authenticate("LOGIN", told(login)))
end)

-- The function runs between two steps of the connection, and may do whatever it likes meanwhile.
on_a_connection("challenge by challenge", function(conn)
  local function begun(answer)
    return function(challenge)
      print("begin PLAIN: challenge")
      return answer(challenge)
    end
  end
  fails("cancel", "error", conn.authenticate, conn, "PLAIN", begun(cancel))
  say_state(conn)
  went("reply", conn:authenticate("PLAIN", begun(function(challenge)
    print(("  challenge of %d octets"):format(#challenge))
    return "\0" .. user .. "\0" .. password
  end)))
end)

-- An administrator goes on as somebody else: Netscape's PROXYAUTH.
heading("PROXYAUTH")
local conn = support.open_scenario("PROXYAUTH")
went("login as admin", conn:login("admin", "secret"))
went("proxyauth alice", conn:proxyauth("alice"))
support.refused("proxyauth nobody", conn:proxyauth("nobody"))
support.finish(conn)
