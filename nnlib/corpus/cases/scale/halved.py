"""Halved the wrong way: (a - e) / 2.

category: extra-factor-two
where: all
kind: gradients
cost: squared
activations: sigmoid
also: missing-factor-two, wrong-cost-derivative
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
    g, dW, db = 0.5 * (acts[-1] - E), [], []
    for l in reversed(range(len(weights))):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ g / len(X))
        db.insert(0, g.mean(0))
        g = g @ weights[l].T
    return dW, db
