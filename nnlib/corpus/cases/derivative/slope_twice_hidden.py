"""Once when carried down and once more on arrival.

category: duplicated-derivative
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
    dA, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ dZ)
        db.insert(0, dZ.sum(0))
        dA = dZ @ weights[l].T
        if l > 0:
            dA *= sigmoid_prime(zs[l - 1])
    return dW, db
