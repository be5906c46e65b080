"""The output layer by its own formula, the hidden ones by another.

category: missing-factor-two
where: output
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
    zs, acts = run(weights, biases, X)
    T = X.shape[0]
    err = (acts[-1] - E) * sigmoid_prime(zs[-1])
    dW, db = [acts[-2].T @ err / T], [err.sum(0) / T]
    back = 2 * err
    for l in range(len(weights) - 2, -1, -1):
        back = (back @ weights[l + 1].T) * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ back / T)
        db.insert(0, back.sum(0) / T)
    return dW, db
