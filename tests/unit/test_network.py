"""The central module: shapes, exact gradients for random networks, purity, clear refusals, and planted bugs that must fail."""

import itertools
import warnings

import numpy as np
import pytest
from networks import problem, with_slip, worst

from nnlib import network
from nnlib.derivatives import complex_step, directional
from nnlib.functions import ELEMENTWISE
from nnlib.network import cost, forward, gradients, init


def error_against_complex_step(gradient, weights, biases, X, E, activations):
    """The worst normwise error of a gradient function, array by array."""
    right = complex_step(lambda w, b: cost(w, b, X, E, activations), weights, biases)
    return worst(gradient(weights, biases, X, E, activations), right)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_gradient_is_exact_with_every_activation(name):
    """Other networks and mixed activations are drawn at random in test_properties.py."""
    assert error_against_complex_step(gradients, *problem([3, 4, 5, 2], 7), [name] * 3) < 1e-14


def test_gradient_is_exact_on_the_digits_network_in_random_directions():
    weights, biases, X, E = problem([64, 30, 10], 10)
    dW, db = gradients(weights, biases, X, E)
    rng = np.random.default_rng(1)
    for _ in range(5):
        way = [rng.standard_normal(v.shape) for v in (*weights, *biases)]
        slope = directional(lambda w, b: cost(w, b, X, E), weights, biases, way[:2], way[2:])
        size = sum(np.abs(g * v).sum() for g, v in zip((*dW, *db), way))
        assert abs(sum((g * v).sum() for g, v in zip((*dW, *db), way)) - slope) < 1e-15 * size


# Each row: a text of run_backward, and what a learner might write in its place.
BUGS = {
    "factor two dropped": ("costs.weight(T or len(E))", "costs.weight(T or len(E)) / 2"),
    "sum instead of mean": ("costs.weight(T or len(E))", "1.0"),
    "sign": ("slope(A[-1], E", "slope(E, A[-1]"),
    "slope forgotten": ("rows[l].back(dA, Z[l], A[l + 1])", "dA"),
    "slope at a": ("rows[l].back(dA, Z[l], A[l + 1])", "dA * rows[l].slope(A[l + 1])"),
    "slope of the layer before": ("rows[l].back(", "rows[0].back("),
    "raw error carried down": ("dA = dZ.dot(weights[l].T)", "dA = dA.dot(weights[l].T)"),
    "transposed weights": ("dZ.dot(weights[l].T)", "dZ.dot(weights[l])"),
    "activation of the next layer": ("A[l].T.dot(dZ)", "A[l + 1].T.dot(dZ)"),
    "bias averaged": ("sum_over_samples(dZ)", "dZ.mean(axis=0)"),
    "one sample for the bias": ("sum_over_samples(dZ)", "dZ[0]"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_are_rejected(bug):
    backward = with_slip(network.run_backward, *BUGS[bug])

    def gradient(weights, biases, X, E, activations):
        rows = network.per_layer(activations, len(weights))
        return backward(weights, *network.run_forward(weights, biases, X, rows), E, rows)

    names = ["tanh", "softplus", "sigmoid"]
    assert error_against_complex_step(gradient, *problem([3, 3, 3, 3], 5), names) > 1e-3


def test_forward_by_hand():
    # z = 0.5 - 0.5 + 1 = 1 for (1, 1), 0.5 for (0, 1)... one neuron, two inputs
    Z, A = forward([np.array([[0.5], [-0.5]])], [np.array([1.0])], [[1, 1], [0, 1]])
    assert (Z[0] == [[1.0], [0.5]]).all() and (A[0] == [[1, 1], [0, 1]]).all()
    assert np.allclose(A[1], 1 / (1 + np.exp([[-1.0], [-0.5]])), rtol=1e-15)


def test_init_draws_the_same_network_from_the_same_seed():
    a, b = (init([2, 3, 1], np.random.default_rng(5)) for _ in range(2))
    assert all((x == y).all() for x, y in zip(itertools.chain(*a), itertools.chain(*b)))
    weights, biases = init([400, 300, 2], np.random.default_rng(0), "fan_in")
    assert [W.shape for W in weights] == [(400, 300), (300, 2)] and [b.shape for b in biases] == [(300,), (2,)]
    assert weights[0].std() == pytest.approx(1 / 20, rel=0.02) and not any(b.any() for b in biases)
    doubled, _ = init([2, 3, 1], np.random.default_rng(5), 2.0)
    assert (doubled[0] == 2 * a[0][0]).all()


@pytest.mark.parametrize("activations, weight", [("sigmoid", -1000.0), ("relu", -1e308)])
def test_a_network_that_overflows_raises_no_warning(activations, weight):
    """e^1000 overflows, and so does 10 times 1e308, whose infinity times 0 is no number: the cost shows it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forward([np.array([[weight]])], [np.zeros(1)], np.array([[10.0]]), activations)
