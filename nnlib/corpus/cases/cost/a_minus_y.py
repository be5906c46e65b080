"""DZ = A - Y, columns, 1/m.

category: cross-entropy-delta
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    m, A = E.shape[0], [X.T]
    for W, b in zip(weights, biases):
        A.append(sigmoid(W.T @ A[-1] + b.reshape(-1, 1)))
    dZ, dW, db = A[-1] - E.T, [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, (1 / m * dZ @ A[l].T).T)
        db.insert(0, 1 / m * dZ.sum(axis=1))
        dZ = (weights[l] @ dZ) * A[l] * (1 - A[l])
    return dW, db
