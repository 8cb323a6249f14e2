# frozen_string_literal: true

# Reads an INBOX: connects over verified TLS, lists the mailboxes, shows the newest messages as a table and one of them
# as text.
#
#     read_mail.rb imap.example.org you@example.org        asks for the password; changes nothing
#     read_mail.rb --port N --ca FILE --change HOST USER   another port and authority; also adds a message, removes it
#
# The password may come in IMAP_PASSWORD instead. `./examples/try` starts a private server and runs this on it.
require "imap4"
require "optparse"
require_relative "support/terminal"

NEWEST = 10 # messages in the table
MAILBOXES = 40 # mailboxes listed
TEXT_LINES = 12 # lines of a message shown …
TEXT_OCTETS = 1000 # … and octets

# Colours, empty where nobody sees them.
COLOURED = $stdout.tty? && !ENV.key?("NO_COLOR") && ENV.fetch("TERM", "dumb") != "dumb"
BOLD, DIM, PLAIN = COLOURED ? ["\e[1m", "\e[2m", "\e[0m"] : ["", "", ""]

# What a person can do about an error.
ADVICE = {
  "IMAP_ERR_RESOLVE" => "Check the name of the server; it is often imap.example.org or mail.example.org.",
  "IMAP_ERR_TIMEOUT" => "Check the port (993 for TLS), and that no firewall is in between.",
  "IMAP_ERR_TLS_VERIFY" => "If the server has an authority of its own, name its certificate with --ca FILE.",
  "IMAP_ERR_TLS" => "Does this port speak IMAP over TLS? The usual one is 993.",
  "IMAP_ERR_GREETING" => "Does this port speak IMAP over TLS? The usual one is 993.",
  "IMAP_ERR_AUTH" => "Check user and password. Many providers want an app password here, made on their web site;\n" \
                     "some accept only OAuth, which this example does not do.",
  "IMAP_ERR_BYE" => "The server ended it; try again later.",
  "IMAP_ERR_CLOSED" => "The server ended it; try again later."
}.freeze

# ---- Connecting -------------------------------------------------------------------------------

def say_connected(imap, host)
  tls = imap.tls_info
  puts "#{BOLD}Connected#{PLAIN}   #{host}, #{tls.version} (#{tls.cipher}), " \
       "certificate #{tls.verified ? "verified" : "NOT verified"}"
end

def log_in(imap, user)
  imap.login(user, ENV.fetch("IMAP_PASSWORD") { Terminal.ask_password(user) })
  # The server may offer more now; only if it did not say so by itself, we ask.
  imap.capability if imap.capabilities_stale?
  puts "#{BOLD}Logged in#{PLAIN}   #{user}; the server speaks #{imap.protocol_version} and has " \
       "#{imap.capabilities.size} capabilities"
end

# ---- Mailboxes --------------------------------------------------------------------------------

# The names of a mailbox and of all above it: "a/b/c" is a, b, c.
def levels(mailbox)
  mailbox.delimiter ? mailbox.name.split(mailbox.delimiter) : [mailbox.name]
end

# Parents before children, INBOX before all; each indented below the parents that are there.
def show_mailboxes(imap)
  all = imap.mailboxes.map { |mailbox| levels(mailbox) }.sort_by { |names| [names == ["INBOX"] ? 0 : 1, names] }
  puts "", "#{BOLD}Mailboxes#{PLAIN}"
  all.first(MAILBOXES).each do |names|
    parents = (1...names.size).select { |depth| all.include?(names.first(depth)) }
    puts "  #{"  " * parents.size}#{Terminal.fitted(names.drop(parents.last || 0).join("/"), 70)}"
  end
  puts "  #{DIM}and #{all.size - MAILBOXES} more#{PLAIN}" if all.size > MAILBOXES
end

# ---- Messages ---------------------------------------------------------------------------------

# The name of who wrote it as sent, else the address.
def author(message)
  address = message.envelope.from.find { |one| one.kind == :mailbox }
  return "(nobody)" unless address

  address.raw_name || address.address
end

def subject(message, width)
  text = message.envelope.raw_subject.to_s
  text.empty? ? "#{DIM}(no subject)#{PLAIN}" : Terminal.fitted(text, width)
end

def print_table(messages)
  puts "  #{DIM}      #  Date              From                    Subject#{PLAIN}"
  messages.each do |message|
    unread = !message.flag?(:seen)
    puts "  #{BOLD if unread}#{unread ? "*" : " "}#{message.seq.to_s.rjust(6)}  " \
         "#{message.internaldate.strftime("%Y-%m-%d %H:%M")}  #{Terminal.fitted(author(message), 22, fill: true)}  " \
         "#{subject(message, 46)}#{PLAIN}"
  end
  puts "  #{DIM}* unread#{PLAIN}"
  return unless messages.any? { |message| message.envelope.raw_subject.to_s.include?("=?") }

  puts "  #{DIM}=?…?= is text as mail encodes it (RFC 2047), shown as it was sent#{PLAIN}"
end

# The first part of a message if it is text that can be read as it is, of at most so many octets.
def plain_text(message, limit)
  part = message.body_structure
  part = part.parts.first while part&.multipart?
  return unless part && part.type == "text/plain" && %w[7bit 8bit].include?(part.encoding.downcase)

  part if part.octets <= limit
end

# One message, if possible one short enough to be shown whole, else the beginning of a longer one; the newest.
def show_one(imap, messages)
  newest = messages.reverse
  message = newest.find { |one| plain_text(one, TEXT_OCTETS) } || newest.find { |one| plain_text(one, Float::INFINITY) }
  return unless message

  item = "BODY.PEEK[#{plain_text(message, Float::INFINITY).number}]<0.#{TEXT_OCTETS}>"
  # None: somebody has removed the message meanwhile.
  text = imap.fetch_message(message.seq, item, uid: false)&.section or return
  puts "", "#{BOLD}Message #{message.seq}#{PLAIN}   #{Terminal.fitted(author(message), 40)}: #{subject(message, 60)}"
  puts
  lines = text.lines(chomp: true)
  lines.first(TEXT_LINES).each { |line| puts "  #{Terminal.fitted(line, 96)}" }
  puts "  #{DIM}…#{PLAIN}" if lines.size > TEXT_LINES
end

def show_messages(imap)
  count = imap.examine_mailbox("INBOX").exists
  unread = imap.find([:unseen], uid: false).size
  puts "", "#{BOLD}INBOX#{PLAIN}   #{count} messages, #{unread} unread#{"; the newest #{NEWEST}:" if count > NEWEST}"
  if count.positive?
    items = %w[FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE]
    messages = imap.fetch_messages([count - NEWEST + 1, 1].max.., items, uid: false)
    print_table(messages)
    show_one(imap, messages)
  end
  # Nothing is lost by CLOSE: the mailbox was opened for reading only.
  imap.close
end

# ---- Changing something, only where it was asked for ------------------------------------------

MESSAGE = <<~MAIL
  From: read_mail <read_mail@example.test>
  Subject: A message that comes and goes

  Hello from Ruby.
MAIL

def change(imap)
  puts "", "#{BOLD}Changes#{PLAIN}   because of --change"
  unless imap.capability?("UIDPLUS")
    abort "read_mail: nothing changed: without UIDPLUS the server cannot remove one message alone"
  end
  imap.select_mailbox("INBOX")
  uid = imap.append_message("INBOX", MESSAGE, flags: [:seen])&.uid or
    abort "read_mail: the server did not tell the UID of the new message; it stays in INBOX"
  puts "  added a message: \"A message that comes and goes\""
  imap.store_flags(uid, :add, [:flagged], silent: true)
  flags = imap.fetch_message(uid, "FLAGS").item("FLAGS") # in the server's order, which flags does not keep
  puts "  flagged it: (#{flags.join(" ")})"
  imap.store_flags(uid, :add, [:deleted], silent: true)
  imap.expunge_messages(uid)
  puts "  removed it again, and nothing else"
end

# ---- The program ------------------------------------------------------------------------------

options = { port: 993 }
parser = OptionParser.new do |opts|
  opts.banner = <<~TEXT
    usage: read_mail.rb [--port N] [--ca FILE] [--change] HOST USER

    Shows the mailboxes of USER at HOST and the newest messages of INBOX. Asks for the
    password, unless the environment has IMAP_PASSWORD.

  TEXT
  opts.on("--port N", Integer, "the port, if it is not 993 (TLS from the start)")
  opts.on("--ca FILE", "certificates to trust (PEM), if the server's is from an authority of its own")
  opts.on("--change", "also adds a message to INBOX, flags it and removes it; without it nothing changes")
end
host, user = begin
  parser.parse!(into: options)
rescue OptionParser::ParseError
  []
end
unless user && ARGV.size == 2
  warn parser.help
  exit 2
end

begin
  IMAP4.open(host: host, port: options[:port], ca_file: options[:ca], connect_timeout: 20) do |imap|
    say_connected(imap, host)
    log_in(imap, user)
    show_mailboxes(imap)
    show_messages(imap)
    change(imap) if options[:change]
  end
  puts "", "#{BOLD}Logged out#{PLAIN}"
rescue IMAP4::Error => e
  $stdout.flush
  warn "read_mail: #{e.message}", *ADVICE[e.code]
  exit 1
end
