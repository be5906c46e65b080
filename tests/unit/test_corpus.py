"""The corpus against the right gradient: wrong cases are wrong, right ones right, and each `where` is as declared.

No doctor takes part. The planted bugs at the end show that these checks can fail.
"""

from __future__ import annotations

import types
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from corpus import CASES, CATEGORIES, OTHER_COSTS, Case
from corpus.score import judge_all, shares

from nnlib.corpus.measure import Design, measure, problem, truth

# distinct widths; equal widths (transposes go silent there); one output (where shapes broadcast); more samples than the usual
# batch size; integers; other depths, where right code has to be right and labels say nothing of the place
HERE = (
    Design(T=1),
    Design(T=3),
    Design(),
    Design(sizes=(3, 3, 3, 3), T=5),
    Design(sizes=(2, 4, 3, 1), T=6),
    Design(integers=True),
    Design(sizes=(2, 3, 4, 2), T=37),
)
ELSEWHERE = (Design(sizes=(3, 2), T=4), Design(sizes=(4, 5, 2), T=3), Design(sizes=(2, 3, 3, 4, 2), T=5))
LARGE = Design(T=4, scale=4000.0)  # a softmax overflows there
RATES = (0.1, 1.5)
each = pytest.mark.parametrize("case", [*CASES, *OTHER_COSTS], ids=lambda case: case.name)


def complaints(case) -> list[str]:
    """In what way the case is not what it says; empty where it is."""
    here, elsewhere, found = measure(case, HERE, RATES), measure(case, ELSEWHERE, RATES), []
    overflows = case.cost == "cross-entropy" and case.kind == "gradients" and measure(case, (LARGE,)).wrong
    if (here.wrong or overflows) != (case.category != "correct"):
        found.append(f"measured wrong={here.wrong}")
    if case.category == "correct" and elsewhere.wrong:
        found.append(f"not right at another depth: {elsewhere}")
    if case.where is not None and here.where != case.where:
        found.append(f"declared {sorted(case.where)}, measured {sorted(here.where)}")
    if case.raises != bool(here.raised or elsewhere.raised):
        found.append(f"declared raises={case.raises}, measured {here.raised or elsewhere.raised!r}")
    if here.malformed and case.category != "shape-error":
        found.append(f"returned {here.malformed}")
    if here.mutated and "mutates-inputs" not in (case.category, *case.also):
        found.append("changes its inputs")
    if here.reused and case.category != "stale-or-aliased-buffers":
        found.append("hands out the same buffer twice")
    return found


@each
def test_case_is_what_it_says(case):
    assert not complaints(case)


def test_there_are_enough_of_each():
    categories = Counter(case.category for case in [*CASES, *OTHER_COSTS])
    assert min(categories[c] for c in CATEGORIES) >= 3 and categories["correct"] >= 30
    kinds = Counter(case.kind for case in CASES)
    assert kinds["gradients"] > 200 and kinds["train_step"] > 60
    wrong = Counter((case.cost, case.category != "correct") for case in OTHER_COSTS)
    assert all(wrong[cost, True] >= 40 and wrong[cost, False] >= 5 for cost in ("bce", "cross-entropy"))


SETTINGS = {(case.cost, case.activations): case for case in [*CASES, *OTHER_COSTS]}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=lambda case: f"{case.cost}, {case.activations}")
def test_what_is_taken_for_the_truth_is_the_slope_of_the_cost(case):
    weights, biases, X, E = problem(Design(T=4), 0, case.cost)
    W, B = [w.astype(complex) for w in weights], [b.astype(complex) for b in biases]

    def slope():
        A = X
        for l, (w, b) in enumerate(zip(W, B)):
            name = case.activations if isinstance(case.activations, str) else case.activations[l == 2]
            A = ACTIVATIONS[name](A @ w + b)
        return COSTS[case.cost](A, E).sum().imag / 1e-30 / len(E)

    for given, found in zip((W, B), truth(case, (weights, biases, X, E))):
        for v, g in zip(given, found):
            for i in np.ndindex(v.shape):
                v[i] += 1e-30j
                assert g[i] == pytest.approx(slope(), abs=1e-14)
                v[i] -= 1e-30j


ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: z * (z.real > 0),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}
COSTS = {
    "squared": lambda a, e: (a - e) ** 2,
    "bce": lambda a, e: -e * np.log(a) - (1 - e) * np.log(1 - a),
    "cross-entropy": lambda a, e: -e * np.log(a),
}


def named(name):
    return next(case for case in CASES if case.name == name)


class Negated(Case):
    """The same case with every number negated."""

    def make(self):
        inner = super().make()
        return lambda *arguments: tuple([-np.asarray(g) for g in group] for group in inner(*arguments))


def negated(name):
    return Negated(**vars(named(name)))


@pytest.mark.parametrize(
    "planted",
    [
        negated("correct.rows"),  # a right case that is wrong
        negated("sign.target_minus_output"),  # and the reverse
        replace(named("bias.axis_one"), where=frozenset()),
        replace(named("propagation.untransposed"), raises=False),
        replace(named("state.step_in_place"), category="sign"),
        replace(named("state.reused_output"), category="accumulator-not-reset"),
        replace(named("shape_dtype.nothing_back"), category="nan"),
    ],
    ids=["accused", "missed", "where", "raises", "mutates", "reused", "malformed"],
)
def test_a_mislabelled_case_is_noticed(planted):
    assert complaints(planted)


def blind(function, kind="gradients"):
    """A doctor that finds everyone healthy: the score must see through it."""
    return types.SimpleNamespace(correct=True, category="correct", candidates=("correct",), where=frozenset())


def vague(function, kind="gradients"):
    """A doctor that names everything at once: more than three candidates count as none."""
    return types.SimpleNamespace(correct=False, category="unknown", candidates=CANDIDATES, where=frozenset({("W", 0)}))


CANDIDATES = ("unknown", *sorted({case.category for case in CASES}))


def test_the_score_sees_through_bad_doctors():
    healthy, muddled = shares(judge_all(CASES, blind)), shares(judge_all(CASES, vague))
    assert healthy["caught"][1] == sum(c.category != "correct" and not c.harmless for c in CASES)
    assert healthy["caught"][0] == 0 and healthy["category"][0] == 0 and healthy["accused"][0] == 0
    assert muddled["caught"][0] == muddled["caught"][1] and muddled["accused"][0] == muddled["accused"][1]
    assert muddled["category"][0] <= sum("unknown" in (case.category, *case.also) for case in CASES)
