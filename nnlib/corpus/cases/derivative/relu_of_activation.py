"""A tutorial's relu slope on the activation, everywhere.

category: wrong-activation-derivative
where: all
kind: gradients
cost: squared
activations: sigmoid
also: missing-activation-derivative
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
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * (acts[l + 1] >= 0)
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db
