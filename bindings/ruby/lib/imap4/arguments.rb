# frozen_string_literal: true

require "date"

class IMAP4
  # A typed argument of {IMAP4#command}, where the kind does not follow from the Ruby class.
  class Arg
    # @api private
    attr_reader :type, :octets, :flags

    # @api private
    def initialize(type, octets, flags = 0)
      @type = type
      @octets = octets
      @flags = flags
    end

    # Short, and without what is secret.
    def inspect
      "#<#{self.class} #{@flags & Native::IMAP_ARG_SECRET == 0 ? @octets.inspect[0, 40] : "secret"}>"
    end

    class << self
      # Ready text: search criteria, fetch items; checked, then sent as written.
      def raw(text) = new(Native::IMAP_ARG_RAW, Arguments.text(text, "raw"))
      # Ready text in parentheses, which are added where they are missing.
      def items(text) = new(Native::IMAP_ARG_ITEMS, Arguments.items(text, "items"))
      # A word, sent as it is.
      def atom(text) = new(Native::IMAP_ARG_ATOM, Arguments.text(text, "atom"))
      # Any text, always quoted.
      def string(text) = new(Native::IMAP_ARG_STRING, Arguments.text(text, "string"))
      # Any octets, always as a literal.
      def literal(octets) = new(Native::IMAP_ARG_LITERAL, Arguments.octets(octets, "literal"))
      # A mailbox name in UTF-8.
      def mailbox(name) = new(Native::IMAP_ARG_MAILBOX, Arguments.text(name, "mailbox"))
      # A mailbox name exactly as the server wrote it.
      def raw_mailbox(name) = new(Native::IMAP_ARG_MAILBOX_RAW, Arguments.text(name, "mailbox"))
      # A pattern of LIST.
      def pattern(name) = new(Native::IMAP_ARG_LIST_MAILBOX, Arguments.text(name, "pattern"))
      # A sequence set: see {IMAP4.set}.
      def set(numbers) = new(Native::IMAP_ARG_SET, Arguments.set(numbers, "set"))
      # Flags, as an Array or a String.
      def flags(flags) = new(Native::IMAP_ARG_FLAGS, Arguments.flags(flags, "flags"))
      # An INTERNALDATE from a Time or a String. A day of SEARCH needs no kind: it is a Date or a Time itself.
      def date(time) = new(Native::IMAP_ARG_DATE, Arguments.date(time, "date"))
      # A text that is masked in the trace and wiped after sending.
      def secret(text) = new(Native::IMAP_ARG_STRING, Arguments.text(text, "secret"), Native::IMAP_ARG_SECRET)
    end
  end

  # A sequence set as the protocol writes it. Takes a number, a Range (1.. and 1..-1 go to the end), an Array of such, or
  # ready text.
  #
  #     IMAP4.set([1, 2, 3, 7, 9..])  # => "1:3,7,9:*"
  def self.set(numbers)
    Arguments.set(numbers, "set")
  end

  # Ruby values to what the library takes. Each complains by the argument's name.
  # @api private
  module Arguments
    N = Native
    private_constant :N

    module_function

    # A text without NUL; numbers and symbols are converted. Line ends are for the library to refuse.
    def text(value, name)
      case value
      when String then octets = value
      when Symbol, Integer then octets = value.to_s
      else raise Errors.argument("#{name} must be a String, not #{described(value)}")
      end
      octets = utf8(octets, name)
      raise Errors.argument("#{name} has a NUL in it") if octets.include?("\0")

      octets
    end

    # A text to compare with, as it is: without the change to binary that sending needs.
    def name(value, name)
      return value if value.is_a?(String)
      return value.to_s if value.is_a?(Symbol)

      raise Errors.argument("#{name} must be a String, not #{described(value)}")
    end

    # A text as imaplib's callers give it: a whole quoted string stands for what is in it.
    def unquoted(value, name)
      octets = text(value, name)
      octets.match?(/\A"(?:[^"\\]|\\["\\])*"\z/n) ? octets[1..-2].gsub(/\\(.)/n, '\1') : octets
    end

    # A mailbox name as imaplib's callers give it: quoted or not, in modified UTF-7 or UTF-8.
    def mailbox(value, name)
      octets = unquoted(value, name)
      octets.include?("&") ? IMAP4.utf7_decode(octets).b : octets
    end

    # A text that is not only sent: it must not have a line end either.
    def line(value, name)
      octets = text(value, name)
      raise Errors.argument("#{name} has a line end in it") if octets.match?(/[\r\n]/n)

      octets
    end

    def optional(value, name)
      value.nil? ? nil : text(value, name)
    end

    # Octets for a literal: anything that is a String.
    def octets(value, name)
      raise Errors.argument("#{name} must be a String, not #{described(value)}") unless value.is_a?(String)

      value.b
    end

    # The octets of a text in UTF-8; binary strings are taken as they are.
    def utf8(text, name)
      return text.b if [Encoding::UTF_8, Encoding::BINARY, Encoding::US_ASCII].include?(text.encoding)

      text.encode(Encoding::UTF_8).b
    rescue EncodingError
      raise Errors.argument("#{name} cannot be written in UTF-8")
    end

    # Search criteria with their texts in the charset that is named for them. Binary strings are so already.
    def in_charset(value, charset, name, depth = 0)
      return value.map { |one| in_charset(one, charset, name, deeper(depth, name)) } if value.is_a?(Array)
      return value unless value.is_a?(String) && charset
      return value if value.encoding == Encoding::BINARY || value.ascii_only? || !value.valid_encoding?

      value.encode(charset).b
    rescue Encoding::ConverterNotFoundError # Ruby does not know the charset: nor does it what the octets are
      value
    rescue EncodingError
      raise Errors.argument("#{name} cannot be written in #{charset}")
    end

    def described(value)
      value.nil? ? "nil" : "#{value.class.to_s.match?(/\A[AEIOU]/) ? "an" : "a"} #{value.class}"
    end

    # A time; nil for no limit.
    def seconds(value, name)
      return value if value.nil? || (value.is_a?(Numeric) && value.real? && value >= 0)

      raise Errors.argument("#{name} must be a number of seconds, not #{value.inspect[0, 40]}")
    end

    # A function of the caller's.
    def callable(value, name)
      return value if value.nil? || value.respond_to?(:call)

      raise Errors.argument("#{name} must have a method call, not be #{described(value)}")
    end

    def number(value, name, within = 0..(2**32) - 1)
      number = value.is_a?(String) && value.match?(/\A\d{1,10}\z/) ? value.to_i : value
      return number if number.is_a?(Integer) && within.cover?(number)

      raise Errors.argument("#{name} must be an Integer in #{within}, not #{value.inspect[0, 40]}")
    end

    # Lists inside each other; what is inside itself would have no end.
    DEEPEST = 100
    private_constant :DEEPEST

    # One list more around it.
    def deeper(depth, name)
      return depth + 1 if depth < DEEPEST

      raise Errors.argument("#{name}: more than #{DEEPEST} lists are inside each other, or one is inside itself")
    end

    def set(value, name, depth = 0)
      case value
      when String, Symbol then line(value, name)
      when Integer then member(value, name)
      when Range then range(value, name)
      when Array, Enumerable then joined(value.to_a, name, deeper(depth, name))
      else raise Errors.argument("#{name} must be a number, Range, Array or String, not #{described(value)}")
      end
    end

    # Whether a set is an Array of nothing, as a search gives that found nothing.
    def nothing?(value)
      value.is_a?(Enumerable) && value.respond_to?(:empty?) && value.empty?
    end

    def member(value, name)
      return value.to_s if value.is_a?(Integer) && value.positive? && value < 2**32

      raise Errors.argument("#{name}: #{value.inspect[0, 40]} is no message number")
    end

    def range(value, name)
      first = value.begin || 1
      last = value.end
      return "#{member(first, name)}:*" if last.nil? || last == -1

      last -= 1 if value.exclude_end? && last.is_a?(Integer)
      first == last ? member(first, name) : "#{member(first, name)}:#{member(last, name)}"
    end

    # Numbers in a row become ranges.
    def joined(values, name, depth)
      raise Errors.argument("#{name} is empty") if values.empty?

      runs = []
      values.each do |value|
        if value.is_a?(Integer) && runs.last.is_a?(Range) && runs.last.end == value - 1
          runs[-1] = runs.last.begin..value
        else
          runs << (value.is_a?(Integer) ? value..value : value)
        end
      end
      runs.map { |run| set(run, name, depth) }.join(",")
    end

    # Flags with blanks between them; :seen is \Seen, as is :Seen, which Net::IMAP has; other Symbols are taken as written.
    def flags(value, name)
      return text(value, name) if value.is_a?(String)
      raise Errors.argument("#{name} must be an Array or a String, not #{described(value)}") unless value.is_a?(Array) || value.is_a?(Symbol)

      "(#{[*value].map { |flag| one_flag(flag, name) }.join(" ")})"
    end

    def one_flag(flag, name)
      octets = flag.is_a?(Symbol) ? flag_name(flag) : text(flag, name)
      return octets unless octets.empty? || octets.match?(/[\s()]/n)

      raise Errors.argument("#{name}: #{octets.inspect} is not a flag")
    end

    SYSTEM_FLAGS = %i[seen answered flagged deleted draft recent].freeze
    private_constant :SYSTEM_FLAGS

    def flag_name(symbol)
      SYSTEM_FLAGS.include?(symbol.downcase) ? "\\#{symbol.capitalize}" : symbol.to_s
    end

    # Attributes of mailboxes: :archive is \Archive.
    # @return [Arg]
    def special_use(value, name)
      value = [*value].map { |one| one.is_a?(Symbol) ? "\\#{one.capitalize}" : one } unless value.is_a?(String)
      Arg.new(N::IMAP_ARG_FLAGS, flags(value, name))
    end

    # Names with blanks between them, from an Array or a String.
    def items(value, name)
      value.is_a?(Array) ? "(#{value.map { |one| text(one, name) }.join(" ")})" : text(value, name)
    end

    # An INTERNALDATE: ready text, seconds since 1970, or what is a time; a Date is its first moment in local time.
    def date(value, name)
      value.nil? || value.is_a?(String) ? optional(value, name) : internaldate(value, name)
    end

    def internaldate(value, name)
      raise Errors.argument("#{name} must be a real number, not #{value}") if value.is_a?(Numeric) && !(value.real? && value.abs < 2**60)

      time = value.is_a?(Numeric) ? Time.at(value) : (value.to_time if value.respond_to?(:to_time))
      raise Errors.argument("#{name} must be a Time, a Date, a number or a String, not #{described(value)}") unless time.is_a?(Time)

      buffer = FFI::MemoryPointer.new(:char, N::IMAP_INTERNALDATE_SIZE)
      rc = N.imap_internaldate_format(time.to_i, time.utc_offset / 60, buffer, buffer.size)
      raise Errors.argument("#{name} is outside of the years 1 to 9999") unless rc == N::IMAP_OK

      buffer.get_string(0).force_encoding(Encoding::UTF_8)
    end

    # A day of SEARCH (RFC 9051, 9: date), that of a Time in its own zone.
    def search_date(value, name)
      raise Errors.argument("#{name}: the year #{value.year} is outside of 1 to 9999") unless (1..9999).cover?(value.year)

      Arg.new(N::IMAP_ARG_ATOM, value.strftime("%-d-#{Date::ABBR_MONTHNAMES[value.month]}-%Y"))
    end

    # Ready text of several words, as imaplib's callers give it: "FROM", '"bob"'.
    def words(values, name)
      raise Errors.argument("#{name} is missing") if values.empty?

      values.map { |value| value.is_a?(Array) ? items(value, name) : text(value, name) }.join(" ")
    end

    # Search criteria: ready text, or an Array of typed words, in which a String is one text.
    # @return [Array<Arg>]
    def criteria(value, name)
      case value
      when String then [Arg.raw(value)]
      when Symbol, Range, Arg then typed([value], name)
      when Array
        args = typed(value, name)
        raise Errors.argument("#{name} has nil in it, or nothing") if args.empty? || args.any? { |arg| arg.type == N::IMAP_ARG_NIL }

        args
      else raise Errors.argument("#{name} must be an Array or a String, not #{described(value)}")
      end
    end

    # Typed arguments from Ruby values: Symbols are words, Strings texts (quoted where needed), Arrays lists, Ranges and
    # Arrays of numbers sets, nil is NIL.
    def typed(values, name, depth = 0)
      values.flat_map { |value| typed_one(value, name, depth) }
    end

    def typed_one(value, name, depth)
      case value
      when Arg then value
      when Symbol then Arg.new(N::IMAP_ARG_ATOM, text(value, name).upcase)
      when Integer then Arg.new(N::IMAP_ARG_NUMBER, number(value, name, 0..(2**64) - 1).to_s)
      when String then Arg.new(N::IMAP_ARG_ASTRING, text(value, name))
      when Range then Arg.set(value)
      when Time, Date then search_date(value, name)
      when nil then Arg.new(N::IMAP_ARG_NIL, nil)
      when Array then list(value, name, deeper(depth, name))
      else raise Errors.argument("#{name}: #{described(value)} cannot be sent")
      end
    end

    def list(values, name, depth)
      return Arg.set(values) if values.any? && values.all? { |one| one.is_a?(Integer) || one.is_a?(Range) }

      [Arg.new(N::IMAP_ARG_LIST_OPEN, nil), *typed(values, name, depth), Arg.new(N::IMAP_ARG_LIST_CLOSE, nil)]
    end

    SIZE = N::Buffer::LAYOUTS[:imap_arg].size
    PTR, LEN, TYPE, FLAGS = %i[ptr len type flags].map { |field| N::Buffer::LAYOUTS[:imap_arg][field] }
    private_constant :SIZE, :PTR, :LEN, :TYPE, :FLAGS

    # imap_arg[] in memory, with the octets behind it.
    def packed(args)
      table = args.size * SIZE
      memory = FFI::MemoryPointer.new(:char, table + args.sum { |arg| arg.octets.to_s.bytesize } + 1)
      at = table
      args.each_with_index do |arg, i|
        memory.put_int32(i * SIZE + TYPE, arg.type)
        memory.put_int32(i * SIZE + FLAGS, arg.flags)
        next unless arg.octets

        memory.put_bytes(at, arg.octets)
        memory.put_pointer(i * SIZE + PTR, memory + at)
        memory.put_uint64(i * SIZE + LEN, arg.octets.bytesize)
        at += arg.octets.bytesize
      end
      memory
    end
  end
end
