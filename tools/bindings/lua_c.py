"""bindings/lua/src/calls.h: each function of the library as the Lua code calls it, for the compiled module."""

import lua_shape
from header import SELF

HEAD = f"""/* Written by {SELF} from include/imap4.h: change that. Each function of the library, as both backends have it: what goes
 * in, in C's order; what comes out, C's result first. Included by imap4_core.c, which has what this needs. No function of
 * Lua that may raise an error is called between a call of the library and the moment its result is held by Lua. */
"""

PUSH = {"text": "push_text(L, from->{0}, from->{1})", "cstring": "lua_pushstring(L, from->{0})",
        "id": "push_id(L, from->{0})", "big": "push_whole(L, from->{0})",
        "number": "lua_pushinteger(L, (lua_Integer)from->{0})"}  # fmt: skip


def reader(name, fields):
    out = [f"static void push_{name}(lua_State *L, int rc, int into, const {name} *from) {{",
           "    if (!push_into(L, rc, into))", "        return;"]  # fmt: skip
    for field, kind, length in fields:
        out += [f"    {PUSH[kind].format(field, length)};", f'    lua_setfield(L, -2, "{field}");']
    return [*out, "}", ""]


class Body:
    """One wrapper: declarations, what is read from Lua, arguments of C, what is pushed."""

    def __init__(self, slots):
        self.at = 0
        self.declarations, self.arguments, self.pushes = [], [], []
        self.more = []  # statements between the call and the results
        for slot in slots:
            getattr(self, slot.kind)(slot)

    def next(self):
        self.at += 1
        return self.at

    def conn(self, slot):
        self.declarations.append(f"imap_conn *{slot.name} = conn_at(L, {self.next()})")
        self.arguments.append(slot.name)

    def response(self, slot):
        self.declarations.append(f"const imap_response *{slot.name} = response_at(L, {self.next()})")
        self.arguments.append(slot.name)

    def text(self, slot):
        self.declarations.append(f"const char *{slot.name} = text_at(L, {self.next()})")
        self.arguments.append(slot.name)

    def octets(self, slot):
        self.declarations.append(f"size_t {slot.name}_len = 0")
        self.declarations.append(f"const char *{slot.name} = octets_at(L, {self.next()}, &{slot.name}_len)")
        self.arguments += [slot.name, f"{slot.name}_len"]

    def number(self, slot):
        self.declarations.append(f"{slot.type} {slot.name} = ({slot.type})number_at(L, {self.next()})")
        self.arguments.append(slot.name)

    def id_number(self, slot):
        self.declarations.append(f"uint64_t {slot.name} = id_at(L, {self.next()})")
        self.arguments.append(slot.name)

    def new_response(self, slot):
        self.declarations.append("imap_response **held = new_response(L)")
        self.arguments.append("held")
        self.pushes.append("push_held(L, held)")

    def row(self, slot):
        self.declarations.append(f"const imap_response *{slot.name} = NULL")
        self.arguments.append(f"&{slot.name}")
        self.pushes.append(f"push_row(L, {slot.name})")

    def text_out(self, slot):
        self.declarations.append(f"const char *{slot.name} = NULL")
        self.declarations.append(f"size_t {slot.name}_len = 0")
        self.arguments += [f"&{slot.name}", f"&{slot.name}_len"]
        self.pushes.append(f"push_text(L, {slot.name}, {slot.name}_len)")

    def cstring_out(self, slot):
        self.declarations.append(f"const char *{slot.name} = NULL")
        self.arguments.append(f"&{slot.name}")
        self.pushes.append(f"lua_pushstring(L, {slot.name})")

    def number_out(self, slot):
        self.declarations.append(f"{slot.type} {slot.name} = 0")
        self.arguments.append(f"&{slot.name}")
        if slot.type == "uint64_t":
            self.pushes.append(f"push_whole(L, {slot.name})")
        else:
            self.pushes.append(f"lua_pushinteger(L, (lua_Integer){slot.name})")

    def id_out(self, slot):
        self.declarations.append(f"uint64_t {slot.name} = 0")
        self.arguments.append(f"&{slot.name}")
        self.pushes.append(f"push_id(L, {slot.name})")

    def cursor(self, slot):
        self.declarations.append(f"uint32_t {slot.name} = (uint32_t)number_at(L, {self.next()})")
        self.arguments.append(f"&{slot.name}")
        self.pushes.append(f"lua_pushinteger(L, (lua_Integer){slot.name})")

    def struct_out(self, slot):
        self.declarations.append(f"{slot.more} {slot.name}")
        self.arguments += [f"&{slot.name}", f"sizeof {slot.name}"]
        self.pushes.append(f"push_{slot.more}(L, rc, {self.next()}, &{slot.name})")

    def numbers_out(self, slot):
        self.declarations += [f"const uint32_t *{slot.name} = NULL", "size_t count = 0"]
        self.arguments += [f"&{slot.name}", "&count"]
        self.pushes.append(f"push_numbers(L, rc, {slot.name}, count)")

    def copied_out(self, slot):
        self.declarations += [f"const imap_copied *{slot.name} = NULL", "size_t count = 0"]
        self.arguments += [f"&{slot.name}", "&count"]
        self.pushes.append(f"push_copied(L, rc, {slot.name}, count)")

    def node_array(self, slot):
        self.declarations += ["size_t n = 0", "uint32_t *nodes"]
        ask = ", ".join([*self.arguments, "NULL", "0", "&n"])
        self.more_before = [f"{{name}}({ask});", "nodes = lua_newuserdata(L, (n + 1) * sizeof *nodes);"]
        self.arguments += ["nodes", "n", "&n"]
        self.pushes.append("push_numbers(L, rc, nodes, n)")

    def buffer(self, slot):
        self.declarations += ["char room[4096]", "char *buf = room"]
        if slot.more:
            self.declarations.append("size_t needed = 0")
            again = ", ".join([*self.arguments, "buf", "needed + 1", "&needed"])
            self.arguments += ["buf", "sizeof room", "&needed"]
            self.more += ["if (needed >= sizeof room) {", "    buf = lua_newuserdata(L, needed + 1);",
                          f"    rc = {{name}}({again});", "}"]  # fmt: skip
            self.pushes.append("push_text(L, rc == IMAP_OK ? buf : NULL, needed)")
        else:
            self.arguments += ["buf", "sizeof room"]
            self.pushes.append("lua_pushstring(L, rc == IMAP_OK ? buf : NULL)")


RESULTS = {
    "const char *": "lua_pushstring(L, rc)",
    "const imap_response *": "push_row(L, rc)",
    "uint64_t": "push_whole(L, rc)",
}


def wrapper(name, result, slots):
    body = Body(slots)
    call = f"{name}({', '.join(body.arguments)})"
    out = [f"static int call_{name.removeprefix('imap_')}(lua_State *L) {{"]
    declarations = [line + ";" for line in body.declarations]
    if result != "void":
        declarations.append(f"{result}{'' if result.endswith('*') else ' '}rc;")
    out += ["    " + line for line in declarations]
    for line in getattr(body, "more_before", []):
        out.append("    " + line.replace("{name}", name))
    out.append(f"    {call};" if result == "void" else f"    rc = {call};")
    out += ["    " + line.replace("{name}", name) for line in body.more]
    count = len(body.pushes)
    if result != "void":
        out.append("    " + RESULTS.get(result, "lua_pushinteger(L, (lua_Integer)rc)") + ";")
        count += 1
    out += [f"    {push};" for push in body.pushes]
    if not slots:
        out.insert(1, "    (void)L;") if count == 0 else None
    return [*out, f"    return {count};", "}", ""]


def written(header):
    out = [HEAD]
    for name, fields in lua_shape.structs_used(header).items():
        out += reader(name, fields)
    names = []
    for name, result, slots in lua_shape.functions(header):
        names.append(name.removeprefix("imap_"))
        out += wrapper(name, result, slots)
    out.append("static const luaL_Reg calls[] = {")
    out += [f'    {{"{name}", call_{name}}},' for name in names]
    out += ["    {NULL, NULL},", "};", "", "static const struct constant {", "    const char *name;", "    int64_t value;",
            "} constants[] = {"]  # fmt: skip
    for values in header.constants().values():
        out += [f'    {{"{name}", {name}}},' for name in values]
    return "\n".join([*out, "    {NULL, 0},", "};", ""])
