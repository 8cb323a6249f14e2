#!/bin/sh
# The header alone is C89, C99, C11, C++98 and C++11, may be included twice, and has no line over 100 columns. The program in its
# opening comment compiles.
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '#include <imap4.h>\n#include <imap4.h>\nint here_because_empty_is_not_c;\n' >"$folder/header.c"
cp "$folder/header.c" "$folder/header.cpp"
printf '#include <imap4.h>\n#include <stdio.h>\n' >"$folder/example.c"
sed -n '/^ \* A whole program/,/^ \*     }$/s/^ \*     //p' include/imap4.h >>"$folder/example.c"
grep -q 'int main' "$folder/example.c" || { echo "no program in the header's opening comment"; exit 1; }
strict="-fsyntax-only -Iinclude -Wall -Wextra -Wpedantic -Werror"
for cc in cc gcc clang; do
    command -v $cc >/dev/null || continue
    $cc $strict -Wno-long-long -Wstrict-prototypes -std=c89 "$folder/header.c"
    for standard in c99 c11; do
        $cc $strict -Wstrict-prototypes -std=$standard "$folder/header.c"
        $cc $strict -Wstrict-prototypes -std=$standard "$folder/example.c"
    done
done
for cxx in c++ g++ clang++; do
    command -v $cxx >/dev/null || continue
    $cxx $strict -Wno-long-long -std=c++98 "$folder/header.cpp"
    for standard in c++11 c++17; do
        $cxx $strict -std=$standard "$folder/header.cpp"
    done
done
if grep -nE '^.{101,}' include/imap4.h; then
    echo "lines over 100 columns"
    exit 1
fi
