"""Forty networks as people bring them: right ones are told so, slips are caught, and nothing of the learner's is changed."""

import numpy as np
import pytest
from brought_setups import SETUPS

from nnlib.doctor.brought import diagnose_brought

NAMED_SO_FAR = 0.5


@pytest.mark.parametrize("name, glue, expected, accepted, make", SETUPS, ids=[s[0] for s in SETUPS])
def test_the_truth_is_told(name, glue, expected, accepted, make):
    subject, arguments = make()
    d = diagnose_brought(subject, **arguments)
    assert glue <= 3
    assert d.correct is (expected == "correct"), d
    assert d.candidates[0] == d.category
    if d.correct:
        assert not d.where and set(d.arrays.values()) <= {"right", "unseen"} and d.opening.startswith("Right")
    else:
        assert d.where and {n for n, v in d.arrays.items() if v in ("wrong", "factor")} == d.where


def test_most_slips_are_named():
    wrong = [(s[2], s[3], s[4]) for s in SETUPS if s[2] != "correct"]
    named = 0
    for expected, accepted, make in wrong:
        subject, arguments = make()
        named += diagnose_brought(subject, **arguments).category in (expected, *accepted)
    assert named >= NAMED_SO_FAR * len(wrong)


def test_a_verdict_repeats():
    make = next(s[4] for s in SETUPS if s[0].startswith("batches_with_momentum, slip"))
    words = []
    for _ in range(2):
        np.random.seed(len(words))
        subject, arguments = make()
        words.append(str(diagnose_brought(subject, **arguments)))
    assert words[0] == words[1]
