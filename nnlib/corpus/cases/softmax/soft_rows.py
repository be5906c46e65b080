"""Rows, the output delta p - y.

category: correct
where: none
kind: gradients
cost: cross-entropy
activations: sigmoid, softmax
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradients(weights, biases, X, E):
    A = [X]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    A[-1] = softmax(A[-2] @ weights[-1] + biases[-1])
    dZ, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dZ = dZ @ weights[l].T * A[l] * (1 - A[l])
    return dW, db
