"""Java port: a target for the layer below from the weights just changed.

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


def train_step(weights, biases, X, E, learning_rate):
    _, acts = run(weights, biases, X)
    target, new_w, new_b = E, [None] * len(weights), [None] * len(biases)
    for n in range(len(weights), 0, -1):
        scale = 2 / len(X) if n == len(weights) else 1
        delta = scale * (acts[n] - target) * acts[n] * (1 - acts[n])
        new_w[n - 1] = weights[n - 1] - learning_rate * acts[n - 1].T @ delta
        new_b[n - 1] = biases[n - 1] - learning_rate * delta.sum(axis=0)
        target = acts[n - 1] - delta @ new_w[n - 1].T
    return new_w, new_b
