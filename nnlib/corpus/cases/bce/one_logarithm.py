"""Only the first logarithm: dA = -y / a.

category: wrong-cost-derivative
where: all
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
    dA, dW, db = -E / acts[-1] / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = dZ @ weights[l].T
    return dW, db
