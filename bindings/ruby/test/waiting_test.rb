# frozen_string_literal: true

require_relative "helper"
require_relative "scheduler"

# While a call waits, others run; and every call can be left in the middle.
class WaitingTest < Test
  # Counts how often it runs while a block does.
  def ticks
    count = 0
    running = true
    ticking = Thread.new { (count += 1) && sleep(0.01) while running }
    yield
    count
  ensure
    running = false
    ticking.join
  end

  def slow_peer(delay = 0.3)
    peer do |line|
      sleep delay
      line.greet
      line.serve do |command|
        sleep delay
        command == "SLEEP" ? "* SEARCH 7\n" : ""
      end
    end
  end

  # Its frames are over when it returns, so that nothing on the stack refers to the Enumerator.
  def leave_an_enumerator_of_events(imap, depth = 30)
    return leave_an_enumerator_of_events(imap, depth - 1) unless depth.zero?

    assert_equal :exists, imap.each_event(timeout: 60).next.kind
    nil
  end

  def test_an_idle_whose_enumerator_nobody_asks_any_more
    all = Array.new(10) { scenario("idle").tap(&:select) }
    all.each { |imap| leave_an_enumerator_of_events(imap) }
    left = ->(imap) { !imap.instance_variable_get(:@orphans).empty? }
    20.times { GC.start && Array.new(1000) { Object.new } && sleep(0.01) if all.none?(&left) }
    assert(all.any?(&left))
    assert_equal "OK", all.find(&left).noop[0]
  ensure
    all&.each(&:disconnect)
  end

  def test_other_threads_run_while_opening_and_while_a_command_waits
    server = slow_peer
    imap = nil
    assert_operator ticks { imap = server.open }, :>, 10
    assert_operator ticks { imap.noop }, :>, 10
    imap.disconnect
  end

  def test_other_threads_run_while_a_name_is_resolved
    slow = ->(*) { sleep(0.3).then { [Addrinfo.tcp("127.0.0.1", 1)] } }
    server = slow_peer(0)
    Addrinfo.stub(:getaddrinfo, slow) do
      assert_operator ticks { IMAP4.open(host: "mail.example", port: server.port, tls: "none").disconnect }, :>, 10
    end
  end

  def test_other_threads_run_while_a_child_process_ends
    imap = IMAP4.open(command: "printf '* PREAUTH [CAPABILITY IMAP4rev1] hi\\r\\n'; trap '' TERM; exec sleep 1", secure: true)
    took = nil
    assert_operator ticks { took = seconds { imap.disconnect } }, :>, 20
    assert_operator took, :>, 0.5
  end

  def test_addresses_are_tried_in_turn
    server = slow_peer(0)
    addresses = ->(*) { [Addrinfo.tcp("127.0.0.2", 1), Addrinfo.tcp("127.0.0.1", 1)] }
    Addrinfo.stub(:getaddrinfo, addresses) do
      IMAP4.open(host: "mail.example", port: server.port, tls: "none") { |imap| assert_equal "AUTH", imap.state }
      server.stop
      error = assert_raises(IMAP4::System) { IMAP4.open(host: "mail.example", port: server.port, tls: "none") }
      assert_equal Errno::ECONNREFUSED::Errno, error.errno
    end
  end

  def test_a_name_that_does_not_exist_is_a_system_error
    error = assert_raises(IMAP4::System) { IMAP4.open(host: "no-such-host.invalid") }
    assert_equal "IMAP_ERR_RESOLVE", error.code
  end

  def test_fibers_run_while_others_wait
    server = slow_peer(0.05)
    order = []
    thread = Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      3.times do |i|
        Fiber.schedule do
          imap = server.open
          order << "opened #{i}"
          imap.noop
          order << "asked #{i}"
          imap.logout_and_disconnect
        end
      end
    end
    took = seconds { thread.join }
    assert_equal %w[asked asked asked opened opened opened], order.map { |word| word.split.first }.sort
    assert_equal 3, order.index { |word| word.start_with?("asked") }, order.inspect
    assert_operator took, :<, 3 * 0.15
  end

  def test_fibers_do_everything_that_threads_do
    counts = []
    thread = Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      2.times do
        Fiber.schedule do
          connected do |imap|
            imap.select_mailbox("INBOX")
            found = imap.each_message(1.., "UID FLAGS").count
            octets = imap.fetch_literal(1, "BODY.PEEK[]", to: StringIO.new)
            statuses = imap.pipeline { |batch| [batch.mailbox_status("INBOX"), batch.noop] }.map(&:value)
            events = imap.idle_events(0.05)
            counts << [found, octets.positive?, statuses[0].messages, events.map(&:kind) - [:ok]]
          end
        end
      end
    end
    thread.join
    assert_equal [[MESSAGES, true, MESSAGES, []]] * 2, counts
  end

  def test_a_fiber_that_raises_inside_a_wait_leaves_the_connection_usable
    server = slow_peer(0.05)
    said = nil
    Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      Fiber.schedule do
        imap = server.open
        begin
          imap.progress = nil
          imap.trace = ->(_line) { raise KeyError, "mine" }
          imap.noop
        rescue KeyError
          imap.trace = nil
          said = imap.command("SLEEP").numbers
        end
      end
    end.join
    assert_equal [7], said
  end

  def test_a_second_thread_is_told_that_the_connection_is_in_use
    server = slow_peer
    server.open do |imap|
      first = Thread.new { imap.noop }
      sleep 0.1
      error = assert_raises(IMAP4::Error) { imap.noop }
      assert_equal "IMAP_ERR_BUSY", error.code
      assert_equal "OK", first.value[0]
      assert_equal "OK", imap.noop[0]
    end
  end

  def test_disconnect_from_another_thread_ends_the_running_call
    server = peer do |line|
      line.greet
      line.serve { :nothing }
    end
    { noop: [], idle: nil }.each_key do |what|
      imap = server.open
      waiting = Thread.new { what == :idle ? imap.each_event { nil } : imap.noop }
      waiting.report_on_exception = false
      sleep 0.1
      took = seconds do
        imap.disconnect
        assert_raises(IMAP4::Abort) { waiting.value }
      end
      assert_operator took, :<, 0.5
      assert_predicate imap, :closed?
    end
  end

  def test_disconnect_ends_a_call_on_pipes_too
    theirs, ours = IO.pipe
    mine, answers = IO.pipe
    answers.write("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n")
    imap = IMAP4.open(read_fd: mine, write_fd: ours, tls: "none")
    waiting = Thread.new { imap.noop }
    waiting.report_on_exception = false
    theirs.gets
    imap.disconnect
    assert_raises(IMAP4::Abort) { waiting.value }
    refute_predicate mine, :closed?, "IO objects stay the caller's"
  ensure
    [theirs, ours, mine, answers].each { |io| io&.close }
  end

  def test_timeouts_lose_no_handle_and_mix_up_no_answer
    server = peer do |line|
      line.greet
      line.serve do |command|
        sleep(rand * 0.002)
        command.start_with?("NUMBER") ? "* SEARCH #{command[/\d+/]}\n" : ""
      end
    end
    interrupted = 0
    server.open do |imap|
      3000.times do |i|
        Timeout.timeout(0.001) { imap.command("NUMBER", i + 1) }.then do |response|
          assert_equal [i + 1], response.numbers
        end
      rescue Timeout::Error
        interrupted += 1
      end
      assert_equal [77], imap.command("NUMBER", 77).numbers
      assert_equal "OK", imap.noop[0]
    end
    assert_operator interrupted, :>, 0
    # Handles that nobody has are not kept by anything but the collector's list.
    GC.start
    assert_operator ObjectSpace.each_object(IMAP4::Native::ResponseHandle).reject(&:freed?).size, :<, 300
  end

  def test_timeouts_in_everything_else_mix_up_nothing
    connected do |imap|
      imap.examine_mailbox
      sizes = imap.fetch_messages(1.., "UID RFC822.SIZE").to_h { |message| [message.uid, message.size] }
      calls = [
        -> { imap.each_message(1.., "UID BODY.PEEK[]") { |message| assert_equal sizes[message.uid], message.section.bytesize } },
        -> { imap.each_message(1.., "UID RFC822.SIZE").each { |message| assert_equal sizes[message.uid], message.size } },
        -> { assert_equal sizes[3], imap.fetch_literal(3, "BODY.PEEK[]", to: StringIO.new) },
        lambda do
          found = imap.pipeline { |batch| [batch.find([2..2]), batch.fetch_message(4, "UID RFC822.SIZE"), batch.noop] }.map(&:value)
          assert_equal [[2], sizes[4], "OK"], [found[0], found[1].size, found[2][0]]
        end,
        -> { imap.idle_events(0.001) },
        -> { assert_equal ["5"], imap.search(nil, "UID 5", uid: true)[1] }
      ]
      left = 0
      1200.times do |i|
        Timeout.timeout(rand * 0.004) { calls[i % calls.size].call }
      rescue Timeout::Error
        left += 1
      end
      assert_operator left, :>, 0
      calls.each(&:call)
      assert_equal sizes.keys, imap.find
    end
  end

  def test_a_pipeline_collects_from_its_own_thread_alone
    server = slow_peer(0)
    server.open do |imap|
      others = []
      running = true
      thread = Thread.new { others << (imap.noop rescue IMAP4::Error) while running }
      mine = Array.new(50) { imap.pipeline { |batch| Array.new(20) { batch.noop } } rescue [] }
      running = false
      thread.join
      assert(others.none?(IMAP4::Pending))
      assert(mine.flatten.all?(IMAP4::Pending))
      refute_empty mine.flatten
    end
  end

  def test_a_killed_thread_leaves_the_connection_usable
    server = slow_peer(0.1)
    imap = server.open
    20.times do
      thread = Thread.new { imap.command("SLEEP") }
      sleep(rand * 0.05)
      thread.kill
      thread.join
    end
    assert_equal [7], imap.command("SLEEP").numbers
    imap.disconnect
  end

  def test_throw_and_break_out_of_functions_called_inside_a_wait
    server = slow_peer(0.1)
    imap = server.open(trace_level: 3)
    imap.trace = ->(_) { throw :out, 5 }
    assert_equal(5, catch(:out) { imap.noop })
    imap.trace = nil
    assert_equal [7], imap.command("SLEEP").numbers
    imap.trace = ->(_) { imap.noop }
    assert_equal "IMAP_ERR_BUSY", assert_raises(IMAP4::Error) { imap.noop }.code
    imap.trace = nil
    assert_equal "OK", imap.noop[0]
    imap.disconnect
  end

  # Ctrl-C: what a process of its own does while a signal comes.
  def interrupted(code, port)
    status, said = ruby(<<~RUBY, env: { "PORT" => port.to_s }) do |pid, output|
      $stdout.sync = true
      PORT = Integer(ENV["PORT"])
      begin
        #{code}
      rescue Interrupt
        puts "interrupted"
        puts $imap ? ($imap.connected? ? $imap.noop[0] : "dead") : "none"
      end
    RUBY
      assert_equal "ready\n", output.gets
      sleep 0.2
      Process.kill(:INT, pid)
      took = seconds { assert_equal "interrupted\n", output.gets }
      assert_operator took, :<, 0.5
    end
    assert_predicate status, :success?, said
    said.strip
  end

  def test_ctrl_c_while_connecting_and_in_the_greeting
    server = peer { |line| line.socket.read }
    assert_equal "none", interrupted("puts 'ready'; IMAP4.open(host: '127.0.0.1', port: PORT, tls: 'none')", server.port)
    # An address that swallows what is sent to it.
    full = Socket.new(:INET, :STREAM).tap { |socket| socket.bind(Addrinfo.tcp("127.0.0.1", 0)) && socket.listen(0) }
    port = full.local_address.ip_port
    waiting = Array.new(3) { Socket.new(:INET, :STREAM).tap { |one| one.connect_nonblock(full.local_address, exception: false) } }
    assert_equal "none", interrupted("puts 'ready'; IMAP4.open(host: '127.0.0.1', port: PORT, tls: 'none')", port)
  ensure
    [full, *waiting].compact.each(&:close)
  end

  def test_ctrl_c_in_the_tls_handshake
    server = peer { |line| line.socket.read }
    assert_equal "none", interrupted("puts 'ready'; IMAP4.open(host: '127.0.0.1', port: PORT)", server.port)
  end

  def test_ctrl_c_in_a_literal_a_pipeline_and_idle
    server = peer do |line|
      line.greet
      line.serve do |command|
        case command
        when /\AFETCH/
          line.say("* 1 FETCH (BODY[] {100000}\n#{"x" * 50_000}")
          sleep(0.6)
          "#{"x" * 50_000})\n"
        when "SLOW"
          sleep(0.3)
          ""
        when "IDLE"
          line.say("+ idling\n")
          line.hear
          ""
        else ""
        end
      end
    end
    open = "$imap = IMAP4.open(host: '127.0.0.1', port: PORT, tls: 'none'); $imap.select; "
    assert_equal "OK", interrupted("#{open} puts 'ready'; $imap.command('FETCH', 1, IMAP4::Arg.items('BODY[]'))", server.port)
    assert_equal "OK", interrupted("#{open} puts 'ready'; $imap.pipeline { |all| 4.times { all.command('SLOW') } }", server.port)
    assert_equal "OK", interrupted("#{open} puts 'ready'; $imap.each_event { nil }", server.port)
  end

  def test_ctrl_c_in_a_half_sent_message_ends_the_connection
    server = peer do |line|
      line.greet("IMAP4rev1")
      line.serve { |command| command.start_with?("APPEND") ? :nothing : "" }
    end
    code = "$imap = IMAP4.open(host: '127.0.0.1', port: PORT, tls: 'none'); puts 'ready'; " \
           "$imap.append_message('x', StringIO.new('a' * 100))"
    assert_equal "dead", interrupted("require 'stringio'; #{code}", server.port)
  end
end
