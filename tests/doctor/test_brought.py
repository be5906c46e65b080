"""Networks as people bring them: right ones are said to be right, slips are caught and named, and verdicts repeat."""

import functools

import numpy as np
import pytest
from learners import SCRIPTS

from nnlib.doctor.brought.diagnose import diagnose_brought

NAMED = 0.95


@pytest.fixture(scope="module")
def verdict_on(tmp_path_factory):
    """The verdict on a script, the same for all tests; a repair, which has a test of its own, is not looked for as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnlib.doctor.rewriting.repair.SECONDS", 0.05)
        yield functools.cache(lambda s: s.judged(tmp_path_factory.mktemp("learner"), diagnose=diagnose_brought))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.title)
def test_the_truth_is_told(verdict_on, script):
    d = verdict_on(script)
    assert d.correct is (not script.names), d
    assert d.candidates[0] == d.category and script.words in str(d)
    if d.correct:
        assert not d.where and set(d.arrays.values()) <= {"right", "unseen"} and d.opening.startswith("Right")
    else:
        assert d.where and {n for n, v in d.arrays.items() if v in ("wrong", "factor")} == d.where


def test_most_slips_are_named(verdict_on):
    wrong = [script for script in SCRIPTS if script.names]
    named = [script for script in wrong if verdict_on(script).category in script.names]
    assert len(wrong) >= 30 and len(named) >= NAMED * len(wrong), set(wrong) - set(named)


def test_a_verdict_repeats(verdict_on, tmp_path):
    script = next(s for s in SCRIPTS if s.title.startswith("batches and momentum") and s.names)
    np.random.seed(1)
    assert str(script.judged(tmp_path, diagnose=diagnose_brought)) == str(verdict_on(script))


def test_a_fault_of_the_search_is_said(monkeypatch, tmp_path):
    def fault(exam, result):
        raise ZeroDivisionError("no such network")

    monkeypatch.setattr("nnlib.doctor.brought.naming.name_of", fault)
    script = next(s for s in SCRIPTS if s.title.startswith("lists of matrices") and s.names)
    d = script.judged(tmp_path, diagnose=diagnose_brought)
    assert d.correct is False and "ZeroDivisionError: no such network. Please report it" in str(d)
