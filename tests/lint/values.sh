#!/bin/sh
# The numbers of constants are those noted in tests/golden/values.txt.
exec "$(dirname "$0")/../golden/check" values
