# frozen_string_literal: true

# imaplib's commands on the session, its attributes, raw octets and the upper-case names.
class IMAP4
  # Who overhears these can log in: they carry the password, or a token.
  TELLS_ALL = %w[PLAIN LOGIN OAUTHBEARER XOAUTH2].freeze
  private_constant :TELLS_ALL

  # @!group Commands for the session

  # AUTHENTICATE with any mechanism. The function (or block) is called with each challenge, decoded, and gives the answer,
  # not in base64; nil cancels. It may raise: the exchange is then cancelled.
  #
  #     imap.authenticate("PLAIN") { |challenge| "\0alice\0secret" }
  #
  # With user and password the library speaks PLAIN, LOGIN or CRAM-MD5 itself; authzid is whom to act as (PLAIN).
  # @param initial [String, nil] a first answer, sent with the command where the server allows it
  # @raise [Error] if the server refuses; the connection stays open
  def authenticate(mechanism, authobject = nil, user: nil, password: nil, authzid: nil, initial: nil, &block)
    mechanism = Arguments.text(mechanism, "mechanism")
    function = authobject || block
    guard_password("AUTHENTICATE") if TELLS_ALL.include?(mechanism.upcase)
    if user
      return answer(:imap_cmd_authenticate, mechanism, Arguments.optional(authzid, "authzid"), Arguments.text(user, "user"),
                    Arguments.text(password, "password"))
    end
    raise Errors.argument("authobject must have a method call") unless function.respond_to?(:call)

    initial = Arguments.octets(initial, "initial") if initial
    exchange(mechanism, initial, function)
  end

  # Asks what the server can do.
  def capability
    answer(:imap_cmd_capability)
  end

  # Switches extensions on: "UTF8=ACCEPT".
  def enable(capability)
    answer(:imap_cmd_enable, Arguments.text(capability, "capability"))
  end

  # Says who the client is: a Hash or names and values in turn; nil says nothing.
  def id(fields = nil)
    pairs = fields.is_a?(Hash) ? fields.to_a.flatten(1) : [*fields]
    pairs = pairs.map { |one| one.nil? ? nil : Arg.string(one) }
    args = Arguments.typed([pairs.empty? ? nil : pairs], "fields")
    answer(:imap_command, "ID", Arguments.packed(args), args.size)
  end

  # Logs in; the password is always quoted.
  # @raise [Error] if the server refuses; the connection stays open
  def login(user, password)
    guard_password("LOGIN")
    answer(:imap_cmd_login, Arguments.unquoted(user, "user"), Arguments.text(password, "password"))
  end

  # Logs in by CRAM-MD5.
  def login_cram_md5(user, password)
    answer(:imap_cmd_login_cram_md5, Arguments.text(user, "user"), Arguments.text(password, "password"))
  end

  # Logs in by AUTHENTICATE PLAIN.
  def login_plain(user, password)
    authenticate("PLAIN", user: user, password: password)
  end

  # LOGOUT: data is the server's BYE. The connection is closed.
  def logout
    answer(:imap_cmd_logout)
  end

  # The prefixes of personal, other users' and shared mailboxes.
  def namespace
    answer(:imap_cmd_namespace)
  end

  # Lets the server tell what is new.
  def noop
    answer(:imap_cmd_noop)
  end

  # An administrator becomes another user.
  def proxyauth(user)
    answer(:imap_cmd_proxyauth, Arguments.text(user, "user"))
  end

  # The RECENT count, if one arrived that was not taken yet; else asks by NOOP. data is [nil] if nothing is new.
  def recent
    answer(:imap_cmd_recent)
  end

  # STARTTLS, verified by the options of the connection. ssl_context is not used, but for nil.
  def starttls(ssl_context = nil)
    raise Errors.argument("ssl_context cannot be handed over: give TLS options when opening") if ssl_context

    answer(:imap_starttls)
  end

  # An extension command with ready text as arguments.
  def xatom(name, *arguments)
    name = Arguments.text(name, "name")
    guard_password("LOGIN") if name.casecmp?("LOGIN")
    arguments = arguments.compact
    ready(name, *arguments) ||
      answer(:imap_cmd_xatom, name, arguments.empty? ? nil : Arguments.words(arguments, "arg"))
  end

  # What is filed under a name: response codes and untagged data that no command took. Each is given once.
  # @return [Array(String, Array)] the name, and the texts; [nil] if there is nothing
  def response(code)
    name = Arguments.text(code, "code")
    @untagged.delete(name.upcase)
    conn = enter
    begin
      rc = Native.imap_untagged(conn, name, @out)
      raise Errors.plain(rc) if rc.negative?

      filed = outcome(conn, 0, false)[1]
    ensure
      leave
    end
    [name, filed ? filed.items : [nil]]
  ensure
    filed&.free
  end

  # Closes the connection at once; error, state and greeting can still be read.
  def shutdown
    conn = enter
    begin
      @child ? Thread.new { Native.shutdown_waiting(conn) }.join : Native.imap_shutdown(conn)
    ensure
      leave
    end
    nil
  end

  # What is read from, to be waited for by others: do not read, write or close it.
  # @return [IO, nil]
  def socket
    descriptor = @handle ? Native.imap_fd(@handle) : -1
    descriptor.negative? ? nil : IO.for_fd(descriptor, autoclose: false)
  end

  # @!group Raw octets, between commands

  # Sends octets as they are, CRLF and all.
  def send_raw(octets)
    octets = Arguments.octets(octets, "data")
    raw_call { |conn| Native.imap_raw_send(conn, octets, octets.bytesize).tap { octets = "" } }
    nil
  end

  # imaplib's send: a String is sent as it is. Symbols are methods to call, as everywhere in Ruby.
  def send(data, *arguments, **options, &block)
    return __send__(data, *arguments, **options, &block) unless data.is_a?(String)

    send_raw(data)
  end

  # One line, its CRLF included, binary.
  def readline
    raw_call { |conn| Native.imap_raw_readline(conn, @out + 8, @out + 16) }
    Native.octets(@out.get_uint64(8), @out.get_uint64(16))
  end

  # Exactly so many octets, binary.
  def read(size)
    size = Arguments.number(size, "size")
    raw_call { |conn| Native.imap_raw_read(conn, size, @out + 8, @out + 16) }
    Native.octets(@out.get_uint64(8), @out.get_uint64(16))
  end

  # @!group Attributes

  # "NONAUTH", "AUTH", "SELECTED", "LOGOUT" or "IDLING".
  def state
    @handle ? Native.imap_state_name(Native.imap_conn_state(@handle)).force_encoding(Encoding::UTF_8) : "LOGOUT"
  end

  # @return [Array<String>] what the server can do, in upper case
  def capabilities
    conn = known
    Array.new(Native.imap_capability_count(conn)) { |i| Native.utf8(Native.imap_capability_at(conn, i)) }
  end

  # Whether the server announced a capability, in any case.
  def capability?(name)
    Native.imap_has_capability(known, Arguments.text(name, "name")) == 1
  end

  # Whether a login may have changed the capabilities without the server saying how: {#capability} asks.
  def capabilities_stale?
    Native.imap_capability_is_stale(known) == 1
  end

  # "IMAP4REV1", "IMAP4" or "IMAP4REV2".
  def protocol_version
    Native.imap_protocol_version(known).force_encoding(Encoding::UTF_8)
  end
  alias PROTOCOL_VERSION protocol_version

  # Whether UTF8=ACCEPT is enabled.
  def utf8_enabled
    Native.imap_utf8_enabled(known) == 1
  end
  alias utf8_enabled? utf8_enabled

  # Whether the selected mailbox was opened for reading only.
  def is_readonly # rubocop:disable Naming/PredicateName
    Native.imap_is_readonly(known) == 1
  end
  alias readonly? is_readonly

  # The text of the greeting, as the server wrote it, binary as imaplib's bytes: "* OK ready".
  def welcome
    greeting&.raw&.chomp("\r\n")
  end

  # The greeting.
  # @return [Response, nil]
  def greeting
    out = Native.scratch.out
    Native.imap_greeting(known, out) == Native::IMAP_OK ? Response.own(out.get_uint64(0)) : nil
  end

  # imaplib's table: what no command took, name => texts. It is filled from the events when it is asked for, and emptied by
  # {#select}; {#response} takes from it.
  def untagged_responses
    events.each do |event|
      (@untagged[event.name] ||= []).concat(event.items)
      event.free
    end
    @untagged
  end

  # What the trace notes: 0 nothing, 1 commands and status lines, 3 every line. See {#trace=} and {#print_log}.
  def debug
    option(:trace_level)
  end

  def debug=(level)
    set_option(:trace_level, [Arguments.number(level, "debug"), 5].min)
  end

  # Prints the last lines sent and received, secrets masked.
  # @param to [#puts]
  def print_log(to = $stderr)
    trace_lines(known).each { |line, time| to.puts("  #{time.strftime("%M:%S.%L")} #{line}") }
    nil
  end

  # Forgets the lines that {#print_log} prints.
  def clear_log
    Native.imap_trace_clear(known)
    nil
  end

  # The lines that {#print_log} prints.
  # @return [Array<String>]
  def trace_log
    trace_lines(known).map(&:first)
  end

  # imaplib's names in upper case.
  %i[append authenticate capability check close copy create delete deleteacl enable expunge fetch getacl getannotation
     getquota getquotaroot id idle list login login_cram_md5 login_plain logout lsub move myrights namespace noop partial
     proxyauth recent rename search select setacl setannotation setquota sort starttls status store subscribe thread uid
     unselect unsubscribe xatom].each do |name|
    define_method(name.upcase) { |*arguments, **options, &block| public_send(name, *arguments, **options, &block) }
  end

  private

  # Octets past the protocol: the call is made again until it has what it wants.
  def raw_call
    conn = enter
    begin
      while (rc = yield conn) == Native::IMAP_AGAIN
        pause(conn)
      end
      raise Errors.last(conn, rc) unless rc == Native::IMAP_OK
    ensure
      leave
    end
  end

  # AUTHENTICATE challenge by challenge. The function runs between two steps; if it is left in the middle, the exchange is
  # cancelled, or, if the server does not hear of it soon, the connection ends.
  def exchange(mechanism, initial, function)
    conn = enter
    id = rc = nil
    begin
      Thread.handle_interrupt(NEVER) do
        rc = Native.imap_auth_begin(conn, mechanism, initial, initial.to_s.bytesize, @out)
        id = Native.imap_last_id(conn) if [Native::IMAP_QUEUED, Native::IMAP_CHALLENGE].include?(rc)
      end
      rc = wait_for(conn, id) if rc == Native::IMAP_QUEUED
      while rc == Native::IMAP_CHALLENGE
        reply = function.call(challenge(conn))
        rc = reply.nil? ? Native.imap_auth_cancel(conn, @out) : auth_reply(conn, reply)
        rc = wait_for(conn, id) if rc == Native::IMAP_QUEUED
      end
      over = true
      rc, response = outcome(conn, rc, false)
      raise bad_error(response) if rc == Native::IMAP_BAD

      [response.status, response.items]
    ensure
      Thread.handle_interrupt(NEVER) do
        give_up_exchange(conn, id) unless over || id.nil?
        settle(conn, nil, true)
      end
      response&.free
    end
  end

  def challenge(conn)
    Native.imap_auth_challenge(conn, @out + 8, @out + 16)
    Native.octets(@out.get_uint64(8), @out.get_uint64(16)) || "".b
  end

  def auth_reply(conn, reply)
    reply = Arguments.octets(reply, "the answer to a challenge")
    Native.imap_auth_reply(conn, reply, reply.bytesize, @out)
  end

  def give_up_exchange(conn, id)
    Native.imap_auth_cancel(conn, nil)
    cut(conn) unless finish_soon(conn, id)
  end

  def tls_options(ssl_context)
    return {} if ssl_context.nil?
    return ssl_context if ssl_context.is_a?(Hash)

    raise Errors.argument("ssl_context must be a Hash of TLS options, not a #{ssl_context.class}")
  end
end
