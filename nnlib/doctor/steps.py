"""The gradient behind a training step: its limit for a small rate, and the plan of the step, replayed at the full rate.

A step may hold two slips: one in the gradient, and one in how the gradient is used. The second vanishes with the rate, so
the limit shows the first alone; then the learner's own steps on single samples, or the gradient found, replay the plan.
"""

from __future__ import annotations

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import Evidence, Explanation
from nnlib.doctor.matching import explain
from nnlib.doctor.observe import Answer
from nnlib.doctor.pairs import explain_pairs
from nnlib.doctor.rearranged import sample_weights
from nnlib.doctor.stages import Change, backpropagate

RATE = 1e-3  # the largest of four rates, each half the one before: rounding stays near 1e-10
PROBES = ("main", "three", "equal widths", "one sample", "two layers")
CLOSE = 1e-6


def limit(ask, p):
    """lim (W - W_new) / rate for rate -> 0 as 2L arrays, by Richardson extrapolation; None where no arrays come back."""
    rows = []
    for k in range(4):
        arrays = whole(ask(p._replace(rate=RATE / 2**k)), p)
        if arrays is None:
            return None
        rows.append(arrays)
    for power in (2, 4, 8):  # each round removes one more power of the rate
        rows = [[(power * b - a) / (power - 1) for a, b in zip(x, y)] for x, y in zip(rows, rows[1:])]
    return rows[0]


def smooth(ask):
    """The learner's step as a gradient function: what `ask` would answer if the rate were very small."""

    def asked(p):
        arrays = limit(ask, p)
        return None if arrays is None else Answer(arrays)

    return asked


def behind(exam, ask) -> list[Explanation]:
    """The slip in the gradient behind a step and the slip in its plan; [] where neither is known."""
    names = [n for n in PROBES if exam.usable(n)]
    if "main" not in names or "three" not in names or exam.slow:
        return []
    arrays = {n: limit(ask, exam.problem(n)) for n in names}
    if any(a is None for a in arrays.values()):
        return []
    order = _in_order(exam, ask)
    if order is not None and order[1] == "rate":  # the sum of the samples' steps: compare the mean
        arrays = {n: [g / len(exam.problem(n).X) for g in a] for n, a in arrays.items()}
    right = all(_same(a, exam.truth(n), CLOSE) for n, a in arrays.items())
    evidence = Evidence("gradients", exam.activations, arrays, {n: [CLOSE] * len(a) for n, a in arrays.items()})
    found = [Explanation(0, [])] if right else explain(evidence) or explain_pairs(evidence)
    parts = [order[0]] if order is not None else []
    faded = [
        k for k, g in enumerate(arrays["main"]) if np.linalg.norm(g) < CLOSE * np.linalg.norm(exam.truth("main")[k])
    ]
    if not found and any(exam.answers["main"].arrays[k].any() for k in faded):
        what = "the rate comes in once more on the way: for a small rate some updates fade faster than it"
        parts.append(("learning-rate-in-gradient", what, VOCABULARY["learning-rate-in-gradient"].formula))
    if not found and not parts and not _same(exam.answers["main"].arrays, arrays["main"], 1e-4):
        uneven = sample_weights(arrays["main"], exam.kind)
        if uneven and uneven[0].parts[0][0] == "batch-remainder":
            slug, what = "per-sample-updates", "one step after another: for a small rate " + uneven[0].parts[0][1]
            return [Explanation(3, [(slug, what, VOCABULARY[slug].formula)], ("batch-remainder",))]
    if not found:
        also = ("used-updated-weights",) if faded and len(faded) < len(arrays["main"]) else ()
        return [Explanation(3, parts, also)] if parts else []
    best = found[0]
    plan = _plan(exam, ask, best, order is not None)
    if plan is None and not parts:
        found = [Explanation(e.cost, [_finite(part, arrays, exam) for part in e.parts], e.also) for e in found]
        plan = [_left_over(exam)] if right else []
    parts += plan or []
    return [Explanation(e.cost + len(parts), parts + e.parts, e.also) for e in found if e.cost <= best.cost + 0.15]


def _same(arrays, others, tolerance=1e-7) -> bool:
    return len(arrays) == len(others) and all(
        np.linalg.norm(a - t) <= tolerance * np.linalg.norm(t) + 1e-12 for a, t in zip(arrays, others)
    )


def _in_turn(ask, p, order, rate):
    """The gradient that one step would need to end where the learner's own steps on single samples end."""
    weights, biases = list(p.weights), list(p.biases)
    for i in order:
        q = p._replace(weights=weights, biases=biases, X=p.X[[i]], E=p.E[[i]], rate=rate)
        arrays = whole(ask(q), q)
        if arrays is None:
            return None
        moved = [v - rate * g for v, g in zip((*weights, *biases), arrays)]
        weights, biases = moved[: len(weights)], moved[len(weights) :]
    return [(v - w) / p.rate for v, w in zip((*p.weights, *p.biases), (*weights, *biases))]


def _in_order(exam, ask):
    """(part, rate in words) where a step on a batch is the learner's own steps on its samples one by one; else None."""
    for backward in (False, True):
        for word in ("rate", "rate / T"):
            for name in ("main", "three"):
                p = exam.problem(name)
                order = range(len(p.X))[:: -1 if backward else 1]
                arrays = _in_turn(ask, p, order, p.rate if word == "rate" else p.rate / len(p.X))
                if arrays is None or not _same(arrays, exam.answers[name].arrays):
                    break
                if _same(arrays, whole(ask(p._replace(X=p.X[:1], E=p.E[:1])), p) or []):
                    break  # one sample gives what all give: no step depends on the samples
            else:
                what = f"a step with {'the full rate' if word == 'rate' else word} after every sample"
                what += ", from the last to the first" if backward else ""
                return ("per-sample-updates", what, VOCABULARY["per-sample-updates"].formula), word
    return None


def _plan(exam, ask, explanation: Explanation, one_by_one: bool) -> list | None:
    """What else the step does with the gradient of the explanation: goes down through stepped weights, or repeats.

    [] where the gradient is all there is, None where more happens that this room has no plan for.
    """
    changes = [m.change for m in explanation.mistakes if not m.row.free]
    plans = {("used", 0): True, **{("times", k): True for k in (2, 3, 4, 5, 10)}}
    for name in ("main", "three"):
        p = exam.problem(name)
        if one_by_one:
            p = p._replace(X=p.X[:1], E=p.E[:1])
        made, gradient = whole(ask(p), p), limit(ask, p)
        if made is None or gradient is None or _same(made, gradient):
            return []

        def ours(q, more=(), changes=changes):
            with np.errstate(all="ignore"):
                dW, db = backpropagate(q, [*changes, *more], exam.activations)
            return [*dW, *db]

        try:
            factors = [float(np.vdot(g, u) / max(np.vdot(u, u), 1e-300)) for g, u in zip(gradient, ours(p))]
            for plan in [plan for plan, fits in plans.items() if fits]:
                plans[plan] = _same(_replayed(plan, p, ours, factors), made, 1e-6)
        except (ValueError, IndexError):
            return None
    fitting = next((plan for plan, fits in plans.items() if fits), None)
    if fitting is None:
        return None
    if fitting[0] == "used":
        what = "the error goes down through weights that have been stepped already"
        return [("used-updated-weights", what, VOCABULARY["used-updated-weights"].formula)]
    return [("repeated-update", f"the whole step is taken {fitting[1]} times", VOCABULARY["repeated-update"].formula)]


def _replayed(plan, p, ours, factors):
    kind, k = plan
    if kind == "used":

        def stepped(c, l):
            c.W[l] = c.W[l] - p.rate * factors[l] * c.dW[l]

        return [c * u for c, u in zip(factors, ours(p, [Change({"before carry": stepped})]))]
    values, L = [*p.weights, *p.biases], len(p.weights)
    for _ in range(k):
        gradient = ours(p._replace(weights=values[:L], biases=values[L:]))
        values = [v - p.rate * c / k * g for v, c, g in zip(values, factors, gradient)]
    return [(v - w) / p.rate for v, w in zip((*p.weights, *p.biases), values)]


def _finite(part, arrays, exam):
    """A factor of the limit that the full rate does not keep: a sum is taken step by step, a whole number is a repetition."""
    slug, k = "", float(np.vdot(arrays["main"][0], exam.truth("main")[0]) / np.linalg.norm(exam.truth("main")[0]) ** 2)
    if part[0] == "sum-instead-of-mean":
        slug, what = "per-sample-updates", "a step after every sample: for a small rate it is the sum of the samples"
    elif part[0] == "learning-rate-in-gradient" and abs(k - round(k)) < CLOSE * k and k > 1.5:
        slug, what = "repeated-update", f"for a small rate the step is taken {k:.0f} times"
    return (slug, what, VOCABULARY[slug].formula) if slug else part


def _left_over(exam) -> tuple[str, str, str]:
    """The gradient is right and the plan unknown: what the step at the full rate says."""
    arrays, truth = exam.answers["main"].arrays, exam.truth("main")
    factor = float(np.vdot(arrays[0], truth[0]) / np.vdot(truth[0], truth[0]))
    slug, what = "unknown", "the gradient behind the step is right, and what is wrong vanishes with the rate"
    if _same(arrays, [factor * t for t in truth]):
        slug, what = "learning-rate-in-gradient", f"the step is {factor:.4g} times the right one, for this rate alone"
    elif _same([arrays[len(arrays) // 2 - 1]], [truth[len(arrays) // 2 - 1]]):
        slug, what = (
            "used-updated-weights",
            "the output layer is right, and what is wrong below it vanishes with the rate",
        )
    return slug, what, VOCABULARY[slug].formula
