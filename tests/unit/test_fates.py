"""Fates of runs: real runs from rate 0.001 to 1000, the bowl, the catapult, blow-ups; and what it must not say."""

import numpy as np
import pytest

from nnlib import toys
from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import BLOWN_UP, DIVERGED, LEARNED, MOVING, OSCILLATING, SATURATED, STUCK, fate, stays_below
from nnlib.network import init


def xor_run(rate, seed=0, epochs=3000, **more):
    weights, biases = init([2, 3, 1], np.random.default_rng(seed))
    return train(weights, biases, *xor(), rate, epochs=epochs, **more)


@pytest.mark.parametrize(
    "rate, words",
    [
        (0.001, {MOVING}),
        (0.01, {MOVING}),
        (0.1, {MOVING}),
        (1, {LEARNED}),
        (3, {LEARNED}),
        (10, {LEARNED}),
        (100, {SATURATED, OSCILLATING}),
        (1000, {SATURATED}),
    ],
)
def test_xor_from_a_thousandth_to_a_thousand(rate, words):
    histories = [xor_run(rate, seed) for seed in range(3)]
    assert {fate(history) for history in histories} <= words
    assert all(np.isfinite(history.costs).all() for history in histories)  # so NaN could never have shown it


LINEAR = {"epochs": 200, "activations": ["tanh", "identity"]}


def from_zeros():
    return train([np.zeros((2, 3)), np.zeros((3, 1))], [np.zeros(3), np.zeros(1)], *xor(), 1.0, epochs=100)


def in_batches(rate, size):
    return xor_run(rate, epochs=2000, batch_size=size, rng=np.random.default_rng(0))


def product(r_lambda):
    return toys.product(0.02, 1.0, r_lambda / (1 + 0.02**2), 400)


RUNS = {
    "cut short": (lambda: xor_run(1.0, epochs=100), MOVING),
    "a rate of 0, though there is a slope": (lambda: xor_run(0.0, epochs=50), STUCK),
    "equal weights, with no slope at all": (from_zeros, STUCK),
    "frozen, without its slopes": (lambda: xor_run(1000.0).costs, STUCK),
    "learned, without its slopes": (lambda: xor_run(3.0, epochs=2000).costs, LEARNED),
    **{f"linear outputs at {r}": (lambda r=r: xor_run(r, **LINEAR), DIVERGED) for r in (1.0, 2.0, 10.0, 1000.0, 1e308)},
    **{f"batches of {n}": (lambda n=n: in_batches(3.0, n), LEARNED) for n in (1, 2, 4)},
    **{f"batches of {n}, too fast": (lambda n=n: in_batches(1000.0, n), SATURATED) for n in (1, 2, 4)},
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_and_its_fate(name):
    make, word = RUNS[name]
    assert fate(make()) == word


@pytest.mark.parametrize("r_lambda, word", [(0.5, LEARNED), (2.5, LEARNED), (3.5, LEARNED), (4.1, DIVERGED)])
def test_product_of_two(r_lambda, word):
    assert fate(product(r_lambda), learned_at=1e-9) == word


def test_learned_means_what_the_question_counts():
    for seed in range(8):
        history = xor_run(0.3, seed)
        assert (fate(history) == LEARNED) == (history.costs[-1] < 0.01)


@pytest.mark.parametrize(
    "product, word",
    [(0.5, LEARNED), (1.0, LEARNED), (1.5, LEARNED), (2.0, OSCILLATING), (2.01, DIVERGED), (2.5, DIVERGED)],
)
@pytest.mark.parametrize("values", [[1.0], [4.0, 1.0]])
def test_bowl(product, word, values):
    path = toys.bowl(values, [1.0] * len(values), product / values[0], 100)
    assert fate(path) == word
    assert np.isfinite(path.costs).all()


def test_a_catapult_cut_at_its_top_is_not_called_diverged():
    path = product(2.5)
    top = int(np.argmax(path.costs))
    assert path.costs[top] > 50 * path.costs[0]
    assert fate(path.costs[: top + 1], path.gradient_norms[: top + 1], learned_at=1e-9) == MOVING


def test_a_blow_up_is_seen_before_it_reaches_infinity():
    history = xor_run(2.0, epochs=200, activations=["tanh", "identity"])
    finite = int(np.argmin(np.isfinite(history.costs))) or len(history.costs)
    few = next(k for k in range(finite) if history.costs[k] > 2000)
    assert np.isfinite(history.costs[: few + 1]).all()
    assert fate(history.costs[: few + 1], history.gradient_norms[: few + 1]) == DIVERGED


SWING = np.where(np.arange(200) % 2, 0.3, 0.005)
NOISE = 0.001 * np.random.default_rng(0).standard_normal(200)


@pytest.mark.parametrize(
    "costs, slopes, word",
    [
        (SWING, None, OSCILLATING),  # through the aim and out again
        (SWING[:-1], None, OSCILLATING),
        (np.full(50, 0.3), np.full(50, 1.0), OSCILLATING),  # flat on a slope: each step jumps across
        (np.full(50, 0.3), np.r_[1.0, np.full(49, 1e-9)], SATURATED),
        (np.full(50, 0.3), np.full(50, np.nan), STUCK),  # slopes that are not numbers are not used
        (np.linspace(1, 0.3, 200) + NOISE, None, MOVING),
        (np.linspace(1, 0.3, 200), np.r_[1.0, np.full(199, 1e-9)], MOVING),  # no slope is left, and still it falls
        ([0.3, 0.3, 0.3], [1.0, 1.0, np.inf], DIVERGED),
    ],
)
def test_costs_and_slopes_without_a_network(costs, slopes, word):
    assert fate(costs, slopes) == word


def test_the_units_of_the_cost_do_not_matter_beyond_the_aim():
    for rate in (0.01, 1, 1000):
        history = xor_run(rate)
        scaled = fate(1e-3 * history.costs, 1e-3 * history.gradient_norms, learned_at=1e-5)
        assert scaled == fate(history)


def test_a_run_stays_below_its_first_cost_where_its_last_tenth_does_two_costs_at_least():
    falls = np.linspace(2, 1, 40)
    for rise, stays in ((1, False), (4, False), (5, True)):  # counted from the end, of four costs
        costs = np.where(np.arange(40) == 40 - rise, 3.0, falls)
        assert stays_below(costs) == stays
    assert (
        not stays_below(np.full(5, 1.0))
        and not stays_below(np.array([1.0, 5.0, 0.5]))
        and not stays_below(np.array([2.0, 1.0, 1.0, np.nan]))
    )
    assert stays_below(np.array([[2.0, 2.0], [1.0, 1.0], [1.0, np.inf]])).tolist() == [True, False]


WORDS = {LEARNED, MOVING, OSCILLATING, SATURATED, STUCK, DIVERGED}


def test_any_beginning_of_a_run_has_a_fate():
    history = xor_run(30.0, epochs=60)
    for k in range(2, 61):
        assert fate(history.costs[:k], history.gradient_norms[:k]) in WORDS


@pytest.mark.parametrize("start", [1e-6, 0.01, 0.5, 1.0, 3.0])
def test_a_start_below_one_counts_as_one(start):
    bound = BLOWN_UP * max(start, 1)
    below, above = ([start, start, start, end, 0.9 * end] for end in (0.9 * bound, 1.2 * bound))
    assert fate(below) != DIVERGED
    assert fate(above) == DIVERGED
