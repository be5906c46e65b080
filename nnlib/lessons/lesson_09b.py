"""The exercises of lesson 9b: torn columns of a map of two rates, and a box-counting dimension."""

from __future__ import annotations

import numpy as np


def torn(learned, diverged):
    """Columns in which a row learned, and a row before it, at a smaller rate, diverged."""
    return int((learned & np.maximum.accumulate(diverged, axis=0)).any(axis=0).sum())


def a_map(rng):
    """Which of 9 x 12 networks learned and which diverged; three of the columns are in order."""
    fates = rng.choice(3, size=(9, 12), p=[0.35, 0.45, 0.2])
    fates[:, :3] = np.sort(fates[:, :3], axis=0)  # three columns in order: learned, stuck, diverged
    return fates == 0, fates == 2


TORN = {
    "from-above": lambda learned, diverged: torn(learned[::-1], diverged[::-1]),
    "both-somewhere": lambda learned, diverged: int((learned.any(axis=0) & diverged.any(axis=0)).sum()),
    "pixels": lambda learned, diverged: int((learned & np.maximum.accumulate(diverged, axis=0)).sum()),
    "rows": lambda learned, diverged: torn(learned.T, diverged.T),
    "next-row": lambda learned, diverged: int((learned[1:] & diverged[:-1]).any(axis=0).sum()),
    "share": lambda learned, diverged: torn(learned, diverged) / learned.shape[1],
}


def dimension(s1, n1, s2, n2):
    """The exponent D of N ~ s^-D through two counts"""
    return np.log(n1 / n2) / np.log(s2 / s1)


def two_counts(rng):
    """Two sides and their counts, as of a border with a dimension between 1 and 2."""
    small = int(rng.integers(2, 6))
    large = small * int(rng.integers(2, 5))
    count = int(rng.integers(3000, 9000))
    return small, count, large, int(count * (small / large) ** rng.uniform(1.1, 1.9))


DIMENSIONS = {
    "sign": lambda s1, n1, s2, n2: np.log(n1 / n2) / np.log(s1 / s2),
    "no-logs": lambda s1, n1, s2, n2: (n1 / n2) / (s2 / s1),
    "upside-down": lambda s1, n1, s2, n2: np.log(s2 / s1) / np.log(n1 / n2),
    "one-count": lambda s1, n1, s2, n2: np.log(n1) / np.log(s1),
    "difference": lambda s1, n1, s2, n2: (n1 - n2) / (s2 - s1),
    "logs-of-counts": lambda s1, n1, s2, n2: np.log(n1) / np.log(n2),
    "base-two": lambda s1, n1, s2, n2: np.log2(n1 / n2),
}
