"""The corpora: every mistake is caught and named, no right code is accused, and the first word is the one of the label."""

from __future__ import annotations

import statistics

import pytest
from corpus import CASES, OTHER_COSTS
from corpus.score import judge_all, problem_lines

import nnlib

# What the vocabulary calls harmless: a bias row that is subtracted without harm, and code of one depth. Right, with a note.
BY_DESIGN = {"shape_dtype.bias_rows", "shape_dtype.one_hidden_layer_only"}


@pytest.fixture(scope="module")
def verdicts():
    return {v.case.name: v for v in judge_all([*CASES, *OTHER_COSTS], nnlib.diagnose)}


def of(verdicts, cost, wrong):
    found = [v for v in verdicts.values() if v.case.cost == cost and v.truly_wrong == wrong]
    return [v for v in found if v.case.name not in BY_DESIGN]


@pytest.mark.parametrize("cost", ["squared", "bce", "cross-entropy"])
def test_every_mistake_is_caught(verdicts, cost):
    missed = [v for v in of(verdicts, cost, True) if not v.judged_right]
    assert not missed, problem_lines(missed)


@pytest.mark.parametrize("cost", ["squared", "bce", "cross-entropy"])
def test_no_right_code_is_accused(verdicts, cost):
    accused = [v for v in of(verdicts, cost, False) if not v.judged_right]
    assert not accused and len(of(verdicts, cost, False)) >= 5, problem_lines(accused)


@pytest.mark.parametrize(
    ("cost", "unnamed", "other_first"), [("squared", 0, 8), ("bce", 3, 5), ("cross-entropy", 9, 14)]
)
def test_mistakes_are_named(verdicts, cost, unnamed, other_first):
    wrong = of(verdicts, cost, True)
    assert len([v for v in wrong if not v.category_right]) <= unnamed, problem_lines(wrong)
    other = [(v.case.name, v.category) for v in wrong if v.category != v.case.category]
    assert len(other) <= other_first, other


def test_where_is_right(verdicts):
    placed = [v for v in of(verdicts, "squared", True) if v.case.where is not None]
    assert not [v for v in placed if not v.where_right]


def test_what_is_by_design_is_right_with_a_note(verdicts):
    for case in CASES:
        if case.name in BY_DESIGN:
            diagnosis = nnlib.diagnose(case.make())
            assert diagnosis.correct and diagnosis.notes


def test_verdicts_are_quick(verdicts):
    busy = sorted(v.busy for v in verdicts.values())
    assert statistics.median(busy) <= 0.15 and busy[int(0.95 * len(busy))] <= 0.75, busy[-5:]
