"""Output by e - a, with its minus; hidden layers without it.

category: sign
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
    err = 2 * (E - acts[-1]) / len(X)
    d = err * sigmoid_prime(zs[-1])
    dW, db = [-acts[-2].T @ d], [-d.sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        d = (d @ weights[l + 1].T) * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
    return dW, db
