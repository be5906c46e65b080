"""Plus a step along the descent direction, columns inside.

category: correct
where: none
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    A = [X.T]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T @ A[-1] + b[:, None]))
    down, new = 2 * (E.T - A[-1]) / len(X), []
    for l in range(len(weights) - 1, -1, -1):
        down = down * A[l + 1] * (1 - A[l + 1])
        new.insert(0, (weights[l] + learning_rate * A[l] @ down.T, biases[l] + learning_rate * down.sum(axis=1)))
        down = weights[l] @ down
    return [n[0] for n in new], [n[1] for n in new]
