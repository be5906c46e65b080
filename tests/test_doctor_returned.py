"""Right arrays in a wrong package, code for one depth, other layouts: the doctor says which, and speaks in their words."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib


def _stepped(weights, biases, X, E, rate):
    dW, db = nnlib.gradients(weights, biases, X, E)
    return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


@pytest.mark.parametrize("turn", [(-1, -1), (-1, 1), (1, -1)])
def test_a_step_that_comes_back_backwards(turn):
    def step(*arguments):
        new = _stepped(*arguments)
        return [part[::t] for part, t in zip(new, turn)]

    assert nnlib.diagnose(step, kind="train_step").category == "wrong-order"


def test_new_weights_in_place_of_gradients():
    d = nnlib.diagnose(lambda w, b, X, E: _stepped(w, b, X, E, 0.1))
    assert d.category == "assigned-instead-of-subtracted" and "0.1 times" in d.what and "train_step" in d.hint


def test_weight_gradients_alone_are_no_pair():
    d = nnlib.diagnose(lambda w, b, X, E: nnlib.gradients(w, b, X, E)[0])
    assert d.category == "shape-error" and "one list" in d.what and not d.where


def test_code_for_one_depth():
    def three(weights, biases, X, E):
        W1, W2, W3 = weights
        dW, db = nnlib.gradients([W1, W2, W3], biases, X, E)
        return dW, db

    d = nnlib.diagnose(three)
    assert "only for one depth" in d.what and "loop" in d.hint and "3 weight layers" in " ".join(d.details)


def _net(f, slope, out, out_slope):
    def gradients(weights, biases, X, E):
        Z, A = [], [X]
        for W, b in zip(weights, biases):
            Z.append(A[-1] @ W + b)
            A.append((out if len(A) == len(weights) else f)(Z[-1]))
        d, dW, db = 2 * (A[-1] - E) * out_slope(Z[-1]) / len(X), [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, A[l].T @ d)
            db.insert(0, d.sum(axis=0))
            d = d @ weights[l].T * slope(Z[l - 1]) if l else d
        return dW, db

    return gradients


def test_a_network_of_other_activations_is_told_by_its_zero_error():
    relu = (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0))
    d = nnlib.diagnose(_net(*relu, lambda z: z, np.ones_like))
    assert d.category == "wrong-forward-pass" and d.convention == "relu, linear output"
    assert 'convention="relu, linear output"' in str(d)
    assert nnlib.diagnose(_net(*relu, lambda z: z, np.ones_like), convention=d.convention).correct


def test_the_sigmoids_slope_under_a_declared_tanh():
    sigmoid_slope = lambda z: np.tanh(z) * (1 - np.tanh(z))
    d = nnlib.diagnose(_net(np.tanh, sigmoid_slope, lambda z: z, np.ones_like), convention="tanh, linear output")
    assert d.category == "wrong-activation-derivative" and "declared" in d.hint


def test_hints_count_samples_along_the_right_axis():
    def columns(weights, biases, X, E):
        dW, db = nnlib.gradients([W.T for W in weights], [b.ravel() for b in biases], X.T, E.T)
        return [X.shape[1] * g.T for g in dW], [X.shape[1] * g[:, None] for g in db]

    d = nnlib.diagnose(columns, convention="columns")
    assert d.category == "sum-instead-of-mean" and "X.shape[1]" in d.hint and "len(X)" not in d.hint


def test_an_error_cut_on_the_way_is_told_by_a_hair():
    def cut(weights, biases, X, E):
        _, A = nnlib.forward(weights, biases, X)
        d, dW, db = np.floor(37 * (A[-1] - E)) / 37 * 2 * A[-1] * (1 - A[-1]) / len(X), [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, A[l].T @ d)
            db.insert(0, d.sum(axis=0))
            d = d @ weights[l].T * A[l] * (1 - A[l])
        return dW, db

    assert nnlib.diagnose(cut).category == "integer-truncation"


def test_the_bias_formula_shows_its_own_line():
    d = nnlib.diagnose(
        lambda w, b, X, E: (nnlib.gradients(w, b, X, E)[0], [g / len(X) for g in nnlib.gradients(w, b, X, E)[1]])
    )
    assert d.category == "divided-twice" and d.formula.startswith("db =") and "/ T" in d.formula
