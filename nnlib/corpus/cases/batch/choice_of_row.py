"""np.random.choice of one row, as in a pure SGD demo.

category: single-sample-step
where: all
kind: train_step
cost: squared
activations: sigmoid
also: only-last-sample
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


def choice_of_row():
    rng = np.random.default_rng(17)

    def train_step(weights, biases, X, E, learning_rate):
        pick = rng.choice(len(X), size=1)
        _, acts = run(weights, biases, X[pick])
        g, ws, bs = 2 * (acts[-1] - E[pick]), list(weights), list(biases)
        for l in reversed(range(len(ws))):
            g = g * acts[l + 1] * (1 - acts[l + 1])
            below = g @ weights[l].T
            ws[l], bs[l] = ws[l] - learning_rate * acts[l].T @ g, bs[l] - learning_rate * g[0]
            g = below
        return ws, bs

    return train_step


train_step = choice_of_row()
