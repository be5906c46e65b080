"""Results are transposed views.

category: correct
where: none
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
    d = 2 * (acts[-1] - E) / len(X) * sigmoid_prime(zs[-1])
    views, sums = [(d.T @ acts[-2]).T], [d.T.sum(axis=1)]
    for l in range(len(weights) - 2, -1, -1):
        d = d @ weights[l + 1].T * sigmoid_prime(zs[l])
        views.insert(0, (d.T @ acts[l]).T)
        sums.insert(0, d.T.sum(axis=1))
    return views, sums
