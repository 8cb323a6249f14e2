"""The workloads: what a unit is, how many are done, and the two sizes between which instructions are counted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    name: str
    unit: str
    full: int
    small: int
    sizes: tuple  # of the instruction counts; None: not counted
    rendered: str = ""  # the server's option that renders it


WORKLOADS = {
    w.name: w
    for w in (
        Workload("meta", "message", 100_000, 10_000, (1_000, 5_000), "meta"),
        Workload("env", "message", 20_000, 1_000, (500, 2_500), "env"),
        Workload("body", "message", 20_000, 1_000, (500, 2_500), "body"),
        Workload("huge", "MiB", 512, 64, (8, 40)),
        Workload("search", "id", 1_000_000, 100_000, (20_000, 100_000), "search"),
        Workload("list", "name", 10_000, 2_000, (1_000, 5_000), "list"),
        Workload("noop", "command", 10_000, 100, (500, 2_500)),
        Workload("noop-piped", "command", 10_000, 1_000, (500, 2_500)),
        Workload("append", "MiB", 256, 16, (8, 40)),
        Workload("appends", "message", 2_000, 10, (200, 1_000)),
        Workload("appends-piped", "message", 2_000, 200, (200, 1_000)),
        Workload("conn", "session", 500, 10, None),
        Workload("idle", "session", 300, 20, None),
    )
}
