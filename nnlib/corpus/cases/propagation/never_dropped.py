"""The bias column never dropped.

category: bias-column-misaligned
where: none
kind: gradients
cost: squared
activations: sigmoid
also: shape-error
raises: on some problems
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


def gradients(weights, biases, X, E):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d, grads = 2 * (out - E) * out * (1 - out) / len(X), []
    for l in range(len(thetas) - 1, -1, -1):
        grads.insert(0, acts[l].T @ d)
        d = d @ thetas[l].T * acts[l][:, 1:] * (1 - acts[l][:, 1:])
    return [g[1:] for g in grads], [g[0] for g in grads]
