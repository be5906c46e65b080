"""Timing on a busy machine: processor time, not the clock; rivals take turns, and ratios are taken round by round."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field

import numpy as np

COLLECTED = "NNLIB_BENCHMARK_TABLES"  # a file: where this variable names one, every table is added to it (run_all.py)


@dataclass
class Table:
    """What a benchmark found: a title, column heads, rows of words, and sentences about them."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def show(table: Table) -> None:
    """Print a table in columns; and add it to the file of run_all.py where there is one."""
    print(f"\n{table.title}")
    lines = [table.columns, *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    for line in lines:
        print("  " + line[0].ljust(widths[0]) + "".join(cell.rjust(w + 3) for cell, w in zip(line[1:], widths[1:])))
    for note in table.notes:
        print(f"  {note}")
    if os.environ.get(COLLECTED):
        with open(os.environ[COLLECTED], "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(table)) + "\n")


def take_turns(rivals, rounds=101, at_least=0.02):
    """Processor seconds per call for each rival, one number a round: {name: array of length `rounds`}.

    In each round every rival runs for about `at_least` seconds, one after the other, on one thread.
    """
    repeats = {}
    for name, run in rivals.items():
        run()
        start = time.process_time()
        run()
        repeats[name] = max(1, int(at_least / max(time.process_time() - start, 1e-9)))
    times = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, run in rivals.items():
            start = time.process_time()
            for _ in range(repeats[name]):
                run()
            times[name].append((time.process_time() - start) / repeats[name])
    return {name: np.array(values) for name, values in times.items()}


def spread(values, form="{:.2f}"):
    """The median of the rounds and the quartiles around it, in words."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{form.format(middle)} ({form.format(low)} to {form.format(high)})"


def seconds(value):
    """A time in the unit that reads best."""
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def ratios(title, times, base, notes=(), ours=()) -> Table:
    """A row for each rival: its median time, and how many times the base it takes, with the quartiles over the rounds.

    A sentence names the rivals that are faster than the base; `ours` are names that are no rivals.
    """
    rows = [[name, seconds(np.median(values)), spread(values / times[base])] for name, values in times.items()]
    faster = [name for name in times if name not in (base, *ours) and np.median(times[name] / times[base]) < 1]
    return Table(title, ["", "median time", f"times {base} (quartiles)"], rows, [*notes, *losses(faster)])


def losses(faster) -> list[str]:
    """The sentence that owns up to rivals that are faster; none where there are none."""
    return [f"Faster than ours: {', '.join(faster)}."] if faster else []
