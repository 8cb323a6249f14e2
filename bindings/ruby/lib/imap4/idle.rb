# frozen_string_literal: true

# IDLE, and what the server tells unasked.
class IMAP4
  # imaplib's idle: the server tells what is new as it happens. The block gets an {Idler}, which gives [typ, data] pairs.
  # Other commands have to wait until the block ends. A server without IDLE is asked by NOOP.
  #
  #     imap.idle(29 * 60) { |idler| idler.each { |typ, data| p typ, data } }
  #
  # @param duration [Numeric, nil] seconds after which {Idler#each} ends; nil for never. It may be named, as all limits of
  #   time here: idle(duration: 60)
  def idle(seconds = nil, duration: seconds)
    idler = Idler.new(self, Arguments.seconds(duration, "duration"))
    return idler unless block_given?

    idler.session { yield idler }
  end

  # What the server tells, as it happens, until the block is left or the time is over. Begins IDLE and ends it.
  #
  #     imap.each_event(timeout: 60) { |event| break if event.kind == :exists }
  #
  # @param timeout [Numeric, nil] seconds; nil for no end. It may also be the first argument
  # @yieldparam event [Response] see {Response#kind}, {Response#number}, {Response#message}
  # @return [self]
  def each_event(seconds = nil, timeout: seconds, &block)
    Arguments.seconds(timeout, "timeout")
    return enum_for(:each_event, timeout: timeout) unless block

    idler = idle(timeout)
    idler.session { idler.each_response(&block) }
    self
  end

  # What the server tells within so many seconds: idle_events(5), or idle_events(timeout: 5).
  # @return [Array<Response>]
  def idle_events(seconds = 0, timeout: seconds)
    raise Errors.argument("timeout must be a number of seconds, not nil: what has no end gives no Array") if timeout.nil?

    each_event(timeout: timeout).to_a
  end

  # What the server has told and nobody has taken, oldest first; does not wait.
  # @return [Array<Response>]
  def events
    exclusively do |conn|
      found = []
      while (event = next_event(conn))
        found << event
      end
      found
    end
  end

  private

  def next_event(conn)
    Thread.handle_interrupt(NEVER) do
      return nil unless Native.imap_event_next(conn, @out) == Native::IMAP_OK

      outcome(conn, 0, false)[1]
    end
  end

  # Begins IDLE and waits until the server is ready to tell. The idler knows the command's id before anything can come
  # between.
  def idle_begin(idler)
    conn = enter
    id = rc = begun = nil
    begin
      Thread.handle_interrupt(NEVER) do
        rc = Native.imap_idle_begin(conn)
        id = idler.id = Native.imap_last_id(conn) if rc == Native::IMAP_QUEUED
      end
      if id
        while (rc = Native.imap_wait(conn, id, 0, @out)) == Native::IMAP_AGAIN
          break if Native.imap_conn_state(conn) == Native::IMAP_STATE_IDLING

          pause(conn)
        end
      end
      outcome(conn, rc, true) unless rc == Native::IMAP_AGAIN
      begun = true
    ensure
      Thread.handle_interrupt(NEVER) { settle(conn, nil, true) }
      idler.id = nil unless begun || rc == Native::IMAP_AGAIN || rc == Native::IMAP_QUEUED
    end
  end

  # Waits for an event; nil when the time is over.
  def idle_wait(seconds)
    until_time = seconds && now + seconds
    conn = enter
    begin
      while (rc = Native.imap_idle_wait(conn, 0)) == Native::IMAP_AGAIN
        left = until_time && until_time - now
        return nil if left && left <= 0
        raise Errors.woken if woken?

        pause(conn, left)
      end
      raise Errors.last(conn, rc) unless rc == Native::IMAP_EVENT

      next_event(conn)
    ensure
      leave
    end
  end

  # What notes an IDLE whose Enumerator is gone.
  def idle_watch
    Forgotten.new(@orphans)
  end

  # Ends IDLE. From the first line on the next call ends it, if this one does not come to it. In haste the server's word is
  # waited for but shortly.
  def idle_end(id, hastily)
    @orphans << id
    return if !hastily || @handle.nil? || @closing || !@lock.try_lock

    begin
      Native.imap_idle_end(@handle)
      @orphans.delete(id) if finish_soon(@handle, id)
    ensure
      @lock.unlock
    end
  end

  # What {IMAP4#idle} gives: an Enumerable of [typ, data], as imaplib's.
  class Idler
    include Enumerable

    # @api private
    def initialize(imap, duration)
      @imap = imap
      @duration = duration
      @id = nil
    end

    # Gives [typ, data] until the time is over.
    def each
      return enum_for(:each) unless block_given?

      session { each_response { |event| yield shaped(event) } }
      self
    end

    # Gives [typ, data] as long as one follows the other within interval seconds.
    def burst(seconds = 0.1, interval: seconds)
      raise Errors.argument("interval must be a number of seconds, not nil") if Arguments.seconds(interval, "interval").nil?
      return enum_for(:burst, interval) unless block_given?

      session do
        limit = left
        while (event = @imap.__send__(:idle_wait, limit))
          yield shaped(event)
          limit = [interval, *left].min
        end
      end
      self
    end

    # Waits for one event.
    # @param timeout [Numeric, nil] seconds; nil for no limit
    # @return [Response, nil] nil when the time is over
    def next_event(seconds = nil, timeout: seconds)
      Arguments.seconds(timeout, "timeout")
      session { @imap.__send__(:idle_wait, [timeout, left].compact.min) }
    end

    # Gives the responses themselves.
    # @api private
    def each_response
      while (event = @imap.__send__(:idle_wait, left))
        yield event
      end
    end

    # IDLE runs as long as the block does.
    # @api private
    def session
      return yield if @id

      # An Enumerator that the collector takes in the middle never comes to the ensure below: the next call ends its IDLE.
      watch = @imap.__send__(:idle_watch)
      ObjectSpace.define_finalizer(token = Object.new, watch)
      begin
        @imap.__send__(:idle_begin, self)
        watch.id = @id
        @until = @duration && clock + @duration
        given = yield
        ended = true
        given
      ensure
        Thread.handle_interrupt(Engine::NEVER) do
          @imap.__send__(:idle_end, @id, !ended) if @id
          watch.id = @id = nil
        end
        token.itself # has to live until here
        @imap.__send__(:exclusively) { nil } if ended && @imap.connected?
      end
    end

    # @api private
    attr_writer :id

    private

    def left
      @until && [@until - clock, 0].max
    end

    def clock
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    def shaped(event)
      [event.name, event.items]
    ensure
      event.free
    end
  end
end
