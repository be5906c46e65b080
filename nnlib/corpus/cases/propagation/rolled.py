"""Rows rolled by one: the bias stands in for the first weight.

category: bias-column-misaligned
where: hidden
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def fold(weights, biases):
    return [np.vstack([b, w]) for w, b in zip(weights, biases)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def folded_forward(thetas, X):
    acts = [np.hstack([np.ones((len(X), 1)), X])]
    for theta in thetas:
        acts.append(np.hstack([np.ones((len(X), 1)), sigmoid(acts[-1] @ theta)]))
    return acts


def train_step(weights, biases, X, E, learning_rate):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d = [2 * (out - E) * out * (1 - out) / len(X)]
    for l in range(len(thetas) - 1, 0, -1):
        a = acts[l][:, 1:]
        d.insert(0, d[0] @ thetas[l][: a.shape[1]].T * a * (1 - a))
    new = [t - learning_rate * a.T @ x for t, a, x in zip(thetas, acts, d)]
    return [t[1:] for t in new], [t[0] for t in new]
