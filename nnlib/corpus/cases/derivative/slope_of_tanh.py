"""1 - a^2, the slope of tanh from its value.

category: wrong-activation-derivative
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


def with_slope(weights, biases, X, E, slope):
    """Right but for the slope, a function of z and a."""
    zs, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        g = g * slope(zs[l], acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].T
    return dW, db


def gradients(weights, biases, X, E):
    return with_slope(weights, biases, X, E, lambda z, a: 1 - a**2)
