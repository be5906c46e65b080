"""Lesson 9: the toy's limit at 4, catapults by their numbers, the four fates, and the edge of stability."""

import numpy as np
import pytest
from films import drawn

from nnlib import toys
from nnlib.curvature import sharpness
from nnlib.fates import catapult, fate
from nnlib.lessons import Lesson, lesson_09
from nnlib.lessons.exercises import CORRECT
from nnlib.network import forward, init
from nnlib.show import curves

START = toys.start_on_the_circle()


def test_the_recurrence_of_the_exercise_is_the_toys():
    for f, lam, rate in np.random.default_rng(0).uniform(-2, 2, (50, 3)):
        assert np.allclose(lesson_09.next_step(f, lam, rate), toys.product_recurrence(f, lam, rate), rtol=1e-14)


def test_the_largest_rate_of_the_exercise_is_where_the_toy_diverges():
    for share, bounded in ((0.99, True), (1.01, False)):
        assert np.isfinite(toys.product(3.0, 1.0, share * lesson_09.largest_rate(), 500).costs).all() == bounded
    assert Lesson(9).questions["product-three"].answer == "c"


def test_the_fate_exercise_agrees_with_the_library():
    words = []
    for seed in range(150):
        costs, slopes = lesson_09.a_run(np.random.default_rng(seed))
        word, library = lesson_09.my_fate(costs, slopes), fate(costs, np.nan_to_num(slopes, nan=np.inf))
        words.append(word)
        fading = 1e-4 * slopes.max() < slopes[-1] < 1e-3 * slopes.max()  # gone for fates.fate, not yet for the exercise
        rising = word == "still moving" and costs[-1] > 100 * costs[0]  # fates.fate does not wait for the thousand
        assert fading or rising or word == library.replace("oscillating", "still moving"), seed
    assert min(words.count(word) for word in ("diverged", "learned", "saturated", "still moving")) > 3


def with_learned_at(costs, slopes, bound):
    return "learned" if costs[-1] <= bound else lesson_09.my_fate(np.maximum(costs, 0.02), slopes)


BOUNDS = {  # each wrong in one bound alone
    "diverged": lambda bound: lambda costs, slopes: lesson_09.with_bound(costs, slopes, bound(costs)),
    "learned": lambda bound: lambda costs, slopes: with_learned_at(costs, slopes, bound),
    "saturated": lambda share: (
        lambda costs, slopes: lesson_09.with_slope_gone(costs, slopes, slopes[-1] < share * max(slopes))
    ),
}


@pytest.mark.parametrize("word, bound", [
    ("diverged", lambda costs: 2), ("diverged", lambda costs: 10 * costs[0]), ("diverged", lambda costs: 1e6 * max(costs[0], 1)),
    ("learned", 0.3), ("learned", 0.013), ("learned", 0.0075), ("saturated", 1e-3), ("saturated", 1.3e-4), ("saturated", 7.5e-5),
])  # fmt: skip
def test_a_bound_that_is_a_little_off_is_refused(word, bound):
    right = {"diverged": lambda costs: 1000 * max(costs[0], 1), "learned": 0.01, "saturated": 1e-4}[word]
    exercise = Lesson(9).exercises["fate"]
    assert exercise.check(BOUNDS[word](right)).kind == "Correct"
    assert exercise.check(BOUNDS[word](bound)).kind == "Not yet"


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


def test_the_same_function_may_be_as_sharp_as_you_like():
    """Two linear layers in a row: multiply one by 20, divide the other by it."""
    weights, biases = init([2, 3, 1], np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(6, 2))
    E = forward(weights, biases, X, "identity")[1][-1]
    other = [20 * weights[0], weights[1] / 20], [20 * biases[0], biases[1]]
    np.testing.assert_allclose(forward(*other, X, "identity")[1][-1], E)
    sharp = sharpness(weights, biases, X, E, "identity").value
    assert sharpness(*other, X, E, "identity").value > 10 * sharp


def test_the_stability_picture_draws_both_and_its_limits(monkeypatch):
    seen, costs = np.array([10.0, 19.0, 20.0]), np.linspace(0.5, 0.02, 30)
    (above, below), alt = drawn(monkeypatch, curves.stability_picture, {0.1: (seen, costs)}, 10)
    assert above.lines[0].get_ydata().tolist() == seen.tolist() and set(above.lines[1].get_ydata()) == {20.0}
    assert below.lines[0].get_ydata().tolist() == costs[::5].tolist()
    assert "rate·λ is about 2, and C goes from 0.50 below 0.1" in alt


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


def test_the_points_of_the_exercise_are_possible_ones_of_both_signs():
    points = [lesson_09._a_point(np.random.default_rng(seed)) for seed in range(40)]
    assert all(2 * abs(f) <= lam for f, lam, _ in points)
    assert {np.sign(f) for f, _, _ in points} == {-1, 1}
    for f, lam, rate in points:
        f, lam = lesson_09.next_step(f, lam, rate)
        assert lam >= 2 * abs(f) - 1e-12, "a sum of squares"
