"""Vectorised, samples in rows, derivative from the activation.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    acts = [X]
    for w, b in zip(weights, biases):
        acts.append(sigmoid(acts[-1] @ w + b))
    delta, dW, db = 2 * (acts[-1] - E) / X.shape[0], [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = delta * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        delta = delta @ weights[l].T
    return dW, db
