# frozen_string_literal: true

# Typed values: what the server sent as Ruby objects. Messages with envelope, addresses and parts; mailboxes with their
# names in UTF-8; STATUS, SEARCH, THREAD; capabilities.
#
#     tests/examples/run --language ruby --show typed
require_relative "support"

def capabilities(imap)
  algorithms = imap.capabilities.filter_map { |name| name[/\ATHREAD=(.*)/, 1] } - ["REFS"] # a draft; not every version
  puts "  threads by: #{algorithms.join(" ")}", "  IDLE: #{yes_or_no(imap.capability?("IDLE"))}"
end

def print_addresses(what, addresses)
  return if addresses.empty?

  words = addresses.map do |address|
    case address.kind
    when :group_start then "group #{IMAP4.header_decode(address.mailbox)} ["
    when :group_end then "]"
    else "#{address.name}<#{address.address}>"
    end
  end
  puts "    #{what} #{words.join(" ")}"
end

# A part and those below it.
def print_part(part, depth = 0)
  number = part.number.to_s.empty? ? "-" : part.number
  words = ["#{"  " * depth}#{number} #{part.media_type}/#{part.subtype}"]
  words.push("#{part.octets} octets", part.encoding) if part.octets
  words << "in #{part.params["charset"]}" if part.params["charset"]
  filename = part.disposition_params["filename"]
  words << [part.disposition, *(%("#{filename}") if filename)].join(" ") if part.disposition
  puts "    #{words.join(", ")}"
  [*part.parts, *part.body].each { |one| print_part(one, depth + 1) }
end

def print_message(message)
  date = message.internaldate.utc.strftime("%Y-%m-%d %H:%M:%S")
  words = ["UID #{message.uid}", date, "#{message.size} octets", message.flag?(:seen) ? "seen" : "new"]
  words << "flagged" if message.flag?(:flagged)
  words << "in an odd form" if message.malformed?
  puts "  #{message.seq}: #{words.join(", ")}"
  envelope = message.envelope
  puts "    subject #{envelope.subject || "-"}"
  print_addresses("from", envelope.from)
  print_addresses("to", envelope.to)
  print_addresses("cc", envelope.cc)
  print_part(message.body_structure)
end

def messages(imap)
  items = %w[UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE]
  went("fetch") { imap.fetch_messages([3, 4, 6..8], items, uid: false) }.each { |message| print_message(message) }
end

# An attachment of a message: found in its structure, fetched by its number.
def attachment(imap)
  message = went("fetch 3 BODYSTRUCTURE") { imap.fetch_message(3, "BODYSTRUCTURE", uid: false) }
  part = message.body_structure.search(disposition: "attachment")
  item = "BODY.PEEK[#{part.number}]"
  octets = went(item) { imap.fetch_message(3, item, uid: false) }.section("BODY[#{part.number}]")
  puts "  #{octets.bytesize} octets, beginning with #{octets[0, 12]}"
end

def mailboxes(imap)
  all = went("list") { imap.mailboxes }
  # The order is the server's: only names that differ on the way are shown.
  all.reject { |mailbox| mailbox.name == mailbox.raw_name }.each do |mailbox|
    puts "  #{mailbox.name} is #{mailbox.raw_name} on the wire, levels are told apart by #{mailbox.delimiter}"
  end
  puts "  #{all.size} in all"
end

def status(imap)
  figures = went("status") { imap.mailbox_status("Entwürfe", %w[MESSAGES UNSEEN UIDNEXT]) }
  puts "  #{figures.name}: #{figures.messages} messages, #{figures.unseen} unseen, UIDs from #{figures.uidnext} on, " \
       "its size: #{figures.size ? "known" : "not asked for"}"
end

def search(imap)
  numbers = went("search UNSEEN") { imap.find([:unseen], uid: false) }
  puts "  #{numbers.size} found: #{numbers.join(" ")}"
end

# Answers to a message one level deeper.
def print_threads(threads, depth = 0)
  threads.each do |thread|
    unless thread.children.empty? && depth.zero? # leaves out threads of one message
      puts "  #{"  " * depth}#{thread.number || "(not in this mailbox)"}"
    end
    print_threads(thread.children, depth + 1)
  end
end

with_server do |imap|
  log_in(imap)
  heading("capabilities")
  capabilities(imap)
  went("examine INBOX") { imap.examine_mailbox }
  heading("messages")
  messages(imap)
  heading("an attachment")
  attachment(imap)
  heading("mailboxes")
  mailboxes(imap)
  status(imap)
  heading("numbers")
  search(imap)
  heading("conversations")
  print_threads(went("thread") { imap.find_threads("REFERENCES", uid: false) })
end
