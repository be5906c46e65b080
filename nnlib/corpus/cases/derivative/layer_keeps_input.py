"""A Sigmoid layer: self.x * (1 - self.x).

category: wrong-activation-derivative
where: all
kind: gradients
cost: squared
activations: sigmoid
also: derivative-at-wrong-point
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    class Sigmoid:
        def forward(self, x):
            self.x = x
            return sigmoid(x)

        def backward(self, grad):
            return self.x * (1 - self.x) * grad

    class Dense:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def forward(self, x):
            self.x = x
            return x.dot(self.w) + self.b

        def backward(self, grad):
            self.dw, self.db = self.x.T.dot(grad), grad.sum(axis=0)
            return grad.dot(self.w.T)

    chain = []
    for w, b in zip(weights, biases):
        chain += [Dense(w, b), Sigmoid()]
    out = X
    for layer in chain:
        out = layer.forward(out)
    grad = 2 * (out - E) / len(E)
    for layer in chain[::-1]:
        grad = layer.backward(grad)
    return [d.dw for d in chain[::2]], [d.db for d in chain[::2]]
