"""Costs and softmax: every row against the complex step, logits of 1000, the pairs that do not fit, and planted mistakes."""

import math
import warnings

import numpy as np
import pytest
from networks import change_of_gradient, direction, worst
from networks import problem as random_problem

import nnlib
from nnlib import costs, functions
from nnlib.costs import COSTS, Fused, check_targets, layers_and_cost
from nnlib.curvature import hessian_product, predicted_limit, sharpness
from nnlib.derivatives import complex_step, directional, worst_relative_error
from nnlib.network import cost, cost_and_gradients, forward, gradients, sample_costs
from nnlib.sweep import sweep

PAIRS = [
    (["tanh", "softmax"], "cross-entropy"),
    (["relu", "softmax"], "cross-entropy"),
    (["softmax", "softmax"], "cross-entropy"),
    (["sigmoid", "tanh", "softmax"], "cross-entropy"),
    (["softmax"], "cross-entropy"),
    (["tanh", "sigmoid"], "bce"),
    (["relu", "sigmoid"], "bce"),
    (["softplus", "softmax", "sigmoid"], "bce"),
    (["sigmoid"], "bce"),
    (["tanh", "softmax"], "squared"),
    (["softmax", "relu"], "squared"),
    (["softmax", "softmax"], "squared"),
]
EACH_PAIR = pytest.mark.parametrize("names, name", PAIRS, ids=str)


def problem(names, T=7, seed=0, hot=False):
    """Random weights, biases that are not zero, inputs, and targets that are shares of 1 or, where `hot`, one class each."""
    weights, biases, X, _ = random_problem([3, 4, 5, 4][: len(names)] + [5], T, seed)
    rng = np.random.default_rng(seed)
    return weights, biases, X, np.eye(5)[rng.integers(0, 5, T)] if hot else rng.dirichlet(np.ones(5), T)


@pytest.mark.parametrize("hot", [False, True])
@pytest.mark.parametrize("seed", range(3))
@EACH_PAIR
def test_gradient_is_the_complex_step(names, name, seed, hot):
    weights, biases, X, E = problem(names, seed=seed, hot=hot)
    right = complex_step(lambda w, b: cost(w, b, X, E, names, name), weights, biases)
    assert worst(gradients(weights, biases, X, E, names, name), right) < 1e-14


@EACH_PAIR
def test_hessian_product_is_the_complex_step_of_the_gradient(names, name):
    weights, biases, X, E = problem(names)
    way = direction(weights, biases)
    right = change_of_gradient((weights, biases, X, E), way, names, name)
    assert worst(hessian_product(weights, biases, X, E, *way, names, name), right) < 1e-14


@EACH_PAIR
def test_cost_is_the_mean_of_what_its_definition_says(names, name):
    weights, biases, X, E = problem(names)
    output = forward(weights, biases, X, names)[1][-1]
    C = {
        "squared": lambda a, e: (a - e) ** 2,
        "bce": lambda a, e: -(e * math.log(a) + (1 - e) * math.log(1 - a)),
        "cross-entropy": lambda a, e: -e * math.log(a),
    }[name]
    right = sum(C(a, e) for row in zip(output, E) for a, e in zip(*row)) / len(X)
    assert cost(weights, biases, X, E, names, name) == pytest.approx(right, rel=1e-14)
    assert sample_costs(output, E, name).mean() == pytest.approx(right, rel=1e-14)
    assert cost_and_gradients(weights, biases, X, E, names, name)[0] == cost(weights, biases, X, E, names, name)


@pytest.mark.parametrize("name", COSTS)
def test_each_weight_scales_the_slope_and_terms_of_z_are_the_terms(name):
    row, rng = COSTS[name], np.random.default_rng(0)
    Z, E = rng.standard_normal((6, 4)), rng.dirichlet(np.ones(4), 6)
    A = functions.ACTIVATIONS[row.output or "tanh"].f(Z)
    assert worst_relative_error([3 * row.slope(A, E)], [row.slope(A, E, 3.0)]) < 1e-15
    if row.output:
        assert worst_relative_error([row.terms_z(Z, E).sum(1)], [row.terms(A, E).sum(1)]) < 1e-14


def test_softmax_way_back_is_the_product_with_its_jacobian():
    rng = np.random.default_rng(0)
    z, dA = rng.standard_normal((2, 6))
    a = functions.softmax(z)
    J = np.array([functions.softmax(z + 1e-20j * (np.arange(6) == k)).imag / 1e-20 for k in range(6)]).T
    assert np.allclose(J, np.diag(a) - np.outer(a, a), rtol=0, atol=1e-16)
    assert np.allclose(functions.softmax_back(dA, z, a), dA @ J, rtol=0, atol=1e-15)
    assert a.sum() == pytest.approx(1, abs=1e-15)


def test_logits_of_a_thousand_give_right_numbers():
    """e^1000 is beyond every float; the costs are 1000 to the last digit, and the slopes 1 and -1."""
    W, b, X = [np.eye(2)], [np.zeros(2)], np.array([[1000.0, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for names, name, right in (("softmax", "cross-entropy", 1000.0), ("sigmoid", "bce", 1000 + math.log(2))):
            E = np.array([[0.0, 1.0]])
            assert cost(W, b, X, E, names, name) == pytest.approx(right, rel=1e-15)
            dW, db = gradients(W, b, X, E, names, name)
            assert db[0].tolist() == ([1, -1] if name == "cross-entropy" else [1, -0.5])
        assert cost(W, b, X, [[1.0, 0.0]], "softmax", "cross-entropy") == 0
        assert cost(W, b, -X, [[0.0, 0.5]], "sigmoid", "bce") == pytest.approx(math.log(2), rel=1e-15)
        assert functions.softmax(np.array([1000.0, 999.0, -1e308])) == pytest.approx(
            [1 / (1 + 1 / math.e), 1 / (1 + math.e), 0]
        )
        assert functions.log_sum_exp(np.array([1000.0, 1000.0]))[0] == 1000 + math.log(2)
        slope = directional(
            lambda w, b: cost(w, b, X, [[0.0, 1.0]], "softmax", "cross-entropy"),
            W,
            b,
            [0 * W[0]],
            [np.array([1.0, 0.0])],
        )
        assert slope == pytest.approx(1, rel=1e-15)


def test_a_certain_and_right_output_costs_nothing_and_a_certain_and_wrong_one_is_infinite_from_a_alone():
    certain = np.array([[1.0, 0.0]])
    for name in ("bce", "cross-entropy"):
        assert sample_costs(certain, np.array([[1.0, 0.0]]), name) == 0
        with np.errstate(divide="ignore"):
            assert sample_costs(certain, np.array([[0.0, 1.0]]), name) == np.inf


@pytest.mark.parametrize("output", functions.ACTIVATIONS)
@pytest.mark.parametrize("name, needed", [("bce", "sigmoid"), ("cross-entropy", "softmax")])
def test_a_cost_refuses_every_output_but_its_own(name, needed, output):
    more = {"activations": ["tanh", output], "cost": name}
    words = (
        rf"cost: '{name}' needs {needed} outputs, got activation '{output}' in .*use activations=\[\.\.\., '{needed}'\]"
    )
    for call in (
        cost,
        gradients,
        cost_and_gradients,
        sharpness,
        nnlib.train,
        lambda *p, **m: sweep(*p, [1.0], steps=1, **m),
    ):
        if output != needed:
            with pytest.raises(ValueError, match=words):
                call(*problem(["tanh", "tanh"]), **more)


def test_targets_of_single_precision_and_of_any_size_are_taken():
    check_targets(COSTS["cross-entropy"], np.full((1, 10), 0.1, np.float32))
    check_targets(COSTS["squared"], np.full((2, 2), -5.0))


@EACH_PAIR
def test_train_and_sweep_take_the_same_path(names, name):
    weights, biases, X, E = problem(names)
    more = {"activations": names, "cost": name}
    many = sweep(weights, biases, X, E, [0.1, 0.3], steps=30, progress=None, **more)
    run = nnlib.train(weights, biases, X, E, 0.3, epochs=30, **more)
    assert np.abs(many.costs[:, 1] / run.costs - 1).max() < 1e-13
    assert run.costs[-1] == pytest.approx(cost(run.weights, run.biases, X, E, **more), rel=1e-14)
    w, b = weights, biases
    for _ in range(30):
        w, b = nnlib.step(w, b, *gradients(w, b, X, E, **more), 0.3)
    assert worst((run.weights, run.biases), (w, b)) < 1e-13
    assert worst(many.network(1), (w, b)) < 1e-12
    rng = np.random.default_rng(0)
    parts = nnlib.train(weights, biases, X, E, 0.3, epochs=3, batch_size=3, rng=rng, **more)
    assert parts.costs[-1] == pytest.approx(cost(parts.weights, parts.biases, X, E, **more), rel=1e-14)


def test_the_curvature_functions_take_the_cost():
    case, more = problem(["tanh", "softmax"]), {"activations": ["tanh", "softmax"], "cost": "cross-entropy"}
    found = sharpness(*case, **more)
    HW, Hb = hessian_product(*case, found.dweights, found.dbiases, **more)
    right = [[found.value * v for v in part] for part in (found.dweights, found.dbiases)]
    assert worst((HW, Hb), right) < 1e-4 and predicted_limit(*case, **more) == 2 / found.value
    assert abs(found.value / sharpness(*case, activations=["tanh", "softmax"]).value - 1) > 0.01


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@EACH_PAIR
def test_precision_is_kept(names, name, kind):
    weights, biases, X, E = problem(names)
    case = [[v.astype(kind) for v in part] for part in (weights, biases)]
    dW, db = gradients(*case, X.astype(kind), E.astype(kind), names, name)
    assert {g.dtype for g in (*dW, *db)} == {np.dtype(kind)}


# Each row: an object, its field, and a mistake in it.
PLANTED = {
    "softmax as if number by number": lambda row, cost: (row._replace(back=lambda dA, z, a: dA * a * (1 - a)), cost),
    "the sum left out": lambda row, cost: (row._replace(back=lambda dA, z, a: dA * a), cost),
    "slope at a fused output used twice": lambda row, cost: (row, cost._replace(slope=lambda A, E, w: w * (A - E) * A)),
    "a factor 2 with cross-entropy": lambda row, cost: (row, cost._replace(slope=lambda A, E, w: 2 * w * (A - E))),
    "a cost without its targets": lambda row, cost: (row, cost._replace(slope=lambda A, E, w: w * (A - 1))),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_mistake_is_seen_by_the_complex_step(bug, monkeypatch):
    row, cost_row = PLANTED[bug](functions.ACTIVATIONS["softmax"], COSTS["cross-entropy"])
    monkeypatch.setitem(functions.ACTIVATIONS, "softmax", row)
    monkeypatch.setitem(COSTS, "cross-entropy", cost_row)
    with pytest.raises(AssertionError):
        test_gradient_is_the_complex_step(["softmax", "softmax"], "cross-entropy", 0, False)


def test_only_the_output_layer_is_fused():
    rows, row = layers_and_cost("sigmoid", 2, "bce")
    assert isinstance(rows[1], Fused) and rows[0] is functions.ACTIVATIONS["sigmoid"] and row is COSTS["bce"]
    assert rows[1].name == "sigmoid" and rows[1].f is rows[0].f
    assert layers_and_cost("sigmoid", 2, "squared") == ([rows[0]] * 2, costs.SQUARED)
