"""The output formula with its two applied again at every layer.

category: extra-factor-two
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
    error = acts[-1] - E
    dW, db = [], []
    for w, z, a in zip(weights[::-1], zs[::-1], acts[-2::-1]):
        delta = 2 * error * sigmoid_prime(z)
        dW.append(a.T @ delta / len(X))
        db.append(delta.mean(axis=0))
        error = delta @ w.T
    return dW[::-1], db[::-1]
