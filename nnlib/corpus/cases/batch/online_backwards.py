"""Backwards through the batch, columns, in place on copies.

category: per-sample-updates
where: all
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    for i in range(len(X) - 1, -1, -1):
        a = [X[i]]
        for w, b in zip(ws, bs):
            a.append(sigmoid(a[-1] @ w + b))
        d = 2 * (a[-1] - E[i])
        for l in range(len(ws) - 1, -1, -1):
            d = d * a[l + 1] * (1 - a[l + 1])
            below = ws[l] @ d
            ws[l] -= learning_rate / len(X) * np.outer(a[l], d)
            bs[l] -= learning_rate / len(X) * d
            d = below
    return ws, bs
