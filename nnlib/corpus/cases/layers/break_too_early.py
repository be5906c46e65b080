"""Break after the first turn of the loop.

category: only-last-layer
where: hidden
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    out = {}
    for l in range(len(weights) - 1, -1, -1):
        out[l] = (acts[l].T @ d, d.sum(axis=0))
        break
    zero = lambda v: np.zeros(v.shape)
    return (
        [out[l][0] if l in out else zero(w) for l, w in enumerate(weights)],
        [out[l][1] if l in out else zero(b) for l, b in enumerate(biases)],
    )
