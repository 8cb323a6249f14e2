"""What a piece of work costs: CPU, wall time, and the peak of memory above what was resident before."""

import resource
import time


def status_kib(name):
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith(name + ":"):
                return float(line.split()[1])
    return 0.0


def cpu_us():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6


class Cost:
    def __enter__(self):
        with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")  # the peak begins anew at what is resident now
        self.resident, self.cpu, self.wall = status_kib("VmRSS"), cpu_us(), time.monotonic()
        return self

    def __exit__(self, *_):
        self.wall = (time.monotonic() - self.wall) * 1e6
        self.cpu = cpu_us() - self.cpu
        self.peak = max(0, status_kib("VmHWM") - self.resident)

    def __str__(self):
        return f"cpu_us={self.cpu:.0f} wall_us={self.wall:.0f} peak_kib={self.peak:.0f}"
