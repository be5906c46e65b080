"""Lesson 8: the limits that it claims, predicted and measured, and its film."""

import numpy as np
import pytest

from nnlib import minima, toys
from nnlib.curvature import measured_limit, predicted_limit, sharpness
from nnlib.descent import train
from nnlib.lessons import Lesson, lesson_08
from nnlib.network import gradients
from nnlib.show import bars, bowl

SIX = minima.problems()
BOWL, START = (1, 8), (3, 1)


@pytest.mark.parametrize("problem", SIX, ids=lambda problem: problem.name)
def test_each_problem_is_at_a_minimum(problem):
    assert np.linalg.norm(minima.flat(gradients(*problem[1:]))) < 1e-6
    values = np.linalg.eigvalsh(minima.hessian(*problem[1:]))
    assert values[0] > -1e-6 * values[-1], "a negative curvature would make it a saddle"
    assert np.isclose(values[-1], sharpness(*problem[1:]).value, rtol=1e-9)


@pytest.mark.parametrize("problem, times", list(zip(SIX, (1, 1, 1, 1, 1.7, 5.7))), ids=lambda p: getattr(p, "name", ""))
def test_predicted_against_measured(problem, times):
    predicted = predicted_limit(*problem[1:])
    measured = minima.largest_stable(problem, 0.8 * predicted, 12 * predicted)
    assert np.isclose(measured / predicted, times, rtol=0.01)


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


@pytest.mark.parametrize("problem", SIX[4:], ids=lambda problem: problem.name)
def test_the_counter_examples_leave_for_a_flatter_place(problem):
    before = sharpness(*problem[1:]).value
    rate = 1.4 * 2 / before
    run = train(*minima.beside(problem), *problem[3:5], rate, epochs=3000, activations=problem.activations)
    after = sharpness(run.weights, run.biases, *problem[3:]).value
    assert rate * before > 2 > rate * after and run.costs.max() > 2 * run.costs[0] and run.costs[-1] < 0.01


def test_the_neuron_to_one_part_in_a_hundred_and_its_growth_to_five_digits():
    x = np.array([1.0, 2, 2])
    limit = toys.neuron_limit(x)
    assert np.isclose(limit, lesson_08.limit(x), rtol=1e-15)
    for share, grows in ((0.99, False), (1.01, True)):
        costs = toys.neuron(x, 2 * x, 3.0, share * limit, 500).costs
        assert (costs[-1] > costs[0]) == grows
    for product in (0.3, 1.5, 2.2):
        costs = toys.neuron(x, 2 * x, 3.0, product / 6, 20).costs
        assert np.isclose(np.sqrt(costs[-1] / costs[-2]), lesson_08.growth(product, 1), rtol=1e-5)


def test_film_says_what_its_paths_do():
    paths = toys.bowl_paths(BOWL, START, bowl.PRODUCTS)
    words = [toys.behaviour(product) for product in bowl.PRODUCTS]
    assert {1.0, 1.5, 2.0} <= set(bowl.PRODUCTS)
    assert words[19] == "lands" and words[39] == "repeats" and words.count("alternates") == 19
    for product, path in zip(bowl.PRODUCTS, paths):
        assert (path.costs[-1] > path.costs[1]) == (product > 2), product
    sentences = [bowl.bowl_sentence(product, BOWL, path) for product, path in zip(bowl.PRODUCTS, paths)]
    scene = bowl.bowl_scene(BOWL, START)
    frames = [scene.frame(row) for row in zip(bowl.PRODUCTS, paths)]
    assert len(set(frames)) == len(set(sentences)) == 50 and sum(map(len, frames)) < 1_000_000


def test_the_film_and_the_pictures_carry_their_numbers():
    film = bowl.bowl_film(BOWL, START, {"lands": 1.0, "grows": 2.1})
    assert "50 places" in film.text and "rate·λ = 1.50" in film.text
    assert "51 degrees" in repr(bowl.angle_picture(BOWL, START))
    assert "5.7" in repr(bars.limits_picture([("holds", 1.0, 1.001), ("leaves", 1.0, 5.7)]))
    assert "0.003333" in repr(bars.moved_picture([("base", 1 / 3, 1 / 3), ("times 10", 1 / 300, 1 / 300)]))


def test_the_gradient_points_at_the_minimum_of_a_round_bowl_only():
    assert toys.angle((2, 2), START) < 1e-5 < 50 < toys.angle(BOWL, START)


def test_the_prediction():
    question = Lesson(8).questions["inputs-ten"]
    x = np.array([1.0, 2, 2])
    assert np.isclose(toys.neuron_limit(10 * x) / toys.neuron_limit(x), 1 / 100)
    assert question.letters[question.answer].words == "A hundredth"
