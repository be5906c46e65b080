"""Outer layer without sigmoid slope, as in a public tutorial.

category: missing-activation-derivative
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


def train_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    error, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ error)
        db.insert(0, error.sum(axis=0))
        error = error @ weights[l].T * acts[l] * (1 - acts[l])
    return descend(weights, biases, dW, db, learning_rate)
