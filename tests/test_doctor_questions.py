"""Questions put to a function that no row fits: zero error shows decay, arrays are multiples, biases lie idle."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib
from nnlib.doctor.questions import _multiple


def _right(weights, biases, X, E):
    return nnlib.gradients(weights, biases, X, E)


def test_decay_under_another_slip_is_found_at_zero_error():
    def decay_ce(weights, biases, X, E):
        _, A = nnlib.forward(weights, biases, X)
        dZ, dW, db = 2 * (A[-1] - E) / len(X), [None] * len(weights), [None] * len(weights)
        for l in reversed(range(len(weights))):
            dW[l], db[l] = A[l].T @ dZ + 0.1 * weights[l], dZ.sum(axis=0)
            dZ = dZ @ weights[l].T * A[l] * (1 - A[l])
        return dW, db

    d = nnlib.diagnose(decay_ce)
    assert d.category == "regularisation-term" and len(d.candidates) > 1


def test_decay_is_seen_beside_the_rounding_of_another_forward_pass():
    """Biases as a first row: the output differs from ours in its last digit, and so the error is not quite 0."""

    def folded(weights, biases, X, E):
        thetas, acts = [np.vstack([b, W]) for W, b in zip(weights, biases)], [X]
        for theta in thetas:
            acts.append(1 / (1 + np.exp(-(np.c_[np.ones(len(X)), acts[-1]] @ theta))))
        dZ, dW, db = (acts[-1] - E) / len(X), [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, acts[l].T @ dZ + 0.01 * weights[l])
            db.insert(0, dZ.sum(axis=0))
            dZ = dZ @ thetas[l][1:].T * acts[l] * (1 - acts[l])
        return dW, db

    d = nnlib.diagnose(folded)
    assert d.category == "regularisation-term" and d.second[0][0] == "cross-entropy-delta", str(d)


def test_one_factor_here_and_another_there():
    def mixed(weights, biases, X, E):
        dW, db = _right(weights, biases, X, E)
        return [dW[0], 2 * dW[1], *dW[2:]], [4 * db[0], *db[1:]]

    d = nnlib.diagnose(mixed)
    assert d.category == "extra-factor-two" and {("W", 1), ("b", 0)} == d.where


def test_biases_that_no_forward_pass_uses():
    def shared(weights, biases, X, E):
        dW, db = _right(weights, [0 * b + b[0] for b in biases], X, E)
        return dW, [0 * g for g in db]

    d = nnlib.diagnose(shared)
    assert d.category == "wrong-forward-pass" and "one bias" in d.what, str(d)
    assert "bias-gradient-zero" in d.candidates


def test_a_later_call_and_no_multiple():
    calls = []

    def late(weights, biases, X, E):
        calls.append(1)
        dW, db = _right(weights, biases, X, E)
        return [g * (1 + (len(calls) > 4)) for g in dW], db

    assert nnlib.diagnose(late).category == "accumulator-not-reset"
    assert _multiple(np.array([1.0, 2.0]), np.array([2.0, 1.0])) is None


@pytest.mark.parametrize("layers", [0, 2])
def test_a_slip_of_the_way_down_beside_biases_without_gradient(layers):
    """Biases that are not learned say nothing of the weights: their slip is told by itself, and not by two others."""

    def raw(weights, biases, X, E):
        if layers:
            W1, W2 = weights
        acts = [X]
        for W, b in zip(weights, biases):
            acts.append(1 / (1 + np.exp(-(acts[-1] @ W + b))))
        e, dW = 2 * (acts[-1] - E) / len(X), []
        for l in reversed(range(len(weights))):
            dW.insert(0, acts[l].T @ (e * acts[l + 1] * (1 - acts[l + 1])))
            e = e @ weights[l].T
        return dW, [0 * b for b in biases]

    d = nnlib.diagnose(raw)
    slugs = [d.category, *(slug for slug, _, _ in d.second)]
    assert slugs == ["error-propagated-without-derivative", "bias-gradient-zero"], str(d)
