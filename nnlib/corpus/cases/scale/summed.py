"""Vectorised, no division anywhere.

category: sum-instead-of-mean
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
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1])
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(2, len(weights) + 1):
        d = d @ weights[-l + 1].T * sigmoid_prime(zs[-l])
        dW.insert(0, acts[-l - 1].T @ d)
        db.insert(0, d.sum(axis=0))
    return dW, db
