# frozen_string_literal: true

# Logging in: LOGIN, AUTHENTICATE in three ways, a refusal, a cancelled exchange, PROXYAUTH.
#
#     tests/examples/run --language ruby --show authenticate
#
# A refused login is an error, and the connection stays: try again, or log out. Passwords never show up in messages or
# in the trace.
require_relative "support"

USER = setting("IMAP_USER")
PASSWORD = setting("IMAP_PASSWORD")
ADMIN = setting("IMAP_ADMIN", "admin")

def say_state(imap)
  puts "  state #{imap.state}"
end

# Each way on a connection of its own.
heading("LOGIN")
with_server do |imap|
  went("login with a wrong password", "error") { imap.login(USER, "wrong") }
  say_state(imap)
  went("login") { imap.login(USER, PASSWORD) }
  say_state(imap)
end

heading("authenticate PLAIN")
with_server do |imap|
  went("authenticate PLAIN") { imap.login_plain(USER, PASSWORD) }
  say_state(imap)
end

# With the password of an administrator one can act as somebody else.
heading("authenticate PLAIN as #{USER}")
with_server do |imap|
  went("authenticate PLAIN as #{USER}") { imap.authenticate("PLAIN", user: ADMIN, password: PASSWORD, authzid: USER) }
  say_state(imap)
end

heading("authenticate LOGIN")
with_server do |imap|
  went("authenticate LOGIN") { imap.authenticate("LOGIN", user: USER, password: PASSWORD) }
  say_state(imap)
end

heading("CRAM-MD5")
with_server do |imap|
  puts "AUTH=CRAM-MD5 announced: #{yes_or_no(imap.capability?("AUTH=CRAM-MD5"))}"
  went("login_cram_md5") { imap.login_cram_md5(USER, PASSWORD) }
  say_state(imap)
end

# Answers the challenges of the mechanism LOGIN; nil cancels.
ANSWER_LOGIN = lambda do |challenge|
  puts "  challenge: #{challenge}"
  { "Username:" => USER, "Password:" => PASSWORD }[challenge]
end

heading("a callback answers")
with_server do |imap|
  went("authenticate LOGIN, cancelled by the callback", "error") { imap.authenticate("LOGIN", ->(_challenge) { nil }) }
  went("authenticate LOGIN by callback") { imap.authenticate("LOGIN", ANSWER_LOGIN) }
  say_state(imap)
end

# With a block, which may ask a person for the answer: it runs between two steps, and takes the time it needs.
heading("challenge by challenge")
with_server do |imap|
  went("cancel", "error") do
    imap.authenticate("PLAIN") do
      puts "begin PLAIN: challenge"
      nil
    end
  end
  say_state(imap)
  went("reply") do
    imap.authenticate("PLAIN") do |challenge|
      puts "begin PLAIN: challenge", "  challenge of #{challenge.bytesize} octets"
      "#{USER}\0#{USER}\0#{PASSWORD}"
    end
  end
  say_state(imap)
end

# An administrator goes on as somebody else: Netscape's PROXYAUTH.
heading("PROXYAUTH")
finally_log_out(open_scenario("PROXYAUTH")) do |imap|
  went("login as admin") { imap.login("admin", "secret") }
  went("proxyauth alice") { imap.proxyauth("alice") }
  went("proxyauth nobody", "NO") { imap.proxyauth("nobody") }
end
