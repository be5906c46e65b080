"""The gradient behind a training step: its limit for a small rate, and the plan of the step, replayed at the full rate.

A step may hold two slips: one in the gradient, and one in how the gradient is used. The second vanishes with the rate, so
the limit shows the first alone; then the gradient found, with a plan, has to give the step at the full rate.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from nnlib.doctor.candidates.plans import PLANS, stepped
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.search.explain import Evidence, Hypothesis, explain, judged
from nnlib.doctor.search.pairs import explain_pairs
from nnlib.doctor.vocabulary import VOCABULARY

RATE = 1e-3  # the largest of four rates, each half the one before: rounding stays near 1e-10
CLOSE = 1e-6
SECONDS = 0.4  # for all plans together


def limit(exam, p):
    """lim (W - W_new) / rate for rate -> 0 as 2L arrays, by Richardson extrapolation; None where no arrays come back."""
    rows = []
    for k in range(4):
        o = exam.ask(p.but(rate=RATE / 2**k))
        if (
            o.answer is None
            or not o.answer.finite()
            or any(a is None or a.shape != v.shape for a, v in zip(o.arrays, (*p.weights, *p.biases)))
        ):
            return None
        rows.append(o.arrays)
    for power in (2, 4, 8):  # each round removes one more power of the rate
        if power == 8 and any(np.linalg.norm(a - b) > CLOSE * np.linalg.norm(b) + 1e-12 for a, b in zip(*rows)):
            return None  # there is no limit
        rows = [[(power * b - a) / (power - 1) for a, b in zip(x, y)] for x, y in zip(rows, rows[1:])]
    return rows[0]


def behind(exam, everywhere: Evidence) -> list[Hypothesis]:
    """The slip in the gradient behind a step and the slip in its plan; [] where neither is known."""
    if exam.slow:
        return []
    chosen = [p for p in everywhere.problems if {"plain", "sample"} & p.traits and "square" not in p.traits][:4]
    arrays = [limit(exam, p) for p in chosen]
    if len(chosen) < 2 or any(a is None for a in arrays):
        return []
    tolerances = tuple((CLOSE,) * (2 * p.layers) for p in chosen)
    small = Evidence(everywhere.setting, tuple(chosen), tuple(map(tuple, arrays)), tolerances, (), CLOSE)
    gradients = replace(small, setting=replace(small.setting, kind="gradients"))
    truth = [exam.truth(p) for p in chosen]
    right = all(
        np.linalg.norm(a - t) <= CLOSE * np.linalg.norm(t) + 1e-12
        for row, ts in zip(arrays, truth)
        for a, t in zip(row, ts)
    )
    found = [] if right else explain(gradients) or explain_pairs(gradients)
    full = replace(
        everywhere, problems=everywhere.problems[:4], arrays=everywhere.arrays[:4], tolerances=everywhere.tolerances[:4]
    )
    start = time.process_time()
    for h in [Hypothesis(0.0, (), ())] if right else found[:3]:
        mistakes = h.candidates
        for plan in (*PLANS, *stepped()):
            if time.process_time() - start > SECONDS:
                break
            both = judged(full, (*mistakes, plan))
            if both:
                return [replace(b, cost=b.cost + 0.5) for b in sorted(both, key=lambda b: b.cost)]
    return [_left_over(exam, chosen, arrays, truth)] if right else _told(exam, found, chosen, arrays)


def _told(exam, found, chosen, arrays):
    """The slips of the limit; a whole-number factor that the full rate does not keep is a repetition."""
    p, row = chosen[0], arrays[0]
    truth = exam.truth(p)
    k = float(np.vdot(row[0], truth[0]) / np.linalg.norm(truth[0]) ** 2)
    if found and found[0].pure and abs(k - round(k)) < CLOSE * k and k > 1.5:
        T = len(p.X)
        slug, words = (
            ("per-sample-updates", "a step after every sample: for a small rate it is the sum of the samples")
            if round(k) == T
            else ("repeated-update", f"for a small rate the step is taken {k:.0f} times")
        )
        return [
            Hypothesis(
                1.5,
                (Slip(slug, "everywhere", words, VOCABULARY[slug].formula),),
                ("repeated-update", "per-sample-updates"),
            )
        ]
    return [replace(h, cost=h.cost + 1.0) for h in found]


def _left_over(exam, chosen, arrays, truth) -> Hypothesis:
    """The gradient is right and the plan unknown: what the step at the full rate says."""
    made = exam.ask(chosen[0]).arrays
    L = chosen[0].layers
    factor = float(np.vdot(made[0], truth[0][0]) / np.vdot(truth[0][0], truth[0][0]))
    slug, words = "unknown", "the gradient behind the step is right, and what is wrong vanishes with the rate"
    if all(np.linalg.norm(a - factor * t) <= 1e-7 * np.linalg.norm(a) for a, t in zip(made, truth[0])):
        slug, words = "learning-rate-in-gradient", f"the step is {factor:.4g} times the right one, for this rate alone"
    elif np.linalg.norm(made[L - 1] - truth[0][L - 1]) <= 1e-7 * np.linalg.norm(truth[0][L - 1]):
        slug, words = (
            "used-updated-weights",
            "the output layer is right, and what is wrong below it vanishes with the rate",
        )
    return Hypothesis(3.0, (Slip(slug, "everywhere", words, VOCABULARY[slug].formula),))
