"""Layer objects whose backward updates first.

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
    class Dense:
        def __init__(self, w, b):
            self.w, self.b = np.array(w), np.array(b)

        def forward(self, x):
            self.x = x
            self.a = sigmoid(x @ self.w + self.b)
            return self.a

        def backward(self, da):
            dz = da * self.a * (1 - self.a)
            self.w = self.w - learning_rate * (self.x.T @ dz)
            self.b = self.b - learning_rate * dz.sum(axis=0)
            return dz @ self.w.T

    net = [Dense(w, b) for w, b in zip(weights, biases)]
    out = X
    for layer in net:
        out = layer.forward(out)
    grad = (2 / len(X)) * (out - E)
    for layer in reversed(net):
        grad = layer.backward(grad)
    return [layer.w for layer in net], [layer.b for layer in net]
