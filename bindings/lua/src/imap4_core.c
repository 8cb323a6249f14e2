/* The compiled module imap4_core: the C library for PUC Lua 5.1 to 5.4, and for LuaJIT without its ffi. Its functions have
 * the shape of bindings/lua/imap4/backend_ffi.lua; most are in calls.h, here are handles, arrays and the system's calls.
 *
 * Handles are userdata that the collector frees. A function that may raise an error of Lua's (which jumps) is never called
 * while only C holds something of the library's: the userdata is made first and filled by the call. Nothing calls Lua. */
#include <errno.h>
#include <imap4.h>
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <math.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONN "imap4.conn"
#define RESPONSE "imap4.response"
#if LUA_VERSION_NUM >= 502
#define lua_objlen lua_rawlen
#endif

#define WHOLE 9007199254740992.0 /* doubles hold every whole number up to this */

/* ---- What goes in ---- */

static imap_conn *conn_at(lua_State *L, int i) {
    return *(imap_conn **)luaL_checkudata(L, i, CONN); /* NULL after free: the library says so */
}

/* A response that Lua owns, or, as light userdata, one that is borrowed. */
static const imap_response *response_at(lua_State *L, int i) {
    if (lua_islightuserdata(L, i))
        return lua_touserdata(L, i);
    return *(imap_response **)luaL_checkudata(L, i, RESPONSE);
}

static const char *octets_at(lua_State *L, int i, size_t *len) {
    if (lua_isnoneornil(L, i))
        return NULL;
    return luaL_checklstring(L, i, len);
}

static const char *text_at(lua_State *L, int i) {
    size_t len = 0;
    const char *text = octets_at(L, i, &len);
    if (text != NULL && memchr(text, '\0', len) != NULL)
        luaL_argerror(L, i, "has a NUL inside");
    return text;
}

static int64_t number_at(lua_State *L, int i) {
    lua_Number number = luaL_checknumber(L, i);
    if (!(number >= -WHOLE && number <= WHOLE) || floor(number) != number)
        luaL_argerror(L, i, "is no whole number");
    return (int64_t)number;
}

/* A number or its digits. */
static uint64_t id_at(lua_State *L, int i) {
    if (lua_type(L, i) == LUA_TSTRING)
        return strtoull(lua_tostring(L, i), NULL, 10);
    return (uint64_t)number_at(L, i);
}

/* ---- What comes out ---- */

static void push_text(lua_State *L, const char *text, size_t len) {
    if (text == NULL)
        lua_pushnil(L);
    else
        lua_pushlstring(L, text, len);
}

static void push_id(lua_State *L, uint64_t number) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    lua_pushlstring(L, digits, (size_t)len);
}

static void push_whole(lua_State *L, uint64_t number) {
    if (number <= (uint64_t)WHOLE)
        lua_pushinteger(L, (lua_Integer)number);
    else
        push_id(L, number);
}

/* The place for a response that is about to come; what is in it is freed with it. */
static imap_response **new_response(lua_State *L) {
    imap_response **held = lua_newuserdata(L, sizeof(imap_response *));
    *held = NULL;
    luaL_getmetatable(L, RESPONSE);
    lua_setmetatable(L, -2);
    return held;
}

/* The userdata that new_response made, which is on the stack below the results; nil if nothing came. */
static void push_held(lua_State *L, imap_response **held) {
    int i = lua_gettop(L);
    if (*held == NULL) {
        lua_pushnil(L);
        return;
    }
    while (i > 0 && lua_touserdata(L, i) != (void *)held)
        i--;
    lua_pushvalue(L, i);
}

static void push_row(lua_State *L, const imap_response *row) {
    if (row == NULL)
        lua_pushnil(L);
    else
        lua_pushlightuserdata(L, (void *)row);
}

/* The table that a struct goes into: the one at the place, or a new one; nil if there is no struct. */
static int push_into(lua_State *L, int rc, int into) {
    if (rc != IMAP_OK)
        lua_pushnil(L);
    else if (lua_istable(L, into))
        lua_pushvalue(L, into);
    else
        lua_newtable(L);
    return rc == IMAP_OK;
}

static void push_numbers(lua_State *L, int rc, const uint32_t *numbers, size_t count) {
    size_t i;
    if (!push_into(L, rc, INT_MAX))
        return;
    for (i = 0; i < count; i++) {
        lua_pushinteger(L, (lua_Integer)numbers[i]);
        lua_rawseti(L, -2, (int)(i + 1));
    }
}

static void set_number(lua_State *L, const char *name, uint32_t number) {
    lua_pushinteger(L, (lua_Integer)number);
    lua_setfield(L, -2, name);
}

static void push_copied(lua_State *L, int rc, const imap_copied *ranges, size_t count) {
    size_t i;
    if (!push_into(L, rc, INT_MAX))
        return;
    for (i = 0; i < count; i++) {
        lua_createtable(L, 0, 3);
        set_number(L, "source", ranges[i].source);
        set_number(L, "copy", ranges[i].copy);
        set_number(L, "count", ranges[i].count);
        lua_rawseti(L, -2, (int)(i + 1));
    }
}

#include "calls.h"

/* ---- Handles ---- */

static int free_conn(lua_State *L) {
    imap_conn **held = luaL_checkudata(L, 1, CONN);
    imap_conn *conn = *held;
    *held = NULL;
    imap_free(conn);
    return 0;
}

static int is_open(lua_State *L) {
    lua_pushboolean(L, conn_at(L, 1) != NULL);
    return 1;
}

static int free_response(lua_State *L) {
    imap_response **held = luaL_checkudata(L, 1, RESPONSE);
    imap_response *response = *held;
    *held = NULL;
    imap_response_free(response);
    return 0;
}

static int response_parse(lua_State *L) {
    size_t len, used = 0;
    const char *octets = luaL_checklstring(L, 1, &len);
    imap_response **held = new_response(L);
    lua_pushinteger(L, imap_response_parse(octets, len, NULL, held, &used));
    push_held(L, held);
    lua_pushinteger(L, (lua_Integer)used);
    return 3;
}

/* ---- Opening ---- */

/* Options are freed in every case, so nothing below may jump while they are there: all is checked first. */
static int set_options(lua_State *L, int table, imap_options *options) {
    int i, rc = IMAP_OK, count = (int)lua_objlen(L, table);
    for (i = 1; i <= count && rc == IMAP_OK; i++) {
        int number, kind;
        lua_rawgeti(L, table, i);
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        number = (int)lua_tonumber(L, -2);
        kind = lua_type(L, -1);
        if (kind == LUA_TNUMBER)
            rc = imap_options_set_int(options, number, (int64_t)lua_tonumber(L, -1));
        else
            rc = imap_options_set_str(options, number, kind == LUA_TSTRING ? lua_tostring(L, -1) : NULL);
        lua_pop(L, 3);
    }
    return rc;
}

static void check_options(lua_State *L, int table) {
    int i, count;
    if (lua_isnil(L, table)) {
        lua_newtable(L);
        lua_replace(L, table);
    }
    luaL_checktype(L, table, LUA_TTABLE);
    count = (int)lua_objlen(L, table);
    for (i = 1; i <= count; i++) {
        lua_rawgeti(L, table, i);
        if (!lua_istable(L, -1))
            luaL_argerror(L, table, "is no list of pairs");
        lua_pop(L, 1);
    }
}

/* A list of texts as an array with NULL behind it; false gives NULL. The texts stay in the list. */
static const char **words_at(lua_State *L, int table, size_t *count) {
    const char **words;
    size_t i;
    luaL_checktype(L, table, LUA_TTABLE);
    *count = lua_objlen(L, table);
    words = lua_newuserdata(L, (*count + 1) * sizeof *words);
    for (i = 0; i < *count; i++) {
        lua_rawgeti(L, table, (int)(i + 1));
        if (!lua_isboolean(L, -1) && lua_type(L, -1) != LUA_TSTRING)
            luaL_argerror(L, table, "is no list of strings");
        words[i] = lua_isboolean(L, -1) ? NULL : text_at(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    words[*count] = NULL;
    return words;
}

static int way_number(lua_State *L, int i) {
    int number;
    lua_rawgeti(L, 2, i);
    number = (int)luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return number;
}

/* open(how, a, b, c, options): a, b, c are what the function of the library takes. */
static int open_conn(lua_State *L) {
    const char *how = luaL_checkstring(L, 1), *host = NULL, **words = NULL;
    int port = 0, tls = 0, read_fd = -1, write_fd = -1, flags = 0, rc;
    size_t count;
    imap_options *options = NULL;
    imap_conn **held;
    lua_settop(L, 5);
    check_options(L, 5);
    switch (how[0]) {
    case 'h':
        host = text_at(L, 2);
        port = (int)number_at(L, 3);
        tls = (int)number_at(L, 4);
        break;
    case 'c':
        host = text_at(L, 2);
        break;
    case 'a':
        words = words_at(L, 2, &count);
        break;
    case 'f':
        luaL_checktype(L, 2, LUA_TTABLE);
        read_fd = way_number(L, 1);
        write_fd = way_number(L, 2);
        flags = way_number(L, 3);
        tls = way_number(L, 5);
        lua_rawgeti(L, 2, 4); /* stays on the stack */
        host = text_at(L, lua_gettop(L));
        break;
    default:
        return luaL_argerror(L, 1, "is host, command, argv or fd");
    }
    held = lua_newuserdata(L, sizeof *held);
    *held = NULL;
    luaL_getmetatable(L, CONN);
    lua_setmetatable(L, -2);
    luaL_checkstack(L, 8, "to open a connection"); /* set_options pushes, and must not fail */
    rc = imap_options_new(&options);
    if (rc == IMAP_OK)
        rc = set_options(L, 5, options);
    if (rc == IMAP_OK) {
        if (how[0] == 'h')
            rc = imap_open(host, port, tls, options, held);
        else if (how[0] == 'c')
            rc = imap_open_command(host, options, held);
        else if (how[0] == 'a')
            rc = imap_open_argv(words, options, held);
        else
            rc = imap_open_fd(read_fd, write_fd, flags, host, tls, options, held);
    }
    imap_options_free(options);
    lua_pushinteger(L, rc);
    if (*held == NULL)
        lua_pushnil(L);
    else
        lua_pushvalue(L, -2);
    return 2;
}

/* ---- Commands with arrays ---- */

/* {type, text, flags, …} as the library takes it. The texts stay in the table. */
static imap_arg *args_at(lua_State *L, int table, size_t *count) {
    imap_arg *args;
    size_t i;
    luaL_checktype(L, table, LUA_TTABLE);
    *count = lua_objlen(L, table) / 3;
    args = lua_newuserdata(L, (*count + 1) * sizeof *args);
    for (i = 0; i < *count; i++) {
        int at = (int)(3 * i);
        lua_rawgeti(L, table, at + 1);
        lua_rawgeti(L, table, at + 2);
        lua_rawgeti(L, table, at + 3);
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_argerror(L, table, "is no list of arguments");
        args[i].type = (int32_t)luaL_checknumber(L, -3);
        args[i].ptr = lua_tolstring(L, -2, &args[i].len);
        args[i].flags = (int32_t)luaL_checknumber(L, -1);
        lua_pop(L, 3);
    }
    return args;
}

static int command(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = text_at(L, 2);
    size_t count;
    imap_arg *args = args_at(L, 3, &count);
    imap_response **held = new_response(L);
    lua_pushinteger(L, imap_command(conn, name, args, count, held));
    push_held(L, held);
    return 2;
}

static int submit(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = text_at(L, 2);
    size_t count;
    imap_arg *args = args_at(L, 3, &count);
    uint32_t id = 0;
    lua_pushinteger(L, imap_submit(conn, name, args, count, &id));
    lua_pushinteger(L, (lua_Integer)id);
    return 2;
}

static int cmd_id(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t count;
    const char **words = words_at(L, 2, &count);
    imap_response **held = new_response(L);
    lua_pushinteger(L, imap_cmd_id(conn, words, count, held));
    push_held(L, held);
    return 2;
}

/* ---- Literals ---- */

static int literal_read(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t most = (size_t)number_at(L, 2), n = 0;
    char *room = lua_newuserdata(L, most + 1);
    int rc = imap_literal_read(conn, room, most, &n);
    lua_pushinteger(L, rc);
    lua_pushlstring(L, room, n);
    return 2;
}

/* The octets of a string from a place on. */
static const char *rest_at(lua_State *L, int i, size_t *len) {
    const char *octets = luaL_checklstring(L, i, len);
    size_t first = (size_t)number_at(L, i + 1);
    if (first > *len)
        luaL_argerror(L, i + 1, "is behind the end");
    *len -= first;
    return octets + first;
}

static int literal_write(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t len, taken = 0;
    const char *octets = rest_at(L, 2, &len);
    lua_pushinteger(L, imap_literal_write(conn, octets, len, &taken));
    lua_pushinteger(L, (lua_Integer)taken);
    return 2;
}

/* ---- The system ---- */

static int has(lua_State *L) {
    lua_pushboolean(L, (number_at(L, 1) & number_at(L, 2)) != 0);
    return 1;
}

static struct pollfd polled(lua_State *L, int i) {
    struct pollfd one = {-1, 0, 0};
    int64_t wants = lua_isnoneornil(L, i + 1) ? 0 : number_at(L, i + 1);
    if (!lua_isnoneornil(L, i))
        one.fd = (int)number_at(L, i);
    one.events = (short)((wants & IMAP_WANT_READ ? POLLIN : 0) | (wants & IMAP_WANT_WRITE ? POLLOUT : 0));
    return one;
}

/* Waits for one or two descriptors; seconds nil: for ever. How many are ready; -1 if a signal came. */
static int poll_fds(lua_State *L) {
    struct pollfd both[2];
    int ms = -1, ready;
    both[0] = polled(L, 1);
    both[1] = polled(L, 3);
    if (!lua_isnoneornil(L, 5)) {
        double wanted = ceil(luaL_checknumber(L, 5) * 1000);
        ms = wanted > INT_MAX ? INT_MAX : wanted > 0 ? (int)wanted : 0;
    }
    ready = poll(both, 2, ms);
    if (ready < 0 && errno != EINTR)
        return luaL_error(L, "imap4: poll: %s", strerror(errno));
    lua_pushinteger(L, ready);
    return 1;
}

static int push_clock(lua_State *L, clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    lua_pushnumber(L, (lua_Number)time.tv_sec + (lua_Number)time.tv_nsec / 1e9);
    return 1;
}

static int now(lua_State *L) { return push_clock(L, CLOCK_MONOTONIC); }
static int wall_clock(lua_State *L) { return push_clock(L, CLOCK_REALTIME); }

static int push_failure(lua_State *L) {
    lua_pushnil(L);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        lua_pushstring(L, "again");
    else
        lua_pushstring(L, strerror(errno));
    return 2;
}

/* Two connected sockets that do not wait, closed in programs that are started. */
static int socket_pair(lua_State *L) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        return push_failure(L);
    lua_pushinteger(L, pair[0]);
    lua_pushinteger(L, pair[1]);
    return 2;
}

static int fd_read(lua_State *L) {
    int fd = (int)number_at(L, 1);
    size_t most = (size_t)number_at(L, 2);
    char *room = lua_newuserdata(L, most + 1);
    ssize_t n = read(fd, room, most);
    if (n < 0)
        return push_failure(L);
    if (n > 0) {
        lua_pushlstring(L, room, (size_t)n);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, "eof");
    return 2;
}

static int fd_write(lua_State *L) {
    int fd = (int)number_at(L, 1);
    size_t len;
    const char *octets = rest_at(L, 2, &len);
    ssize_t n = send(fd, octets, len, MSG_NOSIGNAL);
    if (n < 0)
        return push_failure(L);
    lua_pushinteger(L, (lua_Integer)n);
    return 1;
}

static int fd_close(lua_State *L) {
    close((int)number_at(L, 1));
    return 0;
}

/* The descriptor of a file of Lua's, nil if it is none or closed. FILE * is the first member in every Lua. */
static int file_number(lua_State *L) {
    FILE *file = NULL;
    if (lua_getmetatable(L, 1)) {
        luaL_getmetatable(L, "FILE*");
        if (lua_rawequal(L, -1, -2))
            file = *(FILE **)lua_touserdata(L, 1);
    }
    if (file == NULL)
        lua_pushnil(L);
    else
        lua_pushinteger(L, fileno(file));
    return 1;
}

static const luaL_Reg by_hand[] = {
    {"free", free_conn},
    {"is_open", is_open},
    {"response_free", free_response},
    {"response_parse", response_parse},
    {"open", open_conn},
    {"command", command},
    {"submit", submit},
    {"cmd_id", cmd_id},
    {"literal_read", literal_read},
    {"literal_write", literal_write},
    {"has", has},
    {"poll", poll_fds},
    {"now", now},
    {"clock", wall_clock},
    {"socketpair", socket_pair},
    {"fd_read", fd_read},
    {"fd_write", fd_write},
    {"fd_close", fd_close},
    {"fileno", file_number},
    {NULL, NULL},
};

static void set_functions(lua_State *L, const luaL_Reg *functions) {
    for (; functions->name != NULL; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, -2, functions->name);
    }
}

static void make_kind(lua_State *L, const char *name, lua_CFunction collect) {
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0); /* nobody sees or changes it */
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

int luaopen_imap4_core(lua_State *L);

__attribute__((visibility("default"))) int luaopen_imap4_core(lua_State *L) {
    const struct constant *one;
    make_kind(L, CONN, free_conn);
    make_kind(L, RESPONSE, free_response);
    lua_newtable(L);
    set_functions(L, calls);
    set_functions(L, by_hand);
    lua_newtable(L);
    for (one = constants; one->name != NULL; one++) {
        lua_pushinteger(L, (lua_Integer)one->value);
        lua_setfield(L, -2, one->name);
    }
    lua_setfield(L, -2, "constants");
    lua_pushstring(L, "module");
    lua_setfield(L, -2, "backend");
    return 1;
}
