"""How a C function looks from Lua, for both backends.

What goes in stands in C's order; a text and its length are one string. What comes out stands behind C's result, in C's
order again: a text and its length are one string, a struct is a table, a cursor goes in and comes out.
"""

from dataclasses import dataclass

# Written by hand in both backends, or of no use to Lua (callbacks, options as objects).
BY_HAND = {
    "imap_options_new", "imap_options_free", "imap_options_set_int", "imap_options_set_str", "imap_options_get_int",
    "imap_options_get_str", "imap_options_set_ssl_ctx", "imap_open", "imap_open_command", "imap_open_argv",
    "imap_open_fd", "imap_open_io", "imap_logout_and_free", "imap_free", "imap_response_free", "imap_response_parse",
    "imap_command", "imap_submit", "imap_cmd_id", "imap_cmd_authenticate_callback", "imap_reply_set",
    "imap_literal_read", "imap_literal_write",
}  # fmt: skip

# Numbers of 64 bits that are names rather than counts: decimal strings in every Lua.
IDS = {"modseq", "highestmodseq", "gm_msgid", "gm_thrid"}
# The number of a response code may be a MODSEQ.
ID_FIELDS = {("imap_code", "number")}

PLAIN_NUMBERS = {"int", "int32_t", "uint32_t", "int64_t", "size_t", "long"}


@dataclass
class Slot:
    kind: str  # see shapes()
    type: str  # in C
    name: str
    more: str = ""  # the struct's name; "needed" for a buffer that tells its length


def shapes(parameters):
    """The slots of a function: conn response text octets number id_number (in); new_response row text_out cstring_out
    number_out id_out numbers_out copied_out struct_out buffer node_array (out); cursor (both)."""
    slots, rest = [], list(parameters)
    while rest:
        kind, name = rest.pop(0)
        name = "code" if name == "rc" else name  # rc is the result
        behind = rest[0] if rest else ("", "")
        if kind == "imap_conn *":
            slots.append(Slot("conn", kind, name))
        elif kind in ("const imap_response *", "imap_response *"):
            slots.append(Slot("response", kind, name))
        elif kind == "const char *" and behind[0] == "size_t" and behind[1].endswith("len"):
            rest.pop(0)
            slots.append(Slot("octets", kind, name))
        elif kind == "const char *":
            slots.append(Slot("text", kind, name))
        elif kind in PLAIN_NUMBERS:
            slots.append(Slot("number", kind, name))
        elif kind == "uint64_t":
            slots.append(Slot("id_number", kind, name))
        elif kind == "imap_response **":
            slots.append(Slot("new_response", kind, name))
        elif kind == "const imap_response **":
            slots.append(Slot("row", kind, name))
        elif kind == "const char **" and behind[0] == "size_t *":
            rest.pop(0)
            slots.append(Slot("text_out", kind, name))
        elif kind == "const char **":
            slots.append(Slot("cstring_out", kind, name))
        elif kind == "const uint32_t **":
            rest.pop(0)
            slots.append(Slot("numbers_out", kind, name))
        elif kind == "const imap_copied **":
            rest.pop(0)
            slots.append(Slot("copied_out", kind, name))
        elif kind == "char *":
            rest.pop(0)
            if rest and rest[0][1] == "needed":
                rest.pop(0)
                slots.append(Slot("buffer", kind, name, "needed"))
            else:
                slots.append(Slot("buffer", kind, name))
        elif kind == "uint32_t *" and name == "nodes":
            del rest[:2]
            slots.append(Slot("node_array", kind, name))
        elif kind == "uint32_t *" and name == "cursor":
            slots.append(Slot("cursor", kind, name))
        elif kind.removesuffix(" *") in PLAIN_NUMBERS:
            slots.append(Slot("number_out", kind.removesuffix(" *"), name))
        elif kind == "uint64_t *":
            slots.append(Slot("id_out" if name in IDS else "number_out", "uint64_t", name))
        elif kind.startswith("imap_") and kind.endswith(" *") and behind == ("size_t", "size"):
            rest.pop(0)
            slots.append(Slot("struct_out", kind, name, kind.removesuffix(" *")))
        else:
            raise SystemExit(f"lua_shape: no idea what '{kind} {name}' is in Lua")
    return slots


INS = {"conn", "response", "text", "octets", "number", "id_number", "cursor"}


def fields(name, struct):
    """The fields of a struct as a table's: name, kind (text, cstring, number, id), the field of the length."""
    found, rest = [], list(struct)
    while rest:
        kind, field = rest.pop(0)
        if field == "size":
            continue
        if kind == "const char *" and rest and rest[0][1] in (field + "_len", "len"):
            found.append((field, "text", rest.pop(0)[1]))
        elif kind == "const char *":
            found.append((field, "cstring", None))
        elif kind == "uint64_t" and (field in IDS or (name, field) in ID_FIELDS):
            found.append((field, "id", None))
        else:
            found.append((field, "big" if kind == "uint64_t" else "number", None))
    return found


def functions(header):
    """Name without imap_, result, slots of each function that both backends have from the generator."""
    for name, (result, parameters) in header.functions.items():
        if name not in BY_HAND:
            yield name, result, shapes(parameters)


def structs_used(header):
    used = {slot.more for _, _, slots in functions(header) for slot in slots if slot.kind == "struct_out"}
    return {name: fields(name, header.structs[name]) for name in header.structs if name in used}
