"""The summed error of a sample (T, 1) against the slopes (T, n).

category: broadcasting
where: all
kind: gradients
cost: squared
activations: sigmoid
also: wrong-cost-derivative
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
    err = (acts[-1] - E).sum(axis=1, keepdims=True)
    d = [2 * err * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]
