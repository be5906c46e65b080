"""A step of layer objects.

category: correct
where: none
kind: train_step
cost: cross-entropy
activations: tanh, softmax
"""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train_step(weights, biases, X, E, learning_rate):
    class Layer:
        def __init__(self, w, b, last):
            self.w, self.b, self.last = w.copy(), b.copy(), last

        def forward(self, x):
            self.x, z = x, x @ self.w + self.b
            self.a = softmax(z) if self.last else np.tanh(z)
            return self.a

        def backward(self, grad):
            dz = grad if self.last else grad * (1 - self.a**2)
            below = dz @ self.w.T
            self.w -= learning_rate * self.x.T @ dz
            self.b -= learning_rate * dz.sum(axis=0)
            return below

    layers = [Layer(w, b, l == len(weights) - 1) for l, (w, b) in enumerate(zip(weights, biases))]
    out = X
    for layer in layers:
        out = layer.forward(out)
    grad = (out - E) / len(X)
    for layer in layers[::-1]:
        grad = layer.backward(grad)
    return [layer.w for layer in layers], [layer.b for layer in layers]
