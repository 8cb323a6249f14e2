#!/bin/sh
# No chains of `let`: the oldest Rust that Cargo.toml promises has none, and a newer compiler says nothing about them.
set -eu
cd "$(dirname "$0")/../.."
grep -q '^rust-version = "1\.85"' Cargo.toml || {
    echo "another Rust is promised: does it have chains of let? (1.88)"
    exit 1
}
found=$(find src tests tools -name '*.rs' -exec awk '
    /&& let / || /if let [^|]* && / { print FILENAME ":" FNR ": " $0 }
    was_let && /^ *&& / { print FILENAME ":" FNR ": " $0 }
    { was_let = /if let [^{]*$/ }' {} +)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    echo "Rust 1.85 has no chains of let"
    exit 1
fi
