"""One-sided differences of the cost, step 1e-3.

category: finite-difference-error
where: all
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    def cost(ws, bs):
        a = X
        for w, b in zip(ws, bs):
            a = sigmoid(a @ w + b)
        return -(E * np.log(a) + (1 - E) * np.log(1 - a)).sum() / len(X)

    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    base, grads = cost(ws, bs), []
    for v in ws + bs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            old = v[i]
            v[i] = old + 1e-3
            g[i] = (cost(ws, bs) - base) / 1e-3
            v[i] = old
        grads.append(g)
    return grads[: len(ws)], grads[len(ws) :]
