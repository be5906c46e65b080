"""Target minus output together with minus-equals.

category: sign
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


def train_step(weights, biases, X, E, learning_rate):
    net = [[w.copy(), b.copy()] for w, b in zip(weights, biases)]
    zs, acts = run(weights, biases, X)
    delta = 2 * (E - acts[-1]) * acts[-1] * (1 - acts[-1])
    for l in range(len(net) - 1, -1, -1):
        below = (delta @ weights[l].T) * acts[l] * (1 - acts[l])
        net[l][0] -= learning_rate / len(X) * acts[l].T @ delta
        net[l][1] -= learning_rate / len(X) * delta.sum(axis=0)
        delta = below
    return [n[0] for n in net], [n[1] for n in net]
