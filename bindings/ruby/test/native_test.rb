# frozen_string_literal: true

require_relative "helper"
require "stringio"

# Methods that take and give Ruby values.
class NativeTest < Test
  TEXT = "From: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello.\r\n"

  def with_messages(count = 3)
    connected do |imap|
      with_mailbox(imap) do |name|
        imap.append_messages(name, [TEXT] * count)
        selected = imap.select_mailbox(name)
        yield imap, name, selected
      end
    end
  end

  def test_append_message_in_a_pipeline
    connected do |imap|
      with_mailbox(imap) do |name|
        given = imap.pipeline { |batch| Array.new(2) { batch.append_message(name, "Subject: x\n\ny\n", flags: [:seen]) } }
        assert_equal [1, 2], given.map { |pending| pending.value.uid }
        assert_raises(IMAP4::Argument) { imap.pipeline { |batch| batch.append_message(name, StringIO.new("x")) } }
        assert_equal 2, imap.mailbox_status(name).messages
      end
    end
  end

  def test_what_a_search_gives_that_found_nothing_can_be_read
    connected do |imap|
      imap.examine_mailbox
      none = imap.find([:subject, "nobody wrote this"])
      assert_same imap, imap.each_message(none, "UID ENVELOPE") { flunk }
      assert_equal [[], []], [imap.each_message(none, "UID").to_a, imap.fetch_messages(none, "UID")]
      pending = imap.pipeline { |batch| batch.fetch_messages([], "UID") }
      assert_equal [true, []], [pending.done?, pending.value]
      assert_raises(IMAP4::Argument) { imap.each_message([], 5.5) { flunk } }
    end
  end

  def test_open_gives_the_value_of_the_block_and_logs_out
    kept = nil
    value = connected do |imap|
      kept = imap
      imap.state
    end
    assert_equal "AUTH", value
    assert_predicate kept, :closed?
    assert_equal "LOGOUT", kept.state
    assert_raises(KeyError) { connected { |imap| (kept = imap) && raise(KeyError) } }
    assert_predicate kept, :closed?
  end

  def test_ways_to_open
    assert_equal "TLSv1.3", opened(min_tls_version: "1.3") { |imap| imap.tls_info.version }
    IMAP4.open(host: HOST, port: PORT, tls: "starttls", ca_file: CA_FILE, user: USER, password: PASSWORD, mechanism: "PLAIN",
               keepalive: true, ip_family: 4) do |imap|
      info = imap.tls_info
      assert info.verified
      assert_equal Encoding::BINARY, info.certificate.encoding
      assert_in_delta 60.0, imap.option(:connect_timeout), 2 # resolving the name took some of it
      assert_equal CA_FILE, imap.option(:ca_file)
      assert_nil imap.option(:ca_dir)
      imap.set_option(:stall_timeout, 1.5)
      assert_equal 1.5, imap.option(:stall_timeout)
      assert_raises(IMAP4::Argument, IMAP4::Error) { imap.set_option(:keepalive, true) }
    end
    assert_equal "AUTH", IMAP4.open(command: ENV.fetch("IMAP_COMMAND"), &:state)
    assert_equal "AUTH", IMAP4.open(argv: ["/bin/sh", "-c", ENV.fetch("IMAP_COMMAND")], &:state)
    refute IMAP4.open(host: "127.0.0.1", port: TLS_PORT, verify: false) { |imap| imap.tls_info.verified }
    wrong = { "IMAPS_WRONGHOST_PORT" => /localhost/, "IMAPS_EXPIRED_PORT" => /expired/ }
    wrong.each do |port, words|
      error = assert_raises(IMAP4::TLS) { IMAP4.open(host: HOST, port: Integer(ENV.fetch(port)), ca_file: CA_FILE) }
      assert_match(words, error.message)
      assert_equal "IMAP_ERR_TLS_VERIFY", error.code
    end
    assert_equal "NONAUTH", IMAP4.open(host: HOST, address: "127.0.0.1", port: TLS_PORT, ca_file: CA_FILE, &:state)
  end

  def test_a_socket_and_an_io_of_ones_own
    socket = TCPSocket.new("127.0.0.1", PORT)
    IMAP4.open(read_fd: socket, host: HOST, tls: "starttls", ca_file: CA_FILE) { |imap| assert_equal "NONAUTH", imap.state }
    refute_predicate socket, :closed?
    socket.close
    number = TCPSocket.new("127.0.0.1", PORT).tap { |one| one.autoclose = false }.fileno
    IMAP4.open(read_fd: number, tls: "none") { |imap| assert_equal number, imap.socket.fileno }
    assert_raises(Errno::EBADF) { IO.for_fd(number) }
  end

  # Hands on what it is given, and counts.
  class Meter
    attr_reader :received, :sent, :closed

    def initialize(socket)
      @socket = socket
      @received = @sent = 0
    end

    def read(most)
      octets = @socket.readpartial(most)
      @received += octets.bytesize
      raise KeyError, "mine" if @fails

      octets
    rescue EOFError
      nil
    end

    def write(octets)
      @socket.write(octets[0, 100]).tap { |taken| @sent += taken }
    end

    def close
      @closed = true
      @socket.close
    end

    def fail!
      @fails = true
    end
  end

  def test_an_object_that_carries_the_connection
    meter = Meter.new(TCPSocket.new("127.0.0.1", PORT))
    IMAP4.open(io: meter, host: HOST, tls: "starttls", ca_file: CA_FILE, user: USER, password: PASSWORD) do |imap|
      imap.examine_mailbox
      assert_equal MESSAGES, imap.each_message(1.., "UID BODY.PEEK[]").sum { |message| message.section.empty? ? 0 : 1 }
    end
    assert_operator meter.received, :>, 1000
    assert_operator meter.sent, :>, 100
    assert meter.closed
    failing = Meter.new(TCPSocket.new("127.0.0.1", PORT)).tap(&:fail!)
    error = assert_raises(IMAP4::Abort) { IMAP4.open(io: failing, tls: "none", secure: true) }
    assert_equal "mine", error.cause.message
    assert_raises(IMAP4::Argument) { IMAP4.open(io: Object.new, tls: "none") }
    exposed = Meter.new(TCPSocket.new("127.0.0.1", PORT))
    IMAP4.open(io: exposed, tls: "none") do |imap|
      [-> { imap.login(USER, PASSWORD) }, -> { imap.command("login", USER, PASSWORD) }, -> { imap.xatom("LOGIN", USER, PASSWORD) },
       -> { imap.login_plain(USER, PASSWORD) }, -> { imap.authenticate("xoauth2") { "token" } }].each do |login|
        assert_match(/in clear/, assert_raises(IMAP4::Error, &login).message)
      end
      imap.set_option(:allow_plaintext_auth, true)
      assert_equal "OK", imap.login(USER, PASSWORD)[0]
    end
  end

  def test_mailboxes
    connected do |imap|
      with_mailbox(imap, "Entwürfe 2") do |name|
        found = imap.mailboxes("", "Entw*").find { |one| one.name == name }
        assert_equal "Entw&APw-rfe 2", found.raw_name
        assert_equal "/", found.delimiter
        assert found.attribute?("\\hasnochildren")
        assert_predicate found, :selectable?
        assert_predicate found, :frozen?
        assert_equal Encoding::UTF_8, found.name.encoding
        status = imap.mailbox_status(name, %w[MESSAGES UIDVALIDITY])
        assert_equal [name, 0], [status.name, status.messages]
        assert_nil status.unseen
        imap.subscribe(name)
        assert_includes imap.mailboxes(subscribed: true).map(&:name), name
        imap.unsubscribe(name)
      end
      error = assert_raises(IMAP4::No) { imap.mailbox_status("nothing") }
      assert_kind_of IMAP4::Error, error
      assert_equal "IMAP_NO", error.code
      assert_includes imap.namespaces.personal.map(&:prefix), ""
      assert_equal "Dovecot", imap.server_id["name"]
    end
  end

  def test_select_and_examine
    with_messages(2) do |imap, name, selected|
      assert_equal [2, false], [selected.exists, selected.readonly]
      assert_includes selected.permanent_flags, "\\*"
      assert_equal 3, selected.uidnext
      assert_kind_of Integer, selected.uidvalidity
      assert_equal "SELECTED", imap.state
      assert imap.examine_mailbox(name).readonly
      assert_raises(IMAP4::No) { imap.select_mailbox("nothing") }
    end
  end

  def test_find
    connected do |imap|
      imap.examine_mailbox
      all = imap.find
      assert_equal MESSAGES, all.size
      assert_equal [4], imap.find([:subject, "Köln"])
      assert_equal [4], imap.find('SUBJECT "Köln"')
      assert_empty imap.find([:subject, 'x" OR ALL "'])
      assert_equal [1, 2], imap.find([1..2, :all], uid: false)
      assert_equal [3, 5, 6], imap.find([[3, 5..6], [:or, :seen, :unseen]])
      assert_empty imap.find([:since, Date.new(2100, 1, 1)])
      assert_equal all.size, imap.find_sorted(%w[REVERSE SIZE]).size
      threads = imap.find_threads("REFERENCES", [:not, :deleted])
      assert(threads.any? { |node| node.children.any? })
      found = imap.find_extended("ALL", %w[MIN MAX COUNT ALL])
      assert_equal [1, all.max, MESSAGES, all], [found.min, found.max, found.count, found.numbers]
      assert_raises(IMAP4::Argument) { imap.find([:subject, "a\r\nb"]) }
      assert_raises(IMAP4::Argument) { imap.find([Object.new]) }
      assert_raises(IMAP4::Argument) { imap.find('SUBJECT "unfinished') }
    end
  end

  def test_messages_and_their_values
    with_messages(1) do |imap, name|
      time = Time.at(1_600_000_000)
      imap.append_message(name, TEXT, flags: [:seen, "$Mine", :flagged], date: time)
      message = imap.fetch_message(2, "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[] BODY.PEEK[HEADER]")
      assert_equal [2, 2, TEXT.bytesize, time], [message.seq, message.uid, message.size, message.internaldate]
      assert_equal ["$Mine", "\\Flagged", "\\Seen"], message.flags.sort - ["\\Recent"]
      assert message.flag?(:seen)
      assert message.flag?("$mine")
      refute message.flag?(:deleted)
      assert_equal "Grüße", message.envelope.subject
      assert_equal "Jürgen <j@example.org>", message.envelope.from[0].to_s
      assert_equal "text/plain", message.body_structure.type
      assert_equal "1", message.body_structure.number
      assert_equal TEXT.b, message.section("body[]")
      assert_equal message.section("BODY[HEADER]"), message["BODY[HEADER]"]
      assert_equal [:whole, :header], message.sections.map(&:kind)
      assert_equal Encoding::BINARY, message.section("BODY[]").encoding
      assert_nil message.modseq
      assert_equal [], message.item("FLAGS") - message.flags
      refute_predicate message, :malformed?
      assert_nil imap.fetch_message(99, "UID")
      assert_equal [1, 2], imap.fetch_messages(1.., "UID").map(&:uid)
    end
  end

  def test_address_lists_that_begin_alike
    one = '(NIL NIL "a" "x.org")'
    two = '(NIL NIL "b" "x.org")'
    lists = [one, one + two, two, one + two, "(NIL NIL NIL NIL)#{one}", "#{one}\"junk\""]
    rows = IMAP4.parse("* 1 FETCH (ENVELOPE (NIL NIL (#{lists.join(') (')}) NIL NIL))\r\n")
    envelope = rows[0].message.envelope
    found = %i[from sender reply_to to cc bcc].map { |field| envelope[field].map(&:mailbox) }
    assert_equal [%w[a], %w[a b], %w[b], %w[a b], [nil, "a"], %w[a]], found
    assert_same envelope.sender, envelope.to
    assert_raises(FrozenError) { envelope.to[0].mailbox << "x" }
  end

  def test_structure_of_a_message_with_attachments
    connected do |imap|
      imap.examine_mailbox
      structures = imap.fetch_messages(1.., "BODYSTRUCTURE").map(&:body_structure)
      with = structures.find { |one| one.search(disposition: "attachment") }
      attachment = with.search(disposition: "attachment")
      assert_predicate attachment, :attachment?
      assert_same attachment, with.part(attachment.number)
      refute_nil attachment.filename
      assert_equal with.walk.count, 1 + with.parts.sum { |part| part.walk.count }
      assert_predicate with, :multipart?
      assert_equal with.search_all("text/*"), with.search_all("text")
      assert_same with.search_all("text").first, with.search("text/*")
      assert_nil with.search("model/mesh")
    end
  end

  def test_flags_copies_moves_and_expunge
    with_messages(5) do |imap, name|
      stored = imap.store_flags([1, 2], :add, [:deleted, "$X"])
      assert_equal [[1, 2], []], [stored.messages.map(&:uid), stored.modified]
      assert stored.messages[0].flag?("$X")
      assert_empty imap.store_flags(1, :remove, "$X", silent: true).messages
      assert_equal ["\\Answered"], imap.store_flags(3, :replace, [:answered]).messages[0].flags - ["\\Recent"]
      copied = imap.copy_messages(3..4, name)
      assert_equal [3, 4], copied.pairs.keys
      assert_equal [6, 7], copied.pairs.values
      imap.create(other = "#{name}/Other")
      assert_equal [5], imap.move_messages([5], other).pairs.keys
      imap.delete(other)
      assert_equal [1], imap.expunge_messages([1])
      assert_equal [1], imap.expunge_messages
      assert_raises(IMAP4::Argument) { imap.store_flags(1, :toggle, []) }
      assert_raises(IMAP4::No) { imap.copy_messages(3, "nothing") }
    end
  end

  def test_conditional_store
    server = peer do |line|
      line.greet("IMAP4rev1 CONDSTORE")
      line.serve do |command, tag|
        if command.include?("UNCHANGEDSINCE 18446744073709551000")
          line.say("* 1 FETCH (UID 5 MODSEQ (18446744073709551001) FLAGS ())\n#{tag} OK [MODIFIED 7,9:10] some\n")
          :nothing
        else
          ""
        end
      end
    end
    server.open do |imap|
      imap.select
      stored = imap.store_flags(5..10, :add, [:seen], unchanged_since: 18_446_744_073_709_551_000)
      assert_equal [[7..7, 9..10]], [stored.modified]
      assert_equal 18_446_744_073_709_551_001, stored.messages[0].modseq
    end
  end

  def test_a_mailbox_is_opened_with_what_has_changed_since_it_was_closed
    with_messages(4) do |imap, name|
      imap.unselect
      imap.enable("QRESYNC")
      before = imap.select_mailbox(name)
      assert_nil before.messages
      imap.store_flags(2, :add, [:deleted])
      imap.expunge
      imap.store_flags(3, :add, [:seen])
      imap.unselect
      now = imap.select_mailbox(name, qresync: before)
      assert_equal [[3, ["\\Seen"]]], now.messages.map { |message| [message.uid, message.flags.grep(/Seen/)] }
      assert_equal [2], now.vanished.uids
      assert_predicate now.vanished, :earlier
      assert_equal 3, now.exists
      known = { uidvalidity: now.uidvalidity, highestmodseq: before.highestmodseq, uids: [1, 4..9] }
      again = imap.examine_mailbox(name, qresync: known)
      assert_empty again.messages
      assert again.readonly
      assert_operator imap.select_mailbox(name, condstore: true).highestmodseq, :>, before.highestmodseq
      [5, { uidvalidity: 1 }, { uidvalidity: "a b", highestmodseq: 1 }].each do |wrong|
        assert_raises(IMAP4::Argument) { imap.select_mailbox(name, qresync: wrong) }
      end
      assert_equal "SELECTED", imap.state
    end
  end

  def test_only_what_has_changed_since
    heard = []
    server = peer do |line|
      line.greet("IMAP4rev1 CONDSTORE")
      line.serve do |command, _|
        heard << command
        command.include?("FETCH") ? "* 1 FETCH (UID 5 MODSEQ (9))\n" : ""
      end
    end
    server.open do |imap|
      imap.select
      assert_equal [9], imap.fetch_messages(1.., "UID", changed_since: 8).map(&:modseq)
      assert_equal 9, imap.fetch_message(5, "UID", changed_since: 8).modseq
      assert_equal 1, imap.fetch_messages(1, %w[UID FLAGS], uid: false).size
    end
    assert_equal ["UID FETCH 1:* (UID) (CHANGEDSINCE 8)", "UID FETCH 5 (UID) (CHANGEDSINCE 8)", "FETCH 1 (UID FLAGS)"], heard.grep(/FETCH/)
  end

  def test_of_no_messages_there_are_none
    heard = []
    server = peer do |line|
      line.greet
      line.serve { |command, _| heard << command && (command.include?("SEARCH") ? "* SEARCH\n" : "") }
    end
    server.open do |imap|
      imap.select
      assert_same imap, imap.each_message(imap.find("UNSEEN"), "UID ENVELOPE") { flunk }
      assert_equal [], imap.each_message([], "UID", stream: "BODY[]").to_a
      assert_equal [], imap.fetch_messages([], "UID")
      assert_raises(IMAP4::Argument) { imap.each_message([], nil) { flunk } }
      assert_equal IMAP4::Stored.new(messages: [], modified: []), imap.store_flags([], :add, [:seen], unchanged_since: 5)
      assert_equal [nil, nil], [imap.copy_messages([], "x"), imap.move_messages([], "x")]
      pending = imap.pipeline { |batch| [batch.store_flags([], :add, :seen), batch.noop, batch.copy_messages([], "x")] }
      assert_equal [[], ["OK", ["done"]], nil], [pending[0].value.messages, pending[1].value, pending[2].value]
      # What acts on more than these where they are missing, and imaplib's own.
      [-> { imap.expunge_messages([]) }, -> { imap.fetch([], "UID") }, -> { imap.store([], "+FLAGS", "x") },
       -> { imap.copy([], "x") }, -> { imap.store_flags([], :sub, :seen) }, -> { imap.store_flags([], :add, ["a b"]) },
       -> { imap.store_flags([], :add, :seen, unchanged_since: Object) }, -> { imap.copy_messages([], nil) }].each do |wrong|
        assert_raises(IMAP4::Argument, &wrong)
      end
      imap.disconnect
      assert_raises(IMAP4::Abort) { imap.each_message([], "UID") { flunk } }
      assert_raises(IMAP4::Abort) { imap.fetch_messages([], "UID") }
      assert_raises(IMAP4::Abort) { imap.store_flags([], :add, :seen) }
      assert_raises(IMAP4::Abort) { imap.move_messages([], "x") }
    end
    assert_equal ["SELECT INBOX", "UID SEARCH UNSEEN", "NOOP"], heard
  end

  def test_an_extended_search_names_the_charset_of_its_texts
    heard = []
    server = peer do |line|
      line.greet("IMAP4rev1 ESEARCH")
      line.serve do |command, _|
        heard << command
        if command.end_with?("}")
          line.say("+ go\n")
          line.hear
        end
        command.include?("SEARCH") ? "* ESEARCH UID COUNT 0\n" : ""
      end
    end
    server.open do |imap|
      imap.select
      imap.find_extended([:subject, "caf\u00e9"], %w[COUNT])
      imap.find_extended([:subject, "cafe"], %w[COUNT])
    end
    assert_equal ["UID SEARCH RETURN (COUNT) CHARSET UTF-8 SUBJECT {5}", "UID SEARCH RETURN (COUNT) SUBJECT cafe"], heard.grep(/SEARCH/)
  end

  def test_rights_quotas_annotations
    connected do |imap|
      with_mailbox(imap) do |name|
        imap.setacl(name, "bob", "lr")
        assert_equal "lr", imap.acl(name).rights["bob"]
        assert_includes imap.rights(name).rights, "a"
        assert_includes imap.rights(name, "bob").optional, "l"
        assert_equal %w[STORAGE MESSAGE].sort, imap.quotas(name)[0].resources.map(&:name).sort
        assert_equal 102_400, imap.quota("User quota").resources.find { |one| one.name == "STORAGE" }.limit
        imap.set_metadata(name, "/private/comment" => "grüß", "/private/other" => "x")
        assert_equal({ "/private/comment" => "grüß" }, imap.metadata(name, "/private/comment"))
        imap.set_metadata(name, "/private/comment" => nil)
        assert_nil imap.metadata(name, "/private/comment")["/private/comment"]
      end
    end
    scenario("annotation") do |imap|
      assert_equal({ "/comment" => { "value.priv" => "x" } }, imap.annotations("INBOX", "/comment"))
    end
  end

  def test_what_is_told_in_several_lines_or_without_its_ok
    server = peer do |line|
      line.greet("IMAP4rev1 MOVE")
      line.serve do |command, _tag|
        case command
        when /GETANNOTATION/
          "* ANNOTATION INBOX \"/comment\" (\"value.priv\" \"ö\")\r\n" \
          "* ANNOTATION INBOX \"/comment\" (\"value.shared\" NIL \"size.shared\" \"0\")\r\n"
        when /MOVE/ then "* [COPYUID 7 4:5 8:9]\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n"
        when /COPY/ then "* OK [COPYUID 7 6 10]\r\n"
        else ""
        end
      end
    end
    server.open do |imap|
      assert_equal({ "value.priv" => "ö", "value.shared" => nil, "size.shared" => "0" },
                   imap.annotations("INBOX", "*", "*")["/comment"])
      imap.select
      moved = imap.move_messages([4, 5], "x")
      assert_equal [7, { 4 => 8, 5 => 9 }], [moved.uidvalidity, moved.pairs]
      assert_equal({ 6 => 10 }, imap.copy_messages(6, "x").pairs)
    end
  end

  def test_any_command_with_typed_arguments
    connected do |imap|
      response = imap.command("STATUS", IMAP4::Arg.mailbox("Entwürfe"), %i[messages])
      assert_equal "Entwürfe", response.mailbox_status.name
      assert_equal "OK", response.status
      assert_predicate response, :ok?
      assert_equal "STATUS", response.name
      assert_equal "NO", imap.command("SELECT", IMAP4::Arg.mailbox("nothing")).status
      assert_equal "BAD", imap.command("XNOTHING").status
      assert_raises(IMAP4::Argument) { imap.command("NO OP") }
      assert_raises(IMAP4::Argument) { imap.command("NOOP", Object.new) }
      assert_raises(IMAP4::Argument) { imap.command("STATUS", IMAP4::Arg.mailbox("a\nb")) }
    end
  end

  def test_any_command_as_text
    connected do |imap|
      response = imap.command_text("STATUS INBOX (MESSAGES)")
      assert_equal ["OK", "STATUS", MESSAGES], [response.status, response.name, response.mailbox_status.messages]
      assert_equal "NO", imap.command_text("SELECT nothing").status
      assert_equal "STATUS", imap.pipeline { |batch| batch.command_text("STATUS INBOX (MESSAGES)") }.value.name
      ["", "STATUS INBOX (MESSAGES", "NOOP\r\nNOOP", "X {5}", "X\0", nil, []].each do |wrong|
        assert_raises(IMAP4::Argument, wrong.inspect) { imap.command_text(wrong) }
      end
    end
  end

  def test_a_limit_of_time_may_be_named
    connected do |imap|
      took = seconds do
        [-> { imap.idle_events }, -> { imap.idle_events(0.02) }, -> { imap.idle_events(timeout: 0.02) }, -> { imap.each_event(0.02).to_a },
         -> { imap.each_event(timeout: 0.02).to_a }, -> { imap.idle(0.02) { |idler| idler.to_a } },
         -> { imap.idle(duration: 0.02) { |idler| idler.to_a } }].each { |wait| assert_kind_of Array, wait.call }
        imap.idle do |idler|
          idler.next_event(0.1) while idler.next_event(timeout: 0.02)
          assert_nil idler.next_event(0.02)
        end
        imap.idle(0.02) { |idler| assert_kind_of IMAP4::Idler, idler.burst(interval: 0.01) { nil } }
      end
      assert_operator took, :<, 5
      [-> { imap.idle_events(nil) }, -> { imap.idle_events(timeout: nil) }, -> { imap.idle_events(timeout: "x") }].each do |wrong|
        assert_match(/\Atimeout /, assert_raises(IMAP4::Argument, &wrong).message)
      end
    end
  end

  def test_pipeline
    connected do |imap|
      names = imap.mailboxes.select(&:selectable?).map(&:name)
      pending = imap.pipeline do |batch|
        [*names.map { |name| batch.mailbox_status(name) }, batch.noop, batch.mailbox_status("nothing"), batch.select("nothing"),
         batch.command("XNOTHING")]
      end
      assert(pending.all?(&:done?))
      assert_equal names, pending.shift(names.size).map { |one| one.value.name }
      noop, refused, no, unknown = pending
      assert_equal "OK", noop.value[0]
      2.times { assert_raises(IMAP4::No) { refused.value } }
      assert_equal "NO", no.value[0]
      assert_equal "BAD", unknown.value.status
      imap.examine_mailbox
      found = imap.pipeline { |batch| [batch.fetch_message(1, "UID BODY.PEEK[]"), batch.find("ALL")] }.map(&:value)
      assert_equal [1, MESSAGES], [found[0].uid, found[1].size]
      refute_nil found[0].section
    end
  end

  def test_a_pipeline_that_raises_takes_its_commands_back
    connected do |imap|
      kept = nil
      assert_raises(KeyError) do
        imap.pipeline do |batch|
          kept = batch.mailbox_status("INBOX")
          raise KeyError
        end
      end
      assert_raises(IMAP4::Error) { kept.value }
      assert_raises(IMAP4::Argument) { imap.pipeline { |batch| batch.create(nil) } }
      assert_equal MESSAGES, imap.mailbox_status("INBOX").messages
    end
  end

  def test_events_while_idling_and_between_commands
    with_messages(1) do |imap, name|
      connected do |other|
        seen = []
        other.select_mailbox(name)
        changes = [-> { other.append_message(name, TEXT) }, -> { other.store_flags(1, :add, [:deleted]) }, -> { other.expunge }]
        thread = Thread.new { sleep(0.3) && changes.shift.call }
        imap.each_event(timeout: 20) do |event|
          seen << [event.kind, event.number]
          case event.kind
          when :exists, :fetch then changes.shift.call
          when :expunge then break
          end
        end
        thread.join
        assert_includes seen, [:exists, 2]
        assert_includes seen, [:fetch, 1]
        assert_includes seen, [:expunge, 1]
        other.append_message(name, TEXT)
        imap.noop
        assert_includes imap.events.map(&:kind), :exists
        assert_empty imap.events
        assert_empty imap.idle_events(0.1).map(&:kind) - %i[ok exists recent]
      end
    end
  end

  def test_dates_and_numbers_that_cannot_be_read_are_nil
    odd = IMAP4.parse("* 7 FETCH (UID 9 RFC822.SIZE -1 INTERNALDATE \"yesterday\" MODSEQ (-1) X-GM-MSGID x X-GM-THRID () " \
                      "SAVEDATE \"x\")\r\n")[0].message
    assert_equal [nil] * 6, [odd.size, odd.internaldate, odd.modseq, odd.gm_msgid, odd.gm_thrid, odd.save_date]
    assert_equal [9, true], [odd.uid, odd.malformed?]
    short = IMAP4.parse("* 7 FETCH (INTERNALDATE \"4-Jan-2015 16:53:35 +0800\" RFC822.SIZE x)\r\n")[0].message
    assert_equal [1_420_361_615, 28_800, nil], [short.internaldate.to_i, short.internaldate.utc_offset, short.size]
    zero = IMAP4.parse("* 7 FETCH (RFC822.SIZE 0 INTERNALDATE \"01-Jan-1970 00:00:00 +0000\")\r\n")[0].message
    assert_equal [0, 0], [zero.size, zero.internaldate.to_i]
  end

  def test_responses_from_memory
    response, used = IMAP4.parse("* LIST (\\Sent) \"/\" \"Entw&APw-rfe\"\r\n* next")
    assert_equal 35, used
    assert_equal ["Entwürfe", ["\\Sent"]], [response.mailbox.name, response.mailbox.attributes]
    assert_equal ["LIST", ["\\Sent"], "/", "Entw&APw-rfe"], response.tree
    assert_nil IMAP4.parse("* 1 FETCH (BODY[] {5}\r\nab")
    assert_raises(IMAP4::Abort) { IMAP4.parse("* OK x\n") }
    assert_raises(IMAP4::Abort, IMAP4::Error) { IMAP4.parse("* OK #{"x" * 100}\r\n", max_line: 50) }
    thread = IMAP4.parse("* THREAD (2)(3 6 (4 23)(44 7 96))\r\n")[0].threads
    assert_equal [2, 3], thread.map(&:number)
    assert_equal [4, 44], thread[1].children[0].children.map(&:number)
    esearch = IMAP4.parse("* ESEARCH (TAG \"A\") UID MIN 2 ALL 2,10:12 MODSEQ 18446744073709551615\r\n")[0].extended_search
    assert_equal [[2..2, 10..12], 18_446_744_073_709_551_615, 2], [esearch.all, esearch.modseq, esearch.min]
    vanished = IMAP4.parse("* VANISHED (EARLIER) 41,43:44\r\n")[0].vanished
    assert_equal [[41..41, 43..44], [41, 43, 44], true], [vanished.ranges, vanished.uids, vanished.earlier]
    many = IMAP4.parse("* VANISHED 1:4294967295\r\n")[0].vanished
    assert_equal [1..4_294_967_295], many.ranges
    assert_equal "IMAP_ERR_LIMIT", assert_raises(IMAP4::Error) { many.uids }.code
    code = IMAP4.parse("* OK [APPENDUID 38505 3955:3956] done\r\n")[0]
    assert_equal [38_505, [3955, 3956]], [code.appenduid.uidvalidity, code.appenduid.uids]
    assert_equal ["APPENDUID", "38505 3955:3956", "done"], [code.code.name, code.code.argument, code.message_text]
    assert_equal({ 304 => 3956, 319 => 3957, 320 => 3958 }, IMAP4.parse("* OK [COPYUID 1 304,319:320 3956:3958] x\r\n")[0].copyuid.pairs)
    quota = IMAP4.parse("* QUOTA \"\" (STORAGE 10 512)\r\n")[0].quotas[0]
    assert_equal ["", "STORAGE", 10, 512], [quota.root, *quota.resources[0].to_a]
    odd = IMAP4.parse("* 1 FETCH (FLAGS \xFF\r\n".b)[0]
    assert_predicate odd, :malformed?
    assert_predicate odd.raw, :valid_encoding?
    odd = IMAP4.parse("* 1 FETCH (INTERNALDATE \"yesterday\" RFC822.SIZE x MODSEQ (-1) X-GM-MSGID y X-GM-THRID z SAVEDATE \"w\")\r\n")[0].message
    assert_equal [nil] * 6, [odd.internaldate, odd.size, odd.modseq, odd.gm_msgid, odd.gm_thrid, odd.save_date]
    assert_predicate odd, :malformed?
    zero = IMAP4.parse("* 1 FETCH (INTERNALDATE \" 1-Jan-1970 01:00:00 +0100\" RFC822.SIZE 0 MODSEQ (0))\r\n")[0].message
    assert_equal [Time.at(0), 3600, 0, 0], [zero.internaldate, zero.internaldate.utc_offset, zero.size, zero.modseq]
    gmail = IMAP4.parse("* 1 FETCH (X-GM-MSGID 18446744073709551615 X-GM-LABELS (\\Sent \"a b\") SAVEDATE NIL EMAILID (M1))\r\n")[0].message
    assert_equal [18_446_744_073_709_551_615, ["\\Sent", "a b"], nil, "M1"],
                 [gmail.gm_msgid, gmail.gm_labels, gmail.save_date, gmail.email_id]
    params = IMAP4.parse("* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" (\"name*0*\" \"utf-8''%C3%B6\" \"name*1\" \"x\" \"Y\" \"=?utf-8?Q?=C3=A4?=\") NIL NIL \"7bit\" 1))\r\n")[0]
    assert_equal({ "name" => "öx", "y" => "ä" }, params.message.body_structure.params)
  end

  # A set of a few octets must not become an Array of thousands of millions; nor is the connection over by it.
  def test_no_array_is_filled_with_more_than_eight_million_numbers
    esearch = IMAP4.parse("* ESEARCH UID ALL 1:4294967295\r\n")[0]
    added = IMAP4.parse("* OK [APPENDUID 1 1:4294967295] x\r\n")[0].appenduid
    copied = IMAP4.parse("* OK [COPYUID 1 1:4294967295 1:4294967295] x\r\n")[0].copyuid
    vanished = IMAP4.parse("* VANISHED 1:4294967295\r\n")[0].vanished
    [-> { esearch.numbers }, -> { esearch.extended_search.numbers }, -> { added.uids }, -> { copied.pairs },
     -> { vanished.uids }].each do |ask|
      error = assert_raises(IMAP4::Error, &ask)
      assert_equal [IMAP4::Error, "IMAP_ERR_LIMIT"], [error.class, error.code]
    end
    assert_equal [[1..4_294_967_295], 1], [added.ranges, added.uid]
    assert_equal [[1, 1, 4_294_967_295]], copied.ranges
    assert_equal [5, 7], IMAP4.parse("* ESEARCH UID PARTIAL (1:2 5,7)\r\n")[0].numbers
  end

  def test_a_list_or_status_that_is_none_gives_no_value
    %w[LIST LSUB XLIST STATUS].each do |name|
      response = IMAP4.parse("* #{name}\r\n")[0]
      assert_equal [nil, [], nil, []],
                   [response.mailbox, response.mailboxes, response.mailbox_status, response.mailbox_statuses], name
    end
  end

  def test_sets
    { 5 => "5", (1..3) => "1:3", (1...3) => "1:2", (4..) => "4:*", (4..-1) => "4:*", [1, 2, 3, 7, 9..] => "1:3,7,9:*",
      "1:*" => "1:*", [3, 1] => "3,1", [[5], 6..6] => "5,6", (..3) => "1:3" }.each do |given, wanted|
      assert_equal wanted, IMAP4.set(given)
    end
    [0, -1, 2**32, nil, [], "a\r\n", 1.5, [nil], (3..0)].each { |bad| assert_raises(IMAP4::Argument, bad.inspect) { IMAP4.set(bad) } }
  end
end
