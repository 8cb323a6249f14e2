"""The peers, whatever of them is installed. The others say which Debian package they need."""

import os
import re
import shutil
import subprocess
import sys

from .contestants import BENCHES, COMMON, Contestant, compile_c, run

PACKAGES = ["libetpan-dev", "libc-client2007e-dev", "libcurl4-gnutls-dev", "ruby", "valgrind", "strace"]

# name, source, its flags, header, linked with, package. libcurl is the one that libetpan is linked with too.
IN_C = (
    ("etpan", "peers/etpan.c", [], "libetpan/libetpan.h", ["-letpan"], "libetpan-dev"),
    ("etpan-stream", "peers/etpan.c", ["-DSTREAM"], "libetpan/libetpan.h", ["-letpan"], "libetpan-dev"),
    ("c-client", "peers/cclient.c", [], "c-client/c-client.h", ["-lc-client"], "libc-client2007e-dev"),
    ("curl", "peers/curl.c", [], "curl/curl.h", ["-lcurl"], "libcurl4-gnutls-dev"),
)


def has_header(name):
    text = f"#include <stdio.h>\n#include <{name}>\n"
    done = subprocess.run(
        [os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-fsyntax-only", "-x", "c", "-"], input=text, capture_output=True, text=True
    )
    return done.returncode == 0


def in_c(build, wanted):
    for name, source, flags, header, libraries, package in IN_C:
        if not wanted(name):
            continue
        one = Contestant(name, "peer")
        if has_header(header):
            one.command = [compile_c(build, name, [source, *COMMON], libraries, flags)]
        else:
            one.missing = f"needs the Debian package {package}"
        yield one


def async_imap(build):
    one = Contestant("async-imap", "peer")
    if not shutil.which("cargo"):
        one.missing = "needs cargo (Debian package cargo, or rustup)"
        return one
    target = build / "benches/cargo"
    try:
        run(["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", BENCHES / "peers/async-imap/Cargo.toml", "--target-dir", target])
        one.command = [target / "release/peer-async-imap"]
    except RuntimeError as error:
        one.missing = f"cargo cannot build it: {str(error).splitlines()[-1]}"
    return one


def scripts():
    yield Contestant("imaplib", "peer", [sys.executable, "-B", BENCHES / "peers/imaplib_peer.py"], is_native=False)
    ruby = Contestant("net-imap", "peer", ["ruby", BENCHES / "peers/net_imap.rb"], is_native=False)
    if not shutil.which("ruby"):
        ruby.missing = "needs the Debian package ruby"
    elif subprocess.run(["ruby", "-rnet/imap", "-e", ""], capture_output=True).returncode != 0:
        ruby.missing = "this ruby comes without net-imap: gem install net-imap"
    yield ruby


def all_peers(build, wanted):
    yield from in_c(build, wanted)
    if wanted("async-imap"):
        yield async_imap(build)
    for one in scripts():
        if wanted(one.name):
            yield one


def versions():
    """One line on what was measured against."""
    said = []
    for package, name in (("libetpan", "libetpan"), ("libcurl", "libcurl")):
        done = subprocess.run(["pkg-config", "--modversion", package], capture_output=True, text=True)
        if done.returncode == 0:
            said.append(f"{name} {done.stdout.strip()}")
    lock = (BENCHES / "peers/async-imap/Cargo.lock").read_text()
    found = re.search(r'name = "async-imap"\nversion = "([^"]+)"', lock)
    said.append(f"async-imap {found.group(1)}" if found else "")
    said.append(f"Python {sys.version.split()[0]}")
    if shutil.which("ruby"):
        done = subprocess.run(["ruby", "-rnet/imap", "-e", "print RUBY_VERSION, ', net-imap ', Net::IMAP::VERSION"], capture_output=True, text=True)
        said.append(f"Ruby {done.stdout.strip()}")
    return ", ".join(filter(None, said))
