# frozen_string_literal: true

# Answers row by row, as they arrive: memory does not grow with their number.
class IMAP4
  # Gives the messages of a FETCH one by one. In the block other commands may be used; leaving it early drops the rest.
  # Without a block: an Enumerator, whose messages are kept. Of an empty Array of numbers there are none.
  #
  #     imap.each_message(1.., "UID FLAGS RFC822.SIZE") { |message| total += message.size }
  #
  # @param changed_since [Integer, nil] only messages with a higher mod-sequence (RFC 7162)
  # @param stream [Array<String>, String, nil] items whose literals are not kept but given to on_literal as they arrive
  # @param on_literal [#call, nil] called with a {Literal} before the message that it is of; what it leaves is dropped
  # @yieldparam message [Message] good until the next one is asked for, or for ever after {Message#keep}
  # @return [self]
  def each_message(set, items, uid: true, changed_since: nil, stream: nil, on_literal: nil)
    unless block_given?
      again = { uid: uid, changed_since: changed_since, stream: stream, on_literal: on_literal }
      return Enumerator.new { |found| each_message(set, items, **again) { |message| found << message.keep } }
    end

    Arguments.callable(on_literal, "on_literal")
    if Arguments.nothing?(set)
      nothing(items, changed_since, nil)
      return self
    end

    args = fetch_args(set, items, changed_since)
    streamed = stream && Arguments.line(Arguments.items(stream, "stream"), "stream").delete("()").split.map { |item| streamed_name(item) }.join(" ")
    names = (streamed || option(:literal_stream_items)).to_s.split.map(&:upcase)
    if on_literal && names.empty? && option(:literal_stream_min).zero?
      raise Errors.argument("on_literal gets nothing: stream says which items' literals")
    end

    pull(by_uid("FETCH", uid), args, streamed, on_literal) do |message|
      hand_over(message, names, on_literal) if on_literal
      yield message
    end
  end

  # The rows of any command one by one, as responses that stay: each_row("LIST", "", Arg.pattern("*")).
  # @yieldparam row [Response]
  # @return [self]
  def each_row(name, *arguments)
    return enum_for(:each_row, name, *arguments) unless block_given?

    reader = ->(address) { row_of(address) }
    pull(Arguments.text(name, "name"), Arguments.typed(arguments, "argument"), nil, nil, reader) { |row| yield row }
  end

  private

  # Submits a command and gives its rows: as messages, or as reader makes them of an address. One message object and three
  # calls a row; the connection is taken for each row alone, so that the block may use it.
  def pull(name, args, streamed, on_literal, reader = nil)
    out = FFI::MemoryPointer.new(:uint64)
    fetch = Native::Buffer.new(:imap_fetch)
    fetch_size = fetch.size
    message = id = nil
    watch = Forgotten.new(@forgotten)
    ObjectSpace.define_finalizer(token = Object.new, watch)
    begin
      exclusively { nil } # what has to be waited for is over when the command is submitted in one go
      Thread.handle_interrupt(NEVER) { id = watch.id = submit_rows(name, args, streamed, out) }
      loop do
        raise busy_error unless @lock.try_lock

        begin
          conn = @handle
          raise closed_error if conn.nil? || @closing

          if (live = @live)
            @live = nil
            live.equal?(message) ? live.release : live.keep
          end
          stream(conn, streamed) unless @streamed == streamed
          while (rc = Native.imap_next(conn, id, 0, out)) == Native::IMAP_AGAIN
            pause(conn)
          end
          if rc == Native::IMAP_OK
            address = out.get_uint64(0)
            if reader
              message = reader.call(address)
            elsif Native.imap_fetch_get(address, fetch, fetch_size) == Native::IMAP_OK
              @live = message = Message.new(address, nil, fetch)
            else
              next # VANISHED, say
            end
          elsif rc != Native::IMAP_LITERAL
            rows_ended(conn, id, rc)
            watch.id = id = nil
            break
          end
        ensure
          @closing ? leave : @lock.unlock
        end
        rc == Native::IMAP_OK ? yield(message) : pass_by(on_literal)
      end
      self
    ensure
      watch.id = nil
      Thread.handle_interrupt(NEVER) { rows_left(message, id, streamed) }
      token.itself # has to live until here
    end
  end

  # A literal is there: it is on_literal's until that returns, or another call takes the connection on.
  def pass_by(on_literal)
    @passing = nil
    on_literal&.call(@passing = Literal.new(self))
  ensure
    @passing = nil
  end

  def submit_rows(name, args, streamed, out)
    conn = enter
    begin
      rc = streamed ? stream(conn, streamed) : Native::IMAP_OK
      raise Errors.argument("stream: #{streamed} cannot be streamed") unless rc == Native::IMAP_OK

      rc = Native.imap_submit(conn, name, Arguments.packed(args), args.size, out)
      raise Errors.last(conn, rc) unless rc == Native::IMAP_QUEUED

      out.get_uint32(0)
    ensure
      leave
    end
  end

  # After the last row: how the command went.
  def rows_ended(conn, id, rc)
    raise Errors.last(conn, rc) unless rc == Native::IMAP_END

    rc = Native.imap_wait(conn, id, 0, nil)
    raise Errors.last(conn, rc) unless rc == Native::IMAP_OK
  end

  # The last message goes, the answer is dropped if the loop was left early, and what was streamed before is so again.
  def rows_left(message, id, streamed)
    message&.release if @live.equal?(message)
    @live = nil if @live.equal?(message)
    return unless (id || streamed) && (conn = @handle)

    Native.imap_discard(conn, id) if id
    stream(conn, nil) if streamed && @streamed == streamed
  end

  # What was to pass by and is in the row all the same, because another command was waited for when it came, or because the
  # server wrote it in quotes, goes the same way.
  def hand_over(message, names, on_literal)
    message.sections.each do |section|
      next if section.streamed || section.octets.to_s.empty? || !names.include?(section.item.upcase)

      on_literal.call(Literal.new(self, section, message))
    end
  end

  def row_of(address)
    out = Native.scratch.out
    rc = Native.imap_response_keep(address, out)
    raise Errors.plain(rc) unless rc == Native::IMAP_OK

    Response.own(out.get_uint64(0))
  end

  # Notes the command of an Enumerator that the collector took in the middle: nobody will ask it for anything any more.
  # @api private
  class Forgotten
    attr_writer :id

    def initialize(list)
      @list = list
    end

    def call(*)
      @list << @id if @id
    end
  end
  private_constant :Forgotten
end
