"""Update in the loop, and no 2.

category: used-updated-weights
where: all
kind: train_step
cost: squared
activations: sigmoid
also: missing-factor-two
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
    ws, bs = list(weights), list(biases)
    zs, acts = run(ws, bs, X)
    d = (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(ws) - 1, -1, -1):
        ws[l] = ws[l] - learning_rate * acts[l].T @ d
        bs[l] = bs[l] - learning_rate * d.sum(axis=0)
        if l:
            d = d @ ws[l].T * sigmoid_prime(zs[l - 1])
    return ws, bs
