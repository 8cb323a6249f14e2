# frozen_string_literal: true

class IMAP4
  # Keyword options to the library's. Times are seconds, fractions allowed; nil leaves a default, 0 is no limit.
  # @api private
  module Options
    N = Native

    MILLISECONDS = {
      connect_timeout: N::IMAP_OPT_CONNECT_TIMEOUT_MS, stall_timeout: N::IMAP_OPT_STALL_TIMEOUT_MS,
      call_timeout: N::IMAP_OPT_CALL_TIMEOUT_MS, idle_renew: N::IMAP_OPT_IDLE_RENEW_MS, idle_poll: N::IMAP_OPT_IDLE_POLL_MS
    }.freeze
    NUMBERS = {
      max_line: N::IMAP_OPT_MAX_LINE, max_literal: N::IMAP_OPT_MAX_LITERAL, max_response: N::IMAP_OPT_MAX_RESPONSE,
      max_depth: N::IMAP_OPT_MAX_DEPTH, max_unasked: N::IMAP_OPT_MAX_UNASKED, max_kept: N::IMAP_OPT_MAX_KEPT,
      untagged_keep: N::IMAP_OPT_UNTAGGED_KEEP, trace_level: N::IMAP_OPT_TRACE_LEVEL, trace_keep: N::IMAP_OPT_TRACE_KEEP,
      literal_stream_min: N::IMAP_OPT_LITERAL_STREAM_MIN, ip_family: N::IMAP_OPT_IP_FAMILY
    }.freeze
    YES_OR_NO = {
      verify: N::IMAP_OPT_TLS_VERIFY, keepalive: N::IMAP_OPT_KEEPALIVE, allow_plaintext_auth: N::IMAP_OPT_ALLOW_PLAINTEXT_AUTH
    }.freeze
    TEXTS = {
      ca_file: N::IMAP_OPT_TLS_CA_FILE, ca_dir: N::IMAP_OPT_TLS_CA_DIR, cert_file: N::IMAP_OPT_TLS_CERT_FILE,
      key_file: N::IMAP_OPT_TLS_KEY_FILE, server_name: N::IMAP_OPT_TLS_SERVER_NAME, address: N::IMAP_OPT_CONNECT_ADDR,
      local_address: N::IMAP_OPT_LOCAL_ADDR, literal_stream_items: N::IMAP_OPT_LITERAL_STREAM_ITEMS
    }.freeze
    TLS_VERSIONS = { "1.0" => 10, "1.1" => 11, "1.2" => 12, "1.3" => 13 }.freeze
    NAMES = [*MILLISECONDS.keys, *NUMBERS.keys, *YES_OR_NO.keys, *TEXTS.keys, :min_tls_version].freeze
    # Those that can change on an open connection, through {IMAP4#set_option}.
    private_constant :N, :TLS_VERSIONS

    # imap_options, freed by the collector.
    class Handle < FFI::AutoPointer
      def self.release(pointer)
        Native.imap_options_free(pointer)
      end
    end

    module_function

    # "CALL_TIMEOUT_MS" => :call_timeout: what the library's messages call an option, and what Ruby does.
    def names
      @names ||= begin
        known = { **MILLISECONDS, **NUMBERS, **YES_OR_NO, **TEXTS, min_tls_version: N::IMAP_OPT_TLS_MIN_VERSION }
        N.constants.grep(/\AIMAP_OPT_/).to_h { |name| [name.to_s.delete_prefix("IMAP_OPT_"), known.key(N.const_get(name))] }.compact
      end
    end

    # A set of options from keywords.
    def handle(given)
      out = FFI::MemoryPointer.new(:pointer)
      rc = N.imap_options_new(out)
      raise Errors.plain(rc) unless rc == N::IMAP_OK

      handle = Handle.new(out.get_pointer(0))
      given.each { |name, value| set(handle, name, value) unless value.nil? }
      handle
    end

    def set(handle, name, value)
      option, value = encoded(name, value)
      rc = value.is_a?(Integer) ? N.imap_options_set_int(handle, option, value) : N.imap_options_set_str(handle, option, value)
      raise Errors.argument("#{name}: #{value.inspect[0, 40]} cannot be used") unless rc == N::IMAP_OK
    end

    # The library's option and value for one of ours.
    def encoded(name, value)
      if (option = MILLISECONDS[name]) then [option, milliseconds(name, value)]
      elsif (option = NUMBERS[name]) then [option, Arguments.number(value, name.to_s, 0..(2**62))]
      elsif (option = YES_OR_NO[name]) then [option, yes_or_no(name, value)]
      elsif (option = TEXTS[name]) then [option, value && Arguments.text(value, name.to_s)]
      elsif name == :min_tls_version then [N::IMAP_OPT_TLS_MIN_VERSION, tls_version(value)]
      else raise Errors.argument("there is no option #{name}")
      end
    end

    def milliseconds(name, value)
      unless value.is_a?(Numeric) && value.real? && value >= 0 && value < 2**31 / 1000
        raise Errors.argument("#{name} must be a number of seconds, not #{value.inspect[0, 40]}")
      end

      (value * 1000).ceil
    end

    def yes_or_no(name, value)
      return value ? 1 : 0 if [true, false].include?(value)

      raise Errors.argument("#{name} must be true or false, not #{value.inspect[0, 40]}")
    end

    def tls_version(value)
      TLS_VERSIONS[value.to_s.sub(/\ATLSv?/i, "")] or
        raise Errors.argument("min_tls_version must be one of #{TLS_VERSIONS.keys.join(", ")}, not #{value.inspect[0, 40]}")
    end
  end
end
