# frozen_string_literal: true

# Streaming: a mailbox row by row in memory that does not grow, a message to a file as it arrives, one read in pieces,
# stopping early; and messages to the server from a file, from pieces, and many in one command.
#
#     tests/examples/run --language ruby --show stream
#
# Makes the mailbox Example and deletes it again.
require_relative "support"
require "fileutils"
require "stringio"
require "tempfile"

LINES = 40_000 # of the big message, 80 octets each, CRLF included
SMALL = 200 # small messages
HEAD = "From: a@example.org\r\nSubject: big\r\n\r\n"

# Several things to read from, one behind the other.
class Parts
  def initialize(*parts)
    @parts = parts
  end

  def read(most)
    @parts.shift until @parts.empty? || (octets = @parts.first.read(most))
    octets
  end
end

def same?(one, other)
  [one, other].each(&:flush)
  FileUtils.identical?(one.path, other.path)
end

# ---- To the server ----------------------------------------------------------------------------

# One message from a file: nothing of it is held in memory.
def append_file(imap, big)
  big.rewind
  went("append from a file") { imap.append_message("Example", big, flags: [:seen]) }
end

# Pieces as they become known; only the size has to be told before.
def append_pieces(imap)
  pieces = ["Subject: pieces\r\n", "\r\n", "One, ", "two, ", "three.\r\n"]
  message = Parts.new(*pieces.map { |piece| StringIO.new(piece) })
  went("append in pieces") { imap.append_message("Example", message, size: pieces.sum(&:bytesize)) }
end

# The same with a file, with the rest of the message read from where that stands.
def append_rest(imap, big)
  big.pos = HEAD.bytesize
  message = Parts.new(StringIO.new(HEAD), big)
  went("append a head and a file") { imap.append_message("Example", message, size: big.size) }
end

# Many in one command, where the server has MULTIAPPEND: all of them are added, or none. Else one by one.
def append_many(imap)
  messages = Array.new(SMALL) do |i|
    { message: "Subject: small #{i}\r\n\r\nNumber #{i}.\r\n", flags: i.odd? ? [:flagged] : [] }
  end
  went("append many at once") { imap.append_messages("Example", messages) }
end

# ---- From the server --------------------------------------------------------------------------

# Row by row: one is in memory at a time, whatever the number of messages.
def rows(imap)
  count = flagged = 0
  went("fetch, row by row") do
    imap.each_message(1.., "UID FLAGS RFC822.SIZE", uid: false) do |message|
      count += 1
      flagged += 1 if message.flag?(:flagged)
    end
  end
  puts "  #{count} messages, #{flagged} flagged"
end

# Fetches the big message; the block gets the literal when it is reached. What it leaves is dropped.
def reach_literal(imap, &block)
  reached = lambda do |literal|
    puts "fetch, up to the literal: literal"
    block.call(literal)
  end
  result = nil
  imap.each_message(1, "UID BODY.PEEK[]", uid: false, stream: "BODY[]", on_literal: reached) do |message|
    section = message.sections.first
    puts "  then the row, with #{section.item} #{section.streamed ? "gone by" : "in it"}"
    result = message.uid
  end
  puts "its result: #{result ? "OK" : "no message"}"
end

# Straight into a file.
def to_file(imap, original)
  Tempfile.create(binmode: true) do |file|
    reach_literal(imap) do |literal|
      puts "  #{literal.item} of message #{literal.number}, UID #{literal.uid}"
      went("to a file") { literal.copy_to(file) }
    end
    puts "  the same as was sent: #{yes_or_no(same?(file, original))}"
  end
end

# In pieces of the caller's choice, with progress; the last half is not wanted.
def in_pieces(imap)
  reach_literal(imap) do |literal|
    done = quarter = 0
    while quarter < 2
      done += literal.read(32_768).bytesize
      puts "  #{(quarter += 1) * 25} %" while done * 4 >= literal.total * (quarter + 1)
    end
    puts "skip the rest: OK"
  end
end

# Into memory, with progress between the waits. How many there are is not told here.
def with_progress(imap)
  before = 0
  imap.progress = lambda do |done, total| # a window would show done / total
    abort "progress went backwards" if done < before || done > total
    before = done
  end
  went("fetch, in short waits") { imap.fetch_message(1, "BODY.PEEK[]", uid: false) }
  imap.progress = nil
end

# Two rows are enough: the others are dropped as they arrive.
def stop_early(imap)
  numbers = imap.each_message(4.., "BODY.PEEK[]", uid: false).first(2).map(&:seq)
  numbers.each { |number| puts "  message #{number}" }
  puts "discard: OK"
  went("noop") { imap.noop }
end

Tempfile.create(binmode: true) do |big|
  big.write(HEAD)
  LINES.times { |i| big.write(format("%077d.\r\n", i)) }
  big.flush

  with_server do |imap|
    log_in(imap)
    went("create Example") { imap.create("Example") }
    heading("to the server")
    append_file(imap, big)
    append_pieces(imap)
    append_rest(imap, big)
    append_many(imap)
    went("examine") { imap.examine_mailbox("Example") }
    heading("from the server")
    rows(imap)
    to_file(imap, big)
    heading("in pieces")
    in_pieces(imap)
    heading("in memory")
    with_progress(imap)
    heading("stopping early")
    stop_early(imap)
    went("unselect") { imap.unselect }
    went("delete Example") { imap.delete("Example") }
  end
end
