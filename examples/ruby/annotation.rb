# frozen_string_literal: true

# Annotations of a mailbox, as the draft ANNOTATEMORE has them and Cyrus speaks them. METADATA (RFC 5464) is their
# successor.
#
#     tests/examples/run --language ruby --show annotation
#
# Entries and attributes are given as the draft writes them, quoted.
require_relative "support"

def set(imap, attributes)
  shown("setannotation") { imap.setannotation("INBOX", '"/comment"', attributes) }
end

def get(imap)
  shown("getannotation") { imap.getannotation("INBOX", '"/comment"', '"value.priv"') }
end

with_server do |imap|
  log_in(imap)
  set(imap, '("value.priv" "my first \"note\"")')
  get(imap)
  heading("taken away")
  set(imap, '("value.priv" NIL)')
  get(imap)
end
