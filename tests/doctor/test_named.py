"""The corpora: every mistake is caught and named, no right code is accused, and the first word is that of the label."""

from __future__ import annotations

import statistics

import pytest
from corpus import CASES, OTHER_COSTS
from corpus.score import judge_all, problem_lines

import nnlib

COSTS = ("squared", "bce", "cross-entropy")


@pytest.fixture(scope="module")
def verdicts():
    return judge_all([*CASES, *OTHER_COSTS], nnlib.diagnose)


def of(verdicts, cost, wrong):
    return [v for v in verdicts if v.case.cost == cost and v.truly_wrong == wrong]


@pytest.mark.parametrize("cost", COSTS)
def test_every_mistake_is_caught_and_named(verdicts, cost):
    wrong = of(verdicts, cost, True)
    assert len(wrong) >= 40 and all(v.judged_right and v.category_right for v in wrong), problem_lines(wrong)


@pytest.mark.parametrize("cost", COSTS)
def test_no_right_code_is_accused(verdicts, cost):
    right = of(verdicts, cost, False)
    assert len(right) >= 5 and not [v for v in right if not v.judged_right], problem_lines(right)


@pytest.mark.parametrize(("cost", "most"), [("squared", 5), ("bce", 3), ("cross-entropy", 3)])
def test_the_first_name_is_that_of_the_label(verdicts, cost, most):
    other = [(v.case.name, v.category) for v in of(verdicts, cost, True) if v.category != v.case.category]
    assert len(other) <= most, other


@pytest.mark.parametrize("cost", COSTS)
def test_where_is_that_of_the_label(verdicts, cost):
    assert not [v for v in of(verdicts, cost, True) if v.case.where is not None and not v.where_right]


def test_verdicts_are_quick(verdicts):
    busy = sorted(v.busy for v in verdicts)
    assert statistics.median(busy) <= 0.15 and busy[int(0.95 * len(busy))] <= 0.75, busy[-5:]
