"""The table of mistakes: an empty table is the right algorithm, and every row is found again when it is a patient."""

import numpy as np
import pytest

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.contract import FAMILY_ORDER, VOCABULARY, severity
from nnlib.doctor.probes import TABLE, probe
from nnlib.doctor.references import FORMULAS, FREE, UPDATES, answer, right
from nnlib.doctor.stages import RIGHT, Problem, backpropagate
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


def as_patient(mistake):
    """A learner who makes exactly this mistake, whatever the network."""
    if mistake.row.update:

        def train_step(weights, biases, X, E, learning_rate):
            p = Problem("patient", weights, biases, X, E, learning_rate)
            gradient = lambda w, b, X, E: backpropagate(p._replace(weights=w, biases=b, X=X, E=E))
            return mistake.row.update(gradient, weights, biases, p)

        return train_step, "train_step"

    def gradients(weights, biases, X, E):
        return backpropagate(Problem("patient", weights, biases, X, E), [mistake.change], parameter=0.037)

    return gradients, "gradients"


def ours(arrays) -> bool:
    """Right here: rows about the sigmoid are mistakes only where another activation is declared."""
    return all(a.shape == t.shape and np.allclose(a, t) for a, t in zip(arrays, right("main")))


def every(mistakes, step):
    """Each step-th mistake that gives numbers on the first probe; all zeros fit too many mistakes to name one."""
    answers = [(m, answer(m, "main")) for m in mistakes if m.scope == "everywhere"]
    some = [m for m, arrays in answers if arrays is not None and any(a.any() for a in arrays) and not ours(arrays)]
    return some[::step]


@pytest.mark.parametrize(
    "mistake", [*every(FORMULAS, 13), *every(UPDATES, 5), *FREE[::6]], ids=lambda m: m.row.what[:60]
)
def test_a_row_is_found_again(mistake):
    diagnosis = diagnose(*as_patient(mistake))
    expected = {mistake.row.category, *mistake.row.also}
    assert expected & set(diagnosis.candidates), str(diagnosis)
