"""Layer errors are carried down, slopes used locally only.

category: error-propagated-without-derivative
where: hidden
kind: gradients
cost: bce
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
    error = (acts[-1] - E) / (acts[-1] * (1 - acts[-1])) / len(X)
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        error = error @ weights[l].T
    return dW, db
