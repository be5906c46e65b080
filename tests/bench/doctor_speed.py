"""Seconds per verdict of the gradient doctor: python tests/bench/doctor_speed.py (a fresh process for the first)."""

from __future__ import annotations

import subprocess
import sys
import time

import begin  # noqa: F401  before NumPy
import numpy as np
from timing import Table, seconds, show

FIRST = """
import time, numpy, nnlib
start = time.perf_counter()
nnlib.diagnose({function})
print(time.perf_counter() - start)
"""
RIGHT = "nnlib.gradients"
TRANSPOSED = "lambda w, b, X, E: ([g.T for g in nnlib.gradients(w, b, X, E)[0]], nnlib.gradients(w, b, X, E)[1])"


def first(function: str) -> float:
    """The first verdict of a new process, the import of the doctor and the building of its tables included."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST.format(function=function)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main():
    from corpus import CASES

    from nnlib import diagnose

    table = Table("Verdicts of the gradient doctor", ["", "verdicts", "median", "95 % below", "longest"])
    for name, function in (
        ("first in a new process, right code", RIGHT),
        ("first in a new process, known mistake", TRANSPOSED),
    ):
        taken = [first(function) for _ in range(3)]
        table.rows.append([name, "3", seconds(np.median(taken)), "", seconds(max(taken))])
    wall, busy = [], []
    for case in CASES:
        function, start, work = case.make(), time.perf_counter(), time.process_time()
        diagnose(function, case.kind)
        wall.append(time.perf_counter() - start)
        busy.append(time.process_time() - work)
    for name, taken in (("the corpus, by the clock", wall), ("the corpus, of the processor", busy)):
        words = [seconds(value) for value in (*np.percentile(taken, [50, 95]), max(taken))]
        table.rows.append([name, str(len(taken)), *words])
    show(table)


if __name__ == "__main__":
    main()
