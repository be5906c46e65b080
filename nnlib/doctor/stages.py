"""Backpropagation written as replaceable stages: the right one is the table without a row, a mistake replaces a stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from nnlib.functions import Activation, per_layer


class Problem(NamedTuple):
    """What the learner's function is called with; `rate` is used by train_step alone."""

    name: str
    weights: list
    biases: list
    X: np.ndarray
    E: np.ndarray
    rate: float = 1.0

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of all layers, input layer first."""
        return (len(self.weights[0]), *(len(b) for b in self.biases))


class Pass:
    """The values of one forward and backward pass, filled in stage by stage; a stage reads what it needs from here."""

    def __init__(self, problem: Problem, acts: list[Activation], parameter: float):
        self.W, self.b = list(problem.weights), list(problem.biases)
        self.X, self.E, self.rate, self.acts = problem.X, problem.E, problem.rate, acts
        self.L, self.parameter = len(self.W), parameter
        self.count = len(self.X)  # what 1/T divides by
        self.Z, self.A = [], []
        self.dA, self.S, self.dZ, self.dW, self.db = ([None] * self.L for _ in range(5))


# The right stages. Each takes the pass and the layer l = 0 .. L-1, and mirrors one formula of lesson 4.
RIGHT: dict[str, Callable] = {
    "affine": lambda c, l: c.A[l] @ c.W[l] + c.b[l],
    "activate": lambda c, l: c.acts[l].f(c.Z[l]),
    "cost": lambda c, l: 2 * (c.A[-1] - c.E) / c.count,
    "slope": lambda c, l: c.acts[l].slope_from(c.Z[l], c.A[l + 1]),
    "delta": lambda c, l: c.dA[l] * c.S[l],
    "weight": lambda c, l: c.A[l].T @ c.dZ[l],
    "bias": lambda c, l: c.dZ[l].sum(axis=0),
    "carry": lambda c, l: c.dZ[l] @ c.W[l].T,
}

# Where a stage is replaced: everywhere, or in some layers only. "carry" at l leads from layer l to the one below.
SCOPES: dict[str, Callable[[int, int], bool]] = {
    "everywhere": lambda l, L: True,
    "output layer": lambda l, L: l == L - 1,
    "hidden layers": lambda l, L: l < L - 1,
    "first layer": lambda l, L: l == 0,
    "all but the first layer": lambda l, L: l > 0,
    "middle layers": lambda l, L: 0 < l < L - 1,
    "second layer": lambda l, L: l == 1,
    "last hidden layer": lambda l, L: l == L - 2,
}


class Change(NamedTuple):
    """A replacement of stages in a scope: what a row of the table becomes when it is applied."""

    stages: dict[str, Callable]
    scope: str = "everywhere"


def _rows(activations, layers: int) -> list[Activation]:
    """One activation for each layer: a single name, or (hidden, output)."""
    if not isinstance(activations, str):
        hidden, output = activations
        activations = [hidden] * (layers - 1) + [output]
    return per_layer(activations, layers)


UPWARD = {"samples", "affine", "activate"}  # what changes the forward pass


def forward(problem: Problem, activations="sigmoid"):
    """(Z, A) of the right forward pass, to be handed to `backpropagate` by those who ask often."""
    c = Pass(problem, _rows(activations, len(problem.weights)), 0.0)
    c.A.append(c.X)
    for l in range(c.L):
        c.Z.append(RIGHT["affine"](c, l))
        c.A.append(RIGHT["activate"](c, l))
    return c.Z, c.A


def backpropagate(
    problem: Problem, changes: Iterable[Change] = (), activations="sigmoid", parameter: float = 0.0, upward=None
):
    """(dW, db) of C by backpropagation, with the stages that `changes` replace; no changes, the right gradient.

    Besides the stages of RIGHT there are three more: "samples" (pass) -> (X, E, count) before the forward pass, "result"
    (pass, dW, db) -> (dW, db) after the backward pass, and "before carry" (pass, l), which may change the pass.
    Whatever NumPy raises on mismatching shapes is passed on. `upward` is what `forward` gave for the same problem.
    Where "samples" leaves none, every sum is over nothing: zeros, in the shapes that one sample gives.
    """
    c, changes = Pass(problem, _rows(activations, len(problem.weights)), parameter), tuple(changes)
    slots = {stage: [right] * c.L for stage, right in RIGHT.items()}
    results, between, nothing = [], [], False
    for change in changes:
        inside = SCOPES[change.scope]
        for stage, replacement in change.stages.items():
            if stage == "samples":
                c.X, c.E, c.count = replacement(c)
                if not len(c.X):  # one stands in, so that no stage takes a mean of nothing
                    nothing, (c.X, c.E, c.count) = True, (problem.X[:1], problem.E[:1], 1)
            elif stage == "result":
                results.append(replacement)
            elif stage == "before carry":
                between.append(replacement)
            else:
                row = slots[stage]
                slots[stage] = [replacement if inside(l, c.L) else row[l] for l in range(c.L)]
    if upward is not None and not any(UPWARD & set(change.stages) for change in changes):
        c.Z, c.A = list(upward[0]), list(upward[1])
    else:
        c.A.append(c.X)
        for l in range(c.L):
            c.Z.append(slots["affine"][l](c, l))
            c.A.append(slots["activate"][l](c, l))
    top = c.L - 1
    c.dA[top] = slots["cost"][top](c, top)
    for l in range(top, -1, -1):
        c.S[l] = slots["slope"][l](c, l)
        c.dZ[l] = slots["delta"][l](c, l)
        c.dW[l] = slots["weight"][l](c, l)
        c.db[l] = slots["bias"][l](c, l)
        for replacement in between:
            replacement(c, l)
        if l:
            c.dA[l - 1] = slots["carry"][l](c, l)
    if nothing:
        c.dZ, c.dW, c.db = ([np.zeros_like(v) for v in values] for values in (c.dZ, c.dW, c.db))
    dW, db = list(c.dW), list(c.db)
    for replacement in results:
        dW, db = replacement(c, dW, db)
    return dW, db
