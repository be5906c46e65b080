"""What lesson 14 says of the doctor's verdicts: each patient of the notebook, and each way of writing that it promises."""

import contextlib
import io

import numpy as np
import pytest
from conftest import ROOT

import nnlib
from nnlib.lessons import Lesson
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


def _labels(rng, wrong):
    W, b = rng.normal(size=(4, 3)), np.zeros(3)

    def predict(X):
        z = X @ W + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def back(X, y):
        d = predict(X)
        d[np.arange(len(X)), y] -= 1
        return X.T @ d / len(X) * (2 if wrong else 1), d.mean(axis=0)

    return [W, b], back, predict, "cross-entropy"


def _no_bias(rng, wrong):
    W, V = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    predict = lambda X: S(S(X @ W) @ V)

    def back(X, Y):
        h = S(X @ W)
        a = S(h @ V)
        d = a - Y if wrong else (a - Y) * a * (1 - a)
        return X.T @ (d @ V.T * h * (1 - h)), h.T @ d

    return [W, V], back, predict, "half sum"


def _bias_in_w(rng, wrong):
    W, V = rng.normal(size=(5, 3)), rng.normal(size=(4, 2))
    ones = lambda A: np.hstack([A, np.ones((len(A), 1))])
    predict = lambda X: S(ones(S(ones(X) @ W)) @ V)

    def back(X, Y):
        h = S(ones(X) @ W)
        a = S(ones(h) @ V)
        d = (a - Y) * a * (1 - a)
        dh = d @ V[:-1].T * (1 if wrong else h * (1 - h))
        return ones(X).T @ dh, ones(h).T @ d

    return [W, V], back, predict, "half sum"


def _columns(rng, wrong):
    W, b = rng.normal(size=(2, 4)), rng.normal(size=(2, 1))
    predict = lambda X: S(W @ X + b)

    def back(X, Y):
        a = predict(X)
        d = (a - Y) * (1 if wrong else a * (1 - a))
        return d @ X.T, d.sum(axis=1, keepdims=True)

    return [W, b], back, predict, "half sum"


def _one_sample(rng, wrong):
    W, b = rng.normal(size=(4, 2)), rng.normal(size=2)
    predict = lambda x: S(x @ W + b)

    def back(x, y):
        a = predict(x)
        d = (a - y) * (1 if wrong else a * (1 - a))
        return np.outer(x, d), d

    return [W, b], back, predict, "half sum"


WAYS = [_labels, _no_bias, _bias_in_w, _columns, _one_sample]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", [False, True])
def test_each_promised_way_of_writing_is_judged_right_and_its_twin_wrong(way, wrong):
    arrays, back, predict, cost = way(np.random.default_rng(1), wrong)
    assert nnlib.diagnose(arrays, grads=back, output=predict, cost=cost).correct is not wrong


def test_the_assertion_for_ones_own_tests_passes_and_raises():
    for wrong in (False, True):
        arrays, back, predict, cost = _no_bias(np.random.default_rng(1), wrong)
        with pytest.raises(AssertionError) if wrong else contextlib.nullcontext():
            assert_gradients(arrays, grads=back, output=predict, cost=cost)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("hidden-slope", lambda d2, W2, h: (W2 @ d2.T).T * (1 - h) * (1 + h)),
        ("same-path", lambda r, T: sum([r] * T)),
    ],
)
def test_right_answers_in_other_words_are_right(exercise, answer):
    assert Lesson(14).check(exercise, answer).kind == "Correct"


def test_a_verdict_by_the_cosine_is_right_too():
    def by_cosine(mine, exact):
        m, e = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in (mine, exact))
        if np.allclose(m, e):
            return "right"
        return "factor" if m @ e > (1 - 1e-9) * np.linalg.norm(m) * np.linalg.norm(e) else "wrong"

    assert Lesson(14).check("verdict", by_cosine).kind == "Correct"
