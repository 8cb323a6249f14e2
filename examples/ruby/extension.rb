# frozen_string_literal: true

# Beyond the commands that have methods: xatom, commands with typed arguments, by UID; ID, ENABLE; and octets past the
# engine.
#
#     tests/examples/run --language ruby --show extension
#
# A command the library does not know is sent all the same; its answer is read like any other.
require_relative "support"

def say_utf8_mode(imap)
  puts "  UTF-8 mode: #{imap.utf8_enabled ? "on" : "off"}"
end

with_server do |imap|
  log_in(imap)

  heading("ID")
  names = went("id") { imap.id({ "name" => "extension example", "version" => "1" }) }
  puts "  the server names itself: #{yes_or_no(names[0].include?('"name"'))}"

  heading("METADATA")
  went("SETMETADATA with arguments") do # a String is quoted where it has to be, an Array is a list
    imap.command("SETMETADATA", IMAP4::Arg.mailbox("INBOX"), ["/private/comment", 'a "quoted" word'])
  end
  went("xatom") { imap.xatom("GETMETADATA", "INBOX", "/private/comment") }
  print_items(imap.response("METADATA")[1])
  went("the same as text") { imap.command("GETMETADATA", IMAP4::Arg.raw("INBOX /private/comment")) }
  went("xatom XNOSUCH", "BAD") { imap.xatom("XNOSUCH") }
  went("text with a line end in it", "argument") { imap.xatom("NOOP", "\r\na LOGOUT") }

  heading("ENABLE")
  went("enable CONDSTORE") { imap.enable("CONDSTORE") }
  say_utf8_mode(imap)

  heading("UID")
  went("examine INBOX") { imap.select("INBOX", true) }
  shown("uid FETCH") { imap.uid("FETCH", "1:2", "(RFC822.SIZE)") }
  went("uid XNEVER", "error") { imap.uid("XNEVER", "1") }
  went("unselect") { imap.unselect }

  # imaplib's send, readline and read, between commands.
  heading("raw")
  went("raw send") { imap.send("x1 NOOP\r\nx2 NOOP\r\n") }
  line = went("raw readline") { imap.readline }
  puts "  begins with \"#{line[0, 5]}\""
  octets = went("raw read of 5 octets") { imap.read(5) }
  puts "  \"#{octets}\""
  went("raw readline of the rest") { imap.readline }
end

# UTF-8 mode (RFC 6855): names and text go out as UTF-8, SEARCH takes no charset.
heading("UTF8=ACCEPT")
finally_log_out(open_scenario("UTF8_ACCEPT")) do |imap|
  log_in(imap)
  went("enable UTF8=ACCEPT") { imap.enable("UTF8=ACCEPT") }
  say_utf8_mode(imap)
  shown("list") { imap.list }
  went("append") { imap.append("Entwürfe", nil, nil, "Subject: Grüße\r\n\r\n日本\r\n") }
  went("select") { imap.select("Entwürfe") }
  went("search with a charset", "argument") { imap.search("UTF-8", "ALL") }
  shown("search") { imap.search(nil, 'SUBJECT "Grüße"') }
end
