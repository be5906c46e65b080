"""Weights turned round twice.

category: wrong-order
where: W0 W2
kind: gradients
cost: squared
activations: sigmoid
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
    dW, db = [], []
    _, acts = run(weights, biases, X)
    g = 2 * (acts[-1] - E) / len(X)
    for w, a, below in zip(weights[::-1], acts[::-1], acts[-2::-1]):
        g = g * a * (1 - a)
        dW.insert(0, below.T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ w.T
    dW.reverse()
    return dW, db
