"""A step after every sample, rate shared out.

category: per-sample-updates
where: all
kind: train_step
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


def train_step(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    eta = learning_rate / len(X)
    for x, e in zip(X, E):
        zs, acts = run(ws, bs, x[None, :])
        d = [2 * (acts[-1] - e) * sigmoid_prime(zs[-1])]
        for l in range(len(ws) - 1, 0, -1):
            d.insert(0, d[0] @ ws[l].T * sigmoid_prime(zs[l - 1]))
        for l in range(len(ws)):
            ws[l] -= eta * acts[l].T @ d[l]
            bs[l] -= eta * d[l][0]
    return ws, bs
