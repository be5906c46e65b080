"""Mean error and mean activations, then backpropagation once as for one sample.

category: averaged-before-product
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
    error = 2 * (acts[-1] - E).mean(axis=0)
    means = [a.mean(axis=0) for a in acts]
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * means[l + 1] * (1 - means[l + 1])
        dW.insert(0, np.outer(means[l], delta))
        db.insert(0, delta)
        error = weights[l] @ delta
    return dW, db
