"""Curvature: products against the complex step, the eigenvalue against the whole Hessian, limits that hold and that do not."""

import inspect

import numpy as np
import pytest

from nnlib import curvature, toys
from nnlib.curvature import hessian_product, measured_limit, predicted_limit, products_at, settles, sharpness
from nnlib.data import digits, xor
from nnlib.derivatives import worst_relative_error
from nnlib.functions import ACTIVATIONS, per_layer
from nnlib.network import forward, gradients, init, run_forward

TANH = ["tanh", "identity"]
CASES = [([3, 4, 5, 2], 7, name) for name in ACTIVATIONS] + [
    ([3, 4, 5, 2], 7, ["relu", "tanh", "sigmoid"]),
    ([2, 6, 1], 1, ["softplus", "identity"]),
    ([1, 1], 3, "sigmoid"),
    ([4, 2, 2, 2, 3], 5, ["tanh", "softplus", "tanh", "sigmoid"]),
]


def problem(sizes, T, seed=0):
    rng = np.random.default_rng(seed)
    weights, _ = init(sizes, rng, "fan_in")
    biases = [rng.standard_normal(n) for n in sizes[1:]]
    return weights, biases, rng.standard_normal((T, sizes[0])), rng.random((T, sizes[-1]))


def direction(weights, biases, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(W.shape) for W in weights], [rng.standard_normal(b.shape) for b in biases]


def error_against_complex_step(product, case, names):
    """The worst normwise error of a product, array by array, against a complex step of the gradient."""
    weights, biases, X, E = case
    dweights, dbiases = direction(weights, biases)
    moved = [[v + 1e-20j * d for v, d in zip(*pair)] for pair in ((weights, dweights), (biases, dbiases))]
    right = [g.imag / 1e-20 for part in gradients(*moved, X, E, names) for g in part]
    return worst_relative_error([h for part in product(*case, dweights, dbiases, names) for h in part], right)


def whole_hessian(weights, biases, X, E, names="sigmoid"):
    """The matrix, column by column, by a complex step of the gradient: nothing of curvature.py in it."""
    v = np.concatenate([p.ravel() for p in (*weights, *biases)])
    shapes, ends = [p.shape for p in (*weights, *biases)], np.cumsum([p.size for p in (*weights, *biases)])[:-1]
    columns = []
    for k in range(len(v)):
        moved = v + 1e-20j * (np.arange(len(v)) == k)
        parts = [part.reshape(shape) for part, shape in zip(np.split(moved, ends), shapes)]
        g = gradients(parts[: len(weights)], parts[len(weights) :], X, E, names)
        columns.append(np.concatenate([p.ravel() for part in g for p in part]).imag / 1e-20)
    return np.array(columns).T


@pytest.mark.parametrize("sizes, T, names", CASES, ids=str)
def test_product_is_exact(sizes, T, names):
    assert error_against_complex_step(hessian_product, problem(sizes, T), names) < 1e-14


def test_product_is_exact_on_the_digits_network():
    X, E, _, _ = digits()
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    assert error_against_complex_step(hessian_product, (weights, biases, X[:50], E[:50]), "sigmoid") < 1e-14


# Each row: a text of curvature._products, and a mistake in its place.
BUGS = {
    "bend forgotten (Gauss-Newton in disguise)": (" + dA_bend[l] * RZ[l]", ""),
    "weights do not move on the way down": (" + dZ[l].dot(dweights[l].T)", ""),
    "activations do not move": ("HW[l] += RA[l].T.dot(dZ[l])", "pass"),
    "hidden activations do not move on the way up": ("RZ[l] += RA[l].dot(weights[l])", "pass"),
    "bias direction left out": (" + dbiases[l]", ""),
    "factor two": ("2 / len(E) * RA[-1]", "RA[-1] / len(E)"),
    "slope left out": ("RdA * slopes[l]", "RdA"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_in_the_product_are_rejected(bug):
    right, wrong = BUGS[bug]
    source = inspect.getsource(curvature._products)
    assert source.count(right) == 1, "the planted bug no longer fits the code: plant it anew"
    room = dict(vars(curvature))
    exec(source.replace(right, wrong), room)

    def product(weights, biases, X, E, dweights, dbiases, names):
        rows = per_layer(names, len(weights))
        return room["_products"](weights, *run_forward(weights, biases, X, rows), E, rows)(dweights, dbiases)

    assert error_against_complex_step(product, problem([3, 4, 5, 2], 7), "tanh") > 1e-3


def test_products_at_one_point_serve_many_directions():
    case = problem([3, 4, 2], 5)
    product = products_at(*case)
    for seed in range(3):
        way = direction(*case[:2], seed)
        assert worst_relative_error(product(*way)[0], hessian_product(*case, *way)[0]) == 0


@pytest.mark.parametrize("seed", range(12))
def test_largest_eigenvalue_of_xor_starts(seed):
    weights, biases = init([2, 3, 1], np.random.default_rng(seed))
    found = sharpness(weights, biases, *xor())
    values = np.linalg.eigvalsh(whole_hessian(weights, biases, *xor()))
    assert found.value == pytest.approx(values[-1], rel=1e-10)
    HW, Hb = hessian_product(weights, biases, *xor(), found.dweights, found.dbiases)
    for h, v in zip((*HW, *Hb), (*found.dweights, *found.dbiases)):
        assert np.allclose(h, found.value * v, atol=1e-5 * np.abs(values).max())


@pytest.mark.parametrize("sizes, T, names", CASES, ids=str)
def test_largest_eigenvalue_of_random_networks(sizes, T, names):
    case = problem(sizes, T)
    values = np.linalg.eigvalsh(whole_hessian(*case, names))
    assert sharpness(*case, names).value == pytest.approx(values[-1], rel=1e-10, abs=1e-13)


def power_iteration(weights, biases, X, E, rounds=3000):
    """The largest eigenvalue as many write it, which is the largest in size."""
    product, (dW, db) = products_at(weights, biases, X, E), direction(weights, biases)
    for _ in range(rounds):
        HW, Hb = product(dW, db)
        length = np.sqrt(sum((h * h).sum() for h in (*HW, *Hb)))
        value = sum((h * v).sum() for h, v in zip((*HW, *Hb), (*dW, *db)))
        dW, db = [h / length for h in HW], [h / length for h in Hb]
    return value


def test_power_iteration_finds_a_negative_eigenvalue_where_lanczos_finds_the_largest():
    weights, biases = init([2, 3, 1], np.random.default_rng(90))
    values = np.linalg.eigvalsh(whole_hessian(weights, biases, *xor()))
    assert values[0] < -2 * values[-1] < 0
    assert power_iteration(weights, biases, *xor()) == pytest.approx(values[0], rel=1e-6)
    assert sharpness(weights, biases, *xor()).value == pytest.approx(values[-1], rel=1e-10)


def test_at_most_thirty_products_for_ten_digits_on_the_digits_network():
    X, E, _, _ = digits()
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    found, exact = sharpness(weights, biases, X, E), sharpness(weights, biases, X, E, tolerance=1e-15, most=60)
    assert found.products <= 30
    assert abs(found.value / exact.value - 1) < 1e-10
    assert not abs(sharpness(weights, biases, X, E, most=12).value / exact.value - 1) < 1e-10  # fewer are not enough


def test_an_eigenvalue_lies_within_the_stated_residual():
    for seed in range(8):
        weights, biases = init([2, 6, 1], np.random.default_rng(seed))
        values = np.linalg.eigvalsh(whole_hessian(weights, biases, *xor()))
        for most in (4, 6, 8, 12):
            found = sharpness(weights, biases, *xor(), most=most, rng=np.random.default_rng(seed))
            assert np.abs(values - found.value).min() <= found.residual + 1e-15
            assert found.value <= values[-1] + 1e-15 and found.products <= most


def test_linear_neuron_has_the_limit_of_the_formula():
    x = np.array([[0.5], [-1.5], [2.0], [-1.0]])
    without_bias_slope = x - x.mean()  # then weight and bias do not mix
    case = [np.array([[0.3]])], [np.zeros(1)], 3 * without_bias_slope, np.zeros((4, 1))
    assert predicted_limit(*case, "identity") == pytest.approx(toys.neuron_limit(case[2][:, 0]), rel=1e-14)


def test_scales_move_the_limit_as_the_lesson_says():
    weights, biases, X, E = problem([3, 4, 2], 6)
    limit = predicted_limit(weights, biases, X, E, TANH)
    twice = predicted_limit(weights, biases, np.r_[X, X], np.r_[E, E], TANH)
    assert twice == pytest.approx(limit, rel=1e-9)  # the mean does not feel the number of samples


def teacher(sizes, T, names, seed, scale=1.0):
    """A network that stands exactly at a minimum: the targets are its own outputs."""
    rng = np.random.default_rng(seed)
    weights, biases = init(sizes, rng, scale)
    biases = [0.5 * rng.standard_normal(b.shape) for b in biases]
    X = rng.standard_normal((T, sizes[0]))
    return weights, biases, X, forward(weights, biases, X, names)[1][-1], names


def ratio(case, steps=1500, precision=2e-4):
    """The measured limit over the predicted one."""
    limit = measured_limit(*case, rng=np.random.default_rng(0), steps=steps, precision=precision)
    return limit / predicted_limit(*case)


@pytest.mark.parametrize(
    "case",
    [
        teacher([2, 1], 30, "identity", 0),
        teacher([2, 3, 1], 40, "sigmoid", 1, scale=2.0),
        teacher([2, 3, 1], 60, TANH, 3),
        teacher([2, 2, 1], 60, TANH, 5),
    ],
    ids=["quadratic", "sigmoid 2-3-1", "tanh/linear 2-3-1", "tanh/linear 2-2-1"],
)
def test_predicted_limit_is_the_measured_one_to_a_thousandth(case):
    assert ratio(case) == pytest.approx(1, abs=1e-3)


def test_predicted_limit_holds_to_a_hundredth_on_a_digits_network():
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    X = digits()[0][:100]
    case = weights, biases, X, forward(weights, biases, X)[1][-1], "sigmoid"
    assert ratio(case, steps=400, precision=2e-3) == pytest.approx(1, abs=1e-2)


def test_a_sigmoid_net_too_may_bear_more_than_predicted():
    # A soft valley beside the sharp direction: descent slides along it until it settles where the bend is less.
    assert ratio(teacher([2, 3, 1], 40, "sigmoid", 0), precision=1e-2) > 1.4


def test_counter_example_one_a_deep_linear_net_bears_more():
    case = teacher([2, 2, 1], 30, "identity", 5)
    assert ratio(case, precision=1e-2) == pytest.approx(1.7, abs=0.05)


def test_counter_example_two_an_overfitted_net_bears_much_more():
    case = teacher([2, 8, 1], 4, TANH, 0, scale=2.0)
    assert ratio(case, precision=1e-2) > 2.5


def test_a_wrong_prediction_would_be_seen():
    case = teacher([2, 1], 30, "identity", 0)
    forgotten_two = predicted_limit(*case) / 2  # 1/lambda in place of 2/lambda
    assert measured_limit(*case, rng=np.random.default_rng(0), steps=500) > 1.9 * forgotten_two


def test_a_cycle_does_not_count_as_settled():
    # One neuron at exactly its limit jumps from side to side for ever.
    x = np.array([[1.0], [-1.0]])
    start = [np.array([[0.5]])], [np.zeros(1)]
    assert not settles(*start, x, np.zeros((2, 1)), 1.0, steps=200, activations="identity")
    assert settles(*start, x, np.zeros((2, 1)), 0.99, steps=200, activations="identity")
    assert not settles(*start, x, np.zeros((2, 1)), 1.01, steps=200, activations="identity")


def test_bad_input_is_named():
    case = problem([3, 4, 2], 5)
    dweights, dbiases = direction(*case[:2])
    with pytest.raises(ValueError, match=r"dweights: expected arrays of shapes \[\(3, 4\), \(4, 2\)\], got \[\(4, 2\)"):
        hessian_product(*case, dweights[::-1], dbiases)
    with pytest.raises(ValueError, match="dbiases: expected arrays of shapes"):
        hessian_product(*case, dweights, dbiases[:1])
    with pytest.raises(ValueError, match=r"dbiases\[0\]: expected finite"):
        hessian_product(*case, dweights, [np.full(4, np.nan), dbiases[1]])
    with pytest.raises(ValueError, match="X: expected 3 columns"):
        sharpness(case[0], case[1], np.ones((5, 2)), case[3])
    with pytest.raises(ValueError, match="most: expected a whole number"):
        sharpness(*case, most=0)
    with pytest.raises(ValueError, match="distance: expected a finite number above 0, got 0"):
        measured_limit(*case, rng=np.random.default_rng(0), distance=0)
    flat = [np.zeros((2, 3)), np.zeros((3, 1))], [np.zeros(3), np.zeros(1)]
    assert predicted_limit(*flat, np.zeros((4, 2)), np.full((4, 1), 0.5), ["relu", "relu"]) == np.inf
    with pytest.raises(ValueError, match="no eigenvalue is positive here"):
        measured_limit(*flat, np.zeros((4, 2)), np.full((4, 1), 0.5), ["relu"] * 2, rng=np.random.default_rng(0))


def test_inputs_are_never_changed():
    case = problem([3, 4, 2], 5)
    way = direction(*case[:2])
    for array in (*case[0], *case[1], case[2], case[3], *way[0], *way[1]):
        array.flags.writeable = False
    hessian_product(*case, *way)
    sharpness(*case)
