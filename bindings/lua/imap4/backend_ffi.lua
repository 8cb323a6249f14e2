-- The library through LuaJIT's ffi. Its functions have the shape that src/imap4_core.c gives them too; most are written by
-- tools/bindings/run (ffi_calls.lua), here are those with handles, arrays and the system's calls.
local ffi = require "ffi"
local header = require "imap4.header"
local constants = header.constants

-- A declaration stays for good: the second time (package.loaded cleared) there is nothing to declare.
if not pcall(ffi.typeof, "struct imap4_response_box") then
  ffi.cdef(header.cdef)
  ffi.cdef [[
struct imap4_conn_box { imap_conn *p; };
struct imap4_response_box { imap_response *p; };
struct imap4_row_box { const imap_response *p; };
struct imap4_pollfd { int fd; short events; short revents; };
struct imap4_timespec { long seconds; long nanoseconds; };
int imap4_poll(struct imap4_pollfd *, unsigned long, int) __asm__("poll");
int imap4_clock_gettime(int, struct imap4_timespec *) __asm__("clock_gettime");
int imap4_socketpair(int, int, int, int *) __asm__("socketpair");
long imap4_read(int, void *, size_t) __asm__("read");
long imap4_send(int, const void *, size_t, int) __asm__("send");
int imap4_close(int) __asm__("close");
int imap4_fileno(void *) __asm__("fileno");
char *imap4_strerror(int) __asm__("strerror");
]]
end

local function library()
  local given = os.getenv("IMAP4_LIBRARY")
  local names = given and given ~= "" and { given } or { "libimap4.so.0", "libimap4.0.dylib" }
  local tried = {}
  for i, name in ipairs(names) do
    local there, found = pcall(ffi.load, name)
    if there then return found end
    tried[i] = name .. " (" .. tostring(found) .. ")"
  end
  error("imap4: the C library is not to be had. Install libimap4 (cmake --install build), or set IMAP4_LIBRARY to its "
    .. "path. Tried: " .. table.concat(tried, ", "), 0)
end

local C = library()
local S = ffi.C
local new, text = ffi.new, ffi.string
local core = { backend = "ffi", library = C }

local conn_box = ffi.metatype("struct imap4_conn_box", { __gc = function(box) C.imap_free(box.p) end })
local response_box = ffi.metatype("struct imap4_response_box", { __gc = function(box) C.imap_response_free(box.p) end })
local row_box = ffi.typeof("struct imap4_row_box")

local function own(pointer)
  if pointer == nil then return nil end
  return response_box(pointer)
end

local function borrow(pointer)
  if pointer == nil then return nil end
  return row_box(pointer)
end

-- A number of 64 bits: one of Lua's if it is one, else its digits.
local function whole(number)
  if number < 9007199254740992ULL then return tonumber(number) end
  return (tostring(number):gsub("ULL$", ""))
end

function core.u64(value)
  if type(value) ~= "string" then return value end
  local number = 0ULL
  for digit in value:gmatch("%d") do number = number * 10 + tonumber(digit) end
  return number
end

function core.numbers(pointer, count)
  local list = {}
  for i = 1, count do list[i] = tonumber(pointer[i - 1]) end
  return list
end

function core.copied(pointer, count)
  local list = {}
  for i = 1, count do
    local range = pointer[i - 1]
    list[i] = { source = range.source, copy = range.copy, count = range.count }
  end
  return list
end

require "imap4.ffi_calls"(core, ffi, C, own, borrow, whole)

function core.response_free(handle)
  C.imap_response_free(handle.p)
  handle.p = nil
end

function core.free(conn)
  C.imap_free(conn.p)
  conn.p = nil
end

function core.is_open(conn) return conn.p ~= nil end

function core.response_parse(octets)
  local out, used = new("imap_response *[1]"), new("size_t[1]")
  local rc = C.imap_response_parse(octets, #octets, nil, out, used)
  return rc, own(out[0]), tonumber(used[0])
end

-- Options: {{number, value}, …}.
local function made(options)
  local out = new("imap_options *[1]")
  local rc = C.imap_options_new(out)
  for _, option in ipairs(options or {}) do
    if rc ~= 0 then break end
    if type(option[2]) == "number" then
      rc = C.imap_options_set_int(out[0], option[1], option[2])
    else
      rc = C.imap_options_set_str(out[0], option[1], option[2])
    end
  end
  return rc, out[0]
end

local opens = {
  host = function(out, options, host, port, tls) return C.imap_open(host, port, tls, options, out) end,
  command = function(out, options, line) return C.imap_open_command(line, options, out) end,
  argv = function(out, options, words)
    local argv = new("const char *[?]", #words + 1)
    for i, word in ipairs(words) do argv[i - 1] = word end
    return C.imap_open_argv(argv, options, out)
  end,
  fd = function(out, options, way)
    return C.imap_open_fd(way[1], way[2], way[3], way[4], way[5], options, out)
  end,
}

function core.open(how, a, b, c, options)
  local rc, set = made(options)
  local conn
  if rc == 0 then
    local out = new("imap_conn *[1]")
    rc = opens[how](out, set, a, b, c)
    if out[0] ~= nil then conn = conn_box(out[0]) end
  end
  C.imap_options_free(set)
  return rc, conn
end

-- Arguments: {type, text, flags, type, text, flags, …}. The texts are held by the array of the caller.
local function packed(args)
  local count = #args / 3
  local argv = new("imap_arg[?]", count + 1)
  for i = 0, count - 1 do
    local octets = args[3 * i + 2]
    argv[i].type, argv[i].ptr, argv[i].len, argv[i].flags = args[3 * i + 1], octets, #octets, args[3 * i + 3]
  end
  return argv, count
end

function core.command(conn, name, args)
  local argv, count = packed(args)
  local out = new("imap_response *[1]")
  local rc = C.imap_command(conn.p, name, argv, count, out)
  return rc, own(out[0])
end

function core.submit(conn, name, args)
  local argv, count = packed(args)
  local id = new("uint32_t[1]")
  local rc = C.imap_submit(conn.p, name, argv, count, id)
  return rc, id[0]
end

-- Names and values in turn; false for NIL.
function core.cmd_id(conn, pairs_of)
  local list = new("const char *[?]", #pairs_of + 1)
  for i, word in ipairs(pairs_of) do list[i - 1] = word or nil end
  local out = new("imap_response *[1]")
  local rc = C.imap_cmd_id(conn.p, list, #pairs_of, out)
  return rc, own(out[0])
end

function core.literal_read(conn, most)
  local room, n = new("char[?]", most), new("size_t[1]")
  local rc = C.imap_literal_read(conn.p, room, most, n)
  return rc, text(room, n[0])
end

-- Octets from the place first (0: the beginning) on.
function core.literal_write(conn, octets, first)
  local taken = new("size_t[1]")
  local rc = C.imap_literal_write(conn.p, ffi.cast("const char *", octets) + first, #octets - first, taken)
  return rc, tonumber(taken[0])
end

function core.has(mask, bit)
  return require "bit".band(mask, bit) ~= 0
end

local EINTR, EAGAIN = 4, ffi.os == "Linux" and 11 or 35
local polled = new("struct imap4_pollfd[2]")

-- Waits for one or two descriptors; seconds nil: for ever. Returns how many are ready; -1 if a signal came.
function core.poll(fd, wants, fd2, wants2, seconds)
  local function set(place, descriptor, wanted)
    place.fd, place.events = descriptor or -1, 0
    if core.has(wanted or 0, constants.IMAP_WANT_READ) then place.events = 1 end
    if core.has(wanted or 0, constants.IMAP_WANT_WRITE) then place.events = place.events + 4 end
  end
  set(polled[0], fd, wants)
  set(polled[1], fd2, wants2)
  local ms = -1
  if seconds then ms = math.min(math.ceil(seconds * 1000), 2147483647) end
  local ready = S.imap4_poll(polled, 2, ms)
  if ready < 0 and ffi.errno() ~= EINTR then error("imap4: poll: " .. text(S.imap4_strerror(ffi.errno())), 0) end
  return ready
end

local function clock(kind)
  local time = new("struct imap4_timespec[1]")
  S.imap4_clock_gettime(kind, time)
  return tonumber(time[0].seconds) + tonumber(time[0].nanoseconds) / 1e9
end

function core.now() return clock(ffi.os == "OSX" and 6 or 1) end
function core.clock() return clock(0) end

local function word_of_error()
  local number = ffi.errno()
  if number == EAGAIN or number == EINTR then return "again" end
  return text(S.imap4_strerror(number))
end

-- Two connected sockets that do not wait, closed in programs that are started.
function core.socketpair()
  local pair = new("int[2]")
  local kind = ffi.os == "Linux" and 1 + 2048 + 524288 or 1
  if S.imap4_socketpair(1, kind, 0, pair) ~= 0 then return nil, word_of_error() end
  return pair[0], pair[1]
end

function core.fd_read(fd, most)
  local room = new("char[?]", most)
  local n = tonumber(S.imap4_read(fd, room, most))
  if n > 0 then return text(room, n) end
  return nil, n == 0 and "eof" or word_of_error()
end

function core.fd_write(fd, octets, first)
  local quietly = ffi.os == "Linux" and 16384 or 0 -- MSG_NOSIGNAL
  local n = tonumber(S.imap4_send(fd, ffi.cast("const char *", octets) + first, #octets - first, quietly))
  if n >= 0 then return n end
  return nil, word_of_error()
end

function core.fd_close(fd) S.imap4_close(fd) end

-- The descriptor of a file of Lua's, nil if it is none.
function core.fileno(file)
  if io.type(file) ~= "file" then return nil end
  return S.imap4_fileno(file)
end

return core
