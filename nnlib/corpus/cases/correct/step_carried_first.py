"""Update in the loop, but the delta carried down first.

category: correct
where: none
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


def train_step(weights, biases, X, E, learning_rate):
    ws, bs = list(weights), list(biases)
    _, acts = run(ws, bs, X)
    da = 2 * (acts[-1] - E)
    for l in range(len(ws) - 1, -1, -1):
        dz = da * acts[l + 1] * (1 - acts[l + 1])
        da = dz @ ws[l].T
        ws[l] = ws[l] - (learning_rate / len(X)) * acts[l].T @ dz
        bs[l] = bs[l] - learning_rate * dz.mean(axis=0)
    return ws, bs
