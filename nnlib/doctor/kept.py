"""Some samples leave no trace in the answer: the row of the table that drops just these, and one more mistake beside it."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.facts import still
from nnlib.doctor.leftovers import Evidence, Explanation, factors_of
from nnlib.doctor.matching import judged
from nnlib.doctor.references import FORMULAS, compute, compute_on, multiple, shelf
from nnlib.doctor.stages import Pass, Problem, backpropagate, forward
from nnlib.doctor.table.row import Mistake

MAIN = "main"
CHOICES = tuple(m for m in FORMULAS if set(m.row.stages) == {"samples"})


def of_some_samples(exam, ask, evidence: Evidence) -> list[Explanation]:
    """Every explanation by a choice of samples, alone or with another mistake, the simplest first; [] where all count."""
    if exam.slow or MAIN not in evidence.arrays:
        return []
    p = exam.problem(MAIN)
    seen = counting(p, ask)
    choices = [m for m in CHOICES if kept(m, p) == seen] if seen else []
    found = [e for choice in choices for e in _judged((choice,), evidence)]
    for other in _others(p, seen, evidence) if choices and not found else ():
        found += [e for choice in choices for e in _judged((choice, other), evidence)]
    return sorted(found, key=lambda e: e.cost)


def counting(p: Problem, ask) -> tuple[int, ...]:
    """The samples that count: another input and target in their place give another answer. () where all count, or none."""
    before, found = whole(ask(p), p), []
    if before is None:
        return ()
    for i in range(len(p.X)):
        X, E = p.X.copy(), p.E.copy()
        X[i], E[i] = X[i] + 0.37, E[i] - 0.21
        arrays = whole(ask(p._replace(X=X, E=E)), p)
        if arrays is None:
            return ()
        if not still(arrays, before):
            found.append(i)
    return tuple(found) if len(found) < len(p.X) else ()


def kept(choice: Mistake, p: Problem) -> tuple[int, ...]:
    """The samples that a row of the table keeps as they are; () where it changes or mixes them."""
    X, E, _ = choice.row.stages["samples"](Pass(p, [], 0.0))
    found = [i for x in X for i in np.flatnonzero((p.X == x).all(axis=1))]
    return tuple(map(int, found)) if len(found) == len(X) and np.array_equal(E, p.E[found]) else ()


def _others(p: Problem, seen: tuple[int, ...], evidence: Evidence) -> list[Mistake]:
    """The mistakes that give the learner's arrays, up to factors, where the samples that count are the whole batch.

    How the samples were chosen is a factor there. A mistake leaves those arrays right that are right for these samples.
    """
    acts, stock = evidence.activations, shelf(evidence.kind, MAIN, evidence.activations)
    few = p._replace(X=p.X[list(seen)], E=p.E[list(seen)])
    upward = forward(few, acts)
    dW, db = backpropagate(few, (), acts, upward=upward)
    theirs = zip(evidence.arrays[MAIN], (*dW, *db), evidence.tolerances[MAIN])
    fine = [v is not None and v.shape == u.shape and not np.isnan(multiple(v, u, limit)) for v, u, limit in theirs]
    found = []
    for i in np.flatnonzero((stock.as_right == fine).all(axis=1)):
        other = stock.mistakes[i]
        if "samples" not in other.row.stages:
            factors = factors_of(compute_on(few, (other,), acts, upward=upward), evidence, MAIN)
            if factors is not None and factors.all():  # what is zero shows nothing of the mistake
                found.append(other)
    return found


def _judged(mistakes: tuple[Mistake, ...], evidence: Evidence) -> list[Explanation]:
    return judged(mistakes, lambda n: compute(mistakes, n, evidence.activations), evidence, list(evidence.arrays))
