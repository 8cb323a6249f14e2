#!/bin/sh
# Of c-client's names we export imap_open and no other: a program may link both.
exec "$(dirname "$0")/../golden/check" overlap
