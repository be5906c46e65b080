"""Lessons 9 and 9b: catapults by their numbers, starts all round the circle, the edge of stability, and a torn border."""

from functools import lru_cache

import numpy as np
import pytest

from nnlib import toys
from nnlib.curvature import sharpness
from nnlib.descent import train
from nnlib.edge import DIVERGED, LEARNED, boundary, box_dimension
from nnlib.fates import LEARNED as LEARNED_WORD
from nnlib.fates import catapult
from nnlib.lessons import Lesson, lesson_09
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.network import forward, init
from nnlib.show import catapult as pictures
from nnlib.show import curves, gallery

START = toys.start_on_the_circle()


# ------------------------------------------------------------------ catapults


@pytest.mark.parametrize(("product", "thrown"), [(1.9, False), (2.5, True), (3.9, True), (4.1, False)])
def test_a_catapult_is_recognised_by_its_costs_and_products(product, thrown):
    path = toys.product(*START, product, 200)
    with np.errstate(all="ignore"):
        products = np.nan_to_num(product * path.curvatures, nan=np.inf)
    assert catapult(path, products, learned_at=1e-6) == thrown


def test_each_mark_of_a_catapult_is_needed():
    costs, products = np.array([1.0, 3.0, 1.0, 0.001]), [3.0, 2.5, 1.5, 1.0]
    assert catapult(costs, products)
    for other in (
        (np.array([1.0, 1.05, 0.5, 0.001]), products),  # it hardly climbs
        (np.array([1.0, 3.0, 1.0, 0.5]), products),  # it has not learned
        (costs, [1.9, 2.5, 1.5, 1.0]),  # it began within the limit
        (costs, [3.0, 2.5, 1.5, 2.1]),  # it ends beyond it
    ):
        assert not catapult(*other)
    assert LEARNED_WORD == "learned"


def around(product, steps=1000, starts=400):
    """(share of the starts from which the cost ever rises, how many stay bounded), by the toy itself."""
    angles = 2 * np.pi * (np.arange(starts) + 0.5) / starts
    paths = [toys.product(np.cos(a), np.sin(a), product, steps).costs for a in angles]
    with np.errstate(all="ignore"):
        return np.mean([np.fmax.reduce(c) > c[0] for c in paths]), sum(np.isfinite(c).all() for c in paths)


@pytest.mark.parametrize(("product", "rises"), [(1.9, 0), (3.0, 0.46), (3.9, 0.56)])
def test_from_all_round_the_circle_the_cost_rises_from_half_of_the_starts_at_most(product, rises):
    share, bounded = around(product, steps=200, starts=200)
    assert share == pytest.approx(rises, abs=0.02) and bounded == 200


def test_above_four_no_start_stays_bounded():
    assert around(4.05, starts=100)[1] == 0


def test_small_rates_take_the_minimum_downhill_from_their_start_sharp_or_flat(monkeypatch):
    kept = []
    monkeypatch.setattr(pictures, "picture", lambda ax, alt: kept.append((ax, alt)))
    tried = (0.1, 1.0, 2.5)
    begun = (("a", START), ("b", toys.start_on_the_circle(0.95)))
    landings = {name: toys.product_paths(place, tried, steps=400) for name, place in begun}
    pictures.landing_picture(tried, landings)
    ax, alt = kept[0]
    beside, middle = (line.get_ydata() for line in ax.lines[:2])
    assert beside[0] > 0.99 and beside[2] < 0.6 and max(middle) < 0.06
    u, _ = toys.start_on_the_circle(0.95)
    assert middle[0] < u * u / 5, "from near the middle, the minimum nearest to the start is a far sharper one"
    assert f"a, the smallest rate lands at {beside[0]:.2f}" in alt


def test_the_same_function_may_be_as_sharp_as_you_like():
    """Two linear layers in a row: multiply one by 20, divide the other by it."""
    weights, biases = init([2, 3, 1], np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(6, 2))
    E = forward(weights, biases, X, "identity")[1][-1]
    other = [20 * weights[0], weights[1] / 20], [20 * biases[0], biases[1]]
    np.testing.assert_allclose(forward(*other, X, "identity")[1][-1], E)
    sharp = sharpness(weights, biases, X, E, "identity").value
    assert sharpness(*other, X, E, "identity").value > 10 * sharp


# ------------------------------------------------------------------ the edge of stability

x = np.linspace(-1, 1, 20).reshape(-1, 1)
WAVE = x, 4 * x**3 - 3 * x
LAYERS = ("tanh", "identity")


@lru_cache
def late(rate, seed):
    """rate times lambda, its mean over the last third of 4,000 steps."""
    run = train(*init([1, 12, 1], np.random.default_rng(seed)), *WAVE, rate, epochs=2700, activations=LAYERS)
    seen = []
    for _ in range(13):
        seen.append(sharpness(run.weights, run.biases, *WAVE, LAYERS, tolerance=1e-3).value)
        run = train(run.weights, run.biases, *WAVE, rate, epochs=100, activations=LAYERS)
    return rate * np.mean(seen)


@pytest.mark.parametrize("rate", [0.06, 0.1, 0.2])
def test_six_starts_come_to_the_edge(rate):
    assert all(1.8 < late(rate, seed) < 2.2 for seed in range(6))


def test_a_small_rate_does_not_arrive_there():
    assert all(late(0.02, seed) < 1 for seed in range(2))


def test_the_stability_picture_draws_both_and_its_limits(monkeypatch):
    kept = []
    monkeypatch.setattr(curves, "picture", lambda ax, alt: kept.append((ax, alt)))
    seen, costs = np.array([10.0, 19.0, 20.0]), np.linspace(0.5, 0.02, 30)
    curves.stability_picture({0.1: (seen, costs)}, every=10)
    (above, below), alt = kept[0]
    assert above.lines[0].get_ydata().tolist() == seen.tolist() and set(above.lines[1].get_ydata()) == {20.0}
    assert below.lines[0].get_ydata().tolist() == costs[::5].tolist()
    assert "rate·λ is about 2, and C goes from 0.50 below 0.1" in alt


# ------------------------------------------------------------------ the border


def test_the_counts_of_the_border_between_learned_and_the_rest():
    fates = gallery.read("edge_3_folds.png")
    border = boundary(fates, inside=(LEARNED,))
    assert 1.4 < box_dimension(border).estimate < 1.7
    learned, diverged = fates == LEARNED, fates == DIVERGED
    assert lesson_09.torn(learned, diverged) > 0.97 * learned.shape[1]


# ------------------------------------------------------------------ the exercises


def by_u_and_v(f, lam, rate):
    """The step by way of u and v themselves: u^2 and v^2 are the roots of t^2 - lambda t + f^2."""
    root = np.sqrt(max(lam * lam - 4 * f * f, 0.0))
    u = np.sqrt((lam + root) / 2)
    v = f / u
    u, v = u - rate * f * v, v - rate * f * u
    return u * v, u * u + v * v


def own_fate(costs, slopes, learned_at=0.01):
    """The rule of the lesson, with its fifth word."""
    if not np.isfinite(costs).all() or costs[-1] > 1000 * max(costs[0], 1):
        return "diverged"
    if costs[-1] <= learned_at:
        return "learned"
    if slopes[-1] < 1e-4 * slopes.max():
        return "saturated"
    changes = np.diff(costs[len(costs) // 2 :])
    rises, falls = changes[changes > 0].sum(), -changes[changes < 0].sum()
    return "oscillating" if falls > 0 and rises >= falls / 2 else "still moving"


def test_right_answers_by_another_way_are_accepted():
    lesson = Lesson(9)
    assert lesson.check("step", by_u_and_v).kind == CORRECT
    assert lesson.check("fate", own_fate).kind == CORRECT
    marks = lambda c, p: p[0] > 2 and p[-1] < 2 and c.max() > 1.1 * c[0] and c[-1] < c[0]
    assert lesson.check("catapult", marks).kind == CORRECT
    slope = lambda s1, n1, s2, n2: -(np.log(n2) - np.log(n1)) / (np.log(s2) - np.log(s1))
    assert lesson.check("dimension", slope).kind == CORRECT


def test_the_points_of_the_exercise_are_possible_ones_of_both_signs():
    points = [lesson_09._a_point(np.random.default_rng(seed)) for seed in range(40)]
    assert all(2 * abs(f) <= lam for f, lam, _ in points)
    assert {np.sign(f) for f, _, _ in points} == {-1, 1}
    for f, lam, rate in points:
        f, lam = lesson_09.next_step(f, lam, rate)
        assert lam >= 2 * abs(f) - 1e-12, "a sum of squares"


def new_f(f, lam, r):
    f = f * (1 - r * lam + r**2 * f**2)
    return f, lam + r * f**2 * (r * lam - 4)


WAYS = {
    "step": {"new-f": new_f},
    "fate": {
        "nan-question-alone": lambda costs, slopes: "diverged" if np.isnan(costs[-1]) else "still moving",
        "finite-question-alone": lambda costs, slopes: "still moving" if np.isfinite(costs[-1]) else "diverged",
        "bound-question-alone": lambda costs, slopes: "diverged" if costs[-1] > 1000 else "still moving",
    },
    "catapult": {
        "climb-alone": lambda costs, products: bool(costs.max() > 1.1 * costs[0]),
        "limit-alone": lambda costs, products: bool(products[0] > 2 > products[-1]),
        "no-fall": lambda costs, products: bool(products[0] > 2 > products[-1] and costs.max() > 1.1 * costs[0]),
    },
    "torn": {
        "both-somewhere": lambda learned, diverged: (learned.any(axis=0) & diverged.any(axis=0)).sum(),
        "next-row": lambda learned, diverged: (learned[1:] & diverged[:-1]).any(axis=0).sum(),
    },
    "dimension": {"sign": lambda s1, n1, s2, n2: np.log(n1 / n2) / np.log(s1 / s2)},
}  # fmt: skip


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_a_plausible_slip_is_named(name, way):
    outcome = Lesson(9).check(name, WAYS[name][way])
    assert (outcome.kind, outcome.mistake) == (NOT_YET, way)


def test_no_wrong_way_of_the_lesson_passes_for_right():
    for name, exercise in Lesson(9).exercises.items():
        for way in exercise.wrong_ways:
            answer = way.answer() if name == "largest" else way.answer
            assert exercise.check(answer).mistake == way.name, (name, way.name)
