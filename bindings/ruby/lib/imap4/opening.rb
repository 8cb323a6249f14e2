# frozen_string_literal: true

require "socket"

class IMAP4
  # Opening: which way, names to addresses, one try for each address, the login.
  # @api private
  module Opening
    N = Native
    TLS_MODES = { "implicit" => N::IMAP_TLS_IMPLICIT, "starttls" => N::IMAP_TLS_STARTTLS, "none" => N::IMAP_TLS_NONE }.freeze
    WAYS = %i[command argv read_fd io].freeze
    NUMERIC = /\A(?:[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*(?:%.+)?)\z/i
    # As long as the library's own.
    CONNECT_SECONDS = 60
    private_constant :N, :TLS_MODES, :WAYS, :NUMERIC, :CONNECT_SECONDS

    private

    # Opens the connection that keywords ask for.
    def setup(host: "", port: 0, tls: "implicit", user: nil, password: nil, mechanism: nil, timeout: nil, command: nil,
              argv: nil, read_fd: nil, write_fd: nil, io: nil, secure: false, progress: nil, trace: nil, **options)
      prepare(options, timeout, progress, trace)
      check_login(user, password, mechanism)
      mode = TLS_MODES[tls.to_s] or raise Errors.argument("tls must be one of #{TLS_MODES.keys.join(", ")}, not #{tls.inspect[0, 40]}")
      given = WAYS.zip([command, argv, read_fd, io]).reject { |_, value| value.nil? }
      raise Errors.argument("only one of #{WAYS.join(", ")} can be given") if given.size > 1

      way = given.dig(0, 0)
      case way
      when nil then open_host(Arguments.text(host, "host"), Arguments.number(port, "port", 0..65_535), mode)
      when :command, :argv then open_child(command, argv)
      when :read_fd then open_descriptors(read_fd, write_fd || read_fd, host, mode, secure)
      when :io then open_pumped(io, host, mode, secure)
      end
      log_in(user, password, mechanism) if user
    rescue Exception # whatever ends it, nothing stays open
      disconnect
      @pump&.stop
      raise
    end

    def prepare(options, timeout, progress, trace)
      unknown = options.keys - Options::NAMES
      raise Errors.argument("unknown option: #{unknown.join(", ")}") unless unknown.empty?
      raise Errors.argument("timeout must not be 0: nil is none") if timeout.is_a?(Numeric) && timeout.zero?

      Options.milliseconds("timeout", timeout) if timeout

      @options = { connect_timeout: timeout, stall_timeout: timeout }.compact.merge(options)
      @options[:trace_keep] ||= 1000 if trace
      Options.handle(@options) # what cannot be used is refused before a name is resolved
      self.progress = progress
      self.trace = trace
    end

    # Before anything is waited for.
    def check_login(user, password, mechanism)
      if user.nil?
        raise Errors.argument("password and mechanism are for a login: user is missing") if password || mechanism

        return
      end
      Arguments.text(user, "user")
      Arguments.text(password, "password")
      Arguments.optional(mechanism, "mechanism")
    end

    def option_handle(more = {})
      handle = Options.handle(@options.merge(more))
      N.imap_options_set_int(handle, N::IMAP_OPT_NONBLOCK, 1)
      handle
    end

    def open_host(host, port, mode)
      return attempt { |options, out| N.imap_open(host, port, mode, options, out) } if host.empty? || host.match?(NUMERIC) || @options[:address]

      # The name is resolved before the first byte of the time limit is shared out.
      deadline = now + connect_seconds if connect_seconds
      addresses = resolve(host, connect_seconds)
      addresses.each_with_index do |address, i|
        return attempt(address: address, connect_timeout: share(deadline, addresses.size - i)) do |options, out|
          N.imap_open(host, port, mode, options, out)
        end
      rescue System, Timeout => e
        raise e if i == addresses.size - 1 || (deadline && deadline <= now)
      end
    end

    # Seconds for opening in all; nil for no limit.
    def connect_seconds
      seconds = @options.fetch(:connect_timeout, CONNECT_SECONDS)
      seconds.zero? ? nil : seconds
    end

    # The time for one address, with so many to try.
    def share(deadline, tries)
      deadline ? [(deadline - now) / tries, 0.001].max : 0
    end

    # Addresses of a name. getaddrinfo knows no time limit and no Ctrl-C: it gets a thread, which is left to end alone.
    def resolve(host, seconds)
      raise Errors.argument("host has a line end inside") if host.match?(/[\r\n]/)

      family = { 4 => Socket::AF_INET, 6 => Socket::AF_INET6 }[@options[:ip_family]]
      thread = Thread.new { Addrinfo.getaddrinfo(host, nil, family, :STREAM).map(&:ip_address).uniq }
      thread.report_on_exception = false
      thread.join(seconds) or raise Errors.plain(N::IMAP_ERR_TIMEOUT, "resolving #{host} took too long")
      thread.value
    rescue SocketError => e
      raise Errors.plain(N::IMAP_ERR_RESOLVE, "#{host}: #{e.message}")
    end

    def open_child(command, argv)
      @child = true
      if command
        line = Arguments.text(command, "command")
        return attempt { |options, out| N.imap_open_command(line, options, out) }
      end
      raise Errors.argument("argv must be an Array with a program") unless argv.is_a?(Array) && !argv.empty?

      words = argv.map { |word| FFI::MemoryPointer.from_string(Arguments.text(word, "argv")) }
      table = FFI::MemoryPointer.new(:pointer, words.size + 1)
      table.write_array_of_pointer(words)
      attempt { |options, out| N.imap_open_argv(table, options, out) }
    end

    # Descriptors, or IO objects; those stay the caller's, so that Ruby and the library do not both close them.
    def open_descriptors(read, write, host, mode, secure)
      @kept_ios = [read, write].grep(IO)
      numbers = [read, write].zip(%w[read_fd write_fd]).map do |one, name|
        one.is_a?(IO) ? one.fileno : Arguments.number(one, name, 0..(2**31) - 1)
      end
      flags = (@kept_ios.empty? ? 0 : N::IMAP_FD_KEEP) | (secure ? N::IMAP_FD_SECURE : 0)
      @sliced = !socket?(numbers[0])
      name = mode == N::IMAP_TLS_NONE ? nil : Arguments.text(host, "host")
      attempt { |options, out| N.imap_open_fd(*numbers, flags, name, mode, options, out) }
    end

    def socket?(descriptor)
      IO.for_fd(descriptor, autoclose: false).stat.socket?
    rescue SystemCallError
      raise Errors.argument("read_fd #{descriptor} is no open descriptor")
    end

    def open_pumped(io, host, mode, secure)
      ours, theirs = UNIXSocket.pair
      @pump = Pump.new(io, theirs)
      @exposed = !secure
      open_descriptors(ours, ours, host, mode, secure)
    rescue Abort => e
      raise e, cause: @pump.error if @pump&.error

      raise
    end

    # One try. What came of a failed one is freed, also when the try is left in the middle.
    def attempt(**more)
      @lock.try_lock or raise busy_error # lock itself cannot be called in a signal's handler
      @pid = Process.pid
      id = nil
      options = option_handle(more)
      Thread.handle_interrupt(Engine::NEVER) do
        rc = yield options, @out
        @handle = N::ConnectionHandle.new(FFI::Pointer.new(@out.get_uint64(0))) unless @out.get_uint64(0).zero?
        @out.put_uint64(0, 0)
        raise Errors.plain(rc) unless @handle
        raise Errors.last(@handle, rc) unless rc == N::IMAP_QUEUED

        id = N.imap_last_id(@handle)
      end
      rc = wait_for(@handle, id)
      raise Errors.last(@handle, rc) unless rc == N::IMAP_OK

      report(@handle)
      opened = true
    ensure
      Thread.handle_interrupt(Engine::NEVER) do
        close_attempt unless opened
        @lock.unlock if @lock.owned?
      end
    end

    def close_attempt
      handle = @handle
      @handle = @io = @io_fd = nil
      release_connection(handle) if handle
    end

    def log_in(user, password, mechanism)
      return authenticate(mechanism, user: user, password: password) if mechanism

      login(user, password)
    end
  end
  private_constant :Opening

  # Carries octets between an object of the caller's and a socket pair that the library has the other end of. The object
  # has read(most), which gives up to so many octets and nil at the end, and write(octets); readpartial is preferred. Both
  # run in threads of their own, and never inside the library.
  # @api private
  class Pump
    PIECE = 65_536
    private_constant :PIECE

    # What a function of the object raised.
    attr_reader :error

    def initialize(io, socket)
      raise Errors.argument("io must have read and write") unless io.respond_to?(:write) && (io.respond_to?(:read) || io.respond_to?(:readpartial))

      @io = io
      @socket = socket
      @threads = [Thread.new { carry { inwards } }, Thread.new { carry { outwards } }]
    end

    # Ends both directions, and closes the object if it can be closed.
    def stop
      @threads.each { |thread| thread.kill unless thread == Thread.current }
      @socket.close
      @io.close if @io.respond_to?(:close)
    rescue StandardError => e
      @error ||= e
    end

    private

    def carry
      Thread.current.report_on_exception = false
      yield
    rescue EOFError
      nil
    rescue StandardError => e
      @error ||= e
    ensure
      @socket.close unless @socket.closed?
    end

    def inwards
      loop do
        octets = piece
        break if octets.nil? || octets.empty?

        @socket.write(octets)
      end
    end

    def piece
      @io.respond_to?(:readpartial) ? @io.readpartial(PIECE) : @io.read(PIECE)
    end

    def outwards
      loop { write_all(@socket.readpartial(PIECE)) }
    end

    # write may say that it took less.
    def write_all(octets)
      until octets.empty?
        taken = @io.write(octets)
        break unless taken.is_a?(Integer) && taken < octets.bytesize

        octets = octets.byteslice(taken..)
      end
      @io.flush if @io.respond_to?(:flush)
    end
  end
  private_constant :Pump
end
