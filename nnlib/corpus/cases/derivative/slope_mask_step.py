"""A relu mask in hidden layers of a sigmoid net.

category: wrong-activation-derivative
where: hidden
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
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        d = d @ weights[l + 1].T
        d[zs[l] <= 0] = 0
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
    return descend(weights, biases, dW, db, learning_rate)
