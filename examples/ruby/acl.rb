# frozen_string_literal: true

# Rights on mailboxes (RFC 4314): set, get, one's own, delete.
#
#     tests/examples/run --language ruby --show acl
#
# Rights are letters: l is seen by LIST, r may be read, s keeps \Seen, w flags, i insert, …
require_relative "support"

# Prints what one user may do: the data is mailbox who rights who rights …
def rights_of(imap, who)
  data = went("getacl") { imap.getacl("Example") }
  rights = data[0].split.drop(1).each_slice(2).to_h
  puts "  #{who}: #{rights.fetch(who, "none")}"
end

with_server do |imap|
  log_in(imap)
  went("create Example") { imap.create("Example") }
  mine = went("myrights") { imap.myrights("Example") }[0].split.last
  puts "  may read: #{yes_or_no(mine.include?("r"))}, may administer: #{yes_or_no(mine.include?("a"))}"
  rights_of(imap, "bob")
  went("setacl bob lrs") { imap.setacl("Example", "bob", "lrs") }
  rights_of(imap, "bob")
  went("setacl bob +w") { imap.setacl("Example", "bob", "+w") }
  rights_of(imap, "bob")
  went("deleteacl bob") { imap.deleteacl("Example", "bob") }
  rights_of(imap, "bob")
  went("getacl Nowhere", "NO") { imap.getacl("Nowhere") }
  went("delete Example") { imap.delete("Example") }
end
