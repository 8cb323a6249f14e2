# frozen_string_literal: true

class IMAP4
  # One part of a message's BODYSTRUCTURE. Texts are as sent; types may be in any case.
  class BodyPart
    include Matchable

    # For pattern matching: `in { type: "application/pdf", filename: }`.
    READERS = %i[number type media_type subtype params disposition disposition_params language envelope parts body octets lines id
                 description encoding md5 location filename].freeze

    # @return [String, nil] what fetch takes: "1.2" for "BODY[1.2]"; "" for a multipart that is the whole message, nil for
    #   the multipart of an inner message
    attr_reader :number
    # @return [Hash{String => String}] parameters of the type, decoded and frozen; names in lower case
    attr_reader :params
    # @return [Hash{String => String}] parameters of the disposition, likewise
    attr_reader :disposition_params
    # @return [Array<String>]
    attr_reader :language
    # @return [Envelope, nil] of a part that is a message
    attr_reader :envelope
    # @return [Array<BodyPart>] of a multipart
    attr_reader :parts
    # @return [BodyPart, nil] the body of a part that is a message
    attr_reader :body
    # @return [Integer, nil] the size, encoded as sent; nil if it is not told, as with multiparts
    attr_reader :octets
    # @return [Integer, nil] the lines of a text or message
    attr_reader :lines

    # @api private
    # rubocop:disable Metrics/ParameterLists
    def initialize(number, texts, octets, lines, multipart, malformed, params, disposition_params, language, envelope, parts)
      @number = number
      @texts = texts
      @octets = octets
      @lines = lines
      @multipart = multipart
      @malformed = malformed
      @params = params
      @disposition_params = disposition_params
      @language = language
      @envelope = envelope
      @parts = parts
      @body = nil
    end
    # rubocop:enable Metrics/ParameterLists

    # What stands below a part is read after it.
    # @api private
    attr_writer :parts, :body

    # "TEXT"; "MULTIPART" of a multipart
    def media_type = @texts[0]
    # "PLAIN"
    def subtype = @texts[1]
    # Content-ID
    def id = @texts[2]
    # Content-Description as sent
    def raw_description = @texts[3]
    # The same with its encoded words decoded, in UTF-8
    def description = raw_description && IMAP4.header_decode(raw_description)
    # "BASE64", "7BIT", …
    def encoding = @texts[4]
    # Content-MD5
    def md5 = @texts[5]
    # "attachment", "inline"
    def disposition = @texts[6]
    # Content-Location
    def location = @texts[7]

    # Whether it has parts of its own.
    def multipart?
      @multipart
    end

    # Whether something of it was not as it must be.
    def malformed?
      @malformed
    end

    # "text/plain", in lower case.
    def type
      "#{media_type}/#{subtype}".downcase
    rescue Encoding::CompatibilityError # one of them is no UTF-8
      "#{media_type.b}/#{subtype.b}".downcase
    end

    # The name of the file that the part is, in UTF-8; nil if none is given.
    def filename
      disposition_params["filename"] || params["name"]
    end

    # Whether the sender meant it as an attachment.
    def attachment?
      disposition.to_s.casecmp?("attachment")
    end

    # This part and all below it, in reading order, inner messages' parts too.
    def walk(&block)
      return enum_for(:walk) unless block

      todo = [self]
      while (part = todo.pop)
        yield part
        todo << part.body if part.body
        todo.concat(part.parts.reverse) unless part.parts.empty?
      end
      self
    end

    # The part with a number: "1.2"; nil if there is none.
    def part(number)
      walk.find { |one| one.number == number.to_s }
    end

    # The parts of a type ("text/html", "image", "image/*") or disposition ("attachment"), in reading order.
    # @return [Array<BodyPart>]
    def search_all(type = nil, disposition: nil)
      main, sub = type.to_s.downcase.split("/")
      sub = nil if sub == "*"
      walk.select do |one|
        (main.nil? || one.media_type.to_s.casecmp?(main)) && (sub.nil? || one.subtype.to_s.casecmp?(sub)) &&
          (disposition.nil? || one.disposition.to_s.casecmp?(disposition))
      end
    end

    # The first of them; nil if there is none.
    # @return [BodyPart, nil]
    def search(type = nil, disposition: nil)
      search_all(type, disposition: disposition).first
    end

    def inspect
      "#<#{self.class} #{number.inspect} #{type}>"
    end
  end

  # Envelopes and bodies: from the node of a row to Ruby objects, read whole.
  # @api private
  module Structures
    N = Native
    LAYOUTS = N::Buffer::LAYOUTS
    ENVELOPE, ADDRESS, PART, PARAM = %i[imap_envelope imap_address imap_part imap_param].map { |name| LAYOUTS[name] }
    # Fields that lie side by side are read in one go.
    ENVELOPE_TEXTS = ENVELOPE[:date]
    ENVELOPE_NODES = ENVELOPE[:from]
    ADDRESS_SIZE = ADDRESS.size
    ADDRESS_TEXTS = ADDRESS[:name]
    ADDRESS_KIND = ADDRESS[:kind]
    PART_SIZE = PART.size
    PART_NODES = PART[:params]
    PARAM_SIZE = PARAM.size
    PARAM_TEXTS = PARAM[:name]
    PARAM_NEXT = PARAM[:next]
    KINDS = [nil, :mailbox, :group_start, :group_end].freeze
    NO_PARAMS = {}.freeze
    NONE = [].freeze
    # What was seen before is handed out again: lists of addresses by their octets, parameters that are a charset alone.
    # Servers decide what is in them, so they begin anew when they are full.
    LISTS = {} # rubocop:disable Style/MutableConstant
    CHARSETS = {} # rubocop:disable Style/MutableConstant
    MOST_LISTS = 1024
    MOST_CHARSETS = 64
    LONGEST = 512
    # Eight texts, octets and lines; -1 stands for what is not told.
    PART_TEXTS = PART[:media_type]
    # Words that are seen every day, as sent.
    WORDS = %w[text plain html multipart mixed alternative related signed report digest message rfc822 delivery-status
               application pdf octet-stream pgp-signature image jpeg png gif audio video calendar csv attachment inline
               7bit 8bit binary base64 quoted-printable].flat_map { |word| [word, word.upcase, word.capitalize] }
                                                      .to_h { |word| [word, word.freeze] }.freeze
    # The names of such parameters, in lower case.
    USUAL = %w[charset boundary name filename format type delsp size report-type protocol micalg].flat_map do |name|
      [name, name.upcase, name.capitalize].map { |one| [one, name.freeze] }
    end.to_h.freeze
    TO_DECODE = /=\?|[\n\r\0]/
    # Numbers of the parts of a message.
    NUMBERS = Array.new(64) { |place| place.to_s.freeze }.freeze
    private_constant(*constants)

    module_function

    def envelope(at, node)
      scratch = N.scratch
      buffer = scratch.envelope
      return nil unless N.imap_envelope_get(at, node, buffer, ENVELOPE.size) == N::IMAP_OK

      date, date_len, subject, subject_len, reply, reply_len, id, id_len = buffer.get_array_of_uint64(ENVELOPE_TEXTS, 8)
      from, sender, reply_to, to, cc, bcc, malformed = buffer.get_array_of_uint32(ENVELOPE_NODES, 7)
      Envelope.new(N.text(date, date_len), N.text(subject, subject_len), addresses(at, from, scratch),
                   addresses(at, sender, scratch), addresses(at, reply_to, scratch), addresses(at, to, scratch),
                   addresses(at, cc, scratch), addresses(at, bcc, scratch), N.text(reply, reply_len), N.text(id, id_len),
                   malformed != 0)
    end

    # The addresses from a node on, frozen with their texts. The node of a list stands before that of its first address;
    # where it does not, as in some broken lists, they are read.
    def addresses(at, first, scratch)
      return NONE if first == 0

      list = first - 1
      out = scratch.out
      unless N.imap_node_first(at, list) == first && N.imap_node_raw(at, list, out, scratch.out_len) == N::IMAP_OK &&
             (len = out.get_uint64(8)) <= LONGEST
        return read_addresses(at, first, scratch.address)
      end

      raw = N::MEMORY.get_bytes(out.get_uint64(0) - 1, len)
      LISTS[raw] || know(LISTS, MOST_LISTS, raw, read_addresses(at, first, scratch.address))
    end

    # Keeps what belongs to these octets, and gives it.
    def know(known, most, octets, value)
      known.clear if known.size >= most
      known[octets.freeze] = value
    end

    def read_addresses(at, node, buffer)
      found = []
      while node != 0 && N.imap_address_get(at, node, buffer, ADDRESS_SIZE) == N::IMAP_OK
        name, name_len, route, route_len, mailbox, mailbox_len, host, host_len = buffer.get_array_of_uint64(ADDRESS_TEXTS, 8)
        kind, node = buffer.get_array_of_uint32(ADDRESS_KIND, 2)
        found << Address.new(N.text(name, name_len).freeze, N.text(route, route_len).freeze,
                             N.text(mailbox, mailbox_len).freeze, N.text(host, host_len).freeze, KINDS[kind]).freeze
      end
      found.freeze
    end

    # The tree below a body. Its depth is the server's choice (MAX_DEPTH), so what is still to be read is a list: how the
    # numbers of some siblings begin, whom they belong to, the first of them, and how many places have no part before it.
    # Numbers are those of RFC 9051, 6.4.5.1.
    def body(at, root)
      top = nil
      todo = [nil, nil, root, nil]
      buffer = N.scratch.part
      parameter = N.scratch.param
      until todo.empty?
        gaps = todo.pop # nil in a multipart that is as the RFC has it
        node = todo.pop
        owner = todo.pop
        prefix = todo.pop
        siblings = []
        while node != 0 && N.imap_part_get(at, node, buffer, PART_SIZE) == N::IMAP_OK
          params, disposition_params, language, envelope, body, child, following, multipart, malformed =
            buffer.get_array_of_uint32(PART_NODES, 9)
          places = buffer.get_array_of_int64(PART_TEXTS, 18)
          octets = places[16]
          lines = places[17]
          number = number_of(owner, prefix, siblings.size + 1 + (gaps || 0), multipart)
          part = BodyPart.new(number, texts(places), octets < 0 ? nil : octets, lines < 0 ? nil : lines, multipart == 1,
                              malformed != 0, params == 0 ? NO_PARAMS : params(at, params, parameter),
                              disposition_params == 0 ? NO_PARAMS : params(at, disposition_params, parameter),
                              language == 0 ? NONE : language(at, language),
                              envelope == 0 ? nil : envelope(at, envelope), NONE)
          siblings << part
          unless child == 0
            inner_gaps = malformed == 0 ? nil : places_between(at, N.imap_node_first(at, node), child)
            todo.push(number.nil? ? prefix : number, part, child, inner_gaps)
          end
          todo.push(number, part, body, nil) unless body == 0
          gaps += places_between(at, node, following) - 1 if gaps && following != 0
          node = following
        end
        if owner.nil? then top = siblings.first
        elsif owner.multipart? then owner.parts = siblings
        else owner.body = siblings.first
        end
      end
      top
    end

    # How many places further one entry of a list is than another. NIL and () among parts are none, but the server counts
    # them.
    def places_between(at, node, later)
      count = 0
      until node == later || node == 0
        node = N.imap_node_next(at, node)
        count += 1
      end
      count
    end

    # Of the whole message, of the body of an inner one, or of a part among others.
    def number_of(owner, prefix, place, multipart)
      if owner.nil? then multipart == 1 ? "" : "1"
      elsif !owner.multipart? then multipart == 1 ? nil : "#{prefix}.1"
      elsif prefix.nil? || prefix.empty? then NUMBERS[place] || place.to_s
      else "#{prefix}.#{place}"
      end
    end

    # Written out, because most of the time of a part is spent here: pairs of address and length.
    def texts(places)
      type, type_len, subtype, subtype_len, id, id_len, description, description_len, encoding, encoding_len, md5, md5_len,
        disposition, disposition_len, location, location_len = places
      [type == 0 ? nil : word(type, type_len),
       subtype == 0 ? nil : word(subtype, subtype_len),
       id == 0 ? nil : N.string(id, id_len),
       description == 0 ? nil : N.string(description, description_len),
       encoding == 0 ? nil : word(encoding, encoding_len),
       md5 == 0 ? nil : N.string(md5, md5_len),
       disposition == 0 ? nil : word(disposition, disposition_len),
       location == 0 ? nil : N.string(location, location_len)]
    end

    # A text that is mostly one of the usual ones.
    def word(address, len)
      octets = N::MEMORY.get_bytes(address - 1, len)
      WORDS[octets] || N.utf8(octets)
    end

    def params(at, first, buffer)
      found = {}
      pieced = nil
      node = first
      while node != 0 && N.imap_param_get(at, node, buffer, PARAM_SIZE) == N::IMAP_OK
        name, name_len, value, value_len = buffer.get_array_of_uint64(PARAM_TEXTS, 4)
        node = buffer.get_uint32(PARAM_NEXT)
        next if name == 0

        name = N::MEMORY.get_bytes(name - 1, name_len)
        name = USUAL[name] || N.utf8(name).downcase
        value = N.text(value, value_len)
        # What is in pieces or has a charset (RFC 2231) or encoded words, a line end or NUL (which only a literal can bring), or
        # is no UTF-8, the library puts together.
        if name.include?("*") || (value && (value.match?(TO_DECODE) || value.encoding == Encoding::BINARY))
          (pieced ||= []) << name.sub(/\*.*/m, "")
        else
          return charset(value) if node == 0 && value && name == "charset" && found.empty?

          found[name] = value
        end
      end
      pieced&.each { |one| found[one] = whole_param(at, first, one) }
      found.freeze
    end

    def charset(value)
      CHARSETS[value] || know(CHARSETS, MOST_CHARSETS, value, { "charset" => value.freeze }.freeze)
    end

    def whole_param(at, first, name)
      N.written(256) { |buffer, size, needed| N.imap_param_find(at, first, name, buffer, size, needed) }
    end

    def language(at, node)
      [*Views.tree(at, node)].map(&:to_s)
    end
  end
end
