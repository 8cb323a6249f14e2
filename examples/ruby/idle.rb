# frozen_string_literal: true

# IDLE: a mailbox that is watched. A second connection adds a message, flags it and removes it, and the first one is
# told as it happens; then wakeup from a signal handler ends a wait.
#
#     tests/examples/run --language ruby --show idle
#
# Makes the mailbox Example and deletes it again. Servers without IDLE are served by the same calls: they are asked by
# NOOP.
require_relative "support"

PATIENCE = 20 # seconds

# An event in words. RECENT and the like are not worth a line here.
def tell(event)
  case event.kind
  when :exists then puts "  there are #{event.number} messages now"
  when :expunge then puts "  message #{event.number} is gone"
  when :fetch
    message = event.message
    puts "  message #{message.seq} is #{"not " unless message.flag?(:deleted)}deleted now" if message.flags
  when :overflow then puts "  too much has happened: look anew"
  end
end

# Waits for an event of a kind, and tells of all that came.
def watch_for(imap, idler, kind)
  loop do
    event = idler.next_event(PATIENCE) or abort "nothing happened"
    came = [event, *imap.events]
    came.each { |one| tell(one) }
    break if came.any? { |one| one.kind == kind }
  end
end

# What other programs do all day.
def changes(imap, idler, other)
  went("the other one: append") { other.append_message("Example", "Subject: news\r\n\r\nText.\r\n") }
  watch_for(imap, idler, :exists)
  went("the other one: select") { other.select_mailbox("Example") }
  went("the other one: store") { other.store_flags(1, :add, [:deleted], uid: false) }
  watch_for(imap, idler, :fetch)
  went("the other one: expunge") { other.expunge_messages }
  watch_for(imap, idler, :expunge)
end

# A signal handler may call wakeup, and so may any thread. IDLE goes on behind it.
def woken(imap, idler)
  before = trap("ALRM") { imap.wakeup }
  alarm = Thread.new do
    sleep 0.05
    Process.kill("ALRM", Process.pid)
  end
  went("wait without a limit", "interrupted") { idler.next_event }
  puts "wait for 10 ms: #{idler.next_event(0.01) ? "event" : "again"}"
  went("noop while idling", "error") { imap.noop }
ensure
  alarm.join
  trap("ALRM", before)
end

imap = open_server
log_in(imap)
went("create Example") { imap.create("Example") }
went("select") { imap.select_mailbox("Example") }
other = open_server
log_in(other)

heading("watching")
imap.idle do |idler|
  puts "idle: OK"
  changes(imap, idler, other)
  heading("woken")
  woken(imap, idler)
  heading("the end")
end
puts "end idle: OK"

went("noop") { imap.noop }
went("unselect") { imap.unselect }
went("unselect") { other.unselect }
went("delete Example") { imap.delete("Example") }
[other, imap].each { |one| finally_log_out(one) { nil } }
