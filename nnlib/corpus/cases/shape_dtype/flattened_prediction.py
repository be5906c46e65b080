"""Flattened predictions against a column: one output makes a matrix of T by T.

category: broadcasting
where: all
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def descend(weights, biases, dW, db, rate):
    return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


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


def train_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    error = acts[-1] - E
    if E.shape[1] == 1:
        error = (acts[-1].ravel() - E).sum(axis=0)[:, None] / len(E)
    d = [2 * error * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return descend(weights, biases, [a.T @ x for a, x in zip(acts, d)], [x.sum(0) for x in d], learning_rate)
