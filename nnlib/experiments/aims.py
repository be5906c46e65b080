"""Which cost counts as learned: half way from the best constant answer to outputs that equal the targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.experiments.values import attempt

EDGE = 1e-9  # how near a share may come to 0 and 1, where a cost may hold a log


def aims(bench, A, Y) -> tuple[float, float]:
    """(the cost that counts as learned, the cost of the best constant answer) for outputs like A."""
    E, seen = bench.targets(A, Y), bench.rows(A)
    width, seen = seen.shape[1], seen[np.isfinite(seen)]
    mean = np.nanmean(E, axis=0) if E.shape[1] == width else np.full(width, np.nanmean(E))
    shares = all(0 <= np.nanmin(v) and np.nanmax(v) <= 1 for v in (E, seen) if v.size)
    whole = shares and 1 < width == E.shape[1] and np.allclose(E.sum(axis=1), 1)

    def of(row):
        row = np.clip(row, EDGE, 1 - EDGE) if shares else row
        row = row / row.sum() if whole else row
        return bench.cost(bench.back(np.tile(row, (len(E), 1)), A), Y)

    rows = [mean]
    if not shares:  # the outputs may be logits
        soft = np.clip(mean, EDGE, 1 - EDGE)
        rows += [np.log(soft), np.log(soft) - np.log(1 - soft), np.zeros(width)]
    best, at = min((_finite(of, row), k) for k, row in enumerate(rows))
    if bench.named is None and np.isfinite(best):
        best = _lower(of, rows[at], best)
    if not np.isfinite(best):
        return np.nan, np.nan
    least = perfect(bench, A, Y)
    low = max(least, 0.0) if least < best else 0.0
    return low + (best - low) / 2 if best > 0 else np.nan, float(best)


def perfect(bench, A, Y) -> float:
    """The least cost that outputs equal to the targets get, taken as values, probabilities or logits."""
    E = bench.targets(A, Y)
    if E.shape != bench.rows(A).shape:
        return np.nan
    soft = np.clip(E, EDGE, 1 - EDGE)
    answers = E, soft, np.log(soft) - np.log(1 - soft)
    return min(_finite(lambda a: bench.cost(bench.back(a, A), Y), answer) for answer in answers)


def _finite(f: Callable, row) -> float:
    """f(row), or infinity where that is no number or the learner's cost does not take it."""
    value = attempt(f, row, other=np.inf)
    return value if np.isfinite(value) else np.inf


def _lower(f: Callable, row, best: float) -> float:
    """A few rounds of trying each entry up and down."""
    row, size = np.array(row, dtype=float), 0.25 * (1 + np.abs(row).max())
    for _ in range(8):
        for k in range(len(row)):
            for way in (size, -size):
                moved = row.copy()
                moved[k] += way
                value = _finite(f, moved)
                if value < best:
                    row, best = moved, value
                    break
        size /= 2
    return best
