"""A five-point difference of higher order, h = 1e-3.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost_of(weights, biases, X, E):
    a = np.asarray(X)
    for w, b in zip(weights, biases):
        a = sigmoid(a @ w + b)
    return ((a - E) ** 2).sum() / len(E)


def gradients(weights, biases, X, E):
    vs, out = [v.copy() for v in [*weights, *biases]], []
    for v in vs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            kept, total = v[i], 0.0
            for k, c in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                v[i] = kept + k * 1e-3
                total += c * cost_of(vs[: len(weights)], vs[len(weights) :], X, E)
            v[i], g[i] = kept, total / 12e-3
        out.append(g)
    return out[: len(weights)], out[len(weights) :]
