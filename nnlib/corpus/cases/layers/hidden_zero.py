"""Hidden arrays stay at zero.

category: only-last-layer
where: hidden
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
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    delta = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    dW[-1], db[-1] = acts[-2].T @ delta, delta.sum(axis=0)
    return dW, db
