"""The hidden layers' line lost its w -.

category: assigned-instead-of-subtracted
where: hidden
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    A = [np.asarray(X, float)]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    d, ws, bs = 2 * (A[-1] - E) * A[-1] * (1 - A[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        keep = 1.0 if l == len(weights) - 1 else 0.0
        ws.insert(0, keep * weights[l] - learning_rate * A[l].T @ d)
        bs.insert(0, keep * biases[l] - learning_rate * d.sum(axis=0))
        d = d @ weights[l].T * A[l] * (1 - A[l])
    return ws, bs
