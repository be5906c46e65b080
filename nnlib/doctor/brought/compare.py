"""The learner's gradients beside the true slopes: each array right, right up to a factor, or wrong; and what explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nnlib.doctor.brought.reading import Reading
from nnlib.doctor.brought.truth import Slope
from nnlib.doctor.costs import Cost

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


def comparable(claim, slope: Slope) -> bool:
    """Is there one finite number for each entry of the parameter?"""
    return claim is not None and np.size(claim) == int(np.prod(slope.shape)) and bool(np.isfinite(claim).all())


def fit(
    cost: Cost, c: int, claims: Mapping[str, np.ndarray | None], slopes: Mapping[str, Slope], eps: float, expected=None
) -> Fit:
    """Compare all claims with the slopes of cost number c; `expected` is the factor that would be exactly right."""
    biggest = max((float(np.linalg.norm(s.values[c])) for s in slopes.values()), default=0.0)
    longest = max((float(np.linalg.norm(v)) for n, v in claims.items() if comparable(v, slopes[n])), default=0.0)
    least = max(CLOSE, 300 * np.sqrt(eps) if eps > 1e-10 else 0.0)
    factors, bars = {}, {}
    for name, slope in slopes.items():
        t = slope.values[c]
        bars[name] = _bar(slope, c)
        silent = not np.linalg.norm(t) > 3 * bars[name] + 1e-9 * biggest
        claim = claims.get(name)
        if not comparable(claim, slope):
            factors[name] = 0.0 if claim is None and not silent else np.nan
        elif silent:
            factors[name] = None if np.linalg.norm(slope.along(claim)) <= 1e-6 * longest else np.nan
        else:
            close = max(least, 4 * bars[name] / float(np.linalg.norm(t)))
            factors[name] = _multiple(slope.along(claim), t, close, 1e-12 * longest)
    told = {n: f for n, f in factors.items() if f and np.isfinite(f)}
    lengths = {n: float(np.linalg.norm(slopes[n].values[c])) for n in told}
    loose = max((max(least, 4 * bars[n] / lengths[n]) for n in told), default=CLOSE)
    common = _common(told, {n: len(slopes[n].values[c]) for n in told}, loose, expected)

    arrays = {n: _word(f, common, loose) for n, f in factors.items()}
    return Fit(cost, arrays, {n: np.nan if f is None else f for n, f in factors.items()}, common, loose)


def _word(factor: float | None, common: float, loose: float) -> str:
    if factor is None:
        return "unseen"
    if np.isfinite(factor) and common and abs(factor / common - 1) <= 2 * loose:
        return "right"
    return "factor" if np.isfinite(factor) and factor else "wrong"


def _bar(slope: Slope, c: int) -> float:
    """The length of the error bars of one array; where there is none, the slope itself counts."""
    bar = slope.errors[c]
    return float(np.linalg.norm(np.where(np.isfinite(bar), bar, np.linalg.norm(slope.values[c]))))


def _multiple(s: np.ndarray, t: np.ndarray, close: float, least: float) -> float:
    """The factor of s over t, 0 where s is zero, NaN where s is no multiple of t."""
    factor = float(s @ t / (t @ t))
    if not np.linalg.norm(s - factor * t) <= close * max(float(np.linalg.norm(s)), least):
        return np.nan
    return factor if s.any() else 0.0


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


@dataclass(frozen=True)
class Decay:
    """A penalty in the claims: claim = factor (slope + number * value) for the `names`, and no such thing in the `rest`."""

    number: float
    factor: float
    names: tuple[str, ...]
    rest: tuple[str, ...]  # neither the slope nor the slope with a decay
    of: str = ""  # what the values are: "weights", or "signs of the weights"


def decay_in(claims, slopes: Mapping[str, Slope], c: int, values, close: float, of: str = "") -> Decay | None:
    """The decay that explains most arrays: one number wherever it is not zero; None where there is no such number."""
    seen = {n: (slopes[n].along(a), slopes[n].values[c], slopes[n].along(values[n])) for n, a in claims.items()
            if comparable(a, slopes[n]) and np.isfinite(slopes[n].values[c]).all()}  # fmt: skip
    fits = {n: found for n, numbers in seen.items() if (found := _with_decay(*numbers, close)) is not None}
    shares = [share for _, share in fits.values() if share]
    if not shares or not (_one(shares, 0.02) and _one([factor for factor, _ in fits.values()], 0.01)):
        return None
    number, factor = float(np.mean(shares)), float(np.mean([factor for factor, _ in fits.values()]))
    decayed = {n: bool(share) for n, (_, share) in fits.items()}
    for name, (s, t, v) in seen.items():  # too few numbers to tell by themselves: do they go with the others?
        if len(s) < 3:
            without, with_it = (np.linalg.norm(s - factor * (t + share * v)) for share in (0.0, number))
            if min(without, with_it) <= 3 * close * np.linalg.norm(s):
                decayed[name] = with_it < without
    rest = tuple(n for n in claims if n not in decayed)
    return Decay(number, factor, tuple(n for n, yes in decayed.items() if yes), rest, of)


def _with_decay(s, t, v, close: float) -> tuple[float, float] | None:
    """(factor, share) with s = factor (t + share v), the share 0 where it is not clear; None where that does not fit."""
    if len(s) < 3:
        return None
    both = np.stack([t, v], axis=1)
    (factor, share), *_ = np.linalg.lstsq(both, s, rcond=None)
    if not factor or np.linalg.norm(both @ (factor, share) - s) > close * np.linalg.norm(s):
        return None
    clear = abs(share) * np.linalg.norm(v) > 3 * close * np.linalg.norm(s)
    return factor, share / factor if clear else 0.0


def _one(numbers, close: float) -> bool:
    """Are all of them the same number?"""
    return float(np.ptp(numbers)) <= close * abs(numbers[0])


def less_decay(decay: Decay | None, name: str, claim, value):
    """The claim without the decay, where it has one."""
    if decay is None or name not in decay.names or claim is None or np.size(claim) != value.size:
        return claim
    pulled = np.sign(value) if decay.of.startswith("signs") else value
    return claim - decay.factor * decay.number * pulled.reshape(np.shape(claim))


def sample_weights(claims, parts: Sequence[Mapping[str, Slope]], c: int, names, close: float) -> np.ndarray | None:
    """w with claim = sum_i w_i slope_i over single samples, for all the named arrays together; None where none fits."""
    rows, wanted = [], []
    for name in names:
        slope = parts[0][name]
        if not comparable(claims.get(name), slope):
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


@dataclass
class Result:
    """Everything that was found out about one way of reading the code: facts, no words."""

    reading: Reading
    slopes: dict[str, Slope]
    fit: Fit
    c: int
    decay: Decay | None = None  # a penalty that explains all that the slopes do not
    beside: Decay | None = None  # a penalty beside another slip; it is taken off the claims
    weights: np.ndarray | None = None  # of the single samples, where they explain the claims
    rewired: list | None = None  # (sample, whose target) pairs that explain the claims
    single: Fit | None = None  # of one sample by itself
    linear: dict[str, bool] = field(default_factory=dict)  # does the change of each array grow with the rate?
    second: float | None = None  # the length of a second call's gradients beside the first's
    after: tuple[float, float] | None = None  # of a second step: its own factor, and how much of the first it repeats
    rule: str = ""  # the adaptive rule by which the step follows the slopes
    steady: bool = True  # is that factor the same with the samples in the other order? not where a step is clipped
    random: bool = False  # other random numbers, other gradients

    @property
    def right(self) -> bool:
        """Right for this cost, up to a positive common factor."""
        return self.fit.right and self.fit.common > 0
