"""When an array is right up to a number: which named factor is it, in which scope, on every probe problem?"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from nnlib.doctor.factors import NAMED, POWERS, SCOPES, Named
from nnlib.doctor.probes import cached, probe

PARTS = {scope for scope in SCOPES if scope.endswith(("weights", "biases"))}


class Pattern(NamedTuple):
    """A named factor in a scope, and how simple it is (the lower, the simpler)."""

    named: Named
    scope: str
    cost: float


@cache
def _patterns(kind: str) -> tuple[Pattern, ...]:
    found = []
    for named in NAMED:
        if named.kind in ("both", kind):
            found += [Pattern(named, s, named.cost + (0 if s == "everywhere" else 0.1)) for s in SCOPES]
            found += [Pattern(named, s, named.cost + 0.3) for s in POWERS if named.cost <= 1.2]
    return tuple(found)


@cached
def _places(names: tuple[str, ...], rates: tuple[float, ...] = ()) -> tuple:
    """(problem, "W" or "b", l) for each column: every array of every problem in turn, with these rates or its own."""
    problems = [probe(name) for name in names]
    problems = [p._replace(rate=rate) for p, rate in zip(problems, rates)] if rates else problems
    return tuple((p, k, l) for p in problems for k in "Wb" for l in range(len(p.weights)))


@cached
def _scopes(names: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """The names of all scopes and powers, and how often the factor of each enters each array: (scopes, columns)."""
    both = SCOPES | POWERS
    return tuple(both), np.array(
        [[float(f(k, l, len(p.weights))) for p, k, l in _places(names)] for f in both.values()]
    )


@cached
def _predicted(names: tuple[str, ...], kind: str, rates: tuple[float, ...]) -> np.ndarray:
    """What each pattern predicts for each array of these problems: (patterns, columns)."""
    scopes, powers = _scopes(names)
    row, places = dict(zip(scopes, powers)), _places(names, rates)
    each = dict.fromkeys(q.named for q in _patterns(kind))  # once: a factor stands in two dozen scopes
    values = {named: np.array([named.value(p, l) for p, _, l in places], float) for named in each}
    alone = {len(p.weights) for p, _, _ in places} <= {1, 2, 4}  # a count of layers that is 1, 2 or 4 is no count
    return np.array(
        [values[q.named] ** row[q.scope] * (np.nan if alone and "L" in q.named.name else 1) for q in _patterns(kind)]
    )


@cached
def _logarithms(names: tuple[str, ...], kind: str, rates: tuple[float, ...]):
    """The simple patterns by their numbers, and the logarithms of what they predict: two factors add there."""
    plain = np.array([i for i, q in enumerate(_patterns(kind)) if q.named.cost <= 1.1 and not q.named.pair])
    return plain, np.log(_predicted(names, kind, rates)[plain])


def signs(values: np.ndarray, problems: tuple[str, ...]):
    """The scope in which the factors are negative, "" where in none, None where no scope fits."""
    known = ~np.isnan(values)
    negative = values[known] < 0
    if not negative.any():
        return ""
    scopes, powers = _scopes(problems)
    fits = (((powers[:, known] % 2) == 1) == negative).all(axis=1)
    return scopes[fits.argmax()] if fits.any() else None


def zeros(values: np.ndarray, problems: tuple[str, ...]):
    """The scope in which the factors are 0, as `signs` does for -1."""
    return signs(np.where(values == 0, -1, np.abs(values)), problems)


def explain(values: np.ndarray, problems: tuple[str, ...], kind: str, tolerance: float, two: bool, rates=()):
    """The patterns that give these positive factors (NaN: unknown): a list of tuples of one pattern, or of `two`.

    [()] where every factor is 1; [] where no named factor fits. `rates` are those that the learner's step was handed,
    one for each problem, where they are not the problems' own.
    """
    known = np.flatnonzero(~np.isnan(values))
    v = values[known]
    if (np.abs(v - 1) <= tolerance).all():
        return [()]
    patterns, table = _patterns(kind), _predicted(problems, kind, rates)
    fits = np.arange(len(table))
    for columns in (known[:1], known[-1:], known):  # most fall out at the first number
        fits = fits[(np.abs(table[np.ix_(fits, columns)] / values[columns] - 1) < tolerance).all(axis=1)]
    if len(fits) or not two:
        return [(patterns[i],) for i in fits]
    plain, logs = _logarithms(problems, kind, rates)
    usable = np.isfinite(logs[:, known]).all(axis=1)
    plain, logs, goal = plain[usable], logs[np.ix_(usable, known)], np.log(v)
    mix = np.random.default_rng(5).normal(size=len(known))
    keys, slack = logs @ mix, tolerance * np.abs(mix).sum()  # one number for each row: equal sums, equal numbers
    order = np.argsort(keys)
    first, last = (np.searchsorted(keys[order], goal @ mix - keys + s) for s in (-slack, slack))
    pairs = sorted((n, m) for n in np.flatnonzero(last > first) for m in order[first[n] : last[n]] if m >= n)
    return [
        (patterns[plain[n]], patterns[plain[m]])
        for n, m in pairs
        if (np.abs(logs[n] + logs[m] - goal) < tolerance).all()
    ]


def constant(values: np.ndarray, problems: tuple[str, ...], kind: str, tolerance: float, rates=()):
    """(scope, number, what it is multiplied by) for a factor that is one number times 1, T or 1/rate in a scope, else 1."""
    known, places = ~np.isnan(values), _places(problems, rates)
    bases = {"1": lambda p: 1.0, "T": lambda p: float(len(p.X))}
    if kind == "train_step":
        bases |= {"1/rate": lambda p: 1 / p.rate, "T/rate": lambda p: len(p.X) / p.rate, "rate": lambda p: p.rate}
    scopes, powers = _scopes(problems)
    moved = known & (np.abs(values - 1) > tolerance)
    inside = powers[: len(SCOPES)] == 1
    possible = np.flatnonzero((inside | ~moved).all(axis=1))
    for base, number in bases.items():
        v = values / np.array([number(p) for p, _, _ in places])
        for i in possible:
            m = v[inside[i] & known]
            if (np.abs(m - m[0]) <= tolerance * np.abs(m[0])).all():
                return scopes[i], float(m[0]), base
    logs = np.log(values[known])
    for scope, exponent in zip(scopes[len(SCOPES) :], powers[len(SCOPES) :, known]):
        some = exponent > 0
        if some.any():
            c = np.exp((logs[some] / exponent[some]).mean())
            if np.allclose(values[known], c**exponent, rtol=tolerance * 10, atol=0):
                return scope, float(c), "1"
    return None
