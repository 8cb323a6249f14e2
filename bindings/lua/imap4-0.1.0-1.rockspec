rockspec_format = "3.0"
package = "imap4"
version = "0.1.0-1"
source = {
  url = "git+file://.", -- built from the folder that it lies in: `luarocks make`
}
description = {
  summary = "An IMAP client: Python's imaplib and more, on the C library libimap4",
  detailed = [[
All commands of Python's imaplib under their names, and beside them typed values, rows and literals that are streamed,
pipelines and IDLE; with a wait function of one's own also in coroutines. LuaJIT and Lua 5.1 to 5.4. Needs the shared
library libimap4.so.0; for all but LuaJIT also its header.]],
  license = "MIT OR Apache-2.0",
  labels = { "imap", "mail", "network" },
}
supported_platforms = { "unix" }
dependencies = {
  "lua >= 5.1, < 5.5",
}
external_dependencies = {
  IMAP4 = { header = "imap4.h", library = "imap4" },
}
build = {
  type = "builtin",
  modules = {
    imap4 = "imap4.lua",
    ["imap4.append"] = "imap4/append.lua",
    ["imap4.arguments"] = "imap4/arguments.lua",
    ["imap4.backend"] = "imap4/backend.lua",
    ["imap4.backend_ffi"] = "imap4/backend_ffi.lua",
    ["imap4.body"] = "imap4/body.lua",
    ["imap4.connection"] = "imap4/connection.lua",
    ["imap4.dates"] = "imap4/dates.lua",
    ["imap4.engine"] = "imap4/engine.lua",
    ["imap4.envelope"] = "imap4/envelope.lua",
    ["imap4.errors"] = "imap4/errors.lua",
    ["imap4.ffi_data"] = "imap4/ffi_data.lua",
    ["imap4.ffi_library"] = "imap4/ffi_library.lua",
    ["imap4.ffi_structures"] = "imap4/ffi_structures.lua",
    ["imap4.ffi_system"] = "imap4/ffi_system.lua",
    ["imap4.ffi_views"] = "imap4/ffi_views.lua",
    ["imap4.header"] = "imap4/header.lua",
    ["imap4.idle"] = "imap4/idle.lua",
    ["imap4.imaplib"] = "imap4/imaplib.lua",
    ["imap4.mailboxes"] = "imap4/mailboxes.lua",
    ["imap4.message"] = "imap4/message.lua",
    ["imap4.messages"] = "imap4/messages.lua",
    ["imap4.opening"] = "imap4/opening.lua",
    ["imap4.options"] = "imap4/options.lua",
    ["imap4.pipeline"] = "imap4/pipeline.lua",
    ["imap4.pump"] = "imap4/pump.lua",
    ["imap4.response"] = "imap4/response.lua",
    ["imap4.rows"] = "imap4/rows.lua",
    ["imap4.session"] = "imap4/session.lua",
    ["imap4.utilities"] = "imap4/utilities.lua",
    ["imap4.views"] = "imap4/views.lua",
    ["imap4.core"] = {
      sources = { "src/imap4_core.c" },
      libraries = { "imap4", "m" },
      incdirs = { "$(IMAP4_INCDIR)" },
      libdirs = { "$(IMAP4_LIBDIR)" },
    },
  },
}
