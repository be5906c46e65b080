"""np.mean of the squared error, differentiated as such.

category: mean-over-outputs
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
    zs, acts = run(weights, biases, X)
    grad, dW, db = 2 * (acts[-1] - E) / E.size, [], []
    for l in range(len(weights) - 1, -1, -1):
        grad = grad * sigmoid_prime(zs[l])
        dW, db = [acts[l].T @ grad, *dW], [grad.sum(axis=0), *db]
        grad = grad @ weights[l].T
    return dW, db
