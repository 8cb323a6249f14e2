# frozen_string_literal: true

require_relative "helper"

# Handles go by the collector in any order, by explicit close, and in forked children.
class MemoryTest < Test
  def test_a_hundred_thousand_dropped_responses_do_not_grow_the_process
    status, said = ruby(<<~RUBY)
      octets = "* 1 FETCH (UID 1 BODY[] {65536}\\r\\n" + "x" * 65_536 + ")\\r\\n"
      read = -> { File.foreach("/proc/self/status").find { |line| line.start_with?("VmRSS") }[/\\d+/].to_i }
      5_000.times { IMAP4.parse(octets) }
      before = read.call
      95_000.times { IMAP4.parse(octets)[0].kind }
      puts read.call - before
    RUBY
    assert_predicate status, :success?, said
    assert_operator Integer(said), :<, 96 * 1024
  end

  def test_kept_messages_go_when_they_are_dropped
    body = "y" * 65_536
    server = peer do |line|
      line.greet
      line.serve do |command|
        next "" unless command.include?("FETCH")

        3000.times { |i| line.say("* #{i + 1} FETCH (UID #{i + 1} BODY[] {65536}\r\n#{body})\r\n") }
        ""
      end
    end
    server.open do |imap|
      imap.select
      before = resident_kib
      count = imap.each_message(1.., "UID BODY[]").count { |message| message.section.bytesize == 65_536 }
      assert_equal 3000, count
      assert_operator resident_kib - before, :<, 100 * 1024
    end
  end

  def test_the_collector_takes_objects_in_any_order
    GC.stress = false
    20.times do |i|
      imap = connected
      imap.select("INBOX", true)
      response = imap.command("FETCH", 1..3, IMAP4::Arg.items("UID BODY.PEEK[]"))
      rows = response.rows
      messages = response.messages
      enumerator = imap.each_message(1.., "UID")
      enumerator.next
      imap.pipeline { |batch| batch.noop } if i.even?
      keep = [imap, response, rows, messages, enumerator].shuffle(random: Random.new(i))
      while keep.any?
        keep.pop
        imap = response = rows = messages = enumerator = nil
        GC.start if keep.size.odd?
      end
    end
    GC.start
    assert_equal "OK", connected { |imap| imap.noop[0] }
  end

  def test_reading_under_a_collector_that_runs_all_the_time
    status, said = ruby(<<~RUBY, env: { "P" => TLS_PORT.to_s, "C" => CA_FILE })
      IMAP4.open(host: "localhost", port: ENV["P"].to_i, ca_file: ENV["C"], user: "alice", password: "secret") do |imap|
        imap.examine_mailbox
        GC.stress = true
        imap.each_message(1..4, "UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER]") do |message|
          message.envelope.subject
          message.body_structure.walk(&:type)
          message.keep.sections
        end
        imap.list
        imap.pipeline { |batch| batch.noop }.value
        GC.stress = false
      end
      puts "done"
    RUBY
    assert_predicate status, :success?, said
    assert_equal "done\n", said
  end

  def test_connections_that_are_dropped_close_their_descriptors
    before = Dir.children("/proc/self/fd").size
    Thread.new { 30.times { connected } }.join # on a stack of their own, so that nothing refers to them any more
    5.times { GC.start && Array.new(100) { Object.new } }
    assert_operator Dir.children("/proc/self/fd").size, :<, before + 10
  end

  def test_a_forked_child_leaves_the_connection_to_its_parent
    connected do |imap|
      imap.select("INBOX", true)
      response = imap.command("NOOP")
      reader, writer = IO.pipe
      pid = fork do
        error = begin
          imap.noop
          nil
        rescue IMAP4::Error => e
          e.code
        end
        writer.write("#{error} #{response.status} ")
        imap.disconnect
        imap.disconnect
        other = connected
        writer.write(other.noop[0])
        other = nil
        GC.start
        exit!(true)
      end
      writer.close
      assert_equal "IMAP_ERR_FORKED OK OK", reader.read
      Process.wait(pid)
      # One that ends as a program does, finalisers and all.
      pid = fork do
        $VERBOSE = nil
        Minitest.define_singleton_method(:run) { |*| true } # its at_exit would run the tests again
      end
      Process.wait(pid)
      assert_equal "OK", imap.noop[0]
      assert_equal MESSAGES, imap.find.size
      reader.close
    end
  end
end
