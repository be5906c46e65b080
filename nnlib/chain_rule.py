"""The chain rule in numbers: factors along one path, slopes along a chain, and every path of one sample."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from nnlib import by_index
from nnlib.functions import ACTIVATIONS, sigmoid
from nnlib.network import forward, sample_costs

slope = ACTIVATIONS["sigmoid"].slope


def factors(weights, biases, x, e) -> np.ndarray:
    """The five factors of dC/dw_11^(1) along x_1 -> hidden 1 -> output, for one sample of a 2-2-1 network (lesson 3).

    x_1, S'(z_1^(1)), w_11^(2), S'(z_1^(2)), 2 (a_1^(2) - e_1): their product is the derivative.
    """
    Z, A = forward(weights, biases, x)
    return np.array(
        [x[0, 0], slope(Z[0][0, 0]), weights[1][0, 0], slope(Z[1][0, 0]), 2 * (A[2][0, 0] - e[0, 0])], dtype=float
    )


def with_weight(weights, w: float) -> list[np.ndarray]:
    """A copy of `weights` in which w_11^(1) is `w`."""
    changed = [W.copy() for W in weights]
    changed[0][0, 0] = w
    return changed


class Slice(NamedTuple):
    """What changes with one weight w: its factors along the path, their product dC/dw, and the cost C of the sample."""

    w: float
    factors: np.ndarray
    slope: float
    cost: float


def slices(weights, biases, x, e, values) -> list[Slice]:
    """A Slice for each value of w_11^(1), for one sample of a 2-2-1 network (lesson 3)."""
    found = []
    for w in values:
        moved = with_weight(weights, w)
        f = factors(moved, biases, x, e)
        found.append(Slice(w, f, f.prod(), sample_costs(forward(moved, biases, x)[1][-1], e)[0]))
    return found


def chain_slopes(w: float, depth: int = 6, x: float = 0.6, e: float = 0.0) -> np.ndarray:
    """|dC/da^(l)| from the output, l = depth, back to the input, in a chain of single neurons (lesson 3).

    Every weight is w and every bias -w/2, so that a = 1/2 feeds a = 1/2; each layer multiplies by w S'(z).
    """
    Z, A = forward([np.array([[w]])] * depth, [np.array([-w / 2])] * depth, np.array([[x]]))
    steps = [2 * abs(A[-1][0, 0] - e), *(abs(w) * slope(z[0, 0]) for z in reversed(Z))]
    return np.cumprod(steps)


class Flow(NamedTuple):
    """Every number of one sample: z, a, and dC/da, dC/dz, dC/dw, and carried[l][x][y] = dC/dz_y w_xy on each edge."""

    z: list
    a: list
    da: list
    dz: list
    dw: list
    carried: list
    e: list
    through: tuple


def flow(weights, biases, x, e, through: Collection[int] | None = None) -> Flow:
    """Forward and backward numbers of one sample by the six formulas (lesson 4), from n_0 inputs and n_last targets.

    `through` names the outputs through which the gradient comes back, all by default; the cost of the others is left out.
    """
    z, a = by_index.forward(weights, biases, x)
    through = tuple(range(len(e)) if through is None else through)
    # an output whose target is its own activation has no error, so nothing comes back through it
    targets = [e[y] if y in through else a[-1][y] for y in range(len(e))]
    dw, dz, da = by_index.sample_gradients(weights, biases, x, targets)
    carried = [[[dz[l][y] * w[x][y] for y in range(len(dz[l]))] for x in range(len(w))] for l, w in enumerate(weights)]
    return Flow(z, a, da, dz, dw, carried, list(e), through)


class Parts(NamedTuple):
    """Each output's share of the cost (2, N) over N values of one hidden activation, and the slopes at its own value."""

    values: np.ndarray
    costs: np.ndarray
    here: float
    costs_here: np.ndarray
    slopes: np.ndarray


def cost_parts(weights, biases, x, e, neuron: int = 0, points: int = 81) -> Parts:
    """(a_j - e_j)^2 of each output j while one hidden activation is moved from 0 to 1 and the others stay (lesson 4).

    weights and biases of two layers; x of n_0 and e of n_2 numbers. The slopes are carried back along each path.
    """
    numbers = flow(weights, biases, x, e)

    def at(value):
        hidden = np.array(numbers.a[1])
        hidden[neuron] = value
        return (sigmoid(hidden @ weights[1] + biases[1]) - np.asarray(e)) ** 2

    values, here = np.linspace(0, 1, points), numbers.a[1][neuron]
    return Parts(values, np.array([at(v) for v in values]).T, here, at(here), np.array(numbers.carried[1][neuron]))
