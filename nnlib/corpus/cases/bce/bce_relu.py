"""Hidden layers of relu.

category: correct
where: none
kind: gradients
cost: bce
activations: relu, sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(sigmoid(z) if l == last else np.maximum(z, 0))
    d, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(last, -1, -1):
        dW, db = [A[l].T @ d] + dW, [d.sum(axis=0)] + db
        d = (d @ weights[l].T) * (A[l] > 0)
    return dW, db
