"""bindings/lua/imap4/ffi_calls.lua: each function of the library as the Lua code calls it, over LuaJIT's ffi."""

import lua_shape
from header import SELF

HEAD = f"""-- Written by {SELF} from include/imap4.h: change that. Each function of the library, as both backends have it: what
-- goes in, in C's order; what comes out, C's result first. See backend_ffi.lua, which brings what this needs.
return function(core, ffi, C, own, borrow, whole)
  local new, sizeof, string_of = ffi.new, ffi.sizeof, ffi.string
  local tonumber, tostring = tonumber, tostring
  local boxes = {{
    response = new("imap_response *[1]"), row = new("const imap_response *[1]"), ptr = new("const char *[1]"),
    ptr2 = new("const char *[1]"), len = new("size_t[1]"), len2 = new("size_t[1]"), int = new("int[1]"),
    int32_t = new("int32_t[1]"), uint32_t = new("uint32_t[1]"), uint32_t2 = new("uint32_t[1]"),
    int64_t = new("int64_t[1]"), uint64_t = new("uint64_t[1]"), uint64_t2 = new("uint64_t[1]"),
    size_t = new("size_t[1]"), cursor = new("uint32_t[1]"), numbers = new("const uint32_t *[1]"),
    copied = new("const imap_copied *[1]"),
  }}
  local room = new("char[?]", 4096)
  -- A decimal string: not every number of 64 bits is one of Lua's.
  local function id(number)
    if number == 0 then return "0" end
    if number < 9007199254740992ULL then return ("%.0f"):format(tonumber(number)) end
    return (tostring(number):gsub("ULL$", ""))
  end
"""


def reader(name, fields):
    out = [f"  local function read_{name}(into, from)"]
    for field, kind, length in fields:
        if kind == "text":
            out.append(f"    into.{field} = from.{field} ~= nil and string_of(from.{field}, from.{length}) or nil")
        elif kind == "cstring":
            out.append(f"    into.{field} = from.{field} ~= nil and string_of(from.{field}) or nil")
        elif kind == "id":
            out.append(f"    into.{field} = id(from.{field})")
        elif kind == "big":
            out.append(f"    into.{field} = whole(from.{field})")
        else:
            out.append(f"    into.{field} = tonumber(from.{field})")
    return [*out, "    return into", "  end", f"  local {name} = new(\"{name}\")"]


class Body:
    """One wrapper: parameters of Lua, arguments of C, what is done before, what is returned."""

    def __init__(self, slots):
        self.parameters, self.arguments, self.before, self.after, self.results = [], [], [], [], []
        self.taken = {}
        for slot in slots:
            getattr(self, slot.kind)(slot)

    def box(self, kind):
        number = self.taken[kind] = self.taken.get(kind, 0) + 1
        return f"boxes.{kind}" + ("" if number == 1 else str(number))

    def conn(self, slot):
        self.parameters.append(slot.name)
        self.arguments.append(f"{slot.name}.p")

    response = conn

    def text(self, slot):
        self.parameters.append(slot.name)
        self.arguments.append(slot.name)

    number = text

    def octets(self, slot):
        self.parameters.append(slot.name)
        self.arguments += [slot.name, f"{slot.name} and #{slot.name} or 0"]

    def id_number(self, slot):
        self.parameters.append(slot.name)
        self.arguments.append(f"core.u64({slot.name})")

    def new_response(self, slot):
        box = self.box("response")
        self.before.append(f"{box}[0] = nil")
        self.arguments.append(box)
        self.results.append(f"own({box}[0])")

    def row(self, slot):
        box = self.box("row")
        self.arguments.append(box)
        self.results.append(f"borrow({box}[0])")

    def text_out(self, slot):
        ptr, length = self.box("ptr"), self.box("len")
        self.before.append(f"{ptr}[0] = nil")
        self.arguments += [ptr, length]
        self.results.append(f"{ptr}[0] ~= nil and string_of({ptr}[0], {length}[0]) or nil")

    def cstring_out(self, slot):
        ptr = self.box("ptr")
        self.before.append(f"{ptr}[0] = nil")
        self.arguments.append(ptr)
        self.results.append(f"{ptr}[0] ~= nil and string_of({ptr}[0]) or nil")

    def number_out(self, slot):
        box = self.box(slot.type)
        self.before.append(f"{box}[0] = 0")
        self.arguments.append(box)
        self.results.append(f"whole({box}[0])" if slot.type == "uint64_t" else f"tonumber({box}[0])")

    def id_out(self, slot):
        box = self.box(slot.type)
        self.before.append(f"{box}[0] = 0")
        self.arguments.append(box)
        self.results.append(f"id({box}[0])")

    def cursor(self, slot):
        box = self.box("cursor")
        self.parameters.append(slot.name)
        self.before.append(f"{box}[0] = {slot.name}")
        self.arguments.append(box)
        self.results.append(f"{box}[0]")

    def struct_out(self, slot):
        self.parameters.append("into")
        self.arguments += [slot.more, f"sizeof({slot.more})"]
        self.results.append(f"rc == 0 and read_{slot.more}(into or {{}}, {slot.more}) or nil")

    def numbers_out(self, slot):
        self.arguments += ["boxes.numbers", "boxes.size_t"]
        self.results.append("rc == 0 and core.numbers(boxes.numbers[0], tonumber(boxes.size_t[0])) or nil")

    def copied_out(self, slot):
        self.arguments += ["boxes.copied", "boxes.size_t"]
        self.results.append("rc == 0 and core.copied(boxes.copied[0], tonumber(boxes.size_t[0])) or nil")

    def node_array(self, slot):
        first = [*self.arguments, "nil", "0", "boxes.size_t"]
        self.before += ["boxes.size_t[0] = 0", f"C.{{name}}({', '.join(first)})",
                        "local n = tonumber(boxes.size_t[0])", 'local nodes = new("uint32_t[?]", n + 1)']  # fmt: skip
        self.arguments += ["nodes", "n", "boxes.size_t"]
        self.results.append("rc == 0 and core.numbers(nodes, n) or nil")

    def buffer(self, slot):
        if slot.more:
            again = [*self.arguments, "big", "n + 1", "boxes.size_t"]
            self.before.append("boxes.size_t[0] = 0")
            self.arguments += ["room", "4096", "boxes.size_t"]
            self.after += [
                "local n = tonumber(boxes.size_t[0])",
                "if n >= 4096 then",
                '  local big = new("char[?]", n + 1)',
                f"  rc = C.{{name}}({', '.join(again)})",
                "  return rc, rc == 0 and string_of(big, n) or nil",
                "end",
            ]
            self.results.append("rc == 0 and string_of(room, n) or nil")
        else:
            self.arguments += ["room", "4096"]
            self.results.append("rc == 0 and string_of(room) or nil")


def wrapper(name, result, slots):
    body = Body(slots)
    call = f"C.{name}({', '.join(body.arguments)})"
    out = [f"  function core.{name.removeprefix('imap_')}({', '.join(body.parameters)})"]
    out += ["    " + line.replace("{name}", name) for line in body.before]
    if result == "void":
        out.append(f"    {call}")
        if body.results:
            out.append(f"    return {', '.join(body.results)}")
        return [*out, "  end"]
    first = {
        "const char *": "rc ~= nil and string_of(rc) or nil",
        "const imap_response *": "borrow(rc)",
        "size_t": "tonumber(rc)",
        "uint64_t": "whole(rc)",
    }.get(result, "rc")
    out.append(f"    local rc = {call}")
    out += ["    " + line.replace("{name}", name) for line in body.after]
    out.append(f"    return {', '.join([first, *body.results])}")
    return [*out, "  end"]


def written(header):
    out = [HEAD]
    for name, fields in lua_shape.structs_used(header).items():
        out += reader(name, fields)
    for name, result, slots in lua_shape.functions(header):
        out += wrapper(name, result, slots)
    return "\n".join([*out, "end", ""])
