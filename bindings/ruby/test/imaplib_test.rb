# frozen_string_literal: true

require_relative "helper"

# imaplib's commands with its names, arguments and results.
class ImaplibTest < Test
  TEXT = "From: a@example.org\nSubject: test\n\nHello.\n"

  def ok(answer)
    typ, data = answer
    assert_equal "OK", typ
    assert_kind_of Array, data
    data
  end

  def test_every_row_of_the_table_is_here
    table = File.read(File.expand_path("../../../docs/imaplib.md", __dir__))
    names = table.scan(/^\| `(?:with )?(?:class |exception )?(?:imaplib\.)?(?:IMAP4\.)?([A-Za-z0-9_]+)/).flatten.uniq
    classes = { "IMAP4" => IMAP4, "IMAP4_SSL" => IMAP4_SSL, "IMAP4_stream" => IMAP4_stream, "error" => IMAP4::Error,
                "abort" => IMAP4::Abort, "readonly" => IMAP4::ReadOnly }
    assert_operator names.size, :>, 70
    missing = names.reject { |name| classes[name] || IMAP4.method_defined?(name) || IMAP4.respond_to?(name) }
    assert_empty missing
    commands = IMAP4.instance_methods(false).map(&:to_s).grep(/\A[A-Z0-9_]+\z/) - ["PROTOCOL_VERSION"]
    assert_operator commands.size, :>, 45
    commands.each { |name| assert IMAP4.method_defined?(name.downcase), name }
  end

  def test_constructors_and_attributes
    imap = IMAP4.new(HOST, PORT, timeout: 20, ca_file: CA_FILE)
    assert_match(/\A\* OK /, imap.welcome)
    assert_equal "NONAUTH", imap.state
    assert_equal "IMAP4REV1", imap.PROTOCOL_VERSION
    assert_includes imap.capabilities, "IDLE"
    refute imap.utf8_enabled
    assert_kind_of IO, imap.socket
    assert_nil imap.tls_info
    ok imap.starttls
    assert_match(/TLS/, imap.tls_info.version)
    ok imap.login(USER, PASSWORD)
    assert_equal "AUTH", imap.state
    ok imap.noop
    ok imap.capability
    typ, = imap.logout
    assert_equal "BYE", typ
    assert_equal "LOGOUT", imap.state
    assert_nil imap.socket
  ensure
    imap&.disconnect
  end

  def test_imap4_ssl_and_stream_and_upper_case_names
    imap = IMAP4_SSL.new(HOST, TLS_PORT, nil, nil, { ca_file: CA_FILE })
    ok imap.LOGIN(USER, PASSWORD)
    assert_equal [MESSAGES.to_s], ok(imap.SELECT("INBOX", true))
    assert imap.is_readonly
    ok imap.UNSELECT
    imap.LOGOUT
    imap.disconnect
    assert_raises(IMAP4::Argument) { IMAP4_SSL.new(HOST, TLS_PORT, nil, nil, Object.new) }
    assert_raises(IMAP4::TLS) { IMAP4_SSL.new(HOST, TLS_PORT) }
    imap = IMAP4_stream.new(ENV.fetch("IMAP_COMMAND"))
    assert_equal "AUTH", imap.state
    assert_operator imap.child_pid, :>, 1
    assert_equal [MESSAGES.to_s], ok(imap.select("INBOX", true))
    imap.logout
    imap.disconnect
  end

  def test_mailboxes
    connected do |imap|
      ok imap.create("Tests/Köln & Bonn")
      ok imap.subscribe('"Tests/Köln & Bonn"')
      list = ok imap.list
      assert(list.any? { |line| line.end_with?('"Tests/K&APY-ln &- Bonn"') }, list.inspect)
      # One line each, and no nil; names also as LIST gives them.
      found = [["Tests/K&APY-ln &- Bonn"]] * 4
      assert_equal found, [imap.list('""', "Tests/%"), imap.lsub("", "Tests/*"), imap.list("", "Tests/K&APY-ln &- Bonn"),
                           imap.lsub('""', '"Tests/K&APY-ln &- Bonn"')].map { |answer| ok(answer).map { |line| line&.slice(/Tests[^"]+/) } }
      assert_equal [nil], ok(imap.list("", "nothing*"))
      assert_match(/\(MESSAGES 0\)\z/, ok(imap.status("Tests/K&APY-ln &- Bonn", "MESSAGES"))[0])
      ok imap.unsubscribe("Tests/Köln & Bonn")
      ok imap.rename("Tests/Köln & Bonn", "Tests/new")
      ok imap.delete("Tests/new")
      assert_equal "NO", imap.delete("Tests/new")[0]
      assert_match(/NAMESPACE|\(\(/, ok(imap.namespace)[0])
      imap.delete("Tests")
    end
  end

  def test_select_response_recent_and_the_ends
    connected do |imap|
      with_mailbox(imap) do |name|
        ok imap.append(name, nil, nil, TEXT)
        assert_equal ["1"], ok(imap.select(name))
        assert_equal ["UIDVALIDITY", 1], imap.response("UIDVALIDITY").then { |code, data| [code, data.size] }
        assert_equal ["UIDVALIDITY", [nil]], imap.response("UIDVALIDITY")
        assert_equal [""], imap.response("READ-WRITE")[1]
        assert_equal ["1"], ok(imap.recent)
        assert_equal [nil], ok(imap.recent)
        ok imap.check
        ok imap.close
        assert_equal "AUTH", imap.state
        error = assert_raises(IMAP4::Error) { imap.fetch("1", "FLAGS") }
        assert_match(/illegal in state AUTH, only allowed in states SELECTED/, error.message)
      end
      assert_equal "NO", imap.select("no such mailbox")[0]
      # imaplib's users name the second argument, or do not.
      [[true, ["INBOX", true]], [false, ["INBOX", false]]].each do |wanted, arguments|
        assert_equal wanted, (imap.select(*arguments) && imap.is_readonly)
        assert_equal wanted, (imap.select("INBOX", readonly: wanted) && imap.is_readonly)
        assert_equal wanted, (imap.SELECT(readonly: wanted) && imap.is_readonly)
      end
      assert_raises(::ArgumentError) { imap.select("INBOX", read_only: true) }
    end
  end

  def test_append
    connected do |imap|
      with_mailbox(imap) do |name|
        time = Time.at(1_700_000_000).localtime("+05:30")
        ok imap.append(name, "\\Seen $Mine", IMAP4.Time2Internaldate(time), TEXT)
        assert_match(/\A\d+ 1\z/, imap.response("APPENDUID")[1][0])
        ok imap.append(name, %w[\\Flagged], time, TEXT.gsub("\n", "\r\n"), translate_line_endings: false)
        ok imap.append("\"#{name}\"", nil, nil, "Subject: \xC3\xB6\r\n\r\n\xFF\r\n".b)
        imap.select(name)
        data = ok imap.fetch("1", "(FLAGS INTERNALDATE BODY.PEEK[])")
        text, octets = data[0]
        assert_equal TEXT.gsub("\n", "\r\n"), octets
        assert_equal Encoding::BINARY, octets.encoding
        assert_includes IMAP4.ParseFlags(text), "$Mine"
        assert_equal time, IMAP4.Internaldate2tuple(text)
        assert_equal ")", data[1]
        assert_raises(IMAP4::Argument) { imap.append(name, nil, "yesterday", TEXT) }
      end
      assert_equal "NO", imap.append("no such mailbox", nil, nil, TEXT)[0]
    end
  end

  def test_a_text_is_searched_in_the_charset_that_is_named
    connected do |imap|
      imap.select("INBOX", true)
      latin = '"Köln"'.encode("ISO-8859-1")
      [latin, latin.b, '"Köln"'].each do |text|
        assert_equal ["4"], ok(imap.search("ISO-8859-1", "SUBJECT", text)), text.encoding
        assert_equal ["4"], ok(imap.sort("DATE", "iso-8859-1", "SUBJECT", text))
        assert_equal ["(4)"], ok(imap.thread("REFERENCES", "ISO-8859-1", "SUBJECT", text))
      end
      assert_equal ["4"], ok(imap.search("UTF-8", "SUBJECT", latin))
      assert_equal ["4"], ok(imap.search(nil, "SUBJECT", latin))
      ["Köln", "Köln".encode("ISO-8859-1"), "K\xF6ln".b].each do |text|
        [[imap.find([:subject, text], charset: "ISO-8859-1")], [imap.find_sorted("DATE", [:subject, text], charset: "ISO-8859-1")],
         [imap.find_threads("REFERENCES", [[:subject, text]], charset: "ISO-8859-1").map(&:number)],
         [imap.find_extended([:subject, text], charset: "ISO-8859-1").numbers]].each { |found| assert_equal [[4]], found }
      end
      assert_equal [4], imap.find('SUBJECT "Köln"', charset: "ISO-8859-1")
      assert_raises(IMAP4::Argument) { imap.find([:subject, "日本"], charset: "ISO-8859-1") }
      assert_equal "NO", imap.search("X-NONE", "SUBJECT", '"Köln"')[0]
    end
  end

  def test_nil_is_left_out_where_any_number_of_arguments_can_stand
    commands = []
    server = peer do |line|
      line.greet
      line.serve do |command|
        commands << command
        if command.end_with?("{2}")
          line.say("+ go\n")
          commands << line.socket.gets.chomp
        end
        ""
      end
    end
    server.open do |imap|
      imap.select
      imap.search(nil, "ALL", nil)
      imap.search(nil, nil, "SEEN", nil, %w[NOT DELETED], uid: true)
      imap.sort("SIZE", "UTF-8", nil, "ALL")
      imap.thread("REFERENCES", "UTF-8", nil, "ALL", nil)
      imap.uid("FETCH", "1", nil, "FLAGS")
      imap.uid("SEARCH", "SEEN", nil)
      imap.xatom("X-ANY", nil, "a", nil)
      imap.xatom("X-NONE", nil)
      imap.setannotation("INBOX", '"/comment"', nil, '("value.priv" "x")')
      imap.literal = "ab"
      imap.search(nil, nil)
      wrong = [[:search, nil], [:search, nil, nil, nil], [:sort, "SIZE", "UTF-8", nil], [:thread, "REFERENCES", "UTF-8"],
               [:uid, "SEARCH", nil], [:uid, nil, "1"], [:setannotation, "INBOX", '"/comment"', nil], [:create, nil],
               [:fetch, nil, "FLAGS"], [:fetch, "1", nil], [:xatom, nil], [:search, nil, true]]
      wrong.each { |call| assert_raises(IMAP4::Argument, call.inspect) { imap.public_send(*call) } }
    end
    assert_equal ["SELECT INBOX", "SEARCH ALL", "UID SEARCH SEEN (NOT DELETED)", "SORT (SIZE) UTF-8 ALL",
                  "THREAD REFERENCES UTF-8 ALL", "UID FETCH 1 FLAGS", "UID SEARCH SEEN", "X-ANY a", "X-NONE",
                  'SETANNOTATION INBOX "/comment" ("value.priv" "x")', "SEARCH {2}", "ab"], commands
  end

  def test_search_sort_thread_and_literals
    connected do |imap|
      imap.select("INBOX", true)
      assert_equal MESSAGES, ok(imap.search(nil, "ALL"))[0].split.size
      assert_equal [""], ok(imap.search(nil, "SUBJECT", '"no such subject"'))
      assert_equal ["4"], ok(imap.search("UTF-8", "SUBJECT", '"Köln"'))
      assert_equal ["4"], ok(imap.search(nil, '(SUBJECT "Köln")'))
      imap.literal = "Köln"
      assert_equal ["4"], ok(imap.search("UTF-8", "SUBJECT"))
      assert_nil imap.literal
      imap.literal = "Köln"
      assert_equal ["4"], ok(imap.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT"))
      assert_equal MESSAGES, ok(imap.sort("REVERSE SIZE", "UTF-8", "ALL"))[0].split.size
      imap.literal = "Köln"
      assert_equal ["4"], ok(imap.sort("(SIZE)", "UTF-8", "SUBJECT"))
      assert_match(/\A\(/, ok(imap.thread("REFERENCES", "UTF-8", "ALL"))[0])
      assert_equal "4", ok(imap.search(nil, "UID 4", uid: true))[0]
      assert_equal MESSAGES, ok(imap.uid("SORT", "(SIZE)", "UTF-8", "ALL"))[0].split.size
      assert_equal imap.uid("SEARCH", "SEEN"), imap.uid("search", nil, "SEEN") # imaplib leaves out what is None
      [["SEARCH"], ["SEARCH", nil]].each do |bad|
        assert_raises(IMAP4::Argument) { imap.uid(*bad) }
      end
      error = assert_raises(IMAP4::Bad) { imap.search(nil, "SEENISH") }
      assert_kind_of IMAP4::Error, error
      assert_equal "IMAP_BAD", error.code
      refute_empty error.text
    end
  end

  def test_messages
    connected do |imap|
      with_mailbox(imap) do |name|
        5.times { imap.append(name, nil, nil, TEXT) }
        imap.select(name)
        assert_match(/\\Deleted/, ok(imap.store("1:2", "+FLAGS", "\\Deleted"))[0])
        assert_equal [nil], ok(imap.store([1, 2], "+FLAGS.SILENT", %w[\\Seen]))
        ok imap.copy("1", name)
        ok imap.uid("COPY", "1", "\"#{name}\"")
        ok imap.create(other = "#{name}/Other")
        ok imap.move("3", other)
        ok imap.delete(other)
        assert_equal %w[1 2 5 6], ok(imap.expunge).sort # the copies have the flag too
        ok imap.uid("STORE", "4", "+FLAGS", "(\\Deleted)")
        ok imap.expunge("4")
        assert_equal [1], ok(imap.fetch(1.., "UID", uid: false)).map(&:to_i)
        assert_match(/\A1 \(UID 5/, ok(imap.fetch(5, %w[UID FLAGS], uid: true))[0])
      end
    end
  end

  def test_rights_and_quotas_and_annotations
    connected do |imap|
      with_mailbox(imap) do |name|
        ok imap.setacl(name, '"bob"', '"lr"')
        assert_match(/bob lr/, ok(imap.getacl(name))[0])
        assert_match(/lr/, ok(imap.myrights(name))[0])
        ok imap.deleteacl(name, "bob")
        roots, quotas = ok imap.getquotaroot(name)
        assert_match(/User quota/, roots[0])
        assert_match(/STORAGE/, quotas[0])
        assert_match(/STORAGE/, ok(imap.getquota('"User quota"'))[0])
      end
    end
    scenario("quota") { |imap| assert_match(/512/, ok(imap.setquota("user/alice", "STORAGE 512"))[0]) }
    scenario("annotation") do |imap|
      ok imap.setannotation("INBOX", '"/comment"', '("value.priv" "x")')
      assert_equal ['"INBOX" "/comment" ("value.priv" "x")'], ok(imap.getannotation("INBOX", '"/comment"', '"value.priv"'))
    end
  end

  def test_the_session
    opened do |imap|
      error = assert_raises(IMAP4::Error) { imap.login(USER, "wrong") }
      assert_equal "IMAP_ERR_AUTH", error.code
      assert_equal "AUTHENTICATIONFAILED", error.response_code
      ok imap.login_cram_md5(USER, PASSWORD)
      ok imap.enable("UTF8=ACCEPT")
      assert_equal ["Dovecot"], imap.id("name" => "test", "version" => nil)[1].map { |line| line[/Dovecot/] }
      ok imap.id
      assert_equal "OK", imap.xatom("NOOP")[0]
      assert_equal "NO", imap.uid("FETCH", "1", "FLAGS")[0] if imap.state == "SELECTED"
    end
    opened do |imap|
      ok imap.login_plain(USER, PASSWORD)
    end
    scenario("enable_without_enabled", login: true) { |imap| refute imap.utf8_enabled }
    scenario("proxyauth") do |imap|
      assert_equal "OK", imap.proxyauth("bob")[0]
      assert_equal "NO", imap.proxyauth("nobody")[0]
    end
    scenario("partial") do |imap|
      imap.select
      assert_equal [["1 (RFC822.TEXT {10}", "Hello worl"], ")"], ok(imap.partial("1", "RFC822.TEXT", 1, 10))
    end
  end

  def test_authenticate_with_a_block
    opened do |imap|
      seen = []
      answers = { "Username:" => USER, "Password:" => PASSWORD }
      ok(imap.authenticate("LOGIN") { |challenge| seen << challenge && answers.fetch(challenge[/\A\w+:/]) })
      assert_equal 2, seen.size
      assert_equal Encoding::BINARY, seen[0].encoding
    end
    opened do |imap|
      assert_raises(IMAP4::Error) { imap.authenticate("PLAIN", ->(_) {}) }
      assert_equal "NONAUTH", imap.state
      assert_raises(KeyError) { imap.authenticate("PLAIN") { raise KeyError } }
      assert_equal(3, catch(:done) { imap.authenticate("PLAIN") { throw :done, 3 } })
      assert_raises(IMAP4::Argument) { imap.authenticate("PLAIN") { 5 } }
      assert_equal("IMAP_ERR_BUSY", assert_raises(IMAP4::Error) { imap.authenticate("PLAIN") { imap.noop } }.code)
      killed = Thread.new { imap.authenticate("PLAIN") { Thread.current.kill } }
      killed.join
      assert_raises(IMAP4::Argument) { imap.authenticate("PLAIN") }
      ok imap.noop
      ok imap.authenticate("PLAIN", initial: "\0#{USER}\0#{PASSWORD}") { "" }
      assert_equal "AUTH", imap.state
    end
  end

  def test_authenticate_in_a_fiber
    require_relative "scheduler"
    said = []
    Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      Fiber.schedule do
        opened do |imap|
          said << imap.authenticate("PLAIN") { sleep(0.05) && "\0#{USER}\0#{PASSWORD}" }[0]
        end
      end
      Fiber.schedule { said << "other" }
    end.join
    assert_equal %w[other OK], said
  end

  def test_readonly
    scenario("readonly_select") do |imap|
      error = assert_raises(IMAP4::ReadOnly) { imap.select }
      assert_kind_of IMAP4::Abort, error
      assert imap.is_readonly
      ok imap.select("INBOX", true)
    end
    scenario("readonly_later") do |imap|
      imap.select
      ok imap.noop
      assert_raises(IMAP4::ReadOnly) { imap.noop }
      assert_equal ["READ-ONLY", [""]], imap.response("READ-ONLY")
      ok imap.noop
    end
  end

  def test_idle
    scenario("idle") do |imap|
      imap.select
      imap.idle(5) do |idler|
        typ, data = idler.first
        assert_equal ["EXISTS", ["4"]], [typ, data]
        error = assert_raises(IMAP4::Error) { imap.noop }
        assert_equal "IMAP_ERR_STATE", error.code
        rest = idler.burst(0.5).to_a
        assert_equal %w[EXISTS FETCH OK], rest.map(&:first)
        assert_equal [["1 (FLAGS (\\Seen) X-NOTE {4}", "note"], ")"], rest[1][1]
      end
      ok imap.noop
      assert_equal ["2"], imap.untagged_responses["EXPUNGE"]
    end
    scenario("idle_refused") do |imap|
      imap.select
      assert_raises(IMAP4::No) { imap.idle(1) { flunk } }
    end
    connected do |imap|
      imap.select("INBOX", true)
      took = seconds { assert_empty imap.idle(0.2).to_a.map(&:first) - ["OK"] }
      assert_in_delta 0.2, took, 0.3
      ok imap.noop
      assert_raises(IMAP4::Argument) { imap.idle("soon") }
    end
  end

  def test_raw_octets_and_send
    connected do |imap|
      imap.send_raw("x1 NOOP\r\n")
      assert_match(/\Ax1 OK .*\r\n\z/, imap.readline)
      imap.send("x2 NOOP\r\n")
      assert_equal "x2 OK", imap.read(5)
      assert_equal Encoding::BINARY, imap.readline.encoding
      assert_equal "AUTH", imap.send(:state)
      assert_equal "OK", imap.send(:noop)[0]
      ok imap.noop
    end
  end

  def test_debug_and_print_log
    connected do |imap|
      imap.debug = 4
      assert_equal 4, imap.debug
      imap.noop
      out = StringIO.new
      imap.print_log(out)
      assert_match(/> \w+ NOOP/, out.string)
      refute_match(/#{PASSWORD}/, out.string)
      assert(imap.trace_log.any? { |line| line.include?("LOGIN") })
    end
  end

  def test_shutdown_and_what_ends_a_connection
    imap = connected
    imap.shutdown
    assert_nil imap.socket
    assert_equal "AUTH", imap.state
    assert_raises(IMAP4::Abort) { imap.noop }
    imap.disconnect
    scenario("bye_during_fetch") do |one|
      one.select
      error = assert_raises(IMAP4::Abort) { one.fetch("1:2", "FLAGS") }
      assert_equal "IMAP_ERR_BYE", error.code
      assert_equal "UNAVAILABLE", error.response_code
    end
    scenario("stall_in_literal", stall_timeout: 0.2) do |one|
      one.select
      assert_raises(IMAP4::Timeout) { one.fetch("1", "BODY[]") }
      assert_raises(IMAP4::Abort) { one.noop }
    end
    # By its name in Ruby.
    assert_match(/connect_timeout/, assert_raises(IMAP4::Timeout) { scenario("silent", timeout: 0.2) }.message)
    assert_raises(IMAP4::Argument) { IMAP4.new(HOST, PORT, timeout: 0) }
  end

  def test_utilities
    assert_nil IMAP4.Internaldate2tuple("yesterday")
    time = IMAP4.Internaldate2tuple('25 (INTERNALDATE "17-Jul-1996 02:44:25 -0700")')
    assert_equal [837_596_665, -25_200], [time.to_i, time.utc_offset]
    assert_equal '"17-Jul-1996 02:44:25 -0700"', IMAP4.Time2Internaldate(time)
    assert_equal '"17-Jul-1996 02:44:25 -0700"', IMAP4.Time2Internaldate('"17-Jul-1996 02:44:25 -0700"')
    assert_equal time, IMAP4.Internaldate2tuple(IMAP4.Time2Internaldate(time.to_i))
    assert_raises(IMAP4::Argument) { IMAP4.Time2Internaldate(Object.new) }
    assert_equal "PP", IMAP4.Int2AP(255)
    assert_equal "", IMAP4.Int2AP(0)
    assert_equal ["\\Seen", "a"], IMAP4.ParseFlags("1 (FLAGS (\\Seen a))")
    assert_empty IMAP4.ParseFlags("nothing")
    assert_equal "Entw&APw-rfe", IMAP4.utf7_encode("Entwürfe")
    assert_equal "Entwürfe", IMAP4.utf7_decode("Entw&APw-rfe")
    assert_equal "A&B", IMAP4.utf7_decode("A&B")
    assert_equal "Grüße aus Köln", IMAP4.header_decode("=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=")
  end
end
