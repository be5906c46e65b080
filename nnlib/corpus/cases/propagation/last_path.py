"""Plain loops, = where += belongs: the last path stays.

category: missing-sum-over-downstream
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


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        _, acts = run(weights, biases, X[i : i + 1])
        grad = 2 * (acts[-1][0] - E[i]) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            n, m = weights[l].shape
            below = np.zeros(n)
            for y in range(m):
                g = grad[y] * acts[l + 1][0, y] * (1 - acts[l + 1][0, y])
                db[l][y] += g
                for x in range(n):
                    dW[l][x, y] += g * acts[l][0, x]
                    below[x] = g * weights[l][x, y]
            grad = below
    return dW, db
