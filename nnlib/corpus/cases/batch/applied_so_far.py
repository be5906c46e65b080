"""Everything found so far is applied again at every layer.

category: repeated-update
where: W1 W2 b1 b2
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
    zs, acts = run(weights, biases, X)
    ws, bs, found = list(weights), list(biases), {}
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(weights) - 1, -1, -1):
        found[l] = acts[l].T @ d, d.sum(axis=0)
        for k, (gw, gb) in found.items():
            ws[k], bs[k] = ws[k] - learning_rate * gw, bs[k] - learning_rate * gb
        if l:
            d = d @ weights[l].T * sigmoid_prime(zs[l - 1])
    return ws, bs
