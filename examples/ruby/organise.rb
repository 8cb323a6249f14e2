# frozen_string_literal: true

# Organising: flags in all forms, copy, move, and removing for good, by message number and by UID.
#
#     tests/examples/run --language ruby --show organise
#
# Message numbers move up when a message before them is removed; UIDs stay. EXPUNGE removes every message marked
# \Deleted, with a set of UIDs only those.
require_relative "support"

def store(imap, set, command, flags, **options)
  shown("#{"uid " if options[:uid]}store #{set} #{command} #{flags}") { imap.store(set, command, flags, **options) }
end

# The code COPYUID tells which UID became which; a MOVE's comes in an untagged OK, before the messages go. Its first
# word, UIDVALIDITY, is of no interest here.
def print_copyuid(imap)
  _, data = imap.response("COPYUID")
  puts "  COPYUID #{data.last.split(" ", 2).last}"
end

# UID EXPUNGE has no data in imaplib's view; what it removed is told by response.
def uid_expunge(imap, uids)
  imap.response("EXPUNGE") # what earlier commands left there
  went("uid expunge #{uids}") { imap.uid("EXPUNGE", uids) }
  print_items(imap.response("EXPUNGE")[1])
end

def what_is_left(imap)
  shown("uid search ALL") { imap.uid("SEARCH", "ALL") }
end

with_server do |imap|
  log_in(imap)
  went("create Example") { imap.create("Example") }
  went("create Example/Kept") { imap.create("Example/Kept") }
  8.times { |i| imap.append("Example", nil, nil, "Subject: message #{i + 1}\r\n\r\nText.\r\n") }
  puts "append: 8 messages"
  went("select Example") { imap.select("Example") }

  heading("flags")
  store(imap, "1:2", "FLAGS", "(\\Answered \\Draft)")
  store(imap, "1", "+FLAGS", "\\Flagged")
  store(imap, "1", "-FLAGS", "(\\Draft)")
  store(imap, "1", "+FLAGS.SILENT", "\\Seen")
  store(imap, "2", "-FLAGS", "\\Draft", uid: true)

  heading("copy and move")
  went("copy 1:2") { imap.copy("1:2", "Example/Kept") }
  print_copyuid(imap)
  went("uid copy 3") { imap.copy("3", "Example/Kept", uid: true) }
  print_copyuid(imap)
  went("move 1") { imap.move("1", "Example/Kept") }
  print_copyuid(imap)
  went("uid move 2") { imap.move("2", "Example/Kept", uid: true) }
  print_copyuid(imap)
  what_is_left(imap)

  heading("remove")
  store(imap, "1:4", "+FLAGS.SILENT", "\\Deleted")
  uid_expunge(imap, "4:5")
  what_is_left(imap)
  shown("expunge") { imap.expunge }
  what_is_left(imap)

  heading("end")
  went("copy to a mailbox that does not exist", "NO") { imap.copy("1", "Nowhere") }
  went("close") { imap.close }
  went("delete Example/Kept") { imap.delete("Example/Kept") }
  went("delete Example") { imap.delete("Example") }
end
