# frozen_string_literal: true

# A connection in a GLib main loop: GLib::IOChannel waits for its descriptor, GLib::Timeout for its time. GTK and GNOME
# programs have this loop.
#
#     tests/examples/run --language ruby --show loop_glib
#
# What is done is in support/session.rb, what Ruby asks of a loop in support/scheduler.rb; here is the loop.
require_relative "support/scheduler"
require_relative "support/session"
require "glib2"

class GLibLoop < Scheduler
  IN, OUT, ERR, HUP = %i[IN OUT ERR HUP].map { |name| GLib::IOChannel.const_get(name).to_i }

  def initialize
    super
    @main = GLib::MainLoop.new
    @waiting = 0
  end

  # Both sources are of this wait alone, and gone when one of them was called.
  def wait(io, events, seconds)
    fiber = Fiber.current
    @waiting += 1
    channel = io && GLib::IOChannel.new(io.fileno)
    sources = {}
    if io
      sources[:io] = channel.add_watch(condition(events)) { |_, seen| go_on(fiber, sources, :io, events_of(seen.to_i)) }
    end
    if seconds
      sources[:time] = GLib::Timeout.add((seconds * 1000).ceil) { go_on(fiber, sources, :time, nil) }
    end
    Fiber.yield
  ensure
    sources.each_value { |id| GLib::Source.remove(id) }
    @waiting -= 1
  end

  def run
    @main.run if @waiting.positive?
    raise @error if @error
  end

  private

  # false takes the source that was called off the loop. No error may leave a function that GLib has called.
  def go_on(fiber, sources, which, events)
    sources.delete(which)
    fiber.resume(events)
    @main.quit if @waiting.zero?
    false
  rescue Exception => e # rubocop:disable Lint/RescueException
    @error = e
    @main.quit
    false
  end

  def condition(events)
    (events & IO::READABLE == 0 ? 0 : IN) | (events & IO::WRITABLE == 0 ? 0 : OUT) | ERR | HUP
  end

  # Errors and hang-ups count as both.
  def events_of(seen)
    (seen & ~OUT == 0 ? 0 : IO::READABLE) | (seen & ~IN == 0 ? 0 : IO::WRITABLE)
  end
end

glib = GLibLoop.new
Fiber.set_scheduler(glib)
session = session_with_server
session.begin
glib.run
exit session.good?
