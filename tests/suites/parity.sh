#!/usr/bin/env bash
# Python's imaplib and libimap4 get the same calls on fresh accounts of one Dovecot; what they hand out has to be equal,
# but for the differences listed in parity.py with their reasons. Ends with "parity: N passed, M failed".
# The build folder is IMAP4_BUILD_DIR (build/release if not set).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${IMAP4_BUILD_DIR:-$PWD/build/release}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/imap4-parity.XXXXXX")
chmod 755 "$scratch" # as root the server runs as nobody

stop_all() {
    if [ -d "$scratch/dovecot" ]; then tests/servers/dovecot stop "$scratch/dovecot" || true; fi
    rm -rf "$scratch"
}
trap stop_all EXIT

tests/servers/install dovecot
tests/servers/dovecot start "$scratch/dovecot" --simple
folder=$scratch/dovecot
if [ -e "$folder/short" ]; then folder=$(cat "$folder/short"); fi
for account in parity1 parity2; do echo "$account:{PLAIN}secret::::::"; done >>"$folder/users"
set -a
. "$scratch/dovecot/env"
set +a
PYTHONDONTWRITEBYTECODE=1 timeout -k 5 100 python3 tests/suites/parity.py "$build/libimap4.so.0"
