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
from nnlib.doctor.questions.exam import relative
from nnlib.doctor.search.explain import explain, explain_two
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis, judged, of
from nnlib.doctor.vocabulary import VOCABULARY

RATE = 1e-3  # the largest of four rates, each half the one before: rounding stays near 1e-10
CLOSE = 1e-6
SECONDS = 0.4  # for all plans together


def behind(exam, everywhere: Evidence) -> list[Hypothesis]:
    """The slip in the gradient behind a step and the slip in its plan; [] where neither is known."""
    few = lambda p: {"plain", "sample"} & p.traits and "square" not in p.traits
    chosen = tuple(p for p in everywhere.problems if few(p))[:4]
    arrays = () if exam.slow else tuple(limit(exam, p) for p in chosen)
    if len(arrays) < 2 or None in arrays:
        return []
    tolerances = tuple((CLOSE,) * (2 * p.layers) for p in chosen)
    small = Evidence(replace(everywhere.setting, kind="gradients"), chosen, arrays, tolerances, (), CLOSE)
    if all(relative(a, t) <= CLOSE for row, p in zip(arrays, chosen) for a, t in zip(row, exam.truth(p))):
        words = "the gradient behind the step is right, and what is wrong vanishes with the rate"
        slip = Slip("unknown", "everywhere", words, VOCABULARY["unknown"].formula)
        return _with_a_plan([Hypothesis()], everywhere.part(4)) or [Hypothesis(3.0, (slip,))]
    found = explain(small) or explain_two(small)
    return _with_a_plan(found[:3], everywhere.part(4)) or [replace(h, cost=h.cost + 1.0) for h in found]


def _with_a_plan(found: list[Hypothesis], full: Evidence) -> list[Hypothesis]:
    """The gradients of these hypotheses, used by the plan that gives the step at the full rate."""
    start = time.process_time()
    for h in found:
        for plan in (*PLANS, *named(full.setting, of_steps=True)):
            if time.process_time() - start > SECONDS:
                return []
            if both := judged(full, of((*h.candidates, plan), full.setting)):
                return sorted((replace(b, cost=b.cost + 0.5) for b in both), key=lambda b: b.cost)
    return []


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
