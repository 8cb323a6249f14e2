# frozen_string_literal: true

# Looking at the traffic: the trace, which is imaplib's debug and print_log; versions; and Int2AP, which imaplib makes
# its tags with.
#
#     tests/examples/run --language ruby --show debug
#
# The library prints nothing by itself: it keeps the last lines, passwords masked, for whoever asks.
require_relative "support"
require "stringio"

# print_log writes a line for each line sent and received, with the time before it. The time is only checked here.
def print_log(imap)
  log = StringIO.new
  imap.print_log(log)
  times, lines = log.string.lines(chomp: true).map { |line| line.strip.split(" ", 2) }.transpose
  lines.to_a.each { |line| puts "  #{line}" }
  puts "  (#{lines.to_a.size} lines, in order of time: #{yes_or_no(times.to_a == times.to_a.sort)})"
end

puts "library and header agree: #{yes_or_no(IMAP4.library_version == IMAP4::VERSION)}"
puts "this build can do TLS: #{yes_or_no(IMAP4.feature?("tls"))}, magic: #{yes_or_no(IMAP4.feature?("magic"))}"
[0, 4711].each { |number| puts "Int2AP of #{number}: \"#{IMAP4.Int2AP(number)}\"" }

finally_log_out(open_scenario("BASIC")) do |imap|
  heading("level 1: commands and status lines")
  log_in(imap)
  went("select") { imap.select }
  print_log(imap)

  heading("level 3: every line")
  imap.clear_log
  imap.debug = 3
  went("fetch") { imap.fetch("1", "(UID FLAGS BODY[])") }
  print_log(imap)

  heading("level 0: nothing")
  imap.clear_log
  imap.debug = 0
  went("noop") { imap.noop }
  print_log(imap)
end
