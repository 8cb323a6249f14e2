# frozen_string_literal: true

# An event loop by IO.select: opening, TLS, login, FETCH and IDLE without a call that waits, but for IO.select itself.
#
#     tests/examples/run --language ruby --show loop_poll
#
# What is done is in support/session.rb, what Ruby asks of a loop in support/scheduler.rb; here is the loop.
require_relative "support/scheduler"
require_relative "support/session"

class PollLoop < Scheduler
  Wait = Struct.new(:io, :events, :until)

  def initialize
    super
    @waits = {} # fiber => what it waits for
  end

  def wait(io, events, seconds)
    @waits[Fiber.current] = Wait.new(io, events, seconds && (now + seconds))
    Fiber.yield
  ensure
    @waits.delete(Fiber.current)
  end

  def run
    turn until @waits.empty?
  end

  private

  def turn
    readable, writable = IO.select(ios(IO::READABLE), ios(IO::WRITABLE), nil, seconds_left)
    @waits.to_a.each do |fiber, wait|
      seen = (readable&.include?(wait.io) ? IO::READABLE : 0) | (writable&.include?(wait.io) ? IO::WRITABLE : 0)
      if seen != 0
        fiber.resume(seen)
      elsif wait.until && wait.until <= now
        fiber.resume(nil)
      end
    end
  end

  def ios(event)
    @waits.values.select { |wait| wait.io && wait.events & event != 0 }.map(&:io)
  end

  def seconds_left
    nearest = @waits.values.filter_map(&:until).min
    nearest && [nearest - now, 0].max
  end
end

poll = PollLoop.new
Fiber.set_scheduler(poll)
session = session_with_server
session.begin
poll.run
exit session.good?
