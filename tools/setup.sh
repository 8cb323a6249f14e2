# Shell functions for scripts that bring what they need (sourced, POSIX sh): missing packages on Debian and Ubuntu, a Rust
# that is new enough, a built library. Each says what it installs, and does nothing where nothing is missing.

rust_minimum=85 # of Rust 1.x

say() { printf '%s\n' "$*"; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

can_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

refresh_lists() {
    if [ -z "${lists_are_fresh:-}" ]; then
        say "Refreshing the list of packages (apt-get update)"
        as_root apt-get update -qq || say "apt-get update complained; going on with what is known"
        lists_are_fresh=yes
    fi
}

# need PACKAGE TEST…: notes the package if TEST… fails. install_needed then installs all that was noted.
needed=""
need() {
    package=$1
    shift
    case " $needed " in
    *" $package "*) ;;
    *) "$@" >/dev/null 2>&1 || needed="$needed $package" ;;
    esac
}

need_command() { need "$2" command -v "$1"; }

install_needed() {
    [ -n "$needed" ] || return 0
    command -v apt-get >/dev/null || stop "Needed and not found, install them by hand (names as in Debian):$needed"
    can_be_root || stop "Not installed:$needed. Run this as root and try again: apt-get install$needed"
    refresh_lists
    # shellcheck disable=SC2086
    install_packages $needed || stop "apt-get could not install$needed"
    needed=""
}

# --no-remove: nothing of the user's goes away for it.
install_packages() {
    say "Installing $*"
    if ! output=$(as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends --no-remove "$@" 2>&1); then
        printf '%s\n' "$output" | tail -n 20 >&2
        return 1
    fi
}

need_to_build() {
    need_command cc build-essential
    need_command make build-essential
    need_command cmake cmake
    need_command pkg-config pkg-config
    need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt # cargo fetches over https
    need libssl-dev sh -c 'echo "#include <openssl/ssl.h>" | ${CC:-cc} -E -x c -'
}

# The languages of the bindings, with what the compiled Lua modules are built with.
need_languages() {
    for lua in "$@"; do
        case $lua in
        luajit) need_command luajit luajit ;;
        ruby) need_command ruby ruby && need ruby-ffi ruby -e 'require "ffi"' ;;
        5.1) need_command lua5.1 lua5.1 && need liblua5.1-0-dev pkg-config --exists lua5.1 ;;
        *) need_command "lua$lua" "lua$lua" && need "liblua$lua-dev" pkg-config --exists "lua$lua" ;;
        esac
    done
}

# The minor number of "cargo 1.85.0 (…)" and "rustc 1.85.0 (…)"; 0 if there is no such program or it does not run.
rust_minor() {
    number=$("$1" --version 2>/dev/null | sed -n 's/^[a-z]* 1\.\([0-9]*\)\..*/\1/p')
    echo "${number:-0}"
}

rust_is_new_enough() {
    [ "$(rust_minor cargo)" -ge $rust_minimum ] && [ "$(rust_minor "${RUSTC:-rustc}")" -ge $rust_minimum ]
}

# What `apt-get install $1` would bring: the minor number of its Rust, else 0. Cargo was 0.(n+1) when Rust was 1.n.
offered_minor() {
    apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: *\([0-9]*:\)\{0,1\}//p' |
        awk -F. 'BEGIN { n = 0 } $1 == 1 { n = $2 + 0 } $1 == "0" { n = $2 - 1 } END { print n }'
}

# Rust, in this order: a cargo in PATH, the distribution's, its newer one for browsers (-web), its newest cargo-1.NN.
find_rust() {
    for folder in "${CARGO_HOME:-${HOME:-}/.cargo}/bin"; do
        if ! rust_is_new_enough && [ -x "$folder/cargo" ]; then
            PATH=$folder:$PATH
        fi
    done
    for folder in /usr/lib/rust-1.*/bin; do # left by an earlier run
        minor=${folder#/usr/lib/rust-1.}
        if ! rust_is_new_enough && [ -x "$folder/cargo" ] && [ "${minor%/bin}" -ge $rust_minimum ]; then
            PATH=$folder:$PATH
        fi
    done
    if ! rust_is_new_enough && command -v apt-get >/dev/null && can_be_root; then
        refresh_lists
        install_rust
    fi
    rust_is_new_enough || stop "No Rust 1.$rust_minimum or newer to be had here. Run this and try again: \
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal"
    export PATH
}

install_rust() {
    if [ "$(offered_minor cargo)" -ge $rust_minimum ] && install_packages cargo rustc && rust_is_new_enough; then
        return
    fi
    if [ "$(offered_minor cargo-web)" -ge $rust_minimum ] && install_packages cargo-web rustc-web && rust_is_new_enough; then
        return
    fi
    newest=$(apt-cache search --names-only '^cargo-1\.[0-9]*$' | sed -n 's/^cargo-1\.\([0-9]*\) .*/\1/p' | sort -n | tail -n 1)
    if [ "${newest:-0}" -ge $rust_minimum ] && install_packages "cargo-1.$newest" "rustc-1.$newest"; then
        PATH=/usr/lib/rust-1.$newest/bin:$PATH
    fi
}

# build_library LOG [CMAKE-OPTION…]: the release library in build/release, and its Lua modules. Says so only where it
# takes time.
build_library() {
    log=$1
    shift
    [ -e build/release/libimap4.so ] || say "Building libimap4 (a minute or two, once)"
    mkdir -p "$(dirname "$log")"
    if ! { cmake -S . -B build/release "$@" && cmake --build build/release --target imap4 imap4_lua; } >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        stop "libimap4 could not be built; all of it stands in $log"
    fi
}
