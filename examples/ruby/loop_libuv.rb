# frozen_string_literal: true

# A connection in a libuv loop: uv_poll_t waits for its descriptor, uv_timer_t for its time.
#
#     tests/examples/run --language ruby --show loop_libuv
#
# What is done is in support/session.rb, what Ruby asks of a loop in support/scheduler.rb; here is the loop.
require_relative "support/scheduler"
require_relative "support/session"
require "ffi"

# What is needed of libuv.
module UV
  extend FFI::Library
  ffi_lib "libuv.so.1"

  POLL = 8 # of uv_handle_type
  TIMER = 13
  READABLE = 1
  WRITABLE = 2

  attach_function :uv_loop_size, [], :size_t
  attach_function :uv_handle_size, [:int], :size_t
  attach_function :uv_loop_init, [:pointer], :int
  attach_function :uv_loop_close, [:pointer], :int
  attach_function :uv_run, [:pointer, :int], :int, blocking: true # other threads run meanwhile
  attach_function :uv_stop, [:pointer], :void
  attach_function :uv_update_time, [:pointer], :void
  attach_function :uv_poll_init, [:pointer, :pointer, :int], :int
  attach_function :uv_poll_start, [:pointer, :int, :pointer], :int
  attach_function :uv_timer_init, [:pointer, :pointer], :int
  attach_function :uv_timer_start, [:pointer, :pointer, :uint64, :uint64], :int
  attach_function :uv_close, [:pointer, :pointer], :void
  attach_function :uv_strerror, [:int], :string

  def self.check(result)
    raise "libuv: #{uv_strerror(result)}" if result.negative?
  end
end

class UVLoop < Scheduler
  def initialize
    super
    @loop = FFI::MemoryPointer.new(UV.uv_loop_size)
    UV.check(UV.uv_loop_init(@loop))
    @handles = {} # address => the handle's memory, which libuv has until it is closed
    @fibers = {} # address of a handle => who waits
    @on_ready = FFI::Function.new(:void, [:pointer, :int, :int]) do |handle, status, events|
      resume(handle, status.negative? ? IO::READABLE | IO::WRITABLE : seen(events))
    end
    @on_time = FFI::Function.new(:void, [:pointer]) { |handle| resume(handle, nil) }
    @on_close = FFI::Function.new(:void, [:pointer]) { |handle| @handles.delete(handle.address) }
  end

  # Both handles are of this wait alone: behind the same number there may be a new descriptor next time.
  def wait(io, events, seconds)
    poll = io && handle(UV::POLL) { |memory| UV.uv_poll_init(@loop, memory, io.fileno) }
    timer = seconds && handle(UV::TIMER) { |memory| UV.uv_timer_init(@loop, memory) }
    UV.check(UV.uv_poll_start(poll, wanted(events), @on_ready)) if poll
    UV.uv_update_time(@loop)
    UV.check(UV.uv_timer_start(timer, @on_time, (seconds * 1000).ceil, 0)) if timer
    Fiber.yield
  ensure
    [poll, timer].compact.each do |memory|
      @fibers.delete(memory.address)
      UV.uv_close(memory, @on_close)
    end
  end

  # Ends when nothing is waited for.
  def run
    return unless @loop

    UV.uv_run(@loop, 0)
    raise @error if @error

    UV.check(UV.uv_loop_close(@loop))
    @loop = nil
  end

  private

  def handle(type)
    memory = FFI::MemoryPointer.new(UV.uv_handle_size(type))
    UV.check(yield(memory))
    @fibers[memory.address] = Fiber.current
    @handles[memory.address] = memory
  end

  # No error may leave a function that libuv has called.
  def resume(handle, events)
    @fibers[handle.address]&.resume(events)
  rescue Exception => e # rubocop:disable Lint/RescueException
    @error = e
    UV.uv_stop(@loop)
  end

  def wanted(events)
    (events & IO::READABLE == 0 ? 0 : UV::READABLE) | (events & IO::WRITABLE == 0 ? 0 : UV::WRITABLE)
  end

  def seen(events)
    (events & UV::READABLE == 0 ? 0 : IO::READABLE) | (events & UV::WRITABLE == 0 ? 0 : IO::WRITABLE)
  end
end

uv = UVLoop.new
Fiber.set_scheduler(uv)
session = session_with_server
session.begin
uv.run
exit session.good?
