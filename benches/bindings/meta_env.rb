# frozen_string_literal: true

# The Ruby binding as a contestant: every field that was fetched is read as a Ruby value and goes into a sum. Arguments and
# output are those of benches/common/contest.h; octets= is the sum over the fields that check= and deep= leave out.

require "imap4"

WORKLOADS = %w[meta env].freeze
DATE_BASE = 1_700_000_000

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

# One run of a workload.
class Job
  attr_reader :count, :check, :deep, :octets

  def initialize(workload, messages, port, certificates = nil)
    @workload = workload
    @messages = messages.to_i
    @port = port.to_i
    @certificates = certificates unless certificates.to_s.empty?
    @count = @check = @deep = @octets = 0
  end

  def open
    way = @certificates ? { host: "localhost", ca_file: @certificates } : { host: "127.0.0.1", tls: "none" }
    @imap = IMAP4.open(port: @port, user: "alice", password: "secret", **way)
    @imap.select_mailbox("n#{@messages}")
  end

  def run
    public_send(@workload)
  end

  def meta
    @imap.each_message(1.., "UID FLAGS INTERNALDATE RFC822.SIZE", uid: false) do |message|
      @count += 1
      @check += message.uid + message.size
      flags = message.flags
      flags.each { |flag| @octets += flag.bytesize }
      date = message.internaldate
      @octets += date.utc_offset
      @deep += date.to_i - DATE_BASE + (flags.include?("\\Seen") ? 1 : 0)
    end
  end

  def env
    @imap.each_message(1.., "UID FLAGS ENVELOPE BODYSTRUCTURE", uid: false) do |message|
      @count += 1
      @check += message.uid
      message.flags.each { |flag| @octets += flag.bytesize }
      envelope = message.envelope
      envelope.to.each { |one| @check += one.mailbox.bytesize + one.host.bytesize if one.mailbox && one.host }
      @octets += envelope_octets(envelope)
      message.body_structure.walk { |part| @octets += part_octets(part) }
    end
  end

  private

  # Written without a call for each field: what is measured is the binding.
  def envelope_octets(one)
    total = texts_octets(one.date, one.raw_subject, one.in_reply_to, one.message_id)
    one.from.each { |address| total += address_octets(address) }
    one.sender.each { |address| total += address_octets(address) }
    one.reply_to.each { |address| total += address_octets(address) }
    one.to.each { |address| total += address_octets(address) }
    one.cc.each { |address| total += address_octets(address) }
    one.bcc.each { |address| total += address_octets(address) }
    total
  end

  def texts_octets(one, two, three, four)
    (one ? one.bytesize : 0) + (two ? two.bytesize : 0) + (three ? three.bytesize : 0) + (four ? four.bytesize : 0)
  end

  def address_octets(one)
    name = one.raw_name
    mailbox = one.mailbox
    host = one.host
    (name ? name.bytesize : 0) + (mailbox ? mailbox.bytesize : 0) + (host ? host.bytesize : 0)
  end

  def part_octets(part)
    total = texts_octets(part.number, part.media_type, part.subtype, part.id) +
            texts_octets(part.raw_description, part.encoding, part.md5, part.disposition) +
            texts_octets(part.location, nil, nil, nil) + (part.octets || 0) + (part.lines || 0)
    part.params.each { |name, value| total += name.bytesize + (value ? value.bytesize : 0) }
    part.disposition_params.each { |name, value| total += name.bytesize + (value ? value.bytesize : 0) }
    part.language.each { |language| total += language.bytesize }
    envelope = part.envelope
    envelope ? total + envelope_octets(envelope) : total
  end
end

if ARGV == ["--list"]
  puts WORKLOADS
  exit
end

job = Job.new(*ARGV[0, 4])
job.open
File.write("/proc/self/clear_refs", "5") # the peak begins anew at what is resident now
resident = status_kib("VmRSS")
cpu = cpu_us
clock = clock_us
job.run
clock = clock_us - clock
cpu = cpu_us - cpu
peak = [status_kib("VmHWM") - resident, 0].max
said = ["count=#{job.count}", "check=#{job.check}"]
said << "deep=#{job.deep}" if ARGV[0] == "meta"
said << "octets=#{job.octets}"
puts [*said, format("cpu_us=%.0f wall_us=%.0f peak_kib=%.0f", cpu, clock, peak)].join(" ")
