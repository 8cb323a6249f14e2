# frozen_string_literal: true

# Searching: SEARCH, SORT and THREAD, by message number and by UID, with text that is not ASCII or comes from a user.
#
#     tests/examples/run --language ruby --show search
#
# Criteria are text as in RFC 9051, 6.4.4. What a user typed does not belong into that text: give it as a value of its
# own, and it is quoted.
require_relative "support"

def search(imap, charset, *criteria, **options)
  words = [options[:uid] ? "uid search" : "search", *charset, *criteria]
  shown(words.join(" ")) { imap.search(charset, *criteria, **options) }
end

def sort(imap, keys, **options)
  shown("#{"uid " if options[:uid]}sort #{keys}") { imap.sort(keys, "UTF-8", "ALL", **options) }
end

def thread(imap, algorithm, **options)
  shown("#{"uid " if options[:uid]}thread #{algorithm}") { imap.thread(algorithm, "UTF-8", "ALL", **options) }
end

# Whatever somebody typed: a String is quoted, or sent as a literal, and never read as criteria; a Symbol is a word.
def search_typed(imap, typed)
  answer = went("search for the subject >#{typed}<") { imap.command("SEARCH", :charset, :"UTF-8", :subject, typed) }
  print_items(answer.items)
end

with_server do |imap|
  log_in(imap)
  went("examine INBOX") { imap.select("INBOX", true) }
  search(imap, nil, "UNSEEN")
  search(imap, nil, "FROM", '"bob"', "SINCE", "1-Jan-2024")
  search(imap, nil, 'SUBJECT "no such subject"')
  search(imap, nil, "(OR FLAGGED KEYWORD $Label1)")
  search(imap, "UTF-8", 'SUBJECT "Köln"')
  search(imap, nil, 'SUBJECT "Köln"')
  search_typed(imap, "Lunch on")
  search_typed(imap, 'x" OR "y')

  # imaplib's way: a literal, which the next command takes as its last argument.
  imap.literal = "Köln"
  shown("search for the subject >Köln<") { imap.search("UTF-8", "SUBJECT") }

  # The numbers of an answer are text in imaplib.
  numbers = went("search ALL") { imap.search(nil, "ALL") }
  puts "  their numbers add up to #{numbers[0].split.sum(&:to_i)}"

  sort(imap, "REVERSE SIZE")
  sort(imap, "(ARRIVAL)")
  thread(imap, "REFERENCES")
  search(imap, nil, "UID 4:6", uid: true)
  sort(imap, "REVERSE SIZE", uid: true)
  thread(imap, "REFERENCES", uid: true)
  went("search for a word that is no criterion", "BAD") { imap.search(nil, "SEENISH") }
end
