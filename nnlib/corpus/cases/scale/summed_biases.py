"""Mean in the weights, plain sum in the biases.

category: sum-instead-of-mean
where: biases
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
    m = X.shape[0]
    _, acts = run(weights, biases, X)
    dW, db, dA = {}, {}, 2 * (acts[-1] - E)
    for l in range(len(weights), 0, -1):
        dZ = dA * acts[l] * (1 - acts[l])
        dW[l] = np.dot(acts[l - 1].T, dZ) / m
        db[l] = np.sum(dZ, axis=0)
        dA = np.dot(dZ, weights[l - 1].T)
    return [dW[l + 1] for l in range(len(weights))], [db[l + 1] for l in range(len(weights))]
