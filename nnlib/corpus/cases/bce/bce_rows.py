"""Rows, the output delta a - y.

category: correct
where: none
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A = [X]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    dZ, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dZ = dZ @ weights[l].T * A[l] * (1 - A[l])
    return dW, db
