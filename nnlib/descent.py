"""Gradient descent: one step, mini-batches, and the training loop with a history that a plot can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from nnlib import arrays, checks, costs, rules
from nnlib.arrays import Layers, Numbers
from nnlib.network import quiet, run_backward, run_forward

SLICE = 128  # rows of a pass over all samples: they stay in the cache, and a small network is no work for two threads


@dataclass
class History:
    """The result of a training run: the parameters at its end, and a record of each epoch, the start included.

    costs[k] is C over all samples after k epochs (for a full batch: after k steps), gradient_norms[k] the Euclidean
    length of the gradient of C there; both have shape (epochs + 1,), less after an interrupt. records[k] is what the
    caller's `record` returned. weights and biases have the shapes of those that came in.
    """

    weights: list
    biases: list
    costs: np.ndarray
    gradient_norms: np.ndarray
    records: list = field(default_factory=list)
    interrupted: bool = False
    learning_rate: float | None = None


def step(weights: Layers, biases: Layers, dW: Layers, db: Layers, learning_rate: float) -> tuple[list, list]:
    """One step of gradient descent: v' = v - r g for every parameter (lesson 6). Returns new lists (weights, biases).

    dW and db have the shapes of weights and biases; learning_rate is r, a finite number of at least 0. Raises ValueError
    or TypeError naming the argument.
    """
    r = checks.argument("learning_rate", learning_rate)
    weights, biases = arrays.arrays("weights", weights), arrays.arrays("biases", biases)
    dW, db = arrays.arrays("dW", dW, like=weights), arrays.arrays("db", db, like=biases)
    return [W - r * g for W, g in zip(weights, dW)], [b - r * g for b, g in zip(biases, db)]


def batches(T: int, batch_size: int | None, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    """The row numbers of each mini-batch of one epoch, shuffled by `rng`: every sample once, the last batch may be short.

    T is the number of samples (lesson 7). batch_size None, or at least T, is the full batch; rng None keeps the order.
    Yields integer arrays of shape (batch_size,). Raises ValueError for a T or a size that is no whole number of at least 1.
    """
    T, size = checks.argument("T", T), checks.optional("batch_size", batch_size)
    return _batches(T, size or T, checks.optional("rng", rng))


def _batches(T, size, rng):
    order = np.arange(T) if rng is None else rng.permutation(T)
    for start in range(0, T, size):
        yield order[start : start + size]


@quiet
def train(
    weights: Layers,
    biases: Layers,
    X: Numbers,
    E: Numbers,
    learning_rate: float = 1.0,
    *,
    epochs: int = 1,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    rule: rules.Rule = rules.plain,
    activations: str | Sequence[str] = "sigmoid",
    cost: str = "squared",
    record: Callable | None = None,
) -> History:
    """Train by gradient descent, v' = v - r m(g), and keep a history (lessons 0, 6 and 7).

    learning_rate is r, a finite number of at least 0. Without batch_size each epoch is one step on all samples; with it
    an epoch shuffles by `rng` and takes a step for each mini-batch. `rule(g, memory) -> (m, memory)` changes the
    gradient, given as one list [*dW, *db]. `record(weights, biases)` is called with copies, before the first epoch and after
    each. An interrupt (Ctrl-C, or the stop button) ends the loop and returns what is done. The other arguments are those of
    network.gradients. Raises ValueError or TypeError naming the argument.
    """
    weights, biases, X, E = arrays.problem(weights, biases, X, E, real=True)
    learning_rate, epochs = checks.argument("learning_rate", learning_rate), checks.argument("epochs", epochs)
    size, rng, record = (
        checks.optional(*pair) for pair in (("batch_size", batch_size), ("rng", rng), ("record", record))
    )
    rules.check_rule(rule)
    full = size is None or size >= len(X)
    if not full:
        rng = checks.argument("rng", rng)
    run = _Run(len(weights), X, E, *costs.layers_and_cost(activations, len(weights), cost), full, record)
    parameters, memory = [np.array(v) for v in (*weights, *biases)], None
    r = np.array(
        learning_rate, np.result_type(*parameters, X, E)
    )  # NumPy multiplies by an array faster than by a float

    interrupted = False
    try:
        g = run.look(parameters)
        for _ in range(epochs):
            for rows in [None] if full else _batches(len(X), size, rng):
                if not full:  # else g is there already: the gradient that the history looks at
                    _, g = run.gradient(parameters, X.take(rows, axis=0), E.take(rows, axis=0))
                m, memory = rules.apply(rule, g, memory)
                parameters = [v - r * part for v, part in zip(parameters, m)]
            g = run.look(parameters)
    except KeyboardInterrupt:
        interrupted = True
    return run.history(parameters, learning_rate, interrupted)


class _Run:
    """A problem to train on, and what is kept of the run: C and the gradient over all samples, looked at once an epoch."""

    def __init__(self, layers, X, E, rows, cost, full, record):
        costs.check_targets(cost, E)
        self.layers, self.T, self.rows, self.cost, self.record = layers, len(X), rows, cost, record
        size = self.T if full else SLICE
        self.parts = [(X[k : k + size], E[k : k + size]) for k in range(0, self.T, size)]
        self.kept = []  # (sum of C_i, |g|^2, what `record` returned), one row for each look

    def gradient(self, parameters, X, E, T=None):
        """(sum of C_i, gradient) of some samples. Without T, the mean is over them, and nobody asks for their cost."""
        weights, biases = parameters[: self.layers], parameters[self.layers :]
        Z, A = run_forward(weights, biases, X, self.rows)
        dW, db = run_backward(weights, Z, A, E, self.rows, self.cost, T)
        return (self.cost.total(Z[-1], A[-1], E) if T else None), [*dW, *db]

    def look(self, parameters):
        """The gradient of C over all samples; C and the rest are kept for the history."""
        total, g = self.gradient(parameters, *self.parts[0], self.T)
        for part in self.parts[1:]:
            more, piece = self.gradient(parameters, *part, self.T)
            total, g = total + more, [sum_so_far + added for sum_so_far, added in zip(g, piece)]
        square, noted = sum(map(np.vdot, g, g)), None
        if self.record:
            copies = [v.copy() for v in parameters]
            noted = self.record(copies[: self.layers], copies[self.layers :])
        self.kept.append((total, square, noted))
        return g

    def history(self, parameters, learning_rate, interrupted):
        """What is kept, as the caller gets it."""
        totals, squares, noted = zip(*self.kept) if self.kept else ((), (), ())
        means, norms = costs.weight(self.T) * np.array(totals), np.sqrt(squares)
        records = list(noted) if self.record else []
        weights, biases = parameters[: self.layers], parameters[self.layers :]
        return History(weights, biases, means, norms, records, interrupted, learning_rate)


def accuracy(output: Numbers, E: Numbers) -> float:
    """The share of samples, from 0 to 1, whose largest output is where the largest target is (lesson 10).

    Both have shape (T, n_last), n_last at least 2: a column for each class. Raises ValueError for other shapes, class numbers,
    a single column, or numbers that are not finite, for which no largest output exists.
    """
    output, E = arrays.number_array("output", output, real=True), arrays.number_array("E", E, real=True)
    arrays.same_table("output", output, "E", E)
    if output.shape[1] < 2 or not len(output):
        raise ValueError(
            f"output: expected a column for each class, at least two, and one sample, got shape {output.shape}; "
            "for a single output compare ((output > 0.5) == (E > 0.5)).mean()"
        )
    return float((np.argmax(output, axis=1) == np.argmax(E, axis=1)).mean())
