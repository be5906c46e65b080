"""A net dictionary with keys Z1, A1, ...

category: preactivation-instead-of-activation
where: W1 W2
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    net = {"Z0": np.asarray(X, float), "A0": np.asarray(X, float)}
    for l, (w, b) in enumerate(zip(weights, biases), start=1):
        net[f"Z{l}"] = net[f"A{l - 1}"] @ w + b
        net[f"A{l}"] = sigmoid(net[f"Z{l}"])
    L = len(weights)
    d = 2 * (net[f"A{L}"] - E) / len(X)
    new_w, new_b = {}, {}
    for l in range(L, 0, -1):
        d = d * net[f"A{l}"] * (1 - net[f"A{l}"])
        new_w[l] = weights[l - 1] - learning_rate * net[f"Z{l - 1}"].T @ d
        new_b[l] = biases[l - 1] - learning_rate * d.sum(axis=0)
        d = d @ weights[l - 1].T
    return [new_w[l] for l in range(1, L + 1)], [new_b[l] for l in range(1, L + 1)]
