# frozen_string_literal: true

# Ending a wait from outside, without loss.
class IMAP4
  # Ends the wait for the command that is under way, or the wait in IDLE, or else the next one: it raises {Woken}. Any
  # thread may call this, and a handler of Signal.trap. The wait ends within a quarter of a second; where a fiber's
  # scheduler waits, when the server says something or a limit of time passes. Where rows or literals are read, and while
  # a message is sent, nothing ends.
  # @return [nil]
  def wakeup
    @wake = true
    @waker&.last&.write_nonblock("!", exception: false)
    nil
  rescue IOError # the connection was closed meanwhile
    nil
  end

  # Goes on with the command whose wait {#wakeup} ended.
  # @return [Array(String, Array)] the answer, in imaplib's shape
  def resume
    id = @woken or raise Errors.plain(Native::IMAP_ERR_STATE, "no command's wait was ended by wakeup")
    @woken = nil
    conn = enter
    begin
      rc = wait_for(conn, id, wakes: true)
      done = true
      rc, response = outcome(conn, rc, false)
      shape(rc, response, "the mailbox")
    ensure
      Thread.handle_interrupt(NEVER) { settle(conn, id, done) }
      response&.free
    end
  end

  private

  # Most waits are shorter, and need no pipe.
  WAKE_AFTER = 0.25
  private_constant :WAKE_AFTER

  # Waits for a descriptor; when that lasts, also for {#wakeup}.
  def await(io, events, seconds)
    return io.wait(events, seconds) if Fiber.current_scheduler || (seconds && seconds <= WAKE_AFTER)
    return if io.wait(events, WAKE_AFTER)

    @waker ||= IO.pipe
    return if @wake # asked for before there was a pipe

    reader = @waker.first
    readable = events & IO::READABLE == 0 ? [reader] : [reader, io]
    writable = events & IO::WRITABLE == 0 ? [] : [io]
    ready, = IO.select(readable, writable, nil, seconds && (seconds - WAKE_AFTER))
    reader.read_nonblock(100, exception: false) if ready&.include?(reader)
  end

  # Whether a wait has to end; the command waits for {#resume}. The one before it, which nobody asked for, is let go.
  def woken?(id = nil)
    return false unless @wake

    @wake = false
    @orphans << @woken if id && @woken
    @woken = id if id
    true
  end
end
