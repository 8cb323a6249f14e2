#!/bin/sh
# The rooms of src/ look one way only: ffi -> client -> {net, sasl, proto} -> codec; src/error.rs is open to all.
set -eu
cd "$(dirname "$0")/../.."
status=0
rooms="ffi client net sasl proto codec"
for room in $rooms; do
    case $room in
    ffi) allowed="$rooms error" ;;
    client) allowed="client net sasl proto codec error" ;;
    codec) allowed="codec error" ;;
    *) allowed="$room codec error" ;;
    esac
    for file in $(find "src/$room" "src/$room.rs" -name '*.rs' 2>/dev/null); do
        # `crate::room` and the first words inside `crate::{…}`, over line ends, without comments.
        used=$(sed 's,//.*,,' "$file" | tr '\n' ' ' | awk '
            {
                text = $0
                while (match(text, /crate *:: */)) {
                    text = substr(text, RSTART + RLENGTH)
                    if (text !~ /^\{/) { word = text; sub(/[^A-Za-z0-9_].*/, "", word); print word; continue }
                    depth = 0; first = 1; word = ""
                    for (i = 1; i <= length(text); i++) {
                        c = substr(text, i, 1)
                        if (c == "{") { depth++; continue }
                        if (c == "}") { depth--; if (depth == 0) break; continue }
                        if (depth != 1) continue
                        if (c == ",") { if (word != "") print word; first = 1; word = ""; continue }
                        if (c == ":") first = 0
                        if (first && c ~ /[A-Za-z0-9_]/) word = word c
                    }
                    if (word != "") print word
                }
            }' | sort -u)
        for word in $used; do
            case " $rooms " in
            *" $word "*) ;;
            *) continue ;; # error, and what lib.rs itself may hold
            esac
            case " $allowed " in
            *" $word "*) ;;
            *)
                echo "$file: room $room must not use crate::$word"
                status=1
                ;;
            esac
        done
    done
done
exit $status
