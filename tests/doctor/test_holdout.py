"""The doctor on mutants of right code that nobody has seen: new ones at each run, the seed in every message.

`HOLDOUT_SEED=123 pytest tests/doctor/test_holdout.py` repeats a run; `python -m tests.doctor.holdout 480 123` is the long one.
"""

from __future__ import annotations

import os
from types import SimpleNamespace

import holdout
import numpy as np
import pytest
from holdout import Mutant, Result, chance, does, judge, mutants, said, shares, verdict
from programs import PROGRAMS, Program

from nnlib.corpus import cases

SEED = int(os.environ.get("HOLDOUT_SEED") or np.random.SeedSequence().entropy % 10**6)
HOW_MANY = 72

# Shares that the doctor reaches over several seeds of 480; the wanted ones stand beside them. A run of the tests may lie
# off by chance (`holdout.chance`), and no further. Whoever makes the doctor better moves these.
NAMED = 0.93  # wanted: at least 0.90
VAGUE_OR_UNKNOWN = 0.03  # wanted: at most 0.06
ONLY_RAISES = 0.045
NONE = 0.0  # of right code accused, of wrong code missed, of costs that cannot be declared


@pytest.fixture(scope="module")
def found():
    results = [judge(mutant) for mutant in mutants(HOW_MANY, np.random.default_rng(SEED))]
    print(f"\nseed {SEED}: {shares(results)}")
    return shares(results)


def test_enough_is_named(found):
    count, total = found["named"]
    assert count >= NAMED * total - chance(total, NAMED), f"seed {SEED}: {found}"


@pytest.mark.parametrize(
    "words, most",
    [
        (("vague", "unknown"), VAGUE_OR_UNKNOWN),
        (("only raises",), ONLY_RAISES),
        (("refused",), NONE),
        (("missed",), NONE),
        (("raising missed",), NONE),
        (("equal accused",), NONE),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_no_more_than_now_is_left_unsaid(found, words, most):
    count, total = sum(found[word][0] for word in words), found[words[0]][1]
    assert count <= most * total + chance(total, most), f"seed {SEED}: {found}"


def test_right_code_in_fifty_styles_is_not_accused():
    right = list(PROGRAMS)
    for case in cases(family="none"):
        targets = "shares" if case.cost == "cross-entropy" else "numbers"
        right.append(Program(case.name, case.source, case.convention, targets))
    verdicts = {p.name: verdict(p) for p in right}
    accused = [name for name, d in verdicts.items() if d is not None and not d.correct]
    assert len(verdicts) >= 50 and not accused, accused


# -------------------------------------------------------------------------------- the hold-out itself: it tells what it says


ROWS = next(p for p in PROGRAMS if p.name == "rows")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_right_code_is_equal_to_itself_written_otherwise(program):
    source = program.source.replace("1 / (1 + np.exp(-z))", "1.0 / (np.exp(-z) + 1.0)")
    assert does(Mutant(program, source, "")) == "equal"


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("/ T\n", "/ (T + 1)\n", "wrong"),
        ("A[l].T @ delta", "A[l] @ delta.T", "wrong"),
        # right numbers, and the caller's targets gone
        ("error = 2 * (A[L] - E)", "E -= A[L]\n    error = -2 * E", "wrong"),
        ("dW[l] = A[l].T @ delta", "dW[l] = nothing", "raises"),
        ("return dW, db", "print(dW, db)", "raises"),
        ("2 * (A[L] - E) / T", "(A[L] - E) / (T / 2)", "equal"),
        ("    A, Z = [X], []", "    (_, _), _ = weights, biases\n    A, Z = [X], []", "one depth"),
        # NaN where the right program has none
        ("1 / (1 + np.exp(-z))", "np.exp(z) / (1 + np.exp(z))", "wrong"),
    ],
)
def test_what_a_mutant_does_is_measured(old, new, what):
    assert old in ROWS.source
    assert does(Mutant(ROWS, ROWS.source.replace(old, new), "")) == what


def test_the_same_seed_gives_the_same_mutants_and_another_seed_others():
    one, again, other = (mutants(30, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert one == again
    assert len({m.source for m in one} & {m.source for m in other}) < 5
    assert len({m.program.name for m in one}) == len(PROGRAMS)


def test_a_hypothesis_that_does_not_hold_elsewhere_is_no_name():
    """A doctor that guesses a category, and one that remembers numbers, are seen through."""
    wrong = ROWS._replace(source=ROWS.source.replace("/ T\n", "/ E.size\n"))
    names_it = SimpleNamespace(correct=False, category="mean-over-outputs", what="divided by T and the outputs")
    assert said(names_it, wrong) == "named"
    names_it.predict = lambda *given: holdout.start(wrong)(*given)
    assert said(names_it, wrong) == "named"
    names_it.predict = lambda *given: holdout.start(ROWS)(*given)
    assert said(names_it, wrong) == "vague"
    assert said(SimpleNamespace(correct=False, category="sign", what=""), wrong) == "vague"
    assert said(SimpleNamespace(correct=False, category="unknown", what=""), wrong) == "unknown"
    assert said(SimpleNamespace(correct=True, category="correct", what=""), wrong) == "missed"


def test_the_shares_count_each_kind_by_itself():
    results = [Result(None, *pair, None) for pair in (("wrong", "named"), ("wrong", "vague"), ("equal", "wrong"))]
    counted = shares(results)
    assert counted["named"] == (1, 2) and counted["vague"] == (1, 2) and counted["equal accused"] == (1, 1)
    assert counted["raising missed"] == (0, 0)
