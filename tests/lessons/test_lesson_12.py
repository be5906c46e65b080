"""What lesson 12 says about starts, held against computations of its own."""

import re

import numpy as np
import pytest
from written import STORED

from nnlib import forward, gradients, init, train
from nnlib.data import digits, xor
from nnlib.lessons import Lesson
from nnlib.show.slopes import spread_scene


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
    rows = {"a": [(0.25, [1.0, 0.1, 0.01], [0.003, 0.02, 0.1])], "b": [(0.25, [0.1] * 3, [1.0] * 3)]}
    scene = spread_scene(rows)
    said = scene.still(0.25).alt
    assert "activations go from 1 to 0.01" in said and "slopes, coming back, from 0.1 to 0.003" in said
    assert scene.frame((1, [1.0] * 3, [1.0] * 3)) != scene.frame((1, [1.0, 1e-3, 1e-6], [1.0] * 3))
    assert "1 places" in scene.film().text


def test_a_constant_column_divided_by_its_spread_is_refused():
    with np.errstate(all="ignore"):
        assert Lesson(12).check("standardise", lambda X: (X - X.mean(axis=0)) / X.std(axis=0)).kind == "Not yet"


def test_activations_stand_on_the_left_and_slopes_on_the_right():
    row = 1, [1.0] * 3, [1e-6] * 3
    frame = spread_scene({"a": [row]}).frame(row)
    panels = re.findall(r'<svg x="([\d.]+)"[^>]*><polyline points="[\d.]+,([\d.]+) ', frame)
    (left, above), (right, below) = sorted((float(x), float(y)) for x, y in panels)
    assert left < right and above < below, "the larger numbers, the activations, are drawn in the left panel"


# ------------------------------------------------------------------ lesson 12
def deep(scale, seed):
    weights, biases = init([64] + 9 * [30] + [10], np.random.default_rng(seed), "fan_in")
    return [scale * W for W in weights], biases


def slopes(scale, activation, seed, T=20):
    """The spread of dC/dz at the first and at the ninth layer, and the share of activations on the flat ends."""
    X, E = digits(0)[:2]
    X, E, (weights, biases), names = X[:T] - X.mean(axis=0), E[:T], deep(scale, seed), 9 * [activation] + ["softmax"]
    each = [gradients(weights, biases, X[i : i + 1], E[i : i + 1], names, "cross-entropy")[1] for i in range(T)]
    low = -1 if activation == "tanh" else 0
    A = np.array(forward(weights, biases, X, names)[1][1:-1])
    return np.std([db[0] for db in each]), np.std([db[8] for db in each]), ((A < low + 0.01) | (A > 0.99)).mean()


@pytest.mark.parametrize("seed", range(3))
def test_at_four_the_slopes_of_tanh_grow_more_than_tenfold_on_their_way_back(seed):
    first, last, flat = slopes(4, "tanh", seed)
    assert first > 10 * last and 0.3 < flat < 0.5
    first, last, flat = slopes(1.4, "tanh", seed)
    assert last < first < 5 * last and flat < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_the_sigmoid_loses_slope_at_every_scale_of_the_slider_and_pays_for_more_with_flat_ends(seed):
    for scale in (0.25, 1, 2, 4):
        first, last, _ = slopes(scale, "sigmoid", seed)
        assert first < 0.2 * last
    first, last, flat = slopes(12, "sigmoid", seed)
    assert first > 0.2 * last and flat > 0.4


def test_far_too_small_weights_name_one_digit_for_every_picture():
    Xd, Ed, Xt, _ = digits(0)[:4]
    names, middle = 9 * ["tanh"] + ["softmax"], Xd.mean(axis=0)
    more = dict(batch_size=10, activations=names, cost="cross-entropy")
    for rate in (0.01, 0.1):
        run = train(*deep(0.25, 0), Xd - middle, Ed, rate, epochs=3, rng=np.random.default_rng(0), **more)
        assert len(set(forward(run.weights, run.biases, Xt - middle, names)[1][-1].argmax(axis=1))) == 1


CAUSES = {"A": "symmetry", "B": "rate-too-small", "C": "targets-out-of-reach", "D": "capacity", "E": "scale-of-inputs"}


@pytest.fixture(scope="module")
def runs():
    """The cells of lesson 12 that build the five runs, and the one that asks about them."""
    cells = {cell.id: cell.source for cell in STORED["12_choose_the_start"].cells}
    names = {"np": np, **dict(zip(("X", "E"), xor())), **dict(zip(("Xd", "Ed"), digits(0)))}
    for cell in ("l12-34", "l12-36"):
        exec(compile(cells[cell], cell, "exec"), names)
    exec(compile(cells["l12-38"].replace('ask("A", 800)', ""), "l12-38", "exec"), names)
    return names


@pytest.mark.parametrize(("name", "steps"), [("A", 800), ("B", 600), ("C", 600), ("D", 600), ("E", 200)])
def test_each_of_the_five_runs_has_the_cause_that_was_put_into_it(runs, name, steps):
    report = runs["ask"](name, steps)
    assert not report.learns and report.cause == CAUSES[name] and report.cure
