# frozen_string_literal: true

require_relative "helper"

# Ending a wait from outside, and IDLE that was left in the middle.
class WakeupTest < Test
  def soon(seconds = 0.4)
    Thread.new do
      sleep seconds
      yield
    end
  end


  def test_a_wakeup_before_the_call_ends_its_wait_and_resume_goes_on
    connected do |imap|
      imap.wakeup
      error = assert_raises(IMAP4::Woken) { imap.status("INBOX", "(MESSAGES)") }
      assert_equal "IMAP_ERR_WOKEN", error.code
      assert_equal ["OK", ["INBOX (MESSAGES #{MESSAGES})"]], imap.resume
      assert_equal "OK", imap.noop[0]
      assert_raises(IMAP4::Error) { imap.resume }
    end
  end

  def test_what_nobody_resumed_is_not_mixed_up_with_the_next_answer
    connected do |imap|
      imap.select_mailbox
      2.times do
        imap.wakeup
        assert_raises(IMAP4::Woken) { imap.search(nil, "1") }
      end
      assert_equal [2], imap.find("2", uid: false)
      assert_equal ["OK", ["1"]], imap.resume
      assert_equal [3], imap.find("3", uid: false)
    end
  end

  def test_a_thread_ends_a_long_wait_in_idle_and_idle_goes_on
    connected do |imap|
      imap.select_mailbox
      imap.idle do |idler|
        2.times do
          thread = soon { imap.wakeup }
          took = seconds { assert_raises(IMAP4::Woken) { idler.next_event(10) } }
          assert_in_delta 0.5, took, 0.3
          thread.join
        end
        assert_nil idler.next_event(0.01)
      end
      assert_equal "OK", imap.noop[0]
    end
  end

  def test_a_signal_handler_ends_a_wait
    connected do |imap|
      imap.select_mailbox
      before = trap("USR1") { imap.wakeup }
      thread = soon { Process.kill("USR1", Process.pid) }
      imap.idle { |idler| assert_raises(IMAP4::Woken) { idler.next_event(10) } }
      thread.join
    ensure
      trap("USR1", before || "DEFAULT")
    end
  end

  def test_a_signal_handler_closes_the_connection_that_its_own_thread_waits_for
    connected do |imap|
      imap.select_mailbox
      before = trap("USR1") { imap.disconnect }
      thread = soon(0.6) { Process.kill("USR1", Process.pid) }
      took = seconds { assert_raises(IMAP4::Abort) { imap.idle { |idler| idler.next_event(10) } } }
      assert_operator took, :<, 5
      assert_predicate imap, :closed?
      thread.join
    ensure
      trap("USR1", before || "DEFAULT")
    end
  end

  def test_a_signal_handler_opens_a_connection
    said = nil
    before = trap("USR1") do
      said = connected(&:noop)
    rescue StandardError, ThreadError => e
      said = e
    end
    Process.kill("USR1", Process.pid)
    Timeout.timeout(10) { sleep 0.01 until said }
    assert_equal "OK", said[0], said.inspect
  ensure
    trap("USR1", before || "DEFAULT")
  end

  def test_the_next_command_waits_until_an_idle_that_was_left_is_over
    connected do |imap|
      imap.select_mailbox
      ways = [-> { imap.idle(10) { break } }, -> { imap.idle(10) { raise Interrupt } },
              -> { catch(:out) { imap.idle(10) { throw :out } } },
              -> { Timeout.timeout(0.1) { imap.idle(10) { |idler| idler.each { nil } } } }]
      ways.each do |way|
        begin
          way.call
        rescue Interrupt, Timeout::Error
          nil
        end
        assert_equal "OK", imap.noop[0]
        assert_equal "SELECTED", imap.state
      end
    end
  end
end
