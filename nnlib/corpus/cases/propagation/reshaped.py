"""Reshape in place of a transpose.

category: transposed-weights
where: hidden
kind: gradients
cost: squared
activations: sigmoid
also: wrong-quantity-propagated
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def gradients(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].reshape(weights[l].shape[1], weights[l].shape[0])
    return dW, db
