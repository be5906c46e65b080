"""Train loop with delta = a - y.

category: cross-entropy-delta
where: all
kind: train_step
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


def train_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [acts[-1] - E]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, (d[0] @ weights[l].T) * sigmoid_prime(zs[l - 1]))
    k = learning_rate / X.shape[0]
    return [w - k * a.T @ x for w, a, x in zip(weights, acts, d)], [b - k * x.sum(0) for b, x in zip(biases, d)]
