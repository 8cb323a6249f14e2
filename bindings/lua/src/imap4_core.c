/* The C library for Lua 5.1 to 5.4: the functions of imap4/backend_ffi.lua and what it gathers, for interpreters without
 * an ffi. In: handles, strings, numbers. Out: the same, and tables. Checks of what users give are in the Lua code above;
 * here a wrong type raises an error and nothing more.
 *
 * Handles are userdata that hold one pointer and free it when collected; it is NULL once freed, and the library takes
 * NULL. A row that is only lent is a light userdata: who has one sees to it that its owner lives.
 *
 * Lua may leave any function of it by longjmp (out of memory, a wrong type). So what the library hands out goes straight
 * into a userdata that was made before, nothing else is held meanwhile, and no function of Lua's is ever called from
 * here: nothing can yield. */
#define _POSIX_C_SOURCE 200809L

#include <imap4.h>

#include <lauxlib.h>
#include <lua.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
#endif

#define CONN "imap4.conn"
#define RESPONSE "imap4.response_handle"
#define OPTIONS "imap4.options"
#define GUARD "imap4.descriptor"
#define LONG_LITERAL 65536 /* from here on a literal is kept beside its line */
#define SECRET 1000 /* added to the type of an argument that is masked and wiped */

/* ---- Values ---------------------------------------------------------------------------------- */

static void push_unsigned(lua_State *L, uint64_t number) {
#if LUA_VERSION_NUM >= 503
    if (number <= INT64_MAX) {
        lua_pushinteger(L, (lua_Integer)number);
        return;
    }
#endif
    lua_pushnumber(L, (lua_Number)number);
}

static void push_signed(lua_State *L, int64_t number) {
#if LUA_VERSION_NUM >= 503
    lua_pushinteger(L, (lua_Integer)number);
#else
    lua_pushnumber(L, (lua_Number)number);
#endif
}

/* A number of 64 bits in decimal digits, which no version of Lua rounds. */
static void push_decimal(lua_State *L, uint64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    lua_pushstring(L, digits);
}

static void push_text(lua_State *L, const char *ptr, size_t len) {
    if (ptr != NULL)
        lua_pushlstring(L, ptr, len);
    else
        lua_pushnil(L);
}

static void set_text(lua_State *L, const char *name, const char *ptr, size_t len) {
    if (ptr != NULL) {
        lua_pushlstring(L, ptr, len);
        lua_setfield(L, -2, name);
    }
}

static void set_unsigned(lua_State *L, const char *name, uint64_t number) {
    push_unsigned(L, number);
    lua_setfield(L, -2, name);
}

/* 0 stands for "none". */
static void set_some(lua_State *L, const char *name, uint64_t number) {
    if (number != 0)
        set_unsigned(L, name, number);
}

static void set_decimal(lua_State *L, const char *name, uint64_t number) {
    push_decimal(L, number);
    lua_setfield(L, -2, name);
}

static void set_boolean(lua_State *L, const char *name, int is) {
    lua_pushboolean(L, is);
    lua_setfield(L, -2, name);
}

/* The octet between the levels of names. */
static void set_delimiter(lua_State *L, uint32_t octet) {
    char text = (char)octet;
    if (octet != 0)
        set_text(L, "delimiter", &text, 1);
}

static int64_t to_whole(lua_State *L, int at) {
    lua_Number number = luaL_checknumber(L, at);
    if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0) || number != floor(number))
        luaL_argerror(L, at, "not a whole number");
    return (int64_t)number;
}

static int to_int(lua_State *L, int at) {
    int64_t number = to_whole(L, at);
    if (number < INT_MIN || number > INT_MAX)
        luaL_argerror(L, at, "out of range");
    return (int)number;
}

static uint32_t to_node(lua_State *L, int at) {
    int64_t number = to_whole(L, at);
    if (number < 0 || number > UINT32_MAX)
        luaL_argerror(L, at, "out of range");
    return (uint32_t)number;
}

static const char *optional_string(lua_State *L, int at) {
    return luaL_optstring(L, at, NULL);
}

/* ---- Handles --------------------------------------------------------------------------------- */

static void *handle_at(lua_State *L, int at, const char *kind) {
    if (lua_isnoneornil(L, at))
        return NULL;
    return *(void **)luaL_checkudata(L, at, kind);
}

static imap_conn *conn_at(lua_State *L, int at) {
    return handle_at(L, at, CONN);
}

static const imap_response *response_at(lua_State *L, int at) {
    if (lua_islightuserdata(L, at))
        return lua_touserdata(L, at);
    return handle_at(L, at, RESPONSE);
}

/* A place for what a call hands out, on the stack and owned by the collector. */
static void *new_handle(lua_State *L, const char *kind) {
    void **place = lua_newuserdata(L, sizeof *place);
    *place = NULL;
    luaL_getmetatable(L, kind);
    lua_setmetatable(L, -2);
    return place;
}

static imap_response **new_response(lua_State *L) {
    return new_handle(L, RESPONSE);
}

/* Nothing came: nil in its place. */
static void nil_if_empty(lua_State *L, void *const *place) {
    if (*place == NULL) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

static int conn_gc(lua_State *L) {
    imap_conn **place = luaL_checkudata(L, 1, CONN);
    imap_conn *conn = *place;
    *place = NULL;
    imap_free(conn);
    return 0;
}

static int response_gc(lua_State *L) {
    imap_response **place = luaL_checkudata(L, 1, RESPONSE);
    imap_response *response = *place;
    *place = NULL;
    imap_response_free(response);
    return 0;
}

static int options_gc(lua_State *L) {
    imap_options **place = luaL_checkudata(L, 1, OPTIONS);
    imap_options *options = *place;
    *place = NULL;
    imap_options_free(options);
    return 0;
}

static int return_rc(lua_State *L, int rc) {
    lua_pushinteger(L, rc);
    return 1;
}

/* ---- The library ----------------------------------------------------------------------------- */

static int l_version(lua_State *L) {
    lua_pushstring(L, imap_version_string());
    lua_pushinteger(L, imap_version_number());
    return 2;
}

static int l_has_feature(lua_State *L) {
    lua_pushboolean(L, imap_has_feature(luaL_checkstring(L, 1)));
    return 1;
}

static int l_error_name(lua_State *L) {
    lua_pushstring(L, imap_error_name(to_int(L, 1)));
    return 1;
}

static int l_error_text(lua_State *L) {
    lua_pushstring(L, imap_error_text(to_int(L, 1)));
    return 1;
}

static int l_error_class(lua_State *L) {
    return return_rc(L, imap_error_class(to_int(L, 1)));
}

static int l_options(lua_State *L) {
    imap_options **place = new_handle(L, OPTIONS);
    if (imap_options_new(place) != IMAP_OK)
        return luaL_error(L, "imap4: out of memory");
    return 1;
}

static int l_options_int(lua_State *L) {
    return return_rc(L, imap_options_set_int(handle_at(L, 1, OPTIONS), to_int(L, 2), to_whole(L, 3)));
}

static int l_options_str(lua_State *L) {
    return return_rc(L, imap_options_set_str(handle_at(L, 1, OPTIONS), to_int(L, 2), optional_string(L, 3)));
}

/* ---- Opening and closing --------------------------------------------------------------------- */

/* The return code, the handle on the top of the stack, and the id. */
static int opened(lua_State *L, int rc, imap_conn **place) {
    imap_conn *conn = *place;
    nil_if_empty(L, (void **)place);
    lua_pushinteger(L, rc);
    lua_insert(L, -2);
    push_unsigned(L, imap_last_id(conn));
    return 3;
}

static int l_open(lua_State *L) {
    const char *host = luaL_checkstring(L, 1);
    int port = to_int(L, 2), mode = to_int(L, 3);
    imap_options *options = handle_at(L, 4, OPTIONS);
    imap_conn **place = new_handle(L, CONN);
    return opened(L, imap_open(host, port, mode, options, place), place);
}

static int l_open_command(lua_State *L) {
    const char *line = luaL_checkstring(L, 1);
    imap_options *options = handle_at(L, 2, OPTIONS);
    imap_conn **place = new_handle(L, CONN);
    return opened(L, imap_open_command(line, options, place), place);
}

static int l_open_argv(lua_State *L) {
    imap_options *options = handle_at(L, 2, OPTIONS);
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t count = lua_rawlen(L, 1);
    if (count > INT_MAX / 2)
        return luaL_argerror(L, 1, "too many words");
    const char **argv = lua_newuserdata(L, (count + 1) * sizeof *argv);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (int)i + 1);
        argv[i] = luaL_checkstring(L, -1); /* the table holds it */
        lua_pop(L, 1);
    }
    argv[count] = NULL;
    imap_conn **place = new_handle(L, CONN);
    return opened(L, imap_open_argv(argv, options, place), place);
}

static int l_open_fd(lua_State *L) {
    int read_fd = to_int(L, 1), write_fd = to_int(L, 2), flags = to_int(L, 3), mode = to_int(L, 5);
    const char *host = optional_string(L, 4);
    imap_options *options = handle_at(L, 6, OPTIONS);
    imap_conn **place = new_handle(L, CONN);
    return opened(L, imap_open_fd(read_fd, write_fd, flags, host, mode, options, place), place);
}

static int l_shutdown(lua_State *L) {
    imap_shutdown(conn_at(L, 1));
    return 0;
}

static int l_child_pid(lua_State *L) {
    int pid = 0;
    lua_pushinteger(L, imap_child_pid(conn_at(L, 1), &pid));
    lua_pushinteger(L, pid);
    return 2;
}

static int l_child_status(lua_State *L) {
    int status = 0;
    lua_pushinteger(L, imap_child_status(conn_at(L, 1), &status));
    lua_pushinteger(L, status);
    return 2;
}

/* ---- What is known of a connection ----------------------------------------------------------- */

static int l_last(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    lua_pushstring(L, imap_last_message(conn));
    lua_pushstring(L, imap_last_text(conn));
    lua_pushstring(L, imap_last_code(conn));
    lua_pushinteger(L, imap_last_errno(conn));
    return 4;
}

static int l_state(lua_State *L) {
    int state = imap_conn_state(conn_at(L, 1));
    lua_pushinteger(L, state);
    lua_pushstring(L, imap_state_name(state));
    return 2;
}

static int l_is_readonly(lua_State *L) {
    lua_pushboolean(L, imap_is_readonly(conn_at(L, 1)));
    return 1;
}

static int l_utf8_enabled(lua_State *L) {
    lua_pushboolean(L, imap_utf8_enabled(conn_at(L, 1)));
    return 1;
}

static int l_protocol(lua_State *L) {
    lua_pushstring(L, imap_protocol_version(conn_at(L, 1)));
    return 1;
}

static int l_greeting(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **place = new_response(L);
    imap_greeting(conn, place);
    nil_if_empty(L, (void **)place);
    return 1;
}

static int l_has_capability(lua_State *L) {
    lua_pushboolean(L, imap_has_capability(conn_at(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

static int l_capabilities(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int count = imap_capability_count(conn);
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushstring(L, imap_capability_at(conn, i));
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int l_capability_is_stale(lua_State *L) {
    lua_pushboolean(L, imap_capability_is_stale(conn_at(L, 1)));
    return 1;
}

static int l_get_int(lua_State *L) {
    int64_t value;
    if (imap_get_int(conn_at(L, 1), to_int(L, 2), &value) != IMAP_OK)
        return 0;
    push_signed(L, value);
    return 1;
}

static int l_get_str(lua_State *L) {
    const char *value;
    if (imap_get_str(conn_at(L, 1), to_int(L, 2), &value) != IMAP_OK || value == NULL)
        return 0;
    lua_pushstring(L, value);
    return 1;
}

static int l_set_int(lua_State *L) {
    return return_rc(L, imap_set_int(conn_at(L, 1), to_int(L, 2), to_whole(L, 3)));
}

static int l_set_str(lua_State *L) {
    return return_rc(L, imap_set_str(conn_at(L, 1), to_int(L, 2), optional_string(L, 3)));
}

static int l_interest(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    lua_pushinteger(L, imap_fd(conn));
    lua_pushinteger(L, imap_write_fd(conn));
    lua_pushinteger(L, imap_wants(conn));
    lua_pushinteger(L, imap_timeout(conn));
    return 4;
}

static int l_progress(lua_State *L) {
    uint64_t done, total;
    if (imap_progress(conn_at(L, 1), to_node(L, 2), &done, &total) != IMAP_OK)
        return 0;
    push_unsigned(L, done);
    push_unsigned(L, total);
    return 2;
}

static int l_trace(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int count = imap_trace_count(conn);
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        const char *ptr;
        size_t len;
        int64_t unix_ms;
        if (imap_trace_line(conn, i, &ptr, &len, &unix_ms) != IMAP_OK)
            break;
        lua_createtable(L, 0, 2);
        set_text(L, "text", ptr, len);
        lua_pushnumber(L, (lua_Number)unix_ms / 1000);
        lua_setfield(L, -2, "time");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int l_trace_clear(lua_State *L) {
    imap_trace_clear(conn_at(L, 1));
    return 0;
}

static int l_tls_info(lua_State *L) {
    imap_tls_info info;
    if (imap_tls_info_get(conn_at(L, 1), &info, sizeof info) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 4);
    set_text(L, "version", info.version, info.version != NULL ? strlen(info.version) : 0);
    set_text(L, "cipher", info.cipher, info.cipher != NULL ? strlen(info.cipher) : 0);
    set_text(L, "certificate", info.peer_der, info.peer_der_len);
    set_boolean(L, "verified", info.verified);
    return 1;
}

/* ---- Commands -------------------------------------------------------------------------------- */

/* The return code, and the id of what was queued. */
static int queued(lua_State *L, imap_conn *conn, int rc) {
    lua_pushinteger(L, rc);
    if (rc != IMAP_QUEUED)
        return 1;
    push_unsigned(L, imap_last_id(conn));
    return 2;
}

/* submit(conn, name, { n = …, type, octets or false, … }) */
static int l_submit(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = luaL_checkstring(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_getfield(L, 3, "n");
    int count = to_int(L, -1) / 2;
    if (count < 0 || count > INT_MAX / 64)
        return luaL_argerror(L, 3, "too many arguments");
    imap_arg *argv = lua_newuserdata(L, ((size_t)count + 1) * sizeof *argv);
    for (int i = 0; i < count; i++) {
        imap_arg arg = {NULL, 0, 0, 0};
        lua_rawgeti(L, 3, 2 * i + 1);
        arg.type = (int32_t)luaL_checkinteger(L, -1);
        if (arg.type >= SECRET) {
            arg.type -= SECRET;
            arg.flags = IMAP_ARG_SECRET;
        }
        lua_rawgeti(L, 3, 2 * i + 2);
        if (lua_isstring(L, -1))
            arg.ptr = lua_tolstring(L, -1, &arg.len); /* the table holds it */
        lua_pop(L, 2);
        argv[i] = arg;
    }
    uint32_t id;
    return queued(L, conn, imap_submit(conn, name, argv, (size_t)count, &id));
}

static int l_submit_text(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id;
    return queued(L, conn, imap_submit_text(conn, luaL_checkstring(L, 2), &id));
}

static int l_search(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_search(conn, optional_string(L, 2), luaL_checkstring(L, 3), to_int(L, 4), NULL));
}

static int l_sort(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_sort(conn, luaL_checkstring(L, 2), optional_string(L, 3), luaL_checkstring(L, 4),
                                         to_int(L, 5), NULL));
}

static int l_thread(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_thread(conn, luaL_checkstring(L, 2), optional_string(L, 3),
                                           luaL_checkstring(L, 4), to_int(L, 5), NULL));
}

static int l_append(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t len;
    const char *message = luaL_checklstring(L, 5, &len);
    return queued(L, conn, imap_cmd_append(conn, optional_string(L, 2), optional_string(L, 3), optional_string(L, 4),
                                           message, len, to_int(L, 6), NULL));
}

static int l_xatom(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_xatom(conn, luaL_checkstring(L, 2), optional_string(L, 3), NULL));
}

static int l_uid(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_uid(conn, luaL_checkstring(L, 2), luaL_checkstring(L, 3), NULL));
}

static int l_recent(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_recent(conn, NULL));
}

static int l_starttls(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_starttls(conn, NULL));
}

static int l_authenticate(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_cmd_authenticate(conn, luaL_checkstring(L, 2), optional_string(L, 3),
                                                 luaL_checkstring(L, 4), luaL_checkstring(L, 5), NULL));
}

static int l_auth_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t len = 0;
    const char *initial = luaL_optlstring(L, 3, NULL, &len);
    return queued(L, conn, imap_auth_begin(conn, luaL_checkstring(L, 2), initial, len, NULL));
}

static int l_auth_challenge(lua_State *L) {
    const char *ptr;
    size_t len;
    if (imap_auth_challenge(conn_at(L, 1), &ptr, &len) != IMAP_OK)
        return 0;
    lua_pushlstring(L, ptr, len);
    return 1;
}

static int l_auth_reply(lua_State *L) {
    size_t len;
    const char *reply = luaL_checklstring(L, 2, &len);
    return return_rc(L, imap_auth_reply(conn_at(L, 1), reply, len, NULL));
}

static int l_auth_cancel(lua_State *L) {
    return return_rc(L, imap_auth_cancel(conn_at(L, 1), NULL));
}

static int l_queue_begin(lua_State *L) {
    return return_rc(L, imap_queue_begin(conn_at(L, 1)));
}

static int l_queue_end(lua_State *L) {
    return return_rc(L, imap_queue_end(conn_at(L, 1)));
}

static int l_wait(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id = to_node(L, 2);
    imap_response **place = new_response(L);
    int rc = imap_wait(conn, id, 0, place);
    nil_if_empty(L, (void **)place);
    lua_pushinteger(L, rc);
    lua_insert(L, -2);
    return 2;
}

static int l_discard(lua_State *L) {
    return return_rc(L, imap_discard(conn_at(L, 1), to_node(L, 2)));
}

static int l_next(lua_State *L) {
    const imap_response *row;
    int rc = imap_next(conn_at(L, 1), to_node(L, 2), 0, &row);
    lua_pushinteger(L, rc);
    if (rc != IMAP_OK)
        return 1;
    lua_pushlightuserdata(L, (void *)(uintptr_t)row);
    return 2;
}

static int l_event_next(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **place = new_response(L);
    imap_event_next(conn, place);
    nil_if_empty(L, (void **)place);
    return 1;
}

static int l_untagged(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = luaL_checkstring(L, 2);
    imap_response **place = new_response(L);
    int rc = imap_untagged(conn, name, place);
    nil_if_empty(L, (void **)place);
    lua_pushinteger(L, rc);
    lua_insert(L, -2);
    return 2;
}

static int l_idle_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    return queued(L, conn, imap_idle_begin(conn));
}

static int l_idle_wait(lua_State *L) {
    return return_rc(L, imap_idle_wait(conn_at(L, 1), 0));
}

static int l_idle_end(lua_State *L) {
    return return_rc(L, imap_idle_end(conn_at(L, 1)));
}

/* ---- Literals and raw octets ----------------------------------------------------------------- */

static int l_literal_info(lua_State *L) {
    imap_literal literal;
    if (imap_literal_info(conn_at(L, 1), &literal, sizeof literal) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 5);
    set_text(L, "item", literal.item, literal.item_len);
    set_unsigned(L, "size", literal.total);
    set_some(L, "number", literal.number);
    set_some(L, "uid", literal.uid);
    set_boolean(L, "binary", literal.is_binary);
    return 1;
}

static int l_literal_read(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t most = (size_t)to_node(L, 2), taken;
    char *buffer = lua_newuserdata(L, most);
    int rc = imap_literal_read(conn, buffer, most, &taken);
    lua_pushinteger(L, rc);
    if (rc != IMAP_OK)
        return 1;
    lua_pushlstring(L, buffer, taken);
    return 2;
}

static int l_literal_to_fd(lua_State *L) {
    return return_rc(L, imap_literal_to_fd(conn_at(L, 1), to_int(L, 2)));
}

static int l_literal_skip(lua_State *L) {
    return return_rc(L, imap_literal_skip(conn_at(L, 1)));
}

static int l_append_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id;
    int rc = imap_append_begin(conn, optional_string(L, 2), &id);
    lua_pushinteger(L, rc);
    push_unsigned(L, id);
    return 2;
}

static int l_append_message(lua_State *L) {
    return return_rc(L, imap_append_message(conn_at(L, 1), optional_string(L, 2), optional_string(L, 3),
                                            (uint64_t)to_whole(L, 4)));
}

/* Octets from a place on, which must be in them. */
static const char *octets_from(lua_State *L, int at, size_t *len) {
    const char *octets = luaL_checklstring(L, at, len);
    int64_t from = to_whole(L, at + 1);
    if (from < 0 || (uint64_t)from > *len)
        luaL_argerror(L, at + 1, "out of range");
    *len -= (size_t)from;
    return octets + from;
}

static int l_literal_write(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t len, taken;
    const char *octets = octets_from(L, 2, &len);
    lua_pushinteger(L, imap_literal_write(conn, octets, len, &taken));
    push_unsigned(L, taken);
    return 2;
}

static int l_append_end(lua_State *L) {
    return return_rc(L, imap_append_end(conn_at(L, 1), NULL));
}

static int l_raw_send(lua_State *L) {
    size_t len;
    const char *octets = luaL_checklstring(L, 2, &len);
    return return_rc(L, imap_raw_send(conn_at(L, 1), octets, len));
}

static int raw(lua_State *L, int rc, const char *ptr, size_t len) {
    lua_pushinteger(L, rc);
    if (rc != IMAP_OK)
        return 1;
    lua_pushlstring(L, ptr, len);
    return 2;
}

static int l_raw_readline(lua_State *L) {
    const char *ptr = NULL;
    size_t len = 0;
    int rc = imap_raw_readline(conn_at(L, 1), &ptr, &len);
    return raw(L, rc, ptr, len);
}

static int l_raw_read(lua_State *L) {
    const char *ptr = NULL;
    size_t len = 0;
    int rc = imap_raw_read(conn_at(L, 1), (size_t)to_whole(L, 2), &ptr, &len);
    return raw(L, rc, ptr, len);
}

/* ---- Responses ------------------------------------------------------------------------------- */

static int l_response_keep(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_response **place = new_response(L);
    if (imap_response_keep(response, place) != IMAP_OK)
        return luaL_error(L, "imap4: the response cannot be kept");
    return 1;
}

static int l_parse(lua_State *L) {
    size_t len, used;
    const char *octets = luaL_checklstring(L, 1, &len);
    imap_options *options = handle_at(L, 2, OPTIONS);
    imap_response **place = new_response(L);
    int rc = imap_response_parse(octets, len, options, place, &used);
    nil_if_empty(L, (void **)place);
    lua_pushinteger(L, rc);
    lua_insert(L, -2);
    push_unsigned(L, used);
    return 3;
}

static int l_status(lua_State *L) {
    return return_rc(L, imap_response_status(response_at(L, 1)));
}

static int l_kind(lua_State *L) {
    return return_rc(L, imap_response_kind(response_at(L, 1)));
}

static int l_response_name(lua_State *L) {
    lua_pushstring(L, imap_response_name(response_at(L, 1)));
    return 1;
}

static int l_number(lua_State *L) {
    uint32_t number;
    if (imap_response_number(response_at(L, 1), &number) != IMAP_OK)
        return 0;
    push_unsigned(L, number);
    return 1;
}

static int l_arrival(lua_State *L) {
    push_unsigned(L, imap_response_arrival(response_at(L, 1)));
    return 1;
}

static int text_by(lua_State *L, int (*get)(const imap_response *, const char **, size_t *)) {
    const char *ptr;
    size_t len;
    if (get(response_at(L, 1), &ptr, &len) != IMAP_OK)
        return 0;
    push_text(L, ptr, len);
    return 1;
}

static int l_text(lua_State *L) {
    return text_by(L, imap_response_text);
}

static int l_message(lua_State *L) {
    return text_by(L, imap_response_message);
}

static int l_raw(lua_State *L) {
    return text_by(L, imap_response_raw);
}

static int l_quota_root(lua_State *L) {
    return text_by(L, imap_quota_root);
}

/* Octets that the library holds for a response, about: long literals are not part of the line. */
static int l_weight(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *ptr;
    size_t len = 0;
    imap_section section;
    imap_response_raw(response, &ptr, &len);
    for (uint32_t i = 0; imap_section_get(response, i, &section, sizeof section) == IMAP_OK; i++)
        if (section.len >= LONG_LITERAL)
            len += section.len;
    push_unsigned(L, len);
    return 1;
}

static int l_malformed(lua_State *L) {
    lua_pushboolean(L, imap_response_malformed(response_at(L, 1)));
    return 1;
}

static int l_row_count(lua_State *L) {
    push_unsigned(L, imap_response_row_count(response_at(L, 1)));
    return 1;
}

static int l_row(lua_State *L) {
    const imap_response *row = imap_response_row(response_at(L, 1), (size_t)to_whole(L, 2));
    if (row == NULL)
        return 0;
    lua_pushlightuserdata(L, (void *)(uintptr_t)row);
    return 1;
}

static int l_items(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *name = optional_string(L, 2);
    size_t count = imap_response_item_count(response, name);
    lua_newtable(L);
    set_unsigned(L, "n", count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++) {
        const char *ptr, *literal;
        size_t len, literal_len;
        if (imap_response_item(response, name, i, &ptr, &len, &literal, &literal_len) != IMAP_OK)
            break;
        push_text(L, ptr, len);
        if (literal != NULL) {
            lua_createtable(L, 2, 0);
            lua_insert(L, -2);
            lua_rawseti(L, -2, 1);
            lua_pushlstring(L, literal, literal_len);
            lua_rawseti(L, -2, 2);
        }
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

static int l_node(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = to_node(L, 2);
    const char *ptr;
    size_t len;
    lua_pushinteger(L, imap_node_kind(response, node));
    if (imap_node_text(response, node, &ptr, &len) != IMAP_OK)
        return 1;
    push_text(L, ptr, len);
    return 2;
}

static int l_node_raw(lua_State *L) {
    const char *ptr;
    size_t len;
    if (imap_node_raw(response_at(L, 1), to_node(L, 2), &ptr, &len) != IMAP_OK)
        return 0;
    push_text(L, ptr, len);
    return 1;
}

static int l_node_first(lua_State *L) {
    push_unsigned(L, imap_node_first(response_at(L, 1), to_node(L, 2)));
    return 1;
}

static int l_node_next(lua_State *L) {
    push_unsigned(L, imap_node_next(response_at(L, 1), to_node(L, 2)));
    return 1;
}

static int l_words(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t list = to_node(L, 2), cursor = 0;
    const char *ptr;
    size_t len;
    lua_newtable(L);
    for (int i = 1; imap_word_next(response, list, &cursor, &ptr, &len) == IMAP_OK; i++) {
        push_text(L, ptr, len);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int l_set(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = to_node(L, 2), cursor = 0, first, last;
    lua_newtable(L);
    for (int i = 1; imap_set_next(response, node, &cursor, &first, &last) == IMAP_OK; i++) {
        lua_createtable(L, 2, 0);
        push_unsigned(L, first);
        lua_rawseti(L, -2, 1);
        push_unsigned(L, last);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* ---- FETCH ----------------------------------------------------------------------------------- */

/* Which items are there, without dates and numbers that could not be read: a 0 for them would be a lie. */
static uint32_t readable(const imap_fetch *fetch) {
    uint32_t unread = IMAP_FETCH_SIZE | IMAP_FETCH_MODSEQ | IMAP_FETCH_GM_MSGID | IMAP_FETCH_GM_THRID;
    if (fetch->internaldate == 0)
        unread |= IMAP_FETCH_INTERNALDATE;
    return fetch->has & ~(fetch->malformed & unread);
}

static int l_fetch(lua_State *L) {
    imap_fetch fetch;
    if (imap_fetch_get(response_at(L, 1), &fetch, sizeof fetch) != IMAP_OK)
        return 0;
    push_unsigned(L, readable(&fetch));
    push_unsigned(L, fetch.seq);
    push_unsigned(L, fetch.uid);
    push_unsigned(L, fetch.flags);
    push_unsigned(L, fetch.flags_node);
    push_signed(L, fetch.internaldate);
    push_signed(L, fetch.internaldate_offset_min);
    push_unsigned(L, fetch.rfc822_size);
    push_unsigned(L, fetch.envelope);
    push_unsigned(L, fetch.bodystructure);
    push_unsigned(L, fetch.body);
    push_unsigned(L, fetch.section_count);
    return 12;
}

static int l_fetch_more(lua_State *L) {
    imap_fetch fetch;
    if (imap_fetch_get(response_at(L, 1), &fetch, sizeof fetch) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 10);
    set_unsigned(L, "malformed", fetch.malformed);
    set_decimal(L, "modseq", fetch.modseq);
    set_decimal(L, "gm_msgid", fetch.gm_msgid);
    set_decimal(L, "gm_thrid", fetch.gm_thrid);
    set_unsigned(L, "email_id_node", fetch.email_id_node);
    set_unsigned(L, "thread_id_node", fetch.thread_id_node);
    push_signed(L, fetch.save_date);
    lua_setfield(L, -2, "save_date");
    set_unsigned(L, "save_date_node", fetch.save_date_node);
    set_unsigned(L, "preview_node", fetch.preview_node);
    set_unsigned(L, "gm_labels_node", fetch.gm_labels_node);
    push_unsigned(L, fetch.has);
    return 2;
}

static int l_section(lua_State *L) {
    imap_section section;
    if (imap_section_get(response_at(L, 1), to_node(L, 2), &section, sizeof section) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 7);
    set_text(L, "item", section.item, section.item_len);
    set_text(L, "part", section.part, section.part_len);
    set_unsigned(L, "kind", (uint64_t)section.kind);
    set_unsigned(L, "origin", section.origin);
    set_text(L, "octets", section.ptr, section.len);
    set_boolean(L, "binary", section.is_binary);
    set_boolean(L, "streamed", section.is_streamed);
    return 1;
}

static int l_section_octets(lua_State *L) {
    imap_section section;
    if (imap_section_find(response_at(L, 1), luaL_checkstring(L, 2), &section, sizeof section) != IMAP_OK)
        return 0;
    push_text(L, section.ptr, section.len);
    return 1;
}

/* Puts a text at a place of the array on top; nothing for NULL. */
static void text_at(lua_State *L, int place, const char *ptr, size_t len) {
    if (ptr != NULL) {
        lua_pushlstring(L, ptr, len);
        lua_rawseti(L, -2, place);
    }
}

static void number_at(lua_State *L, int place, uint64_t number) {
    push_unsigned(L, number);
    lua_rawseti(L, -2, place);
}

/* A node; nothing for none. */
static void some_at(lua_State *L, int place, uint32_t node) {
    if (node != 0)
        number_at(L, place, node);
}

/* The envelope as an array, whose places imap4/envelope.lua names. */
static int l_envelope(lua_State *L) {
    imap_envelope envelope;
    if (imap_envelope_get(response_at(L, 1), to_node(L, 2), &envelope, sizeof envelope) != IMAP_OK)
        return 0;
    lua_createtable(L, 11, 0);
    text_at(L, 1, envelope.date, envelope.date_len);
    text_at(L, 2, envelope.subject, envelope.subject_len);
    text_at(L, 3, envelope.in_reply_to, envelope.in_reply_to_len);
    text_at(L, 4, envelope.message_id, envelope.message_id_len);
    number_at(L, 5, envelope.from);
    number_at(L, 6, envelope.sender);
    number_at(L, 7, envelope.reply_to);
    number_at(L, 8, envelope.to);
    number_at(L, 9, envelope.cc);
    number_at(L, 10, envelope.bcc);
    lua_pushboolean(L, envelope.malformed != 0);
    lua_rawseti(L, -2, 11);
    return 1;
}

/* addresses(response, node, class): each gets class as its metatable. */
static int l_addresses(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = to_node(L, 2);
    imap_address address;
    if (node == 0)
        return 0;
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_newtable(L);
    for (int i = 1; imap_address_get(response, node, &address, sizeof address) == IMAP_OK; i++) {
        lua_createtable(L, 0, 4);
        if (address.kind == IMAP_ADDRESS_MAILBOX) {
            set_text(L, "raw_name", address.name, address.name_len);
            set_text(L, "mailbox", address.mailbox, address.mailbox_len);
            set_text(L, "host", address.host, address.host_len);
            set_text(L, "route", address.route, address.route_len);
        } else if (address.kind == IMAP_ADDRESS_GROUP_START) {
            set_text(L, "group", address.mailbox, address.mailbox_len);
        } else {
            set_boolean(L, "group_end", 1);
        }
        lua_pushvalue(L, 3);
        lua_setmetatable(L, -2);
        lua_rawseti(L, -2, i);
        node = address.next;
    }
    return 1;
}

/* The part as an array, whose places imap4/body.lua names; the node of its first part or its body; that of the next part. */
static int l_part(lua_State *L) {
    imap_part part;
    if (imap_part_get(response_at(L, 1), to_node(L, 2), &part, sizeof part) != IMAP_OK)
        return 0;
    lua_createtable(L, 15, 1);
    text_at(L, 2, part.media_type, part.media_type_len);
    text_at(L, 3, part.subtype, part.subtype_len);
    some_at(L, 5, part.params);
    if (part.is_multipart) {
        lua_newtable(L);
        lua_rawseti(L, -2, 6);
    }
    text_at(L, 7, part.encoding, part.encoding_len);
    if (part.octets >= 0)
        number_at(L, 8, (uint64_t)part.octets);
    if (part.lines >= 0)
        number_at(L, 9, (uint64_t)part.lines);
    text_at(L, 10, part.id, part.id_len);
    text_at(L, 11, part.description, part.description_len);
    text_at(L, 12, part.disposition, part.disposition_len);
    some_at(L, 13, part.disposition_params);
    some_at(L, 14, part.language);
    some_at(L, 15, part.envelope);
    set_text(L, "md5", part.md5, part.md5_len);
    set_text(L, "location", part.location, part.location_len);
    if (part.malformed)
        set_boolean(L, "malformed", 1);
    push_unsigned(L, part.body != 0 ? part.body : part.child);
    push_unsigned(L, part.next);
    return 3;
}

/* A name in lower case, up to its first asterisk if is_cut. */
static void push_lower(lua_State *L, const char *name, size_t len, int is_cut) {
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (size_t i = 0; i < len && !(is_cut && name[i] == '*'); i++)
        luaL_addchar(&buffer, (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]));
    luaL_pushresult(&buffer);
}

/* Whether a value may have encoded words, or a line end or NUL, which only a literal can bring. */
static int is_to_decode(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if ((text[i] == '=' && i + 1 < len && text[i + 1] == '?') || text[i] == '\n' || text[i] == '\r' || text[i] == '\0')
            return 1;
    return 0;
}

/* Parameters as sent, name => value; then the names of those that imap_param_find has to put together, or decode. */
static int l_params(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = to_node(L, 2);
    imap_param param;
    int pieces = 0;
    lua_settop(L, 2);
    lua_newtable(L);
    lua_pushnil(L);
    while (node != 0 && imap_param_get(response, node, &param, sizeof param) == IMAP_OK) {
        node = param.next;
        if (param.name == NULL)
            continue;
        if (memchr(param.name, '*', param.name_len) != NULL ||
            (param.value != NULL && is_to_decode(param.value, param.value_len))) {
            if (pieces == 0) {
                lua_newtable(L);
                lua_replace(L, 4);
            }
            push_lower(L, param.name, param.name_len, 1);
            lua_rawseti(L, 4, ++pieces);
        } else {
            push_lower(L, param.name, param.name_len, 0);
            push_text(L, param.value, param.value_len);
            lua_rawset(L, 3);
        }
    }
    return 2;
}

/* ---- Texts that are written into a buffer ---------------------------------------------------- */

/* What a function needs beside the buffer. */
struct source {
    const imap_response *response;
    uint32_t node;
    const char *text;
    size_t len;
};

static int fill_param(const struct source *from, char *buf, size_t size, size_t *needed) {
    return imap_param_find(from->response, from->node, from->text, buf, size, needed);
}

static int fill_header(const struct source *from, char *buf, size_t size, size_t *needed) {
    return imap_header_decode(from->text, from->len, buf, size, needed);
}

static int fill_utf7(const struct source *from, char *buf, size_t size, size_t *needed) {
    return imap_utf7_encode(from->text, from->len, buf, size, needed);
}

static int fill_utf8(const struct source *from, char *buf, size_t size, size_t *needed) {
    return imap_utf7_decode(from->text, from->len, buf, size, needed);
}

/* Into a buffer that is made larger once if need be. */
static int written(lua_State *L, int (*fill)(const struct source *, char *, size_t, size_t *), const struct source *from) {
    char small[256];
    size_t needed = 0;
    if (fill(from, small, sizeof small, &needed) == IMAP_OK) {
        lua_pushlstring(L, small, needed);
        return 1;
    }
    if (needed < sizeof small)
        return 0;
    size_t size = needed + 1;
    char *large = lua_newuserdata(L, size);
    if (fill(from, large, size, &needed) != IMAP_OK)
        return 0;
    lua_pushlstring(L, large, needed);
    return 1;
}

static int l_param_find(lua_State *L) {
    struct source from = {response_at(L, 1), to_node(L, 2), luaL_checkstring(L, 3), 0};
    return written(L, fill_param, &from);
}

static int written_from(lua_State *L, int (*fill)(const struct source *, char *, size_t, size_t *)) {
    struct source from = {NULL, 0, NULL, 0};
    from.text = luaL_checklstring(L, 1, &from.len);
    return written(L, fill, &from);
}

static int l_header_decode(lua_State *L) {
    return written_from(L, fill_header);
}

static int l_utf7_encode(lua_State *L) {
    return written_from(L, fill_utf7);
}

static int l_utf7_decode(lua_State *L) {
    return written_from(L, fill_utf8);
}

static int l_internaldate_parse(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    int64_t seconds;
    int32_t offset_min;
    if (imap_internaldate_parse(text, len, &seconds, &offset_min) != IMAP_OK)
        return 0;
    push_signed(L, seconds);
    push_signed(L, offset_min);
    return 2;
}

static int l_internaldate_format(lua_State *L) {
    char buffer[IMAP_INTERNALDATE_SIZE];
    if (imap_internaldate_format(to_whole(L, 1), to_int(L, 2), buffer, sizeof buffer) != IMAP_OK)
        return 0;
    lua_pushstring(L, buffer);
    return 1;
}

static int l_int_to_ap(lua_State *L) {
    char buffer[IMAP_INT_TO_AP_SIZE];
    if (imap_int_to_ap((uint64_t)to_whole(L, 1), buffer, sizeof buffer) != IMAP_OK)
        return 0;
    lua_pushstring(L, buffer);
    return 1;
}

static int l_flags_parse(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    imap_response **place = new_response(L);
    int rc = imap_flags_parse(text, len, place);
    (void)rc; /* nothing came: nil */
    nil_if_empty(L, (void **)place);
    return 1;
}

/* ---- Other data ------------------------------------------------------------------------------ */

static int l_list(lua_State *L) {
    imap_list_entry entry;
    if (imap_list_get(response_at(L, 1), &entry, sizeof entry) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 8);
    set_text(L, "name", entry.name_utf8, entry.name_utf8_len);
    set_text(L, "raw_name", entry.name, entry.name_len);
    set_delimiter(L, entry.delimiter);
    set_text(L, "old_name", entry.old_name_utf8, entry.old_name_utf8_len);
    set_boolean(L, "malformed", entry.malformed != 0);
    set_unsigned(L, "attributes_node", entry.attribute_list);
    set_unsigned(L, "extended_node", entry.extended);
    set_unsigned(L, "children_node", entry.childinfo);
    return 1;
}

static int l_mailbox_name(lua_State *L) {
    imap_mailbox mailbox;
    if (imap_mailbox_get(response_at(L, 1), &mailbox, sizeof mailbox) != IMAP_OK)
        return 0;
    push_text(L, mailbox.name_utf8, mailbox.name_utf8_len);
    return 1;
}

static int l_status_data(lua_State *L) {
    imap_status_data data;
    if (imap_status_get(response_at(L, 1), &data, sizeof data) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 16);
    set_text(L, "name", data.name_utf8, data.name_utf8_len);
    set_text(L, "raw_name", data.name, data.name_len);
    const struct {
        uint32_t bit;
        const char *name;
        uint64_t number;
    } figures[] = {
        {IMAP_STATUS_HAS_MESSAGES, "messages", data.messages},
        {IMAP_STATUS_HAS_RECENT, "recent", data.recent},
        {IMAP_STATUS_HAS_UNSEEN, "unseen", data.unseen},
        {IMAP_STATUS_HAS_UIDNEXT, "uidnext", data.uidnext},
        {IMAP_STATUS_HAS_UIDVALIDITY, "uidvalidity", data.uidvalidity},
        {IMAP_STATUS_HAS_DELETED, "deleted", data.deleted},
        {IMAP_STATUS_HAS_SIZE, "size", data.octets},
        {IMAP_STATUS_HAS_DELETED_STORAGE, "deleted_storage", data.deleted_storage},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (data.has & figures[i].bit)
            set_unsigned(L, figures[i].name, figures[i].number);
    if (data.has & IMAP_STATUS_HAS_HIGHESTMODSEQ)
        set_decimal(L, "highestmodseq", data.highestmodseq);
    if (data.has & IMAP_STATUS_HAS_APPENDLIMIT) {
        if (data.appendlimit == UINT64_MAX)
            set_text(L, "appendlimit", "none", 4);
        else
            set_unsigned(L, "appendlimit", data.appendlimit);
    }
    set_text(L, "mailboxid", data.mailboxid, data.mailboxid_len);
    set_boolean(L, "malformed", data.malformed != 0);
    return 1;
}

static int l_namespace(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    int which = to_int(L, 2);
    uint32_t cursor = 0;
    imap_namespace_entry entry;
    lua_newtable(L);
    for (int i = 1; imap_namespace_next(response, which, &cursor, &entry, sizeof entry) == IMAP_OK; i++) {
        lua_createtable(L, 0, 4);
        set_text(L, "prefix", entry.prefix_utf8, entry.prefix_utf8_len);
        set_text(L, "raw_prefix", entry.prefix, entry.prefix_len);
        set_delimiter(L, entry.delimiter);
        set_text(L, "translation", entry.translation, entry.translation_len);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static void push_entry(lua_State *L, const imap_entry *entry) {
    lua_createtable(L, 0, 3);
    set_text(L, "name", entry->name, entry->name_len);
    set_text(L, "value", entry->value, entry->value_len);
    set_unsigned(L, "node", entry->value_node);
}

static int l_entries(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t cursor = 0;
    imap_entry entry;
    lua_newtable(L);
    for (int i = 1; imap_entry_next(response, &cursor, &entry, sizeof entry) == IMAP_OK; i++) {
        push_entry(L, &entry);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int l_pairs(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t list = to_node(L, 2), cursor = 0;
    imap_entry entry;
    lua_newtable(L);
    for (int i = 1; imap_pair_next(response, list, &cursor, &entry, sizeof entry) == IMAP_OK; i++) {
        push_entry(L, &entry);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int l_quotas(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t cursor = 0;
    imap_quota quota;
    lua_newtable(L);
    for (int i = 1; imap_quota_next(response, &cursor, &quota, sizeof quota) == IMAP_OK; i++) {
        lua_createtable(L, 0, 3);
        set_text(L, "name", quota.name, quota.name_len);
        if (quota.has_usage)
            set_unsigned(L, "usage", quota.usage);
        if (quota.has_limit && quota.limit != UINT64_MAX)
            set_unsigned(L, "limit", quota.limit);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int l_acl(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t cursor = 0;
    imap_rights rights;
    lua_newtable(L);
    for (int i = 1; imap_acl_next(response, &cursor, &rights, sizeof rights) == IMAP_OK; i++) {
        lua_createtable(L, 2, 0);
        push_text(L, rights.identifier, rights.identifier_len);
        lua_rawseti(L, -2, 1);
        push_text(L, rights.rights, rights.rights_len);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int l_rights(lua_State *L) {
    imap_rights rights;
    if (imap_rights_get(response_at(L, 1), &rights, sizeof rights) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 4);
    set_text(L, "identifier", rights.identifier, rights.identifier_len);
    set_text(L, "rights", rights.rights, rights.rights_len);
    return 1;
}

static int l_numbers(lua_State *L) {
    const uint32_t *numbers;
    size_t count;
    if (imap_numbers_get(response_at(L, 1), &numbers, &count) != IMAP_OK)
        return 0;
    if (count > INT_MAX)
        return luaL_error(L, "imap4: too many numbers for a table");
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_unsigned(L, numbers[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

static int l_search_modseq(lua_State *L) {
    uint64_t modseq;
    if (imap_search_modseq(response_at(L, 1), &modseq) != IMAP_OK)
        return 0;
    push_decimal(L, modseq);
    return 1;
}

static int l_esearch(lua_State *L) {
    imap_esearch found;
    if (imap_esearch_get(response_at(L, 1), &found, sizeof found) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 14);
    set_boolean(L, "uid", found.is_uid == 1);
    if (found.has & IMAP_ESEARCH_MIN)
        set_unsigned(L, "min", found.min);
    if (found.has & IMAP_ESEARCH_MAX)
        set_unsigned(L, "max", found.max);
    if (found.has & IMAP_ESEARCH_COUNT)
        set_unsigned(L, "count", found.count);
    if (found.has & IMAP_ESEARCH_MODSEQ)
        set_decimal(L, "modseq", found.modseq);
    set_text(L, "tag", found.tag, found.tag_len);
    set_text(L, "partial_range", found.partial_range, found.partial_range_len);
    set_some(L, "uidvalidity", found.uidvalidity);
    set_boolean(L, "malformed", found.malformed != 0);
    set_unsigned(L, "all_node", found.all);
    set_unsigned(L, "partial_node", found.partial);
    return 1;
}

static int l_vanished(lua_State *L) {
    imap_vanished vanished;
    if (imap_vanished_get(response_at(L, 1), &vanished, sizeof vanished) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 4);
    set_boolean(L, "earlier", vanished.is_earlier == 1);
    set_boolean(L, "malformed", vanished.malformed != 0);
    set_unsigned(L, "uids_node", vanished.uids);
    return 1;
}

static int l_thread_node(lua_State *L) {
    imap_thread_node node;
    if (imap_thread_get(response_at(L, 1), to_node(L, 2), &node, sizeof node) != IMAP_OK)
        return 0;
    push_unsigned(L, node.number);
    push_unsigned(L, node.child);
    push_unsigned(L, node.next);
    return 3;
}

static int l_response_code(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_code code;
    const char *name, *argument;
    size_t name_len, argument_len;
    luaL_Buffer upper;
    if (imap_code_get(response, &code, sizeof code) != IMAP_OK)
        return 0;
    lua_createtable(L, 0, 10);
    luaL_buffinit(L, &upper);
    for (size_t i = 0; i < code.name_len; i++)
        luaL_addchar(&upper, (char)(code.name[i] >= 'a' && code.name[i] <= 'z' ? code.name[i] - 32 : code.name[i]));
    luaL_pushresult(&upper);
    lua_setfield(L, -2, "name");
    set_text(L, "text", code.text, code.text_len);
    if (code.number <= UINT32_MAX)
        set_unsigned(L, "number", code.number);
    set_some(L, "second", code.second);
    set_decimal(L, "decimal", code.number);
    set_boolean(L, "malformed", code.malformed != 0);
    set_unsigned(L, "words_node", code.words);
    set_unsigned(L, "source_node", code.source);
    set_unsigned(L, "set_node", code.set);
    if (imap_response_code(response, &name, &name_len, &argument, &argument_len) == IMAP_OK) {
        set_text(L, "argument", argument, argument_len);
    }
    return 1;
}

static int l_copyuid(lua_State *L) {
    const imap_copied *ranges;
    size_t count;
    if (imap_copyuid_get(response_at(L, 1), &ranges, &count) != IMAP_OK)
        return 0;
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        const uint32_t numbers[] = {ranges[i].source, ranges[i].copy, ranges[i].count};
        lua_createtable(L, 3, 0);
        for (int j = 0; j < 3; j++) {
            push_unsigned(L, numbers[j]);
            lua_rawseti(L, -2, j + 1);
        }
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/* ---- System calls ---------------------------------------------------------------------------- */

static int l_now(lua_State *L) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
    return 1;
}

static struct pollfd interest_in(int fd, const char *events) {
    struct pollfd one = {fd, 0, 0};
    if (strchr(events, 'r') != NULL)
        one.events |= POLLIN;
    if (strchr(events, 'w') != NULL)
        one.events |= POLLOUT;
    return one;
}

/* poll(fd, events, seconds or nil[, another fd, its events]): what is ready, "" for nothing. A signal ends it, so that
 * Ctrl-C can do its work. */
static int l_poll(lua_State *L) {
    struct pollfd fds[2];
    nfds_t count = 1;
    fds[0] = interest_in(to_int(L, 1), luaL_checkstring(L, 2));
    if (!lua_isnoneornil(L, 4)) {
        fds[1] = interest_in(to_int(L, 4), luaL_checkstring(L, 5));
        count = 2;
    }
    int milliseconds = -1;
    if (!lua_isnoneornil(L, 3)) {
        lua_Number wanted = ceil(luaL_checknumber(L, 3) * 1000);
        milliseconds = wanted < INT_MAX ? (int)wanted : INT_MAX;
    }
    short seen = 0;
    if (poll(fds, count, milliseconds) > 0)
        for (nfds_t i = 0; i < count; i++) {
            short came = fds[i].revents;
            if (came & (POLLERR | POLLHUP | POLLNVAL))
                came |= fds[i].events;
            seen |= came;
        }
    lua_pushstring(L, seen & POLLIN ? (seen & POLLOUT ? "rw" : "r") : seen & POLLOUT ? "w" : "");
    return 1;
}

/* Both ends never block and are closed in programs that are started. */
static int l_socketpair(lua_State *L) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        lua_pushnil(L);
        lua_pushinteger(L, errno);
        return 2;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(pair[i], F_SETFD, FD_CLOEXEC);
        fcntl(pair[i], F_SETFL, fcntl(pair[i], F_GETFL) | O_NONBLOCK);
        lua_pushinteger(L, pair[i]);
    }
    return 2;
}

/* nil, whether it is to be tried again, errno. */
static int failed(lua_State *L, int error) {
    lua_pushnil(L);
    lua_pushboolean(L, error == EAGAIN || error == EWOULDBLOCK || error == EINTR);
    lua_pushinteger(L, error);
    return 3;
}

static int l_fd_read(lua_State *L) {
    int fd = to_int(L, 1);
    size_t most = (size_t)to_node(L, 2);
    char *buffer = lua_newuserdata(L, most);
    ssize_t count = read(fd, buffer, most);
    if (count < 0)
        return failed(L, errno);
    lua_pushlstring(L, buffer, (size_t)count);
    return 1;
}

/* To a socket: nobody gets SIGPIPE. */
static int l_fd_send(lua_State *L) {
    int fd = to_int(L, 1);
    size_t len;
    const char *octets = octets_from(L, 2, &len);
    ssize_t count = send(fd, octets, len, MSG_NOSIGNAL);
    if (count < 0)
        return failed(L, errno);
    push_signed(L, count);
    return 1;
}

/* To whatever a descriptor stands for, from an octet on. */
static int l_fd_write(lua_State *L) {
    int fd = to_int(L, 1);
    size_t len;
    const char *octets = octets_from(L, 2, &len);
    ssize_t count = send(fd, octets, len, MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK)
        count = write(fd, octets, len);
    if (count < 0)
        return failed(L, errno);
    push_signed(L, count);
    return 1;
}

static int l_fd_finish(lua_State *L) {
    shutdown(to_int(L, 1), SHUT_WR);
    return 0;
}

static int l_fd_close(lua_State *L) {
    close(to_int(L, 1));
    return 0;
}

/* A descriptor that is closed with its guard, if not before by fd_drop. */
static int l_fd_guard(lua_State *L) {
    int fd = to_int(L, 1);
    int *guard = lua_newuserdata(L, sizeof *guard);
    *guard = fd;
    luaL_getmetatable(L, GUARD);
    lua_setmetatable(L, -2);
    return 1;
}

static int l_fd_drop(lua_State *L) {
    int *guard = luaL_checkudata(L, 1, GUARD);
    if (*guard >= 0)
        close(*guard);
    *guard = -1;
    return 0;
}

/* ---- The module ------------------------------------------------------------------------------ */

#define F(name) {#name, l_##name}
static const luaL_Reg functions[] = {
    F(version), F(has_feature), F(error_name), F(error_text), F(error_class), F(options), F(options_int), F(options_str),
    F(open), F(open_command), F(open_argv), F(open_fd), {"free", conn_gc}, F(shutdown), F(child_pid), F(child_status),
    F(last), F(state), F(is_readonly), F(utf8_enabled), F(protocol), F(greeting), F(has_capability), F(capabilities),
    F(capability_is_stale), F(get_int), F(get_str), F(set_int), F(set_str), F(interest),
    F(progress), F(trace), F(trace_clear), F(tls_info), F(submit), F(submit_text), F(search), F(sort), F(thread),
    F(append), F(xatom), F(uid), F(recent), F(starttls), F(authenticate), F(auth_begin), F(auth_challenge),
    F(auth_reply), F(auth_cancel), F(queue_begin), F(queue_end), F(wait), F(discard), F(next), F(event_next),
    F(untagged), F(idle_begin), F(idle_wait), F(idle_end), F(literal_info), F(literal_read), F(literal_to_fd),
    F(literal_skip), F(append_begin), F(append_message), F(literal_write), F(append_end), F(raw_send), F(raw_readline),
    F(raw_read), {"response_free", response_gc}, F(response_keep), F(parse), F(status), F(kind), F(response_name),
    F(number), F(arrival), F(text), F(message), F(raw), F(weight), F(malformed), F(row_count), F(row), F(items), F(node),
    F(node_raw), F(node_first), F(node_next), F(words), F(set), F(fetch), F(fetch_more), F(section), F(section_octets),
    F(envelope), F(addresses), F(part), F(params), F(param_find), F(header_decode), F(utf7_encode), F(utf7_decode),
    F(internaldate_parse), F(internaldate_format), F(int_to_ap), F(flags_parse), F(list), F(mailbox_name),
    F(status_data), F(namespace), F(entries), F(pairs), F(quotas), F(quota_root), F(acl), F(rights), F(numbers),
    F(search_modseq), F(esearch), F(vanished), F(thread_node), F(response_code), F(copyuid), F(now), F(poll),
    F(socketpair), F(fd_read), F(fd_send), F(fd_write), F(fd_finish), F(fd_close), F(fd_guard),
    F(fd_drop), {NULL, NULL},
};

static void handle_class(lua_State *L, const char *kind, lua_CFunction gc) {
    luaL_newmetatable(L, kind);
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_imap4_core(lua_State *L);

int luaopen_imap4_core(lua_State *L) {
    handle_class(L, CONN, conn_gc);
    handle_class(L, RESPONSE, response_gc);
    handle_class(L, OPTIONS, options_gc);
    handle_class(L, GUARD, l_fd_drop);
    lua_newtable(L);
    for (const luaL_Reg *one = functions; one->name != NULL; one++) {
        lua_pushcfunction(L, one->func);
        lua_setfield(L, -2, one->name);
    }
    lua_pushliteral(L, "module");
    lua_setfield(L, -2, "name");
    return 1;
}
