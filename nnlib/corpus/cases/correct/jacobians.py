"""Forward-mode products: each layer's Jacobian multiplied from the output.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        _, acts = run(weights, biases, x[None])
        row = 2 * (acts[-1][0] - e) / len(X)
        for l in reversed(range(len(weights))):
            row = row @ np.diag(acts[l + 1][0] * (1 - acts[l + 1][0]))
            dW[l] += np.kron(acts[l][0], row).reshape(weights[l].shape)
            db[l] += row
            row = row @ weights[l].T
    return dW, db
