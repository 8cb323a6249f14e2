# frozen_string_literal: true

# Fetching: items as imaplib gives them, with literals; the same as a tree; flags and dates; and PARTIAL.
#
#     tests/examples/run --language ruby --show fetch
#
# BODY.PEEK leaves \Seen alone, BODY does not. A response outlives its connection.
require_relative "support"

# imaplib's view: [text, literal] pairs, and what follows the literal.
def plain(imap, set, items, **options)
  shown("#{"uid " if options[:uid]}fetch #{set} #{items}") { imap.fetch(set, items, **options) }
end

# A value and all below it, as an outline.
def print_tree(values, depth = 0)
  values.each do |value|
    print "  " * (depth + 1)
    case value
    when Array
      puts "list of #{value.size}"
      print_tree(value, depth + 1)
    when Integer then puts "number #{value}"
    when nil then puts "NIL"
    else puts "text \"#{value}\""
    end
  end
end

# A command that gives its whole answer: the line as nested values, and its octets.
def as_tree(imap)
  answer = went("fetch 2 ENVELOPE") { imap.command("FETCH", 2, IMAP4::Arg.items("ENVELOPE")) }
  row = answer.rows.first
  _number, _name, items = row.tree # 2 FETCH (ENVELOPE (…))
  envelope = items[1]
  print_tree(envelope)
  puts "  the subject as sent: #{row.raw[/ENVELOPE \("[^"]*" ("[^"]*")/, 1]}"
end

# The rows of an answer: numbers, order, and one that is kept longer than the rest.
def as_rows(imap)
  answer = went("fetch 3:4 UID") { imap.command("FETCH", 3..4, IMAP4::Arg.items("UID")) }
  arrival = 0
  answer.each_row do |row|
    puts "  message #{row.number}, #{row.name}, #{row.raw.bytesize} octets, later than the one before: " \
         "#{yes_or_no(row.arrival > arrival)}"
    arrival = row.arrival
  end
  answer.rows[1]
end

# imaplib's ParseFlags and Internaldate2tuple take the text of an item as it is.
def flags_and_date(imap)
  text, = went("fetch 6 (FLAGS INTERNALDATE)") { imap.fetch("6", "(FLAGS INTERNALDATE)") }
  flags = IMAP4.ParseFlags(text) - ["\\Recent"] # of the first session that sees a message; gone with the next
  flags.each { |flag| puts "  flag #{flag}" }
  time = IMAP4.Internaldate2tuple(text)
  puts "  #{time.to_i} seconds after 1970, written #{time.utc_offset / 60} minutes east of UTC"
end

kept = nil
with_server do |imap|
  log_in(imap)
  went("examine INBOX") { imap.select("INBOX", true) }

  heading("items and literals")
  plain(imap, "1:3", "RFC822.SIZE")
  plain(imap, "1:2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
  plain(imap, "1", "(UID BODY.PEEK[TEXT]<7.20> RFC822.SIZE)")
  plain(imap, "4", "BODY.PEEK[1]", uid: true)

  heading("the tree")
  as_tree(imap)
  heading("rows")
  kept = as_rows(imap)
  heading("flags and dates")
  flags_and_date(imap)

  heading("refused")
  went("fetch 1 NONSENSE", "BAD") { imap.fetch("1", "NONSENSE") }
  went("fetch one", "argument") { imap.fetch("one", "FLAGS") }
end
puts "kept beyond the connection: #{kept.name}"

# PARTIAL (RFC 1730), which no server of today speaks; FETCH of BODY[]<start.length> took its place.
heading("PARTIAL")
finally_log_out(open_scenario("PARTIAL")) do |imap|
  log_in(imap)
  went("select") { imap.select }
  shown("partial 1 RFC822.TEXT 1 10") { imap.partial("1", "RFC822.TEXT", 1, 10) }
end
