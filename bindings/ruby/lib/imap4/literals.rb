# frozen_string_literal: true

# Literals as they arrive, without holding them.
class IMAP4
  # Reads one section of one message in pieces: to an IO, to a file, or to a block.
  #
  #     imap.fetch_literal(uid, "BODY.PEEK[]", to: "message.eml")
  #
  # @param item [String] one item with octets: "BODY.PEEK[]", "BINARY.PEEK[2]"
  # @param to [IO, String, nil] an object with write, or the path of a file, which is written anew
  # @yieldparam octets [String] each piece, binary
  # @return [Integer, nil] how many octets; nil if there is no such message, or the section is NIL
  def fetch_literal(number, item, to: nil, uid: true, &block)
    return File.open(to, "wb") { |file| fetch_literal(number, item, to: file, uid: uid) } if to.is_a?(String)

    sink = block || (to.respond_to?(:write) && to.method(:write)) or
      raise Errors.argument("to must be an IO or a path, or a block has to be given")
    item = Arguments.text(item, "item")
    total = nil
    taken = ->(literal) { total = literal.each { |octets| sink.call(octets) } }
    each_message(Arguments.number(number, "number", 1..(2**32) - 1), item, uid: uid, stream: streamed_name(item),
                                                                           on_literal: taken) do |message|
      # A short section may come as a quoted string, which is in the row.
      next if total || !(octets = message.section)

      sink.call(octets)
      total = octets.bytesize
    end
    total
  end

  private

  # The name under which the server answers an item: without .PEEK, and of a part the origin alone.
  def streamed_name(item)
    item.delete("()").sub(/\.PEEK/i, "").sub(/<(\d+)\.\d+>\z/, '<\1>')
  end

  # A literal that is there to be read, inside the function of {#each_message}. With the next call on the connection what is
  # left of it is dropped: reading on is an {Error} then.
  class Literal
    N = Native
    PIECE = 65_536
    private_constant :N, :PIECE

    # @return [Integer] octets in all
    attr_reader :total
    # @return [Integer, nil] the message number
    attr_reader :number
    # @return [Integer, nil] nil if it comes behind the literal
    attr_reader :uid
    # @return [String] the item as the server wrote it: "BODY[]"
    attr_reader :item

    # @api private
    def initialize(imap, section = nil, message = nil)
      @imap = imap
      if section # that is here already
        @octets = section.octets
        @total, @number, @uid, @item, @binary = @octets.bytesize, message.seq, message.uid, section.item, section.binary
        return
      end

      @taken = 0
      info = N.scratch[:imap_literal]
      @imap.__send__(:exclusively) { |conn| N.imap_literal_info(conn, info, info.size) }
      @total = info.long(:total)
      @number = present(info.number(:number))
      @uid = present(info.number(:uid))
      @item = info.text(:item)
      @binary = info.signed(:is_binary) == 1
    end

    # Whether it may hold NUL (literal8).
    def binary?
      @binary
    end

    # The next octets, binary, at most so many; nil after the last.
    def read(most = PIECE)
      Arguments.number(most, "most", 1..(2**31) - 1)
      if @octets
        piece = @octets.byteslice(0, most)
        @octets = @octets.byteslice(piece.bytesize..)
        return piece.empty? ? nil : piece
      end

      @buffer = FFI::MemoryPointer.new(:char, @room = most) unless @buffer && @room >= most
      count = FFI::MemoryPointer.new(:size_t)
      @imap.__send__(:exclusively) do |conn|
        return nil if @taken == @total
        raise gone unless @imap.instance_variable_get(:@passing).equal?(self)

        while (rc = N.imap_literal_read(conn, @buffer, most, count)) == N::IMAP_AGAIN
          @imap.__send__(:pause, conn)
        end
        raise gone if rc == N::IMAP_END
        raise Errors.last(conn, rc) unless rc == N::IMAP_OK
      end
      octets = @buffer.get_bytes(0, count.get_uint64(0))
      @taken += octets.bytesize
      octets
    end

    # All that is left, in pieces.
    # @return [Integer] how many octets that were
    def each
      total = 0
      while (octets = read)
        yield octets
        total += octets.bytesize
      end
      total
    end

    # Writes what is left to an IO.
    # @return [Integer] how many octets that were
    def copy_to(io)
      raise Errors.argument("io must have a method write, not be #{Arguments.described(io)}") unless io.respond_to?(:write)

      each { |octets| io.write(octets) }
    end

    private

    def gone
      Errors.plain(N::IMAP_ERR_STATE, "#{@item}: #{@total - @taken} octets of this literal were dropped, because the connection " \
                                      "went on to something else")
    end

    def present(number)
      number.zero? ? nil : number
    end
  end
end
