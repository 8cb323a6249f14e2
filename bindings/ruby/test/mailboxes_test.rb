# frozen_string_literal: true

require_relative "helper"

# Making, renaming and removing mailboxes by the names that mailboxes gives.
class MailboxesTest < Test
  # A server that answers all, and an Array of what it was told.
  def answering
    commands = []
    server = peer do |line|
      line.greet
      line.serve { |command| commands << command && "" }
    end
    server.open { |imap| yield imap, commands }
  end

  def test_names_are_taken_as_they_are
    answering do |imap, commands|
      assert_nil imap.create_mailbox('"q"')
      assert_nil imap.delete_mailbox("Entw&APw-rfe")
      assert_nil imap.rename_mailbox("a&b", "Entwürfe")
      assert_nil imap.subscribe_mailbox("a b")
      assert_nil imap.unsubscribe_mailbox("&")
      assert_equal ['CREATE "\"q\""', "DELETE Entw&-APw-rfe", "RENAME a&-b Entw&APw-rfe", 'SUBSCRIBE "a b"', "UNSUBSCRIBE &-"], commands
    end
  end

  def test_what_a_mailbox_is_for
    answering do |imap, commands|
      imap.create_mailbox("Old", special_use: :archive)
      imap.create_mailbox("Both", special_use: [:sent, "\\Drafts"])
      imap.create_mailbox("Text", special_use: "\\Junk")
      assert_equal ["CREATE Old (USE (\\Archive))", "CREATE Both (USE (\\Sent \\Drafts))", "CREATE Text (USE (\\Junk))"], commands
      [true, ["\\Sent \\Drafts"], "a)b"].each { |wrong| assert_raises(IMAP4::Argument) { imap.create_mailbox("x", special_use: wrong) } }
      assert_match(/\Ato /, assert_raises(IMAP4::Argument) { imap.rename_mailbox("x", nil) }.message)
      assert_match(/\Afrom /, assert_raises(IMAP4::Argument) { imap.rename_mailbox(nil, "x") }.message)
      assert_match(/\Amailbox /, assert_raises(IMAP4::Argument) { imap.subscribe_mailbox([]) }.message)
      assert_equal 3, commands.size
    end
  end

  def test_annotations_of_one_mailbox_and_never_of_several_in_one_hash
    commands = []
    server = peer do |line|
      line.greet
      line.serve do |command|
        commands << command
        case command
        when /MIXED/ then "* METADATA Sent (/private/comment s)\n* METADATA MIXED (/private/comment m)\n"
        when /METADATA inbox/ then "* METADATA INBOX (/private/comment i)\n* METADATA INBOX (/shared/comment j)\n"
        when /ANNOTATION/ then "* ANNOTATION Sent /comment (value.priv x)\n* ANNOTATION INBOX /comment (value.priv y)\n"
        else "* METADATA Sent (/private/comment s)\n* METADATA \"50%\" (/private/comment p)\n"
        end
      end
    end
    server.open do |imap|
      assert_equal({ "/private/comment" => "m" }, imap.metadata("MIXED", "/private/comment"))
      assert_equal({ "/private/comment" => "i", "/shared/comment" => "j" }, imap.metadata("inbox", "/private/comment"))
      assert_equal({ "/private/comment" => "p" }, imap.metadata("50%", "/private/comment"))
      error = assert_raises(IMAP4::Error) { imap.metadata("*", "/private/comment") }
      assert_equal "IMAP_ERR_UNSUPPORTED", error.code
      refute_kind_of IMAP4::Abort, error
      assert_includes error.message, '"Sent" and "50%", for "*"'
      assert_raises(IMAP4::Error) { imap.annotations("x") }
      said = commands.size
      %w[* % a*b].each { |pattern| assert_raises(IMAP4::Argument) { imap.annotations(pattern) } }
      assert_equal said, commands.size
      each = imap.command("GETANNOTATION", IMAP4::Arg.mailbox("*"), "/comment", "value.priv").annotations
      assert_equal ["Sent", { "value.priv" => "x" }, "INBOX"], [each[0].mailbox, each[0].entries["/comment"], each[1].mailbox]
    end
  end

  def test_at_a_server
    connected do |imap|
      name, other = "Größe & '#{monotonic}'", "quoted \"x\" #{monotonic}"
      imap.create_mailbox(name)
      imap.subscribe_mailbox(name)
      assert_equal [name], imap.mailboxes("", name, subscribed: true).map(&:name)
      assert_raises(IMAP4::No) { imap.create_mailbox(name) }
      imap.unsubscribe_mailbox(name)
      assert_empty imap.mailboxes("", name, subscribed: true)
      renamed, gone = imap.pipeline { |batch| [batch.rename_mailbox(name, other), batch.delete_mailbox(name)] }
      assert_nil renamed.value
      assert_raises(IMAP4::No) { gone.value }
      assert_equal [other], imap.mailboxes("", other).map(&:name)
      imap.delete_mailbox(other)
      assert_empty imap.mailboxes("", other)
    end
  end
end
