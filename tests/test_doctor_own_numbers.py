"""Under a declared convention the evidence is the learner's own: a number that was returned, at the place where it was."""

from dataclasses import replace

import numpy as np
import pytest

from nnlib import diagnose, gradients
from nnlib.doctor.conventions import row_of
from nnlib.notation import SOURCES, from_source, to_source

NAMES = ["half", "sum", "half sum", "mean over outputs", "columns", *SOURCES]


def patient(name, spoil, returned):
    """The right gradient in the layout and cost of a convention, then spoilt; what it returns is kept in `returned`."""
    row = row_of(name)
    if not row.squared:  # its cost has no factor: the contract takes ours, and only lays it out
        row = replace(row, half=False, over_samples="mean", over_outputs="sum", squared=True)

    def mine(weights, biases, X, E):
        ours = from_source(row, weights=weights, biases=biases, X=X, E=E)
        dW, db = gradients(ours.weights, ours.biases, ours.X, ours.E)
        T, K = ours.E.shape
        theirs = to_source(row, dW=dW, db=db, T=T, K=K)
        answer = spoil(theirs.dW, theirs.db)
        returned.append(answer)
        return answer

    return mine


@pytest.mark.parametrize("name", NAMES)
def test_the_evidence_is_what_was_returned_where_it_was_returned(name):
    def spoil(dW, db):
        dW[1][0, 1] += 1
        db[0][(0,) * db[0].ndim] -= 1
        return dW, db

    returned = []
    found = diagnose(patient(name, spoil, returned), convention=name)
    assert {f.array for f in found.evidence} == {"dW[1]", "db[0]"}
    for f in found.evidence:
        group, l = (0, 1) if f.array == "dW[1]" else (1, 0)
        assert any(answer[group][l][f.index] == pytest.approx(f.yours, rel=1e-12) for answer in returned), name
        assert f.yours - f.right == pytest.approx(1 if group == 0 else -1)
        assert set(f.index) <= {0, 1} and f.index == ((0, 1) if group == 0 else (0,) * len(f.index))


def test_a_step_is_shown_as_the_gradient_that_the_learner_took():
    def step(weights, biases, X, E, learning_rate):
        dW, db = gradients(weights, biases, X, E)
        dW[2][0, 0] += 2
        return [W - learning_rate * g / 2 for W, g in zip(weights, dW)], [
            b - learning_rate * g / 2 for b, g in zip(biases, db)
        ]

    (f,) = diagnose(step, "train_step", convention="half").evidence
    assert f.index == (0, 0) and f.yours - f.right == pytest.approx(1, rel=1e-6)
    assert np.isfinite(f.error)


def test_words_with_numbers_say_whose_they_are():
    def decays(weights, biases, X, E):
        dW, db = gradients(weights, biases, X, E)
        return [g / 2 + 0.1 * W for g, W in zip(dW, weights)], [g / 2 for g in db]

    said = "speak of this series' cost"
    found = diagnose(decays, convention="half")
    assert found.category == "regularisation-term" and said in str(found)
    assert said not in str(diagnose(decays)), "nothing was declared"
    right = diagnose(
        lambda w, b, X, E: tuple([g / 2 for g in part] for part in gradients(w, b, X, E)), convention="half"
    )
    assert right.correct and said not in str(right)
