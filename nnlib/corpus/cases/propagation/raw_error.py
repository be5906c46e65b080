"""Errors = W.T errors, slopes used locally only.

category: error-propagated-without-derivative
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
    error, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        error = error @ weights[l].T
    return dW, db
