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
    size = min(checks.optional("batch_size", batch_size) or len(X), len(X))
    rng, record = checks.optional("rng", rng), checks.optional("record", record)
    whole = np.arange(len(X))
    if size < len(X):
        rng = checks.argument("rng", rng)
    rules.check_rule(rule)
    run = _Run(len(weights), X, E, *costs.layers_and_cost(activations, len(weights), cost), size, record)
    parameters, memory, interrupted = [np.array(v) for v in (*weights, *biases)], None, False
    r = np.array(learning_rate, np.result_type(*parameters, X, E))  # an array: NumPy multiplies by a float more slowly
    try:
        run.keep(parameters)
        for _ in range(epochs):
            for batch in [whole] if size == len(X) else _batches(len(X), size, rng):
                g = run.gradient(parameters, batch)
                m, memory = rules.apply(rule, g, memory)
                parameters = [v - r * part for v, part in zip(parameters, m)]
            run.keep(parameters)
    except KeyboardInterrupt:
        interrupted = True
    return run.history(parameters, learning_rate, interrupted)


class _Run:
    """A problem to train on, and its history: C over all samples and the gradient of C, kept once an epoch."""

    def __init__(self, layers, X, E, rows, cost, size, record):
        costs.check_targets(cost, E)
        self.layers, self.X, self.E, self.rows, self.cost, self.record = layers, X, E, rows, cost, record
        step = len(X) if size == len(X) else SLICE
        self.parts = [(X[k : k + step], E[k : k + step]) for k in range(0, len(X), step)]
        self.g, self.kept = None, []  # kept: (sum of C_i, |g|^2, what `record` returned) a time

    def gradient(self, parameters, batch):
        """The gradient of the mean cost of a batch; that of all samples is known since they were kept."""
        if len(batch) == len(self.X):
            return self.g
        return self._pass(parameters, self.X.take(batch, axis=0), self.E.take(batch, axis=0))[0]

    def _pass(self, parameters, X, E, T=None):
        """(gradient, Z, A) on some samples, as shares of a mean over T where they are not all of it."""
        weights, biases = parameters[: self.layers], parameters[self.layers :]
        Z, A = run_forward(weights, biases, X, self.rows)
        dW, db = run_backward(weights, Z, A, E, self.rows, self.cost, T)
        return [*dW, *db], Z, A

    def keep(self, parameters):
        """Keep C, the length of its gradient, and what the caller's `record` says, for the history."""
        total, self.g = 0.0, None
        for X, E in self.parts:
            g, Z, A = self._pass(parameters, X, E, len(self.X))
            total += self.cost.total(Z[-1], A[-1], E)
            self.g = g if self.g is None else [sum_so_far + added for sum_so_far, added in zip(self.g, g)]
        noted = None
        if self.record:
            copies = [v.copy() for v in parameters]
            noted = self.record(copies[: self.layers], copies[self.layers :])
        self.kept.append((total, sum(map(np.vdot, self.g, self.g)), noted))

    def history(self, parameters, learning_rate, interrupted):
        """What is kept, as the caller gets it."""
        totals, squares, noted = zip(*self.kept) if self.kept else ((), (), ())
        means, norms = costs.weight(len(self.X)) * np.array(totals), np.sqrt(squares)
        weights, biases = parameters[: self.layers], parameters[self.layers :]
        return History(weights, biases, means, norms, list(noted) if self.record else [], interrupted, learning_rate)


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
