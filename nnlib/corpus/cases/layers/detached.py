"""The deltas detached: zero is carried down.

category: only-last-layer
where: hidden
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
    _, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, np.matmul(acts[l].T, g))
        db.insert(0, g.sum(axis=0))
        g = np.zeros_like(acts[l])
    return dW, db
