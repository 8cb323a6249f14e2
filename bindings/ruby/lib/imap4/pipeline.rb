# frozen_string_literal: true

# Many commands for the price of one round trip.
class IMAP4
  # Commands that are submitted together: the block gets an object with the methods of a connection, each of which gives a
  # {Pending} instead of an answer. When the block ends all are waited for; {Pending#value} is what the method would have
  # given, or raises what it would have raised.
  #
  #     inbox, sent = imap.pipeline { |batch| %w[INBOX Sent].map { |name| batch.mailbox_status(name) } }.map(&:value)
  #
  # If the block raises, the answers are dropped; what was submitted may be carried out all the same.
  # @yieldparam batch [Pipeline]
  # @return [Object] what the block gave
  def pipeline
    batch = Pipeline.new(self)
    begin
      exclusively { |conn| Native.imap_queue_begin(conn) }
      begin
        given = yield batch
      ensure
        exclusively { |conn| Native.imap_queue_end(conn) } if connected?
      end
      batch.pending.each(&:settle)
      done = true
      given
    ensure
      batch.discard unless done
    end
  end

  # Collects commands: see {IMAP4#pipeline}.
  class Pipeline
    # Methods that a pipeline has: all that are one command.
    METHODS = %i[append capability check close copy create delete deleteacl enable expunge fetch getacl getannotation
                 getquota getquotaroot id list login logout lsub move myrights namespace noop partial proxyauth recent
                 rename search select setacl setannotation setquota sort status store subscribe thread uid unselect
                 unsubscribe xatom command command_text mailboxes mailbox_status create_mailbox delete_mailbox rename_mailbox
                 subscribe_mailbox unsubscribe_mailbox select_mailbox examine_mailbox rights acl quotas quota namespaces server_id metadata set_metadata annotations find find_sorted find_threads
                 find_extended fetch_message fetch_messages store_flags copy_messages move_messages expunge_messages
                 append_message].freeze

    # @return [Array<Pending>] what was submitted
    attr_reader :pending

    # @api private
    def initialize(imap)
      @imap = imap
      @pending = []
    end

    METHODS.each do |name|
      define_method(name) { |*arguments, **options, &block| collect(name, arguments, options, block) }
    end

    # Whether it collects for a connection.
    # @api private
    def of?(imap)
      @imap.equal?(imap)
    end

    # Takes back all that has no result yet.
    # @api private
    def discard
      @pending.each(&:discard)
    end

    # Called by the connection in place of waiting.
    # @api private
    def add
      @imap.__send__(:exclusively) do |conn|
        out = @imap.instance_variable_get(:@out)
        rc = yield conn, out
        raise Errors.last(conn, rc) unless rc == Native::IMAP_QUEUED

        Pending.new(@imap, Native.imap_last_id(conn)).tap { |pending| @pending << pending }
      end
    end

    # The same for a value that needs no command.
    # @api private
    def known(value)
      Pending.new(@imap, nil, value).tap { |pending| @pending << pending }
    end

    private

    # What other threads and fibers do with the connection meanwhile is not for us.
    def collect(name, arguments, options, block)
      before = Thread.current[:imap4_pipeline]
      Thread.current[:imap4_pipeline] = self
      @imap.public_send(name, *arguments, **options, &block)
    ensure
      Thread.current[:imap4_pipeline] = before
    end
  end

  # A command that was submitted in a {IMAP4#pipeline}.
  class Pending
    # @api private
    def initialize(imap, id, value = nil)
      @imap = imap
      @id = id
      @value, @result = value, [Native::IMAP_OK, nil] unless id
    end

    # What the method makes of the answer.
    # @api private
    def as(keep: false, strict: true)
      shaped do |rc, response|
        raise Errors.answered(rc, response) if strict && [Native::IMAP_NO, Native::IMAP_BAD].include?(rc)

        kept = keep
        yield response
      ensure
        response&.free unless kept
      end
    end

    # @api private
    def shaped(&shape)
      @shape = shape
      self
    end

    # Waits, and gives what the method would have given, or raises. A second call gives the same.
    def value
      settle
      return @value if defined?(@value)
      raise @error if @error

      begin
        @value = @shape.call(*@result)
      rescue Error => e
        raise @error = e
      end
    end

    # Whether the answer is here.
    def done?
      !@result.nil? || !@error.nil?
    end

    # Waits, and raises nothing that the answer is about.
    # @return [self]
    def wait
      settle
      self
    end

    # Waits until the answer is here. A wait that is left in the middle can be begun again.
    # @api private
    def settle
      return if done?

      @imap.__send__(:exclusively) do |conn|
        @imap.__send__(:pause, conn) until received?(conn)
      end
    rescue Woken # another wait can follow
      raise
    rescue Error => e
      @error = e
    end

    # @api private
    def discard
      return if done?

      @error = Errors.plain(Native::IMAP_ERR_STATE, "the command was taken back, because the pipeline was left early")
      handle = @imap.instance_variable_get(:@handle)
      Native.imap_discard(handle, @id) if handle
    end

    private

    # The answer is taken in one go: no Timeout comes between the library's hand and ours.
    def received?(conn)
      Thread.handle_interrupt(Engine::NEVER) do
        rc = Native.imap_wait(conn, @id, 0, @imap.instance_variable_get(:@out))
        return false if rc == Native::IMAP_AGAIN

        @result = @imap.__send__(:outcome, conn, rc, false)
        true
      end
    end
  end
end
