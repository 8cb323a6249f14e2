"""bindings/ruby/lib/imap4/native/header.rb: the constants, functions and structs for the ffi gem."""

from header import SELF

RUBY_TYPES = {
    "void": ":void", "int": ":int", "long": ":long", "char": ":char", "size_t": ":size_t",
    "int32_t": ":int32", "uint32_t": ":uint32", "int64_t": ":int64", "uint64_t": ":uint64",
}  # fmt: skip


def ruby_type(kind):
    if kind.endswith("*") or "(*" in kind or kind.endswith("_fn"):
        return ":pointer"
    return RUBY_TYPES[kind.removeprefix("const ")]


def ruby_result(kind):
    return ":string" if kind == "const char *" else ruby_type(kind)


def ruby_parameters(parameters):
    """A const char * with a length behind it is octets in memory of the caller's, else a string that ends with a NUL."""
    result = []
    for at, (kind, name) in enumerate(parameters):
        following = parameters[at + 1] if at + 1 < len(parameters) else ("", "")
        octets = following[0] == "size_t" and following[1].endswith("len")
        result.append(":string" if kind == "const char *" and not octets else ruby_type(kind))
    return result


def written(header):
    out = [
        "# frozen_string_literal: true",
        "",
        f"# Written by {SELF} from include/imap4.h: change that.",
        "class IMAP4",
        "  # What the C library declares: constants, functions (name => [parameters, result]) and structs.",
        "  # @api private",
        "  module Native",
        f"    HEADER_VERSION = {header.version}",
    ]
    for group, values in header.constants().items():
        out += ["", f"    # {group}"] if group else [""]
        out += [f"    {name} = {number}" for name, number in values.items()]
    out += ["", "    FUNCTIONS = {"]
    for name, (result, parameters) in header.functions.items():
        out.append(f"      {name}: [[{', '.join(ruby_parameters(parameters))}], {ruby_result(result)}],")
    out += ["    }.freeze", "", "    STRUCTS = {"]
    for name, fields in header.structs.items():
        listed = ", ".join(f"{field}: {ruby_type(kind)}" for kind, field in fields)
        out.append(f"      {name}: {{ {listed} }},")
    return "\n".join([*out, "    }.freeze", "  end", "end", ""])
