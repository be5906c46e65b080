"""A layer object that uses the slope of its input.

category: derivative-at-wrong-point
where: hidden
kind: gradients
cost: squared
activations: sigmoid
raises: on some problems
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
    g, dW, db = 2 * (acts[-1] - E) / len(X) * acts[-1] * (1 - acts[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        if l:
            below = acts[l - 1]
            g = g @ weights[l].T * (sigmoid(below) * (1 - sigmoid(below)) if l == 1 else below * (1 - below))
    return dW, db
