"""The rate slipped into the bias line only.

category: learning-rate-in-gradient
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    eta = 0.05
    zs, acts = run(weights, biases, X)
    dW, db, g = [], [], 2 * (acts[-1] - E) / X.shape[0]
    for l in reversed(range(len(weights))):
        g = g * sigmoid_prime(zs[l])
        dW.append(acts[l].T @ g)
        db.append(eta * g.sum(axis=0))
        g = g @ weights[l].T
    return dW[::-1], db[::-1]
