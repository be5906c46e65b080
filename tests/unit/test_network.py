"""The central module: shapes, exact gradients for random networks, purity, clear refusals, and planted bugs that must fail."""

import itertools
import re
import warnings

import numpy as np
import pytest
from networks import problem, with_slip, worst

from nnlib import network
from nnlib.data import xor
from nnlib.derivatives import complex_step, directional
from nnlib.functions import ELEMENTWISE
from nnlib.network import cost, cost_and_gradients, forward, gradients, init

NAMES = list(ELEMENTWISE)  # softmax: test_costs.py


def error_against_complex_step(gradient, weights, biases, X, E, activations):
    """The worst normwise error of a gradient function, array by array."""
    right = complex_step(lambda w, b: cost(w, b, X, E, activations), weights, biases)
    return worst(gradient(weights, biases, X, E, activations), right)


RANDOM = np.random.default_rng(2026)
CASES = [([3, 4, 5, 2], 7, [name] * 3) for name in NAMES]
for _ in range(40):
    sizes = [int(n) for n in RANDOM.integers(1, 7, RANDOM.integers(2, 6))]
    CASES.append(
        (sizes, int(RANDOM.integers(1, 9)), [NAMES[k] for k in RANDOM.integers(0, len(NAMES), len(sizes) - 1)])
    )


@pytest.mark.parametrize("sizes, T, names", CASES, ids=str)
def test_gradient_is_exact_for_any_network_activations_and_T(sizes, T, names):
    assert error_against_complex_step(gradients, *problem(sizes, T), names) < 1e-14


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


def spoil(**changes):
    """A good 2-3-1 problem on XOR with some of its parts replaced."""
    weights, biases = init([2, 3, 1], np.random.default_rng(0))
    X, E = xor()
    return {"weights": weights, "biases": biases, "X": X, "E": E} | changes


GOOD = spoil()
# A line of each: what is replaced in a good problem, and the words that the message must hold.
REFUSED = r"""
X=np.ones(2)  |  X: expected two axes, shape \(T, 2\).*got shape \(2,\)
X=GOOD["X"].T  |  X: expected 2 columns.*got shape \(2, 4\); use X.T
X=np.ones((4, 3))  |  X: expected 2 columns.*got shape \(4, 3\)
X=np.ones((0, 2)), E=np.ones((0, 1))  |  X: expected at least one sample, got shape \(0, 2\)
X=np.array([[0, 0], [0, np.nan], [1, 0], [1, 1]])  |  X: .* got nan at index \(1, 1\)
X=[["a", "b"]] * 4  |  X: expected numbers, got <U1 data
X=[[1.0], [1.0, 2.0]]  |  X: expected a rectangular array
E=np.ones(4)  |  E: expected two axes, shape \(T, 1\).*got shape \(4,\); use E.reshape\(-1
E=np.ones((3, 1))  |  E: expected 4 rows.*got shape \(3, 1\)
E=np.ones((4, 2))  |  E: expected 1 columns.*got shape \(4, 2\)
E=np.full((4, 1), np.inf)  |  E: expected finite numbers, got inf at index \(0, 0\)
weights=[], biases=[]  |  got 0 weight matrices and 0 bias vectors
biases=GOOD["biases"][:1]  |  got 2 weight matrices and 1 bias vectors
weights=[GOOD["weights"][0], GOOD["weights"][1].T]  |  weights\[1\].*\(1, 3\); is it transposed
weights=[np.ones(2), np.ones((3, 1))]  |  weights\[0\]: expected a matrix.*got shape \(2,\)
biases=[np.ones((3, 1)), np.ones(1)]  |  biases\[0\]: expected shape \(3,\).*got shape \(3, 1\)
weights=[np.full((2, 3), np.nan), np.ones((3, 1))]  |  weights\[0\]: expected finite.*got nan
"""
ROWS = [line.split("  |  ") for line in REFUSED.strip().splitlines()]


@pytest.mark.parametrize("change, words", ROWS)
@pytest.mark.parametrize("call", [gradients, cost, cost_and_gradients])
def test_bad_input_is_refused_with_the_array_the_shape_expected_and_the_shape_that_came(change, words, call):
    with pytest.raises((ValueError, TypeError)) as error:
        call(**spoil(**eval(f"dict({change})")))
    assert re.search(words, str(error.value), re.DOTALL), str(error.value)


@pytest.mark.parametrize("activations, weight", [("sigmoid", -1000.0), ("relu", -1e308)])
def test_a_network_that_overflows_raises_no_warning(activations, weight):
    """e^1000 overflows, and so does 10 times 1e308, whose infinity times 0 is no number: the cost shows it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forward([np.array([[weight]])], [np.zeros(1)], np.array([[10.0]]), activations)
