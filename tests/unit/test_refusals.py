"""Right numbers or a refusal that names the argument: every case that once gave a wrong number, hung, or failed unclearly."""

import warnings

import numpy as np
import pytest

import nnlib
from nnlib import by_index, curvature, edge, functions, notation, rules
from nnlib.data import digits, xor
from nnlib.sweep import outputs, sweep

nan, inf = np.nan, np.inf
ONE = [np.ones((1, 1))], [np.zeros(1)]
X1, E1 = [[1.0]], [[0.0]]


def one(activations="sigmoid"):
    return *ONE, X1, E1, activations


def rng():
    return np.random.default_rng(0)


# ------------------------------------------------------------------ numbers that must be right


def test_nan_survives_the_maximum_over_arrays_wherever_it_is():
    right = [np.ones(2), np.ones(2), np.ones(2)]
    for bad in (nan, inf):
        for place in range(3):
            wrong = [v.copy() for v in right]
            wrong[place][1] = bad
            assert np.isnan(nnlib.worst_relative_error(wrong, right))
            assert np.isnan(nnlib.worst_relative_error(right, wrong))
    assert np.isnan(nnlib.relative_error([nan, 1.0], [0.0, 0.0]))


def test_the_check_of_the_readme_finds_a_nan_in_the_last_bias_gradient():
    weights, biases = nnlib.init([2, 3, 1], rng())
    X, E = xor()
    dW, db = nnlib.gradients(weights, biases, X, E)
    exact = nnlib.complex_step(lambda w, b: nnlib.cost(w, b, X, E), weights, biases)
    assert nnlib.worst_relative_error([*dW, *db], [*exact[0], *exact[1]]) < 1e-14
    assert not nnlib.worst_relative_error([*dW, db[0], nan * db[1]], [*exact[0], *exact[1]]) < 1e-14


def test_complex_sigmoid_is_right_where_its_exponential_overflows():
    f = lambda w, b: nnlib.cost(w, b, X1, E1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for z in (-800.0, -709.5, -700.5, -699.0, -30.0, 800.0):
            at = [np.array([[z]])], [np.zeros(1)]
            found, right = nnlib.complex_step(f, *at), nnlib.gradients(*at, X1, E1)
            assert nnlib.worst_relative_error([*found[0], *found[1]], [*right[0], *right[1]]) < 1e-14
        assert functions.sigmoid(-1000 + 1e-20j) == 0


@pytest.mark.parametrize("kind", [np.uint8, np.uint64, np.int8, bool, np.float16])
def test_small_and_unsigned_types_compute_as_floats(kind):
    z = np.array([1, 0], kind)
    assert functions.sigmoid(z) == pytest.approx([1 / (1 + np.exp(-1)), 0.5], rel=1e-15)
    assert functions.softplus(z) == pytest.approx([np.log(1 + np.e), np.log(2)], rel=1e-15)
    big = np.array([[16]], np.uint8)
    assert nnlib.sample_costs(np.array([[0]], np.uint8), big) == 256
    assert nnlib.cost([np.zeros((1, 1), kind)], [np.zeros(1, kind)], [[1]], big, "identity") == 256
    stepped = nnlib.step([z[None]], [z], [z[None]], [z], 0.5)
    assert stepped[1][0].tolist() == [0.5, 0] and stepped[0][0].dtype == float


def test_clipping_of_huge_tiny_and_infinite_gradients():
    for size in (1e200, 1e154, 1e-170, 3.0):
        (m,), _ = rules.clipping(1e-200)([np.array([size, -size])])
        assert m == pytest.approx(np.array([1, -1]) * np.sqrt(0.5) * 1e-200, rel=1e-14)
    for bad in ([inf, 1.0], [nan, 1.0]):
        (m,), _ = rules.clipping(1.0)([np.array(bad)])
        assert np.array_equal(m, bad, equal_nan=True), "what is not finite stays what it is"


@pytest.mark.parametrize("make", [rules.adam, rules.rmsprop])
def test_rules_with_squares_are_right_where_the_squares_overflow(make):
    """Both rules have no units, so a gradient of 1e200 gives the steps of a gradient of 1."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rule, small, large = make(tiny=1e-300), None, None
        for value in (1.0, -0.5, 2.0, 1.5):
            m, small = rule([np.array([value, 1.0])], small)
            M, large = rule([np.array([value * 1e200, 1e200])], large)
            assert pytest.approx(m[0], rel=1e-13) == M[0]
        m, memory = make()([np.array([1.0, 1e-3])])
        M, _ = make()([np.array([1e200, 1e-3])], memory)  # one number overflows; the others go on as before
        again, _ = make()([np.array([1.0, 1e-3])], memory)
        assert M[0][1] == pytest.approx(again[0][1], rel=1e-14) and 0 < M[0][0] < inf


def test_a_map_of_a_problem_that_is_solved_from_the_start_has_learned():
    code, speed = edge.classify(np.zeros((5, 1)))
    assert code.tolist() == [edge.LEARNED] and speed.tolist() == [0]
    code, speed = edge.classify(np.array([[0.0], [0.0], [1.0], [nan]]))
    assert code.tolist() == [edge.DIVERGED] and speed.tolist() == [1]


def test_record_is_handed_copies():
    for more in ({}, {"batch_size": 2, "rng": rng()}):
        weights, biases = nnlib.init([2, 3, 1], rng())
        kept = [v.copy() for v in (*weights, *biases)]

        def spoil(w, b):
            for v in (*w, *b):
                v.fill(7)

        run = nnlib.train(weights, biases, *xor(), 1.0, epochs=3, record=spoil, **more)
        clean = nnlib.train(weights, biases, *xor(), 1.0, epochs=3, **(more and {**more, "rng": rng()}))
        assert all((v == k).all() for v, k in zip((*weights, *biases), kept))
        assert (run.costs == clean.costs).all() and (run.weights[0] == clean.weights[0]).all()


def test_a_history_shares_no_memory_with_what_came_in():
    weights, biases = nnlib.init([2, 3, 1], rng())

    def stop(w, b):
        raise KeyboardInterrupt

    run = nnlib.train(weights, biases, *xor(), 1.0, record=stop)
    assert run.interrupted and len(run.costs) == 0
    assert not any(np.shares_memory(a, b) for a, b in zip((*weights, *biases), (*run.weights, *run.biases)))


@pytest.mark.parametrize("bad", [nan, inf, -inf])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 1), (1, 3, 1), (1, 1, 1), (3, 1, 2)])
@pytest.mark.parametrize("T", [1, 2])
def test_what_is_not_finite_is_refused_in_every_array_of_every_shape(sizes, T, bad):
    """Also beside a factor of exactly 0, which some matrix products skip."""
    calls = (
        nnlib.gradients,
        nnlib.cost,
        nnlib.cost_and_gradients,
        nnlib.train,
        curvature.products_at,
        curvature.sharpness,
    )
    for zeros in (True, False):
        fill = np.zeros if zeros else np.ones
        for name in ("weights", "biases", "X", "E"):
            case = {
                "weights": [fill(shape) for shape in zip(sizes, sizes[1:])],
                "biases": [fill(n) for n in sizes[1:]],
                "X": fill((T, sizes[0])),
                "E": fill((T, sizes[-1])),
            }
            array = case[name][-1] if isinstance(case[name], list) else case[name]
            array[(-1,) * array.ndim] = bad
            for call in calls:
                with pytest.raises(ValueError, match=rf"^{name}.*: expected finite numbers, got -?(nan|inf) at index"):
                    call(**case)


# ------------------------------------------------------------------ refusals: (call, words that the message must hold)

W23, B3 = np.ones((2, 3)), np.ones(3)
SQUARE = np.array([[1.0], [-1.0]])
PROBLEM = *nnlib.init([2, 3, 1], np.random.default_rng(0)), *xor()
REFUSED = {
    # outputs and targets
    "accuracy of one column": (
        lambda: nnlib.accuracy(1 - xor()[1], xor()[1]),
        r"output: expected a column for each class",
    ),
    "accuracy of stretched targets": (
        lambda: nnlib.accuracy(np.ones((3, 2)), np.ones((1, 2))),
        r"output, E: .*\(3, 2\) and \(1, 2",
    ),
    "accuracy of NaN": (lambda: nnlib.accuracy(np.full((3, 2), nan), np.eye(3, 2)), "output: expected finite numbers"),
    "accuracy of two widths": (
        lambda: nnlib.accuracy(np.eye(3), np.eye(3)[:, :2]),
        r"output, E: expected two arrays of one",
    ),
    "accuracy of class numbers": (
        lambda: nnlib.accuracy(np.eye(3), [0, 1, 2]),
        r"output, E: .*got \(3, 3\) and \(3,\)",
    ),
    "sample_costs of a row": (
        lambda: nnlib.sample_costs(np.ones((2, 1)), np.ones(2)),
        r"output, E: expected two arrays of one",
    ),
    "sample_costs of text": (lambda: nnlib.sample_costs([["a"]], [[1.0]]), "output: expected numbers, got <U1 data"),
    "class numbers as targets": (
        lambda: nnlib.cost([W23], [B3], np.ones((4, 2)), [0, 1, 2, 0]),
        r"E: .*use np.eye\(3\)\[E\]",
    ),
    "class numbers as a column": (
        lambda: nnlib.cost([W23], [B3], np.ones((4, 2)), [[0], [1], [2], [0]]),
        r"np.eye\(3\)\[E\]",
    ),
    "a masked array": (
        lambda: nnlib.cost([np.ones((2, 1))], [np.zeros(1)], np.ma.masked_array([[1.0, 9e9]], [[0, 1]]), [[0]]),
        "X: expected numbers without a mask",
    ),
    # lists of arrays
    "weights None": (
        lambda: nnlib.gradients(None, None, X1, E1),
        "weights: expected a list of arrays, .* got NoneType",
    ),
    "weights a generator": (
        lambda: nnlib.forward((w for w in ONE[0]), ONE[1], X1),
        "weights: expected a list .* got generator",
    ),
    "weights a zip": (lambda: nnlib.forward(zip(*ONE), ONE[1], X1), "weights: expected a list .* got zip"),
    "weights a dict": (lambda: nnlib.forward({0: W23}, [B3], X1), "weights: expected a list .* got dict"),
    "a layer dropped": (
        lambda: nnlib.step([np.ones((1, 1))] * 2, [np.ones(1)] * 2, [np.ones((1, 1))], [np.ones(1)] * 2, 0.1),
        "dW: expected arrays of shapes",
    ),
    "a gradient stretched": (
        lambda: nnlib.step([np.ones((3, 2))], [np.zeros(2)], [np.ones(2)], [np.zeros(2)], 0.1),
        r"dW: expected arrays of shapes \[\(3, 2\)\]",
    ),
    "step of None": (lambda: nnlib.step(None, [B3], [W23], [B3], 0.1), "weights: expected a list"),
    "a direction of another shape": (
        lambda: nnlib.directional(lambda w, b: 0j, *ONE, [np.ones(1)], [np.ones(1)]),
        "dweights: expected arrays of shapes",
    ),
    "errors of empty lists": (
        lambda: nnlib.worst_relative_error([], []),
        "worst_relative_error: expected at least one array",
    ),
    "errors of None": (lambda: nnlib.relative_error(None, None), "first: expected numbers, got NoneType"),
    "errors of text": (lambda: nnlib.relative_error("a", "a"), "first: expected numbers"),
    "errors of ragged lists": (lambda: nnlib.relative_error([[1], [1, 2]], [1]), "first: expected a rectangular array"),
    # single values
    "a rate of NaN in step": (
        lambda: nnlib.step([W23], [B3], [W23], [B3], nan),
        "learning_rate: expected a finite number",
    ),
    "a negative rate in step": (
        lambda: nnlib.step([W23], [B3], [W23], [B3], -0.1),
        "learning_rate: .* at least 0, got -0.1",
    ),
    "a rate of text": (lambda: nnlib.train(*PROBLEM, "0.1"), "learning_rate: expected a finite number .* got '0.1'"),
    "a rate of None": (lambda: nnlib.train(*PROBLEM, None), "learning_rate: expected .* got None"),
    "a complex rate": (lambda: nnlib.train(*PROBLEM, 1j), "learning_rate: expected .* got 1j"),
    "a list of rates": (lambda: nnlib.train(*PROBLEM, [1]), r"learning_rate: expected .* got \[1\]"),
    "a true rate": (lambda: nnlib.train(*PROBLEM, True), "learning_rate: expected .* got True"),
    "epochs None": (
        lambda: nnlib.train(*PROBLEM, epochs=None),
        "epochs: expected a whole number of at least 1, got None",
    ),
    "epochs a list": (lambda: nnlib.train(*PROBLEM, epochs=[3]), r"epochs: expected a whole number .* got \[3\]"),
    "epochs true": (lambda: nnlib.train(*PROBLEM, epochs=np.True_), "epochs: expected a whole number"),
    "a seed for a generator": (
        lambda: nnlib.train(*PROBLEM, batch_size=2, rng=0),
        r"rng: expected a random generator, as in rng=np.random.default_rng\(0\), got 0",
    ),
    "no generator": (lambda: nnlib.train(*PROBLEM, batch_size=2), "rng: expected a random generator"),
    "complex weights in train": (
        lambda: nnlib.train([1j * W23[:, :1]], [np.ones(1)], *xor()),
        r"weights\[0\]: expected real numbers",
    ),
    "complex weights in sharpness": (
        lambda: curvature.sharpness([1j * W23[:, :1]], [np.ones(1)], *xor()),
        r"weights\[0\]: expected real",
    ),
    "complex inputs in sweep": (
        lambda: sweep([W23[:, :1]], [np.ones(1)], 1j * xor()[0], xor()[1], [1.0], steps=1),
        "X: expected real numbers",
    ),
    "a seed in sharpness": (lambda: curvature.sharpness(*one(), rng=0), "rng: expected a random generator"),
    "sizes None": (lambda: nnlib.init(None, rng()), "sizes: expected at least an input and an output layer"),
    "sizes a number": (lambda: nnlib.init(3, rng()), "sizes: expected at least an input"),
    "sizes with None": (lambda: nnlib.init([3, None], rng()), "sizes: expected a whole number of at least 1, got None"),
    "sizes complex": (lambda: nnlib.init([3 + 0j, 2], rng()), "sizes: expected a whole number"),
    "sizes nested": (lambda: nnlib.init([[3, 2]], rng()), "sizes: expected at least an input"),
    "init with a seed": (lambda: nnlib.init([2, 1], 0), "rng: expected a random generator"),
    "scale NaN": (lambda: nnlib.init([3, 2], rng(), nan), "scale: expected a finite number, got nan"),
    "scale infinite": (lambda: nnlib.init([3, 2], rng(), inf), "scale: expected a finite number, got inf"),
    "scale complex": (lambda: nnlib.init([3, 2], rng(), 1j), "scale: expected a finite number, got 1j"),
    "scale None": (lambda: nnlib.init([3, 2], rng(), None), "scale: expected a finite number, got None"),
    "scale an array": (
        lambda: nnlib.init([3, 2], rng(), np.array([1, 2])),
        r"scale: expected .* an array of shape \(2,\)",
    ),
    "activations None": (lambda: nnlib.gradients(*one(None)), "activations: expected a name, or a list of names"),
    "activations a number": (lambda: nnlib.gradients(*one(3)), "activations: expected a name"),
    "activations nested": (lambda: nnlib.gradients(*one([["tanh"]])), "activations: expected names out of"),
    "T not whole": (lambda: nnlib.batches(1.5, 1, rng()), "T: expected a whole number of at least 1, got 1.5"),
    "T negative": (lambda: nnlib.batches(-1, 1, rng()), "T: expected a whole number of at least 1, got -1"),
    "T None": (lambda: nnlib.batches(None, 1, rng()), "T: expected a whole number"),
    "h 0": (
        lambda: nnlib.central_difference(lambda w, b: 0.0, *ONE, h=0),
        "h: expected a finite number above 0, got 0",
    ),
    "complex h 0": (
        lambda: nnlib.complex_step(lambda w, b: 0j, *ONE, h=0),
        "h: expected a finite number above 0, got 0",
    ),
    "a function that gives None": (
        lambda: nnlib.central_difference(lambda w, b: None, *ONE),
        "function: expected numbers, got NoneType",
    ),
    "a function that gives text": (lambda: nnlib.complex_step(lambda w, b: "1", *ONE), "function: expected numbers"),
    "a function that drops the imaginary part": (
        lambda: nnlib.complex_step(lambda w, b: float(np.real(nnlib.cost(w, b, X1, E1))), *ONE),
        "function: expected a complex number back",
    ),
    "not a function": (lambda: nnlib.central_difference(3, *ONE), "function: expected a function, got 3"),
    # rules
    "momentum without brackets": (
        lambda: nnlib.train(*PROBLEM, rule=rules.momentum),
        r"rule: .*write rule=rules.momentum\(\), with its brackets",
    ),
    "adam without brackets": (lambda: nnlib.train(*PROBLEM, rule=rules.adam), r"rule=rules.adam\(\)"),
    "a rule that returns g alone": (
        lambda: nnlib.train([W23[:, :1]], [np.ones(1)], *xor(), rule=lambda g, memory: g),
        r"rule: expected a pair \(m, memory\) back, got list",
    ),
    "a rule that makes one": (
        lambda: nnlib.train(*PROBLEM, rule=lambda g, memory: rules.plain),
        "without its brackets",
    ),
    "a rule that drops an array": (
        lambda: nnlib.train(*PROBLEM, rule=lambda g, memory: (g[:2], memory)),
        "rule: expected m as a list of arrays of shapes",
    ),
    "a rule that stretches": (
        lambda: nnlib.train(*PROBLEM, rule=lambda g, memory: ([v.sum() for v in g], memory)),
        "rule: expected m as a list",
    ),
    "no rule": (lambda: nnlib.train(*PROBLEM, rule="adam"), r"rule: expected a function rule\(g, memory\)"),
    "beta None": (lambda: rules.momentum(None), "beta: expected a number of at least 0 and below 1, got None"),
    "beta text": (lambda: rules.momentum("a"), "beta: expected a number"),
    "beta complex": (lambda: rules.nesterov(1j), "beta: expected a number"),
    # by index
    "targets too few": (
        lambda: by_index.cost(*ONE, [[1.0], [1.0]], [[0.0]]),
        "E: expected a row for each row of X.*2 rows of X and 1",
    ),
    "an input too many": (
        lambda: by_index.forward(*ONE, [1.0, 99.0]),
        r"x: expected 1 numbers, as many as weights\[0\] has rows, got 2",
    ),
    "a bias too many": (
        lambda: by_index.gradients([W23], [np.ones(4)], [[1, 1]], [[1] * 4]),
        r"biases\[0\]: expected 3 numbers",
    ),
    "a target too many": (lambda: by_index.sample_gradients(*ONE, [1.0], [1.0, 2.0]), "e: expected 1 numbers"),
    # curvature
    "precision 0": (
        lambda: curvature.measured_limit(
            [np.array([[1.0]])], [np.zeros(1)], SQUARE, SQUARE, "identity", rng=rng(), precision=0
        ),
        "precision: expected",
    ),
    "precision NaN": (
        lambda: curvature.measured_limit(
            [np.array([[1.0]])], [np.zeros(1)], SQUARE, SQUARE, "identity", rng=rng(), precision=nan
        ),
        "precision: expected",
    ),
    "precision -1": (
        lambda: curvature.measured_limit(
            [np.array([[1.0]])], [np.zeros(1)], SQUARE, SQUARE, "identity", rng=rng(), precision=-1
        ),
        "precision: expected",
    ),
    "highest 0": (
        lambda: curvature.measured_limit(
            [np.array([[1.0]])], [np.zeros(1)], SQUARE, SQUARE, "identity", rng=rng(), highest=0
        ),
        "highest: expected",
    ),
    "NaN under a limit": (
        lambda: curvature.predicted_limit([np.zeros((1, 1))], [np.zeros(1)], [[nan], [1.0]], np.zeros((2, 1))),
        "X: expected finite",
    ),
    "sharpness that overflows": (
        lambda: curvature.sharpness([np.full((1, 1), 1e200)] * 2, [np.zeros(1)] * 2, [[1e200]], [[0.0]], "identity"),
        "weights: expected a point where H v is finite",
    ),
    "no steps": (
        lambda: curvature.settles(*one()[:4], 0.1, steps=0),
        "steps: expected a whole number of at least 1, got 0",
    ),
    # sweep and edge
    "dtype a whole number type": (
        lambda: sweep(*PROBLEM, [1.0], steps=1, dtype=int),
        "dtype: expected np.float32 or np.float64",
    ),
    "dtype None": (
        lambda: sweep(*PROBLEM, [1.0], steps=1, dtype=None),
        "dtype: expected np.float32 or np.float64, got None",
    ),
    "rates of text": (lambda: sweep(*PROBLEM, ["fast"], steps=1), "learning_rates: expected numbers"),
    "biases too few in outputs": (
        lambda: outputs([W23[None], np.ones((1, 3, 1))], [B3[None]], xor()[0]),
        "expected as many bias vectors",
    ),
    "lists in outputs": (lambda: outputs([W23.tolist()], [B3.tolist()], xor()[0]), r"weights\[0\]: expected one start"),
    "a window of text": (lambda: edge.Window("0.5", 0, 1), "hidden: expected a finite number, got '0.5'"),
    "a zoom of 0": (lambda: edge.OVERVIEW.zoom(0), "factor: expected a finite number above 0"),
    "a tuple for a window": (lambda: edge.edge_map((0, 0, 1)), "window: expected a Window"),
    "a seed of -1": (lambda: edge.edge_map(edge.OVERVIEW, 2, seed=-1), "seed: expected a whole number of at least 0"),
    "a seed of text": (lambda: edge.edge_map(edge.OVERVIEW, 2, seed="a"), "seed: expected a whole number"),
    "shifts 0": (lambda: edge.box_dimension(np.ones((64, 64)), shifts=0), "shifts: expected a whole number"),
    "shifts not whole": (lambda: edge.box_dimension(np.ones((64, 64)), shifts=1.5), "shifts: expected a whole number"),
    "a mask of NaN": (lambda: edge.box_dimension(np.full((64, 64), nan)), "mask: expected finite numbers"),
    "a mask of text": (lambda: edge.box_dimension(np.full((64, 64), "a")), "mask: expected numbers"),
    # notation
    "no function to adapt": (lambda: notation.adapt("nielsen", 3), "function: expected a function, got 3"),
    "T beside other samples": (
        lambda: notation.to_source("nielsen", X=np.ones((5, 2)), dW=[W23], T=7),
        "T: expected 5, as X has it",
    ),
    "a negative rate": (lambda: notation.rate_to_ours("ours", -1), "rate: expected a finite number of at least 0"),
    "a rate of NaN": (lambda: notation.rate_to_ours("ours", nan), "rate: expected a finite number"),
    "T of text": (
        lambda: notation.rate_from_ours("ours", 1.0, T="a"),
        "T: expected a whole number of at least 1, got 'a'",
    ),
    # data
    "digits with a negative seed": (lambda: digits(-1), "seed: expected a whole number of at least 0"),
    "digits with text": (lambda: digits("a"), "seed: expected a whole number"),
    "digits with no share": (lambda: digits(0, None), "test_share: expected a number between 0 and 1, got None"),
    "digits with no test sample": (lambda: digits(0, 1e-4), "test_share: expected at least one sample on either side"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_by_name(what):
    call, words = REFUSED[what]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((ValueError, TypeError), match=words):
            call()


def test_arrays_of_other_libraries_that_numpy_cannot_read_are_named():
    class Tensor:
        def __array__(self, *_, **__):
            raise RuntimeError("call detach() first")

    with pytest.raises(TypeError, match="X: expected numbers, got Tensor, which NumPy cannot read .*detach"):
        nnlib.forward(*ONE, Tensor())


@pytest.mark.parametrize("dtype", ["float32", np.float32, np.dtype("float32")])
def test_a_precision_may_be_named_or_given(dtype):
    assert sweep(*PROBLEM, [1.0], steps=1, dtype=dtype).weights[0].dtype == np.float32
