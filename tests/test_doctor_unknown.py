"""What has no name gets none: noise and random factors are unknown, with facts; an inferred stage must predict every array."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

import nnlib
from nnlib.doctor import localise, readings


def _draw(*arrays):
    """A generator that hangs on every number it is given: the same answer for the same call, another for any other."""
    return np.random.default_rng(zlib.crc32(b"".join(np.ascontiguousarray(v, float).tobytes() for v in arrays)))


def _changed(change, fixed: bool):
    """The right gradients, each array replaced by change(rng, array, name)."""

    def gradients(weights, biases, X, E):
        rng = np.random.default_rng(0) if fixed else _draw(*weights, *biases, X, E)
        dW, db = nnlib.gradients(weights, biases, X, E)
        return [change(rng, g, "W", l) for l, g in enumerate(dW)], [change(rng, g, "b", l) for l, g in enumerate(db)]

    return gradients


def _as_step(gradients):
    def step(weights, biases, X, E, rate):
        dW, db = gradients(weights, biases, X, E)
        return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]

    return step


def _only(kind, change):
    return lambda rng, g, k, l: change(rng, g) if k == kind else g


def noise(rng, g):
    return rng.normal(size=g.shape)


def scaled(rng, g):
    return g * rng.uniform(0.5, 2, g.shape)


NAMELESS = {
    "noise": lambda rng, g, k, l: noise(rng, g),
    "noise in dW": _only("W", noise),
    "noise in db": _only("b", noise),
    "noise in the hidden layers": lambda rng, g, k, l: noise(rng, g) if l < 2 else g,
    "a little noise": lambda rng, g, k, l: g * (1 + 0.01 * rng.normal(size=g.shape)),
    "noise added": lambda rng, g, k, l: g + 0.1 * rng.normal(size=g.shape),
    "a number for each entry": lambda rng, g, k, l: scaled(rng, g),
    "a number for each entry of db": _only("b", scaled),
    "a number for each row of dW": _only("W", lambda rng, g: g * rng.uniform(0.5, 2, (len(g), 1))),
    "a number for each array": lambda rng, g, k, l: g * rng.uniform(0.5, 2),
}


@pytest.mark.parametrize("fixed", [True, False], ids=["the same for every call", "for each call its own"])
@pytest.mark.parametrize("name", NAMELESS)
def test_noise_and_random_factors_have_no_name(name, fixed):
    gradients = _changed(NAMELESS[name], fixed)
    for d in (nnlib.diagnose(gradients), nnlib.diagnose(_as_step(gradients), kind="train_step")):
        assert d.category == "unknown" and not d.correct and d.where, str(d)
        if name != "noise":
            assert d.details or d.what, str(d)


def test_one_number_for_all_that_hangs_on_no_error_has_no_name():
    def gradients(weights, biases, X, E):
        c = _draw(X, E).uniform(0.5, 2)
        dW, db = nnlib.gradients(weights, biases, X, E)
        return [c * g for g in dW], [c * g for g in db]

    assert nnlib.diagnose(gradients).category == "unknown"


def test_chance_between_calls_is_no_sum():
    rng = np.random.default_rng(3)
    gradients = _changed(lambda _, g, k, l: g * rng.uniform(0.5, 2), True)
    assert nnlib.diagnose(gradients).category == "unknown"


def _network(f=None, slope=None, matrix=None, delta=None):
    """Backpropagation with another activation, slope, way down or output delta in place of the right one."""
    f = f or (lambda z: 1 / (1 + np.exp(-z)))
    slope = slope or (lambda z: f(z) * (1 - f(z)))

    def gradients(weights, biases, X, E):
        Z, A = [], [X]
        for W, b in zip(weights, biases):
            Z.append(A[-1] @ W + b)
            A.append(f(Z[-1]))
        d = (delta(A[-1], E) if delta else 2 * (A[-1] - E) * slope(Z[-1])) / len(X)
        dW, db = [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, A[l].T @ d)
            db.insert(0, d.sum(axis=0))
            if l:
                d = d @ (matrix(weights[l]) if matrix else weights[l].T) * slope(Z[l - 1])
        return dW, db

    return gradients


INFERRED = {
    "wrong-forward-pass": _network(f=lambda z: 1 / (1 + 2.718**-z)),
    "wrong-activation-derivative": _network(slope=lambda z: 0.3 / (1 + 0.2 * z**2 + 0.1 * z)),
    "wrong-quantity-propagated": _network(matrix=lambda W: np.tanh(W).T),
    "wrong-cost-derivative": _network(delta=lambda a, e: ((a - e) + (a - e) ** 3 / 3) * a * (1 - a)),
}


@pytest.mark.parametrize("category", INFERRED)
def test_an_inferred_stage_is_named(category):
    d = nnlib.diagnose(INFERRED[category])
    assert d.category == category, str(d)


@pytest.mark.parametrize("category", INFERRED)
def test_a_stage_that_does_not_predict_the_batch_has_no_name(category):
    """The planted twin: the same stages for one sample, and something else for a batch."""

    def twin(weights, biases, X, E):
        dW, db = INFERRED[category](weights, biases, X, E)
        power = 0.5 if len(X) > 1 else 1
        return [np.sign(g) * abs(g) ** power for g in dW], [np.sign(g) * abs(g) ** power for g in db]

    assert nnlib.diagnose(twin).category == "unknown"


def test_fits_refuse_what_is_no_function():
    rng = np.random.default_rng(0)
    z = rng.normal(0, 3, 400)
    f = readings.fitted(z, np.tanh(z))
    assert np.abs(f(z) - np.tanh(z)).max() < 1e-3
    assert readings.fitted(z, rng.normal(size=400)) is None
    assert readings.fitted(z[:20], np.tanh(z[:20])) is None
    assert readings.fitted_surface(z, rng.uniform(-1, 2, 400), rng.normal(size=400)) is None
    assert localise.CLOSE > readings.SHARP


def test_facts_about_a_term_without_an_error():
    d = nnlib.diagnose(_changed(lambda rng, g, k, l: g + (0.1 * rng.normal(size=g.shape) if l else 0), True))
    assert any("the error is 0" in fact and "dW[1], dW[2], db[1], db[2]" in fact for fact in d.details), str(d)
