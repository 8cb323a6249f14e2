# Shell functions shared by the server scripts: privileges, free ports, greetings, ending processes.
# Sourced by bash; needs only coreutils and /proc. Nothing here starts a server.

say() { printf '%s\n' "$*"; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

have_ipv6() { [ -r /proc/net/if_inet6 ] && grep -q '^00000000000000000000000000000001 ' /proc/net/if_inet6; }

# The mail servers refuse to run as root: there, `nobody` runs them.
server_user() { if [ "$(id -u)" = 0 ]; then echo nobody; else id -un; fi; }
server_group() { if [ "$(id -u)" = 0 ]; then id -gn nobody; else id -gn; fi; }

# as_server COMMAND...: the command as the user that runs the servers.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups "$@"
    else
        "$@"
    fi
}

# give_to_server PATH: lets that user read and write it, and says so if a parent folder is in the way.
give_to_server() {
    [ "$(id -u)" = 0 ] || return 0
    chown -R "nobody:$(id -gn nobody)" "$1"
    as_server test -x "$1" ||
        die "$1 cannot be entered by the user nobody, who runs the server; choose a folder whose parents others may enter"
}

# open_port HOST PORT: succeeds if something accepts there.
open_port() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# free_port NAME: sets the variable NAME to a port nobody listens on, outside the range the kernel hands out.
taken_ports=' '
free_port() {
    local candidate
    while :; do
        candidate=$((20000 + RANDOM % 12000))
        [[ $taken_ports == *" $candidate "* ]] && continue
        open_port 127.0.0.1 "$candidate" && continue
        if have_ipv6 && open_port ::1 "$candidate"; then continue; fi
        break
    done
    taken_ports+="$candidate "
    printf -v "$1" %s "$candidate"
}

# greeting PORT: waits for the server's first line and prints it. (A port accepts before the service answers.)
greeting() {
    local line='' end=$((SECONDS + 20))
    while [ "$SECONDS" -lt "$end" ]; do
        line=''
        { read -r -t 10 line <"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || true
        case $line in '* '*)
            say "${line%$'\r'}"
            return 0
            ;;
        esac
        sleep 0.02
    done
    return 1
}

# tls_greeting PORT: the same on a TLS port, whatever its certificate.
tls_greeting() {
    local line end=$((SECONDS + 20))
    while [ "$SECONDS" -lt "$end" ]; do
        line=$(printf 'a LOGOUT\r\n' | openssl s_client -quiet -connect "127.0.0.1:$1" 2>/dev/null | head -n 1)
        case $line in '* '*)
            say "${line%$'\r'}"
            return 0
            ;;
        esac
        sleep 0.02
    done
    return 1
}

# A process is remembered as "pid:start time", so that a pid used again by another is never ended.
fingerprint() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- "$1" ${stat##*) }
    [ "$2" != Z ] || return 1
    say "$1:${21}"
}
is_alive() { [ "$(fingerprint "${1%%:*}")" = "$1" ]; }

# family PID...: fingerprints of the processes and all their descendants.
family() {
    local stat pid rest parent all=" $* " more=1
    local -A parent_of=()
    for stat in /proc/[0-9]*/stat; do
        { read -r rest <"$stat"; } 2>/dev/null || continue
        pid=${rest%% *}
        rest=${rest##*) }
        rest=${rest#* }
        parent_of[$pid]=${rest%% *}
    done
    while [ "$more" = 1 ]; do
        more=0
        for pid in "${!parent_of[@]}"; do
            parent=${parent_of[$pid]}
            if [[ $all == *" $parent "* && $all != *" $pid "* ]]; then
                all+="$pid "
                more=1
            fi
        done
    done
    for pid in $all; do fingerprint "$pid" || true; done
}

# none_alive TURNS FINGERPRINT...: waits until all are gone, or fails after that many turns of 20 ms.
none_alive() {
    local limit=$1 turn one left
    shift
    for ((turn = 0; turn < limit; turn++)); do
        left=0
        for one in "$@"; do if is_alive "$one"; then left=1; fi; done
        [ "$left" = 0 ] && return 0
        sleep 0.02
    done
    return 1
}

# end_processes FINGERPRINT...: TERM to the given masters, then whatever of their families is left gets TERM, then KILL.
end_processes() {
    local masters=() all=() one
    for one in "$@"; do if is_alive "$one"; then masters+=("$one"); fi; done
    [ "${#masters[@]}" -gt 0 ] || return 0
    mapfile -t all < <(family "${masters[@]%%:*}")
    for one in "${masters[@]}"; do kill -TERM "${one%%:*}" 2>/dev/null || true; done
    none_alive 10 "${all[@]}" && return 0
    # A Dovecot with clients takes seconds and its log process always one; told themselves, sessions end at once.
    for one in "${all[@]}"; do if is_alive "$one"; then kill -TERM "${one%%:*}" 2>/dev/null || true; fi; done
    none_alive 15 "${all[@]}" && return 0
    for one in "${all[@]}"; do if is_alive "$one"; then kill -KILL "${one%%:*}" 2>/dev/null || true; fi; done
    none_alive 250 "${all[@]}" || die "these processes do not end: ${all[*]%%:*}"
}

# prepare_folder DIR: sets `dir` to the absolute path of DIR, or of a fresh folder below ${TMPDIR:-/tmp} if it is empty.
# Remembers in .made that we made it, so that `stop` may remove it.
prepare_folder() {
    if [ -z "$1" ]; then
        dir=$(mktemp -d "${TMPDIR:-/tmp}/imap4-server.XXXXXX")
        touch "$dir/.made"
    elif [ ! -d "$1" ]; then
        mkdir -p "$1"
        touch "$1/.made"
        dir=$1
    else
        dir=$1
    fi
    dir=$(cd "$dir" && pwd -P)
}

# short_folder DIR: sets `short` to DIR, or, where DIR holds odd characters or is too long for the path of a socket
# (108 octets), to a fresh short folder for configuration and sockets, noted in DIR/short.
short_folder() {
    short=$1
    if [ "${#1}" -gt 60 ] || [[ $1 == *[!A-Za-z0-9/._-]* ]]; then
        short=$(mktemp -d /tmp/i4.XXXXXX)
        say "$short" >"$1/short"
    fi
}

# remove_folders DIR: what `stop` leaves behind: nothing of ours, and DIR itself only if it was there before `start`.
remove_folders() {
    if [ -e "$1/short" ]; then
        rm -rf "$(cat "$1/short")"
        rm -f "$1/short"
    fi
    if [ -e "$1/.made" ]; then rm -rf "$1"; fi
}

# assign NAME VALUE: a line of an env file.
assign() { printf '%s=%q\n' "$1" "$2"; }
