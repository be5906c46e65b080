"""The delta divided by the batch size in each layer.

category: divided-twice
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
    T = float(len(X))
    _, acts = run(weights, biases, X)
    err, dW, db = 2 * (acts[-1] - E), [], []
    for l in reversed(range(len(weights))):
        delta = err * acts[l + 1] * (1 - acts[l + 1]) / T
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(0))
        err = delta @ weights[l].T
    return dW, db
