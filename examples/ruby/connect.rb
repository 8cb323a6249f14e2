# frozen_string_literal: true

# Connecting: TLS from the start, STARTTLS, in clear, through a command, a socket or an object of one's own; what is
# then known of the server; and the ways to end.
#
#     tests/examples/run --language ruby --show connect
#
# Besides the usual settings it takes IMAP_COMMAND, a shell line that talks IMAP on standard input and output.
require_relative "support"
require "socket"

HOST = setting("IMAP_HOST", "localhost")
PORT = port_setting("IMAP_PORT", "143")
TLS_PORT = port_setting("IMAPS_PORT", "993")
# Options may serve many connections.
OPTIONS = { ca_file: setting("CA_FILE", nil), min_tls_version: "1.2", connect_timeout: 20, keepalive: true }.freeze

# What a program may want to know right after opening. None of this talks.
def describe(imap)
  puts "  greeting: #{imap.welcome[/\A\* (\w+)/, 1]}"
  tls = imap.tls_info
  puts "  TLS: #{tls ? "#{tls.version}, verified: #{yes_or_no(tls.verified)}" : "none"}"
  puts "  protocol: #{imap.PROTOCOL_VERSION}, state: #{imap.state}"
  puts "  socket: #{yes_or_no(imap.socket)}"
  puts "  IDLE: #{yes_or_no(imap.capability?("idle"))}, XYZZY: #{yes_or_no(imap.capability?("XYZZY"))}, " \
       "IDLE in the list: #{yes_or_no(imap.capabilities.include?("IDLE"))}"
end

puts "time to connect: #{OPTIONS[:connect_timeout] * 1000} ms, own certificates: #{yes_or_no(OPTIONS[:ca_file])}"
went("a negative limit", "argument") { IMAP4.open(host: HOST, connect_timeout: -5) }

heading("TLS from the first octet")
finally_log_out(went("open") { IMAP4_SSL.new(HOST, TLS_PORT, **OPTIONS) }) do |imap|
  describe(imap)
  went("noop") { imap.noop }
  lines = went("capability") { imap.capability }
  log_in(imap)
  puts "  capability lines: #{lines.size}"
  # After a login the server may offer more; if it did not say so, the list is stale until it is asked.
  imap.capability if imap.capabilities_stale?
  puts "  NAMESPACE, now that we are logged in: #{yes_or_no(imap.capability?("NAMESPACE"))}"
  imap.set_option(:stall_timeout, 30)
  puts "  stall limit in force: #{(imap.option(:stall_timeout) * 1000).to_i} ms"
end

# STARTTLS as part of opening: nothing else is said in clear.
heading("STARTTLS")
opened = went("open") { IMAP4.open(host: HOST, port: PORT, tls: "starttls", **OPTIONS) }
finally_log_out(opened) { |imap| describe(imap) }

# In clear, and STARTTLS later, as imaplib has it. The certificate is checked by the same options.
heading("in clear, STARTTLS later")
finally_log_out(went("open") { IMAP4.new(HOST, PORT, **OPTIONS) }) do |imap|
  describe(imap)
  went("starttls") { imap.starttls }
  describe(imap)
end

# imaplib's IMAP4_stream: a program on this machine, perhaps ssh, is the way to the server.
if (command = setting("IMAP_COMMAND", nil))
  heading("a shell line")
  imap = went("open") { IMAP4_stream.new(command) }
  describe(imap)
  puts "  process: #{yes_or_no(imap.child_pid)}, ended: #{yes_or_no(imap.child_status)}"
  went("logout") { imap.logout }
  imap.shutdown # LOGOUT has closed already: this does nothing more
  puts "  exit status: #{imap.child_status >> 8}"
  imap.disconnect

  heading("a program and its arguments")
  opened = went("open") { IMAP4.open(argv: ["/bin/sh", "-c", command]) }
  finally_log_out(opened) { |imap| puts "  state: #{imap.state}" }
end

# A socket that the program itself has connected.
heading("a socket of one's own")
TCPSocket.open(HOST, PORT) do |socket|
  opened = went("open") { IMAP4.open(read_fd: socket, host: HOST, tls: "starttls", **OPTIONS) }
  finally_log_out(opened) { |imap| describe(imap) }
end

# An object instead of a descriptor: for data that takes a way the library does not know. This one counts.
class Meter
  attr_reader :received, :sent

  def initialize(socket)
    @socket = socket
    @received = @sent = 0
  end

  def read(most)
    @socket.readpartial(most).tap { |octets| @received += octets.bytesize }
  end

  def write(octets)
    @socket.write(octets).tap { |size| @sent += size }
  end

  def close
    @socket.close
  end
end

heading("functions of one's own")
meter = Meter.new(TCPSocket.new(HOST, PORT))
finally_log_out(went("open") { IMAP4.open(io: meter, host: HOST, tls: "starttls", **OPTIONS) }) { nil }
puts "  something was sent: #{yes_or_no(meter.sent.positive?)}, something came: #{yes_or_no(meter.received.positive?)}"

# Ending without a word, as imaplib's shutdown; and what a call then says.
heading("shutdown")
imap = went("open") { IMAP4_SSL.new(HOST, TLS_PORT, **OPTIONS) }
imap.shutdown
puts "  socket: #{yes_or_no(imap.socket)}"
went("noop", "abort") { imap.noop }
