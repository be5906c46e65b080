"""Hidden layers of tanh.

category: correct
where: none
kind: gradients
cost: bce
activations: tanh, sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(sigmoid(z) if l == last else np.tanh(z))
    d, dW, db = (A[-1] - E) / len(X), {}, {}
    for l in range(last, -1, -1):
        dW[l], db[l] = A[l].T @ d, d.sum(0)
        d = (d @ weights[l].T) * (1 - A[l] ** 2)
    return [dW[l] for l in range(last + 1)], [db[l] for l in range(last + 1)]
