"""The learner's network rebuilt from its arrays: which activations, and the gradient through them."""

from types import SimpleNamespace

import numpy as np
import pytest
from small_networks import ReluSoftmax, column_forward, column_params, half_sum

from nnlib.experiments.bench import Bench
from nnlib.experiments.rebuilt import rebuild
from nnlib.experiments.slopes import Slopes
from nnlib.experiments.step_changes import forgetful

ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "identity": lambda z: z,
}


def bench_of(P, output, X, Y):
    def step(X, Y):
        for v in P:
            v -= 1e-3

    return Bench(P, X, Y, step, output, half_sum)


@pytest.mark.parametrize("last", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "identity"])
@pytest.mark.parametrize("biases", [True, False])
def test_activations_are_recognised_and_the_gradient_is_right(hidden, last, biases):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, (6, 2))
    W, V, b, c = rng.normal(0, 1, (3, 4)), rng.normal(0, 1, (4, 2)), rng.normal(0, 1, 4), rng.normal(0, 1, (1, 2))

    def output(X):
        z = ACTIVATIONS[hidden](X @ W + (b if biases else 0)) @ V
        return ACTIVATIONS[last](z + (c if biases else 0))

    bench = bench_of([W, V, b, c] if biases else [W, V], output, X, Y)
    chain = rebuild(bench)
    assert (chain.hidden, chain.last) == (hidden, last)
    slopes = Slopes(bench, chain)
    assert slopes.form[0] == "squared"
    assert_right(slopes, X, Y)


def assert_right(slopes, X, Y):
    for mine, measured in zip(slopes.gradient(X, Y), slopes._differences(X, Y)):
        assert np.abs(mine - measured).max() < 1e-6


def test_columns_softmax_and_another_network():
    params = column_params(3, 4, 1)
    X = np.random.default_rng(0).normal(0, 1, (3, 5))
    bench = bench_of(list(params.values()), lambda X: column_forward(params, X)[1], X, np.ones((1, 5)))
    assert rebuild(bench).turned == (True, True)
    assert_right(Slopes(bench, rebuild(bench)), X, np.ones((1, 5)))
    net = ReluSoftmax((3, 4, 2))
    bench = bench_of(net.w + net.b, net.predict, X.T, np.eye(2)[[0, 1, 0, 1, 1]])
    assert rebuild(bench).last == "softmax"
    bench = bench_of(net.w + net.b, lambda X: net.predict(np.sin(X)), X.T, np.eye(2)[[0, 1, 0, 1, 1]])
    assert rebuild(bench) is None


def test_what_a_change_remembers_lasts_for_one_run():
    """Moves of 1, 1 + 0.9 and 1 + 0.9 + 0.81 thousandths, and the same once more from the start."""
    P, X = [np.ones((3, 2))], np.random.default_rng(0).normal(0, 1, (6, 3))
    bench = bench_of(P, lambda X: X @ P[0], X, np.zeros((6, 2)))
    _, carried = forgetful(SimpleNamespace(remembers=True))
    for _ in range(2):
        np.testing.assert_allclose(bench.train(3, carried, early=False).end[0], 1 - 5.61e-3, rtol=1e-12)
