# frozen_string_literal: true

# Messages to the server: from a String, an IO or a file, one or many.
class IMAP4
  # Adds a message to a mailbox. A String has its bare CR and LF made CRLF, unless verbatim; an IO's octets are sent as they
  # are, read in pieces: its lines must end with CRLF.
  #
  #     File.open("message.eml", "rb") { |file| imap.append_message("Sent", file, flags: [:seen]) }
  #
  # @param message [String, IO, #read] from where it stands to its end
  # @param flags [Array, String, nil]
  # @param date [Time, Date, Numeric, String, nil] INTERNALDATE; nil: now; a Date is its first moment in local time
  # @param size [Integer, nil] octets to read; nil for an object that knows its size
  # @param verbatim [Boolean] whether a String's octets are sent as they are, too
  # @return [Appended, nil] the UID it was given; nil if the server does not tell
  def append_message(mailbox, message, flags: nil, date: nil, size: nil, verbatim: false)
    mailbox = Arguments.optional(mailbox, "mailbox")
    flags &&= Arguments.flags(flags, "flags")
    date = Arguments.date(date, "date")
    if message.is_a?(String)
      size_of(message, size)
      return demand(:imap_cmd_append, mailbox, flags, date, message.b, message.bytesize,
                    verbatim ? Native::IMAP_APPEND_VERBATIM : 0, &:appenduid)
    end

    raise Errors.argument("message must be a String in a pipeline") if Thread.current[:imap4_pipeline]&.of?(self)

    append_in_pieces(mailbox, [[message, flags, date, size_of(message, size)]])
  end

  # Adds several messages: in one command where the server has MULTIAPPEND, all of them or none; else one after another, so
  # that those before one that is refused stay.
  # @param messages [Array<String, IO, Hash>] each as {#append_message} takes it, a Hash has message:, flags:, date:, size:,
  #   verbatim:
  # @return [Appended, nil]
  def append_messages(mailbox, messages)
    mailbox = Arguments.optional(mailbox, "mailbox")
    raise Errors.argument("messages must be an Array, not #{Arguments.described(messages)}") unless messages.is_a?(Array)

    given = messages.map { |one| announced(one) }
    raise Errors.argument("messages is empty") if given.empty?

    capability if capabilities_stale?
    return append_in_pieces(mailbox, given) if given.size == 1 || capability?("MULTIAPPEND")

    found = given.filter_map { |one| append_in_pieces(mailbox, [one]) }
    found.empty? ? nil : Appended.new(uidvalidity: found[0].uidvalidity, ranges: found.flat_map(&:ranges))
  end

  private

  PIECE = 65_536
  private_constant :PIECE

  def announced(one)
    one = { message: one } unless one.is_a?(Hash)
    message = one.fetch(:message) { raise Errors.argument("a message is missing") }
    unknown = one.keys - %i[message flags date size verbatim]
    raise Errors.argument("unknown keys of a message: #{unknown.join(", ")}") unless unknown.empty?

    size = size_of(message, one[:size])
    if message.is_a?(String) && !one[:verbatim] # bare CR and LF become CRLF
      message = message.b.gsub(/\r\n?|\n/n, "\r\n".b)
      size = message.bytesize
    end
    [message, one[:flags] && Arguments.flags(one[:flags], "flags"), Arguments.date(one[:date], "date"), size]
  end

  def size_of(message, size)
    size &&= Arguments.number(size, "size", 0..(2**62))
    if message.is_a?(String)
      return message.bytesize if size.nil? || size == message.bytesize

      raise Errors.argument("size is #{size}, but the message has #{message.bytesize} octets: a String needs no size")
    end
    return size if size
    raise Errors.argument("message must be a String or have read") unless message.respond_to?(:read)
    raise Errors.argument("size is missing: the message does not know it") unless message.respond_to?(:size) && message.respond_to?(:pos)

    [message.size - message.pos, 0].max
  end

  # One APPEND whose messages are written piece by piece. If it is left in the middle, the server waits for octets that
  # never come: the connection ends.
  def append_in_pieces(mailbox, messages)
    capability if capabilities_stale? # libimap4 0.1.0 sends the size too early otherwise
    conn = enter
    begun = over = false
    id = nil
    begin
      rc = nil
      Thread.handle_interrupt(NEVER) do
        rc = Native.imap_append_begin(conn, mailbox, @out + 8)
        begun = rc == Native::IMAP_QUEUED
        id = @out.get_uint32(8)
      end
      raise Errors.last(conn, rc) unless begun

      answered = messages.any? { |message| write_message(conn, *message) }
      rc = Native.imap_append_end(conn, @out)
      rc = wait_for(conn, id) if rc == Native::IMAP_QUEUED
      over = true
      rc, response = outcome(conn, rc, true)
      raise Errors.plain(Native::IMAP_ERR_PROTOCOL, "APPEND was answered before the message was sent") if answered && rc.zero?

      response.appenduid
    ensure
      Thread.handle_interrupt(NEVER) do
        # Before a message was announced it can be given up.
        is_cut = begun && !over && Native.imap_discard(conn, id) != Native::IMAP_OK
        cut(conn) if is_cut && Native.imap_fd(conn) >= 0
        settle(conn, nil, true)
      end
      response&.free
    end
  end

  # True if the server has answered already.
  def write_message(conn, message, flags, date, size)
    rc = Native.imap_append_message(conn, flags, date, size)
    raise Errors.last(conn, rc) unless rc == Native::IMAP_OK
    return write_piece(conn, message.b) if message.is_a?(String)
    return write_piece(conn, "".b) if size.zero?

    left = size
    while left.positive?
      octets = message.read([left, PIECE].min)
      raise Errors.argument("the message ended #{left} octets early; the connection is closed") if octets.nil? || octets == ""

      octets = Arguments.octets(octets, "what the message's read gives")
      return true if write_piece(conn, octets)

      left -= octets.bytesize
    end
    false
  end

  def write_piece(conn, octets)
    loop do
      rc = Native.imap_literal_write(conn, octets, octets.bytesize, @out + 16)
      return true if rc == Native::IMAP_END
      raise Errors.last(conn, rc) unless [Native::IMAP_OK, Native::IMAP_AGAIN].include?(rc)

      octets = octets.byteslice(@out.get_uint64(16)..)
      return false if octets.empty? && rc == Native::IMAP_OK

      pause(conn)
    end
  end
end
