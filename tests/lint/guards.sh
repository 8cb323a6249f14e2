#!/bin/sh
# Each export runs under a guard, the one noted in tests/golden/guards.txt.
exec "$(dirname "$0")/../golden/check" guards
