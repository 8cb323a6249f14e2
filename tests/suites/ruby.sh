#!/usr/bin/env bash
# The tests of the Ruby binding (bindings/ruby/test): starts a private Dovecot and the scripted server, runs the tests
# against the library in IMAP4_BUILD_DIR (build/release if not set), stops everything. A missing interpreter or package is
# installed, or a failure.
#
#   ruby.sh                    all tests
#   ruby.sh waiting_test …     only these files
#
# Ends with "ruby: N passed, M failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$(cd "${IMAP4_BUILD_DIR:-build/release}" && pwd)
. tools/setup.sh
. tests/servers/for_suite.sh
need_languages ruby
need ruby-minitest ruby -e 'require "minitest"'
need_command python3 python3
install_needed
tests/servers/install dovecot
start_servers ruby

export IMAP4_LIBRARY=$build/libimap4.so.0
if [ $# -gt 0 ]; then
    files=("${@/#/bindings/ruby/test/}")
    files=("${files[@]/%/.rb}")
else
    files=(bindings/ruby/test/*_test.rb)
fi
status=0
ruby -W:no-experimental -w -Ibindings/ruby/lib -Ibindings/ruby/test -e 'ARGV.each { |file| require File.expand_path(file) }; ARGV.clear' "${files[@]}" \
    >"$scratch/output" 2>&1 || status=$?
cat "$scratch/output"
summary=$(grep -E '^[0-9]+ runs, ' "$scratch/output" || true)
runs=$(sed 's/ runs.*//' <<<"$summary")
failures=$(sed -E 's/.* ([0-9]+) failures, ([0-9]+) errors, ([0-9]+) skips/\1 \2 \3/' <<<"$summary")
failed=0
for one in $failures; do failed=$((failed + one)); done
if [ -z "$summary" ] || { [ $status -ne 0 ] && [ $failed -eq 0 ]; }; then
    failed=$((failed + 1))
    runs=$((${runs:-0} + 1))
fi
echo "ruby: $((runs - failed)) passed, $failed failed"
[ $failed -eq 0 ]
