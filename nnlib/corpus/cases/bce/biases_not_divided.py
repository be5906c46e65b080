"""1/m for the weights only, columns.

category: sum-instead-of-mean
where: biases
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A, m = [X.T], X.shape[0]
    for W, b in zip(weights, biases):
        A.append(sigmoid(np.dot(W.T, A[-1]) + b.reshape(-1, 1)))
    dZ, dW, db = A[-1] - E.T, [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(A[l], dZ.T) / m)
        db.insert(0, np.sum(dZ, axis=1))
        dZ = np.dot(weights[l], dZ) * A[l] * (1 - A[l])
    return dW, db
