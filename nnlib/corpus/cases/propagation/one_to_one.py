"""Neuron k hears only from the neuron above with its number.

category: missing-sum-over-downstream
where: hidden
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def descend(weights, biases, dW, db, rate):
    return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


def output_delta(acts, E):
    return 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(E)


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
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        n, m = weights[l].shape
        down = np.zeros((len(X), n))
        for k in range(min(n, m)):
            down[:, k] = d[0][:, k] * weights[l][k, k]
        d.insert(0, down * sigmoid_prime(zs[l - 1]))
    return descend(weights, biases, *collect(acts, d), learning_rate)
