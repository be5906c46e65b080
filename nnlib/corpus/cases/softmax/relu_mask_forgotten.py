"""Relu layers, the mask forgotten.

category: missing-activation-derivative
where: hidden
kind: gradients
cost: cross-entropy
activations: relu, softmax
"""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradients(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(softmax(z) if l == last else np.maximum(z, 0))
    d, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(last, -1, -1):
        dW.insert(0, A[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db
