"""Descent by a gradient that may be wrong, with the angle to the right one at each step, in all and in the hidden layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nnlib.data import xor
from nnlib.derivatives import cosine
from nnlib.descent import step
from nnlib.network import cost_and_gradients


class Watched(NamedTuple):
    """Costs of a run, and at each step the cosine of the gradient that was used with the right one; below 0 is uphill."""

    costs: list[float]
    whole: list[float]
    hidden: list[float]  # of the first layer alone


def descend(gradients: Callable, start, steps: int, rate: float) -> Watched:
    """Train on XOR from `start` = (weights, biases) by `gradients(weights, biases, X, E) -> (dW, db)` (lesson 5)."""
    (weights, biases), (X, E) = start, xor()
    seen = Watched([], [], [])
    for _ in range(steps + 1):
        C, right_W, right_b = cost_and_gradients(weights, biases, X, E)
        dW, db = gradients(weights, biases, X, E)
        seen.costs.append(float(C))
        seen.whole.append(cosine([*dW, *db], [*right_W, *right_b]))
        seen.hidden.append(cosine([dW[0], db[0]], [right_W[0], right_b[0]]))
        weights, biases = step(weights, biases, dW, db, learning_rate=rate)
    return seen
