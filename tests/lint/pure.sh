#!/bin/sh
# proto, sasl and codec are pure: octets and times come in as arguments. No sockets, files, clock, threads, environment.
set -eu
cd "$(dirname "$0")/../.."
impure='std::(net|fs|process|thread|env|os|io::(stdin|stdout|stderr))\b|\b(Instant|SystemTime)\b|\bprintln!|\beprintln!|\bdbg!'
found=$(find src/proto src/sasl src/codec -name '*.rs' ! -name '*tests.rs' ! -path '*/tests/*' -exec grep -nEH "$impure" {} + |
    grep -vE '^[^:]*:[0-9]+: *//' || true)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    exit 1
fi
