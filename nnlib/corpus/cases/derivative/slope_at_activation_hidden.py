"""Right at the output, sigmoid of a sigmoid below; columns.

category: derivative-at-wrong-point
where: hidden
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A, Z = [X.T], []
    for W, b in zip(weights, biases):
        Z.append(W.T @ A[-1] + b[:, None])
        A.append(sigmoid(Z[-1]))
    dA, dWs, dbs = 2 * (A[-1] - E.T), [], []
    for l in range(len(weights) - 1, -1, -1):
        point = Z[l] if l == len(weights) - 1 else A[l + 1]
        s = 1 / (1 + np.exp(-point))
        dZ = dA * s * (1 - s)
        dWs = [A[l] @ dZ.T / len(X)] + dWs
        dbs = [dZ.mean(axis=1)] + dbs
        dA = weights[l] @ dZ
    return dWs, dbs
