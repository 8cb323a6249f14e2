#!/usr/bin/env bash
# The tests of the Lua binding (bindings/lua/tests), six ways: LuaJIT through its ffi, LuaJIT through the compiled module,
# Lua 5.1, 5.2, 5.3, 5.4. Starts a private Dovecot and the scripted server, runs the tests against the library in
# IMAP4_BUILD_DIR (build/release if not set), stops everything. An interpreter or package that is missing is installed; if
# that cannot be, the suite fails.
#
#   lua.sh                     all tests
#   lua.sh waiting_test …      only these files
#
# IMAP4_LUA_WAYS="luajit-ffi lua5.4" runs only these ways. Ends with "lua: N passed, M failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
build=$(cd "${IMAP4_BUILD_DIR:-build/release}" && pwd)
. tools/setup.sh
. tests/servers/for_suite.sh
need_languages luajit 5.1 5.2 5.3 5.4
for lua in 5.1 5.2 5.3 5.4; do need lua-luv "lua$lua" -e 'require "luv"'; done
need_command python3 python3
install_needed
for lua in 5.1 5.2 5.3 5.4; do
    [ -e "$build/lua/$lua/imap4/core.so" ] && continue
    # The build folder was made before the headers of this Lua were there.
    cmake -S . -B "$build" >/dev/null && cmake --build "$build" --target imap4_lua || stop "the module for Lua $lua could not be built"
    break
done
tests/servers/install dovecot
start_servers lua

export IMAP4_LIBRARY=$build/libimap4.so.0
export LUA_PATH="$root/bindings/lua/?.lua;$root/bindings/lua/tests/?.lua;;"
export IMAP4_TEST_ROOT=$root

# way NAME BACKEND PROGRAM VERSION TEST…: one way; a line for each test in NAME.out, the exit status in NAME.status.
way() {
    local name=$1 backend=$2 program=$3 version=$4 status=0
    shift 4
    case " ${IMAP4_LUA_WAYS:-$name} " in *" $name "*) ;; *) return ;; esac
    # Debian's versioned variables would go before these.
    env -u LUA_PATH_5_2 -u LUA_PATH_5_3 -u LUA_PATH_5_4 IMAP4_LUA_BACKEND="$backend" IMAP4_TEST_WAY="$name" \
        IMAP4_TEST_MODULES="$build/lua/$version" LUA_CPATH="$build/lua/$version/?.so;;" \
        timeout -k 5 150 "$program" bindings/lua/tests/run.lua "$@" >"$scratch/$name.out" 2>&1 </dev/null || status=$?
    echo "$status" >"$scratch/$name.status"
}

# count NAME: what came of it.
passed=0
failed=0
count() {
    local name=$1 out=$scratch/$1.out status good bad
    [ -e "$out" ] || return 0
    status=$(cat "$scratch/$name.status")
    echo "== $name"
    if [ -n "${IMAP4_LUA_VERBOSE:-}" ]; then cat "$out"; else grep -a -v '^ok ' "$out" || true; fi
    good=$(grep -a -c '^ok ' "$out" || true)
    bad=$(grep -a -c '^FAILED ' "$out" || true)
    if ! tail -n 1 "$out" | grep -a -q ' tests$' || { [ "$status" != 0 ] && [ "$bad" = 0 ]; } || [ "$good" = 0 ]; then
        echo "FAILED $name: exit status $status after $good tests"
        bad=$((bad + 1))
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
}

# Two at a time: each has mailboxes of its own.
(way luajit-ffi ffi luajit 5.1 "$@" && way lua5.1 module lua5.1 5.1 "$@" && way lua5.3 module lua5.3 5.3 "$@") &
first=$!
way luajit-module module luajit 5.1 "$@" && way lua5.2 module lua5.2 5.2 "$@" && way lua5.4 module lua5.4 5.4 "$@"
wait "$first"
for name in luajit-ffi luajit-module lua5.1 lua5.2 lua5.3 lua5.4; do count "$name"; done

echo "== scripted server"
if grep ' MISMATCH ' "$scratch/scripted.log"; then
    echo "FAILED no client said what its scenario does not know"
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi
echo "lua: $passed passed, $failed failed"
[ "$failed" = 0 ]
