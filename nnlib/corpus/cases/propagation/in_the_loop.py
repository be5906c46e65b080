"""Update inside the loop, then carry down.

category: used-updated-weights
where: hidden
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
    zs, acts = run(ws, bs, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(ws) - 1, -1, -1):
        ws[l] -= learning_rate * acts[l].T @ d
        bs[l] -= learning_rate * d.sum(axis=0)
        if l:
            d = d @ ws[l].T * sigmoid_prime(zs[l - 1])
    return ws, bs
