"""Columns; the transpose lost in the deeper hop only.

category: transposed-weights
where: W0 b0
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


def train_step(weights, biases, X, E, learning_rate):
    A = [X.T]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T.dot(A[-1]) + b[:, None]))
    d = [2 * (A[-1] - E.T) * A[-1] * (1 - A[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        w = weights[l] if l == len(weights) - 1 else weights[l].T
        d.insert(0, w.dot(d[0]) * A[l] * (1 - A[l]))
    dW, db = [a.dot(x.T) for a, x in zip(A, d)], [x.sum(axis=1) for x in d]
    return descend(weights, biases, dW, db, learning_rate)
