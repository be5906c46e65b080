"""w - rate * dw.T: silent for square matrices.

category: transposed-gradient
where: weights
kind: train_step
cost: squared
activations: sigmoid
raises: on some problems
"""

import numpy as np


def descend(weights, biases, dW, db, rate):
    return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def parts(weights, biases, X, E):
    """zs, acts and the right deltas; the mistake is in what follows."""
    zs, acts = run(weights, biases, X)
    return zs, acts, deltas(weights, zs, acts, np.asarray(E, float))


def sums(d):
    return [x.sum(axis=0) for x in d]


def train_step(weights, biases, X, E, learning_rate):
    _, acts, d = parts(weights, biases, X, E)
    return descend(weights, biases, [np.dot(a.T, x).T for a, x in zip(acts, d)], sums(d), learning_rate)
