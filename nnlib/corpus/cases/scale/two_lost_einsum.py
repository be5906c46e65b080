"""einsum, tuples.

category: missing-factor-two
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
    d, dW, db = np.einsum("ij,ij->ij", acts[-1] - E, sigmoid_prime(zs[-1])) / len(X), (), ()
    for l in range(len(weights) - 1, -1, -1):
        dW = (np.einsum("ix,iy->xy", acts[l], d), *dW)
        db = (np.einsum("iy->y", d), *db)
        if l > 0:
            d = np.einsum("iy,xy,ix->ix", d, weights[l], sigmoid_prime(zs[l - 1]))
    return dW, db
