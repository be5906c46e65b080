"""What lesson 12 says about starts, held against computations of its own."""

import re

import numpy as np
import pytest

from nnlib import forward, init, train
from nnlib.data import digits, xor
from nnlib.lessons import Lesson
from nnlib.show.slopes import spread_film, spread_scene


@pytest.mark.parametrize("rate", [0.5, 3, 30])
def test_equal_neurons_stay_equal_at_any_rate(rate):
    X, E = xor()
    run = train([np.full((2, 3), 0.7), np.full((3, 1), 0.7)], [np.zeros(3), np.zeros(1)], X, E, rate, epochs=500)
    assert np.ptp(run.weights[0], axis=1).max() < 1e-12 and run.costs[-1] > 0.01


def test_a_difference_of_one_weight_is_enough_to_part_them():
    """The planted bug: what is not equal at the start does not stay equal."""
    X, E = xor()
    W = np.full((2, 3), 0.7)
    W[0, 0] += 0.1
    run = train([W, np.full((3, 1), 0.7)], [np.zeros(3), np.zeros(1)], X, E, 3, epochs=500)
    assert np.ptp(run.weights[0], axis=1).max() > 0.1


@pytest.mark.parametrize(("activation", "scale"), [("tanh", 1.0), ("relu", np.sqrt(2))])
def test_the_named_scale_keeps_the_spread_and_a_quarter_loses_it(activation, scale):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 300))
    for factor, kept in ((scale, True), (scale / 4, False)):
        weights, biases = init([300] * 9, rng, "fan_in")
        A = forward([factor * W for W in weights], biases, X, activation)[1]
        assert bool(A[-1].std() > 0.1 * A[1].std()) is kept


def test_raw_pixels_saturate_and_scaled_ones_do_not():
    X = digits(0)[0]
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    share = lambda X: ((forward(weights, biases, X)[1][1] - 0.5).__abs__() > 0.49).mean()
    assert share(255 * X) > 0.9 and share((X - X.mean(axis=0)) / X.std()) < 0.1


def test_the_scene_says_what_it_draws():
    scene = spread_scene(3)
    said = scene.still((0.25, [1.0, 0.1, 0.01], [0.003, 0.02, 0.1])).alt
    assert "activations go from 1 to 0.01" in said and "slopes, coming back, from 0.1 to 0.003" in said
    assert scene.frame((1, [1.0] * 3, [1.0] * 3)) != scene.frame((1, [1.0, 1e-3, 1e-6], [1.0] * 3))
    film = spread_film({"a": [(1, [1.0] * 3, [1.0] * 3)], "b": [(1, [0.1] * 3, [1.0] * 3)]}, {}, start=0)
    assert "1 places" in film.text


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("scale", lambda n, activation: (n / (2 if activation == "relu" else 1)) ** -0.5),
        ("dead", lambda A: sum(1 for column in A.T if not column.any())),
        ("standardise", lambda X: np.nan_to_num((X - X.mean(0)) / np.maximum(X.std(0), 1e-300)) * (X.std(0) > 0)),
    ],
)
def test_right_answers_in_other_words_are_right(exercise, answer):
    assert Lesson(12).check(exercise, answer).kind == "Correct"


def test_a_constant_column_divided_by_its_spread_is_refused():
    with np.errstate(all="ignore"):
        assert Lesson(12).check("standardise", lambda X: (X - X.mean(axis=0)) / X.std(axis=0)).kind == "Not yet"


def test_activations_stand_on_the_left_and_slopes_on_the_right():
    frame = spread_scene(3).frame((1, [1.0] * 3, [1e-6] * 3))
    panels = re.findall(r'<svg x="([\d.]+)"[^>]*><polyline points="[\d.]+,([\d.]+) ', frame)
    (left, above), (right, below) = sorted((float(x), float(y)) for x, y in panels)
    assert left < right and above < below, "the larger numbers, the activations, are drawn in the left panel"
