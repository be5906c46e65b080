"""Lists emptied with pop while walking back.

category: mutates-inputs
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
    zs, acts = run(weights, biases, X)
    dA, new_w, new_b = 2 * (acts.pop() - E) / len(X), [], []
    while weights:
        w, b, z = weights.pop(), biases.pop(), zs.pop()
        dZ = dA * sigmoid(z) * (1 - sigmoid(z))
        new_w.insert(0, w - learning_rate * acts.pop().T @ dZ)
        new_b.insert(0, b - learning_rate * dZ.sum(axis=0))
        dA = dZ @ w.T
    return new_w, new_b
