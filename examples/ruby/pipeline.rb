# frozen_string_literal: true

# Many commands in flight: the figures of all mailboxes for the price of one round trip, results of commands that
# differ, one that is taken back.
#
#     tests/examples/run --language ruby --show pipeline
#
# Which commands may be on the wire together is the library's concern.
require_relative "support"

# A STATUS of each mailbox, all sent together.
def figures(imap)
  mailboxes = went("list") { imap.mailboxes }.select(&:selectable?)
  pending = imap.pipeline do |batch|
    puts "queue begin: OK"
    mailboxes.map { |mailbox| batch.mailbox_status(mailbox.name, %w[MESSAGES UNSEEN]) }
  end
  puts "queue end: OK"
  figures = pending.reverse.map(&:value) # the last one first: any order will do
  puts "  #{figures.size} mailboxes, #{figures.sum(&:messages)} messages, #{figures.sum(&:unseen)} of them unseen"
end

# Each command has an outcome of its own; in the block every method only queues.
def outcomes(imap)
  pending = imap.pipeline do |batch|
    {
      "create Example" => batch.create("Example"),
      "append" => batch.append("Example", nil, nil, "Subject: queued\r\n\r\nText.\r\n"),
      "status Nowhere" => batch.status("Nowhere", "(MESSAGES)"),
      "delete Example" => batch.delete("Example")
    }
  end
  pending.each do |what, one|
    type, = one.value
    puts "  #{what}: #{type}"
  end
end

# Not wanted any more: leaving the block takes the command back; its answer is read past, and the connection stays in
# step.
def taken_back(imap)
  went("examine INBOX") { imap.examine_mailbox }
  went("discard the fetch") { imap.each_message(1.., "BODY.PEEK[]", uid: false) { break } }
  numbers = went("wait for the search") { imap.find("ALL", uid: false) }
  puts "  #{numbers.join(" ")}"
  went("noop") { imap.noop }
end

with_server do |imap|
  log_in(imap)
  heading("all mailboxes in one go")
  figures(imap)
  heading("results as they come")
  outcomes(imap)
  heading("taken back")
  taken_back(imap)
end
