"""The learner's gradients beside the true slopes: each array right, right up to a factor, or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.brought.reading import Reading
from nnlib.doctor.brought.truth import Slope
from nnlib.doctor.costs import Cost
from nnlib.doctor.sums import multiple

CLOSE = 2e-4  # relative: what differs by less is the same; float32 and one-sided differences widen it


@dataclass(frozen=True)
class Fit:
    """All arrays under one cost: `arrays` by name "right", "factor", "wrong" or "unseen" (no slope to compare with).

    `factors` are each array's multiple of the true slope (NaN where it is no multiple), `common` is the one that counts as
    right, `loose` the relative error that was tolerated.
    """

    arrays: dict[str, str]
    factors: dict[str, float]
    common: float
    loose: float

    @property
    def right(self) -> bool:
        """Every array right, one common factor aside."""
        return "right" in self.arrays.values() and not self.wrong

    @property
    def wrong(self) -> list[str]:
        """The names of the arrays that are neither right nor unseen."""
        return [n for n, word in self.arrays.items() if word in ("wrong", "factor")]

    @property
    def score(self) -> tuple:
        """To compare costs and readings by: whole arrays first, multiples next."""
        kinds = list(self.arrays.values())
        return (self.right, kinds.count("right"), kinds.count("factor"), -self.loose)


@dataclass(frozen=True)
class Penalty:
    """A penalty in the claims of some arrays: claim = factor (slope + number * pull), of the weights or of their signs."""

    number: float
    factor: float
    names: tuple[str, ...]
    signs: bool = False

    def pull(self, value: np.ndarray) -> np.ndarray:
        """The slope of the penalty for values of the weights, without its number."""
        return np.sign(value) if self.signs else value

    def off(self, claims: Mapping, values: Mapping[str, np.ndarray]) -> dict:
        """Claims without the penalty, for these values of the weights."""
        held = (n for n in self.names if claims.get(n) is not None and np.size(claims[n]) == values[n].size)
        pull = {n: self.pull(values[n].astype(float)).reshape(np.shape(claims[n])) for n in held}
        return {**claims, **{n: claims[n] - self.factor * self.number * v for n, v in pull.items()}}


@dataclass(frozen=True)
class Seen:
    """One way of reading the code beside the truth: what the code says, and the slopes of a cost.

    A change of what is compared (a penalty taken off, directions in place of numbers) makes another one.
    """

    reading: Reading
    cost: Cost
    slopes: dict[str, Slope]
    fit: Fit
    penalty: Penalty | None = None  # what was taken off the claims

    @property
    def right(self) -> bool:
        """Right for this cost, up to a positive common factor."""
        return self.fit.right and self.fit.common > 0

    @property
    def covered(self) -> list[str]:
        """The names of the arrays of which the code says something."""
        return [n for n, claim in self.reading.claims.items() if claim is not None]


def comparable(claim, slope: Slope) -> bool:
    """Is there one finite number for each entry of the parameter?"""
    return claim is not None and np.size(claim) == slope.size and bool(np.isfinite(claim).all())


def fit(claims: Mapping, slopes: Mapping[str, Slope], eps: float, *, expected=None, common=None) -> Fit:
    """Compare all claims with their slopes, measured with rounding `eps`.

    `common` is the factor that counts as right: where it is not given the one of most arrays, `expected` among equals.
    """
    close, longest = _tolerances(claims, slopes, eps)
    factors = {n: _factor(claims.get(n), slope, close.get(n), longest) for n, slope in slopes.items()}
    told = {n: f for n, f in factors.items() if f and np.isfinite(f)}
    loose = max((close[n] for n in told), default=CLOSE)
    if common is None:
        common = _common(told, {n: len(slopes[n].values) for n in told}, loose, expected)
    arrays = {n: _word(f, common, loose) for n, f in factors.items()}
    return Fit(arrays, {n: np.nan if f is None else f for n, f in factors.items()}, common, loose)


def _tolerances(claims, slopes, eps: float) -> tuple[dict[str, float], float]:
    """({array: by how much a claim may be off its slope, where that is more than its error bar}, the longest claim)."""
    lengths = {n: float(np.linalg.norm(slope.values)) for n, slope in slopes.items()}
    biggest = max(lengths.values(), default=0.0)
    longest = max((float(np.linalg.norm(v)) for n, v in claims.items() if comparable(v, slopes[n])), default=0.0)
    least = max(CLOSE, 300 * np.sqrt(eps) if eps > 1e-10 else 0.0)
    loud = (n for n, length in lengths.items() if length > 3 * slopes[n].bar + 1e-9 * biggest)
    return {n: max(least, 4 * slopes[n].bar / lengths[n]) for n in loud}, longest


def _factor(claim, slope: Slope, close: float | None, longest: float) -> float | None:
    """The factor of a claim over its slope, NaN where it is no multiple; None where both are zero (`close` is None then)."""
    if not comparable(claim, slope):
        return np.nan if claim is not None or close is None else 0.0
    s = slope.along(claim)
    if close is None:
        return None if np.linalg.norm(s) <= 1e-6 * longest else np.nan
    return multiple(s, slope.values, close, 1e-12 * longest)


def _word(factor: float | None, common: float, loose: float) -> str:
    if factor is None:
        return "unseen"
    if np.isfinite(factor) and common and abs(factor / common - 1) <= 2 * loose:
        return "right"
    return "factor" if np.isfinite(factor) and factor else "wrong"


def _common(factors: Mapping[str, float], counts: Mapping[str, int], close: float, expected) -> float:
    """The factor shared by most arrays; among equals the expected one, else a positive one of the most numbers."""
    groups = []
    for factor in factors.values():
        if not any(abs(factor / first - 1) <= 2 * close for first, _ in groups):
            groups.append((factor, [n for n, f in factors.items() if abs(f / factor - 1) <= 2 * close]))
    if not groups:
        return 0.0

    def rank(group):
        factor, names = group
        near = expected is not None and abs(factor / expected - 1) <= 2 * close
        return (len(names), near, factor > 0, sum(counts[n] for n in names))

    best, names = max(groups, key=rank)
    several = len(names) > 1 or len(counts) == 1 or counts[names[0]] > 1
    return best if several or rank((best, names))[1] else 0.0  # one number is a multiple of any other


def better(result: Seen, best: Seen) -> bool:
    """In the same form more must be right; in another one everything, unless fewer arrays are misshapen in it."""
    if result.reading.samples.form == best.reading.samples.form:
        return result.fit.score > best.fit.score
    return result.right or result.reading.misshapen < best.reading.misshapen
