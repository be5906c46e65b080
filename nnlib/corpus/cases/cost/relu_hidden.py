"""Relu in the hidden layers.

category: wrong-forward-pass
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def with_forward(weights, biases, X, E, function, slope, pre=None):
    """Backward consistent with a forward pass of its own: function(l, z), slope(l, z, a), pre(a, w, b)."""
    pre = pre or (lambda a, w, b: a @ w + b)
    zs, acts = [], [np.asarray(X, float)]
    for l, (w, b) in enumerate(zip(weights, biases)):
        zs.append(pre(acts[-1], w, b))
        acts.append(function(l, zs[-1]))
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        g = g * slope(l, zs[l], acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].T
    return dW, db


def gradients(weights, biases, X, E):
    last = len(weights) - 1
    return with_forward(
        weights, biases, X, E,
        lambda l, z: sigmoid(z) if l == last else np.maximum(z, 0),
        lambda l, z, a: a * (1 - a) if l == last else (z > 0) * 1.0,
    )  # fmt: skip
