"""Bias folded into the first row of each matrix.

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
    ones = np.ones((X.shape[0], 1))
    thetas = [np.r_[b[None, :], w] for w, b in zip(weights, biases)]
    acts = [np.c_[ones, X]]
    for theta in thetas:
        acts.append(np.c_[ones, sigmoid(acts[-1] @ theta)])
    d, grads = 2 * (acts[-1][:, 1:] - E) / len(X), []
    for l in range(len(thetas) - 1, -1, -1):
        d = d * acts[l + 1][:, 1:] * (1 - acts[l + 1][:, 1:])
        grads.insert(0, acts[l].T @ d)
        d = (d @ thetas[l].T)[:, 1:]
    return [g[1:] for g in grads], [g[0] for g in grads]
