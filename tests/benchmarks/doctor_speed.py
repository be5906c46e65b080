"""Seconds per verdict of the gradient doctor: python tests/benchmarks/doctor_speed.py (a fresh process for the first)."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
FIRST = """
import time, numpy, nnlib
start = time.perf_counter()
nnlib.diagnose({function})
print(time.perf_counter() - start)
"""


def first(function: str) -> float:
    """The first verdict of a new process, the import of the doctor and the building of its tables included."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST.format(function=function)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main():
    from corpus import CASES

    from nnlib import diagnose

    transposed = "lambda w, b, X, E: ([g.T for g in nnlib.gradients(w, b, X, E)[0]], nnlib.gradients(w, b, X, E)[1])"
    print(f"first verdict, right code      {first('nnlib.gradients'):6.3f} s")
    print(f"first verdict, a known mistake {first(transposed):6.3f} s")
    wall, busy = [], []
    for case in CASES:
        function, start, work = case.make(), time.perf_counter(), time.process_time()
        diagnose(function, case.kind)
        wall.append(time.perf_counter() - start)
        busy.append(time.process_time() - work)
    for name, seconds in (("elapsed", wall), ("of the processor", busy)):
        quantiles = statistics.quantiles(seconds, n=20)
        print(
            f"{len(seconds)} verdicts, {name}: median {statistics.median(seconds):.3f} s, "
            f"95 % below {quantiles[-1]:.3f} s, most {max(seconds):.3f} s"
        )


if __name__ == "__main__":
    main()
