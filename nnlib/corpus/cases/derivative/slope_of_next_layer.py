"""Hidden slope of the layer above.

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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [None] * len(weights)
    d[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(weights) - 2, -1, -1):
        d[l] = d[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l + 1])
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]
