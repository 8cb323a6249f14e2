# frozen_string_literal: true

# Loaded before an example (ruby -r): notes which public methods and module functions of IMAP4 the example itself calls,
# and adds their names at the end to the file that IMAP4_CALLS names. What the binding calls of its own does not count.
if (file = ENV.fetch("IMAP4_CALLS", nil))
  binding_folder = File.expand_path("../../bindings/ruby/lib", __dir__)
  called = {}
  trace = TracePoint.new(:call) do |point|
    subject = point.self
    next unless defined?(IMAP4) && (IMAP4 === subject || (Module === subject && subject <= IMAP4))

    # An alias counts by the name that was called; initialize by that of its class.
    name = point.callee_id == :initialize ? subject.class.name : point.callee_id
    next if called[name]

    called[name] = true unless caller(2, 1).to_a.first.to_s.start_with?(binding_folder)
  end
  trace.enable
  at_exit do
    trace.disable
    File.open(file, "a") { |out| called.each_key { |name| out.puts(name) } }
  end
end
