"""In the output error and again in the common loop.

category: duplicated-derivative
where: all
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
    _, acts = run(weights, biases, X)
    grad, dW, db = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        grad = grad * acts[l + 1] * (1 - acts[l + 1])
        dW.append(acts[l].T @ grad)
        db.append(grad.sum(axis=0))
        grad = grad @ weights[l].T
    return dW[::-1], db[::-1]
