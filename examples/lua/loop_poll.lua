-- An event loop by poll(): opening, TLS, login, FETCH and IDLE in a coroutine that yields where it would have to wait.
--
--     tests/examples/run --language luajit --show loop_poll
--
-- The session is in support/session.lua; here is the loop.
local imap4 = require "imap4"
local session = require "support.session"

local thread = session.new()
local fd, events, seconds = session.go_on(thread)
while coroutine.status(thread) ~= "dead" do
  fd, events, seconds = session.go_on(thread, imap4.poll(fd, events, seconds))
end
