-- Waiting for many descriptors at once: epoll through LuaJIT's ffi, or luv where there is no ffi. Either way:
--
--     poller:watch(fd, events, name)    once; `name` is what wait gives
--     poller:forget(name)               for who goes on without having been seen
--     poller:wait(seconds)              names of what is ready, each with what was seen: { 17, "r", 23, "rw" }
--     poller:now()                      seconds by a clock that never jumps
--     poller:close()                    at the end
local has_ffi, ffi = pcall(require, "ffi")

local MOST = 64 -- told in one go

local function epoll()
  ffi.cdef(([[
    struct epoll_event { uint32_t events; uint64_t name; } %s;
    struct timespec { long sec; long nsec; };
    int epoll_create1(int flags);
    int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event);
    int epoll_wait(int epoll, struct epoll_event *events, int most, int milliseconds);
    int clock_gettime(int clock, struct timespec *now);
    int close(int fd);
  ]]):format(ffi.arch == "x64" and "__attribute__((packed))" or ""))
  local CLOEXEC, ADD, MOD, IN, OUT, ONESHOT, MONOTONIC = 0x80000, 1, 3, 1, 4, 0x40000000, 1
  local INTEREST = { r = IN + ONESHOT, w = OUT + ONESHOT, rw = IN + OUT + ONESHOT }
  local handle = ffi.C.epoll_create1(CLOEXEC)
  local event, seen = ffi.new("struct epoll_event"), ffi.new("struct epoll_event[?]", MOST)
  local time = ffi.new("struct timespec")
  local poller = {}

  -- A closed descriptor has left epoll by itself, and a new one may have its number: what cannot be changed is added.
  function poller:watch(fd, events, name)
    event.events, event.name = INTEREST[events], name
    if ffi.C.epoll_ctl(handle, MOD, fd, event) ~= 0 and ffi.C.epoll_ctl(handle, ADD, fd, event) ~= 0 then
      error("epoll_ctl: error " .. ffi.errno())
    end
  end

  function poller:forget() end -- what is watched anew replaces what was, and what is closed is gone

  function poller:wait(seconds)
    local ready = {}
    for i = 0, ffi.C.epoll_wait(handle, seen, MOST, seconds * 1000) - 1 do
      local events = seen[i].events
      -- Errors and hang-ups count as both.
      local words = (events ~= OUT and "r" or "") .. (events ~= IN and "w" or "")
      ready[#ready + 1], ready[#ready + 2] = tonumber(seen[i].name), words
    end
    return ready
  end

  function poller:now()
    ffi.C.clock_gettime(MONOTONIC, time)
    return tonumber(time.sec) + tonumber(time.nsec) / 1e9
  end

  function poller:close()
    ffi.C.close(handle)
  end

  return poller
end

local function libuv()
  local uv = require "luv"
  local timer, watched, ready = uv.new_timer(), {}, {}
  local poller = {}

  function poller:forget(name)
    if watched[name] then
      watched[name]:close()
      watched[name] = nil
    end
  end

  function poller:watch(fd, events, name)
    local poll = assert(uv.new_poll(fd))
    watched[name] = poll
    poll:start(events, function(_, seen)
      poller:forget(name)
      ready[#ready + 1], ready[#ready + 2] = name, seen
    end)
  end

  function poller:wait(seconds)
    ready = {}
    timer:start(math.floor(seconds * 1000), 0, function() end)
    uv.run("once")
    return ready
  end

  function poller:now()
    return uv.hrtime() / 1e9
  end

  -- Nothing may be left to be called when Lua ends.
  function poller:close()
    for name in pairs(watched) do
      self:forget(name)
    end
    timer:close()
    uv.run()
  end

  return poller
end

return has_ffi and epoll() or libuv()
