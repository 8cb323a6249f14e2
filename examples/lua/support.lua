-- What the examples share: which server, opening it, saying how a call went, printing an answer.
--
-- The server comes from the environment: IMAP_HOST (localhost), IMAPS_PORT (993), IMAP_PORT (143), CA_FILE (a file of
-- certificates to trust, else the system's), IMAP_USER, IMAP_PASSWORD. Some examples make and delete mailboxes named
-- Example: give them a test account, or let tests/examples/run start private servers for them. By hand they are run in
-- this folder, where they find this file.
local imap4 = require "imap4"

local support = {}

function support.setting(name, otherwise)
  local value = os.getenv(name)
  if value == nil or value == "" then
    return otherwise
  end
  return value
end

function support.yes_or_no(is)
  return is and "yes" or "no"
end

--- A line above each part of an example.
function support.heading(text)
  print("\n-- " .. text)
end

local function say(what, outcome, code)
  print(what .. ": " .. outcome .. (code and code ~= "" and " [" .. code .. "]" or ""))
end

--- Prints how a call went that should be OK: `went("noop", conn:noop())`. Gives its data.
function support.went(what, typ, data)
  say(what, typ)
  if typ ~= "OK" then
    error(what .. ": expected OK, got " .. tostring(typ) .. " " .. tostring(data and data[1]), 2)
  end
  return data
end

--- The same for calls that give a value and raise NO too: `done("list", conn:mailboxes())`. Gives what they give.
function support.done(what, ...)
  say(what, "OK")
  return ...
end

--- The same for what the server should refuse: "delete Nowhere: NO [NONEXISTENT]". That is an answer, and nothing is
--- raised; the code stands in front of the server's text.
function support.refused(what, typ, data)
  say(what, typ, typ == "NO" and data[1]:match("^%[([%w-]+)"))
  if typ ~= "NO" then
    error(what .. ": expected NO, got " .. tostring(typ), 2)
  end
end

--- The same for a call that should raise an error of a class: `fails("noop", "abort", conn.noop, conn)`.
--- Gives the error.
function support.fails(what, class, call, ...)
  local is_ok, err = pcall(call, ...)
  if is_ok then
    error(what .. ": expected an error of class " .. class .. ", but nothing was raised", 2)
  elseif type(err) ~= "table" or err.class ~= class then
    error(err, 0)
  end
  say(what, class == "bad" and "BAD" or class, err.response_code)
  return err
end

--- Prints octets with an indent before each line, without carriage returns.
function support.print_indented(indent, text)
  for line, stop in text:gsub("\r", ""):gmatch("([^\n]*)(\n?)") do
    if line ~= "" or stop ~= "" then
      print(indent .. line)
    end
  end
end

--- Prints the items of an answer: a line each, a literal below its line. No item at all is `n = 1` with a nil.
function support.print_items(data)
  for i = 1, data.n do
    local item = data[i]
    if type(item) == "table" then
      support.print_indented("  ", item[1])
      support.print_indented("  | ", item[2])
    elseif item == "" then
      print("  (empty)")
    elseif item ~= nil then
      support.print_indented("  ", item)
    end
  end
end

--- Both in one go, for a call that should be OK.
function support.shown(what, typ, data)
  support.print_items(support.went(what, typ, data))
end

--- Opens the server over verified TLS.
function support.open_server()
  local host, port = support.setting("IMAP_HOST", "localhost"), tonumber(support.setting("IMAPS_PORT", "993"))
  local conn = imap4.IMAP4_SSL(host, port, { ca_file = support.setting("CA_FILE") })
  print("open: OK")
  return conn
end

function support.log_in(conn)
  support.went("login", conn:login(support.setting("IMAP_USER", ""), support.setting("IMAP_PASSWORD", "")))
end

--- Opens a scenario of tests/servers/scripted.py, in clear, which on one machine is fine. Name: as in
--- SCENARIO_PARTIAL_PORT. Its servers do what no real one does any more, or should never do.
function support.open_scenario(name)
  local variable = "SCENARIO_" .. name .. "_PORT"
  local port = tonumber(os.getenv(variable))
  if port == nil then
    error(variable .. " is not set: tests/examples/run starts that server", 0)
  end
  local conn = imap4.IMAP4("127.0.0.1", port)
  print("open: OK")
  return conn
end

--- The end of a connection: logs out, which is answered by BYE, and frees it.
function support.finish(conn)
  local typ = conn:logout()
  print("logout: " .. (typ == "BYE" and "OK" or typ))
end

return support
