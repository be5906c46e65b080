"""loss.mean() of a framework, per-sample outer products.

category: mean-over-outputs
where: all
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def descend(weights, biases, dW, db, rate):
    return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def train_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [x / E.shape[-1] for x in deltas(weights, zs, acts, E)]
    dW = [sum(np.outer(p, q) for p, q in zip(a, x)) for a, x in zip(acts, d)]
    return descend(weights, biases, dW, [sum(x) for x in d], learning_rate)
