"""X.shape[1], right only for samples as columns.

category: divided-by-wrong-count
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    m = X.shape[1]
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(acts[l].T @ d / m)
        db.append(d.sum(axis=0) / m)
        if l:
            d = (d @ weights[l].T) * sigmoid_prime(zs[l - 1])
    return dW[::-1], db[::-1]
