"""np.matrix: * is a product.

category: elementwise-matmul-confusion
where: none
kind: gradients
cost: squared
activations: sigmoid
also: shape-error
raises: on some problems
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    a, acts = np.matrix(X, dtype=float), [np.matrix(X, dtype=float)]
    for w, b in zip(weights, biases):
        a = sigmoid(a * np.matrix(w) + np.matrix(b))
        acts.append(a)
    delta = 2 * (acts[-1] - E) * (acts[-1] * (1 - acts[-1]))
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, np.asarray(acts[l].T * delta) / len(X))
        db.insert(0, np.asarray(delta).sum(0) / len(X))
        delta = (delta * np.matrix(weights[l]).T) * (acts[l] * (1 - acts[l]))
    return dW, db
