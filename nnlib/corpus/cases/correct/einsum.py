"""einsum throughout, 'optimize' on, tuples returned.

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
    d = [2.0 / len(E) * (acts[-1] - E) * sigmoid_prime(zs[-1])]
    for w, z in zip(weights[:0:-1], zs[-2::-1]):
        d.insert(0, np.einsum("ty,xy,tx->tx", d[0], w, sigmoid_prime(z), optimize=True))
    return tuple(np.einsum("tx,ty->xy", a, x) for a, x in zip(acts, d)), tuple(np.einsum("ty->y", x) for x in d)
