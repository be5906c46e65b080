"""The two in the error and again in the gradient.

category: extra-factor-two
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
    delta = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1])
    out = []
    for l in range(len(weights) - 1, -1, -1):
        out.append((2 / len(X) * acts[l].T.dot(delta), 2 / len(X) * delta.sum(axis=0)))
        delta = delta.dot(weights[l].T) * acts[l] * (1 - acts[l])
    dW, db = zip(*out[::-1])
    return list(dW), list(db)
