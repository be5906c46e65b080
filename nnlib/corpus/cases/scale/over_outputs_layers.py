"""Framework-like layer objects and an MSE object with mean reduction.

category: mean-over-outputs
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    class Linear:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def __call__(self, x):
            self.x = x
            return x @ self.w + self.b

        def backward(self, g):
            self.dw, self.db = self.x.T @ g, g.sum(0)
            return g @ self.w.T

    class Sigmoid:
        def __call__(self, x):
            self.y = sigmoid(x)
            return self.y

        def backward(self, g):
            return g * self.y * (1 - self.y)

    net = [part for w, b in zip(weights, biases) for part in (Linear(w, b), Sigmoid())]
    out = X
    for layer in net:
        out = layer(out)
    g = 2 * (out - E) / np.prod(out.shape)
    for layer in reversed(net):
        g = layer.backward(g)
    return [layer.dw for layer in net[::2]], [layer.db for layer in net[::2]]
