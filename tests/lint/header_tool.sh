#!/bin/sh
# The header generator passes its own tests.
set -eu
cd "$(dirname "$0")/../.."
cargo test --quiet --manifest-path tools/header/Cargo.toml --target-dir target/tools
