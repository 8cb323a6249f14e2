# frozen_string_literal: true

# Mailboxes: create, list, subscribe, status, rename, delete, and names that are not ASCII.
#
#     tests/examples/run --language ruby --show mailboxes
#
# Names are UTF-8 on this side and modified UTF-7 on the wire. LIST hands names out as the server wrote them: decode
# them to show them, and send them back as they are.
require_relative "support"

# The names in the data of LIST or LSUB: (flags) "/" name, the name perhaps quoted.
def names(data)
  data.compact.map { |line| line[/\A\([^)]*\) \S+ (.*)/, 1].delete_prefix('"').delete_suffix('"') }
end

def print_names(what, &call)
  names(went(what, &call)).each { |name| puts "  #{IMAP4.utf7_decode(name)}" }
end

name = "Entwürfe & Café"
wire = IMAP4.utf7_encode(name)
puts "#{IMAP4.utf7_decode(wire)} is #{wire} on the wire"

with_server do |imap|
  log_in(imap)
  personal, = went("namespace") { imap.namespace }
  prefix, delimiter = personal.match(/\A\(\("(.*?)" "(.)"/).captures
  puts "  personal: prefix \"#{prefix}\", delimiter \"#{delimiter}\""

  went("create Example") { imap.create("Example") }
  went("create Example/Café") { imap.create("Example/Café") }
  went("create it again", "NO") { imap.create("Example/Café") }
  went("subscribe Example/Café") { imap.subscribe("Example/Café") }
  print_names("list Example*") { imap.list("", "Example*") }
  print_names("lsub Example*") { imap.lsub("", "Example*") }

  # A name goes back exactly as LIST gave it.
  listed = names(went("list Example/%") { imap.list("", "Example/%") }).first
  puts "  on the wire: #{listed}"
  shown("status of that name") { imap.status(listed, "MESSAGES") }

  went("unsubscribe Example/Café") { imap.unsubscribe("Example/Café") }
  print_names("lsub Example*") { imap.lsub("", "Example*") }
  went("rename it to Example/Tea & 日本") { imap.rename("Example/Café", "Example/Tea & 日本") }
  print_names("list Example*") { imap.list("", "Example*") }
  shown("status INBOX") { imap.status("INBOX", "(MESSAGES UNSEEN)") }
  went("status Example/Café", "NO") { imap.status("Example/Café", "(MESSAGES)") }
  went("delete Example/Tea & 日本") { imap.delete("Example/Tea & 日本") }
  went("delete Example") { imap.delete("Example") }
  print_names("list Example*") { imap.list("", "Example*") }
end
