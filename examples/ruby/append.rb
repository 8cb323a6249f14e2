# frozen_string_literal: true

# Adding messages: flags, a date, line ends, UTF-8, and the UID a message got.
#
#     tests/examples/run --language ruby --show append
#
# A message is octets. Bare LF and bare CR become CRLF on the way, unless translate_line_endings: false asks for the
# octets as they are.
require_relative "support"

# The code APPENDUID tells the UID, behind UIDVALIDITY. imaplib's response gives it, once.
def append(imap, what, flags, date, message, **options)
  went(what) { imap.append("Example", flags, date, message, **options) }
  name, (argument,) = imap.response("APPENDUID")
  puts "  #{name}: UID #{argument.split.last}"
  abort "APPENDUID is there twice" unless imap.response("APPENDUID") == [name, [nil]]
end

date = IMAP4.Time2Internaldate(Time.at(837_596_665).localtime("-07:00"))
puts "date: #{date}"

with_server do |imap|
  log_in(imap)
  went("create Example") { imap.create("Example") }
  append(imap, "append a plain message", nil, nil, "Subject: one\r\n\r\nFirst.\r\n")
  append(imap, "append with flags and date", "(\\Seen $Done)", date, "Subject: two\r\n\r\nSecond.\r\n")
  append(imap, "append with LF as line end", "\\Flagged", nil, "Subject: three\n\nThird,\nin two lines.\n")
  append(imap, "append UTF-8 octets as they are", nil, nil, "Subject: four\r\n\r\nGrüße, 日本.\r\n",
         translate_line_endings: false)
  went("examine") { imap.select("Example", true) }
  shown("sizes") { imap.fetch("1:*", "RFC822.SIZE") }
  shown("texts") { imap.fetch("1:*", "BODY.PEEK[TEXT]") }

  # What cannot be sent is refused before anything is sent.
  text = "Subject: x\r\n\r\n"
  went("append with the date 32-Jan-2024", "argument") do
    imap.append("Example", nil, '"32-Jan-2024 00:00:00 +0000"', text)
  end
  went("append with a broken flag list", "argument") { imap.append("Example", "\\Seen) evil (", nil, text) }
  went("append to a mailbox that does not exist", "NO") { imap.append("Nowhere", nil, nil, text) }

  shown("flags and date of 2") { imap.fetch("2", "INTERNALDATE") }
  shown("search KEYWORD $Done") { imap.search(nil, "KEYWORD", "$Done") }
  went("unselect") { imap.unselect }
  went("delete Example") { imap.delete("Example") }
end
