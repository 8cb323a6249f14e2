"""The goals: what libimap4 must not exceed, and whether it does. Every figure is an upper limit."""

from .report import best, three

PEER, RAW, LEAN = "x best peer", "x raw", "x lean"


class Figures:
    """What was measured, asked for by workload. A figure that is not there is None."""

    def __init__(self, measured, counted, contestants):
        self.measured, self.counted, self.contestants = measured, counted, contestants

    def ours(self, workload, tls=False, who="imap4"):
        """The streamed contestant, or the one that keeps whole answers."""
        return self.other(workload, {"kept": "imap4-kept"}.get(who, who), tls)

    def other(self, workload, name, tls=False):
        found = self.measured.get((workload, tls), {}).get(name)
        return found if found and found.rounds and not found.failure else None

    def ratio(self, workload, to, key="cpu_us", tls=False, who="imap4"):
        mine = self.ours(workload, tls, who)
        if to == PEER:
            peer = best(self.measured.get((workload, tls), {}), self.contestants, key)
            against = peer[1] if peer else None
        else:
            other = self.other(workload, to.removeprefix("x "), tls)
            against = getattr(other, key) if other else None
        return getattr(mine, key) / against if mine and against else None

    def memory_mib(self, workload, tls=False, who="imap4"):
        mine = self.ours(workload, tls, who)
        return mine.peak_kib / 1024 if mine else None

    def kept_octets(self, workload, units):
        mine = self.ours(workload, who="kept")
        return mine.peak_kib * 1024 / units if mine else None

    def session_kib(self, tls=False, name=None):
        mine = self.other("idle", name, tls) if name else self.ours("idle", tls)
        return mine.session_kib if mine else None

    def count(self, kind, workload, who="imap4"):
        return self.counted.get(kind, {}).get((who, workload))

    def wall_ms(self, workload, n):
        mine = self.ours(workload)
        return mine.wall_us * n / 1000 if mine else None


def times(figures):
    """(workload, what, figure, goal)"""
    f, size = figures, units_of(figures)
    for workload, to, goal in (
        ("meta", PEER, 0.18), ("meta", "x c-client", 0.06), ("meta", "x etpan", 0.05), ("meta", LEAN, 2.0),
        ("env", PEER, 0.30), ("env", "x c-client", 0.05), ("env", "x etpan", 0.03), ("env", LEAN, 1.2),
        ("body", PEER, 0.25), ("body", LEAN, 1.3), ("huge", PEER, 1.0), ("huge", RAW, 1.2),
        ("search", PEER, 0.25), ("search", LEAN, 1.3), ("list", PEER, 0.30), ("noop", PEER, 1.15),
        ("append", PEER, 1.15), ("appends", PEER, 1.15), ("conn", PEER, 1.15),
    ):
        yield workload, f"CPU {to}", f.ratio(workload, to), goal
    yield "body", "wall x lean", f.ratio("body", LEAN, "wall_us"), 1.3
    yield "huge kept", "CPU x c-client", f.ratio("huge", "x c-client", who="kept"), 0.6
    yield "noop-piped", "wall x raw", f.ratio("noop-piped", RAW, "wall_us"), 4.0
    yield "noop-piped", "wall, ms for 10,000", f.wall_ms("noop-piped", 10_000), 6.0
    yield "appends-piped", "wall x raw", f.ratio("appends-piped", RAW, "wall_us"), 2.5
    yield "appends-piped", "wall x best peer one by one", piped_to_single(f), 0.06
    yield "huge TLS", "CPU x best peer", f.ratio("huge", PEER, tls=True), 1.1
    yield "huge TLS", "CPU x raw", f.ratio("huge", RAW, tls=True), 1.15
    yield "conn TLS", "CPU x best peer", f.ratio("conn", PEER, tls=True), 1.15
    for workload, tls, goal in (
        ("meta", False, 0.5), ("env", False, 0.5), ("body", False, 0.5), ("huge", False, 0.5), ("huge", True, 0.5),
        ("search", False, 0.5), ("list", False, 0.5), ("append", False, 0.3), ("noop-piped", False, 1.0), ("appends-piped", False, 1.0),
    ):
        yield workload + (" TLS" if tls else ""), "extra memory, MiB", f.memory_mib(workload, tls), goal
    yield "meta kept", "octets a message", f.kept_octets("meta", size["meta"]), 160
    yield "env kept", "octets a message", f.kept_octets("env", size["env"]), 1000
    yield "huge kept", "MiB above its size", above(f.memory_mib("huge", who="kept"), size["huge"]), 1.0
    yield "search kept", "octets an id", f.kept_octets("search", size["search"]), 4.72  # 4.5 MiB for a million
    yield "idle", "KiB a session", f.session_kib(), 4.0
    yield "idle", "memory x best peer", f.ratio("idle", PEER, "session_kib"), 0.4
    yield "idle TLS", "KiB above raw", above(f.session_kib(True), f.session_kib(True, "raw")), 6.0
    yield "idle TLS", "memory x best peer", f.ratio("idle", PEER, "session_kib", True), 0.85
    for workload, goal in (("meta", 1800), ("env", 12000), ("body", 1200), ("search", 110), ("noop", 1000), ("noop-piped", 1000), ("appends", 2000)):
        yield workload, "instructions a unit", f.count("instructions", workload), goal
    yield "env", "instructions, stretch goal", f.count("instructions", "env"), 9000
    for workload in ("meta", "env"):
        yield workload + " in Ruby", "CPU x net-imap", f.ratio(workload, "x net-imap", who="imap4-ruby"), 0.1
        yield workload + " in LuaJIT", "CPU x imaplib", f.ratio(workload, "x imaplib", who="imap4-luajit"), 0.333
    yield "env kept", "allocations a message", f.count("allocations", "env", "imap4-kept"), 1.05
    yield "noop", "sends a command", f.count("sends", "noop"), 1.02
    yield "appends", "sends a command", f.count("sends", "appends"), 1.02
    yield "huge", "receives a MiB", f.count("receives", "huge"), 16.5


def above(figure, base):
    return figure - base if figure is not None and base is not None else None


def units_of(figures):
    """How many units each workload had, from its results."""
    return {workload: results.units for (workload, _), results in figures.measured.items()} | {
        w: 0 for w in ("meta", "env", "huge", "search") if (w, False) not in figures.measured
    }


def piped_to_single(f):
    mine = f.ours("appends-piped")
    peer = best(f.measured.get(("appends", False), {}), f.contestants, "wall_us")
    return mine.wall_us / peer[1] if mine and peer else None


def rivals(figures, contestants):
    """Rows in which a peer is more than the noise ahead of libimap4's best, in CPU or wall time."""
    peers = {c.name for c in contestants if c.kind == "peer"}
    for (workload, tls), results in figures.measured.items():
        mine = [r for n, r in results.items() if n.startswith("imap4") and r.rounds and not r.failure]
        for key, what in (("cpu_us", "CPU"), ("wall_us", "wall")):
            if not mine:
                continue
            own = min(getattr(r, key) for r in mine)
            ahead = {n: own / getattr(r, key) for n, r in results.items() if n in peers and r.rounds and not r.failure and r.is_parsed}
            ahead = {n: ratio for n, ratio in ahead.items() if ratio > 1.2}
            worst = max(ahead, key=ahead.get) if ahead else None
            if worst:
                yield f"{workload}{' TLS' if tls else ''}", f"{what} x {worst}", ahead[worst], 1.2


def failures(measured):
    for (workload, tls), results in measured.items():
        for name, result in results.items():
            if name.startswith("imap4") and result.failure:
                yield f"{workload}{' TLS' if tls else ''}", f"{name} fails", result.failure, 0


def table(measured, counted, extra, contestants):
    figures = Figures(measured, counted, contestants)
    lines = [(w, what, figure, goal) for w, what, figure, goal in times(figures) if figure is not None]
    lines += failures(measured)
    lines += extra
    lines += rivals(figures, contestants)
    if not lines:
        return
    print("\n## Goals\n")
    print("Upper limits. A row whose second column names a peer is one in which that peer is more than the noise ahead.\n")
    grid = [("workload", "what", "value", "goal", "reached"), ("---", "---", "--:", "--:", "---")]
    for workload, what, figure, goal in lines:
        if isinstance(figure, str):
            print(f"{workload}: {what}: {figure}\n")
        shown = "fails" if isinstance(figure, str) else three(figure)
        reached = not isinstance(figure, str) and figure <= goal
        grid.append((workload, what, shown, three(goal), "yes" if reached else "NO"))
    widths = [max(len(line[i]) for line in grid) for i in range(5)]
    for line in grid:
        print("| " + " | ".join(c.rjust(w) if i in (2, 3) else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths))) + " |")
    reached = sum(1 for line in grid[2:] if line[4] == "yes")
    print(f"\n{reached} of {len(grid) - 2} reached")
