"""Does a hypothesis give what the learner gave? The one place where the two are compared, array by array."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.candidates.edits import SCOPE_COST
from nnlib.doctor.candidates.passes import Candidate
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import multiple
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.search.leftovers import name_factors
from nnlib.doctor.words import formula_of, words_of


def of(candidates: tuple[Candidate, ...], setting, number: float | None = None, unit: str = "", **more) -> Hypothesis:
    """The hypothesis that these candidates were made, with the number that was found out."""
    cost = sum(1 + c.cost + SCOPE_COST.get(c.scope, 0.05) for c in candidates) + 0.05 * bool(unit)
    said = None if number is None else f"{number:.6g}{unit}"
    slips = tuple(_slip(c, setting, said, number) for c in candidates)
    also = tuple(a for c in candidates for a in c.names[1])
    return Hypothesis(cost, slips, also, candidates, number or 0.0, **more)


def _slip(c: Candidate, setting, said: str | None, number: float | None) -> Slip:
    words = words_of(c, setting)
    words = words if said is None else words.format(number=said)
    return Slip(c.names[0], c.scope, words, formula_of(c, setting), number)


def judged(evidence: Evidence, h: Hypothesis, two: bool = False) -> list[Hypothesis]:
    """The hypothesis with whatever pure factor is left, of `two` scopes if need be; [] where it does not fit every problem.

    With one output, input or neuron, a column may stretch over others: two such problems may be left out.
    """
    columns, missed = [], 0
    for i, p in enumerate(evidence.problems):
        factor = factors_on(evidence, i, h.made(p, evidence.setting))
        if factor is None and h.candidates and {"output", "input", "neuron"} & p.traits:
            factor, missed = np.full(2 * p.layers, np.nan), missed + 1
        if factor is None or missed > 2 or missed and len(evidence.problems) < missed + 2:
            return []
        columns.append(factor)
    runs = h.candidates and any(h.made(p, evidence.setting) is not None for p in evidence.raised)
    cost = h.cost + 0.1 * missed + 0.1 * bool(runs)  # it should raise where the learner's code does
    return [
        replace(h, cost=cost).beside(f)
        for f in name_factors(np.concatenate(columns), evidence.places, max(2e-7, 10 * evidence.tolerance), two)
        if h.candidates or f.slips
    ]


def factors_on(evidence: Evidence, i: int, reference):
    """The factor of each array of problem i over a reference (nan: unknown); None where some array is no multiple of it."""
    if reference is None or len(reference) != len(evidence.arrays[i]):
        return None
    p, found = evidence.problems[i], []
    for v, u, old, tolerance in zip(evidence.arrays[i], reference, (*p.weights, *p.biases), evidence.tolerances[i]):
        u = stretched(u, old.shape) if evidence.setting.kind == "train_step" else u
        if v is not None and (u is None or v.shape != u.shape and v.squeeze().shape != u.squeeze().shape):
            return None
        c = np.inf if v is None else multiple(v, u, tolerance)
        if np.isnan(c):
            return None
        lost = tolerance > 1e-5 > evidence.tolerance  # of a step: rounding left no digits of the factor
        found.append(np.nan if np.isinf(c) or lost and c else c)
    return np.array(found)


def stretched(v, shape):
    """What is left of an array after it was subtracted from a parameter of this shape; None where it cannot be."""
    if v.shape == shape:
        return v
    try:
        return np.broadcast_to(v, np.broadcast_shapes(v.shape, shape))
    except ValueError:
        return None
