# frozen_string_literal: true

require_relative "../support"

# A session in a fiber, for any event loop: it opens, logs in, looks into a mailbox, fetches some of each message, idles
# for a while and logs out. It is written as if it were alone; loop_poll, loop_epoll, loop_libuv and loop_glib do the
# waiting.
class Session
  # What ends IDLE before its time.
  Enough = Class.new(StandardError)

  attr_reader :rows

  # Options are those of IMAP4.open. idle: seconds; nil is until enough is called. A quiet one is one of many, and
  # prints nothing but failures.
  def initialize(mailbox: "INBOX", idle: 0.05, quiet: false, **options)
    @mailbox = mailbox
    @idle = idle
    @quiet = quiet
    @options = options
    @rows = 0
    @idling = @good = false
  end

  def good?
    @good
  end

  def idling?
    @idling
  end

  # Begins in a fiber of its own, and comes back when that waits for the first time.
  def begin
    @fiber = Fiber.schedule do
      run
    rescue IMAP4::Error => e
      warn e.message
    end
    say "open: queued"
  end

  def enough
    @fiber.raise(Enough) if @idling
  end

  private

  def say(text)
    puts text unless @quiet
  end

  def run
    IMAP4.open(**@options) do |imap|
      say "open: OK"
      imap.login(setting("IMAP_USER", "alice"), setting("IMAP_PASSWORD", "secret"))
      say "login: OK"
      look_into(imap)
      wait_for_news(imap)
      imap.logout
      say "logout: OK"
    end
    @good = true
  end

  def look_into(imap)
    imap.examine_mailbox(@mailbox)
    say "examine: OK"
    imap.each_message(1.., "UID RFC822.SIZE", uid: false) do |message|
      @rows += 1
      say "  #{message.seq}: UID #{message.uid}, #{message.size} octets"
    end
    say "fetch: OK"
  end

  def wait_for_news(imap)
    imap.idle(@idle) do |idler|
      @idling = true
      say "idling"
      idler.each { |name, _| say "  told: #{name}" }
    end
    say "end idle: OK"
  rescue Enough
    nil
  ensure
    @idling = false
  end
end

# The server of the examples, over verified TLS.
def session_with_server
  Session.new(host: setting("IMAP_HOST", "localhost"), port: port_setting("IMAPS_PORT", "993"),
              ca_file: setting("CA_FILE", nil))
end
