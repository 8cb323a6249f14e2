#!/bin/sh
# What the documents say is so: their programs compile and run, what they name exists, their tables are those of the
# source. Ends with "docs: N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
IMAP4_BUILD_DIR=${IMAP4_BUILD_DIR:-$(pwd)/build/release}
export IMAP4_BUILD_DIR
tests/servers/install dovecot
exec python3 -B tests/suites/docs.py
