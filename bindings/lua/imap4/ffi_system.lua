-- The few system calls that LuaJIT's ffi is asked for: a clock, waiting for descriptors, octets through descriptors. All
-- under names of our own, so that declarations of others do not clash with ours.
local ffi = require "ffi"
local bit = require "bit"

local S = {}

if not pcall(ffi.typeof, "struct imap4_pollfd") then
  ffi.cdef [[
    struct imap4_pollfd { int fd; short events; short revents; };
    struct imap4_time { long seconds; long nanoseconds; };
    int imap4_sys_poll(struct imap4_pollfd *fds, unsigned long count, int milliseconds) __asm__("poll");
    int imap4_sys_clock(int clock, struct imap4_time *time) __asm__("clock_gettime");
    int imap4_sys_socketpair(int domain, int kind, int protocol, int *pair) __asm__("socketpair");
    int imap4_sys_fcntl(int fd, int command, ...) __asm__("fcntl");
    int imap4_sys_shutdown(int fd, int how) __asm__("shutdown");
    int imap4_sys_close(int fd) __asm__("close");
    long imap4_sys_read(int fd, void *octets, size_t length) __asm__("read");
    long imap4_sys_write(int fd, const void *octets, size_t length) __asm__("write");
    long imap4_sys_send(int fd, const void *octets, size_t length, int flags) __asm__("send");
  ]]
end

local C = ffi.C
local IS_LINUX = ffi.os == "Linux"
local MONOTONIC = IS_LINUX and 1 or ffi.os == "OSX" and 6 or 4
local AGAIN, INTERRUPTED = IS_LINUX and 11 or 35, 4
local NO_SOCKET = IS_LINUX and 88 or 38 -- ENOTSOCK
local CLOSE_ON_EXEC, SET_DESCRIPTOR, GET_STATUS, SET_STATUS = 1, 2, 3, 4 -- FD_CLOEXEC, F_SETFD, F_GETFL, F_SETFL
local NON_BLOCKING = IS_LINUX and 0x800 or 4
local NO_SIGNAL = IS_LINUX and 0x4000 or 0 -- MSG_NOSIGNAL
local READ, WRITE, TROUBLE = 1, 4, 8 + 16 + 32 -- POLLIN, POLLOUT; POLLERR, POLLHUP, POLLNVAL

local time, fds, pair = ffi.new("struct imap4_time"), ffi.new("struct imap4_pollfd[2]"), ffi.new("int[2]")
local buffer, buffer_size = nil, 0

function S.now()
  C.imap4_sys_clock(MONOTONIC, time)
  return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

-- A caller that waits in compiled code would not notice Ctrl-C: LuaJIT looks at hooks in its interpreter only.
local function poll(fd, events, seconds, other_fd, other_events)
  local count = 1
  fds[0].fd, fds[0].revents = fd, 0
  fds[0].events = (events:find("r", 1, true) and READ or 0) + (events:find("w", 1, true) and WRITE or 0)
  if other_fd then
    count = 2
    fds[1].fd, fds[1].revents = other_fd, 0
    fds[1].events = (other_events:find("r", 1, true) and READ or 0) + (other_events:find("w", 1, true) and WRITE or 0)
  end
  local milliseconds = -1
  if seconds then
    milliseconds = math.min(math.ceil(seconds * 1000), 2147483647)
  end
  C.imap4_sys_poll(fds, count, milliseconds)
  local seen = 0
  for i = 0, count - 1 do
    local came = fds[i].revents
    if bit.band(came, TROUBLE) ~= 0 then
      came = bit.bor(came, fds[i].events)
    end
    seen = bit.bor(seen, came)
  end
  return (bit.band(seen, READ) ~= 0 and "r" or "") .. (bit.band(seen, WRITE) ~= 0 and "w" or "")
end
require("jit").off(poll)
S.poll = poll

-- Both ends never block and are closed in programs that are started.
function S.socketpair()
  if C.imap4_sys_socketpair(1, 1, 0, pair) ~= 0 then -- AF_UNIX, SOCK_STREAM
    return nil, ffi.errno()
  end
  for i = 0, 1 do
    C.imap4_sys_fcntl(pair[i], SET_DESCRIPTOR, ffi.cast("int", CLOSE_ON_EXEC))
    local status = C.imap4_sys_fcntl(pair[i], GET_STATUS)
    C.imap4_sys_fcntl(pair[i], SET_STATUS, ffi.cast("int", bit.bor(status, NON_BLOCKING)))
  end
  return pair[0], pair[1]
end

-- nil, then whether it is to be tried again, then errno.
local function failed()
  local errno = ffi.errno()
  return nil, errno == AGAIN or errno == INTERRUPTED, errno
end

function S.fd_read(fd, most)
  if buffer_size < most then
    buffer, buffer_size = ffi.new("char[?]", most), most
  end
  local count = C.imap4_sys_read(fd, buffer, most)
  if count < 0 then
    return failed()
  end
  return ffi.string(buffer, count)
end

-- To a socket: nobody gets SIGPIPE.
function S.fd_send(fd, octets, from)
  local count = C.imap4_sys_send(fd, ffi.cast("const char *", octets) + from, #octets - from, NO_SIGNAL)
  if count < 0 then
    return failed()
  end
  return tonumber(count)
end

-- To whatever a descriptor stands for, from an octet on.
function S.fd_write(fd, octets, from)
  local count, again, errno = S.fd_send(fd, octets, from)
  if count or errno ~= NO_SOCKET then
    return count, again, errno
  end
  count = C.imap4_sys_write(fd, ffi.cast("const char *", octets) + from, #octets - from)
  if count < 0 then
    return failed()
  end
  return tonumber(count)
end

function S.fd_finish(fd)
  C.imap4_sys_shutdown(fd, 1) -- SHUT_WR
end

function S.fd_close(fd)
  C.imap4_sys_close(fd)
end

-- A descriptor that is closed with its guard, if not before by fd_drop.
function S.fd_guard(fd)
  return ffi.gc(ffi.new("int[1]", fd), S.fd_drop)
end

function S.fd_drop(guard)
  if guard[0] >= 0 then
    C.imap4_sys_close(guard[0])
  end
  guard[0] = -1
end

return S
