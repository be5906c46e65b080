"""Written out: -(y/a) + (1-y)/(1-a), with a small epsilon.

category: cross-entropy-delta
where: all
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


def from_output_slope(weights, biases, X, E, dC_da):
    """Backpropagation of dC/da at the output, a function of a and e, already divided by T."""
    zs, acts = run(weights, biases, X)
    g, dW, db = dC_da(acts[-1], E), [], []
    for l in range(len(weights) - 1, -1, -1):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.append(acts[l].T @ g)
        db.append(g.sum(axis=0))
        g = g @ weights[l].T
    return dW[::-1], db[::-1]


def gradients(weights, biases, X, E):
    eps = 1e-14
    return from_output_slope(weights, biases, X, E, lambda a, y: (-(y / (a + eps)) + (1 - y) / (1 - a + eps)) / len(y))
