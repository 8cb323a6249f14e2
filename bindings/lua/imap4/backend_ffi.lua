-- The C library through LuaJIT's ffi: connections and commands. Views are in imap4.ffi_views, system calls in
-- imap4.ffi_system. The compiled module (src/imap4_core.c) has the same functions; what they take and give is said there.
--
-- Handles are pointers that the collector frees; a row that is only lent is a plain pointer. No function here can wait,
-- and no function of the caller's is ever called by the library.
local ffi = require "ffi"
local library = require "imap4.ffi_library"
local lib, text_of = library.lib, library.text_of

local gc, new, str = ffi.gc, ffi.new, ffi.string
local B = { name = "ffi" }

for _, part in ipairs { "imap4.ffi_system", "imap4.ffi_views" } do
  for name, value in pairs(require(part)) do
    B[name] = value
  end
end

local QUEUED = library.constants.IMAP_QUEUED
local conn_out, response_out = new("imap_conn *[1]"), new("imap_response *[1]")
local row_out, text_out, text_len = new("const imap_response *[1]"), new("const char *[1]"), new("size_t[1]")
local id_out, int_out, long_out = new("uint32_t[1]"), new("int[1]"), new("int64_t[1]")
local done_out, total_out, options_out = new("uint64_t[1]"), new("uint64_t[1]"), new("imap_options *[1]")
local literal = new("imap_literal")
local tls = new("imap_tls_info")

-- What a call handed out, owned by the collector from here on; nil if nothing.
local function response()
  local handle = response_out[0]
  if handle == nil then
    return nil
  end
  response_out[0] = nil
  return gc(handle, lib.imap_response_free)
end

local function string_of(pointer)
  return pointer ~= nil and str(pointer) or nil
end

function B.version()
  return str(lib.imap_version_string()), lib.imap_version_number()
end

function B.has_feature(name)
  return lib.imap_has_feature(name) == 1
end

function B.error_name(rc)
  return str(lib.imap_error_name(rc))
end

function B.error_text(rc)
  return str(lib.imap_error_text(rc))
end

function B.error_class(rc)
  return lib.imap_error_class(rc)
end

-- ---- Options -----------------------------------------------------------------------------------

function B.options()
  if lib.imap_options_new(options_out) ~= 0 then
    error("imap4: out of memory")
  end
  return gc(options_out[0], lib.imap_options_free)
end

function B.options_int(options, option, value)
  return lib.imap_options_set_int(options, option, value)
end

function B.options_str(options, option, value)
  return lib.imap_options_set_str(options, option, value)
end

-- ---- Opening and closing -----------------------------------------------------------------------

local function opened(rc)
  local conn = conn_out[0]
  if conn == nil then
    return rc
  end
  conn_out[0] = nil
  return rc, gc(conn, lib.imap_free), lib.imap_last_id(conn)
end

function B.open(host, port, mode, options)
  return opened(lib.imap_open(host, port, mode, options, conn_out))
end

function B.open_command(line, options)
  return opened(lib.imap_open_command(line, options, conn_out))
end

function B.open_argv(words, options)
  local argv = new("const char *[?]", #words + 1, words)
  argv[#words] = nil
  return opened(lib.imap_open_argv(argv, options, conn_out))
end

function B.open_fd(read_fd, write_fd, flags, host, mode, options)
  return opened(lib.imap_open_fd(read_fd, write_fd, flags, host, mode, options, conn_out))
end

function B.free(conn)
  lib.imap_free(gc(conn, nil))
end

function B.shutdown(conn)
  lib.imap_shutdown(conn)
end

function B.child_pid(conn)
  return lib.imap_child_pid(conn, int_out), int_out[0]
end

function B.child_status(conn)
  return lib.imap_child_status(conn, int_out), int_out[0]
end

-- ---- What is known of a connection -------------------------------------------------------------

function B.last(conn)
  return str(lib.imap_last_message(conn)), str(lib.imap_last_text(conn)), str(lib.imap_last_code(conn)),
    lib.imap_last_errno(conn)
end

function B.state(conn)
  local state = lib.imap_conn_state(conn)
  return state, str(lib.imap_state_name(state))
end

function B.is_readonly(conn)
  return lib.imap_is_readonly(conn) == 1
end

function B.utf8_enabled(conn)
  return lib.imap_utf8_enabled(conn) == 1
end

function B.protocol(conn)
  return str(lib.imap_protocol_version(conn))
end

function B.greeting(conn)
  lib.imap_greeting(conn, response_out)
  return response()
end

function B.has_capability(conn, name)
  return lib.imap_has_capability(conn, name) == 1
end

function B.capabilities(conn)
  local found = {}
  for i = 1, lib.imap_capability_count(conn) do
    found[i] = string_of(lib.imap_capability_at(conn, i - 1))
  end
  return found
end

function B.capability_is_stale(conn)
  return lib.imap_capability_is_stale(conn) == 1
end

function B.get_int(conn, option)
  if lib.imap_get_int(conn, option, long_out) == 0 then
    return tonumber(long_out[0])
  end
end

function B.get_str(conn, option)
  if lib.imap_get_str(conn, option, text_out) == 0 then
    return string_of(text_out[0])
  end
end

function B.set_int(conn, option, value)
  return lib.imap_set_int(conn, option, value)
end

function B.set_str(conn, option, value)
  return lib.imap_set_str(conn, option, value)
end

function B.interest(conn)
  return lib.imap_fd(conn), lib.imap_write_fd(conn), lib.imap_wants(conn), lib.imap_timeout(conn)
end

function B.progress(conn, id)
  if lib.imap_progress(conn, id, done_out, total_out) == 0 then
    return tonumber(done_out[0]), tonumber(total_out[0])
  end
end

function B.trace(conn)
  local lines = {}
  for i = 1, lib.imap_trace_count(conn) do
    if lib.imap_trace_line(conn, i - 1, text_out, text_len, long_out) == 0 then
      lines[i] = { text = str(text_out[0], text_len[0]), time = tonumber(long_out[0]) / 1000 }
    end
  end
  return lines
end

function B.trace_clear(conn)
  lib.imap_trace_clear(conn)
end

function B.tls_info(conn)
  if lib.imap_tls_info_get(conn, tls, ffi.sizeof(tls)) ~= 0 then
    return nil
  end
  return {
    version = string_of(tls.version),
    cipher = string_of(tls.cipher),
    certificate = text_of(tls.peer_der, tls.peer_der_len),
    verified = tls.verified == 1,
  }
end

-- ---- Commands ----------------------------------------------------------------------------------

-- The return code, and the id of what was queued.
local function queued(conn, rc)
  if rc == QUEUED then
    return rc, lib.imap_last_id(conn)
  end
  return rc
end

local SECRET = 1000 -- added to the type of an argument that is masked and wiped

function B.submit(conn, name, args)
  local count = args.n / 2
  local argv = new("imap_arg[?]", count)
  for i = 0, count - 1 do
    local kind, value = args[2 * i + 1], args[2 * i + 2]
    local arg = argv[i]
    if kind >= SECRET then
      kind, arg.flags = kind - SECRET, 1
    end
    arg.type = kind
    if value then
      arg.ptr, arg.len = value, #value
    end
  end
  local rc = lib.imap_submit(conn, name, argv, count, id_out)
  if rc == QUEUED then
    return rc, id_out[0]
  end
  return rc
end

function B.submit_text(conn, line)
  local rc = lib.imap_submit_text(conn, line, id_out)
  if rc == QUEUED then
    return rc, id_out[0]
  end
  return rc
end

function B.search(conn, charset, criteria, flags)
  return queued(conn, lib.imap_cmd_search(conn, charset, criteria, flags, nil))
end

function B.sort(conn, keys, charset, criteria, flags)
  return queued(conn, lib.imap_cmd_sort(conn, keys, charset, criteria, flags, nil))
end

function B.thread(conn, algorithm, charset, criteria, flags)
  return queued(conn, lib.imap_cmd_thread(conn, algorithm, charset, criteria, flags, nil))
end

function B.append(conn, mailbox, flag_list, date, message, flags)
  return queued(conn, lib.imap_cmd_append(conn, mailbox, flag_list, date, message, #message, flags, nil))
end

function B.xatom(conn, name, args)
  return queued(conn, lib.imap_cmd_xatom(conn, name, args, nil))
end

function B.uid(conn, command, args)
  return queued(conn, lib.imap_cmd_uid(conn, command, args, nil))
end

function B.recent(conn)
  return queued(conn, lib.imap_cmd_recent(conn, response_out))
end

function B.starttls(conn)
  return queued(conn, lib.imap_starttls(conn, nil))
end

function B.authenticate(conn, mechanism, authzid, user, password)
  return queued(conn, lib.imap_cmd_authenticate(conn, mechanism, authzid, user, password, nil))
end

function B.auth_begin(conn, mechanism, initial)
  return queued(conn, lib.imap_auth_begin(conn, mechanism, initial, initial and #initial or 0, nil))
end

function B.auth_challenge(conn)
  if lib.imap_auth_challenge(conn, text_out, text_len) == 0 then
    return str(text_out[0], text_len[0])
  end
end

function B.auth_reply(conn, reply)
  return lib.imap_auth_reply(conn, reply, #reply, nil)
end

function B.auth_cancel(conn)
  return lib.imap_auth_cancel(conn, nil)
end

function B.queue_begin(conn)
  return lib.imap_queue_begin(conn)
end

function B.queue_end(conn)
  return lib.imap_queue_end(conn)
end

-- What came of a command so far: IMAP_AGAIN, or its return code and the response.
function B.wait(conn, id)
  local rc = lib.imap_wait(conn, id, 0, response_out)
  return rc, response()
end

function B.discard(conn, id)
  return lib.imap_discard(conn, id)
end

-- The next row, lent until the next call on the connection.
function B.next(conn, id)
  local rc = lib.imap_next(conn, id, 0, row_out)
  if rc == 0 then
    return 0, row_out[0]
  end
  return rc
end

function B.event_next(conn)
  lib.imap_event_next(conn, response_out)
  return response()
end

function B.untagged(conn, name)
  local rc = lib.imap_untagged(conn, name, response_out)
  return rc, response()
end

function B.idle_begin(conn)
  return queued(conn, lib.imap_idle_begin(conn))
end

function B.idle_wait(conn)
  return lib.imap_idle_wait(conn, 0)
end

function B.idle_end(conn)
  return lib.imap_idle_end(conn)
end

-- ---- Literals and raw octets -------------------------------------------------------------------

function B.literal_info(conn)
  if lib.imap_literal_info(conn, literal, ffi.sizeof(literal)) ~= 0 then
    return nil
  end
  return {
    item = text_of(literal.item, literal.item_len),
    size = tonumber(literal.total),
    number = literal.number > 0 and literal.number or nil,
    uid = literal.uid > 0 and literal.uid or nil,
    binary = literal.is_binary == 1,
  }
end

local piece, piece_size = nil, 0

function B.literal_read(conn, most)
  if piece_size < most then
    piece, piece_size = new("char[?]", most), most
  end
  local rc = lib.imap_literal_read(conn, piece, most, text_len)
  if rc == 0 then
    return 0, str(piece, text_len[0])
  end
  return rc
end

-- Blocks for the descriptor alone.
function B.literal_to_fd(conn, fd)
  return lib.imap_literal_to_fd(conn, fd)
end

function B.literal_skip(conn)
  return lib.imap_literal_skip(conn)
end

function B.append_begin(conn, mailbox)
  local rc = lib.imap_append_begin(conn, mailbox, id_out)
  return rc, id_out[0]
end

function B.append_message(conn, flag_list, date, size)
  return lib.imap_append_message(conn, flag_list, date, size)
end

-- Octets from a place (0 is the first) on; how many were taken.
function B.literal_write(conn, octets, from)
  local rc = lib.imap_literal_write(conn, ffi.cast("const char *", octets) + from, #octets - from, text_len)
  return rc, tonumber(text_len[0])
end

function B.append_end(conn)
  return lib.imap_append_end(conn, nil)
end

function B.raw_send(conn, octets)
  return lib.imap_raw_send(conn, octets, #octets)
end

function B.raw_readline(conn)
  local rc = lib.imap_raw_readline(conn, text_out, text_len)
  if rc == 0 then
    return 0, str(text_out[0], text_len[0])
  end
  return rc
end

function B.raw_read(conn, size)
  local rc = lib.imap_raw_read(conn, size, text_out, text_len)
  if rc == 0 then
    return 0, str(text_out[0], text_len[0])
  end
  return rc
end

return B
