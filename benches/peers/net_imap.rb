# Ruby's net-imap as a contestant. Arguments and output are those of benches/common/contest.h.

require "net/imap"

WORKLOADS = %w[meta env body huge search list noop append appends conn idle]

def status_kib(name)
  File.foreach("/proc/self/status").find { |line| line.start_with?("#{name}:") }.split[1].to_f
end

def cpu_us
  times = Process.times
  (times.utime + times.stime) * 1e6
end

def clock_us
  Process.clock_gettime(Process::CLOCK_MONOTONIC) * 1e6
end

def message(len)
  octets = "A line of sixty-four octets, as an attachment in base64 has th\r\n" * (len / 64)
  (0...len).step(65_536).each_with_index { |at, block| octets.setbyte(at, "a".ord + block % 26) }
  octets
end

class Job
  attr_reader :count, :check, :session_kib

  def initialize(workload, n, port, ca = nil)
    @workload, @n, @port = workload, n.to_i, port.to_i
    @ca = ca unless ca.to_s.empty?
  end

  def login
    session = if @ca
      Net::IMAP.new("localhost", port: @port, ssl: { ca_file: @ca })
    else
      Net::IMAP.new("127.0.0.1", port: @port)
    end
    session.login("alice", "secret")
    session
  end

  def open
    return if %w[conn idle].include?(@workload)
    @session = login
    @session.select((@workload == "huge" ? "huge" : "n") + @n.to_s)
    size = { "append" => @n << 20, "appends" => 4096 }[@workload]
    @message = message(size) if size
  end

  def run
    public_send(@workload)
  end

  def fetch(items)
    rows = @session.fetch(1..-1, items)
    @count = rows.size
    @check = rows.sum { |row| yield row.attr }
  end

  def meta
    fetch(%w[UID FLAGS INTERNALDATE RFC822.SIZE]) { |a| a["UID"] + a["RFC822.SIZE"] }
  end

  def env
    fetch(%w[UID FLAGS ENVELOPE BODYSTRUCTURE]) do |a|
      to = (a["ENVELOPE"].to || []).select { |address| address.mailbox && address.host }
      a["UID"] + to.sum { |address| address.mailbox.bytesize + address.host.bytesize }
    end
  end

  def body
    fetch(["UID", "BODY.PEEK[]"]) { |a| a["BODY[]"].bytesize + a["BODY[]"].getbyte(-3) }
  end

  def huge
    fetch(["UID", "BODY.PEEK[]"]) do |a|
      octets = a["BODY[]"]
      octets.bytesize + (0...octets.bytesize).step(65_536).sum { |at| octets.getbyte(at) }
    end
    @count = @n
  end

  def search
    ids = @session.uid_search(["ALL"])
    @count, @check = ids.size, ids.sum
  end

  def list
    names = @session.list("", "*")
    @count, @check = names.size, names.sum { |found| found.name.bytesize }
  end

  def noop
    @n.times { @session.noop }
    @count = @n
  end

  def append
    @session.append("INBOX", @message)
    @count = @n
  end

  def appends
    @n.times { @session.append("INBOX", @message) }
    @count = @n
  end

  def conn
    @n.times do
      session = login
      session.logout
      session.disconnect
    end
    @count = @n
  end

  # Its IDLE blocks the calling thread: sessions that are logged in and quiet.
  def idle
    held = [login]
    before = status_kib("VmRSS")
    @n.times { held << login }
    @session_kib = (status_kib("VmRSS") - before) / @n
    @count = @n
  end
end

if ARGV == ["--list"]
  puts WORKLOADS
  exit
end

job = Job.new(*ARGV[0, 4])
job.open
File.write("/proc/self/clear_refs", "5") # the peak begins anew at what is resident now
resident, cpu, clock = status_kib("VmRSS"), cpu_us, clock_us
job.run
clock = clock_us - clock
cpu = cpu_us - cpu
peak = [status_kib("VmHWM") - resident, 0].max
said = ["count=#{job.count}"]
said << "check=#{job.check}" if job.check
said << format("session_kib=%.2f", job.session_kib) if job.session_kib
puts [*said, format("cpu_us=%.0f wall_us=%.0f peak_kib=%.0f", cpu, clock, peak)].join(" ")
$stdout.flush
exit!(true) # what is held is not said goodbye to
