"""Output layer first, by hand; then the hidden ones from it.

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
    m = X.shape[0]
    delta = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1])
    new = [(weights[-1] - learning_rate / m * acts[-2].T @ delta, biases[-1] - learning_rate * delta.mean(0))]
    for l in range(len(weights) - 2, -1, -1):
        delta = (delta @ new[0][0].T) * acts[l + 1] * (1 - acts[l + 1])
        new.insert(0, (weights[l] - learning_rate / m * acts[l].T @ delta, biases[l] - learning_rate * delta.mean(0)))
    return [n[0] for n in new], [n[1] for n in new]
