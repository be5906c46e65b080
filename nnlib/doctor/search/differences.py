"""Numbers that follow no formula line by line: differences of the cost with a bad step, and chance."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, combinations_with_replacement, product

import numpy as np

from nnlib.doctor.candidates.expressions import leaf
from nnlib.doctor.candidates.passes import Candidate, answer
from nnlib.doctor.candidates.plans import by_samples
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import multiple, norm, right
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.search.matching import factors_on, judged, of


def curvatures(p, setting):
    """The second and third derivative of C along each single parameter: two flat arrays, dW first, then db."""
    d, parameters, L = 1e-4, [*p.weights, *p.biases], p.layers
    middle = np.concatenate([g.ravel() for g in right(p, setting)])
    second, third = [], []
    for k, v in enumerate(parameters):
        for index in np.ndindex(v.shape):
            ends = []
            for sign in (1, -1):
                moved = [np.array(w) for w in parameters]
                moved[k][index] += sign * d
                ends.append(answer(p.but(weights=tuple(moved[:L]), biases=tuple(moved[L:])), setting)[k][index])
            second.append((ends[0] - ends[1]) / (2 * d))
            third.append((ends[0] - 2 * middle[len(third)] + ends[1]) / d**2)
    return np.array(second), np.array(third)


def difference_fault(evidence: Evidence, small: bool = False) -> list[Hypothesis]:
    """Arrays that look like differences of C with a fault; where it is `small`, only one-sided ones are a mistake.

    One-sided: the error is h/2 times the second derivative. A large step: h^2/6 times the third. A tiny step: every number
    is a whole multiple of one rounding step of C, divided by h.
    """
    found = _wrong_entries(evidence)
    if found is None:
        return []
    off, right_ones, v = found
    error, line = v - right_ones, "(C(w + h) - «C(w - h)») / «2 h»"
    if norm(error) < 0.5 * norm(right_ones):
        second, third = (derivative[off] for derivative in curvatures(evidence.problems[0], evidence.setting))
        k, cubic = (float(shape @ error / (shape @ shape)) for shape in (second / 2, third / 6))
        most = (0.35 if error.size > 40 else 0.1) * norm(error)
        if norm(error - k * second / 2) < most:
            return _one(f"one-sided differences{' (backward)' * (k < 0)}, h about {abs(k):.1g}", line)
        if norm(error - cubic * third / 6) < most and not small:
            return _one(f"central differences with a large step, h about {np.sqrt(abs(cubic)):.1g}", line)
    h = 0.0 if small else _quantum(v)
    return _one(f"differences with a step so small that rounding decides, h about {h:.1g}", line) if h else []


def divided_by_h(evidence: Evidence, found: list[Hypothesis]) -> list[Hypothesis]:
    """A factor 2 that misses the last digits, as differences do and formulas do not."""
    if evidence.setting.kind != "gradients" or not found or [s.number for s in found[0].slips] != [2.0]:
        return []
    pairs = zip(evidence.arrays[0], right(evidence.problems[0], evidence.setting))
    inexact = any(a is not None and np.isnan(multiple(a, t, 1e-12)) for a, t in pairs)
    return _one("a difference quotient divided by h, not 2h", "(C(w + h) - C(w - h)) / «2 h»") if inexact else []


def _one(words: str, formula: str) -> list[Hypothesis]:
    category = "finite-difference-error"
    return [Hypothesis(1.5, (Slip(category, "everywhere", words, formula),))]


def _wrong_entries(evidence: Evidence):
    """(the entries of wrong arrays, the right ones, the learner's) of the first problem; None where none can be told."""
    truth, arrays = right(evidence.problems[0], evidence.setting), evidence.arrays[0]
    if any(a is None or a.shape != t.shape or not np.isfinite(a).all() for a, t in zip(arrays, truth)):
        return None
    off = np.concatenate([np.full(t.size, norm(a - t) > 1e-9 * norm(t)) for a, t in zip(arrays, truth)])
    both = (np.concatenate([x.ravel() for x in part])[off] for part in (truth, arrays))
    return (off, *both) if off.any() else None


def _quantum(v: np.ndarray) -> float:
    """The step h for which v · h or v · 2h are whole multiples of a rounding step of C, 2^-54 to 2^-51; 0 if none fits."""
    for unit in (2.0**-51, 2.0**-52, 2.0**-54):  # h for 2^-53 is 2h for 2^-52
        for power, lead in product(range(9, 19), (1, 2, 5)):
            h = lead * 10.0**-power
            multiples = v * h / unit
            if 0.9 <= np.abs(multiples).max() <= 2e5 and np.abs(multiples - np.round(multiples)).max() < 1e-3:
                return h / 2 if lead == 2 else h
    return 0.0


# --- answers that depend on chance: which order of the samples, or which sample, would give these numbers? ---

T = 3  # samples of the problem that is asked


def _ways(setting):
    """The candidates that chance could have chosen: another order of the targets, some samples, steps in some order."""
    for i in range(1, 6):
        targets = {"E": ("call", "in_order", leaf("E"), ("c", float(i)))}
        yield Candidate("shuffled-labels", targets, cost=0.1, words="inputs and targets are shuffled apart")
    one = ("single-sample-step", "only-last-sample")
    category, other = one if setting.kind == "train_step" else one[::-1]
    for rows in (*combinations_with_replacement(range(T), T), *combinations(range(T), 2)):
        counts = np.bincount(rows, minlength=T) * (T / len(rows))
        if (counts > 0).sum() == 1:
            words = "only one sample counts, and which one is left to chance or fixed"
            counts = counts if setting.over_samples == "mean" else counts / T
            yield Candidate(category, {"weigh": lambda T, w=counts: w}, also=(other,), words=words)
        elif len(rows) == 2:
            words = "only some of the samples count"
            yield Candidate("batch-remainder", {"weigh": lambda T, w=counts: w}, cost=0.1, words=words)
        elif len(set(rows)) == 2:
            words = "samples are drawn with replacement: some count twice, some not at all"
            yield Candidate("unknown", {"weigh": lambda T, w=counts: w}, also=one[:1], words=words)
    for rows in product(range(T), repeat=T) if setting.kind == "train_step" else ():
        for scale in (1.0, 1 / T):
            plan = by_samples(lambda T, r=rows: r, lambda T, s=scale: s)
            words = "a step after every sample, in an order left to chance"
            yield Candidate("per-sample-updates", cost=0.2, words=words, update=plan)


@cache
def _choices(p, setting) -> tuple:
    return tuple((c, answer(p, setting, (c,))) for c in _ways(setting))


def by_chance(evidence: Evidence, p, arrays) -> list[Hypothesis]:
    """Hypotheses by a choice of samples on a problem of three samples; [] where none fits."""
    tolerances = ((max(1e-8, evidence.tolerance),) * (2 * p.layers),)
    some = replace(evidence, problems=(p,), arrays=(arrays,), tolerances=tolerances, raised=())
    fitting = [c for c, made in _choices(p, evidence.setting) if factors_on(some, 0, made) is not None]
    found = [h for c in fitting for h in judged(some, of((c,), evidence.setting))]
    return sorted((replace(h, candidates=()) for h in found), key=lambda h: h.cost)  # a formula for this problem only
