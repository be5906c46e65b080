"""Lessons 11 to 14 as a whole: minutes that add up, and statements that are made in words and printed nowhere."""

import re

import numpy as np
import pytest
from conftest import ROOT
from test_first_half import LONGEST, minutes

from nnlib import forward, gradients, init, train
from nnlib.data import digits, xor
from nnlib.publish import notebooks

STEMS = ("11_change_the_cost", "12_choose_the_start", "13_pass_the_slope_back", "14_bring_your_own")
S = lambda z: 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("stem", STEMS)
def test_the_minutes_are_those_of_the_text(stem):
    nb = notebooks.read(ROOT / "notebooks" / f"{stem}.ipynb")
    announced = int(re.search(r"\*\*Time:\*\* (\d+) minutes", nb.cells[0].source)[1])
    assert abs(announced - minutes(nb)) <= 5 and announced <= LONGEST, f"{minutes(nb):.0f} by measure"


# ------------------------------------------------------------------ lesson 11


def relu_solved(corner: float, seed: int, steps: int, bias: float = 0.0) -> bool:
    """XOR with eight relus under the binary cross-entropy, with `corner` for the relu's slope at 0."""
    X, E = xor()
    (V, w), (b, c) = init([2, 8, 1], np.random.default_rng(seed))
    b = b + bias
    for _ in range(steps):
        z = X @ V + b
        a = np.maximum(z, 0)
        d = (S(a @ w + c) - E) / len(X)
        dz = d @ w.T * np.where(z == 0, corner, z > 0)
        V, b, w, c = V - 0.5 * X.T @ dz, b - 0.5 * dz.sum(axis=0), w - 0.5 * a.T @ d, c - 0.5 * d.sum(axis=0)
    return bool((np.abs(S(np.maximum(X @ V + b, 0) @ w + c) - E) < 0.1).all())


def test_the_corner_of_the_relu_matters_early_and_not_in_the_end():
    count = lambda corner, steps, bias=0.0: sum(relu_solved(corner, seed, steps, bias) for seed in range(20, 60))
    assert count(0.0, 100) + 5 < count(1.0, 100)
    assert count(0.0, 500) == count(1.0, 500) >= 38


def test_without_zero_biases_the_corner_is_never_met():
    assert all(relu_solved(0.0, seed, 100, 0.1) == relu_solved(1.0, seed, 100, 0.1) for seed in range(10))


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
    cells = {cell.id: cell.source for cell in notebooks.read(ROOT / "notebooks" / "12_choose_the_start.ipynb").cells}
    names = {"np": np, **dict(zip(("X", "E"), xor())), **dict(zip(("Xd", "Ed"), digits(0)))}
    for cell in ("l12-34", "l12-36"):
        exec(compile(cells[cell], cell, "exec"), names)
    exec(compile(cells["l12-38"].replace('ask("A", 800)', ""), "l12-38", "exec"), names)
    return names


@pytest.mark.parametrize(("name", "steps"), [("A", 800), ("B", 600), ("C", 600), ("D", 600), ("E", 200)])
def test_each_of_the_five_runs_has_the_cause_that_was_put_into_it(runs, name, steps):
    report = runs["ask"](name, steps)
    assert not report.learns and report.cause == CAUSES[name] and report.cure
