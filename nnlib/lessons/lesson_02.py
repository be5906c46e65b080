"""The exercises of lesson 2 as functions: one neuron, one layer, one batch, and the mistakes that still look like numbers."""

from __future__ import annotations

import numpy as np

from nnlib.functions import sigmoid as S
from nnlib.lessons.exercises import Task


def one_sum(a, W, b, y):
    """z_y = b_y + sum_x a_x w_xy, index by index."""
    return b[y] + sum(a[x] * W[x, y] for x in range(len(a)))


def one_layer(X, W, b):
    """A = S(X @ W + b): a row for each sample."""
    return S(X @ W + b)


def batch_cost(A, E):
    """C = (1/T) sum_i sum_j (a_ij - e_ij)^2."""
    return ((A - E) ** 2).sum(axis=1).mean()


def _neuron(rng):
    return rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=4), int(rng.integers(0, 3))


def _layer(rng):
    return rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)


def _answers(rng):
    return rng.uniform(size=(5, 3)), rng.integers(0, 2, size=(5, 3)).astype(float)


TASKS = {
    "one-sum": Task(
        solution=one_sum,
        inputs=_neuron,
        wrong_ways={
            "no-bias": lambda a, W, b, y: one_sum(a, W, 0 * b, y),
            "second-index": lambda a, W, b, y: b[y] + sum(a[x] * W[y, x] for x in range(len(a))),
            "starts-at-one": lambda a, W, b, y: b[y] + sum(a[x] * W[x, y] for x in range(1, len(a))),
            "bias-in-every-term": lambda a, W, b, y: sum(b[y] + a[x] * W[x, y] for x in range(len(a))),
            "two-senders": lambda a, W, b, y: one_sum(a[:2], W, b, y),
            "every-neuron": lambda a, W, b, y: a @ W + b,
            "already-activated": lambda a, W, b, y: S(one_sum(a, W, b, y)),
            "overwritten": lambda a, W, b, y: a[-1] * W[-1, y],
            "overwritten-with-bias": lambda a, W, b, y: b[y] + a[-1] * W[-1, y],
            "returned-too-early": lambda a, W, b, y: b[y] + a[0] * W[0, y],
            "stops-too-early": lambda a, W, b, y: b[y] + sum(a[x] * W[x, y] for x in range(len(a) - 1)),
            "no-activations": lambda a, W, b, y: b[y] + sum(W[x, y] for x in range(len(a))),
            "sign-of-bias": lambda a, W, b, y: one_sum(a, W, -b, y),
            "own-activation": lambda a, W, b, y: b[y] + sum(a[y] * W[x, y] for x in range(len(a))),
            "bias-of-sender": lambda a, W, b, y: sum(b[x] + a[x] * W[x, y] for x in range(len(a))),
        },
    ),
    "one-layer": Task(
        solution=one_layer,
        inputs=_layer,
        wrong_ways={
            "no-sigmoid": lambda X, W, b: X @ W + b,
            "no-bias": lambda X, W, b: S(X @ W),
            "bias-after": lambda X, W, b: S(X @ W) + b,
            "answer-as-columns": lambda X, W, b: S(X @ W + b).T,
            "elementwise": lambda X, W, b: S(X * W + b),
            "transposed-W": lambda X, W, b: S(X @ W.T + b),
            "samples-as-columns": lambda X, W, b: S(X.T @ W + b),
            "order-swapped": lambda X, W, b: S(W @ X + b),
            "both-transposed": lambda X, W, b: S((W @ X).T + b),
            "sign-in-the-exponent": lambda X, W, b: S(-(X @ W + b)),
            "inputs-activated": lambda X, W, b: S(X) @ W + b,
            "activated-twice": lambda X, W, b: S(S(X @ W + b)),
            "bias-as-column": lambda X, W, b: S(X @ W + b.reshape(-1, 1)),
            "slope": lambda X, W, b: S(X @ W + b) * (1 - S(X @ W + b)),
            "tanh": lambda X, W, b: np.tanh(X @ W + b),
        },
    ),
    "batch-cost": Task(
        solution=batch_cost,
        inputs=_answers,
        wrong_ways={
            "sum-over-samples": lambda A, E: ((A - E) ** 2).sum(),
            "mean-over-outputs": lambda A, E: ((A - E) ** 2).mean(),
            "half": lambda A, E: 0.5 * batch_cost(A, E),
            "half-of-the-mean": lambda A, E: 0.5 * ((A - E) ** 2).mean(),
            "other-axis": lambda A, E: ((A - E) ** 2).sum(axis=0).mean(),
            "root": lambda A, E: batch_cost(A, E) ** 0.5,
            "squared-too-late": lambda A, E: ((A - E).sum(axis=1) ** 2).mean(),
            "not-squared": lambda A, E: (A - E).sum(axis=1).mean(),
            "absolute": lambda A, E: np.abs(A - E).sum(axis=1).mean(),
            "one-per-sample": lambda A, E: ((A - E) ** 2).sum(axis=1),
            "one-per-output": lambda A, E: ((A - E) ** 2).mean(axis=0),
            "lengths-averaged": lambda A, E: np.sqrt(((A - E) ** 2).sum(axis=1)).mean(),
            "divided-twice": lambda A, E: batch_cost(A, E) / len(A),
            "squared-sum": lambda A, E: (A - E).sum() ** 2,
            "difference-of-squares": lambda A, E: (A**2 - E**2).sum(axis=1).mean(),
        },
    ),
}
