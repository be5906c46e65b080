"""A declared layout is checked as strictly as ours: what comes back has the shape of the parameter that was handed in."""

import numpy as np
import pytest

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.conventions import row_of
from nnlib.notation import SOURCES, shape_here

LAYOUTS = ("ours", "samples as columns", "transposed weights", *SOURCES)
RESHAPED = {
    "flat": lambda v: v.ravel(),
    "a row": lambda v: v.reshape(1, -1),
    "a column": lambda v: v.reshape(-1, 1),
    "three axes": lambda v: v.reshape(1, 1, -1),
}
EVERY_BIAS = frozenset(("b", l) for l in range(3))


def in_layout(convention, reshape=None):
    """The right gradients in the layout and the cost of a convention; `reshape` is the slip in the bias gradients."""
    row = row_of(convention)

    def gradients(weights, biases, X, E):
        X, E = (X.T, E.T) if row.columns else (X, E)
        ours = [W.T if row.transposed else W for W in weights]
        dW, db = nnlib.gradients(ours, [np.ravel(b) for b in biases], X, E)
        c = row.factor(len(X), E.shape[1]) if row.squared else 1.0
        db = [g.reshape(b.shape) / c for g, b in zip(db, biases)]
        return [(g.T if row.transposed else g) / c for g in dW], [reshape(g) for g in db] if reshape else db

    return gradients


def stepping(gradients):
    def train_step(weights, biases, X, E, learning_rate):
        dW, db = gradients(weights, biases, X, E)
        step = lambda old, g: [v - learning_rate * d for v, d in zip(old, g)]
        return step(weights, dW), step(biases, db)

    return train_step


def bias_shape(convention, n=5):
    return shape_here(row_of(convention), "biases", (n,))


@pytest.mark.parametrize("convention", LAYOUTS)
def test_the_right_shapes_pass(convention):
    assert diagnose(in_layout(convention), convention=convention).correct
    assert diagnose(stepping(in_layout(convention)), "train_step", convention=convention).correct


@pytest.mark.parametrize("word", RESHAPED)
@pytest.mark.parametrize("convention", LAYOUTS)
def test_right_numbers_in_another_shape_are_wrong(convention, word):
    want, reshape = bias_shape(convention), RESHAPED[word]
    got = reshape(np.zeros(want)).shape
    if got == want:
        assert diagnose(in_layout(convention, reshape), convention=convention).correct
        return
    diagnosis = diagnose(in_layout(convention, reshape), convention=convention)
    assert (diagnosis.category, diagnosis.where) == ("shape-error", EVERY_BIAS)
    assert f"db[0] has shape {got} where {want} belongs" in diagnosis.what  # in the learner's layout, not in ours
    stretched = np.broadcast_shapes(got, want)
    assert (f"would become {stretched}" in diagnosis.what) == (stretched != want)


@pytest.mark.parametrize("word", RESHAPED)
@pytest.mark.parametrize("convention", LAYOUTS)
def test_a_step_that_stretches_the_biases_is_wrong(convention, word):
    want, reshape = bias_shape(convention), RESHAPED[word]
    stretched = np.broadcast_shapes(reshape(np.zeros(want)).shape, want)
    diagnosis = diagnose(stepping(in_layout(convention, reshape)), "train_step", convention=convention)
    assert diagnosis.correct == (stretched == want)  # (n,) added to (1, n) stays (1, n): such a step does no harm
    if not diagnosis.correct:
        assert {diagnosis.category, *diagnosis.candidates} & {"shape-error", "broadcasting"}
        assert diagnosis.where == EVERY_BIAS and f"the new b[0] has shape {stretched} where {want} belongs" in str(
            diagnosis
        )


@pytest.mark.parametrize("convention", [c for c in LAYOUTS if row_of(c).transposed])
def test_weights_in_the_layout_that_was_not_declared_are_wrong(convention):
    def gradients(*problem):
        dW, db = in_layout(convention)(*problem)
        return [g.T for g in dW], db

    diagnosis = diagnose(gradients, convention=convention)
    assert diagnosis.category == "transposed-gradient" and diagnosis.where == frozenset(("W", l) for l in range(3))


def test_a_missing_keepdims_is_told_how_to_mend():
    diagnosis = diagnose(in_layout("cs229", RESHAPED["flat"]), convention="cs229")
    assert "keepdims=True" in diagnosis.hint and "(5, 5)" in diagnosis.what
    ours = diagnose(in_layout("ours", RESHAPED["a row"]))
    assert "without keepdims" in ours.hint


def test_the_shapes_of_the_call_are_said_in_the_declared_layout():
    def raising(weights, biases, X, E):
        return [W @ X.T for W in weights], biases  # X is (n, T) here: refused

    shown = str(diagnose(raising, convention="cs229"))
    assert "weights of shapes [(5, 3), (6, 5), (4, 6)]" in shown and "X of shape (3, 7)" in shown
    assert "biases of shapes [(5, 1), (6, 1), (4, 1)]" in shown


def test_each_shape_has_one_partner():
    shapes = [(5,), (1,), (1, 5), (5, 1), (1, 1), (3, 5), (), (1, 1, 5)]
    for convention in LAYOUTS:
        for kind in ("weights", "biases", "data"):
            partners = [shape_here(row_of(convention), kind, shape) for shape in shapes]
            assert [shape_here(row_of(convention), kind, shape) for shape in partners] == shapes
            assert len(set(partners)) == len(shapes)


def test_a_factor_does_not_hide_what_came_back():
    for answer in (None, 3, ([1, 2],)):
        diagnosis = diagnose(lambda *problem, answer=answer: answer, convention={"factor": 2.0})
        assert diagnosis.category == "shape-error" and "NoneType" not in diagnosis.what


def test_where_is_that_of_the_contracts_problems_whose_T_is_no_width():
    def star(weights, biases, X, E):  # right for one sample, and raises unless T is every width
        dW, db = nnlib.gradients(weights, biases, X, E)
        _, A = nnlib.forward(weights, biases, X)
        return [a.T * g / len(X) for a, g in zip(A, A[1:])] if len(X) > 1 else dW, db

    diagnosis = diagnose(star)
    assert not diagnosis.correct and diagnosis.where == frozenset()
    assert diagnosis.evidence and "only where T equals every width" in str(diagnosis)


def test_code_that_is_wrong_at_other_depths_only_says_so():
    def three_layers(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        return ([2 * g for g in dW] if len(weights) != 3 else dW), db

    diagnosis = diagnose(three_layers)
    assert not diagnosis.correct and not diagnosis.where
    assert "in a network of 3 layers no array with wrong numbers came back" in str(diagnosis)
