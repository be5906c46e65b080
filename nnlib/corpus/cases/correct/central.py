"""Central difference, h = 1e-5.

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
    h, ws, bs = 1e-5, [w.copy() for w in weights], [b.copy() for b in biases]
    grads = []
    for v in ws + bs:
        g = np.zeros_like(v)
        it = np.nditer(v, flags=["multi_index"])
        while not it.finished:
            i = it.multi_index
            old = v[i]
            v[i] = old + h
            above = cost_of(ws, bs, X, E)
            v[i] = old - h
            below = cost_of(ws, bs, X, E)
            v[i] = old
            g[i] = (above - below) / (2 * h)
            it.iternext()
        grads.append(g)
    return grads[: len(ws)], grads[len(ws) :]
