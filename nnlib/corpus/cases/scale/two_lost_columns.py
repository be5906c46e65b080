"""Samples as columns inside.

category: missing-factor-two
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    m = X.shape[0]
    A = [X.T]
    for W, b in zip(weights, biases):
        A.append(sigmoid(W.T @ A[-1] + b[:, None]))
    dZ = (A[-1] - E.T) * A[-1] * (1 - A[-1])
    grads = []
    for l in reversed(range(len(weights))):
        grads.append(((A[l] @ dZ.T) / m, np.sum(dZ, axis=1) / m))
        dZ = (weights[l] @ dZ) * A[l] * (1 - A[l])
    grads.reverse()
    return [g[0] for g in grads], [g[1] for g in grads]
