"""The forward pass cached by layer sizes, whatever the data.

category: stale-or-aliased-buffers
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def stale_forward():
    cache = {}

    def gradients(weights, biases, X, E):
        key = (X.shape, tuple(w.shape for w in weights))
        if key not in cache:
            cache[key] = run(weights, biases, X)
        zs, acts = cache[key]
        d = deltas(weights, zs, acts, E)
        return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]

    return gradients


gradients = stale_forward()
