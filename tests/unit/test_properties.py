"""What must hold of every network: nets, activations, T and dtypes are drawn at random, the same ones at every run."""

import numpy as np
import pytest

pytest.importorskip("hypothesis", reason="NOT RUN: the property tests need hypothesis, as in pip install -e '.[test]'")
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import direction, problem, steps_of, worst

from nnlib import by_index, rules
from nnlib.curvature import hessian_product
from nnlib.derivatives import complex_step, relative_error, worst_relative_error
from nnlib.descent import batches, train
from nnlib.flat import flat
from nnlib.functions import ELEMENTWISE, sigmoid, softplus
from nnlib.network import cost, cost_and_gradients, forward, gradients

FEW = settings(derandomize=True, deadline=None, database=None, max_examples=30)
ROUNDING = 1e-13  # normwise, array by array; sums of a few dozen terms


def network(sizes, T, seed, names="sigmoid", dtype=float):
    """weights, biases, X, E and activation names, random and none of them zero."""
    weights, biases, X, E = problem(sizes, T, seed)
    weights, biases = [[v.astype(dtype) for v in group] for group in (weights, biases)]
    return weights, biases, X.astype(dtype), E.astype(dtype), names


SIZES = st.lists(st.integers(1, 5), min_size=2, max_size=5)
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def problems(draw, dtypes=(float,), names=tuple(ELEMENTWISE)):
    """Any net of one to four layers, any activation in each, any number of samples from one to eight."""
    sizes = draw(SIZES)
    layers = [draw(st.sampled_from(names)) for _ in sizes[1:]]
    return network(sizes, draw(st.integers(1, 8)), draw(SEEDS), layers, draw(st.sampled_from(dtypes)))


# ------------------------------------------------- what holds of a gradient: each takes the function and a problem


def is_the_complex_step(gradient, weights, biases, X, E, names):
    right = complex_step(lambda w, b: cost(w, b, X, E, names), weights, biases)
    return worst(gradient(weights, biases, X, E, names), right) < ROUNDING


def grows_with_the_error(gradient, weights, biases, X, E, names):
    """Three times the error at the output, three times the gradient: linear in the scale of the cost's slope."""
    output = forward(weights, biases, X, names)[1][-1]
    far = gradient(weights, biases, X, output - 3 * (output - E), names)
    near = gradient(weights, biases, X, E, names)
    return worst(far, [[3 * g for g in part] for part in near]) < ROUNDING


def forgets_the_order_of_samples(gradient, weights, biases, X, E, names):
    turned = gradient(weights, biases, X[::-1], E[::-1], names)
    return worst(turned, gradient(weights, biases, X, E, names)) < ROUNDING


def is_a_mean(gradient, weights, biases, X, E, names):
    twice = gradient(weights, biases, np.tile(X, (2, 1)), np.tile(E, (2, 1)), names)
    return worst(twice, gradient(weights, biases, X, E, names)) < ROUNDING


def is_the_mean_of_single_samples(gradient, weights, biases, X, E, names):
    alone = [gradient(weights, biases, x[None], e[None], names) for x, e in zip(X, E)]
    mean = [[np.mean(group, axis=0) for group in zip(*(one[part] for one in alone))] for part in (0, 1)]
    return worst(gradient(weights, biases, X, E, names), mean) < ROUNDING


def follows_a_renaming_of_hidden_neurons(gradient, weights, biases, X, E, names):
    """Neurons of a hidden layer may change places: their slopes change places with them."""
    if len(weights) == 1:
        return True
    w = [weights[0][:, ::-1], weights[1][::-1], *weights[2:]]
    dW, db = gradient(weights, biases, X, E, names)
    renamed = [dW[0][:, ::-1], dW[1][::-1], *dW[2:]], [db[0][::-1], *db[1:]]
    return worst(gradient(w, [biases[0][::-1], *biases[1:]], X, E, names), renamed) < ROUNDING


HOLDS = (
    is_the_complex_step, grows_with_the_error, forgets_the_order_of_samples, is_a_mean, is_the_mean_of_single_samples,
    follows_a_renaming_of_hidden_neurons,
)  # fmt: skip


@pytest.mark.parametrize("holds", HOLDS, ids=lambda holds: holds.__name__)
def test_of_every_gradient(holds):
    FEW(given(problems())(lambda case: _is_true(holds(gradients, *case))))()


def _is_true(value):
    assert value


def bug(change):
    """A gradient with one mistake: `change` gets ours and the problem, and returns another."""
    return lambda *case: change(*gradients(*case), *case)


PLANTED = {
    is_the_complex_step: bug(lambda dW, db, *_: (dW, [g * (1 + 1e-11) for g in db])),
    grows_with_the_error: bug(lambda dW, db, w, b, X, E, n: ([g + 0.01 * W for g, W in zip(dW, w)], db)),
    forgets_the_order_of_samples: lambda w, b, X, E, n: gradients(w, b, X[:1], E[:1], n),
    is_a_mean: bug(lambda dW, db, w, b, X, E, n: ([len(X) * g for g in dW], db)),
    is_the_mean_of_single_samples: bug(lambda dW, db, w, b, X, E, n: (dW, [g * (1 + len(X)) for g in db])),
    follows_a_renaming_of_hidden_neurons: bug(lambda dW, db, *_: ([np.cumsum(g, axis=1) for g in dW], db)),
}


@pytest.mark.parametrize("holds", HOLDS, ids=lambda holds: holds.__name__)
def test_a_planted_bug_breaks_it(holds):
    cases = [network([2, 3, 2], 4, seed, ["tanh", "sigmoid"]) for seed in range(5)]
    assert all(holds(gradients, *case) for case in cases)
    assert not any(holds(PLANTED[holds], *case) for case in cases)


# ------------------------------------------------- the forms of the same thing


@FEW
@given(problems(names=("sigmoid",)))
def test_by_index_and_by_matrix_are_equal(case):
    weights, biases, X, E, _ = case
    assert (
        worst_relative_error(by_index.forward(weights, biases, X[0])[1], [a[0] for a in forward(*case[:3])[1]])
        < ROUNDING
    )
    dw, db = by_index.gradients(weights, biases, X, E)
    found = [np.array(g) for g in dw], [np.array(g) for g in db]
    assert worst(found, gradients(weights, biases, X, E)) < ROUNDING
    assert abs(by_index.cost(weights, biases, X, E) / cost(weights, biases, X, E) - 1) < ROUNDING


@FEW
@given(problems())
def test_one_pass_gives_what_two_calls_give(case):
    C, dW, db = cost_and_gradients(*case)
    assert cost(*case) == C and worst((dW, db), gradients(*case)) == 0


@FEW
@given(problems(dtypes=(np.float32, np.float64, complex)))
def test_the_dtype_goes_through_and_nothing_is_written_to(case):
    weights, biases, X, E, names = case
    for array in (*weights, *biases, X, E):
        array.flags.writeable = False  # writing raises
    Z, A = forward(weights, biases, X, names)
    dW, db = gradients(*case)
    assert {v.dtype for v in (*Z, *A, *dW, *db)} == {X.dtype}
    assert [g.shape for g in (*dW, *db)] == [v.shape for v in (*weights, *biases)]
    assert not any(np.shares_memory(g, v) for g in (*dW, *db) for v in (*weights, *biases, X, E))
    if X.dtype != complex:
        run = train(weights, biases, X, E, 0.1, epochs=2, activations=names)
        assert {v.dtype for v in (*run.weights, *run.biases)} == {X.dtype}


@FEW
@given(problems(names=("sigmoid", "tanh", "softplus", "identity")), SEEDS)
def test_the_hessian_is_symmetric(case, seed):
    weights, biases, *_ = case
    u, v = direction(weights, biases, seed), direction(weights, biases, seed + 1)
    hu, hv = (hessian_product(*case[:4], *way, case[4]) for way in (u, v))
    size = np.linalg.norm(flat(hu)) * np.linalg.norm(flat(v)) + np.linalg.norm(flat(hv)) * np.linalg.norm(flat(u))
    assert abs(flat(hu) @ flat(v) - flat(hv) @ flat(u)) <= ROUNDING * size


@FEW
@given(st.floats(-700, 700))
def test_the_sigmoid_mirrors_and_softplus_climbs_by_z(z):
    assert abs(sigmoid(z) + sigmoid(-z) - 1) < 1e-15 and 0 <= sigmoid(z) <= 1
    assert abs(softplus(z) - softplus(-z) - z) <= 1e-14 * max(1, abs(z))


# ------------------------------------------------- descent, batches and rules


@FEW
@given(problems(names=("sigmoid", "tanh")), st.floats(0.01, 2))
def test_the_sum_at_rate_d_over_T_takes_the_path_of_the_mean_at_rate_d(case, d):
    weights, biases, X, E, names = case
    run, T = train(weights, biases, X, E, d, epochs=4, activations=names), len(X)
    for _ in range(4):
        alone = [gradients(weights, biases, x[None], e[None], names) for x, e in zip(X, E)]
        weights = [W - d / T * sum(one[0][l] for one in alone) for l, W in enumerate(weights)]
        biases = [b - d / T * sum(one[1][l] for one in alone) for l, b in enumerate(biases)]
    assert worst((weights, biases), (run.weights, run.biases)) < 1e-12


@FEW
@given(problems(names=("sigmoid", "tanh")), st.floats(0, 2), st.integers(1, 4), st.integers(1, 4))
def test_a_run_may_be_cut_in_two(case, d, first, second):
    weights, biases, X, E, names = case
    whole = train(weights, biases, X, E, d, epochs=first + second, activations=names)
    begun = train(weights, biases, X, E, d, epochs=first, activations=names)
    ended = train(begun.weights, begun.biases, X, E, d, epochs=second, activations=names)
    assert worst((ended.weights, ended.biases), (whole.weights, whole.biases)) == 0
    assert (np.concatenate([begun.costs, ended.costs[1:]]) == whole.costs).all() and len(
        whole.costs
    ) == first + second + 1


@FEW
@given(st.integers(1, 60), st.none() | st.integers(1, 80), SEEDS)
def test_an_epoch_shows_every_sample_once(T, size, seed):
    parts = list(batches(T, size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(parts)) == list(range(T))
    assert {len(part) for part in parts[:-1]} <= {size} and 1 <= len(parts[-1]) <= (size or T)


def drawn(seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return [[scale * rng.standard_normal((2, 3)), scale * rng.standard_normal(3)] for _ in range(4)]


SCALES = st.floats(1e-3, 1e3)
WITH_UNITS = {"plain": rules.plain, "momentum": rules.momentum(0.9), "nesterov": rules.nesterov(0.9)}
WITHOUT_UNITS = {"rmsprop": rules.rmsprop(0.9, 1e-30), "adam": rules.adam(0.9, 0.99, 1e-30)}


@pytest.mark.parametrize("name", [*WITH_UNITS, *WITHOUT_UNITS])
def test_rules_with_units_scale_and_rules_without_do_not(name):
    rule, factor = (WITH_UNITS | WITHOUT_UNITS)[name], (lambda k: k) if name in WITH_UNITS else (lambda k: 1)

    @FEW
    @given(SEEDS, SCALES)
    def holds(seed, k):
        pairs = zip(steps_of(rule, drawn(seed, k)), steps_of(rule, drawn(seed)))
        assert all(worst_relative_error(big, [factor(k) * m for m in small]) < 1e-12 for big, small in pairs)

    holds()


@FEW
@given(SEEDS, SCALES, st.floats(1e-2, 1e2))
def test_clipping_keeps_the_direction_and_bounds_the_length(seed, k, longest):
    for g, m in zip(drawn(seed, k), steps_of(rules.clipping(longest), drawn(seed, k))):
        length, kept = (np.sqrt(sum((p * p).sum() for p in parts)) for parts in (g, m))
        assert kept <= longest * (1 + 1e-14) and abs(kept - min(length, longest)) < 1e-12 * longest
        assert worst_relative_error([kept / length * p for p in g], m) < 1e-12


# ------------------------------------------------- errors


@FEW
@given(SEEDS, SCALES, st.integers(0, 6))
def test_relative_error_is_symmetric_without_units_and_zero_for_equals(seed, k, n):
    a, b = np.random.default_rng(seed).standard_normal((2, n, 2))
    assert relative_error(a, b) == relative_error(b, a) <= 2
    assert abs(relative_error(k * a, k * b) - relative_error(a, b)) < 1e-12
    assert relative_error(a, a) == 0 and (n == 0 or relative_error(a, b) > 0)
