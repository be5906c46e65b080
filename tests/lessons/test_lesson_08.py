"""Lessons 8 and 8b: the limit of a bowl and of a network, minima that are left and kept, momentum's limit."""

import numpy as np
import pytest
from films import drawn

from nnlib import minima, toys
from nnlib.curvature import measured_limit, predicted_limit, sharpness
from nnlib.descent import train
from nnlib.lessons import Lesson, lesson_08
from nnlib.lessons.exercises import CORRECT
from nnlib.network import cost, gradients
from nnlib.show import bars, bowl
from nnlib.show import minimum as pictures

SIX = minima.problems()
BOWL, START = (1, 8), (3, 1)


@pytest.mark.parametrize("problem", SIX, ids=lambda problem: problem.name)
def test_each_problem_is_at_a_minimum(problem):
    assert np.linalg.norm(minima.flat(gradients(*problem[1:]))) < 1e-6
    values = np.linalg.eigvalsh(minima.hessian(*problem[1:]))
    assert values[0] > -1e-6 * values[-1], "a negative curvature would make it a saddle"
    assert np.isclose(values[-1], sharpness(*problem[1:]).value, rtol=1e-9)


@pytest.mark.parametrize("samples, holds", [(40, True), (5, False)])
def test_it_is_the_minimum_that_decides_and_not_the_kind_of_network(samples, holds):
    problem = minima.minimum("sigmoid 2-3-1", (2, 3, 1), "sigmoid", samples, scale=3.0, noise=0.1, seed=0)
    predicted = predicted_limit(*problem[1:])
    times = minima.largest_stable(problem, 0.8 * predicted, 12 * predicted) / predicted
    assert np.isclose(times, 1, rtol=0.01) if holds else times > 1.3


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_has_its_own_limit(beta):
    """Two numbers, the distance and the speed, multiplied by one matrix a step: the largest eigenvalue passes 1 at the limit."""
    for share, stays in ((0.99, True), (1.01, False)):
        product = share * 2 * (1 + beta)  # rate times lambda
        matrix = np.array(
            [[1 - product, -beta * product], [1, beta]]
        )  # (distance, speed / lambda) after u' = beta u + g
        assert (np.abs(np.linalg.eigvals(matrix)).max() < 1) == stays


def test_the_fast_measurement_is_the_slow_one():
    slow = measured_limit(*SIX[0][1:], rng=np.random.default_rng(0), steps=500, precision=1e-3)
    fast = minima.largest_stable(SIX[0], 0.7, 1.2, steps=500)
    assert np.isclose(slow, fast, rtol=3e-3)
    rates = np.array([0.9, 1.1]) * slow
    alone = [train(*minima.beside(SIX[0]), *SIX[0][3:5], r, epochs=300, activations="identity").costs for r in rates]
    assert minima.stable(SIX[0], rates, 300).tolist() == [costs[-1] < costs[0] for costs in alone] == [True, False]


def test_a_bad_bracket_is_refused():
    with pytest.raises(ValueError, match="lowest: expected a rate"):
        minima.largest_stable(SIX[0], 2.0, 4.0, steps=200)


def test_the_words_of_the_film_are_what_its_paths_do():
    paths = toys.bowl_paths(BOWL, START, bowl.PRODUCTS)
    words = [toys.behaviour(product) for product in bowl.PRODUCTS]
    assert {1.0, 1.5, 2.0} <= set(bowl.PRODUCTS)
    assert words[19] == "lands" and words[39] == "repeats" and words.count("alternates") == 19
    for product, path in zip(bowl.PRODUCTS, paths):
        assert (path.costs[-1] > path.costs[1]) == (product > 2), product


def test_the_solutions_and_the_answer_are_those_of_the_toy():
    question = Lesson(8).questions["inputs-ten"]
    x = np.array([1.0, 2, 2])
    costs = toys.neuron(x, 2 * x, 3.0, 2.2 / 6, 20).costs
    assert np.isclose(np.sqrt(costs[-1] / costs[-2]), lesson_08.growth(2.2, 1), rtol=1e-5)
    assert np.isclose(toys.neuron_limit(x), lesson_08.limit(x), rtol=1e-15)
    assert np.isclose(toys.neuron_limit(10 * x) / toys.neuron_limit(x), 1 / 100)
    assert question.right.words == "A hundredth"


def test_a_slice_lies_on_its_parabola_near_the_minimum_only(monkeypatch):
    _, weights, biases, X, E, activations = SIX[1]
    v, H = minima.flat((weights, biases)), minima.hessian(weights, biases, X, E, activations)
    curvatures, directions = np.linalg.eigh(H)
    t, least = np.linspace(-1.5, 1.5, 61), cost(weights, biases, X, E, activations)
    along = [cost(*minima.like(v + k * directions[:, -1], weights, biases), X, E, activations) for k in t]
    cut = pictures.Cut(t, np.array(along), least, curvatures[-1])
    near = np.abs(t) < 0.3
    np.testing.assert_allclose(cut.costs[near] - least, cut.parabola[near] - least, rtol=0.12, atol=1e-12)
    assert cut.parabola[-1] > 1.2 * cut.costs[-1]
    ax, alt = drawn(monkeypatch, pictures.slice_picture, {"steep": cut, "flat": cut})
    lines = [line.get_ydata() for line in ax[0].lines]
    assert (lines[0] == cut.costs).all() and (lines[1] == cut.parabola).all()
    assert f"steep: λ = {curvatures[-1]:.2g}" in alt


@pytest.mark.parametrize("problem", SIX[4:], ids=lambda problem: problem.name)
def test_the_leaving_ends_within_the_limit(problem, monkeypatch):
    X, E, activations = problem[3:]
    rate = 1.4 * predicted_limit(*problem[1:])
    keep = lambda w, b: (w, b)
    run = train(*minima.beside(problem), X, E, rate, epochs=40, activations=activations, record=keep)
    products = np.array([rate * sharpness(*place, X, E, activations).value for place in run.records])
    assert products[0] == pytest.approx(2.8, abs=0.02) and (products[16:] < 2).all()
    assert run.costs.max() > 100 * run.costs[0] and run.costs[-1] < run.costs.max() / 50
    (above, below), alt = drawn(monkeypatch, pictures.leaving_picture, {"it": (run.costs, range(41), products)})
    assert (above.lines[0].get_ydata() == run.costs).all() and (below.lines[0].get_ydata() == products).all()
    assert below.lines[1].get_ydata()[0] == 2 and f"from 2.8 to {products[-1]:.1f}" in alt


def test_the_valley_picture_shows_each_minimum(monkeypatch):
    ax, alt = drawn(monkeypatch, bars.valley_picture, {3: [(0.0, 1.5), (0.0, 1.0)], 40: [(0.01, 1.0), (0.01, 1.2)]})
    dots = [(line.get_xdata()[0], line.get_marker()) for line in ax.lines[1:]]
    assert dots == [(1.0, "^"), (1.5, "^"), (1.0, "o"), (1.2, "o")]
    assert "3 samples, 1 of 2 beyond 1.1; 40 samples, 1 of 2" in alt


def distances(share, beta, steps=200, lam=6.0):
    w, u, path = 1.0, 0.0, [1.0]
    for _ in range(steps):
        u = beta * u + lam * w
        w = w - share * lesson_08.momentum_limit(lam, beta) * u
        path.append(w)
    return np.array(path)


def test_momentum_is_slow_on_a_single_parabola(monkeypatch):
    late = {beta: int(np.flatnonzero(np.abs(distances(0.5, beta)) > 1e-3)[-1]) + 1 for beta in (0.0, 0.5, 0.9)}
    assert late[0.0] == 1 < late[0.5] < 30 and late[0.9] > 100
    ax, alt = drawn(monkeypatch, pictures.distance_picture, {"slow": distances(0.5, 0.9)})
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.maximum(np.abs(distances(0.5, 0.9)), 1e-12))
    assert f"slow: {abs(distances(0.5, 0.9)[-1]):.1e}" in alt


# ------------------------------------------------------------------ the exercises


def halves(lasts, low, high):
    for _ in range(40):
        middle = (low * high) ** 0.5  # by the root of the product: as good a middle
        low, high = (middle, high) if lasts(middle) else (low, middle)
    return low


def test_a_bisection_by_another_middle_is_right():
    assert Lesson(8).check("bisect", halves).kind == CORRECT


def test_the_hessians_of_the_exercise_have_a_negative_eigenvalue_that_is_the_longest():
    for seed in range(20):
        (H,) = lesson_08._a_hessian(np.random.default_rng(seed))
        values = np.linalg.eigvalsh(H)
        assert np.allclose(H, H.T) and -values[0] > values[-1] > 0
