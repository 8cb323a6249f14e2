#!/bin/sh
# All Rust source stands as rustfmt writes it with lines of at most 120 columns.
set -eu
cd "$(dirname "$0")/../.."
if ! rustfmt --version >/dev/null 2>&1; then
    echo "skipped: no rustfmt"
    exit 77
fi
set -- src/lib.rs
for file in tests/*.rs benches/*.rs examples/*.rs fuzz/fuzz_targets/*.rs tools/*/src/main.rs; do
    [ -f "$file" ] && set -- "$@" "$file"
done
rustfmt --edition 2024 --config max_width=120 --color never --check "$@"
