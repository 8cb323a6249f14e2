# frozen_string_literal: true

class IMAP4
  # What every error of this library carries.
  module Details
    # @return [String, nil] the name of the C library's return code: "IMAP_ERR_TIMEOUT"; nil if Ruby alone found out
    attr_reader :code
    # @return [String] the server's own text, "" if it said nothing
    attr_reader :text
    # @return [String] the response code in that text, without its argument: "NONEXISTENT"; "" if there is none
    attr_reader :response_code
    # @return [Integer] errno of the system call that failed, 0 if none did
    attr_reader :errno

    # @return [String, nil] what the code stands for in general: "not allowed in the connection's state"
    def description
      code && Errors.worded(Native.utf8(Native.imap_error_text(Native.const_get(code))))
    end

    def initialize(message = nil, code: nil, text: "", response_code: "", errno: 0)
      super(message)
      @code = code
      @text = text
      @response_code = response_code
      @errno = errno
    end
  end

  # Any trouble: imaplib's IMAP4.error.
  class Error < StandardError
    include Details
  end

  # The connection is over; a new one may work: imaplib's IMAP4.abort.
  class Abort < Error; end

  # The mailbox cannot be written: imaplib's IMAP4.readonly.
  class ReadOnly < Abort; end

  # A system call or the resolver failed; see {Details#errno}.
  class System < Abort; end

  # A limit of time passed.
  class Timeout < Abort; end

  # TLS failed, or a certificate was not accepted.
  class TLS < Abort; end

  # A wait that {IMAP4#wakeup} ended. Nothing is lost: {IMAP4#resume} goes on with the call, and IDLE goes on by itself.
  class Woken < Error; end

  # The server answered NO (raised by the native layer only).
  class No < Error; end

  # The server answered BAD.
  class Bad < Error; end

  # An argument cannot be used; nothing was sent.
  class Argument < ::ArgumentError
    include Details
  end

  # @api private
  module Errors
    N = Native
    private_constant :N

    BY_CLASS = {
      N::IMAP_CLASS_ERROR => Error, N::IMAP_CLASS_ABORT => Abort, N::IMAP_CLASS_READONLY => ReadOnly,
      N::IMAP_CLASS_SYSTEM => System, N::IMAP_CLASS_TIMEOUT => Timeout, N::IMAP_CLASS_TLS => TLS,
      N::IMAP_CLASS_ARGUMENT => Argument, N::IMAP_CLASS_INTERRUPTED => Woken
    }.freeze
    BY_CODE = { N::IMAP_NO => No, N::IMAP_BAD => Bad }.freeze

    # What the library's messages call by names of C functions, and what Ruby does.
    FUNCTIONS = {
      "imap_append_begin" => "append_message", "imap_append_end" => "append_message",
      "imap_append_message" => "append_message", "imap_auth_begin" => "authenticate with a function",
      "imap_auth_cancel" => "nil", "imap_auth_reply" => "a text", "imap_cmd_append_fd" => "append_message",
      "imap_cmd_authenticate" => "authenticate", "imap_cmd_authenticate_callback" => "authenticate",
      "imap_discard" => "leaving the block", "imap_event_next" => "events", "imap_idle_begin" => "idle",
      "imap_idle_end" => "its end", "imap_idle_wait" => "each_event", "imap_io" => "io",
      "imap_literal_from_fd" => "append_message", "imap_literal_read" => "read", "imap_literal_write" => "append_message",
      "imap_next" => "each_message", "imap_shutdown" => "shutdown", "imap_starttls" => "starttls", "imap_tls" => "tls",
      "imap_wait" => "resume", "imap_wakeup" => "wakeup"
    }.freeze

    module_function

    # A message of the library in Ruby's words. A function that it begins with is one that no user called.
    def worded(message)
      begins = message[/\A(imap_[a-z_]+): /, 1]
      message = message.delete_prefix("#{begins}: ") if FUNCTIONS.key?(begins)
      message.gsub(/[A-Z]+_[A-Z_]+|imap_[a-z_]+/) { |word| Options.names[word] || FUNCTIONS[word] || word }
    end

    # What a return code is raised as.
    def kind(rc)
      BY_CODE[rc] || BY_CLASS.fetch(N.imap_error_class(rc), Error)
    end

    # The name of a return code.
    def name(rc)
      N.utf8(N.imap_error_name(rc))
    end

    # The error of the last call on a connection.
    def last(conn, rc)
      kind(rc).new(worded(N.utf8(N.imap_last_message(conn))), code: name(rc), text: N.utf8(N.imap_last_text(conn)),
                                                              response_code: N.utf8(N.imap_last_code(conn)),
                                                              errno: N.imap_last_errno(conn))
    end

    # What ends a wait because of wakeup, in the library's words.
    def woken
      plain(N::IMAP_ERR_WOKEN, "wakeup ended the wait: resume continues")
    end

    # An error that is known without a connection.
    def plain(rc, message = nil)
      kind(rc).new(worded(message || N.utf8(N.imap_error_text(rc))), code: name(rc))
    end

    # The error that an answer of NO or BAD is.
    def answered(rc, response)
      kind(rc).new(N.shown("#{response&.name}: #{response&.status} #{response&.text}"), code: name(rc),
                   text: response&.text.to_s, response_code: response&.code&.name.to_s)
    end

    def argument(message)
      Argument.new(message, code: "IMAP_ERR_ARGUMENT")
    end
  end
end
