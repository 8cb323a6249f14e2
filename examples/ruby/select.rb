# frozen_string_literal: true

# Selecting a mailbox: for writing, for reading, what it tells, what is new in it, and leaving it.
#
#     tests/examples/run --language ruby --show select
#
# CLOSE removes the messages marked \Deleted, UNSELECT does not. The last part shows mailboxes that are read-only
# though writing was asked for.
require_relative "support"

def append(imap, subject)
  went("append") { imap.append("Example", nil, nil, "Subject: #{subject}\r\n\r\nA text.\r\n") }
end

# imaplib's response: what the server said beside the answer.
def print_told(imap, name)
  _, data = imap.response(name)
  data.compact.each { |text| puts "  told #{name}: \"#{text}\"" }
end

def recent(imap)
  data = went("recent") { imap.recent }
  puts "  nothing new" if data == [nil]
  print_items(data)
end

# What no command asked for.
def print_events(imap)
  imap.untagged_responses.each { |name, data| data.each { |text| puts "  event: #{text} #{name}" } }
end

def print_access(imap)
  puts "  state #{imap.state}, read-only: #{yes_or_no(imap.is_readonly)}"
end

with_server do |imap|
  log_in(imap)
  went("create Example") { imap.create("Example") }
  append(imap, "first")
  append(imap, "second")

  went("select Nowhere", "NO") { imap.select("Nowhere") }
  shown("select Example") { imap.select("Example") }
  print_access(imap)
  %w[READ-WRITE UIDVALIDITY PERMANENTFLAGS].each { |name| print_told(imap, name) }
  recent(imap)
  recent(imap)

  # Somebody else adds a message meanwhile.
  heading("another connection")
  with_server do |other|
    log_in(other)
    append(other, "third")
  end
  heading("the first connection")
  went("noop") { imap.noop }
  print_events(imap)
  went("check") { imap.check }
  went("mark 1 deleted") { imap.store("1", "+FLAGS.SILENT", "\\Deleted") }
  went("unselect") { imap.unselect }
  print_access(imap)
  shown("status") { imap.status("Example", "(MESSAGES)") }
  went("select Example") { imap.select("Example") }
  went("close") { imap.close }
  print_access(imap)
  shown("status") { imap.status("Example", "(MESSAGES)") }

  shown("examine Example") { imap.select("Example", true) }
  print_access(imap)
  went("close") { imap.close }
  went("delete Example") { imap.delete("Example") }
end

# SELECT gave a mailbox that can only be read: it is selected, and the error says so.
heading("a mailbox that can only be read")
finally_log_out(open_scenario("READONLY_SELECT")) do |imap|
  log_in(imap)
  went("select", "readonly") { imap.select }
  print_access(imap)
  print_items(imap.response("EXISTS")[1])
end

# It turns read-only later: what would write is refused unsent until somebody has taken note.
heading("a mailbox that becomes read-only later")
finally_log_out(open_scenario("READONLY_LATER")) do |imap|
  log_in(imap)
  went("select") { imap.select }
  print_access(imap)
  went("noop") { imap.noop }
  print_access(imap)
  went("store", "readonly") { imap.store("1", "+FLAGS", "\\Seen") }
  print_told(imap, "READ-ONLY")
  went("store", "NO") { imap.store("1", "+FLAGS", "\\Seen") }
end
