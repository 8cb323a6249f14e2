#!/bin/sh
# `unsafe` stands in src/ffi and src/net/sys only.
set -eu
cd "$(dirname "$0")/../.."
found=$(find src -name '*.rs' ! -path 'src/ffi/*' ! -path 'src/net/sys/*' ! -path 'src/net/sys.rs' -exec grep -nwH unsafe {} + |
    grep -vE '^[^:]*:[0-9]+: *//' || true)
allowed=$(grep -rnE 'allow\((clippy::[a-z_]+, *)?unsafe_code' src --include='*.rs' | grep -vE '^src/(lib|net/mod|ffi/[a-z_/]+)\.rs:' || true)
if [ -n "$found$allowed" ]; then
    printf '%s\n' "$found" "$allowed" | grep .
    echo "unsafe code belongs to src/ffi and src/net/sys"
    exit 1
fi
