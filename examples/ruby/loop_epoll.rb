# frozen_string_literal: true

# A thousand connections in one thread, over epoll: each logs in, fetches from a mailbox and idles; when all of them
# idle, all of them leave.
#
#     loop_epoll.rb PORT COUNT MAILBOX   a server in clear on 127.0.0.1; the limit of descriptors must allow COUNT more
#     tests/examples/run --language ruby --show loop_epoll
#
# What is done is in support/session.rb, what Ruby asks of a loop in support/scheduler.rb; here is the loop.
require_relative "support/scheduler"
require_relative "support/session"
require "ffi"

# What is needed of Linux's epoll.
module Epoll
  extend FFI::Library
  ffi_lib FFI::Library::LIBC

  class Event < FFI::Struct
    packed if FFI::Platform::ARCH == "x86_64"
    layout :events, :uint32, :fd, :int32, :unused, :uint32 # the last two are one field of 64 bits
  end

  attach_function :epoll_create1, [:int], :int
  attach_function :epoll_ctl, [:int, :int, :int, :pointer], :int
  attach_function :epoll_wait, [:int, :pointer, :int, :int], :int, blocking: true

  ADD = 1
  MOD = 3
  IN = 1
  OUT = 4
  ONESHOT = 1 << 30
  MOST = 64
end

class EpollLoop < Scheduler
  Wait = Struct.new(:fiber, :until)
  TICK = 0.1

  # after: called after each turn.
  def initialize(after)
    super()
    @after = after
    @poller = Epoll.epoll_create1(0)
    @event = Epoll::Event.new
    @seen = FFI::MemoryPointer.new(Epoll::Event, Epoll::MOST)
    @waits = {} # descriptor (or, without one, fiber) => who waits
    @tick = now
  end

  def wait(io, events, seconds)
    key = io ? io.fileno : Fiber.current
    watch(key, events) if io
    @waits[key] = Wait.new(Fiber.current, seconds && (now + seconds))
    Fiber.yield
  ensure
    @waits.delete(key)
  end

  def run
    turn until @waits.empty?
  end

  private

  # Each wait asks once. A closed descriptor has left epoll by itself, and a new one may have its number: so what cannot
  # be changed is added.
  def watch(descriptor, events)
    @event[:events] = (events & IO::READABLE == 0 ? 0 : Epoll::IN) | (events & IO::WRITABLE == 0 ? 0 : Epoll::OUT) |
                      Epoll::ONESHOT
    @event[:fd] = descriptor
    return if Epoll.epoll_ctl(@poller, Epoll::MOD, descriptor, @event).zero?
    return if Epoll.epoll_ctl(@poller, Epoll::ADD, descriptor, @event).zero?

    raise SystemCallError.new("epoll_ctl", FFI.errno)
  end

  def turn
    ready.each { |descriptor, events| @waits[descriptor]&.fiber&.resume(events) }
    on_time if now >= @tick
    @after.call
  end

  # Errors and hang-ups count as both.
  def ready
    count = Epoll.epoll_wait(@poller, @seen, Epoll::MOST, (TICK * 1000).to_i)
    Array.new([count, 0].max) do |i|
      event = Epoll::Event.new(@seen + i * Epoll::Event.size)
      events = event[:events]
      [event[:fd], (events & ~Epoll::OUT == 0 ? 0 : IO::READABLE) | (events & ~Epoll::IN == 0 ? 0 : IO::WRITABLE)]
    end
  end

  # Those whose time has come. A heap of deadlines would find them sooner; ten times a second this costs nothing worth
  # naming.
  def on_time
    @tick = now + TICK
    late = @waits.values.select { |wait| wait.until && wait.until <= now }
    late.each { |wait| wait.fiber.resume(nil) }
  end
end

port, count, mailbox = ARGV[0].to_i, ARGV[1].to_i, ARGV[2]
unless ARGV.size == 3 && port.positive? && count.positive?
  warn "usage: loop_epoll.rb PORT COUNT MAILBOX"
  exit 2
end

sessions = Array.new(count) do
  Session.new(host: "127.0.0.1", port: port, tls: "none", mailbox: mailbox, idle: nil, quiet: true)
end
leave_together = lambda do # all idle at the same time: enough
  next unless sessions.all?(&:idling?)

  puts "#{sessions.size} connections idle at the same time"
  sessions.each(&:enough)
end

epoll = EpollLoop.new(leave_together)
Fiber.set_scheduler(epoll)
sessions.each(&:begin)
epoll.run
puts "#{sessions.count(&:good?)} sessions went well, #{sessions.sum(&:rows)} messages were seen"
exit sessions.all?(&:good?)
