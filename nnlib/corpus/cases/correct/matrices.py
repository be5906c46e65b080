"""np.matrix inside, arrays outside.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def gradients(weights, biases, X, E):
    A = [np.matrix(X, dtype=float)]
    for w, b in zip(weights, biases):
        A.append(1 / (1 + np.exp(-(A[-1] * np.matrix(w) + b))))
    d, dW, db = 2 * (A[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        d = np.multiply(d, np.multiply(A[l + 1], 1 - A[l + 1]))
        dW.insert(0, np.asarray(A[l].T * d))
        db.insert(0, np.asarray(d.sum(axis=0)).ravel())
        d = d * np.matrix(weights[l]).T
    return dW, db
