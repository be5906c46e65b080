"""Bias never added.

category: wrong-forward-pass
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
    for w in weights:
        acts.append(sigmoid(acts[-1] @ w))
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * acts[l + 1] * (1 - acts[l + 1])
        dW.append(np.dot(acts[l].T, d))
        db.append(np.sum(d, axis=0))
        d = np.dot(d, weights[l].T)
    return dW[::-1], db[::-1]
