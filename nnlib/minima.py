"""Six small problems, each at a minimum of its cost, and the largest learning rate that each of them bears there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnlib.fates import stays_below
from nnlib.flat import flat, like, nearby
from nnlib.network import cost, forward, gradients, init
from nnlib.sweep import sweep

TANH = ("tanh", "identity")


class Problem(NamedTuple):
    """A network at a minimum of its cost on its data."""

    name: str
    weights: list
    biases: list
    X: np.ndarray
    E: np.ndarray
    activations: str | Sequence[str]


# name, sizes, activations, samples, scale of the teacher's weights, noise on its answers, seed
RECIPES = (
    ("linear neuron, a bowl", (2, 1),    "identity", 30, 1.0, 0.10, 0),
    ("sigmoid 2-3-1",         (2, 3, 1), "sigmoid",  40, 3.0, 0.10, 0),
    ("tanh/linear 2-3-1",     (2, 3, 1), TANH,       60, 1.0, 0.05, 3),
    ("tanh/linear 2-2-1",     (2, 2, 1), TANH,       60, 1.0, 0.05, 5),
    ("deep linear 2-2-1",     (2, 2, 1), "identity", 30, 1.0, 0.10, 5),
    ("overfitted tanh 2-8-1", (2, 8, 1), TANH,        4, 2.0, 1.00, 0),
)  # fmt: skip


def problems() -> list[Problem]:
    """The six problems of lesson 8. A teacher network answers random inputs, noise is added, and Newton finds the minimum.

    The first four have a minimum of their own. The last two have whole valleys of minima: the deep linear net because
    its layers can trade factors, the overfitted one because 33 numbers fit 4 samples in many ways.
    """
    return [minimum(*recipe) for recipe in RECIPES]


def minimum(name, sizes, activations, T: int, scale: float, noise: float, seed: int) -> Problem:
    """One problem at the minimum that Newton's method finds from its teacher."""
    rng = np.random.default_rng(seed)
    weights, biases = init(sizes, rng, scale)
    biases = [0.5 * rng.standard_normal(b.shape) for b in biases]
    X = rng.standard_normal((T, sizes[0]))
    E = forward(weights, biases, X, activations)[1][-1] + noise * rng.standard_normal((T, sizes[-1]))
    for _ in range(80):
        weights, biases, length = newton(weights, biases, X, E, activations)
        if length < 1e-12:
            break
    return Problem(name, weights, biases, X, E, activations)


def newton(weights, biases, X, E, activations):
    """One step of Newton's method, made shorter until the cost falls: (weights, biases, length of the gradient before)."""
    g, H = flat(gradients(weights, biases, X, E, activations)), hessian(weights, biases, X, E, activations)
    values, directions = np.linalg.eigh(H)
    step = directions @ ((directions.T @ g) / np.maximum(np.abs(values), 1e-6))
    start, before = flat((weights, biases)), cost(weights, biases, X, E, activations)
    for halvings in range(30):
        after = like(start - step / 2**halvings, weights, biases)
        if cost(*after, X, E, activations) <= before:
            return *after, np.linalg.norm(g)
    return weights, biases, 0.0  # no shorter step helps: this is as deep as rounding lets us look


def hessian(weights, biases, X, E, activations) -> np.ndarray:
    """The matrix of all second slopes of C, of shape (n, n) for n weights and biases: the long form (lesson 8).

    Column k is how the gradient changes when number k does, by a complex step. `curvature` needs no matrix.
    """
    v = flat((weights, biases)).astype(complex)
    H = np.empty((len(v), len(v)))
    for k in range(len(v)):
        nudged = v.copy()
        nudged[k] += 1e-30j
        moved_weights, moved_biases = like(nudged, weights, biases)
        H[:, k] = flat(gradients(moved_weights, moved_biases, X, E, activations)).imag / 1e-30
    return (H + H.T) / 2


def beside(problem: Problem, distance: float = 0.01, seed: int = 0) -> tuple[list, list]:
    """(weights, biases) at `distance` from the minimum, in a random direction."""
    return nearby(problem.weights, problem.biases, distance, np.random.default_rng(seed))


def stable(problem: Problem, rates, steps: int = 1000) -> np.ndarray:
    """For each rate, from a start 0.01 away: does C stay below its first value over the last tenth? All rates at once."""
    _, _, _, X, E, activations = problem
    run = sweep(*beside(problem), X, E, rates, steps=steps, activations=activations, progress=None)
    return stays_below(run.costs)


def largest_stable(problem: Problem, lowest: float, highest: float, rounds: int = 2, steps: int = 1000) -> float:
    """The largest stable rate, by bracketing: 40 rates between the bounds, then 40 around the first that fails.

    The short form of `curvature.measured_limit`. Raises ValueError where the lowest rate already fails.
    """
    for _ in range(rounds):
        rates = np.geomspace(lowest, highest, 40)
        good = stable(problem, rates, steps)
        if not good[0]:
            raise ValueError(f"lowest: expected a rate that is stable for {problem.name}, got {lowest!r}")
        first_bad = len(rates) - 1 if good.all() else int(np.argmin(good))
        lowest, highest = rates[first_bad - 1], rates[first_bad]
    return float(lowest)
