"""What nnlib.memory saves: one gradient of 784-256-128-10, 256 samples, in processes with it and without, in turn.

Run:  python tests/bench/memory.py
Processor time of one thread; read the ratio, not the times.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = """
import sys, time, types, numpy as np
if sys.argv[1] == "without":
    sys.modules["nnlib.memory"] = types.ModuleType("nnlib.memory")
import nnlib
rng = np.random.default_rng(0)
weights, biases = nnlib.init([784, 256, 128, 10], rng, "fan_in")
X, E, times = rng.random((256, 784)), rng.random((256, 10)), []
for _ in range(30):
    start = time.process_time()
    nnlib.gradients(weights, biases, X, E)
    times.append(time.process_time() - start)
print(sorted(times)[len(times) // 2])
"""


def median(way: str) -> float:
    """The median time of a gradient in a fresh process, in seconds."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, way], capture_output=True, text=True, env=environment, check=True
    )
    return float(done.stdout)


def main():
    pairs = [(median("with"), median("without")) for _ in range(7)]
    ratios = [kept / fetched for kept, fetched in pairs]
    best = [1000 * min(column) for column in zip(*pairs)]
    print(f"with nnlib.memory {best[0]:.2f} ms, without {best[1]:.2f} ms, ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
