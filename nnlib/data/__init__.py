"""The two data sets of the series, inside the package: XOR, and the UCI handwritten digits (source: digits.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnlib import checks

DIGITS_FILE = Path(__file__).parent / "digits.csv.gz"


def xor() -> tuple[np.ndarray, np.ndarray]:
    """X of shape (4, 2) and E of shape (4, 1): the output is 1 where exactly one input is 1 (lesson 0)."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([[0.0], [1.0], [1.0], [0.0]])


def digits(seed: int = 0, test_share: float = 0.2) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(X_train, E_train, X_test, E_test): 1,797 pictures of 8 x 8, ink from 0 to 1, and one-hot targets (lesson 10).

    The split is a permutation drawn from `seed`; the last `test_share` of it are the test samples.
    X has 64 columns, picture row after picture row; E has 10. Raises ValueError for a share outside (0, 1).
    """
    seed, test_share = checks.argument("seed", seed), checks.argument("test_share", test_share)
    table = np.loadtxt(DIGITS_FILE, delimiter=",")
    table = table[np.random.default_rng(seed).permutation(len(table))]
    X, E = table[:, :64] / 16, np.eye(10)[table[:, 64].astype(int)]
    cut = len(X) - round(test_share * len(X))
    if cut in (0, len(X)):
        raise ValueError(f"test_share: expected at least one sample on either side of the split, got {test_share!r}")
    return X[:cut], E[:cut], X[cut:], E[cut:]
