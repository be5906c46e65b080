"""Lab code: matmul for the weights, mean over the batch for the biases.

category: sum-instead-of-mean
where: weights
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
    d = [2 * (acts[-1] - E) * sigmoid_prime(zs[-1])]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    new_w = [w - learning_rate * a.T @ x for w, a, x in zip(weights, acts, d)]
    return new_w, [b - learning_rate * np.mean(x, axis=0) for b, x in zip(biases, d)]
