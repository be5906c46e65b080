"""Rate in the delta that is carried down, and in the update.

category: learning-rate-in-gradient
where: hidden
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
    delta = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X) * learning_rate
    new_w, new_b = [weights[-1] - acts[-2].T @ delta], [biases[-1] - delta.sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        delta = delta @ weights[l + 1].T * sigmoid_prime(zs[l])
        new_w.insert(0, weights[l] - learning_rate * acts[l].T @ delta)
        new_b.insert(0, biases[l] - learning_rate * delta.sum(axis=0))
    return new_w, new_b
