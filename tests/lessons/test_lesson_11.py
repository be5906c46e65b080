"""What lesson 11 says about costs, held against computations of its own."""

import re

import numpy as np
import pytest

from nnlib import complex_step, cost, init, train
from nnlib.data import xor
from nnlib.lessons import Lesson
from nnlib.show.curves import answers_scene
from nnlib.show.style import INKS

S = lambda z: 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("seed", range(5))
def test_a_minus_e_belongs_to_the_cross_entropies_and_not_to_the_squared_error(seed):
    """The mistake is planted: the same delta under the squared error is not its gradient."""
    rng = np.random.default_rng(seed)
    weights, biases = [rng.normal(size=(3, 4)), rng.normal(size=(4, 3))], [rng.normal(size=4), rng.normal(size=3)]
    X, E = rng.normal(size=(5, 3)), np.eye(3)[rng.integers(0, 3, size=5)]
    for name, last, belongs in (
        ("bce", "sigmoid", True),
        ("cross-entropy", "softmax", True),
        ("squared", "sigmoid", False),
    ):
        acts = ["sigmoid", last]
        (_, db) = complex_step(lambda w, b: cost(w, b, X, E, acts, name), weights, biases)
        hidden = S(X @ weights[0] + biases[0])
        z = hidden @ weights[1] + biases[1]
        a = S(z) if last == "sigmoid" else np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        assert np.allclose(db[1], ((a - E) / 5).sum(axis=0), rtol=1e-12) is belongs


def test_a_sure_and_wrong_neuron_waits_under_one_cost_alone():
    ends = {}
    for name in ("squared", "bce"):
        run = train([np.full((1, 1), 4.0)], [np.full(1, 4.0)], [[1.0]], [[0.0]], 0.5, epochs=300, cost=name)
        ends[name] = S(run.weights[0] + run.biases[0]).item()
    assert ends["squared"] > 0.99 and ends["bce"] < 0.01


def test_every_sum_of_a_first_step_with_zero_biases_meets_the_corner_for_the_sample_of_zeros():
    X, _ = xor()
    weights, biases = init([2, 8, 1], np.random.default_rng(0))
    assert ((X @ weights[0] + biases[0]) == 0).sum() == 8


def test_the_scene_says_what_it_draws():
    scene = answers_scene([0.0, 8.0], [([0.5] * 4, [0.4] * 4), ([1.0, 0.9, 0.8, 0.75], [1.0, 0.5, 0.1, 0.05])])
    said = scene.still(8).alt
    assert "0.750 under the squared error" in said and "0.050 under the cross-entropy" in said
    frame = scene.frame((8.0, [1.0] * 4, [0.0] * 4))
    lines = re.findall(r'<polyline points="[\d.]+,([\d.]+) [^"]*" fill="none" stroke="([^"]+)"', frame)
    high, low = sorted(
        (float(y), colour) for y, colour in lines
    )  # y runs downwards: the answer 1 stands above the answer 0
    assert (high[1], low[1]) == (INKS["cost"].colour, INKS["backward"].colour)
    assert "2 places" in scene.film({"far": 8}).text


def test_a_cost_that_overflows_is_refused():
    with np.errstate(all="ignore"):
        naive = lambda z, label: -np.log(np.exp(z)[label] / np.exp(z).sum())
        assert Lesson(11).check("stable-cost", naive).kind == "Not yet"


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
