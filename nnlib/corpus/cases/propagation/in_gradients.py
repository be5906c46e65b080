"""A gradient function that also trains copies of its own, rate 0.5.

category: used-updated-weights
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
    net = [w.copy() for w in weights]
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), [], []
    for l in range(len(net) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        net[l] -= 0.5 * dW[0]
        d = d @ net[l].T * (sigmoid_prime(zs[l - 1]) if l else 1)
    return dW, db
