"""Only the output slope taken at a.

category: derivative-at-wrong-point
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [2 * (acts[-1] - E) * sigmoid_prime(acts[-1]) / len(X)]
    for w, z in zip(weights[:0:-1], zs[-2::-1]):
        d.append(d[-1] @ w.T * sigmoid_prime(z))
    return [a.T @ x for a, x in zip(acts, d[::-1])], [x.sum(axis=0) for x in d[::-1]]
