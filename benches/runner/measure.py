"""Runs one contestant, or all of them in rounds, and checks what they say they received."""

import os
import subprocess
import tempfile
from dataclasses import dataclass, field

from .contestants import ROOT, run

SLOW_S = 3  # who needs more for one round is run once
TIMEOUT_S = 180
ROUND_TRIPS = ("noop", "appends", "conn", "idle")  # who waits 40 ms for each does fewer of them
PROBE = 10


class Server:
    """The scripted server, on a core of its own where there are two."""

    def __init__(self, program, counts, is_tls):
        self.program = program
        self.certs = tempfile.TemporaryDirectory(prefix="imap4-bench-")
        command = [program]
        for option, count in counts.items():
            command += [f"--{option}", str(count)]
        if is_tls:
            run([ROOT / "tests/servers/certs", self.certs.name])
            command += ["--cert", f"{self.certs.name}/good.pem", "--key", f"{self.certs.name}/good.key"]
        self.ca = f"{self.certs.name}/ca.pem"
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: pin(1))
        ready = self.process.stdout.readline().split()
        if len(ready) != 3:
            raise RuntimeError("the server did not start")
        self.port, self.tls_port = int(ready[1]), int(ready[2])
        self.sums = {}

    def expected(self, workload, n):
        if (workload, n) not in self.sums:
            self.sums[workload, n] = [int(v) for v in run([self.program, "--expect", workload, str(n)]).split()]
        return self.sums[workload, n]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.certs.cleanup()


def pin(which):
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[which]})


@dataclass
class Result:
    cpu_us: float = 0  # a unit
    wall_us: float = 0  # a unit
    peak_kib: float = 0
    session_kib: float = 0
    is_parsed: bool = True
    rounds: int = 0
    is_slow: bool = False
    failure: str = ""

    def take(self, values, n):
        cpu, wall = float(values["cpu_us"]) / n, float(values["wall_us"]) / n
        first = self.rounds == 0
        self.cpu_us = cpu if first else min(cpu, self.cpu_us)
        self.wall_us = wall if first else min(wall, self.wall_us)
        self.peak_kib = max(self.peak_kib, float(values["peak_kib"]))
        session = float(values.get("session_kib", 0))
        self.session_kib = session if first else min(session, self.session_kib)
        self.rounds += 1


def arguments(one, server, workload, n, tls, piece=0):
    command = [*one.command, workload, str(n), str(server.tls_port if tls else server.port), server.ca if tls else ""]
    return command + [str(piece)] if piece else command


def run_once(one, server, workload, n, tls, before=(), piece=0, timeout=TIMEOUT_S):
    """Returns what it printed, as a dictionary; a failure has the key "failure" alone. Octets written to standard
    error stand under "stderr"."""
    try:
        done = subprocess.run(
            [*before, *arguments(one, server, workload, n, tls, piece)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            preexec_fn=lambda: pin(0),
        )
    except subprocess.TimeoutExpired:
        return {"failure": f"not done in {timeout} s"}
    if done.returncode != 0:
        words = (done.stderr.strip() or f"ended with {done.returncode}").splitlines()
        return {"failure": words[-1][:160]}
    values = dict(pair.split("=", 1) for pair in done.stdout.split() if "=" in pair)
    check, deep = server.expected(workload, n)
    for name, wanted in (("count", n), ("check", check), ("deep", deep)):
        if name in values and int(values[name]) != wanted:
            return {"failure": f"WRONG {name}: {values[name]} and not {wanted}"}
    values["parsed"] = values.get("parsed") != "0" and ("check" in values or check == 0)
    values["stderr"] = done.stderr
    return values


class Results(dict):
    """By contestant; units says how many each was asked for, the slow ones excepted."""

    units = 0


def affordable(one, server, workload, n, tls):
    """How many units a contestant is asked for: n, or as many as it does in SLOW_S if it waits in each."""
    if one.kind != "peer" or workload not in ROUND_TRIPS or n <= PROBE:
        return n
    values = run_once(one, server, workload, PROBE, tls)
    if "failure" in values:
        return n
    done_in_time = int(SLOW_S * 1e6 / (float(values["wall_us"]) / PROBE))
    return n if done_in_time * 4 > n else max(PROBE, min(n, done_in_time))


def measure(server, contestants, workload, n, tls, rounds, say=lambda text: None):
    """Rounds in rotating order, one unmeasured first. Returns a Result for each contestant, by name."""
    taking_part = [c for c in contestants if not c.missing and workload in c.workloads]
    results = Results({c.name: Result() for c in taking_part})
    results.units = n
    units = {c.name: affordable(c, server, workload, n, tls) for c in taking_part}
    for turn in range(rounds + 1):
        shift = turn % max(1, len(taking_part))
        for one in taking_part[shift:] + taking_part[:shift]:
            result = results[one.name]
            if result.failure or result.is_slow:
                continue
            values = run_once(one, server, workload, units[one.name], tls)
            if "failure" in values:
                result.failure = values["failure"]
                say(f"{workload}{' TLS' if tls else ''}: {one.name}: {result.failure}")
                continue
            result.is_parsed = values["parsed"]
            is_slow = units[one.name] < n or float(values["wall_us"]) > SLOW_S * 1e6
            result.is_slow = turn == 0 and one.kind == "peer" and is_slow
            if turn > 0 or result.is_slow or rounds == 0:
                result.take(values, units[one.name])
    return results
