# frozen_string_literal: true

require_relative "helper"

# Wrong arguments and wrong use give errors of Ruby's, whatever the method.
class MisuseTest < Test
  # Every public method that takes arguments, with arguments that are good.
  GOOD = {
    append: ["x", nil, nil, "text"], authenticate: ["PLAIN", ->(_) {}], copy: %w[1 x], create: ["x"], delete: ["x"],
    deleteacl: %w[x a], enable: ["X"], fetch: %w[1 FLAGS], getacl: ["x"], getannotation: %w[x "a" "b"], getquota: ["x"],
    getquotaroot: ["x"], list: ["", "*"], login: %w[a b], login_cram_md5: %w[a b], login_plain: %w[a b], lsub: ["", "*"],
    move: %w[1 x], myrights: ["x"], partial: ["1", "RFC822", 1, 2], proxyauth: ["a"], rename: %w[a b], response: ["x"],
    search: [nil, "ALL"], select: ["x"], setacl: %w[x a b], setannotation: ["x", '"a"', '("b" "c")'],
    setquota: ["x", "STORAGE 1"], sort: ["DATE", nil, "ALL"], status: %w[x MESSAGES], store: %w[1 FLAGS x], subscribe: ["x"],
    thread: ["REFERENCES", nil, "ALL"], uid: %w[FETCH 1 FLAGS], unsubscribe: ["x"], xatom: %w[NOOP], capability?: ["x"],
    command: ["NOOP"], mailboxes: ["", "*"], mailbox_status: %w[x MESSAGES], select_mailbox: ["x"], examine_mailbox: ["x"],
    rights: ["x"], acl: ["x"], quotas: ["x"], quota: ["x"], metadata: %w[x /a], annotations: %w[x a b], find: ["ALL"],
    find_sorted: %w[DATE ALL], find_threads: %w[REFERENCES ALL], find_extended: %w[ALL MIN], fetch_message: [1, "FLAGS"],
    fetch_messages: [1, "FLAGS"], store_flags: [1, :add, "x"], copy_messages: [1, "x"], move_messages: [1, "x"],
    append_message: %w[x text], send_raw: ["x"], command_text: ["NOOP"], create_mailbox: ["x"], delete_mailbox: ["x"],
    rename_mailbox: %w[a b], subscribe_mailbox: ["x"], unsubscribe_mailbox: ["x"]
  }.freeze
  # Arguments that may be anything of their kind, or nil.
  NIL_IS_FINE = { append: [0, 1, 2], search: [0], sort: [1], thread: [1], uid: [1, 2], rights: [], find: [], append_message: [0],
                  authenticate: [] }.freeze
  STATE_COMES_FIRST = %i[capability? login login_cram_md5 login_plain response uid].freeze
  OCTETS_ARE_FINE = { append: [3], send_raw: [0], append_message: [1] }.freeze

  def test_wrong_arguments_are_refused_and_name_the_argument
    connected do |imap|
      imap.select("INBOX", true)
      count = 0
      GOOD.each do |name, arguments|
        arguments.each_index do |i|
          next unless arguments[i].is_a?(String) || arguments[i].is_a?(Integer)

          bad = [Object.new, 1.5, { a: 1 }]
          bad << nil unless NIL_IS_FINE.fetch(name, []).include?(i)
          bad.push("a\0b") unless OCTETS_ARE_FINE.fetch(name, []).include?(i)
          # The library looks at line ends when it writes the command: not in a wrong state, nor for a name that is only looked up.
          bad.push("a\r\nb X", "a\nb") unless OCTETS_ARE_FINE.fetch(name, []).include?(i) || STATE_COMES_FIRST.include?(name)
          bad.each do |wrong|
            given = arguments.dup.tap { |list| list[i] = wrong }
            error = assert_raises(::ArgumentError, "#{name}(#{given.inspect})") { imap.public_send(name, *given) }
            assert_operator error.message.size, :>, 8
            count += 1
          end
        end
      end
      assert_operator count, :>, 400
      assert_equal "OK", imap.noop[0]
      refute(imap.trace_log.any? { |line| line.include?("a b X") })
    end
  end

  def test_every_method_on_a_closed_connection
    imap = connected
    2.times { imap.disconnect }
    GOOD.each do |name, arguments|
      error = assert_raises(IMAP4::Abort, name.to_s) { imap.public_send(name, *arguments) }
      assert_equal "IMAP_ERR_CLOSED", error.code
    end
    %i[noop capability check close expunge logout namespace recent unselect capabilities protocol_version is_readonly greeting
       utf8_enabled events untagged_responses readline starttls namespaces server_id tls_info child_pid print_log trace_log
       shutdown].each do |name|
      assert_raises(IMAP4::Abort, name.to_s) { imap.public_send(name) }
    end
    [-> { imap.each_message(1, "FLAGS") {} }, -> { imap.pipeline {} }, -> { imap.each_event {} }, -> { imap.idle(1) {} },
     -> { imap.fetch_literal(1, "BODY[]") {} }, -> { imap.set_option(:max_line, 5) }, -> { imap.debug = 1 }].each do |call|
      assert_raises(IMAP4::Abort, &call)
    end
    assert_equal "LOGOUT", imap.state
    assert_nil imap.socket
    assert_nil imap.logout_and_disconnect
    assert_match(/closed/, imap.inspect)
  end

  # Whether blocks are refused with an error that names the argument.
  def assert_refused(calls)
    calls.each do |name, call|
      error = assert_raises(::ArgumentError, name, &call)
      assert_kind_of IMAP4::Details, error, name
      assert_operator error.message.size, :>, 8
    end
  end

  BAD = [Object.new, 1.5, [], {}, true, Object].freeze

  def test_objects_without_a_connection
    response, = IMAP4.parse("* 1 FETCH (UID 5 FLAGS (x) BODY[] \"x\")\r\n")
    message = response.message
    mailbox = IMAP4.parse("* LIST (\\Sent) \"/\" x\r\n")[0].mailbox
    BAD.each do |bad|
      assert_refused("flag?" => -> { message.flag?(bad) }, "section" => -> { message.section(bad) }, "item" => -> { message.item(bad) },
                     "items" => -> { response.items(bad) }, "attribute?" => -> { mailbox.attribute?(bad) },
                     "feature?" => -> { IMAP4.feature?(bad) }, "set" => -> { IMAP4.set(bad == [] ? nil : [bad]) })
    end
    assert_refused("item" => -> { message.item(nil) }, "section" => -> { message.section("a\0b") }, "flag?" => -> { message.flag?(nil) })
    [Float::NAN, Float::INFINITY, 1i, nil, Object.new, "never", 2**70].each do |time|
      assert_refused("Time2Internaldate(#{time.inspect})" => -> { IMAP4.Time2Internaldate(time) })
    end
    [("a".."c"), ("a"..."c"), (1.5..2), (1...1.5), (0..5), (5..2**40), [1, nil], [[]], [1.5], Float::NAN].each do |set|
      assert_refused("set(#{set})" => -> { IMAP4.set(set) })
    end
  end

  def test_options_and_objects_of_commands
    connected do |imap|
      imap.select("INBOX", true)
      BAD.each do |bad|
        assert_refused("append_messages" => -> { imap.append_messages("x", bad) }, "server_id" => -> { imap.server_id(bad == {} ? 5 : bad) },
                       "set_metadata" => -> { imap.set_metadata("x", bad == {} ? 5 : bad) },
                       "set_metadata value" => -> { imap.set_metadata("x", { "/a" => bad }) },
                       "find_threads" => -> { imap.find_threads(bad) }, "charset" => -> { imap.find_threads("REFERENCES", "ALL", charset: bad) },
                       "on_literal" => -> { imap.each_message(1, "UID", on_literal: bad) { flunk } },
                       "option" => -> { imap.option(bad) }, "date" => -> { imap.append("x", nil, bad == 1.5 ? 1i : bad, "text") })
      end
      ["x", -1, Float::NAN, 1i, [], {}, Object.new].each do |bad|
        assert_refused("idle" => -> { imap.idle(bad) {} }, "each_event" => -> { imap.each_event(timeout: bad) {} },
                       "idle_events" => -> { imap.idle_events(bad) }, "burst" => -> { imap.idle.burst(bad) {} },
                       "next_event" => -> { imap.idle { |idler| idler.next_event(bad) } })
      end
      literal = lambda do |one|
        assert_refused("read" => -> { one.read(0) }, "read -1" => -> { one.read(-1) }, "read x" => -> { one.read("x") }, "copy_to" => -> { one.copy_to(5) })
      end
      imap.each_message(1, "BODY[]", stream: "BODY[]", on_literal: literal) { nil }
      assert_equal "1.2", imap.option(:min_tls_version)
      assert_equal "OK", imap.noop[0]
    end
  end

  def test_flags_that_are_two
    connected do |imap|
      imap.select_mailbox
      ["Follow up", "a)", "(", ""].each do |bad|
        assert_raises(IMAP4::Argument) { imap.store_flags(1, :add, [bad]) }
        assert_raises(IMAP4::Argument) { imap.store_flags(1, :add, bad.to_sym) }
        assert_raises(IMAP4::Argument) { imap.append_message("INBOX", "x", flags: [bad]) }
      end
    end
  end

  def test_what_was_streamed_before_is_so_again
    connected(literal_stream_items: "RFC822") do |imap|
      assert_raises(IMAP4::Error) { imap.each_message(1, "BODY[]", stream: "BODY[]") { flunk } } # no mailbox is open
      assert_equal "RFC822", imap.option(:literal_stream_items)
      imap.select("INBOX", true)
      imap.each_message(1, "BODY.PEEK[]", stream: "BODY[]") { |message| assert_nil message.section }
      assert_equal "RFC822", imap.option(:literal_stream_items)
      imap.each_message(1, "BODY.PEEK[]") { |message| refute_nil message.section }
      assert_raises(IMAP4::Argument) { imap.each_message(1, "BODY[]", stream: "BODY[]\r\n") { flunk } }
      assert_raises(IMAP4::Argument) { imap.each_message(1, "BODY[\r\n]", stream: "BODY[]") { flunk } }
      assert_equal "RFC822", imap.option(:literal_stream_items)
    end
  end

  def test_a_message_whose_read_gives_no_text_ends_the_connection
    bad = Object.new
    def bad.read(_most) = 5
    connected do |imap|
      assert_raises(IMAP4::Argument) { imap.append_message("INBOX", bad, size: 10) }
      refute_predicate imap, :connected?
    end
  end

  def test_options
    bad = { port: ["x", -1, 70_000, nil], host: [nil, 5.5, "a\0b", "a b\n"], tls: [:maybe, 1], timeout: [-1, "1", 0],
            verify: [1, nil.to_s], ca_file: [5.5, "a\0"], max_line: [-1, "many"], min_tls_version: ["1.9"], nonsense: [1],
            ip_family: [5], address: ["not an address"], progress: [5], trace: ["x"], read_fd: [-1, 100_000], argv: [[], "x", [nil]],
            command: [5.5], io: [5], trace_level: [9] }
    bad.each do |name, values|
      values.each do |value|
        options = { host: "127.0.0.1", port: 1, tls: "none" }.merge(name => value)
        error = assert_raises(::ArgumentError, "#{name}: #{value.inspect}") { IMAP4.open(**options) }
        assert_kind_of IMAP4::Details, error
      end
    end
    assert_raises(IMAP4::Argument) { IMAP4.open(command: "x", argv: ["y"]) }
    [{}, { password: 5.5 }, { password: "a\0b" }, { password: "x", mechanism: true }].each do |more| # before connecting
      assert_raises(IMAP4::Argument) { IMAP4.open(host: "127.0.0.1", port: 1, tls: "none", user: "alice", **more) }
    end
    [{ password: "x" }, { mechanism: "PLAIN" }].each do |more| # or nobody would be logged in
      error = assert_raises(IMAP4::Argument) { IMAP4.open(host: "127.0.0.1", port: 1, tls: "none", **more) }
      assert_match(/user is missing/, error.message)
    end
    assert_raises(IMAP4::System) { opened(ca_file: "/nonexistent") }
  end

  def test_a_connection_cannot_be_copied
    connected do |imap|
      assert_raises(TypeError) { imap.dup }
      assert_raises(TypeError) { imap.clone }
      assert_equal "OK", imap.noop[0]
    end
  end

  def test_a_failed_open_says_why_and_leaves_nothing
    server = TCPServer.new("127.0.0.1", 0)
    port = server.addr[1]
    server.close
    error = assert_raises(IMAP4::System) { IMAP4.open(host: "127.0.0.1", port: port) }
    assert_equal Errno::ECONNREFUSED::Errno, error.errno
    before = Dir.children("/proc/self/fd").size
    20.times { assert_raises(IMAP4::System) { IMAP4.open(host: "127.0.0.1", port: port) } }
    20.times { assert_raises(IMAP4::TLS) { IMAP4.open(host: HOST, port: TLS_PORT) } }
    assert_operator Dir.children("/proc/self/fd").size, :<=, before + 1
  end

  def test_freed_responses
    connected do |imap|
      response = imap.command("LIST", "", IMAP4::Arg.pattern("*"))
      row = response.rows.first
      message = IMAP4.parse("* 1 FETCH (UID 5 BODY[] {1}\r\nx)\r\n").first.then { |one| one.message.tap { one.free } }
      2.times { response.free }
      assert_raises(IMAP4::Argument) { response.status }
      assert_raises(IMAP4::Argument) { row.mailbox }
      assert_raises(IMAP4::Argument) { message.section }
      assert_equal 5, message.uid
      assert_match(/freed/, response.inspect)
    end
  end

  def test_a_response_is_read_by_many_threads
    response, = IMAP4.parse("* LIST () \"/\" \"Entw&APw-rfe\"\r\n")
    names = Array.new(8) { Thread.new { Array.new(500) { response.mailbox.name } } }.flat_map(&:value)
    assert_equal ["Entwürfe"], names.uniq
  end

  def test_texts_in_other_encodings
    connected do |imap|
      with_mailbox(imap) do |name|
        imap.create("#{name}/Köln".encode("ISO-8859-1"))
        assert_includes imap.mailboxes.map(&:name), "#{name}/Köln"
        imap.delete("#{name}/Köln".encode("UTF-16LE"))
        assert_raises(IMAP4::Argument) { imap.create("\xFF") }
        assert_raises(IMAP4::Argument) { imap.create("\xFF".dup.force_encoding("EUC-JP")) }
      end
    end
  end
end
