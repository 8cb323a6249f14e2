"""What is measured apart from the tables: growth with size, small pieces, stalls, many sessions."""

import resource

from . import counts
from .measure import measure, run_once

# workload: the two sizes that are compared, by CPU a unit and by instructions a unit
LINEAR = {"meta": (10_000, 1_000_000), "search": (100_000, 1_000_000), "huge": (64, 512), "noop-piped": (1_000, 10_000)}
LINEAR_COUNTED = {"meta": ((1_000, 5_000), (20_000, 40_000)), "search": ((20_000, 100_000), (200_000, 400_000))}
PIECES = ("meta", "env", "body", "search")
STALLS = ("noop", "appends", "conn")
STALL_UNITS = 20
SESSIONS = 10_000


def linear(server, one, chosen, rounds):
    for workload, sizes in LINEAR.items():
        if workload not in chosen:
            continue
        small, large = (measure(server, [one], workload, n, False, rounds)[one.name] for n in sizes)
        failure = small.failure or large.failure
        yield workload, f"CPU a unit, {sizes[1]:,} to {sizes[0]:,}", failure or large.cpu_us / small.cpu_us, 1.25
    for workload, (low, high) in LINEAR_COUNTED.items():
        if workload in chosen:
            first, second = (counts.instructions(server, one, workload, sizes) for sizes in (low, high))
            if first and second:
                yield workload, f"instructions a unit, {high[1]:,} to {low[1]:,}", second / first, 1.02


def pieces(server, one, chosen, sizes_of):
    """The same octets handed to the library 4 KiB at a time, and 256 KiB."""
    for workload in PIECES:
        if workload in chosen:
            small, large = (counts.instructions(server, one, workload, sizes_of(workload), piece) for piece in (4096, 262144))
            if small and large:
                yield workload, "instructions, 4 KiB pieces to 256 KiB", small / large, 1.3


def stalls(server, raw, one, chosen, rounds):
    for tls in (False, True):
        for workload in STALLS:
            if workload not in chosen:
                continue
            results = measure(server, [raw, one], workload, STALL_UNITS, tls, rounds)
            mine, bound = results[one.name], results[raw.name]
            failure = mine.failure or bound.failure
            what = f"wall of {STALL_UNITS} x raw"
            yield workload + (" TLS" if tls else ""), what, failure or mine.wall_us / bound.wall_us, 1.5


def sessions(server, one):
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    n = SESSIONS if allowed == resource.RLIM_INFINITY else min(SESSIONS, allowed - 100)
    values = run_once(one, server, "idle", n, False)
    yield "idle", f"KiB a session, {n:,} held", values.get("failure") or float(values.get("session_kib", 0)), 4.0


def all_of(server, contestants, chosen, rounds, sizes_of):
    one, raw = (next((c for c in contestants if c.name == name), None) for name in ("imap4", "raw"))
    if one is None:
        return []
    found = [*linear(server, one, chosen, rounds), *pieces(server, one, chosen, sizes_of)]
    if raw is not None:
        found += stalls(server, raw, one, chosen, rounds)
    if "idle" in chosen:
        found += sessions(server, one)
    return found
