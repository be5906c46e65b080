"""The learner's gradients beside the true slopes: each array right, right up to a factor, or wrong; and what explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.costs import Cost
from nnlib.doctor.truth import Slope

CLOSE = 2e-4  # relative: what differs by less is the same; float32 and one-sided differences widen it


@dataclass(frozen=True)
class Fit:
    """All arrays under one cost: `arrays` by name "right", "factor", "wrong" or "unseen" (no slope to compare with).

    `factors` are each array's multiple of the true slope (NaN where it is no multiple), `common` is the one that counts as
    right, `loose` the relative error that was tolerated.
    """

    cost: Cost
    arrays: dict[str, str]
    factors: dict[str, float]
    common: float
    loose: float

    @property
    def right(self) -> bool:
        """Every array right, one common factor aside."""
        return (
            bool(self.arrays) and set(self.arrays.values()) <= {"right", "unseen"} and "right" in self.arrays.values()
        )

    @property
    def score(self) -> tuple:
        """To compare costs and readings by: whole arrays first, multiples next."""
        kinds = list(self.arrays.values())
        return (self.right, kinds.count("right"), kinds.count("factor"), -self.loose)


def fit(
    cost: Cost, c: int, claims: Mapping[str, np.ndarray | None], slopes: Mapping[str, Slope], eps: float, expected=None
) -> Fit:
    """Compare all claims with the slopes of cost number c; `expected` is the factor that would be exactly right."""
    factors, weights, loose = {}, {}, 0.0
    biggest = max((float(np.linalg.norm(s.values[c])) for s in slopes.values()), default=0.0)
    for name, slope in slopes.items():
        t, bar, claim = slope.values[c], slope.errors[c], claims.get(name)
        length = float(np.linalg.norm(t))
        bars = float(np.linalg.norm(np.where(np.isfinite(bar), bar, length)))
        silent = not length > 3 * bars + 1e-9 * biggest
        if claim is None or not np.isfinite(claim).all() or np.size(claim) != int(np.prod(slope.shape)):
            factors[name] = 0.0 if claim is None and not silent else np.nan
            continue
        s = slope.along(claim)
        close = max(CLOSE, 300 * np.sqrt(eps) if eps > 1e-10 else 0.0, 4 * bars / length if length else 0.0)
        if silent:
            factors[name] = None if np.linalg.norm(s) <= 1e-6 * _longest(claims) else np.nan
            continue
        factor = float(s @ t / (t @ t))
        off = float(np.linalg.norm(s - factor * t))
        exact = off <= close * max(float(np.linalg.norm(s)), 1e-12 * _longest(claims))
        factors[name] = (0.0 if not s.any() else factor) if exact else np.nan
        weights[name], loose = len(t), max(loose, close)
    common = _common({n: f for n, f in factors.items() if f}, weights, loose or CLOSE, expected)
    arrays = {}
    for name, factor in factors.items():
        if factor is None:
            arrays[name] = "unseen"
        elif np.isfinite(factor) and common and abs(factor / common - 1) <= 2 * (loose or CLOSE):
            arrays[name] = "right"
        else:
            arrays[name] = "factor" if np.isfinite(factor) and factor else "wrong"
    factors = {n: np.nan if f is None else f for n, f in factors.items()}
    return Fit(cost, arrays, factors, common, loose or CLOSE)


def _longest(claims) -> float:
    return max(
        (float(np.linalg.norm(v)) for v in claims.values() if v is not None and np.isfinite(v).all()), default=0.0
    )


def _common(factors: Mapping[str, float], weights, close: float, expected) -> float:
    """The factor shared by most arrays; among equals the expected one, else a positive one of the most numbers."""
    groups: list[list] = []
    for name, f in factors.items():
        if not np.isfinite(f):
            continue
        for group in groups:
            if abs(f / group[0] - 1) <= 2 * close:
                group[1].append(name)
                break
        else:
            groups.append([f, [name]])
    if not groups:
        return 0.0

    def rank(group):
        near = expected is not None and abs(group[0] / expected - 1) <= 2 * close
        return (len(group[1]), near, group[0] > 0, sum(weights.get(n, 0) for n in group[1]))

    best = max(groups, key=rank)
    several = len(best[1]) > 1 or len(weights) == 1 or weights[best[1][0]] > 1
    return best[0] if several or rank(best)[1] else 0.0  # one number is a multiple of any other


def decay_in(claims, slopes: Mapping[str, Slope], c: int, values, close: float) -> tuple[dict, float] | None:
    """({name: lambda}, factor): every claim is factor * (slope + lambda * value); None where that explains nothing more.

    A decay of the weights alone, or of all arrays; the same number wherever it is not zero.
    """
    found, factors = {}, []
    for name, slope in slopes.items():
        if claims.get(name) is None or np.size(claims[name]) != int(np.prod(slope.shape)):
            return None
        s, t, v = slope.along(claims[name]), slope.values[c], slope.along(values[name])
        both = np.stack([t, v], axis=1)
        if len(s) < 3:
            found[name] = None
            continue
        (factor, share), *_ = np.linalg.lstsq(both, s, rcond=None)
        if np.linalg.norm(both @ (factor, share) - s) > close * np.linalg.norm(s) or not factor:
            return None
        factors.append(factor)
        found[name] = share / factor if abs(share) * np.linalg.norm(v) > 3 * close * np.linalg.norm(s) else 0.0
    numbers = [v for v in found.values() if v]
    if not numbers or np.ptp(numbers) > 0.02 * abs(numbers[0]) or np.ptp(factors) > 0.01 * abs(factors[0]):
        return None
    for name, slope in slopes.items():  # too few numbers to tell by themselves: do they go with the rest?
        if found[name] is None:
            s, t, v = slope.along(claims[name]), factors[0] * slope.values[c], slope.along(values[name])
            with_decay = np.linalg.norm(s - t - factors[0] * numbers[0] * v)
            found[name] = numbers[0] if with_decay < np.linalg.norm(s - t) else 0.0
            if min(with_decay, np.linalg.norm(s - t)) > 3 * close * np.linalg.norm(s):
                return None
    return found, float(factors[0])


def sample_weights(claims, parts: Sequence[Mapping[str, Slope]], c: int, names, close: float) -> np.ndarray | None:
    """w with claim = sum_i w_i slope_i over single samples, for all the named arrays together; None where none fits."""
    rows, wanted = [], []
    for name in names:
        slope = parts[0][name]
        if claims.get(name) is None or np.size(claims[name]) != int(np.prod(slope.shape)):
            return None
        rows.append(np.stack([part[name].values[c] for part in parts], axis=1))
        wanted.append(slope.along(claims[name]))
    A, s = np.concatenate(rows), np.concatenate(wanted)
    if len(s) < len(parts) + 2 or not np.isfinite(A).all():
        return None
    w, _, rank, _ = np.linalg.lstsq(A, s, rcond=1e-9)
    if np.linalg.norm(A @ w - s) > 3 * close * np.linalg.norm(s) or not w.any() or rank < len(parts):
        return None
    return np.where(np.abs(w) < 1e-3 * np.abs(w).max(), 0.0, w)
