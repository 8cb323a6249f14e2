# frozen_string_literal: true

require_relative "helper"

# Arguments that could be taken for something else, and what errors and their words are.
class ArgumentsTest < Test
  # A server that has what was appended in an Array.
  def appending(capabilities = "")
    messages = []
    server = peer do |line|
      line.greet("IMAP4rev1 LITERAL+ METADATA #{capabilities}")
      while (text = line.socket.gets)
        tag = text[/\A\S+/]
        while (size = text[/\{(\d+)\+\}\r\n\z/, 1])
          messages << line.socket.read(size.to_i)
          text = line.socket.gets
        end
        line.say("#{tag} OK done\n")
      end
    end
    server.open { |imap| yield imap, messages }
  end

  def test_the_size_beside_a_string_is_its_own
    appending do |imap, messages|
      [2, 4, "x", -1].each do |size|
        assert_match(/\Asize /, assert_raises(IMAP4::Argument) { imap.append_message("x", "abc", size: size) }.message)
        assert_raises(IMAP4::Argument) { imap.append_messages("x", [{ message: "abc", size: size }]) }
      end
      assert_empty messages
      imap.append_message("x", "abc", size: 3)
      imap.append_messages("x", [{ message: "a\nc", size: 3 }])
      assert_equal ["abc", "a\r\nc"], messages
    end
  end

  def test_strings_of_append_messages_have_their_line_ends_mended
    ["", "MULTIAPPEND"].each do |capability|
      appending(capability) do |imap, messages|
        imap.append_message("x", "a\nb\r\nc\rd\r\n\n")
        imap.append_messages("x", ["a\nb\r\nc\rd\r\n\n", StringIO.new("a\nb"), { message: "ü\n\r" }, { message: "ü\n\r", verbatim: true }])
        imap.append_message("x", "ü\n\r", verbatim: true)
        wanted = "a\r\nb\r\nc\r\nd\r\n\r\n"
        assert_equal [wanted, wanted, "a\nb", "ü\r\n\r\n".b, "ü\n\r".b, "ü\n\r".b], messages
      end
    end
  end

  def test_a_day_of_search
    found = []
    server = peer do |line|
      line.greet
      line.serve { |command| found << command[/ON (.*)/, 1] && "" }
    end
    server.open do |imap|
      imap.select
      [Date.new(2024, 2, 1), Time.new(2024, 2, 1, 0, 0, 0, "+13:00"), Time.new(2024, 2, 1, 23, 59, 59, "-11:00"),
       DateTime.new(2024, 2, 1, 23, 0, 0, "+5"), Date.new(99, 12, 31)].each { |day| imap.find([:on, day]) }
      assert_equal ["1-Feb-2024"] * 4 + ["31-Dec-0099"], found.compact
      [Date.new(0, 1, 1), Date.new(10_000, 1, 1)].each do |day|
        assert_match(/\Acriteria: the year/, assert_raises(IMAP4::Argument) { imap.find([:on, day]) }.message)
      end
    end
  end

  def test_a_date_of_append_is_all_that_is_a_time
    like_a_time = Object.new
    def like_a_time.to_time = Time.at(0, in: "+01:00")
    day = Date.new(2024, 2, 1)
    wanted = { day => day.to_time, DateTime.new(2024, 2, 1, 5, 0, 0, "+2") => Time.new(2024, 2, 1, 5, 0, 0, "+02:00"),
               Time.new(2024, 2, 1, 5, 0, 0, "-03:00") => Time.new(2024, 2, 1, 5, 0, 0, "-03:00"), 7.5 => Time.at(7),
               like_a_time => Time.at(0, in: "+01:00") }
    dates = []
    server = peer do |line|
      line.greet
      line.serve do |command, _|
        dates << command[/"(.*)"/, 1]
        line.socket.read(command[/\{(\d+)/, 1].to_i + 2) if command.include?("{")
        ""
      end
    end
    server.open do |imap|
      wanted.each_key { |date| imap.append_message("x", "abc", date: date) }
      assert_equal wanted.values.map { |time| time.strftime("%d-%b-%Y %H:%M:%S %z") }, dates
      [Object.new, :today, [2024], Float::NAN, 1i, 10**30, Date.new(10_000, 1, 1)].each do |wrong|
        [-> { imap.append_message("x", "abc", date: wrong) }, -> { imap.append_messages("x", [{ message: "abc", date: wrong }]) }].each do |call|
          assert_match(/\Adate (must be|is outside)/, assert_raises(IMAP4::Argument, wrong.inspect, &call).message)
        end
        assert_match(/\Adate_time /, assert_raises(IMAP4::Argument) { imap.append("x", nil, wrong, "abc") }.message)
      end
    end
  end

  def test_an_array_that_is_inside_itself
    appending do |imap, _|
      imap.examine_mailbox
      cyclic = []
      cyclic << cyclic
      { "argument" => -> { imap.command("X", cyclic) }, "criteria" => -> { imap.find([:all, [cyclic]]) },
        "criterion" => -> { imap.search(nil, cyclic) }, "message_set" => -> { imap.fetch(cyclic, "FLAGS") },
        "set" => -> { imap.fetch_messages([1, cyclic], "FLAGS") } }.each do |name, call|
        assert_match(/\A#{name}\b/, assert_raises(IMAP4::Argument, name, &call).message)
      end
      assert_raises(IMAP4::Argument) { imap.find([:all, [nil]]) }
      assert_equal "OK", imap.command("X", (1..90).reduce("x") { |inner, _| [inner, "x"] }).status
    end
  end

  def test_annotations_without_any
    appending do |imap, _|
      [nil, {}].each do |values|
        assert_match(/\Avalues /, assert_raises(IMAP4::Argument) { imap.set_metadata("INBOX", values) }.message)
      end
      assert_nil imap.set_metadata("INBOX", { "/private/comment" => nil })
    end
  end

  def test_options_are_named_as_they_were_given
    [-5, 0, "x", 1e12].each do |timeout|
      error = assert_raises(IMAP4::Argument) { IMAP4.open(host: "localhost", timeout: timeout) }
      assert_match(/\Atimeout /, error.message)
    end
    error = assert_raises(IMAP4::Argument) { IMAP4.open(host: "localhost", stall_timeout: -5) }
    assert_match(/\Astall_timeout /, error.message)
    appending do |imap, _|
      assert_match(/\Averify .*true/, assert_raises(IMAP4::Argument) { imap.set_option(:verify, true) }.message)
    end
  end

  def test_messages_name_no_function_of_c
    words = IMAP4.const_get(:Errors)
    assert_equal "no command of this id is waiting", words.worded("imap_wait: no command of this id is waiting")
    assert_equal "IDLE: use idle", words.worded("IDLE: use imap_idle_begin")
    assert_equal "SELECT: imap_waiting: no", words.worded("SELECT: imap_waiting: no") # a mailbox
    # All that the library's messages name.
    files = Dir[File.expand_path("../../../src/**/*.rs", __dir__)].reject { |file| file.match?(/tests/) }
    lines = files.flat_map { |file| File.readlines(file) }.grep_v(%r{\A *//|export_name})
    names = lines.flat_map { |line| line.scan(/"[^"]*"/).flat_map { |text| text.scan(/imap_[a-z_]+/) } }
    assert_operator names.size, :>, 20
    names.uniq.each { |name| refute_match(/imap_/, words.worded("x #{name}")) }
    connected do |imap|
      { "IDLE" => "idle", "STARTTLS" => "starttls", "AUTHENTICATE" => "authenticate" }.each do |name, method|
        assert_match(/use #{method}/, assert_raises(IMAP4::Argument) { imap.command(name) }.message)
      end
      imap.shutdown
      assert_match(/closed by shutdown/, assert_raises(IMAP4::Abort) { imap.noop }.message)
    end
  end

  def test_words_of_errors_are_utf8
    connected do |imap|
      error = assert_raises(IMAP4::No) { imap.select_mailbox("no such mailbox") }
      closed = assert_raises(IMAP4::Error) { imap.fetch(1, "FLAGS") }
      words = [error, closed].flat_map { |one| [one.code, one.response_code, one.text, one.message, one.description] }
      words.push(imap.state, imap.protocol_version, imap.tls_info.version, imap.tls_info.cipher, IMAP4.library_version)
      words.each { |word| assert_equal Encoding::UTF_8, word.encoding, word }
      assert_equal "NONEXISTENT ü", "#{error.response_code.empty? ? "NONEXISTENT" : error.response_code} ü"
      assert_equal Encoding::BINARY, imap.welcome.encoding
    end
  end

  def test_a_program_that_cannot_be_run
    error = assert_raises(IMAP4::Abort) { IMAP4_stream.new("/nonexistent 2>/dev/null") }
    assert_equal "IMAP_ERR_CLOSED", error.code
    assert_match(/exit status 127: the command was not found/, error.message)
    assert_match(/exit status 3\z/, assert_raises(IMAP4::Abort) { IMAP4_stream.new("exit 3") }.message)
  end

  def test_what_is_no_part_among_parts_keeps_its_number
    text = '("text" "plain" NIL NIL NIL "7bit" 1 1)'
    body = "(NIL () #{text} NIL (() #{text}#{text} NIL \"mixed\") () #{text} \"mixed\")"
    structure = IMAP4.parse("* 1 FETCH (BODYSTRUCTURE #{body})\r\n")[0].message.body_structure
    assert_equal ["", "3", "5", "5.2", "5.3", "7"], structure.walk.map(&:number)
    assert_equal [3, 2], [structure.parts.size, structure.part("5").parts.size]
  end

  def test_a_pipeline_with_recent_and_logout
    appending do |imap, _|
      given = imap.pipeline { |batch| [batch.noop, batch.recent, batch.logout] }.map { |pending| pending.value[0] }
      assert_equal %w[OK OK], given.first(2)
    end
  end
end
