"""Course forum: bias gradient as the row sum of delta @ A.T.

category: bias-wrong-formula
where: biases
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A, m = [X.T], X.shape[0]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T @ A[-1] + b[:, None]))
    dz, dW, db = 2 * (A[-1] - E.T) * A[-1] * (1 - A[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, (dz @ A[l].T).T / m)
        db.insert(0, np.sum((1 / m) * np.dot(dz, A[l].T), axis=1))
        dz = weights[l] @ dz * A[l] * (1 - A[l])
    return dW, db
