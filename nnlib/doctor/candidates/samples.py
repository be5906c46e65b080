"""Which samples count, and how much: a row of weights of the samples, 1 for each where all is right."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from functools import cache

import numpy as np

from nnlib.doctor.candidates.edits import ALL
from nnlib.doctor.candidates.passes import Candidate

LAST, SINGLE, REMAINDER = "only-last-sample", "single-sample-step", "batch-remainder"
USUAL = (2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128)  # batch sizes that people write


def _only(T, start, stop=None, step=None):
    w = np.zeros(T)
    w[slice(start, stop, step)] = 1.0
    return w


def _means_of_batches(T, size):
    lengths = [min(size, T - start) for start in range(0, T, size)]
    return np.concatenate([np.full(n, T / (n * len(lengths))) for n in lengths])


def choices(T: int):
    """(category, words, also, cost, weights of T samples) for every choice of samples that people make."""
    for word, i, cost in (("last", T - 1, 0), ("first", 0, 0), ("second", min(1, T - 1), 0.2), ("middle", T // 2, 0.2)):
        yield LAST, f"only the {word} sample counts", (SINGLE,), cost, _only(T, i, i + 1)
    for words, *part in (
        ("the last sample is left out", None, -1), ("the first sample is left out", 1), ("only half of the samples count", None, T // 2),
        ("only half of the samples, rounded up, count", None, (T + 1) // 2), ("only every other sample counts", None, None, 2),
    ):  # fmt: skip
        yield REMAINDER, words, (LAST,), 0.15, _only(T, *part)
    for size in range(2, 130):
        rare, whole = 0.1 * (size not in USUAL), T // size * size
        yield REMAINDER, f"only the first {size} samples count", (LAST,), rare, _only(T, None, size)
        yield REMAINDER, f"only the last {size} samples count", (LAST,), rare, _only(T, -size)
        for some in (whole, whole or size):
            words = f"the samples beyond the last full batch of {size} are dropped"
            yield REMAINDER, words, (LAST,), rare + 0.01 * (some != whole), _only(T, None, some)
        yield REMAINDER, f"only the last batch of {size} counts", (LAST,), rare + 0.05, _only(T, (T - 1) // size * size)
        words = f"the mean of the means of batches of {size}: a short last batch counts too much"
        yield REMAINDER, words, (), rare, _means_of_batches(T, size)
        words = f"every batch is divided by {size}, a short last one too"
        yield REMAINDER, words, ("divided-by-wrong-count",), rare, np.full(T, T / (size * -(-T // size)))


@cache
def _weights(T: int) -> np.ndarray:
    return np.array([row[-1] for row in choices(T)])


def _weighing(number: int, own: bool):
    def weigh(T):
        w = _weights(T)[number]
        kept = w.sum()
        return w * (T / kept if own and kept and set(w) == {0.0, 1.0} else 1.0)

    return weigh


def weighings(setting) -> list[Candidate]:
    """The choices of samples as candidates: each with the kept ones' own mean, and with the sum still divided by T."""
    found = []
    for number, (category, words, also, cost, _) in enumerate(choices(7)):
        if setting.kind == "train_step" and category == LAST:
            category, also = SINGLE, (LAST,)
        for own in (True, False) if setting.over_samples == "mean" else (False,):
            said = words + ("" if own else ", and the sum is still divided by T")
            found.append(
                Candidate(category, {"weigh": _weighing(number, own)}, ALL, also, cost + 0.1 * (not own), said)
            )
    return found
