# frozen_string_literal: true

require "io/wait"
require "socket"

class IMAP4
  # How a call runs: it is submitted, then the library takes steps that never wait, and between them Ruby waits for the
  # descriptor, so that other threads and fibers run and Ctrl-C ends the wait. No function of the caller ever runs inside
  # the library.
  #
  # A call that is left in the middle (an exception, Timeout, throw, the thread's end) takes its command back: the answer
  # is dropped when it comes, and the connection stays in step. What cannot be taken back ends the connection.
  # @api private
  module Engine
    N = Native
    NEVER = { Object => :never }.freeze
    # The longest single wait where nothing would wake it: without a descriptor, on a pipe, or while things that others
    # have to take keep the library from telling its own deadline.
    SLICE = 0.25
    # How long a call that was left in the middle may still take to leave the connection in a known state.
    GRACE = 0.3
    private_constant :N, :SLICE, :GRACE

    private

    # Takes the connection for one call; it is an error if another has it. What an earlier call left to be ended is waited
    # for first.
    def enter
      raise busy_error unless @lock.try_lock

      handle = @handle
      if handle && !@closing
        lend_no_more if @live
        stream(handle, nil) if @streamed
        N.imap_discard(handle, @forgotten.shift) until @forgotten.empty?
        await_idle_end(handle) unless @orphans.empty?
        return handle
      end
      @lock.unlock
      raise closed_error
    end

    # An IDLE that was left in the middle has to be over before anything else can be sent; it may not have been told.
    def await_idle_end(conn)
      N.imap_idle_end(conn)
      until @orphans.empty?
        pause(conn) while N.imap_wait(conn, @orphans.first, 0, nil) == N::IMAP_AGAIN
        @orphans.shift
      end
      ended = true
    ensure
      leave unless ended
    end

    # Gives the connection back, and closes it if that was asked for meanwhile.
    def leave
      close_now if @closing
    ensure
      @lock.unlock
    end

    # The connection for the time of a block.
    def exclusively
      conn = enter
      begin
        yield conn
      ensure
        leave
      end
    end

    # The row that a loop is looking at outlives the next call.
    def lend_no_more
      live = @live
      @live = nil
      live.keep
    end

    # Which literals pass by is set on the connection, but is each loop's own affair: it holds while that loop reads. Else
    # what comes for it meanwhile would be lost, and other loops would lose what they want to keep. nil: what the
    # connection's owner has set.
    def stream(conn, items)
      option = N::IMAP_OPT_LITERAL_STREAM_ITEMS
      @streamed_before = N.imap_get_str(conn, option, @out + 8).zero? ? text_option : nil unless @streamed
      rc = N.imap_set_str(conn, option, items || @streamed_before)
      @streamed = items if rc == N::IMAP_OK
      rc
    end

    # Runs a function of the library that may send and be waited for: function(conn, *arguments, out).
    # @return [Array(Integer, Response)] the return code, 0 or more, and the response; strict: NO and BAD are raised
    def perform(function, *arguments, strict: false)
      if (batch = Thread.current[:imap4_pipeline]) && batch.of?(self)
        return batch.add { |conn, out| N.public_send(function, conn, *arguments, out) }
      end

      run(strict: strict) { |conn, out| N.public_send(function, conn, *arguments, out) }
    end

    # The same for a block that submits.
    def run(strict: false)
      conn = enter
      id = before = nil
      done = false
      begin
        rc = nil
        Thread.handle_interrupt(NEVER) do
          before = N.imap_last_id(conn)
          rc = yield conn, @out
          id = N.imap_last_id(conn) if rc == N::IMAP_QUEUED
        end
        rc = wait_for(conn, id, wakes: true) if id
        report_trace(conn) if @trace
        done = true
        outcome(conn, rc, strict)
      ensure
        Thread.handle_interrupt(NEVER) { settle(conn, id || submitted_since(conn, before), done) }
      end
    end

    def submitted_since(conn, before)
      last = before && N.imap_last_id(conn)
      last == before ? nil : last
    end

    # The end of a call, however it came: nothing stays behind.
    def settle(conn, id, done)
      abandon(conn, id) unless done || id.nil?
      left = @out.get_uint64(0)
      return if left.zero?

      @out.put_uint64(0, 0)
      N.imap_response_free(left)
    ensure
      leave
    end

    # Takes a command back; the connection ends if that cannot be.
    def abandon(conn, id)
      rc = N.imap_discard(conn, id)
      return if [N::IMAP_OK, N::IMAP_ERR_ARGUMENT].include?(rc) # known no more: its answer is in @out

      cut(conn)
    end

    # What waits in @out for a return code.
    def outcome(conn, rc, strict)
      address = @out.get_uint64(0)
      response = nil
      unless address.zero?
        response = Response.own(address)
        @out.put_uint64(0, 0)
      end
      raise Errors.woken if rc == N::IMAP_ERR_WOKEN
      raise Errors.last(conn, rc) if rc.negative? || (strict && [N::IMAP_NO, N::IMAP_BAD].include?(rc))

      [rc, response]
    end

    # Waits until a command has its result. A challenge is a result too; if it wakes, so is {IMAP4#wakeup}.
    def wait_for(conn, id, wakes: false)
      loop do
        return N::IMAP_ERR_WOKEN if wakes && woken?(id)

        rc = N.imap_wait(conn, id, 0, @out)
        return rc unless rc == N::IMAP_AGAIN

        pause(conn)
      end
    end

    # Waits until the library wants to be asked again, at most for so many seconds.
    def pause(conn, limit = nil)
      report(conn) if @progress || @trace
      raise closed_error if @closing

      wants = N.imap_wants(conn)
      milliseconds = N.imap_timeout(conn)
      if milliseconds.zero?
        @turns += 1
        return if @turns < 3

        # What waits to be taken is not for us (events, rows of another command): wait for octets all the same.
        seconds = SLICE
        wants |= N::IMAP_WANT_READ
      else
        @turns = 0
        seconds = milliseconds.negative? ? nil : milliseconds / 1000.0
      end
      seconds = limit if limit && (seconds.nil? || limit < seconds)
      pause_for(conn, wants, seconds)
      raise closed_error if @closing
    end

    def pause_for(conn, wants, seconds)
      read = N.imap_fd(conn)
      write = N.imap_write_fd(conn)
      seconds = SLICE if @sliced && (seconds.nil? || seconds > SLICE)
      if read.negative? || wants.zero?
        sleep(seconds.nil? ? SLICE : [seconds, SLICE].min)
      elsif wants == N::IMAP_WANT_READ
        await(io_for(read), IO::READABLE, seconds)
      elsif wants == N::IMAP_WANT_WRITE
        await(io_for(write), IO::WRITABLE, seconds)
      elsif read == write
        await(io_for(read), IO::READABLE | IO::WRITABLE, seconds)
      else
        pause_for_both(read, write, seconds)
      end
    end

    # Two descriptors: no wait of a fiber's scheduler knows that, so they are looked at in turn.
    def pause_for_both(read, write, seconds)
      slice = [seconds || 0.02, 0.02].min
      io_for(read).wait(IO::READABLE, slice) || IO.for_fd(write, autoclose: false).wait(IO::WRITABLE, slice)
    end

    # The IO to wait on: made anew when the descriptor changes. It never closes the descriptor.
    def io_for(descriptor)
      return @io if @io_fd == descriptor

      @io_fd = descriptor
      @io = IO.for_fd(descriptor, autoclose: false)
    end

    # Trace and progress, between two steps.
    def report(conn)
      report_trace(conn) if @trace
      return unless @progress

      done = N.imap_progress(conn, 0, @out + 8, @out + 16)
      @progress.call(@out.get_uint64(8), @out.get_uint64(16)) if done == N::IMAP_OK
    end

    def report_trace(conn)
      lines = trace_lines(conn)
      N.imap_trace_clear(conn)
      lines.each { |line, _| @trace.call(line) }
    end

    def trace_lines(conn)
      out = FFI::MemoryPointer.new(:uint64, 3)
      Array.new(N.imap_trace_count(conn)) do |i|
        N.imap_trace_line(conn, i, out, out + 8, out + 16)
        [N.text(out.get_uint64(0), out.get_uint64(8)), Time.at(0, out.get_int64(16), :millisecond)]
      end
    end

    # Waits for what a command left behind still does; false if it takes too long.
    def finish_soon(conn, id)
      until_time = now + GRACE
      while N.imap_wait(conn, id, 0, nil) == N::IMAP_AGAIN
        left = until_time - now
        return false unless left.positive?

        pause_for(conn, N.imap_wants(conn) | N::IMAP_WANT_READ, [left, 0.05].min)
      end
      true
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    # Ends the connection without waiting; the handle stays to be asked.
    def cut(conn)
      return N.imap_shutdown(conn) unless @child

      Thread.new { N.shutdown_waiting(conn) }
    end

    # The connection, for questions that are answered at once.
    def known
      @handle or raise closed_error
    end

    def busy_error
      Errors.plain(N::IMAP_ERR_BUSY, "the connection is in use: by another thread or fiber, or by a function that it " \
                                     "called itself (progress, trace, AUTHENTICATE)")
    end

    def closed_error
      Errors.plain(N::IMAP_ERR_CLOSED, "the connection is closed")
    end

    # Wakes the call that another thread is in: it sees the end of the stream.
    def wake(handle)
      descriptor = N.imap_fd(handle)
      return if descriptor.negative? || @pid != Process.pid

      BasicSocket.for_fd(descriptor).tap { |socket| socket.autoclose = false }.shutdown(Socket::SHUT_RDWR)
    rescue SystemCallError
      nil # a pipe: its waits are short
    end

    def close_now
      handle = @handle
      @handle = @io = @io_fd = nil
      @closing = false
      @waker&.each(&:close)
      @waker = nil
      release_connection(handle) if handle
      @pump&.stop
    end

    # A child process may need seconds to end: other threads and fibers run meanwhile.
    def release_connection(handle)
      return handle.free unless @child

      handle.autorelease = false
      Thread.new { N.free_waiting(handle) }.join
    end
  end
  private_constant :Engine
end
