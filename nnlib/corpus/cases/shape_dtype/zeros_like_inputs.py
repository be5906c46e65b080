"""Activations stored in an array made like X: integers when X is.

category: integer-truncation
where: all
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
        out = np.zeros((len(X), w.shape[1]), dtype=X.dtype)
        out[...] = sigmoid(acts[-1] @ w + b)
        acts.append(out)
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db
