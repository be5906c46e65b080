"""1/m in dA and again in every gradient.

category: divided-twice
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
    m = len(X)
    zs, acts = run(weights, biases, X)
    dA, dW, db = 2 / m * (acts[-1] - E), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * sigmoid_prime(zs[l])
        dW.append(1 / m * acts[l].T @ dZ)
        db.append(1 / m * dZ.sum(axis=0))
        dA = dZ @ weights[l].T
    return dW[::-1], db[::-1]
