"""bindings/lua/imap4/header.lua: the declarations for LuaJIT's ffi, and all constants."""

from header import SELF


def join(kind, name):
    if "(*" in kind:
        return kind
    return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"


def written(header):
    out = [
        f"-- Written by {SELF} from include/imap4.h: change that. Goes in: nothing. Comes out: the declarations for",
        "-- LuaJIT's ffi (cdef), the constants by their C names (constants), the version of the header (version).",
        "return {",
        f"  version = {header.version},",
        "  constants = {",
    ]
    for values in header.constants().values():
        out += [f"    {name} = {number}," for name, number in values.items()]
    out += ["  },", "  cdef = [[", "struct ssl_ctx_st;"]
    out += [f"typedef struct {name} {name};" for name in header.named if name != "ssl_ctx_st"]
    for name, (result, parameters) in header.callbacks.items():
        out.append(f"typedef {result} (*{name})({', '.join(join(*one) for one in parameters)});")
    for name, fields in header.structs.items():
        out.append(f"struct {name} {{")
        out += [f"  {join(*field)};" for field in fields]
        out.append("};")
    for name, (result, parameters) in header.functions.items():
        out.append(f"{join(result, name)}({', '.join(join(*one) for one in parameters) or 'void'});")
    return "\n".join([*out, "]],", "}", ""])
