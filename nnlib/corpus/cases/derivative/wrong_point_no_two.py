"""Sigmoid of a sigmoid, and no 2.

category: derivative-at-wrong-point
where: all
kind: gradients
cost: squared
activations: sigmoid
also: missing-factor-two
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
    _, acts = run(weights, biases, X)
    d, dW, db = (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * sigmoid_prime(acts[l + 1])
        dW.append(acts[l].T @ d)
        db.append(d.sum(axis=0))
        d = d @ weights[l].T
    return dW[::-1], db[::-1]
