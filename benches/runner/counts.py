"""Instructions, allocations and system calls a unit: from two sizes each, so that start-up cancels out."""

import re

from .contestants import which
from .measure import run_once


def slope(server, one, workload, sizes, before, pattern, tls=False, piece=0, stream="stderr"):
    """(count at the larger size - count at the smaller one) / (units between them); None if it failed."""
    found = []
    for n in sizes:
        values = run_once(one, server, workload, n, tls, before, piece, timeout=600)
        match = re.search(pattern, values.get(stream, ""))
        if match is None:
            return None
        found.append(int(match.group(1).replace(",", "")))
    return (found[1] - found[0]) / (sizes[1] - sizes[0])


def instructions(server, one, workload, sizes, piece=0):
    if not one.is_native or not which("valgrind"):
        return None
    before = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    return slope(server, one, workload, sizes, before, r"Collected : (\d+)", piece=piece)


def allocations(server, one, workload, sizes):
    if not one.is_native or not which("valgrind"):
        return None
    return slope(server, one, workload, sizes, ["valgrind", "--leak-check=no"], r"total heap usage: ([\d,]+) allocs")


SENDS = "sendto|sendmsg|write|writev"
RECEIVES = "recvfrom|recvmsg|read|readv"


def calls(server, one, workload, sizes, names):
    """System calls of these names a unit, counted with strace; files of start-up cancel out."""
    if not which("strace"):
        return None
    found = []
    for n in sizes:
        values = run_once(one, server, workload, n, False, ["strace", "-f", "-c", "-U", "calls,name", "--"], timeout=600)
        if "failure" in values:
            return None
        found.append(sum(int(m.group(1)) for m in re.finditer(rf"^\s*(\d+) (?:{names})\s*$", values["stderr"], re.M)))
    return (found[1] - found[0]) / (sizes[1] - sizes[0])
