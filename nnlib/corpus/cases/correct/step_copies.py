"""Copies changed in place, update after all deltas.

category: correct
where: none
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def train_step(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    zs, acts = run(ws, bs, X)
    for l, d in enumerate(deltas(weights, zs, acts, E)):
        ws[l] -= learning_rate * acts[l].T @ d
        bs[l] -= learning_rate * d.sum(axis=0)
    return ws, bs
