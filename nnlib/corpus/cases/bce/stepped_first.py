"""W is stepped before the delta goes through it.

category: used-updated-weights
where: hidden
kind: train_step
cost: bce
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
    _, acts = run(weights, biases, X)
    W, B = [w.copy() for w in weights], [b.copy() for b in biases]
    d = (acts[-1] - E) / len(X)
    for l in range(len(W) - 1, -1, -1):
        W[l] -= learning_rate * acts[l].T @ d
        B[l] -= learning_rate * d.sum(axis=0)
        d = d @ W[l].T * acts[l] * (1 - acts[l])
    return W, B
