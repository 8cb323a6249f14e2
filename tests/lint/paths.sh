#!/bin/sh
# No file names a folder of somebody's machine, or a registry other than the public one.
set -eu
cd "$(dirname "$0")/../.."
status=0
# Brackets keep the patterns from finding themselves.
machine='(^|[^A-Za-z0-9_.$}%/*-])/([r]oot|[w]ork|[h]ome/[a-z]+|[U]sers/[A-Za-z]+)/'
here=$(pwd)
files=$(git ls-files -co --exclude-standard 2>/dev/null || find . -type f ! -path './.git/*' ! -path '*/target/*' ! -path './build/*' ! -path './vendor/*')
found=$(printf '%s\n' "$files" | while read -r file; do
    [ -f "$file" ] || continue
    grep -nIHE "$machine" "$file" || true
    grep -nIHF "$here/" "$file" || true
done)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    status=1
fi
for lock in $(printf '%s\n' "$files" | grep -E '(^|/)Cargo\.lock$'); do
    if grep -nH '^source = ' "$lock" | grep -vE '"registry[+][^"]*-index"'; then
        echo "crates come from the public registry"
        status=1
    fi
done
exit $status
