"""The gradient behind a step: both slips of a step are named, and a right step is left alone."""

from __future__ import annotations

import numpy as np

import nnlib
from nnlib.doctor.probes import probe
from nnlib.doctor.steps import limit


def _down(weights, biases, X, E, rate, *, raw=False, slope=True, updated=False):
    _, A = nnlib.forward(weights, biases, X)
    weights, biases = [W.copy() for W in weights], [b.copy() for b in biases]
    dA = 2 * (A[-1] - E) / len(X)
    for l in reversed(range(len(weights))):
        dZ = dA * A[l + 1] * (1 - A[l + 1]) if slope else dA
        old = weights[l]
        weights[l], biases[l] = weights[l] - rate * A[l].T @ dZ, biases[l] - rate * dZ.sum(axis=0)
        dA = (dA if raw else dZ) @ (weights[l] if updated else old).T
    return weights, biases


def _one_by_one(step):
    def train_step(weights, biases, X, E, rate):
        for i in range(len(X)):
            weights, biases = step(weights, biases, X[i : i + 1], E[i : i + 1], rate)
        return weights, biases

    return train_step


def test_the_raw_error_through_updated_weights():
    d = nnlib.diagnose(lambda *a: _down(*a, raw=True, updated=True), kind="train_step")
    assert set(d.candidates) == {"used-updated-weights", "error-propagated-without-derivative"}


def test_a_forgotten_slope_in_steps_of_one_sample():
    d = nnlib.diagnose(_one_by_one(lambda *a: _down(*a, slope=False, updated=True)), kind="train_step")
    assert d.category == "per-sample-updates" and "missing-activation-derivative" in d.candidates
    assert "used-updated-weights" in [d.category, *(slug for slug, _, _ in d.second)]


def test_the_limit_is_the_gradient_and_a_right_step_is_right():
    p = probe("main")

    class Now:
        def __init__(self, p):
            new = _down(p.weights, p.biases, p.X, p.E, p.rate, updated=True)
            old = (*p.weights, *p.biases)
            self.arrays = [(v - w) / p.rate for v, w in zip(old, (*new[0], *new[1]))]

    for mine, right in zip(limit(Now, p), [g for part in nnlib.gradients(p.weights, p.biases, p.X, p.E) for g in part]):
        assert np.linalg.norm(mine - right) < 1e-8 * np.linalg.norm(right)
    assert nnlib.diagnose(_down, kind="train_step").correct
