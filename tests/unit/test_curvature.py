"""Curvature: products against the complex step, the eigenvalue against the whole Hessian, limits that hold and that do not."""

import warnings
from itertools import count

import numpy as np
import pytest
from networks import change_of_gradient, direction, problem, with_slip, worst

from nnlib import curvature, hessian, toys
from nnlib.curvature import hessian_product, measured_limit, predicted_limit, products_at, sharpness
from nnlib.data import digits, xor
from nnlib.derivatives import worst_relative_error
from nnlib.descent import History
from nnlib.flat import flat, like
from nnlib.functions import ELEMENTWISE, per_layer
from nnlib.network import forward, init, run_forward

TANH = ["tanh", "identity"]
CASES = [([3, 4, 5, 2], 7, name) for name in ELEMENTWISE] + [
    ([3, 4, 5, 2], 7, ["relu", "tanh", "sigmoid"]),
    ([2, 6, 1], 1, ["softplus", "identity"]),
    ([1, 1], 3, "sigmoid"),
    ([4, 2, 2, 2, 3], 5, ["tanh", "softplus", "tanh", "sigmoid"]),
]


def error_against_complex_step(product, case, names):
    """The worst normwise error of a product, array by array, against a complex step of the gradient."""
    way = direction(*case[:2])
    return worst(product(*case, *way, names), change_of_gradient(case, way, names))


def whole_hessian(weights, biases, X, E, names="sigmoid"):
    """The matrix, column by column, by a complex step of the gradient: nothing of curvature.py in it."""
    n = sum(p.size for p in (*weights, *biases))
    ways = (like(np.arange(n) == k, weights, biases) for k in range(n))
    return np.array([flat(change_of_gradient((weights, biases, X, E), way, names)) for way in ways]).T


@pytest.mark.parametrize("sizes, T, names", CASES, ids=str)
def test_product_is_exact(sizes, T, names):
    assert error_against_complex_step(hessian_product, problem(sizes, T), names) < 1e-14


def test_product_is_exact_on_the_digits_network():
    X, E, _, _ = digits()
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    assert error_against_complex_step(hessian_product, (weights, biases, X[:50], E[:50]), "sigmoid") < 1e-14


# Each row: a text of hessian._products, and a mistake in its place.
BUGS = {
    "bend forgotten (Gauss-Newton in disguise)": (" + bend[l] * RZ[l]", ""),
    "weights do not move on the way down": (" + dZ[l].dot(dweights[l].T)", ""),
    "activations do not move": ("HW[l] += RA[l].T.dot(dZ[l])", "pass"),
    "hidden activations do not move on the way up": ("RZ[l] += RA[l].dot(weights[l])", "pass"),
    "bias direction left out": (" + dbiases[l]", ""),
    "factor two": ("cost.bend(RA[-1], E, w)", "cost.bend(RA[-1], E, w / 2)"),
    "slope left out": ("down[l] * RdA", "RdA"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_in_the_product_are_rejected(bug):
    products = with_slip(hessian._products, *BUGS[bug])

    def product(weights, biases, X, E, dweights, dbiases, names):
        rows = per_layer(names, len(weights))
        return products(weights, *run_forward(weights, biases, X, rows), E, rows)(dweights, dbiases)

    assert error_against_complex_step(product, problem([3, 4, 5, 2], 7), "tanh") > 1e-3


def test_products_at_one_point_serve_many_directions():
    case = problem([3, 4, 2], 5)
    product = products_at(*case)
    for seed in range(3):
        way = direction(*case[:2], seed)
        assert worst_relative_error(product(*way)[0], hessian_product(*case, *way)[0]) == 0


def xor_start(seed):
    return *init([2, 3, 1], np.random.default_rng(seed)), *xor(), "sigmoid"


@pytest.mark.parametrize(
    "case", [(*problem(sizes, T), names) for sizes, T, names in CASES] + [xor_start(seed) for seed in range(12)]
)
def test_the_largest_eigenvalue_and_its_direction(case):
    found, values = sharpness(*case), np.linalg.eigvalsh(whole_hessian(*case))
    assert found.value == pytest.approx(values[-1], rel=1e-10, abs=1e-13)
    way = found.dweights, found.dbiases
    atol = 1e-5 * np.abs(values).max()
    assert np.allclose(flat(hessian_product(*case[:4], *way, case[4])), found.value * flat(way), atol=atol)


def test_the_largest_in_value_is_found_where_one_below_zero_is_larger_in_size():
    """There power iteration ends at the other."""
    values = np.linalg.eigvalsh(whole_hessian(*xor_start(90)))
    assert values[0] < -2 * values[-1] < 0
    assert sharpness(*xor_start(90)).value == pytest.approx(values[-1], rel=1e-10)


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


def neuron(spectrum=(), downhill=False):
    """A linear neuron, along whose weights the cost bends by these eigenvalues; downhill: a sigmoid on its hilltop."""
    if not downhill:
        n = len(spectrum)
        X = np.sqrt(n * np.array(spectrum) / 2) * np.linalg.qr(np.random.default_rng(5).standard_normal((n, n)))[0].T
        return [np.zeros((n, 1))], [np.zeros(1)], X, np.ones((n, 1)), "identity"
    X = np.random.default_rng(5).standard_normal((40, 15)) * np.linspace(0.3, 2, 15)
    return [np.zeros((15, 1))], [np.full(1, 3.0)], X, np.zeros((40, 1)), "sigmoid"


def stops_at(case, tolerance):
    """After how many products Lanczos on the whole Hessian may stop, by the words of sharpness."""
    H = whole_hessian(*case)
    q = np.random.default_rng(0).standard_normal(len(H))
    basis = (q / np.linalg.norm(q))[:, None]
    for products in count(1):
        values, vectors = np.linalg.eigh(basis.T @ H @ basis)
        value, v = values[-1], basis @ vectors[:, -1]
        residual = np.linalg.norm(H @ v - value * v)
        if products > 2:
            gap = value - values[-2] - residual
            error = min(residual, residual**2 / gap) if gap > 0 else residual
            if error <= tolerance * abs(value):
                return products
        q = H @ basis[:, -1]
        for _ in range(2):
            q = q - basis @ (basis.T @ q)
        basis = np.c_[basis, q / np.linalg.norm(q)]


STOPPED = {
    "close at the top": neuron(np.r_[np.linspace(0.1, 9, 18), 9.5, 10]),
    "far at the top": neuron(np.r_[np.linspace(0.01, 0.2, 19), 0.4]),
    "steep": neuron(1e4 * np.linspace(0.1, 1, 20) ** 2),
    "bent downward": neuron(downhill=True),
}


@pytest.mark.parametrize("case", STOPPED.values(), ids=STOPPED)
@pytest.mark.parametrize("tolerance", [10, 0.3, 1e-2, 1e-4, 1e-6, None])
def test_it_ends_as_soon_as_the_estimated_error_is_below_the_tolerance(case, tolerance):
    more = {} if tolerance is None else {"tolerance": tolerance}
    assert sharpness(*case, **more).products == stops_at(case, 1e-10 if tolerance is None else tolerance)


@pytest.mark.parametrize("column, products", [([1e3, -1e3, 1e3, -1e3], 3), ([1e3, 1e3, 1e3, 1e3], 2)])
def test_it_ends_where_no_new_direction_is_left(column, products):
    X = np.zeros((4, 9))
    X[:, 0] = column  # the cost bends along one weight and the bias, or along one way between them, and else nowhere
    case = [np.zeros((9, 1))], [np.zeros(1)], X, np.zeros((4, 1)), "identity"
    assert sharpness(*case, tolerance=-1).products == products  # an error that is never reached


def test_a_gap_of_zero_is_never_divided_by():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sharpness(*problem([3, 4, 2], 6)).residual < 1e-4
        assert sharpness([np.zeros((1, 1))], [np.zeros(1)], [[0.0]], [[0.0]], "relu").value == 0


def test_after_three_hundred_products_it_returns_without_a_warning():
    assert sharpness(*neuron(np.linspace(1, 2, 320)), tolerance=-1).products == 300


def test_the_default_seed_is_zero():
    case = problem([3, 4, 2], 6)
    said, other = (sharpness(*case, most=3, rng=np.random.default_rng(seed)).value for seed in (0, 1))
    assert sharpness(*case, most=3).value == said != other


def test_the_limit_passes_its_search_options_on():
    case = problem([3, 4, 2], 6)
    assert predicted_limit(*case, most=2) == 2 / sharpness(*case, most=2).value != predicted_limit(*case)


def test_where_it_bends_little_the_limit_is_high():
    assert predicted_limit([np.zeros((1, 1))], [np.zeros(1)], [[0.5], [-0.5]], np.zeros((2, 1)), "identity") == 1
    little = [np.zeros((2, 1))], [np.full(1, -9.0)], np.zeros((2, 2)), np.zeros((2, 1))
    assert 1e3 < predicted_limit(*little) < np.inf


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


@pytest.mark.parametrize(
    "case, low, high",
    [
        (
            teacher([2, 3, 1], 40, "sigmoid", 0),
            1.4,
            9,
        ),  # a soft valley beside the sharp direction: it slides to a flatter place
        (teacher([2, 2, 1], 30, "identity", 5), 1.65, 1.75),
        (teacher([2, 8, 1], 4, TANH, 0, scale=2.0), 2.5, 99),
    ],
    ids=["sigmoid 2-3-1", "deep linear", "overfitted"],
)
def test_counter_examples_tolerate_more_than_predicted(case, low, high):
    assert low < ratio(case, precision=1e-2) < high


UNIT = 0.5  # the predicted limit of the searches below


def searched(monkeypatch, is_stable, **more):
    """measured_limit of runs that hold where is_stable(rate), and the rates at which it trained."""
    asked = []

    def train(weights, biases, X, E, rate, **said):
        asked.append((rate, weights, biases, said))
        assert len(asked) < 60, "the search does not come to its end"
        return History([], [], np.array([1.0, 0.5, 0.5 if is_stable(rate) else 2.0]), np.zeros(3))

    monkeypatch.setattr(curvature, "predicted_limit", lambda *case, cost: UNIT)
    monkeypatch.setattr(curvature, "train", train)
    case = [np.ones((2, 1))], [np.ones(1)], np.ones((3, 2)), np.ones((3, 1)), "tanh"
    return measured_limit(*case, rng=np.random.default_rng(3), **more), asked


def test_the_search_grows_by_quarters_from_half_the_predicted_limit(monkeypatch):
    found, asked = searched(monkeypatch, lambda rate: rate < 0.47)
    first = list(dict.fromkeys(rate for rate, *_ in asked))[:4]
    assert first == [UNIT / 2, 1.25 * UNIT / 2, 1.25**2 * UNIT / 2, 1.25**3 * UNIT / 2]
    assert found == pytest.approx(0.47, rel=1e-4)  # within half the precision


@pytest.mark.parametrize("precision", [None, 1e-3, 0.1])
def test_the_search_ends_when_the_gap_is_as_narrow_as_asked(monkeypatch, precision):
    found, asked = searched(monkeypatch, lambda rate: rate < 0.47, **({"precision": precision} if precision else {}))
    low = max(rate for rate, *_ in asked if rate < 0.47)
    high = min(rate for rate, *_ in asked if rate >= 0.47)
    assert found == (low + high) / 2
    assert (precision or 2e-4) / 2.01 < (high - low) / low <= (precision or 2e-4)  # and no sooner, and no later


def test_a_gap_that_is_the_precision_is_narrow_enough(monkeypatch):
    found, asked = searched(monkeypatch, lambda rate: rate < 0.3, precision=0.25)
    assert found == 1.125 * UNIT / 2 and max(rate for rate, *_ in asked) == 1.25 * UNIT / 2


@pytest.mark.parametrize("highest", [None, 3.0, 0.625])
def test_what_converges_up_to_the_highest_rate_has_no_limit(monkeypatch, highest):
    found, asked = searched(monkeypatch, lambda rate: True, **({"highest": highest} if highest else {}))
    last = max(rate for rate, *_ in asked)
    assert found == np.inf and last <= (highest or 64) * UNIT < 1.25 * last


def test_the_search_starts_as_far_away_as_asked_and_trains_as_long(monkeypatch):
    for distance, steps, more in ((0.01, 2000, {}), (0.3, 77, {"distance": 0.3, "steps": 77})):
        _, asked = searched(monkeypatch, lambda rate: rate < 0.47, **more)
        rng = np.random.default_rng(3)
        way = np.r_[rng.standard_normal((2, 1)).ravel(), rng.standard_normal(1)]
        for _, weights, biases, said in asked:
            start = np.r_[weights[0].ravel(), biases[0]]
            assert start == pytest.approx(1 + distance * way / np.linalg.norm(way), rel=1e-14)
            assert said == {"epochs": steps, "activations": "tanh", "cost": "squared"}


def test_where_half_the_predicted_limit_fails_there_is_no_minimum(monkeypatch):
    with pytest.raises(ValueError, match="descent from beside it fails at half the predicted limit already"):
        searched(monkeypatch, lambda rate: False)


def test_where_no_eigenvalue_is_positive_the_limit_is_infinite():
    case = [np.zeros((2, 3)), np.zeros((3, 1))], [np.zeros(3), np.zeros(1)], np.zeros((4, 2)), np.full((4, 1), 0.5)
    assert predicted_limit(*case, ["relu", "relu"]) == np.inf
    with pytest.raises(ValueError, match="no eigenvalue is positive here"):
        measured_limit(*case, ["relu"] * 2, rng=np.random.default_rng(0))


def test_inputs_are_never_changed():
    case = problem([3, 4, 2], 5)
    way = direction(*case[:2])
    for array in (*case[0], *case[1], case[2], case[3], *way[0], *way[1]):
        array.flags.writeable = False
    hessian_product(*case, *way)
    sharpness(*case)
