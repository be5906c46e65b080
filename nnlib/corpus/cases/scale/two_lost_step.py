"""Target minus output, plus sign.

category: missing-factor-two
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
    T, L = len(X), len(weights)
    deltas_ = [(E - acts[-1]) * sigmoid_prime(zs[-1])]
    for l in range(L - 1, 0, -1):
        deltas_.insert(0, deltas_[0].dot(weights[l].T) * sigmoid_prime(zs[l - 1]))
    new_w = [weights[l] + learning_rate * acts[l].T.dot(deltas_[l]) / T for l in range(L)]
    return new_w, [biases[l] + learning_rate * deltas_[l].mean(axis=0) for l in range(L)]
