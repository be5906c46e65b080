"""The exercises of lesson 12 as functions: the scale of the weights, dead neurons, and inputs of a usable size."""

import numpy as np


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
    "scale": dict(solution=weight_scale, inputs=_layer, trials=6),
    "dead": dict(solution=dead_neurons, inputs=_activations),
    "standardise": dict(solution=standardised, inputs=_inputs),
}
