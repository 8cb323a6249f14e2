# frozen_string_literal: true

class IMAP4
  # The version of this binding; {IMAP4.library_version} is the C library's.
  VERSION = "0.1.0"
end
