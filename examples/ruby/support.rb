# frozen_string_literal: true

# What the examples share: which server, opening it, saying how a call went, printing an answer.
#
# The server comes from the environment: IMAP_HOST (localhost), IMAPS_PORT (993), IMAP_PORT (143), CA_FILE (a file of
# certificates to trust, else the system's), IMAP_USER, IMAP_PASSWORD. Some examples make and delete mailboxes named
# Example: give them a test account, or let tests/examples/run start private servers for them:
#
#     tests/examples/run --language ruby --show mailboxes
require "imap4"

def setting(name, otherwise = "")
  value = ENV.fetch(name, "")
  value.empty? ? otherwise : value
end

def port_setting(name, otherwise)
  Integer(setting(name, otherwise))
end

# What an error is called in every language; the first that fits.
OUTCOMES = {
  IMAP4::No => "NO", IMAP4::Bad => "BAD", IMAP4::ReadOnly => "readonly", IMAP4::System => "system",
  IMAP4::Timeout => "timeout", IMAP4::TLS => "tls", IMAP4::Abort => "abort", IMAP4::Argument => "argument",
  IMAP4::Woken => "interrupted", IMAP4::Error => "error"
}.freeze

def outcome(error)
  OUTCOMES.find { |kind, _| error.is_a?(kind) }.last
end

# Runs the block and prints how that went: "delete Nowhere: NO [NONEXISTENT]". If that is not what the example shows, it
# ends here. Gives the data of imaplib's methods, what other methods give, or the error.
def went(what, wanted = "OK")
  result = yield
  if result in [("OK" | "NO" | "BYE") => type, Array => result]
    # BYE is how LOGOUT ends; a NO may begin with a code in brackets.
    code = result[0].to_s[/\A\[([^\] ]+)/, 1] if type == "NO"
    report(what, type == "BYE" ? "OK" : type, wanted, code, result[0])
  else
    report(what, "OK", wanted, nil, nil)
  end
  result
rescue IMAP4::Error, IMAP4::Argument => e
  report(what, outcome(e), wanted, e.response_code, e.message)
  e
end

def report(what, how, wanted, code, message)
  puts "#{what}: #{how}#{" [#{code}]" unless code.to_s.empty?}"
  abort "#{what}: expected #{wanted}, got #{how}: #{message}" unless how == wanted
end

# A line above each part of an example.
def heading(text)
  puts "", "-- #{text}"
end

def yes_or_no(is)
  is ? "yes" : "no"
end

# Prints octets with an indent before each line, without carriage returns.
def print_indented(indent, octets)
  octets.b.delete("\r").each_line(chomp: true) { |line| puts indent + line }
end

# Prints imaplib's data: a line for each text, a literal below its line. [nil] is: nothing came.
def print_items(data)
  data.compact.each do |text, literal|
    text.empty? ? puts("  (empty)") : print_indented("  ", text)
    print_indented("  | ", literal) if literal
  end
end

# The same in one go, for a call that should be OK.
def shown(what, &call)
  print_items(went(what, &call))
end

# Opens the server over verified TLS.
def open_server
  host = setting("IMAP_HOST", "localhost")
  went("open") { IMAP4_SSL.new(host, port_setting("IMAPS_PORT", "993"), ca_file: setting("CA_FILE", nil)) }
end

# Opens a scenario of tests/servers/scripted.py, in clear, which on one machine is fine. Name: as in
# SCENARIO_PARTIAL_PORT. Its servers do what no real one does any more, or should never do.
def open_scenario(name)
  variable = "SCENARIO_#{name}_PORT"
  port = ENV.fetch(variable) { abort "#{variable} is not set; tests/examples/run --show NAME starts that server" }
  went("open") { IMAP4.new("127.0.0.1", Integer(port)) }
end

def log_in(imap)
  went("login") { imap.login(setting("IMAP_USER"), setting("IMAP_PASSWORD")) }
end

# Gives an open connection to the block, and logs out when all went well in it.
def finally_log_out(imap)
  yield imap
  went("logout") { imap.logout }
ensure
  imap.disconnect
end

# Both, for the whole of an example or a part of it.
def with_server(&block)
  finally_log_out(open_server, &block)
end
