#!/usr/bin/env bash
# The C tests that need servers: starts Dovecot with a port for each certificate, a second Dovecot that refuses passwords
# in clear, Cyrus, and the scripted server with every scenario; runs tests/capi/server_*.c of the build folder against
# them; stops everything. A server that does not start is a failure, not a skip.
#
#   servers.sh                 all programs
#   servers.sh server_tls …    only these
#
# With IMAP4_TEST_UNDER="valgrind --quiet --error-exitcode=99 --leak-check=full" the programs run under that.
# The build folder is IMAP4_BUILD_DIR (build/release if not set), the folder with the unpacked Cyrus IMAP4_CYRUS_CACHE
# (build/cyrus). Ends with "servers: N passed, M failed"; each named test of a program counts, and so does the scripted
# server's own verdict: that no client said anything a scenario does not know.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
build=${IMAP4_BUILD_DIR:-$root/build/release}
cyrus_cache=${IMAP4_CYRUS_CACHE:-$root/build/cyrus}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/imap4-servers.XXXXXX")
chmod 755 "$scratch" # as root the servers run as nobody
passed=0
failed=0
scripted_pids=()

stop_all() {
    local pid
    for pid in "${scripted_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for name in dovecot strict; do
        if [ -d "$scratch/$name" ]; then tests/servers/dovecot stop "$scratch/$name" || true; fi
    done
    if [ -d "$scratch/cyrus" ]; then tests/servers/cyrus stop "$scratch/cyrus" || true; fi
    rm -rf "$scratch"
}
trap stop_all EXIT

# scripted VARIABLE OPTION…: one scenario on a port of its own, which VARIABLE gets.
scripted() {
    local variable=$1 line=''
    shift
    exec 3< <(exec python3 tests/servers/scripted.py --limit 300 --log "$scratch/scripted.log" "$@" </dev/null 2>>"$scratch/scripted.err")
    scripted_pids+=($!)
    read -r -t 20 line <&3 || true
    exec 3<&-
    case $line in
    'PORT '* | 'READY '*) printf -v "$variable" %s "${line#* }" && export "${variable?}" ;;
    *)
        echo "servers: the scripted server did not start ($*): $(cat "$scratch/scripted.err")"
        exit 1
        ;;
    esac
}

tests/servers/install dovecot
tests/servers/install cyrus "$cyrus_cache"
tests/servers/dovecot start "$scratch/dovecot"
tests/servers/dovecot start "$scratch/strict" --simple --plaintext=no
tests/servers/cyrus start "$scratch/cyrus" --cache "$cyrus_cache"
# One account for each program: none sees what another left behind.
folder=$scratch/dovecot
if [ -e "$folder/short" ]; then folder=$(cat "$folder/short"); fi
for account in session mailbox message access twice auth stream tls beyond; do echo "$account:{PLAIN}secret::::::"; done >>"$folder/users"
tests/servers/dovecot fill "$scratch/dovecot"

set -a
. "$scratch/cyrus/env"
. "$scratch/strict/env"
set +a
export STRICT_PORT=$IMAP_PORT IMAP4_TEST_SERVERS=yes
read -r -a under <<<"${IMAP4_TEST_UNDER:-}"
if [ "${#under[@]}" -gt 0 ]; then export IMAP4_UNDER=${under[0]}; fi
set -a
. "$scratch/dovecot/env"
set +a
scripted SCENARIO_COUNT --serve tests/servers/scenarios --env "$scratch/scenarios.env" --certs "$CERTS"
set -a
. "$scratch/scenarios.env"
set +a
for cert in expired wrong-host self-signed cn-only; do
    name=${cert/-/}
    scripted "STARTTLS_${name^^}_PORT" --certs "$CERTS" --cert "$cert" tests/servers/scenarios/starttls.txt
done
scripted TLS12_PORT --tls --tls-only 1.2 --certs "$CERTS" tests/servers/scenarios/basic.txt
scripted TLS_CLIENTCA_PORT --tls --client-ca "$CA_FILE" --certs "$CERTS" tests/servers/scenarios/basic.txt
echo "Dovecot $DOVECOT_VERSION, Cyrus $CYRUS_VERSION, scripted server with $SCENARIO_COUNT ports"

wanted=("$@")
if [ "${#wanted[@]}" = 0 ]; then
    for source in tests/capi/server_*.c; do wanted+=("$(basename "$source" .c)"); done
fi
for program in "${wanted[@]}"; do
    echo "== $program"
    status=0
    timeout -k 5 100 "${under[@]}" "$build/capi_$program" >"$scratch/out" 2>&1 </dev/null || status=$?
    cat "$scratch/out"
    good=$(grep -c '^ok ' "$scratch/out" || true)
    bad=$(grep -c '^FAILED ' "$scratch/out" || true)
    if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$good" = 0 ]; }; then
        echo "FAILED $program: exit status $status after $good tests"
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
done

echo "== scripted server"
if grep ' MISMATCH ' "$scratch/scripted.log"; then
    echo "FAILED no client said what its scenario does not know"
    failed=$((failed + 1))
else
    echo "ok no client said what its scenario does not know"
    passed=$((passed + 1))
fi
echo "servers: $passed passed, $failed failed"
[ "$failed" = 0 ]
