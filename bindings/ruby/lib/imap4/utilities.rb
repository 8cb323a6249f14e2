# frozen_string_literal: true

# imaplib's utility functions, modified UTF-7, header texts, and responses from memory.
class IMAP4
  class << self
    # imaplib's Internaldate2tuple: an INTERNALDATE, bare, quoted or inside a FETCH response.
    # @return [Time, nil] in the zone it was written in; nil for what is no date
    def Internaldate2tuple(text) # rubocop:disable Naming/MethodName
      text = Arguments.octets(text, "text")
      seconds = FFI::MemoryPointer.new(:int64)
      offset = FFI::MemoryPointer.new(:int32)
      rc = Native.imap_internaldate_parse(text, text.bytesize, seconds, offset)
      rc == Native::IMAP_OK ? Time.at(seconds.get_int64(0)).localtime(offset.get_int32(0) * 60) : nil
    end

    # imaplib's Time2Internaldate, with its quotes: "17-Jul-1996 02:44:25 -0700".
    # @param time [Time, Date, Numeric, String] a number counts seconds since 1970 and is written in local time; a String
    #   has to be an INTERNALDATE in quotes and is given back
    def Time2Internaldate(time) # rubocop:disable Naming/MethodName
      if time.is_a?(String)
        raise Errors.argument("date_time is no date in quotes") unless time.match?(/\A".*"\z/m) && Internaldate2tuple(time)

        return time
      end
      Arguments.internaldate(time, "date_time")
    end

    # imaplib's Int2AP: a number in base 16 with the digits A to P.
    def Int2AP(number) # rubocop:disable Naming/MethodName
      raise Errors.argument("number must be an Integer") unless number.is_a?(Integer) && number.abs < 2**64

      buffer = FFI::MemoryPointer.new(:char, Native::IMAP_INT_TO_AP_SIZE)
      Native.imap_int_to_ap(number.abs, buffer, buffer.size)
      buffer.get_string(0).force_encoding(Encoding::UTF_8)
    end

    # imaplib's ParseFlags: the flags in "(\\Seen \\Flagged)", or in a response with FLAGS.
    # @return [Array<String>] empty if there is no flag list
    def ParseFlags(text) # rubocop:disable Naming/MethodName
      text = Arguments.octets(text, "text")
      out = FFI::MemoryPointer.new(:uint64)
      return [] unless Native.imap_flags_parse(text, text.bytesize, out) == Native::IMAP_OK

      flags = Response.own(out.get_uint64(0))
      flags.items.compact
    ensure
      flags&.free
    end

    # A mailbox name from UTF-8 to modified UTF-7.
    def utf7_encode(name)
      name = Arguments.utf8(Arguments.text(name, "name"), "name")
      written = Native.written(name.bytesize * 3 + 16) do |buffer, size, needed|
        Native.imap_utf7_encode(name, name.bytesize, buffer, size, needed)
      end
      written or raise Errors.argument("name is not UTF-8")
    end

    # A mailbox name from modified UTF-7 to UTF-8. What is not valid is given back as it is.
    def utf7_decode(name)
      octets = Arguments.octets(name, "name")
      written = Native.written(name.bytesize * 3 + 16) do |buffer, size, needed|
        Native.imap_utf7_decode(octets, octets.bytesize, buffer, size, needed)
      end
      written || name.dup
    end

    # A header text with its encoded words decoded, in UTF-8: "=?utf-8?Q?caf=C3=A9?=" is "café".
    def header_decode(text)
      octets = Arguments.octets(text, "text")
      Native.written(octets.bytesize * 2 + 64) do |buffer, size, needed|
        Native.imap_header_decode(octets, octets.bytesize, buffer, size, needed)
      end
    end

    # Reads the response that octets begin with, as it would come from a server.
    # @param limits [Hash] max_line, max_literal, max_response, max_depth, max_kept in octets and levels; 0 for none
    # @return [Array(Response, Integer), nil] the response, and how many octets it took; nil if it goes on beyond these
    def parse(octets, **limits)
      octets = Arguments.octets(octets, "octets")
      handle = limits.empty? ? nil : Options.handle(limits)
      out = FFI::MemoryPointer.new(:uint64, 2)
      rc = Native.imap_response_parse(octets, octets.bytesize, handle, out, out + 8)
      return nil if rc == Native::IMAP_AGAIN
      raise Errors.plain(rc) unless rc == Native::IMAP_OK

      [Response.own(out.get_uint64(0), out.get_uint64(8) + 1024), out.get_uint64(8)]
    end
  end
end
