"""Freshly allocated buffers filled through out=.

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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dW, db = [np.empty(w.shape) for w in weights], [np.empty(b.shape) for b in biases]
    g = np.subtract(acts[-1], E)
    np.multiply(g, 2.0 / len(X), out=g)
    for l in range(len(weights) - 1, -1, -1):
        np.multiply(g, sigmoid_prime(zs[l]), out=g)
        np.matmul(acts[l].T, g, out=dW[l])
        np.sum(g, axis=0, out=db[l])
        g = g @ weights[l].T
    return dW, db
