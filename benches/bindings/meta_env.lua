-- The Lua binding as a contestant: every field that was fetched is read as a Lua value and goes into a sum. Arguments and
-- output are those of benches/common/contest.h; octets= is the sum over the fields that check= and deep= leave out, the
-- same as meta_env.rb has. package.path (and with the compiled module package.cpath) must have the binding's folder.
local imap4 = require "imap4"

local WORKLOADS = { "meta", "env" }
local DATE_BASE = 1700000000

local function first_line(path, pattern)
  local file = io.open(path)
  if not file then
    return nil
  end
  for line in file:lines() do
    local found = line:match(pattern)
    if found then
      file:close()
      return found
    end
  end
  file:close()
end

local function status_kib(name)
  return tonumber(first_line("/proc/self/status", "^" .. name .. ":%s*(%d+)")) or 0
end

local function peak_reset() -- the peak begins anew at what is resident now
  local file = io.open("/proc/self/clear_refs", "w")
  if file then
    file:write("5")
    file:close()
  end
end

local function texts_octets(one, two, three, four)
  return (one and #one or 0) + (two and #two or 0) + (three and #three or 0) + (four and #four or 0)
end

local function list_octets(list)
  local total = 0
  if list then
    for i = 1, #list do
      local one = list[i]
      total = total + texts_octets(one.raw_name, one.route, one.mailbox, one.host) + texts_octets(one.group)
    end
  end
  return total
end

local function envelope_octets(one)
  return texts_octets(one.date, one.raw_subject, one.in_reply_to, one.message_id) + list_octets(one.from)
    + list_octets(one.sender) + list_octets(one.reply_to) + list_octets(one.to) + list_octets(one.cc) + list_octets(one.bcc)
end

local function params_octets(params)
  local total = 0
  for name, value in pairs(params) do
    total = total + #name + #value
  end
  return total
end

local function part_octets(part)
  local total = texts_octets(part.number, part.media_type, part.subtype, part.id)
    + texts_octets(part.raw_description, part.encoding, part.md5, part.disposition) + texts_octets(part.location)
    + (part.octets or 0) + (part.lines or 0) + params_octets(part.params) + params_octets(part.disposition_params)
  local language = part.language
  if language then
    for i = 1, #language do
      total = total + #language[i]
    end
  end
  return part.envelope and total + envelope_octets(part.envelope) or total
end

local function flags_octets(flags)
  local total, seen = 0, 0
  for i = 1, #flags do
    total = total + #flags[i]
    if flags[i] == "\\Seen" then
      seen = 1
    end
  end
  return total, seen
end

local run = {}

function run.meta(conn)
  local count, check, deep, octets = 0, 0, 0, 0
  for message in conn:each_message("1:*", "UID FLAGS INTERNALDATE RFC822.SIZE", { uid = false }) do
    local flags, seen = flags_octets(message.flags)
    count = count + 1
    check = check + message.uid + message.size
    deep = deep + message.internaldate - DATE_BASE + seen
    octets = octets + flags + message.offset_minutes * 60
  end
  return count, check, octets, deep
end

function run.env(conn)
  local count, check, octets = 0, 0, 0
  for message in conn:each_message("1:*", "UID FLAGS ENVELOPE BODYSTRUCTURE", { uid = false }) do
    local envelope = message.envelope
    count = count + 1
    check = check + message.uid
    local to = envelope.to
    for i = 1, #to do
      local mailbox, host = to[i].mailbox, to[i].host
      if mailbox and host then
        check = check + #mailbox + #host
      end
    end
    octets = octets + flags_octets(message.flags) + envelope_octets(envelope)
    for part in message.body_structure:walk() do
      octets = octets + part_octets(part)
    end
  end
  return count, check, octets
end

local workload, messages, port, certificates = arg[1], arg[2], tonumber(arg[3]), arg[4]
if workload == "--list" then
  print(table.concat(WORKLOADS, "\n"))
  os.exit(0)
elseif not run[workload] or not port then
  io.stderr:write("usage: meta_env.lua WORKLOAD N PORT [CA_FILE]\n")
  os.exit(1)
end

local options = { port = port, user = "alice", password = "secret" }
if certificates and certificates ~= "" then
  options.host, options.ca_file = "localhost", certificates
else
  options.host, options.tls = "127.0.0.1", "none"
end
local conn = imap4.open(options)
conn:select_mailbox("n" .. messages)
peak_reset()
local resident, cpu, wall = status_kib("VmRSS"), os.clock(), imap4.now()
local count, check, octets, deep = run[workload](conn)
wall = (imap4.now() - wall) * 1e6
cpu = (os.clock() - cpu) * 1e6
local peak = math.max(status_kib("VmHWM") - resident, 0)
print(("count=%.0f check=%.0f %soctets=%.0f cpu_us=%.0f wall_us=%.0f peak_kib=%.0f"):format(count, check,
  deep and ("deep=%.0f "):format(deep) or "", octets, cpu, wall, peak))
