#!/bin/sh
# Sizes and offsets of the structs are those noted in tests/golden/layout-lp64.txt.
exec "$(dirname "$0")/../golden/check" layout
