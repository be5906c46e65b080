"""Gradient descent: one step, mini-batches, and the training loop with a history that a plot can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from nnlib import checks, costs
from nnlib.network import quiet, run_backward, run_forward
from nnlib.rules import plain

SLICE = 128  # rows of a look at all samples: they stay in the cache, and a small network is no work for two threads


@dataclass
class History:
    """What a training run leaves: the parameters at its end and one row for each epoch, the start included.

    costs[k] is C over all samples after k epochs (for a full batch: after k steps), gradient_norms[k] the Euclidean
    length of the gradient of C there, records[k] whatever the caller's `record` returned.
    """

    weights: list
    biases: list
    costs: np.ndarray
    gradient_norms: np.ndarray
    records: list = field(default_factory=list)
    interrupted: bool = False
    learning_rate: float | None = None


def step(weights, biases, dW, db, learning_rate):
    """One step of gradient descent: v' = v - r g for every parameter (lesson 6). Returns new lists, changes nothing."""
    return (
        [W - learning_rate * g for W, g in zip(weights, dW)],
        [b - learning_rate * g for b, g in zip(biases, db)],
    )


def batches(T: int, batch_size: int | None, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    """The row numbers of each mini-batch of one epoch: shuffled by `rng`, every sample once, the last may be short.

    batch_size None, or at least T, is the full batch. Raises ValueError for a size below 1.
    """
    order = np.arange(T) if rng is None else rng.permutation(T)
    size = T if batch_size is None else checks.positive_whole("batch_size", batch_size)
    for start in range(0, T, size):
        yield order[start : start + size]


@quiet
def train(
    weights,
    biases,
    X,
    E,
    learning_rate: float = 1.0,
    *,
    epochs: int = 1,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    rule: Callable = plain,
    activations="sigmoid",
    cost: str = "squared",
    record: Callable | None = None,
) -> History:
    """Train by gradient descent, v' = v - r m(g), and keep a history (lessons 0, 6 and 7).

    learning_rate is r, a finite number of at least 0. Without batch_size each epoch is one step on all samples; with it
    an epoch shuffles by `rng` and takes a step for each mini-batch. `rule(g, memory) -> (m, memory)` changes the
    gradient, given as one list [*dW, *db]. `record(weights, biases)` is called before the first epoch and after each.
    An interrupt (Ctrl-C, or the stop button) ends the loop and returns what is done. Raises ValueError for bad input.
    """
    weights, biases, X, E = checks.problem(weights, biases, X, E)
    learning_rate, epochs = rate(learning_rate), checks.positive_whole("epochs", epochs)
    table_rows, cost_row = costs.layers_and_cost(activations, len(weights), cost)
    costs.check_targets(cost_row, E)
    full = batch_size is None or checks.positive_whole("batch_size", batch_size) >= len(X)
    if not full and rng is None:
        raise ValueError(
            "rng: expected a random generator to shuffle mini-batches by, as in rng=np.random.default_rng(0)"
        )
    totals, squares, records, memory, done = [], [], [], None, False  # what costs and gradient_norms are made from
    parameters, layers = [*weights, *biases], len(weights)
    slices = [slice(k, k + SLICE) for k in range(0, len(X), SLICE)]
    r = np.array(learning_rate, np.result_type(*parameters, X, E))  # an array is sooner multiplied by than a number

    def keep(total, g):
        totals.append(total)
        squares.append(sum(map(np.vdot, g, g)))
        if record:
            records.append(record(parameters[:layers], parameters[layers:]))

    def slope(X, E, T=None):
        Z, A = run_forward(parameters[:layers], parameters[layers:], X, table_rows)
        dW, db = run_backward(parameters[:layers], Z, A, E, table_rows, cost_row, T)
        return (Z[-1], A[-1], E), [*dW, *db]

    def look_at_all():
        total, g = 0.0, [0.0] * len(parameters)
        for part in slices:
            output, piece = slope(X[part], E[part], len(X))
            total += cost_row.total(*output)
            g = [done + more for done, more in zip(g, piece)]
        keep(total, g)

    try:
        if not full:
            look_at_all()
        for _ in range(epochs):
            for rows in [None] if full else batches(len(X), batch_size, rng):
                output, g = slope(X, E) if full else slope(X.take(rows, axis=0), E.take(rows, axis=0))
                if full:  # the cost of one mini-batch is nowhere kept, so it is not computed
                    keep(cost_row.total(*output), g)
                m, memory = rule(g, memory)
                parameters = [v - r * part for v, part in zip(parameters, m)]
            if not full:
                look_at_all()
        if full:
            output, g = slope(X, E)
            keep(cost_row.total(*output), g)
        done = True
    except KeyboardInterrupt:  # it may fall between two lists: keep what all of them have
        kept = min(len(totals), len(squares), len(records) if record else len(totals))
        totals, squares, records = totals[:kept], squares[:kept], records[:kept]
    weights, biases = parameters[:layers], parameters[layers:]
    means, norms = costs.weight(len(E)) * np.array(totals), np.sqrt(squares)
    return History(weights, biases, means, norms, records, not done, learning_rate)


def rate(learning_rate) -> float:
    """The learning rate as a float: finite and not negative, or a ValueError that says what came."""
    value = float(learning_rate)
    if not np.isfinite(value) or value < 0:
        raise ValueError(f"learning_rate: expected a finite number of at least 0, got {learning_rate!r}")
    return value


def accuracy(output, E) -> float:
    """The share of samples whose largest output stands where the largest target does (lesson 10); both (T, n_last)."""
    return float((np.argmax(output, axis=1) == np.argmax(E, axis=1)).mean())
