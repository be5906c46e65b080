"""The doctor on a corpus that it has not seen: everything caught, nobody accused, the place and the name mostly right.

The full table, with the confusion matrix and the seconds for each verdict: `python -m tests.corpus` from the root of the
repository (one or more family names after it narrow the run down), or `pytest tests/test_doctor_corpus.py -s`.
The floors are the targets. The corpus was written from the vocabulary alone; a case is only ever changed when its label
contradicts the vocabulary, never because a doctor disagrees with it.
"""

from __future__ import annotations

import pytest
from corpus import CASES
from corpus.score import judge_all, shares, table

import nnlib

FLOORS = {"caught": 1.0, "where": 0.95, "category": 0.90}


@pytest.fixture(scope="module")
def verdicts():
    found = judge_all(CASES, nnlib.diagnose)
    print("\n" + table(found))
    return found


@pytest.mark.parametrize("what", FLOORS)
def test_share_is_at_least_the_floor(verdicts, what):
    hits, total = shares(verdicts)[what]
    assert hits >= FLOORS[what] * total, table(verdicts)


def test_nobody_is_accused(verdicts):
    assert shares(verdicts)["accused"][0] == 0, table(verdicts)


def test_the_doctor_never_ends_in_a_traceback_of_its_own(verdicts):
    assert not [(v.case.name, v.crash) for v in verdicts if v.crash]
