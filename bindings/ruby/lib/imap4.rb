# frozen_string_literal: true

# An IMAP client on libimap4: all of Python's imaplib under its names, and beyond it typed values, streaming, pipelines.
#
#     require "imap4"
#     IMAP4.open(host: "imap.example.org", user: "alice", password: "secret") do |imap|
#       imap.select_mailbox("INBOX")
#       imap.each_message(1.., "UID ENVELOPE") { |message| puts message.envelope.subject }
#     end
require "imap4/version"
require "imap4/native"
require "imap4/errors"
require "imap4/values"
require "imap4/response"
require "imap4/views"
require "imap4/message"
require "imap4/body_structure"
require "imap4/arguments"
require "imap4/utilities"
require "imap4/options"
require "imap4/engine"
require "imap4/opening"
require "imap4/imaplib"
require "imap4/imaplib_session"
require "imap4/mailboxes"
require "imap4/messages"
require "imap4/rows"
require "imap4/literals"
require "imap4/append"
require "imap4/pipeline"
require "imap4/idle"
require "imap4/wakeup"
require "imap4/connection"
