# frozen_string_literal: true

require_relative "helper"

# Rows and literals as they arrive, messages in pieces, progress.
class StreamingTest < Test
  BIG = ("0123456789abcdef" * 8 * 8192).b.freeze # 1 MiB

  # A mailbox of so many messages, rendered as they are asked for.
  def crowd(count, body: nil)
    peer do |line|
      line.greet
      line.serve do |command|
        next "" unless command.include?("FETCH")

        (1..count).each_slice(500) do |some|
          line.say(some.map { |i| "* #{i} FETCH (UID #{i} FLAGS (\\Seen X#{i % 7})#{" BODY[] {#{body.bytesize}}\r\n#{body}" if body})\r\n" }.join)
        end
        ""
      end
    end
  end

  def test_each_message_gives_what_may_be_read_inside_the_loop
    crowd(10).open do |imap|
      imap.select
      kept = lost = nil
      seen = imap.each_message(1.., "UID FLAGS BODY[]", uid: true) do |message|
        lost = message if message.uid == 2
        kept = message.keep if message.uid == 3
      end
      assert_same imap, seen
      assert_equal 2, lost.uid
      assert_match(/is gone.*keep/m, assert_raises(IMAP4::Argument) { lost.section }.message)
      assert_equal ["\\Seen", "X3"], kept.flags
    end
  end

  def test_other_commands_inside_the_loop
    connected do |imap|
      imap.examine_mailbox
      sizes = {}
      imap.each_message(1.., "UID RFC822.SIZE BODY.PEEK[]") do |message|
        assert_equal [message.uid], imap.find([message.uid..message.uid])
        inner = imap.each_message(1..2, "UID BODY.PEEK[]").map { |one| one.section.bytesize }
        assert_equal 2, inner.size
        sizes[message.size] = message.section.bytesize
      end
      assert_equal sizes.keys, sizes.values
    end
  end

  def test_leaving_the_loop_early_in_every_way
    server = crowd(2000)
    server.open do |imap|
      imap.select
      assert_equal(1, imap.each_message(1.., "UID") { |message| break message.uid })
      assert_raises(KeyError) { imap.each_message(1.., "UID") { raise KeyError } }
      assert_equal(4, catch(:out) { imap.each_message(1.., "UID") { throw :out, 4 } })
      Thread.new { imap.each_message(1.., "UID") { Thread.current.kill } }.join
      rows = imap.each_message(1.., "UID")
      assert_equal [1, 2], [rows.next.uid, rows.next.uid]
      assert_equal "OK", imap.noop[0]
      assert_equal 3, rows.next.uid
      assert_equal [1, 2, 3], imap.each_message(1.., "UID").lazy.map(&:uid).first(3)
      assert_equal 2000, imap.each_message(1.., "UID").count
      assert_equal "OK", imap.noop[0]
    end
  end

  def test_an_enumerator_that_nobody_asks_any_more
    server = crowd(2000)
    server.open do |imap|
      imap.select
      30.times { imap.each_message(1.., "UID").next }
      forgotten = imap.instance_variable_get(:@forgotten)
      10.times { GC.start && Array.new(1000) { Object.new } && sleep(0.01) if forgotten.empty? }
      known = forgotten.dup # while the next command runs the collector may find more of them
      refute_empty known
      assert_equal "OK", imap.noop[0]
      assert_empty known & forgotten
      assert_equal 2000, imap.each_message(1.., "UID").count
    end
  end

  def test_a_refused_fetch_raises
    connected do |imap|
      imap.examine_mailbox
      assert_raises(IMAP4::Bad) { imap.each_message(1.., "NONSENSE") { flunk } }
      assert_raises(IMAP4::Argument) { imap.each_message("one", "FLAGS") { flunk } }
      assert_raises(IMAP4::Argument) { imap.each_message(1, nil) { flunk } }
      assert_equal MESSAGES, imap.each_row("FETCH", 1.., IMAP4::Arg.items("FLAGS")).count { |row| row.kind == :fetch }
    end
  end

  def test_a_hundred_thousand_rows_do_not_grow_the_process
    crowd(100_000).open do |imap|
      imap.select
      first = nil
      sum = 0
      imap.each_message(1.., "UID FLAGS") do |message|
        sum += message.uid + message.flags.size
        first = resident_kib if message.uid == 5000
      end
      assert_equal (100_000 * 100_001 / 2) + 200_000, sum
      assert_operator resident_kib - first, :<, 8 * 1024
    end
  end

  def test_literals_to_a_file_an_io_and_a_block
    connected do |imap|
      with_mailbox(imap) do |name|
        message = "Subject: big\r\n\r\n#{BIG}\r\n".b
        [{ date: "yesterday" }, { flags: "(\\Seen" }].each do |wrong|
          error = assert_raises(IMAP4::Argument) { imap.append_message(name, StringIO.new(message), **wrong) }
          assert_match(/\AAPPEND: /, error.message)
          assert_equal "OK", imap.noop[0]
        end
        uid = imap.append_message(name, StringIO.new(message)).uid
        imap.select_mailbox(name)
        Tempfile.create("imap4") do |file|
          assert_equal message.bytesize, imap.fetch_literal(uid, "BODY.PEEK[]", to: file.path)
          assert_equal message, File.binread(file.path)
        end
        io = StringIO.new("".b)
        assert_equal BIG.bytesize + 2, imap.fetch_literal(uid, "BODY.PEEK[TEXT]", to: io)
        assert_equal "#{BIG}\r\n", io.string
        pieces = []
        imap.fetch_literal(uid, "BODY.PEEK[]<10.100000>") { |octets| pieces << octets }
        assert_equal message[10, 100_000], pieces.join
        assert_nil(imap.fetch_literal(uid + 1, "BODY.PEEK[]") { flunk })
        assert_raises(IMAP4::Argument) { imap.fetch_literal(uid, "BODY.PEEK[]") }
        assert_raises(KeyError) { imap.fetch_literal(uid, "BODY.PEEK[]") { raise KeyError } }
        assert_equal "OK", imap.noop[0]
        assert_nil imap.option(:literal_stream_items)
      end
    end
  end

  def test_literals_inside_each_message
    server = crowd(3, body: "x" * 1000)
    server.open do |imap|
      imap.select
      seen = []
      taken = lambda do |literal|
        seen << [literal.item, literal.total, literal.number, literal.uid, literal.binary?]
        assert_equal "xxx", literal.read(3) if literal.number == 1
        assert_equal 1000, literal.copy_to(StringIO.new) if literal.number == 2
      end
      rows = imap.each_message(1.., "UID BODY[]", stream: "BODY[]", on_literal: taken) do |message|
        assert_nil message.section
        assert message.sections[0].streamed
      end
      assert_same imap, rows
      assert_equal [["BODY[]", 1000, 1, 1, false], ["BODY[]", 1000, 2, 2, false], ["BODY[]", 1000, 3, 3, false]], seen
    end
  end

  def test_literals_that_come_while_something_else_is_waited_for_go_where_the_others_do
    connected do |imap|
      imap.examine_mailbox
      size = imap.each_message(1.., "RFC822.SIZE").sum(&:size)
      [
        -> { imap.noop },
        -> { assert imap.fetch_message(1, "BODY.PEEK[]").section },
        -> { imap.each_message(1..2, "BODY.PEEK[]") { |inner| assert inner.section } },
        -> { imap.each_message(1..2, "BODY.PEEK[TEXT]", stream: "BODY[TEXT]") { nil } }
      ].each do |between|
        taken = 0
        take = ->(literal) { literal.each { |octets| taken += octets.bytesize } }
        imap.each_message(1.., "BODY.PEEK[]", stream: "BODY.PEEK[]", on_literal: take) { between.call }
        assert_equal size, taken
      end
      assert_nil imap.option(:literal_stream_items)
      assert_raises(IMAP4::Argument) { imap.each_message(1, "BODY.PEEK[]", on_literal: ->(_) {}) { nil } }
    end
  end

  def test_append_from_an_io_in_pieces_and_many
    connected do |imap|
      with_mailbox(imap) do |name|
        text = "Subject: a\r\n\r\nb\r\n"
        Tempfile.create("imap4") do |file|
          file.write("skipped", text)
          file.flush
          file.pos = 7
          assert_equal 1, imap.append_message(name, file, flags: [:seen]).uid
        end
        reader, writer = IO.pipe
        writer.write(text)
        assert_equal 2, imap.append_message(name, reader, size: text.bytesize).uid
        assert_raises(IMAP4::Argument) { imap.append_message(name, reader) }
        list = [text, StringIO.new(text), { message: text, flags: [:flagged], date: Time.at(1_000_000_000) }]
        assert_equal [3, 4, 5], imap.append_messages(name, list).uids
        imap.select_mailbox(name)
        messages = imap.fetch_messages(1.., "FLAGS INTERNALDATE BODY.PEEK[]")
        assert_equal [text] * 5, messages.map(&:section)
        assert messages[0].flag?(:seen)
        assert messages[4].flag?(:flagged)
        assert_equal Time.at(1_000_000_000), messages[4].internaldate
        assert_raises(IMAP4::No) { imap.append_message("nothing", StringIO.new(text)) }
        assert_equal "OK", imap.noop[0]
        [reader, writer].each(&:close)
      end
    end
    scenario("literal_refused") do |imap|
      error = assert_raises(IMAP4::No) { imap.append_message("x", StringIO.new("a" * 100_000)) }
      assert_equal "TRYCREATE", error.response_code
      assert_equal "OK", imap.noop[0]
    end
  end

  # Takes the literals of one APPEND, answers with as many UIDs; the third command of that kind is refused.
  def answer_append(line, tag, command, begun)
    begun << command
    first = uid = begun.size + 6
    while (size = command[/\{(\d+)\+?\}\z/, 1])
      line.socket.read(size.to_i)
      command = line.socket.gets.chomp
      uid += 1
    end
    line.say(begun.size == 3 ? "#{tag} NO full\n" : "#{tag} OK [APPENDUID 5 #{first}:#{uid - 1}] done\n")
    :nothing
  end

  def test_several_messages_with_multiappend_and_without
    text = "Subject: a\r\n\r\nb\r\n"
    [true, false].each do |multi|
      begun = []
      server = peer do |line|
        line.greet("IMAP4rev1 LITERAL+ UIDPLUS#{" MULTIAPPEND" if multi}")
        line.serve { |command, tag| command.start_with?("APPEND") ? answer_append(line, tag, command, begun) : "" }
      end
      server.open do |imap|
        appended = imap.append_messages("x", [text, { message: StringIO.new(text), flags: [:seen] }])
        assert_equal [5, 7, [7, 8]], [appended.uidvalidity, appended.uid, appended.uids]
        assert_equal multi ? 1 : 2, begun.size
        assert_raises(IMAP4::No) { imap.append_messages("x", [text, text]) } unless multi
        assert_equal "OK", imap.noop[0]
        [[], text, 5, nil, [{ message: text, flag: [:seen] }]].each { |bad| assert_raises(IMAP4::Argument) { imap.append_messages("x", bad) } }
        assert_equal "OK", imap.noop[0]
      end
    end
  end

  def test_stale_capabilities_are_asked_for_again_before_several_messages
    names = []
    server = peer do |line| # what holds before the login need not hold after it
      line.say("* OK [CAPABILITY IMAP4rev1 LITERAL+] hi\n")
      line.serve do |command, tag|
        names << command[/\A\S+/]
        next answer_append(line, tag, command, []) if names.last == "APPEND"

        names.last == "CAPABILITY" ? "* CAPABILITY IMAP4rev1 LITERAL+ MULTIAPPEND\n" : ""
      end
    end
    server.open(user: "alice", password: "secret") do |imap|
      assert_equal [7, 8], imap.append_messages("x", %w[a b]).uids
    end
    assert_equal %w[LOGIN CAPABILITY APPEND], names
  end

  def test_a_message_that_is_too_short_or_raises_ends_the_connection
    failing = Object.new
    def failing.read(_most) = raise(KeyError)
    { StringIO.new("abc") => IMAP4::Argument, failing => KeyError }.each do |message, error|
      connected do |imap|
        assert_raises(error) { imap.append_message("INBOX", message, size: 10) }
        refute_predicate imap, :connected?
        assert_raises(IMAP4::Abort) { imap.noop }
      end
    end
    connected do |imap|
      assert_raises(IMAP4::Argument) { imap.append_message("INBOX", 5) }
      assert_raises(IMAP4::Argument) { imap.append_message("INBOX", StringIO.new("x"), date: Object.new) }
      assert_predicate imap, :connected?
    end
  end

  def test_progress_is_told_and_may_end_the_command
    body = "y" * 3_000_000
    server = peer do |line|
      line.greet
      line.serve do |command|
        next "" unless command.include?("FETCH")

        line.say("* 1 FETCH (BODY[] {#{body.bytesize}}\r\n")
        10.times { |i| line.say(body[i * 300_000, 300_000]) && sleep(0.01) }
        ")\n"
      end
    end
    server.open do |imap|
      imap.select
      told = []
      imap.progress = ->(done, total) { told << [done, total] }
      assert_equal body, imap.fetch_message(1, "BODY[]", uid: false).section
      assert_operator told.size, :>, 2
      assert_equal told.map(&:first), told.map(&:first).sort
      assert_equal [body.bytesize], told.map(&:last).uniq
      imap.progress = ->(*) { raise KeyError }
      assert_raises(KeyError) { imap.fetch("1", "BODY[]") }
      imap.progress = nil
      assert_equal "OK", imap.noop[0]
    end
  end

  def test_trace_is_told_each_line
    lines = []
    connected(trace: ->(line) { lines << line }, trace_level: 3) { |imap| imap.noop }
    assert(lines.any? { |line| line.match?(/\A> \w+ NOOP/) }, lines.inspect)
    assert(lines.any? { |line| line.start_with?("< * OK") })
    refute_match(/#{PASSWORD}/, lines.join)
  end
end
