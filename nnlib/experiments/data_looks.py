"""Looks at the data: NaN, shapes, labels, reach, scale, pairs. Each gives a finding with its number and limit, or None."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.running.calling import quiet
from nnlib.experiments.rebuilt import PARTED
from nnlib.experiments.values import Finding, Study, attempt

REACH = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, np.inf)}
REACH |= dict.fromkeys(PARTED, (0.0, 1.0))


def missing(s: Study) -> Finding | None:
    """NaN or infinity in the data."""
    bad = sum(int((~np.isfinite(v.astype(float))).sum()) for v in (s.X, s.E))
    if not bad:
        return None
    columns = np.flatnonzero(~np.isfinite(s.X).all(axis=0)).tolist()
    where = f" (inputs, columns {', '.join(map(str, columns[:6]))})" if columns else " (targets)"
    words = f"{bad} numbers of the data are NaN or infinite{where}: look before the network, not in it"
    return Finding("nan-in-data", words, bad, 0, "one NaN makes every sum that it enters NaN")


def shapes(s: Study) -> Finding | None:
    """Outputs and targets of as many numbers, but of shapes that broadcast to another one."""
    A, given = attempt(s.bench.output, s.bench.X), np.shape(s.bench.Y)
    if A is None or A.size != np.size(s.bench.Y) or A.shape == given:
        return None
    words = f"your outputs have shape {A.shape}, your targets {given}: numpy does not subtract them number by number"
    return Finding("shapes", words, A.ndim, len(given), "numpy's rules of broadcasting")


def labels(s: Study) -> Finding | None:
    """One class only, class numbers beyond the outputs, class numbers as values, rows that are not one-hot."""
    E, width = s.E, outputs_width(s)
    if E.dtype.kind not in "iuf" or not np.isfinite(E.astype(float)).all():
        return None
    low, high, whole = int(E.min()), int(E.max()), np.all(E == np.round(E))
    if len(np.unique(E, axis=0)) == 1:
        return Finding(
            "labels", "every sample has the same target: there is nothing to tell apart", 1, 2, "a class each"
        )
    if E.shape[1] == 1 and whole and width > 1 and (low != 0 or high >= width):
        words = f"the targets are class numbers from {low} to {high}, the network has {width} outputs"
        return Finding("labels", words, high, width - 1, "a difference takes the numbers as values, an index from 0 on")
    soft = s.chain is not None and "softmax" in s.chain.last
    return _not_one_hot(E) if soft and whole and low == 0 and high == 1 else None


def _not_one_hot(E) -> Finding | None:
    rows = int((E.sum(axis=1) != 1).sum())
    words = f"{rows} rows of targets are not one-hot"
    return Finding("labels", words, rows, 0, "softmax outputs add up to 1") if rows else None


def one_class(s: Study) -> bool:
    """Is every target the same?"""
    return bool(len(s.E) > 1 and (s.E == s.E[0]).all())


def reach(s: Study) -> Finding | None:
    """Do the targets lie where the outputs can go?"""
    low, high = outputs_reach(s)
    E = s.E[np.isfinite(s.E.astype(float))].astype(float)
    if not E.size or s.E.shape[1] != outputs_width(s):
        return None
    over = max(low - E.min(), E.max() - high)
    if over <= 1e-9 * max(1, np.abs(E).max()):
        return None
    words = f"targets run from {E.min():.3g} to {E.max():.3g}, your outputs can only lie between {low:g} and {high:g}"
    return Finding("targets-out-of-reach", words, over, 0, "the range of the output's activation")


def inputs(s: Study) -> Finding | None:
    """Inputs far from the size for which weights are usually drawn."""
    X = s.X[np.isfinite(s.X).all(axis=1)]
    if not len(X):
        return None
    size, spread = np.abs(X).max(), X.std(axis=0).max()
    if size > 10:
        words = f"inputs run up to {size:.3g}: z in the first layer is of that order, where a sigmoid or tanh is flat"
        return Finding("scale-of-inputs", words, size, 10, "the slope of a sigmoid at z = 10 is 0.00005")
    if 0 < spread < 0.05:
        words = f"inputs vary by {spread:.2g} at most: samples look alike to the network"
        return Finding("scale-of-inputs", words, spread, 0.05, "the gradient by a weight is a slope times an input")
    return None


def neighbours(s: Study) -> Finding | None:
    """Does a sample's nearest neighbour say anything about its target?"""
    X, E = s.bench.rows(s.bench.standardised(s.bench.X)), s.E.astype(float)
    rows = np.random.default_rng(0).permutation(len(X))[:600]
    agreement = nearest(X[rows], E[rows])
    if len(rows) < 30 or agreement is None or agreement > 2.5:
        return None
    words = f"samples that lie close together share their target no more often than chance ({agreement:.1f} sigma)"
    return Finding("pairs-parted", words, agreement, 2.5, "the spread of the same targets dealt out at random")


def nearest(X, E) -> float | None:
    """How far nearest neighbours' targets agree beyond chance, in standard deviations of random shuffles."""
    square = (X**2).sum(axis=1)
    far = square[:, None] + square - 2 * X @ X.T
    np.fill_diagonal(far, np.inf)
    other, rng = far.argmin(axis=1), np.random.default_rng(0)

    def apart(T):
        return float(((T - T[other]) ** 2).sum())

    by_chance = np.array([apart(E[rng.permutation(len(E))]) for _ in range(20)])
    return float((by_chance.mean() - apart(E)) / by_chance.std()) if by_chance.std() > 0 else None


def outputs_reach(s: Study) -> tuple[float, float]:
    """The range of the outputs: of the rebuilt network's last activation, else what extreme parameters give."""
    if s.chain is not None:
        return REACH.get(s.chain.last, (-np.inf, np.inf))
    seen, rng = [], np.random.default_rng(0)
    with quiet():
        for scale in (0.1, 1, 10, 100, 1000):
            s.bench.put([scale * rng.standard_normal(v.shape) for v in s.bench.start])
            A = attempt(s.bench.output, s.bench.standardised(s.bench.X))
            seen += [] if A is None else A[np.isfinite(A)].tolist()
    s.bench.reset()
    bounds = [b for b in dict.fromkeys(REACH.values()) if seen and b[0] <= min(seen) and max(seen) <= b[1]]
    return bounds[0] if bounds else (-np.inf, np.inf)


def outputs_width(s: Study) -> int:
    """How many outputs there are."""
    if s.chain is not None:
        return s.chain.widths(s.bench.start)[-1]
    A = attempt(s.bench.output, s.bench.X)
    return s.E.shape[1] if A is None else s.bench.rows(A).shape[1]
