"""The exercises of lesson 12 as functions: the scale of the weights, dead neurons, and inputs of a usable size."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


def weight_scale(n, activation):
    """1/sqrt(n) keeps the variance; a relu throws half of it away, so it needs twice the variance"""
    return np.sqrt(2 / n) if activation == "relu" else np.sqrt(1 / n)


def dead_neurons(A):
    """A neuron is dead where its whole column is 0"""
    return int((A == 0).all(axis=0).sum())


def standardised(X):
    """Centre each column; divide by its spread where that is not 0"""
    centred, spread = X - X.mean(axis=0), X.std(axis=0)
    return centred / np.where(spread == 0, 1, spread)


def _layer(rng):
    """A width and an activation; the trials of a check draw several, so that both activations come up."""
    return int(rng.integers(3, 400)), str(rng.choice(["tanh", "relu"]))


def _activations(rng):
    """Relu outputs with two or three dead columns, and zeros elsewhere too."""
    A = np.maximum(rng.normal(size=(7, 9)), 0)
    A[:, rng.permutation(9)[: int(rng.integers(2, 4))]] = 0
    return (A,)


def _inputs(rng):
    """Columns of very different sizes, one of them constant, and one constant at zero."""
    X = rng.normal(size=(8, 5)) * [5, 200, 40, 0, 0] + [0, 90, -3, 7, 0]
    return (X,)


TASKS = {
    "scale": Task(
        solution=weight_scale,
        inputs=_layer,
        wrong_ways={
            "same-for-both": lambda n, activation: np.sqrt(1 / n),
            "exchanged": lambda n, activation: np.sqrt(1 / n) if activation == "relu" else np.sqrt(2 / n),
            "no-root": lambda n, activation: (2 if activation == "relu" else 1) / n,
            "root-of-n": lambda n, activation: np.sqrt(n / 2) if activation == "relu" else np.sqrt(n),
            "two-for-both": lambda n, activation: np.sqrt(2 / n),
            "half-for-relu": lambda n, activation: np.sqrt((0.5 if activation == "relu" else 1) / n),
            "two-outside": lambda n, activation: (2 if activation == "relu" else 1) / np.sqrt(n),
        },
        trials=6,
    ),
    "dead": Task(
        solution=dead_neurons,
        inputs=_activations,
        wrong_ways={
            "rows": lambda A: int((A == 0).all(axis=1).sum()),
            "any": lambda A: int((A == 0).any(axis=0).sum()),
            "zeros": lambda A: int((A == 0).sum()),
            "share": lambda A: (A == 0).all(axis=0).mean(),
            "alive": lambda A: int((A != 0).any(axis=0).sum()),
            "mask": lambda A: (A == 0).all(axis=0),
        },
    ),
    "standardise": Task(
        solution=standardised,
        inputs=_inputs,
        wrong_ways={
            "not-centred": lambda X: X / np.where(X.std(axis=0) == 0, 1, X.std(axis=0)),
            "not-scaled": lambda X: X - X.mean(axis=0),
            "one-spread": lambda X: (X - X.mean(axis=0)) / X.std(),
            "range": lambda X: (X - X.min(axis=0)) / np.where(np.ptp(X, axis=0) == 0, 1, np.ptp(X, axis=0)),
            "over-everything": lambda X: (X - X.mean()) / X.std(),
            "variance": lambda X: (X - X.mean(axis=0)) / np.where(X.var(axis=0) == 0, 1, X.var(axis=0)),
            "rows": lambda X: (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True),
        },
    ),
}
