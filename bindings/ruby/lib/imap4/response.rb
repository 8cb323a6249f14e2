# frozen_string_literal: true

class IMAP4
  # What the server answered: the result of a command with its rows, one row, or an event. It outlives its connection,
  # never changes, and may be read by several threads. Every reader copies; {#free} gives the memory back before the
  # collector does.
  class Response
    N = Native
    private_constant :N

    # The numbers of imap_kind as Symbols: :fetch, :exists, …
    KINDS = Native.constants.grep(/\AIMAP_KIND_/).to_h do |name|
      [Native.const_get(name), name.to_s.delete_prefix("IMAP_KIND_").downcase.to_sym]
    end.freeze
    STATUSES = [nil, "OK", "NO", "BAD", "BYE", "PREAUTH"].freeze
    private_constant :STATUSES

    # The response at an address, which handle keeps alive.
    # @api private
    def initialize(address, handle)
      @address = address
      @handle = handle
    end

    # A response that nobody holds yet.
    # @api private
    def self.own(address, octets = nil)
      new(address, N::ResponseHandle.new(address, octets || weight(address)))
    end

    # About how many octets a response keeps in memory.
    # @api private
    def self.weight(address)
      rows = N.imap_response_row_count(address)
      return row_weight(address) if rows.zero?

      # A few rows tell of many, unless they differ: then the first hundred are looked at.
      seen = [rows, 100].min
      total = (0...seen).sum { |i| row_weight(N.imap_response_row(address, i)) }
      total * rows / seen
    end

    def self.row_weight(address)
      scratch = N.scratch
      fetch = scratch.fetch
      out = scratch.out
      octets = N.imap_response_raw(address, out, out + 8) == N::IMAP_OK ? out.get_uint64(8) : 0
      if N.imap_fetch_get(address, fetch, fetch.size) == N::IMAP_OK
        section = scratch[:imap_section]
        fetch.number(:section_count).times do |i|
          N.imap_section_get(address, i, section, section.size)
          octets += section.long(:len)
        end
      end
      octets + 1024
    end
    private_class_method :row_weight

    # Gives the memory back now. Afterwards every reader raises; a second call does nothing. Rows go with their result.
    def free
      @handle.free
      nil
    end

    # @return [String, nil] "OK", "NO", "BAD", "BYE" or "PREAUTH"; nil for data
    def status
      STATUSES[N.imap_response_status(address)]
    end

    # @return [Symbol] what it is: :fetch, :exists, :ok, …; :other for a name the library does not know
    def kind
      KINDS.fetch(N.imap_response_kind(address), :other)
    end

    # @return [String] the command's name for a result, else the response's own: "FETCH", "OK"
    def name
      N.utf8(N.imap_response_name(address))
    end

    # @return [Integer, nil] the number before the name: 12 in "* 12 EXISTS"
    def number
      numbers = N.scratch.numbers
      N.imap_response_number(address, numbers) == N::IMAP_OK ? numbers.get_uint32(0) : nil
    end

    # @return [Integer] the place in the order in which the lines of the connection arrived
    def arrival
      N.imap_response_arrival(address)
    end

    # @return [String, nil] the text of a status with its code; nil for data
    def text
      N.scratch.text { |ptr, len| N.imap_response_text(address, ptr, len) }
    end

    # @return [String, nil] the text of a status without its code; nil for data
    def message_text
      N.scratch.text { |ptr, len| N.imap_response_message(address, ptr, len) }
    end

    # @return [String] the line as it came, binary, without the octets of literals from 64 KiB on
    def raw
      N.scratch.octets { |ptr, len| N.imap_response_raw(address, ptr, len) }
    end

    # Whether some of the line fits no rule of the protocol.
    def malformed?
      N.imap_response_malformed(address) == 1
    end

    # Whether the status is OK.
    def ok?
      status == "OK"
    end

    # @return [Integer] how many rows a result has
    def row_count
      N.imap_response_row_count(address)
    end

    # @return [Array<Response>] the untagged responses that belong to a result, in order of arrival
    def rows
      each_row.to_a
    end

    # The rows one by one.
    def each_row
      return enum_for(:each_row) { row_count } unless block_given?

      row_count.times { |i| yield Response.new(N.imap_response_row(address, i), @handle) }
      self
    end

    # The rows that are messages. A FETCH itself gives itself.
    # @return [Array<Message>]
    def messages
      return [message] if %i[fetch uidfetch].include?(kind)

      each_row.select { |row| %i[fetch uidfetch].include?(row.kind) }.map(&:message)
    end

    # This row as a message.
    # @return [Message, nil] nil if it is no FETCH
    def message
      Message.of(address, @handle)
    end

    # imaplib's data: Strings, and [text, literal] pairs; [nil] if none came.
    # @param name [String, nil] of which responses; nil for those that imaplib hands out for the command
    def items(name = nil)
      name &&= Arguments.text(name, "name")
      out = N.scratch.out
      count = N.imap_response_item_count(address, name)
      return [nil] if count.zero?

      Array.new(count) do |i|
        N.imap_response_item(address, name, i, out, out + 8, out + 16, out + 24)
        head, len, literal, literal_len = out.get_array_of_uint64(0, 4)
        text = N.text(head, len)
        literal.zero? ? text : [text, N.octets(literal, literal_len)]
      end
    end

    # The line as nested values: Integer, String (atoms and texts), nil for NIL, Array for lists. A response code is an
    # Array too. Literals are binary.
    def tree
      values(N::IMAP_ROOT)
    end

    # @api private
    def values(parent)
      found = []
      stack = [found]
      open = []
      node = N.imap_node_first(address, parent)
      loop do
        if node.zero?
          break if open.empty?

          stack.pop
          node = N.imap_node_next(address, open.pop)
        elsif [N::IMAP_NODE_LIST, N::IMAP_NODE_CODE].include?(N.imap_node_kind(address, node))
          stack.last << (inner = [])
          stack << inner
          open << node
          node = N.imap_node_first(address, node)
        else
          stack.last << value(node)
          node = N.imap_node_next(address, node)
        end
      end
      found
    end

    def inspect
      "#<#{self.class} #{@handle.freed? ? "freed" : [status, name, *number].compact.uniq.join(" ")}>"
    end

    private

    # The address, as long as there is something at it.
    def address
      raise Errors.argument("the response was freed") if @handle.freed?

      @address
    end

    def value(node)
      scratch = N.scratch
      case N.imap_node_kind(address, node)
      when N::IMAP_NODE_NIL then nil
      when N::IMAP_NODE_NUMBER
        N.imap_node_number(address, node, scratch.out)
        scratch.out.get_uint64(0)
      when N::IMAP_NODE_LITERAL then scratch.octets { |ptr, len| N.imap_node_text(address, node, ptr, len) }
      else scratch.text { |ptr, len| N.imap_node_text(address, node, ptr, len) }
      end
    end
  end
end
