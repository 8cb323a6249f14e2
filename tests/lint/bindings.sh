#!/bin/sh
# The tables of the Lua and Ruby bindings are those of the header.
set -eu
cd "$(dirname "$0")/../.."
tools/bindings/run --check
