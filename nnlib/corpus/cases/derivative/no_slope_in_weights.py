"""Slope used on the way down and for the biases, not for dW.

category: missing-activation-derivative
where: weights
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
    def walk(l, dA):
        dZ = dA * acts[l + 1] * (1 - acts[l + 1])
        grads = walk(l - 1, dZ @ weights[l].T) if l else []
        return grads + [(acts[l].T @ dA, dZ.sum(axis=0))]

    _, acts = run(weights, biases, X)
    pairs = walk(len(weights) - 1, 2 * (acts[-1] - E) / len(X))
    return [p[0] for p in pairs], [p[1] for p in pairs]
