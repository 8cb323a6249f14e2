# Bash, sourced: start_servers NAME starts a private Dovecot with mail and the scripted server for one suite, and exports
# their settings. They end, and $scratch is removed, when the shell does.

stop_servers() {
    [ -z "${scripted_pid:-}" ] || kill "$scripted_pid" 2>/dev/null || true
    [ ! -d "$scratch/dovecot" ] || tests/servers/dovecot stop "$scratch/dovecot" >/dev/null || true
    rm -rf "$scratch"
}

# Environment files hold shell assignments.
take() {
    set -a
    . "$1"
    set +a
}

start_servers() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/imap4-$1.XXXXXX")
    chmod 755 "$scratch" # as root the server runs as nobody
    trap stop_servers EXIT
    tests/servers/dovecot start "$scratch/dovecot"
    tests/servers/dovecot fill "$scratch/dovecot"
    take "$scratch/dovecot/env"
    exec 3< <(exec python3 tests/servers/scripted.py --serve tests/servers/scenarios --env "$scratch/scripted.env" \
        --certs "$CERTS" --limit 300 --log "$scratch/scripted.log" </dev/null 2>>"$scratch/scripted.err")
    scripted_pid=$!
    IFS= read -r -t 20 line <&3 || true
    case ${line:-} in
    READY*) ;;
    *) stop "the scripted server did not start: $(cat "$scratch/scripted.err")" ;;
    esac
    take "$scratch/scripted.env"
}
