"""axis=0 on columns of samples, keepdims.

category: bias-wrong-axis
where: biases
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A = [X.T]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T @ A[-1] + b[:, None]))
    dZ, dW, db = 2 * (A[-1] - E.T) * A[-1] * (1 - A[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, (dZ @ A[l].T).T)
        db.insert(0, np.sum(dZ, axis=0, keepdims=True))
        dZ = weights[l] @ dZ * A[l] * (1 - A[l])
    return dW, db
