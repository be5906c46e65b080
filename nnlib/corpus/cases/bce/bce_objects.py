"""Layer objects; the loss is one of them.

category: correct
where: none
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def bce_objects():
    class Dense:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def forward(self, x):
            self.x = x
            self.out = sigmoid(x @ self.w + self.b)
            return self.out

        def backward(self, grad):
            grad = grad * self.out * (1 - self.out)
            self.dw, self.db = self.x.T @ grad, grad.sum(axis=0)
            return grad @ self.w.T

    class Loss:
        def backward(self, p, y):
            return ((1 - y) / (1 - p) - y / p) / len(y)

    def gradients(weights, biases, X, E):
        layers, out = [Dense(w, b) for w, b in zip(weights, biases)], X
        for layer in layers:
            out = layer.forward(out)
        grad = Loss().backward(out, E)
        for layer in layers[::-1]:
            grad = layer.backward(grad)
        return [layer.dw for layer in layers], [layer.db for layer in layers]

    return gradients


gradients = bce_objects()
