# frozen_string_literal: true

# One connection to one server. imaplib's methods have their names and results; beside them stand methods that take and
# give Ruby values. Either kind may be used at any time.
#
# A connection belongs to one thread or fiber at a time: a second call while one is under way raises {IMAP4::Error}.
class IMAP4
  include Engine
  include Opening

  # imaplib's constructor: connects in clear, STARTTLS may follow. Further keywords are those of {IMAP4.open}.
  # @param host [String] a name or address; "" is this machine
  # @param port [Integer]
  # @param timeout [Numeric, nil] seconds for connecting, and for a server that says nothing
  def initialize(host = "", port = 143, timeout: nil, **options)
    setup(host: host, port: port, timeout: timeout, tls: "none", **options)
  end

  # Opens a connection, verified TLS unless told otherwise. With a block: gives it the connection, logs out when the
  # block ends in any way, and gives back the block's value.
  #
  #     IMAP4.open(host: "imap.example.org", user: "alice", password: secret) { |imap| p imap.select_mailbox }
  #
  # Where: host:, port: (0: the usual one), address: (numeric, instead of resolving host), local_address:, ip_family: (4 or
  # 6); or command: (a line of /bin/sh), argv: (a program), read_fd: and write_fd: (Integers, which the connection closes,
  # or IO objects, which it does not), io: (an object with read and write); secure: true says that this way is private.
  #
  # TLS: tls: "implicit", "starttls" or "none"; verify:, ca_file:, ca_dir:, cert_file:, key_file:, server_name:,
  # min_tls_version: ("1.2").
  #
  # Login: user:, password:, mechanism: ("PLAIN", "LOGIN", "CRAM-MD5"), allow_plaintext_auth:.
  #
  # Time, in seconds, 0 for no limit: timeout: (both of connect_timeout: and stall_timeout:), call_timeout:, idle_renew:,
  # idle_poll:. Size: max_line:, max_literal:, max_response:, max_depth:, max_unasked:, max_kept:, untagged_keep:.
  #
  # Looking on: progress: (called with octets done and in all), trace: (called with each line), trace_level:, trace_keep:.
  # @yieldparam imap [IMAP4]
  # @return [IMAP4, Object]
  def self.open(**options)
    imap = allocate
    imap.__send__(:begin_state)
    imap.__send__(:setup, **options)
    return imap unless block_given?

    begin
      yield imap
    ensure
      imap.logout_and_disconnect
    end
  end

  def self.new(*arguments, **options, &block)
    imap = allocate
    imap.__send__(:begin_state)
    imap.__send__(:initialize, *arguments, **options, &block)
    imap
  end

  # A copy would be a second owner of the C library's connection, which is freed once.
  def initialize_copy(_)
    raise TypeError, "a connection cannot be copied"
  end
  private :initialize_copy

  # LOGOUT if that is still possible, then {#disconnect}. Never raises for what the server says.
  # @return [nil]
  def logout_and_disconnect
    logout if @handle && !@closing && state != "LOGOUT" && socket
  rescue Error
    nil
  ensure
    disconnect
  end

  # Closes the connection at once and says nothing to the server. A call that another thread is in ends with {Abort}.
  # Harmless if the connection is closed already.
  # @return [nil]
  def disconnect
    return unless (handle = @handle)

    if @lock.try_lock
      begin
        close_now
      ensure
        @lock.unlock
      end
    else
      close_later(handle)
    end
    nil
  end

  # Whether {#disconnect} was called, or opening failed.
  def closed?
    @handle.nil?
  end

  # Whether commands can still be sent, as far as is known.
  def connected?
    !@handle.nil? && !@closing && N.imap_fd(@handle) >= 0
  end

  # What is called between steps while a literal of 64 KiB or more is under way, with the octets done and in all; nil for
  # nothing. It may raise: the command is then taken back.
  attr_reader :progress

  def progress=(function)
    @progress = Arguments.callable(function, "progress")
  end

  # What is called with each line sent ("> …") and received ("< …"), secrets masked; nil for nothing. See {#debug=}.
  attr_reader :trace

  def trace=(function)
    @trace = Arguments.callable(function, "trace")
  end

  # Changes an option of the open connection: those of {IMAP4.open} that imap4.h calls live.
  def set_option(name, value)
    stream(known, nil) if @streamed
    option, wanted = Options.encoded(name, value)
    rc = wanted.is_a?(Integer) ? N.imap_set_int(known, option, wanted) : N.imap_set_str(known, option, wanted)
    raise Errors.argument("#{name} cannot be changed to #{value.inspect[0, 40]} on an open connection") unless rc == N::IMAP_OK
  end

  # An option in force, as the library has it: times in seconds.
  def option(name)
    stream(known, nil) if @streamed
    return N.imap_get_str(known, Options::TEXTS[name], @out + 8) == 0 ? text_option : nil if Options::TEXTS.key?(name)

    if name == :min_tls_version
      N.imap_get_int(known, N::IMAP_OPT_TLS_MIN_VERSION, @out + 8)
      return "1.#{@out.get_int64(8) % 10}"
    end
    number = Options::NUMBERS[name] || Options::YES_OR_NO[name] || Options::MILLISECONDS[name] or
      raise Errors.argument("there is no option #{name}")
    N.imap_get_int(known, number, @out + 8)
    value = @out.get_int64(8)
    return value / 1000.0 if Options::MILLISECONDS.key?(name)

    Options::YES_OR_NO.key?(name) ? value == 1 : value
  end

  # The process behind command: or argv:.
  # @return [Integer, nil]
  def child_pid
    N.imap_child_pid(known, @out + 8) == N::IMAP_OK ? @out.get_int32(8) : nil
  end

  # How that process ended, as waitpid has it; nil while it runs.
  # @return [Integer, nil]
  def child_status
    N.imap_child_status(known, @out + 8) == N::IMAP_OK ? @out.get_int32(8) : nil
  end

  # What is known of the TLS session; nil without TLS.
  # @return [TLSInfo, nil]
  def tls_info
    info = Native.scratch[:imap_tls_info]
    return nil unless N.imap_tls_info_get(known, info, info.size) == N::IMAP_OK

    version, cipher = %i[version cipher].map { |field| info.get_pointer(Native::Buffer::LAYOUTS[:imap_tls_info][field]).read_string.force_encoding(Encoding::UTF_8) }
    TLSInfo.new(version: version, cipher: cipher, certificate: info.octets(:peer_der), verified: info.signed(:verified) == 1)
  end

  def inspect
    "#<#{self.class} #{@handle ? state : "closed"}>"
  end

  N = Native
  private_constant :N

  private

  # What every connection has, before anything can go wrong.
  # The library sees a socket pair, which is no network, where an object of the caller's carries the octets: so it is said
  # here that no password crosses that in clear.
  def guard_password(name)
    return if !@exposed || @handle.nil? || tls_info || option(:allow_plaintext_auth)

    raise Errors.plain(Native::IMAP_ERR_INSECURE, "#{name} refused before sending: the password or token would cross the way of io " \
                                                  "in clear; use TLS, or say that it is secure")
  end

  def begin_state
    @lock = Thread::Mutex.new
    @out = FFI::MemoryPointer.new(:uint64, 4)
    @orphans = []
    @forgotten = []
    @streamed = @passing = nil
    @turns = 0
    @untagged = {}
    @closing = false
  end

  # Another thread is in a call: it closes when it leaves. If it has left by now, we do.
  def close_later(handle)
    @closing = true
    wake(handle)
    return if @lock.owned? || !@lock.try_lock # its own call: a signal's handler, or a function that it called

    leave
  end

  def text_option
    pointer = @out.get_pointer(8)
    pointer.null? ? nil : N.utf8(pointer.read_string)
  end
end

# imaplib's IMAP4_SSL: TLS from the first octet. keyfile and certfile are PEM files of the client's own certificate;
# ssl_context is a Hash of TLS options of {IMAP4.open}, an OpenSSL context of Ruby's cannot be handed over.
class IMAP4_SSL < IMAP4 # rubocop:disable Naming/ClassAndModuleCamelCase
  def initialize(host = "", port = 993, keyfile = nil, certfile = nil, ssl_context = nil, timeout: nil, **options)
    options = { key_file: keyfile, cert_file: certfile }.compact.merge(tls_options(ssl_context), options)
    setup(host: host, port: port, timeout: timeout, tls: "implicit", **options)
  end
end

# imaplib's IMAP4_stream: a shell line whose standard input and output talk IMAP.
class IMAP4_stream < IMAP4 # rubocop:disable Naming/ClassAndModuleCamelCase
  def initialize(command, **options)
    setup(command: command, **options)
  end
end
