#!/bin/sh
# The demo does its whole job as a person runs it, again and from another folder too, and leaves nothing behind. Ends
# with "try: N passed, M failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$(pwd)
TMPDIR=$(mktemp -d)
export TMPDIR
chmod 755 "$TMPDIR" # as root the server runs as nobody
trap 'rm -rf "$TMPDIR"' EXIT
passed=0
failed=0

check() {
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok       $name"
    else
        failed=$((failed + 1))
        echo "FAILED   $name"
    fi
}

leaves_nothing() { [ -z "$(ls "$TMPDIR")" ] || { ls "$TMPDIR"; return 1; }; }
refuses_one_argument() { ! ./examples/try only-a-host; }

check "the demo runs to its end" ./examples/try
check "from another folder, a second time" sh -c "cd / && timeout 60 '$root/examples/try' >/dev/null"
check "the server and its files are gone" leaves_nothing
check "one argument is not enough" refuses_one_argument
echo "try: $passed passed, $failed failed"
[ $failed -eq 0 ]
