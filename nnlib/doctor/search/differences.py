"""Numbers that follow no formula line by line: differences of the cost with a bad step, rounding, and chance."""

from __future__ import annotations

from functools import cache
from itertools import combinations, permutations, product

import numpy as np

from nnlib.doctor.candidates.factors import Places
from nnlib.doctor.candidates.passes import Candidate, answer
from nnlib.doctor.candidates.plans import by_samples
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import norm, right
from nnlib.doctor.search.explain import Evidence, Hypothesis, factors_on
from nnlib.doctor.search.leftovers import name_factors
from nnlib.doctor.vocabulary import VOCABULARY


def _one(cost, category, words, formula, also=()) -> Hypothesis:
    return Hypothesis(cost, (Slip(category, "everywhere", words, formula),), tuple(also))


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


def difference_fault(evidence: Evidence) -> list[Hypothesis]:
    """Arrays that look like differences of C with a fault.

    One-sided: the error is h/2 times the second derivative. A large step: h^2/6 times the third. A tiny step: every number
    is a whole multiple of one rounding step of C, divided by h.
    """
    p = evidence.problems[0]
    found = _wrong_entries(evidence)
    if found is None:
        return []
    off, right_ones, v = found
    error, size = v - right_ones, norm(right_ones)
    line = "(C(w + h) - «C(w - h)») / «2 h»"
    if norm(error) < 0.5 * size:
        second, third = (derivative[off] for derivative in curvatures(p, evidence.setting))
        for words, shape, step in (
            ("one-sided differences", second / 2, abs),
            ("central differences with a large step", third / 6, lambda k: np.sqrt(abs(k))),
        ):
            k = float(shape @ error / (shape @ shape))
            if norm(error - k * shape) < (0.35 if error.size > 40 else 0.1) * norm(error):
                side = " (backward)" if shape is not third and k < 0 else ""
                return [_one(1.5, "finite-difference-error", f"{words}{side}, h about {step(k):.1g}", line)]
    h = _quantum(v)
    words = f"differences with a step so small that rounding decides, h about {h:.1g}"
    return [_one(1.5, "finite-difference-error", words, line)] if h else []


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


STEPS = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 5e-4, 1e-4, 5e-5, 1e-5, 1e-6, 1 / 255, 1 / 256)


def lattice(evidence: Evidence) -> list[Hypothesis]:
    """Every wrong entry is a multiple of one number: cut or rounded, by an array of integers or by hand."""
    if evidence.setting.kind != "gradients":
        return []
    found = [_spacing(evidence, i) for i in range(min(2, len(evidence.problems)))]
    if None in found or len({q for q, _ in found}) != 1:
        return []
    q = found[0][0]
    if not all(cut for _, cut in found):
        words = f"every entry is a whole multiple of {q:.3g}: differences of a cost that is rounded itself"
        return [_one(1.5, "finite-difference-error", words, "(«C(w + h)» - «C(w - h)») / 2 h", ("integer-truncation",))]
    words = f"every entry is a whole multiple of {q:.3g}: the gradients are cut or rounded"
    return [_one(1.5, "integer-truncation", words, "dW = «cut»(A_prev.T @ dZ)")]


def _spacing(evidence: Evidence, i: int):
    """(q, cut): every wrong entry of problem i is a multiple of q near the right one, and the right one cut; None where not."""
    truth = right(evidence.problems[i], evidence.setting)
    pairs = [(a, t) for a, t in zip(evidence.arrays[i], truth) if a is not None and a.shape == t.shape]
    pairs = [(a.ravel(), t.ravel()) for a, t in pairs if norm(a - t) > 1e-9 * norm(t)]
    if not pairs:
        return None
    mine, theirs = (np.concatenate(part) for part in zip(*pairs))
    near = [q for q in STEPS if mine.any() and np.abs(mine - theirs).max() < 1.000001 * q]
    q = next((q for q in near if np.abs(mine / q - (mine / q).round()).max() < 1e-7), None)
    ways = (np.trunc, np.floor, np.ceil, np.round)
    return q and (q, any(np.abs(way(theirs / q) - mine / q).max() < 1e-6 for way in ways))


# --- answers that depend on chance: which order of the samples, or which sample, would give these numbers? ---


def _choices(p, setting):
    """(category, words, also, gradients) for each choice of three samples that chance could make."""
    order, step = list(range(len(p.X))), setting.kind == "train_step"
    one = ("single-sample-step", ("only-last-sample",)) if step else ("only-last-sample", ("single-sample-step",))
    for q in permutations(order):
        if list(q) != order:
            yield "shuffled-labels", "inputs and targets are shuffled apart", (), p.but(E=p.E[list(q)])
    for i in order:
        yield one[0], "only one sample counts, and which one is left to chance or fixed", one[1], p.rows([i])
    for pair in combinations(order, 2):
        yield "batch-remainder", "only some of the samples count", (), p.rows(list(pair))
    for rows in product(order, repeat=len(order)):
        if len(set(rows)) == 2:
            words = "samples are drawn with replacement: some count twice, some not at all"
            yield "unknown", words, one[:1], p.rows(list(rows))


def by_chance(evidence: Evidence, p, arrays) -> list[Hypothesis]:
    """Hypotheses by a choice of samples on a problem of three samples; [] where none fits."""
    L, found = p.layers, []
    some = Evidence(evidence.setting, (p,), (arrays,), ([max(1e-8, evidence.tolerance)] * (2 * L),))
    places = Places((p,), evidence.setting.kind)
    for category, words, also, gradients in _by_choice(p, evidence.setting):
        values = factors_on(some, 0, gradients)
        for f in name_factors(values, places, 2e-7) if values is not None else ():
            slip = Slip(category, "everywhere", words, VOCABULARY[category].formula)
            found.append(Hypothesis(1.2 + f.cost, (slip, *f.slips), (*also, *f.also)))
    return sorted(found, key=lambda h: h.cost)


@cache
def _by_choice(p, setting) -> tuple:
    made = [(c, w, a, answer(q, setting)) for c, w, a, q in _choices(p, setting)]
    return (*made, *(_orders(p, setting) if setting.kind == "train_step" else ()))


def _orders(p, setting):
    for rows in product(range(len(p.X)), repeat=len(p.X)):
        for scale in (1.0, 1 / len(p.X)):
            plan = Candidate("per-sample-updates", update=by_samples(lambda T, r=rows: r, lambda T, s=scale: s))
            yield (
                "per-sample-updates",
                "a step after every sample, in an order left to chance",
                (),
                answer(p, setting, (plan,)),
            )
