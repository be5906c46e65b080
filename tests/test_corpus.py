"""The corpus against the right gradient: wrong cases are wrong, right ones right, and each `where` is as declared.

No doctor takes part. The planted twins at the end show that these checks can fail.
"""

from __future__ import annotations

import types
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from corpus import CASES, CATEGORIES, OTHER_COSTS
from corpus.measure import OTHER_DEPTHS, measure, problem
from corpus.score import judge_all, shares
from corpus.truth import cost_of, gradients

each = pytest.mark.parametrize("case", [*CASES, *OTHER_COSTS], ids=lambda case: case.name)


def complaints(case) -> list[str]:
    """In what way the case is not what it says; empty where it is."""
    here, elsewhere, found = measure(case), measure(case, OTHER_DEPTHS), []
    if here.wrong != (case.category != "correct"):
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


def test_every_category_has_at_least_three_cases():
    count = Counter(case.category for case in [*CASES, *OTHER_COSTS])
    assert not {category: count[category] for category in CATEGORIES if count[category] < 3}
    assert count["correct"] >= 30


@pytest.mark.parametrize("cost", ["bce", "cross-entropy"])
def test_another_cost_has_forty_wrong_cases_and_some_right_ones(cost):
    count = Counter(case.category == "correct" for case in OTHER_COSTS if case.cost == cost)
    assert count[False] >= 40 and count[True] >= 5


def test_names_are_unique():
    assert not [name for name, n in Counter(case.name for case in [*CASES, *OTHER_COSTS]).items() if n > 1]


@pytest.mark.parametrize(
    "cost, activations", sorted({(case.cost, case.activations) for case in [*CASES, *OTHER_COSTS]}, key=str)
)
def test_what_is_taken_for_the_truth_is_the_slope_of_the_cost(cost, activations):
    weights, biases, X, E = problem((3, 4, 5, 2), 4, False, 0, cost)
    W, B = [w.astype(complex) for w in weights], [b.astype(complex) for b in biases]
    for given, found in zip((W, B), gradients(weights, biases, X, E, cost, activations)):
        for v, g in zip(given, found):
            for i in np.ndindex(v.shape):
                v[i] += 1e-30j
                assert g[i] == pytest.approx(cost_of(W, B, X, E, cost, activations).imag / 1e-30, abs=1e-14)
                v[i] -= 1e-30j


def test_both_kinds_are_there_in_number():
    count = Counter(case.kind for case in CASES)
    assert count["gradients"] > 200 and count["train_step"] > 60


def named(name):
    return next(case for case in CASES if case.name == name)


def negated(case):
    def make():
        inner = case.make()
        return lambda *arguments: tuple([-np.asarray(g) for g in group] for group in inner(*arguments))

    return make


@pytest.mark.parametrize(
    "planted",
    [
        replace(named("correct.rows"), make=negated(named("correct.rows"))),  # a right case that is wrong
        replace(named("sign.target_minus_output"), make=negated(named("sign.target_minus_output"))),  # and the reverse
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
    assert healthy["caught"][0] == 0 and healthy["category"][0] == 0 and healthy["accused"][0] == 0
    assert muddled["caught"][0] == muddled["caught"][1] and muddled["accused"][0] == muddled["accused"][1]
    assert muddled["category"][0] <= sum("unknown" in (case.category, *case.also) for case in CASES)
