"""The table of mistakes: an empty table is the right algorithm, and every row is found again when it is a patient."""

import numpy as np
import pytest
from doctor_patients import record

import nnlib
from nnlib.doctor.contract import FAMILY_ORDER, VOCABULARY, severity
from nnlib.doctor.probes import TABLE, probe
from nnlib.doctor.stages import RIGHT, backpropagate
from nnlib.doctor.table import FORMULA_ROWS, UPDATE_ROWS

ROWS = FORMULA_ROWS + UPDATE_ROWS


@pytest.mark.parametrize("name", TABLE)
def test_no_row_is_the_right_gradient(name):
    p = probe(name)
    ours, core = backpropagate(p), nnlib.gradients(p.weights, p.biases, p.X, p.E)
    for mine, theirs in zip([*ours[0], *ours[1]], [*core[0], *core[1]]):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-15)


def test_probe_widths_and_samples_are_distinct():
    p = probe("main")
    assert len({*p.sizes, len(p.X), 2, 10}) == len(p.sizes) + 3
    assert all(b.all() for b in p.biases)
    assert len(probe("one sample").X) == 1 and len(probe("three").X) != len(p.X)


def test_rows_speak_the_vocabulary():
    for row in ROWS:
        assert {row.category, *row.also} <= set(VOCABULARY), row.what
        assert row.formula.count("«") == row.formula.count("»") >= 1, row.formula
        assert set(row.stages) <= {*RIGHT, "samples", "result"}
        assert row.stages or row.update
    assert {c.family for c in VOCABULARY.values()} == set(FAMILY_ORDER)
    assert severity("nan") < severity("sign")


def test_the_rows_reach_the_vocabulary():
    """Behaviour, not a formula, shows the rest; factors are named apart."""
    by_factor = {
        "missing-factor-two", "extra-factor-two", "sum-instead-of-mean", "divided-twice", "mean-over-outputs",
        "divided-by-wrong-count", "learning-rate-in-gradient", "learning-rate-ignored",
    }  # fmt: skip
    by_behaviour = {
        "mutates-inputs",
        "broadcasting",
        "shape-error",
        "nan",
        "finite-difference-error",
        "correct",
        "single-sample-step",
    }
    assert {row.category for row in ROWS} | by_factor | by_behaviour | {"unknown"} == set(VOCABULARY)


AGAIN = (
    "Where the change is meant and the verdict better: python tests/doctor_patients/record.py writes the list again."
)


# So many steps in a row enlarge the last bit, which processors round differently, until the numbers are others.
CHAOTIC = {f"repeated-update: the whole step is taken {n} times" for n in (20, 50, 100)}


def test_every_row_is_that_of_its_record():
    """A row that gives other numbers names another mistake, or none: its words no longer tell what it does."""
    kept, now = record.read("recorded_prints.tsv"), record.prints()
    assert not set(kept) - set(now), f"rows that are gone. {AGAIN}"
    for row, text in kept.items():
        (*facts, old), (*others, new) = (line.split(" | ") for line in (text, now[row]))
        assert facts == others, f"{row}: look-alikes, a free number, how simple, convention. {AGAIN}"
        old, new = (np.array(numbers.split(), float) for numbers in (old, new))
        assert len(old) == len(new) and (row in CHAOTIC or np.allclose(old, new, rtol=1e-6, atol=1e-7)), (
            f"{row}\n{AGAIN}"
        )


CHOSEN, EXCEPTIONS = record.chosen(), record.read("recorded_rows.tsv")


@pytest.mark.parametrize("name", CHOSEN)
def test_a_row_that_is_planted_is_told_in_its_own_words(name):
    """Category, look-alikes, words, formula and place are the row's; the exceptions, look-alikes mostly, are listed."""
    text, own = record.planted(CHOSEN[name])
    assert own or text == EXCEPTIONS.get(name, "its own words"), AGAIN
