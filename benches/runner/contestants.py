"""Who takes part, and how each is built. A contestant that cannot be built says what is missing."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

BENCHES = Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent
CFLAGS = ["-D_GNU_SOURCE", "-std=gnu99", "-O2", "-Wall", "-Wextra", "-Werror"]
CRYPTO = ["-lssl", "-lcrypto"]
COMMON = ["common/contest.c"]
WIRE = COMMON + ["common/wire.c"]
TALK = COMMON + ["imap4/session.c"]


@dataclass
class Contestant:
    name: str
    kind: str  # "bound", "ours", "binding" or "peer"
    command: list = field(default_factory=list)
    missing: str = ""
    is_native: bool = True  # its instructions can be counted
    workloads: list = field(default_factory=list)


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def newest(paths):
    return max((os.path.getmtime(p) for p in paths), default=0)


def library(build):
    """Builds libimap4 with CMake if the folder has none."""
    shared = build / "libimap4.so"
    if not shared.exists():
        print(f"building libimap4 in {build} ...", flush=True)
        run(["cmake", "-S", ROOT, "-B", build, "-DBUILD_TESTING=OFF"])
        run(["cmake", "--build", build])
    return shared


def compile_c(build, name, sources, libraries=(), more=()):
    """Compiles a program from sources in this folder, unless it is newer than all of them."""
    out = build / "benches" / name
    out.parent.mkdir(parents=True, exist_ok=True)
    inputs = list(BENCHES.glob("*/*.[ch]")) + [ROOT / "include/imap4.h"] + [p for p in libraries if isinstance(p, Path)]
    if not out.exists() or os.path.getmtime(out) < newest(inputs):
        run([os.environ.get("CC", "cc"), *CFLAGS, *more, "-o", out, *(BENCHES / s for s in sources), *libraries])
    return out


def server(build):
    sources = [f"server/{n}.c" for n in ("main", "session", "command", "answers", "envelope")]
    return compile_c(build, "server", sources, CRYPTO)


def bounds(build):
    yield Contestant("raw", "bound", [compile_c(build, "raw", ["bounds/raw.c", *WIRE], CRYPTO)])
    yield Contestant("lean", "bound", [compile_c(build, "lean", ["bounds/lean.c", "bounds/lean_parse.c", *WIRE], CRYPTO)])


def ours(build):
    shared = library(build)
    linked = [shared, f"-Wl,-rpath,{shared.parent.resolve()}"]
    more = [f"-I{ROOT / 'include'}"]
    programs = {
        "imap4": ["imap4/streamed.c", "imap4/read_views.c"],
        "imap4-kept": ["imap4/kept.c", "imap4/read_views.c"],
        "imap4-tree": ["imap4/kept.c", "imap4/read_tree.c"],
    }
    for name, sources in programs.items():
        yield Contestant(name, "ours", [compile_c(build, name, [*sources, *TALK], linked, more)])


def bindings(build):
    """Lua and Ruby: each field of each message as a value of the language."""
    library = f"IMAP4_LIBRARY={build.resolve() / 'libimap4.so.0'}"
    lua = ["env", library, f"LUA_PATH={ROOT}/bindings/lua/?.lua;;", "luajit", BENCHES / "bindings/meta_env.lua"]
    ruby = ["env", library, "ruby", f"-I{ROOT}/bindings/ruby/lib", BENCHES / "bindings/meta_env.rb"]
    for name, command, needs in (("imap4-luajit", lua, "luajit"), ("imap4-ruby", ruby, "ruby")):
        missing = "" if shutil.which(needs) else f"needs the Debian package {needs}"
        yield Contestant(name, "binding", command, missing, is_native=False)


def everyone(build, wanted):
    from . import peers

    found = [*bounds(build), *ours(build), *bindings(build), *peers.all_peers(build, wanted)]
    for one in found:
        if not one.missing:
            one.workloads = run([*one.command, "--list"]).split()
    return found


def which(program):
    return shutil.which(program)
