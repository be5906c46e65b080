"""The bias folded in; the last entry is dropped, not the first.

category: bias-column-misaligned
where: hidden
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    ones, theta = np.ones((len(X), 1)), [np.vstack([b, w]) for w, b in zip(weights, biases)]
    A, out = [], X
    for t in theta:
        A.append(np.hstack([ones, out]))
        out = sigmoid(A[-1] @ t)
    delta, grads = (out - E) / len(X), []
    for l in range(len(theta) - 1, -1, -1):
        grads.insert(0, A[l].T @ delta)
        delta = (delta @ theta[l].T)[:, :-1] * (A[l] * (1 - A[l]))[:, 1:]
    return [g[1:] for g in grads], [g[0] for g in grads]
