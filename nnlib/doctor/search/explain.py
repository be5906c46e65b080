"""Which mistake is it? Every candidate's answer to one problem, compared at once; those that fit are tried on all problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from nnlib.doctor.candidates.arrays import numbered
from nnlib.doctor.candidates.edits import SCOPE_COST
from nnlib.doctor.candidates.factors import Places
from nnlib.doctor.candidates.passes import Candidate, answer
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import multiple, right
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.search.leftovers import name_factors
from nnlib.doctor.search.tables import stretched, table
from nnlib.doctor.words import formula_of, words_of

MOST = 80  # candidates that fit one problem and are tried on the others


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of the learner: for each problem 2L arrays (None: unknown) and the tolerances at which they count."""

    setting: object
    problems: tuple[Problem, ...]
    arrays: tuple
    tolerances: tuple
    raised: tuple[Problem, ...] = ()
    tolerance: float = 1e-8

    @property
    def places(self) -> Places:
        """The columns of all arrays, for the names of factors."""
        return _places(self.problems, self.setting.kind)

    def weights_alone(self) -> Evidence:
        """The same without the bias gradients."""
        return replace(self, arrays=tuple((*a[: len(a) // 2], *[None] * (len(a) // 2)) for a in self.arrays))


@cache
def _places(problems, kind):
    return Places(problems, kind)


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One way to get the learner's numbers: the slips that make them, and how simple it is (the lower, the simpler)."""

    cost: float
    slips: tuple[Slip, ...]
    also: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    number: float = 0.0
    pure: bool = False  # nothing but a factor
    laws: tuple = ()  # what the factors do to each array
    scale: Callable | None = None  # of the number: how it changes with the problem
    only: frozenset = frozenset()  # the arrays that the candidates give, where they do not give all
    partial: bool = False  # it does not say how some of the arrays are computed
    answer: Callable | None = None  # of a whole program: what it gives for a problem

    @property
    def formula(self) -> bool:
        """Does it say how every number is computed?"""
        return not self.partial and bool(self.candidates or self.laws or self.answer)


def slip_of(candidate: Candidate, setting, number: float | None = None) -> Slip:
    """The slip that a candidate is."""
    return Slip(
        candidate.names[0],
        candidate.scope,
        words_of(candidate, setting, number),
        formula_of(candidate, setting),
        number,
    )


def factors_on(evidence: Evidence, i: int, reference):
    """The factor of each array of problem i over a reference (nan: unknown); None where some array is no multiple of it."""
    arrays = evidence.arrays[i]
    if reference is None or len(reference) != len(arrays):
        return None
    found = np.full(len(arrays), np.nan)
    step = evidence.setting.kind == "train_step"
    for k, (v, u) in enumerate(zip(arrays, reference)):
        if v is None:
            continue
        u = stretched(u, (*evidence.problems[i].weights, *evidence.problems[i].biases)[k].shape) if step else u
        if u is None:
            return None
        same = v.shape == u.shape or v.size == u.size and v.squeeze().shape == u.squeeze().shape
        c = multiple(v, u, evidence.tolerances[i][k]) if same else np.nan
        if np.isnan(c):
            return None
        lost = evidence.tolerances[i][k] > 1e-5 > evidence.tolerance  # of a step: rounding left no digits of the factor
        found[k] = np.nan if np.isinf(c) or lost and c else c
    return found


def judged(evidence: Evidence, candidates=(), number: float = 0.0, two: bool = False) -> list[Hypothesis]:
    """Hypotheses by these candidates, with whatever pure factor is left; [] where they do not fit every problem."""
    values, missed = _factors(evidence, candidates, number)
    if values is None:
        return []
    base = 0.1 * missed + sum(1 + c.cost + SCOPE_COST.get(c.scope, 0.05) for c in candidates)
    if candidates and any(answer(p, evidence.setting, candidates, number) is not None for p in evidence.raised):
        base += 0.1
    slips = tuple(slip_of(c, evidence.setting, number if c.number else None) for c in candidates)
    also = tuple(a for c in candidates for a in c.names[1])
    return [
        Hypothesis(base + f.cost, (*slips, *f.slips), (*also, *f.also), candidates, number, not candidates, f.laws)
        for f in name_factors(values, evidence.places, max(2e-7, 10 * evidence.tolerance), two)
        if candidates or f.slips
    ]


def _factors(evidence: Evidence, candidates, number: float):
    """(the factors of all arrays of all problems, how many problems were left out); None where these do not fit.

    With one output, input or neuron, a column may stretch over others: two such problems may be left out.
    """
    columns, missed = [], 0
    for i, p in enumerate(evidence.problems):
        reference = answer(p, evidence.setting, candidates, number) if candidates else right(p, evidence.setting)
        factor = factors_on(evidence, i, reference)
        if factor is None and candidates and {"output", "input", "neuron"} & p.traits:
            factor, missed = np.full(2 * p.layers, np.nan), missed + 1
        if factor is None or missed > 2 or missed and len(evidence.problems) < missed + 2:
            return None, missed
        columns.append(factor)
    return np.concatenate(columns), missed


def explain(evidence: Evidence) -> list[Hypothesis]:
    """Every hypothesis of one mistake, the simplest first: the right gradient times factors, then single candidates."""
    if not evidence.problems:
        return []
    found = judged(evidence)
    if found and min(h.cost for h in found) <= 1.35:
        return sorted(found, key=lambda h: h.cost)
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    zero_shows_nothing = ((values != 0) | shelf.as_right).all(axis=1)
    fitting = np.flatnonzero(~np.isnan(values).any(axis=1) & zero_shows_nothing)
    exact = np.array(
        [np.ptp(_finite(values[i])) > 1e-6 or abs(_finite(values[i])[0] - 1) > 1e-6 for i in fitting], bool
    )
    order = fitting[np.lexsort((shelf.costs[fitting], exact))] if len(fitting) else fitting
    for i in order[:MOST]:
        found += judged(evidence, (shelf.candidates[i],))
    if not found or min(h.cost for h in found) > 1.45:
        found += _with_a_number(evidence)
    if not found:
        found = judged(evidence, two=True)
    return sorted(found, key=lambda h: h.cost)


def _finite(row):
    return row[np.isfinite(row)] if np.isfinite(row).any() else np.ones(1)


def _with_a_number(evidence: Evidence) -> list[Hypothesis]:
    """Mistakes with one unknown number, read off the first array that shows it."""
    found, p = [], evidence.problems[0]
    for c in numbered():
        plain, moved = (answer(p, evidence.setting, (c,), n) for n in (0.0, 1e-6))
        if plain is None or moved is None:
            continue
        for number in _numbers(evidence, plain, moved):
            for shape, scale in (
                ("", lambda q: 1.0),
                (" / T", lambda q: 1.0 / len(q.X)),
                (" · rate", lambda q: q.rate),
                (" / rate", lambda q: 1.0 / q.rate),
            ):
                found += _numbered(evidence, c, number / scale(p), shape, scale)
    return found


def _numbers(evidence, plain, moved):
    """What the number may be: by least squares of each wrong array on the right one and on what the number adds."""
    numbers: list[float] = []
    for v, u, m, t in zip(evidence.arrays[0], plain, moved, evidence.tolerances[0]):
        if v is None or v.shape != u.shape or not np.isnan(multiple(v, u, t)):
            continue
        basis = np.array([u.ravel(), 1e6 * (m - u).ravel()]).T
        if np.linalg.norm(basis[:, 1]) < 1e-12 * np.linalg.norm(u):
            continue
        (c, n), *_ = np.linalg.lstsq(basis, v.ravel(), rcond=None)
        if c and np.linalg.norm(basis @ (c, n) - v.ravel()) <= 1e-7 * np.linalg.norm(v) and abs(n / c) < 1e6:
            numbers.append(n / c)
    return [n for i, n in enumerate(numbers) if not any(abs(n - m) < 1e-6 * abs(m) for m in numbers[:i])]


def _numbered(evidence, c, number, shape, scale):
    """The hypotheses with this number, times a scale that changes with the problem."""
    columns = []
    for i, p in enumerate(evidence.problems):
        factor = factors_on(evidence, i, answer(p, evidence.setting, (c,), number * scale(p)))
        if factor is None:
            return []
        columns.append(factor)
    base = 1 + c.cost + SCOPE_COST.get(c.scope, 0.05) + (0.05 if shape else 0.0)
    slip = slip_of(c, evidence.setting, number)
    slip = replace(
        slip,
        words=slip.words
        + (f", lambda = {number:.6g}{shape}" if "lambda" in slip.words else f" (by {number:.6g} times the gradient)"),
    )
    return [
        Hypothesis(base + f.cost, (slip, *f.slips), (*c.names[1], *f.also), (c,), number, False, f.laws, scale)
        for f in name_factors(np.concatenate(columns), evidence.places, max(2e-7, 10 * evidence.tolerance))
    ]
