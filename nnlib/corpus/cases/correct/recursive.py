"""Recursive: a layer returns what the layer below needs.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    dW, db = [None] * len(weights), [None] * len(weights)

    def layer(l, a):
        if l == len(weights):
            return (a - E) * (2 / len(E))
        out = sigmoid(a @ weights[l] + biases[l])
        dz = layer(l + 1, out) * out * (1 - out)
        dW[l], db[l] = a.T @ dz, dz.sum(axis=0)
        return dz @ weights[l].T

    layer(0, X)
    return dW, db
