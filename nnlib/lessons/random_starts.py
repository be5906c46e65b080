"""Many random starts of one small network on XOR, trained side by side: because one start proves little."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.data import xor
from nnlib.network import init
from nnlib.sweep import sweep


def final_costs(
    rates: Sequence[float], seeds: Sequence[int], steps: int, sizes: Sequence[int] = (2, 3, 1)
) -> np.ndarray:
    """The cost of XOR after `steps` full-batch steps: shape (rates, seeds), each network drawn by init(sizes, seed)."""
    begun = [init(sizes, np.random.default_rng(seed)) for _ in rates for seed in seeds]
    weights, biases = ([np.stack(layer) for layer in zip(*group)] for group in zip(*begun))
    run = sweep(weights, biases, *xor(), np.repeat(rates, len(seeds)), steps=steps, record_every=steps, progress=None)
    return run.costs[-1].reshape(len(rates), len(seeds))
