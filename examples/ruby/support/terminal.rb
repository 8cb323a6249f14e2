# frozen_string_literal: true

require "io/console"

# What read_mail needs of a terminal: text of strangers that must not move the cursor, and a password without echo.
# Nothing here is about IMAP.
module Terminal
  WIDE = [0x1100..0x115F, 0x2E80..0xA4CF, 0xAC00..0xD7A3, 0xF900..0xFAFF, 0xFE30..0xFE6F, 0xFF00..0xFF60,
          0x1F300..0x1FAFF, 0x20000..0x2FFFF].freeze
  COMBINING = (0x300..0x36F).freeze
  # Controls, and characters without a width that change what stands beside them.
  DANGEROUS = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F]/

  module_function

  # Whatever could move the cursor or is no UTF-8 becomes U+FFFD.
  def harmless(text)
    text.dup.force_encoding(Encoding::UTF_8).scrub("\uFFFD").tr("\t\r\n", " ").gsub(DANGEROUS, "\uFFFD")
  end

  # How many columns a text takes.
  def columns(text)
    text.each_char.sum do |char|
      next 0 if COMBINING.cover?(char.ord)

      WIDE.any? { |range| range.cover?(char.ord) } ? 2 : 1
    end
  end

  # The text in so many columns: cut with an ellipsis, or filled up with blanks.
  def fitted(text, width, fill: false)
    text = harmless(text)
    if columns(text) > width
      text = text[0...-1] while columns(text) > width - 1
      text += "…"
    end
    fill ? text + " " * (width - columns(text)) : text
  end

  # Asks without echo, on the terminal, whatever standard input is.
  def ask_password(user)
    password = File.open("/dev/tty", "r+") { |terminal| terminal.getpass("Password of #{user}: ") }
    password.to_s.empty? ? abort("no password given") : password
  rescue SystemCallError
    abort "no terminal to ask for the password; set IMAP_PASSWORD instead"
  end
end
