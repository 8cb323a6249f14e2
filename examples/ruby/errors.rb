# frozen_string_literal: true

# What goes wrong, and how it is told: NO and BAD, calls refused before sending, time limits, BYE, TLS, a server that is
# not there, and a call that was interrupted and goes on.
#
#     tests/examples/run --language ruby --show errors
#
# Errors have imaplib's classes; NO is none in imaplib's methods. Each error says in one line what happened.
require_relative "support"

def explained(what, wanted, &call)
  error = went(what, wanted, &call)
  puts "  #{error.code}: #{error.description}", "  #{error.message}"
end

with_server do |imap|
  log_in(imap)

  # The server's own words: NO is an answer, BAD an error. The connection goes on.
  heading("the server says no")
  text = went("create INBOX", "NO") { imap.create("INBOX") }[0]
  code = text[/\A\[.*?\] /]
  message = text.delete_prefix(code)
  puts "  the text begins with \"#{code}\", the message does not: #{yes_or_no(!message.start_with?("["))}"
  # In the methods that are not imaplib's NO is raised.
  begin
    imap.mailbox_status("Nowhere", "(MESSAGES)")
  rescue IMAP4::No => e
    puts "  last error: #{outcome(e)}, with a text: #{yes_or_no(!e.text.empty?)}"
  end
  went("XNONSENSE", "BAD") { imap.xatom("XNONSENSE") }
  went("noop") { imap.noop }

  heading("nothing was sent")
  explained("fetch", "error") { imap.fetch("1", "FLAGS") }
  explained("create a\\r\\nb", "argument") { imap.create("a\r\nb") }
  explained("login, again", "error") { imap.login("alice", "secret") }

  # wakeup, from any thread or a signal handler, ends a wait; nothing is lost by that.
  heading("interrupted, and continued")
  imap.wakeup
  explained("noop", "interrupted") { imap.noop }
  went("wait") { imap.resume }
end

# The server leaves in the middle of an answer.
heading("BYE")
imap = open_scenario("BYE_DURING_FETCH")
log_in(imap)
went("select") { imap.select }
explained("fetch", "abort") { imap.fetch("1:3", "FLAGS") }
explained("noop", "abort") { imap.noop }
puts "  state #{imap.state}"
imap.disconnect

# A server that accepts and then says nothing.
heading("silence")
went("open", "timeout") { IMAP4.new("127.0.0.1", port_setting("SCENARIO_SILENT_PORT", ""), timeout: 0.25) }

# A certificate of an authority nobody trusts: CA_FILE is left out here.
heading("a certificate nobody trusts")
explained("open", "tls") { IMAP4_SSL.new(setting("IMAP_HOST", "localhost"), port_setting("IMAPS_PORT", "993")) }

heading("nobody listens")
error = went("open", "system") { IMAP4.new("127.0.0.1", 1) }
puts "  connection refused: #{yes_or_no(error.errno == Errno::ECONNREFUSED::Errno)}"
