"""Per-sample accumulation in plain Python, never divided.

category: sum-instead-of-mean
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


def gradients(weights, biases, X, E):
    dW = [np.zeros_like(w, dtype=float) for w in weights]
    db = [np.zeros_like(b, dtype=float) for b in biases]
    for t in range(len(X)):
        _, acts = run(weights, biases, X[t : t + 1])
        grad = [2 * (a - e) for a, e in zip(acts[-1][0], E[t])]
        for l in range(len(weights) - 1, -1, -1):
            grad = [g * a * (1 - a) for g, a in zip(grad, acts[l + 1][0])]
            for y, g in enumerate(grad):
                db[l][y] += g
                for x, a in enumerate(acts[l][0]):
                    dW[l][x, y] += g * a
            grad = [sum(g * weights[l][x, y] for y, g in enumerate(grad)) for x in range(weights[l].shape[0])]
    return dW, db
