# frozen_string_literal: true

require_relative "helper"

# What servers send in odd octets can be printed, joined and compared; values can be copied and frozen; what is secret is
# not shown.
class OctetsTest < Test
  ODD = "* 1 FETCH (UID 7 FLAGS (\\Seen caf\xE9 na\u00EFve) ENVELOPE (NIL NIL ((\"=?utf-8?q?J=C3=BCrgen?=\" NIL \"j\xFCrgen\" " \
        "\"m\u00FCnchen.de\")) NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE (\"te\xFFt\" \"pl\u00E4in\" NIL NIL NIL \"7bit\" 3 1))\r\n"

  def test_octets_that_are_no_utf8_spoil_nothing_beside_them
    message = IMAP4.parse(ODD.b)[0].message
    assert_equal ["\\Seen", "caf\xE9".b, "naïve"], message.flags
    assert_equal [Encoding::UTF_8, Encoding::BINARY, Encoding::UTF_8], message.flags.map(&:encoding)
    assert(message.flags.all?(&:frozen?))
    assert message.flag?("naïve")
    from = message.envelope.from.first
    assert_equal "j\xFCrgen@m\u00FCnchen.de".b, from.address
    assert_equal "größer: Jürgen <j\uFFFDrgen@münchen.de>", "größer: #{from}"
    lines = IMAP4.parse("* 1 FETCH (ENVELOPE (NIL NIL (({3}\r\na\r\n NIL {3}\r\nb\r\n {4}\r\nc\r\nd)) NIL NIL NIL NIL NIL NIL NIL))\r\n")
    assert_equal "a  <b @c d>", lines[0].message.envelope.from.first.to_s
    assert_equal "te\xFFt/pl\u00E4in".b, message.body_structure.type
    assert_includes message.body_structure.inspect, "BodyPart"
    assert_equal ["1"], message.body_structure.search_all("te\xFFt".b).map(&:number)
  end

  def test_the_name_of_a_file_is_one_line_of_utf8
    { "{12}\r\na\r\nBcc: x\0\xFCy" => "a Bcc: x\uFFFD\uFFFDy", "\"g\xFC.png\"" => "g\uFFFD.png", "\"g\u00FC.png\"" => "gü.png" }.each do |sent, read|
      body = IMAP4.parse("* 1 FETCH (BODYSTRUCTURE (\"image\" \"png\" (\"name\" #{sent}) NIL NIL \"base64\" 30))\r\n".b)[0].message.body_structure
      assert_equal [read, Encoding::UTF_8, { "name" => read }], [body.filename, body.filename.encoding, body.params]
    end
  end

  def test_messages_of_errors_can_be_joined_with_other_texts
    server = peer do |line|
      line.greet
      while (tag, = line.hear)
        line.socket.write("#{tag} NO no\rcaf\xE9\r\n".b)
      end
    end
    server.open do |imap|
      error = assert_raises(IMAP4::Error) { imap.select_mailbox("x") }
      assert_match(/größer: .*no[ ?]caf\uFFFD\z/, "größer: #{error.message}")
      assert_equal "no\rcaf\xE9".b, error.text
      error = assert_raises(IMAP4::No) { imap.pipeline { |batch| batch.select_mailbox("x") }.value }
      assert_match(/größer: .*no[ ?]caf\uFFFD\z/, "größer: #{error.message}")
      assert_equal "no\rcaf\xE9".b, error.text
    end
  end

  def test_copies_of_a_message_outlive_the_loop
    server = peer do |line|
      line.greet
      line.serve do |command, _|
        command.include?("FETCH") ? (1..3).map { |i| "* #{i} FETCH (UID #{i} FLAGS (a#{i}) BODY[] \"b#{i}\")\n" }.join : ""
      end
    end
    copies = []
    frozen = []
    server.open do |imap|
      imap.select_mailbox("INBOX")
      imap.each_message(1..3, "UID FLAGS BODY[]") do |message|
        copies << message.dup << message.clone
        assert_match(/dumped/, assert_raises(TypeError) { Marshal.dump(message) }.message)
        frozen << message.freeze if message.uid == 2
      end
      assert_equal "OK", imap.noop[0]
    end
    assert_equal %w[b1 b1 b2 b2 b3 b3], copies.map(&:section)
    assert_equal [["a1"], ["a1"], ["a2"], ["a2"], ["a3"], ["a3"]], copies.map(&:flags)
    assert_equal [["a2"], nil, nil, "b2"], frozen.flat_map { |one| [one.flags, one.envelope, one.body_structure, one.section] }
  end

  def test_a_secret_argument_is_not_shown
    secret = IMAP4::Arg.secret("hunter2")
    refute_includes secret.inspect, "hunter2"
    assert_includes IMAP4::Arg.string("shown").inspect, "shown"
    assert_operator IMAP4::Arg.literal("x" * 5000).inspect.size, :<, 100
  end

  def test_system_flags_as_net_imap_writes_them
    sent = []
    server = peer do |line|
      line.greet
      line.serve { |command, _| sent << command && "" }
    end
    server.open do |imap|
      imap.select_mailbox("INBOX")
      imap.store_flags(1, :add, %i[Seen deleted Junk $Junk])
    end
    assert_includes sent, "UID STORE 1 +FLAGS (\\Seen \\Deleted Junk $Junk)"
  end
end
