# frozen_string_literal: true

require "ffi"
require "imap4/native/header"

class IMAP4
  # The C library: loaded, compared with the header that the tables were written from, its functions attached.
  # Nothing here waits, except what is named so.
  # @api private
  module Native
    extend FFI::Library

    # The one place that is looked at if IMAP4_LIBRARY is set: the path of the shared library.
    SETTING = "IMAP4_LIBRARY"
    NAME = "libimap4.so.0"
    private_constant :SETTING, :NAME

    def self.load_library
      path = ENV.fetch(SETTING, "")
      ffi_lib_flags :now, :local
      ffi_lib path.empty? ? NAME : File.expand_path(path)
    rescue LoadError => e
      where = path.empty? ? "#{NAME}, in the system's library folders" : "#{path} (from #{SETTING})"
      raise LoadError, "imap4: the C library libimap4 could not be loaded. Tried: #{where}. " \
                       "Install it (cmake --install of libimap4's source, or the package libimap4-0), " \
                       "or set #{SETTING} to the path of the shared library. The loader said: #{e.message}"
    end
    private_class_method :load_library
    load_library

    # Functions that read a response take its address as a number: a row costs no pointer object then. The name of
    # imap_response_item is a text, though a number follows it as it follows octets.
    READERS = /\Aimap_(?:response|node|fetch|section|envelope|address|part|param|list|mailbox|status|namespace|numbers|search|set_next|esearch|vanished|thread|word|entry|pair|quota|acl|rights|code|copyuid)/
    NO_READERS = %i[imap_response_parse].freeze
    private_constant :READERS, :NO_READERS

    FUNCTIONS.each do |name, (parameters, result)|
      parameters = [:size_t, *parameters.drop(1)] if name.match?(READERS) && !NO_READERS.include?(name)
      parameters = [:size_t, :string, *parameters.drop(2)] if name == :imap_response_item
      attach_function name, parameters, name == :imap_response_row ? :size_t : result
    end

    # Closing may wait for a child process: in a thread of its own, and with the interpreter's lock released.
    attach_function :shutdown_waiting, :imap_shutdown, [:pointer], :void, blocking: true
    attach_function :free_waiting, :imap_free, [:pointer], :void, blocking: true

    if imap_version_number / 100 != HEADER_VERSION / 100 || imap_version_number < HEADER_VERSION
      raise LoadError, "imap4: this binding was made for libimap4 #{HEADER_VERSION / 10_000}.#{HEADER_VERSION / 100 % 100}." \
                       "#{HEADER_VERSION % 100}, and the library that was loaded is #{imap_version_string}. " \
                       "Install the library and the gem of one version, or set #{SETTING}."
    end

    # Ruby's collector is told of the octets that hang on an object; it does not see them otherwise.
    module Collector
      extend FFI::Library
      ffi_lib FFI::CURRENT_PROCESS
      attach_function :adjust, :rb_gc_adjust_memory_usage, [:ssize_t], :void
    end

    # A pointer from which every address can be read without making a pointer object for it. It begins at 1, because a
    # pointer to 0 counts as NULL.
    MEMORY = FFI::Pointer.new(1)

    # The octets at an address; nil for NULL.
    def self.octets(address, len)
      address.zero? ? nil : MEMORY.get_bytes(address - 1, len)
    end

    # The text at an address: UTF-8 if it is that, else binary. Either way a valid string.
    def self.text(address, len)
      address == 0 ? nil : string(address, len) # rubocop:disable Style/NumericPredicate
    end

    # The same at an address that is not NULL.
    def self.string(address, len)
      utf8(MEMORY.get_bytes(address - 1, len))
    end

    # Octets as UTF-8 if they are that, else as they are.
    def self.utf8(string)
      string.force_encoding(Encoding::UTF_8)
      string.valid_encoding? ? string : string.force_encoding(Encoding::BINARY)
    end

    # The same to be shown: one line of UTF-8, with U+FFFD for what is none.
    def self.shown(string)
      string = string.dup.force_encoding(Encoding::UTF_8).scrub if string.encoding == Encoding::BINARY
      string.match?(/[\r\n\0]/) ? string.gsub(/\r?\n|\r/, " ").tr("\0", "\uFFFD") : string
    end

    # ffi's types by the names of the table.
    TYPES = %i[size_t pointer int int32 uint32 int64 uint64].to_h { |name| [name, FFI.find_type(name)] }.freeze
    private_constant :TYPES

    # Where the fields of a struct lie, and how long it is.
    class Layout
      attr_reader :size

      def initialize(name)
        @at = {}
        @size = 0
        widest = 1
        STRUCTS.fetch(name).each do |field, type|
          type = TYPES.fetch(type)
          widest = [widest, type.alignment].max
          @at[field] = rounded(@size, type.alignment)
          @size = @at[field] + type.size
        end
        @size = rounded(@size, widest)
      end

      # The offset of a field.
      def [](field)
        @at.fetch(field)
      end

      private

      def rounded(number, unit)
        (number + unit - 1) / unit * unit
      end
    end

    # One struct to be filled by the library and read field by field.
    class Buffer < FFI::MemoryPointer
      LAYOUTS = STRUCTS.keys.to_h { |name| [name, Layout.new(name)] }.freeze

      def initialize(struct)
        @layout = LAYOUTS.fetch(struct)
        super(:char, @layout.size)
      end

      def number(field)
        get_uint32(@layout[field])
      end

      def signed(field)
        get_int32(@layout[field])
      end

      def long(field)
        get_uint64(@layout[field])
      end

      def signed_long(field)
        get_int64(@layout[field])
      end

      # A text field, whose length is the field NAME_len.
      def text(field)
        at = @layout[field]
        Native.text(get_uint64(at), get_uint64(at + 8))
      end

      def octets(field)
        at = @layout[field]
        Native.octets(get_uint64(at), get_uint64(at + 8))
      end
    end

    # The buffers of one thread (or fiber): what the library fills and is read at once.
    class Scratch
      attr_reader :out, :out_len, :numbers, :fetch, :envelope, :address, :part, :param

      def initialize
        @out = FFI::MemoryPointer.new(:uint64, 4)
        @out_len = @out + 8
        @numbers = FFI::MemoryPointer.new(:uint32, 4)
        @fetch = Buffer.new(:imap_fetch)
        @envelope = Buffer.new(:imap_envelope)
        @address = Buffer.new(:imap_address)
        @part = Buffer.new(:imap_part)
        @param = Buffer.new(:imap_param)
        @others = {}
      end

      def [](struct)
        @others[struct] ||= Buffer.new(struct)
      end

      # The text that a function with (…, &ptr, &len) gives; nil if it gives none.
      def text
        yield(@out, @out_len) == IMAP_OK ? Native.text(@out.get_uint64(0), @out.get_uint64(8)) : nil
      end

      def octets
        yield(@out, @out_len) == IMAP_OK ? Native.octets(@out.get_uint64(0), @out.get_uint64(8)) : nil
      end
    end

    def self.scratch
      Thread.current[:imap4_scratch] ||= Scratch.new
    end

    # Text that the library writes into a buffer of ours: the block gets buffer, size and needed; nil on failure.
    def self.written(guess)
      needed = FFI::MemoryPointer.new(:size_t)
      buffer = FFI::MemoryPointer.new(:char, guess)
      rc = yield buffer, guess, needed
      if rc == IMAP_ERR_ARGUMENT && needed.get_uint64(0) >= guess
        guess = needed.get_uint64(0) + 1
        buffer = FFI::MemoryPointer.new(:char, guess)
        rc = yield buffer, guess, needed
      end
      rc == IMAP_OK ? buffer.get_bytes(0, needed.get_uint64(0)).force_encoding(Encoding::UTF_8) : nil
    end

    # Frees a response and tells the collector.
    class Release
      def initialize(octets)
        @octets = octets
        Collector.adjust(octets)
      end

      def call(pointer)
        Native.imap_response_free(pointer.address)
        Collector.adjust(-@octets)
      end
    end

    # A response that Ruby owns: freed by the collector, or before by {#free}.
    class ResponseHandle < FFI::AutoPointer
      def initialize(address, octets)
        @live = [true]
        super(FFI::Pointer.new(address), Release.new(octets))
      end

      # Once only, whatever other threads do: pop is one step for them.
      def free
        super if @live.pop
      end

      def freed?
        @live.empty?
      end
    end

    # A connection; the library closes only the descriptors when a forked child's collector comes here.
    class ConnectionHandle < FFI::AutoPointer
      def self.release(pointer)
        Native.imap_free(pointer)
      end
    end
  end

  # The version of the C library, as "0.1.0".
  # @return [String]
  def self.library_version
    Native.imap_version_string.force_encoding(Encoding::UTF_8)
  end

  # Whether the C library was built with a feature ("tls", "cram-md5", …).
  def self.feature?(name)
    Native.imap_has_feature(Arguments.text(name, "name")) == 1
  end
end
