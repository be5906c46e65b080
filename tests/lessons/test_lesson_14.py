"""What lesson 14 says of the doctor's verdicts: each patient of the notebook, and the assertion for one's own tests.

The ways of writing that it promises are tried, right and wrong, in tests/doctor/brought_setups.py.
"""

import contextlib
import io

import numpy as np
import pytest
from conftest import ROOT

from nnlib.publish import notebooks
from nnlib.testing import assert_gradients


@pytest.fixture(scope="module")
def verdicts():
    """Every cell of the notebook, run once from the top; each `found` on the way, by the cell that made it."""
    nb, made, names = notebooks.read(ROOT / "notebooks" / "14_bring_your_own.ipynb"), {}, {}
    for cell in nb.cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(cell.source, cell.id, "exec"), names)
            if "found = " in cell.source:
                made[cell.id] = names["found"]
    return made, names


VERDICTS = {  # cell: correct, category, the arrays that are wrong
    "l14-09": (False, "wrong-activation-derivative", {"W1", "b1"}),
    "l14-23": (True, "correct", set()),
    "l14-25": (True, "correct", set()),
    "l14-27": (False, "wrong-activation-derivative", {"input"}),
    "l14-29": (False, "rule-stale", None),
}


@pytest.mark.parametrize("cell", VERDICTS)
def test_each_patient_gets_its_verdict(verdicts, cell):
    correct, category, where = VERDICTS[cell]
    found = verdicts[0][cell]
    assert (found.correct, found.category) == (correct, category)
    assert where is None or set(found.where) == where


def test_every_patient_of_the_notebook_is_in_the_table(verdicts):
    assert set(verdicts[0]) == set(VERDICTS)


def test_the_factor_is_noted_and_nothing_is_called_wrong(verdicts):
    found = verdicts[0]["l14-25"]
    assert set(found.arrays.values()) == {"right"} and any(
        "times the slope of that cost" in note for note in found.notes
    )


def test_the_check_up_finds_the_size_of_the_inputs(verdicts):
    report = verdicts[1]["report"]
    assert not report.learns and report.cause == "scale-of-inputs"


@pytest.mark.parametrize("seed", range(3))
def test_the_cost_of_the_wrong_network_falls_and_ends_above_that_of_the_right_one(verdicts, seed):
    """From other data than the notebook's."""
    rng = np.random.default_rng(100 + seed)
    X, Y = rng.normal(size=(40, 3)), rng.uniform(0.1, 0.9, size=(40, 2))
    ends = {}
    for kind in ("Net", "Corrected"):
        pairs = []
        for start in range(8):
            net = verdicts[1][kind](start)
            before = ((net.forward(X) - Y) ** 2).sum() / 2
            for _ in range(300):
                net.train(X, Y)
            pairs.append((before, ((net.forward(X) - Y) ** 2).sum() / 2))
        assert all(after < before for before, after in pairs)
        ends[kind] = np.mean([after for _, after in pairs])
    assert ends["Net"] > ends["Corrected"]


# ---------------------------------------------------------------- the ways of writing that need no explanation
S = lambda z: 1 / (1 + np.exp(-z))


def _no_bias(rng, wrong):
    W, V = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    predict = lambda X: S(S(X @ W) @ V)

    def back(X, Y):
        h = S(X @ W)
        a = S(h @ V)
        d = a - Y if wrong else (a - Y) * a * (1 - a)
        return X.T @ (d @ V.T * h * (1 - h)), h.T @ d

    return [W, V], back, predict, "half sum"


def test_the_assertion_for_ones_own_tests_passes_and_raises():
    for wrong in (False, True):
        arrays, back, predict, cost = _no_bias(np.random.default_rng(1), wrong)
        with pytest.raises(AssertionError) if wrong else contextlib.nullcontext():
            assert_gradients(arrays, grads=back, output=predict, cost=cost)
