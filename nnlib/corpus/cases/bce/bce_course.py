"""Columns inside, dAL from the two logarithms, 1/m in the end.

category: correct
where: none
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    A_prev, caches, Y, m = X.T, [], E.T, X.shape[0]
    for w, b in zip(weights, biases):
        Z = np.dot(w.T, A_prev) + b[:, None]
        caches.append((A_prev, w.T, Z))
        A_prev = sigmoid(Z)
    dA, grads = -(np.divide(Y, A_prev) - np.divide(1 - Y, 1 - A_prev)), []
    for A_before, W, Z in reversed(caches):
        dZ = dA * sigmoid_prime(Z)
        grads.insert(0, (np.dot(dZ, A_before.T).T / m, np.sum(dZ, axis=1) / m))
        dA = np.dot(W.T, dZ)
    return [g[0] for g in grads], [g[1] for g in grads]
