"""Target minus output, samples in columns.

category: sign
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    Y, m, cache = E.T, E.shape[0], [X.T]
    for W, b in zip(weights, biases):
        cache.append(sigmoid(np.dot(W.T, cache[-1]) + b.reshape(-1, 1)))
    dZ, dW, db = 2 * (Y - cache[-1]) * cache[-1] * (1 - cache[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(dZ, cache[l].T).T / m)
        db.insert(0, dZ.sum(axis=1) / m)
        dZ = np.dot(weights[l], dZ) * cache[l] * (1 - cache[l])
    return dW, db
