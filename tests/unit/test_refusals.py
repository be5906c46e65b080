"""Right numbers or a refusal that names the argument: every case that once gave a wrong number, hung, or failed unclearly."""

import warnings

import numpy as np
import pytest

import nnlib
from nnlib import by_index, curvature, edge, fates, functions, layers, notation, rules, toys  # noqa: F401
from nnlib.data import digits, xor  # noqa: F401  the table of refusals uses these names
from nnlib.sweep import outputs, sweep  # noqa: F401

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


# ------------------------------------------------------------------ refusals

W23, B3 = np.ones((2, 3)), np.ones(3)
MASKED = np.ma.masked_array([[1.0, 9e9]], [[0, 1]])
HUGE = [np.full((1, 1), 1e200)] * 2, [np.zeros(1)] * 2, [[1e200]], [[0.0]], "identity"
PROBLEM = *nnlib.init([2, 3, 1], np.random.default_rng(0)), *xor()


def good(**changes):
    """The problem with some of its parts replaced."""
    return dict(zip(("weights", "biases", "X", "E"), PROBLEM)) | changes


def limit_of_a_line(**more):
    x = np.array([[1.0], [-1.0]])
    return curvature.measured_limit([np.array([[1.0]])], [np.zeros(1)], x, x, "identity", rng=rng(), **more)


# A line of each: a call, and the words that the message must hold.
REFUSED = r"""
# outputs and targets
nnlib.accuracy(1 - xor()[1], xor()[1])  |  output: expected a column for each class
nnlib.accuracy(np.ones((3, 2)), np.ones((1, 2)))  |  output, E: .*\(3, 2\) and \(1, 2
nnlib.accuracy(np.full((3, 2), nan), np.eye(3, 2))  |  output: expected finite numbers
nnlib.accuracy(np.eye(3), np.eye(3)[:, :2])  |  output, E: expected two arrays of one
nnlib.accuracy(np.eye(3), [0, 1, 2])  |  output, E: .*got \(3, 3\) and \(3,\)
nnlib.sample_costs(np.ones((2, 1)), np.ones(2))  |  output, E: expected two arrays of one
nnlib.sample_costs([["a"]], [[1.0]])  |  output: expected numbers, got <U1 data
nnlib.cost([W23], [B3], np.ones((4, 2)), [0, 1, 2, 0])  |  E: .*use np.eye\(3\)\[E\]
nnlib.cost([W23], [B3], np.ones((4, 2)), [[0], [1], [2], [0]])  |  np.eye\(3\)\[E\]
nnlib.cost([W23[:, :1]], [np.zeros(1)], MASKED, E1)  |  X: expected numbers without a mask
# weights, biases, X and E that do not fit
nnlib.gradients(**good(X=np.ones(2)))  |  X: expected two axes, shape \(T, 2\).*got shape \(2,\)
nnlib.gradients(**good(X=xor()[0].T))  |  X: expected 2 columns.*got shape \(2, 4\); use X.T
nnlib.gradients(**good(X=np.ones((4, 3))))  |  X: expected 2 columns.*got shape \(4, 3\)
nnlib.gradients(**good(X=np.ones((0, 2)), E=np.ones((0, 1))))  |  X: expected at least one sample, got shape \(0, 2\)
nnlib.gradients(**good(X=np.array([[0, 0], [0, np.nan], [1, 0], [1, 1]])))  |  X: .* got nan at index \(1, 1\)
nnlib.gradients(**good(X=[["a", "b"]] * 4))  |  X: expected numbers, got <U1 data
nnlib.gradients(**good(X=[[1.0], [1.0, 2.0]]))  |  X: expected a rectangular array
nnlib.gradients(**good(E=np.ones(4)))  |  E: expected two axes, shape \(T, 1\).*got shape \(4,\); use E.reshape\(-1
nnlib.gradients(**good(E=np.ones((3, 1))))  |  E: expected 4 rows.*got shape \(3, 1\)
nnlib.gradients(**good(E=np.ones((4, 2))))  |  E: expected 1 columns.*got shape \(4, 2\)
nnlib.gradients(**good(E=np.full((4, 1), np.inf)))  |  E: expected finite numbers, got inf at index \(0, 0\)
nnlib.gradients(**good(weights=[], biases=[]))  |  got 0 weight matrices and 0 bias vectors
nnlib.gradients(**good(biases=PROBLEM[1][:1]))  |  got 2 weight matrices and 1 bias vectors
nnlib.gradients(**good(weights=[PROBLEM[0][0], PROBLEM[0][1].T]))  |  weights\[1\].*\(1, 3\); is it transposed
nnlib.gradients(**good(weights=[np.ones(2), np.ones((3, 1))]))  |  weights\[0\]: expected a matrix.*got shape \(2,\)
nnlib.gradients(**good(biases=[np.ones((3, 1)), np.ones(1)]))  |  biases\[0\]: expected shape \(3,\).*got shape \(3, 1\)
nnlib.gradients(**good(weights=[np.full((2, 3), np.nan), np.ones((3, 1))]))  |  weights\[0\]: expected finite.*got nan
# lists of arrays
nnlib.gradients(None, None, X1, E1)  |  weights: expected a list of arrays, .* got NoneType
nnlib.forward((w for w in ONE[0]), ONE[1], X1)  |  weights: expected a list .* got generator
nnlib.forward(zip(*ONE), ONE[1], X1)  |  weights: expected a list .* got zip
nnlib.forward({0: W23}, [B3], X1)  |  weights: expected a list .* got dict
nnlib.step([np.ones((1, 1))] * 2, [np.ones(1)] * 2, [np.ones((1, 1))], [np.ones(1)] * 2, 0.1)  |  dW: expected arrays of shapes
nnlib.step([np.ones((3, 2))], [np.zeros(2)], [np.ones(2)], [np.zeros(2)], 0.1)  |  dW: expected arrays of shapes \[\(3, 2\)\]
nnlib.step(None, [B3], [W23], [B3], 0.1)  |  weights: expected a list
nnlib.directional(lambda w, b: 0j, *ONE, [np.ones(1)], [np.ones(1)])  |  dweights: expected arrays of shapes
nnlib.worst_relative_error([], [])  |  worst_relative_error: expected at least one array
nnlib.relative_error(None, None)  |  first: expected numbers, got NoneType
nnlib.relative_error("a", "a")  |  first: expected numbers
nnlib.relative_error([[1], [1, 2]], [1])  |  first: expected a rectangular array
# single values
nnlib.step([W23], [B3], [W23], [B3], nan)  |  learning_rate: expected a finite number
nnlib.step([W23], [B3], [W23], [B3], -0.1)  |  learning_rate: .* at least 0, got -0.1
nnlib.train(*PROBLEM, "0.1")  |  learning_rate: expected a finite number .* got '0.1'
nnlib.train(*PROBLEM, None)  |  learning_rate: expected .* got None
nnlib.train(*PROBLEM, 1j)  |  learning_rate: expected .* got 1j
nnlib.train(*PROBLEM, [1])  |  learning_rate: expected .* got \[1\]
nnlib.train(*PROBLEM, True)  |  learning_rate: expected .* got True
nnlib.train(*PROBLEM, epochs=None)  |  epochs: expected a whole number of at least 1, got None
nnlib.train(*PROBLEM, epochs=[3])  |  epochs: expected a whole number .* got \[3\]
nnlib.train(*PROBLEM, epochs=np.True_)  |  epochs: expected a whole number
nnlib.train(*PROBLEM, batch_size=2, rng=0)  |  rng: expected a random generator, as in rng=np.random.default_rng\(0\), got 0
nnlib.train(*PROBLEM, batch_size=2)  |  rng: expected a random generator
nnlib.train([1j * W23[:, :1]], [np.ones(1)], *xor())  |  weights\[0\]: expected real numbers
curvature.sharpness([1j * W23[:, :1]], [np.ones(1)], *xor())  |  weights\[0\]: expected real
sweep([W23[:, :1]], [np.ones(1)], 1j * xor()[0], xor()[1], [1.0], steps=1)  |  X: expected real numbers
curvature.sharpness(*one(), rng=0)  |  rng: expected a random generator
nnlib.init(None, rng())  |  sizes: expected at least an input and an output layer
nnlib.init(3, rng())  |  sizes: expected at least an input
nnlib.init([3, None], rng())  |  sizes: expected a whole number of at least 1, got None
nnlib.init([3 + 0j, 2], rng())  |  sizes: expected a whole number
nnlib.init([[3, 2]], rng())  |  sizes: expected at least an input
nnlib.init([2, 1], 0)  |  rng: expected a random generator
nnlib.init([3, 2], rng(), nan)  |  scale: expected a finite number, got nan
nnlib.init([3, 2], rng(), inf)  |  scale: expected a finite number, got inf
nnlib.init([3, 2], rng(), 1j)  |  scale: expected a finite number, got 1j
nnlib.init([3, 2], rng(), None)  |  scale: expected a finite number, got None
nnlib.init([3, 2], rng(), np.array([1, 2]))  |  scale: expected .* an array of shape \(2,\)
nnlib.gradients(*one(None))  |  activations: expected a name, or a list of names
nnlib.gradients(*one(3))  |  activations: expected a name
nnlib.gradients(*one([["tanh"]]))  |  activations: expected names out of
nnlib.batches(1.5, 1, rng())  |  T: expected a whole number of at least 1, got 1.5
nnlib.batches(-1, 1, rng())  |  T: expected a whole number of at least 1, got -1
nnlib.batches(None, 1, rng())  |  T: expected a whole number
nnlib.central_difference(lambda w, b: 0.0, *ONE, h=0)  |  h: expected a finite number above 0, got 0
nnlib.complex_step(lambda w, b: 0j, *ONE, h=0)  |  h: expected a finite number above 0, got 0
nnlib.central_difference(lambda w, b: None, *ONE)  |  function: expected numbers, got NoneType
nnlib.complex_step(lambda w, b: "1", *ONE)  |  function: expected numbers
nnlib.complex_step(lambda w, b: float(np.real(nnlib.cost(w, b, X1, E1))), *ONE)  |  function: expected a complex number back
nnlib.central_difference(3, *ONE)  |  function: expected a function, got 3
# rules
nnlib.train(*PROBLEM, rule=rules.momentum)  |  rule: .*write rule=rules.momentum\(\), with its brackets
nnlib.train(*PROBLEM, rule=rules.adam)  |  rule=rules.adam\(\)
nnlib.train([W23[:, :1]], [np.ones(1)], *xor(), rule=lambda g, memory: g)  |  rule: expected a pair \(m, memory\) back, got list
nnlib.train(*PROBLEM, rule=lambda g, memory: rules.plain)  |  without its brackets
nnlib.train(*PROBLEM, rule=lambda g, memory: (g[:2], memory))  |  rule: expected m as a list of arrays of shapes
nnlib.train(*PROBLEM, rule=lambda g, memory: ([v.sum() for v in g], memory))  |  rule: expected m as a list
nnlib.train(*PROBLEM, rule="adam")  |  rule: expected a function rule\(g, memory\)
rules.momentum(None)  |  beta: expected a number of at least 0 and below 1, got None
rules.momentum("a")  |  beta: expected a number
rules.nesterov(1j)  |  beta: expected a number
# by index
by_index.cost(*ONE, [[1.0], [1.0]], [[0.0]])  |  E: expected 2 rows, one for each row of X, got shape \(1, 1\)
by_index.forward(*ONE, [1.0, 99.0])  |  x: expected 1 columns, .* got shape \(1, 2\)
by_index.gradients([W23], [np.ones(4)], [[1, 1]], [[1] * 4])  |  biases\[0\]: expected shape \(3,\)
by_index.sample_gradients(*ONE, [1.0], [1.0, 2.0])  |  e: expected 1 columns, .* got shape \(1, 2\)
# curvature
limit_of_a_line(precision=0)  |  precision: expected
limit_of_a_line(precision=nan)  |  precision: expected
limit_of_a_line(precision=-1)  |  precision: expected
limit_of_a_line(highest=0)  |  highest: expected
curvature.predicted_limit([np.zeros((1, 1))], [np.zeros(1)], [[nan], [1.0]], np.zeros((2, 1)))  |  X: expected finite
curvature.sharpness(*HUGE)  |  weights: expected a point where H v is finite
limit_of_a_line(steps=0)  |  steps: expected a whole number of at least 1, got 0
# sweep and edge
sweep(*PROBLEM, [1.0], steps=1, dtype=int)  |  dtype: expected np.float32 or np.float64
sweep(*PROBLEM, [1.0], steps=1, dtype=None)  |  dtype: expected np.float32 or np.float64, got None
sweep(*PROBLEM, ["fast"], steps=1)  |  learning_rates: expected numbers
outputs([W23[None], np.ones((1, 3, 1))], [B3[None]], xor()[0])  |  expected as many bias vectors
outputs([np.ones((2, 2, 3))], [np.ones((3, 3))], xor()[0])  |  biases\[0\]: expected one start .* or 2 starts
edge.Window("0.5", 0, 1)  |  hidden: expected a finite number, got '0.5'
edge.OVERVIEW.zoom(0)  |  factor: expected a finite number above 0
edge.edge_map((0, 0, 1))  |  window: expected a Window
edge.edge_map(edge.OVERVIEW, 2, seed=-1)  |  seed: expected a whole number of at least 0
edge.edge_map(edge.OVERVIEW, 2, seed="a")  |  seed: expected a whole number
edge.box_dimension(np.ones((64, 64)), shifts=0)  |  shifts: expected a whole number
edge.box_dimension(np.ones((64, 64)), shifts=1.5)  |  shifts: expected a whole number
edge.box_dimension(np.full((64, 64), nan))  |  mask: expected finite numbers
edge.box_dimension(np.full((64, 64), "a"))  |  mask: expected numbers
# notation
notation.to_source("nielsen", X=np.ones((5, 2)), dW=[W23], T=7)  |  T: expected 5, as X has it
notation.rate_to_ours("ours", -1)  |  rate: expected a finite number of at least 0
notation.rate_to_ours("ours", nan)  |  rate: expected a finite number
notation.rate_from_ours("ours", 1.0, T="a")  |  T: expected a whole number of at least 1, got 'a'
# data
digits(-1)  |  seed: expected a whole number of at least 0
digits("a")  |  seed: expected a whole number
digits(0, None)  |  test_share: expected a number between 0 and 1, got None
digits(0, 1e-4)  |  test_share: expected at least one sample on either side
# training
nnlib.train(*PROBLEM, -1)  |  learning_rate: expected a finite number of at least 0, got -1
nnlib.train(*PROBLEM, nan)  |  learning_rate: expected .* got nan
nnlib.train(*PROBLEM, inf)  |  learning_rate: expected .* got inf
nnlib.train(*PROBLEM, epochs=0)  |  epochs: expected a whole number of at least 1, got 0
nnlib.train(*PROBLEM, batch_size=0)  |  batch_size: expected a whole number of at least 1, got 0
nnlib.train(*PROBLEM, batch_size=2.5)  |  batch_size: expected a whole number
nnlib.train(*PROBLEM, activations="swish")  |  activations: expected names out of
# rules with numbers out of range
rules.momentum(1.0)  |  beta: expected .* got
rules.nesterov(-0.1)  |  beta: expected .* got
rules.clipping(0)  |  longest: expected .* got
rules.clipping(nan)  |  longest: expected .* got
rules.rmsprop(nan)  |  decay: expected .* got
rules.adam(beta2=2)  |  beta2: expected .* got
rules.adam(tiny=0)  |  tiny: expected .* got
# toys
toys.bowl([1.0], [1.0, 2.0], 0.1, 3)  |  start: expected 1 numbers
toys.bowl([nan], [1.0], 0.1, 3)  |  eigenvalues: expected finite
toys.bowl([1.0], [1.0], -0.1, 3)  |  learning_rate: expected
toys.bowl([1.0], [1.0], 0.1, 0)  |  steps: expected
toys.bowl([], [], 0.1, 1)  |  eigenvalues: expected
toys.neuron([1.0], [1.0, 2.0], 0, 0.1, 3)  |  e: expected 1 numbers
toys.neuron(xor()[0], [1.0], 0, 0.1, 3)  |  x: expected a row
toys.product(inf, 1.0, 0.1, 3)  |  u, v: expected finite
# the split of the digits
digits(0, 0)  |  test_share: expected a number between 0 and 1, got 0
digits(0, 1)  |  test_share: expected a number between 0 and 1, got 1
digits(0, -0.1)  |  test_share: expected a number between 0 and 1, got -0.1
digits(0, nan)  |  test_share: expected a number between 0 and 1, got nan
# fates
fates.fate([1.0])  |  costs: expected a row of at least two
fates.fate([1.0, 1.0, 1.0], [1.0])  |  gradient_norms: expected 3 numbers
fates.fate(nnlib.History([], [], np.array([]), np.array([])))  |  costs: expected
# sweep
sweep(*PROBLEM, [-1.0], steps=3)  |  learning_rates: expected finite numbers of at least 0, got -1.0
sweep(*PROBLEM, [1.0, nan], steps=3)  |  got nan at index \(1,
sweep(*PROBLEM, [inf], steps=3)  |  finite
sweep(*PROBLEM, [], steps=3)  |  N at least 1
sweep(*PROBLEM, [[1.0, 2.0, 3.0]], steps=3)  |  one for each weight layer
sweep(*PROBLEM, 1.0, steps=3)  |  learning_rates: expected shape
sweep(*PROBLEM, [1.0], steps=0)  |  steps
sweep(*PROBLEM, [1.0], steps=3, record_every=0)  |  record_every
sweep([np.stack([W] * 2) for W in PROBLEM[0]], *PROBLEM[1:], [1.0] * 3, steps=3)  |  3 starts along the first axis
sweep(*PROBLEM[:2], np.ones((4, 3)), PROBLEM[3], [1.0], steps=3)  |  columns
sweep(*PROBLEM, [1.0], steps=3, activations="sinus")  |  activations
sweep(*PROBLEM, [1.0], steps=3, executor="dask")  |  client.get_executor
sweep(*PROBLEM, [1.0], steps=3, progress="bar")  |  progress: expected a function \(done, total\), "line" or None
sweep(PROBLEM[0], PROBLEM[1][:1], *PROBLEM[2:], [1.0], steps=3)  |  as many bias vectors
# maps of the edge
edge.Window(0, 0, 0)  |  width: expected a finite number above 0
edge.Window(nan, 0, 1)  |  hidden: expected a finite number
edge.Window(0, 0, -1)  |  width
edge.Window(0, 308, 1)  |  powers of ten
edge.edge_map(edge.OVERVIEW, 0)  |  pixels
edge.edge_map(edge.OVERVIEW, 2, steps=0)  |  steps
edge.fates_of([[0.1, -1.0]])  |  -1.0 at index
edge.fates_of([[0.1, nan]])  |  nan at index
edge.fates_of([[0.1, inf]])  |  finite
# derivatives
nnlib.relative_error([1.0, 2.0], [1.0, 2.0, 3.0])  |  arrays of one shape, got \(2,\) and \(3,\)
nnlib.worst_relative_error([np.ones(1)], [np.ones(1), np.ones(1)])  |  got 1 and 2 arrays
nnlib.complex_step(lambda w, b: w[0], [W23], [B3])  |  function: expected one number, the cost, got an array of shape \(2, 3\)
# activations and costs
functions.per_layer("swish", 2)  |  expected names out of sigmoid, tanh, relu, softplus, identity, softmax, got 'swish'
functions.per_layer(["tanh", "tanh"], 3)  |  or 3 names .* got 2: \['tanh', 'tanh'\]
functions.ACTIVATIONS["softmax"].slope(np.zeros(3))  |  softmax has no slope
nnlib.gradients(*PROBLEM, cost="mse")  |  cost: expected one of 'squared', 'bce', 'cross-entropy', got 'mse'
nnlib.gradients(*PROBLEM, cost=None)  |  cost: expected one of
nnlib.gradients(*PROBLEM, cost=["bce"])  |  cost: expected one of
nnlib.gradients(*PROBLEM, cost="BCE")  |  cost: expected one of
nnlib.gradients(*PROBLEM[:3], 2 * PROBLEM[3] - 1, cost="bce")  |  E: expected targets from 0 to 1 .* got -1.0 at index \(0, 0\)
nnlib.train(*one()[:3], [[2.0]], activations="softmax", cost="cross-entropy")  |  E: expected targets from 0 to 1
nnlib.train(*one()[:3], [[0.5]], activations="softmax", cost="cross-entropy")  |  rows that sum to 1.* got the sum 0.5 in row 0
# curvature, once more
curvature.hessian_product(*PROBLEM, PROBLEM[0][::-1], PROBLEM[1])  |  dweights: expected arrays of shapes \[\(2, 3\), 
curvature.hessian_product(*PROBLEM, PROBLEM[0], PROBLEM[1][:1])  |  dbiases: expected arrays of shapes
curvature.hessian_product(*PROBLEM, PROBLEM[0], [nan * B3, PROBLEM[1][1]])  |  dbiases\[0\]: expected finite
curvature.sharpness(*PROBLEM[:2], np.ones((5, 3)), PROBLEM[3])  |  X: expected 2 columns
curvature.sharpness(*PROBLEM, most=0)  |  most: expected a whole number
limit_of_a_line(distance=0)  |  distance: expected a finite number above 0, got 0
# the network
nnlib.init([2], rng())  |  expected at least an input and an output layer
nnlib.init([2, 0, 1], rng())  |  sizes: expected a whole number
nnlib.init([2, 2.5, 1], rng())  |  sizes: expected a whole number
nnlib.init([2, nan], rng())  |  sizes: expected a whole number
nnlib.init([2, 1], rng(), "fan-in")  |  expected a number or 'fan_in', got 'fan-in'
nnlib.forward(*PROBLEM[:2], np.ones((4, 5)))  |  X: expected 2 columns
nnlib.forward(*PROBLEM[:3], ["tanh"])  |  activations: expected one name, or 2 names
# layers as objects
layers.run([layers.Dense(3, 2, rng())], np.ones((2, 4)))  |  A: expected 3 columns
layers.backpropagate([], layers.SoftmaxCrossEntropy(), [[1.0, 2.0]], [[0.2, 0.2]])  |  E: expected rows that sum to 1
layers.Dense(0, 2, rng())  |  sizes: expected a whole number
layers.descend([], -1)  |  learning_rate: expected
"""
ROWS = [line.split("  |  ") for line in REFUSED.strip().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("call, words", ROWS, ids=[call for call, _ in ROWS])
def test_refused_by_name(call, words):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((ValueError, TypeError), match=words):
            eval(call)


def test_arrays_of_other_libraries_that_numpy_cannot_read_are_named():
    class Tensor:
        def __array__(self, *_, **__):
            raise RuntimeError("call detach() first")

    with pytest.raises(TypeError, match="X: expected numbers, got Tensor, which NumPy cannot read .*detach"):
        nnlib.forward(*ONE, Tensor())


@pytest.mark.parametrize("dtype", ["float32", np.float32, np.dtype("float32")])
def test_a_precision_may_be_named_or_given(dtype):
    assert sweep(*PROBLEM, [1.0], steps=1, dtype=dtype).weights[0].dtype == np.float32
