"""A library's sigmoid in place: z and a are one array.

category: derivative-at-wrong-point
where: all
kind: gradients
cost: squared
activations: sigmoid
also: stale-or-aliased-buffers
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    def squash(z):
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1
        np.reciprocal(z, out=z)
        return z

    zs, acts = [], [X]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(squash(zs[-1]))
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db
