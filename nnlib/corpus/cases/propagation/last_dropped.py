"""The last column dropped where the bias is the first.

category: bias-column-misaligned
where: hidden
kind: gradients
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


def gradients(weights, biases, X, E):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d, grads = 2 * (out - E) * out * (1 - out) / len(X), []
    for l in range(len(thetas) - 1, -1, -1):
        grads.insert(0, acts[l].T @ d)
        a = acts[l][:, 1:]
        d = (d @ thetas[l].T)[:, :-1] * a * (1 - a)
    return [g[1:] for g in grads], [g[0] for g in grads]
