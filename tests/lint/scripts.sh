#!/bin/sh
# Shell scripts parse; where shellcheck is installed it finds nothing to warn of.
set -eu
cd "$(dirname "$0")/../.."
status=0
for file in $(git ls-files -co --exclude-standard 2>/dev/null || find . -type f ! -path './.git/*' ! -path '*/target/*' ! -path './build/*'); do
    [ -f "$file" ] || continue
    case "$(head -c 40 "$file" | head -n 1 | tr -d '\0')" in
    '#!/bin/sh'*) sh -n "$file" || status=1 ;;
    '#!/bin/bash'* | '#!/usr/bin/env bash'*) bash -n "$file" || status=1 ;;
    *) continue ;;
    esac
    if command -v shellcheck >/dev/null; then
        # Sourced files and the names they set are not followed; splitting of our own words is meant.
        shellcheck -S warning -e SC1090,SC1091,SC2154,SC2044,SC2046 "$file" || status=1
    fi
done
exit $status
