# frozen_string_literal: true

# A fiber scheduler as small as can be: one IO.select. It shows that a call of the binding lets other fibers run.
class Scheduler
  def initialize
    @readable = Hash.new { |hash, key| hash[key] = [] }
    @writable = Hash.new { |hash, key| hash[key] = [] }
    @sleeping = {}
    @blocked = {}
    @ready = []
    @lock = Thread::Mutex.new
    @wakeup = IO.pipe
  end

  def run
    until @readable.empty? && @writable.empty? && @sleeping.empty? && @blocked.empty? && @ready.empty?
      readable, writable = IO.select([@wakeup[0], *@readable.keys], @writable.keys, [], pause)
      readable&.delete(@wakeup[0]) && @wakeup[0].read_nonblock(100)
      fibers = [*readable&.flat_map { |io| @readable.delete(io) }, *writable&.flat_map { |io| @writable.delete(io) }]
      fibers.concat(@lock.synchronize { @ready.shift(@ready.size) })
      fibers.concat(@sleeping.select { |_, time| time <= now }.keys)
      fibers.uniq.each { |fiber| resume(fiber) }
    end
  end

  def close
    run
  end

  def fiber(&block)
    Fiber.new(blocking: false, &block).tap(&:resume)
  end

  def io_wait(io, events, timeout)
    me = Fiber.current
    @readable[io] << me if events & IO::READABLE != 0
    @writable[io] << me if events & IO::WRITABLE != 0
    @sleeping[me] = now + timeout if timeout
    Fiber.yield
    events
  ensure
    [@readable, @writable].each { |table| table.each_value { |list| list.delete(me) } && table.delete_if { |_, list| list.empty? } }
    @sleeping.delete(me)
  end

  def kernel_sleep(duration = nil)
    block(:sleep, duration)
  end

  def block(_blocker, timeout = nil)
    me = Fiber.current
    @blocked[me] = true
    @sleeping[me] = now + timeout if timeout
    Fiber.yield
    @blocked.delete(me)
    !@sleeping.delete(me).nil? || timeout.nil?
  end

  def unblock(_blocker, fiber)
    @lock.synchronize { @ready << fiber }
    @wakeup[1].write(".")
  end

  private

  def resume(fiber)
    fiber.resume if fiber.alive?
  end

  def pause
    return 0 unless @ready.empty?

    first = @sleeping.values.min
    first && [first - now, 0].max
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
