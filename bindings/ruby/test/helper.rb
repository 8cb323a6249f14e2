# frozen_string_literal: true

require "minitest/autorun"
require "imap4"
require "rbconfig"
require "socket"
require "stringio"
require "tempfile"
require "tmpdir"
require "timeout"

# The servers stand in the environment: tests/suites/ruby.sh starts them.
module Servers
  HOST = ENV.fetch("IMAP_HOST")
  TLS_PORT = Integer(ENV.fetch("IMAPS_PORT"))
  PORT = Integer(ENV.fetch("IMAP_PORT"))
  CA_FILE = ENV.fetch("CA_FILE")
  USER = ENV.fetch("IMAP_USER")
  PASSWORD = ENV.fetch("IMAP_PASSWORD")
  MESSAGES = 12

  # Logged in over TLS at the private Dovecot.
  def connected(**more, &block)
    IMAP4.open(host: HOST, port: TLS_PORT, ca_file: CA_FILE, user: USER, password: PASSWORD, **more, &block)
  end

  # Opened, not logged in.
  def opened(**more, &block)
    IMAP4.open(host: HOST, port: TLS_PORT, ca_file: CA_FILE, **more, &block)
  end

  # A scenario of tests/servers/scenarios, in clear.
  def scenario(name, login: true, **more)
    port = Integer(ENV.fetch("SCENARIO_#{name.upcase.tr("-", "_")}_PORT"))
    user = login ? { user: "alice", password: "secret" } : {}
    imap = IMAP4.open(host: "127.0.0.1", port: port, tls: "none", **user, **more)
    return imap unless block_given?

    begin
      yield imap
    ensure
      imap.disconnect
    end
  end

  # A mailbox of one's own for the time of a block.
  def with_mailbox(imap, name = "Test #{Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)}")
    imap.create(name)
    yield name
  ensure
    imap.unselect if imap.connected? && imap.state == "SELECTED"
    imap.delete(name) if imap.connected?
  end

  # A server inside the test: the block gets each connection (and its number) in a thread of its own.
  class Peer
    attr_reader :port

    def initialize
      @server = TCPServer.new("127.0.0.1", 0)
      @port = @server.addr[1]
      @threads = []
      @accepting = Thread.new do
        loop do
          socket = @server.accept
          thread = Thread.new do
            yield Line.new(socket)
          rescue IOError, SystemCallError
            nil
          ensure
            socket.close
          end
          thread.report_on_exception = true
          @threads << thread
        end
      end
      @accepting.report_on_exception = false
    end

    def stop
      @accepting.kill
      @threads.each(&:kill)
      @server.close
    end

    def open(**more, &block)
      IMAP4.open(host: "127.0.0.1", port: port, tls: "none", **more, &block)
    end

    # One client.
    class Line
      attr_reader :socket

      def initialize(socket)
        @socket = socket
      end

      def say(text)
        @socket.write(text.gsub(/(?<!\r)\n/, "\r\n"))
      end

      # Greets as logged in.
      def greet(capabilities = "IMAP4rev1 IDLE LITERAL+")
        say("* PREAUTH [CAPABILITY #{capabilities}] hi\n")
      end

      # The next command: [tag, the rest]; nil at the end.
      def hear
        @socket.gets&.chomp&.split(" ", 2)
      end

      # Answers commands by a block that gets name and arguments, and gives the untagged lines; nil ends the connection.
      def serve
        while (tag, command = hear)
          break say("* BYE\n#{tag} OK\n") if command == "LOGOUT"

          answer = yield(command, tag) or break
          say("#{answer}#{tag} OK done\n") unless answer == :nothing
        end
      end
    end
  end

  def peer(&block)
    peer = Peer.new(&block)
    (@peers ||= []) << peer
    peer
  end

  def teardown
    @peers&.each(&:stop)
    super
  end

  def monotonic
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def seconds
    began = monotonic
    yield
    monotonic - began
  end

  def resident_kib
    File.foreach("/proc/self/status").find { |line| line.start_with?("VmRSS:") }.split[1].to_i
  end

  # Runs Ruby code in a process of its own with the binding loaded; a Process::Status and what it printed.
  def ruby(code, env: {}, load: true)
    lib = File.expand_path("../lib", __dir__)
    command = [RbConfig.ruby, "-W:no-experimental", *(load ? ["-I#{lib}", "-rimap4"] : []), "-e", code]
    reader, writer = IO.pipe
    pid = Process.spawn(env, *command, out: writer, err: writer, in: File::NULL)
    writer.close
    yield pid, reader if block_given?
    said = reader.read
    Process.wait(pid)
    [$?, said]
  ensure
    reader&.close
  end
end

# Every test of this binding.
class Test < Minitest::Test
  include Servers
  make_my_diffs_pretty!
end
