# frozen_string_literal: true

# What Ruby asks of an event loop: an object that waits in the place of whatever would wait in a fiber
# (Fiber::Scheduler, in Ruby since 3.0). With one in force every call of IMAP4 in such a fiber leaves the thread to
# others while it waits; nothing in the calls changes. Gems such as async bring one; the examples loop_* each make one
# for a loop:
#
#     wait(io, events, seconds)     waits in the current fiber; io and seconds may be nil. Gives the events seen, nil if
#                                   the time is over
#     run                           runs the loop until no fiber waits
class Scheduler
  def initialize
    @blocked = {}
  end

  # Fiber.schedule
  def fiber(&block)
    Fiber.new(blocking: false, &block).tap(&:resume)
  end

  # IO#wait
  def io_wait(io, events, timeout)
    wait(io, events, timeout) || false
  end

  # sleep
  def kernel_sleep(seconds = nil)
    wait(nil, 0, seconds)
  end

  # Thread#join and Queue#pop: until unblock is called, which may be by another thread. Host names are resolved in one.
  def block(_what, timeout = nil)
    reader, @blocked[Fiber.current] = IO.pipe
    wait(reader, IO::READABLE, timeout) ? true : false
  ensure
    @blocked.delete(Fiber.current).close
    reader.close
  end

  def unblock(_what, fiber)
    @blocked[fiber]&.write_nonblock(".")
  end

  # The end of the thread.
  def close
    run
  end

  private

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
