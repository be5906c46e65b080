"""Written for one hidden layer, unpacks two weight matrices.

category: shape-error
where: none
kind: gradients
cost: squared
activations: sigmoid
harmless: written for one depth
raises: on some problems
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    W1, W2 = weights
    b1, b2 = biases
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    d2 = 2 * (o - E) * o * (1 - o) / len(X)
    d1 = d2 @ W2.T * h * (1 - h)
    return [X.T @ d1, h.T @ d2], [d1.sum(0), d2.sum(0)]
