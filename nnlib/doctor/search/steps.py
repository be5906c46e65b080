"""The gradient behind a training step: its limit for a small rate, and the plan of the step, replayed at the full rate.

A step may hold two slips: one in the gradient, and one in how the gradient is used. The second vanishes with the rate, so
the limit shows the first alone; then the gradient found, with a plan, has to give the step at the full rate.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from nnlib.doctor.candidates.mistakes import named
from nnlib.doctor.candidates.plans import PLANS
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import multiple, relative
from nnlib.doctor.search.explain import explain, explain_two
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.search.matching import judged, of
from nnlib.doctor.vocabulary import VOCABULARY

RATE = 1e-3  # the largest of four rates, each half the one before: rounding stays near 1e-10
CLOSE = 1e-6
SECONDS = 0.2  # for all plans of one gradient


def behind(exam, everywhere: Evidence) -> list[Hypothesis]:
    """The slip in the gradient behind a step and the slip in its plan; [] where neither is known."""
    small = _at_small_rates(exam, everywhere)
    if small is None:
        return []
    truth = [exam.truth(p) for p in small.problems]
    right = all(relative(a, t) <= CLOSE for row, ts in zip(small.arrays, truth) for a, t in zip(row, ts))
    slips = [] if right else (explain(small) or explain_two(small))[:3]
    for h in (Hypothesis(), *(h for h in slips if h.candidates)):
        if found := _with_a_plan(h, everywhere.part(4)):
            return found
    words = "the gradient behind the step is right, and what is wrong vanishes with the rate"
    known = [_told("unknown", words)] if right else _repeated(small, truth)
    return known or [replace(h, cost=h.cost + 1.0) for h in slips]


def _at_small_rates(exam, everywhere: Evidence) -> Evidence | None:
    """The gradients that the step follows for a rate near 0; None where they cannot be read off two problems."""
    few = lambda p: {"plain", "sample"} & p.traits and "square" not in p.traits
    chosen = tuple(p for p in everywhere.problems if few(p))[:4]
    arrays = () if exam.slow else tuple(limit(exam, p) for p in chosen)
    if len(arrays) < 2 or None in arrays:
        return None
    tolerances = tuple((CLOSE,) * (2 * p.layers) for p in chosen)
    return Evidence(replace(everywhere.setting, kind="gradients"), chosen, arrays, tolerances, (), CLOSE)


def _with_a_plan(h: Hypothesis, full: Evidence) -> list[Hypothesis]:
    """The gradient of this hypothesis, used by the plan that gives the step at the full rate."""
    start = time.process_time()
    for plan in (*PLANS, *named(full.setting, of_steps=True)):
        if time.process_time() - start > SECONDS:
            break
        if both := judged(full, of((*h.candidates, plan), full.setting)):
            return sorted((replace(b, cost=b.cost + 0.5) for b in both), key=lambda b: b.cost)
    return []


def _repeated(small: Evidence, truth) -> list[Hypothesis]:
    """A whole multiple of the right step for a small rate, and for that alone, is several steps."""
    counts = [multiple(row[0], t[0], CLOSE) for row, t in zip(small.arrays, truth)]
    if np.allclose(counts, [len(p.X) for p in small.problems], rtol=CLOSE):
        return [_told("per-sample-updates", "a step after every sample: for a small rate it is the sum of the samples")]
    k = counts[0]
    if np.allclose(counts, k, rtol=CLOSE) and k > 1.5 and abs(k - round(k)) < CLOSE * k:
        return [_told("repeated-update", f"for a small rate the step is taken {k:.0f} times")]
    return []


def _told(category: str, words: str) -> Hypothesis:
    return Hypothesis(1.5, (Slip(category, "everywhere", words, VOCABULARY[category].formula),))


def limit(exam, p) -> tuple | None:
    """lim (W - W_new) / rate for rate -> 0 as 2L arrays, by Richardson extrapolation; None where there is none."""
    rows, old = [], (*p.weights, *p.biases)
    for k in range(4):
        o = exam.ask(p.but(rate=RATE / 2**k))
        if (
            o.answer is None
            or not o.answer.finite()
            or any(a is None or a.shape != v.shape for a, v in zip(o.arrays, old))
        ):
            return None
        rows.append(o.arrays)
    for power in (2, 4, 8):  # each round removes one more power of the rate
        if power == 8 and any(np.linalg.norm(a - b) > CLOSE * np.linalg.norm(b) + 1e-12 for a, b in zip(*rows)):
            return None
        rows = [[(power * b - a) / (power - 1) for a, b in zip(x, y)] for x, y in zip(rows, rows[1:])]
    return tuple(rows[0])
