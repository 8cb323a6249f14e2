# frozen_string_literal: true

class IMAP4
  # One message of a FETCH. Numbers, flags and dates can be read at any time; envelope, structure and sections as long as
  # the row is there: in a loop of {IMAP4#each_message} until the next message is asked for, or for ever after {#keep}.
  # What was read once stays.
  class Message
    include Matchable

    # For pattern matching: `in { uid:, size: 1_000_000.. }`.
    READERS = %i[seq uid flags internaldate size modseq envelope body_structure sections gm_msgid gm_thrid gm_labels email_id
                 thread_id preview save_date].freeze

    N = Native
    LAYOUT = N::Buffer::LAYOUTS[:imap_fetch]
    SIZE = LAYOUT.size
    SEQ, UID, HAS, MALFORMED, FLAGS, FLAGS_NODE, DATE, OFFSET, OCTETS, MODSEQ, ENVELOPE, BODY, STRUCTURE, SECTIONS =
      %i[seq uid has malformed flags flags_node internaldate internaldate_offset_min rfc822_size modseq envelope body
         bodystructure section_count].map { |field| LAYOUT[field] }
    private_constant :N, :LAYOUT, :SIZE, :SEQ, :UID, :HAS, :MALFORMED, :FLAGS, :FLAGS_NODE, :DATE, :OFFSET, :OCTETS,
                     :MODSEQ, :ENVELOPE, :BODY, :STRUCTURE, :SECTIONS

    FLAG_NAMES = {
      N::IMAP_SEEN => "\\Seen", N::IMAP_ANSWERED => "\\Answered", N::IMAP_FLAGGED => "\\Flagged",
      N::IMAP_DELETED => "\\Deleted", N::IMAP_DRAFT => "\\Draft", N::IMAP_RECENT => "\\Recent",
      N::IMAP_FORWARDED => "$Forwarded", N::IMAP_MDN_SENT => "$MDNSent", N::IMAP_JUNK => "$Junk",
      N::IMAP_NOT_JUNK => "$NotJunk", N::IMAP_PHISHING => "$Phishing", N::IMAP_IMPORTANT => "$Important"
    }.freeze
    # Messages with the same usual flags share one array; there are 4096 at most.
    ARRAYS = {} # rubocop:disable Style/MutableConstant
    private_constant :FLAG_NAMES, :ARRAYS

    # @api private
    def self.of(address, handle)
      fetch = N.scratch.fetch
      N.imap_fetch_get(address, fetch, SIZE) == N::IMAP_OK ? new(address, handle, fetch) : nil
    end

    # @api private
    # @param handle [Native::ResponseHandle, nil] what keeps the row alive; nil for a row that is lent
    def initialize(address, handle, fetch)
      @address = address
      @handle = handle
      @seq = fetch.get_uint32(SEQ)
      @uid = fetch.get_uint32(UID)
      @has = fetch.get_uint32(HAS)
      @mask = fetch.get_uint32(FLAGS)
      if @has & NODES != 0
        @envelope_node = fetch.get_uint32(ENVELOPE)
        @body_node = fetch.get_uint32(@has & N::IMAP_FETCH_BODYSTRUCTURE == 0 ? BODY : STRUCTURE)
      end
      return if @has & READ_LATER == @has

      @seconds = fetch.get_int64(DATE)
      @offset = fetch.get_int32(OFFSET)
      @size = fetch.get_uint64(OCTETS)
      # What could not be read is no 0.
      unread = (@seconds.zero? ? N::IMAP_FETCH_INTERNALDATE : 0) | (@size.zero? ? N::IMAP_FETCH_SIZE : 0)
      @has &= ~(fetch.get_uint32(MALFORMED) & unread) if @has & unread != 0
    end

    # Items besides which nothing has to be copied at once.
    READ_LATER = N::IMAP_FETCH_UID | N::IMAP_FETCH_FLAGS | N::IMAP_FETCH_ENVELOPE | N::IMAP_FETCH_BODY |
                 N::IMAP_FETCH_BODYSTRUCTURE | N::IMAP_FETCH_SECTION
    NODES = N::IMAP_FETCH_ENVELOPE | N::IMAP_FETCH_BODY | N::IMAP_FETCH_BODYSTRUCTURE
    private_constant :READ_LATER, :NODES

    # @return [Integer, nil] the message number; nil where the server gave only the UID (RFC 9586)
    def seq
      @seq.zero? ? nil : @seq
    end

    # @return [Integer, nil]
    def uid
      @uid.zero? ? nil : @uid
    end

    # @return [Integer, nil] RFC822.SIZE in octets; nil, as all numbers and dates, also if what came is none
    def size
      @has & N::IMAP_FETCH_SIZE == 0 ? nil : @size
    end

    # @return [Array<String>, nil] the flags, frozen: "\\Seen", "$Forwarded", …; nil if they were not fetched
    def flags
      return @flags if @flags
      return nil if @has & N::IMAP_FETCH_FLAGS == 0

      @flags = @mask & N::IMAP_OTHER_FLAGS == 0 ? usual_flags : all_flags
    end

    # Whether the message has a flag, in any case: "\\Seen", "Seen" or :seen for a system flag, "$Junk" for a keyword. Where
    # FLAGS was not fetched ({#flags} is nil) it is false of all.
    def flag?(name)
      name = Arguments.name(name, "name")
      flags&.any? { |flag| flag.casecmp?(name) || (flag.start_with?("\\") && flag.delete_prefix("\\").casecmp?(name)) } || false
    end

    # @return [Time, nil] INTERNALDATE, in the zone it was written in
    def internaldate
      return nil if @has & N::IMAP_FETCH_INTERNALDATE == 0

      Time.at(@seconds).localtime(@offset * 60)
    end

    # @return [Integer, nil]
    def modseq
      number(N::IMAP_FETCH_MODSEQ, :modseq)
    end

    # @return [Integer, nil] X-GM-MSGID of Gmail
    def gm_msgid
      number(N::IMAP_FETCH_GM_MSGID, :gm_msgid)
    end

    # @return [Integer, nil] X-GM-THRID of Gmail
    def gm_thrid
      number(N::IMAP_FETCH_GM_THRID, :gm_thrid)
    end

    # @return [Array<String>, nil] X-GM-LABELS of Gmail
    def gm_labels
      field(N::IMAP_FETCH_GM_LABELS) { |fetch| Views.words(address, fetch.number(:gm_labels_node)) }
    end

    # @return [String, nil] EMAILID (RFC 8474)
    def email_id
      node_text(N::IMAP_FETCH_EMAILID, :email_id_node)
    end

    # @return [String, nil] THREADID (RFC 8474)
    def thread_id
      node_text(N::IMAP_FETCH_THREADID, :thread_id_node)
    end

    # @return [String, nil] PREVIEW (RFC 8970)
    def preview
      node_text(N::IMAP_FETCH_PREVIEW, :preview_node)
    end

    # @return [Time, nil] SAVEDATE (RFC 8514); nil also if the server does not know it
    def save_date
      field(N::IMAP_FETCH_SAVEDATE) do |fetch|
        next nil if N.imap_node_kind(address, fetch.number(:save_date_node)) == N::IMAP_NODE_NIL

        seconds = fetch.signed_long(:save_date)
        next nil if seconds.zero? && fetch.number(:malformed) & N::IMAP_FETCH_SAVEDATE != 0

        Time.at(seconds).localtime(fetch.signed(:save_date_offset_min) * 60)
      end
    end

    # @return [Envelope, nil]
    def envelope
      return @envelope if @envelope || @has & N::IMAP_FETCH_ENVELOPE == 0

      @envelope = Structures.envelope(address, @envelope_node)
    end

    # @return [BodyPart, nil] the part that holds all others, of BODYSTRUCTURE, else of BODY
    def body_structure
      return @body_structure if @body_structure || @has & NODES & ~N::IMAP_FETCH_ENVELOPE == 0

      @body_structure = Structures.body(address, @body_node)
    end

    # @return [Array<Section>] what came of the message: BODY[…], BINARY[…], RFC822, …
    def sections
      return [] if @has & N::IMAP_FETCH_SECTION == 0

      at = address
      buffer = N.scratch[:imap_section]
      count = field(N::IMAP_FETCH_SECTION) { |fetch| fetch.get_uint32(SECTIONS) }
      Array.new(count) do |i|
        N.imap_section_get(at, i, buffer, buffer.size)
        section_of(buffer)
      end
    end

    # The octets of a section, binary; nil if it did not come, or is NIL. name is the item, in any case: "BODY[TEXT]", or as
    # it was asked for, "BODY.PEEK[TEXT]"; the only section there is without a name.
    def section(name = nil)
      name &&= Arguments.text(name, "name")
      at = address
      buffer = N.scratch[:imap_section]
      rc = name ? N.imap_section_find(at, name, buffer, buffer.size) : N.imap_section_get(at, 0, buffer, buffer.size)
      rc == N::IMAP_OK ? buffer.octets(:ptr) : nil
    end
    alias [] section

    # The value of any item as a tree, "X-SOMETHING"; nil if it did not come.
    def item(name)
      name = Arguments.text(name, "name")
      at = address
      list = N.imap_node_at(at, N::IMAP_ROOT, 2)
      Views.tree(at, N.imap_node_find(at, list, name))
    end

    # Whether an item had another form than it must: what could be read of it is there.
    def malformed?
      N.imap_response_malformed(address) == 1 || !fetch.get_uint32(MALFORMED).zero?
    end

    # Makes the message independent of the loop that it is from. Its memory is freed with it.
    # @return [self]
    def keep
      return self if @handle

      out = FFI::MemoryPointer.new(:uint64)
      rc = N.imap_response_keep(address, out)
      raise Errors.plain(rc) unless rc == N::IMAP_OK

      kept = out.get_uint64(0)
      @handle = N::ResponseHandle.new(kept, Response.weight(kept))
      @address = kept
      self
    end

    # What is frozen must not depend on the loop, nor read anything later.
    def freeze
      keep
      flags
      envelope
      body_structure
      super
    end

    # Numbers that stand for memory mean nothing to another process.
    # @raise [TypeError]
    def marshal_dump
      raise TypeError, "a message cannot be dumped: dump its values"
    end

    # The whole row.
    # @return [Response]
    def response
      keep
      Response.new(@address, @handle)
    end

    # The row goes: what was not read before can no more be read.
    # @api private
    def release
      @address = nil unless @handle
    end

    def inspect
      "#<#{self.class} seq=#{seq.inspect} uid=#{uid.inspect}>"
    end

    private

    # The loop lets go of its own message alone: a copy is kept.
    def initialize_copy(_)
      keep if @address
    end

    def address
      raise Errors.argument("the response was freed") if @handle&.freed?

      @address or raise Errors.argument("this message is gone, because the next one was asked for: read its values " \
                                        "inside the loop, or call keep there")
    end

    def fetch
      fetch = N.scratch.fetch
      N.imap_fetch_get(address, fetch, SIZE)
      fetch
    end

    def field(bit)
      @has & bit == 0 ? nil : yield(fetch)
    end

    # One that could not be read is nil.
    def number(bit, name)
      field(bit) { |fetch| fetch.long(name) if fetch.number(:malformed) & bit == 0 }
    end

    def node_text(bit, name)
      field(bit) do |fetch|
        node = fetch.number(name)
        N.scratch.text { |ptr, len| N.imap_node_text(address, node, ptr, len) }
      end
    end

    def usual_flags
      ARRAYS[@mask] ||= FLAG_NAMES.filter_map { |bit, name| name unless (@mask & bit).zero? }.freeze
    end

    # One call for the list as sent, and not one for each flag.
    def all_flags
      at = address
      scratch = N.scratch
      node = fetch.get_uint32(FLAGS_NODE)
      raw = scratch.text { |ptr, len| N.imap_node_raw(at, node, ptr, len) }
      # One that is no UTF-8 does not make the others binary.
      return Views.words(at, node).each(&:freeze).freeze unless raw&.encoding == Encoding::UTF_8 && raw.match?(/\A\([^()"{}]*\)\z/)

      raw[1..-2].split.each(&:freeze).freeze
    end

    SECTION_KINDS = %i[whole header header_fields header_fields_not text mime other].freeze
    private_constant :SECTION_KINDS

    def section_of(buffer)
      Section.new(item: buffer.text(:item), part: buffer.text(:part), kind: SECTION_KINDS[buffer.signed(:kind)],
                  octets: buffer.octets(:ptr), origin: buffer.long(:origin), binary: buffer.signed(:is_binary) == 1,
                  streamed: buffer.signed(:is_streamed) == 1)
    end
  end
end
