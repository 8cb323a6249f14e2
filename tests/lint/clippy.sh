#!/bin/sh
# No warning from the compiler or clippy, in the library, its tests and the header generator.
set -eu
cd "$(dirname "$0")/../.."
if ! cargo clippy --version >/dev/null 2>&1; then
    echo "skipped: no clippy"
    exit 77
fi
cargo clippy --quiet --all-targets -- -D warnings
cargo clippy --quiet --all-targets --manifest-path tools/header/Cargo.toml --target-dir target/tools -- -D warnings
