"""The tables: contestants down, workloads across."""


def three(value):
    """Three figures that mean something."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"


def table(title, note, rows, columns, cell):
    """Prints a table in Markdown, its columns padded so that it can be read as it is."""
    grid = [["contestant", *columns], ["---", *("--:" for _ in columns)]]
    for row in rows:
        cells = [cell(row, column) for column in columns]
        if any(c != "–" for c in cells):
            grid.append([row, *cells])
    widths = [max(len(line[i]) for line in grid) for i in range(len(grid[0]))]
    print(f"\n{title}\n{note}\n" if note else f"\n{title}\n")
    for line in grid:
        print("| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))) + " |")


def best(results, contestants, key):
    """The lowest figure among the peers that parse: (name, figure); None if there is none."""
    kinds = {c.name: c.kind for c in contestants}
    found = [
        (getattr(r, key), name)
        for name, r in results.items()
        if kinds[name] == "peer" and r.is_parsed and not r.failure and r.rounds > 0
    ]
    return min(found)[::-1] if found else None


def tables(measured, contestants, labels):
    """measured: {(workload, tls): {name: Result}}; labels: what stands over each column."""
    names = [c.name for c in contestants]
    columns = {labels[key]: results for key, results in measured.items()}

    def cell_of(figure):
        def cell(name, column):
            result = columns[column].get(name)
            if result is None:
                return "–"
            if result.failure or result.rounds == 0:
                return "fails"
            value = figure(result, columns[column])
            mark = ("" if result.is_parsed or name == "raw" else "*") + ("~" if result.is_slow else "")
            return "–" if value is None else three(value) + mark

        return cell

    def times_raw(key):
        def figure(result, results):
            raw = results.get("raw")
            return getattr(result, key) / getattr(raw, key) if raw and raw.rounds and not raw.failure else None

        return figure

    def times_best(result, results):
        peer = best(results, contestants, "cpu_us")
        return result.cpu_us / peer[1] if peer and peer[1] > 0 else None

    def memory(result, results):
        return result.session_kib if result.session_kib else result.peak_kib / 1024

    marks = "*: its user has to parse. ~: slow, run once, perhaps with fewer units."
    table("CPU as a multiple of the best peer that parses", f"Below 1: better than all peers. {marks}", names, columns, cell_of(times_best))
    table("CPU microseconds a unit", "User and system; the lowest of the rounds.", names, columns, cell_of(lambda r, _: r.cpu_us))
    table("Wall time as a multiple of raw", "", names, columns, cell_of(times_raw("wall_us")))
    table("Extra peak memory in MiB", "idle: KiB a held session.", names, columns, cell_of(memory))


def counted(title, note, counts, contestants, workloads):
    """counts: {(name, workload): figure or None}"""
    table(title, note, [c.name for c in contestants], workloads, lambda n, w: three(counts.get((n, w))))
