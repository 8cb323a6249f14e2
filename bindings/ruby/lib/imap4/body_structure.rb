# frozen_string_literal: true

class IMAP4
  # One part of a message's BODYSTRUCTURE. number is what fetch takes: "BODY[1.2]"; "" for a multipart that is the whole
  # message, nil for the multipart of an inner message. Texts are as sent; types may be in any case. params and
  # disposition_params are Hashes of decoded values, their names in lower case.
  class BodyPart
    FIELDS = %i[number media_type subtype params id description encoding octets lines md5 disposition disposition_params
                language location envelope body parts].freeze
    attr_reader(*(FIELDS - [:body]))

    # @api private
    def initialize(values)
      @number, @media_type, @subtype, @params, @id, @description, @encoding, @octets, @lines, @md5, @disposition,
        @disposition_params, @language, @location, @envelope, @bodies, @parts, @multipart, @malformed = values
    end

    # The body of a part that is a message; nil of other parts.
    def body
      @bodies.first
    end

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
        todo.concat([*part.parts, *part.body].reverse)
      end
      self
    end

    # The part with a number: "1.2"; nil if there is none.
    def part(number)
      walk.find { |one| one.number == number.to_s }
    end

    # The parts of a type ("text/html", "image", "image/*") or disposition ("attachment"), in reading order.
    # @return [Array<BodyPart>]
    def search(type = nil, disposition: nil)
      main, sub = type.to_s.downcase.split("/")
      sub = nil if sub == "*"
      walk.select do |one|
        (main.nil? || one.media_type.to_s.casecmp?(main)) && (sub.nil? || one.subtype.to_s.casecmp?(sub)) &&
          (disposition.nil? || one.disposition.to_s.casecmp?(disposition))
      end
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
    ADDRESS_TEXTS = ADDRESS[:name]
    ADDRESS_KIND = ADDRESS[:kind]
    ADDRESS_NEXT = ADDRESS[:next]
    PART_TEXTS = PART[:media_type]
    PART_NODES = PART[:params]
    PARAM_TEXTS = PARAM[:name]
    PARAM_NEXT = PARAM[:next]
    KINDS = [nil, :mailbox, :group_start, :group_end].freeze
    NO_PARAMS = {}.freeze
    # A parameter in pieces or with a charset (RFC 2231), or with encoded words, has to be put together by the library.
    PIECED = /\*/
    ENCODED = /=\?/
    private_constant(*constants)

    module_function

    def envelope(at, node)
      buffer = N.scratch[:imap_envelope]
      return nil unless N.imap_envelope_get(at, node, buffer, buffer.size) == N::IMAP_OK

      date, date_len, subject, subject_len, reply, reply_len, id, id_len = buffer.get_array_of_uint64(ENVELOPE_TEXTS, 8)
      from, sender, reply_to, to, cc, bcc, malformed = buffer.get_array_of_uint32(ENVELOPE_NODES, 7)
      Envelope.new(N.text(date, date_len), N.text(subject, subject_len), addresses(at, from), addresses(at, sender),
                   addresses(at, reply_to), addresses(at, to), addresses(at, cc), addresses(at, bcc),
                   N.text(reply, reply_len), N.text(id, id_len), malformed != 0)
    end

    def addresses(at, node)
      found = []
      return found if node.zero?

      buffer = N.scratch.address
      while N.imap_address_get(at, node, buffer, ADDRESS.size) == N::IMAP_OK
        name, name_len, route, route_len, mailbox, mailbox_len, host, host_len = buffer.get_array_of_uint64(ADDRESS_TEXTS, 8)
        found << Address.new(N.text(name, name_len), N.text(route, route_len), N.text(mailbox, mailbox_len),
                             N.text(host, host_len), KINDS[buffer.get_int32(ADDRESS_KIND)])
        node = buffer.get_uint32(ADDRESS_NEXT)
      end
      found
    end

    # The tree below a body, without recursion: its depth is the server's choice (MAX_DEPTH).
    def body(at, root)
      tops = []
      todo = [[root, tops]]
      buffer = N.scratch.part
      while (node, siblings = todo.pop)
        next unless N.imap_part_get(at, node, buffer, PART.size) == N::IMAP_OK

        texts = buffer.get_array_of_uint64(PART_TEXTS, 18)
        params, disposition_params, language, envelope, body, child, following, multipart, malformed =
          buffer.get_array_of_uint32(PART_NODES, 9)
        parts = []
        bodies = []
        type, subtype, id, description, encoding, md5, disposition, location =
          Array.new(8) { |i| N.text(texts[2 * i], texts[(2 * i) + 1]) }
        octets = texts[16]
        lines = texts[17]
        siblings << BodyPart.new([number(at, root, node), type, subtype, params(at, params), id, description, encoding,
                                  octets > MOST ? nil : octets, lines > MOST ? nil : lines, md5, disposition,
                                  params(at, disposition_params), language(at, language), location,
                                  envelope.zero? ? nil : envelope(at, envelope), bodies, parts, multipart == 1,
                                  malformed != 0])
        todo << [following, siblings] unless following.zero?
        todo << [child, parts] unless child.zero?
        todo << [body, bodies] unless body.zero?
      end
      tops.first
    end

    # -1, read without a sign, stands for what is not told.
    MOST = (2**63) - 1
    private_constant :MOST

    def number(at, root, node)
      place = N.scratch.place
      N.imap_part_number(at, root, node, place, place.size) == N::IMAP_OK ? place.get_string(0) : nil
    end

    def params(at, first)
      return NO_PARAMS if first.zero?

      found = {}
      pieced = []
      node = first
      buffer = N.scratch.param
      while N.imap_param_get(at, node, buffer, PARAM.size) == N::IMAP_OK
        name, name_len, value, value_len = buffer.get_array_of_uint64(PARAM_TEXTS, 4)
        name = N.text(name, name_len)&.downcase
        value = N.text(value, value_len)
        if name&.match?(PIECED) || value&.match?(ENCODED)
          pieced << name.sub(/\*.*/m, "")
        elsif name
          found[name] = value
        end
        node = buffer.get_uint32(PARAM_NEXT)
      end
      pieced.each { |one| found[one] = whole_param(at, first, one) }
      found
    end

    def whole_param(at, first, name)
      N.written(256) { |buffer, size, needed| N.imap_param_find(at, first, name, buffer, size, needed) }
    end

    def language(at, node)
      return [] if node.zero?

      [*Views.tree(at, node)].map(&:to_s)
    end
  end
end
