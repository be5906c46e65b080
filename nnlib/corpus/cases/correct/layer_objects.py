"""Framework-like layers with forward and backward.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import functools

import numpy as np


def gradients(weights, biases, X, E):
    class Linear:
        def __init__(self, w, b):
            self.weight, self.bias, self.x = w, b, None

        def forward(self, x):
            self.x = x
            return x @ self.weight + self.bias

        def backward(self, g):
            self.gw, self.gb = self.x.T @ g, np.add.reduce(g, axis=0)
            return g @ self.weight.T

    class Logistic:
        def forward(self, x):
            self.y = 0.5 * (1 + np.tanh(0.5 * x))
            return self.y

        def backward(self, g):
            return g * self.y * (1 - self.y)

    stack = [layer for w, b in zip(weights, biases) for layer in (Linear(w, b), Logistic())]
    out = functools.reduce(lambda value, layer: layer.forward(value), stack, X)
    functools.reduce(lambda g, layer: layer.backward(g), stack[::-1], 2 * (out - E) / len(out))
    linear = stack[::2]
    return [layer.gw for layer in linear], [layer.gb for layer in linear]
