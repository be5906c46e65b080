"""In the delta of every layer, so it piles up on the way down.

category: learning-rate-in-gradient
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
    lr = 0.1
    zs, acts = run(weights, biases, X)
    d = [lr * 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, lr * d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]
