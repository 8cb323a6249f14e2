# frozen_string_literal: true

# Responses without a connection: reads what a server once said, from a capture or a log, and tells what it was.
#
#     parse.rb FILE      the server's octets as they came, lines with CRLF; without FILE, or with -, standard input
#     tests/examples/run --language ruby --show parse
#
# All views work on what IMAP4.parse gives.
require "imap4"

PIECE = 256 # octets read at a time; small, so that responses come in several pieces here too

def fetch_in_words(message)
  words = ["UID #{message.uid}"] if message.uid
  words = [*words, message.flag?(:seen) ? "seen" : "new"] if message.flags
  words = [*words, "subject #{message.envelope.subject}"] if message.envelope
  [*words, *message.sections.map { |section| "#{section.item} of #{section.octets.bytesize} octets" }]
end

def in_words(response)
  words = [response.name, *response.number].join(" ")
  case response.kind
  when :fetch then [words, *fetch_in_words(response.message)].join(", ")
  when :continuation then "+" # has no name
  when :list then "#{words} #{response.mailbox.name}"
  when :search then "#{words} of #{response.numbers.size} messages"
  else [words, *response.code&.then { |code| "[#{code.name}]" }].join(" ")
  end
end

# One response after the other. A whole one is taken at once; else more is read.
def tell_all(input)
  octets = "".b
  while (piece = input.read(PIECE))
    octets << piece
    while (response, used = IMAP4.parse(octets))
      puts "#{in_words(response)}#{", and more that fits no rule" if response.malformed?}"
      octets = octets.byteslice(used..)
    end
  end
  puts "the rest, #{octets.bytesize} octets, is the beginning of a response" unless octets.empty?
end

file = ARGV.fetch(0, "-")
file == "-" ? tell_all($stdin.binmode) : File.open(file, "rb") { |input| tell_all(input) }
