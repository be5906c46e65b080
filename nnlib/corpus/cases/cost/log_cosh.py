"""Log cosh.

category: wrong-cost-derivative
where: all
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def descend(weights, biases, dW, db, rate):
    return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def from_output_slope(weights, biases, X, E, dC_da):
    """Backpropagation of dC/da at the output, a function of a and e, already divided by T."""
    zs, acts = run(weights, biases, X)
    g, dW, db = dC_da(acts[-1], E), [], []
    for l in range(len(weights) - 1, -1, -1):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.append(acts[l].T @ g)
        db.append(g.sum(axis=0))
        g = g @ weights[l].T
    return dW[::-1], db[::-1]


def train_step(weights, biases, X, E, learning_rate):
    dW, db = from_output_slope(weights, biases, X, E, lambda a, y: np.tanh(a - y) / len(y))
    return descend(weights, biases, dW, db, learning_rate)
