"""Columns, recursive: returns what the layer below needs.

category: used-updated-weights
where: hidden
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    new_w, new_b = [None] * len(weights), [None] * len(biases)

    def layer(l, a):
        if l == len(weights):
            return 2 * (a - E.T) / X.shape[0]
        out = sigmoid(weights[l].T @ a + biases[l][:, None])
        dz = layer(l + 1, out) * out * (1 - out)
        new_w[l] = weights[l] - learning_rate * a @ dz.T
        new_b[l] = biases[l] - learning_rate * dz.sum(axis=1)
        return new_w[l] @ dz

    layer(0, X.T)
    return new_w, new_b
