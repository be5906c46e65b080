"""Which mistake is it? Hypotheses in order of simplicity: factors, one candidate, one with a number, two candidates."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from nnlib.doctor.candidates.mistakes import named
from nnlib.doctor.candidates.passes import answer
from nnlib.doctor.questions.exam import multiple, right
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.search.matching import judged, of
from nnlib.doctor.search.table import table

ALIKE = 0.15  # hypotheses whose costs are this close are about as simple
MOST = 80  # candidates that fit one problem and are tried on the others
UNITS = {
    "": lambda p: 1.0,
    " / T": lambda p: 1.0 / len(p.X),
    " · rate": lambda p: p.rate,
    " / rate": lambda p: 1.0 / p.rate,
}
FIRSTS, PARTNERS, SECONDS = 12, 75, 0.4  # of pairs: how many firsts, how many partners to each, and how long


def explain(evidence: Evidence) -> list[Hypothesis]:
    """Every hypothesis of one mistake, the simplest first: the right gradient times factors, then single candidates."""
    found: list[Hypothesis] = []
    if not evidence.problems:
        return found
    for look, enough in ((_factors, 1.35), (_candidates, 1.45), (_numbered, np.inf), (_two_factors, np.inf)):
        found += look(evidence, min((h.cost for h in found), default=np.inf))
        if found and min(h.cost for h in found) <= enough:
            break
    return sorted(found, key=lambda h: h.cost)


def _factors(evidence, best: float):
    return judged(evidence, Hypothesis())


def _two_factors(evidence, best: float):
    return judged(evidence, Hypothesis(), two=True)


def _candidates(evidence: Evidence, best: float) -> list[Hypothesis]:
    """Single candidates: those that give the first problem, on all of them, as long as they may be as simple as the best."""
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    shows = ((values != 0) & ~shelf.as_right).any(axis=1)  # zeros show nothing
    fitting = np.flatnonzero(~np.isnan(values).any(axis=1) & shows)
    left = np.where(np.isfinite(values[fitting]), values[fitting], 1.0)
    scaled = (np.abs(left - 1) > 1e-6).any(axis=1)
    least = 1 + shelf.costs[fitting] + scaled  # a factor besides costs 1 or more
    order = np.lexsort((shelf.costs[fitting], scaled))
    found = fitting[order[least[order] <= best + ALIKE]][:MOST]
    return [h for i in found for h in judged(evidence, of((shelf.candidates[i],), evidence.setting))]


def _numbered(evidence: Evidence, best: float) -> list[Hypothesis]:
    """Mistakes with one unknown number, read off the first array that shows it."""
    found, p, setting = [], evidence.problems[0], evidence.setting
    for c in (c for c in named(setting) if c.number):
        plain, moved = (answer(p, setting, (c,), n) for n in (0.0, 1e-6))
        for number in _numbers(evidence, plain, moved) if plain is not None and moved is not None else ():
            for unit, scale in UNITS.items():
                found += judged(evidence, of((c,), setting, number / scale(p), unit, scale=scale))
    return found


def _numbers(evidence: Evidence, plain, moved) -> list[float]:
    """What the number may be: by least squares of each wrong array on the right one and on what the number adds."""
    numbers: list[float] = []
    for v, u, m, t in zip(evidence.arrays[0], plain, moved, evidence.tolerances[0]):
        if v is None or v.shape != u.shape or not np.isnan(multiple(v, u, t)) or np.array_equal(u, m):
            continue
        basis = np.array([u.ravel(), 1e6 * (m - u).ravel()]).T
        (c, n), *_ = np.linalg.lstsq(basis, v.ravel(), rcond=None)
        if c and np.linalg.norm(basis @ (c, n) - v.ravel()) <= 1e-7 * np.linalg.norm(v) and abs(n / c) < 1e6:
            numbers.append(n / c)
    return [n for i, n in enumerate(numbers) if not any(abs(n - m) < 1e-6 * abs(m) for m in numbers[:i])]


def explain_two(evidence: Evidence) -> list[Hypothesis]:
    """One candidate in some arrays only, the right gradient in the others; else two candidates that cover all arrays."""
    for look in (_in_some_arrays, _pairs):
        found = list(look(evidence))
        if found:
            return sorted(found, key=lambda h: h.cost)
    return []


def _in_some_arrays(evidence: Evidence) -> Iterator[Hypothesis]:
    """A choice of samples that is made in some lines only."""
    shelf, p = table(evidence.setting, evidence.problems[0]), evidence.problems[0]
    fits = ~np.isnan(shelf.factors(evidence.arrays[0], evidence.tolerances[0]))
    as_right = np.array([
        v is None or v.shape == u.shape and not np.isnan(multiple(v, u, t))
        for v, u, t in zip(evidence.arrays[0], right(p, evidence.setting), evidence.tolerances[0])
    ])  # fmt: skip
    places = evidence.part(1).places
    scope = places.scope_of(~as_right, np.ones(len(as_right), bool))
    some = [i for i in np.flatnonzero((fits | as_right).all(axis=1)) if "weigh" in shelf.candidates[i].stages]
    for i in sorted(some, key=lambda i: shelf.costs[i])[:MOST] if scope else ():
        yield from judged(evidence, of((shelf.candidates[i],), evidence.setting, only=scope))


def _pairs(evidence: Evidence) -> Iterator[Hypothesis]:
    """Two mistakes: the first explains some arrays by itself, the second leaves those as they are and changes the others."""
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    fits = ~np.isnan(values)
    exact = np.abs(np.where(np.isfinite(values), values, 1) - 1).max(axis=1) < 1e-6
    firsts = np.flatnonzero((fits & ~shelf.as_right).any(axis=1) & shelf.alive)
    start, best = time.process_time(), np.inf
    for i in sorted(firsts, key=lambda i: (-fits[i].sum(), not exact[i], shelf.costs[i]))[:FIRSTS]:
        if best < 2.6 or time.process_time() - start > SECONDS:
            return
        kept, moved = (shelf.as_right | ~fits[i]).all(axis=1), ~(shelf.as_right | fits[i]).all(axis=1)
        rest = np.flatnonzero(shelf.alive & kept & moved)
        covered = (fits[rest] | fits[i]).sum(axis=1)
        for j in rest[np.lexsort((shelf.costs[rest], -covered))][:PARTNERS]:
            pair = (shelf.candidates[i], shelf.candidates[j])
            for both in (pair, pair[::-1]) if set(pair[0].stages) & set(pair[1].stages) else (pair,):
                for h in judged(evidence, of(both, evidence.setting)):
                    if all(_changes(evidence, c, both) for c in both):
                        best = min(best, h.cost)
                        yield h


def _changes(evidence: Evidence, alone, both) -> bool:
    """Do two mistakes give other numbers than one of them alone?"""
    for p in evidence.problems:
        one, two = answer(p, evidence.setting, (alone,)), answer(p, evidence.setting, both)
        if one is None or two is None:
            return one is not two
        if any(u.shape != v.shape or not np.allclose(u, v, rtol=1e-9, atol=1e-14) for u, v in zip(one, two)):
            return True
    return False
