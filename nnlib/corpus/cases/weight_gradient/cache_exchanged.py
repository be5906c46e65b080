"""A cache of (A_prev, Z) unpacked the wrong way round, columns.

category: preactivation-instead-of-activation
where: W1 W2
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A, cache = X.T, []
    for W, b in zip(weights, biases):
        Z = W.T @ A + b[:, None]
        cache.append((A, Z))
        A = sigmoid(Z)
    dZ, dW, db = 2 * (A - E.T) * A * (1 - A) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        below = cache[l - 1][1] if l else cache[0][0]
        dW.insert(0, below @ dZ.T)
        db.insert(0, dZ.sum(axis=1))
        dZ = (weights[l] @ dZ) * cache[l][0] * (1 - cache[l][0])
    return dW, db
