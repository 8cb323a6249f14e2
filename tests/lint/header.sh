#!/bin/sh
# The checked-in header and version map are those of the source, and the interface keeps its own rules.
set -eu
cd "$(dirname "$0")/../.."
tools/header/run --check
